/* SPDX-License-Identifier: BSD-3-Clause */
/* The Realm's side of a recording: docs/trace-format.md, section 4. An engine in front of the real one. */
#define _GNU_SOURCE
#include "host_shim/src/conduit/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "smc/block.h"

#define GENERAL     31
#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define EC_SMC64    0x17

/* --- memory of Realms ------------------------------------------------------------------------------------- */

static struct record_page *find_page(const struct recorder *r, uint64_t pa)
{
	for (unsigned int i = 0; i < r->page_count; i++)
		if (r->pages[i]->pa == pa)
			return r->pages[i];
	return NULL;
}

static struct record_page *add_page(struct recorder *r, uint64_t pa)
{
	struct record_page *page = find_page(r, pa), **pages;

	if (page)
		return page;
	page = calloc(1, sizeof(*page));
	pages = page ? realloc(r->pages, (r->page_count + 1) * sizeof(struct record_page *)) : NULL;
	if (!pages) {
		free(page);
		return NULL;
	}
	page->pa = pa;
	r->pages = pages;
	r->pages[r->page_count++] = page;
	return page;
}

static bool is_memory(const struct rmmsim_granule_info *info)
{
	return strcmp(info->state, "DATA") == 0;
}

void record_realm_learn(struct recorder *r, const struct hshim_call *call,
			const struct smc_command *row)
{
	uint64_t pa = 0, ipa = 0;
	bool has_ipa = false;
	struct rmmsim_granule_info info;
	struct record_page *page;

	for (unsigned int i = 0; row && !call->ret[0] && i < row->inputs; i++) {
		if (row->in[i].kind == SMC_KIND_GRANULE && !pa)
			pa = call->x[i + 1];
		if (row->in[i].kind == SMC_KIND_IPA && !has_ipa) {
			ipa = call->x[i + 1];
			has_ipa = true;
		}
	}
	if (!pa || !has_ipa || rmmsim_granule_info(r->shim->sim, pa, &info) != RMMSIM_OK ||
	    !is_memory(&info))
		return;
	page = add_page(r, pa);
	if (!page)
		return;
	page->ipa = ipa;
	page->since = info.call;
	page->seen = false;
}

/* Runs of words that differ; `now` becomes what is known. */
static bool put_changes(struct recorder *r, const char *name, struct record_page *page,
			const uint8_t *now, bool comma)
{
	for (size_t i = 0; i < RECORD_PAGE;) {
		size_t end = i;

		while (end < RECORD_PAGE && memcmp(page->bytes + end, now + end, 8) != 0)
			end += 8;
		if (end > i) {
			fprintf(r->file,
				"%s{\"ipa\":\"0x%" PRIx64 "\",\"pa\":\"0x%" PRIx64
				"\",\"off\":\"0x%zx\",\"b64\":\"",
				comma ? "," : name, page->ipa, page->pa, i);
			smc_print_base64(r->file, now + i, end - i);
			fputs("\"}", r->file);
			comma = true;
		}
		i = end + 8;
	}
	memcpy(page->bytes, now, RECORD_PAGE);
	return comma;
}

/* What is different from when this was done last, if `name`; else it is only noted. */
static void look_at_pages(struct recorder *r, const char *name)
{
	struct rmmsim_granule_info info;
	uint8_t now[RECORD_PAGE];
	bool some = false;

	for (unsigned int i = 0; i < r->page_count; i++) {
		struct record_page *page = r->pages[i];

		if (rmmsim_granule_info(r->shim->sim, page->pa, &info) != RMMSIM_OK ||
		    !is_memory(&info) || info.call != page->since ||
		    rmmsim_peek(r->shim->sim, page->pa, now, sizeof(now)) != RMMSIM_OK)
			continue;
		if (page->seen && memcmp(page->bytes, now, sizeof(now)) != 0)
			some = put_changes(r, name, page, now, some);
		if (!page->seen)
			memcpy(page->bytes, now, sizeof(now));
		page->seen = true;
	}
	if (some)
		fputc(']', r->file);
}

/* --- lines ------------------------------------------------------------------------------------------------- */

/* Registers that differ from `before`, or from zero. */
static void put_x(FILE *file, const uint64_t *x, const uint64_t *before)
{
	const char *comma = ",\"x\":{";

	for (unsigned int n = 0; n < GENERAL; n++) {
		if (x[n] == (before ? before[n] : 0))
			continue;
		fprintf(file, "%s\"%u\":\"0x%" PRIx64 "\"", comma, n, x[n]);
		comma = ",";
	}
	if (comma[1] == '\0')
		fputc('}', file);
}

static void put_run(struct recorder *r, const struct rmmsim_vcpu *vcpu)
{
	const struct rmmsim_plane *context = vcpu->context;

	fprintf(r->file,
		"{\"i\":%lu,\"op\":\"run\",\"plane\":%u,\"pc\":\"0x%" PRIx64
		"\",\"pstate\":\"0x%" PRIx64 "\"",
		r->call->i, vcpu->plane, context->pc, context->pstate);
	put_x(r->file, context->x, NULL);
	look_at_pages(r, ",\"mem\":[");
	fputs("}\n", r->file);
}

