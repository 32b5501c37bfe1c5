/* SPDX-License-Identifier: BSD-3-Clause */
/* Writes the state of an instance as bytes. */
#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "attest/measurement.h"
#include "rmm/config.h"
#include "rmm/mec.h"
#include "rmm/process.h"
#include "rmm/state/snapshot.h"
#include "rmm/state/format.h"

struct writer {
	uint8_t *bytes;
	size_t size, capacity;
	bool failed;
	const struct rmmsim *sim;
	uint64_t granules;
};

static void put(struct writer *w, const void *data, size_t size)
{
	if (!w->failed && w->size + size > w->capacity) {
		const size_t capacity = (w->size + size) * 2;
		void *bytes = realloc(w->bytes, capacity);

		w->failed = !bytes;
		w->bytes = bytes ? bytes : w->bytes;
		w->capacity = bytes ? capacity : w->capacity;
	}
	if (w->failed)
		return;
	memcpy(w->bytes + w->size, data, size);
	w->size += size;
}

static void put_number(struct writer *w, uint64_t value, unsigned int size)
{
	uint8_t bytes[8];

	for (unsigned int i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	put(w, bytes, size);
}

static void put_u8(struct writer *w, uint64_t value)
{
	put_number(w, value, 1);
}

static void put_u16(struct writer *w, uint64_t value)
{
	put_number(w, value, 2);
}

static void put_u32(struct writer *w, uint64_t value)
{
	put_number(w, value, 4);
}

static void put_u64(struct writer *w, uint64_t value)
{
	put_number(w, value, 8);
}

/* --- configuration ------------------------------------------------------------------------------- */

static void put_ranges(struct writer *w, const struct rmmsim_range *ranges, unsigned int count)
{
	put_u8(w, count);
	for (unsigned int i = 0; i < count; i++) {
		put_u64(w, ranges[i].base);
		put_u64(w, ranges[i].top);
	}
}

/* By name: the numbers of quirks are not the same for ever. */
static void put_quirks(struct writer *w, smc_quirks quirks)
{
	put_u8(w, smc_quirk_count(quirks));
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++) {
		const char *name = smc_quirk_row(n)->name;

		if (!smc_has_quirk(quirks, n))
			continue;
		put_u8(w, strlen(name));
		put(w, name, strlen(name));
	}
}

static void put_config(struct writer *w)
{
	const struct rmmsim_config *c = &w->sim->config;
	const unsigned int features = revision_2(w->sim) ? SAVED_FEATURES_2 : SAVED_FEATURES_1;
	uint64_t id_regs[SAVED_ID_REGS];

	put_u32(w, smc_revision(w->sim->revision)->version);
	put_u32(w, c->pe_count);
	put_u32(w, c->pa_bits);
	put_u32(w, c->vmid_bits);
	put_u32(w, c->rec_aux_count);
	for (unsigned int i = 0; i < features; i++)
		put_u64(w, c->feature_register[i]);
	put_u64(w, c->seed);
	memcpy(id_regs, &c->id_regs, sizeof(id_regs));
	for (unsigned int i = 0; i < SAVED_ID_REGS; i++)
		put_u64(w, id_regs[i]);
	put_quirks(w, w->sim->quirks);
	put_ranges(w, c->dram, c->dram_count);
	put_ranges(w, c->dev_ncoh, c->dev_ncoh_count);
	put_ranges(w, c->dev_coh, c->dev_coh_count);
}

/* --- state ------------------------------------------------------------------------------------------ */

static void put_identifiers(struct writer *w, const struct sim_snapshot *s)
{
	const struct sim_identifiers *ids = s->identifiers;
	const unsigned int words = sizeof(ids->vmids) / sizeof(ids->vmids[0]);
	const uint64_t mecids = mec_max(w->sim) + 1;
	unsigned int vmids = 0;

	put_u64(w, s->calls);
	put_u64(w, s->time);
	for (unsigned int i = 0; i < words; i++)
		vmids += (unsigned int)__builtin_popcountll(ids->vmids[i]);
	put_u32(w, vmids);
	for (unsigned int i = 0; i < words; i++) {
		for (uint64_t bits = ids->vmids[i]; bits; bits &= bits - 1)
			put_u16(w, i * 64 + (unsigned int)__builtin_ctzll(bits));
	}
	put_u32(w, mecids);
	put(w, ids->mecids, mecids);
	put_u32(w, ids->mecid_members);
}

