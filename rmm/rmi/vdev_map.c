/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory of devices in the Protected half: device-assignment.md#4, device-assignment.md#7 */
#include "rmm/rec.h"
#include "rmm/rmi/dev_args.h"
#include "rmm/rmi/dev_range.h"

void rmi_vdev_map(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[3], pa = call->x[5];
	const int64_t level = (int64_t)call->x[4];
	const bool level_ok = level_dev(level);
	const bool pa_ok = level_ok && rtt_level_aligned(pa, level);
	struct granule *rd, *granule, *dev = pa_ok ? dev_range(mem, pa, level) : NULL;
	const struct realm *realm;
	const struct vdev *vdev;
	struct rtt_walk walk;
	bool ipa_ok;

	REQUIRE_DA(call, RMI_VDEV_MAP);
	/* A level without entries of devices is the fault of level_bound. */
	REQUIRE(call, RMI_VDEV_MAP_addr_align, WITH(level_ok, pa_ok));
	REQUIRE(call, RMI_VDEV_MAP_addr_bound, WITH(pa_ok, dev));
	REQUIRE(call, RMI_VDEV_MAP_addr_state, WITH(dev, dev_delegated(mem, pa, level)));
	realm = call_realm(call, COND_RMI_VDEV_MAP_rd_align, call->x[1], &rd);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_MAP_vdev_align, call->x[2], &granule);
	RESOLVED(call);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	REQUIRE(call, RMI_VDEV_MAP_vdev_owner, WITH(realm && vdev, vdev->rd == call->x[1]));
	REQUIRE(call, RMI_VDEV_MAP_level_bound, level_ok);
	REQUIRE(call, RMI_VDEV_MAP_ipa_align, WITH(level_ok, rtt_level_aligned(ipa, level)));
	REQUIRE(call, RMI_VDEV_MAP_ipa_bound, WITH(realm, ipa_ok));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	REQUIRE_LEVEL(call, RMI_VDEV_MAP_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_VDEV_MAP_rtte_state, walk.entry.state == RTT_UNASSIGNED,
		      walk.level);
	CHECKED(call);

	for (uint64_t i = 0; i < dev_granules(level); i++) {
		struct granule *page = mem_find(mem, pa + i * GRANULE_SIZE);

		granule_take(call, page, GRANULE_DEV_MAPPED, rd);
		mem_set_refs(mem, page, (uint16_t)vdev->number);
	}
	rtt_dev_map(mem, &realm->s2, &walk, pa, mem_kind(mem, dev) == GRANULE_DEV_COH);
	vdev_edit(call->sim, granule)->num_map += dev_granules(level);
}

/*
 * All granules of a block were mapped for this VDEV. Stricter than the text, which only asks who validated
 * them: so the count of a VDEV is that of its own memory.
 */
static bool mapped_by(const struct mem *mem, const struct vdev *vdev, uint64_t pa, int64_t level)
{
	for (uint64_t i = 0; i < dev_granules(level); i++) {
		if (mem_find(mem, pa + i * GRANULE_SIZE)->refs != vdev->number)
			return false;
	}
	return true;
}

void rmi_vdev_unmap(struct call *call)
{
	struct mem *mem = call->sim->mem;
	const uint64_t ipa = call->x[3];
	const int64_t level = (int64_t)call->x[4];
	const bool level_ok = level_dev(level);
	const struct realm *realm;
	const struct vdev *vdev;
	struct granule *granule;
	struct rtt_walk walk;
	bool ipa_ok;

	REQUIRE_DA(call, RMI_VDEV_UNMAP);
	realm = call_realm(call, COND_RMI_VDEV_UNMAP_rd_align, call->x[1], NULL);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_UNMAP_vdev_align, call->x[2], &granule);
	RESOLVED(call);
	ipa_ok = realm && rtt_protected(&realm->s2, ipa);
	REQUIRE(call, RMI_VDEV_UNMAP_vdev_owner, WITH(realm && vdev, vdev->rd == call->x[1]));
	REQUIRE(call, RMI_VDEV_UNMAP_level_bound, level_ok);
	REQUIRE(call, RMI_VDEV_UNMAP_ipa_align, WITH(level_ok, rtt_level_aligned(ipa, level)));
	REQUIRE(call, RMI_VDEV_UNMAP_ipa_bound, WITH(realm, ipa_ok));
	WALKABLE(level_ok && ipa_ok);
	walk = call_walk(call, realm, 0, ipa, level);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
	REQUIRE_LEVEL(call, RMI_VDEV_UNMAP_rtt_walk, walk.level == level, walk.level);
	WALKABLE(walk.level == level);
	REQUIRE_LEVEL(call, RMI_VDEV_UNMAP_rtte_state, walk.entry.state == RTT_ASSIGNED_DEV,
		      walk.level);
	WALKABLE(vdev && walk.entry.state == RTT_ASSIGNED_DEV);
	REQUIRE_LEVEL(call, RMI_VDEV_UNMAP_validated, mapped_by(mem, vdev, walk.entry.pa, level),
		      walk.level);
	CHECKED(call);

	rtt_dev_unmap(mem, &realm->s2, &walk);
	for (uint64_t i = 0; i < dev_granules(level); i++) {
		struct granule *page = mem_find(mem, walk.entry.pa + i * GRANULE_SIZE);

		mem_set_refs(mem, page, 0);
		granule_free(call, walk.entry.pa + i * GRANULE_SIZE);
	}
	vdev_edit(call->sim, granule)->num_map -= dev_granules(level);
	call_return(call, 1, walk.entry.pa);
	call_return(call, 2, rtt_skip(mem, &realm->s2, 0, ipa, &walk));
}

