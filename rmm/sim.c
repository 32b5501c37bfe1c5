/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "attest/token.h"
#include "mem/config.h"
#include "rmm/check/check.h"
#include "rmm/config.h"
#include "rmm/mec.h"
#include "rmm/process.h"
#include "rmm/state/snapshot.h"
#include "smc/config.h"

const char *rmmsim_version(void)
{
#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)
	return TEXT(RMMSIM_VERSION_MAJOR) "." TEXT(RMMSIM_VERSION_MINOR) "." TEXT(
		RMMSIM_VERSION_PATCH);
}

const char *rmmsim_status_text(enum rmmsim_status status)
{
	static const char *const texts[] = {
		[RMMSIM_OK] = "success",
		[RMMSIM_ERR_ARGUMENT] = "an argument is NULL or out of range",
		[RMMSIM_ERR_CONFIG] = "the configuration contradicts itself or cannot be modelled",
		[RMMSIM_ERR_MEMORY] = "the system has no memory or no address space left",
		[RMMSIM_ERR_RANGE] = "the physical address range is not inside one memory bank",
		[RMMSIM_ERR_PROTECTED] = "the granule is not accessible to the caller's world",
		[RMMSIM_ERR_STATE] = "the object is not in a state that allows this",
		[RMMSIM_ERR_UNKNOWN_NAME] = "no profile, quirk or command has this name",
		[RMMSIM_ERR_FILE] = "the file cannot be read or written",
		[RMMSIM_ERR_FORMAT] = "this is no saved state that can be loaded",
		[RMMSIM_ERR_FORK] = "the instance belongs to the process that created this one",
		[RMMSIM_ERR_TOKEN] = "the attestation token is not good",
	};

	if ((size_t)status >= sizeof(texts) / sizeof(texts[0]))
		return "unknown status";
	return texts[status];
}

static bool allocate(struct rmmsim *sim)
{
	const struct rmmsim_config *c = &sim->config;

	sim->pes = calloc(c->pe_count, sizeof(*sim->pes));
	if (c->history)
		sim->history = calloc(c->history, sizeof(*sim->history));
	return sim->pes && (sim->history || !c->history);
}

/* Attestation keys, unless tokens come from the program. */
static enum rmmsim_status attest_open(struct rmmsim *s,
				      const struct rmmsim_attestation *attestation,
				      struct rmmsim_error *error)
{
	enum rmmsim_status status;

	s->token = malloc(TOKEN_MAX);
	if (!s->token)
		return mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the instance");
	if (s->config.token)
		return RMMSIM_OK;
	status = attest_create(attestation, s->config.seed, &s->attest, error);
	s->config.token = attest_token;
	s->config.token_context = s->attest;
	return status;
}

/* What the configuration leaves open, and what is derived from it. */
static void settle_revision(struct rmmsim *s)
{
	struct rmmsim_config *c = &s->config;

	s->quirks = smc_config_quirks(c);
	s->revision = smc_config_revision(c);
	s->shape = smc_config_shape(c);
	c->revision = smc_revision(s->revision)->name;
	if (config_features_untouched(c))
		config_features(s->revision, c->feature_register);
	for (unsigned int f = 0; f < SMC_FEATURE_COUNT; f++)
		s->features[f] = smc_feature(s->revision, c->feature_register, f);
}

static void monitor_boot(struct rmmsim *s)
{
	s->monitor.active = !revision_2(s);
	for (unsigned int i = 0; i < SIM_MAX_OPS; i++)
		s->ops[i] = SIM_NO_OP;
	for (unsigned int id = 1; id < SMC_COMMAND_COUNT && revision_2(s); id++)
		s->gate[id] = (uint16_t)smc_condition_find(id, "rmm_active");
}

enum rmmsim_status rmmsim_create(const struct rmmsim_config *config, struct rmmsim **sim,
				 struct rmmsim_error *error)
{
	enum rmmsim_status status;
	struct rmmsim *s;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (!sim)
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "sim is NULL: give the place for the new instance");
	*sim = NULL;
	if (!config)
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "config is NULL: start from rmmsim_config_init()");
	status = config_check(config, error);
	if (status != RMMSIM_OK)
		return status;
	s = calloc(1, sizeof(*s));
	if (!s)
		return mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the instance");
	s->config = *config;
	settle_revision(s);
	s->config.attestation = NULL;
	mec_boot(s);
	monitor_boot(s);
	status = process_claim(s)
			 ? attest_open(s, config->attestation, error)
			 : mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the instance");
	if (status == RMMSIM_OK)
		status = mem_create(config, &s->mem, error);
	if (status == RMMSIM_OK && !allocate(s))
		status = mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the instance");
	if (status != RMMSIM_OK) {
		rmmsim_destroy(s);
		return status;
	}
	*sim = s;
	return RMMSIM_OK;
}

const struct rmmsim_config *rmmsim_configuration(const struct rmmsim *sim)
{
	return sim ? &sim->config : NULL;
}

void rmmsim_destroy(struct rmmsim *sim)
{
	if (!sim)
		return;
	sim_snapshots_free(sim);
	check_forget(sim);
	if (sim->mem)
		mem_destroy(sim->mem);
	attest_destroy(sim->attest);
	free(sim->token);
	free(sim->history);
	free(sim->pes);
	process_release(sim);
	free(sim);
}
