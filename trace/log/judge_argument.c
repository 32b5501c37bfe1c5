/* SPDX-License-Identifier: BSD-3-Clause */
/* Tests on the arguments alone: tests.def */
#include "trace/log/rule.h"

#define PAGE_SIZE UINT64_C(4096)

static bool low_half(uint64_t value, uint32_t low)
{
	return (uint32_t)value == low;
}

/* rsi.md#4, table of PLANE_SYSREG_READ */
static const uint16_t sysregs[] = {
	0xc080, 0xc081, 0xc082, 0xc090, 0xc100, 0xc101, 0xc102, 0xc103, 0xc108, 0xc109, 0xc10a,
	0xc10b, 0xc110, 0xc111, 0xc112, 0xc113, 0xc118, 0xc119, 0xc200, 0xc201, 0xc208, 0xc288,
	0xc289, 0xc290, 0xc300, 0xc3a0, 0xc510, 0xc512, 0xc513, 0xc514, 0xc518, 0xc600, 0xc609,
	0xc681, 0xc684, 0xc708, 0xd000, 0xde82, 0xde83, 0xdf11, 0xdf12, 0xdf19, 0xdf1a, 0xe208,
	0x8010, 0x8012, 0x8c80, 0xc4f1, 0xdce0, 0xdce1, 0xdce5, 0xdce8, 0xdcf0, 0xdcf3, 0xdf7f,
};

static enum log_judgement sysreg(uint64_t address)
{
	if (address & ~RSI_SYSREG_ADDRESS_MASK)
		return LOG_FAILS;
	/* Which registers have 128 bits depends on the machine. */
	if (address & RSI_SYSREG_ADDRESS_D128)
		return LOG_EITHER;
	for (size_t i = 0; i < sizeof(sysregs) / sizeof(sysregs[0]); i++) {
		if (sysregs[i] == address)
			return LOG_HOLDS;
	}
	if (address - RSI_SYSREG_PMEVCNTR(0) < RSI_SYSREG_PMEV_COUNT ||
	    address - RSI_SYSREG_PMEVTYPER(0) < RSI_SYSREG_PMEV_COUNT)
		return LOG_HOLDS;
	return LOG_FAILS;
}

/* rsi.md#7; PSCI_VERSION differs between monitors. */
static enum log_judgement psci_function(uint64_t x)
{
	const uint32_t fid = (uint32_t)x;
	const enum smc_command_id id = smc_decode_any(SMC_FROM_REALM, fid);

	if (id == SMC_NONE || smc_command(id)->interface != SMC_PSCI)
		return LOG_FAILS;
	if (id == PSCI_VERSION || (smc_command(id)->fid != fid && smc_command(id)->fid32 != fid))
		return LOG_EITHER;
	return LOG_HOLDS;
}

enum log_judgement log_judge_argument(const struct log_view *view, const struct log_rule *rule,
				      struct log_because *because)
{
	const uint64_t a = rule->a ? log_x(view, rule->a) : 0;

	(void)because;
	switch (rule->test) {
	case LOG_TEST_ALIGNED:
		return log_holds_if(a % PAGE_SIZE == 0);
	case LOG_TEST_MULTIPLE:
		return log_holds_if(a % rule->b == 0);
	case LOG_TEST_BELOW:
		return log_holds_if(a < log_x(view, rule->b));
	case LOG_TEST_DIFFERENT:
		return log_holds_if(a != log_x(view, rule->b));
	case LOG_TEST_AT_MOST:
		return log_holds_if(a <= rule->b);
	case LOG_TEST_NOT_ZERO:
		return log_holds_if(a != 0);
	case LOG_TEST_ZERO:
		return log_holds_if(a == 0);
	case LOG_TEST_NOT_ONE:
		return a == 1 ? LOG_EITHER : LOG_HOLDS;
	case LOG_TEST_IN_PAGE:
		return log_holds_if(a < PAGE_SIZE && log_x(view, rule->b) <= PAGE_SIZE - a);
	case LOG_TEST_RIPAS_VALUE:
		/* tf-rmm-quirks.md#5, ripas-args-32: some monitors look at all of it. */
		if (a >> 32 && (low_half(a, RSI_RIPAS_EMPTY) || low_half(a, RSI_RIPAS_RAM)))
			return LOG_EITHER;
		return log_holds_if(low_half(a, RSI_RIPAS_EMPTY) || low_half(a, RSI_RIPAS_RAM));
	case LOG_TEST_LABEL:
		/* tf-rmm-quirks.md#5, perm-value-unchecked */
		return a <= RSI_PERM_RW_UPX ? LOG_HOLDS : LOG_EITHER;
	case LOG_TEST_SYSREG:
		return sysreg(a);
	case LOG_TEST_PSCI_FUNCTION:
		return psci_function(a);
	case LOG_TEST_LEVEL_DEVICE:
		return log_holds_if(a == 2 || a == 3);
	default:
		return LOG_EITHER;
	}
}
