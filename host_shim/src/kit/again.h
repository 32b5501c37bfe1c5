/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_KIT_AGAIN_H
#define HOST_SHIM_SRC_KIT_AGAIN_H

/*
 * The same machine again and again in one process: the model goes back to how it was created, the
 * variables of the program to what they were. What a process that is forked off gets for nothing, but
 * without the cost of touching memory for the first time.
 */

#include <sys/types.h>

#include <rmmsim/rmmsim.h>

#include "host_shim/src/memory/mem.h"

struct again_part {
	uint8_t *at, *copy;
	size_t size;
};

struct again {
	struct hshim_config config;
	struct rmmsim_config model;
	struct rmmsim *sim;
	uint64_t clean; /* the snapshot of a model that has seen no call */
	struct rmmsim_scripts *scripts;
	struct again_part parts[16];
	unsigned int part_count;
};

/* False where variables cannot be put back: sanitizers keep their own among them, and so does the C
 * library of a static program. */
bool again_is_possible(void);
/* Creates the model and keeps the variables of the program. For the rest of the process. */
bool again_start(struct again *again, const struct hshim_config *config);
/* The same, but the variables of the program are left alone: for fuzzers, which have their own among them. */
bool again_start_plain(struct again *again, const struct hshim_config *config);
/* A fresh instance as after hshim_open(); NULL: this process is not fit for another. */
struct hshim *again_open(struct again *again);
/* After the checks of the end. */
void again_close(struct again *again);

/*
 * Counters of coverage, if the program has any: nothing was counted so far; what was counted is written.
 * A process that ends with _exit() does not do that by itself.
 */
void again_count(void);
void again_write_counts(void);

/* --- other processes ------------------------------------------------------------------------------- */

/* The status with which the child ended; 0 if there is none. */
int again_wait(pid_t child);
/* Ends a child. */
void again_end(int status) __attribute__((noreturn));
/*
 * The current instance is that of run `id`. With a summary its findings go there; without one (programs
 * that have a runner of their own) nothing is told before again_show(), but for `verbose`.
 */
void again_listen(const char *id, bool verbose);
/* Without a summary: tells the first failures on stderr, each behind `run`. */
void again_show(const char *run);
/* The test fails because runs of it do, which have told why. */
void again_failed(const char *fmt, ...) __attribute__((__format__(__printf__, 1, 2)));

/* --- parts of hshim_open() ------------------------------------------------------------------------ */

/* The model that a configuration asks for; what it leaves open is filled in. NULL, with a text. */
struct rmmsim *env_model(struct hshim_config *config, struct rmmsim_config *model);
/* The shim around it, boot() has run. NULL: the model is gone, too. */
struct hshim *env_start(const struct hshim_config *config, const struct rmmsim_config *model,
			struct rmmsim *sim);
/* Everything but the model and the scripts, which are handed back: they go after the model. */
struct rmmsim_scripts *env_stop(struct hshim *shim);

#endif
