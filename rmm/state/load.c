/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes an instance of saved bytes, which may be anything. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "attest/measurement.h"
#include "mem/config.h"
#include "rmm/config.h"
#include "rmm/mec.h"
#include "rmm/state/snapshot.h"
#include "rmm/state/format.h"
#include "smc/config.h"

struct reader {
	const uint8_t *at, *end;
	bool wrong; /* read over the end, or a value that no writer makes */
	uint32_t format;
	struct rmmsim_error *error;
};

static void get(struct reader *r, void *data, size_t size)
{
	if (size > (size_t)(r->end - r->at)) {
		r->wrong = true;
		memset(data, 0, size);
		return;
	}
	memcpy(data, r->at, size);
	r->at += size;
}

static uint64_t get_number(struct reader *r, unsigned int size)
{
	uint8_t bytes[8] = {0};
	uint64_t value = 0;

	get(r, bytes, size);
	for (unsigned int i = 0; i < size; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static uint8_t get_u8(struct reader *r)
{
	return (uint8_t)get_number(r, 1);
}

static uint16_t get_u16(struct reader *r)
{
	return (uint16_t)get_number(r, 2);
}

static uint32_t get_u32(struct reader *r)
{
	return (uint32_t)get_number(r, 4);
}

static uint64_t get_u64(struct reader *r)
{
	return get_number(r, 8);
}

static enum rmmsim_status damaged(struct reader *r, const char *what)
{
	return mem_error(
		r->error, RMMSIM_ERR_FORMAT,
		"the saved state is damaged: %s; its checksum is right, so it was written so",
		what);
}

/* --- the whole ------------------------------------------------------------------------------------- */

static enum rmmsim_status check_header(struct reader *r, size_t size)
{
	uint8_t magic[SAVED_MAGIC_SIZE];
	uint64_t whole;

	get(r, magic, sizeof(magic));
	if (memcmp(magic, SAVED_MAGIC, sizeof(magic)) != 0)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "this is not a saved state of rmmsim");
	r->format = get_u32(r);
	get_u32(r);
	whole = get_u64(r);
	if (r->wrong || size < SAVED_HEADER_SIZE + SAVED_CHECKSUM)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "the saved state is truncated: %zu bytes are no header", size);
	if (r->format > SAVED_FORMAT_2)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "the saved state has format %" PRIu32
				 ", this library knows 1 to %u; use a newer library",
				 r->format, SAVED_FORMAT_2);
	if (whole > size)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "the saved state is truncated: %zu of %" PRIu64 " bytes are there",
				 size, whole);
	if (whole < size || r->format == 0)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "the saved state is damaged: its header does not fit its %zu "
				 "bytes",
				 size);
	return RMMSIM_OK;
}

static enum rmmsim_status check_sum(struct reader *r, const uint8_t *data, size_t size)
{
	uint8_t hash[64];

	r->end = data + size - SAVED_CHECKSUM;
	measurement_hash(RMI_HASH_SHA_256, data, size - SAVED_CHECKSUM, hash);
	if (memcmp(hash, r->end, SAVED_CHECKSUM) != 0)
		return mem_error(r->error, RMMSIM_ERR_FORMAT,
				 "the saved state is damaged: its checksum is wrong");
	return RMMSIM_OK;
}

/* --- configuration ------------------------------------------------------------------------------------ */

static void get_ranges(struct reader *r, struct rmmsim_range *ranges, unsigned int *count)
{
	*count = get_u8(r);
	r->wrong |= *count > RMMSIM_MAX_BANKS;
	for (unsigned int i = 0; i < *count && !r->wrong; i++) {
		ranges[i].base = get_u64(r);
		ranges[i].top = get_u64(r);
	}
}

static enum rmmsim_status get_quirks(struct reader *r, smc_quirks *quirks)
{
	unsigned int count = get_u8(r);

	*quirks = 0;
	for (unsigned int i = 0; i < count && !r->wrong; i++) {
		char name[256] = "";
		int number;

		get(r, name, get_u8(r));
		number = smc_quirk_find(name);
		if (number < 0)
			return mem_error(r->error, RMMSIM_ERR_FORMAT,
					 "the saved state has quirk \"%.64s\", which this library "
					 "does not know; use a newer library",
					 name);
		*quirks |= SMC_QUIRK_BIT(number);
	}
	return RMMSIM_OK;
}

