/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mem/config.h"
#include "mem/fault.h"
#include "mem/image.h"
#include "mem/protect.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x8u
#endif

#define CACHE_LINE 64

/* Where things lie in the two allocations of an instance, in bytes. */
struct plan {
	uint32_t granules;
	size_t table, settled, committed, watch; /* struct mem and its tables */
	size_t touched[GRANULE_SET_LEVELS], changed[GRANULE_SET_LEVELS];
	size_t written[GRANULE_SET_LEVELS], open[GRANULE_SET_LEVELS], exposed[GRANULE_SET_LEVELS];
	size_t whole;
	uint32_t first[MEM_MAX_BANKS];
	size_t bank[MEM_MAX_BANKS], view; /* a view; the memfd has the same offsets */
};

static size_t round_up(size_t value, size_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static uint64_t size_of(const struct mem_range *r)
{
	return r->top - r->base;
}

/*
 * Indices ascend with the PA. A guard page lies before, between and after the banks, so that a host
 * access that runs over the end of a bank is a fault and not an access to the next bank.
 */
static void plan_banks(struct plan *plan, const struct mem_ranges *ranges)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	plan->granules = 0;
	plan->view = page;
	for (unsigned int i = 0; i < ranges->count; i++) {
		const struct mem_range *r = &ranges->at[i];

		plan->first[i] = 0;
		plan->bank[i] = page;
		plan->granules += size_of(r) >> GRANULE_SHIFT;
		plan->view += round_up(size_of(r), page) + page;
		for (const struct mem_range *o = ranges->at; o < ranges->at + ranges->count; o++) {
			if (o->base >= r->base)
				continue;
			plan->first[i] += size_of(o) >> GRANULE_SHIFT;
			plan->bank[i] += round_up(size_of(o), page) + page;
		}
	}
}

static size_t plan_part(struct plan *plan, uint64_t size)
{
	const size_t offset = plan->whole;

	plan->whole += round_up(size, CACHE_LINE);
	return offset;
}

static void plan_set(struct plan *plan, size_t *levels)
{
	uint64_t bits = plan->granules;

	for (unsigned int level = 0; level < GRANULE_SET_LEVELS; level++) {
		const uint64_t words = round_up(bits, 64) / 64;

		levels[level] = plan_part(plan, words * sizeof(uint64_t));
		bits = words;
	}
}

static void plan_tables(struct plan *plan)
{
	const size_t bits = round_up(plan->granules, 64) / 8;

	plan->whole = 0;
	plan_part(plan, sizeof(struct mem));
	plan->table = plan_part(plan, plan->granules * sizeof(struct granule));
	plan->settled = plan_part(plan, bits);
	plan->committed = plan_part(plan, bits);
	plan->watch = plan_part(plan, bits);
	plan_set(plan, plan->touched);
	plan_set(plan, plan->changed);
	plan_set(plan, plan->written);
	plan_set(plan, plan->open);
	plan_set(plan, plan->exposed);
}

/*
 * The leak sanitizer does not look into memory from mmap(): it has to be told of the one structure there that has
 * pointers, or the images that only these refer to would be leaks.
 */
#if defined(__SANITIZE_ADDRESS__)
#define HAS_LEAK_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_LEAK_SANITIZER 1
#endif
#endif
#ifdef HAS_LEAK_SANITIZER
#include <sanitizer/lsan_interface.h>

static void leak_check_begin(const struct mem *mem)
{
	__lsan_register_root_region(mem, sizeof(*mem));
}

static void leak_check_end(const struct mem *mem)
{
	__lsan_unregister_root_region(mem, sizeof(*mem));
}
#else
static void leak_check_begin(const struct mem *mem)
{
	(void)mem;
}

static void leak_check_end(const struct mem *mem)
{
	(void)mem;
}
#endif

/* Small pages: a huge page would commit the records of half a GiB at the first touch. */
static struct mem *allocate(const struct plan *plan)
{
	void *base = mmap(NULL, plan->whole, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return NULL;
	madvise(base, plan->whole, MADV_NOHUGEPAGE);
	leak_check_begin(base);
	return base;
}

static struct granule_set set_at(uint8_t *base, const struct plan *plan, const size_t *levels)
{
	struct granule_set set;

