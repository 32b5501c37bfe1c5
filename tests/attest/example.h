/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_ATTEST_EXAMPLE_H
#define TESTS_ATTEST_EXAMPLE_H

/* The worked example of attestation.md#8. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <rmmsim/attest.h>

#include "attest/token.h"
#include "tests/attest/keys.h"

struct example {
	struct rmmsim_software_component component;
	struct rmmsim_attestation config;
	uint8_t challenge[64], rpv[64], measurements[5][64];
	struct rmmsim_token_request request;
	struct attest *attest;
	uint8_t token[TOKEN_MAX];
	size_t size;
};

/* Configuration and claims; change them, then example_open(). */
void example_init(struct example *e);
void example_open(struct example *e);
/* e->token of e->request. */
void example_token(struct example *e);
void example_close(struct example *e);

/* Bytes of a string of hexadecimal digits; returns how many. */
size_t example_bytes(const char *hex, uint8_t *bytes);

#endif
