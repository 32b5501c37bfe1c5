/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_LIB_H
#define HSHIM_BASE_LIB_H

/* Bitmaps, xarray, cleanup scopes, static keys, user access, tasks, initcalls: host-shim.md#6 */

#include <hshim/base/lock.h>
#include <hshim/mm/alloc.h>

/* --- bitmaps: those made by bitmap_zalloc() are watched for identifiers that are left over ---------- */

unsigned long *hshim_bitmap_alloc(unsigned int bits, gfp_t gfp, bool zero, const char *site);
void hshim_bitmap_free(const unsigned long *map, const char *site);
int hshim_bitmap_find_free_region(unsigned long *map, unsigned int bits, int order);
void hshim_bitmap_release_region(unsigned long *map, unsigned int pos, int order, const char *site);
unsigned int hshim_bitmap_weight(const unsigned long *map, unsigned int bits);
unsigned long hshim_find_next(const unsigned long *map, unsigned long bits, unsigned long from,
			      bool set);
#define bitmap_zalloc(n, g)              hshim_bitmap_alloc((n), (g), true, HSHIM_HERE)
#define bitmap_alloc(n, g)               hshim_bitmap_alloc((n), (g), false, HSHIM_HERE)
#define bitmap_free(m)                   hshim_bitmap_free((m), HSHIM_HERE)
#define bitmap_find_free_region(m, n, o) hshim_bitmap_find_free_region((m), (n), (o))
#define bitmap_release_region(m, p, o)   hshim_bitmap_release_region((m), (p), (o), HSHIM_HERE)
#define bitmap_weight(m, n)              hshim_bitmap_weight((m), (n))
#define bitmap_empty(m, n)               (hshim_bitmap_weight((m), (n)) == 0)
#define bitmap_full(m, n)                (hshim_bitmap_weight((m), (n)) == (n))
#define bitmap_zero(m, n)                ((void)memset((m), 0, BITS_TO_LONGS(n) * 8))
#define bitmap_copy(d, s, n)             ((void)memcpy((d), (s), BITS_TO_LONGS(n) * 8))
#define find_next_bit(m, n, f)           hshim_find_next((m), (n), (f), true)
#define find_next_zero_bit(m, n, f)      hshim_find_next((m), (n), (f), false)
#define find_first_bit(m, n)             find_next_bit(m, n, 0)
#define find_first_zero_bit(m, n)        find_next_zero_bit(m, n, 0)
#define for_each_set_bit(b, m, n) \
	for ((b) = find_first_bit((m), (n)); (b) < (n); (b) = find_next_bit((m), (n), (b) + 1))
#define HSHIM_WORD(n, m) (((unsigned long *)(m))[(n) / 64])
#define set_bit(n, m)    ((void)__atomic_fetch_or(&HSHIM_WORD(n, m), BIT_MASK(n), __ATOMIC_SEQ_CST))
#define clear_bit(n, m) \
	((void)__atomic_fetch_and(&HSHIM_WORD(n, m), ~BIT_MASK(n), __ATOMIC_SEQ_CST))
#define __set_bit(n, m)       ((void)(HSHIM_WORD(n, m) |= BIT_MASK(n)))
#define __clear_bit(n, m)     ((void)(HSHIM_WORD(n, m) &= ~BIT_MASK(n)))
#define __assign_bit(n, m, v) ((v) ? __set_bit(n, m) : __clear_bit(n, m))
#define assign_bit(n, m, v)   ((v) ? set_bit(n, m) : clear_bit(n, m))
#define test_bit(n, m)        (!!((((const unsigned long *)(m))[(n) / 64]) & BIT_MASK(n)))
#define test_and_set_bit(n, m) \
	(!!(__atomic_fetch_or(&HSHIM_WORD(n, m), BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n)))
#define test_and_clear_bit(n, m) \
	(!!(__atomic_fetch_and(&HSHIM_WORD(n, m), ~BIT_MASK(n), __ATOMIC_SEQ_CST) & BIT_MASK(n)))
#define __test_and_set_bit(n, m) test_and_set_bit(n, m)
#define test_bit_acquire(n, m)   test_bit(n, m)

/* --- xarray ------------------------------------------------------------------------------------- */

struct hshim_xa_entry {
	unsigned long index;
	void *value;
};
struct xarray {
	struct hshim_xa_entry *entries; /* sorted by index */
	unsigned int count, room;
};
#define DEFINE_XARRAY(n) struct xarray n = {0}
#define XARRAY_INIT(n, f) \
	{                 \
		0         \
	}
void xa_init(struct xarray *xa);
void *xa_load(struct xarray *xa, unsigned long index);
void *hshim_xa_store(struct xarray *xa, unsigned long index, void *value, gfp_t gfp,
		     const char *site);
