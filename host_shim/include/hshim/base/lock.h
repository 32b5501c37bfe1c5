/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_LOCK_H
#define HSHIM_BASE_LOCK_H

/*
 * Locks are tracked objects: who holds them, in which order they are taken, what may sleep.
 * host-shim.md#6.4. An object that is all zero is a free lock.
 */

#include <hshim/base/bug.h>
#include <hshim/base/list.h>

enum hshim_lock_kind {
	HSHIM_LOCK_SPIN,
	HSHIM_LOCK_RW,
	HSHIM_LOCK_MUTEX,
	HSHIM_LOCK_SEM,
	HSHIM_LOCK_SRCU
};

struct hshim_lock {
	const char *name;
	int writers; /* 0 or 1 */
	int readers;
	const void *extra;
};

typedef struct hshim_lock spinlock_t, raw_spinlock_t, rwlock_t;
struct mutex {
	struct hshim_lock l;
};
struct rw_semaphore {
	struct hshim_lock l;
};
struct srcu_struct {
	struct hshim_lock l;
	int next;
	unsigned int live; /* one bit per index that was handed out */
};
typedef struct wait_queue_head {
	struct list_head head;
} wait_queue_head_t;
struct completion {
	unsigned int done;
};
struct lock_class_key {
	int unused;
};
struct lockdep_map {
	int unused;
};

/* `site` is "file:line" of the caller. */
#define HSHIM_HERE __FILE__ ":" HSHIM_STR(__LINE__)
void hshim_lock_init(struct hshim_lock *lock, enum hshim_lock_kind kind, const char *name);
void hshim_lock_take(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		     const char *site);
bool hshim_lock_try(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		    const char *site);
void hshim_lock_drop(struct hshim_lock *lock, enum hshim_lock_kind kind, bool write,
		     const char *site);
void hshim_lock_required(const struct hshim_lock *lock, int held, const char *what,
			 const char *site);
int hshim_lock_held(const struct hshim_lock *lock); /* 0 no, 1 for reading, 2 for writing */
void hshim_might_sleep(const char *what, const char *site);
int hshim_cond_resched(const char *site);
int hshim_cond_resched_rwlock(struct hshim_lock *lock, bool write, const char *site);
int hshim_need_resched(void);
int hshim_srcu_lock(struct srcu_struct *s, const char *site);
void hshim_srcu_unlock(struct srcu_struct *s, int idx, const char *site);
void hshim_atomic_enter(const char *site);
void hshim_atomic_exit(const char *site);
bool hshim_in_atomic(void);
bool hshim_irqs_disabled(void);
void hshim_irq_set(bool disabled);
void hshim_guest_state(bool enter, const char *site);

#define __SPIN_LOCK_UNLOCKED(n) \
	{                       \
		.name = #n      \
	}
#define DEFINE_SPINLOCK(n)     spinlock_t n = {.name = #n}
#define DEFINE_RAW_SPINLOCK(n) raw_spinlock_t n = {.name = #n}
#define DEFINE_RWLOCK(n)       rwlock_t n = {.name = #n}
#define DEFINE_MUTEX(n)        struct mutex n = {{.name = #n}}
#define DEFINE_STATIC_SRCU(n)  static struct srcu_struct n = {.l = {.name = #n}}
#define DECLARE_RWSEM(n)       struct rw_semaphore n = {{.name = #n}}

#define spin_lock_init(p)                hshim_lock_init((p), HSHIM_LOCK_SPIN, #p)
#define spin_lock(p)                     hshim_lock_take((p), HSHIM_LOCK_SPIN, true, HSHIM_HERE)
#define spin_trylock(p)                  hshim_lock_try((p), HSHIM_LOCK_SPIN, true, HSHIM_HERE)
#define spin_unlock(p)                   hshim_lock_drop((p), HSHIM_LOCK_SPIN, true, HSHIM_HERE)
#define spin_lock_irq(p)                 spin_lock(p)
#define spin_unlock_irq(p)               spin_unlock(p)
#define spin_lock_bh(p)                  spin_lock(p)
#define spin_unlock_bh(p)                spin_unlock(p)
#define spin_lock_irqsave(p, f)          ((f) = 0, spin_lock(p))
#define spin_unlock_irqrestore(p, f)     ((void)(f), spin_unlock(p))
#define spin_is_locked(p)                (hshim_lock_held(p) != 0)
#define assert_spin_locked(p)            lockdep_assert_held(p)
#define raw_spin_lock_init(p)            spin_lock_init(p)
#define raw_spin_lock(p)                 spin_lock(p)
#define raw_spin_unlock(p)               spin_unlock(p)
#define raw_spin_lock_irqsave(p, f)      spin_lock_irqsave(p, f)
#define raw_spin_unlock_irqrestore(p, f) spin_unlock_irqrestore(p, f)

