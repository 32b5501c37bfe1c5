/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_SMC_H
#define SMC_SMC_H

/*
 * The SMC interface as data: one row per command, one row per failure condition, one row per
 * quirk. Everything that has to know a command (dispatch, decoding, tracing, explanations,
 * coverage, help, the fuzz grammar) reads these rows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <rmmsim/abi.h>

#include "smc/presence.h"

/* --- revisions, shapes, quirks, profiles --------------------------------------------------- */

/* Revisions of the specification: versions.md, rmm-2.0.md#0. */
enum smc_revision {
	SMC_REVISION_1_0,
	SMC_REVISION_1_1,
	SMC_REVISION_2_0,
	SMC_REVISION_COUNT,
};

struct smc_revision_row {
	const char *name; /* "1.1-alp14" */
	const char *abi;  /* "1.1", in the header of a recording */
	uint32_t version; /* that RMI_VERSION names */
	uint32_t rsi;     /* highest that RSI_VERSION names */
	unsigned int feature_registers;
};

const struct smc_revision_row *smc_revision(enum smc_revision revision);
/* By name ("1.1-alp14") or by interface version ("1.1"); -1 when there is none. */
int smc_revision_find(const char *name);

/*
 * Departures of a real firmware from the specification: docs/spec/tf-rmm-quirks.md#5, and for 2.0
 * docs/spec/rmm-2.0.md#0.
 */
enum smc_quirk {
#define QUIRK(id, firmware, name, text) QUIRK_##id,
#include "smc/quirks.def"
#undef QUIRK
	SMC_QUIRK_COUNT,
};

/* A set of quirks. */
__extension__ typedef unsigned __int128 smc_quirks __attribute__((aligned(8)));
_Static_assert(SMC_QUIRK_COUNT <= 128, "a quirk set has 128 bits");

#define SMC_QUIRK_BIT(quirk) ((smc_quirks)1 << (quirk))

static inline bool smc_has_quirk(smc_quirks quirks, enum smc_quirk quirk)
{
	return (quirks >> quirk & 1) != 0;
}

static inline unsigned int smc_quirk_count(smc_quirks quirks)
{
	return (unsigned int)(__builtin_popcountll((uint64_t)quirks) +
			      __builtin_popcountll((uint64_t)(quirks >> 64)));
}

struct smc_quirk_row {
	const char *name;
	const char *text;
};

const struct smc_quirk_row *smc_quirk_row(enum smc_quirk quirk);
/* -1 when no quirk has this name. */
int smc_quirk_find(const char *name);

/* What a monitor understands. A revision and a few quirks decide it; rows say where they exist: presence.h. */
enum smc_shape {
	SMC_SHAPE_1_0,
	SMC_SHAPE_1_1,
	SMC_SHAPE_ALP12,     /* 1.1 with device assignment as in 1.1-alp12 */
	SMC_SHAPE_BUILD_1_0, /* 1.0 of a firmware whose source knows 1.1 */
	SMC_SHAPE_2_0,
	SMC_SHAPE_BET0, /* 2.0 as its first beta had it */
	SMC_SHAPE_COUNT,
};

enum smc_shape smc_shape_of(enum smc_revision revision, smc_quirks quirks);
enum smc_revision smc_shape_revision(enum smc_shape shape);

struct smc_profile {
	const char *name;
	const char *text;
	enum smc_revision revision; /* unless another one is asked for */
	uint32_t revisions;         /* bit n: can be used with revision n */
	smc_quirks quirks;
};

/* The profiles, by index; NULL past the end. Index 0 is "default". */
const struct smc_profile *smc_profile_at(size_t index);
/* NULL when no profile has this name. */
const struct smc_profile *smc_profile_find(const char *name);

/* --- feature registers --------------------------------------------------------------------- */

enum smc_feature {
#define FEATURE(id, ...) SMC_FEATURE_##id,
#include "smc/features.def"
#undef FEATURE
	SMC_FEATURE_COUNT,
};

/* The field as the feature registers of `revision` have it; 0 if they have none. */
uint64_t smc_feature(enum smc_revision revision, const uint64_t *registers,
		     enum smc_feature feature);

