/* SPDX-License-Identifier: BSD-3-Clause */
/* RMM 2.0: life of Realms and RECs, mappings by range. rmm-2.0.md#8, rmm-2.0.md#9 */
#include <stdlib.h>

#include <rmmsim/snapshot.h>

#include "tests/rmm/two_zero.h"

#define UNPROTECTED (UINT64_C(1) << 38)
#define LEVEL(n)    ((uint64_t)(n) << 8 | RMI_ERROR_RTT)

struct two {
	struct host h;
	struct two_realm r;
};

static int open_realm(void **state)
{
	struct two *t = calloc(1, sizeof(*t));

	two_open(&t->h, NULL);
	OK(&t->h, RMI_RMM_ACTIVATE);
	two_realm(&t->h, &t->r);
	*state = t;
	return 0;
}

static int close_realm(void **state)
{
	struct two *t = *state;

	two_close(&t->h);
	free(t);
	return 0;
}

static void a_realm_dies_as_a_zombie(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t rd = t->r.rd;

	ALONE(h, "rd_align", RMI_ERROR_INPUT, RMI_REALM_TERMINATE, rd + 8);
	ALONE(h, "rd_bound", RMI_ERROR_INPUT, RMI_REALM_TERMINATE, 0);
	ALONE(h, "rd_state", RMI_ERROR_INPUT, RMI_REALM_TERMINATE, t->r.root);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_REALM_DESTROY, rd);
	OK(h, RMI_REALM_TERMINATE, rd);
	OK(h, RMI_REALM_TERMINATE, rd);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_REALM_ACTIVATE, rd);
	OK(h, RMI_RTT_CREATE, rd, two_page(h), 0, 2);
	ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, rd);
	OK(h, RMI_RTT_DESTROY, rd, 0, 2);
	assert_int_equal(call(h, RMI_REALM_DESTROY, rd), TWO_RECLAIM);
	assert_string_equal(host_state(h, rd), "PARTIAL");
	assert_int_equal(two_reclaim(h, 0), RMI_SUCCESS);
	assert_string_equal(host_state(h, rd), "DELEGATED");
	assert_string_equal(host_state(h, t->r.root), "DELEGATED");
}

/* What the parameters have wrong comes out when the memory is there, and that comes back. */
static void a_creation_fails_at_its_end(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t rd = two_page(h), root = two_page(h);
	struct rmi_realm_params p;

	two_params(&p, root);
	p.flags0 = 2ull << RMI_REALM_FLAGS0_2_MEC_POLICY_SHIFT;
	assert_int_equal(call(h, RMI_REALM_CREATE, rd, host_page_with(h, &p, sizeof(p))),
			 TWO_DONATE);
	two_donate(h, 0, TWO_REALM_PAGES);
	ALONE(h, "params_supp_mec_policy", TWO_RECLAIM, RMI_OP_CONTINUE, 0, 0);
	assert_int_equal(two_reclaim(h, 0), RMI_ERROR_INPUT);
	assert_string_equal(host_state(h, rd), "DELEGATED");
}

static void private_contexts_run_out(void **state)
{
	struct rmmsim_config config;
	struct rmi_realm_params p;
	struct host h = {0};
	uint64_t rd, root;

	(void)state;
	rmmsim_config_init(&config);
	config.profile = "tf-rmm-2026-07";
	rmmsim_config_revision(&config, "2.0-bet3");
	config.feature_register[4] = 1;
	config.vmid_bits = 8;
	host_open(&h, &config);
	OK(&h, RMI_RMM_ACTIVATE);
	for (int i = 0; i < 2; i++) {
		rd = two_page(&h);
		root = two_page(&h);
		two_params(&p, root);
		p.flags0 = (uint64_t)RMI_MEC_POLICY_PRIVATE << RMI_REALM_FLAGS0_2_MEC_POLICY_SHIFT;
		if (i == 0)
			OK(&h, RMI_REALM_CREATE, rd, host_page_with(&h, &p, sizeof(p)));
		else
			ALONE(&h, "mecids", RMI_ERROR_GLOBAL, RMI_REALM_CREATE, rd,
			      host_page_with(&h, &p, sizeof(p)));
	}
	two_close(&h);
}

