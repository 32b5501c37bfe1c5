/* SPDX-License-Identifier: BSD-3-Clause */
/* What a call, or the way it was refused, says about the code under test: host-shim.md#8.4 */
#include "host_shim/src/memory/mem.h"

#include <inttypes.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

static bool takes(const struct smc_command *row, enum smc_kind kind)
{
	for (unsigned int i = 0; i < row->inputs; i++)
		if (row->in[i].kind == kind)
			return true;
	return false;
}

/* A command that carries out what a realm has asked for: of a REC, over a range. */
static bool answers_request(const struct smc_command *row)
{
	return takes(row, SMC_KIND_REC) && takes(row, SMC_KIND_IPA);
}

/* --- locks that a command needs ------------------------------------------------------------------------ */

void hshim_require_lock(unsigned int fid, const struct hshim_lock *lock, bool write)
{
	SHIM_LOCKED();
	struct hshim_locks *locks = shim_current()->locks;

	if (locks->required_count < ARRAY_SIZE(locks->required)) {
		locks->required[locks->required_count++] =
			(struct required_lock){fid, lock, write ? 2 : 1};
		return;
	}
	hshim_report(HSHIM_O_TEST, "more than %zu locks are required", ARRAY_SIZE(locks->required));
}

void hshim_require_no_locks(void)
{
	SHIM_LOCKED();
	shim_current()->locks->required_count = 0;
}

static void check_required(struct hshim *shim, const struct hshim_call *call)
{
	const struct hshim_locks *locks = shim->locks;
	char what[96];

	for (unsigned int i = 0; i < locks->required_count; i++) {
		const struct required_lock *r = &locks->required[i];

		if (r->fid != call->fid)
			continue;
		snprintf(what, sizeof(what), "SMC #%lu %s needs %s", call->number, call->name,
			 r->lock->name ? r->lock->name : "a lock");
		hshim_lock_required(r->lock, r->wanted, what, "the call");
	}
}

/* --- refusals --------------------------------------------------------------------------------------------- */

static bool is(const struct rmmsim_explanation *why, const char *condition)
{
	return why->first.id && strcmp(why->first.id, condition) == 0;
}

static void report_refusal(enum hshim_oracle_id id, const struct hshim_call *call,
			   const struct rmmsim_explanation *why)
{
	struct text text = {.size = 0};

	text_call(&text, call);
	text_add(&text, "\n    %s: %s\n", why->first.id, why->first.text);
	hshim_report(id, "%s", text.at);
}

/* The monitor refused a descriptor of Non-secure memory. */
static void check_descriptor(const struct hshim_call *call, const struct rmmsim_explanation *why)
{
	if (is(why, "attr_valid"))
		report_refusal(HSHIM_O_MAP_ATTR, call, why);
	if (is(why, "addr_align") || is(why, "ipa_align"))
		report_refusal(HSHIM_O_MAP_ALIGN, call, why);
}

/* Code that was told of a failure that did not happen cannot know how far the realm's request has come. */
static void check_progress(const struct hshim *shim, const struct hshim_call *call,
			   const struct rmmsim_explanation *why)
{
	if (!shim->watch.injected && is(why, "base_bound"))
		report_refusal(HSHIM_O_RIPAS_ORDER, call, why);
}

/* The call before this one was refused, and this one needs what that would have brought about. */
static void check_ignored(const struct hshim *shim, const struct hshim_call *call,
			  const struct rmmsim_explanation *why)
{
	const struct hshim_call *before = &shim->watch.refused;
	struct text text = {.size = 0};
	bool named = false;

	if (!shim->watch.failed || before->fid == call->fid || !why->granule)
		return;
	for (unsigned int i = 1; i <= before->inputs; i++)
		named |= before->x[i] == why->granule;
	if (!named)
		return;
	text_add(&text, "a failure was not looked at:\n    ");
	text_call(&text, before);
	text_add(&text, "\n  then ");
	text_call(&text, call);
	hshim_report(HSHIM_O_SMC_STATUS_IGNORED, "%s", text.at);
}

/* That a table is missing is how hosts find out: no failure. */
static bool is_failure(const struct hshim_call *call)
{
	return call->ret[0] &&
	       !(smc_on(SMC_FROM_HOST, call->ret[0]) & (SMC_ON_RTT | SMC_ON_RTT_AUX));
}

static void check_refusal(struct hshim *shim, const struct hshim_call *call,
			  const struct smc_command *row)
{
	struct rmmsim_explanation why;

	if (rmmsim_explain(shim->sim, shim_self(shim)->pe, &why) != RMMSIM_OK ||
	    why.call != call->number)
		return;
	if (takes(row, SMC_KIND_DESC))
		check_descriptor(call, &why);
	if (answers_request(row))
		check_progress(shim, call, &why);
	if (!ram_gives_back(row))
		check_ignored(shim, call, &why);
}

/* Such a granule is not the host's any more, and that is no leak. */
static void note_refused(struct hshim *shim, uint64_t pa)
{
	struct granule_note *note = shim_note(shim, pa);

	if (note)
		note->refused = true;
}

void watch_call(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row)
{
	if (!row)
		return;
	check_required(shim, call);
	if (call->injected && call->ret[0] && ram_gives_back(row))
		note_refused(shim, call->x[1]);
	/* A prescribed exit is no injected failure. */
	shim->watch.injected |= call->injected && !takes(row, SMC_KIND_NS);
	if (call->model && is_failure(call) && !call->injected)
		check_refusal(shim, call, row);
	if (call->model && !call->ret[0] && answers_request(row)) {
		shim->watch.answered = true;
		shim->watch.reached = call->ret[1];
	}
	shim->watch.failed = is_failure(call);
	if (shim->watch.failed)
		shim->watch.refused = *call;
}