/* --- commands ---------------------------------------------------------------------------- */

enum smc_interface {
	SMC_RMI,  /* Host -> monitor */
	SMC_RSI,  /* Realm -> monitor */
	SMC_PSCI, /* Realm -> monitor, PSCI and SMCCC */
};

/* What an input or output register means; decides how it is decoded, printed and fuzzed. */
enum smc_kind {
	SMC_KIND_VALUE, /* plain number */
	SMC_KIND_RD,    /* PA of a Realm descriptor */
	SMC_KIND_REC,   /* PA of a REC */
	SMC_KIND_PDEV,
	SMC_KIND_VDEV,
	SMC_KIND_VSMMU,
	SMC_KIND_GRANULE, /* PA of a granule (state given by the row) */
	SMC_KIND_NS,      /* PA of a Non-secure granule that holds `struct_name` */
	SMC_KIND_IPA,
	SMC_KIND_PA,    /* any PA, output */
	SMC_KIND_LEVEL, /* Int64 RTT level */
	SMC_KIND_INDEX, /* auxiliary tree or register index */
	SMC_KIND_PLANE,
	SMC_KIND_DESC, /* RTT entry descriptor, Host part */
	SMC_KIND_FLAGS,
	SMC_KIND_ENUM, /* `struct_name` is the enum's name */
	SMC_KIND_VERSION,
	SMC_KIND_COUNT_OF,
};

#define SMC_MAX_INPUTS  10
#define SMC_MAX_OUTPUTS 8

/* On which results an output register is defined. */
#define SMC_ON_SUCCESS    0x1u
#define SMC_ON_INPUT      0x2u
#define SMC_ON_RTT        0x4u
#define SMC_ON_RTT_AUX    0x8u
#define SMC_ON_INCOMPLETE 0x10u
#define SMC_ON_GRANULE    0x20u
#define SMC_ON_ALL        0xffu

struct smc_value {
	const char *name;
	enum smc_kind kind;
	const char *type; /* structure or enum name, granule state wanted; NULL if none */
	uint32_t on;      /* outputs only: SMC_ON_* */
};

enum smc_command_id {
	SMC_NONE = 0,
#define RMI_COMMAND(id, ...)   RMI_##id,
#define RMI_COMMAND_2(id, ...) RMI_##id##_2,
#define RSI_COMMAND(id, ...)   RSI_##id,
#define PSCI_COMMAND(id, ...)  PSCI_##id,
#include "smc/commands.def"
#undef RMI_COMMAND
#undef RMI_COMMAND_2
#undef RSI_COMMAND
#undef PSCI_COMMAND
	SMC_COMMAND_COUNT,
};
_Static_assert(SMC_COMMAND_COUNT <= 256, "a granule keeps the number of a command in a byte");

struct smc_command {
	const char *name; /* "RTT_CREATE" */
	enum smc_interface interface;
	uint32_t fid;      /* function identifier, hint bit clear */
	uint32_t fid32;    /* PSCI: the SMC32 form that names the same command, else 0 */
	uint32_t shapes;   /* bit n: part of shape n */
	uint32_t stateful; /* bit n: in shape n it may begin a stateful operation, rmm-2.0.md#6 */
	bool device;       /* device assignment or SMMU: needs feature DA */
	const char *summary;
	uint8_t inputs, outputs;
	struct smc_value in[SMC_MAX_INPUTS];   /* X1.. */
	struct smc_value out[SMC_MAX_OUTPUTS]; /* X1.. */
};

const struct smc_command *smc_command(enum smc_command_id id);
const char *smc_interface_name(enum smc_interface interface);

/* Who makes a call: the Host the RMI rows, a Realm the RSI and PSCI rows. */
enum smc_caller { SMC_FROM_REALM, SMC_FROM_HOST };
static inline enum smc_caller smc_caller(const struct smc_command *command)
{
	return command->interface == SMC_RMI ? SMC_FROM_HOST : SMC_FROM_REALM;
}

/* SMC_ON_* of the result `x0` of a call of this caller; 0: no output is defined. */
uint32_t smc_on(enum smc_caller caller, uint64_t x0);
/* The command is part of the interface that a monitor of this shape has. */
static inline bool smc_present(const struct smc_command *command, enum smc_shape shape)
{
	return (command->shapes >> shape & 1) != 0;
}

