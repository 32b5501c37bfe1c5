/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/host_shim/found.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <hshim/oracle.h>

void found(const char *id, unsigned int count)
{
	assert_int_equal(hshim_findings(id), count);
	assert_int_equal(hshim_findings(NULL), count);
}
