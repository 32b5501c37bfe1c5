/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_CONDUIT_RECORD_H
#define HOST_SHIM_SRC_CONDUIT_RECORD_H

/* A recording in progress: docs/trace-format.md */

#include <rmmsim/engine.h>

#include "host_shim/src/conduit/shim.h"

#define RECORD_BLOCKS 64
#define RECORD_PAGE   4096u

struct record_block {
	uint64_t pa;
	size_t size;
	uint8_t *data;
};

/* A call that the model works on; a Realm that runs in it may make others from another PE. */
struct record_call {
	struct record_call *outer;
	unsigned long i;
	unsigned int in_count, out_count;
	struct record_block in[RECORD_BLOCKS], out[RECORD_BLOCKS];
};

/* Memory of a Realm, as it was when that last did something. */
struct record_page {
	uint64_t pa, ipa;
	uint64_t since; /* call that made the granule what it is */
	bool seen;      /* bytes are valid */
	uint8_t bytes[RECORD_PAGE];
};

struct recorder {
	FILE *file;
	struct hshim *shim;
	unsigned long next; /* number of the next call */
	struct record_call *call;
	const struct rmmsim_engine_ops *engine; /* of the Realms; NULL: none */
	void *engine_context;
	struct record_page **pages;
	unsigned int page_count;
};

/* The recorder goes between the model and the engine, and out again. */
void record_realm_start(struct recorder *r);
void record_realm_stop(struct recorder *r);
/* The model has carried out a call: IPAs of Realm memory are learned. */
void record_realm_learn(struct recorder *r, const struct hshim_call *call,
			const struct smc_command *row);

#endif
