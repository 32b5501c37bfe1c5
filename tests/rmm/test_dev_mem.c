/* SPDX-License-Identifier: BSD-3-Clause */
/* Device memory with quirk da-alp12: device-assignment.md#9.1 */
#include "tests/support/host.h"

#define BLOCK HOST_BLOCK
#define PAGE  HOST_PAGE
#define IPA   (2 * HOST_GB + BLOCK)

static int set_up(void **state)
{
	const struct rmmsim_config config = host_quirks("da-alp12", NULL);
	int result = host_setup(state);

	host_reopen(*state, &config);
	return result;
}

static void assert_entry(struct host_entry entry, int level, uint64_t pa, enum rmi_ripas ripas)
{
	assert_int_equal(entry.level, level);
	assert_int_equal(entry.state, RMI_RTT_ENTRY_ASSIGNED_DEV);
	assert_int_equal(entry.desc, pa);
	assert_int_equal(entry.ripas, ripas);
}

static void destroyed_ripas(struct host *h, const struct host_realm *r, uint64_t ipa)
{
	host_ram(h, r, ipa);
	OK(h, RMI_DATA_DESTROY, r->rd, ipa);
}

/* --- DEV_MEM_MAP ----------------------------------------------------------------------------- */

static void map_keeps_ripas(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_device_pages(h, 2, PAGE);

	host_realm(h, &r, NULL);
	destroyed_ripas(h, &r, IPA);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa);
	for (unsigned int n = 1; n <= 3; n++)
		assert_int_equal(OUT(h, n), 0);
	assert_string_equal(host_state(h, pa), "DEV_MAPPED");
	assert_entry(host_entry(h, &r, IPA, 3), 3, pa, RMI_RIPAS_DESTROYED);
	host_activate(h, &r);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA + PAGE, 3, pa + PAGE);
	assert_entry(host_entry(h, &r, IPA + PAGE, 3), 3, pa + PAGE, RMI_RIPAS_EMPTY);
	ALONE(h, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, pa);
	host_realm_end(h, &r);
}

static void a_block_unfolds_and_folds(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_device_pages(h, 512, BLOCK);

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 2);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 2, pa);
	assert_entry(host_entry(h, &r, IPA, 2), 2, pa, RMI_RIPAS_EMPTY);
	OK(h, RMI_RTT_CREATE, r.rd, host_delegated(h), IPA, 3);
	assert_entry(host_entry(h, &r, IPA + 9 * PAGE, 3), 3, pa + 9 * PAGE, RMI_RIPAS_EMPTY);
	OK(h, RMI_RTT_FOLD, r.rd, IPA, 3);
	assert_entry(host_entry(h, &r, IPA, 2), 2, pa, RMI_RIPAS_EMPTY);
	OK(h, RMI_DEV_MEM_UNMAP, r.rd, IPA, 2);
	assert_int_equal(OUT(h, 1), pa);
	assert_string_equal(host_state(h, pa + 511 * PAGE), "DELEGATED");
	host_realm_end(h, &r);
}

static void quirk_dev_destroyed_no_pa(void **state)
{
	struct host *h = *state;
	const struct rmmsim_config config = host_quirks("da-alp12", "dev-destroyed-no-pa", NULL);
	struct host_realm r;
	uint64_t pa;

	host_reopen(h, &config);
	pa = host_device_pages(h, 2, PAGE);
	host_realm(h, &r, NULL);
	destroyed_ripas(h, &r, IPA);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA + PAGE, 3, pa + PAGE);
	assert_entry(host_entry(h, &r, IPA, 3), 3, 0, RMI_RIPAS_DESTROYED);
	assert_entry(host_entry(h, &r, IPA + PAGE, 3), 3, pa + PAGE, RMI_RIPAS_EMPTY);
	host_realm_end(h, &r);
}

