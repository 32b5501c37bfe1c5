/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_CALL_H
#define RMM_CALL_H

/*
 * One call in progress, and how a handler tests its conditions.
 *
 * A handler reads: resolve inputs, REQUIRE lines in the mandated order, CHECKED, effects. A refused
 * call is run once more as a *dry run*: there a failing REQUIRE is only noted and the handler goes
 * on to CHECKED, so that an explanation can list everything that is wrong. In a dry run an object
 * that did not resolve is NULL, and a condition that needs it is written `WITH(object, expression)`.
 */

#include "rmm/rec.h"

struct run;

struct call {
	struct rmmsim *sim;
	unsigned int pe;
	enum smc_command_id id;
	uint64_t x[18];      /* registers as passed; x[0] is the FID, x[1] the first input */
	uint64_t out[18];    /* registers as returned; prepared by the door */
	struct mem_call mem; /* for mem_set_state() */

	struct run *run; /* Realm calls only: the REC_ENTER in progress */
	void *finishing; /* only while OP_CONTINUE carries out another command */

	bool dry_run;
	bool stop;                          /* refused: the handler returns */
	enum smc_condition_id refused;      /* first condition that failed */
	struct rmmsim_explanation *explain; /* filled in a dry run, NULL otherwise */
};

typedef void (*call_handler)(struct call *call);

/*
 * A condition of the call failed. Sets X0 from the condition's row (`level` is the index of rows that
 * carry one) and returns true when the handler has to return.
 */
bool call_refuse(struct call *call, enum smc_condition_id condition, int level);

/* Refuses the call unless `holds`. For rows whose index is a level use REQUIRE_LEVEL. */
#define REQUIRE(call, condition, holds)                                   \
	do {                                                              \
		if (!(holds) && call_refuse((call), COND_##condition, 0)) \
			return;                                           \
	} while (0)

#define REQUIRE_LEVEL(call, condition, holds, level)                            \
	do {                                                                    \
		if (!(holds) && call_refuse((call), COND_##condition, (level))) \
			return;                                                 \
	} while (0)

/*
 * The same in a helper of several handlers, which has the row as a value: after a refusal it does nothing. The
 * handler goes on with RESOLVED().
 */
static inline void call_require(struct call *call, enum smc_condition_id condition, bool holds)
{
	if (!holds && !call->stop)
		call_refuse(call, condition, 0);
}

/* True where `object` did not resolve: only a dry run gets that far. */
#define WITH(object, expression) (!(object) || (expression))

/* Returns if a resolver refused the call. */
#define RESOLVED(call)            \
	do {                      \
		if ((call)->stop) \
			return;   \
	} while (0)

/* End of the conditions: every line below changes state, which refused calls are not explained by. */
#define CHECKED(call)                         \
	do {                                  \
		if ((call)->dry_run)          \
			return;               \
		explain_waiting((call)->sim); \
	} while (0)
/* Before a change of state: explains the refused calls that wait for it. rmm/explain/late.c */
void explain_now(struct rmmsim *sim);
/* No PE has a refused call any more. */
void explain_forget(struct rmmsim *sim);
static inline void explain_waiting(struct rmmsim *sim)
{
	if (__builtin_expect(sim->waiting != 0, 0))
		explain_now(sim);
}

/*
 * Resolves a granule argument. Three consecutive condition rows: alignment, bound, state. Returns
 * NULL after refusing.
 */
struct granule *call_granule(struct call *call, enum smc_condition_id align, uint64_t pa,
			     enum granule_state state);
/* The same where device memory does not count as managed. */
struct granule *call_dram(struct call *call, enum smc_condition_id align, uint64_t pa,
			  enum granule_state state);
/* An argument that names Non-secure memory: rows x_align, x_bound, x_pas. */
struct granule *call_ns(struct call *call, enum smc_condition_id align, uint64_t pa);
/* An RD argument and its Realm; *granule may be NULL if not wanted. */
const struct realm *call_realm(struct call *call, enum smc_condition_id align, uint64_t pa,
			       struct granule **granule);
const struct rec *call_rec(struct call *call, enum smc_condition_id align, uint64_t pa,
			   struct granule **granule);

/* In a dry run: `granule` at `pa` is why row `condition` fails. */
void call_blame(struct call *call, enum smc_condition_id condition, uint64_t pa,
		const struct granule *granule);
/* Something the handler looked at; kept for the explanation, costs nothing outside a dry run.
 * `text` is the symbolic form or NULL; both strings have static storage. */
void call_saw(struct call *call, const char *name, uint64_t value, const char *text);
/* rtt_walk() and its notes, in tree `tree`. */
struct rtt_walk call_walk(struct call *call, const struct realm *realm, unsigned int tree,
			  uint64_t ipa, int level);

/* Registers in, and registers out as they are before the handler sets any. */
void call_begin(struct call *call, const uint64_t x[18]);
/*
 * Runs the handler of call->id. Results are in call->out; a refusal is counted and explained. For
 * the Host's door and for Realm calls alike.
 */
void call_execute(struct call *call);
/* The same with a handler of one's own. */
void call_run(struct call *call, call_handler handler);

/* Tell a recorder that the call reads or writes Non-secure memory. A dry run does neither. */
static inline void call_ns_read(const struct call *call, uint64_t pa, size_t size)
{
	const struct rmmsim_config *config = &call->sim->config;

	if (config->ns_access && !call->dry_run)
		config->ns_access(config->ns_access_context, pa, size, false);
}

static inline void call_ns_write(const struct call *call, uint64_t pa, size_t size)
{
	const struct rmmsim_config *config = &call->sim->config;

	if (config->ns_access && !call->dry_run)
		config->ns_access(config->ns_access_context, pa, size, true);
}

/* Result registers. */
static inline void call_return(struct call *call, unsigned int n, uint64_t value)
{
	call->out[n] = value;
}

/* --- handlers, one file per command family --------------------------------------------------- */

/* The handler of a command, NULL while it is not modelled. */
call_handler call_handler_of(enum smc_command_id id, enum smc_shape shape);

#define HANDLER(id, function)   void function(struct call *call);
#define HANDLER_2(id, function) void function(struct call *call);
#include "rmm/handlers.def"
#undef HANDLER
#undef HANDLER_2

#endif
