/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/machine.h"

#include <stdio.h>
#include <string.h>

/* Sizes of the parts of a token in a recording: attestation.md#3 */
#define PLATFORM_TOKEN  1518
#define REALM_TOKEN_256 600
#define REALM_TOKEN_512 760
#define WRAPPER_399     16
#define WRAPPER_907     24

/* Recordings mask the bytes of a token; what they show is how long it is. */
static size_t token(void *context, const struct rmmsim_token_request *request, uint8_t *bytes,
		    size_t size)
{
	const struct machine *machine = context;
	bool tag_399 = machine->quirks >> QUIRK_token_399 & 1;
	size_t length = PLATFORM_TOKEN + (tag_399 ? WRAPPER_399 : WRAPPER_907);

	length += request->hash_algo == RMI_HASH_SHA_256 ? REALM_TOKEN_256 : REALM_TOKEN_512;
	length += request->mec_private;
	if (length > size)
		return 0;
	memset(bytes, 0xa5, length);
	return length;
}

bool machine_create(struct machine *machine, const struct trace_header *header,
		    const struct machine_options *options, struct trace_error *error)
{
	const struct smc_profile *row = smc_profile_find(options->profile);
	struct rmmsim_config config = header->config;
	struct rmmsim_error reason = {.status = RMMSIM_OK};

	*error = (struct trace_error){.line = 1, .column = 1};
	if (!row) {
		snprintf(error->text, sizeof(error->text), "there is no profile \"%s\"",
			 options->profile);
		return false;
	}
	machine->quirks = row->quirks ^ options->flip;
	config.profile = options->profile;
	config.quirks_on = options->flip & ~row->quirks;
	config.quirks_off = options->flip & row->quirks;
	config.protection = RMMSIM_PROTECTION_OFF;
	config.explain = options->explain;
	config.token = token;
	config.token_context = machine;
	config.ns_access = options->ns_access;
	config.ns_access_context = options->ns_access_context;
	if (rmmsim_create(&config, &machine->sim, &reason) == RMMSIM_OK)
		return true;
	snprintf(error->text, sizeof(error->text), "cannot build this machine: %.200s",
		 reason.text);
	return false;
}

void machine_destroy(struct machine *machine)
{
	rmmsim_destroy(machine->sim);
	machine->sim = NULL;
}
