/* SPDX-License-Identifier: BSD-3-Clause */
/* From a configuration to a machine that a host can run on, and back. */
#include "host_shim/src/kit/again.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/script.h>

#define DEFAULT_BASE 0x80100000ul
#define DEFAULT_SIZE 0x4000000ul
#define QUARANTINE   64
#define DEFAULT_SEED UINT64_C(0x9e3779b97f4a7c15)

static void set_banks(struct hshim_config *config)
{
	if (!config->ram_size[0])
		config->ram_size[0] = DEFAULT_SIZE;
	if (!config->ram_base[0])
		config->ram_base[0] = DEFAULT_BASE;
}

static void trace_ns_access(void *context, uint64_t pa, size_t size, bool write)
{
	hshim_ns_access(context, pa, size, write);
}

static void set_model(const struct hshim_config *config, struct rmmsim_config *model)
{
	rmmsim_config_init(model);
	model->profile = config->model_profile;
	model->dram_count = 0;
	for (unsigned int i = 0; i < HSHIM_MAX_BANKS && config->ram_size[i]; i++) {
		model->dram[i].base = config->ram_base[i];
		model->dram[i].top = config->ram_base[i] + config->ram_size[i];
		model->dram_count++;
	}
	if (!config->unprotected)
		model->protection = RMMSIM_PROTECTION_TRAP;
	if (config->set_features)
		for (unsigned int i = 0; i < 2; i++)
			model->feature_register[i] = config->feature_register[i];
	if (config->rec_aux_count)
		model->rec_aux_count = config->rec_aux_count;
	if (config->vmid_bits)
		model->vmid_bits = config->vmid_bits;
	model->gpf = hshim_gpf;
	model->ns_access = trace_ns_access;
	if (config->model)
		config->model(config->context, model);
}

static bool add_banks(struct hshim_mem *mem, struct rmmsim *sim, const struct rmmsim_config *model)
{
	for (unsigned int i = 0; i < model->dram_count && i < HSHIM_MAX_BANKS; i++) {
		struct bank *bank = &mem->banks[i];

		bank->base = model->dram[i].base;
		bank->size = model->dram[i].top - model->dram[i].base;
		bank->host = rmmsim_host_ptr(sim, bank->base, bank->size);
		bank->first = mem->count;
		bank->count = (uint32_t)(bank->size >> PAGE_SHIFT);
		mem->count += bank->count;
		mem->regions[i] = (struct memblock_region){bank->base, bank->size};
		mem->bank_count++;
		if (!bank->host)
			return false;
	}
	return true;
}

static bool start(struct hshim *shim, const struct rmmsim_config *model)
{
	struct hshim_mem *mem = calloc(1, sizeof(*mem));

	shim->mem = mem;
	shim->locks = calloc(1, sizeof(*shim->locks));
	shim->heap = calloc(1, sizeof(*shim->heap));
	if (!mem || !shim->locks || !shim->heap || !add_banks(mem, shim->sim, model))
		return false;
	mem->pages = shim_map((mem->count + 1ul) * sizeof(mem->pages[0]));
	mem->queue = shim_map(mem->count * sizeof(mem->queue[0]));
	mem->lifo = shim_map(mem->count * sizeof(mem->lifo[0]));
	mem->queue_size = QUARANTINE;
	mem->seed = DEFAULT_SEED;
	mem->task = (struct task_struct){.mm = &mem->mm, .pid = 1, .tgid = 1, .comm = "vmm"};
	mem->mm.mmap_lock.l.name = "mmap_lock";
	return mem->pages && mem->queue && mem->lifo;
}

struct rmmsim_scripts *env_stop(struct hshim *shim)
{
	struct hshim_mem *mem = shim->mem;
	struct rmmsim_scripts *scripts = shim->scripts;

	if (mem) {
		for (unsigned int i = 0; i < ARRAY_SIZE(mem->messages); i++)
			free(mem->messages[i]);
		shim_unmap(mem->pages, (mem->count + 1ul) * sizeof(mem->pages[0]));
		shim_unmap(mem->queue, mem->count * sizeof(mem->queue[0]));
		shim_unmap(mem->lifo, mem->count * sizeof(mem->lifo[0]));
		heap_stop(shim);
		free(mem->refusal);
	}
	free(mem);
	free(shim->locks);
	free(shim->heap);
	exits_stop(shim);
	shim->mem = NULL;
	shim_free(shim);
	shim_set_threads(false);
	return scripts;
}

static void destroy(struct hshim *shim)
{
	struct rmmsim *sim = shim->sim;
	struct rmmsim_scripts *scripts = env_stop(shim);

	rmmsim_destroy(sim);
	rmmsim_scripts_destroy(scripts);
}

static bool boot(struct hshim *shim)
{
	int ret;

	hshim_static_keys_reset();
	if (!shim->mem->config.boot)
		return true;
	hshim_boot_begin();
	ret = shim->mem->config.boot();
	hshim_boot_end();
	if (ret)
		fprintf(stderr, "host_shim: boot() of the configuration returned %d\n", ret);
	return ret == 0;
}

