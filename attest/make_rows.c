/* SPDX-License-Identifier: BSD-3-Clause */
/* Profiles and defects of tokens: attestation.md#1, attestation.md#3, attestation.md#5 */
#include "attest/make.h"

#define B32  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
#define BSTR "5820" B32

#define REMOVE(part_, key_)                                            \
	{                                                              \
		.op = EDIT_REMOVE, .part = PART_##part_, .key = (key_) \
	}
#define TEXT(part_, key_, text_)                                                         \
	{                                                                                \
		.op = EDIT_REPLACE, .part = PART_##part_, .key = (key_), .text = (text_) \
	}
#define HEX(part_, key_, hex_)                                                         \
	{                                                                              \
		.op = EDIT_REPLACE, .part = PART_##part_, .key = (key_), .hex = (hex_) \
	}
#define LENGTH(part_, key_, bytes_)                                                        \
	{                                                                                  \
		.op = EDIT_REPLACE, .part = PART_##part_, .key = (key_), .bytes = (bytes_) \
	}
#define ADD(part_, key_, hex_)                                                     \
	{                                                                          \
		.op = EDIT_ADD, .part = PART_##part_, .key = (key_), .hex = (hex_) \
	}

static const struct token_profile profiles[] = {
	{"1.1",
	 "RMM 1.1-alp14: tag 907, MEC policy as text",
	 OF_907 | OF_TEXT | OF_COSE,
	 true,
	 {{0}}},
	{"tf-rmm-0.8",
	 "TF-RMM v0.8.0: tag 399, MEC policy as text",
	 OF_399 | OF_TEXT | OF_COSE,
	 true,
	 {{0}}},
	{"1.0", "RMM 1.0: tag 399, no MEC policy", OF_399 | OF_COSE, false, {{0}}},
	{"2.0",
	 "RMM 2.0: tag 907, realm profile 2.0.0, instance ID, MEC policy as a number",
	 OF_907 | OF_NUMBER | OF_COSE,
	 true,
	 {TEXT(REALM, CLAIM_PROFILE, PROFILE_REALM_2), HEX(REALM, CLAIM_MEC_POLICY, "00"),
	  ADD(REALM, CLAIM_INSTANCE_ID, "582101" B32)}},
	{"old",
	 "the older profile CCA-SSD/1.0.0: tag 399, a raw point as the realm's key, no realm "
	 "profile",
	 OF_399 | OF_OLD,
	 false,
	 {TEXT(PLATFORM, CLAIM_PROFILE, PROFILE_PLATFORM_OLD), REMOVE(REALM, CLAIM_PROFILE)}},
};

#define FORM      "form"
#define P_SIGNED  "platform signature"
#define P_CLAIMS  "platform claims"
#define R_SIGNED  "realm signature"
#define R_CLAIMS  "realm claims"
#define BINDING   "binding"
#define REFERENCE "reference values"

#define FAULT(name_, text_, check_, needs_, fault_, part_)                                  \
	{                                                                                   \
		.name = (name_), .text = (text_), .caught_by = (check_), .needs = (needs_), \
		.fault = FAULT_##fault_, .part = PART_##part_                               \
	}
#define CLAIM(name_, text_, check_, needs_, ...)                                            \
	{                                                                                   \
		.name = (name_), .text = (text_), .caught_by = (check_), .needs = (needs_), \
		.edit = __VA_ARGS__                                                         \
	}