#define rwlock_init(p)                hshim_lock_init((p), HSHIM_LOCK_RW, #p)
#define read_lock(p)                  hshim_lock_take((p), HSHIM_LOCK_RW, false, HSHIM_HERE)
#define read_unlock(p)                hshim_lock_drop((p), HSHIM_LOCK_RW, false, HSHIM_HERE)
#define write_lock(p)                 hshim_lock_take((p), HSHIM_LOCK_RW, true, HSHIM_HERE)
#define write_unlock(p)               hshim_lock_drop((p), HSHIM_LOCK_RW, true, HSHIM_HERE)
#define write_trylock(p)              hshim_lock_try((p), HSHIM_LOCK_RW, true, HSHIM_HERE)
#define read_trylock(p)               hshim_lock_try((p), HSHIM_LOCK_RW, false, HSHIM_HERE)
#define write_lock_irqsave(p, f)      ((f) = 0, write_lock(p))
#define write_unlock_irqrestore(p, f) ((void)(f), write_unlock(p))
#define read_lock_irqsave(p, f)       ((f) = 0, read_lock(p))
#define read_unlock_irqrestore(p, f)  ((void)(f), read_unlock(p))
#define KVM_MMU_LOCK_INIT(kvm)        rwlock_init(&(kvm)->mmu_lock)
#define KVM_MMU_LOCK(kvm)             write_lock(&(kvm)->mmu_lock)
#define KVM_MMU_UNLOCK(kvm)           write_unlock(&(kvm)->mmu_lock)

#define mutex_init(p)               hshim_lock_init(&(p)->l, HSHIM_LOCK_MUTEX, #p)
#define __mutex_init(p, n, k)       hshim_lock_init(&(p)->l, HSHIM_LOCK_MUTEX, (n))
#define mutex_destroy(p)            ((void)(p))
#define mutex_lock(p)               hshim_lock_take(&(p)->l, HSHIM_LOCK_MUTEX, true, HSHIM_HERE)
#define mutex_lock_nested(p, s)     mutex_lock(p)
#define mutex_lock_interruptible(p) (mutex_lock(p), 0)
#define mutex_lock_killable(p)      (mutex_lock(p), 0)
#define mutex_trylock(p)            hshim_lock_try(&(p)->l, HSHIM_LOCK_MUTEX, true, HSHIM_HERE)
#define mutex_unlock(p)             hshim_lock_drop(&(p)->l, HSHIM_LOCK_MUTEX, true, HSHIM_HERE)
#define mutex_is_locked(p)          (hshim_lock_held(&(p)->l) != 0)

#define init_rwsem(p) hshim_lock_init(&(p)->l, HSHIM_LOCK_SEM, #p)
#define down_read(p)  hshim_lock_take(&(p)->l, HSHIM_LOCK_SEM, false, HSHIM_HERE)
#define up_read(p)    hshim_lock_drop(&(p)->l, HSHIM_LOCK_SEM, false, HSHIM_HERE)
#define down_write(p) hshim_lock_take(&(p)->l, HSHIM_LOCK_SEM, true, HSHIM_HERE)
#define up_write(p)   hshim_lock_drop(&(p)->l, HSHIM_LOCK_SEM, true, HSHIM_HERE)

