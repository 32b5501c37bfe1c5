/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_HOST_H
#define TESTS_SUPPORT_HOST_H

/*
 * A small hypervisor for tests. Everything goes through the SMC door, and after every call the whole
 * state is checked: a violated invariant fails the test at the call that caused it.
 *
 *	static void a_page_can_be_mapped(void **state)
 *	{
 *		struct host *h = *state;
 *		struct host_realm r;
 *
 *		host_realm(h, &r, NULL);
 *		host_tables(h, &r, 0, 0x1000, 3);
 *		OK(h, RMI_DATA_CREATE_UNKNOWN, r.rd, host_delegated(h), 0x1000);
 *		ALONE(h, "rtte_state", RTT(3), RMI_DATA_CREATE_UNKNOWN, r.rd, host_delegated(h), 0x1000);
 *		host_realm_end(h, &r);
 *	}
 *
 *	... cmocka_unit_test_setup_teardown(a_page_can_be_mapped, host_setup, host_teardown)
 *
 * host_teardown() undelegates what is left and, if every Realm was ended, fails the test unless all
 * memory that was handed out is the Host's again.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <rmmsim/engine.h>

#include "smc/smc.h"
#include "smc/status.h"

#define HOST_PAGE    UINT64_C(0x1000)
#define HOST_BLOCK   UINT64_C(0x200000)
#define HOST_GB      UINT64_C(0x40000000)
#define HOST_MAX_REC 24

/* Values of X0 for the statuses that carry an RTT level. */
#define RTT(level)     smc_pack_status(RMI_ERROR_RTT, (level))
#define RTT_AUX(level) smc_pack_status(RMI_ERROR_RTT_AUX, (level))

struct host;

/* What the Realm does when a REC is entered: one SMC, then an IRQ ends the stay. */
struct host_guest {
	uint64_t smc[18];    /* X0..X17 at the SMC */
	bool pending;        /* the SMC is still to be made */
	uint64_t result[18]; /* X0..X17 after it, once it has returned */
	bool returned;
	bool waiting; /* the SMC was made and has not returned */
	/* Called while the REC runs, with calls going to another PE; NULL for nothing. */
	void (*during)(struct host *host, void *context);
	void *context;
};

struct host {
	struct rmmsim *sim;
	struct rmmsim_config config;
	unsigned int pe;         /* that issues the next call */
	struct rmmsim_regs regs; /* X0..X17 as the last call returned them */
	uint64_t next, next_dev; /* first pages not handed out yet */
	uint16_t next_vmid;
	unsigned int realms;      /* created by host_realm() and not ended */
	bool bulk;                /* calls do not check: host_bulk() */
	uint64_t run;             /* run page of host_enter() */
	struct rmi_rec_exit exit; /* of the last host_enter() */
	struct host_guest guest;
	bool unchecked; /* a test of the checks themselves: do not look at invariants */
};

/* --- life ------------------------------------------------------------------------------------ */

/* `config` NULL: the default configuration. */
void host_open(struct host *host, const struct rmmsim_config *config);
/* Takes DELEGATED pages back; all pages must be UNDELEGATED then unless a Realm still exists. */
void host_close(struct host *host);
/* The same for CMocka: *state is a struct host *. */
int host_setup(void **state);
int host_teardown(void **state);
/* Closes and opens again, with another configuration. */
void host_reopen(struct host *host, const struct rmmsim_config *config);
/* The default configuration with these quirks: names, NULL ends the list. */
struct rmmsim_config host_quirks(const char *name, ...) __attribute__((sentinel));

/* --- calls ----------------------------------------------------------------------------------- */

/*
 * call(host, RMI_RTT_CREATE, rd, rtt, ipa, level) returns X0; host->regs has all registers.
 * Registers that are not given hold junk.
 */
