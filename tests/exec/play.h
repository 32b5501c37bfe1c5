/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_EXEC_PLAY_H
#define TESTS_EXEC_PLAY_H

/*
 * The Realm of tests/support/stage.h with the script engine. A script must not use assertions (they
 * leave by longjmp): it writes down what it saw, the test looks at it afterwards.
 */

#include <rmmsim/script.h>

#include "tests/support/stage.h"

#define PLAY_ENTRY UINT64_C(0x1000) /* PC of a REC's first instruction */

struct play {
	struct stage *stage;
	struct host *host;
	struct rmmsim_scripts *scripts;
	uint64_t rd, rec;
	struct rmi_rec_enter *enter; /* of the next play_enter(), which clears it */
	const struct rmi_rec_exit *exit;
};

/* *state is a struct play *. One Plane; three Planes that share one tree. */
int play_setup(void **state);
int play_setup_planes(void **state);
int play_teardown(void **state);

/* Enters the first REC; has to succeed and to end for this reason. */
void play_enter(struct play *play, enum rmi_rec_exit_reason reason);
/* Binds the script of Plane 0 and enters. */
void play_run(struct play *play, rmmsim_script_fn fn, void *argument,
	      enum rmi_rec_exit_reason reason);

/* What a script writes down. */
struct notes {
	unsigned int steps; /* how far it came */
	enum rmmsim_outcome outcome;
	uint64_t value, result;
	uint64_t syndrome;
	uint64_t pc[16];
	struct rmmsim_plane context; /* after the last operation */
	uint8_t data[8192];
};

/* The end of an operation: outcome, syndrome and registers. */
void play_note(struct rmmsim_realm *realm, struct notes *notes, enum rmmsim_outcome outcome);

#define PLAY_EC(esr) ((esr) >> 26 & 0x3f)

#endif