void *xa_erase(struct xarray *xa, unsigned long index);
void xa_destroy(struct xarray *xa);
void *hshim_xa_next(struct xarray *xa, unsigned long *index, bool first);
#define xa_store(x, i, v, g) hshim_xa_store((x), (i), (v), (g), HSHIM_HERE)
#define xa_insert(x, i, v, g) \
	(xa_load((x), (i)) ? -EBUSY : xa_err(hshim_xa_store((x), (i), (v), (g), HSHIM_HERE)))
/* A free index of [min, max]; -EBUSY without one. */
int hshim_xa_alloc(struct xarray *xa, u32 *id, void *value, u32 min, u32 max, gfp_t gfp,
		   const char *site);
struct xa_limit {
	u32 max, min;
};
#define XA_LIMIT(lo, hi)       ((struct xa_limit){.min = (lo), .max = (hi)})
#define xa_limit_32b           XA_LIMIT(0, 0xffffffffu)
#define xa_limit_31b           XA_LIMIT(0, 0x7fffffffu)
#define XA_FLAGS_ALLOC         0u
#define XA_FLAGS_ALLOC1        0u
#define xa_init_flags(x, f)    ((void)(f), xa_init(x))
#define DEFINE_XARRAY_ALLOC(n) DEFINE_XARRAY(n)
#define xa_alloc(x, id, v, limit, g)                                                       \
	({                                                                                 \
		const struct xa_limit hshim_l = (limit);                                   \
		hshim_xa_alloc((x), (id), (v), hshim_l.min, hshim_l.max, (g), HSHIM_HERE); \
	})
struct ida {
	struct xarray xa;
};
#define DEFINE_IDA(n)   struct ida n = {{0}}
#define ida_init(i)     xa_init(&(i)->xa)
#define ida_destroy(i)  xa_destroy(&(i)->xa)
#define ida_is_empty(i) xa_empty(&(i)->xa)
#define ida_alloc_range(i, min, max, g)                                                        \
	({                                                                                     \
		u32 hshim_id = 0;                                                              \
		const int hshim_e = hshim_xa_alloc(&(i)->xa, &hshim_id, xa_mk_value(1), (min), \
						   (max), (g), HSHIM_HERE);                    \
		hshim_e ? (hshim_e == -EBUSY ? -ENOSPC : hshim_e) : (int)hshim_id;             \
	})
#define ida_alloc(i, g)          ida_alloc_range(i, 0, 0x7fffffffu, g)
#define ida_alloc_min(i, min, g) ida_alloc_range(i, min, 0x7fffffffu, g)
#define ida_alloc_max(i, max, g) ida_alloc_range(i, 0, max, g)
#define ida_free(i, id)          ((void)xa_erase(&(i)->xa, (id)))
#define xa_is_err(e)             IS_ERR(e)
#define xa_err(e)                (IS_ERR(e) ? (int)PTR_ERR(e) : 0)
#define xa_empty(x)              ((x)->count == 0)
#define xa_mk_value(v)           ((void *)(((unsigned long)(v) << 1) | 1))
#define xa_to_value(e)           ((unsigned long)(e) >> 1)
#define xa_is_value(e)           ((unsigned long)(e)&1)
#define xa_for_each(x, i, e) \
	for (i = 0, e = hshim_xa_next((x), &(i), true); e; e = hshim_xa_next((x), &(i), false))
#define xa_for_each_range(x, i, e, s, l)                                 \
	for (i = (s), e = hshim_xa_next((x), &(i), true); e && i <= (l); \
	     e = hshim_xa_next((x), &(i), false))

/* --- cleanup scopes ------------------------------------------------------------------------------- */

#define DEFINE_FREE(name, type, code)             \
	static inline void __free_##name(void *p) \
	{                                         \
		type _T = *(type *)p;             \
		code;                             \
	}
#define __free(name) __cleanup(__free_##name)
#define no_free_ptr(p)                      \
	({                                  \
		typeof(p) hshim_kept = (p); \
		(p) = NULL;                 \
		hshim_kept;                 \
	})
#define return_ptr(p)          return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))
#define DEFINE_CLASS(name, type, exit, init, args...)         \
	typedef type class_##name##_t;                        \
	static inline void class_##name##_destructor(type *p) \
	{                                                     \
		type _T = *p;                                 \
		exit;                                         \
	}                                                     \
	static inline type class_##name##_constructor(args)   \
	{                                                     \
		return init;                                  \
	}
#define CLASS(name, var) \
	class_##name##_t var __cleanup(class_##name##_destructor) = class_##name##_constructor