static void vmids_run_out(void **state)
{
	struct rmmsim_config config;
	struct rmi_realm_params p;
	struct host h = {0};
	uint64_t result = 0;

	(void)state;
	rmmsim_config_init(&config);
	rmmsim_config_revision(&config, "2.0-bet3");
	rmmsim_config_quirk(&config, "realm-synchronous", true);
	config.vmid_bits = 8;
	host_open(&h, &config);
	host_bulk(&h, true);
	OK(&h, RMI_RMM_ACTIVATE);
	for (int i = 0; i < 256; i++) {
		const uint64_t rd = two_page(&h), root = two_page(&h);

		two_params(&p, root);
		result |= call(&h, RMI_REALM_CREATE, rd, host_page_with(&h, &p, sizeof(p)));
	}
	assert_int_equal(result, RMI_SUCCESS);
	two_params(&p, two_page(&h));
	ALONE(&h, "vmids", RMI_ERROR_GLOBAL, RMI_REALM_CREATE, two_page(&h),
	      host_page_with(&h, &p, sizeof(p)));
	host_bulk(&h, false);
	two_close(&h);
}

static void recs_have_any_mpidr(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t rec = two_page(h), run = host_page(h);

	assert_int_equal(two_rec_create(h, t->r.rd, rec, 5), RMI_SUCCESS);
	assert_int_equal(two_rec_create(h, t->r.rd, two_page(h), 5), RMI_ERROR_INPUT);
	assert_int_equal(two_rec_create(h, t->r.rd, two_page(h), 0x10), RMI_ERROR_INPUT);
	assert_int_equal(two_rec_create(h, t->r.rd, two_page(h), 0), RMI_SUCCESS);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_REC_ENTER, rec, run);
	ALONE(h, "rec_gran_state", RMI_ERROR_INPUT, RMI_REC_DESTROY, t->r.root);
	ALONE(h, "calling_align", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, rec + 1, 0);
	ALONE(h, "calling_bound", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, 0, 0);
	ALONE(h, "calling_state", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, run, 0);
	ALONE(h, "pending", RMI_ERROR_INPUT, RMI_PSCI_COMPLETE_2, rec, 0);
	assert_int_equal(call(h, RMI_REC_DESTROY, rec), TWO_RECLAIM);
	assert_int_equal(two_reclaim(h, 0), RMI_SUCCESS);
}

static void mpidr_used(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const struct rmi_rec_params p = {.mpidr = 0x10};

	assert_int_equal(
		call(h, RMI_REC_CREATE, t->r.rd, two_page(h), host_page_with(h, &p, sizeof(p))),
		TWO_DONATE);
	two_donate(h, 0, TWO_REC_PAGES);
	ALONE(h, "mpidr_used", TWO_RECLAIM, RMI_OP_CONTINUE, 0, 0);
	assert_int_equal(two_reclaim(h, 0), RMI_ERROR_INPUT);
}

static void data_map_init(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t rd = t->r.rd, data = two_page(h), src = host_page(h);

	ALONE(h, "rtt_walk", LEVEL(1), RMI_RTT_DATA_MAP_INIT, rd, data, 0, src, 0);
	two_tables(h, &t->r, 0);
	ALONE(h, "flags", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, 0, src, 2);
	REFUSED(h, "alias", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, rd, 0, src, 0);
	ALONE(h, "src_align", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, 0, src + 1, 0);
	ALONE(h, "src_bound", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, 0, 0, 0);
	ALONE(h, "src_pas", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, 0, rd, 0);
	ALONE(h, "rd_align", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd + 1, data, 0, src, 0);
	ALONE(h, "rd_bound", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, 0, data, 0, src, 0);
	ALONE(h, "rd_state", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, src, data, 0, src, 0);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, 1, src, 0);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data, UNPROTECTED, src,
	      0);
	ALONE(h, "data_align", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, data + 1, 0, src, 0);
	ALONE(h, "data_bound", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, 0, 0, src, 0);
	ALONE(h, "data_state", RMI_ERROR_INPUT, RMI_RTT_DATA_MAP_INIT, rd, src, 0, src, 0);
	OK(h, RMI_RTT_DATA_MAP_INIT, rd, data, 0, src, 1);
	ALONE(h, "rtte_state", LEVEL(3), RMI_RTT_DATA_MAP_INIT, rd, two_page(h), 0, src, 0);
	OK(h, RMI_REALM_ACTIVATE, rd);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_RTT_DATA_MAP_INIT, rd, two_page(h), 0x1000,
	      src, 0);
}

