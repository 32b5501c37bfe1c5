/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the monitor takes for granted in granules that only it writes. A file may have anything there, so
 * this comes before the first function that follows an address. What is wrong without being dangerous is
 * left to rmmsim_check().
 */

#include "rmm/dev.h"
#include "rmm/mec.h"
#include "rmm/op.h"
#include "rmm/rec.h"
#include "rmm/state/snapshot.h"

struct trust {
	const struct rmmsim *sim;
	uint64_t tables; /* that may still be visited: none is used twice */
	bool broken;
};

/* The byte of a bool: another value than 0 and 1 is no bool at all. */
static bool is_bool(const void *flag)
{
	return *(const uint8_t *)flag <= 1;
}

static bool all_bools(const void *flags, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!is_bool((const uint8_t *)flags + i))
			return false;
	}
	return true;
}

static bool granule_is(const struct rmmsim *sim, uint64_t pa, enum granule_state state)
{
	const struct granule *granule = mem_find(sim->mem, pa);

	return granule && !(pa & GRANULE_MASK) && granule->state == state;
}

/* --- tables ------------------------------------------------------------------------------------------ */

static bool all_managed(const struct rmmsim *sim, uint64_t pa, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += GRANULE_SIZE) {
		if (!mem_find(sim->mem, pa + at))
			return false;
	}
	return true;
}

static void check_table(struct trust *t, const struct rtt_s2 *s2, unsigned int tree, uint64_t pa,
			int level);

static void check_desc(struct trust *t, const struct rtt_s2 *s2, unsigned int tree, int level,
		       uint64_t desc)
{
	const struct rtt_entry entry = rtt_entry_decode(s2, tree != 0, level, desc);

	if (entry.state == RTT_TABLE)
		check_table(t, s2, tree, entry.pa, level + 1);
	if (entry.state == RTT_ASSIGNED || entry.state == RTT_ASSIGNED_DEV)
		t->broken |= level < 1 || !all_managed(t->sim, entry.pa, rtt_entry_size(level));
}

static void check_table(struct trust *t, const struct rtt_s2 *s2, unsigned int tree, uint64_t pa,
			int level)
{
	const uint64_t *table;

	if (level > RTT_LEVEL_PAGE || t->tables == 0 || !granule_is(t->sim, pa, GRANULE_RTT)) {
		t->broken = true;
		return;
	}
	t->tables--;
	table = mem_r(t->sim->mem, pa);
	for (unsigned int i = 0; i < RTT_ENTRIES && !t->broken; i++)
		check_desc(t, s2, tree, level, table[i]);
}

/* --- objects -------------------------------------------------------------------------------------------- */

static bool geometry_right(const struct rmmsim *sim, const struct rtt_s2 *s2)
{
	if (!is_bool(&s2->lpa2) || !is_bool(&s2->tree_pp) || !is_bool(&s2->indirect))
		return false;
	if (s2->planes < 1 || s2->planes > RTT_MAX_TREES || (s2->planes == 1 && s2->tree_pp))
		return false;
	return s2->s2sz >= 32 && s2->s2sz <= 52 && s2->level_start >= RTT_LEVEL_MIN &&
	       s2->level_start <= RTT_LEVEL_PAGE && s2->num_start >= 1 && s2->num_start <= 16 &&
	       rtt_start_level_valid(s2->s2sz, s2->level_start, s2->lpa2, sim->config.pa_bits) &&
	       rtt_num_start(s2->s2sz, s2->level_start) == s2->num_start;
}

static void check_pages(struct trust *t, const struct realm_pages *pages)
{
	t->broken |= pages->count > REALM_MAX_PAGES;
	for (uint64_t i = 0; i < pages->count && !t->broken; i++)
		t->broken = !granule_is(t->sim, pages->page[i], GRANULE_RD_AUX);
}

static void check_rd(struct trust *t, struct granule *granule)
{
	const struct realm *realm = realm_at(t->sim, granule);
	const struct rtt_s2 *s2 = &realm->s2;

	if (!geometry_right(t->sim, s2) || !is_bool(&realm->mec_shared) ||
	    realm->hash_algo > RMI_HASH_SHA_512 || realm->mecid > mec_max(t->sim) ||
	    realm->num_aux_planes >= RTT_MAX_TREES ||
	    realm->state > (revision_2(t->sim) ? REALM_ZOMBIE : REALM_SYSTEM_OFF)) {
		t->broken = true;
		return;
	}
	if (revision_2(t->sim))
		check_pages(t, realm_pages(t->sim, granule));
	for (unsigned int tree = 0; tree < rtt_trees(s2); tree++) {
		for (uint32_t i = 0; i < s2->num_start && !t->broken; i++)
			check_table(t, s2, tree, s2->root[tree] + i * GRANULE_SIZE,
				    s2->level_start);
	}
}

static bool exit_flags_right(const struct rec_last_exit *exit)
{
	return is_bool(&exit->emulatable) && is_bool(&exit->unprotected_abort) &&
	       is_bool(&exit->sysreg_read);
}

static bool rec_flags_right(const struct rec *rec)
{
	for (unsigned int plane = 0; plane < RTT_MAX_TREES; plane++) {
		if (!exit_flags_right(&rec->kept[plane]))
			return false;
	}
	return is_bool(&rec->runnable) && *(const uint8_t *)&rec->running == 0 &&
	       exit_flags_right(&rec->last) && is_bool(&rec->ripas.change_destroyed) &&
	       is_bool(&rec->s2ap.change_destroyed) &&
	       all_bools(rec->timer_output_v, RTT_MAX_TREES) &&
	       all_bools(rec->timer_output_p, RTT_MAX_TREES) &&
	       all_bools(rec->serror_pending, RTT_MAX_TREES);
}

