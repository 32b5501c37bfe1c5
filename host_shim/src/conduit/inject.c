/* SPDX-License-Identifier: BSD-3-Clause */
/* Hooks and injected results: host-shim.md#8.2 */
#include "host_shim/src/conduit/shim.h"

#include <string.h>

/* --- hooks --------------------------------------------------------------------------------------- */

int hshim_smc_hook(unsigned int fid, enum hshim_when when, hshim_hook_fn fn, void *context)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	for (int i = 0; i < MAX_HOOKS; i++) {
		if (shim->hooks[i].used)
			continue;
		shim->hooks[i] = (struct hook){fid, when, fn, context, true};
		shim->hook_count++;
		return i;
	}
	hshim_report(HSHIM_O_TEST, "more than %d hooks", MAX_HOOKS);
	return -1;
}

void hshim_smc_hooks_recursive(bool recursive)
{
	SHIM_LOCKED();
	shim_current()->hooks_recursive = recursive;
}

void hshim_smc_unhook(int hook)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();

	if (hook < 0 || hook >= MAX_HOOKS || !shim->hooks[hook].used)
		return;
	shim->hooks[hook].used = false;
	shim->hook_count--;
}

void shim_run_hooks(struct hshim *shim, struct hshim_call *call, enum hshim_when when)
{
	shim_self(shim)->depth++;
	for (unsigned int i = 0; i < MAX_HOOKS; i++) {
		const struct hook hook = shim->hooks[i];

		if (hook.used && hook.when == when && (!hook.fid || hook.fid == call->fid))
			hook.fn(hook.context, call);
	}
	shim_self(shim)->depth--;
}

/* --- injection ------------------------------------------------------------------------------------- */

int hshim_smc_inject(const struct hshim_injection *injection)
{
	SHIM_LOCKED();
	struct hshim *shim = shim_current();
	struct injection *slot;

	if (shim->inject_count == MAX_INJECT) {
		hshim_report(HSHIM_O_TEST, "more than %d injections", MAX_INJECT);
		return -1;
	}
	slot = &shim->inject[shim->inject_count];
	*slot = (struct injection){.what = *injection};
	if (!slot->what.nth)
		slot->what.nth = 1;
	if (!slot->what.count)
		slot->what.count = 1;
	return (int)shim->inject_count++;
}

int hshim_smc_fail(unsigned int fid, unsigned int nth, unsigned int status, unsigned int index,
		   enum hshim_when when)
{
	SHIM_LOCKED();
	struct hshim_injection injection = {.fid = fid, .nth = nth, .when = when, .set = 1};

	injection.x[0] = (unsigned long)index << 8 | status;
	return hshim_smc_inject(&injection);
}

int hshim_smc_fail_if(hshim_smc_pred pred, void *context, unsigned long result)
{
	SHIM_LOCKED();
	struct hshim_injection injection = {
		.pred = pred, .context = context, .count = HSHIM_FOREVER, .set = 1};

	injection.x[0] = result;
	return hshim_smc_inject(&injection);
}

int hshim_smc_patch(unsigned int fid, unsigned int nth, unsigned int reg, unsigned long value)
{
	SHIM_LOCKED();
	struct hshim_injection injection = {
		.fid = fid, .nth = nth, .when = HSHIM_AFTER, .set = 1u << reg};

	injection.x[reg] = value;
	return hshim_smc_inject(&injection);
}

unsigned int hshim_smc_injected(int injection)
{
	SHIM_LOCKED();
	const struct hshim *shim = shim_current();

	if (injection < 0 || (unsigned int)injection >= shim->inject_count)
		return 0;
	return shim->inject[injection].done;
}

void hshim_smc_inject_reset(void)
{
	SHIM_LOCKED();
	shim_current()->inject_count = 0;
}

static bool is_due(struct injection *slot, const struct hshim_call *call)
{
	const struct hshim_injection *what = &slot->what;

	if (what->fid && what->fid != call->fid)
		return false;
	if (what->pred && !what->pred(what->context, call))
		return false;
	slot->seen++;
	return slot->seen >= what->nth && slot->done < what->count;
}

bool shim_inject(struct hshim *shim, struct hshim_call *call, enum hshim_when when,
		 unsigned int *set)
{
	bool any = false;

	for (unsigned int i = 0; i < shim->inject_count; i++) {
		struct injection *slot = &shim->inject[i];

		if (slot->what.when != when || !is_due(slot, call))
			continue;
		slot->done++;
		*set |= slot->what.set;
		for (unsigned int r = 0; r < 18; r++)
			if (slot->what.set >> r & 1)
				call->ret[r] = slot->what.x[r];
		any = true;
	}
	return any;
}
