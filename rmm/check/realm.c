/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <string.h>

#include "rmm/check/check.h"

static bool geometry_right(const struct rmmsim *sim, const struct rtt_s2 *s2)
{
	if (!rtt_start_level_valid(s2->s2sz, s2->level_start, s2->lpa2, sim->config.pa_bits) ||
	    rtt_num_start(s2->s2sz, s2->level_start) != s2->num_start)
		return false;
	if (s2->planes < 1 || s2->planes > RTT_MAX_TREES)
		return false;
	/* Several Planes either have a tree each or share one by indirect permissions. */
	if (s2->planes > 1)
		return s2->tree_pp != s2->indirect;
	return !s2->tree_pp;
}

static bool measurements_right(const struct realm *realm)
{
	static const uint8_t zero[32];

	if (realm->hash_algo != RMI_HASH_SHA_256)
		return true;
	for (unsigned int i = 0; i < REALM_MEASUREMENTS; i++) {
		if (memcmp(&realm->measurement[i][32], zero, sizeof(zero)) != 0)
			return false;
	}
	return true;
}

/* planes.md#5.1; the reserved labels are accepted under quirk perm-value-unchecked only. */
static bool label_right(const struct rmmsim *sim, uint8_t label)
{
	if (label > RTT_LABEL_RW_UPX)
		return false;
	if (quirk(sim, QUIRK_perm_value_unchecked))
		return true;
	return label == RTT_LABEL_NONE || label == 4 || label >= 8;
}

/* planes.md#5.3 */
static bool overlay_right(const struct rmmsim *sim, const struct rtt_s2 *s2)
{
	const uint16_t fixed = 1u << 0 | 1u << RTT_OVERLAY_NS;

	if ((s2->overlay_locked & fixed) != fixed)
		return false;
	for (unsigned int plane = 0; plane < s2->planes && plane < RTT_MAX_TREES; plane++) {
		if (s2->overlay[plane][RTT_OVERLAY_NS] != RTT_LABEL_RW)
			return false;
		for (unsigned int i = 0; i < RTT_OVERLAY_NS; i++) {
			if (!label_right(sim, s2->overlay[plane][i]))
				return false;
			if (plane == 0 && s2->overlay[plane][i] != RTT_LABEL_RW_UPX)
				return false;
		}
	}
	return true;
}

static uint64_t recs_owned(const struct check *check, const struct granule *rd)
{
	uint64_t count = 0;

	for (size_t i = 0; i < check->recs.count; i++)
		count += mem_owner(check->mem, check->recs.items[i]) == rd;
	return count;
}

void check_realm(struct check *check, struct granule *rd)
{
	const uint64_t pa = mem_pa(check->mem, rd);
	const struct realm *realm = realm_at(check->sim, rd);
	const struct rtt_s2 *s2 = &realm->s2;

	if (realm->state > (revision_2(check->sim) ? REALM_ZOMBIE : REALM_SYSTEM_OFF))
		check_fail(check, INVARIANT_realm_state, "Realm 0x%" PRIx64 ": state %u", pa,
			   realm->state);
	if (!geometry_right(check->sim, s2) || realm->num_aux_planes + 1 != s2->planes)
		check_fail(check, INVARIANT_realm_geometry,
			   "Realm 0x%" PRIx64 ": %u bits, start level %d, %u roots, %u Planes%s%s",
			   pa, s2->s2sz, s2->level_start, s2->num_start, s2->planes,
			   s2->tree_pp ? ", tree per Plane" : "", s2->indirect ? ", indirect" : "");
	if (!measurements_right(realm))
		check_fail(check, INVARIANT_realm_measurement, "Realm 0x%" PRIx64, pa);
	if (!overlay_right(check->sim, s2))
		check_fail(check, INVARIANT_realm_overlay,
			   "Realm 0x%" PRIx64 ": overlay indices locked 0x%x", pa,
			   s2->overlay_locked);
	if (realm->num_recs != recs_owned(check, rd))
		check_fail(check, INVARIANT_realm_recs,
			   "Realm 0x%" PRIx64 ": counts %" PRIu64 " RECs, owns %" PRIu64, pa,
			   realm->num_recs, recs_owned(check, rd));
}
