/* SPDX-License-Identifier: BSD-3-Clause */
/* What the Realm does. A file of its own: the model and the kernel tree both name what RMI defines. */
#include <hshim/guest.h>

#include "examples/host-test/guest.h"

static struct guest_report report;

const struct guest_report *guest_report(void)
{
	return &report;
}

static void touch_pages(struct rmmsim_realm *realm, void *argument)
{
	const struct guest_plan *plan = argument;
	uint64_t value;

	for (unsigned long i = 0; i < plan->pages; i++) {
		if (rmmsim_realm_store(realm, plan->base + i * 0x1000, 8, i + 1) == RMMSIM_DONE)
			report.stored++;
		if (rmmsim_realm_load(realm, plan->base + i * 0x1000, 8, &value) == RMMSIM_DONE &&
		    value == i + 1)
			report.loaded++;
	}
}

static void ask_ripas(struct rmmsim_realm *realm, void *argument)
{
	const struct guest_plan *plan = argument;
	const uint64_t top = plan->base + plan->pages * 0x1000;
	uint64_t at = plan->base;

	while (at < top &&
	       rmmsim_realm_call(realm, SMC_RSI_IPA_STATE_SET, at, top, plan->ripas, 1, 0) == 0) {
		if (rmmsim_realm_context(realm)->x[1] == at)
			break;
		at = rmmsim_realm_context(realm)->x[1];
	}
	report.reached = at;
}

static void ask_permission(struct rmmsim_realm *realm, void *argument)
{
	const struct guest_plan *plan = argument;
	const uint64_t top = plan->base + plan->pages * 0x1000;
	uint64_t at = plan->base, cookie = 0;

	for (int i = 0; at < top && i < 64; i++) {
		if (rmmsim_realm_call(realm, SMC_RSI_MEM_SET_PERM_INDEX, at, top, 1, cookie, 0))
			break;
		at = rmmsim_realm_context(realm)->x[1];
		cookie = rmmsim_realm_context(realm)->x[3];
	}
	report.reached = at;
}

static void wait(struct rmmsim_realm *realm, void *argument)
{
	(void)argument;
	for (;;)
		rmmsim_realm_interrupt(realm, false);
}

bool guest_does(struct guest_plan *plan)
{
	static const rmmsim_script_fn scripts[] = {touch_pages, ask_ripas, ask_permission, wait};

	report = (struct guest_report){0};
	return hshim_guest(0, scripts[plan->what], plan);
}
