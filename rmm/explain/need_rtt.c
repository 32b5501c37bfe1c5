/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules of needs.def about addresses, levels and trees. */
#include "rmm/explain/need_rules.h"

/* --- addresses ---------------------------------------------------------------------------------- */

RULE(page)
{
	(void)s;
	return need_multiple(need, GRANULE_SIZE);
}

/* rmm-2.0.md#7.3: 1 GiB, or 2 MiB if RMM_CONFIG_SET has chosen that. */
RULE(tracking_region)
{
	return need_multiple(need,
			     UINT64_C(1) << (s->call->sim->monitor.tracking_region_size ? 21 : 30));
}

/* rmm-2.0.md#7.4: what a level 1 granule protection table covers. */
RULE(gpt_region)
{
	(void)s;
	return need_multiple(need, UINT64_C(1) << 30);
}

RULE(dev_info_align)
{
	(void)s;
	return need_multiple(need, sizeof(struct rsi_dev_info));
}

/* Lists of 2.0 have entries of 8 bytes: rmm-2.0.md#3. */
RULE(descriptor)
{
	(void)s;
	return need_multiple(need, sizeof(uint64_t));
}

static uint64_t ipa_end(const struct subject *s)
{
	return UINT64_C(1) << s->realm->s2.s2sz;
}

RULE(ipa_inside)
{
	return s->realm && need_at_most(need, ipa_end(s) - 1);
}

RULE(ipa_protected)
{
	return s->realm && need_at_most(need, ipa_end(s) / 2 - 1);
}

RULE(ipa_unprotected)
{
	return s->realm && need_range(need, ipa_end(s) / 2, ipa_end(s) - 1);
}

/* The end of a range of Protected addresses. */
RULE(end_protected)
{
	return s->realm && need_at_most(need, ipa_end(s) / 2);
}

RULE(pa_48)
{
	return s->realm && !s->realm->s2.lpa2 && need_at_most(need, (UINT64_C(1) << 48) - 1);
}

/* `top` follows `base`. */
RULE(above_base)
{
	return need_at_least(need, subject_x(s, "base") + 1);
}

RULE(page_above_base)
{
	return need_at_least(need, subject_x(s, "base") + GRANULE_SIZE);
}

static bool align_level(struct rmmsim_need *need, int64_t level)
{
	return level >= RTT_LEVEL_MIN - 1 && level <= RTT_LEVEL_PAGE &&
	       need_multiple(need, rtt_entry_size((int)level));
}

RULE(align_table)
{
	const int64_t level = (int64_t)subject_x(s, "level");

	need_given(need, "level", (uint64_t)level);
	return align_level(need, level - 1);
}

RULE(align_entry)
{
	const int64_t level = (int64_t)subject_x(s, "level");

	need_given(need, "level", (uint64_t)level);
	return align_level(need, level);
}

RULE(align_start)
{
	return s->realm && align_level(need, s->realm->s2.level_start);
}

/* The entry that the walk reached. */
RULE(align_walked)
{
	return align_level(need, s->level);
}

RULE(past_entry)
{
	const uint64_t base = subject_x(s, "base");

	need_given(need, "base", base);
	return s->level >= RTT_LEVEL_MIN && s->level <= RTT_LEVEL_PAGE &&
	       need_at_least(need, base + rtt_entry_size(s->level));
}

RULE(align_desc)
{
	const int64_t level = (int64_t)subject_x(s, "level");

	if (!s->realm)
		return false;
	need->value = rtt_desc_pa(&s->realm->s2, subject_x(s, "desc"));
	need_given(need, "level", (uint64_t)level);
	return align_level(need, level);
}

RULE(desc_48)
{
	if (!s->realm)
		return false;
	need->value = rtt_desc_pa(&s->realm->s2, subject_x(s, "desc"));
	return need_pa_48(s, need);
}

/* --- levels and trees ----------------------------------------------------------------------------- */

static bool level_from(const struct subject *s, struct rmmsim_need *need, int64_t low)
{
	need_given(need, "start level", (uint64_t)(int64_t)s->realm->s2.level_start);
	return need_range(need, (uint64_t)low, RTT_LEVEL_PAGE);
}

RULE(level_structure)
{
	return s->realm && level_from(s, need, s->realm->s2.level_start + 1);
}

RULE(level_map)
{
	const int64_t start = s->realm ? s->realm->s2.level_start : 0;

	return s->realm && level_from(s, need, start > 1 ? start : 1);
}

RULE(level_entry)
{
	return s->realm && level_from(s, need, s->realm->s2.level_start);
}

RULE(level_dev)
{
	(void)s;
	return need_range(need, RTT_LEVEL_PAGE - 1, RTT_LEVEL_PAGE);
}

static bool walked_to(const struct subject *s, struct rmmsim_need *need, int64_t level)
{
	need->value = (uint64_t)(int64_t)s->level;
	return need_exactly(need, (uint64_t)level);
}

/* The table that the command names is an entry of the level above it. */
RULE(walk_table)
{
	return walked_to(s, need, (int64_t)subject_x(s, "level") - 1);
}

RULE(walk_entry)
{
	return walked_to(s, need, (int64_t)subject_x(s, "level"));
}

RULE(walk_page)
{
	return walked_to(s, need, RTT_LEVEL_PAGE);
}

RULE(as_deep_as_primary)
{
	const struct mem *mem = s->call->sim->mem;
	const uint64_t ipa = subject_x(s, "ipa");

	if (!s->realm)
		return false;
	need->value =
		(uint64_t)(int64_t)rtt_walk(mem, &s->realm->s2, (unsigned int)subject_x(s, "index"),
					    ipa, RTT_LEVEL_PAGE)
			.level;
	return need_range(
		need, (uint64_t)(int64_t)rtt_walk(mem, &s->realm->s2, 0, ipa, RTT_LEVEL_PAGE).level,
		RTT_LEVEL_PAGE);
}

RULE(aux_index)
{
	return s->realm && s->realm->s2.tree_pp && need_range(need, 1, s->realm->s2.planes - 1);
}
