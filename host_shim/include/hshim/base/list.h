/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_LIST_H
#define HSHIM_BASE_LIST_H

/* Doubly linked lists, atomics and references. */

#include <hshim/base/kernel.h>

#define LIST_HEAD_INIT(n)  \
	{                  \
		&(n), &(n) \
	}
#define LIST_HEAD(n) struct list_head n = LIST_HEAD_INIT(n)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline void hshim_list_link(struct list_head *at, struct list_head *before,
				   struct list_head *after)
{
	at->prev = before;
	at->next = after;
	before->next = at;
	after->prev = at;
}

static inline void list_add(struct list_head *at, struct list_head *head)
{
	hshim_list_link(at, head, head->next);
}

static inline void list_add_tail(struct list_head *at, struct list_head *head)
{
	hshim_list_link(at, head->prev, head);
}

static inline void list_del(struct list_head *at)
{
	at->next->prev = at->prev;
	at->prev->next = at->next;
	at->next = NULL;
	at->prev = NULL;
}

static inline void list_del_init(struct list_head *at)
{
	list_del(at);
	INIT_LIST_HEAD(at);
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline void list_move(struct list_head *at, struct list_head *head)
{
	list_del(at);
	list_add(at, head);
}

static inline void list_move_tail(struct list_head *at, struct list_head *head)
{
	list_del(at);
	list_add_tail(at, head);
}

#define list_entry(p, t, m)               container_of(p, t, m)
#define list_first_entry(h, t, m)         list_entry((h)->next, t, m)
#define list_last_entry(h, t, m)          list_entry((h)->prev, t, m)
#define list_next_entry(p, m)             list_entry((p)->m.next, typeof(*(p)), m)
#define list_first_entry_or_null(h, t, m) (list_empty(h) ? NULL : list_first_entry(h, t, m))
#define list_for_each(p, h)               for (p = (h)->next; p != (h); p = p->next)
#define list_for_each_safe(p, n, h)       for (p = (h)->next, n = p->next; p != (h); p = n, n = p->next)
#define list_for_each_entry(p, h, m) \
	for (p = list_first_entry(h, typeof(*p), m); &p->m != (h); p = list_next_entry(p, m))
#define list_for_each_entry_safe(p, n, h, m)                                                  \
	for (p = list_first_entry(h, typeof(*p), m), n = list_next_entry(p, m); &p->m != (h); \
	     p = n, n = list_next_entry(n, m))
#define list_for_each_entry_reverse(p, h, m)                      \
	for (p = list_last_entry(h, typeof(*p), m); &p->m != (h); \
	     p = list_entry(p->m.prev, typeof(*p), m))
#define RB_ROOT        ((struct rb_root){NULL})
#define RB_ROOT_CACHED ((struct rb_root_cached){{NULL}, NULL})

#define ATOMIC_INIT(i) \
	{              \
		(i)    \
	}
#define ATOMIC64_INIT(i) \
	{                \
		(i)      \
	}
#define atomic_read(a)           __atomic_load_n(&(a)->counter, __ATOMIC_RELAXED)
#define atomic_set(a, i)         __atomic_store_n(&(a)->counter, (i), __ATOMIC_RELAXED)
#define atomic_add(i, a)         ((void)__atomic_add_fetch(&(a)->counter, (i), __ATOMIC_SEQ_CST))
#define atomic_sub(i, a)         ((void)__atomic_sub_fetch(&(a)->counter, (i), __ATOMIC_SEQ_CST))
#define atomic_inc(a)            atomic_add(1, a)
#define atomic_dec(a)            atomic_sub(1, a)
#define atomic_inc_return(a)     __atomic_add_fetch(&(a)->counter, 1, __ATOMIC_SEQ_CST)
#define atomic_dec_return(a)     __atomic_sub_fetch(&(a)->counter, 1, __ATOMIC_SEQ_CST)
#define atomic_add_return(i, a)  __atomic_add_fetch(&(a)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_add(i, a)   __atomic_fetch_add(&(a)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_or(i, a)    __atomic_fetch_or(&(a)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_dec_and_test(a)   (atomic_dec_return(a) == 0)
#define atomic_inc_not_zero(a)   (atomic_read(a) ? (atomic_inc(a), 1) : 0)
#define atomic_cmpxchg(a, o, n)  cmpxchg(&(a)->counter, o, n)
#define atomic64_read(a)         atomic_read(a)
#define atomic64_set(a, i)       atomic_set(a, i)
#define atomic64_inc(a)          atomic_inc(a)
#define atomic64_add(i, a)       atomic_add(i, a)
#define atomic64_inc_return(a)   atomic_inc_return(a)
#define atomic_long_read(a)      atomic_read(a)
#define atomic_long_inc(a)       atomic_inc(a)
#define refcount_set(r, n)       atomic_set(&(r)->refs, n)
#define refcount_read(r)         ((unsigned int)atomic_read(&(r)->refs))
#define refcount_inc(r)          atomic_inc(&(r)->refs)
#define refcount_inc_not_zero(r) atomic_inc_not_zero(&(r)->refs)
#define refcount_dec_and_test(r) atomic_dec_and_test(&(r)->refs)

#endif
