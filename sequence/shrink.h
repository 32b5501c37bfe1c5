/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_SHRINK_H
#define SEQUENCE_SHRINK_H

#include "sequence/sequence.h"

struct sequence_shrinker {
	/* Whether the sequence still fails. */
	bool (*fails)(void *context, const struct sequence *sequence);
	/* After each attempt, with the number of attempts and of steps left; may be NULL. */
	void (*progress)(void *context, unsigned int attempts, unsigned int steps);
	void *context;
	unsigned int attempts; /* made so far */
	unsigned int limit;    /* of attempts; 0: none */
};

/*
 * Makes a failing sequence small while it keeps failing: removes steps in ever smaller runs, repetitions
 * and fields, simplifies values, and lets a start make what the sequence makes first. Ends when no single
 * change of these keeps it failing.
 */
void sequence_shrink(struct sequence_shrinker *shrinker, struct sequence *sequence);

#endif
