/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_COMPILER_H
#define HSHIM_BASE_COMPILER_H

/* Attributes and annotations. Those that mean nothing outside of a kernel are empty: host-shim.md#6.1 */

#ifndef HSHIM_WITH_LIBC
#undef __always_inline
#define __always_inline inline __attribute__((__always_inline__))
#endif

#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __bitwise
#define __private
#define __safe
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __acquire(x) (void)0
#define __release(x) (void)0
#define __chk_user_ptr(x)
#define __chk_io_ptr(x)
#define __counted_by(x)
#define __counted_by_le(x)
#define __randomize_layout
#define __ro_after_init
#define __read_mostly
#define __initdata
#define __initconst
#define __init
#define __exit
#define __ref
#define __refdata
#define __cold
#define __hot
#define notrace
#define noinstr
#define asmlinkage
#define __latent_entropy
#define __no_sanitize_address
#define __kcsan_ignore
#define __cacheline_aligned
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __private_extern
#define __ADDRESSABLE(sym)

#undef __packed
#undef __aligned
#undef __must_check
#undef __maybe_unused
#undef __noreturn
#undef __weak
#undef __pure
#define __packed           __attribute__((__packed__))
#define __aligned(x)       __attribute__((__aligned__(x)))
#define __must_check       __attribute__((__warn_unused_result__))
#define __maybe_unused     __attribute__((__unused__))
#define __always_unused    __attribute__((__unused__))
#define __attribute_unused __attribute__((__unused__))
#define __noreturn         __attribute__((__noreturn__))
#define __weak             __attribute__((__weak__))
#define __pure             __attribute__((__pure__))
#undef __attribute_const__
#define __attribute_const__ __attribute__((__const__))
#define __printf(a, b)      __attribute__((__format__(__printf__, a, b)))
#define __section(s)        __attribute__((__section__(s)))
#define __alias(s)          __attribute__((__alias__(#s)))
#define __used              __attribute__((__used__))
#define __visible
#define __cleanup(f) __attribute__((__cleanup__(f)))
#define __flatten    __attribute__((__flatten__))
#define __malloc     __attribute__((__malloc__))
#define __nonstring
#define __alloc_size(x, ...)
#define __no_caller_saved
#undef noinline
#define noinline           __attribute__((__noinline__))
#define noinline_for_stack noinline
#define inline_for_test    inline

#ifndef fallthrough
#define fallthrough __attribute__((__fallthrough__))
#endif

#define likely(x)       __builtin_expect(!!(x), 1)
#define unlikely(x)     __builtin_expect(!!(x), 0)
#define barrier()       __asm__ __volatile__("" : : : "memory")
#define barrier_data(p) __asm__ __volatile__("" : : "r"(p) : "memory")
#ifndef HSHIM_WITH_LIBC
#define unreachable() __builtin_unreachable()
#endif
#define OPTIMIZER_HIDE_VAR(v) __asm__("" : "=r"(v) : "0"(v))
#define RELOC_HIDE(p, off)    ((typeof(p))((unsigned long)(p) + (off)))
#define data_race(expr)       (expr)
#define annotate_reachable()
#define instrumentation_begin() ((void)0)
#define instrumentation_end()   ((void)0)

#define READ_ONCE(x)     (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) ((void)(*(volatile typeof(x) *)&(x) = (v)))

#define smp_mb()                __sync_synchronize()
#define smp_rmb()               __sync_synchronize()
#define smp_wmb()               __sync_synchronize()
#define mb()                    __sync_synchronize()
#define rmb()                   __sync_synchronize()
#define wmb()                   __sync_synchronize()
#define dsb(opt)                __sync_synchronize()
#define dmb(opt)                __sync_synchronize()
#define isb()                   __sync_synchronize()
#define smp_load_acquire(p)     __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_store_mb(v, x)      (WRITE_ONCE(v, x), smp_mb())
#define xchg(p, v)              __atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define cmpxchg(p, old, new)                                                             \
	({                                                                               \
		typeof(*(p)) hshim_old = (old);                                          \
		__atomic_compare_exchange_n((p), &hshim_old, (new), 0, __ATOMIC_SEQ_CST, \
					    __ATOMIC_SEQ_CST);                           \
		hshim_old;                                                               \
	})

#define HSHIM_STR2(x)     #x
#define HSHIM_STR(x)      HSHIM_STR2(x)
#define __stringify(x...) HSHIM_STR(x)
#define HSHIM_CAT2(a, b)  a##b
#define HSHIM_CAT(a, b)   HSHIM_CAT2(a, b)
#define __PASTE(a, b)     HSHIM_CAT(a, b)
#define __UNIQUE_ID(p)    HSHIM_CAT(HSHIM_CAT(__unique_, p), __COUNTER__)

/* One when the preprocessor symbol is defined as 1 (a Kconfig option that is on), else 0. */
#define HSHIM_ON_1              0,
#define HSHIM_SECOND(a, b, ...) b
#define HSHIM_IS_ON3(x)         HSHIM_SECOND(x 1, 0, 0)
#define HSHIM_IS_ON2(x)         HSHIM_IS_ON3(HSHIM_ON_##x)
#define HSHIM_IS_ON(x)          HSHIM_IS_ON2(x)
#define IS_ENABLED(o)           HSHIM_IS_ON(o)
#define IS_BUILTIN(o)           HSHIM_IS_ON(o)
#define IS_REACHABLE(o)         HSHIM_IS_ON(o)
#define IS_MODULE(o)            0

#define EXPORT_SYMBOL(s)                extern int hshim_export_dummy
#define EXPORT_SYMBOL_GPL(s)            extern int hshim_export_dummy
#define EXPORT_SYMBOL_FOR_KVM(s)        extern int hshim_export_dummy
#define EXPORT_SYMBOL_NS_GPL(s, n)      extern int hshim_export_dummy
#define EXPORT_SYMBOL_FOR_MODULES(s, m) extern int hshim_export_dummy
#define MODULE_LICENSE(s)               extern int hshim_export_dummy
#define MODULE_AUTHOR(s)                extern int hshim_export_dummy
#define MODULE_DESCRIPTION(s)           extern int hshim_export_dummy
#define module_param(n, t, p)           extern int hshim_export_dummy
#define module_param_named(n, v, t, p)  extern int hshim_export_dummy
#define MODULE_PARM_DESC(n, s)          extern int hshim_export_dummy
#define THIS_MODULE                     ((void *)0)

#endif
