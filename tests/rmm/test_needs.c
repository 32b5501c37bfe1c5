/* SPDX-License-Identifier: BSD-3-Clause */
/* The number that a refused call wanted, beside the rule that refused it. */
#include <stdio.h>
#include <string.h>

#include "tests/rmm/two_zero.h"
#include "tests/support/stage.h"

#define HALF (UINT64_C(1) << 38) /* of the default Realm, 39 bits */

/* The explanation of the last refused call has this line. */
static void says(struct host *h, const char *line)
{
	struct rmmsim_explanation e;
	char text[8192], wanted[256];

	assert_int_equal(rmmsim_explain(h->sim, 0, &e), RMMSIM_OK);
	assert_in_range(rmmsim_explanation_text(&e, text, sizeof(text)), 1, sizeof(text) - 1);
	snprintf(wanted, sizeof(wanted), "\n    %s\n", line);
	if (!strstr(text, wanted))
		fail_msg("\"%s\" is not in\n%s", line, text);
}

static void says_nothing_more(struct host *h)
{
	struct rmmsim_explanation e;

	assert_int_equal(rmmsim_explain(h->sim, 0, &e), RMMSIM_OK);
	assert_int_equal(e.needs_count, 0);
}

/* --- REALM_CREATE -------------------------------------------------------------------------------- */

static void create(struct host *h, struct host_realm *r, const char *line)
{
	const uint64_t rd = host_delegated(h);

	assert_int_equal(
		call(h, RMI_REALM_CREATE, rd, host_page_with(h, &r->params, sizeof(r->params))),
		RMI_ERROR_INPUT);
	says(h, line);
}

/* A Realm of three Planes with this field. */
#define CREATE(h, field, value, line)                                                   \
	do {                                                                            \
		struct host_realm r_;                                                   \
		host_realm_params((h), &r_, &(struct host_realm_options){.planes = 3}); \
		r_.params.field = (value);                                              \
		create((h), &r_, (line));                                               \
	} while (0)

static void parameters_of_a_realm(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	CREATE(h, s2sz, 60, "s2sz is 60; needs 32 to 48");
	CREATE(h, num_bps, 0, "num_bps is 0; needs 1 to 5");
	CREATE(h, num_wps, 16, "num_wps is 16; needs 1 to 3");
	CREATE(h, rtt_level_start, 3, "rtt_level_start is 3; s2sz 39 needs 1");
	CREATE(h, rtt_level_start, -1, "rtt_level_start is -1; s2sz 39 needs 1");
	CREATE(h, rtt_num_start, 16, "rtt_num_start is 16; s2sz 39 with rtt_level_start 1 needs 1");
	CREATE(h, num_aux_planes, 9, "num_aux_planes is 9; needs at most 3");
	CREATE(h, ats_plane, 3, "ats_plane is 3; num_aux_planes 2 needs at most 2");
	CREATE(h, mecid, 15, "mecid is 15; needs at most 14");
	CREATE(h, rtt_base, 0x80001234,
	       "rtt_base is 0x80001234; rtt_num_start 1 needs a multiple of 0x1000");
	CREATE(h, aux_rtt_base[1], 0x80001008,
	       "aux_rtt_base is 0x80001008; rtt_num_start 1 needs a multiple of 0x1000");
	host_realm_params(h, &r, &(struct host_realm_options){.flags0 = RMI_REALM_FLAGS0_PMU});
	r.params.pmu_num_ctrs = 0;
	create(h, &r, "pmu_num_ctrs is 0; needs 1 to 31");
	host_realm_params(h, &r, &(struct host_realm_options){.s2sz = 34, .start = 2});
	r.params.rtt_num_start = 1;
	create(h, &r, "rtt_num_start is 1; s2sz 34 with rtt_level_start 2 needs 16");
}

static void a_vmid_has_the_width_of_the_machine(void **state)
{
	struct host *h = *state;
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.vmid_bits = 8;
	host_reopen(h, &config);
	CREATE(h, vmid, 256, "vmid is 256; needs at most 255");
}

/* --- commands of the Host ------------------------------------------------------------------------ */