#define DEFINE_GUARD(name, type, lock, unlock)                 \
	typedef type class_##name##_t;                         \
	static inline void class_##name##_destructor(type *p)  \
	{                                                      \
		type _T = *p;                                  \
		if (_T)                                        \
			unlock;                                \
	}                                                      \
	static inline type class_##name##_constructor(type _T) \
	{                                                      \
		lock;                                          \
		return _T;                                     \
	}
#define guard(name) CLASS(name, __UNIQUE_ID(guard))
#define scoped_guard(name, args...)                              \
	for (bool hshim_once = true; hshim_once;)                \
		for (CLASS(name, hshim_scope)(args); hshim_once; \
		     ((void)hshim_scope, hshim_once = false))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD(spinlock, spinlock_t *, spin_lock(_T), spin_unlock(_T))
DEFINE_GUARD(raw_spinlock, raw_spinlock_t *, spin_lock(_T), spin_unlock(_T))
DEFINE_GUARD(read_lock, rwlock_t *, read_lock(_T), read_unlock(_T))
DEFINE_GUARD(write_lock, rwlock_t *, write_lock(_T), write_unlock(_T))
DEFINE_GUARD(rwsem_read, struct rw_semaphore *, down_read(_T), up_read(_T))
DEFINE_GUARD(rwsem_write, struct rw_semaphore *, down_write(_T), up_write(_T))
struct hshim_srcu_guard {
	struct srcu_struct *lock;
	int idx;
};
typedef struct hshim_srcu_guard class_srcu_t;
static inline void class_srcu_destructor(class_srcu_t *g)
{
	srcu_read_unlock(g->lock, g->idx);
}
static inline class_srcu_t class_srcu_constructor(struct srcu_struct *s)
{
	return (class_srcu_t){s, srcu_read_lock(s)};
}
DEFINE_FREE(kfree, void *, if (!IS_ERR_OR_NULL(_T)) kfree(_T))
DEFINE_FREE(kvfree, void *, if (!IS_ERR_OR_NULL(_T)) kvfree(_T))
DEFINE_FREE(free_page, void *, free_page((unsigned long)_T))
DEFINE_FREE(bitmap, unsigned long *, bitmap_free(_T))

/* --- static keys: reset at the start of each test ------------------------------------------------- */

struct hshim_key {
	bool on;
	bool initially;
	bool listed;
	struct hshim_key *next;
};
struct static_key {
	struct hshim_key key;
};
struct static_key_false {
	struct hshim_key key;
};
struct static_key_true {
	struct hshim_key key;
};
void hshim_key_set(struct hshim_key *key, bool on);
#define STATIC_KEY_FALSE_INIT \
	{                     \
		{             \
			0     \
		}             \
	}
#define STATIC_KEY_TRUE_INIT                          \
	{                                             \
		{                                     \
			.on = true, .initially = true \
		}                                     \
	}
#define DEFINE_STATIC_KEY_FALSE(n)    struct static_key_false n = STATIC_KEY_FALSE_INIT
#define DEFINE_STATIC_KEY_TRUE(n)     struct static_key_true n = STATIC_KEY_TRUE_INIT
#define DEFINE_STATIC_KEY_FALSE_RO(n) DEFINE_STATIC_KEY_FALSE(n)
#define DEFINE_STATIC_KEY_TRUE_RO(n)  DEFINE_STATIC_KEY_TRUE(n)
#define DECLARE_STATIC_KEY_FALSE(n)   extern struct static_key_false n
#define DECLARE_STATIC_KEY_TRUE(n)    extern struct static_key_true n
#define static_branch_likely(k)       likely((k)->key.on)
#define static_branch_unlikely(k)     unlikely((k)->key.on)
#define static_branch_enable(k)       hshim_key_set(&(k)->key, true)
#define static_branch_disable(k)      hshim_key_set(&(k)->key, false)
#define static_branch_inc(k)          static_branch_enable(k)
#define static_branch_dec(k)          static_branch_disable(k)
#define static_key_enabled(k)         ((k)->key.on)

/* --- user access: number of bytes not copied ------------------------------------------------------ */

unsigned long hshim_copy_from_user(void *to, const void *from, unsigned long n, const char *site);
unsigned long hshim_copy_to_user(void *to, const void *from, unsigned long n, const char *site);
/* A pointer as a VMM passes it: the copies above can read it, and nothing else. */
unsigned long hshim_vmm_pointer(const void *p);
#define copy_from_user(t, f, n)   hshim_copy_from_user((t), (const void *)(f), (n), HSHIM_HERE)
#define copy_to_user(t, f, n)     hshim_copy_to_user((void *)(t), (f), (n), HSHIM_HERE)
#define __copy_from_user(t, f, n) copy_from_user(t, f, n)
#define __copy_to_user(t, f, n)   copy_to_user(t, f, n)
#define clear_user(t, n)          hshim_copy_to_user((void *)(t), NULL, (n), HSHIM_HERE)
#define get_user(v, p)                                                                      \
	({                                                                                  \
		typeof(*(p)) hshim_u;                                                       \
		int hshim_e = copy_from_user(&hshim_u, (p), sizeof(hshim_u)) ? -EFAULT : 0; \
		(v) = hshim_e ? 0 : hshim_u;                                                \
		hshim_e;                                                                    \
	})
