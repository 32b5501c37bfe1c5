/* SPDX-License-Identifier: BSD-3-Clause */
/* Lines of the monitor that are no calls: tf-rmm-log.md#2, #4, #7 */
#include "trace/log/notes.h"

#include <stdio.h>
#include <string.h>

static bool begins(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

static uint32_t version(unsigned int major, unsigned int minor)
{
	return major << 16 | minor;
}

static void name_release(const char *text, struct log_boot *boot)
{
	unsigned int major, minor;

	if (sscanf(text, "Booting RMM v.%u.%u.", &major, &minor) != 2 || major != 0)
		return;
	if (minor >= 5 && minor <= 8) {
		boot->releases = LOG_RELEASE_BIT(LOG_05 + (minor - 5));
		boot->named = true;
	}
	if (minor == 9) {
		boot->releases = LOG_RELEASES_2;
		boot->named = true;
	}
}

bool log_banner(const char *text, struct log_boot *boot)
{
	unsigned int a, b, c, d;

	if (begins(text, "Booting RMM ")) {
		name_release(text, boot);
		return true;
	}
	if (sscanf(text, "RMI/RSI ABI v.%u.%u/%u.%u", &a, &b, &c, &d) == 4) {
		boot->rmi_abi = version(a, b);
		boot->rsi_abi = version(c, d);
		return true;
	}
	if (sscanf(text, "RMI ABI revision v%u.%u", &a, &b) == 2) {
		boot->rmi_abi = version(a, b);
		return true;
	}
	if (sscanf(text, "RSI ABI revision v%u.%u", &a, &b) == 2) {
		boot->rsi_abi = version(a, b);
		return true;
	}
	return begins(text, "RMM-EL3 Interface v.") || begins(text, "Boot Manifest Interface v.");
}

bool log_note(const char *text)
{
	static const char *const words[] = {
		"Inject Sync EA into ",
		"Unhandled read S",
		"Unhandled write S",
		"Accessing unknown ID register S",
		"Unrecognized exit reason: ",
		"Unhandled instruction abort:",
		"[handle_ns_smc] unknown function_id: ",
		"Reserved ",
		"Dynamic VA pool base address: ",
		"SMMUv3: ",
		"RMM warm boot complete. token=",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (begins(text, words[i]))
			return true;
	}
	return false;
}

bool log_digest(const char *text, struct log_digest *digest)
{
	unsigned int bits, byte;
	int at = 0;

	if (sscanf(text, "Measurement (SHA%u): 0x%n", &bits, &at) != 1 || !at)
		return false;
	if ((bits != 256 && bits != 512) || strlen(text + at) != bits / 4)
		return false;
	*digest = (struct log_digest){.size = bits / 8};
	for (size_t i = 0; i < digest->size; i++) {
		if (sscanf(text + at + 2 * i, "%2x", &byte) != 1)
			return false;
		digest->bytes[i] = (uint8_t)byte;
	}
	return true;
}
