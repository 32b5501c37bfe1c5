/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

/*
 * What `rmmsim explain` can explain. Each find function looks for one kind of thing, and shows what it finds: as
 * text, or as an object of a list of JSON whose member "is" names the kind.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output {
	json_t *list; /* NULL: text */
	size_t found;
};

/* A number as people write it, decimal or 0x..; false if this is none. */
bool explain_number(const char *text, uint64_t *number);

/* --- explain_rows.c: the rows of smc/ ------------------------------------------------------------- */

/* A command, condition, status, quirk or profile of this name. */
void explain_row(struct output *output, const char *name);
void explain_fid(struct output *output, uint64_t fid);
void explain_status(struct output *output, uint64_t word);

/* --- explain_name.c: names as firmware and Linux print them --------------------------------------- */

/*
 * The name without what others put in front of it (SMC_, SMC_RMM_, PSCI_0_2_FN64_) and in the
 * specification's words: SMC_RSI_ATTEST_TOKEN_INIT is RSI_ATTESTATION_TOKEN_INIT. Returns `buf`.
 */
const char *explain_plain_name(const char *name, char *buf, size_t size);

/* --- explain_drafts.c: functions that have no row ----------------------------------------------------- */

void explain_draft_name(struct output *output, const char *name);
void explain_draft_fid(struct output *output, uint64_t fid);
/* Numbers of services that are not the monitor's, by the SMC Calling Convention. */
void explain_foreign_fid(struct output *output, uint64_t fid);

/* --- explain_value.c: values of enumerations ------------------------------------------------------- */

/* "RIPAS_CHANGE", "RMI_EXIT_RIPAS_CHANGE", "RMI_UNASSIGNED". */
void explain_value_name(struct output *output, const char *name);

/* --- explain_topic.c: `TOPIC VALUE` ------------------------------------------------------------------ */

/* Whether `name` is a topic, such as "esr" or "exit.esr". */
bool explain_is_topic(const char *name);
/* Explains a value of a topic; NULL: all values that it has. False if there is nothing to say. */
bool explain_topic(struct output *output, const char *topic, const char *value);
/* Of an enumeration of smc/enums.def: one value, or each. */
void explain_enum_value(struct output *output, const char *type, uint64_t value);
void explain_enum(struct output *output, const char *type);

/* --- explain_flags.c: flags of REC_ENTER --------------------------------------------------------------- */

/* "inject_sea", REC_ENTER_FLAG_EMULATED_MMIO. */
void explain_flag_name(struct output *output, const char *name);
/* Each flag that is set. */
void explain_flags(struct output *output, uint64_t flags);

/* --- explain_esr.c -------------------------------------------------------------------------------------- */

void explain_esr(struct output *output, uint64_t esr);
void explain_hpfar(struct output *output, uint64_t hpfar);

/* --- explain_near.c ------------------------------------------------------------------------------------- */

/* Names that are nearly `name`: "RTT_CREATE, RTT_DESTROY"; NULL if none is. `buf` holds the text. */
const char *explain_near(const char *name, char *buf, size_t size);

#endif