static bool record(const char *path)
{
	if (!path || hshim_trace_start(path))
		return true;
	fprintf(stderr, "host_shim: %s cannot be written\n", path);
	return false;
}

struct rmmsim *env_model(struct hshim_config *config, struct rmmsim_config *model)
{
	struct rmmsim_error error;
	struct rmmsim *sim;

	set_banks(config);
	set_model(config, model);
	if (rmmsim_create(model, &sim, &error) == RMMSIM_OK)
		return sim;
	fprintf(stderr, "host_shim: %s\n", error.text);
	return NULL;
}

struct hshim *env_start(const struct hshim_config *config, const struct rmmsim_config *model,
			struct rmmsim *sim)
{
	struct hshim *shim = shim_new(sim);

	if (!shim) {
		rmmsim_destroy(sim);
		return NULL;
	}
	shim_set_threads(config->threads);
	if (start(shim, model)) {
		shim->mem->config = *config;
		shim->observer = &ram_observer;
		if (guest_start(shim) && record(config->trace) && boot(shim))
			return shim;
	}
	destroy(shim);
	return NULL;
}

struct hshim *hshim_open(const struct hshim_config *config)
{
	static const struct hshim_config none;
	struct hshim_config wanted = config ? *config : none;
	struct rmmsim_config model;
	struct rmmsim *sim = env_model(&wanted, &model);

	return sim ? env_start(&wanted, &model, sim) : NULL;
}

unsigned int hshim_close(void)
{
	struct hshim *shim = shim_current();
	unsigned int failures;

	if (!shim)
		return 0;
	hshim_check_end();
	user_stop(shim);
	failures = hshim_failures();
	destroy(shim);
	return failures;
}

void hshim_boot_begin(void)
{
	ram_now()->booting = true;
}

void hshim_boot_end(void)
{
	ram_now()->booting = false;
	for (struct block *block = shim_current()->heap->first; block; block = block->next)
		if (block->bits)
			block->boot_weight = hshim_bitmap_weight(
				(unsigned long *)(void *)(block + 1), block->bits);
}

/* --- knobs ---------------------------------------------------------------------------------------------- */

void hshim_fail_alloc(unsigned int kinds, unsigned int nth, unsigned int count)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	mem->fail_kinds = kinds;
	mem->fail_nth = nth;
	mem->fail_count = count;
	mem->fail_seen = 0;
	mem->fail_prob = 0;
}

void hshim_fail_alloc_prob(unsigned int kinds, unsigned int n, unsigned long seed)
{
	SHIM_LOCKED();
	hshim_fail_alloc(kinds, 0, 0);
	ram_now()->fail_prob = n;
	ram_now()->seed = seed ? seed : DEFAULT_SEED;
}

void hshim_alloc_pause(bool paused)
{
	SHIM_LOCKED();
	ram_now()->paused = paused;
}

unsigned int hshim_alloc_points(void)
{
	SHIM_LOCKED();
	return ram_now()->fail_seen;
}

void hshim_mem_limit_pages(unsigned long pages)
{
	SHIM_LOCKED();
	ram_now()->limit = pages;
}

void hshim_alloc_order(enum hshim_order order, unsigned long seed)
{
	SHIM_LOCKED();
	ram_now()->order = order;
	ram_now()->seed = seed ? seed : DEFAULT_SEED;
}

void hshim_quarantine(unsigned int pages)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	ram_flush_quarantine(mem);
	mem->queue_first = 0;
	mem->queue_size = min(pages, mem->count);
}

void hshim_cache_mode(enum hshim_cache mode)
{
	SHIM_LOCKED();
	ram_now()->tight = mode == HSHIM_CACHE_TIGHT;
}

bool hshim_cache_is_tight(void)
{
	SHIM_LOCKED();
	return ram_now()->tight;
}

void hshim_cache_topped(void)
{
	SHIM_LOCKED();
	ram_now()->cache_taken = 0;
}

void hshim_cache_took(void)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	if (++mem->cache_taken > mem->cache_peak)
		mem->cache_peak = mem->cache_taken;
}

unsigned int hshim_cache_peak(void)
{
	SHIM_LOCKED();
	return ram_now()->cache_peak;
}

void hshim_undelegate_fill(enum hshim_fill fill)
{
	SHIM_LOCKED();
	ram_now()->fill = fill;
}

void hshim_copy_fail(unsigned int nth)
{
	SHIM_LOCKED();
	ram_now()->copy_nth = nth;
	ram_now()->copy_seen = 0;
}

void hshim_alloc_hook(void (*fn)(void *context), void *context)
{
	SHIM_LOCKED();
	ram_now()->alloc_hook = fn;
	ram_now()->alloc_context = context;
}

unsigned long hshim_pages_in_use(void)
{
	SHIM_LOCKED();
	return ram_now()->used;
}

unsigned long hshim_delegated_pages(void)
{
	SHIM_LOCKED();
	return shim_current()->delegated;
}

unsigned long hshim_delegated_peak(void)
{
	SHIM_LOCKED();
	return shim_current()->delegated_peak;
}

bool hshim_sweeping(void)
{
	SHIM_LOCKED();
	return ram_now()->sweeping;
}
