/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_PLAYER_H
#define SEQUENCE_PLAYER_H

/* A sequence in progress; shared by the files that run it only. */

#include "sequence/run.h"

/*
 * An instance that goes back to one start again and again. One per start, since what the whole check costs
 * grows with all memory that an instance has ever touched.
 */
struct sequence_instance {
	struct rmmsim *sim;
	uint64_t snapshot, fingerprint;
	uint8_t *content[SEQUENCE_GRANULES]; /* with the option: page by page, NULL for zeros */
};

struct sequencer {
	struct sequencer_options options;
	struct sequence_instance instance[SEQUENCE_MACHINES][SEQUENCE_STARTS];

	struct rmmsim *loaded; /* of a saved state */

	struct rmmsim *sim; /* of the run in progress */
	const struct sequence *sequence;
	const struct sequence_watch *watch;
	unsigned int next;  /* step that comes next */
	unsigned int calls; /* made so far */
	unsigned int depth; /* RECs that run */
	unsigned int runs;  /* of the innermost REC_ENTER */
	uint64_t forgot;    /* PA of the REC that the engine was told to forget, 0 for none */
	bool stop;
	/* The last thing a Realm did, until its outcome is seen. */
	const struct sequence_step *action;
	unsigned int action_plane;
	uint64_t action_elr,
		action_esr; /* ELR_EL1 and ESR_EL1 then, which an exception overwrites */
	struct sequence scratch;
};

extern const struct rmmsim_engine_ops sequence_engine;

/* Registers that the step `gic` names: struct rmmsim_gic as words. */
#define SEQUENCE_GIC_WORDS (sizeof(struct rmmsim_gic) / sizeof(uint64_t))

/* Performs step `next` and moves on. */
void sequencer_step(struct sequencer *sequencer);

/* The value of a field as it lies in memory: `size` bytes. */
unsigned int sequence_field_size(const struct sequence_structure *structure, unsigned int offset);

#endif
