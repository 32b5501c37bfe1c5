/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of enumerations: exit reasons, RIPAS, states of RTT entries and the others of smc/enums.def. */
#include "tools/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smc/smc.h"

/* Enumerations that people meet, with what other programs put in front of the names of their values. */
static const struct kind {
	const char *type, *is, *source;
	const char *prefix[3];
} kinds[] = {
	{"RmiRecExitReason", "exit reason of a REC", "rec.md#4", {"EXIT_", "REC_EXIT_"}},
	{"RmiRipas", "RIPAS", "rtt.md#3", {"RMI_", "RIPAS_", "RSI_"}},
	{"RmiRttEntryState", "state of an RTT entry", "rtt.md#3", {"RMI_", "RTTE_", "RTT_"}},
	{"RsiPlaneExitReason", "exit reason of a plane", "planes.md#6", {"RSI_EXIT_"}},
	{"PsciReturnCode", "PSCI result", "rsi.md#5", {"PSCI_RET_"}},
};

static const struct {
	const char *enumerator, *text;
} texts[] = {
	{"RMI_EXIT_SYNC",
	 "The Realm took an exception that the Host has to deal with: esr says "
	 "which, hpfar has the IPA. An access to memory without a mapping is one."},
	{"RMI_EXIT_IRQ", "An interrupt of the Host came while the Realm ran."},
	{"RMI_EXIT_FIQ", "A fast interrupt came while the Realm ran."},
	{"RMI_EXIT_PSCI", "The Realm called PSCI: gprs[0] is the function, gprs[1] the MPIDR that "
			  "CPU_ON and AFFINITY_INFO name. Those two want RMI_PSCI_COMPLETE."},
	{"RMI_EXIT_RIPAS_CHANGE",
	 "The Realm asks for another RIPAS from ripas_base to ripas_top: ripas_value. The Host "
	 "answers with RMI_RTT_SET_RIPAS, then RMI_REC_ENTER."},
	{"RMI_EXIT_HOST_CALL", "The Realm called the Host: imm and gprs are its message, gprs of "
			       "the next RMI_REC_ENTER the answer."},
	{"RMI_EXIT_SERROR", "A system error was taken while the Realm ran: esr has its kind."},
	{"RMI_EXIT_S2AP_CHANGE",
	 "The Realm asks for other access permissions from s2ap_base to s2ap_top. The Host answers "
	 "with RMI_RTT_SET_S2AP, then RMI_REC_ENTER."},
	{"RMI_EXIT_VDEV_REQUEST", "The Realm asks the Host which VDEV is meant by vdev_id."},
	{"RMI_EXIT_VDEV_COMM", "An operation on a device, vdev and vdev_action, wants the Host to "
			       "pass messages."},
	{"RMI_EXIT_DEV_MEM_MAP", "The Realm asks for a mapping of device memory: dev_mem_base, "
				 "dev_mem_top, dev_mem_pa."},
	{"RMI_RIPAS_EMPTY", "Nothing is there for the Realm: an access is an abort that the Realm "
			    "takes itself."},
	{"RMI_RIPAS_RAM", "The Realm owns this address as memory: an access is a REC exit until "
			  "the Host has mapped a page."},
	{"RMI_RIPAS_DESTROYED", "The Host took away memory that the Realm had: an access is a REC "
				"exit, and the Host cannot repair it without the Realm."},
	{"RMI_RIPAS_DEV", "Memory of a device that the Realm has validated."},
	{"RMI_RTT_ENTRY_UNASSIGNED", "Nothing is mapped there."},
	{"RMI_RTT_ENTRY_ASSIGNED", "A page or block is mapped, unless its RIPAS keeps it from the "
				   "Realm."},
	{"RMI_RTT_ENTRY_TABLE", "The entry is a table of the next level."},
	{"RMI_RTT_ENTRY_ASSIGNED_DEV", "Device memory is mapped."},
	{"RMI_RTT_ENTRY_AUX_DESTROYED", "An auxiliary mapping whose primary one is gone."},
	{"RSI_PLANE_EXIT_SYNC", "The plane took an exception that P0 has to deal with: esr says "
				"which."},
	{"RSI_PLANE_EXIT_IRQ", "An interrupt is pending for P0."},
	{"RSI_PLANE_EXIT_HOST", "The Host made P0 run, by the flag force_p0 of RMI_REC_ENTER."},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct kind *kind_of(const char *type)
{
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (!strcmp(kinds[i].type, type))
			return &kinds[i];
	}
	return NULL;
}

static const char *text_of(const struct smc_enum_value *value)
{
	for (size_t i = 0; i < LENGTH(texts); i++) {
		if (!strcmp(texts[i].enumerator, value->enumerator))
			return texts[i].text;
	}
	return NULL;
}

static void show(struct output *output, const struct smc_enum_value *value)
{
	const struct kind *kind = kind_of(value->type);
	const char *is = kind ? kind->is : value->type, *text = text_of(value);

	output->found++;
	if (output->list) {
		json_array_append_new(output->list,
				      json_pack("{s:s,s:s,s:s,s:s,s:I,s:s*,s:s*}", "is", is, "type",
						value->type, "name", value->enumerator, "short",
						value->name, "value", (json_int_t)value->value,
						"text", text, "source",
						kind ? kind->source : NULL));
		return;
	}
	printf("%s (%" PRId64 "): %s%s%s%s\n", value->enumerator, (int64_t)value->value, is,
	       kind ? " [" : "", kind ? kind->source : "", kind ? "]" : "");
	if (text)
		printf("  %s\n", text);
}

static bool has_name(const struct smc_enum_value *value, const char *name)
{
	const struct kind *kind = kind_of(value->type);

	if (!strcasecmp(value->enumerator, name) || !strcasecmp(value->name, name))
		return true;
	for (size_t i = 0; kind && i < LENGTH(kind->prefix) && kind->prefix[i]; i++) {
		const size_t length = strlen(kind->prefix[i]);

		if (!strncasecmp(name, kind->prefix[i], length) &&
		    !strcasecmp(value->name, name + length))
			return true;
	}
	return false;
}

/* The Realm's interface repeats enumerations of the Host's: one of each is enough, unless it is named. */
static bool repeats(const struct smc_enum_value *value, const char *name)
{
	const struct smc_enum_value *other;

	if (strncmp(value->type, "Rsi", 3) || !strcasecmp(value->enumerator, name))
		return false;
	for (size_t i = 0; (other = smc_enum_at(i)); i++) {
		if (!strncmp(other->type, "Rmi", 3) && !strcmp(other->type + 3, value->type + 3) &&
		    other->value == value->value)
			return true;
	}
	return false;
}

void explain_value_name(struct output *output, const char *name)
{
	const struct smc_enum_value *value;

	for (size_t i = 0; (value = smc_enum_at(i)); i++) {
		if (has_name(value, name) && !repeats(value, name))
			show(output, value);
	}
}

void explain_enum_value(struct output *output, const char *type, uint64_t wanted)
{
	const struct smc_enum_value *value;

	for (size_t i = 0; (value = smc_enum_at(i)); i++) {
		if (!strcmp(value->type, type) && value->value == wanted)
			show(output, value);
	}
}

void explain_enum(struct output *output, const char *type)
{
	const struct smc_enum_value *value;

	for (size_t i = 0; (value = smc_enum_at(i)); i++) {
		if (!strcmp(value->type, type))
			show(output, value);
	}
}