#define put_user(v, p)                                                      \
	({                                                                  \
		typeof(*(p)) hshim_u = (v);                                 \
		copy_to_user((p), &hshim_u, sizeof(hshim_u)) ? -EFAULT : 0; \
	})
#define __get_user(v, p)   get_user(v, p)
#define __put_user(v, p)   put_user(v, p)
#define u64_to_user_ptr(x) ((void __user *)(unsigned long)(x))
#define access_ok(p, n)    ((void)(n), (unsigned long)(p) < (1UL << 55))
#define untagged_addr(a)   (a)
void *hshim_memdup_user(const void *from, size_t n, const char *site);
#define memdup_user(p, n) hshim_memdup_user((p), (n), HSHIM_HERE)

/* --- tasks, CPUs, initcalls ------------------------------------------------------------------------ */

struct vm_area_struct;
struct mm_struct {
	struct rw_semaphore mmap_lock;
	struct vm_area_struct *vmas;
};
struct task_struct {
	struct mm_struct *mm;
	pid_t pid, tgid;
	unsigned long flags;
	char comm[16];
};
struct task_struct *hshim_current_task(void);
#define current                  hshim_current_task()
#define mmap_read_lock(m)        down_read(&(m)->mmap_lock)
#define mmap_read_unlock(m)      up_read(&(m)->mmap_lock)
#define mmap_write_lock(m)       down_write(&(m)->mmap_lock)
#define mmap_write_unlock(m)     up_write(&(m)->mmap_lock)
#define mmap_assert_locked(m)    lockdep_assert_held(&(m)->mmap_lock)
#define signal_pending(t)        ((void)(t), false)
#define fatal_signal_pending(t)  ((void)(t), false)
#define need_resched_or_signal() 0
#define capable(c)               true
#define smp_processor_id()       0
#define raw_smp_processor_id()   0
#define get_cpu()                (preempt_disable(), 0)
#define put_cpu()                preempt_enable()
#define num_online_cpus()        1U
#define num_possible_cpus()      1U
#define nr_cpu_ids               1U
#define for_each_online_cpu(c)   for ((c) = 0; (c) < 1; (c)++)
#define for_each_possible_cpu(c) for ((c) = 0; (c) < 1; (c)++)
#define on_each_cpu(f, i, w)     ((void)(w), (f)(i))
#define DEFINE_PER_CPU(t, n)     t n
#define DECLARE_PER_CPU(t, n)    extern t n
#define this_cpu_ptr(p)          (p)
#define per_cpu_ptr(p, c)        ((void)(c), (p))
#define raw_cpu_ptr(p)           (p)
#define this_cpu_read(v)         (v)
#define this_cpu_write(v, x)     ((void)((v) = (x)))
#define this_cpu_inc(v)          ((void)((v)++))
#define alloc_percpu(t)          ((t *)kzalloc(sizeof(t), GFP_KERNEL))
#define alloc_percpu_gfp(t, g)   ((t *)kzalloc(sizeof(t), (g)))
#define free_percpu(p)           kfree(p)

typedef int (*hshim_initcall_fn)(void);
void hshim_initcall_add(hshim_initcall_fn fn, const char *name);
#define HSHIM_INITCALL(fn)                                                       \
	static void __attribute__((constructor)) HSHIM_CAT(hshim_add_, fn)(void) \
	{                                                                        \
		hshim_initcall_add(fn, #fn);                                     \
	}
#define early_initcall(fn)       HSHIM_INITCALL(fn)
#define core_initcall(fn)        HSHIM_INITCALL(fn)
#define postcore_initcall(fn)    HSHIM_INITCALL(fn)
#define arch_initcall(fn)        HSHIM_INITCALL(fn)
#define subsys_initcall(fn)      HSHIM_INITCALL(fn)
#define subsys_initcall_sync(fn) HSHIM_INITCALL(fn)
#define fs_initcall(fn)          HSHIM_INITCALL(fn)
#define device_initcall(fn)      HSHIM_INITCALL(fn)
#define late_initcall(fn)        HSHIM_INITCALL(fn)
#define module_init(fn)          HSHIM_INITCALL(fn)
#define module_exit(fn)          extern int hshim_export_dummy

#endif
