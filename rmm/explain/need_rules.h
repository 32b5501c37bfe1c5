/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_EXPLAIN_NEED_RULES_H
#define RMM_EXPLAIN_NEED_RULES_H

/* What the rules of needs.def look at, and their names. */

#include "rmm/call.h"
#include "rmm/rmi/realm_params.h"

/* A refused call. NULL: the call names none, or what it names is none. */
struct subject {
	const struct call *call;
	const struct realm *realm;
	struct realm_params params;       /* REALM_CREATE */
	struct rmi_rec_params rec_params; /* REC_CREATE */
	int level;                        /* index of the condition's result */
};

/* Number of the register of an input, 0 if the command has none of this name. */
unsigned int subject_input(const struct call *call, const char *name);
/* Input of this name, 0 if the command has none. */
uint64_t subject_x(const struct subject *subject, const char *name);
/* The granule that the input of this name points to, NULL unless it is in this state. */
struct granule *subject_granule(const struct subject *subject, const char *name,
				enum granule_state state);
/* The REC that the input of this name points to. */
const struct rec *subject_rec(const struct subject *subject, const char *name);

/*
 * A rule sets relation, low and high, `given`, and the value where it is no input of the call. False:
 * no number would do, or the object it depends on is missing.
 */
#define RULE(name)                      bool need_##name(const struct subject *s, struct rmmsim_need *need)
#define NEED(condition, argument, rule) RULE(rule);
#include "rmm/explain/needs.def"
#undef NEED

/* --- relations: each is what a rule returns ------------------------------------------------------ */

static inline bool need_exactly(struct rmmsim_need *need, uint64_t value)
{
	need->relation = RMMSIM_NEEDS_EXACTLY;
	need->low = value;
	return true;
}

static inline bool need_range(struct rmmsim_need *need, uint64_t low, uint64_t high)
{
	need->relation = low == high ? RMMSIM_NEEDS_EXACTLY : RMMSIM_NEEDS_RANGE;
	need->low = low;
	need->high = high;
	return (int64_t)low <= (int64_t)high;
}

static inline bool need_at_most(struct rmmsim_need *need, uint64_t value)
{
	need->relation = RMMSIM_NEEDS_AT_MOST;
	need->high = value;
	return true;
}

static inline bool need_at_least(struct rmmsim_need *need, uint64_t value)
{
	need->relation = RMMSIM_NEEDS_AT_LEAST;
	need->low = value;
	return true;
}

static inline bool need_multiple(struct rmmsim_need *need, uint64_t of)
{
	need->relation = RMMSIM_NEEDS_MULTIPLE;
	need->low = of;
	return of != 0;
}

static inline bool need_bits(struct rmmsim_need *need, uint64_t mask)
{
	need->relation = RMMSIM_NEEDS_BITS;
	need->low = mask;
	return true;
}

static inline void need_given(struct rmmsim_need *need, const char *name, uint64_t value)
{
	need->given[need->given_count].name = name;
	need->given[need->given_count++].value = value;
}

#endif
