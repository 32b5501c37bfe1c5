/* SPDX-License-Identifier: BSD-3-Clause */
/* REALM_CREATE, REALM_ACTIVATE, REALM_DESTROY: rmi-commands.md#4 */
#include <string.h>

#include "tests/support/host.h"

#define FEATURE(name, value) ((uint64_t)(value) << RMI_FEATURE0_##name##_SHIFT)
#define WITHOUT(config, name)             \
	((config)->feature_register[0] &= \
	 ~(((UINT64_C(1) << RMI_FEATURE0_##name##_WIDTH) - 1) << RMI_FEATURE0_##name##_SHIFT))

static const struct host_realm_options trees = {.planes = 3};
static const struct host_realm_options shared = {.planes = 3, .shared_tree = true};

/* --- REALM_CREATE: one parameter wrong ------------------------------------------------------- */

struct bad_parameter {
	const char *condition;
	const struct host_realm_options *options;
	void (*configure)(struct rmmsim_config *config);
	void (*spoil)(struct host *host, struct host_realm *realm);
};

static void no_lpa2(struct rmmsim_config *c)
{
	WITHOUT(c, LPA2);
}

static void no_sve(struct rmmsim_config *c)
{
	WITHOUT(c, SVE);
}

static void small_sve(struct rmmsim_config *c)
{
	c->feature_register[0] |= FEATURE(SVE, 1) | FEATURE(SVE_VL, 3);
}

static void no_pmu(struct rmmsim_config *c)
{
	WITHOUT(c, PMU);
}

static void ipa_38(struct rmmsim_config *c)
{
	WITHOUT(c, S2SZ);
	c->feature_register[0] |= FEATURE(S2SZ, 38);
}

static void one_plane(struct rmmsim_config *c)
{
	WITHOUT(c, MAX_NUM_AUX_PLANES);
	c->feature_register[0] |= FEATURE(MAX_NUM_AUX_PLANES, 1);
}

static void fifteen_planes(struct rmmsim_config *c)
{
	c->feature_register[0] |= FEATURE(MAX_NUM_AUX_PLANES, 15);
}

static void only_shared_trees(struct rmmsim_config *c)
{
	WITHOUT(c, RTT_PLANE);
	c->feature_register[0] |= FEATURE(RTT_PLANE, RMI_RTT_PLANE_SINGLE);
}

static void only_own_trees(struct rmmsim_config *c)
{
	WITHOUT(c, RTT_PLANE);
}

static void no_indirect(struct rmmsim_config *c)
{
	WITHOUT(c, RTT_S2AP_INDIRECT);
}

static void no_sha512(struct rmmsim_config *c)
{
	WITHOUT(c, HASH_SHA_512);
}

static void pa_40(struct rmmsim_config *c)
{
	c->pa_bits = 40;
}

static void vmid_8(struct rmmsim_config *c)
{
	c->vmid_bits = 8;
}

static void want_lpa2(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags0 |= RMI_REALM_FLAGS0_LPA2;
}

static void want_sve(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags0 |= RMI_REALM_FLAGS0_SVE;
}

static void want_long_sve(struct host *h, struct host_realm *r)
{
	want_sve(h, r);
	r->params.sve_vl = 4;
}

static void want_pmu(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags0 |= RMI_REALM_FLAGS0_PMU;
	r->params.pmu_num_ctrs = 1;
}

static void want_pmu_without_counter(struct host *h, struct host_realm *r)
{
	want_pmu(h, r);
	r->params.pmu_num_ctrs = 0;
}

static void want_da(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags0 |= RMI_REALM_FLAGS0_DA;
}

static void want_nothing_else(struct host *h, struct host_realm *r)
{
	(void)h;
	(void)r;
}

static void bps_0(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.num_bps = 0;
}

static void bps_many(struct host *h, struct host_realm *r)
{
	r->params.num_bps = RMMSIM_FIELD(h->config.feature_register[0], RMI_FEATURE0_NUM_BPS) + 1;
}

static void wps_0(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.num_wps = 0;
}

static void wps_many(struct host *h, struct host_realm *r)
{
	r->params.num_wps = RMMSIM_FIELD(h->config.feature_register[0], RMI_FEATURE0_NUM_WPS) + 1;
}

static void level_3(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.rtt_level_start = 3;
}

static void level_0(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.s2sz = 40;
	r->params.rtt_level_start = 0;
}

static void two_roots(struct host *h, struct host_realm *r)
{
	r->params.rtt_base = host_delegated_pages(h, 2, 2 * HOST_PAGE);
	r->params.rtt_num_start = 2;
}

static void planes_4_or_more(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.num_aux_planes = 4;
	r->params.flags1 = RMI_REALM_FLAGS1_RTT_TREE_PP;
}

static void direct_in_one_tree(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags1 = 0;
}

static void indirect_alone(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags1 = RMI_REALM_FLAGS1_RTT_S2AP_ENCODING;
}

static void ats_plane_3(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.flags1 |= RMI_REALM_FLAGS1_ATS;
	r->params.ats_plane = 3; /* of 0, 1, 2 */
}

static void ats_plane_without_ats(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.ats_plane = UINT64_C(1) << 32;
}

static void unaligned_root(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.rtt_base += 8;
}

static void unaligned_aux_root(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.aux_rtt_base[1] += 8;
}

static void hash_2(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.hash_algo = 2;
}

static void sha512(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.hash_algo = RMI_HASH_SHA_512;
}

static void mecid_beyond(struct host *h, struct host_realm *r)
{
	r->params.mecid = h->config.feature_register[1] + 1;
}

static void mecid_wide(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.mecid = UINT64_C(1) << 32;
}

static void vmid_wide(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.vmid = 256;
}

static void vmid_twice(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.aux_vmid[1] = (uint16_t)r->params.vmid;
}

static void root_nowhere(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.rtt_base = 0;
}

static void root_in_device_memory(struct host *h, struct host_realm *r)
{
	r->params.rtt_base = host_device_pages(h, 1, HOST_PAGE);
}

static void root_not_delegated(struct host *h, struct host_realm *r)
{
	r->params.rtt_base = host_page(h);
}

static void aux_root_nowhere(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.aux_rtt_base[0] = 0;
}

static void aux_root_not_delegated(struct host *h, struct host_realm *r)
{
	r->params.aux_rtt_base[1] = host_page(h);
}

static void aux_root_twice(struct host *h, struct host_realm *r)
{
	(void)h;
	r->params.aux_rtt_base[1] = r->params.rtt_base;
}

static const struct bad_parameter bad_parameters[] = {
	{"params_supp_lpa2", NULL, no_lpa2, want_lpa2},
	{"params_supp_s2sz", NULL, ipa_38, want_nothing_else},
	{"params_supp_bps", NULL, NULL, bps_0},
	{"params_supp_bps", NULL, NULL, bps_many},
	{"params_supp_wps", NULL, NULL, wps_0},
	{"params_supp_wps", NULL, NULL, wps_many},
	{"params_supp_sve", NULL, no_sve, want_sve},
	{"params_supp_sve", NULL, small_sve, want_long_sve},
	{"params_supp_pmu", NULL, no_pmu, want_pmu},
	{"params_supp_pmu", NULL, NULL, want_pmu_without_counter},
	{"params_supp_da", NULL, NULL, want_da},
	{"rtt_num_level_start", NULL, NULL, level_3},
	{"rtt_num_level_start", NULL, pa_40, level_0},
	{"rtt_num_level_num", NULL, NULL, two_roots},
	{"params_supp_planes", &trees, one_plane, want_nothing_else},
	{"params_supp_planes", &trees, fifteen_planes, planes_4_or_more},
	{"params_supp_rtt_tree_pp", &trees, only_shared_trees, want_nothing_else},
	{"params_supp_rtt_tree_pp", &shared, only_own_trees, want_nothing_else},
	{"params_supp_s2ap_tree", &trees, NULL, direct_in_one_tree},
	{"params_supp_s2ap_encoding", NULL, no_indirect, indirect_alone},
	{"ats_plane", &trees, NULL, ats_plane_3},
	{"ats_plane", NULL, NULL, ats_plane_without_ats},
	{"rtt_align", NULL, NULL, unaligned_root},
	{"aux_rtt_align", &trees, NULL, unaligned_aux_root},
	{"params_valid_hash", NULL, NULL, hash_2},
	{"params_valid_hash", NULL, no_sha512, sha512},
	{"mecid_bound", NULL, NULL, mecid_beyond},
	{"mecid_bound", NULL, NULL, mecid_wide},
	{"vmid_valid", NULL, vmid_8, vmid_wide},
	{"aux_vmid_valid", &trees, NULL, vmid_twice},
	{"rtt_bound", NULL, NULL, root_nowhere},
	{"rtt_bound", NULL, NULL, root_in_device_memory},
	{"rtt_state", NULL, NULL, root_not_delegated},
	{"aux_rtt_bound", &trees, NULL, aux_root_nowhere},
	{"aux_rtt_state", &trees, NULL, aux_root_not_delegated},
	{"aux_rtt_state", &trees, NULL, aux_root_twice},
};

static void each_parameter_is_checked(void **state)
{
	struct host *h = *state;

	for (size_t i = 0; i < sizeof(bad_parameters) / sizeof(bad_parameters[0]); i++) {
		const struct bad_parameter *bad = &bad_parameters[i];
		struct rmmsim_config config;
		struct host_realm r;

		rmmsim_config_init(&config);
		if (bad->configure)
			bad->configure(&config);
		host_reopen(h, &config);
		host_realm_params(h, &r, bad->options);
		bad->spoil(h, &r);
		host_page(h); /* so that the RD does not follow the roots */
		ALONE(h, bad->condition, RMI_ERROR_INPUT, RMI_REALM_CREATE, host_delegated(h),
		      host_page_with(h, &r.params, sizeof(r.params)));
	}
}

static void earlier_parameters_win(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm_params(h, &r, NULL);
	r.params.num_bps = 0;
	r.params.hash_algo = 2;
	WINS(h, "params_supp_bps", "params_valid_hash", RMI_ERROR_INPUT, RMI_REALM_CREATE,
	     host_delegated(h), host_page_with(h, &r.params, sizeof(r.params)));
}

/* --- REALM_CREATE: pointers, aliases, identifiers -------------------------------------------- */

static void both_pointers_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rd, page;

	host_realm_params(h, &r, NULL);
	rd = host_delegated(h);
	page = host_page_with(h, &r.params, sizeof(r.params));
	DRAM_ARGUMENT(h, 1, "rd", "rd_state", RMI_REALM_CREATE, rd, page);
	ALONE(h, "params_align", RMI_ERROR_INPUT, RMI_REALM_CREATE, rd, page + 8);
	ALONE(h, "params_bound", RMI_ERROR_INPUT, RMI_REALM_CREATE, rd, 0);
	ALONE(h, "params_pas", RMI_ERROR_INPUT, RMI_REALM_CREATE, rd, host_delegated(h));
	assert_int_equal(rmmsim_set_pas(h->sim, page, RMMSIM_PAS_SECURE), RMMSIM_OK);
	ALONE(h, "params_pas", RMI_ERROR_INPUT, RMI_REALM_CREATE, rd, page);
	assert_int_equal(rmmsim_set_pas(h->sim, page, RMMSIM_PAS_NS), RMMSIM_OK);
}

static void the_rd_is_no_root(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm_params(h, &r, &trees);
	ALONE(h, "alias", RMI_ERROR_INPUT, RMI_REALM_CREATE, r.root[2],
	      host_page_with(h, &r.params, sizeof(r.params)));
}

static void a_vmid_belongs_to_one_realm(void **state)
{
	struct host *h = *state;
	struct host_realm first, second;
	uint64_t page;

	host_realm(h, &first, &trees);
	host_realm_params(h, &second, NULL);
	second.params.vmid = first.params.aux_vmid[0];
	page = host_page_with(h, &second.params, sizeof(second.params));
	ALONE(h, "vmid_valid", RMI_ERROR_INPUT, RMI_REALM_CREATE, host_delegated(h), page);
	host_realm_end(h, &first);
	second.rd = host_delegated(h);
	OK(h, RMI_REALM_CREATE, second.rd, page);
	OK(h, RMI_REALM_DESTROY, second.rd);
}

static void a_private_mecid_belongs_to_one_realm(void **state)
{
	const struct host_realm_options mec = {.mecid = 3};
	struct host *h = *state;
	struct host_realm first, second;

	host_realm(h, &first, &mec);
	host_realm_params(h, &second, &mec);
	ALONE(h, "mecid_state", RMI_ERROR_INPUT, RMI_REALM_CREATE, host_delegated(h),
	      host_page_with(h, &second.params, sizeof(second.params)));
	host_realm_end(h, &first);
	host_realm(h, &second, &mec);
	host_realm_end(h, &second);
}

static void the_shared_mecid_belongs_to_many(void **state)
{
	struct host *h = *state;
	struct host_realm first, second;

	host_realm(h, &first, NULL);
	host_realm(h, &second, NULL);
	host_realm_end(h, &first);
	host_realm_end(h, &second);
}

static void a_tree_flag_without_planes_is_ignored(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm_params(h, &r, NULL);
	r.params.flags1 = RMI_REALM_FLAGS1_RTT_TREE_PP;
	r.rd = host_delegated(h);
	OK(h, RMI_REALM_CREATE, r.rd, host_page_with(h, &r.params, sizeof(r.params)));
	OK(h, RMI_REALM_DESTROY, r.rd);
}

/* --- quirks ---------------------------------------------------------------------------------- */

static void mecid_low_32(void **state)
{
	const struct rmmsim_config config = host_quirks("mecid-low-32", NULL);
	const struct host_realm_options mec = {.mecid = UINT64_C(1) << 32 | 2};
	struct host *h = *state;
	struct host_realm r;

	host_reopen(h, &config);
	host_realm(h, &r, &mec);
	host_realm_end(h, &r);
}

static void mecid_ignored_no_mec(void **state)
{
	struct rmmsim_config config = host_quirks("mecid-ignored-no-mec", NULL);
	const struct host_realm_options mec = {.mecid = 77};
	struct host *h = *state;
	struct host_realm r;

	config.feature_register[1] = 0;
	host_reopen(h, &config);
	host_realm(h, &r, &mec);
	host_realm_end(h, &r);
}

static void ats_plane_ignored(void **state)
{
	const struct rmmsim_config config = host_quirks("ats-plane-ignored", NULL);
	struct host *h = *state;
	struct host_realm r;

	host_reopen(h, &config);
	host_realm_params(h, &r, NULL);
	ats_plane_3(h, &r);
	r.rd = host_delegated(h);
	OK(h, RMI_REALM_CREATE, r.rd, host_page_with(h, &r.params, sizeof(r.params)));
	OK(h, RMI_REALM_DESTROY, r.rd);
}

static void a_plane_for_ats_is_one_of_the_realm(void **state)
{
	const struct host_realm_options options = {.planes = 3};
	struct host *h = *state;
	struct host_realm r;

	host_realm_params(h, &r, &options);
	r.rd = host_delegated(h);
	r.params.flags1 |= RMI_REALM_FLAGS1_ATS;
	r.params.ats_plane = 2;
	OK(h, RMI_REALM_CREATE, r.rd, host_page_with(h, &r.params, sizeof(r.params)));
	OK(h, RMI_REALM_DESTROY, r.rd);
}

/* tf-rmm-quirks.md#6: bit 16 to 63 of a word of identifiers is not seen to be taken. */
static void recorded_id_bits(void **state)
{
	const struct rmmsim_config config = host_quirks("recorded-id-bits", NULL);
	struct host *h = *state;
	struct host_realm first, second;

	host_reopen(h, &config);
	h->next_vmid = 20;
	host_realm(h, &first, NULL);
	h->next_vmid = 20;
	host_realm(h, &second, NULL);
	host_realm_end(h, &first);
	host_realm_end(h, &second);
	h->next_vmid = 10;
	host_realm(h, &first, NULL);
	host_realm_params(h, &second, NULL);
	second.params.vmid = 10;
	ALONE(h, "vmid_valid", RMI_ERROR_INPUT, RMI_REALM_CREATE, host_delegated(h),
	      host_page_with(h, &second.params, sizeof(second.params)));
	host_realm_end(h, &first);
}

/* --- REALM_ACTIVATE, REALM_DESTROY ----------------------------------------------------------- */

static void a_realm_is_activated_once(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_REALM_ACTIVATE, r.rd);
	OK(h, RMI_REALM_ACTIVATE, r.rd);
	ALONE(h, "realm_state", RMI_ERROR_REALM, RMI_REALM_ACTIVATE, r.rd);
	host_realm_end(h, &r);
}

static void a_realm_with_a_rec_is_live(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_REALM_DESTROY, r.rd);
	host_rec(h, &r, true);
	ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
	host_realm_end(h, &r);
}

static void a_realm_with_a_table_is_live(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	for (unsigned int tree = 0; tree < 2; tree++) {
		host_realm(h, &r, &trees);
		host_tables(h, &r, tree, 0, 2);
		ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
		host_realm_end(h, &r);
	}
}

/* rmi-commands.md#4: a shared start-level entry keeps the Realm alive, a block of NS memory not. */
static void only_shared_unprotected_entries_make_a_realm_live(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &trees);
	OK(h, RMI_RTT_MAP_UNPROTECTED, r.rd, r.half, 1, host_desc(&r, UINT64_C(0x80000000)));
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, r.rd, r.half, 1);
	ALONE(h, "realm_live", RMI_ERROR_REALM, RMI_REALM_DESTROY, r.rd);
	OK(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, r.half, 1);
	OK(h, RMI_REALM_DESTROY, r.rd);
	h->realms--;
}

static void destroying_gives_every_granule_back(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &trees);
	OK(h, RMI_REALM_DESTROY, r.rd);
	h->realms--;
	assert_string_equal(host_state(h, r.rd), "DELEGATED");
	for (unsigned int tree = 0; tree < 3; tree++)
		assert_string_equal(host_state(h, r.root[tree]), "DELEGATED");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_parameter_is_checked),
		TEST(earlier_parameters_win),
		TEST(both_pointers_are_checked),
		TEST(the_rd_is_no_root),
		TEST(a_vmid_belongs_to_one_realm),
		TEST(a_private_mecid_belongs_to_one_realm),
		TEST(the_shared_mecid_belongs_to_many),
		TEST(a_tree_flag_without_planes_is_ignored),
		TEST(mecid_low_32),
		TEST(mecid_ignored_no_mec),
		TEST(ats_plane_ignored),
		TEST(a_plane_for_ats_is_one_of_the_realm),
		TEST(recorded_id_bits),
		TEST(a_realm_is_activated_once),
		TEST(a_realm_with_a_rec_is_live),
		TEST(a_realm_with_a_table_is_live),
		TEST(only_shared_unprotected_entries_make_a_realm_live),
		TEST(destroying_gives_every_granule_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
