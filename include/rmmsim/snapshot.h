/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_SNAPSHOT_H
#define RMMSIM_SNAPSHOT_H

/*
 * The state of an instance, kept in memory to come back to, or in a file.
 *
 * State is everything that decides what later calls return: granule table, content of memory (Realms,
 * RECs, tables and the open operations of 2.0 lie in it), VMIDs, MECIDs, the state of a monitor of 2.0,
 * virtual time, the number of calls. Not part of it are the
 * configuration, the engine, counts of conditions, and what explains refused calls: after a restore
 * rmmsim_explain() knows of no refused call, and nothing of the registers of calls before the restore.
 *
 * An engine is told (rmmsim_engine_ops.forget) which RECs changed. A script cannot go back to the middle
 * of a function: the script of such a REC begins again at its start.
 *
 * Content that the Host changes through a pointer has to be known. It is if the pointer was asked for
 * with a size of up to 2 MiB, and with protection on; other changes through pointers are
 * announced with rmmsim_host_touched() before the next snapshot, restore or fingerprint. With protection
 * on a snapshot and a restore make memory inaccessible until it is touched or asked for again, see
 * rmmsim_host_ptr(): at once where the Host has access to many granules, else when it has used none of them
 * for a while. With protection off each granule that the Host ever got such a pointer to is compared at every
 * snapshot and restore, unless config.host_pointers_end promises that it asks again.
 *
 * No function here may run while another thread uses the Host's side of memory.
 *
 *	rmmsim_snapshot(sim, &start);
 *	for (each test) {
 *		run(test, sim);
 *		rmmsim_restore(sim, start);
 *	}
 *
 * RMMSIM_ERR_STATE: a REC runs; call after its REC_ENTER has returned. RMMSIM_ERR_MEMORY: free snapshots.
 */

#include <rmmsim/rmmsim.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Keeps the present state under *id, which is never 0. Cost grows with what changed since the last
 * snapshot or restore. Any number of snapshots may exist; they share what they have in common.
 * RMMSIM_ERR_STATE while a REC runs, RMMSIM_ERR_MEMORY, RMMSIM_ERR_ARGUMENT.
 */
RMMSIM_API enum rmmsim_status rmmsim_snapshot(struct rmmsim *sim, uint64_t *id);

/*
 * Makes a kept state the present one; it stays kept. In any order, also to one that was taken later. Cost
 * grows with what changed since the last snapshot or restore and with what distinguishes the two states.
 * RMMSIM_ERR_STATE while a REC runs, RMMSIM_ERR_ARGUMENT if there is no such snapshot.
 */
RMMSIM_API enum rmmsim_status rmmsim_restore(struct rmmsim *sim, uint64_t id);

/* RMMSIM_ERR_ARGUMENT if there is no such snapshot. rmmsim_destroy() frees all. */
RMMSIM_API enum rmmsim_status rmmsim_snapshot_free(struct rmmsim *sim, uint64_t id);

/*
 * A number that is the same for the same state and, but for collisions of 64-bit hashes, different for
 * different states. Left out: the number of calls and which call changed a granule, so that a refused
 * call keeps the fingerprint; and the content of DELEGATED memory, which is wiped before it is seen. Cost grows
 * with what changed since the last snapshot or restore. Stable within one version of the library. Not while
 * another thread runs a REC: what its engine writes meanwhile is in no order with this.
 */
RMMSIM_API uint64_t rmmsim_fingerprint(struct rmmsim *sim);

/* Announces changes of [pa, pa + size) through a pointer. RMMSIM_ERR_RANGE, RMMSIM_ERR_ARGUMENT. */
RMMSIM_API enum rmmsim_status rmmsim_host_touched(struct rmmsim *sim, uint64_t pa, uint64_t size);

/*
 * Writes the present state to a file: docs/adr/0004-saved-state.md. RMMSIM_ERR_STATE while a REC runs,
 * RMMSIM_ERR_MEMORY, RMMSIM_ERR_FILE (then no file of this name is left), RMMSIM_ERR_ARGUMENT.
 */
RMMSIM_API enum rmmsim_status rmmsim_save(struct rmmsim *sim, const char *path,
					  struct rmmsim_error *error);
/* The same as bytes; the caller frees *data with free(). */
RMMSIM_API enum rmmsim_status rmmsim_save_data(struct rmmsim *sim, void **data, size_t *size);

/*
 * Creates an instance in a saved state. What decides answers (memory, features, quirks, ...) comes from the
 * file; protection, explanations, history and call-backs come from `base`, or from rmmsim_config_init()
 * where `base` is NULL. On failure *sim is NULL and *error (may be NULL) says why: RMMSIM_ERR_FILE (cannot
 * be read), RMMSIM_ERR_FORMAT (no saved state, of a newer format, truncated, damaged), or a status of
 * rmmsim_create().
 */
RMMSIM_API enum rmmsim_status rmmsim_load(const char *path, const struct rmmsim_config *base,
					  struct rmmsim **sim, struct rmmsim_error *error);
RMMSIM_API enum rmmsim_status rmmsim_load_data(const void *data, size_t size,
					       const struct rmmsim_config *base,
					       struct rmmsim **sim, struct rmmsim_error *error);

#ifdef __cplusplus
}
#endif

#endif
