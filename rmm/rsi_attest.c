/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_ATTESTATION_TOKEN_INIT and _CONTINUE: rsi.md#4, attestation.md#6. The token itself comes from
 * the provider of the configuration. */
#include <string.h>

#include "rmm/run.h"

#define TOKEN_MAX           GRANULE_SIZE /* one granule of the REC holds it */
#define CHALLENGE_REGISTERS 8

/* The whole token; its size, 0 on failure. Deterministic, so that a dry run may ask again. */
static size_t generate(struct call *call, uint8_t token[TOKEN_MAX])
{
	const struct rmmsim_config *config = &call->sim->config;
	const struct realm *realm = run_realm(call->run);
	uint8_t challenge[CHALLENGE_REGISTERS * 8];
	const struct rmmsim_token_request request = {
		.challenge = challenge,
		.rpv = realm->rpv,
		.measurements = realm->measurement,
		.hash_algo = (uint8_t)realm->hash_algo,
		.mec_private = !realm->mec_shared,
	};
	size_t size;

	if (!config->token)
		return 0;
	rsi_registers_to_bytes(&call->x[1], CHALLENGE_REGISTERS, challenge);
	size = config->token(config->token_context, &request, token, TOKEN_MAX);
	return size <= TOKEN_MAX ? size : 0;
}

void rsi_attestation_token_init(struct call *call)
{
	struct rec *rec = call->run->rec;
	uint8_t token[TOKEN_MAX];
	const size_t size = generate(call, token);

	/* Whatever was in progress is abandoned, also by a failure. */
	if (!call->dry_run)
		rec->attest = REC_ATTEST_NONE;
	REQUIRE(call, RSI_ATTESTATION_TOKEN_INIT_token, size > 0);
	CHECKED(call);

	rsi_registers_to_bytes(&call->x[1], CHALLENGE_REGISTERS, rec->challenge);
	memcpy(mem_w(call->sim->mem, rec->aux[REC_AUX_TOKEN]), token, size);
	rec->token_size = (uint32_t)size;
	rec->token_offset = 0;
	rec->attest = REC_ATTEST_IN_PROGRESS;
	call_return(call, 1, TOKEN_MAX);
}

/* The next part of the token: at most `size` bytes. */
static void deliver(struct call *call, uint8_t *to, uint64_t size)
{
	struct rec *rec = call->run->rec;
	const uint8_t *token = mem_r(call->sim->mem, rec->aux[REC_AUX_TOKEN]);
	const uint32_t left = rec->token_size - rec->token_offset;
	const uint32_t count = size < left ? (uint32_t)size : left;

	memcpy(to, token + rec->token_offset, count);
	rec->token_offset += count;
	if (count == left)
		rec->attest = REC_ATTEST_NONE;
	call_return(call, 0, count == left ? RSI_SUCCESS : RSI_INCOMPLETE);
	call_return(call, 1, count);
}

void rsi_attestation_token_continue(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t ipa = call->x[1], offset = call->x[2], size = call->x[3];
	uint8_t *buffer;

	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_addr_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_offset_bound, offset < GRANULE_SIZE);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_size_bound,
		size <= GRANULE_SIZE && offset + size <= GRANULE_SIZE);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_addr_bound, rsi_protected(realm, ipa));
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_attest_state,
		call->run->rec->attest == REC_ATTEST_IN_PROGRESS);
	buffer = rsi_buffer(call, COND_RSI_ATTESTATION_TOKEN_CONTINUE_addr_ripas, ipa);
	if (!buffer)
		return;
	CHECKED(call);

	if (size == 0) {
		call_return(call, 0, RSI_INCOMPLETE);
		return;
	}
	deliver(call, buffer + offset, size);
}