	for (unsigned int level = 0; level < GRANULE_SET_LEVELS; level++)
		set.level[level] = (uint64_t *)(base + levels[level]);
	set.top_words = (uint32_t)((plan->granules + GRANULE_SET_TOP - 1) / GRANULE_SET_TOP);
	return set;
}

static void fill(struct mem *mem, const struct plan *plan, const struct rmmsim_config *config)
{
	uint8_t *base = (uint8_t *)mem;

	mem->granule_count = plan->granules;
	mem->whole_size = plan->whole;
	mem->view_size = plan->view;
	mem->table = (struct granule *)(base + plan->table);
	mem->settled = (uint64_t *)(base + plan->settled);
	mem->committed = (uint64_t *)(base + plan->committed);
	mem->touched = set_at(base, plan, plan->touched);
	mem->changed = set_at(base, plan, plan->changed);
	mem->written = set_at(base, plan, plan->written);
	mem->protect.on = config->protection == RMMSIM_PROTECTION_TRAP;
	mem->protect.pointers_end = config->host_pointers_end && !mem->protect.on;
	mem->protect.open = set_at(base, plan, plan->open);
	mem->protect.exposed = set_at(base, plan, plan->exposed);
	mem->watch_bits = (uint64_t *)(base + plan->watch);
	mem->gpf = config->gpf;
	mem->gpf_context = config->gpf_context;
	pthread_mutex_init(&mem->lock, NULL);
}

static void fill_banks(struct mem *mem, const struct plan *plan, const struct mem_ranges *ranges)
{
	for (unsigned int i = 0; i < ranges->count; i++) {
		mem->banks[i] = (struct mem_bank){
			.base = ranges->at[i].base,
			.size = size_of(&ranges->at[i]),
			.granules = mem->table + plan->first[i],
			.realm = mem->realm_view + plan->bank[i],
			.host = mem->host_view + plan->bank[i],
			.first = plan->first[i],
			.kind = ranges->at[i].kind,
		};
	}
	mem->bank_count = ranges->count;
}

static int create_file(size_t size)
{
	int fd = memfd_create("rmmsim", MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL) /* a kernel before 6.3 */
		fd = memfd_create("rmmsim", MFD_CLOEXEC);
	if (fd >= 0 && ftruncate(fd, (off_t)size) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool map_view(const struct plan *plan, const struct mem_ranges *ranges, int fd,
		     int protection, uint8_t **view)
{
	void *base = mmap(NULL, plan->view, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			  -1, 0);

	if (base == MAP_FAILED)
		return false;
	*view = base;
	for (unsigned int i = 0; i < ranges->count; i++) {
		void *bank = mmap(*view + plan->bank[i], size_of(&ranges->at[i]), protection,
				  MAP_SHARED | MAP_FIXED | MAP_NORESERVE, fd, (off_t)plan->bank[i]);

		if (bank == MAP_FAILED)
			return false;
	}
	return true;
}

static bool map_views(struct mem *mem, const struct plan *plan, const struct mem_ranges *ranges)
{
	const int accessible = PROT_READ | PROT_WRITE;
	const int fd = create_file(plan->view);
	bool mapped;

	if (fd < 0)
		return false;
	mapped = map_view(plan, ranges, fd, accessible, &mem->realm_view) &&
		 map_view(plan, ranges, fd, mem->protect.on ? PROT_NONE : accessible,
			  &mem->host_view);
	if (mapped) {
		close(fd);
		return true;
	}
	const int reason = errno;
	close(fd);
	errno = reason;
	return false;
}

enum rmmsim_status mem_create(const struct rmmsim_config *config, struct mem **mem,
			      struct rmmsim_error *error)
{
	struct mem_ranges ranges;
	enum rmmsim_status status;
	struct plan plan;
	struct mem *m;

	*mem = NULL;
	status = mem_ranges_read(config, &ranges, error);
	if (status != RMMSIM_OK)
		return status;
	plan_banks(&plan, &ranges);
	plan_tables(&plan);
	m = allocate(&plan);
	if (!m)
		return mem_error(error, RMMSIM_ERR_MEMORY,
				 "no address space for a granule table of %zu bytes: %m; configure "
				 "less memory or raise the limit (ulimit -v)",
				 plan.whole);
	fill(m, &plan, config);
	if (!map_views(m, &plan, &ranges)) {
		status = mem_error(error, RMMSIM_ERR_MEMORY,
				   "cannot map %zu bytes of simulated memory twice: %m; configure "
				   "less memory or raise the limit (ulimit -v)",
				   plan.view);
		mem_destroy(m);
		return status;
	}
	fill_banks(m, &plan, &ranges);
	protect_start(m);
	if (m->protect.on)
		fault_register(m);
	*mem = m;
	return RMMSIM_OK;
}

void mem_destroy(struct mem *mem)
{
	if (!mem)
		return;
	if (mem->protect.on)
		fault_unregister(mem);
	image_release(mem->head);
	if (mem->host_view)
		munmap(mem->host_view, mem->view_size);
	if (mem->realm_view)
		munmap(mem->realm_view, mem->view_size);
	pthread_mutex_destroy(&mem->lock);
	leak_check_end(mem);
	munmap(mem, mem->whole_size);
}
