/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions of drafts and of firmware that have no row: hosts of these send them, firmware prints them. */
#include "tools/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smc/drafts.h"

#define SOURCE "versions.md#3"

static void show(struct output *output, const struct smc_draft *row)
{
	const char *interface = smc_interface_name(row->interface);
	char fid[24];

	output->found++;
	snprintf(fid, sizeof(fid), row->fid ? "0x%" PRIx32 : "number not known", row->fid);
	if (output->list) {
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s,s:s,s:s,s:s*,s:b,s:s}", "is",
						"command of a draft", "interface", interface,
						"name", row->name, "fid", fid, "revision",
						row->source, "instead", row->instead, "implemented",
						false, "source", SOURCE));
		return;
	}
	printf("%s_%s (%s): a command of %s, not of 1.1 [" SOURCE "]\n", interface, row->name, fid,
	       row->source);
	if (row->instead)
		printf("  1.1 has %s_%s for it\n", interface, row->instead);
	if (row->fid)
		printf("  not modelled: the answer of 1.1 to this number is that of %s\n",
		       smc_decode(row->interface == SMC_RMI ? SMC_FROM_HOST : SMC_FROM_REALM,
				  row->fid, SMC_SHAPE_1_1) == SMC_NONE
			       ? "an unknown function, X0 = -1"
			       : "its own command");
}

/* What firmware prints for a call of a Realm that it has no handler for: tf-rmm-log.md#4 */
static void show_unsupported(struct output *output)
{
	static const char text[] = "an RSI call whose number the firmware has no handler for; "
				   "the Realm gets X0 = -1";

	output->found++;
	if (output->list)
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s}", "is", "printed name", "name",
						"SMC_RSI_<unsupported>", "text", text));
	else
		printf("SMC_RSI_<unsupported>: %s [tf-rmm-log.md#4]\n", text);
}

/* With or without the interface in front. */
static bool is_name(const struct smc_draft *row, const char *name)
{
	const char *interface = smc_interface_name(row->interface);
	const size_t length = strlen(interface);

	if (!strcasecmp(row->name, name))
		return true;
	return !strncasecmp(name, interface, length) && name[length] == '_' &&
	       !strcasecmp(row->name, name + length + 1);
}

void explain_draft_name(struct output *output, const char *name)
{
	const struct smc_draft *row;

	for (size_t i = 0; (row = smc_draft_at(i)); i++) {
		if (is_name(row, name))
			show(output, row);
	}
	if (!strcasecmp(name, "RSI_<unsupported>") || !strcasecmp(name, "<unsupported>"))
		show_unsupported(output);
}

void explain_draft_fid(struct output *output, uint64_t fid)
{
	const struct smc_draft *row;

	for (size_t i = 0; (row = smc_draft_at(i)); i++) {
		if (row->fid && row->fid == fid)
			show(output, row);
	}
}

/* --- services of others ------------------------------------------------------------------------- */

/* SMC Calling Convention (DEN0028), section 2.5: fast call, width, owner, function. */
#define SMCCC_FAST     (1u << 31)
#define SMCCC_64       (1u << 30)
#define SMCCC_ZERO     0x00fe0000u
#define SMCCC_OWNER(f) ((f) >> 24 & 0x3f)

static const char *owner_name(uint32_t owner)
{
	static const char *const names[] = {
		"Arm architecture calls",  "CPU service calls",     "SiP service calls",
		"OEM service calls",       "standard secure calls", "standard hypervisor calls",
		"vendor hypervisor calls",
	};

	return owner < sizeof(names) / sizeof(names[0]) ? names[owner] : NULL;
}

void explain_foreign_fid(struct output *output, uint64_t fid)
{
	const char *owner = owner_name(SMCCC_OWNER((uint32_t)fid));
	char number[24];

	if (fid > UINT32_MAX || !(fid & SMCCC_FAST) || (fid & SMCCC_ZERO) || !owner)
		return;
	output->found++;
	snprintf(number, sizeof(number), "0x%" PRIx64, fid);
	if (output->list)
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s,s:i,s:I}", "is", "foreign function",
						"fid", number, "owner", owner, "width",
						fid & SMCCC_64 ? 64 : 32, "function",
						(json_int_t)(fid & 0xffff)));
	else
		printf("%s: function 0x%" PRIx64 " of the %s (SMC%d), no function of the monitor\n"
		       "  X0 = -1 is the answer to a function that it does not know\n",
		       number, fid & 0xffff, owner, fid & SMCCC_64 ? 64 : 32);
}
