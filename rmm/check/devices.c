/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "rmm/check/check.h"
#include "rmm/dev.h"

static const struct pdev *pdev_of(const struct check *check, size_t i)
{
	return pdev_at(check->sim, check->pdevs.items[i]);
}

static const struct vdev *vdev_of(const struct check *check, size_t i)
{
	return vdev_at(check->sim, check->vdevs.items[i]);
}

/* --- PDEVs ------------------------------------------------------------------------------------------- */

/* A conversation is due in the states that it leads out of. */
static bool pdev_state_right(const struct pdev *pdev)
{
	switch (pdev->state) {
	case RMI_PDEV_STATE_NEW:
	case RMI_PDEV_STATE_HAS_KEY:
	case RMI_PDEV_STATE_COMMUNICATING:
	case RMI_PDEV_STATE_IDE_RESETTING:
	case RMI_PDEV_STATE_STOPPING:
		return pdev->comm == COMM_PENDING || pdev->comm == COMM_ACTIVE;
	case RMI_PDEV_STATE_NEEDS_KEY:
	case RMI_PDEV_STATE_READY:
		return pdev->comm == COMM_IDLE;
	case RMI_PDEV_STATE_STOPPED:
	case RMI_PDEV_STATE_ERROR:
		return pdev->comm == COMM_IDLE || pdev->comm == COMM_ERROR;
	}
	return false;
}

static bool aux_right(struct check *check, const struct pdev *pdev)
{
	bool right = pdev->num_aux == sim_pdev_aux(check->sim);

	for (uint32_t i = 0; right && i < pdev->num_aux; i++) {
		struct check_mark *mark = check_mark(check, pdev->aux[i]);

		right &= check_belongs(check, pdev->aux[i], GRANULE_PDEV_AUX, NULL);
		if (mark)
			mark->uses++;
	}
	return right;
}

static bool talker_right(const struct check *check, uint64_t pa, const struct pdev *pdev)
{
	const struct granule *talker = mem_find(check->mem, pdev->talker);
	const struct vdev *vdev;

	if (pdev->talker == 0)
		return pdev->comm != COMM_ACTIVE;
	if (pdev->talker == pa)
		return pdev->comm == COMM_ACTIVE;
	if (!talker || talker->state != GRANULE_VDEV)
		return false;
	vdev = vdev_at(check->sim, talker);
	return vdev->pdev == pa && vdev->comm == COMM_ACTIVE;
}

static void check_pdev(struct check *check, size_t i)
{
	const uint64_t pa = mem_pa(check->mem, check->pdevs.items[i]);
	const struct pdev *pdev = pdev_of(check, i);
	uint64_t vdevs = 0;

	if (!pdev_state_right(pdev))
		check_fail(check, INVARIANT_pdev_state, "PDEV 0x%" PRIx64 ": %u, %u", pa,
			   pdev->state, pdev->comm);
	if (!aux_right(check, pdev))
		check_fail(check, INVARIANT_pdev_aux, "PDEV 0x%" PRIx64, pa);
	if (!talker_right(check, pa, pdev))
		check_fail(check, INVARIANT_pdev_talker, "PDEV 0x%" PRIx64 ": 0x%" PRIx64, pa,
			   pdev->talker);
	for (size_t j = 0; j < i; j++) {
		if (pdev_of(check, j)->pdev_id == pdev->pdev_id)
			check_fail(check, INVARIANT_pdev_unique, "PDEV 0x%" PRIx64, pa);
	}
	for (size_t j = 0; j < check->vdevs.count; j++)
		vdevs += vdev_of(check, j)->pdev == pa;
	if (vdevs != pdev->num_vdevs)
		check_fail(check, INVARIANT_vdev_count, "PDEV 0x%" PRIx64 " counts %u of %" PRIu64,
			   pa, pdev->num_vdevs, vdevs);
}

/* --- VDEVs ------------------------------------------------------------------------------------------- */

