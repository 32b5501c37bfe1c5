/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>

#include "rmm/check/check.h"

/* One tree of one Realm, being walked. */
struct tree_check {
	struct check *check;
	const struct granule *rd;
	const struct rtt_s2 *s2;
	unsigned int tree;
};

static void fail_entry(const struct tree_check *t, enum invariant invariant, uint64_t ipa,
		       const struct rtt_walk *walk)
{
	check_fail(t->check, invariant,
		   "Realm 0x%" PRIx64 ", tree %u, IPA 0x%" PRIx64
		   ", level %d: %s, RIPAS %d, PA 0x%" PRIx64,
		   mem_pa(t->check->mem, t->rd), t->tree, ipa, walk->level,
		   rtt_state_name(walk->entry.state), (int)walk->entry.ripas, walk->entry.pa);
}

/* --- legal entries: rtt.md#1, rtt.md#2 --------------------------------------------------------- */

static bool aux_tree(const struct tree_check *t)
{
	return t->tree != 0;
}

static bool ripas_legal(const struct tree_check *t, const struct rtt_entry *entry)
{
	switch (entry->state) {
	case RTT_ASSIGNED:
		return aux_tree(t) || entry->ripas != RMI_RIPAS_DEV;
	case RTT_ASSIGNED_DEV:
		return aux_tree(t) || entry->ripas != RMI_RIPAS_RAM;
	default:
		return true;
	}
}

/* Blocks of data and Non-secure memory exist from level 1, of device memory from level 2. */
static bool place_legal(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	const bool is_protected = rtt_protected(t->s2, ipa);

	switch (walk->entry.state) {
	case RTT_ASSIGNED:
		return is_protected && walk->level >= 1;
	case RTT_ASSIGNED_DEV:
		return is_protected && walk->level >= 2;
	case RTT_AUX_DESTROYED:
		return is_protected && aux_tree(t);
	case RTT_ASSIGNED_NS:
		return !is_protected && walk->level >= 1;
	case RTT_TABLE:
		return walk->level < RTT_LEVEL_PAGE;
	default:
		return true;
	}
}

static bool address_legal(const struct tree_check *t, const struct rtt_walk *walk)
{
	int level = walk->entry.state == RTT_TABLE ? RTT_LEVEL_PAGE : walk->level;
	uint64_t top = UINT64_C(1) << (t->s2->lpa2 ? 52 : 48);

	return rtt_level_aligned(walk->entry.pa, level) && walk->entry.pa < top;
}

static void check_entry(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	if (!rtt_in_range(t->s2, ipa) || !rtt_level_aligned(ipa, walk->level) ||
	    !place_legal(t, ipa, walk) || !ripas_legal(t, &walk->entry) || !address_legal(t, walk))
		fail_entry(t, INVARIANT_rtt_entry, ipa, walk);
}

/* --- what entries refer to ------------------------------------------------------------------ */

static void count(struct check *check, uint64_t pa)
{
	struct check_mark *mark = check_mark(check, pa);

	if (mark)
		mark->count++;
}

static void use(struct check *check, uint64_t pa)
{
	struct check_mark *mark = check_mark(check, pa);

	if (mark && mark->uses < UINT16_MAX)
		mark->uses++;
}

static void check_table(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	if (!check_belongs(t->check, walk->entry.pa, GRANULE_RTT, t->rd))
		fail_entry(t, INVARIANT_rtt_child, ipa, walk);
	use(t->check, walk->entry.pa);
}

static void check_mapping(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	const bool device = walk->entry.state == RTT_ASSIGNED_DEV;
	const uint64_t size = rtt_entry_size(walk->level);
	bool right = true;

	for (uint64_t offset = 0; offset < size; offset += GRANULE_SIZE) {
		uint64_t pa = walk->entry.pa + offset;

		right &= check_belongs(t->check, pa, device ? GRANULE_DEV_MAPPED : GRANULE_DATA,
				       t->rd);
		use(t->check, pa);
	}
	if (!right)
		fail_entry(t, device ? INVARIANT_dev_granule : INVARIANT_data_granule, ipa, walk);
}

