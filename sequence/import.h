/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_IMPORT_H
#define SEQUENCE_IMPORT_H

#include "sequence/sequence.h"

/*
 * The beginning of a recording as a sequence of at most `steps` steps, from boot. Granules get the
 * numbers of a small machine, so not all that the recorded monitor accepted is accepted again.
 */
void sequence_import(struct sequence *sequence, const struct trace *trace, unsigned int steps);

#endif