#define init_srcu_struct(s)                                    \
	({                                                     \
		hshim_lock_init(&(s)->l, HSHIM_LOCK_SRCU, #s); \
		0;                                             \
	})
#define cleanup_srcu_struct(s)          ((void)(s))
#define srcu_read_lock(s)               hshim_srcu_lock((s), HSHIM_HERE)
#define srcu_read_unlock(s, i)          hshim_srcu_unlock((s), (i), HSHIM_HERE)
#define srcu_read_lock_held(s)          (hshim_lock_held(&(s)->l) != 0)
#define synchronize_srcu(s)             hshim_might_sleep("synchronize_srcu", HSHIM_HERE)
#define synchronize_srcu_expedited(s)   synchronize_srcu(s)
#define synchronize_rcu()               hshim_rcu_barrier("synchronize_rcu", HSHIM_HERE)
#define synchronize_rcu_expedited()     synchronize_rcu()
#define rcu_barrier()                   hshim_rcu_barrier("rcu_barrier", HSHIM_HERE)
#define call_rcu(h, f)                  hshim_call_rcu((h), (f))
#define call_srcu(s, h, f)              ((void)(s), hshim_call_rcu((h), (f)))
#define rcu_read_lock()                 ((void)0)
#define rcu_read_unlock()               ((void)0)
#define rcu_dereference(p)              READ_ONCE(p)
#define srcu_dereference(p, s)          READ_ONCE(p)
#define srcu_dereference_check(p, s, c) READ_ONCE(p)
#define rcu_dereference_check(p, c)     READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p)           READ_ONCE(p)
#define rcu_assign_pointer(p, v)        WRITE_ONCE(p, v)
#define kfree_rcu(p, m)                 kfree(p)

/*
 * What is put off is done as soon as nothing is held: at the end of the last critical section, at a
 * scheduling point, at the latest before the checks of a quiescent point. Callbacks of RCU may not sleep.
 */
void hshim_call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));
void hshim_rcu_barrier(const char *what, const char *site);
bool hshim_queue_work(struct work_struct *work);
/* It is done now, if it was queued. */
bool hshim_flush_work(struct work_struct *work, const char *site);
bool hshim_cancel_work(struct work_struct *work);
void hshim_run_deferred(void);
extern struct workqueue_struct hshim_workqueue;
#define __WORK_INITIALIZER(n, f) \
	{                        \
		.func = (f)      \
	}
#define DECLARE_WORK(n, f)                     struct work_struct n = __WORK_INITIALIZER(n, f)
#define INIT_WORK(w, f)                        (*(w) = (struct work_struct){.func = (f)})
#define INIT_WORK_ONSTACK(w, f)                INIT_WORK(w, f)
#define destroy_work_on_stack(w)               ((void)(w))
#define INIT_DELAYED_WORK(w, f)                INIT_WORK(&(w)->work, f)
#define to_delayed_work(w)                     container_of(w, struct delayed_work, work)
#define schedule_work(w)                       hshim_queue_work(w)
#define queue_work(q, w)                       ((void)(q), hshim_queue_work(w))
#define schedule_delayed_work(w, d)            ((void)(d), hshim_queue_work(&(w)->work))
#define queue_delayed_work(q, w, d)            ((void)(q), (void)(d), hshim_queue_work(&(w)->work))
#define flush_work(w)                          hshim_flush_work((w), HSHIM_HERE)
#define flush_delayed_work(w)                  hshim_flush_work(&(w)->work, HSHIM_HERE)
#define cancel_work_sync(w)                    hshim_cancel_work(w)
#define cancel_work(w)                         hshim_cancel_work(w)
#define cancel_delayed_work_sync(w)            hshim_cancel_work(&(w)->work)
#define work_pending(w)                        ((w)->pending)
#define flush_workqueue(q)                     ((void)(q), hshim_run_deferred())
#define flush_scheduled_work()                 hshim_run_deferred()
#define system_wq                              (&hshim_workqueue)
#define system_unbound_wq                      (&hshim_workqueue)
#define alloc_workqueue(f, flags, max, ...)    ((void)(flags), &hshim_workqueue)
#define alloc_ordered_workqueue(f, flags, ...) ((void)(flags), &hshim_workqueue)
#define destroy_workqueue(q)                   flush_workqueue(q)

/* Each kind of lock, by the type of the argument. */
#define HSHIM_LOCK_OF(p)                                    \
	_Generic((p), struct mutex *                        \
		 : (const void *)(p), struct rw_semaphore * \
		 : (const void *)(p), struct srcu_struct *  \
		 : (const void *)(p), default               \
		 : (const void *)(p))
