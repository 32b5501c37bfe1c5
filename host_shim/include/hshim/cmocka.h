/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_CMOCKA_H
#define HSHIM_CMOCKA_H

/*
 * host_shim under CMocka: include <cmocka.h> first.
 *
 *	cmocka_unit_test_setup_teardown(a_test, hshim_cmocka_setup, hshim_cmocka_teardown)
 *
 * *state is a const struct hshim_config * or NULL. A BUG or a fault fails the test at once; what the oracles
 * find fails it in the teardown. Use HSHIM_ASSERT_* instead of assert_* inside of sweeps.
 */

#include <hshim/test.h>

static inline void hshim_cmocka_leave(void *context, const char *text)
{
	(void)context;
	fail_msg("%s", text);
}

static inline int hshim_cmocka_setup(void **state)
{
	if (!hshim_open((const struct hshim_config *)*state))
		return -1;
	hshim_set_leave(hshim_cmocka_leave, NULL);
	return 0;
}

static inline int hshim_cmocka_teardown(void **state)
{
	(void)state;
	return hshim_close() ? -1 : 0;
}

#endif
