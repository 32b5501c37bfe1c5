/* SPDX-License-Identifier: BSD-3-Clause */
/* The fingerprint of memory: every part of the state by itself makes another one. */
#include "mem/snapshot.h"
#include "tests/mem/support.h"

#define PA    (DRAM_BASE + 0x5000)
#define OTHER (DRAM_BASE + 0x9000)

struct part {
	const char *name;
	void (*change)(struct mem *mem, struct granule *granule);
};

static void change_state(struct mem *mem, struct granule *granule)
{
	test_state(mem, mem_pa(mem, granule), GRANULE_RTT);
}

static void change_pas(struct mem *mem, struct granule *granule)
{
	(void)granule;
	mem_set_pas(mem, mem_find(mem, OTHER), GRANULE_PAS_SECURE);
}

static void change_refs(struct mem *mem, struct granule *granule)
{
	mem_set_refs(mem, granule, 1);
}

static void change_owner(struct mem *mem, struct granule *granule)
{
	mem_set_owner(mem, granule, mem_find(mem, OTHER));
}

static void change_content(struct mem *mem, struct granule *granule)
{
	((uint8_t *)mem_w(mem, mem_pa(mem, granule)))[4095] ^= 1;
}

static void change_host_content(struct mem *mem, struct granule *granule)
{
	(void)granule;
	((uint8_t *)mem_host(mem, OTHER, 8))[7] ^= 1;
}

static const struct part parts[] = {
	{"state", change_state},     {"PAS", change_pas},
	{"refs", change_refs},       {"owner", change_owner},
	{"content", change_content}, {"content by the Host", change_host_content},
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static void changes_with_every_part(enum rmmsim_protection protection)
{
	struct mem *mem = test_mem(protection);
	uint64_t seen[PARTS + 1];
	struct mem_image *image;

	test_state(mem, PA, GRANULE_DATA);
	change_content(mem, mem_find(mem, PA));
	assert_int_equal(mem_snapshot(mem, &image), RMMSIM_OK);
	seen[PARTS] = mem_fingerprint(mem);
	for (size_t i = 0; i < PARTS; i++) {
		parts[i].change(mem, mem_find(mem, PA));
		seen[i] = mem_fingerprint(mem);
		if (seen[i] == seen[PARTS])
			fail_msg("%s is not in the fingerprint", parts[i].name);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(seen[i], seen[j]);
		mem_restore(mem, image, NULL, NULL);
		assert_int_equal(mem_fingerprint(mem), seen[PARTS]);
	}
	image_release(image);
	mem_destroy(mem);
}

static void every_part_of_the_state_is_in_the_fingerprint(void **state)
{
	(void)state;
	changes_with_every_part(RMMSIM_PROTECTION_OFF);
	changes_with_every_part(RMMSIM_PROTECTION_TRAP);
}

static void who_changed_a_granule_last_is_not_in_the_fingerprint(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_OFF);
	uint64_t before;

	(void)state;
	test_state(mem, PA, GRANULE_DATA);
	before = mem_fingerprint(mem);
	test_state(mem, PA, GRANULE_DATA);
	assert_int_equal(mem_fingerprint(mem), before);
	mem_destroy(mem);
}

/* The Host keeps its pointers and writes by them without a fault, time and again. */
static void restores_what_the_host_writes(uint64_t granules)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	struct mem_image *image;
	uint64_t same;

	for (uint64_t i = 0; i < granules; i++)
		*(uint64_t *)mem_host(mem, DRAM_BASE + 2 * i * GRANULE_SIZE, 8) = i + 1;
	assert_int_equal(mem_snapshot(mem, &image), RMMSIM_OK);
	same = mem_fingerprint(mem);
	for (unsigned int n = 0; n < 4; n++) {
		for (uint64_t i = 0; i < granules; i++)
			*(uint64_t *)mem_host(mem, DRAM_BASE + 2 * i * GRANULE_SIZE, 8) = n;
		test_state(mem, DRAM_BASE + 2 * GRANULE_SIZE, GRANULE_DELEGATED);
		assert_true(test_closed(mem, DRAM_BASE + 2 * GRANULE_SIZE));
		assert_int_not_equal(mem_fingerprint(mem), same);
		mem_restore(mem, image, NULL, NULL);
		assert_int_equal(mem_fingerprint(mem), same);
		for (uint64_t i = 0; i < granules; i++)
			assert_int_equal(
				*(const uint64_t *)mem_r(mem, DRAM_BASE + 2 * i * GRANULE_SIZE),
				i + 1);
	}
	image_release(image);
	mem_destroy(mem);
}

static void what_the_host_writes_by_its_pointers_is_restored(void **state)
{
	(void)state;
	restores_what_the_host_writes(3);
	restores_what_the_host_writes(256);
	restores_what_the_host_writes(300);
}

static void a_granule_that_a_restore_takes_from_the_host_is_closed(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	struct mem_image *image;

	(void)state;
	test_state(mem, PA, GRANULE_DELEGATED);
	assert_int_equal(mem_snapshot(mem, &image), RMMSIM_OK);
	test_state(mem, PA, GRANULE_UNDELEGATED);
	*(uint8_t *)mem_host(mem, PA, 1) = 1;
	assert_false(test_closed(mem, PA));
	mem_restore(mem, image, NULL, NULL);
	assert_true(test_closed(mem, PA));
	image_release(image);
	mem_destroy(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_of_the_state_is_in_the_fingerprint),
		cmocka_unit_test(what_the_host_writes_by_its_pointers_is_restored),
		cmocka_unit_test(a_granule_that_a_restore_takes_from_the_host_is_closed),
		cmocka_unit_test(who_changed_a_granule_last_is_not_in_the_fingerprint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
