/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_ENV_H
#define HSHIM_ENV_H

/* The machine that a host runs on: the model, RAM, the shim around it. */

#include <hshim/fault.h>
#include <hshim/oracle.h>
#include <hshim/smccc.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HSHIM_MAX_BANKS 4

struct rmmsim_config;

struct hshim_config {
	unsigned long ram_size[HSHIM_MAX_BANKS]; /* bytes; all 0: 64 MiB */
	unsigned long ram_base[HSHIM_MAX_BANKS]; /* default: 0x80100000; not aligned to 1 GiB */
	bool unprotected;  /* host accesses to delegated memory are not noticed: faster */
	bool set_features; /* feature_register is used */
	unsigned long feature_register[2];
	unsigned int rec_aux_count; /* 0: the model's default */
	unsigned int vmid_bits;     /* 0: the model's default */
	const char *model_profile;  /* NULL: "default"; "tf-rmm-0.8": the quirks of that firmware */
	/* The last word on the model's configuration. */
	void (*model)(void *context, struct rmmsim_config *config);
	/* Called when everything stands: the code under test initialises itself. What it allocates stays. */
	int (*boot)(void);
	void *context;
	/*
	 * Several threads run kernel code: a lock that is held is waited for, and each thread has a
	 * context and a PE of its own. Not with recordings.
	 */
	bool threads;
	/* Everything, calls of boot() included, is recorded in this file: hshim_trace_start(). */
	const char *trace;
};

/*
 * Creates the model and the shim; the configuration is copied. NULL, with a text on stderr, when that
 * fails. Static keys are reset, boot() has run.
 */
struct hshim *hshim_open(const struct hshim_config *config);
/* Destroys everything that is left, after the checks of the end of a test. Returns hshim_failures(). */
unsigned int hshim_close(void);
/* The checks of a quiescent point; true if nothing was found. */
bool hshim_check_now(void);
/* The checks of the end: leaks, identifiers, locks. hshim_close() does it unless it was done. */
void hshim_check_end(void);
/* From now on what is allocated belongs to the machine, not to the test; until end. */
void hshim_boot_begin(void);
void hshim_boot_end(void);
int hshim_run_initcalls(void);
void hshim_static_keys_reset(void);
/* The last messages of the code under test (pr_err() and so on), oldest first; NULL past the end. */
const char *hshim_message(unsigned int n);

/* Called by hshim_close() before the checks: what made machines takes them down. Once per function. */
void hshim_at_close(void (*fn)(void));

/* Memory as a test sees it: no address is checked. */
void *hshim_ptr(unsigned long pa);
unsigned long hshim_pages_in_use(void);
unsigned long hshim_delegated_pages(void);
unsigned long hshim_delegated_peak(void);
/* Sum of kvm_account_pgtable_pages(). */
long hshim_accounted_pages(void);

/* Delegated granules in this state; "RTT": tables, roots included. */
unsigned long hshim_granules_in_state(const char *state);
/* The monitor has the granule at `pa` in this state: "DATA" is memory that it maps for a Realm. */
bool hshim_granule_is(unsigned long pa, const char *state);
/*
 * The entry of the primary tree where a walk for `ipa` ends. False unless there is exactly one Realm and
 * it has that address. Not for use between the calls of a trace: the monitor counts it as a call.
 */
struct hshim_entry {
	int level;
	unsigned int state, ripas; /* RmiRttEntryState, RmiRipas */
	unsigned long desc;
};
bool hshim_look(unsigned long ipa, struct hshim_entry *entry);
/*
 * The first address of [base, top) that the primary tree maps to a page or block of memory: *ipa. False if
 * there is none, or hshim_look() cannot tell.
 */
bool hshim_first_mapped(unsigned long base, unsigned long top, unsigned long *ipa);
/* The auxiliary tree maps that protected address; asked by taking the mapping away and giving it back. */
bool hshim_look_aux(unsigned long ipa, unsigned int tree);
/* Planes may have trees of their own, from 1, or all use the primary one. */
bool hshim_has_tree(unsigned int tree);

#ifdef __cplusplus
}
#endif

#endif
