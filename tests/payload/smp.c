/* SPDX-License-Identifier: BSD-3-Clause */
/* RECs are started with PSCI CPU_ON, count together, and are found off again. */
#include "payload.h"

#define CPU_OFF       0x84000002
#define CPU_ON        0xc4000003
#define AFFINITY_INFO 0xc4000004
#define MAX           64

static volatile uint64_t started, total, mpidrs[MAX], contexts[MAX];
__attribute__((used)) uint64_t stacks[MAX][256] __attribute__((aligned(16)));

void secondary_entry(void);
__asm__(".pushsection .text\n"
	".global secondary_entry\n"
	"secondary_entry:\n"
	"	adrp x9, stacks\n"
	"	add x9, x9, :lo12:stacks\n"
	"	add x9, x9, x0, lsl #11\n"
	"	add sp, x9, #2048\n"
	"	bl secondary_main\n"
	"	b .\n"
	".popsection\n");

static void add(volatile uint64_t *to, uint64_t value)
{
	__asm__ volatile("ldaddal %0, xzr, [%1]" : : "r"(value), "r"(to) : "memory");
}

__attribute__((used)) void secondary_main(uint64_t context)
{
	mpidrs[context] = read_sysreg("mpidr_el1");
	contexts[context] = context;
	for (int i = 0; i < 1000; i++)
		add(&total, 1);
	add(&started, 1);
	smc(CPU_OFF, 0, 0, 0, 0);
}

static uint64_t mpidr_of(uint64_t n)
{
	return (n & 0xf) | (n >> 4) << 8;
}

void payload_main(void)
{
	uint64_t n = 1, status;

	while ((status = smc(CPU_ON, mpidr_of(n), (uint64_t)secondary_entry, n, 0)) == 0)
		n++;
	print_value("no such REC:", -status);
	print_value("CPU_ON for itself:", -smc(CPU_ON, 0, (uint64_t)secondary_entry, 0, 0));
	while (started != n - 1)
		;
	print_value("RECs", n);
	print_value("total", total);
	for (uint64_t i = 1; i < n; i++) {
		expect((mpidrs[i] & 0xffffff) == mpidr_of(i), "MPIDR");
		while (smc(AFFINITY_INFO, mpidr_of(i), 0, 0, 0) != 1)
			;
	}
	print("all off\n");
}
