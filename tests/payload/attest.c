/* SPDX-License-Identifier: BSD-3-Clause */
/* Measurements, the configuration of the Realm, and an attestation token. */
#include "payload.h"

#define MEASUREMENT_READ   0xc4000192
#define MEASUREMENT_EXTEND 0xc4000193
#define TOKEN_INIT         0xc4000194
#define TOKEN_CONTINUE     0xc4000195
#define REALM_CONFIG       0xc4000196
#define INCOMPLETE         3

static uint8_t buffer[4096] __attribute__((aligned(4096)));

void payload_main(void)
{
	struct smc call = {{MEASUREMENT_READ, 0}};
	uint64_t size = 0, rounds = 0;

	smc_call(&call);
	expect(call.x[0] == 0 && (call.x[1] | call.x[2]), "there is a RIM");
	call = (struct smc){{MEASUREMENT_EXTEND, 1, 8, 0x1234}};
	smc_call(&call);
	expect(call.x[0] == 0, "MEASUREMENT_EXTEND");
	expect(smc(REALM_CONFIG, (uint64_t)buffer, 0, 0, 0) == 0, "REALM_CONFIG");
	print_value("IPA width", *(uint64_t *)(void *)buffer);
	print_value("hash", buffer[8]);
	print_value("auxiliary planes", *(uint64_t *)(void *)(buffer + 16));
	call = (struct smc){{TOKEN_INIT, 1, 2, 3, 4, 5, 6, 7, 8}};
	smc_call(&call);
	print_value("init", call.x[0]);
	do {
		call = (struct smc){{TOKEN_CONTINUE, (uint64_t)buffer, size, 256}};
		smc_call(&call);
		size += call.x[1];
		rounds++;
	} while (call.x[0] == INCOMPLETE && rounds < 1000);
	print_value("token", call.x[0]);
	expect(size > 512 && size < 4096, "size of the token");
	expect(buffer[0] == 0xd9 && buffer[1] == 3 && buffer[2] == 0x8b, "a CCA token");
}
