/* SPDX-License-Identifier: BSD-3-Clause */
#include "payload.h"

#define HOST_CALL 0xc4000199
#define END_CALL  0x100

static struct host_call {
	uint64_t imm, x[31];
} end_call __attribute__((aligned(256)));

uint64_t smc(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4)
{
	struct smc call = {{fid, x1, x2, x3, x4}};

	smc_call(&call);
	return call.x[0];
}

void put_char(char c)
{
	*(volatile uint32_t *)uart = (uint8_t)c;
}

void print(const char *text)
{
	while (*text)
		put_char(*text++);
}

void print_hex(uint64_t value)
{
	int shift = 60;

	print("0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put_char("0123456789abcdef"[value >> shift & 0xf]);
}

void print_value(const char *name, uint64_t value)
{
	print(name);
	put_char(' ');
	print_hex(value);
	put_char('\n');
}

void finish(uint64_t code)
{
	end_call.imm = END_CALL;
	end_call.x[0] = code;
	smc(HOST_CALL, (uint64_t)&end_call, 0, 0, 0);
	for (;;)
		;
}

void expect(bool holds, const char *what)
{
	if (holds)
		return;
	print("not so: ");
	print(what);
	put_char('\n');
	finish(9);
}

__attribute__((weak)) void on_exception(struct frame *frame)
{
	print_value("unexpected exception, ESR", frame->esr);
	print_value("ELR", frame->elr);
	print_value("FAR", frame->far);
	finish(8);
}

void *memset(void *to, int value, size_t size)
{
	uint8_t *at = to;

	while (size--)
		*at++ = (uint8_t)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	uint8_t *at = to;
	const uint8_t *source = from;

	while (size--)
		*at++ = *source++;
	return to;
}
