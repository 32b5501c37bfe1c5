/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/outcome.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "smc/status.h"
#include "trace/fields.h"

#define EXIT_PAGE   offsetof(struct rmi_rec_run, exit)
#define REALM_SHOWN 18 /* X0..X17 may be results of an SMC */

static struct outcome_value *add(struct outcome *outcome, const char *name, uint64_t value,
				 bool shown)
{
	struct outcome_value *row = &outcome->value[outcome->count];

	if (outcome->count == OUTCOME_MAX_VALUES)
		return row - 1;
	*row = (struct outcome_value){.value = value, .shown = shown};
	snprintf(row->name, sizeof(row->name), "%s", name);
	outcome->count++;
	return row;
}

/* Outputs that the row defines for this result. */
static void add_outputs(struct outcome *outcome, const struct smc_command *row, const uint64_t *x,
			uint32_t on)
{
	for (unsigned int i = 0; i < row->outputs; i++) {
		if (row->out[i].on & on)
			add(outcome, row->out[i].name, x[1 + i], true)->type =
				row->out[i].kind == SMC_KIND_ENUM ? row->out[i].type : NULL;
	}
}

/* --- the Host's side ---------------------------------------------------------------------------- */

/* These every exit has; others are there for some reasons only. */
static bool always_shown(const char *name)
{
	static const char *const names[] = {"exit.exit_reason", "exit.esr", "exit.far",
					    "exit.hpfar", "exit.plane"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

/* GIC and timers are in every exit and rarely what is asked for. */
static bool is_background(const char *name)
{
	return !strncmp(name, "exit.gicv3_", 11) || !strncmp(name, "exit.cnt", 8);
}

static void add_exit(struct outcome *outcome, const struct sequence_call *call)
{
	uint64_t words[sizeof(struct rmi_rec_exit) / sizeof(uint64_t)];
	char name[28];

	if (rmmsim_host_read(call->sim, call->in.x[2] + EXIT_PAGE, words, sizeof(words)) !=
	    RMMSIM_OK)
		return;
	for (unsigned int i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const unsigned int offset = (unsigned int)(EXIT_PAGE + i * sizeof(words[0]));

		field_name("RmiRecRun", offset, name, sizeof(name));
		if (!name[0])
			continue;
		add(outcome, name, words[i],
		    always_shown(name) || (words[i] && !is_background(name)))
			->type = field_type("RmiRecRun", offset);
	}
}

void outcome_of_call(const struct sequence_call *call, struct outcome *outcome)
{
	const uint64_t x0 = call->out.x[0];
	const uint32_t status = smc_status_of(x0);
	const char *name = x0 <= UINT16_MAX ? rmi_status_name(status) : NULL;
	const int64_t index = (int8_t)smc_index_of(x0);

	outcome->status = name;
	outcome->count = 0;
	add(outcome, "x0", x0, !name);
	if (name)
		add(outcome, "index", (uint64_t)index,
		    index || status == RMI_ERROR_RTT || status == RMI_ERROR_RTT_AUX);
	if (call->command != SMC_NONE)
		add_outputs(outcome, smc_command(call->command), call->out.x,
			    smc_on(SMC_FROM_HOST, x0));
	if (call->command == RMI_REC_ENTER && x0 == RMI_SUCCESS)
		add_exit(outcome, call);
}

/* --- the Realm's side ----------------------------------------------------------------------------- */

static const char *realm_status(enum smc_interface interface, uint64_t x0)
{
	return interface == SMC_RSI ? rsi_status_name((uint32_t)x0) : NULL;
}

static void add_registers(struct outcome *outcome, const struct rmmsim_plane *plane)
{
	char name[8];

	for (unsigned int n = 0; n < 31; n++) {
		snprintf(name, sizeof(name), "x%u", n);
		add(outcome, name, plane->x[n], false);
	}
	add(outcome, "pc", plane->pc, false);
	add(outcome, "pstate", plane->pstate, false);
	add(outcome, "esr_el1", plane->sysreg[RMMSIM_SYSREG_ESR_EL1], false);
	add(outcome, "elr_el1", plane->sysreg[RMMSIM_SYSREG_ELR_EL1], false);
	add(outcome, "far_el1", plane->sysreg[RMMSIM_SYSREG_FAR_EL1], false);
}

static void show(struct outcome *outcome, const char *name)
{
	for (unsigned int i = 0; i < outcome->count; i++) {
		if (!strcmp(outcome->value[i].name, name))
			outcome->value[i].shown = true;
	}
}

/* A call that came back has its row's outputs; PSCI's results are X0 alone. */
static void add_return(struct outcome *outcome, const struct sequence_result *result)
{
	const struct smc_command *row = smc_command(result->step->command);
	const uint64_t *x = result->vcpu->context->x;
	const char *name = realm_status(row->interface, x[0]);

	if (x[0] <= UINT32_MAX && name)
		outcome->status = name;
	else
		show(outcome, "x0");
	add_outputs(outcome, row, x,
		    row->interface == SMC_PSCI ? SMC_ON_ALL : smc_on(SMC_FROM_REALM, x[0]));
}

/* The monitor made the Realm take an exception: what it reads to find out why. */
static void show_exception(struct outcome *outcome)
{
	show(outcome, "pc");
	show(outcome, "esr_el1");
	show(outcome, "far_el1");
}

void outcome_of_realm(const struct sequence_result *result, struct outcome *outcome)
{
	const struct rmmsim_plane *plane = result->vcpu->context;
	const bool same_plane = result->from == result->vcpu->plane;

	outcome->status = NULL;
	outcome->count = 0;
	add_registers(outcome, plane);
	add(outcome, "plane", result->vcpu->plane, !same_plane);
	if (result->took_exception)
		show_exception(outcome);
	else if (result->step->op == SEQUENCE_REALM_CALL && same_plane)
		add_return(outcome, result);
	else if (result->step->op == SEQUENCE_REALM_SMC || result->step->op == SEQUENCE_LOAD ||
		 result->step->op == SEQUENCE_MRS || !same_plane)
		show(outcome, "x0");
}

/* --- text --------------------------------------------------------------------------------------------- */

const struct outcome_value *outcome_find(const struct outcome *outcome, const char *name)
{
	for (unsigned int i = 0; i < outcome->count; i++) {
		if (!strcmp(outcome->value[i].name, name))
			return &outcome->value[i];
	}
	return NULL;
}

const char *outcome_value_text(const struct outcome_value *value, char *buf, size_t size)
{
	const char *name = value->type ? smc_enum_name(value->type, value->value) : NULL;

	if (!name)
		return sequence_print_value(value->value, buf, size);
	snprintf(buf, size, "%s", name);
	return buf;
}

size_t outcome_print(const struct outcome *outcome, char *buf, size_t size)
{
	size_t length = 0;
	char text[40];

	if (size)
		buf[0] = '\0';
	if (outcome->status)
		length = (size_t)snprintf(buf, size, "%s", outcome->status);
	for (unsigned int i = 0; i < outcome->count; i++) {
		const struct outcome_value *value = &outcome->value[i];

		if (!value->shown)
			continue;
		length += (size_t)snprintf(length < size ? buf + length : NULL,
					   length < size ? size - length : 0, "%s%s=%s",
					   length ? " " : "", value->name,
					   outcome_value_text(value, text, sizeof(text)));
	}
	return length;
}
