/* SPDX-License-Identifier: BSD-3-Clause */
/* GRANULE_DELEGATE, GRANULE_UNDELEGATE: rmi-commands.md#2 */
#include <string.h>

#include "tests/support/host.h"

static void delegate_wants_a_non_secure_granule(void **state)
{
	struct host *h = *state;
	uint64_t pa = host_page(h);

	ALONE(h, "gran_align", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, pa + 1);
	ALONE(h, "gran_bound", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, 0);
	ALONE(h, "gran_bound", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, h->config.dram[0].top);
	OK(h, RMI_GRANULE_DELEGATE, pa);
	ALONE(h, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, pa);
}

static void delegate_refuses_what_other_worlds_own(void **state)
{
	struct host *h = *state;
	uint64_t pa = host_page(h);

	assert_int_equal(rmmsim_set_pas(h->sim, pa, RMMSIM_PAS_SECURE), RMMSIM_OK);
	ALONE(h, "gran_gpt", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, pa);
	assert_int_equal(rmmsim_set_pas(h->sim, pa, RMMSIM_PAS_ROOT), RMMSIM_OK);
	ALONE(h, "gran_gpt", RMI_ERROR_INPUT, RMI_GRANULE_DELEGATE, pa);
	assert_int_equal(rmmsim_set_pas(h->sim, pa, RMMSIM_PAS_NS), RMMSIM_OK);
	OK(h, RMI_GRANULE_DELEGATE, pa);
}

static void undelegate_wants_a_delegated_granule(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t pa = host_delegated(h);

	ALONE(h, "gran_align", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, pa + 0x800);
	ALONE(h, "gran_bound", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, UINT64_C(1) << 43);
	OK(h, RMI_GRANULE_UNDELEGATE, pa);
	ALONE(h, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, pa);
	host_realm(h, &r, NULL);
	ALONE(h, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, r.rd);
	ALONE(h, "gran_state", RMI_ERROR_INPUT, RMI_GRANULE_UNDELEGATE, r.root[0]);
	host_realm_end(h, &r);
}

static void undelegate_wipes_memory(void **state)
{
	struct host *h = *state;
	uint64_t words[512], zero[512] = {0}, pa;

	memset(words, 0xa5, sizeof(words));
	pa = host_page_with(h, words, sizeof(words));
	OK(h, RMI_GRANULE_DELEGATE, pa);
	OK(h, RMI_GRANULE_UNDELEGATE, pa);
	assert_int_equal(rmmsim_host_read(h->sim, pa, words, sizeof(words)), RMMSIM_OK);
	assert_memory_equal(words, zero, sizeof(words));
}

static void undelegate_leaves_device_memory_alone(void **state)
{
	struct host *h = *state;
	uint64_t pa = host_device_pages(h, 1, HOST_PAGE), word = 0xdede, seen = 0;

	assert_int_equal(rmmsim_poke(h->sim, pa, &word, sizeof(word)), RMMSIM_OK);
	OK(h, RMI_GRANULE_UNDELEGATE, pa);
	assert_int_equal(rmmsim_host_read(h->sim, pa, &seen, sizeof(seen)), RMMSIM_OK);
	assert_int_equal(seen, word);
}

static void the_host_cannot_touch_a_delegated_granule(void **state)
{
	struct host *h = *state;
	uint64_t pa = host_delegated(h), word = 1;

	assert_int_equal(rmmsim_host_write(h->sim, pa, &word, sizeof(word)), RMMSIM_ERR_PROTECTED);
	assert_int_equal(rmmsim_host_read(h->sim, pa, &word, sizeof(word)), RMMSIM_ERR_PROTECTED);
	assert_int_equal(rmmsim_set_pas(h->sim, pa, RMMSIM_PAS_SECURE), RMMSIM_ERR_STATE);
}

static void a_granule_knows_who_changed_it(void **state)
{
	struct host *h = *state;
	struct rmmsim_granule_info info;
	struct host_realm r;

	host_realm(h, &r, NULL);
	assert_int_equal(rmmsim_granule_info(h->sim, r.root[0], &info), RMMSIM_OK);
	assert_string_equal(info.state, "RTT");
	assert_string_equal(info.command, "REALM_CREATE");
	assert_int_equal(info.call, rmmsim_calls(h->sim));
	assert_int_equal(info.owner, r.rd);
	assert_int_equal(info.pas, RMMSIM_PAS_REALM);
	assert_int_equal(rmmsim_granule_info(h->sim, 0, &info), RMMSIM_ERR_RANGE);
	host_realm_end(h, &r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(delegate_wants_a_non_secure_granule),
		TEST(delegate_refuses_what_other_worlds_own),
		TEST(undelegate_wants_a_delegated_granule),
		TEST(undelegate_wipes_memory),
		TEST(undelegate_leaves_device_memory_alone),
		TEST(the_host_cannot_touch_a_delegated_granule),
		TEST(a_granule_knows_who_changed_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
