/* SPDX-License-Identifier: BSD-3-Clause */
/* Locks and atomic sections: host-shim.md#6.4 */
#include "host_shim/src/memory/mem.h"

#include <string.h>

struct hshim_locks *locks_now(void)
{
	ram_now();
	return shim_current()->locks;
}

struct shim_thread *locks_self(void)
{
	ram_now();
	return shim_self(shim_current());
}

static const char *name_of(const struct hshim_lock *lock)
{
	return lock->name ? lock->name : "a lock that was not initialised by name";
}

static bool spins(enum hshim_lock_kind kind)
{
	return kind == HSHIM_LOCK_SPIN || kind == HSHIM_LOCK_RW;
}

const struct held *locks_find(const struct shim_thread *self, const struct hshim_lock *lock)
{
	for (unsigned int i = 0; i < self->held_count; i++)
		if (self->held[i].lock == lock)
			return &self->held[i];
	return NULL;
}

/* --- order ------------------------------------------------------------------------------------------ */

static void forget_edges(struct hshim_locks *locks, const struct hshim_lock *lock)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < locks->edge_count; i++)
		if (locks->edges[i].before != lock && locks->edges[i].after != lock)
			locks->edges[kept++] = locks->edges[i];
	locks->edge_count = kept;
}

static void check_order(struct hshim_locks *locks, const struct held *held,
			const struct hshim_lock *lock, const char *site)
{
	for (unsigned int i = 0; i < locks->edge_count; i++) {
		if (locks->edges[i].before == held->lock && locks->edges[i].after == lock)
			return;
		if (locks->edges[i].before == lock && locks->edges[i].after == held->lock)
			hshim_report(
				HSHIM_O_LOCK_ORDER,
				"%s is taken at %s while %s is held (%s); before, %s was taken at "
				"%s while %s was held (%s)",
				name_of(lock), site, name_of(held->lock), held->site,
				name_of(held->lock), locks->edges[i].after_site, name_of(lock),
				locks->edges[i].before_site);
	}
	if (locks->edge_count == MAX_EDGES)
		return;
	locks->edges[locks->edge_count].before = held->lock;
	locks->edges[locks->edge_count].after = lock;
	locks->edges[locks->edge_count].before_site = held->site;
	locks->edges[locks->edge_count++].after_site = site;
}

void locks_push(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write, const char *site)
{
	struct shim_thread *self = locks_self();
	struct hshim_locks *locks = locks_now();

	if (kind != HSHIM_LOCK_SRCU)
		for (unsigned int i = 0; i < self->held_count; i++)
			if (self->held[i].kind != HSHIM_LOCK_SRCU)
				check_order(locks, &self->held[i], lock, site);
	if (self->held_count < MAX_HELD)
		self->held[self->held_count++] = (struct held){lock, kind, write, site};
	if (write)
		lock->writers++;
	else
		lock->readers++;
	if (spins(kind))
		self->atomic++;
}

/* --- the operations ------------------------------------------------------------------------------------ */

void hshim_lock_init(struct hshim_lock *lock, enum hshim_lock_kind kind, const char *name)
{
	SHIM_LOCKED();
	struct hshim_locks *locks = shim_current() ? shim_current()->locks : NULL;

	(void)kind;
	if (locks && locks_find(locks_self(), lock))
		hshim_report(HSHIM_O_LOCK_UNBALANCED, "%s is initialised while it is held", name);
	if (locks)
		forget_edges(locks, lock);
	*lock = (struct hshim_lock){.name = name};
}

static bool is_taken(const struct hshim_lock *lock, bool write)
{
	return lock->writers || (write && lock->readers);
}

/* Until it is free. Whom this thread would have to wait for is the thread itself, or there are no others. */
static void wait_for(const struct hshim_lock *lock, bool write, const char *site)
{
	const struct held *held = locks_find(locks_self(), lock);

	while (is_taken(lock, write)) {
		if (shim_has_threads() && !held) {
			shim_wait();
			continue;
		}
		hshim_report(HSHIM_O_LOCK_ORDER, "deadlock: %s is taken at %s and is held since %s",
			     name_of(lock), site, held ? held->site : "another thread");
		hshim_leave();
	}
}

void hshim_lock_take(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		     const char *site)
{
	SHIM_LOCKED();

	if (!spins(kind))
		hshim_might_sleep("taking a lock that may sleep", site);
	wait_for(lock, write, site);
	locks_push(lock, kind, write, site);
}

bool hshim_lock_try(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		    const char *site)
{
	SHIM_LOCKED();
	if (is_taken(lock, write))
		return false;
	locks_push(lock, kind, write, site);
	return true;
}

static bool pop(struct shim_thread *self, const struct hshim_lock *lock, bool write)
{
	for (unsigned int i = self->held_count; i-- > 0;) {
		if (self->held[i].lock != lock || self->held[i].write != write)
			continue;
		memmove(&self->held[i], &self->held[i + 1],
			(self->held_count - i - 1) * sizeof(self->held[0]));
		self->held_count--;
		return true;
	}
	return false;
}

