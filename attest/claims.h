/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_CLAIMS_H
#define ATTEST_CLAIMS_H

/* Numbers and fixed values of attestation.md#1, attestation.md#3, attestation.md#5 */

enum {
	TAG_COLLECTION_399 = 399,
	TAG_CMW_907 = 907,
	CMW_EAT_CWT = 263, /* content format of the two tokens */
};

enum claim {
	CLAIM_CHALLENGE = 10,
	CLAIM_INSTANCE_ID = 256,
	CLAIM_PROFILE = 265,
	CLAIM_LIFECYCLE = 2395,
	CLAIM_IMPLEMENTATION_ID = 2396,
	CLAIM_COMPONENTS = 2399,
	CLAIM_VERIFICATION_SERVICE = 2400,
	CLAIM_CONFIG = 2401,
	CLAIM_PLATFORM_HASH = 2402,
	CLAIM_PLATFORM_TOKEN = 44234,
	CLAIM_RPV = 44235,
	CLAIM_REALM_HASH = 44236,
	CLAIM_RAK = 44237,
	CLAIM_RIM = 44238,
	CLAIM_REM = 44239,
	CLAIM_KEY_HASH = 44240,
	CLAIM_REALM_TOKEN = 44241,
	CLAIM_MEC_POLICY = 44243,
	/* RMM 2.0 */
	CLAIM_LFA_POLICY = 44244,
	CLAIM_DEVICES_HASH = 44257,
	CLAIM_DEVICES_TOKEN = 44258, /* a member of the collection */
};

enum component_claim {
	COMPONENT_TYPE = 1,
	COMPONENT_MEASUREMENT = 2,
	COMPONENT_VERSION = 4,
	COMPONENT_SIGNER = 5,
	COMPONENT_HASH = 6,
};

#define PROFILE_REALM    "tag:arm.com,2023:realm#1.0.0"
#define PROFILE_REALM_2  "tag:arm.com,2024:realm#2.0.0" /* RMM 2.0 */
#define PROFILE_PLATFORM "tag:arm.com,2023:cca_platform#1.0.0"
/* The older profile, whose realm tokens have no claim for it and a raw point as key: attestation.md#4 */
#define PROFILE_PLATFORM_OLD "http://arm.com/CCA-SSD/1.0.0"

/* Realm extensible measurements. */
#define REMS 4

#endif
