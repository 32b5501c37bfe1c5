/* SPDX-License-Identifier: BSD-3-Clause */
/* Expected calls, answers without the model, the check of wrappers: host-shim.md#8.3 */
#include "host_shim/src/conduit/expect.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

/* --- expectations ---------------------------------------------------------------------------------- */

void hshim_expect_begin(enum hshim_expect_mode mode)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	shim->expecting = true;
	shim->mode = mode;
	shim->expected_count = 0;
	shim_expect_forget(shim);
}

static void set_times(struct expectation *e, const struct hshim_match *match)
{
	e->least = (unsigned int)match->low;
	e->most = (unsigned int)match->high;
}

void hshim_expect(unsigned int fid, const struct hshim_match *matches)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	struct expectation *all, *e;
	unsigned int n = 0;

	all = realloc(shim->expected, (shim->expected_count + 1) * sizeof(*all));
	if (!all)
		return;
	shim->expected = all;
	e = &all[shim->expected_count++];
	*e = (struct expectation){.fid = fid, .least = 1, .most = 1};
	for (; matches->kind != HSHIM_MATCH_END; matches++) {
		if (matches->kind == HSHIM_MATCH_TIMES)
			set_times(e, matches);
		else if (n < EXPECT_MATCHES)
			e->match[n++] = *matches;
	}
}

static bool in_state(const struct hshim *shim, uint64_t pa, const char *state)
{
	struct rmmsim_granule_info info;

	return rmmsim_granule_info(shim->sim, pa, &info) == RMMSIM_OK &&
	       strcmp(info.state, state) == 0;
}

static bool matches(const struct hshim *shim, const struct expectation *e,
		    const struct hshim_call *call)
{
	if (e->fid != call->fid)
		return false;
	for (unsigned int i = 0; i < EXPECT_MATCHES; i++) {
		const struct hshim_match *m = &e->match[i];
		const unsigned long x = call->x[m->reg % 18];

		if (m->kind == HSHIM_MATCH_EQ && x != m->low)
			return false;
		if (m->kind == HSHIM_MATCH_RANGE && (x < m->low || x > m->high))
			return false;
		if (m->kind == HSHIM_MATCH_STATE && !in_state(shim, x, m->state))
			return false;
	}
	return true;
}

void shim_expect_forget(struct hshim *shim)
{
	while (shim->actual_count)
		free(shim->actual[--shim->actual_count].fits);
}

/* In order: the first expectation that is not full and that no later one has passed. */
static unsigned int note_ordered(struct hshim *shim, const struct hshim_call *call)
{
	unsigned int last = 0;

	for (unsigned int i = 0; i < shim->expected_count; i++)
		if (shim->expected[i].seen)
			last = i;
	for (unsigned int i = last; i < shim->expected_count; i++) {
		struct expectation *e = &shim->expected[i];

		if (matches(shim, e, call) && (e->seen < e->most || !e->most)) {
			e->seen++;
			return i;
		}
		if (e->seen < e->least)
			return EXPECT_NONE;
	}
	return EXPECT_NONE;
}

static unsigned int note_unordered(struct hshim *shim, const struct hshim_call *call)
{
	unsigned int full = EXPECT_NONE;

	for (unsigned int i = 0; i < shim->expected_count; i++) {
		struct expectation *e = &shim->expected[i];

		if (!matches(shim, e, call))
			continue;
		if (e->seen < e->most) {
			e->seen++;
			return i;
		}
		full = i;
	}
	if (full != EXPECT_NONE)
		shim->expected[full].seen++;
	return full;
}

static void note_fits(const struct hshim *shim, struct expect_call *made)
{
	made->fits = calloc(shim->expected_count + 1ul, 1);
	for (unsigned int i = 0; made->fits && i < shim->expected_count; i++)
		made->fits[i] = matches(shim, &shim->expected[i], &made->call);
	made->fits_count = made->fits ? shim->expected_count : 0;
}