/* X1 up to the last that was set: a line has no way to leave one out. */
static void put_smc(FILE *file, const uint64_t *x, const uint64_t *before)
{
	unsigned int last = 0;

	for (unsigned int n = 1; n < GENERAL; n++)
		if (x[n] != before[n])
			last = n;
	fprintf(file, "\"op\":\"rsi\",\"fid\":\"0x%" PRIx64 "\",\"x\":[", x[0]);
	for (unsigned int n = 1; n <= last; n++)
		fprintf(file, "%s\"0x%" PRIx64 "\"", n > 1 ? "," : "", x[n]);
	fputc(']', file);
}

static void put_exception(FILE *file, const struct rmmsim_event *event)
{
	static const char *const kinds[] = {
		[RMMSIM_EVENT_SYNC] = "sync",  [RMMSIM_EVENT_IRQ] = "irq",
		[RMMSIM_EVENT_FIQ] = "fiq",    [RMMSIM_EVENT_SERROR] = "serror",
		[RMMSIM_EVENT_BUDGET] = "irq", /* the monitor makes no difference */
	};

	fprintf(file, "\"op\":\"exc\",\"kind\":\"%s\"", kinds[event->kind]);
	if (event->kind == RMMSIM_EVENT_SYNC || event->kind == RMMSIM_EVENT_SERROR)
		fprintf(file, ",\"esr\":\"0x%" PRIx64 "\"", event->esr);
	if (event->kind == RMMSIM_EVENT_SYNC && event->far)
		fprintf(file, ",\"far\":\"0x%" PRIx64 "\"", event->far);
	if (event->kind == RMMSIM_EVENT_SYNC && event->hpfar)
		fprintf(file, ",\"hpfar\":\"0x%" PRIx64 "\"", event->hpfar);
}

static void put_timers(FILE *file, const uint64_t *sysreg, const uint64_t *before)
{
	static const struct {
		const char *name;
		enum rmmsim_sysreg reg;
	} timers[] = {
		{"cntv_ctl_el02", RMMSIM_SYSREG_CNTV_CTL_EL0},
		{"cntv_cval_el02", RMMSIM_SYSREG_CNTV_CVAL_EL0},
		{"cntp_ctl_el02", RMMSIM_SYSREG_CNTP_CTL_EL0},
		{"cntp_cval_el02", RMMSIM_SYSREG_CNTP_CVAL_EL0},
	};
	const char *comma = ",\"sysregs\":{";

	for (unsigned int i = 0; i < sizeof(timers) / sizeof(timers[0]); i++) {
		const enum rmmsim_sysreg reg = timers[i].reg;

		if (sysreg[reg] == before[reg])
			continue;
		fprintf(file, "%s\"%s\":\"0x%" PRIx64 "\"", comma, timers[i].name, sysreg[reg]);
		comma = ",";
	}
	if (comma[1] == '\0')
		fputc('}', file);
}

static void put_act(struct recorder *r, const struct rmmsim_plane *now,
		    const struct rmmsim_plane *before, const struct rmmsim_event *event)
{
	const bool smc = event->kind == RMMSIM_EVENT_SYNC && ESR_EC(event->esr) == EC_SMC64;

	fprintf(r->file, "{\"i\":%lu,", r->call->i);
	if (smc)
		put_smc(r->file, now->x, before->x);
	else
		put_exception(r->file, event);
	if (now->pc != before->pc)
		fprintf(r->file, ",\"pc\":\"0x%" PRIx64 "\"", now->pc);
	if (!smc)
		put_x(r->file, now->x, before->x);
	look_at_pages(r, ",\"in\":[");
	put_timers(r->file, now->sysreg, before->sysreg);
	fputs("}\n", r->file);
}

/* --- the engine -------------------------------------------------------------------------------------------- */

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct recorder *r = context;
	const struct rmmsim_plane before = *vcpu->context;

	if (r->call)
		put_run(r, vcpu);
	r->engine->run(r->engine_context, vcpu, event);
	if (r->call)
		put_act(r, vcpu->context, &before, event);
}

static void forget(void *context, uint64_t rec)
{
	const struct recorder *r = context;

	if (r->engine->forget)
		r->engine->forget(r->engine_context, rec);
}

static const struct rmmsim_engine_ops recording = {
	.size = sizeof(recording),
	.name = "recording",
	.run = run,
	.forget = forget,
};

void record_realm_start(struct recorder *r)
{
	r->engine = rmmsim_engine(r->shim->sim, &r->engine_context);
	if (r->engine && rmmsim_set_engine(r->shim->sim, &recording, r) != RMMSIM_OK)
		r->engine = NULL;
}

void record_realm_stop(struct recorder *r)
{
	void *context;

	if (r->engine && rmmsim_engine(r->shim->sim, &context) == &recording && context == r)
		rmmsim_set_engine(r->shim->sim, r->engine, r->engine_context);
	for (unsigned int i = 0; i < r->page_count; i++)
		free(r->pages[i]);
	free(r->pages);
}
