/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>
#include <string.h>

#include "tests/support/s2_fixture.h"

static struct mem *memory(void)
{
	struct rmmsim_config config;
	struct rmmsim_error error = {.text = ""};
	struct mem *mem = NULL;

	memset(&config, 0, sizeof(config));
	config.size = sizeof(config);
	config.protection = RMMSIM_PROTECTION_OFF;
	config.pa_bits = 48;
	config.dram_count = config.dev_ncoh_count = config.dev_coh_count = 1;
	config.dram[0] = (struct rmmsim_range){S2_DRAM, S2_DRAM_TOP};
	config.dev_ncoh[0] = (struct rmmsim_range){S2_DEV_NCOH, S2_DEV_NCOH + S2_DEV_BYTES};
	config.dev_coh[0] = (struct rmmsim_range){S2_DEV_COH, S2_DEV_COH + S2_DEV_BYTES};
	if (mem_create(&config, &mem, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
	return mem;
}

/* planes.md#5.3 */
static void init_overlays(struct rtt_s2 *s2)
{
	for (unsigned int plane = 0; plane < RTT_MAX_TREES; plane++) {
		for (unsigned int i = 0; i < RTT_OVERLAYS; i++)
			s2->overlay[plane][i] = plane == 0 ? RTT_LABEL_RW_UPX : RTT_LABEL_NONE;
		s2->overlay[plane][RTT_OVERLAY_NS] = RTT_LABEL_RW;
	}
}

void s2_up_like(struct s2_fixture *f, const struct rtt_s2 *s2)
{
	memset(f, 0, sizeof(*f));
	f->mem = memory();
	f->s2 = *s2;
	f->s2.num_start = rtt_num_start(s2->s2sz, s2->level_start);
	f->next = S2_DRAM;
	init_overlays(&f->s2);
	for (unsigned int tree = 0; tree < rtt_trees(&f->s2); tree++) {
		f->s2.root[tree] = s2_take(f, f->s2.num_start * GRANULE_SIZE, GRANULE_RTT);
		rtt_init_root(f->mem, &f->s2, tree);
	}
}

void s2_up(struct s2_fixture *f)
{
	s2_up_like(f, &(struct rtt_s2){.s2sz = 40, .level_start = 1, .planes = 1});
}

void s2_up_trees(struct s2_fixture *f, unsigned int planes)
{
	s2_up_like(f, &(struct rtt_s2){
			      .s2sz = 40, .level_start = 1, .planes = planes, .tree_pp = true});
}

void s2_up_indirect(struct s2_fixture *f, unsigned int planes)
{
	s2_up_like(f, &(struct rtt_s2){
			      .s2sz = 40, .level_start = 1, .planes = planes, .indirect = true});
}

void s2_down(struct s2_fixture *f)
{
	mem_destroy(f->mem);
}

static struct s2_fixture *fixture(void **state)
{
	*state = calloc(1, sizeof(struct s2_fixture));
	assert_non_null(*state);
	return *state;
}

int s2_setup(void **state)
{
	s2_up(fixture(state));
	return 0;
}

int s2_setup_two_trees(void **state)
{
	s2_up_trees(fixture(state), 2);
	return 0;
}

int s2_setup_indirect(void **state)
{
	s2_up_indirect(fixture(state), 2);
	return 0;
}

int s2_teardown(void **state)
{
	s2_down(*state);
	free(*state);
	return 0;
}

/* --- granules ------------------------------------------------------------------------------ */

void s2_set_state(struct s2_fixture *f, uint64_t pa, uint64_t size, enum granule_state state)
{
	static const struct mem_call call = {.call = 1};

	for (uint64_t offset = 0; offset < size; offset += GRANULE_SIZE) {
		struct granule *granule = mem_find(f->mem, pa + offset);

		mem_set_state(f->mem, granule, GRANULE_DELEGATED, &call);
		mem_set_state(f->mem, granule, state, &call);
	}
}

uint64_t s2_take(struct s2_fixture *f, uint64_t size, enum granule_state state)
{
	uint64_t pa = (f->next + size - 1) & ~(size - 1);

	assert_true(pa + size <= S2_DRAM_TOP);
	f->next = pa + size;
	s2_set_state(f, pa, size, state);
	return pa;
}

unsigned int s2_refs(const struct s2_fixture *f, uint64_t pa)
{
	return mem_find(f->mem, pa)->refs;
}

/* --- looking ------------------------------------------------------------------------------- */

struct rtt_walk s2_at_level(const struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	return rtt_walk(f->mem, &f->s2, tree, ipa, level);
}

struct rtt_walk s2_at(const struct s2_fixture *f, unsigned int tree, uint64_t ipa)
{
	return s2_at_level(f, tree, ipa, RTT_LEVEL_PAGE);
}

uint64_t s2_raw(const struct s2_fixture *f, uint64_t table, unsigned int index)
{
	return ((const uint64_t *)mem_r(f->mem, table))[index];
}

uint64_t s2_desc(const struct s2_fixture *f, unsigned int tree, uint64_t ipa)
{
	struct rtt_walk walk = s2_at(f, tree, ipa);

	return s2_raw(f, walk.table, walk.index);
}

/* --- changing ------------------------------------------------------------------------------ */

uint64_t s2_tables(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	struct rtt_walk walk = s2_at_level(f, tree, ipa, level);

	while (walk.level < level) {
		uint64_t base = ipa & ~(rtt_entry_size(walk.level) - 1);

		rtt_create(f->mem, &f->s2, &walk, base, s2_take(f, GRANULE_SIZE, GRANULE_RTT));
		walk = s2_at_level(f, tree, ipa, level);
	}
	return walk.table;
}

void s2_put(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level,
	    struct rtt_entry entry)
{
	struct rtt_walk walk;

	s2_tables(f, tree, ipa, level);
	walk = s2_at_level(f, tree, ipa, level);
	rtt_write(f->mem, &f->s2, &walk, &entry);
}

uint64_t s2_map(struct s2_fixture *f, uint64_t ipa, int level, enum rmi_ripas ripas)
{
	struct rtt_entry entry = {
		.state = RTT_ASSIGNED,
		.ripas = ripas,
		.pa = s2_take(f, rtt_entry_size(level), GRANULE_DATA),
		.permission = rtt_permission_default(&f->s2, 0),
	};

	s2_put(f, 0, ipa, level, entry);
	return entry.pa;
}

void s2_unassign(struct s2_fixture *f, uint64_t ipa, int level, enum rmi_ripas ripas)
{
	struct rtt_entry entry = {
		.state = RTT_UNASSIGNED,
		.ripas = ripas,
		.permission = rtt_permission_default(&f->s2, 0),
	};

	s2_put(f, 0, ipa, level, entry);
}

void s2_map_ns(struct s2_fixture *f, uint64_t ipa, int level, uint64_t pa)
{
	uint64_t desc = pa | (f->s2.indirect ? UINT64_C(0x0008000000000058) : 0xd8);

	assert_true(rtt_desc_valid(&f->s2, desc, level));
	s2_put(f, 0, ipa, level, rtt_desc_entry(&f->s2, desc, level));
}

void s2_map_dev(struct s2_fixture *f, uint64_t ipa, int level, uint64_t pa, enum rmi_ripas ripas)
{
	bool coherent = pa >= S2_DEV_COH && pa < S2_DEV_COH + S2_DEV_BYTES;
	struct rtt_walk walk;

	s2_set_state(f, pa, rtt_entry_size(level), GRANULE_DEV_MAPPED);
	s2_unassign(f, ipa, level, RMI_RIPAS_EMPTY);
	walk = s2_at_level(f, 0, ipa, level);
	rtt_dev_map(f->mem, &f->s2, &walk, pa, coherent);
	walk = s2_at_level(f, 0, ipa, level);
	walk.entry.ripas = ripas;
	s2_put(f, 0, ipa, level, walk.entry);
}

void s2_aux_map(struct s2_fixture *f, unsigned int tree, uint64_t ipa, int level)
{
	struct rtt_walk primary = s2_at(f, 0, ipa), aux;

	s2_tables(f, tree, ipa, level);
	aux = s2_at(f, tree, ipa);
	rtt_aux_map(f->mem, &f->s2, tree, ipa, &primary, &aux, false);
}

void s2_aux_map_ns(struct s2_fixture *f, unsigned int tree, uint64_t ipa)
{
	struct rtt_walk primary = s2_at_level(f, 0, ipa, f->s2.level_start);
	struct rtt_walk aux = s2_at_level(f, tree, ipa, f->s2.level_start);

	rtt_aux_map_ns(f->mem, &f->s2, &primary, &aux, false);
}
