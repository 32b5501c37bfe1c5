/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/banks.h"

#include <inttypes.h>

/* Memory whose addresses lie closer together than this is one bank; banks are rounded to MBs. */
#define BANK_GAP   (UINT64_C(1) << 30)
#define BANK_ROUND (UINT64_C(1) << 20)

static uint64_t distance(const struct log_bank *bank, uint64_t pa)
{
	if (pa < bank->base)
		return bank->base - pa;
	return pa < bank->top ? 0 : pa - bank->top;
}

void log_banks_add(struct log_banks *banks, uint64_t pa)
{
	struct log_bank page = {pa & ~(BANK_ROUND - 1), (pa | (BANK_ROUND - 1)) + 1};

	for (unsigned int i = 0; i < banks->count; i++) {
		struct log_bank *bank = &banks->at[i];

		if (distance(bank, pa) > BANK_GAP)
			continue;
		bank->base = page.base < bank->base ? page.base : bank->base;
		bank->top = page.top > bank->top ? page.top : bank->top;
		return;
	}
	if (banks->count < LOG_MAX_BANKS && page.top > page.base)
		banks->at[banks->count++] = page;
}

static int by_base(const struct log_bank *a, const struct log_bank *b)
{
	return a->base < b->base ? -1 : a->base > b->base;
}

static void sort(struct log_banks *banks)
{
	for (unsigned int i = 1; i < banks->count; i++) {
		for (unsigned int j = i; j && by_base(&banks->at[j], &banks->at[j - 1]) < 0; j--) {
			const struct log_bank bank = banks->at[j];

			banks->at[j] = banks->at[j - 1];
			banks->at[j - 1] = bank;
		}
	}
}

void log_banks_print(struct log_banks *banks, FILE *out)
{
	sort(banks);
	fputs(",\"dram\":[", out);
	for (unsigned int i = 0; i < banks->count; i++)
		fprintf(out, "%s[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"]", i ? "," : "",
			banks->at[i].base, banks->at[i].top);
	fputc(']', out);
}