/* The first revision that has the command. */
enum smc_revision smc_since(const struct smc_command *command);

/*
 * The command that `fid` (32 bits, SVE hint bit allowed) names when this caller makes the call, or
 * SMC_NONE.
 */
enum smc_command_id smc_decode(enum smc_caller caller, uint32_t fid, enum smc_shape shape);
/* The same in the first shape of the newest revision that knows `fid`: to name what may be anything. */
enum smc_command_id smc_decode_any(enum smc_caller caller, uint32_t fid);
/* By name, with or without "RMI_"/"RSI_"/"PSCI_"/"SMC_" in front, any case; SMC_NONE if unknown.
 * A name that several interfaces share means the RMI command unless the prefix says otherwise.
 * Several rows may have one name: the one of `shape` is preferred. "NAME@2.0" means that revision's. */
enum smc_command_id smc_command_find_in(const char *name, enum smc_shape shape);
/* In the default revision where it has the name. */
enum smc_command_id smc_command_find(const char *name);
/* "RMI_RTT_CREATE", "RMI_PSCI_COMPLETE@2.0": the name by which smc_command_find() finds exactly this row. */
const char *smc_command_full_name(enum smc_command_id id, char *buf, size_t size);

/* --- failure conditions ------------------------------------------------------------------ */

/* The status index (bits 15:8) that goes with a condition. */
enum smc_index {
	SMC_INDEX_NONE,  /* 0 */
	SMC_INDEX_ONE,   /* 1: REC_ENTER of a SYSTEM_OFF Realm */
	SMC_INDEX_LEVEL, /* an RTT level, given at the time of the failure */
};

enum smc_condition_id {
	SMC_COND_NONE = 0,
#define CONDITION_IN(presence, command, id, ...) COND_##command##_##id,
#include "smc/conditions.def"
#undef CONDITION_IN
	SMC_CONDITION_COUNT,
};

struct smc_condition {
	enum smc_command_id command;
	uint32_t shapes; /* bit n: can fail in shape n */
	const char *id;  /* the specification's own: "rtt_walk" */
	uint32_t status; /* enum rmi_status; RSI rows: rsi_status; PSCI rows: psci_status,
				 32-bit two's complement */
	enum smc_index index;
	const char *text;   /* a sentence: what is wrong when this condition holds */
	const char *source; /* sheet and section in docs/spec: "rmi-commands.md#6" */
};

const struct smc_condition *smc_condition(enum smc_condition_id id);
/* First condition row of a command and how many follow each other; 0 when it cannot fail. */
size_t smc_conditions_of(enum smc_command_id command, enum smc_condition_id *first);
/* The condition of a command by its id ("rtt_walk"); SMC_COND_NONE when it has none of this name. */
enum smc_condition_id smc_condition_find(enum smc_command_id command, const char *id);

/* --- naming ------------------------------------------------------------------------------ */

const char *rmi_status_name(uint32_t status); /* "RMI_ERROR_RTT"; NULL if undefined */
const char *rsi_status_name(uint32_t status);
/* "RMI_ERROR_RTT, index 2" for a whole X0; also SMCCC -1. Never NULL; `buf` holds the text. */
const char *smc_result_text(enum smc_caller caller, uint64_t x0, char *buf, size_t size);
/* Name of a value of a named enum of abi.h ("RmiRipas", 1 -> "RAM"); NULL if undefined. */
const char *smc_enum_name(const char *type, uint64_t value);
/* All values of all enums, those of one enum together; NULL past the end. */
struct smc_enum_value {
	const char *type;       /* "RmiRipas" */
	const char *enumerator; /* of abi.h: "RMI_RIPAS_RAM" */
	const char *name;       /* "RAM" */
	uint64_t value;
};
const struct smc_enum_value *smc_enum_at(size_t index);
/* "RTT_CREATE(rd=0x.., rtt=0x.., ipa=0x.., level=2)" ; x[0] is X1. */
const char *smc_call_text(const struct smc_command *command, const uint64_t *x, char *buf,
			  size_t size);

#endif
