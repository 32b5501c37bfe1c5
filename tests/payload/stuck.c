/* SPDX-License-Identifier: BSD-3-Clause */
/* Gets stuck two calls deep: loads from where nothing is, with vectors that are nowhere. */
#include "payload.h"

__attribute__((noinline)) static uint64_t inner(uint64_t address)
{
	const uint64_t value = *(volatile uint64_t *)address;

	__asm__ volatile("" ::: "memory");
	return value + 1;
}

__attribute__((noinline)) static uint64_t outer(uint64_t address)
{
	const uint64_t value = inner(address);

	__asm__ volatile("" ::: "memory");
	return value + 1;
}

void payload_main(void)
{
	__asm__ volatile("msr vbar_el1, %0; isb" ::"r"(0x1000ul));
	print("before\n");
	print_value("never", outer(0x12345678));
}