static void granules_levels_and_walks(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	char line[64];
	uint64_t rtt;

	host_realm(h, &r, NULL);
	rtt = host_delegated(h);
	call(h, RMI_GRANULE_UNDELEGATE, rtt + 8);
	says_nothing_more(h); /* "gran" is no argument; the rule says 4 KiB */
	call(h, RMI_RTT_CREATE, r.rd + 8, rtt, 0, 2);
	snprintf(line, sizeof(line), "rd is 0x%llx; needs a multiple of 0x1000",
		 (unsigned long long)r.rd + 8);
	says(h, line);
	call(h, RMI_RTT_CREATE, r.rd, rtt, 0, 1);
	says(h, "level is 1; start level 1 needs 2 to 3");
	call(h, RMI_RTT_CREATE, r.rd, rtt, 2 * HALF, 2);
	says(h, "ipa is 0x8000000000; needs at most 0x7fffffffff");
	call(h, RMI_RTT_CREATE, r.rd, rtt, HOST_BLOCK, 2);
	says(h, "ipa is 0x200000; level 2 needs a multiple of 0x40000000");
	call(h, RMI_RTT_CREATE, r.rd, rtt, 0, 3);
	says(h, "walk.level is 1; needs 2");
	call(h, RMI_RTT_READ_ENTRY, r.rd, 0, UINT64_MAX);
	says(h, "level is -1; start level 1 needs 1 to 3");
	call(h, RMI_DATA_CREATE_UNKNOWN, r.rd, rtt, HALF);
	says(h, "ipa is 0x4000000000; needs at most 0x3fffffffff");
	call(h, RMI_DATA_CREATE_UNKNOWN, r.rd, rtt, 0);
	says(h, "walk.level is 1; needs 3");
	call(h, RMI_RTT_MAP_UNPROTECTED, r.rd, 0, 3, host_desc(&r, rtt));
	says(h, "ipa is 0; needs 0x4000000000 to 0x7fffffffff");
	call(h, RMI_RTT_MAP_UNPROTECTED, r.rd, HALF, 2, host_desc(&r, 0x80001000));
	says(h, "address in desc is 0x80001000; level 2 needs a multiple of 0x200000");
	call(h, RMI_DATA_CREATE, r.rd, rtt, 0, host_page(h), 6);
	says(h, "flags is 6; needs no bit outside of 1");
	call(h, RMI_RTT_INIT_RIPAS, r.rd, 0x2000, 0x2000);
	says(h, "top is 0x2000; needs at least 0x2001");
	call(h, RMI_RTT_INIT_RIPAS, r.rd, 0, 0x2000);
	says(h, "top is 0x2000; base 0 needs at least 0x40000000");
	call(h, RMI_RTT_INIT_RIPAS, r.rd, 0x1000, HOST_GB);
	says(h, "base is 0x1000; needs a multiple of 0x40000000");
	call(h, RMI_MEC_SET_SHARED, 99);
	says(h, "mecid is 99; needs at most 14");
	call(h, RMI_VERSION, 0x20000);
	says(h, "req is 0x20000; needs 0x10000 to 0x10001");
	host_realm_end(h, &r);
}

static void trees_of_a_realm(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &(struct host_realm_options){.planes = 3});
	call(h, RMI_RTT_AUX_DESTROY, r.rd, 0, 2, 3);
	says(h, "index is 3; needs 1 to 2");
	call(h, RMI_RTT_AUX_UNMAP_UNPROTECTED, r.rd, HALF + HOST_BLOCK, 1);
	says(h, "ipa is 0x4000200000; needs a multiple of 0x40000000");
	host_ram(h, &r, 0x1000);
	call(h, RMI_RTT_AUX_MAP_PROTECTED, r.rd, 0x1000, 1);
	says(h, "walk.level is 1; needs 3");
	host_realm_end(h, &r);
}

static void recs_of_a_realm(void **state)
{
	struct host *h = *state;
	struct rmi_rec_params params = {.mpidr = 5, .num_aux = 3};
	struct host_realm r;
	uint64_t page, rec;

	host_realm(h, &r, NULL);
	for (unsigned int i = 0; i < params.num_aux; i++)
		params.aux[i] = host_delegated(h);
	page = host_page_with(h, &params, sizeof(params));
	rec = host_delegated(h);
	call(h, RMI_REC_CREATE, r.rd, rec, page);
	says(h, "mpidr is 5; needs 0");
	says(h, "num_aux is 3; needs 16");
	for (unsigned int i = 0; i < 16; i++)
		host_rec(h, &r, i == 0);
	call(h, RMI_REC_CREATE, r.rd, rec, page);
	says(h, "mpidr is 5; needs 256"); /* Aff1 = 1 */
	host_activate(h, &r);
	call(h, RMI_RTT_SET_RIPAS, r.rd, r.rec[0], 0, HOST_GB);
	host_ask_ripas(h, r.rec[0], 0, HOST_GB, RMI_RIPAS_RAM, false);
	call(h, RMI_RTT_SET_RIPAS, r.rd, r.rec[0], HOST_PAGE, 2 * HOST_GB);
	says(h, "base is 0x1000; needs 0");
	says(h, "top is 0x80000000; needs at most 0x40000000");
	host_realm_end(h, &r);
}

static void a_register_of_the_gic(void **state)
{
	const struct rmi_rec_enter enter = {.gicv3_hcr = 0x8001};
	struct stage *s = *state;
	struct host *h = &s->host;

	assert_int_equal(rmmsim_host_write(h->sim, h->run, &enter, sizeof(enter)), RMMSIM_OK);
	call(h, RMI_REC_ENTER, s->rec[0], h->run);
	says(h, "gicv3_hcr is 0x8001; needs no bit outside of 0x40fe");
}

