/* SPDX-License-Identifier: BSD-3-Clause */
/* Flags that a Host gives REC_ENTER: rec.md#3 */
#include "tools/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <rmmsim/abi.h>

static const struct flag {
	uint64_t bit;
	const char *name, *theirs,
		*text; /* `theirs`: what Linux calls it, if that is another name */
} flags[] = {
	{RMI_REC_ENTER_FLAG_EMUL_MMIO, "emul_mmio", "EMULATED_MMIO",
	 "The Host has emulated the access of the last exit: PC + 4, a read gets gprs[0]. Only "
	 "after "
	 "an emulatable data abort."},
	{RMI_REC_ENTER_FLAG_INJECT_SEA, "inject_sea", NULL,
	 "The access of the last exit is a synchronous external abort for the Realm."},
	{RMI_REC_ENTER_FLAG_TRAP_WFI, "trap_wfi", NULL, "WFI leaves to the Host."},
	{RMI_REC_ENTER_FLAG_TRAP_WFE, "trap_wfe", NULL, "WFE leaves to the Host."},
	{RMI_REC_ENTER_FLAG_RIPAS_RESPONSE, "ripas_response", NULL,
	 "The Host rejects what is left of the change of RIPAS that the Realm asked for."},
	{RMI_REC_ENTER_FLAG_S2AP_RESPONSE, "s2ap_response", NULL,
	 "The Host rejects what is left of the change of permissions that the Realm asked for."},
	{RMI_REC_ENTER_FLAG_DEV_MEM_RESPONSE, "dev_mem_response", NULL,
	 "The Host rejects the mapping of device memory that the Realm asked for."},
	{RMI_REC_ENTER_FLAG_FORCE_P0, "force_p0", NULL,
	 "Plane 0 runs, also if the REC has left from another plane."},
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

static void show(struct output *output, const struct flag *flag)
{
	output->found++;
	if (output->list)
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:I,s:s}", "is", "flag of REC_ENTER",
						"name", flag->name, "value", (json_int_t)flag->bit,
						"text", flag->text));
	else
		printf("enter.flags %s (0x%" PRIx64 "): %s [rec.md#3]\n", flag->name, flag->bit,
		       flag->text);
}

void explain_flag_name(struct output *output, const char *name)
{
	static const char *const prefixes[] = {"RMI_REC_ENTER_FLAG_", "REC_ENTER_FLAG_",
					       "REC_ENTER_"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		const size_t length = strlen(prefixes[i]);

		if (!strncasecmp(name, prefixes[i], length)) {
			name += length;
			break;
		}
	}
	for (size_t i = 0; i < FLAGS; i++) {
		if (!strcasecmp(flags[i].name, name) ||
		    (flags[i].theirs && !strcasecmp(flags[i].theirs, name)))
			show(output, &flags[i]);
	}
}

void explain_flags(struct output *output, uint64_t value)
{
	for (size_t i = 0; i < FLAGS; i++) {
		if (value & flags[i].bit)
			show(output, &flags[i]);
	}
}