bool locks_release(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write, const char *site)
{
	struct shim_thread *self = locks_self();

	if (!pop(self, lock, write)) {
		hshim_report(HSHIM_O_LOCK_UNBALANCED, "%s is released %sat %s and is not held so",
			     name_of(lock),
			     kind != HSHIM_LOCK_RW ? ""
			     : write               ? "from writing "
						   : "from reading ",
			     site);
		return false;
	}
	if (write)
		lock->writers--;
	else
		lock->readers--;
	if (spins(kind))
		self->atomic--;
	shim_wake();
	return true;
}

int hshim_lock_held(const struct hshim_lock *lock)
{
	SHIM_LOCKED();
	const struct held *held = locks_find(locks_self(), lock);

	return held ? 1 + held->write : 0;
}

void hshim_lock_required(const struct hshim_lock *lock, int wanted, const char *what,
			 const char *site)
{
	SHIM_LOCKED();
	const int held = hshim_lock_held(lock);

	if (wanted == 0 ? held == 0 : held >= wanted)
		return;
	hshim_report(HSHIM_O_LOCK_REQUIRED, "%s at %s: the lock is %s", what, site,
		     held == 0   ? "not held"
		     : held == 1 ? "held for reading only"
				 : "held");
}

/* --- sleeping ---------------------------------------------------------------------------------------------- */

void locks_report_sleep(const struct shim_thread *self, const char *what, const char *site)
{
	struct text text = {.size = 0};

	text_add(&text, "%s at %s in an atomic section\n", what, site);
	for (unsigned int i = 0; i < self->held_count; i++)
		if (spins(self->held[i].kind))
			text_add(&text, "    %s is held since %s\n", name_of(self->held[i].lock),
				 self->held[i].site);
	if (self->irqs_off)
		text_add(&text, "    interrupts are off\n");
	hshim_report(HSHIM_O_CTX_SLEEP, "%s", text.at);
}

void hshim_might_sleep(const char *what, const char *site)
{
	SHIM_LOCKED();
	const struct shim_thread *self = locks_self();

	if (self->atomic > 0 || self->irqs_off)
		locks_report_sleep(self, what, site);
}

/* --- context --------------------------------------------------------------------------------------------------- */

void hshim_atomic_enter(const char *site)
{
	SHIM_LOCKED();
	(void)site;
	locks_self()->atomic++;
}

void hshim_atomic_exit(const char *site)
{
	SHIM_LOCKED();
	if (locks_self()->atomic-- > 0)
		return;
	locks_self()->atomic = 0;
	hshim_report(HSHIM_O_LOCK_UNBALANCED, "preempt_enable() at %s without preempt_disable()",
		     site);
}

bool hshim_in_atomic(void)
{
	SHIM_LOCKED();
	return locks_self()->atomic > 0 || locks_self()->irqs_off;
}

bool hshim_irqs_disabled(void)
{
	SHIM_LOCKED();
	return locks_self()->irqs_off;
}

void hshim_irq_set(bool disabled)
{
	SHIM_LOCKED();
	locks_self()->irqs_off = disabled;
}

void hshim_guest_state(bool enter, const char *site)
{
	SHIM_LOCKED();
	struct shim_thread *self = locks_self();

	if (!self->irqs_off)
		hshim_report(HSHIM_O_LOCK_REQUIRED, "guest state changes at %s with interrupts on",
			     site);
	if (self->in_guest == enter)
		hshim_report(HSHIM_O_LOCK_UNBALANCED, "guest state is %s twice, at %s",
			     enter ? "entered" : "left", site);
	self->in_guest = enter;
}

void hshim_resched_hook(void (*fn)(void *context), void *context)
{
	SHIM_LOCKED();
	locks_now()->resched = fn;
	locks_now()->resched_context = context;
}

void hshim_resched_every(unsigned int nth)
{
	SHIM_LOCKED();
	locks_now()->resched_every = nth;
	locks_now()->resched_seen = 0;
}

void locks_drop_all(struct hshim *shim)
{
	struct shim_thread *self = shim_self(shim);

	SHIM_LOCKED();
	for (unsigned int i = 0; i < self->held_count; i++) {
		struct hshim_lock *lock = (struct hshim_lock *)(uintptr_t)self->held[i].lock;

		if (self->held[i].write)
			lock->writers = 0;
		else if (lock->readers)
			lock->readers--;
	}
	shim_wake();
	self->held_count = 0;
	self->atomic = 0;
	self->irqs_off = false;
	self->in_guest = false;
	self->in_resched = false;
}

static void check_thread(struct shim_thread *self)
{
	for (unsigned int i = 0; i < self->held_count; i++)
		hshim_report(HSHIM_O_LOCK_UNBALANCED, "%s is still held since %s",
			     name_of(self->held[i].lock), self->held[i].site);
	if (!self->held_count && (self->atomic || self->irqs_off))
		hshim_report(HSHIM_O_LOCK_UNBALANCED, "%s at the end",
			     self->irqs_off ? "interrupts are off" : "preemption is disabled");
	self->held_count = 0;
	self->atomic = 0;
	self->irqs_off = false;
}

void check_locks(struct hshim *shim)
{
	SHIM_LOCKED();
	for (struct shim_thread *thread = &shim->self; thread; thread = thread->next)
		check_thread(thread);
}
