/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/host_shim/found.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <hshim/env.h>
#include <hshim/oracle.h>

void found(const char *id, unsigned int count)
{
	assert_int_equal(hshim_findings(id), count);
	assert_int_equal(hshim_findings(NULL), count);
}

int open_quiet(void **state)
{
	(void)state;
	if (!hshim_open(NULL))
		return -1;
	hshim_report_to(-1, -1);
	return 0;
}

int close_quiet(void **state)
{
	(void)state;
	hshim_close();
	return 0;
}