static const struct token_defect defects[] = {
	/* The collection */
	FAULT("other-tag", "tag 400 in front of the collection", FORM, 0, OTHER_TAG, REALM),
	FAULT("content-format", "0 in place of content format 263", FORM, OF_907, CONTENT_FORMAT,
	      REALM),
	FAULT("wrapper", "members wrapped as the other tag has them", FORM, 0, WRAPPER, REALM),
	FAULT("no-platform-token", "no platform token", FORM, 0, NO_PART, PLATFORM),
	FAULT("no-realm-token", "no realm token", FORM, 0, NO_PART, REALM),
	FAULT("realm-token-twice", "the realm token twice", FORM, 0, PART_TWICE, REALM),
	FAULT("padded", "saved with the whole page: zeros behind it", FORM, 0, PADDED, REALM),
	FAULT("trailing-byte", "a byte behind it", FORM, 0, TRAILING, REALM),
	FAULT("truncated", "the last byte is missing", FORM, 0, TRUNCATED, REALM),
	FAULT("platform-untagged", "no tag 18 in the platform token", FORM, 0, UNTAGGED, PLATFORM),
	FAULT("realm-untagged", "no tag 18 in the realm token", FORM, 0, UNTAGGED, REALM),
	FAULT("platform-detached", "the payload is null", FORM, 0, DETACHED, PLATFORM),
	FAULT("realm-detached", "the payload is null", FORM, 0, DETACHED, REALM),
	/* Signatures */
	FAULT("platform-signature", "a bit of the signature is another", P_SIGNED, 0, SIGNATURE,
	      PLATFORM),
	FAULT("realm-signature", "a bit of the signature is another", R_SIGNED, 0, SIGNATURE,
	      REALM),
	FAULT("platform-key", "signed with a key that is not trusted", P_SIGNED, 0, OTHER_KEY,
	      PLATFORM),
	FAULT("realm-key", "signed with another key than the one in it", R_SIGNED, 0, OTHER_KEY,
	      REALM),
	FAULT("platform-payload", "a claim changed after signing", P_SIGNED, 0, PAYLOAD, PLATFORM),
	FAULT("realm-payload", "a claim changed after signing", R_SIGNED, 0, PAYLOAD, REALM),
	FAULT("platform-der", "the signature as ASN.1", P_SIGNED, 0, DER, PLATFORM),
	FAULT("realm-der", "the signature as ASN.1", R_SIGNED, 0, DER, REALM),
	FAULT("platform-algorithm", "the header names an algorithm of another curve", P_SIGNED, 0,
	      ALGORITHM, PLATFORM),
	FAULT("realm-algorithm", "the header names an algorithm of another curve", R_SIGNED, 0,
	      ALGORITHM, REALM),
	FAULT("platform-no-algorithm", "an empty protected header", P_SIGNED, 0, NO_ALGORITHM,
	      PLATFORM),
	FAULT("realm-no-algorithm", "an empty protected header", R_SIGNED, 0, NO_ALGORITHM, REALM),
	FAULT("platform-critical", "a critical header that no verifier knows", P_SIGNED, 0,
	      CRITICAL, PLATFORM),
	FAULT("realm-critical", "a critical header that no verifier knows", R_SIGNED, 0, CRITICAL,
	      REALM),
	/* The binding */
	FAULT("binding-key", "the challenge is the hash of another key", BINDING, 0, BINDING_KEY,
	      PLATFORM),
	FAULT("binding-point", "the challenge is the hash of the raw point", BINDING, OF_COSE,
	      BINDING_POINT, PLATFORM),
	FAULT("binding-hash", "the challenge is made with another hash than claim 44240 says",
	      BINDING, 0, BINDING_HASH, PLATFORM),
	/* Claims of the platform */
	FAULT("platform-trailing", "a byte behind the claims", P_CLAIMS, 0, CLAIMS_TRAILING,
	      PLATFORM),
	CLAIM("platform-profile", "an unknown profile", P_CLAIMS, 0,
	      TEXT(PLATFORM, CLAIM_PROFILE, "tag:arm.com,2023:cca_platform#9.0.0")),
	CLAIM("platform-no-profile", "no profile", P_CLAIMS, 0, REMOVE(PLATFORM, CLAIM_PROFILE)),
	CLAIM("platform-no-challenge", "no challenge", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_CHALLENGE)),
	CLAIM("platform-no-implementation-id", "no implementation ID", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_IMPLEMENTATION_ID)),
	CLAIM("platform-no-instance-id", "no instance ID", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_INSTANCE_ID)),
	CLAIM("platform-no-config", "no config", P_CLAIMS, 0, REMOVE(PLATFORM, CLAIM_CONFIG)),
	CLAIM("platform-no-lifecycle", "no lifecycle", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_LIFECYCLE)),
	CLAIM("platform-no-components", "no software components", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_COMPONENTS)),
	CLAIM("platform-no-hash", "no hash algorithm", P_CLAIMS, 0,
	      REMOVE(PLATFORM, CLAIM_PLATFORM_HASH)),
	CLAIM("platform-implementation-id", "an implementation ID of 31 bytes", P_CLAIMS, 0,
	      LENGTH(PLATFORM, CLAIM_IMPLEMENTATION_ID, 31)),
	CLAIM("platform-instance-id", "an instance ID that does not begin with 01", P_CLAIMS, 0,
	      LENGTH(PLATFORM, CLAIM_INSTANCE_ID, 33)),
	CLAIM("platform-lifecycle", "the lifecycle as text", P_CLAIMS, 0,
	      TEXT(PLATFORM, CLAIM_LIFECYCLE, "secured")),
	CLAIM("components-empty", "an empty list of software components", P_CLAIMS, 0,
	      HEX(PLATFORM, CLAIM_COMPONENTS, "80")),
	CLAIM("component-no-measurement", "a software component without measurement", P_CLAIMS, 0,
	      HEX(PLATFORM, CLAIM_COMPONENTS, "81a20163524d4d05" BSTR)),
	CLAIM("component-no-signer", "a software component without signer", P_CLAIMS, 0,
	      HEX(PLATFORM, CLAIM_COMPONENTS, "81a20163524d4d02" BSTR)),
	CLAIM("component-digest", "a measurement of 33 bytes", P_CLAIMS, 0,
	      HEX(PLATFORM, CLAIM_COMPONENTS,
		  "81a3025821005a"
		  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
		  "05" BSTR "0163524d4d")),
	CLAIM("platform-claim-twice", "a claim twice", P_CLAIMS, 0,
	      ADD(PLATFORM, CLAIM_LIFECYCLE, "193003")),
	/* Claims of the Realm */
	FAULT("realm-trailing", "a byte behind the claims", R_CLAIMS, 0, CLAIMS_TRAILING, REALM),
	CLAIM("realm-profile", "an unknown profile", R_CLAIMS, OF_COSE,
	      TEXT(REALM, CLAIM_PROFILE, "tag:arm.com,2023:realm#9.0.0")),
	CLAIM("realm-no-challenge", "no challenge", R_CLAIMS, 0, REMOVE(REALM, CLAIM_CHALLENGE)),
	CLAIM("realm-no-rpv", "no personalization value", R_CLAIMS, 0, REMOVE(REALM, CLAIM_RPV)),
	CLAIM("realm-no-public-key", "no public key", R_CLAIMS, 0, REMOVE(REALM, CLAIM_RAK)),
	CLAIM("realm-no-hash", "no hash algorithm", R_CLAIMS, 0, REMOVE(REALM, CLAIM_REALM_HASH)),
	CLAIM("realm-no-key-hash", "no public key hash algorithm", R_CLAIMS, 0,
	      REMOVE(REALM, CLAIM_KEY_HASH)),
	CLAIM("realm-no-rim", "no initial measurement", R_CLAIMS, 0, REMOVE(REALM, CLAIM_RIM)),
	CLAIM("realm-no-rem", "no extensible measurements", R_CLAIMS, 0, REMOVE(REALM, CLAIM_REM)),
	CLAIM("realm-no-instance-id", "no instance ID", R_CLAIMS, OF_NUMBER,
	      REMOVE(REALM, CLAIM_INSTANCE_ID)),
	CLAIM("realm-instance-id", "an instance ID that does not begin with 01", R_CLAIMS,
	      OF_NUMBER, LENGTH(REALM, CLAIM_INSTANCE_ID, 33)),
	CLAIM("realm-challenge", "a challenge of 32 bytes, not filled up", R_CLAIMS, 0,
	      LENGTH(REALM, CLAIM_CHALLENGE, 32)),
	CLAIM("realm-rpv", "a personalization value of 63 bytes", R_CLAIMS, 0,
	      LENGTH(REALM, CLAIM_RPV, 63)),
	CLAIM("realm-rim", "an initial measurement longer than the hash", R_CLAIMS, 0,
	      LENGTH(REALM, CLAIM_RIM, 48)),
	CLAIM("rem-three", "three extensible measurements", R_CLAIMS, 0,
	      HEX(REALM, CLAIM_REM, "83" BSTR BSTR BSTR)),
	CLAIM("rem-length", "an extensible measurement of 31 bytes", R_CLAIMS, 0,
	      HEX(REALM, CLAIM_REM,
		  "84" BSTR BSTR BSTR "581f"
		  "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a")),
	CLAIM("realm-hash", "the hash algorithm in capitals", R_CLAIMS, 0,
	      TEXT(REALM, CLAIM_REALM_HASH, "SHA-256")),
	CLAIM("realm-key-hash", "sha-1 as public key hash algorithm", R_CLAIMS, 0,
	      TEXT(REALM, CLAIM_KEY_HASH, "sha-1")),
	CLAIM("mec-policy", "an unknown MEC policy", R_CLAIMS, OF_TEXT,
	      TEXT(REALM, CLAIM_MEC_POLICY, "public")),
	CLAIM("mec-number", "the MEC policy as RMM 2.0 has it", R_CLAIMS, OF_TEXT,
	      HEX(REALM, CLAIM_MEC_POLICY, "01")),
	CLAIM("mec-text", "the MEC policy as RMM 1.1 has it", R_CLAIMS, OF_NUMBER,
	      TEXT(REALM, CLAIM_MEC_POLICY, "shared")),
	CLAIM("realm-claim-twice", "a claim twice", R_CLAIMS, 0,
	      ADD(REALM, CLAIM_KEY_HASH, "677368612d323536")),
	FAULT("key-private", "the private half in the public key", R_CLAIMS, OF_COSE, KEY_PRIVATE,
	      REALM),
	FAULT("key-raw", "a raw point as public key, as in the older profile", R_CLAIMS, OF_COSE,
	      KEY_RAW, REALM),
	FAULT("key-point", "a public key that is no point of the curve", R_SIGNED, 0, KEY_POINT,
	      REALM),
	/* Good tokens of something that is not what it should be */
	FAULT("old-challenge", "the answer to another challenge", REFERENCE, 0, STALE, REALM),
	CLAIM("debug-lifecycle", "a platform in recoverable debug", REFERENCE, 0,
	      HEX(PLATFORM, CLAIM_LIFECYCLE, "195000")),
	CLAIM("other-implementation", "another implementation ID", REFERENCE, 0,
	      LENGTH(PLATFORM, CLAIM_IMPLEMENTATION_ID, 32)),
	CLAIM("other-component", "one software component, with another measurement", REFERENCE, 0,
	      HEX(PLATFORM, CLAIM_COMPONENTS, "81a30163524d4d02" BSTR "05" BSTR)),
	CLAIM("other-rpv", "another personalization value", REFERENCE, 0,
	      LENGTH(REALM, CLAIM_RPV, 64)),
};

const struct token_profile *make_profile(size_t index)
{
	return index < sizeof(profiles) / sizeof(profiles[0]) ? &profiles[index] : NULL;
}

const struct token_defect *make_defect(size_t index)
{
	return index < sizeof(defects) / sizeof(defects[0]) ? &defects[index] : NULL;
}
