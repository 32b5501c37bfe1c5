/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/import.h"

#include <string.h>

#include "sequence/run.h"

struct import {
	const struct trace *trace;
	struct sequence *sequence;
	unsigned int limit;
	uint64_t rec_aux; /* what the machine that runs sequences has */
	/* Granules in order of appearance; place n is granule n. */
	unsigned int granules;
	uint64_t granule[SEQUENCE_GRANULES];
};

/* --- granules -------------------------------------------------------------------------------- */

static bool inside(const struct rmmsim_range *ranges, unsigned int count, uint64_t pa)
{
	for (unsigned int i = 0; i < count; i++) {
		if (pa >= ranges[i].base && pa < ranges[i].top)
			return true;
	}
	return false;
}

/* Alignment is kept up to 16 granules: concatenated start tables have it. */
static uint64_t import_granule(struct import *im, uint64_t pa)
{
	const uint64_t page = pa & ~(SEQUENCE_PAGE - 1);
	const unsigned int low = (unsigned int)(page / SEQUENCE_PAGE % 16);

	for (unsigned int i = 0; i < im->granules; i++) {
		if (im->granule[i] == page)
			return SEQUENCE_DRAM + i * SEQUENCE_PAGE + (pa - page);
	}
	while (im->granules < SEQUENCE_GRANULES && im->granules % 16 != low)
		im->granule[im->granules++] = 0;
	if (im->granules == SEQUENCE_GRANULES)
		return pa;
	im->granule[im->granules++] = page;
	return SEQUENCE_DRAM + (im->granules - 1) * SEQUENCE_PAGE + (pa - page);
}

static uint64_t import_value(struct import *im, enum smc_kind kind, uint64_t value)
{
	const struct rmmsim_config *config = &im->trace->header.config;

	if (kind != SMC_KIND_DESC && !(kind >= SMC_KIND_RD && kind <= SMC_KIND_NS) &&
	    kind != SMC_KIND_PA)
		return value;
	if (inside(config->dram, config->dram_count, value & UINT64_C(0xffffffffffff)))
		return import_granule(im, value & UINT64_C(0xffffffffffff)) |
		       (value & ~UINT64_C(0xffffffffffff));
	if (inside(config->dev_ncoh, config->dev_ncoh_count, value))
		return SEQUENCE_DEV + value % (SEQUENCE_DEVICES * SEQUENCE_PAGE);
	return value;
}

/* --- steps ----------------------------------------------------------------------------------- */

/* Whether `step` is what comes next when `last` is repeated once more. */
static bool continues(const struct sequence_step *last, const struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);

	if (last->op != SEQUENCE_CALL || step->op != last->op || step->command != last->command ||
	    step->pe != last->pe || last->times == SEQUENCE_MAX_TIMES)
		return false;
	for (unsigned int i = 0; i < count; i++) {
		const uint64_t by = sequence_advances(rows[i].kind) ? SEQUENCE_PAGE : 0;

		if (step->value[i] != last->value[i] + last->times * by)
			return false;
	}
	return count > 0 && sequence_advances(rows[0].kind);
}

static void add(struct import *im, const struct sequence_step *step)
{
	struct sequence *s = im->sequence;

	if (s->count && continues(&s->step[s->count - 1], step)) {
		s->step[s->count - 1].times++;
		return;
	}
	if (s->count < im->limit)
		s->step[s->count++] = *step;
}

static struct sequence_step named(enum smc_command_id id, uint32_t fid)
{
	struct sequence_step step = {.times = 1};

	sequence_set_verb(&step, id);
	step.value[0] = fid;
	return step;
}

static void set_values(struct import *im, struct sequence_step *step, const uint64_t *x)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const bool raw = step->op == SEQUENCE_SMC || step->op == SEQUENCE_REALM_SMC;

	for (unsigned int i = raw; i < count; i++)
		step->value[i] = import_value(im, rows[i].kind, x[raw ? i : i + 1]);
}

