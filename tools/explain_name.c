/* SPDX-License-Identifier: BSD-3-Clause */
/* Names as other programs print them: tf-rmm-log.md#3, tf-rmm-log.md#4, the headers of Linux. */
#include "tools/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* What may stand before a name, and what the specification has for it. The first that fits is taken, once. */
static const struct {
	const char *theirs, *ours;
} prefixes[] = {
	{"SMC_RMM_", "RMI_"},
	{"SMC_RMI_", "RMI_"},
	{"SMC_RSI_", "RSI_"},
	{"SMC_PSCI_", "PSCI_"},
	{"SMC32_PSCI_", "PSCI_"},
	{"SMC64_PSCI_", "PSCI_"},
	{"PSCI_0_2_FN64_", "PSCI_"},
	{"PSCI_0_2_FN_", "PSCI_"},
	{"PSCI_1_0_FN64_", "PSCI_"},
	{"PSCI_1_0_FN_", "PSCI_"},
	{"PSCI_1_1_FN64_", "PSCI_"},
	{"PSCI_1_1_FN_", "PSCI_"},
	{"PSCI_RET_", "PSCI_"},
	{"PSCI_RETURN_E_", "PSCI_"},
	{"PSCI_RETURN_", "PSCI_"},
	{"PSCI_E_", "PSCI_"},
	{"ARM_SMCCC_VERSION_FUNC_ID", "PSCI_SMCCC_VERSION"},
	{"SMCCC_VERSION", "PSCI_SMCCC_VERSION"},
};

/* Parts of names. */
static const struct {
	const char *theirs, *ours;
} words[] = {
	{"ATTEST_TOKEN_", "ATTESTATION_TOKEN_"},
	{"ABI_VERSION", "VERSION"},
	{"RTT_AUX_MAP_PROT", "RTT_AUX_MAP_PROTECTED"},
	{"RTT_AUX_MAP_UNPROT", "RTT_AUX_MAP_UNPROTECTED"},
	{"RTT_AUX_UNMAP_PROT", "RTT_AUX_UNMAP_PROTECTED"},
	{"RTT_AUX_UNMAP_UNPROT", "RTT_AUX_UNMAP_UNPROTECTED"},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void replace_prefix(char *name, size_t size)
{
	char rest[128];

	for (size_t i = 0; i < LENGTH(prefixes); i++) {
		const size_t length = strlen(prefixes[i].theirs);

		if (strncasecmp(name, prefixes[i].theirs, length))
			continue;
		snprintf(rest, sizeof(rest), "%s", name + length);
		snprintf(name, size, "%s%s", prefixes[i].ours, rest);
		return;
	}
}

/* "PSCI_CPU_ON_AARCH64": the row has both forms. */
static void cut_suffix(char *name)
{
	static const char *const suffixes[] = {"_AARCH64", "_AARCH32"};

	for (size_t i = 0; i < LENGTH(suffixes); i++) {
		const size_t length = strlen(name), own = strlen(suffixes[i]);

		if (length > own && !strcmp(name + length - own, suffixes[i]))
			name[length - own] = '\0';
	}
}

static void replace_word(char *name, size_t size)
{
	char rest[128];

	for (size_t i = 0; i < LENGTH(words); i++) {
		const size_t length = strlen(words[i].theirs);
		char *at = strstr(name, words[i].theirs);

		/* A whole word of the name: what is a part of it begins with an underscore again. */
		if (!at || (at != name && at[-1] != '_') ||
		    (words[i].theirs[length - 1] != '_' && at[length]))
			continue;
		snprintf(rest, sizeof(rest), "%s", at + length);
		snprintf(at, size - (size_t)(at - name), "%s%s", words[i].ours, rest);
		return;
	}
}

const char *explain_plain_name(const char *name, char *buf, size_t size)
{
	size_t length;

	snprintf(buf, size, "%s", name);
	/* What was copied with it: "SMC_RMI_VERSION()", "RMI_ERROR_RTT,". */
	length = strlen(buf);
	while (length && strchr("(),;:.", buf[length - 1]))
		buf[--length] = '\0';
	for (char *at = buf; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	replace_prefix(buf, size);
	cut_suffix(buf);
	replace_word(buf, size);
	return buf;
}
