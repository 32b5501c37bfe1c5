/* SPDX-License-Identifier: BSD-3-Clause */
/* Scheduling points, and SRCU, whose readers may pass them: host-shim.md#6.4 */
#include <sched.h>

#include "host_shim/src/memory/mem.h"

/* Another task runs: it holds nothing and may sleep, also while this one may not. */
static bool reschedule(struct hshim_locks *locks)
{
	struct shim_thread *self = locks_self();
	const int atomic = self->atomic;
	const bool irqs_off = self->irqs_off;

	shim_scheduled(shim_current());
	if (!locks->resched || self->in_resched)
		return false;
	self->in_resched = true;
	self->atomic = 0;
	self->irqs_off = false;
	locks->resched(locks->resched_context);
	self->atomic = atomic;
	self->irqs_off = irqs_off;
	self->in_resched = false;
	return true;
}

/* Who waits for a lock gets a chance. */
static void yield(void)
{
	const unsigned int depth = shim_unlock_all();

	if (depth)
		sched_yield();
	shim_lock_again(depth);
}

int hshim_need_resched(void)
{
	SHIM_LOCKED();
	struct hshim_locks *locks = locks_now();

	/* Who asks would have made way. */
	shim_scheduled(shim_current());
	return locks->resched_every && ++locks->resched_seen % locks->resched_every == 0;
}

int hshim_cond_resched(const char *site)
{
	SHIM_LOCKED();
	hshim_might_sleep("cond_resched()", site);
	defer_run_waiting();
	return reschedule(locks_now());
}

int hshim_cond_resched_rwlock(struct hshim_lock *lock, bool write, const char *site)
{
	SHIM_LOCKED();
	struct shim_thread *self = locks_self();
	struct hshim_locks *locks = locks_now();
	const struct held *held = locks_find(self, lock);
	const enum hshim_lock_kind kind = held ? held->kind : HSHIM_LOCK_RW;

	hshim_lock_required(lock, write ? 2 : 1, "cond_resched with the lock", site);
	if (!held)
		return 0;
	if (self->atomic > 1)
		locks_report_sleep(self, "cond_resched with a lock", site);
	shim_scheduled(shim_current());
	if (!locks->resched && !hshim_need_resched() && !shim_has_threads())
		return 0;
	hshim_lock_drop(lock, kind, write, site);
	reschedule(locks);
	yield();
	hshim_lock_take(lock, kind, write, site);
	return 1;
}

/* --- SRCU ------------------------------------------------------------------------------------------------------ */

int hshim_srcu_lock(struct srcu_struct *s, const char *site)
{
	SHIM_LOCKED();
	int idx = s->next++ % 32;

	while (s->live >> idx & 1)
		idx = (idx + 1) % 32;
	s->live |= 1u << idx;
	locks_push(&s->l, HSHIM_LOCK_SRCU, false, site);
	return idx;
}

void hshim_srcu_unlock(struct srcu_struct *s, int idx, const char *site)
{
	SHIM_LOCKED();
	if (idx < 0 || idx >= 32 || !(s->live >> idx & 1)) {
		hshim_report(HSHIM_O_LOCK_UNBALANCED,
			     "srcu_read_unlock() at %s with index %d, which srcu_read_lock() did "
			     "not give",
			     site, idx);
		return;
	}
	s->live &= ~(1u << idx);
	hshim_lock_drop(&s->l, HSHIM_LOCK_SRCU, false, site);
}