#define call(host, command, ...)                                           \
	host_call((host), (command), (const uint64_t[]){0, ##__VA_ARGS__}, \
		  sizeof((const uint64_t[]){0, ##__VA_ARGS__}) / sizeof(uint64_t) - 1)
uint64_t host_call(struct host *host, enum smc_command_id command, const uint64_t *x, size_t count);

/* The call succeeds. */
#define OK(host, ...) \
	host_expect((host), call((host), __VA_ARGS__), 0, NULL, false, __FILE__, __LINE__)

/* The call is refused with this X0 by this condition, which is the only one that fails. */
#define ALONE(host, condition, x0, ...) \
	host_expect((host), call((host), __VA_ARGS__), (x0), (condition), true, __FILE__, __LINE__)

/* The call is refused by this condition, also if later ones fail too. */
#define REFUSED(host, condition, x0, ...) \
	host_expect((host), call((host), __VA_ARGS__), (x0), (condition), false, __FILE__, __LINE__)

/* The call is refused by `condition` although `other` fails too. */
#define WINS(host, condition, other, x0, ...)                           \
	do {                                                            \
		REFUSED((host), condition, x0, __VA_ARGS__);            \
		host_expect_other((host), (other), __FILE__, __LINE__); \
	} while (0)

/*
 * The call, which would succeed, with its argument X`n` replaced by something that is not aligned, not
 * managed, in a wrong state (Non-secure): each is refused by the row for it alone. DRAM_ARGUMENT also
 * tries device memory.
 */
#define GRANULE_ARGUMENT(host, n, name, state, command, ...) \
	HOST_ARGUMENT((host), (n), (name), (state), false, (command), __VA_ARGS__)
#define DRAM_ARGUMENT(host, n, name, state, command, ...) \
	HOST_ARGUMENT((host), (n), (name), (state), true, (command), __VA_ARGS__)
#define HOST_ARGUMENT(host, n, name, state, dram, command, ...)                                    \
	host_argument((host), (n), (name), (state), (dram), (command),                             \
		      (const uint64_t[]){0, __VA_ARGS__},                                          \
		      sizeof((const uint64_t[]){0, __VA_ARGS__}) / sizeof(uint64_t) - 1, __FILE__, \
		      __LINE__)
void host_argument(struct host *host, unsigned int n, const char *name, const char *state,
		   bool dram, enum smc_command_id command, const uint64_t *x, size_t count,
		   const char *file, int line);

void host_expect(struct host *host, uint64_t result, uint64_t expected, const char *condition,
		 bool alone, const char *file, int line);
void host_expect_other(struct host *host, const char *other, const char *file, int line);

/* Output register n of the last call. */
#define OUT(host, n) ((host)->regs.x[n])

/* Fails the test if an invariant is violated. call() has done it already. */
void host_check(struct host *host);
/* Hundreds of calls of one kind that are of no interest in themselves: one check at their end. */
void host_bulk(struct host *host, bool bulk);

/* --- memory ---------------------------------------------------------------------------------- */

/* Fresh Non-secure pages; `align` in bytes. */
uint64_t host_pages(struct host *host, unsigned int count, uint64_t align);
uint64_t host_page(struct host *host);
/* Fresh pages, delegated. */
uint64_t host_delegated_pages(struct host *host, unsigned int count, uint64_t align);
uint64_t host_delegated(struct host *host);
/* Fresh pages of device memory (non-coherent), delegated. */
uint64_t host_device_pages(struct host *host, unsigned int count, uint64_t align);
/* A fresh Non-secure page that holds `data`. */
uint64_t host_page_with(struct host *host, const void *data, size_t size);
/* State of a granule by name, "DELEGATED". */
const char *host_state(struct host *host, uint64_t pa);

/* --- Realms ---------------------------------------------------------------------------------- */

/* 0 is the default of every field. */
struct host_realm_options {
	unsigned int planes; /* 1 */
	bool shared_tree;    /* several Planes: one tree, indirect permissions; else a tree each */
	bool indirect;       /* one Plane: indirect permissions */
	bool lpa2;
	uint64_t flags0;   /* more of RmiRealmFlags0 */
	unsigned int s2sz; /* 39 */
	int start;         /* start level, 1 */
	bool start_0;      /* start level 0, which cannot be told from the default */
	enum rmi_hash_algorithm hash_algo;
	uint64_t mecid;
};

struct host_realm {
	uint64_t rd;
	uint64_t half; /* first Unprotected IPA */
	int start;     /* start level */
	unsigned int planes, trees, roots;
	uint64_t root[4]; /* by tree */
	struct rmi_realm_params params;
	uint64_t rec[HOST_MAX_REC];
	unsigned int recs;
};

/* Parameters that REALM_CREATE accepts, with fresh delegated roots. */
void host_realm_params(struct host *host, struct host_realm *realm,
		       const struct host_realm_options *options);
/* Creates a Realm; `options` NULL: the default. */
void host_realm(struct host *host, struct host_realm *realm,
		const struct host_realm_options *options);
void host_activate(struct host *host, const struct host_realm *realm);
/* Takes everything down: RECs, auxiliary trees, memory, tables, the Realm. */
void host_realm_end(struct host *host, struct host_realm *realm);

/* Tables of `tree` for `ipa`, down to `level`; those that exist stay. */
void host_tables(struct host *host, const struct host_realm *realm, unsigned int tree, uint64_t ipa,
		 int level);
/* A DATA page at a Protected IPA with its tables: RIPAS as it was, or RAM (Realm must be NEW). */
uint64_t host_unknown(struct host *host, const struct host_realm *realm, uint64_t ipa);
uint64_t host_ram(struct host *host, const struct host_realm *realm, uint64_t ipa);
/* A level 2 block of RAM: 512 pages, then a fold. Returns the PA of the first page. */
uint64_t host_ram_block(struct host *host, const struct host_realm *realm, uint64_t ipa);
/* Maps a page of Non-secure memory, writable; returns its PA. */
uint64_t host_ns(struct host *host, const struct host_realm *realm, uint64_t ipa);
/* A descriptor for MAP_UNPROTECTED: write-back, readable and writable. */
uint64_t host_desc(const struct host_realm *realm, uint64_t pa);
/* Maps the primary page at `ipa` in an auxiliary tree too, with its tables. */
void host_aux_map(struct host *host, const struct host_realm *realm, unsigned int tree,
		  uint64_t ipa);

/* READ_ENTRY: state and RIPAS, both as the command reports them. */
struct host_entry {
	int64_t level;
	uint64_t state, desc, ripas;
};
struct host_entry host_entry(struct host *host, const struct host_realm *realm, uint64_t ipa,
			     int level);

/* --- RECs ------------------------------------------------------------------------------------ */

/* A REC with the next MPIDR; its PA is also realm->rec[n]. */
uint64_t host_rec(struct host *host, struct host_realm *realm, bool runnable);
/* REC_ENTER that has to succeed; `flags` of the entry. host->exit is filled. */
void host_enter(struct host *host, uint64_t rec, uint64_t flags);
/*
 * Enters the REC, which makes this SMC: its REC exit or, if it has none, an IRQ exit. The results are
 * in host->guest once the SMC has returned to the Realm, that is after the next host_enter() if the
 * SMC caused a REC exit.
 */
#define guest_call(host, rec, fid, ...)                                          \
	host_guest_call((host), (rec), (const uint64_t[]){(fid), ##__VA_ARGS__}, \
			sizeof((const uint64_t[]){(fid), ##__VA_ARGS__}) / sizeof(uint64_t))
/* Enters the REC and calls `during` while it runs. */
void host_while_running(struct host *host, uint64_t rec,
			void (*during)(struct host *host, void *context), void *context);
void host_guest_call(struct host *host, uint64_t rec, const uint64_t *x, size_t count);

/* The Realm asks for a RIPAS or permission index of a range: ends in that REC exit. */
void host_ask_ripas(struct host *host, uint64_t rec, uint64_t base, uint64_t top,
		    enum rmi_ripas ripas, bool change_destroyed);
void host_ask_s2ap(struct host *host, uint64_t rec, uint64_t base, uint64_t top, unsigned int index,
		   uint64_t cookie);

#endif