static bool rec_numbers_right(const struct rmmsim *sim, const struct rec *rec)
{
	return rec->num_aux == sim->config.rec_aux_count && rec->active_plane < RTT_MAX_TREES &&
	       rec->gic_owner < RTT_MAX_TREES && rec->pending <= REC_PENDING_VDEV_COMPLETE &&
	       rec->s2ap.tree < RTT_MAX_TREES && rec->token_size <= GRANULE_SIZE &&
	       rec->token_offset <= rec->token_size && rec->psci.command < SMC_COMMAND_COUNT;
}

/* A REC that waits for a VDEV got as far as the first half of a call: rmm/rsi/vdev.c */
static bool rec_vdev_right(const struct rmmsim *sim, const struct rec *rec)
{
	if (rec->pending != REC_PENDING_VDEV && rec->pending != REC_PENDING_VDEV_COMPLETE)
		return true;
	if (rec->active_plane != 0 || !dev_call_waits(rec->vdev.command))
		return false;
	return rec->pending == REC_PENDING_VDEV || mem_find(sim->mem, rec->vdev.pa);
}

static void check_rec(struct trust *t, struct granule *granule)
{
	const struct rec *rec = rec_at(t->sim, granule);

	t->broken |= !rec_flags_right(rec) || !rec_numbers_right(t->sim, rec) ||
		     !rec_vdev_right(t->sim, rec) || !granule_is(t->sim, rec->rd, GRANULE_RD);
	for (uint32_t i = 0; i < rec->num_aux && !t->broken; i++)
		t->broken = !granule_is(t->sim, rec->aux[i], GRANULE_REC_AUX);
}

static void check_pdev(struct trust *t, struct granule *granule)
{
	const struct pdev *pdev = pdev_at(t->sim, granule);

	t->broken |= pdev->state > RMI_PDEV_STATE_ERROR || pdev->comm > COMM_ERROR ||
		     pdev->hash_algo > RMI_HASH_SHA_512 || pdev->num_aux != sim_pdev_aux(t->sim) ||
		     pdev->num_aux == 0 ||
		     pdev->range_count > sizeof(pdev->ranges) / sizeof(pdev->ranges[0]) ||
		     !dev_object_valid(&pdev->vca) || !dev_object_valid(&pdev->certificate);
	for (uint32_t i = 0; i < pdev->num_aux && !t->broken; i++)
		t->broken = !granule_is(t->sim, pdev->aux[i], GRANULE_PDEV_AUX);
	if (!t->broken)
		t->broken = !spdm_requester_valid(mem_r(t->sim->mem, pdev->aux[0]));
}

static void check_vdev(struct trust *t, struct granule *granule)
{
	const struct vdev *vdev = vdev_at(t->sim, granule);

	t->broken |= vdev->state > RMI_VDEV_STATE_ERROR || vdev->comm > COMM_ERROR ||
		     vdev->op > VDEV_OP_REPORT || !is_bool(&vdev->dma) ||
		     !is_bool(&vdev->interface.measurements_signed) ||
		     !is_bool(&vdev->interface.measurements_raw) ||
		     !dev_object_valid(&vdev->measurements) || !dev_object_valid(&vdev->report) ||
		     !granule_is(t->sim, vdev->rd, GRANULE_RD) ||
		     !granule_is(t->sim, vdev->pdev, GRANULE_PDEV);
}

/* Destroying a REC gives back what REC_CREATE got, and so with Realms. */
static enum granule_state memory_of(const struct op *op)
{
	return op->command == RMI_REC_CREATE || op->command == RMI_REC_DESTROY ? GRANULE_REC_AUX
									       : GRANULE_RD_AUX;
}

static void check_operation(struct trust *t, uint64_t object)
{
	const struct op *op;

	t->broken |= !granule_is(t->sim, object, GRANULE_PARTIAL);
	if (t->broken)
		return;
	op = mem_r(t->sim->mem, object);
	t->broken = !op_valid(t->sim, op) ||
		    (op->phase == OP_DONATE && op->state != (uint32_t)memory_of(op));
	for (uint32_t i = op->returned; i < op->given && !t->broken; i++)
		t->broken = !granule_is(t->sim, op->page[i], memory_of(op));
}

static void check_operations(struct trust *t)
{
	for (unsigned int handle = 0; handle < SIM_MAX_OPS; handle++) {
		if (t->sim->ops[handle] != SIM_NO_OP)
			check_operation(t, t->sim->ops[handle]);
	}
}

static void check_object(void *context, struct granule *granule)
{
	struct trust *t = context;

	if (t->broken)
		return;
	if (granule->state == GRANULE_RD)
		check_rd(t, granule);
	if (granule->state == GRANULE_REC)
		check_rec(t, granule);
	if (granule->state == GRANULE_PDEV)
		check_pdev(t, granule);
	if (granule->state == GRANULE_VDEV)
		check_vdev(t, granule);
}

/* Auxiliary trees share the tables below their Unprotected start level entries with the primary one. */
static void count_table(void *context, struct granule *granule)
{
	struct trust *t = context;

	if (granule->state == GRANULE_RTT)
		t->tables += RTT_MAX_TREES;
}

bool sim_state_trusted(const struct rmmsim *sim)
{
	struct trust t = {.sim = sim};

	mem_each(sim->mem, count_table, &t);
	mem_each(sim->mem, check_object, &t);
	check_operations(&t);
	return !t.broken;
}
