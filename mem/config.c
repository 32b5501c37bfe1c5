/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* The CPU engine cannot address more: unicorn.md#1 */
#define PA_LIMIT (1ull << 44)

enum rmmsim_status mem_error(struct rmmsim_error *error, enum rmmsim_status status,
			     const char *format, ...)
{
	va_list args;

	if (!error)
		return status;
	error->status = status;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return status;
}

static enum rmmsim_status check_range(const struct mem_range *r, struct rmmsim_error *error)
{
	if (r->base & GRANULE_MASK)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u].base is 0x%" PRIx64 "; choose a multiple of 4 KiB",
				 r->field, r->index, r->base);
	if (r->top & GRANULE_MASK)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u].top is 0x%" PRIx64 "; choose a multiple of 4 KiB",
				 r->field, r->index, r->top);
	if (r->base >= r->top)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u] is empty, [0x%" PRIx64 ", 0x%" PRIx64
				 "); choose a top above the base or lower %s_count",
				 r->field, r->index, r->base, r->top, r->field);
	if (r->top > PA_LIMIT)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u].top is 0x%" PRIx64 "; choose at most 0x%llx (2^44)",
				 r->field, r->index, r->top, PA_LIMIT);
	return RMMSIM_OK;
}

static enum rmmsim_status check_overlap(const struct mem_ranges *ranges, const struct mem_range *r,
					struct rmmsim_error *error)
{
	for (const struct mem_range *o = ranges->at; o < r; o++) {
		if (o->base >= r->top || r->base >= o->top)
			continue;
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u] [0x%" PRIx64 ", 0x%" PRIx64 ") overlaps %s[%u] [0x%" PRIx64
				 ", 0x%" PRIx64 "); move one of them",
				 r->field, r->index, r->base, r->top, o->field, o->index, o->base,
				 o->top);
	}
	return RMMSIM_OK;
}

static enum rmmsim_status add(struct mem_ranges *ranges, const struct mem_range *range,
			      struct rmmsim_error *error)
{
	struct mem_range *r = &ranges->at[ranges->count];
	enum rmmsim_status status = check_range(range, error);

	if (status != RMMSIM_OK)
		return status;
	*r = *range;
	ranges->count++;
	return check_overlap(ranges, r, error);
}

static enum rmmsim_status add_all(struct mem_ranges *ranges, const char *field,
				  enum granule_kind kind, const struct rmmsim_range *from,
				  unsigned int count, struct rmmsim_error *error)
{
	if (count > RMMSIM_MAX_BANKS)
		return mem_error(error, RMMSIM_ERR_CONFIG, "%s_count is %u; choose at most %d",
				 field, count, RMMSIM_MAX_BANKS);
	for (unsigned int i = 0; i < count; i++) {
		const struct mem_range r = {field, i, kind, from[i].base, from[i].top};
		enum rmmsim_status status = add(ranges, &r, error);

		if (status != RMMSIM_OK)
			return status;
	}
	return RMMSIM_OK;
}

static enum rmmsim_status check_protection(enum rmmsim_protection protection,
					   struct rmmsim_error *error)
{
	const long page = sysconf(_SC_PAGESIZE);

	if (protection == RMMSIM_PROTECTION_OFF)
		return RMMSIM_OK;
	if (protection != RMMSIM_PROTECTION_TRAP)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "protection is %d; choose RMMSIM_PROTECTION_OFF or "
				 "RMMSIM_PROTECTION_TRAP",
				 (int)protection);
	if (page != GRANULE_SIZE)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "protection: a page of this system has %ld bytes, a granule 4096; "
				 "choose RMMSIM_PROTECTION_OFF",
				 page);
	return RMMSIM_OK;
}

static enum rmmsim_status check_pa_bits(const struct mem_ranges *ranges, unsigned int pa_bits,
					struct rmmsim_error *error)
{
	for (const struct mem_range *r = ranges->at; r < ranges->at + ranges->count; r++) {
		if ((r->top - 1) >> pa_bits == 0)
			continue;
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "%s[%u].top is 0x%" PRIx64 ", pa_bits is %u; choose a top of at "
				 "most 2^pa_bits",
				 r->field, r->index, r->top, pa_bits);
	}
	return RMMSIM_OK;
}

/* struct granule.owner keeps an index plus one in 32 bits. */
static enum rmmsim_status check_size(const struct mem_ranges *ranges, struct rmmsim_error *error)
{
	uint64_t granules = 0;

	for (unsigned int i = 0; i < ranges->count; i++)
		granules += (ranges->at[i].top - ranges->at[i].base) >> GRANULE_SHIFT;
	if (granules <= UINT32_MAX)
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_CONFIG,
			 "the banks have %" PRIu64 " granules in all; choose at most %" PRIu32
			 ": shrink one by 4 KiB",
			 granules, UINT32_MAX);
}

enum rmmsim_status mem_ranges_read(const struct rmmsim_config *config, struct mem_ranges *ranges,
				   struct rmmsim_error *error)
{
	enum rmmsim_status status;

	ranges->count = 0;
	if (config->dram_count == 0)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "dram_count is 0; configure at least one bank of DRAM");
	status = add_all(ranges, "dram", GRANULE_DRAM, config->dram, config->dram_count, error);
	if (status == RMMSIM_OK)
		status = add_all(ranges, "dev_ncoh", GRANULE_DEV_NCOH, config->dev_ncoh,
				 config->dev_ncoh_count, error);
	if (status == RMMSIM_OK)
		status = add_all(ranges, "dev_coh", GRANULE_DEV_COH, config->dev_coh,
				 config->dev_coh_count, error);
	if (status == RMMSIM_OK)
		status = check_pa_bits(ranges, config->pa_bits, error);
	if (status == RMMSIM_OK)
		status = check_size(ranges, error);
	if (status == RMMSIM_OK)
		status = check_protection(config->protection, error);
	return status;
}
