/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_STATE_FORMAT_H
#define RMM_STATE_FORMAT_H

/*
 * Saved state: docs/adr/0004-saved-state.md. Numbers are little-endian. Revisions before 2.0 are written in format 1;
 * format 2 is that of 2.0, with more feature registers and, behind the identifiers, the state of the monitor.
 *
 *	8 bytes  magic
 *	u32      format
 *	u32      0
 *	u64      size of the whole in bytes
 *	configuration, identifiers, [monitor,] granules
 *	32 bytes SHA-256 of everything before
 */

#include "rmm/op.h"
#include "rmm/realm.h"
#include "rmm/rec.h"

#define SAVED_MAGIC        "RMMSIM\x1a\n"
#define SAVED_MAGIC_SIZE   8
#define SAVED_FORMAT_1     1u
#define SAVED_FORMAT_2     2u
#define SAVED_FEATURES_1   2u /* feature registers that format 1 has, of 1.0 too */
#define SAVED_FEATURES_2   5u
#define SAVED_HEADER_SIZE  24
#define SAVED_CHECKSUM     32
#define SAVED_NO_PA        UINT64_MAX /* no owner */
#define SAVED_ID_REGS      (sizeof(struct rmmsim_id_regs) / sizeof(uint64_t))
#define SAVED_GRANULE_SIZE 33 /* bytes of a granule without content */

/*
 * Realms and RECs are saved as they lie in memory. A change of one of these is a new format, and
 * teaches the reader to turn the old into the new: files of format 1 are loaded for ever.
 */
/* What follows num_vdevs, kept is zero in files that were written before. */
_Static_assert(offsetof(struct realm, num_vdevs) == 600 && sizeof(struct realm) == 608,
	       "layout of a Realm in format 1");
_Static_assert(offsetof(struct rec, kept) == 568 && offsetof(struct rec, vdev) == 696 &&
		       sizeof(struct rec) == 840,
	       "layout of a REC in format 1");
/* Active priorities are zero in files that were written before they were kept here. */
_Static_assert(offsetof(struct rmmsim_plane, gic.ap0r) == 1384 &&
		       sizeof(struct rmmsim_plane) == 1400,
	       "layout of a Plane in format 1");
_Static_assert(sizeof(struct rec_simd) == 528, "layout of FP/SIMD registers in format 1");
_Static_assert(GRANULE_UNDELEGATED == 0 && GRANULE_DELEGATED == 1 && GRANULE_RD == 2 &&
		       GRANULE_REC == 3 && GRANULE_REC_AUX == 4 && GRANULE_RTT == 5 &&
		       GRANULE_DATA == 6 && GRANULE_DEV_MAPPED == 7 && GRANULE_PDEV == 8 &&
		       GRANULE_PDEV_AUX == 9 && GRANULE_VDEV == 10 && GRANULE_P2P_STREAM == 13,
	       "states of granules in format 1");
_Static_assert(GRANULE_PAS_NS == 0 && GRANULE_PAS_REALM == 1 && GRANULE_PAS_SECURE == 2 &&
		       GRANULE_PAS_ROOT == 3,
	       "physical address spaces in format 1");
_Static_assert(GRANULE_PARTIAL == 14 && GRANULE_RD_AUX == 15, "states of granules in format 2");
_Static_assert(sizeof(struct op) == 616 && sizeof(struct realm_pages) == 80 &&
		       REALM_PAGES_OFFSET == 0x800,
	       "layout of an operation and of a Realm's pages in format 2");
_Static_assert(SAVED_ID_REGS == 14, "identification registers in format 1");

#endif