static void map_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_device_pages(h, 512, BLOCK);

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 1, pa);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 4, pa);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, UINT64_C(1) << 32 | 3,
	      pa);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa);
	ALONE(h, "pa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa + 1);
	ALONE(h, "pa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA + BLOCK, 2, pa + PAGE);
	ALONE(h, "pa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 3, 0);
	ALONE(h, "pa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 3, host_delegated(h));
	ALONE(h, "pa_state", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa + 512 * PAGE);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA + 1, 3, pa);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, r.half, 3, pa);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, 2 * r.half, 3, pa);
	ALONE(h, "rtt_walk", RTT(2), RMI_DEV_MEM_MAP, r.rd, IPA + BLOCK, 3, pa);
	ALONE(h, "rtt_walk", RTT(1), RMI_DEV_MEM_MAP, r.rd, 0, 2, pa);
	ALONE(h, "rtte_state", RTT(2), RMI_DEV_MEM_MAP, r.rd, IPA, 2, pa);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, IPA, IPA + PAGE);
	ALONE(h, "rtte_state", RTT(3), RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA + PAGE, 3, pa);
	ALONE(h, "rtte_state", RTT(3), RMI_DEV_MEM_MAP, r.rd, IPA + PAGE, 3, pa + PAGE);
	/* One of 512 granules is mapped already. */
	ALONE(h, "pa_state", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA + BLOCK, 2, pa);
	host_realm_end(h, &r);
}

static void map_orders_its_conditions(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_device_pages(h, 1, PAGE);

	host_realm(h, &r, NULL);
	WINS(h, "level_bound", "rd_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, 1, IPA, 0, pa);
	WINS(h, "rd_align", "pa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, 1, IPA, 3, pa + 1);
	WINS(h, "pa_align", "ipa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, r.half, 3, pa + 1);
	WINS(h, "pa_bound", "ipa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, r.half, 3, 0);
	WINS(h, "pa_state", "rtt_walk", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa + PAGE);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, r.half + 1, 3,
	     pa);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA + 1, 3, pa);
	host_realm_end(h, &r);
}

/* An entry has one set of memory attributes. */
static void a_block_is_of_one_kind_of_device_memory(void **state)
{
	struct host *h = *state;
	struct rmmsim_config config = host_quirks("da-alp12", NULL);
	const uint64_t base = config.dev_ncoh[0].base;
	struct host_realm r;

	config.dev_ncoh[0].top = base + BLOCK / 2;
	config.dev_coh_count = 1;
	config.dev_coh[0] = (struct rmmsim_range){base + BLOCK / 2, base + 2 * BLOCK};
	host_reopen(h, &config);
	for (unsigned int i = 0; i < 1024; i++)
		OK(h, RMI_GRANULE_DELEGATE, base + i * PAGE);
	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 2);
	ALONE(h, "pa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_MAP, r.rd, IPA, 2, base);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 2, base + BLOCK);
	host_realm_end(h, &r);
}

/* --- DEV_MEM_UNMAP --------------------------------------------------------------------------- */

static void unmap_says_where_the_next_is(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_device_pages(h, 2, PAGE);

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, pa);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA + 4 * PAGE, 3, pa + PAGE);
	OK(h, RMI_DEV_MEM_UNMAP, r.rd, IPA, 3);
	assert_int_equal(OUT(h, 1), pa);
	assert_int_equal(OUT(h, 2), IPA + 4 * PAGE);
	assert_string_equal(host_state(h, pa), "DELEGATED");
	assert_int_equal(host_entry(h, &r, IPA, 3).ripas, RMI_RIPAS_EMPTY);
	ALONE(h, "rtte_state", RTT(3), RMI_DEV_MEM_UNMAP, r.rd, IPA, 3);
	assert_int_equal(OUT(h, 1), 0);
	assert_int_equal(OUT(h, 2), IPA + 4 * PAGE);
	ALONE(h, "rtt_walk", RTT(2), RMI_DEV_MEM_UNMAP, r.rd, IPA - BLOCK, 3);
	assert_int_equal(OUT(h, 2), IPA);
	host_realm_end(h, &r);
}

