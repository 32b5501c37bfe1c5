/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What an instance keeps is no leak while the program has the instance. The tables of an instance are memory from
 * mmap(), into which the leak sanitizer does not look: images that only they refer to were reported. Without
 * that sanitizer this says nothing.
 */
#include "mem/snapshot.h"
#include "tests/mem/support.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/lsan_interface.h>
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#define PA (DRAM_BASE + 0x5000)

static struct mem *mem;

static void what_a_released_snapshot_leaves_is_no_leak(void **state)
{
	struct mem_image *image;

	(void)state;
	mem = test_mem(RMMSIM_PROTECTION_OFF);
	test_state(mem, PA, GRANULE_DELEGATED);
	((uint8_t *)mem_w(mem, PA))[7] = 1;
	assert_int_equal(mem_snapshot(mem, &image), RMMSIM_OK);
	/* The memory keeps it as the last state that it knows. */
	image_release(image);
	image = NULL;
#ifdef __SANITIZE_ADDRESS__
	assert_int_equal(__lsan_do_recoverable_leak_check(), 0);
#endif
	mem_destroy(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_released_snapshot_leaves_is_no_leak),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