void shim_expect_note(struct hshim *shim, const struct hshim_call *call)
{
	struct expect_call *all = realloc(shim->actual, (shim->actual_count + 1) * sizeof(*all));
	struct expect_call *made;

	if (!all)
		return;
	shim->actual = all;
	made = &all[shim->actual_count++];
	*made = (struct expect_call){.call = *call};
	note_fits(shim, made);
	made->which = shim->mode == HSHIM_UNORDERED ? note_unordered(shim, call)
						    : note_ordered(shim, call);
}

static bool all_met(const struct hshim *shim)
{
	unsigned int seen = 0;

	for (unsigned int i = 0; i < shim->expected_count; i++) {
		const struct expectation *e = &shim->expected[i];

		if (e->seen < e->least || e->seen > e->most)
			return false;
		seen += e->seen;
	}
	return shim->mode != HSHIM_STRICT || seen == shim->actual_count;
}

int hshim_expect_end(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	struct text text = {.size = 0};

	shim->expecting = false;
	if (all_met(shim))
		return 0;
	shim_expect_text(shim, &text);
	hshim_report(HSHIM_O_SMC_EXPECT, "%s", text.at);
	return 1;
}

/* --- mock -------------------------------------------------------------------------------------------- */

void hshim_mock_begin(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	shim->mocking = true;
	shim->answer_count = 0;
	shim->answer_next = 0;
}

void hshim_mock_answer(unsigned int fid, const unsigned long *x, unsigned int count)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	struct hshim_call *all = realloc(shim->answers, (shim->answer_count + 1) * sizeof(*all));

	if (!all)
		return;
	shim->answers = all;
	all[shim->answer_count] = (struct hshim_call){.fid = fid};
	for (unsigned int i = 0; i < count && i < 18; i++)
		all[shim->answer_count].ret[i] = x[i];
	shim->answer_count++;
}

unsigned int hshim_mock_end(void)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	shim->mocking = false;
	return shim->answer_count - shim->answer_next;
}

bool shim_mock(struct hshim *shim, struct hshim_call *call)
{
	const struct hshim_call *answer = NULL;

	if (shim->echoing) {
		for (unsigned int i = 1; i < 18; i++)
			call->ret[i] = hshim_echo_out(i);
		call->ret[0] = 0;
		return true;
	}
	if (shim->answer_next < shim->answer_count)
		answer = &shim->answers[shim->answer_next];
	if (!answer || (answer->fid && answer->fid != call->fid)) {
		call->ret[0] = ~0ul;
		hshim_report(HSHIM_O_SMC_EXPECT, "no answer was prepared for %s",
			     call->name ? call->name : "an unknown command");
		return false;
	}
	memcpy(call->ret, answer->ret, sizeof(call->ret));
	shim->answer_next++;
	return true;
}

/* --- wrappers ------------------------------------------------------------------------------------------ */

void hshim_echo_begin(void)
{
	SHIM_LOCKED();
	shim_current()->echoing = true;
}

unsigned long hshim_echo_in(unsigned int n)
{
	SHIM_LOCKED();
	return 0x5100000000000000ul | (unsigned long)n << 12;
}

unsigned long hshim_echo_out(unsigned int n)
{
	SHIM_LOCKED();
	return 0x6200000000000000ul | (unsigned long)n << 12;
}

int hshim_echo_check(const char *command, unsigned int passed)
{
	SHIM_LOCKED();
	const struct smc_command *row = smc_command(smc_command_find(command));
	const struct hshim_call *call = hshim_last_call(0);

	shim_current()->echoing = false;
	if (!row || !call || call->fid != row->fid) {
		hshim_report(HSHIM_O_SMC_ARGS, "the wrapper of %s called %s", command,
			     call && call->name ? call->name : "something else");
		return 18;
	}
	for (int i = 1; i <= 7; i++) {
		const bool given = i <= row->inputs && (unsigned int)i <= passed;
		const unsigned long wanted = given ? hshim_echo_in((unsigned int)i) : 0;

		if (call->x[i] == wanted || (i <= row->inputs && !given))
			continue;
		hshim_report(HSHIM_O_SMC_ARGS, "the wrapper of %s has 0x%lx in X%d (%s)", command,
			     call->x[i], i, i <= row->inputs ? row->in[i - 1].name : "unused");
		return i;
	}
	return 0;
}
