/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "attest/claims.h"
#include "attest/token.h"
#include "mem/config.h"

static void put_component(struct cbor_writer *w, const struct rmmsim_software_component *c)
{
	cbor_put_map(w, 2 + !!c->type + !!c->version + !!c->hash_algo);
	if (c->type) {
		cbor_put_int(w, COMPONENT_TYPE);
		cbor_put_text(w, c->type);
	}
	cbor_put_int(w, COMPONENT_MEASUREMENT);
	cbor_put_bytes(w, c->measurement, c->measurement_size);
	if (c->version) {
		cbor_put_int(w, COMPONENT_VERSION);
		cbor_put_text(w, c->version);
	}
	cbor_put_int(w, COMPONENT_SIGNER);
	cbor_put_bytes(w, c->signer, c->signer_size);
	if (c->hash_algo) {
		cbor_put_int(w, COMPONENT_HASH);
		cbor_put_text(w, c->hash_algo);
	}
}

void token_platform_claims(struct cbor_writer *w, const struct rmmsim_attestation *config,
			   const uint8_t challenge[32])
{
	cbor_put_map(w, config->verification_service ? 9 : 8);
	cbor_put_int(w, CLAIM_PROFILE);
	cbor_put_text(w, config->profile);
	cbor_put_int(w, CLAIM_CHALLENGE);
	cbor_put_bytes(w, challenge, 32);
	cbor_put_int(w, CLAIM_IMPLEMENTATION_ID);
	cbor_put_bytes(w, config->implementation_id, sizeof(config->implementation_id));
	cbor_put_int(w, CLAIM_INSTANCE_ID);
	cbor_put_bytes(w, config->instance_id, sizeof(config->instance_id));
	cbor_put_int(w, CLAIM_CONFIG);
	cbor_put_bytes(w, config->config, config->config_size);
	cbor_put_int(w, CLAIM_LIFECYCLE);
	cbor_put_int(w, config->lifecycle);
	cbor_put_int(w, CLAIM_PLATFORM_HASH);
	cbor_put_text(w, config->hash_algo);
	cbor_put_int(w, CLAIM_COMPONENTS);
	cbor_put_array(w, config->component_count);
	for (size_t i = 0; i < config->component_count; i++)
		put_component(w, &config->components[i]);
	if (config->verification_service) {
		cbor_put_int(w, CLAIM_VERIFICATION_SERVICE);
		cbor_put_text(w, config->verification_service);
	}
}

static bool is_digest(size_t size)
{
	return size == 32 || size == 48 || size == 64;
}

enum rmmsim_status token_platform_check(const struct rmmsim_attestation *config,
					struct rmmsim_error *error)
{
	if (!config->profile || !config->hash_algo)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "attestation.profile or hash_algo is NULL");
	if (config->instance_id[0] != 0x01)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "attestation.instance_id begins with 0x%02x; the first byte is "
				 "0x01",
				 config->instance_id[0]);
	if (!config->config && config->config_size)
		return mem_error(error, RMMSIM_ERR_CONFIG, "attestation.config is NULL");
	if (!config->components || !config->component_count)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "attestation.components is NULL or component_count is 0; "
				 "give at least one");
	for (size_t i = 0; i < config->component_count; i++) {
		if (!is_digest(config->components[i].measurement_size) ||
		    !is_digest(config->components[i].signer_size))
			return mem_error(error, RMMSIM_ERR_CONFIG,
					 "attestation.components[%zu]: measurement and signer have "
					 "32, 48 or 64 bytes",
					 i);
	}
	return RMMSIM_OK;
}