/* --- memory ---------------------------------------------------------------------------------- */

static void apply(const struct trace_block *block, uint8_t *page)
{
	const unsigned int off = block->off % SEQUENCE_PAGE;
	uint32_t len = block->len;

	if (off + len > SEQUENCE_PAGE)
		len = SEQUENCE_PAGE - off;
	memset(page + off, block->fill, len);
	for (uint32_t i = 0; i < block->patch_count; i++) {
		const struct trace_patch *patch = &block->patches[i];

		if (off + patch->off + patch->len <= SEQUENCE_PAGE)
			memcpy(page + off + patch->off, patch->bytes, patch->len);
	}
}

static uint64_t load(const uint8_t *page, unsigned int offset, unsigned int size)
{
	uint64_t value = 0;

	memcpy(&value, page + offset, size);
	return value;
}

static void add_field(struct import *im, struct sequence_step *step, unsigned int offset,
		      enum smc_kind kind, uint64_t value)
{
	struct sequence_field *field = &step->field[step->field_count];

	if (value == 0 || step->field_count == SEQUENCE_MAX_FIELDS)
		return;
	if (kind == SMC_KIND_COUNT_OF && offset == offsetof(struct rmi_rec_params, num_aux) &&
	    value > im->rec_aux)
		value = im->rec_aux;
	field->offset = (uint16_t)offset;
	field->value = import_value(im, kind, value);
	step->field_count++;
}

static void add_fields(struct import *im, struct sequence_step *step, const uint8_t *page)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const unsigned int count = sequence_flat_count(structure);
	unsigned int offset;

	for (unsigned int n = 0; n < count; n++) {
		const struct sequence_slot *slot = sequence_flat(structure, n, &offset);

		add_field(im, step, offset, slot->kind, load(page, offset, slot->size));
	}
	for (offset = 0; !count && offset < SEQUENCE_PAGE && step->field_count < 4; offset += 8)
		add_field(im, step, offset, SMC_KIND_VALUE, load(page, offset, 8));
}

/* What the Host put into Non-secure memory for the call. */
static void add_host_memory(struct import *im, const struct sequence_step *call,
			    const struct trace_smc *smc)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(call, &rows);

	for (uint32_t b = 0; b < smc->in.count; b++) {
		const struct trace_block *block = &smc->in.at[b];
		struct sequence_step step = {.op = SEQUENCE_FILL, .times = 1};
		uint8_t page[SEQUENCE_PAGE] = {0};
		const char *type = NULL;

		for (unsigned int i = 0; i < count; i++)
			type = rows[i].kind == SMC_KIND_NS ? rows[i].type : type;
		apply(block, page);
		step.value[0] = import_granule(im, block->pa & ~(SEQUENCE_PAGE - 1));
		step.structure = (uint8_t)sequence_structure_find(type);
		add_fields(im, &step, page);
		add(im, &step);
	}
}

static void add_realm_memory(struct import *im, const struct trace_act *act, enum smc_command_id id)
{
	const char *type = id == RSI_PLANE_ENTER ? "RsiPlaneRun"
			   : id == RSI_HOST_CALL ? "RsiHostCall"
						 : NULL;

	for (uint32_t b = 0; b < act->in.count; b++) {
		const struct trace_block *block = &act->in.at[b];
		struct sequence_step step = {.op = SEQUENCE_REALM_SET, .times = 1};
		const uint64_t base =
			type && id == RSI_HOST_CALL ? block->off & ~UINT64_C(0xff) : 0;
		uint8_t page[2 * SEQUENCE_PAGE] = {0};

		apply(block, page);
		step.value[0] = block->ipa + base;
		step.structure = (uint8_t)sequence_structure_find(type);
		add_fields(im, &step, page + base);
		if (step.field_count)
			add(im, &step);
	}
}

/* --- the Realm ------------------------------------------------------------------------------- */

#define EC_HVC 0x16

