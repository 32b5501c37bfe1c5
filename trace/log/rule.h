/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_RULE_H
#define TRACE_LOG_RULE_H

/* What a log can tell of the conditions of a call: rules.def. */

#include "trace/log/state.h"

/* FAILS and HOLDS: in every state that agrees with the lines before. */
enum log_judgement { LOG_FAILS, LOG_EITHER, LOG_HOLDS };

enum log_test {
#define TEST(name) LOG_TEST_##name,
#include "trace/log/tests.def"
#undef TEST
	LOG_TESTS,
};

/* Levels that an index can name, given the arguments and the start level. */
enum log_level {
	LOG_LEVEL_NONE,         /* the status has no index */
	LOG_LEVEL_ZERO,         /* not a level: 0 */
	LOG_LEVEL_ONE,          /* not a level: 1 */
	LOG_LEVEL_WALK,         /* where a walk to level 3 can end */
	LOG_LEVEL_PAGE,         /* 3 */
	LOG_LEVEL_START,        /* the start level */
	LOG_LEVEL_ABOVE_PARENT, /* a walk that ends above level Xb - 1 */
	LOG_LEVEL_PARENT,       /* Xb - 1 */
	LOG_LEVEL_LEVEL,        /* Xb */
	LOG_LEVEL_CROSSED,      /* an entry that the base (Xb) or the top (next) cuts */
	LOG_LEVEL_RIPAS_STUCK,  /* an entry that the request of REC Xa cannot change */
};

struct log_rule {
	enum smc_command_id command;
	enum smc_condition_id condition; /* SMC_COND_NONE: any answer is possible from here on */
	enum log_test test;
	uint32_t a, b;
	enum log_level level;
};

/* The rules of a command, in order; 0 if there are none. */
size_t log_rules(enum smc_command_id command, const struct log_rule **rules);

#define LOG_MAX_BECAUSE 8

/* Lines that a judgement rests on. */
struct log_because {
	unsigned int count;
	size_t lines[LOG_MAX_BECAUSE]; /* ascending, each once */
};

void log_because_add(struct log_because *because, size_t line);

/* One of the states in which a call may have been made. */
struct log_view {
	struct log_state *state;
	const struct log_call *call;
	/* The Realm whose parameters matter: that of X1, or the caller's. NULL: not known. */
	struct log_object *realm;
	struct log_object *caller; /* the REC; NULL: a call of the Host, or not known */
	struct log_geometry geometry;
	struct log_planes planes;
};

/* X1.. as the command has them, not in the order in which they are printed. */
static inline uint64_t log_x(const struct log_view *view, uint32_t n)
{
	return view->call->x[n - 1];
}

/* *because (may be NULL) gets the lines that FAILS or HOLDS rests on. */
enum log_judgement log_judge(const struct log_view *view, const struct log_rule *rule,
			     struct log_because *because);
/* Whether the index of the answer can be that of this rule. */
bool log_level_fits(const struct log_view *view, const struct log_rule *rule, uint32_t index);

/* --- tests, by what they look at ----------------------------------------------------------- */

enum log_judgement log_judge_argument(const struct log_view *view, const struct log_rule *rule,
				      struct log_because *because);
enum log_judgement log_judge_object(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because);
enum log_judgement log_judge_space(const struct log_view *view, const struct log_rule *rule,
				   struct log_because *because);
enum log_judgement log_judge_caller(const struct log_view *view, const struct log_rule *rule,
				    struct log_because *because);

static inline enum log_judgement log_holds_if(bool holds)
{
	return holds ? LOG_HOLDS : LOG_FAILS;
}

/* 4 KiB at level 3: rtt.md#1 */
static inline uint64_t log_entry_size(int64_t level)
{
	return UINT64_C(1) << (12 + 9 * (3 - level));
}

/* rsi.md#7 */
static inline uint64_t log_rec_index(uint64_t mpidr)
{
	return (mpidr & 0xf) | (mpidr >> 8 & 0xff) << 4 | (mpidr >> 16 & 0xff) << 12 |
	       (mpidr >> 32 & 0xff) << 20;
}

/* A request of this REC may cover the range from `base` to `top`; it fits `want` if that is not NULL. */
bool log_request_covers(const struct log_requests *requests, uint64_t base, uint64_t top,
			bool (*want)(const struct log_request *request, const void *context),
			const void *context);

#endif