/* The conditions that both maps have. `flags` makes one descriptor of it. */
static void check_map(struct two *t, enum smc_command_id id, uint64_t ipa, uint64_t other,
		      uint64_t desc, uint64_t flags)
{
	struct host *h = &t->h;
	const uint64_t rd = t->r.rd, page = host_page(h), size = 0x1000;

	ALONE(h, "rd_align", RMI_ERROR_INPUT, id, rd + 1, ipa, ipa + size, flags, desc);
	ALONE(h, "rd_bound", RMI_ERROR_INPUT, id, 0, ipa, ipa + size, flags, desc);
	ALONE(h, "rd_state", RMI_ERROR_INPUT, id, page, ipa, ipa + size, flags, desc);
	REFUSED(h, "size_valid", RMI_ERROR_INPUT, id, rd, ipa, ipa, flags, desc);
	ALONE(h, "type", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, flags | 3, desc);
	ALONE(h, "list", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, (flags & ~3ull) | 2 | 1 << 2,
	      page + 4);
	ALONE(h, "range", RMI_ERROR_INPUT, id, rd, other, other + size, flags, desc);
	ALONE(h, "size_level", LEVEL(2), id, rd, ipa, ipa + size, flags, desc | 1);
	REFUSED(h, "desc_state", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, flags,
		desc ^ UINT64_C(1) << 62);
	ALONE(h, "rtt_walk", LEVEL(1), id, rd, ipa + (UINT64_C(1) << 30),
	      ipa + (UINT64_C(1) << 30) + size, flags, desc);
	ALONE(h, "block", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, flags,
	      desc & ~((UINT64_C(1) << 12) - 4));
	OK(h, id, rd, ipa, ipa + size, flags, desc);
	assert_int_equal(OUT(h, 1), ipa + size);
	ALONE(h, "rtte_state", LEVEL(3), id, rd, ipa, ipa + size, flags, desc);
}

static void check_unmap(struct two *t, enum smc_command_id id, uint64_t ipa, uint64_t other)
{
	struct host *h = &t->h;
	const uint64_t rd = t->r.rd, page = host_page(h), size = 0x1000;

	ALONE(h, "rd_align", RMI_ERROR_INPUT, id, rd + 1, ipa, ipa + size, 0, 0);
	ALONE(h, "rd_bound", RMI_ERROR_INPUT, id, 0, ipa, ipa + size, 0, 0);
	ALONE(h, "rd_state", RMI_ERROR_INPUT, id, page, ipa, ipa + size, 0, 0);
	ALONE(h, "range", RMI_ERROR_INPUT, id, rd, other, other + size, 0, 0);
	ALONE(h, "type", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, 3, 0);
	ALONE(h, "list", RMI_ERROR_INPUT, id, rd, ipa, ipa + size, 2 | 1 << 2, page + 4);
	ALONE(h, "base_align", LEVEL(1), id, rd, ipa + (UINT64_C(1) << 30) + size,
	      ipa + (UINT64_C(2) << 30), 0, 0);
	ALONE(h, "rtte_state", LEVEL(1), id, rd, ipa + (UINT64_C(1) << 30),
	      ipa + (UINT64_C(1) << 30) + size, 0, 0);
}

static void data_map_and_unmap(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t pa = two_page(h);

	two_tables(h, &t->r, 0);
	check_map(t, RMI_RTT_DATA_MAP, 0, UNPROTECTED, two_desc(pa, 1, 3), 1);
	assert_string_equal(host_state(h, pa), "DATA");
	check_unmap(t, RMI_RTT_DATA_UNMAP, 0, UNPROTECTED);
	OK(h, RMI_RTT_DATA_UNMAP, t->r.rd, 0, 0x200000, 1, 0);
	assert_int_equal(OUT(h, 1), 0x200000);
	assert_int_equal(OUT(h, 2), two_desc(pa, 1, 3));
	assert_string_equal(host_state(h, pa), "DELEGATED");
	check_unmap(t, RMI_RTT_DEV_UNMAP, 0, UNPROTECTED);
	OK(h, RMI_REALM_TERMINATE, t->r.rd);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_RTT_DATA_MAP, t->r.rd, 0, 0x1000, 1,
	      two_desc(pa, 1, 3));
}

