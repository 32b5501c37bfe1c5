/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
#include "tools/run.h"

#include <stdarg.h>
#include <string.h>

uint64_t run_smc(struct run_host *h, uint32_t fid, uint64_t *x)
{
	struct rmmsim_regs regs;

	memcpy(regs.x, x, sizeof(regs.x));
	regs.x[0] = fid;
	run_stats_smc(h->stats, fid);
	if (h->record)
		record_smc(h->record, h->sim, 0, &regs);
	else
		rmmsim_smc(h->sim, 0, &regs);
	memcpy(x, regs.x, sizeof(regs.x));
	return regs.x[0];
}

uint64_t run_pages(struct run_host *h, unsigned int count, uint64_t align)
{
	const uint64_t at = (h->next + align - 1) & ~(align - 1);

	if (at + count * RUN_PAGE > h->top) {
		h->used_up = true;
		return 0;
	}
	h->next = at + count * RUN_PAGE;
	return at;
}

uint64_t run_delegated(struct run_host *h, unsigned int count, uint64_t align)
{
	const uint64_t pages = run_pages(h, count, align);

	for (unsigned int i = 0; pages && i < count; i++) {
		if (RUN_CALL(h, SMC_RMI_GRANULE_DELEGATE, pages + i * RUN_PAGE))
			return 0;
	}
	return pages;
}

void run_end(struct run_host *h, int status, const char *format, ...)
{
	va_list arguments;

	if (h->ended)
		return;
	h->ended = true;
	h->status = status;
	va_start(arguments, format);
	vsnprintf(h->why, sizeof(h->why), format, arguments);
	va_end(arguments);
}

unsigned int run_status(uint64_t x0)
{
	return x0 & 0xff;
}

int run_index(uint64_t x0)
{
	return (int8_t)(x0 >> 8);
}

bool run_must(struct run_host *h, const char *what, uint64_t x0)
{
	struct rmmsim_explanation explanation;
	char text[400] = "";

	if (!x0)
		return true;
	if (rmmsim_explain(h->sim, 0, &explanation) == RMMSIM_OK)
		rmmsim_explanation_text(&explanation, text, sizeof(text));
	run_end(h, RUN_END_INTERNAL, "%s was refused with 0x%llx\n%s", what, (unsigned long long)x0,
		text);
	return false;
}

#endif
