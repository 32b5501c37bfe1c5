/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_FEATURE_H
#define SEQUENCE_FEATURE_H

/*
 * What a sequence reaches in the state space of the model: feedback for a fuzzer, and what `rmmsim
 * fuzz-stats` counts.
 */

#include "sequence/run.h"

enum sequence_feature_kind {
	FEATURE_CONDITION, /* a: enum smc_condition_id, of the Host's or the Realm's calls */
	FEATURE_GRANULE,   /* a: command, b: state of its first granule, c: status */
	FEATURE_ENTRY,     /* a: command, b and c: primary entry before and after */
	FEATURE_PLANE,     /* a: verb, b and c: planes before and after */
	FEATURE_EXIT,      /* a: reason of the REC exit, b: EC of esr */
	FEATURES,
};

struct sequence_features {
	void (*reached)(void *context, enum sequence_feature_kind kind, unsigned int a,
			unsigned int b, unsigned int c);
	void *context;
	/* The rest is its own. */
	unsigned int entry, granule;
	uint64_t refused; /* call of the last refusal that was reported */
};

void sequence_feature_before(struct sequence_features *features, const struct sequence_call *call);
/* Before anything else issues calls. */
void sequence_feature_after(struct sequence_features *features, const struct sequence_call *call);
void sequence_feature_realm(struct sequence_features *features,
			    const struct sequence_action *action);

/* "DELEGATED", "ASSIGNED/RAM/3". Returns `buf`. */
const char *sequence_feature_granule(unsigned int state);
const char *sequence_feature_entry(unsigned int entry, char *buf, size_t size);

#endif
