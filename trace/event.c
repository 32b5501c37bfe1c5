/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/event.h"

#include <string.h>

#include "trace/content.h"

static bool decode_call_number(struct decode *decode, const json_t *object,
			       struct trace_event *event)
{
	return decode_count(decode, object, "i", INT64_MAX, &event->i);
}

static bool decode_nesting(struct decode *decode, const json_t *object, struct trace_smc *smc)
{
	uint64_t limit = decode->config->pe_count - 1, cpu = 0;

	if (!decode_count_optional(decode, object, "cpu", limit, &cpu))
		return false;
	smc->cpu = cpu;
	smc->nested = decode_member(object, "during");
	return decode_count_optional(decode, object, "during", INT64_MAX, &smc->during);
}

static bool decode_smc(struct decode *decode, const json_t *object, struct trace_event *event)
{
	static const char *const known[] = {"i", "op", "cpu", "during", "fid",
					    "x", "in", "ret", "out",    NULL};
	struct trace_smc *smc = arena_take(decode->arena, sizeof(*smc));
	json_t *ret;
	size_t count;

	if (!smc)
		return decode_out_of_memory(decode);
	event->smc = smc;
	if (!decode_known_keys(decode, object, known) || !decode_nesting(decode, object, smc) ||
	    !decode_hex(decode, object, "fid", &smc->x[0]) ||
	    !decode_hex_list(decode, object, "x", TRACE_MAX_ARGUMENTS, smc->x + 1, &count) ||
	    !decode_need(decode, object, "ret", &ret) ||
	    !decode_hex_list(decode, object, "ret", TRACE_MAX_RESULTS, smc->ret, &count))
		return false;
	if (!count)
		return decode_fail(decode, "ret", "X0 is missing");
	return content_decode(decode, object, "in", CONTENT_HOST, &smc->in) &&
	       content_decode(decode, object, "out", CONTENT_HOST, &smc->out);
}

/* "12" is X12. */
static bool register_number(const char *key, unsigned int *number)
{
	*number = 0;
	if (!key[0] || strlen(key) > 2)
		return false;
	for (; *key; key++) {
		if (*key < '0' || *key > '9')
			return false;
		*number = *number * 10 + (*key - '0');
	}
	return *number < 31;
}

static bool decode_registers(struct decode *decode, const json_t *object, uint64_t x[31],
			     uint32_t *set)
{
	json_t *member;
	void *iterator;

	if (!decode_object_optional(decode, object, "x", &member))
		return false;
	if (!member)
		return true;
	for (iterator = json_object_iter(member); iterator;
	     iterator = json_object_iter_next(member, iterator)) {
		const char *key = json_object_iter_key(iterator);
		unsigned int number;

		if (!register_number(key, &number))
			return decode_fail(decode, key,
					   "expected the number of a register, 0 to 30");
		if (!decode_hex(decode, member, key, &x[number]))
			return false;
		*set |= UINT32_C(1) << number;
	}
	decode_leave(decode);
	return true;
}

static bool decode_run(struct decode *decode, const json_t *object, struct trace_event *event)
{
	static const char *const known[] = {"i", "op", "plane", "pc", "pstate", "x", "mem", NULL};
	struct trace_run *run = arena_take(decode->arena, sizeof(*run));
	uint32_t set = 0;
	uint64_t plane;

	if (!run)
		return decode_out_of_memory(decode);
	event->run = run;
	if (!decode_known_keys(decode, object, known) ||
	    !decode_count(decode, object, "plane", 15, &plane) ||
	    !decode_hex(decode, object, "pc", &run->pc) ||
	    !decode_hex(decode, object, "pstate", &run->pstate) ||
	    !decode_registers(decode, object, run->x, &set))
		return false;
	run->plane = plane;
	return content_decode(decode, object, "mem", CONTENT_SEEN, &run->mem);
}

static bool decode_sysregs(struct decode *decode, const json_t *object, struct trace_act *act)
{
	static const char *const names[] = {
		[TRACE_CNTV_CTL] = "cntv_ctl_el02",
		[TRACE_CNTV_CVAL] = "cntv_cval_el02",
		[TRACE_CNTP_CTL] = "cntp_ctl_el02",
		[TRACE_CNTP_CVAL] = "cntp_cval_el02",
		[TRACE_SYSREGS] = NULL,
	};
	json_t *member;

	if (!decode_object_optional(decode, object, "sysregs", &member))
		return false;
	if (!member)
		return true;
	if (!decode_known_keys(decode, member, names))
		return false;
	for (size_t n = 0; n < TRACE_SYSREGS; n++) {
		if (!decode_member(member, names[n]))
			continue;
		if (!decode_hex(decode, member, names[n], &act->sysreg[n]))
			return false;
		act->sysreg_set |= UINT32_C(1) << n;
	}
	decode_leave(decode);
	return true;
}

