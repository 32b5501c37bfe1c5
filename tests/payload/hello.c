/* SPDX-License-Identifier: BSD-3-Clause */
#include "payload.h"

void payload_main(void)
{
	print("hello, world\n");
}
