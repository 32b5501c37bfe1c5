/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "host_shim/src/conduit/shim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <rmmsim/rmmsim.h>

#include "smc/config.h"

#define DEFAULT_STALL 20000

/* A kernel function such as kmalloc() names no instance. */
static struct hshim *current_shim;

struct hshim *shim_current(void)
{
	return current_shim;
}

void shim_make_current(struct hshim *shim)
{
	current_shim = shim;
}

static const enum hshim_severity severities[] = {
#define SEVERITY(id, name, severity) [HSHIM_O_##id] = severity,
	HSHIM_ORACLES(SEVERITY)
#undef SEVERITY
};

/* --- threads -------------------------------------------------------------------------------------------- */

/* They protect what current_shim points to, which is one for the process, too. */
static pthread_mutex_t everything = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t something = PTHREAD_COND_INITIALIZER;
static bool threads;
static __thread unsigned int inside;
static __thread unsigned int busy;

bool shim_lock(void)
{
	busy++;
	if (!threads)
		return false;
	if (!inside++)
		pthread_mutex_lock(&everything);
	return true;
}

void shim_unlock(const bool *locked)
{
	busy--;
	if (*locked && !--inside)
		pthread_mutex_unlock(&everything);
}

unsigned int shim_busy(void)
{
	return busy;
}

void shim_set_busy(unsigned int depth)
{
	busy = depth;
}

void shim_set_threads(bool several)
{
	threads = several;
}

bool shim_has_threads(void)
{
	return threads;
}

unsigned int shim_unlock_all(void)
{
	const unsigned int depth = inside;

	inside = 0;
	if (depth)
		pthread_mutex_unlock(&everything);
	return depth;
}

void shim_lock_again(unsigned int depth)
{
	if (depth)
		pthread_mutex_lock(&everything);
	inside = depth;
}

void shim_wait(void)
{
	pthread_cond_wait(&something, &everything);
}

void shim_wake(void)
{
	if (threads)
		pthread_cond_broadcast(&something);
}

/* PEs are given out in the order of the first call. */
static struct shim_thread *new_thread(struct hshim *shim, struct shim_thread **end,
				      unsigned int number)
{
	struct shim_thread *thread = calloc(1, sizeof(*thread));

	if (!thread)
		abort();
	thread->id = pthread_self();
	thread->pe = number % rmmsim_configuration(shim->sim)->pe_count;
	*end = thread;
	return thread;
}

struct shim_thread *shim_self(struct hshim *shim)
{
	struct shim_thread **thread;
	unsigned int number = 1;

	if (!threads || pthread_equal(shim->self.id, pthread_self()))
		return &shim->self;
	SHIM_LOCKED();
	for (thread = &shim->self.next; *thread; thread = &(*thread)->next, number++)
		if (pthread_equal((*thread)->id, pthread_self()))
			return *thread;
	return new_thread(shim, thread, number);
}

static void drop_threads(struct hshim *shim)
{
	while (shim->self.next) {
		struct shim_thread *thread = shim->self.next;

		shim->self.next = thread->next;
		free(thread);
	}
}

/* --- memory of its own ------------------------------------------------------------------------------- */

#define SPARES 8

struct spares {
	struct {
		void *at;
		size_t size;
	} map[SPARES];
};

/* The pointer belongs to the process, as the mappings do. */
static struct spares *spares;

static void *map(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* Pages that were never touched stay so: to clear them would cost more than to map them. */
static void clear(uint8_t *at, size_t size)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (size + page - 1) / page;
	unsigned char *in = malloc(pages);
	const bool known = in && mincore(at, size, in) == 0;

	for (size_t i = 0; i < pages; i++)
		if (!known || (in[i] & 1))
			memset(at + i * page, 0, i + 1 < pages ? page : size - i * page);
	free(in);
}

void shim_keep_maps(void)
{
	if (!spares)
		spares = map(sizeof(*spares));
}

static void *take_spare(size_t size)
{
	for (unsigned int i = 0; spares && i < SPARES; i++) {
		void *at = spares->map[i].at;

		if (!at || spares->map[i].size != size)
			continue;
		spares->map[i].at = NULL;
		clear(at, size);
		return at;
	}
	return NULL;
}

static bool keep_spare(void *at, size_t size)
{
	for (unsigned int i = 0; spares && i < SPARES; i++) {
		if (spares->map[i].at)
			continue;
		spares->map[i].at = at;
		spares->map[i].size = size;
		return true;
	}
	return false;
}

void *shim_map_shared(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

void *shim_map(size_t size)
{
	void *at = take_spare(size);

	return at ? at : map(size);
}

void shim_unmap(void *at, size_t size)
{
	if (at && !keep_spare(at, size))
		munmap(at, size);
}

struct hshim *shim_new(struct rmmsim *sim)
{
	struct hshim *shim = shim_map(sizeof(*shim));

	if (!shim)
		return NULL;
	shim->sim = sim;
	shim->shape = smc_config_shape(rmmsim_configuration(sim));
	shim->self.id = pthread_self();
	shim->text_fd = 2;
	shim->json_fd = -1;
	shim->stall_limit = DEFAULT_STALL;
	for (unsigned int i = 0; i < HSHIM_ORACLE_COUNT; i++)
		shim->oracle[i].severity = severities[i];
	shim->previous = current_shim;
	current_shim = shim;
	return shim;
}

void shim_free(struct hshim *shim)
{
	if (!shim)
		return;
	hshim_trace_stop();
	hshim_findings_reset();
	drop_threads(shim);
	free(shim->findings);
	free(shim->notes);
	free(shim->expected);
	shim_expect_forget(shim);
	free(shim->actual);
	free(shim->answers);
	if (current_shim == shim)
		current_shim = shim->previous;
	shim_unmap(shim, sizeof(*shim));
}

struct hshim *hshim_smccc_attach(struct rmmsim *sim)
{
	return shim_new(sim);
}

void hshim_smccc_detach(struct hshim *shim)
{
	shim_free(shim);
}

struct rmmsim *hshim_model(void)
{
	return current_shim ? current_shim->sim : NULL;
}

struct hshim *hshim_instance(void)
{
	return current_shim;
}

unsigned int hshim_set_pe(unsigned int pe)
{
	struct shim_thread *self = shim_self(current_shim);
	const unsigned int before = self->pe;

	self->pe = pe;
	return before;
}

void hshim_smc_budget(unsigned long calls)
{
	current_shim->budget = calls;
	current_shim->budget_used = 0;
}

void hshim_stall_after(unsigned long calls)
{
	current_shim->stall_limit = calls;
	current_shim->stall_used = 0;
}

void hshim_stall_after_us(unsigned long us)
{
	current_shim->stall_us = us;
	current_shim->stall_start = current_shim->cycles;
}

void shim_scheduled(struct hshim *shim)
{
	shim->stall_used = 0;
	shim->stall_start = shim->cycles;
}
