/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FUZZ_PEER_H
#define FUZZ_PEER_H

/*
 * Another monitor: a process that reads one JSON object per line and answers each with one. docs/fuzzing.md
 * has the protocol. fuzz_differential compares with it if RMMSIM_FUZZ_PEER names a command.
 */

#include "trace/sequence_log.h"

struct peer;

/* Starts `command` with the shell; ends the process with a message if that fails. */
struct peer *peer_open(const char *command);
/*
 * Goes back to boot and runs the start and the sequence. Ends the process with a message if the peer does
 * not answer. `log` gets the registers that it answered; the realm and memory hashes are not known: 0.
 */
void peer_run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log);

#endif
