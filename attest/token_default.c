/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "attest/claims.h"
#include "attest/token.h"

/* Digests that cannot be taken for real ones. */
#define FIRMWARE(name, byte)                                                     \
	{                                                                        \
		.type = (name), .version = "1.0", .hash_algo = "sha-256",        \
		.measurement = {[0 ... 31] = (byte)}, .measurement_size = 32,    \
		.signer = {[0 ... 31] = 0xa0 | ((byte)&0xf)}, .signer_size = 32, \
	}
#define DATA(name, byte)                                                                      \
	{                                                                                     \
		.type = (name), .hash_algo = "sha-256", .measurement = {[0 ... 31] = (byte)}, \
		.measurement_size = 32, .signer = {[0 ... 31] = 0xb0 | ((byte)&0xf)},         \
		.signer_size = 32,                                                            \
	}

/*
 * As many components, and a token as long, as the platform of the public test set-ups has: a Realm that
 * fetches the token in pieces gets the same pieces. attestation.md#5
 */
static const struct rmmsim_software_component components[] = {
	FIRMWARE("RSE_BL1_2", 0x11), FIRMWARE("RSE_BL2", 0x12), FIRMWARE("RSE_S", 0x13),
	FIRMWARE("AP_BL1", 0x21),    FIRMWARE("AP_BL2", 0x22),  FIRMWARE("SCP_BL1", 0x23),
	FIRMWARE("SCP_BL2", 0x24),   FIRMWARE("AP_BL31", 0x31), FIRMWARE("RMM", 0x32),
	DATA("HW_CONFIG", 0x41),     DATA("FW_CONFIG", 0x42),   DATA("TB_FW_CONFIG", 0x43),
	DATA("SOC_FW_CONFIG", 0x44),
};

void rmmsim_attestation_init(struct rmmsim_attestation *attestation)
{
	static const uint8_t config[] = {0xcf, 0xcf, 0xcf, 0xcf};

	if (!attestation)
		return;
	*attestation = (struct rmmsim_attestation){
		.size = sizeof(*attestation),
		.profile = PROFILE_PLATFORM,
		.implementation_id = "rmmsim: a model, no silicon  ...",
		.config = config,
		.config_size = sizeof(config),
		.lifecycle = 0x3003,
		.verification_service = "https://v.test",
		.hash_algo = "sha-256",
		.components = components,
		.component_count = sizeof(components) / sizeof(components[0]),
	};
	attestation->instance_id[0] = 0x01;
	for (unsigned int i = 1; i < sizeof(attestation->instance_id); i++)
		attestation->instance_id[i] = (uint8_t)i;
}