/* What only a monitor of 2.0 has: rmm-2.0.md#2, rmm-2.0.md#6. The operations themselves are in their granules. */
static void put_monitor(struct writer *w, const struct sim_identifiers *ids)
{
	unsigned int open = 0;

	put_u8(w, ids->monitor.active);
	put_u64(w, ids->monitor.tracking_region_size);
	put_u64(w, ids->monitor.granule_size);
	for (unsigned int i = 0; i < SIM_MAX_OPS; i++)
		open += ids->ops[i] != SIM_NO_OP;
	put_u16(w, open);
	for (unsigned int i = 0; i < SIM_MAX_OPS; i++) {
		if (ids->ops[i] == SIM_NO_OP)
			continue;
		put_u16(w, i);
		put_u64(w, ids->ops[i]);
	}
}

static void put_granule(void *context, uint32_t index, const struct image_entry *entry)
{
	const struct granule *r = &entry->record;
	struct writer *w = context;
	const struct mem *mem = w->sim->mem;
	const struct granule *owner = mem_owner(mem, r);
	const struct smc_command *command = r->call ? smc_command(r->command) : NULL;

	w->granules++;
	put_u64(w, mem_pa(mem, mem_at_index(mem, index)));
	put_u64(w, owner ? mem_pa(mem, owner) : SAVED_NO_PA);
	put_u64(w, r->call);
	put_u32(w, command ? command->fid : 0);
	put_u16(w, r->refs);
	put_u8(w, r->state);
	put_u8(w, r->pas);
	put_u8(w, entry->page != NULL);
	if (entry->page)
		put(w, entry->page->bytes, GRANULE_SIZE);
}

static void patch_u64(struct writer *w, size_t at, uint64_t value)
{
	const size_t size = w->size;

	if (w->failed)
		return;
	w->size = at;
	put_u64(w, value);
	w->size = size;
}

static void put_all(struct writer *w, const struct sim_snapshot *s)
{
	uint8_t hash[64];
	size_t count_at;

	put(w, SAVED_MAGIC, SAVED_MAGIC_SIZE);
	put_u32(w, revision_2(w->sim) ? SAVED_FORMAT_2 : SAVED_FORMAT_1);
	put_u32(w, 0);
	put_u64(w, 0);
	put_config(w);
	put_identifiers(w, s);
	if (revision_2(w->sim))
		put_monitor(w, s->identifiers);
	count_at = w->size;
	put_u64(w, 0);
	image_differences(NULL, s->image, put_granule, w);
	patch_u64(w, count_at, w->granules);
	patch_u64(w, SAVED_HEADER_SIZE - 8, w->size + SAVED_CHECKSUM);
	if (w->failed)
		return;
	measurement_hash(RMI_HASH_SHA_256, w->bytes, w->size, hash);
	put(w, hash, SAVED_CHECKSUM);
}

/* With the instance locked. */
static enum rmmsim_status save(struct rmmsim *sim, struct writer *w)
{
	struct sim_snapshot s;
	enum rmmsim_status status;

	if (sim->running)
		return RMMSIM_ERR_STATE;
	status = sim_snapshot_take(sim, &s);
	if (status != RMMSIM_OK)
		return status;
	put_all(w, &s);
	sim_snapshot_release(&s);
	return w->failed ? RMMSIM_ERR_MEMORY : RMMSIM_OK;
}

enum rmmsim_status rmmsim_save_data(struct rmmsim *sim, void **data, size_t *size)
{
	struct writer w = {.sim = sim};
	enum rmmsim_status status;

	if (!sim || !data || !size)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = save(sim, &w);
	mem_unlock(sim->mem);
	if (status != RMMSIM_OK) {
		free(w.bytes);
		return status;
	}
	*data = w.bytes;
	*size = w.size;
	return RMMSIM_OK;
}
