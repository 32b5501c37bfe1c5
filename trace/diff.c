/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/diff.h"

#include <stdlib.h>
#include <string.h>

/* Calls alone in one recording, up to which the smallest pairing is looked for. */
#define MAX_DISTANCE 1000

struct pairing {
	const struct trace *a, *b;
	size_t begin;            /* calls before are paired, in both */
	size_t count_a, count_b; /* of the calls between that and the common end */
	struct diff *diff;
};

/* --- what is the same ------------------------------------------------------------------------ */

static bool same_call(const struct trace_call *a, const struct trace_call *b)
{
	const struct trace_smc *x = a->smc->smc, *y = b->smc->smc;

	return x->cpu == y->cpu && !memcmp(x->x, y->x, sizeof(x->x));
}

static bool same_run(const struct trace_run *a, const struct trace_run *b)
{
	return a->plane == b->plane && a->pc == b->pc && a->pstate == b->pstate &&
	       !memcmp(a->x, b->x, sizeof(a->x));
}

static bool same_act(const struct trace_act *a, const struct trace_act *b)
{
	return a->kind == b->kind && a->esr == b->esr && a->far == b->far && a->hpfar == b->hpfar &&
	       a->x_set == b->x_set && !memcmp(a->x, b->x, sizeof(a->x));
}

static bool same_step(const struct trace_event *a, const struct trace_event *b)
{
	if (a->op != b->op)
		return false;
	if (a->op == TRACE_SMC)
		return true;
	return a->op == TRACE_RUN ? same_run(a->run, b->run) : same_act(a->act, b->act);
}

/* What happened while the call ran, then its results. */
static bool same_answer(const struct pairing *pairing, struct diff_row *row)
{
	const struct trace_call *a = &pairing->a->calls[row->a], *b = &pairing->b->calls[row->b];

	for (size_t i = 0; i < a->step_count && i < b->step_count; i++) {
		const struct trace_event *x = &pairing->a->events[a->steps[i]];
		const struct trace_event *y = &pairing->b->events[b->steps[i]];

		row->line_a = x->line;
		row->line_b = y->line;
		if (!same_step(x, y))
			return false;
	}
	row->line_a = a->smc->line;
	row->line_b = b->smc->line;
	return a->step_count == b->step_count &&
	       !memcmp(a->smc->smc->ret, b->smc->smc->ret, sizeof(a->smc->smc->ret));
}

/* --- rows -------------------------------------------------------------------------------------- */

static void add_row(struct pairing *pairing, enum diff_kind kind, size_t a, size_t b)
{
	struct diff_row *row = &pairing->diff->rows[pairing->diff->count++];

	*row = (struct diff_row){.kind = kind, .a = a, .b = b};
	if (kind == DIFF_SAME && !same_answer(pairing, row))
		row->kind = DIFF_ANSWER;
}

static bool equal(const struct pairing *pairing, size_t x, size_t y)
{
	return same_call(&pairing->a->calls[pairing->begin + x],
			 &pairing->b->calls[pairing->begin + y]);
}

/* All that is left, one recording after the other. */
static void add_apart(struct pairing *pairing)
{
	for (size_t i = 0; i < pairing->count_a; i++)
		add_row(pairing, DIFF_ONLY_A, pairing->begin + i, 0);
	for (size_t i = 0; i < pairing->count_b; i++)
		add_row(pairing, DIFF_ONLY_B, 0, pairing->begin + i);
}

/*
 * The smallest pairing: with d calls alone, how far can each diagonal be followed? (E. Myers, "An O(ND)
 * difference algorithm", 1986.) reached[d] has the diagonals -d..d.
 */
struct search {
	long *reached[MAX_DISTANCE + 1];
	long distance;
};

static void search_free(struct search *search)
{
	for (size_t d = 0; d <= MAX_DISTANCE; d++)
		free(search->reached[d]);
}

/* Calls of the first recording that are done on diagonal k, coming from d - 1. */
static long step(const struct search *search, long d, long k)
{
	const long *before = d ? search->reached[d - 1] + (d - 1) : NULL;

	if (!before)
		return 0;
	if (k == -d || (k != d && before[k - 1] < before[k + 1]))
		return before[k + 1];
	return before[k - 1] + 1;
}

