/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls and REC exits in words. */
#include "tools/demo_call.h"

#include <inttypes.h>
#include <string.h>

#include "smc/status.h"

#define ESR_EC_INST_ABORT 0x20
#define ESR_EC_DATA_ABORT 0x24
#define ESR_ISV           (UINT64_C(1) << 24)
#define ESR_WNR           (UINT64_C(1) << 6)

/* --- calls --------------------------------------------------------------------------------------- */

/* The row's name of a value without what goes without saying. */
static void add_name(struct line *line, const struct smc_command *command, const char *name)
{
	const char *suffix = strstr(name, "_ptr");

	if (strncmp(name, "out_", 4) == 0 || strncmp(name, "rtt_", 4) == 0)
		name += 4;
	/* Elsewhere an index is something else. */
	if (strncmp(command->name, "RTT_AUX_", 8) == 0 && strcmp(name, "index") == 0)
		name = "tree";
	line_add(line, "%.*s ", suffix ? (int)(suffix - name) : (int)strlen(name), name);
}

static void add_value(struct line *line, const struct smc_value *value, uint64_t x)
{
	const char *name = value->kind == SMC_KIND_ENUM ? smc_enum_name(value->type, x) : NULL;

	if (name)
		line_add(line, "%s", name);
	else if (value->kind == SMC_KIND_VERSION)
		line_add(line, "%" PRIu64 ".%" PRIu64, x >> 16, x & 0xffff);
	else if (value->kind == SMC_KIND_LEVEL || x < 10)
		line_add(line, "%" PRId64, (int64_t)x);
	else
		line_add(line, "0x%" PRIx64, x);
}

/* There is one Realm with one REC and one device: naming them in each line would only hide the rest. */
static bool goes_without_saying(const struct smc_value *value)
{
	return value->kind == SMC_KIND_RD || value->kind == SMC_KIND_REC ||
	       value->kind == SMC_KIND_PDEV || value->kind == SMC_KIND_VDEV;
}

bool call_has_inputs(const struct smc_command *command)
{
	for (unsigned int i = 0; i < command->inputs; i++) {
		if (!goes_without_saying(&command->in[i]))
			return true;
	}
	return false;
}

void call_add_inputs(struct line *line, const struct smc_command *command, const uint64_t *x)
{
	const char *separator = "";

	for (unsigned int i = 0; i < command->inputs; i++) {
		const struct line before = *line;

		if (goes_without_saying(&command->in[i]))
			continue;
		line_add(line, "%s", separator);
		add_name(line, command, command->in[i].name);
		add_value(line, &command->in[i], x[1 + i]);
		separator = "  ";
		if (line_has_room(line, 3))
			continue;
		/* The rest has no room. */
		*line = before;
		line_add(line, " ...");
		return;
	}
}

/* How much of their names outputs keep. */
enum naming { NAMES_ALL, NAMES_BUT_ADDRESSES, NAMES_NONE };

static void add_outputs(struct line *line, const struct smc_command *command, const uint64_t *x,
			uint32_t mask, enum naming naming)
{
	bool first = true;

	for (unsigned int i = 0; i < command->outputs; i++) {
		if (!(command->out[i].on & mask))
			continue;
		line_add(line, first ? " " : "  ");
		if (first)
			line_glyph(line, GLYPH_RIGHT);
		if (first)
			line_add(line, " ");
		if (naming == NAMES_ALL ||
		    (naming == NAMES_BUT_ADDRESSES && command->out[i].kind != SMC_KIND_IPA))
			add_name(line, command, command->out[i].name);
		add_value(line, &command->out[i], x[1 + i]);
		first = false;
	}
}

/* "ERROR_RTT_AUX 1" for RMI_ERROR_RTT_AUX, index 1: the index is a level. */
static const char *result_text(enum smc_caller caller, uint64_t x0, char *buf, size_t size)
{
	char *index;

	if (x0 == RMI_SUCCESS)
		return "SUCCESS";
	smc_result_text(caller, x0, buf, size);
	index = strstr(buf, ", index");
	if (index)
		memmove(index, index + 7, strlen(index + 7) + 1);
	return strncmp(buf, "RMI_", 4) == 0 || strncmp(buf, "RSI_", 4) == 0 ? buf + 4 : buf;
}

void call_end(struct line *line, const struct smc_command *command, const uint64_t *out)
{
	const enum smc_caller caller = smc_caller(command);
	const uint32_t mask = smc_on(caller, out[0]);
	const struct line inputs = *line;
	char text[64];
	const char *result = result_text(caller, out[0], text, sizeof(text));

	for (enum naming naming = NAMES_ALL; naming <= NAMES_NONE; naming++) {
		*line = inputs;
		add_outputs(line, command, out, mask, naming);
		if (line_has_room(line, strlen(result)))
			break;
	}
	line_end(line, result, out[0] == RMI_SUCCESS ? STYLE_GOOD : STYLE_NOTICE);
}

/* --- exits --------------------------------------------------------------------------------------- */

static void add_access(struct line *line, const struct rmi_rec_exit *exit)
{
	const unsigned int size = 1u << (exit->esr >> 22 & 3);

	if (exit->esr >> 26 == ESR_EC_INST_ABORT)
		line_add(line, "fetch");
	else if (!(exit->esr & ESR_ISV))
		line_add(line, "access");
	else if (exit->esr & ESR_WNR)
		line_add(line, "%u-byte write of 0x%" PRIx64, size, exit->gprs[0]);
	else
		line_add(line, "%u-byte read", size);
	line_add(line, " at 0x%" PRIx64 ": ", exit->hpfar << 8 | exit->far);
}

static void add_sync(struct line *line, const struct rmi_rec_exit *exit)
{
	const unsigned int ec = exit->esr >> 26 & 0x3f, fsc = exit->esr & 0x3f;
	const bool permission = fsc >= 0x0c && fsc <= 0x0f;

	if (ec != ESR_EC_INST_ABORT && ec != ESR_EC_DATA_ABORT) {
		line_add(line, "trap, ESR 0x%" PRIx64, exit->esr);
		return;
	}
	add_access(line, exit);
	line_add(line, "%s at level %u of tree %" PRIu64,
		 permission ? "no permission" : "nothing mapped", fsc & 3, exit->rtt_tree);
}

void call_add_exit(struct line *line, const struct rmi_rec_exit *exit)
{
	const char *name;

	switch (exit->exit_reason) {
	case RMI_EXIT_SYNC:
		add_sync(line, exit);
		return;
	case RMI_EXIT_PSCI:
		line_add(
			line, "PSCI %s",
			smc_command(smc_decode_any(SMC_FROM_REALM, (uint32_t)exit->gprs[0]))->name);
		return;
	case RMI_EXIT_RIPAS_CHANGE:
		line_add(line, "RIPAS change to %s, 0x%" PRIx64 " to 0x%" PRIx64,
			 smc_enum_name("RmiRipas", exit->ripas_value), exit->ripas_base,
			 exit->ripas_top);
		return;
	case RMI_EXIT_S2AP_CHANGE:
		line_add(line, "S2AP change, 0x%" PRIx64 " to 0x%" PRIx64, exit->s2ap_base,
			 exit->s2ap_top);
		return;
	case RMI_EXIT_HOST_CALL:
		line_add(line, "host call %" PRIu64 " of plane %" PRIu64, exit->imm, exit->plane);
		return;
	default:
		name = smc_enum_name("RmiRecExitReason", exit->exit_reason);
		line_add(line, "%s", name ? name : "unknown reason");
		return;
	}
}
