/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Loops: the same refused call again and again, or calls that lead back to where they began. How many
 * calls a host makes says nothing; that it makes one again in a state in which it was already does.
 */
#include "host_shim/src/conduit/shim.h"

#include <string.h>

#include <rmmsim/snapshot.h>

#define SAME_LIMIT   2000
#define UNSUSPICIOUS 20000 /* calls since the host was entered */
#define UNSEEN       10    /* times that, for hosts that nothing enters by name */
#define RETURNS      2000  /* to the same call in the same state */
#define STRAYS       64    /* to the same call in another state: another one is watched */

static bool is_same(const struct hshim_call *a, const struct hshim_call *b)
{
	return a->ret[0] == b->ret[0] && memcmp(a->x, b->x, sizeof(a->x)) == 0;
}

static void check_repetition(struct hshim *shim, const struct hshim_call *call)
{
	if (call->ret[0] == 0 || !is_same(call, &shim->same_call)) {
		shim->same = 0;
		if (call->ret[0])
			shim->same_call = *call;
		return;
	}
	if (++shim->same < SAME_LIMIT)
		return;
	shim->same = 0;
	hshim_report(HSHIM_O_LOOP_SMC, "%s was refused in the same way %d times in a row",
		     call->name ? call->name : "an unknown command", SAME_LIMIT);
	hshim_leave();
}

/* --- no progress ------------------------------------------------------------------------------------------ */

void hshim_entered(void)
{
	SHIM_LOCKED();
	struct shim_loop *loop = &shim_current()->loop;

	memset(loop, 0, sizeof(*loop));
	loop->entered = true;
}

static void watch(struct shim_loop *loop, struct hshim *shim, const struct hshim_call *call)
{
	loop->call = *call;
	loop->state = rmmsim_fingerprint(shim->sim);
	loop->watching = true;
	loop->next = loop->calls * 2;
	loop->returns = 0;
	loop->strays = 0;
}

static void check_loop(struct hshim *shim, const struct hshim_call *call)
{
	struct shim_loop *loop = &shim->loop;

	if (++loop->calls < (loop->entered ? UNSUSPICIOUS : UNSUSPICIOUS * UNSEEN) || shim->mocking)
		return;
	if (!loop->watching || loop->calls >= loop->next || loop->strays == STRAYS) {
		watch(loop, shim, call);
		return;
	}
	if (!is_same(call, &loop->call))
		return;
	if (rmmsim_fingerprint(shim->sim) != loop->state) {
		loop->strays++;
		return;
	}
	if (++loop->returns < RETURNS)
		return;
	memset(loop, 0, sizeof(*loop));
	hshim_report(HSHIM_O_LOOP_SMC,
		     "%s was made %d times in the same state of the monitor: no progress",
		     call->name ? call->name : "an unknown command", RETURNS);
	hshim_leave();
}

/* --- limits ------------------------------------------------------------------------------------------------ */

static void check_stall(struct hshim *shim)
{
	if (shim->stall_limit && ++shim->stall_used == shim->stall_limit)
		hshim_report(HSHIM_O_CTX_STALL, "%lu SMCs without a scheduling point",
			     shim->stall_limit);
	if (!shim->stall_us ||
	    shim_microseconds(shim, shim->cycles - shim->stall_start) < shim->stall_us)
		return;
	shim->stall_start = shim->cycles;
	hshim_report(HSHIM_O_CTX_STALL, "%lu simulated microseconds without a scheduling point",
		     shim->stall_us);
}

void shim_check_progress(struct hshim *shim, const struct hshim_call *call)
{
	check_repetition(shim, call);
	check_loop(shim, call);
	check_stall(shim);
	if (!shim->budget || ++shim->budget_used < shim->budget)
		return;
	shim->budget_used = 0;
	hshim_report(HSHIM_O_LOOP_SMC, "the budget of %lu SMCs is used up", shim->budget);
	hshim_leave();
}
