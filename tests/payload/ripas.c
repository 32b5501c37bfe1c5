/* SPDX-License-Identifier: BSD-3-Clause */
/* RIPAS of RAM is looked at and changed; what EMPTY, shared memory and devices do. */
#include "payload.h"

#define IPA_STATE_SET 0xc4000197
#define IPA_STATE_GET 0xc4000198

static volatile uint64_t aborts, last_esr, last_far;
static uint64_t pages[4][512] __attribute__((aligned(4096)));

void on_exception(struct frame *frame)
{
	aborts++;
	last_esr = frame->esr;
	last_far = frame->far;
	if (frame->esr >> 26 == 0x21) {
		frame->elr = frame->x[30];
		return;
	}
	frame->elr += 4;
}

static uint64_t ripas_of(uint64_t ipa)
{
	struct smc call = {{IPA_STATE_GET, ipa, ipa + PAGE}};

	smc_call(&call);
	expect(call.x[0] == 0, "IPA_STATE_GET");
	return call.x[2];
}

static void set(uint64_t base, uint64_t top, uint64_t ripas)
{
	while (base != top) {
		struct smc call = {{IPA_STATE_SET, base, top, ripas, 0}};

		smc_call(&call);
		expect(call.x[0] == 0, "IPA_STATE_SET");
		/* A refused EMPTY is no REJECT, only no progress: rec.md#5 */
		if (call.x[2] || call.x[1] == base) {
			print("the host rejects\n");
			finish(3);
		}
		base = call.x[1];
	}
}

static uint64_t probe(uint64_t address)
{
	uint64_t value = 0x5555, before = aborts;

	__asm__ volatile("ldr %0, [%1]" : "+r"(value) : "r"(address) : "memory");
	if (aborts != before) {
		print_value("  abort, ESR", last_esr);
		expect(last_far == address, "FAR");
	}
	return value;
}

void payload_main(void)
{
	const uint64_t page = (uint64_t)pages[1], scratch = unprotected + 0x0a000000;
	uint64_t shared = unprotected + 0x80000000;
	int64_t sign;

	print_value("RAM", ripas_of(page));
	print_value("below RAM", ripas_of(ram_base - PAGE));
	pages[1][0] = 77;
	set(page, page + 2 * PAGE, 0);
	print_value("now", ripas_of(page));
	probe(page);
	((void (*)(void))page)();
	print_value("fetch, ESR", last_esr);
	set(page, page + 2 * PAGE, 1);
	print_value("again", ripas_of(page));
	print_value("content", probe(page));
	probe(ram_base - PAGE);
	((void (*)(void))shared)();
	print_value("fetch from Unprotected, ESR", last_esr);
	*(volatile uint64_t *)shared = 0xfeed;
	print_value("shared", *(volatile uint64_t *)shared);
	*(volatile uint64_t *)scratch = 0x1122334455667788;
	print_value("byte", *(volatile uint8_t *)(scratch + 1));
	*(volatile uint8_t *)(scratch + 3) = 0x99;
	__asm__ volatile("ldrsw %0, [%1]" : "=r"(sign) : "r"(scratch));
	print_value("sign extended", (uint64_t)sign);
	__asm__ volatile("ldrsh %w0, [%1]" : "=r"(sign) : "r"(scratch + 3));
	print_value("half", (uint64_t)sign);
	probe(1ul << 43);
	print_value("aborts", aborts);
}