/* NULL: there is none of this version, or its monitor has state that this format lacks. */
static const struct smc_revision_row *get_revision(struct reader *r)
{
	const uint32_t version = get_u32(r);

	for (int i = 0; i < SMC_REVISION_COUNT; i++) {
		const struct smc_revision_row *row = smc_revision((enum smc_revision)i);

		if (row->version == version)
			return (i >= SMC_REVISION_2_0) == (r->format == SAVED_FORMAT_2) ? row
											: NULL;
	}
	return NULL;
}

static enum rmmsim_status get_config(struct reader *r, struct rmmsim_config *c)
{
	const unsigned int features =
		r->format == SAVED_FORMAT_2 ? SAVED_FEATURES_2 : SAVED_FEATURES_1;
	const struct smc_revision_row *revision;
	uint64_t id_regs[SAVED_ID_REGS];
	enum rmmsim_status status;
	smc_quirks quirks;

	revision = get_revision(r);
	if (!revision)
		return damaged(r, "the revision");
	c->revision = revision->name;
	c->pe_count = get_u32(r);
	c->pa_bits = get_u32(r);
	c->vmid_bits = get_u32(r);
	c->rec_aux_count = get_u32(r);
	for (unsigned int i = 0; i < RMMSIM_FEATURE_REGISTERS; i++)
		c->feature_register[i] = i < features ? get_u64(r) : 0;
	c->seed = get_u64(r);
	for (unsigned int i = 0; i < SAVED_ID_REGS; i++)
		id_regs[i] = get_u64(r);
	memcpy(&c->id_regs, id_regs, sizeof(id_regs));
	status = get_quirks(r, &quirks);
	if (status != RMMSIM_OK)
		return status;
	c->profile = NULL;
	smc_config_set_quirks(c, quirks);
	get_ranges(r, c->dram, &c->dram_count);
	get_ranges(r, c->dev_ncoh, &c->dev_ncoh_count);
	get_ranges(r, c->dev_coh, &c->dev_coh_count);
	return r->wrong ? damaged(r, "the configuration") : RMMSIM_OK;
}

/* --- state ---------------------------------------------------------------------------------------------- */

static enum rmmsim_status get_identifiers(struct reader *r, struct rmmsim *sim)
{
	uint32_t count;

	sim->calls = get_u64(r);
	sim->forgotten = sim->calls;
	sim->time = get_u64(r);
	count = get_u32(r);
	for (uint32_t i = 0; i < count && !r->wrong; i++) {
		const uint16_t vmid = get_u16(r);

		sim->vmids[vmid / 64] |= UINT64_C(1) << vmid % 64;
	}
	count = get_u32(r);
	if (r->wrong || count != mec_max(sim) + 1)
		return damaged(r, "the identifiers");
	get(r, sim->mecids, count);
	for (uint32_t i = 0; i < count; i++)
		r->wrong |= sim->mecids[i] > MECID_SHARED;
	sim->mecid_members = get_u32(r);
	sim_identifiers_change(sim);
	return r->wrong ? damaged(r, "the identifiers") : RMMSIM_OK;
}

static enum rmmsim_status get_monitor(struct reader *r, struct rmmsim *sim)
{
	int previous = -1;
	uint16_t open;

	sim->monitor.active = get_u8(r);
	sim->monitor.tracking_region_size = get_u64(r);
	sim->monitor.granule_size = get_u64(r);
	r->wrong |= sim->monitor.active > RMI_RMM_STATE_ACTIVE ||
		    sim->monitor.tracking_region_size > 1 || sim->monitor.granule_size > 0;
	for (open = get_u16(r); open && !r->wrong; open--) {
		const int handle = get_u16(r);

		if (handle <= previous || handle >= SIM_MAX_OPS)
			return damaged(r, "the operations");
		sim->ops[handle] = get_u64(r);
		previous = handle;
	}
	return r->wrong ? damaged(r, "the state of the monitor") : RMMSIM_OK;
}