static void add_exception(struct import *im, const struct trace_act *act)
{
	struct sequence_step step = {.times = 1};

	switch (act->kind) {
	case TRACE_SYNC:
		step.op = (act->esr >> 26 & 0x3f) == EC_HVC ? SEQUENCE_HVC : SEQUENCE_EXCEPTION;
		step.value[0] = step.op == SEQUENCE_HVC ? act->esr & 0xffff : act->esr;
		step.value[1] = step.op == SEQUENCE_HVC ? 0 : act->far;
		step.value[2] = step.op == SEQUENCE_HVC ? 0 : act->hpfar;
		break;
	case TRACE_SERROR:
		step.op = SEQUENCE_SERROR;
		step.value[0] = act->esr;
		break;
	case TRACE_FIQ:
		step.op = SEQUENCE_FIQ;
		break;
	default:
		step.op = SEQUENCE_IRQ;
		break;
	}
	add(im, &step);
}

static void add_timers(struct import *im, const struct trace_act *act)
{
	static const uint8_t registers[] = {
		[TRACE_CNTV_CTL] = RMMSIM_SYSREG_CNTV_CTL_EL0,
		[TRACE_CNTV_CVAL] = RMMSIM_SYSREG_CNTV_CVAL_EL0,
		[TRACE_CNTP_CTL] = RMMSIM_SYSREG_CNTP_CTL_EL0,
		[TRACE_CNTP_CVAL] = RMMSIM_SYSREG_CNTP_CVAL_EL0,
	};

	for (unsigned int n = 0; n < TRACE_SYSREGS; n++) {
		struct sequence_step step = {.op = SEQUENCE_SYSREG, .times = 1};

		step.value[0] = registers[n];
		step.value[1] = act->sysreg[n];
		if (act->sysreg_set >> n & 1)
			add(im, &step);
	}
}

static void add_act(struct import *im, const struct trace_event *event)
{
	const struct trace_act *act = event->act;
	enum smc_command_id id = SMC_NONE;
	struct sequence_step step;

	if (event->op == TRACE_RSI)
		id = smc_decode_any(SMC_FROM_REALM, (uint32_t)act->x[0]);
	add_timers(im, act);
	add_realm_memory(im, act, id);
	if (event->op == TRACE_EXC) {
		add_exception(im, act);
		return;
	}
	step = named(id, (uint32_t)act->x[0]);
	if (id == SMC_NONE)
		step.op = SEQUENCE_REALM_SMC;
	set_values(im, &step, act->x);
	add(im, &step);
}

static void add_call(struct import *im, const struct trace_call *call)
{
	const struct trace_smc *smc = call->smc->smc;
	struct sequence_step step =
		named(smc_decode_any(SMC_FROM_HOST, (uint32_t)smc->x[0]), (uint32_t)smc->x[0]);

	set_values(im, &step, smc->x);
	step.pe = smc->cpu & 3;
	step.during = call->nested;
	add_host_memory(im, &step, smc);
	add(im, &step);
	for (size_t i = 0; i < call->step_count; i++) {
		const struct trace_event *event = &im->trace->events[call->steps[i]];

		if (event->op == TRACE_SMC)
			add_call(im, &im->trace->calls[im->trace->call_of[call->steps[i]]]);
		if (event->op == TRACE_RSI || event->op == TRACE_EXC)
			add_act(im, event);
	}
}

void sequence_import(struct sequence *sequence, const struct trace *trace, unsigned int steps)
{
	struct import im = {.trace = trace, .sequence = sequence, .limit = steps};
	struct rmmsim_config config;

	sequence->machine = sequence->start = 0;
	sequence->count = 0;
	sequence_machine_config(0, &config);
	im.rec_aux = config.rec_aux_count;
	if (im.limit > SEQUENCE_MAX_STEPS)
		im.limit = SEQUENCE_MAX_STEPS;
	for (size_t i = 0; i < trace->call_count && sequence->count < im.limit; i++) {
		if (!trace->calls[i].nested)
			add_call(&im, &trace->calls[i]);
	}
}
