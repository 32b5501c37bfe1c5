/* SPDX-License-Identifier: BSD-3-Clause */
/* Asks the Host for the address of a shared buffer (host call 1), as realm payloads of firmware test suites do. */
#include "payload.h"
static struct {
	uint64_t imm, x[31];
} hc __attribute__((aligned(256)));
void payload_main(void)
{
	uint64_t r;
	hc.imm = 1; /* "where is the shared buffer?" as the Arm realm test payload asks */
	r = smc(0xc4000199, (uint64_t)&hc, 0, 0, 0);
	print_value("status", r);
	print_value("answer", hc.x[0]);
	expect(hc.x[0] != 0, "the host answered");
}
