/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/attest/example.h"

#include <stdio.h>

#define RIM "c888d6a36ae372e563498177af6e786da3f428e1ccfbf0111b0825e6b8f79372"

size_t example_bytes(const char *hex, uint8_t *bytes)
{
	size_t count = 0;
	unsigned int byte;

	while (sscanf(hex + 2 * count, "%2x", &byte) == 1)
		bytes[count++] = (uint8_t)byte;
	return count;
}

void example_init(struct example *e)
{
	memset(e, 0, sizeof(*e));
	e->component = (struct rmmsim_software_component){
		.type = "RMM", .hash_algo = "sha-256", .measurement_size = 32, .signer_size = 32};
	memset(e->component.measurement, 0x11, 32);
	memset(e->component.signer, 0x22, 32);
	rmmsim_attestation_init(&e->config);
	e->config.realm_key = KEY_1;
	e->config.platform_key = KEY_2;
	e->config.verification_service = NULL;
	e->config.components = &e->component;
	e->config.component_count = 1;
	for (unsigned int i = 0; i < 32; i++) {
		e->config.implementation_id[i] = (uint8_t)i;
		e->config.instance_id[i + 1] = (uint8_t)i;
	}
	for (unsigned int i = 0; i < 64; i++)
		e->challenge[i] = (uint8_t)i;
	memset(e->rpv, 0xab, 64);
	example_bytes(RIM, e->measurements[0]);
	e->request = (struct rmmsim_token_request){
		.challenge = e->challenge,
		.rpv = e->rpv,
		.measurements = (const uint8_t(*)[64])e->measurements,
		.hash_algo = RMI_HASH_SHA_256,
		.mec_policy = true,
	};
}

void example_open(struct example *e)
{
	struct rmmsim_error error = {0};

	if (attest_create(&e->config, 0, &e->attest, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
}

void example_token(struct example *e)
{
	e->size = attest_token(e->attest, &e->request, e->token, sizeof(e->token));
}

void example_close(struct example *e)
{
	attest_destroy(e->attest);
	e->attest = NULL;
}
