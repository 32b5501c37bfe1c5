/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_CORPUS_H
#define SEQUENCE_CORPUS_H

/*
 * The corpus that fuzzing makes, as far as a second or two make it: from the seeds of fuzz/seeds, sequences that
 * reached something new when they were changed. The same in every run of one version.
 */

#include "sequence/run.h"

#define SEQUENCE_CORPUS_MAX 512

struct sequence_corpus {
	unsigned int count;
	struct sequence *sequence[SEQUENCE_CORPUS_MAX];
};

/* `seeds`: a directory with scripts, *.rmm. NULL if there is no sequence in it, or no memory. */
struct sequence_corpus *sequence_corpus_make(const char *seeds);
void sequence_corpus_free(struct sequence_corpus *corpus);

#endif