/* --- calls of a Realm ---------------------------------------------------------------------------- */

static void calls_of_a_realm(void **state)
{
	struct stage *s = *state;
	struct host *h = &s->host;

	realm_call(s, SMC_RSI_HOST_CALL, STAGE_RAM + 8);
	says(h, "addr is 0x1008; needs a multiple of 256");
	realm_call(s, SMC_RSI_MEASUREMENT_EXTEND, 0, 65);
	says(h, "index is 0; needs 1 to 4");
	says(h, "size is 65; needs at most 64");
	realm_call(s, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0x800, 0x900);
	says(h, "size is 2304; offset 2048 needs at most 2048");
	realm_call(s, SMC_RSI_PLANE_ENTER, 3, STAGE_RAM);
	says(h, "plane is 3; needs 1");
	realm_call(s, SMC_RSI_MEM_GET_PERM_VALUE, 2, 15);
	says(h, "plane is 2; needs at most 1");
	says(h, "index is 15; needs at most 14");
	realm_call(s, SMC_RSI_IPA_STATE_SET, STAGE_RAM, STAGE_RAM, 2, 0);
	says(h, "ripas is 2; needs at most 1");
	says(h, "top is 0x1000; needs at least 0x1001");
	realm_call(s, SMC_PSCI_CPU_ON, 7, 0, 0);
	says(h, "REC index of target_cpu is 7; needs at most 1");
	realm_call(s, SMC_PSCI_AFFINITY_INFO, 1, 1);
	says(h, "lowest_affinity_level is 1; needs 0");
}

/* Lists are aligned to their entries, tracking regions and protection tables to what they cover. */
static void ranges_of_2_0(void **state)
{
	struct host h;

	(void)state;
	two_open(&h, NULL);
	OK(&h, RMI_RMM_ACTIVATE);
	call(&h, RMI_OP_MEM_DONATE, 1, 0x80001004, 1);
	says(&h, "list is 0x80001004; needs a multiple of 8");
	call(&h, RMI_GRANULE_RANGE_DELEGATE, 0x80001000, 0x80001000);
	says(&h, "top is 0x80001000; needs at least 0x80001001");
	call(&h, RMI_GRANULE_TRACKING_SET, 0x80001000, 0, RMI_TRACKING_FINE);
	says(&h, "addr is 0x80001000; needs a multiple of 0x40000000");
	call(&h, RMI_GPT_L1_CREATE, 0x80001000);
	says(&h, "addr is 0x80001000; needs a multiple of 0x40000000");
	call(&h, RMI_GRANULE_TRACKING_GET, 0x80001000, 0x80001800);
	says(&h, "top is 0x80001800; needs at least 0x80002000");
	two_close(&h);
}

/* The condition has a row of its own in needs.def. */
static bool has_need(enum smc_condition_id condition)
{
	static const bool rows[SMC_CONDITION_COUNT] = {
#define NEED(condition, argument, rule) [COND_##condition] = true,
#include "rmm/explain/needs.def"
#undef NEED
	};

	return rows[condition];
}

/* A condition x_align without a row wants a page: that is what its text has to say. */
static void alignment_without_a_row_is_of_a_page(void **state)
{
	unsigned int looked_at = 0, wrong = 0;

	(void)state;
	for (unsigned int id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++) {
		const struct smc_condition *row = smc_condition((enum smc_condition_id)id);
		const struct smc_command *command = smc_command(row->command);
		const size_t length = strlen(row->id) - strlen("_align");

		if (has_need((enum smc_condition_id)id) || strlen(row->id) < strlen("_align") ||
		    strcmp(&row->id[length], "_align") != 0)
			continue;
		for (unsigned int n = 0; n < command->inputs; n++) {
			const char *name = command->in[n].name;

			if (strncmp(name, row->id, length) != 0 ||
			    (name[length] && strcmp(&name[length], "_ptr") != 0))
				continue;
			looked_at++;
			if (strstr(row->text, "4 KiB"))
				continue;
			print_error("%s %s: %s\n", command->name, row->id, row->text);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
	assert_in_range(looked_at, 50, SMC_CONDITION_COUNT);
}

static int set_up_stage(void **state)
{
	return stage_setup(state, &(struct host_realm_options){.planes = 2, .shared_tree = true});
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
#define STAGE(name) cmocka_unit_test_setup_teardown(name, set_up_stage, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(parameters_of_a_realm),
		TEST(a_vmid_has_the_width_of_the_machine),
		TEST(granules_levels_and_walks),
		TEST(trees_of_a_realm),
		TEST(recs_of_a_realm),
		STAGE(a_register_of_the_gic),
		STAGE(calls_of_a_realm),
		cmocka_unit_test(ranges_of_2_0),
		cmocka_unit_test(alignment_without_a_row_is_of_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
