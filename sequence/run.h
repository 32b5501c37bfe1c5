/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_RUN_H
#define SEQUENCE_RUN_H

/*
 * Runs sequences. The Realm side is an engine: while a REC_ENTER is in progress the steps behind it that
 * are the Realm's (and Host calls marked `during`) are what happens, until the REC exits. What the Realm
 * was to do after the exit is passed over; when there is nothing left to do, an interrupt ends the stay.
 */

#include <rmmsim/engine.h>

#include "sequence/sequence.h"

#define SEQUENCE_STARTS   6u
#define SEQUENCE_MACHINES 4u
/* A sequence that repeats much is cut off here. */
#define SEQUENCE_MAX_CALLS 1600u

/* The configuration of a machine, profile and all. `index` is in range. */
void sequence_machine_config(unsigned int index, struct rmmsim_config *config);
const char *sequence_start_script(unsigned int index);

/* One call of the Host, for those who watch. */
struct sequence_call {
	struct rmmsim *sim;
	unsigned int step;  /* in the sequence */
	unsigned int depth; /* 0, or RECs that run around it */
	unsigned int pe;
	enum smc_command_id command; /* SMC_NONE: not known at the Host's interface */
	struct rmmsim_regs in, out;
	unsigned int runs; /* REC_ENTER: how often the Realm got control */
	uint64_t forgot;   /* PA of the REC that the engine was last told to forget in it, or 0 */
	unsigned int repetition; /* of its step, from 0 */
};

/* What something that the Realm did led to, when the Realm goes on; it may have left meanwhile. */
struct sequence_result {
	const struct sequence_step *step;
	unsigned int index;  /* of the step */
	unsigned int from;   /* plane that did it */
	bool took_exception; /* the monitor, or the access itself, made the Realm take one */
	const struct rmmsim_vcpu *vcpu; /* registers now */
};

/* What the Realm did last and where that led to. */
struct sequence_action {
	const struct sequence_step *step;
	unsigned int from, to; /* planes */
	struct rmmsim *sim;
	unsigned int pe;
};

/* The Realm leaves to the monitor: with this step, from this state, for this event. */
struct sequence_leave {
	const struct sequence_step *step;
	const struct rmmsim_vcpu *vcpu;
	const struct rmmsim_event *event;
};

/* What happens inside of a REC_ENTER. Where a function returns false the sequence ends. */
struct sequence_inside {
	void *context;
	/* The Realm is about to do this. */
	bool (*step)(void *context, const struct rmmsim_vcpu *vcpu,
		     const struct sequence_step *step);
	void (*leave)(void *context, const struct sequence_leave *leave);
	/* The Realm gets control: at the beginning of a stay, or again. */
	bool (*control)(void *context, const struct rmmsim_vcpu *vcpu);
};

/* All functions may be NULL. Where one returns false the sequence ends. */
struct sequence_watch {
	void *context;
	bool (*before)(void *context, const struct sequence_call *call);
	bool (*after)(void *context, const struct sequence_call *call);
	/* The Realm gets control again after a call or exception. */
	void (*realm)(void *context, const struct sequence_action *action);
	/* The same, at the beginning of a stay too, with the Realm's own registers. */
	bool (*seen)(void *context, const struct rmmsim_vcpu *vcpu);
	const struct sequence_inside *inside; /* NULL for none */
	/* Each thing that the Realm did, in the order of the outcomes. */
	void (*result)(void *context, const struct sequence_result *result);
};

/* Instances that run one sequence after the other. Not for several threads at once. */
struct sequencer;

struct sequencer_options {
	smc_quirks flip;     /* quirks that are the other way round than in the machine's profile */
	const char *profile; /* NULL: the machine's own */
	bool explain;
	bool content; /* for sequencer_content_restored(): costs reading all of DRAM once a start */
};

/* NULL without memory. The caller frees it with sequencer_destroy(); NULL is allowed there. */
struct sequencer *sequencer_create(const struct sequencer_options *options);
void sequencer_destroy(struct sequencer *sequencer);

/*
 * Goes to the sequence's start, runs it and leaves the instance as it is then. False if a watch ended
 * it. `watch` may be NULL. A start itself is not watched.
 */
bool sequencer_run(struct sequencer *sequencer, const struct sequence *sequence,
		   const struct sequence_watch *watch);
/* The same from the state that the last run, or sequencer_rewind(), has left: no start. */
bool sequencer_continue(struct sequencer *sequencer, const struct sequence *sequence,
			const struct sequence_watch *watch);
/*
 * Loads a saved state (rmmsim_save_data()), to go on from it with sequencer_continue(). The instance lives
 * until the next load. False if it cannot be loaded.
 */
bool sequencer_load(struct sequencer *sequencer, const void *data, size_t size);
/* The instance of the last run, as the sequence left it; NULL before the first one. */
struct rmmsim *sequencer_sim(const struct sequencer *sequencer);
/* Goes to a start; false if that is not the state that the start was when it was made. */
bool sequencer_rewind(struct sequencer *sequencer, unsigned int machine, unsigned int start);
/*
 * After sequencer_rewind(): memory contains what it did then. The fingerprint takes the word of the
 * library for what nothing has changed; this reads all of DRAM. True without the option `content`.
 */
bool sequencer_content_restored(struct sequencer *sequencer, unsigned int machine,
				unsigned int start);

#endif
