/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_RESTART_H
#define SEQUENCE_RESTART_H

/* The end of a sequence from a start that has already made what the sequence makes first. */

#include "sequence/sequence.h"

struct sequence_restart {
	unsigned int start;           /* index of a start */
	const struct sequence *steps; /* its script */
	unsigned int length;          /* steps of the end, at most as many as there are */
	bool low; /* with IPAs among the first pages, where starts have memory */
};

/*
 * Makes *out the last `length` steps of *in. What the steps before create is what the same commands of the
 * start create; other granules become some that are in the same state after the start.
 */
void sequence_restart(struct sequence *out, const struct sequence *in,
		      const struct sequence_restart *restart);

#endif
