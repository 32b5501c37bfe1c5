/* SPDX-License-Identifier: BSD-3-Clause */
/* Stage 1 on with VA != IPA, EL0 code that makes SVCs, PAuth, exclusives and LSE atomics. */
#include "payload.h"

#define DESC_PAGE   0x3ul
#define DESC_TABLE  0x3ul
#define DESC_BLOCK  0x1ul
#define ATTR_IDX(n) ((n) << 2)
#define AP_EL0      (1ul << 6)
#define SH_INNER    (3ul << 8)
#define AF          (1ul << 10)
#define PXN         (1ul << 53)
#define UXN         (1ul << 54)

#define USER_CODE 0x4000000000ul /* VA, far from any IPA */
#define USER_DATA 0x4000200000ul
#define HIGH      0xffffff8000000000ul /* the payload's own data once more, by TTBR1 */

static uint64_t l0[512] __attribute__((aligned(4096)));
static uint64_t l1_low[512] __attribute__((aligned(4096)));
static uint64_t l1_user[512] __attribute__((aligned(4096)));
static uint64_t l2_user[512] __attribute__((aligned(4096)));
static uint64_t l3_code[512] __attribute__((aligned(4096)));
static uint64_t l3_data[512] __attribute__((aligned(4096)));
static uint64_t l1_high[512] __attribute__((aligned(4096)));
static uint64_t user_page[512] __attribute__((aligned(4096)));
static volatile uint64_t counter;
static unsigned int calls;

extern char user_start[];
void enter_el0(uint64_t pc, uint64_t sp, uint64_t x0);
void leave_el0(void);

__asm__(".pushsection .text\n"
	".balign 4096\n"
	".global user_start\n"
	"user_start:\n"
	"	stp x0, x30, [sp, #-16]!\n"
	"	mov x8, #1\n"
	"	svc #0x42\n" /* returns x0 + 1 */
	"	ldr x1, [sp], #16\n"
	"	add x0, x0, x1\n"
	"	mov x8, #2\n"
	"	svc #0x43\n"
	"	mrs x0, midr_el1\n" /* undefined at EL0 */
	"	b .\n"
	".balign 4096\n"
	".balign 4096\n"
	".global enter_el0\n"
	"enter_el0:\n"
	"	stp x29, x30, [sp, #-16]!\n"
	"	adrp x9, saved_sp\n"
	"	add x9, x9, :lo12:saved_sp\n"
	"	mov x10, sp\n"
	"	str x10, [x9]\n"
	"	msr elr_el1, x0\n"
	"	msr sp_el0, x1\n"
	"	mov x10, #0\n"
	"	msr spsr_el1, x10\n"
	"	mov x0, x2\n"
	"	eret\n"
	".global leave_el0\n"
	"leave_el0:\n"
	"	adrp x9, saved_sp\n"
	"	add x9, x9, :lo12:saved_sp\n"
	"	ldr x10, [x9]\n"
	"	mov sp, x10\n"
	"	ldp x29, x30, [sp], #16\n"
	"	ret\n"
	".popsection\n"
	".pushsection .bss\n"
	".balign 8\n"
	"saved_sp: .skip 8\n"
	".popsection\n");

void on_exception(struct frame *frame)
{
	const unsigned int ec = frame->esr >> 26;

	print_value("exception class", ec);
	print_value("  vector", frame->vector);
	if (ec == 0x15 && frame->x[8] == 1) {
		frame->x[0]++;
		calls++;
		return;
	}
	if (ec == 0x15) {
		print_value("  user says", frame->x[0]);
		calls++;
		return;
	}
	/* The end: back into enter_el0's caller. */
	print_value("  user PC", frame->elr);
	frame->elr = (uint64_t)leave_el0;
	frame->spsr = 0x3c5;
}

static void map(void)
{
	const uint64_t normal = AF | SH_INNER | ATTR_IDX(1ul);

	l0[0] = (uint64_t)l1_low | DESC_TABLE;
	l1_low[2] = 0x80000000ul | normal | DESC_BLOCK | UXN;
	l1_low[3] = 0xc0000000ul | normal | DESC_BLOCK | UXN;
	/* The UART: 1 GiB of device memory in the Unprotected half. */
	l0[unprotected >> 39 & 511] = (uint64_t)l1_user | DESC_TABLE;
	l1_user[unprotected >> 30 & 511] =
		unprotected | AF | ATTR_IDX(0ul) | DESC_BLOCK | PXN | UXN;
	l1_low[USER_CODE >> 30 & 511] = (uint64_t)l2_user | DESC_TABLE;
	l2_user[0] = (uint64_t)l3_code | DESC_TABLE;
	l2_user[1] = (uint64_t)l3_data | DESC_TABLE;
	l3_code[0] = (uint64_t)user_start | normal | AP_EL0 | DESC_PAGE | PXN | 1ul << 7;
	l3_data[0] = (uint64_t)user_page | normal | AP_EL0 | DESC_PAGE | PXN | UXN;
	l1_high[2] = 0x80000000ul | normal | DESC_BLOCK | UXN;
}

static void mmu_on(void)
{
	write_sysreg("mair_el1", 0xff00ul);
	/* 48 bits low, 39 bits high, 4 KiB. */
	write_sysreg("tcr_el1",
		     16ul | 25ul << 16 | 2ul << 30 | 0x35ul << 8 | 0x35ul << 24 | 5ul << 32);
	write_sysreg("ttbr0_el1", (uint64_t)l0);
	write_sysreg("ttbr1_el1", (uint64_t)l1_high);
	__asm__ volatile("tlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
	write_sysreg("sctlr_el1", read_sysreg("sctlr_el1") | 0x1005);
}

static void atomics(void)
{
	uint64_t old, status, value = 5;

	counter = 40;
	__asm__ volatile("ldadd %1, %0, [%2]" : "=r"(old) : "r"(value), "r"(&counter) : "memory");
	expect(old == 40 && counter == 45, "ldadd");
	do {
		__asm__ volatile("ldaxr %0, [%2]\n\tadd %0, %0, #1\n\tstlxr %w1, %0, [%2]"
				 : "=&r"(old), "=&r"(status)
				 : "r"(&counter)
				 : "memory");
	} while (status & 1);
	expect(counter == 46, "exclusives");
	print_value("counter", *(volatile uint64_t *)(HIGH + (uint64_t)&counter));
}

static void pauth(void)
{
	const uint64_t pointer = (uint64_t)&counter;
	uint64_t signed_pointer = pointer, back;

	write_sysreg("S3_0_C2_C2_0", 0x1234567890abcdeful); /* APDAKeyLo */
	write_sysreg("S3_0_C2_C2_1", 0xfedcba0987654321ul);
	write_sysreg("sctlr_el1", read_sysreg("sctlr_el1") | 1ul << 27);
	__asm__ volatile("pacda %0, %1" : "+r"(signed_pointer) : "r"(7ul));
	back = signed_pointer;
	__asm__ volatile("autda %0, %1" : "+r"(back) : "r"(7ul));
	expect(signed_pointer != pointer, "pacda changes a pointer");
	expect(back == pointer, "autda restores it");
	__asm__ volatile("autda %0, %1" : "+r"(signed_pointer) : "r"(8ul));
	expect(signed_pointer != pointer, "autda notices a wrong modifier");
	print("pauth works\n");
}

void payload_main(void)
{
	map();
	mmu_on();
	print("MMU is on\n");
	atomics();
	pauth();
	enter_el0(USER_CODE, USER_DATA + 0x1000, 5);
	print_value("calls", calls);
	print_value("user stack", user_page[510]);
}