#define lockdep_assert_held(p) \
	hshim_lock_required(HSHIM_LOCK_OF(p), 1, "lockdep_assert_held(" #p ")", HSHIM_HERE)
#define lockdep_assert_held_write(p) \
	hshim_lock_required(HSHIM_LOCK_OF(p), 2, "lockdep_assert_held_write(" #p ")", HSHIM_HERE)
#define lockdep_assert_held_read(p) \
	hshim_lock_required(HSHIM_LOCK_OF(p), 1, "lockdep_assert_held_read(" #p ")", HSHIM_HERE)
#define lockdep_assert_held_once(p) lockdep_assert_held(p)
#define lockdep_assert_not_held(p) \
	hshim_lock_required(HSHIM_LOCK_OF(p), 0, "lockdep_assert_not_held(" #p ")", HSHIM_HERE)
#define lockdep_assert_once(c)               ((void)WARN_ON_ONCE(!(c)))
#define lockdep_assert(c)                    ((void)WARN_ON(!(c)))
#define lockdep_is_held(p)                   (hshim_lock_held(HSHIM_LOCK_OF(p)) != 0)
#define lockdep_is_held_type(p, t)           lockdep_is_held(p)
#define lockdep_set_class(p, k)              ((void)(k))
#define lockdep_assert_preemption_disabled() ((void)WARN_ON_ONCE(!hshim_in_atomic()))
#define lockdep_assert_irqs_disabled()       ((void)WARN_ON_ONCE(!hshim_irqs_disabled()))
#define lockdep_assert_irqs_enabled()        ((void)WARN_ON_ONCE(hshim_irqs_disabled()))

#define might_sleep()                hshim_might_sleep("might_sleep", HSHIM_HERE)
#define might_sleep_if(c)            ((c) ? might_sleep() : (void)0)
#define might_fault()                might_sleep()
#define cond_resched()               hshim_cond_resched(HSHIM_HERE)
#define schedule()                   ((void)hshim_cond_resched(HSHIM_HERE))
#define msleep(n)                    ((void)(n), hshim_might_sleep("msleep", HSHIM_HERE))
#define usleep_range(a, b)           ((void)(a), hshim_might_sleep("usleep_range", HSHIM_HERE))
#define fsleep(n)                    ((void)(n), hshim_might_sleep("fsleep", HSHIM_HERE))
#define cond_resched_lock(p)         hshim_cond_resched_rwlock((p), true, HSHIM_HERE)
#define cond_resched_rwlock_write(p) hshim_cond_resched_rwlock((p), true, HSHIM_HERE)
#define cond_resched_rwlock_read(p)  hshim_cond_resched_rwlock((p), false, HSHIM_HERE)
#define need_resched()               hshim_need_resched()
#define rwlock_needbreak(p)          ((void)(p), hshim_need_resched())
#define spin_needbreak(p)            ((void)(p), hshim_need_resched())

#define preempt_disable()           hshim_atomic_enter(HSHIM_HERE)
#define preempt_enable()            hshim_atomic_exit(HSHIM_HERE)
#define preemptible()               (!hshim_in_atomic())
#define in_atomic()                 hshim_in_atomic()
#define local_irq_save(f)           ((f) = hshim_irqs_disabled(), hshim_irq_set(true))
#define local_irq_restore(f)        hshim_irq_set(f)
#define local_irq_disable()         hshim_irq_set(true)
#define local_irq_enable()          hshim_irq_set(false)
#define irqs_disabled()             hshim_irqs_disabled()
#define guest_state_enter_irqoff()  hshim_guest_state(true, HSHIM_HERE)
#define guest_state_exit_irqoff()   hshim_guest_state(false, HSHIM_HERE)
#define guest_timing_enter_irqoff() ((void)0)
#define guest_timing_exit_irqoff()  ((void)0)

#define init_waitqueue_head(w) ((void)(w))
#define wake_up(w)             ((void)(w))
#define wake_up_all(w)         ((void)(w))
#define init_completion(c)     ((void)((c)->done = 0))
#define complete(c)            ((void)((c)->done++))
#define wait_for_completion(c) hshim_might_sleep("wait_for_completion", HSHIM_HERE)

#endif
