/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mem/support.h"

/* Refused, with a text that has both parts: the field and what to do. */
static void refused(const struct rmmsim_config *config, const char *field, const char *remedy)
{
	struct mem *mem = (struct mem *)1;
	struct rmmsim_error error;

	assert_int_equal(mem_create(config, &mem, &error), RMMSIM_ERR_CONFIG);
	assert_null(mem);
	assert_int_equal(error.status, RMMSIM_ERR_CONFIG);
	if (!strstr(error.text, field) || !strstr(error.text, remedy))
		fail_msg("no \"%s\", \"%s\" in: %s", field, remedy, error.text);
}

static void no_dram_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram_count = 0;
	refused(&config, "dram_count is 0", "configure at least one bank");
}

static void too_many_banks_are_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram_count = RMMSIM_MAX_BANKS + 1;
	refused(&config, "dram_count is 9", "choose at most 8");
	config.dram_count = 1;
	config.dev_ncoh_count = RMMSIM_MAX_BANKS + 1;
	refused(&config, "dev_ncoh_count is 9", "choose at most 8");
	config.dev_ncoh_count = 0;
	config.dev_coh_count = UINT32_MAX;
	refused(&config, "dev_coh_count is 4294967295", "choose at most 8");
}

static void an_unaligned_base_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram[1].base += 0x800;
	refused(&config, "dram[1].base is 0x880000800", "multiple of 4 KiB");
}

static void an_unaligned_top_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dev_coh[0].top++;
	refused(&config, "dev_coh[0].top is 0x90004001", "multiple of 4 KiB");
}

static void an_empty_bank_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dev_ncoh[0].top = config.dev_ncoh[0].base;
	refused(&config, "dev_ncoh[0] is empty", "lower dev_ncoh_count");
}

static void a_bank_that_ends_below_its_base_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram[0].top = config.dram[0].base - GRANULE_SIZE;
	refused(&config, "dram[0] is empty", "choose a top above the base");
}

static void memory_above_2_to_the_44_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram[1].top = (1ull << 44) + GRANULE_SIZE;
	refused(&config, "dram[1].top is 0x100000001000", "choose at most 0x100000000000");
}

static void memory_up_to_2_to_the_44_is_accepted(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);
	struct mem *mem;

	(void)state;
	config.dram[1] = (struct rmmsim_range){(1ull << 44) - MIB, 1ull << 44};
	mem = test_create(&config);
	*(char *)mem_w(mem, (1ull << 44) - 1) = 1;
	mem_destroy(mem);
}

static void banks_that_overlap_are_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dram[1] = (struct rmmsim_range){DRAM_TOP - GRANULE_SIZE, DRAM_TOP + MIB};
	refused(&config, "dram[1] [0x83fff000, 0x84100000) overlaps dram[0]", "move one of them");
}

static void a_device_range_inside_of_dram_is_refused(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);

	(void)state;
	config.dev_coh[0] = (struct rmmsim_range){DRAM_BASE + MIB, DRAM_BASE + 2 * MIB};
	refused(&config, "dev_coh[0] [0x80100000, 0x80200000) overlaps dram[0]", "move");
}

static void more_granules_than_an_owner_can_name_are_refused(void **state)
{
	struct rmmsim_config config = {.pa_bits = 48, .dram_count = 1, .dram = {{0, 1ull << 44}}};

	(void)state;
	refused(&config, "4294967296 granules", "choose at most 4294967295");
}

static void an_unknown_protection_is_refused(void **state)
{
	struct rmmsim_config config = test_config((enum rmmsim_protection)7);

	(void)state;
	refused(&config, "protection is 7", "choose RMMSIM_PROTECTION_OFF or");
}

static void the_description_of_an_error_is_optional(void **state)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_OFF);
	struct mem *mem;

	(void)state;
	config.dram_count = 0;
	assert_int_equal(mem_create(&config, &mem, NULL), RMMSIM_ERR_CONFIG);
}

static void every_kind_of_bank_may_be_used_up(void **state)
{
	struct rmmsim_config config = {.pa_bits = 48,
				       .dram_count = RMMSIM_MAX_BANKS,
				       .dev_ncoh_count = RMMSIM_MAX_BANKS,
				       .dev_coh_count = RMMSIM_MAX_BANKS};
	struct mem *mem;

	(void)state;
	for (uint64_t i = 0; i < RMMSIM_MAX_BANKS; i++) {
		/* Descending and mixed: the order of the configuration means nothing. */
		const uint64_t at = (RMMSIM_MAX_BANKS - i) * 16 * MIB;

		config.dram[i] = (struct rmmsim_range){at, at + MIB};
		config.dev_ncoh[i] = (struct rmmsim_range){at + 2 * MIB, at + 3 * MIB};
		config.dev_coh[i] = (struct rmmsim_range){at + MIB, at + 2 * MIB};
	}
	mem = test_create(&config);
	assert_int_equal(mem_granules(mem), 24 * MIB / GRANULE_SIZE);
	assert_int_equal(mem_pa(mem, mem_at_index(mem, 0)), 16 * MIB);
	assert_int_equal(mem_pa(mem, mem_at_index(mem, 256)), 17 * MIB);
	assert_int_equal(mem_pa(mem, mem_at_index(mem, 24 * 256 - 1)), 131 * MIB - GRANULE_SIZE);
	mem_destroy(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_dram_is_refused),
		cmocka_unit_test(too_many_banks_are_refused),
		cmocka_unit_test(an_unaligned_base_is_refused),
		cmocka_unit_test(an_unaligned_top_is_refused),
		cmocka_unit_test(an_empty_bank_is_refused),
		cmocka_unit_test(a_bank_that_ends_below_its_base_is_refused),
		cmocka_unit_test(memory_above_2_to_the_44_is_refused),
		cmocka_unit_test(memory_up_to_2_to_the_44_is_accepted),
		cmocka_unit_test(banks_that_overlap_are_refused),
		cmocka_unit_test(a_device_range_inside_of_dram_is_refused),
		cmocka_unit_test(more_granules_than_an_owner_can_name_are_refused),
		cmocka_unit_test(an_unknown_protection_is_refused),
		cmocka_unit_test(the_description_of_an_error_is_optional),
		cmocka_unit_test(every_kind_of_bank_may_be_used_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
