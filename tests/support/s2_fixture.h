/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_S2_FIXTURE_H
#define TESTS_S2_FIXTURE_H

/* Trees of one Realm in simulated memory, without the monitor around them. */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "rtt/rtt.h"

#define S2_DRAM      UINT64_C(0x80000000)
#define S2_DRAM_TOP  UINT64_C(0x90000000)
#define S2_DEV_NCOH  UINT64_C(0x50000000)
#define S2_DEV_COH   UINT64_C(0x58000000)
#define S2_DEV_BYTES UINT64_C(0x800000)
#define S2_NO_BANK   UINT64_C(0x40000000)

#define KIB UINT64_C(0x400)
#define MIB UINT64_C(0x100000)
#define GIB UINT64_C(0x40000000)

struct s2_fixture {
	struct mem *mem;
	struct rtt_s2 s2;
	uint64_t next; /* first granule of DRAM that no one has taken */
};

/* Geometry used by most tests: 40 bits, start level 1, 2 root tables; split at 512 GiB. */
#define S2_SPLIT (UINT64_C(1) << 39)

/* One Plane, direct encoding. */
void s2_up(struct s2_fixture *f);
/* `planes` Planes, a tree for each, direct encoding. */
void s2_up_trees(struct s2_fixture *f, unsigned int planes);
/* `planes` Planes on one tree, indirect encoding. */
void s2_up_indirect(struct s2_fixture *f, unsigned int planes);
/* Geometry and encoding of `s2`; roots and overlays are filled in. */
void s2_up_like(struct s2_fixture *f, const struct rtt_s2 *s2);
void s2_down(struct s2_fixture *f);

/* CMocka set-up functions with *state a struct s2_fixture: one Plane; two trees; indirect. */
int s2_setup(void **state);
int s2_setup_two_trees(void **state);
int s2_setup_indirect(void **state);
int s2_teardown(void **state);

/* `size` bytes of DRAM (a power of two, aligned to itself) whose granules are all in `state`. */
uint64_t s2_take(struct s2_fixture *f, uint64_t size, enum granule_state state);
void s2_set_state(struct s2_fixture *f, uint64_t pa, uint64_t size, enum granule_state state);
unsigned int s2_refs(const struct s2_fixture *f, uint64_t pa);

/* Deepest entry; entry at `level` or above it. */
struct rtt_walk s2_at(const struct s2_fixture *f, unsigned int tree, uint64_t ipa);
struct rtt_walk s2_at_level(const struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level);
/* The descriptor of the deepest entry. */
uint64_t s2_desc(const struct s2_fixture *f, unsigned int tree, uint64_t ipa);
/* Descriptor `index` of the table at `table`. */
uint64_t s2_raw(const struct s2_fixture *f, uint64_t table, unsigned int index);

/* Creates the missing tables down to `level`. Returns the table at `level`. */
uint64_t s2_tables(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level);
/* Writes an entry at `level`, creating the tables to it. */
void s2_put(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level,
	    struct rtt_entry entry);
/* Maps DATA granules at `level` of the primary tree and returns the address. */
uint64_t s2_map(struct s2_fixture *f, uint64_t ipa, int level, enum rmi_ripas ripas);
/* Makes the entry at `level` of the primary tree UNASSIGNED with `ripas`. */
void s2_unassign(struct s2_fixture *f, uint64_t ipa, int level, enum rmi_ripas ripas);
/* Maps Non-secure memory at `pa` for the Host, readable and writable, write-back. */
void s2_map_ns(struct s2_fixture *f, uint64_t ipa, int level, uint64_t pa);
/* Maps device memory at `pa` and gives the entry `ripas`. */
void s2_map_dev(struct s2_fixture *f, uint64_t ipa, int level, uint64_t pa, enum rmi_ripas ripas);
/* Mirrors the primary entry of `ipa` in an auxiliary tree at `level`. */
void s2_aux_map(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level);
/* Shares the start-level entry of an Unprotected IPA with an auxiliary tree. */
void s2_aux_map_ns(struct s2_fixture *f, unsigned int tree, uint64_t ipa);

#endif
