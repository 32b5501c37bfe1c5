/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_AUX_MAP_PROTECTED, RTT_AUX_UNMAP_PROTECTED: rmi-commands.md#7, planes.md#6 */
#include "rmm/realm.h"
#include "tests/support/host.h"

#define GB    HOST_GB
#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA   (4 * GB + BLOCK)

static const struct host_realm_options two_trees = {.planes = 2};
static const struct host_realm_options three_trees = {.planes = 3};

static struct rtt_walk walk(struct host *h, const struct host_realm *r, unsigned int tree,
			    uint64_t ipa)
{
	const struct realm *realm = realm_at(h->sim, mem_find(h->sim->mem, r->rd));

	return rtt_walk(h->sim->mem, &realm->s2, tree, ipa, 3);
}

static void assert_outputs(struct host *h, uint64_t x1, uint64_t x2, uint64_t x3)
{
	assert_int_equal(OUT(h, 1), x1);
	assert_int_equal(OUT(h, 2), x2);
	assert_int_equal(OUT(h, 3), x3);
}

/* --- AUX_MAP_PROTECTED ----------------------------------------------------------------------- */

static void map_follows_the_loop_of_a_host(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, &two_trees);
	data = host_ram(h, &r, IPA);
	ALONE(h, "level", RTT_AUX(1), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_UNASSIGNED, RMI_RIPAS_RAM, 0);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), 4 * GB, 2, 1);
	ALONE(h, "level", RTT_AUX(2), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA, 3, 1);
	REFUSED(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 2);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1, 0x1234);
	assert_outputs(h, 0, 0, 0);
	assert_int_equal(OUT(h, 4), 0x1234);
	assert_int_equal(walk(h, &r, 1, IPA).entry.pa, data);
	/* Once more changes nothing. */
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	host_realm_end(h, &r);
}

static void map_of_a_page_of_a_block_maps_that_page(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, &two_trees);
	data = host_ram_block(h, &r, IPA);
	host_aux_map(h, &r, 1, IPA + 5 * PAGE);
	assert_int_equal(walk(h, &r, 1, IPA + 5 * PAGE).entry.pa, data + 5 * PAGE);
	host_realm_end(h, &r);
}

static void map_of_any_page_maps_a_block_of_the_same_level(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t data;

	host_realm(h, &r, &two_trees);
	data = host_ram_block(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 2);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + 5 * PAGE, 1);
	assert_int_equal(walk(h, &r, 1, IPA).entry.pa, data);
	assert_int_equal(walk(h, &r, 1, IPA).level, 2);
	host_realm_end(h, &r);
}

static void quirk_aux_map_block_offset(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-map-block-offset", NULL);
	struct host_realm r;
	uint64_t data;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	data = host_ram_block(h, &r, IPA);
	host_aux_map(h, &r, 1, IPA + 5 * PAGE);
	assert_int_equal(walk(h, &r, 1, IPA + 5 * PAGE).entry.pa, data);
	OK(h, RMI_RTT_CREATE, r.rd, host_delegated(h), IPA, 3);
	ALONE(h, "aux_live", RMI_ERROR_RTT_AUX, RMI_DATA_DESTROY, r.rd, IPA);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA + 5 * PAGE);
	host_realm_end(h, &r);
}

static void map_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &three_trees);
	host_ram(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 3);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + 1, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, r.half, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 3);
	assert_outputs(h, 0, 0, 0);
	WINS(h, "ipa_bound", "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd,
	     r.half, 0);
	WINS(h, "ipa_align", "pri_unassigned", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 1,
	     1);
	REFUSED(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 0, 0);
	REFUSED(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 2 * r.half, 1);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.root[0], 0, 1);
	host_realm_end(h, &r);
}

static void map_needs_accessible_memory_in_the_primary_tree(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 1, IPA, 3);
	ALONE(h, "pri_unassigned", RTT(1), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_UNASSIGNED, RMI_RIPAS_EMPTY, 0);
	host_ram(h, &r, IPA);
	host_unknown(h, &r, IPA + PAGE);
	ALONE(h, "pri_ram", RTT(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + PAGE, 1);
	assert_outputs(h, RMI_RTT_ENTRY_ASSIGNED, RMI_RIPAS_EMPTY, 0);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	ALONE(h, "pri_unassigned", RTT(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_UNASSIGNED, RMI_RIPAS_DESTROYED, 0);
	host_realm_end(h, &r);
}

static void map_of_a_device_needs_ripas_dev(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, IPA, 3);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, host_device_pages(h, 1, PAGE));
	ALONE(h, "pri_dev", RTT(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_ASSIGNED_DEV, RMI_RIPAS_EMPTY, 0);
	host_realm_end(h, &r);
}