/* The primary tree maps every granule of the auxiliary entry, to the same place. */
static bool primary_agrees(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *aux)
{
	const uint64_t size = rtt_entry_size(aux->level);
	uint64_t step;

	for (uint64_t offset = 0; offset < size; offset += step) {
		struct rtt_walk p = rtt_walk(t->check->mem, t->s2, 0, ipa + offset, RTT_LEVEL_PAGE);
		uint64_t inside = (ipa + offset) & (rtt_entry_size(p.level) - 1);

		if (p.entry.state != aux->entry.state ||
		    p.entry.pa + inside != aux->entry.pa + offset)
			return false;
		if (p.entry.state == RTT_ASSIGNED && p.entry.ripas != RMI_RIPAS_RAM)
			return false;
		step = rtt_entry_size(p.level) - inside;
	}
	return true;
}

static void check_aux_mapping(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	const uint64_t size = rtt_entry_size(walk->level);

	/* The quirk maps the first page of a primary block: tf-rmm-quirks.md#1 (H11) */
	if (!quirk(t->check->sim, QUIRK_aux_map_block_offset) && !primary_agrees(t, ipa, walk))
		fail_entry(t, INVARIANT_aux_protected, ipa, walk);
	for (uint64_t offset = 0; offset < size; offset += GRANULE_SIZE)
		count(t->check, walk->entry.pa + offset);
}

/* --- visiting ------------------------------------------------------------------------------- */

static void visit_protected(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	check_entry(t, ipa, walk);
	if (rtt_entry_pins_table(walk->entry.state))
		count(t->check, walk->table);
	switch (walk->entry.state) {
	case RTT_TABLE:
		check_table(t, ipa, walk);
		break;
	case RTT_ASSIGNED:
	case RTT_ASSIGNED_DEV:
		if (aux_tree(t))
			check_aux_mapping(t, ipa, walk);
		else
			check_mapping(t, ipa, walk);
		break;
	default:
		break;
	}
}

/* The Unprotected half of an auxiliary tree is the start level, shared below: planes.md#6.3 */
static void visit_shared(const struct tree_check *t, uint64_t ipa, const struct rtt_walk *walk)
{
	struct rtt_walk primary;

	if (walk->level != t->s2->level_start)
		return;
	check_entry(t, ipa, walk);
	count(t->check, walk->table);
	if (walk->entry.state != RTT_TABLE)
		return;
	primary = rtt_walk(t->check->mem, t->s2, 0, ipa, walk->level);
	if (primary.entry.state != RTT_TABLE || primary.entry.pa != walk->entry.pa)
		fail_entry(t, INVARIANT_aux_unprotected, ipa, walk);
}

static void visit(void *context, uint64_t ipa, const struct rtt_walk *walk)
{
	const struct tree_check *t = context;

	if (aux_tree(t) && !rtt_protected(t->s2, ipa)) {
		visit_shared(t, ipa, walk);
		return;
	}
	visit_protected(t, ipa, walk);
}

/* False when the tree cannot be walked. */
static bool check_root(const struct tree_check *t)
{
	const uint64_t root = t->s2->root[t->tree];
	const uint64_t size = t->s2->num_start * GRANULE_SIZE;
	bool right = size != 0 && root % size == 0;

	for (uint64_t offset = 0; offset < size; offset += GRANULE_SIZE) {
		struct check_mark *mark = check_mark(t->check, root + offset);

		right &= check_belongs(t->check, root + offset, GRANULE_RTT, t->rd);
		use(t->check, root + offset);
		if (mark)
			mark->aux_root = aux_tree(t);
	}
	if (!right)
		check_fail(t->check, INVARIANT_rtt_root,
			   "Realm 0x%" PRIx64 ", tree %u: %u root tables at 0x%" PRIx64,
			   mem_pa(t->check->mem, t->rd), t->tree, t->s2->num_start, root);
	return right;
}

void check_trees(struct check *check, struct granule *rd)
{
	struct tree_check t = {
		.check = check,
		.rd = rd,
		.s2 = &realm_at(check->sim, rd)->s2,
	};

	if (t.s2->planes < 1 || t.s2->planes > RTT_MAX_TREES)
		return; /* realm_geometry has said so */
	for (t.tree = 0; t.tree < rtt_trees(t.s2); t.tree++) {
		if (check_root(&t))
			rtt_each(check->mem, t.s2, t.tree, visit, &t);
	}
}
