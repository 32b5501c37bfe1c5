/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_MUTATE_H
#define SEQUENCE_MUTATE_H

/*
 * Changes of sequences that stay close to what a monitor accepts: values are taken from where the same
 * kind of value stands elsewhere in the sequence or in its start, commands from the rows.
 */

#include "sequence/sequence.h"

struct sequence_mutator;

/* NULL without memory. Most steps are what this caller does. */
struct sequence_mutator *sequence_mutator_create(enum smc_caller caller);
void sequence_mutator_destroy(struct sequence_mutator *mutator);

/* One to four changes, decided by `seed`. */
void sequence_mutate(struct sequence_mutator *mutator, struct sequence *sequence, uint64_t seed);
/* A beginning of `a` and an end of `b`. */
void sequence_cross(struct sequence *out, const struct sequence *a, const struct sequence *b,
		    uint64_t seed);
/* A step of a kind, with values that suit the sequence. */
void sequence_invent(struct sequence_mutator *mutator, const struct sequence *sequence,
		     struct sequence_step *step, unsigned int verb, uint64_t seed);

#endif
