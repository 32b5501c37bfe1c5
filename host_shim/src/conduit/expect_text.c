/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Expected and actual calls side by side. In order, they are aligned so that as many as possible stand
 * together: a call that is missing does not make all that follow look wrong.
 */
#include "host_shim/src/conduit/expect.h"

#include <stdlib.h>

#define COLUMN   52
#define MAX_SIZE (8u << 20) /* of the table of an alignment, in entries */

/* --- alignment -------------------------------------------------------------------------------------------- */

static bool fits(const struct hshim *shim, unsigned int i, unsigned int j)
{
	const struct expect_call *call = &shim->actual[j];

	return i < call->fits_count && call->fits[i];
}

/* best[i][j]: the most pairs of expectations from i on and calls from j on. */
static uint32_t *best_of(const struct hshim *shim)
{
	const size_t columns = shim->actual_count + 1ul, rows = shim->expected_count + 1ul;
	uint32_t *best = rows * columns <= MAX_SIZE ? calloc(rows * columns, sizeof(*best)) : NULL;

	for (size_t i = rows - 1; best && i-- > 0;) {
		const size_t next = shim->expected[i].most == 1 ? i + 1 : i;

		for (size_t j = columns - 1; j-- > 0;) {
			uint32_t *at = &best[i * columns + j];
			const uint32_t skip = at[columns], extra = at[1];

			*at = skip > extra ? skip : extra;
			if (fits(shim, (unsigned int)i, (unsigned int)j) &&
			    best[next * columns + j + 1] + 1 > *at)
				*at = best[next * columns + j + 1] + 1;
		}
	}
	return best;
}

static void align(struct hshim *shim)
{
	const size_t columns = shim->actual_count + 1ul;
	uint32_t *best = best_of(shim);
	unsigned int i = 0, j = 0;

	if (!best)
		return;
	for (unsigned int n = 0; n < shim->expected_count; n++)
		shim->expected[n].seen = 0;
	for (unsigned int n = 0; n < shim->actual_count; n++)
		shim->actual[n].which = EXPECT_NONE;
	while (i < shim->expected_count && j < shim->actual_count) {
		const unsigned int next = shim->expected[i].most == 1 ? i + 1 : i;
		const uint32_t here = best[i * columns + j];

		if (fits(shim, i, j) && here == best[next * columns + j + 1] + 1) {
			shim->expected[i].seen++;
			shim->actual[j++].which = i;
			i = next;
		} else if (here == best[(i + 1) * columns + j]) {
			i++;
		} else {
			j++;
		}
	}
	free(best);
}

/* --- text --------------------------------------------------------------------------------------------------- */

static void expected_text(const struct expectation *e, char *buf, size_t size)
{
	struct text text = {.size = 0};
	const char *name = hshim_fid_name(e->fid);

	text_add(&text, "%s", name ? name : "?");
	for (unsigned int i = 0; i < EXPECT_MATCHES; i++) {
		const struct hshim_match *m = &e->match[i];

		if (m->kind == HSHIM_MATCH_EQ)
			text_add(&text, " x%u=0x%lx", m->reg, m->low);
		if (m->kind == HSHIM_MATCH_RANGE)
			text_add(&text, " x%u=0x%lx..0x%lx", m->reg, m->low, m->high);
		if (m->kind == HSHIM_MATCH_STATE)
			text_add(&text, " x%u in %s", m->reg, m->state);
	}
	if (e->least != 1 || e->most != 1)
		text_add(&text, " (%u..%u times)", e->least, e->most);
	if (e->seen < e->least || e->seen > e->most)
		text_add(&text, "  <- seen %u", e->seen);
	snprintf(buf, size, "%.150s", text.at);
}

static void actual_text(const struct hshim_call *call, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s", call->name ? call->name : "?");

	for (unsigned int i = 1; i <= call->inputs && n > 0 && (size_t)n < size; i++)
		n += snprintf(buf + n, size - (size_t)n, " 0x%lx", call->x[i]);
}

/* What was expected, or was made, and has no partner. */
static void put_expected(struct text *text, const struct expectation *e)
{
	char left[160];

	expected_text(e, left, sizeof(left));
	text_add(text, "%c %-*s|\n", e->seen < e->least ? '-' : ' ', COLUMN, left);
}

static void put_actual(struct text *text, const struct hshim *shim, const struct expect_call *call)
{
	char right[160];

	actual_text(&call->call, right, sizeof(right));
	text_add(text, "%c %-*s| %s\n", shim->mode == HSHIM_STRICT ? '+' : ' ', COLUMN, "", right);
}

static void put_pair(struct text *text, const struct expectation *e, const struct expect_call *call,
		     bool again)
{
	char left[160] = "\"", right[160];

	if (!again)
		expected_text(e, left, sizeof(left));
	actual_text(&call->call, right, sizeof(right));
	text_add(text, "  %-*s| %s\n", COLUMN, left, right);
}

static void put_ordered(const struct hshim *shim, struct text *text)
{
	unsigned int next = 0, last = EXPECT_NONE;

	for (unsigned int j = 0; j < shim->actual_count; j++) {
		const struct expect_call *call = &shim->actual[j];

		if (call->which == EXPECT_NONE) {
			put_actual(text, shim, call);
			continue;
		}
		while (next < call->which)
			put_expected(text, &shim->expected[next++]);
		put_pair(text, &shim->expected[call->which], call, call->which == last);
		last = call->which;
		next = last + 1;
	}
	while (next < shim->expected_count)
		put_expected(text, &shim->expected[next++]);
}

static void put_unordered(const struct hshim *shim, struct text *text)
{
	for (unsigned int i = 0; i < shim->expected_count; i++) {
		bool again = false;

		for (unsigned int j = 0; j < shim->actual_count; j++) {
			if (shim->actual[j].which != i)
				continue;
			put_pair(text, &shim->expected[i], &shim->actual[j], again);
			again = true;
		}
		if (!again)
			put_expected(text, &shim->expected[i]);
	}
	for (unsigned int j = 0; j < shim->actual_count; j++)
		if (shim->actual[j].which == EXPECT_NONE)
			put_actual(text, shim, &shim->actual[j]);
}

void shim_expect_text(struct hshim *shim, struct text *text)
{
	text_add(text, "calls are not as expected (-: missing, +: not expected)\n  %-*s| %s\n",
		 COLUMN, "expected", "actual");
	if (shim->mode == HSHIM_UNORDERED) {
		put_unordered(shim, text);
		return;
	}
	align(shim);
	put_ordered(shim, text);
}
