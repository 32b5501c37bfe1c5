/* SPDX-License-Identifier: BSD-3-Clause */
/* RTT_AUX_MAP_UNPROTECTED, RTT_AUX_UNMAP_UNPROTECTED: rmi-commands.md#7, planes.md#6.3 */
#include "rmm/realm.h"
#include "tests/support/host.h"

#define GB    HOST_GB
#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE

static const struct host_realm_options two_trees = {.planes = 2};

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

/* --- the Unprotected half -------------------------------------------------------------------- */

static void a_shared_table_shows_later_mappings(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t ns;

	host_realm(h, &r, &two_trees);
	ALONE(h, "pri_state", RTT(1), RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	assert_outputs(h, 0, 0, 0);
	ns = host_ns(h, &r, r.half + PAGE);
	assert_int_equal(walk(h, &r, 1, r.half + PAGE).entry.pa, ns);
	/* Once more changes nothing. */
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	assert_outputs(h, 2 * r.half, 0, 0);
	assert_int_equal(walk(h, &r, 1, r.half + PAGE).level, 1);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	host_realm_end(h, &r);
}

static void a_block_at_the_start_level_is_copied(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 1, host_desc(&r, 2 * GB));
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	assert_int_equal(walk(h, &r, 1, r.half).entry.pa, 2 * GB);
	/* It is a copy: what happens to the primary entry does not matter. */
	OK(h, RMI_RTT_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	assert_int_equal(walk(h, &r, 1, r.half).entry.state, RTT_ASSIGNED_NS);
	ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
	host_realm_end(h, &r);
}

static void unmap_unprotected_says_where_the_next_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	for (unsigned int i = 0; i <= 4; i += 2) {
		OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half + i * GB, 1, host_desc(&r, 0));
		OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half + i * GB, 1);
	}
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	assert_outputs(h, r.half + 2 * GB, 0, 0);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half + 3 * GB, 1);
	assert_outputs(h, r.half + 4 * GB, 0, 0);
	host_realm_end(h, &r);
}

static void map_unprotected_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, r.half, 2);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half + BLOCK,
	      1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, 0, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, 2 * r.half, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 2);
	WINS(h, "ipa_align", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, 1, 1);
	WINS(h, "ipa_align", "pri_state", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd,
	     r.half + GB + 1, 1);
	WINS(h, "ipa_bound", "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, 0,
	     0);
	host_realm_end(h, &r);
}

static void unmap_unprotected_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &two_trees);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half + PAGE,
	      1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, 0, 1);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, 2 * r.half, 1);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 0);
	ALONE(h, "index_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 2);
	WINS(h, "index_bound", "ipa_align", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd,
	     r.half + PAGE, 0);
	WINS(h, "ipa_align", "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, 1,
	     1);
	host_realm_end(h, &r);
}

/* tf-rmm-quirks.md#1 (H3): the Realm can never be destroyed. */
static void quirk_aux_map_unprotected_recount(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("aux-map-unprotected-recount", NULL);
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &two_trees);
	host_tables(h, &r, 0, r.half, 2);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_RTT_DESTROY, r.rd, r.half, 2);
	ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
		TEST(a_shared_table_shows_later_mappings),
		TEST(a_block_at_the_start_level_is_copied),
		TEST(unmap_unprotected_says_where_the_next_is),
		TEST(map_unprotected_arguments_are_checked),
		TEST(unmap_unprotected_arguments_are_checked),
		TEST(quirk_aux_map_unprotected_recount),
	};

	return cmocka_run_group_tests_name("the Unprotected half of auxiliary trees", tests, NULL,
					   NULL);
}
