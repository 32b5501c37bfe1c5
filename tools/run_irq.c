/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Virtual interrupts: what a distributor would do, and the two timers as KVM treats them. */
#include <string.h>

#include "tools/run.h"

#define LRS          4
#define LR_PENDING   UINT64_C(1)
#define LR_GROUP1    (UINT64_C(1) << 60)
#define LR_PRIORITY  (UINT64_C(0xa0) << 48)
#define LR_EOI       (UINT64_C(1) << 41) /* an exit at the end: the line is looked at again */
#define LR_STATE(lr) ((lr) >> 62)

#define CTL_ENABLE  UINT64_C(1)
#define CTL_IMASK   UINT64_C(2)
#define CTL_ISTATUS UINT64_C(4)

static bool timer_counts(uint64_t ctl)
{
	return (ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}

static void look_at_timer(struct run_rec *rec, unsigned int ppi, uint64_t ctl, uint64_t cval)
{
	const uint32_t bit = UINT32_C(1) << ppi;

	rec->level &= ~bit;
	if (!timer_counts(ctl))
		return;
	if (ctl & CTL_ISTATUS)
		rec->level |= bit;
	else if (cval < rec->deadline)
		rec->deadline = cval;
}

void run_irq_save(struct run_host *h, struct run_rec *rec)
{
	const uint32_t lines = UINT32_C(1) << RUN_PPI_VIRTUAL | UINT32_C(1) << RUN_PPI_PHYSICAL;

	for (int i = 0; i < LRS; i++) {
		const uint64_t was = rec->enter.gicv3_lrs[i], is = h->exit.gicv3_lrs[i];
		const uint32_t bit = UINT32_C(1) << (was & 31);

		if (!LR_STATE(was))
			continue;
		rec->pending &= ~bit;
		rec->active &= ~bit;
		rec->pending |= LR_STATE(is) & 1 ? bit : 0;
		rec->active |= LR_STATE(is) & 2 ? bit : 0;
	}
	rec->deadline = UINT64_MAX;
	look_at_timer(rec, RUN_PPI_VIRTUAL, h->exit.cntv_ctl, h->exit.cntv_cval);
	look_at_timer(rec, RUN_PPI_PHYSICAL, h->exit.cntp_ctl, h->exit.cntp_cval);
	/* A level that fell is pending no longer; one that is high is, unless it is being handled. */
	rec->pending = (rec->pending & ~lines) | (rec->level & ~rec->active);
}

void run_irq_load(struct run_host *h, struct run_rec *rec)
{
	const uint32_t lines = UINT32_C(1) << RUN_PPI_VIRTUAL | UINT32_C(1) << RUN_PPI_PHYSICAL;
	uint32_t left = rec->pending | rec->active;
	int lr = 0;

	(void)h;
	memset(rec->enter.gicv3_lrs, 0, sizeof(rec->enter.gicv3_lrs));
	/* What is being handled has to stay where it is. */
	for (int pass = 0; pass < 2; pass++) {
		uint32_t todo = pass == 0 ? rec->active : left & ~rec->active;

		for (; todo && lr < LRS; todo &= todo - 1, lr++) {
			const unsigned int id = (unsigned int)__builtin_ctz(todo);
			const uint32_t bit = UINT32_C(1) << id;
			const uint64_t state = (rec->pending & bit ? LR_PENDING : 0) |
					       (rec->active & bit ? LR_PENDING << 1 : 0);

			rec->enter.gicv3_lrs[lr] = state << 62 | LR_GROUP1 | LR_PRIORITY |
						   (bit & lines ? LR_EOI : 0) | id;
		}
	}
}

/* ICC_SGI1R_EL1: INTID 27:24, target list 15:0 of the cluster Aff3.Aff2.Aff1, or everybody else. */
void run_irq_sgi(struct run_host *h, struct run_rec *rec, uint64_t value)
{
	const uint32_t bit = UINT32_C(1) << (value >> 24 & 0xf);
	const bool others = value >> 40 & 1;
	const uint64_t aff1 = value >> 16 & 0xff;

	for (unsigned int n = 0; n < h->options.recs; n++) {
		struct run_rec *to = &h->recs[n];
		const bool listed = to->mpidr >> 8 == aff1 && (value >> (to->mpidr & 0xf) & 1);

		if (others ? to != rec : listed)
			to->pending |= bit;
	}
}

bool run_irq_wakes(const struct run_host *h, const struct run_rec *rec)
{
	return rec->pending || rec->deadline <= rmmsim_time(h->sim);
}

#endif
