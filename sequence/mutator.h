/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_MUTATOR_H
#define SEQUENCE_MUTATOR_H

/* What the files of the mutator share. */

#include "sequence/mutate.h"
#include "sequence/run.h"

struct sequence_mutator {
	enum smc_caller caller; /* of most steps */
	uint64_t random;
	unsigned int host_verbs, realm_verbs;
	uint8_t host_verb[SEQUENCE_VERBS], realm_verb[SEQUENCE_VERBS];
	struct sequence start[SEQUENCE_STARTS];
};

uint64_t mutator_random(struct sequence_mutator *mutator);
/* Less than `limit`; 0 if that is 0. */
unsigned int mutator_below(struct sequence_mutator *mutator, unsigned int limit);
/* True once in `n` times. */
bool mutator_one_in(struct sequence_mutator *mutator, unsigned int n);
/* A step of the sequence or of its start. */
const struct sequence_step *mutator_step(struct sequence_mutator *mutator,
					 const struct sequence *sequence);
/* Small numbers, addresses, powers of two and neighbours of them. */
uint64_t mutator_number(struct sequence_mutator *mutator);
/* A value for an argument of this kind of a step of `sequence`. */
uint64_t mutator_value(struct sequence_mutator *mutator, const struct sequence *sequence,
		       enum smc_kind kind);

#endif
