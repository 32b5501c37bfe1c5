/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_ORACLE_H
#define SEQUENCE_ORACLE_H

/*
 * What has to hold after every call of every sequence: the invariants, and relations between
 * calls that need no second monitor to compare with. docs/fuzzing.md lists them.
 */

#include "sequence/run.h"

enum sequence_finding {
	FINDING_NONE,
	FINDING_INVARIANT, /* rmmsim_check() */
	FINDING_RELATION,  /* any other oracle */
};

/* What a Realm left when it last left to the monitor: sequence/relation_realm.c */
struct sequence_stay {
	bool left;          /* and it has not got control since */
	uint64_t call, rec; /* number of the REC_ENTER; PA */
	unsigned int plane;
	struct rmmsim_plane context;
	struct rmmsim_event event;
	bool entering;                /* by PLANE_ENTER with this half of the run page */
	struct rsi_plane_enter enter; /* ... */
	bool entered, owner;          /* the Plane that runs, and whether it owns the GIC */
	uint64_t run;                 /* IPA of its run page */
};

struct sequence_oracle {
	/* Look at one call of so many, and at the end of as many sequences; 1: at everything. */
	unsigned int every;
	/* The rest is the oracle's own. */
	unsigned int counter;
	unsigned int ends; /* sequences that were looked at to their end */
	bool looks;
	bool quirks;          /* the machine is one that breaks relations: invariants only */
	uint64_t fingerprint; /* before the call */
	uint8_t content[SEQUENCE_PAGE];
	bool content_known;
	uint64_t trial; /* fingerprint of the same call over granules that contain something else */
	bool tried;
	uint64_t entry[4]; /* READ_ENTRY before the call: X0 (level << 32), state, ripas, level */
	bool destroyed_may_change;       /* some Realm of the sequence has allowed it */
	struct rmi_rec_enter entry_page; /* of the REC_ENTER in progress */
	bool trying;                     /* an experiment: what Realms do in it is of no interest */
	struct sequence_stay stay;
	uint64_t locked, locked_rd; /* permission indices of a Realm that cannot change any more */
	enum sequence_finding kind;
	char finding[900]; /* a text that names the oracle, empty if all is well */
};

/* Before each sequence. */
void sequence_oracle_begin(struct sequence_oracle *oracle, const struct sequence *sequence);
/* For struct sequence_watch. False: see `finding`. */
bool sequence_oracle_before(struct sequence_oracle *oracle, const struct sequence_call *call);
bool sequence_oracle_after(struct sequence_oracle *oracle, const struct sequence_call *call);
struct sequence_inside sequence_oracle_inside(struct sequence_oracle *oracle);
/* After each sequence: invariants, and that going back to the start is exact. */
bool sequence_oracle_end(struct sequence_oracle *oracle, struct sequencer *sequencer,
			 const struct sequence *sequence);

#endif
