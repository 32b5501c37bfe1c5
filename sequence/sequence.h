/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_SEQUENCE_H
#define SEQUENCE_SEQUENCE_H

/*
 * Sequences of SMCs and of what Realms do: docs/fuzzing.md. One sequence has three forms: this
 * structure, a compact binary in which any bytes are some sequence, and a script for people. Steps,
 * their values and the fields of structures are described by rows, those of smc/ and the tables here.
 *
 * Words: a *machine* is a configuration, a *start* a state that is reached by a script and gone back to; a *step* is a
 * call of the Host, content that it writes, or something that a Realm does; a step *during* a stay is one of another PE.
 * An *oracle* (oracle.h) says after each call whether the model is right without knowing the answer, a *relation* is
 * an oracle that compares two states; a *feature* is what a fuzzer counts as new.
 *
 *	sequence_parse(&sequence, text, &error);
 *	sequencer_run(sequencer, &sequence, &watch);      -- run.h
 *
 * One sequencer per thread; sequences are plain values.
 */

#include "smc/smc.h"
#include "trace/trace.h"

#define SEQUENCE_MAX_STEPS  192
#define SEQUENCE_MAX_FIELDS 40
#define SEQUENCE_MAX_TIMES  512
#define SEQUENCE_MAX_VALUES SMC_MAX_INPUTS
/* No sequence has a longer binary. */
#define SEQUENCE_MAX_BINARY \
	(SEQUENCE_MAX_STEPS * (16 + 9 * SEQUENCE_MAX_VALUES + 12 * SEQUENCE_MAX_FIELDS))

/* Memory of every machine that runs sequences: granules g0.. and, of device memory, d0.. */
#define SEQUENCE_DRAM     UINT64_C(0x80000000)
#define SEQUENCE_GRANULES 1024u
#define SEQUENCE_DEV      UINT64_C(0x50000000)
#define SEQUENCE_DEVICES  64u
#define SEQUENCE_PAGE     UINT64_C(0x1000)

enum sequence_op {
	SEQUENCE_CALL, /* a command of the Host, by its row */
	SEQUENCE_SMC,  /* any function identifier */
	SEQUENCE_FILL, /* a Non-secure granule: zeros, then the fields of a structure */
	SEQUENCE_SET,  /* the same without the zeros */
	SEQUENCE_PAS,
	/* What the Realm does while a REC_ENTER runs; elsewhere these do nothing. */
	SEQUENCE_REALM_CALL,
	SEQUENCE_REALM_SMC,
	SEQUENCE_REALM_SET, /* stores the fields of a structure */
	SEQUENCE_LOAD,
	SEQUENCE_STORE,
	SEQUENCE_FETCH,
	SEQUENCE_HVC,
	SEQUENCE_WFI,
	SEQUENCE_WFE,
	SEQUENCE_SIMD,
	SEQUENCE_MRS,
	SEQUENCE_MSR,
	SEQUENCE_REG,
	SEQUENCE_SYSREG,
	SEQUENCE_ELAPSE,
	SEQUENCE_IRQ,
	SEQUENCE_FIQ,
	SEQUENCE_SERROR,
	SEQUENCE_EXCEPTION,
	SEQUENCE_FETCH_EL0,
	SEQUENCE_GIC,
	SEQUENCE_OPS,
};

struct sequence_field {
	uint16_t offset;
	uint64_t value;
};

struct sequence_step {
	uint8_t op;        /* enum sequence_op */
	uint8_t pe;        /* 0..3 */
	bool during;       /* while a REC runs, if one does */
	uint8_t structure; /* index of sequence_structure(); FILL, SET and REALM_SET */
	uint8_t field_count;
	uint16_t command; /* enum smc_command_id; CALL and REALM_CALL */
	/* The step happens so often; values that name a granule or an IPA go on by a page each time. */
	uint16_t times;
	uint64_t value[SEQUENCE_MAX_VALUES];
	struct sequence_field field[SEQUENCE_MAX_FIELDS];
};

struct sequence {
	uint8_t machine, start; /* index of sequence_machine_name(), sequence_start_name() */
	uint16_t count;
	struct sequence_step step[SEQUENCE_MAX_STEPS];
};

/* --- rows ---------------------------------------------------------------------------------- */

