/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_REPLAY_H
#define TRACE_REPLAY_H

/*
 * Feeds a recording to an instance and compares every answer: registers and memory of the Host's
 * calls, registers and memory of the Realm each time it gets control. The Realm of the recording is
 * an engine that does what the Realm lines say.
 *
 * A difference while a REC_ENTER runs counts against that call. After a difference the replay
 * goes on with the next line of the recording; nothing of the model is forced to the recorded state.
 */

#include "smc/smc.h"
#include "trace/trace.h"

enum replay_verdict {
	REPLAY_SAME,
	REPLAY_DIFFERS,
	REPLAY_NOT_MODELLED, /* needs a command without handler: not compared */
};

enum replay_what {
	REPLAY_RESULT,   /* X<index> after the Host's call */
	REPLAY_REGISTER, /* X<index> when the Realm gets control */
	REPLAY_PLANE,    /* the plane that gets control */
	REPLAY_PC,
	REPLAY_PSTATE,
	REPLAY_MEMORY,     /* `width` bytes at pa */
	REPLAY_LEFT,       /* the recorded Realm ran on, the model left to the Host */
	REPLAY_STAYED,     /* the recorded REC left to the Host, the model ran the Realm again */
	REPLAY_STORE,      /* what the recording stores at pa cannot be stored there */
	REPLAY_UNMODELLED, /* strict: the command has no handler */
	REPLAY_UNREAD,     /* strict: the model did not read the `in` page at pa */
	REPLAY_READ,       /* strict: the model read the page at pa, which `in` does not list */
};

struct replay_difference {
	enum replay_what what;
	size_t line; /* of the recording */
	uint64_t expected, actual;
	unsigned int index, width;
	unsigned int repeat;   /* memory: words behind it that differ in the same way */
	uint64_t pa, ipa;      /* ipa: Realm memory, else 0 */
	const char *structure; /* what lies in memory there: "RmiRecRun"; NULL if not known */
	unsigned int offset;   /* in it */
	enum smc_command_id
		command; /* Realm side: the call that the Realm made before, or SMC_NONE */
};

#define REPLAY_MAX_DIFFERENCES 24

/* A call that differs. */
struct replay_mismatch {
	const struct trace_call *call;
	enum smc_shape shape; /* of the monitor that answered differently */
	size_t count;         /* of all differences; the first ones are kept */
	struct replay_difference differences[REPLAY_MAX_DIFFERENCES];
	char *explanation; /* why the model refused the call, NULL if it did not */
};

/* A call that is over. The texts live as long as the call-back. */
struct replay_done {
	const struct trace_call *call;
	struct rmmsim *sim;
	enum smc_shape shape;
	const struct rmmsim_regs *regs; /* the model's results */
	enum replay_verdict verdict;
	const struct replay_mismatch *mismatch; /* kept, or NULL */
	const struct rmmsim_explanation
		*refusal; /* by the model, numbered as the recording; or NULL */
};

struct replay_options {
	const char *profile; /* NULL: the one that made the recording */
	smc_quirks flip;     /* quirks that are the other way round than in the profile */
	bool strict;         /* commands without handler and unneeded `in` pages are differences */
	bool stop;           /* end with the first call that differs */
	size_t keep;         /* mismatches to keep in the result */
	/* Now and then, with the number of calls done; may be NULL. */
	void (*progress)(void *context, size_t calls);
	/* After each call; one that was made while another ran comes before that. May be NULL. */
	void (*after)(void *context, const struct replay_done *done);
	/* At the end, before the instance is destroyed; may be NULL. */
	void (*finished)(void *context, struct rmmsim *sim);
	void *context;
};

/* Where something differs: later in the recording is larger. */
typedef uint64_t replay_position;
#define REPLAY_NOWHERE UINT64_MAX

struct replay_result {
	size_t calls, mismatches, not_modelled;
	uint8_t *
		verdicts; /* enum replay_verdict per call of the trace, as far as it was replayed */
	replay_position first; /* the first difference, or REPLAY_NOWHERE */
	size_t first_call;     /* index of the call it counts against */
	uint64_t fingerprint;  /* of all differences: the same answers give the same value */
	size_t kept_count;
	struct replay_mismatch *kept;
};

/* Name of the profile that made a recording: "tf-rmm-0.8", or "default". */
const char *replay_profile(const struct trace *trace);

/*
 * Replays. False after filling *error when the header's machine cannot be built or memory is short;
 * otherwise the caller frees *result with replay_result_free().
 */
bool replay(const struct trace *trace, const struct replay_options *options,
	    struct replay_result *result, struct trace_error *error);
void replay_result_free(struct replay_result *result);

#endif
