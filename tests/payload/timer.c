/* SPDX-License-Identifier: BSD-3-Clause */
/* Both timers: the Host injects their interrupts; WFI waits for them. */
#include "payload.h"

static volatile unsigned int taken[32], spurious;
static volatile uint64_t last_id;

void on_exception(struct frame *frame)
{
	uint64_t id;

	if (frame->vector != 0x280) {
		print_value("unexpected exception, ESR", frame->esr);
		finish(8);
	}
	id = read_sysreg("S3_0_C12_C12_0"); /* ICC_IAR1_EL1 */
	if (id == 1023) {
		spurious++;
		return;
	}
	last_id = id;
	taken[id & 31]++;
	expect(read_sysreg("S3_0_C12_C11_3") == 0xa0, "running priority");
	if (id == 27)
		write_sysreg("cntv_ctl_el0", 2);
	if (id == 30)
		write_sysreg("cntp_ctl_el0", 0);
	write_sysreg("S3_0_C12_C12_1", id); /* ICC_EOIR1_EL1 */
	expect(read_sysreg("S3_0_C12_C11_3") == 0xff, "idle priority");
}

void payload_main(void)
{
	uint64_t start;

	write_sysreg("S3_0_C12_C12_5", 7);  /* ICC_SRE_EL1 */
	write_sysreg("S3_0_C4_C6_0", 0xf0); /* ICC_PMR_EL1 */
	write_sysreg("S3_0_C12_C12_7", 1);  /* ICC_IGRPEN1_EL1 */
	print_value("PMR", read_sysreg("S3_0_C4_C6_0"));
	__asm__ volatile("msr daifclr, #2");
	/* Spinning. */
	start = read_sysreg("cntvct_el0");
	write_sysreg("cntv_tval_el0", 200000);
	write_sysreg("cntv_ctl_el0", 1);
	while (!taken[27])
		;
	expect(read_sysreg("cntvct_el0") - start >= 200000, "the timer was not early");
	expect(read_sysreg("cntvct_el0") - start < 300000, "the timer was not late");
	print_value("virtual timer", taken[27]);
	/* Waiting, with the interrupt masked until WFI has returned. */
	write_sysreg("cntp_cval_el0", read_sysreg("cntpct_el0") + 100000000);
	write_sysreg("cntp_ctl_el0", 1);
	__asm__ volatile("msr daifset, #2\n\twfi" ::: "memory");
	expect(taken[30] == 0, "masked");
	print_value("ISTATUS", read_sysreg("cntp_ctl_el0"));
	__asm__ volatile("msr daifclr, #2\n\tisb");
	while (!taken[30])
		;
	print_value("physical timer", taken[30]);
	/* Again and again. */
	for (unsigned int i = 2; i <= 50; i++) {
		write_sysreg("cntv_tval_el0", 1000);
		write_sysreg("cntv_ctl_el0", 1);
		while (taken[27] != i)
			__asm__ volatile("wfi");
	}
	print_value("virtual timer", taken[27]);
	/* An interrupt to itself. */
	write_sysreg("S3_0_C12_C11_5", 5ul << 24 | 1); /* ICC_SGI1R_EL1 */
	while (!taken[5])
		;
	print_value("SGI", last_id);
	print_value("spurious", spurious);
}