/* Name of the step's row: "RMI_RTT_CREATE", "load". `buf` may be used. */
const char *sequence_step_name(const struct sequence_step *step, char *buf, size_t size);
/* Sets op and command, and nothing else. False if no row has this name. */
bool sequence_step_find(struct sequence_step *step, const char *name);
/* Whether the Realm does it. */
bool sequence_is_realm(const struct sequence_step *step);
/* The rows of the step's values; returns how many it has. */
unsigned int sequence_values(const struct sequence_step *step, const struct smc_value **rows);
bool sequence_has_fields(const struct sequence_step *step);
/* Whether a value of this kind goes on by a page when a step is repeated. */
bool sequence_advances(enum smc_kind kind);
/* Makes the `count` values of a step, with these rows, those of its next repetition. */
void sequence_advance(const struct smc_value *rows, unsigned int count, uint64_t *value);

/* Every step is one of SEQUENCE_VERBS kinds: a command, or an op without a command. */
#define SEQUENCE_VERBS (SMC_COMMAND_COUNT + SEQUENCE_OPS)
unsigned int sequence_verb(const struct sequence_step *step);
void sequence_set_verb(struct sequence_step *step, unsigned int verb);

/* Structures that the Host or the Realm passes; the last one is "Raw": 64-bit words. */
struct sequence_slot {
	const char *name; /* "aux" */
	uint16_t offset;
	uint8_t size, count; /* count 0: a single value */
	enum smc_kind kind;
	const char *type;
};
struct sequence_structure {
	const char *name; /* "RmiRecParams" */
	unsigned int size, slots;
	const struct sequence_slot *slot;
};
/* NULL past the end. */
const struct sequence_structure *sequence_structure(unsigned int index);
unsigned int sequence_structure_count(void);
/* Index by name, that of "Raw" for a structure that is not in the table. */
unsigned int sequence_structure_find(const char *name);
/* The slot that begins a value at `offset`, *index is its place in an array; NULL if there is none. */
const struct sequence_slot *sequence_slot(const struct sequence_structure *structure,
					  unsigned int offset, unsigned int *index);
/* All single values of a structure, arrays taken apart: their number, and value `n`. */
unsigned int sequence_flat_count(const struct sequence_structure *structure);
const struct sequence_slot *sequence_flat(const struct sequence_structure *structure,
					  unsigned int n, unsigned int *offset);

/* Machines that run sequences, and states that they start from. NULL past the end. */
const char *sequence_machine_name(unsigned int index);
const char *sequence_start_name(unsigned int index);

/* --- forms --------------------------------------------------------------------------------- */

/* Never fails: any bytes are some sequence. */
void sequence_decode(struct sequence *sequence, const uint8_t *data, size_t size);
/*
 * What a fuzzer or a person put into a file: a script if it is one, else bytes. A script is text that names steps;
 * text that is nearly one is bytes, *error (may be NULL) says then why. Returns whether it was a script.
 */
bool sequence_decode_file(struct sequence *sequence, const uint8_t *data, size_t size,
			  struct trace_error *error);
/*
 * Returns how many bytes the sequence takes; writes the steps that fit into `size` and no partial one.
 * Decoding what was written gives the same steps.
 */
size_t sequence_encode(const struct sequence *sequence, uint8_t *data, size_t size);

/* A script; comments are for people and not a part of the sequence. False after filling *error. */
bool sequence_parse(struct sequence *sequence, const char *text, struct trace_error *error);
/* Returns the length of the script, like snprintf(); parsing it gives the same sequence. */
size_t sequence_print(const struct sequence *sequence, char *text, size_t size);
size_t sequence_print_step(const struct sequence_step *step, char *text, size_t size);
/* The names that scripts use: 0x1000, g5+0x10, -1. Returns `buf`. */
const char *sequence_print_value(uint64_t value, char *buf, size_t size);

/* What sequence_print_value() prints, and any number. */
bool sequence_parse_value(const char *text, uint64_t *value);

/*
 * Reads a file: a script if its name ends in ".rmm" or it is one, else a binary. False after filling
 * *error.
 */
bool sequence_read(struct sequence *sequence, const char *path, struct trace_error *error);

/* Host calls of a sequence, repeated ones counted as often as they happen. */
unsigned int sequence_calls(const struct sequence *sequence);

#endif
