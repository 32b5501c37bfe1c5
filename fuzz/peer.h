/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_PEER_H
#define FUZZ_PEER_H

/*
 * Another monitor: a process that reads one JSON object per line and answers each with one. docs/fuzzing.md
 * has the protocol. fuzz_differential compares with it if RMMSIM_FUZZ_PEER names a command.
 */

#include "sequence/log.h"

struct peer;

/*
 * Starts `command` with the shell, which has `seconds` for each answer; ends the process with a message if
 * that fails.
 */
struct peer *peer_open(const char *command, unsigned int seconds);
/*
 * These end the process with a message and status 2 if the peer ends, does not answer in time, or answers
 * something else than the protocol says.
 */
/* Forgets everything. */
void peer_boot(struct peer *peer, unsigned int machine);
/*
 * Runs the steps from where the peer is; the machine and start of the sequence do not matter. `log` gets
 * the registers that it answered; the realm and memory hashes are not known: 0.
 */
void peer_run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log);

#endif
