/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/protect.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Granules that one fault opens at most. */
#define WINDOW_MAX 16u
/*
 * Mappings that are worth to make the whole view inaccessible for. One instruction may touch dozens of
 * granules: with fewer it might never see all of them accessible at once.
 */
#define WORTH 256u
/*
 * Exposed granules that stay accessible when memory is what a snapshot says: to look at the content of one
 * costs less than to change its mapping and to take the fault of its next use. Not so where the Host does not
 * come back to any of them for a while, which is longer each time that it does.
 */
#define STAY_OPEN     256u
#define PATIENCE      16u
#define PATIENCE_MOST (1u << 20)

/*
 * Held for a system call or two. A handler may take it in any thread at any instruction, so no signal
 * may come in while it is held: a thread that waits for it never waits for itself.
 */
static void lock(struct protect *protect, sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, before);
	while (atomic_exchange(&protect->lock, true))
		sched_yield();
}

static void unlock(struct protect *protect, const sigset_t *before)
{
	atomic_store(&protect->lock, false);
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

struct granule protect_state(const struct granule *granule)
{
	struct granule copy = {0};

	*(uint8_t *)&copy = __atomic_load_n((const uint8_t *)granule, __ATOMIC_SEQ_CST);
	return copy;
}

static bool non_secure(const struct mem *mem, uint32_t index)
{
	return protect_state(mem_at_index(mem, index)).pas == GRANULE_PAS_NS;
}

static bool is_open(const struct mem *mem, uint32_t index)
{
	return granule_set_has(&mem->protect.open, index);
}

static uint32_t bank_end(const struct mem_bank *bank)
{
	return bank->first + (uint32_t)(bank->size >> GRANULE_SHIFT);
}

/* What the host view lets the program do with a granule. */
enum view { VIEW_CLOSED, VIEW_OPEN };

/* --- with the lock held ---------------------------------------------------------------------- */

static bool change_pages(const struct mem_bank *bank, uint32_t low, uint32_t high, enum view view)
{
	return mprotect(bank->host + ((uint64_t)(low - bank->first) << GRANULE_SHIFT),
			(uint64_t)(high - low) << GRANULE_SHIFT,
			view == VIEW_OPEN ? PROT_READ | PROT_WRITE : PROT_NONE) == 0;
}

/* How many mappings the host view gains when [low, high), which is all alike, changes to `view`. */
static int growth(const struct mem *mem, const struct mem_bank *bank, uint32_t low, uint32_t high,
		  enum view view)
{
	const bool open = view == VIEW_OPEN;
	int more = 0;

	if (low > bank->first)
		more += is_open(mem, low - 1) == open ? -1 : 1;
	if (high < bank_end(bank))
		more += is_open(mem, high) == open ? -1 : 1;
	return more;
}

static void mark_open(struct mem *mem, uint32_t low, uint32_t high)
{
	for (uint32_t i = low; i < high; i++) {
		mem->protect.exposed_count += !granule_set_has(&mem->protect.exposed, i);
		granule_set_add(&mem->protect.open, i);
		granule_set_add(&mem->protect.exposed, i);
	}
	atomic_fetch_add_explicit(&mem->protect.changes, 1, memory_order_relaxed);
	protect_stir(mem);
}

static void mark_closed(struct mem *mem, uint32_t low, uint32_t high)
{
	for (uint32_t i = low; i < high; i++)
		granule_set_remove(&mem->protect.open, i);
	atomic_fetch_add_explicit(&mem->protect.changes, 1, memory_order_relaxed);
}

/* False if the system has no mapping left for it. */
static bool change_view(struct mem *mem, const struct mem_bank *bank, uint32_t low, uint32_t high,
			enum view view)
{
	const int more = growth(mem, bank, low, high, view);

	if (more > 0 && mem->protect.mappings + (uint32_t)more > mem->protect.mappings_max)
		return false;
	if (!change_pages(bank, low, high, view))
		return false;
	if (view == VIEW_OPEN)
		mark_open(mem, low, high);
	else
		mark_closed(mem, low, high);
	mem->protect.mappings += (uint32_t)more;
	return true;
}

/* Non-secure granules open again when they are touched: this only costs time. */
static bool close_everything(struct mem *mem)
{
	if (granule_set_is_empty(&mem->protect.open))
		return true;
	for (unsigned int i = 0; i < mem->bank_count; i++) {
		const struct mem_bank *bank = &mem->banks[i];

		if (!change_pages(bank, bank->first, bank_end(bank), VIEW_CLOSED))
			return false;
	}
	granule_set_empty(&mem->protect.open);
	atomic_fetch_add_explicit(&mem->protect.changes, 1, memory_order_relaxed);
	mem->protect.mappings = 0;
	return true;
}

/*
 * Non-secure memory must be accessible at any cost: a whole run of inaccessible granules is one
 * mapping, and to change all of it needs no new one.
 */
static bool open_run(struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	uint32_t low = index, high = index + 1;

	while (low > bank->first && !is_open(mem, low - 1))
		low--;
	while (high < bank_end(bank) && !is_open(mem, high))
		high++;
	if (!change_pages(bank, low, high, VIEW_OPEN))
		return false;
	mem->protect.mappings += (uint32_t)growth(mem, bank, low, high, VIEW_OPEN);
	mark_open(mem, low, high);
	for (uint32_t i = low; i < high; i++)
		mem->protect.unprotected += !non_secure(mem, i);
	return true;
}

static bool open_range(struct mem *mem, const struct mem_bank *bank, uint32_t low, uint32_t high)
{
	if (change_view(mem, bank, low, high, VIEW_OPEN))
		return true;
	if (mem->protect.mappings >= WORTH && close_everything(mem) &&
	    change_view(mem, bank, low, high, VIEW_OPEN))
		return true;
	return open_run(mem, bank, low);
}

/* The inaccessible Non-secure granules from `low` on, up to `limit`. */
static uint32_t closed_run(const struct mem *mem, uint32_t low, uint32_t limit)
{
	uint32_t high = low;

	while (high < limit && !is_open(mem, high) && non_secure(mem, high))
		high++;
	return high;
}

/*
 * A program that goes through memory in ascending order needs fewer faults than there are granules;
 * neighbours of a granule that is touched alone stay cheap to delegate.
 */
static bool open_window(struct mem *mem, const struct mem_bank *bank, uint32_t index)
{
	struct protect *protect = &mem->protect;
	uint32_t limit, high;

	protect->window = index == protect->next ? protect->window * 2 : 1;
	if (protect->window > WINDOW_MAX)
		protect->window = WINDOW_MAX;
	limit = bank_end(bank) - index;
	if (limit > protect->window)
		limit = protect->window;
	high = closed_run(mem, index, index + limit);
	protect->next = high;
	return open_range(mem, bank, index, high);
}

static enum protect_verdict touch(struct mem *mem, uint32_t index)
{
	if (is_open(mem, index))
		return PROTECT_ACCESSIBLE;
	if (!non_secure(mem, index))
		return PROTECT_FORBIDDEN;
	if (!open_window(mem, mem_bank_of(mem, mem_at_index(mem, index)), index))
		return PROTECT_FAILED;
	return PROTECT_OPENED;
}

static void open_runs(struct mem *mem, const struct mem_bank *bank, uint32_t low, uint32_t limit)
{
	while (low < limit) {
		const uint32_t high = closed_run(mem, low, limit);

		if (high > low)
			open_range(mem, bank, low, high);
		low = high > low ? high : low + 1;
	}
}

/* --- from outside ------------------------------------------------------------------------------ */

enum protect_verdict protect_touch(struct mem *mem, uint32_t index)
{
	enum protect_verdict verdict;
	sigset_t before;

	lock(&mem->protect, &before);
	verdict = touch(mem, index);
	unlock(&mem->protect, &before);
	return verdict;
}

/*
 * The record was changed before the lock is looked at, and the thread that opens granules takes the lock before
 * it looks at records: either it is seen here, or it sees that the granule is not Non-secure.
 */
void protect_close(struct mem *mem, const struct granule *granule)
{
	const uint32_t index = mem_index(mem, granule);
	const struct mem_bank *bank;
	sigset_t before;

	if (!mem->protect.on)
		return;
	if (!atomic_load(&mem->protect.lock) && !is_open(mem, index))
		return;
	bank = mem_bank_of(mem, granule);
	lock(&mem->protect, &before);
	if (is_open(mem, index) && !change_view(mem, bank, index, index + 1, VIEW_CLOSED) &&
	    !close_everything(mem))
		mem->protect.unprotected++;
	unlock(&mem->protect, &before);
}

static bool host_is_idle(struct protect *protect)
{
	if (atomic_exchange(&protect->stirred, false)) {
		protect->quiet = 0;
		return false;
	}
	if (++protect->quiet < protect->patience)
		return false;
	protect->quiet = 0;
	if (protect->patience < PATIENCE_MOST)
		protect->patience *= 2;
	return true;
}

void protect_reset(struct mem *mem)
{
	sigset_t before;

	if (mem->protect.pointers_end)
		granule_set_empty(&mem->protect.exposed);
	/* What is open was exposed. */
	if (!mem->protect.on || mem->protect.exposed_count == 0)
		return;
	if (mem->protect.exposed_count <= STAY_OPEN && !host_is_idle(&mem->protect))
		return;
	lock(&mem->protect, &before);
	if (close_everything(mem)) {
		granule_set_empty(&mem->protect.exposed);
		mem->protect.exposed_count = 0;
	}
	unlock(&mem->protect, &before);
}

/* With protection off nothing closes, but a snapshot has to know what the Host may write to. */
static void expose(struct mem *mem, uint32_t low, uint32_t high)
{
	sigset_t before;
	uint32_t i = low;

	while (i < high && granule_set_has(&mem->protect.exposed, i))
		i++;
	if (i == high)
		return;
	lock(&mem->protect, &before);
	for (; i < high; i++)
		granule_set_add(&mem->protect.exposed, i);
	unlock(&mem->protect, &before);
}

static bool all_open(const struct mem *mem, uint32_t low, uint32_t high)
{
	for (uint32_t i = low; i < high; i++) {
		if (!is_open(mem, i) && non_secure(mem, i))
			return false;
	}
	return true;
}

void protect_open(struct mem *mem, const struct mem_bank *bank, uint64_t pa, size_t size)
{
	const uint32_t low = bank->first + (uint32_t)((pa - bank->base) >> GRANULE_SHIFT);
	const uint32_t high =
		bank->first + (uint32_t)((pa + size - 1 - bank->base) >> GRANULE_SHIFT) + 1;
	sigset_t before;

	if (!mem->protect.on) {
		expose(mem, low, high);
		return;
	}
	protect_stir(mem);
	if (all_open(mem, low, high))
		return;
	lock(&mem->protect, &before);
	open_runs(mem, bank, low, high);
	unlock(&mem->protect, &before);
}

uint64_t mem_unprotected(const struct mem *mem)
{
	return atomic_load(&mem->protect.unprotected);
}

bool mem_protection_agrees(const struct mem *mem, const struct granule *granule)
{
	if (!mem->protect.on || granule->pas == GRANULE_PAS_NS)
		return true;
	return !is_open(mem, mem_index(mem, granule)) || mem_unprotected(mem);
}

/* The kernel's default where the limit cannot be read. */
static uint32_t max_map_count(void)
{
	const int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
	char text[32] = {0};
	unsigned long count = 0;

	if (fd >= 0) {
		if (read(fd, text, sizeof(text) - 1) > 0)
			count = strtoul(text, NULL, 10);
		close(fd);
	}
	return count ? (uint32_t)count : 65530;
}

void protect_start(struct mem *mem)
{
	if (!mem->protect.on)
		return;
	mem->protect.patience = PATIENCE;
	/* The program needs some too: without any, its next malloc() or thread fails. */
	mem->protect.mappings_max = max_map_count() / 4 * 3;
}
