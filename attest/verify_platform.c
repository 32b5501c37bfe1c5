/* SPDX-License-Identifier: BSD-3-Clause */
/* Claims of the platform token: attestation.md#5 */
#include <inttypes.h>

#include "attest/verify.h"

#define BYTES   CLAIM_KIND(BYTES)
#define TEXT    CLAIM_KIND(TEXT)
#define ANY     SIZE_MAX
#define RULES   (sizeof(rules) / sizeof(rules[0]))
#define PARTS   (sizeof(component_rules) / sizeof(component_rules[0]))
#define SECURED 0x30

static const struct claim_rule rules[] = {
	{CLAIM_PROFILE, "profile", TEXT, 1, ANY, false},
	{CLAIM_CHALLENGE, "challenge", BYTES, 32, 64, false},
	{CLAIM_IMPLEMENTATION_ID, "implementation ID", BYTES, 32, 32, false},
	{CLAIM_INSTANCE_ID, "instance ID", BYTES, 33, 33, false},
	{CLAIM_CONFIG, "config", BYTES, 0, ANY, false},
	{CLAIM_LIFECYCLE, "lifecycle", CLAIM_KIND(UINT), 0, 0xffff, false},
	{CLAIM_COMPONENTS, "software components", CLAIM_KIND(ARRAY), 1, ANY, false},
	{CLAIM_PLATFORM_HASH, "hash algorithm", TEXT, 1, ANY, false},
	{CLAIM_VERIFICATION_SERVICE, "verification service", TEXT, 1, ANY, true},
};
enum { PROFILE, CHALLENGE, INSTANCE = 3, LIFECYCLE = 5, COMPONENTS };

static const struct claim_rule component_rules[] = {
	{COMPONENT_TYPE, "type", TEXT, 0, ANY, true},
	{COMPONENT_MEASUREMENT, "measurement", BYTES, 32, 64, false},
	{COMPONENT_VERSION, "version", TEXT, 0, ANY, true},
	{COMPONENT_SIGNER, "signer ID", BYTES, 32, 64, false},
	{COMPONENT_HASH, "hash algorithm", TEXT, 1, ANY, true},
};
enum { MEASUREMENT = 1, SIGNER = 3 };

static void check_components(const struct claim_found *components,
			     struct rmmsim_token_report *report)
{
	const struct claim_reading reading = {report, RMMSIM_TOKEN_PLATFORM_CLAIMS,
					      "a software component: "};
	struct cbor_reader r = components->inside;
	struct claim_found found[PARTS];

	if (!components->fits)
		return;
	for (uint64_t i = 0; i < components->item.value; i++) {
		if (!claims_read(&r, component_rules, PARTS, found, &reading))
			return;
		claims_check_digest(&found[MEASUREMENT], &component_rules[MEASUREMENT], &reading);
		claims_check_digest(&found[SIGNER], &component_rules[SIGNER], &reading);
	}
}

static void check_profile(const struct claim_found *profile, const struct claim_reading *reading)
{
	if (!profile->fits || claims_text_is(profile, PROFILE_PLATFORM))
		return;
	if (claims_text_is(profile, PROFILE_PLATFORM_OLD))
		verify_note(reading->report, reading->check, "older profile %s",
			    PROFILE_PLATFORM_OLD);
	else
		CLAIM_BAD(reading, "profile (265) is not %s", PROFILE_PLATFORM);
}

/* The token is good in every state; what it tells is not. */
static void note_lifecycle(const struct claim_found *lifecycle, const struct claim_reading *reading)
{
	static const char *const states[] = {
		[0x00] = "unknown",
		[0x10] = "assembly and test",
		[0x20] = "platform provisioning",
		[0x40] = "debug that is not of the platform",
		[0x50] = "recoverable debug of the platform",
		[0x60] = "decommissioned",
	};
	const uint64_t state = lifecycle->item.value >> 8;

	if (!lifecycle->fits || state == SECURED)
		return;
	verify_note(reading->report, reading->check, "lifecycle 0x%04" PRIx64 " is not secured: %s",
		    lifecycle->item.value,
		    state < sizeof(states) / sizeof(states[0]) && states[state] ? states[state]
										: "undefined");
}

void verify_platform_claims(const struct cbor_item *payload, struct platform_claims *claims,
			    struct rmmsim_token_report *report)
{
	const struct claim_reading reading = {report, RMMSIM_TOKEN_PLATFORM_CLAIMS, ""};
	struct claim_found found[RULES];

	claims_read_payload(payload, rules, RULES, found, &reading);
	if (found[CHALLENGE].fits)
		claims->challenge = found[CHALLENGE].item;
	check_profile(&found[PROFILE], &reading);
	claims_check_digest(&found[CHALLENGE], &rules[CHALLENGE], &reading);
	if (found[INSTANCE].fits && found[INSTANCE].item.data[0] != 0x01)
		CLAIM_BAD(&reading, "instance ID (256) does not begin with 01");
	note_lifecycle(&found[LIFECYCLE], &reading);
	check_components(&found[COMPONENTS], report);
}