static void unprot_map_and_unmap(void **state)
{
	const uint64_t ns = UINT64_C(1) << 62, flags = 1 | 6 << 16 | 3 << 19;
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t pa = host_page(h), list = host_page(h);
	uint64_t desc[2];

	two_tables(h, &t->r, UNPROTECTED);
	check_map(t, RMI_RTT_UNPROT_MAP, UNPROTECTED, 0, two_desc(pa, 1, 3) | ns, flags);
	ALONE(h, "s2ap", RMI_ERROR_INPUT, RMI_RTT_UNPROT_MAP, t->r.rd, UNPROTECTED + 0x1000,
	      UNPROTECTED + 0x2000, flags | 15 << 19, two_desc(pa, 1, 3) | ns);
	check_unmap(t, RMI_RTT_UNPROT_UNMAP, UNPROTECTED, 0);
	OK(h, RMI_RTT_UNPROT_UNMAP, t->r.rd, UNPROTECTED, UNPROTECTED + 0x200000, 2 | 2 << 2, list);
	assert_int_equal(OUT(h, 3), 1);
	rmmsim_host_read(h->sim, list, desc, sizeof(desc));
	assert_int_equal(desc[0], two_desc(pa, 1, 3) | ns);
	OK(h, RMI_REALM_TERMINATE, t->r.rd);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_RTT_UNPROT_MAP, t->r.rd, UNPROTECTED,
	      UNPROTECTED + 0x1000, flags, two_desc(pa, 1, 3) | ns);
}

static void tree_per_plane(struct host *h, struct two_realm *r)
{
	struct rmi_realm_params p;

	two_params(&p, 0);
	p.num_aux_planes = 1;
	p.flags1 = RMI_REALM_FLAGS1_RTT_TREE_PP;
	p.aux_rtt_base[0] = two_page(h);
	two_realm_with(h, r, &p);
}

static void auxiliary_trees_of_the_first_beta(void **state)
{
	struct two_realm r;
	uint64_t pa;
	struct host h;

	(void)state;
	two_open(&h, "tf-rmm-2026-07");
	OK(&h, RMI_RMM_ACTIVATE);
	tree_per_plane(&h, &r);
	two_tables(&h, &r, 0);
	OK(&h, RMI_RTT_AUX_CREATE, r.rd, two_page(&h), 0, 2, 1);
	OK(&h, RMI_RTT_AUX_CREATE, r.rd, two_page(&h), 0, 3, 1);
	OK(&h, RMI_RTT_INIT_RIPAS, r.rd, 0, 0x1000);
	pa = two_page(&h);
	OK(&h, RMI_RTT_DATA_MAP, r.rd, 0, 0x1000, 1, two_desc(pa, 1, 3));
	OK(&h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 0, 1);
	ALONE(&h, "aux_live", RMI_ERROR_RTT_AUX, RMI_RTT_DATA_UNMAP, r.rd, 0, 0x1000, 0, 0);
	OK(&h, RMI_REALM_TERMINATE, r.rd);
	ALONE(&h, "realm_state", RMI_ERROR_REALM, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 0, 1);
	ALONE(&h, "realm_state", RMI_ERROR_REALM, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, UNPROTECTED,
	      1);
	two_close(&h);
}

/* An operation that is open when a snapshot is taken goes on after the way back. */
static void a_snapshot_has_open_operations(void **state)
{
	struct two *t = *state;
	struct host *h = &t->h;
	const uint64_t rec = two_page(h);
	uint64_t id, before;

	assert_int_equal(call(h, RMI_REC_CREATE, t->r.rd, rec, 0), TWO_DONATE);
	assert_int_equal(rmmsim_snapshot(h->sim, &id), RMMSIM_OK);
	before = rmmsim_fingerprint(h->sim);
	two_donate(h, 0, TWO_REC_PAGES);
	assert_int_equal(call(h, RMI_OP_CONTINUE, 0, 0), TWO_RECLAIM);
	assert_int_equal(two_reclaim(h, 0), RMI_ERROR_INPUT);
	assert_int_not_equal(rmmsim_fingerprint(h->sim), before);
	assert_int_equal(rmmsim_restore(h->sim, id), RMMSIM_OK);
	assert_int_equal(rmmsim_fingerprint(h->sim), before);
	assert_string_equal(host_state(h, rec), "PARTIAL");
	assert_int_equal(call(h, RMI_OP_MEM_DONATE, 0, host_page(h), 0), TWO_DONATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_realm, close_realm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_realm_dies_as_a_zombie),
		TEST(a_creation_fails_at_its_end),
		cmocka_unit_test(private_contexts_run_out),
		cmocka_unit_test(vmids_run_out),
		TEST(recs_have_any_mpidr),
		TEST(mpidr_used),
		TEST(data_map_init),
		TEST(data_map_and_unmap),
		TEST(unprot_map_and_unmap),
		cmocka_unit_test(auxiliary_trees_of_the_first_beta),
		TEST(a_snapshot_has_open_operations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
