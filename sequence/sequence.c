/* SPDX-License-Identifier: BSD-3-Clause */
/* The rows of steps that are no commands, and what is common to both kinds. */
#include "sequence/sequence.h"

#include <stdio.h>
#include <string.h>

struct verb_row {
	const char *name;
	unsigned int values;
	struct smc_value value[SEQUENCE_MAX_VALUES];
};

#define V(n, k)                                 \
	{                                       \
		.name = n, .kind = SMC_KIND_##k \
	}
#define REGISTERS                                                                               \
	{                                                                                       \
		V("x0", VALUE), V("x1", VALUE), V("x2", VALUE), V("x3", VALUE), V("x4", VALUE), \
			V("x5", VALUE), V("x6", VALUE)                                          \
	}

static const struct verb_row verbs[SEQUENCE_OPS] = {
	[SEQUENCE_SMC] = {"smc", 7, REGISTERS},
	[SEQUENCE_FILL] = {"fill", 1, {V("pa", NS)}},
	[SEQUENCE_SET] = {"set", 1, {V("pa", NS)}},
	[SEQUENCE_PAS] = {"pas", 2, {V("pa", NS), V("pas", VALUE)}},
	[SEQUENCE_REALM_SMC] = {"realm_smc", 7, REGISTERS},
	[SEQUENCE_REALM_SET] = {"realm_set", 1, {V("ipa", IPA)}},
	[SEQUENCE_LOAD] = {"load", 2, {V("ipa", IPA), V("size", VALUE)}},
	[SEQUENCE_STORE] = {"store", 3, {V("ipa", IPA), V("size", VALUE), V("value", VALUE)}},
	[SEQUENCE_FETCH] = {"fetch", 1, {V("ipa", IPA)}},
	[SEQUENCE_HVC] = {"hvc", 1, {V("imm", VALUE)}},
	[SEQUENCE_WFI] = {"wfi", 0, {V(NULL, VALUE)}},
	[SEQUENCE_WFE] = {"wfe", 0, {V(NULL, VALUE)}},
	[SEQUENCE_SIMD] = {"simd", 0, {V(NULL, VALUE)}},
	[SEQUENCE_MRS] = {"mrs", 1, {V("address", VALUE)}},
	[SEQUENCE_MSR] = {"msr", 2, {V("address", VALUE), V("value", VALUE)}},
	[SEQUENCE_REG] = {"reg", 2, {V("n", VALUE), V("value", VALUE)}},
	[SEQUENCE_SYSREG] = {"sysreg", 2, {V("n", VALUE), V("value", VALUE)}},
	[SEQUENCE_ELAPSE] = {"elapse", 1, {V("ticks", VALUE)}},
	[SEQUENCE_IRQ] = {"irq", 0, {V(NULL, VALUE)}},
	[SEQUENCE_FIQ] = {"fiq", 0, {V(NULL, VALUE)}},
	[SEQUENCE_SERROR] = {"serror", 1, {V("esr", VALUE)}},
	[SEQUENCE_EXCEPTION] =
		{"exception", 3, {V("esr", VALUE), V("far", VALUE), V("hpfar", VALUE)}},
	[SEQUENCE_FETCH_EL0] = {"fetch_el0", 1, {V("ipa", IPA)}},
	[SEQUENCE_GIC] = {"gic", 2, {V("n", VALUE), V("value", VALUE)}},
};

static bool is_command(const struct sequence_step *step)
{
	return step->op == SEQUENCE_CALL || step->op == SEQUENCE_REALM_CALL;
}

const char *sequence_step_name(const struct sequence_step *step, char *buf, size_t size)
{
	if (!is_command(step))
		return verbs[step->op].name;
	return smc_command_full_name(step->command, buf, size);
}

static void set_command(struct sequence_step *step, enum smc_command_id id)
{
	const enum smc_caller caller = smc_caller(smc_command(id));

	step->op = caller == SMC_FROM_HOST ? SEQUENCE_CALL : SEQUENCE_REALM_CALL;
	step->command = (uint16_t)id;
}

bool sequence_step_find(struct sequence_step *step, const char *name)
{
	enum smc_command_id id;

	for (unsigned int op = 0; op < SEQUENCE_OPS; op++) {
		if (verbs[op].name && !strcmp(verbs[op].name, name)) {
			step->op = (uint8_t)op;
			step->command = SMC_NONE;
			return true;
		}
	}
	id = smc_command_find(name);
	if (id == SMC_NONE)
		return false;
	set_command(step, id);
	return true;
}

bool sequence_is_realm(const struct sequence_step *step)
{
	return step->op >= SEQUENCE_REALM_CALL;
}

unsigned int sequence_values(const struct sequence_step *step, const struct smc_value **rows)
{
	const struct smc_command *row;

	*rows = verbs[step->op].value;
	if (!is_command(step))
		return verbs[step->op].values;
	row = smc_command(step->command);
	*rows = row->in;
	return row->inputs;
}

bool sequence_has_fields(const struct sequence_step *step)
{
	return step->op == SEQUENCE_FILL || step->op == SEQUENCE_SET ||
	       step->op == SEQUENCE_REALM_SET;
}

bool sequence_advances(enum smc_kind kind)
{
	return kind == SMC_KIND_GRANULE || kind == SMC_KIND_IPA;
}

void sequence_advance(const struct smc_value *rows, unsigned int count, uint64_t *value)
{
	for (unsigned int i = 0; i < count; i++) {
		if (sequence_advances(rows[i].kind))
			value[i] += SEQUENCE_PAGE;
	}
}

/* Commands first, so that most bytes that name a verb name a command. */
unsigned int sequence_verb(const struct sequence_step *step)
{
	return is_command(step) ? step->command : SMC_COMMAND_COUNT + step->op;
}

void sequence_set_verb(struct sequence_step *step, unsigned int verb)
{
	verb %= SEQUENCE_VERBS;
	step->command = SMC_NONE;
	if (verb > SMC_NONE && verb < SMC_COMMAND_COUNT) {
		set_command(step, verb);
		return;
	}
	step->op = (uint8_t)(verb < SMC_COMMAND_COUNT ? SEQUENCE_SMC : verb - SMC_COMMAND_COUNT);
	/* These two are named by their commands. */
	if (step->op == SEQUENCE_CALL)
		step->op = SEQUENCE_SMC;
	if (step->op == SEQUENCE_REALM_CALL)
		step->op = SEQUENCE_REALM_SMC;
}

unsigned int sequence_calls(const struct sequence *sequence)
{
	unsigned int calls = 0;

	for (unsigned int i = 0; i < sequence->count; i++) {
		if (sequence->step[i].op <= SEQUENCE_SMC)
			calls += sequence->step[i].times;
	}
	return calls;
}