static void map_into_a_destroyed_entry_is_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_AUX_DESTROY, r.rd, IPA, 3, 1);
	WINS(h, "aux_destroyed", "level", RTT_AUX(2), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_AUX_DESTROYED, RMI_RIPAS_RAM, 0);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA, 3, 1);
	ALONE(h, "aux_destroyed", RTT_AUX(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_AUX_DESTROYED, RMI_RIPAS_RAM, 0);
	/* Not while the primary entry is in the way: planes.md#6.2 */
	ALONE(h, "pri_unassigned", RTT(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + PAGE, 1);
	host_realm_end(h, &r);
}

static void quirk_aux_destroyed_code(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-destroyed-code", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_AUX_DESTROY, r.rd, IPA, 3, 1);
	REFUSED(h, "aux_destroyed", RTT_AUX(2), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, 5, RMI_RIPAS_RAM, 0);
	host_realm_end(h, &r);
}

static void quirk_aux_map_outputs(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-map-outputs", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &three_trees);
	host_ram(h, &r, IPA);
	ALONE(h, "level", RTT_AUX(1), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 2);
	assert_outputs(h, 2, 3, RMI_RTT_ENTRY_UNASSIGNED);
	assert_int_equal(OUT(h, 4), RMI_RIPAS_RAM);
	ALONE(h, "pri_unassigned", RTT(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + PAGE, 1, 7);
	assert_outputs(h, 0, 3, RMI_RTT_ENTRY_UNASSIGNED);
	assert_int_equal(OUT(h, 4), RMI_RIPAS_EMPTY);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 0, 0x1234);
	assert_outputs(h, 0, 0, 0);
	assert_int_equal(OUT(h, 4), 0x1234);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1, 0x1234);
	assert_outputs(h, 0, 0, 0);
	assert_int_equal(OUT(h, 4), 0);
	host_realm_end(h, &r);
}

static void quirk_aux_map_entry_index(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config =
		host_quirks("aux-map-outputs", "aux-map-entry-index", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA + 9 * PAGE);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_AUX_DESTROY, r.rd, IPA, 3, 1);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA, 3, 1);
	ALONE(h, "aux_destroyed", RTT_AUX(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA + 9 * PAGE, 1);
	assert_outputs(h, 9, 3, RMI_RTT_ENTRY_AUX_DESTROYED);
	host_realm_end(h, &r);
}

static void quirk_aux_shallow_destroyed(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-shallow-destroyed", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 3);
	OK(h, RMI_RTT_AUX_DESTROY, r.rd, IPA, 3, 1);
	ALONE(h, "level", RTT_AUX(2), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_UNASSIGNED, RMI_RIPAS_RAM, 0);
	OK(h, RMI_RTT_AUX_CREATE, r.rd, host_delegated(h), IPA, 3, 1);
	ALONE(h, "aux_destroyed", RTT_AUX(3), RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, RMI_RTT_ENTRY_AUX_DESTROYED, RMI_RIPAS_RAM, 0);
	host_realm_end(h, &r);
}

/* --- AUX_UNMAP_PROTECTED --------------------------------------------------------------------- */

static void unmap_says_where_the_next_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	for (unsigned int i = 0; i <= 6; i += 3) {
		host_ram(h, &r, IPA + i * PAGE);
		host_aux_map(h, &r, 1, IPA + i * PAGE);
	}
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, IPA + 3 * PAGE, 0, 0);
	ALONE(h, "rtte_state", RTT_AUX(3), RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 1);
	assert_outputs(h, IPA + 3 * PAGE, 0, 0);
	ALONE(h, "rtte_state", RTT_AUX(2), RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, 4 * GB + PAGE, 1);
	assert_outputs(h, IPA, 0, 0);
	ALONE(h, "rtte_state", RTT_AUX(1), RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, 0, 1);
	assert_outputs(h, 4 * GB, 0, 0);
	OK(h, RMI_DATA_DESTROY, r.rd, IPA);
	host_realm_end(h, &r);
}

static void unmap_takes_a_block_at_any_page_of_it(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_ram_block(h, &r, IPA);
	host_tables(h, &r, 1, IPA, 2);
	OK(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, IPA, 1);
	OK(h, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA + 3 * PAGE, 1);
	assert_outputs(h, 5 * GB, 0, 0);
	host_realm_end(h, &r);
}

static void unmap_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_ram(h, &r, IPA);
	host_aux_map(h, &r, 1, IPA);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA + 1, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, r.half, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, IPA, 2);
	assert_outputs(h, 0, 0, 0);
	WINS(h, "ipa_align", "rtte_state", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, 1,
	     1);
	REFUSED(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, 2 * r.half, 1);
	REFUSED(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.rd, 0, 7);
	REFUSED(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_PROTECTED, r.root[0], 0, 1);
	host_realm_end(h, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(map_follows_the_loop_of_a_host),
		TEST(map_of_a_page_of_a_block_maps_that_page),
		TEST(map_of_any_page_maps_a_block_of_the_same_level),
		TEST(quirk_aux_map_block_offset),
		TEST(map_arguments_are_checked),
		TEST(map_needs_accessible_memory_in_the_primary_tree),
		TEST(map_of_a_device_needs_ripas_dev),
		TEST(map_into_a_destroyed_entry_is_refused),
		TEST(quirk_aux_destroyed_code),
		TEST(quirk_aux_map_outputs),
		TEST(quirk_aux_map_entry_index),
		TEST(quirk_aux_shallow_destroyed),
		TEST(unmap_says_where_the_next_is),
		TEST(unmap_takes_a_block_at_any_page_of_it),
		TEST(unmap_arguments_are_checked),
	};

	return cmocka_run_group_tests_name("mappings of auxiliary trees", tests, NULL, NULL);
}