static bool get_record(struct reader *r, const struct rmmsim *sim, struct granule *record)
{
	const struct granule *owner;
	uint64_t pa = get_u64(r);
	enum smc_command_id command = SMC_NONE;
	uint8_t state, pas;
	uint32_t fid;

	owner = pa == SAVED_NO_PA ? NULL : mem_find(sim->mem, pa);
	*record = (struct granule){.owner = owner ? mem_index(sim->mem, owner) + 1 : 0};
	record->call = get_u64(r);
	fid = get_u32(r);
	if (record->call)
		command = smc_decode(SMC_FROM_HOST, fid, sim->shape);
	record->command = (uint8_t)command;
	record->refs = get_u16(r);
	state = get_u8(r);
	pas = get_u8(r);
	record->state = state & 0x1f;
	record->pas = pas & 7;
	if (record->call && command == SMC_NONE)
		return false;
	return state < GRANULE_STATE_COUNT && pas < GRANULE_PAS_COUNT &&
	       (owner || pa == SAVED_NO_PA) && record->call <= sim->calls;
}

static bool get_granule(struct reader *r, struct rmmsim *sim, uint64_t *previous)
{
	const uint64_t pa = get_u64(r);
	struct granule *granule = mem_find(sim->mem, pa);
	struct granule record;
	uint8_t content;

	if (!get_record(r, sim, &record) || !granule || (pa & GRANULE_MASK))
		return false;
	/* Ascending: no granule twice. */
	if (*previous != SAVED_NO_PA && pa <= *previous)
		return false;
	*previous = pa;
	content = get_u8(r);
	if (r->wrong || content > 1 || (content && r->end - r->at < (ptrdiff_t)GRANULE_SIZE))
		return false;
	mem_set_record(sim->mem, granule, &record);
	if (content)
		get(r, mem_w(sim->mem, pa), GRANULE_SIZE);
	return true;
}

static enum rmmsim_status get_granules(struct reader *r, struct rmmsim *sim)
{
	uint64_t count = get_u64(r), previous = SAVED_NO_PA;

	if (r->wrong || count > (uint64_t)(r->end - r->at) / SAVED_GRANULE_SIZE)
		return damaged(r, "the number of granules");
	for (; count; count--) {
		if (!get_granule(r, sim, &previous))
			return damaged(r, "a granule");
	}
	return r->at == r->end ? RMMSIM_OK : damaged(r, "bytes are left over");
}

/* The monitor trusts what it finds in the granules of Realms and RECs. */
static enum rmmsim_status check_state_of(struct reader *r, struct rmmsim *sim)
{
	struct rmmsim_violation v;

	if (!sim_state_trusted(sim))
		return damaged(r, "a Realm, a REC or a table");
	if (rmmsim_check(sim, &v, 1) == 0)
		return RMMSIM_OK;
	return mem_error(r->error, RMMSIM_ERR_FORMAT, "the saved state contradicts itself: %.100s",
			 v.detail);
}

static enum rmmsim_status get_state(struct reader *r, struct rmmsim *sim)
{
	enum rmmsim_status status;

	mem_lock(sim->mem);
	status = get_identifiers(r, sim);
	if (status == RMMSIM_OK && r->format == SAVED_FORMAT_2)
		status = get_monitor(r, sim);
	if (status == RMMSIM_OK)
		status = get_granules(r, sim);
	mem_unlock(sim->mem);
	return status == RMMSIM_OK ? check_state_of(r, sim) : status;
}

enum rmmsim_status rmmsim_load_data(const void *data, size_t size, const struct rmmsim_config *base,
				    struct rmmsim **sim, struct rmmsim_error *error)
{
	struct reader r = {data, (const uint8_t *)data + size, false, 0, error};
	struct rmmsim_config config;
	enum rmmsim_status status;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (!data || !sim)
		return mem_error(error, RMMSIM_ERR_ARGUMENT, "data or sim is NULL");
	*sim = NULL;
	rmmsim_config_init(&config);
	if (base && base->size != config.size)
		return config_check(base, error);
	if (base)
		config = *base;
	status = check_header(&r, size);
	if (status == RMMSIM_OK)
		status = check_sum(&r, data, size);
	if (status == RMMSIM_OK)
		status = get_config(&r, &config);
	if (status == RMMSIM_OK)
		status = rmmsim_create(&config, sim, error);
	if (status != RMMSIM_OK)
		return status;
	status = get_state(&r, *sim);
	if (status != RMMSIM_OK) {
		rmmsim_destroy(*sim);
		*sim = NULL;
	}
	return status;
}
