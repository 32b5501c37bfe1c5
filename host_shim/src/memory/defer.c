/* SPDX-License-Identifier: BSD-3-Clause */
/* What code puts off: work, callbacks of RCU. host-shim.md#6.4 */
#include <hshim/base/lock.h>

#include "host_shim/src/memory/mem.h"

struct workqueue_struct hshim_workqueue;

void hshim_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	SHIM_LOCKED();
	struct rcu_head **at = &ram_now()->callbacks;

	while (*at)
		at = &(*at)->next;
	*at = head;
	head->next = NULL;
	head->func = func;
}

static void run_callbacks(void)
{
	struct hshim_mem *mem = ram_now();

	while (mem->callbacks) {
		struct rcu_head *head = mem->callbacks;

		mem->callbacks = head->next;
		preempt_disable();
		head->func(head);
		preempt_enable();
	}
}

void hshim_rcu_barrier(const char *what, const char *site)
{
	SHIM_LOCKED();
	hshim_might_sleep(what, site);
	run_callbacks();
}

bool hshim_queue_work(struct work_struct *work)
{
	SHIM_LOCKED();
	struct work_struct **at = &ram_now()->works;

	if (work->pending)
		return false;
	while (*at)
		at = &(*at)->next;
	*at = work;
	work->next = NULL;
	work->pending = true;
	return true;
}

static bool take_work(struct work_struct *work)
{
	struct work_struct **at = &ram_now()->works;

	if (!work->pending)
		return false;
	while (*at && *at != work)
		at = &(*at)->next;
	if (*at)
		*at = work->next;
	work->pending = false;
	return true;
}

bool hshim_cancel_work(struct work_struct *work)
{
	SHIM_LOCKED();
	return take_work(work);
}

bool hshim_flush_work(struct work_struct *work, const char *site)
{
	SHIM_LOCKED();
	hshim_might_sleep("flush_work()", site);
	if (!take_work(work))
		return false;
	work->func(work);
	return true;
}

void hshim_run_deferred(void)
{
	SHIM_LOCKED();
	struct hshim_mem *mem = ram_now();

	if (mem->deferring)
		return;
	mem->deferring = true;
	run_callbacks();
	while (mem->works) {
		struct work_struct *work = mem->works;

		take_work(work);
		work->func(work);
		run_callbacks();
	}
	mem->deferring = false;
}

void defer_run_waiting(void)
{
	const struct shim_thread *self = locks_self();
	const struct hshim_mem *mem = ram_now();

	if ((mem->works || mem->callbacks) && !self->held_count && !self->atomic && !self->irqs_off)
		hshim_run_deferred();
}

void hshim_lock_drop(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		     const char *site)
{
	SHIM_LOCKED();

	if (locks_release(lock, kind, write, site))
		defer_run_waiting();
}