static bool explore(const struct pairing *pairing, struct search *search, long d)
{
	const long a = (long)pairing->count_a, b = (long)pairing->count_b;
	long *row = search->reached[d] + d;

	for (long k = -d; k <= d; k += 2) {
		long x = step(search, d, k);

		/* A diagonal that has left the recordings leads nowhere. */
		while (x < a && x - k < b && x - k >= 0 &&
		       equal(pairing, (size_t)x, (size_t)(x - k)))
			x++;
		row[k] = x;
		if (x >= a && x - k >= b)
			return true;
	}
	return false;
}

/* False: without memory, or the recordings differ too much (search->distance is -1 then). */
static bool find(const struct pairing *pairing, struct search *search)
{
	for (long d = 0; d <= MAX_DISTANCE; d++) {
		search->reached[d] = calloc(2 * (size_t)d + 1, sizeof(long));
		if (!search->reached[d])
			return false;
		search->distance = d;
		if (explore(pairing, search, d))
			return true;
	}
	search->distance = -1;
	return true;
}

/* From the end to the beginning; the rows are turned around afterwards. */
static void walk_back(struct pairing *pairing, const struct search *search)
{
	long x = (long)pairing->count_a, y = (long)pairing->count_b;
	const long begin = (long)pairing->begin;

	for (long d = search->distance; d >= 0; d--) {
		const long k = x - y, from = step(search, d, k);

		while (x > from) {
			x--;
			y--;
			add_row(pairing, DIFF_SAME, (size_t)(begin + x), (size_t)(begin + y));
		}
		if (!d)
			return;
		if (k == -d || (k != d && search->reached[d - 1][d - 1 + k - 1] <
						  search->reached[d - 1][d - 1 + k + 1]))
			add_row(pairing, DIFF_ONLY_B, 0, (size_t)(begin + --y));
		else
			add_row(pairing, DIFF_ONLY_A, (size_t)(begin + --x), 0);
	}
}

static void turn(struct diff_row *rows, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		const struct diff_row row = rows[i];

		rows[i] = rows[count - 1 - i];
		rows[count - 1 - i] = row;
	}
}

static bool pair_middle(struct pairing *pairing)
{
	const size_t first = pairing->diff->count;
	struct search search = {.distance = 0};
	const bool done = find(pairing, &search);

	if (done && search.distance >= 0) {
		walk_back(pairing, &search);
		turn(pairing->diff->rows + first, pairing->diff->count - first);
	} else if (done) {
		pairing->diff->coarse = true;
		add_apart(pairing);
	}
	search_free(&search);
	return done;
}

bool diff_traces(const struct trace *a, const struct trace *b, struct diff *diff)
{
	struct pairing pairing = {.a = a, .b = b, .diff = diff};
	size_t end_a = a->call_count, end_b = b->call_count, tail;
	bool done;

	*diff = (struct diff){0};
	diff->rows = calloc(end_a + end_b + 1, sizeof(*diff->rows));
	if (!diff->rows)
		return false;
	while (pairing.begin < end_a && pairing.begin < end_b &&
	       same_call(&a->calls[pairing.begin], &b->calls[pairing.begin])) {
		add_row(&pairing, DIFF_SAME, pairing.begin, pairing.begin);
		pairing.begin++;
	}
	while (end_a > pairing.begin && end_b > pairing.begin &&
	       same_call(&a->calls[end_a - 1], &b->calls[end_b - 1])) {
		end_a--;
		end_b--;
	}
	pairing.count_a = end_a - pairing.begin;
	pairing.count_b = end_b - pairing.begin;
	done = pair_middle(&pairing);
	for (tail = 0; done && end_a + tail < a->call_count; tail++)
		add_row(&pairing, DIFF_SAME, end_a + tail, end_b + tail);
	if (!done)
		diff_free(diff);
	return done;
}

void diff_free(struct diff *diff)
{
	free(diff->rows);
	*diff = (struct diff){0};
}