static bool decode_pc(struct decode *decode, const json_t *object, struct trace_act *act)
{
	act->pc_set = decode_member(object, "pc") != NULL;
	return decode_hex_optional(decode, object, "pc", &act->pc);
}

static bool decode_rsi(struct decode *decode, const json_t *object, struct trace_event *event)
{
	static const char *const known[] = {"i", "op", "fid", "pc", "x", "in", "sysregs", NULL};
	struct trace_act *act = arena_take(decode->arena, sizeof(*act));
	size_t count;

	if (!act)
		return decode_out_of_memory(decode);
	event->act = act;
	if (!decode_known_keys(decode, object, known) ||
	    !decode_hex(decode, object, "fid", &act->x[0]) ||
	    !decode_hex_list(decode, object, "x", 30, act->x + 1, &count))
		return false;
	act->x_set = (UINT32_C(2) << count) - 1;
	return decode_pc(decode, object, act) && decode_sysregs(decode, object, act) &&
	       content_decode(decode, object, "in", CONTENT_STORE, &act->in);
}

static bool decode_kind(struct decode *decode, const json_t *object, struct trace_act *act)
{
	static const char *const names[] = {
		[TRACE_SYNC] = "sync",
		[TRACE_SERROR] = "serror",
		[TRACE_IRQ] = "irq",
		[TRACE_FIQ] = "fiq",
	};
	json_t *value;

	if (!decode_need(decode, object, "kind", &value))
		return false;
	if (!json_is_string(value))
		return decode_fail(decode, "kind", "expected a string");
	for (act->kind = TRACE_SYNC; act->kind < TRACE_OTHER; act->kind++) {
		if (!strcmp(json_string_value(value), names[act->kind]))
			return true;
	}
	return !decode->strict || decode_fail(decode, "kind", "unknown kind of exception");
}

static bool decode_exc(struct decode *decode, const json_t *object, struct trace_event *event)
{
	static const char *const known[] = {"i",  "op", "kind", "esr",     "far", "hpfar",
					    "pc", "x",  "in",   "sysregs", NULL};
	struct trace_act *act = arena_take(decode->arena, sizeof(*act));

	if (!act)
		return decode_out_of_memory(decode);
	event->act = act;
	if (!decode_known_keys(decode, object, known) || !decode_kind(decode, object, act))
		return false;
	if (act->kind <= TRACE_SERROR && !decode_hex(decode, object, "esr", &act->esr))
		return false;
	return decode_hex_optional(decode, object, "far", &act->far) &&
	       decode_hex_optional(decode, object, "hpfar", &act->hpfar) &&
	       decode_pc(decode, object, act) &&
	       decode_registers(decode, object, act->x, &act->x_set) &&
	       decode_sysregs(decode, object, act) &&
	       content_decode(decode, object, "in", CONTENT_STORE, &act->in);
}

enum event_status event_decode(struct decode *decode, const json_t *object,
			       struct trace_event *event)
{
	static const struct {
		const char *name;
		bool (*decode)(struct decode *, const json_t *, struct trace_event *);
	} kinds[] = {
		[TRACE_SMC] = {"smc", decode_smc},
		[TRACE_RUN] = {"run", decode_run},
		[TRACE_RSI] = {"rsi", decode_rsi},
		[TRACE_EXC] = {"exc", decode_exc},
	};
	json_t *op;

	*event = (struct trace_event){.line = decode->number};
	if (!decode_need(decode, object, "op", &op))
		return EVENT_FAILED;
	if (!json_is_string(op)) {
		decode_fail(decode, "op", "expected a string");
		return EVENT_FAILED;
	}
	for (; event->op <= TRACE_EXC; event->op++) {
		if (strcmp(json_string_value(op), kinds[event->op].name))
			continue;
		return decode_call_number(decode, object, event) &&
				       kinds[event->op].decode(decode, object, event)
			       ? EVENT_DECODED
			       : EVENT_FAILED;
	}
	/* What the Host was told by other firmware than the monitor: for people. */
	if (!decode->strict || !strcmp(json_string_value(op), "injected"))
		return EVENT_UNKNOWN;
	decode_fail(decode, "op", "unknown kind of line");
	return EVENT_FAILED;
}