/* --- VDEV_VALIDATE_MAPPING ----------------------------------------------------------------------------- */

/* What the Realm expects at `ipa`: memory of the device, in order, of the kind that it names. */
static bool expected(const struct rmmsim *sim, const struct rec_dev_mem *request,
		     const struct rtt_entry *entry, uint64_t ipa)
{
	const bool coherent = request->flags & RSI_DEV_MEM_FLAG_COHERENT;
	const uint64_t offset = ipa - request->addr;

	return entry->state == RTT_ASSIGNED_DEV && entry->ripas == RMI_RIPAS_EMPTY &&
	       entry->pa == request->pa + offset &&
	       (mem_kind(sim->mem, mem_find(sim->mem, entry->pa)) == GRANULE_DEV_COH) == coherent;
}

/* End of the entries from `base` on that can be validated, inside one table; `base`: none. */
static uint64_t validate_top(const struct call *call, const struct realm *realm,
			     const struct rec_dev_mem *request, uint64_t base, uint64_t top)
{
	const struct rtt_walk first = rtt_walk(call->sim->mem, &realm->s2, 0, base, RTT_LEVEL_PAGE);
	const uint64_t size = rtt_entry_size(first.level);
	uint64_t ipa = base;

	while (ipa + size <= top) {
		const struct rtt_walk walk =
			rtt_walk(call->sim->mem, &realm->s2, 0, ipa, first.level);

		if (walk.table != first.table || !expected(call->sim, request, &walk.entry, ipa))
			break;
		ipa += size;
	}
	return ipa;
}

static void validate(struct call *call, const struct realm *realm, uint64_t base, uint64_t top)
{
	struct mem *mem = call->sim->mem;

	while (base < top) {
		const struct rtt_walk walk = rtt_walk(mem, &realm->s2, 0, base, RTT_LEVEL_PAGE);

		rtt_dev_validate(mem, &realm->s2, &walk);
		base += rtt_entry_size(walk.level);
	}
}

/* Some auxiliary tree maps a page of the range. */
static bool aux_live(const struct call *call, const struct realm *realm, uint64_t base,
		     uint64_t top)
{
	for (; base < top; base += GRANULE_SIZE) {
		for (unsigned int tree = 1; tree < rtt_trees(&realm->s2); tree++) {
			const struct rtt_walk walk =
				rtt_walk(call->sim->mem, &realm->s2, tree, base, RTT_LEVEL_PAGE);

			if (walk.entry.state == RTT_ASSIGNED_DEV)
				return true;
		}
	}
	return false;
}

/* Everything that depends on the request and the tables; *end is how far the call gets. */
static void check_validate(struct call *call, const struct realm *realm, const struct rec *rec,
			   uint64_t *end)
{
	const uint64_t base = call->x[5], top = call->x[6];
	const struct rec_dev_mem *request = &rec->dev_mem;
	struct rtt_walk walk;
	bool aligned;

	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_size_valid, top > base);
	WALKABLE(top > base);
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_base_bound, request->top && base == request->addr);
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_top_bound, top <= request->top);
	WALKABLE(rtt_protected(&realm->s2, base));
	walk = call_walk(call, realm, 0, base, RTT_LEVEL_PAGE);
	aligned = rtt_level_aligned(base, walk.level);
	REQUIRE_LEVEL(call, RMI_VDEV_VALIDATE_MAPPING_base_align, aligned, walk.level);
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_top_gran_align, (top & GRANULE_MASK) == 0);
	WALKABLE(aligned && (top & GRANULE_MASK) == 0);
	REQUIRE_LEVEL(call, RMI_VDEV_VALIDATE_MAPPING_no_progress,
		      base + rtt_entry_size(walk.level) <= top, walk.level);
	WALKABLE(base + rtt_entry_size(walk.level) <= top);
	*end = validate_top(call, realm, request, base, top);
	REQUIRE_LEVEL(call, RMI_VDEV_VALIDATE_MAPPING_mapping, *end != base, walk.level);
	REQUIRE_LEVEL(call, RMI_VDEV_VALIDATE_MAPPING_aux_live, !aux_live(call, realm, base, *end),
		      walk.level);
}

void rmi_vdev_validate_mapping(struct call *call)
{
	struct granule *rec_granule, *pdev, *granule;
	const struct pdev *device;
	const struct realm *realm;
	const struct vdev *vdev;
	const struct rec *rec;
	struct rec_dev_mem *request;
	uint64_t end = 0;

	REQUIRE_DA(call, RMI_VDEV_VALIDATE_MAPPING);
	realm = call_realm(call, COND_RMI_VDEV_VALIDATE_MAPPING_rd_align, call->x[1], NULL);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_VDEV_VALIDATE_MAPPING_rec_align, call->x[2], &rec_granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_rec_state, WITH(rec, !rec->running));
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_rec_owner,
		WITH(realm && rec, rec->rd == call->x[1]));
	device = call_pdev(call, COND_RMI_VDEV_VALIDATE_MAPPING_pdev_align, call->x[3], &pdev);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_VALIDATE_MAPPING_vdev_align, call->x[4], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_VALIDATE_MAPPING_vdev_pdev,
		WITH(device && vdev, vdev->pdev == call->x[3]));
	WALKABLE(realm && rec);
	check_validate(call, realm, rec, &end);
	RESOLVED(call);
	CHECKED(call);

	validate(call, realm, call->x[5], end);
	request = &rec_edit(call->sim, rec_granule)->dev_mem;
	request->pa += end - request->addr;
	request->addr = end;
	call_return(call, 1, end);
}