static bool vdev_state_right(const struct vdev *vdev)
{
	const bool talks = vdev->comm == COMM_PENDING || vdev->comm == COMM_ACTIVE;

	if (vdev->state > RMI_VDEV_STATE_ERROR || vdev->op > VDEV_OP_REPORT)
		return false;
	return talks ? vdev->op != VDEV_OP_NONE
		     : vdev->op == VDEV_OP_NONE && vdev->comm == COMM_IDLE;
}

static bool vdev_owner_right(const struct check *check, const struct granule *granule,
			     const struct vdev *vdev)
{
	const struct granule *pdev = mem_find(check->mem, vdev->pdev);

	return check_owner(check, granule) == vdev->rd && pdev && pdev->state == GRANULE_PDEV;
}

static bool same_vdev(const struct check *check, const struct vdev *a, const struct vdev *b)
{
	const struct pdev *pa = pdev_at(check->sim, mem_find(check->mem, a->pdev));
	const struct pdev *pb = pdev_at(check->sim, mem_find(check->mem, b->pdev));

	if (a->rd == b->rd && (a->vdev_id == b->vdev_id || a->number == b->number))
		return true;
	return pa->segment_id == pb->segment_id && a->tdi_id == b->tdi_id;
}

struct mapped {
	const struct check *check;
	const struct vdev *vdev;
	uint64_t granules;
};

static void count_mapped(void *context, struct granule *granule)
{
	struct mapped *m = context;

	if (granule->state == GRANULE_DEV_MAPPED && granule->refs == m->vdev->number)
		m->granules += check_owner(m->check, granule) == m->vdev->rd;
}

static void check_vdev(struct check *check, size_t i)
{
	const struct granule *granule = check->vdevs.items[i];
	const struct vdev *vdev = vdev_of(check, i);
	struct mapped mapped = {check, vdev, 0};
	const uint64_t pa = mem_pa(check->mem, granule);

	if (!vdev_state_right(vdev))
		check_fail(check, INVARIANT_vdev_state, "VDEV 0x%" PRIx64 ": %u, %u, %u", pa,
			   vdev->state, vdev->comm, vdev->op);
	if (!vdev_owner_right(check, granule, vdev)) {
		check_fail(check, INVARIANT_vdev_owner, "VDEV 0x%" PRIx64, pa);
		return;
	}
	for (size_t j = 0; j < i; j++) {
		if (vdev_owner_right(check, check->vdevs.items[j], vdev_of(check, j)) &&
		    same_vdev(check, vdev_of(check, j), vdev))
			check_fail(check, INVARIANT_vdev_unique, "VDEV 0x%" PRIx64, pa);
	}
	mem_each(check->mem, count_mapped, &mapped);
	if (mapped.granules != vdev->num_map)
		check_fail(check, INVARIANT_vdev_map,
			   "VDEV 0x%" PRIx64 " counts %" PRIu64 " of %" PRIu64, pa, vdev->num_map,
			   mapped.granules);
}

static void check_realm_count(struct check *check, const struct granule *rd)
{
	const uint64_t pa = mem_pa(check->mem, rd);
	const struct realm *realm = realm_at(check->sim, rd);
	uint64_t vdevs = 0;

	for (size_t i = 0; i < check->vdevs.count; i++)
		vdevs += vdev_of(check, i)->rd == pa;
	if (vdevs != realm->num_vdevs)
		check_fail(check, INVARIANT_vdev_count, "Realm 0x%" PRIx64 " counts %u of %" PRIu64,
			   pa, realm->num_vdevs, vdevs);
}

void check_devices(struct check *check)
{
	for (size_t i = 0; i < check->pdevs.count; i++)
		check_pdev(check, i);
	for (size_t i = 0; i < check->vdevs.count; i++)
		check_vdev(check, i);
	for (size_t i = 0; i < check->realms.count; i++)
		check_realm_count(check, check->realms.items[i]);
}
