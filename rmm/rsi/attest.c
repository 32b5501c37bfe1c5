/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_ATTESTATION_TOKEN_INIT and _CONTINUE: rsi.md#4, attestation.md#6 */
#include <string.h>

#include "attest/token.h"
#include "rmm/process.h"
#include "rmm/run.h"

#define CHALLENGE_REGISTERS 8

_Static_assert(TOKEN_MAX == GRANULE_SIZE, "one granule of the REC holds a token");

void rsi_attestation_token_init(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	struct rec *rec = call->run->rec;
	struct rec_claims *claims;

	CHECKED(call);

	/* The values of this moment; a token in progress is abandoned. */
	claims = mem_w(call->sim->mem, rec->aux[REC_AUX_TOKEN]);
	*claims = (struct rec_claims){
		.hash_algo = (uint8_t)realm->hash_algo,
		.mec_private = !realm->mec_shared,
	};
	memcpy(claims->rpv, realm->rpv, sizeof(claims->rpv));
	memcpy(claims->measurement, realm->measurement, sizeof(claims->measurement));
	rsi_registers_to_bytes(&call->x[1], CHALLENGE_REGISTERS, rec->challenge);
	rec->token_size = call->sim->config.token_steps;
	rec->token_offset = 0;
	rec->attest = REC_ATTEST_SIGNING;
	call_return(call, 1, TOKEN_MAX);
}

/* The signature is there: the token replaces the claims. */
static void generate(struct rmmsim *sim, struct rec *rec)
{
	const bool rmm_1_0 = sim->revision == SMC_REVISION_1_0;
	struct rec_claims claims =
		*(const struct rec_claims *)mem_r(sim->mem, rec->aux[REC_AUX_TOKEN]);
	const struct rmmsim_token_request request = {
		.challenge = rec->challenge,
		.rpv = claims.rpv,
		.measurements = claims.measurement,
		.hash_algo = claims.hash_algo,
		.mec_private = claims.mec_private,
		.mec_policy = !rmm_1_0 || quirk(sim, QUIRK_token_mec_policy),
		.collection_399 = rmm_1_0 || quirk(sim, QUIRK_token_399),
	};
	const size_t size = sim->config.token(sim->config.token_context, &request,
					      mem_w(sim->mem, rec->aux[REC_AUX_TOKEN]), TOKEN_MAX);

	rec->attest = size > 0 && size <= TOKEN_MAX ? REC_ATTEST_READY : REC_ATTEST_FAILED;
	rec->token_size = rec->attest == REC_ATTEST_READY ? (uint32_t)size : 0;
	rec->token_offset = 0;
}

/* A piece of the work. False: an interrupt comes, and there is more to do. */
static bool work(struct call *call)
{
	struct rec *rec = call->run->rec;

	if (call->dry_run || rec->attest != REC_ATTEST_SIGNING)
		return true;
	if (++rec->token_offset < rec->token_size) {
		call_return(call, 0, RSI_INCOMPLETE);
		run_leave(call->run, RMI_EXIT_IRQ);
		return false;
	}
	generate(call->sim, rec);
	return true;
}

/* The next part of the token: at most `size` bytes. */
static void deliver(struct call *call, uint8_t *to, uint64_t size)
{
	struct rec *rec = call->run->rec;
	struct rmmsim *sim = call->sim;
	const uint8_t *token = mem_r(sim->mem, rec->aux[REC_AUX_TOKEN]);
	const uint32_t left = rec->token_size - rec->token_offset;
	const uint32_t count = size < left ? (uint32_t)size : left;

	memcpy(to, token + rec->token_offset, count);
	rec->token_offset += count;
	if (count == left) {
		memcpy(sim->token, token, rec->token_size);
		sim->token_size = rec->token_size;
		rec->attest = REC_ATTEST_NONE;
	}
	call_return(call, 0, count == left ? RSI_SUCCESS : RSI_INCOMPLETE);
	call_return(call, 1, count);
}

void rsi_attestation_token_continue(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t ipa = call->x[1], offset = call->x[2], size = call->x[3];
	struct rec *rec = call->run->rec;
	uint8_t *buffer;

	/* A failure was told to the call that met it: then the operation is over. */
	if (!call->dry_run && rec->attest == REC_ATTEST_FAILED)
		rec->attest = REC_ATTEST_NONE;
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_addr_align, (ipa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_offset_bound, offset < GRANULE_SIZE);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_size_bound,
		size <= GRANULE_SIZE && offset + size <= GRANULE_SIZE);
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_addr_bound, rsi_protected(realm, ipa));
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_attest_state, rec->attest != REC_ATTEST_NONE);
	if (!work(call))
		return;
	REQUIRE(call, RSI_ATTESTATION_TOKEN_CONTINUE_token, rec->attest != REC_ATTEST_FAILED);
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

size_t rmmsim_token_last(struct rmmsim *sim, void *token, size_t size)
{
	size_t used;

	if (!sim)
		return 0;
	if (!process_owns(sim))
		return 0;
	mem_lock(sim->mem);
	used = sim->token_size;
	if (token)
		memcpy(token, sim->token, size < used ? size : used);
	mem_unlock(sim->mem);
	return used;
}

size_t rmmsim_platform_key(struct rmmsim *sim, char *pem, size_t size)
{
	struct key_public key;

	if (!sim || (!pem && size) || !sim->attest || !attest_platform_key(sim->attest, &key))
		return 0;
	if (!process_owns(sim))
		return 0;
	return key_write_public(&key, pem, size);
}