static void unmap_arguments_are_checked(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	host_tables(h, &r, 0, IPA, 3);
	OK(h, RMI_DEV_MEM_MAP, r.rd, IPA, 3, host_device_pages(h, 1, PAGE));
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, IPA, 1);
	ALONE(h, "level_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, IPA, 4);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_DEV_MEM_UNMAP, r.rd, IPA, 3);
	ALONE(h, "ipa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, IPA + 1, 3);
	ALONE(h, "ipa_bound", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, r.half, 3);
	assert_int_equal(OUT(h, 2), 0);
	/* A table is live, data is too. */
	ALONE(h, "rtte_state", RTT(2), RMI_DEV_MEM_UNMAP, r.rd, IPA, 2);
	assert_int_equal(OUT(h, 2), IPA);
	host_unknown(h, &r, IPA + PAGE);
	ALONE(h, "rtte_state", RTT(3), RMI_DEV_MEM_UNMAP, r.rd, IPA + PAGE, 3);
	assert_int_equal(OUT(h, 2), IPA + PAGE);
	WINS(h, "level_bound", "rd_align", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, 1, IPA, 0);
	WINS(h, "ipa_bound", "ipa_align", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, r.half + 1, 3);
	WINS(h, "ipa_align", "rtt_walk", RMI_ERROR_INPUT, RMI_DEV_MEM_UNMAP, r.rd, 1, 3);
	host_realm_end(h, &r);
}

/* --- RTT_DEV_MEM_VALIDATE: no REC ever has a request ------------------------------------------ */

struct validate {
	const struct host_realm *realm, *other;
	uint64_t rec;
};

static void validate_while_running(struct host *h, void *context)
{
	const struct validate *v = context;

	ALONE(h, "rec_state", RMI_ERROR_REC, RMI_RTT_DEV_MEM_VALIDATE, v->realm->rd, v->rec, 0,
	      PAGE);
	WINS(h, "rec_state", "rec_owner", RMI_ERROR_REC, RMI_RTT_DEV_MEM_VALIDATE, v->other->rd,
	     v->rec, 0, PAGE);
}

static void validate_is_always_refused(void **state)
{
	struct host *h = *state;
	struct host_realm r, other;
	struct validate v = {&r, &other, 0};

	host_realm(h, &r, NULL);
	host_realm(h, &other, NULL);
	v.rec = host_rec(h, &r, true);
	host_activate(h, &r);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, 0, PAGE);
	GRANULE_ARGUMENT(h, 2, "rec", "rec_gran_state", RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, 0,
			 PAGE);
	ALONE(h, "size_valid", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, PAGE, PAGE);
	ALONE(h, "top_gran_align", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, 0, 8);
	ALONE(h, "rec_owner", RMI_ERROR_REC, RMI_RTT_DEV_MEM_VALIDATE, other.rd, v.rec, 0, PAGE);
	ALONE(h, "base_bound", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, PAGE,
	      2 * PAGE);
	ALONE(h, "top_bound", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, r.rd, v.rec, 0, PAGE);
	WINS(h, "size_valid", "rd_align", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, 1, v.rec, 8,
	     0);
	WINS(h, "top_gran_align", "rd_state", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, v.rec,
	     v.rec, 0, 8);
	WINS(h, "rd_state", "rec_align", RMI_ERROR_INPUT, RMI_RTT_DEV_MEM_VALIDATE, v.rec, 8, 0,
	     PAGE);
	host_while_running(h, v.rec, validate_while_running, &v);
	host_realm_end(h, &r);
	host_realm_end(h, &other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)
		TEST(map_keeps_ripas),
		TEST(a_block_unfolds_and_folds),
		TEST(quirk_dev_destroyed_no_pa),
		TEST(map_arguments_are_checked),
		TEST(map_orders_its_conditions),
		TEST(a_block_is_of_one_kind_of_device_memory),
		TEST(unmap_says_where_the_next_is),
		TEST(unmap_arguments_are_checked),
		TEST(validate_is_always_refused),
	};

	return cmocka_run_group_tests_name("device memory", tests, NULL, NULL);
}
