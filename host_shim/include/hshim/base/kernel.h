/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_KERNEL_H
#define HSHIM_BASE_KERNEL_H

/* What every file of a kernel takes for granted: host-shim.md#6.1 */

#include <hshim/base/bits.h>
#include <hshim/base/errno.h>

#define BUILD_BUG_ON(c)                _Static_assert(!(c), "BUILD_BUG_ON: " #c)
#define BUILD_BUG_ON_MSG(c, m)         _Static_assert(!(c), m)
#define BUILD_BUG()                    __builtin_unreachable()
#define BUILD_BUG_ON_ZERO(e, ...)      ((int)sizeof(struct { int : (-!!(e)); }))
#define BUILD_BUG_ON_NOT_POWER_OF_2(n) BUILD_BUG_ON((n) == 0 || (((n) & ((n)-1)) != 0))
#define BUILD_BUG_ON_INVALID(e)        ((void)sizeof((long)(e)))
#define MAYBE_BUILD_BUG_ON(c)          ((void)(c))
#define compiletime_assert(c, m)       _Static_assert(c, m)
#ifndef HSHIM_WITH_LIBC
#define HSHIM_ASSERT_PICK(c, m, ...) _Static_assert(c, m)
#define static_assert(c, ...) HSHIM_ASSERT_PICK(c, ##__VA_ARGS__, #c)
#ifndef NULL
#define NULL ((void *)0)
#endif
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *at, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *at, int c, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strstr(const char *s, const char *t);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
#else
#include <assert.h>
#include <stdio.h>
#endif
void *memchr_inv(const void *at, int c, size_t n);
#define memzero_explicit(p, n) memset((p), 0, (n))
#define strscpy(d, s, n)       ((void)snprintf((d), (n), "%s", (s)))
#define scnprintf              snprintf

/* The type of the first operand is the type of the result. */
#define __ALIGN_KERNEL_MASK(x, m) (((x) + (m)) & ~(m))
#define __ALIGN_KERNEL(x, a)      __ALIGN_KERNEL_MASK(x, (typeof(x))(a)-1)
#define ALIGN(x, a)               __ALIGN_KERNEL((x), (a))
#define __ALIGN_MASK(x, m)        __ALIGN_KERNEL_MASK((x), (m))
#define ALIGN_DOWN(x, a)          ((x) & ~((typeof(x))(a)-1))
#define PTR_ALIGN(p, a)           ((typeof(p))ALIGN((unsigned long)(p), (a)))
#define PTR_ALIGN_DOWN(p, a)      ((typeof(p))ALIGN_DOWN((unsigned long)(p), (a)))
#define IS_ALIGNED(x, a)          (((x) & ((typeof(x))(a)-1)) == 0)
#define DIV_ROUND_UP(n, d)        (((n) + (d)-1) / (d))
#define DIV_ROUND_UP_ULL(n, d)    DIV_ROUND_UP((u64)(n), d)
#define DIV_ROUND_DOWN_ULL(n, d)  ((u64)(n) / (d))
#ifndef roundup
#define roundup(x, y) ((((x) + ((y)-1)) / (y)) * (y))
#endif
#define rounddown(x, y)  ((x) - ((x) % (y)))
#define round_up(x, y)   ((((x)-1) | ((typeof(x))((y)-1))) + 1)
#define round_down(x, y) ((x) & ~((typeof(x))((y)-1)))

#ifndef __cplusplus
#undef min
#undef max
#define HSHIM_PICK(op, a, b)                            \
	({                                              \
		__auto_type hshim_a = (a);              \
		__auto_type hshim_b = (b);              \
		hshim_a op hshim_b ? hshim_a : hshim_b; \
	})
#define min(a, b) HSHIM_PICK(<, a, b)
#define max(a, b) HSHIM_PICK(>, a, b)
#endif
#define HSHIM_PICK_T(op, t, a, b)                           \
	({                                                  \
		t hshim_ta = (a);                           \
		t hshim_tb = (b);                           \
		hshim_ta op hshim_tb ? hshim_ta : hshim_tb; \
	})
#define min_t(t, a, b) HSHIM_PICK_T(<, t, a, b)
#define max_t(t, a, b) HSHIM_PICK_T(>, t, a, b)
#define umin(a, b)     min_t(u64, a, b)
#define umax(a, b)     max_t(u64, a, b)
#define min3(a, b, c)  min(min(a, b), c)
#define max3(a, b, c)  max(max(a, b), c)
#define min_not_zero(a, b)                                                             \
	({                                                                             \
		typeof(a) hshim_na = (a);                                              \
		typeof(b) hshim_nb = (b);                                              \
		!hshim_na ? hshim_nb : !hshim_nb ? hshim_na : min(hshim_na, hshim_nb); \
	})
#define clamp(v, lo, hi)      min(max(v, lo), hi)
#define clamp_t(t, v, lo, hi) min_t(t, max_t(t, v, lo), hi)
#define clamp_val(v, lo, hi)  clamp_t(typeof(v), v, lo, hi)
#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
#define MIN_T(t, a, b) ((t)(a) < (t)(b) ? (t)(a) : (t)(b))
#define MAX_T(t, a, b) ((t)(a) > (t)(b) ? (t)(a) : (t)(b))
#define swap(a, b)                       \
	do {                             \
		typeof(a) hshim_s = (a); \
		(a) = (b);               \
		(b) = hshim_s;           \
	} while (0)
#define abs_diff(a, b)              ((a) > (b) ? (a) - (b) : (b) - (a))
#define in_range(v, s, n)           ((v) >= (s) && (v) - (s) < (n))
#define check_add_overflow(a, b, d) __builtin_add_overflow(a, b, d)
#define check_sub_overflow(a, b, d) __builtin_sub_overflow(a, b, d)
#define check_mul_overflow(a, b, d) __builtin_mul_overflow(a, b, d)
#define size_add(a, b)              ((size_t)(a) + (size_t)(b))
#define size_mul(a, b)              ((size_t)(a) * (size_t)(b))
#define struct_size(p, m, n)        (sizeof(*(p)) + sizeof(*(p)->m) * (n))
#define flex_array_size(p, m, n)    (sizeof(*(p)->m) * (n))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#ifndef offsetof
#define offsetof(t, m) __builtin_offsetof(t, m)
#endif
#define offsetofend(t, m)   (offsetof(t, m) + sizeof(((t *)0)->m))
#define sizeof_field(t, m)  sizeof(((t *)0)->m)
#define FIELD_SIZEOF(t, m)  sizeof_field(t, m)
#define typeof_member(t, m) typeof(((t *)0)->m)
#define container_of(p, t, m)                                           \
	({                                                              \
		const typeof(((t *)0)->m) *hshim_p = (p);               \
		(t *)((char *)(unsigned long)hshim_p - offsetof(t, m)); \
	})
#define container_of_const(p, t, m) container_of(p, t, m)
#define struct_group(name, ...)     \
	union {                     \
		struct {            \
			__VA_ARGS__ \
		};                  \
		struct {            \
			__VA_ARGS__ \
		} name;             \
	}
#define struct_group_attr(name, attrs, ...)   struct_group(name, __VA_ARGS__)
#define __struct_group(tag, name, attrs, ...) struct_group(name, __VA_ARGS__)
#ifndef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(t, n) \
	struct {                   \
		struct {           \
		} __empty_##n;     \
		t n[];             \
	}
#endif
#define DECLARE_FLEX_ARRAY(t, n) __DECLARE_FLEX_ARRAY(t, n)

#define upper_32_bits(n) ((u32)((u64)(n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define cpu_to_le64(x)   ((__le64)(x))
#define cpu_to_le32(x)   ((__le32)(x))
#define le64_to_cpu(x)   ((u64)(x))
#define le32_to_cpu(x)   ((u32)(x))

#define U8_MAX        ((u8)~0U)
#define S8_MAX        ((s8)(U8_MAX >> 1))
#define S8_MIN        ((s8)(-S8_MAX - 1))
#define U16_MAX       ((u16)~0U)
#define S16_MAX       ((s16)(U16_MAX >> 1))
#define U32_MAX       ((u32)~0U)
#define S32_MAX       ((s32)(U32_MAX >> 1))
#define U64_MAX       ((u64)~0ULL)
#define S64_MAX       ((s64)(U64_MAX >> 1))
#define PHYS_ADDR_MAX (~(phys_addr_t)0)
#ifndef INT_MAX
#define INT_MAX   ((int)(~0U >> 1))
#define INT_MIN   (-INT_MAX - 1)
#define UINT_MAX  (~0U)
#define LONG_MAX  ((long)(~0UL >> 1))
#define LONG_MIN  (-LONG_MAX - 1)
#define ULONG_MAX (~0UL)
#endif
#ifndef LLONG_MAX
#define LLONG_MAX  ((long long)(~0ULL >> 1))
#define ULLONG_MAX (~0ULL)
#endif
#ifndef SIZE_MAX
#define SIZE_MAX (~(size_t)0)
#endif

#define SZ_1    0x00000001
#define SZ_2    0x00000002
#define SZ_4    0x00000004
#define SZ_8    0x00000008
#define SZ_16   0x00000010
#define SZ_32   0x00000020
#define SZ_64   0x00000040
#define SZ_128  0x00000080
#define SZ_256  0x00000100
#define SZ_512  0x00000200
#define SZ_1K   0x00000400
#define SZ_2K   0x00000800
#define SZ_4K   0x00001000
#define SZ_8K   0x00002000
#define SZ_16K  0x00004000
#define SZ_32K  0x00008000
#define SZ_64K  0x00010000
#define SZ_128K 0x00020000
#define SZ_256K 0x00040000
#define SZ_512K 0x00080000
#define SZ_1M   0x00100000
#define SZ_2M   0x00200000
#define SZ_4M   0x00400000
#define SZ_8M   0x00800000
#define SZ_16M  0x01000000
#define SZ_32M  0x02000000
#define SZ_64M  0x04000000
#define SZ_128M 0x08000000
#define SZ_256M 0x10000000
#define SZ_512M 0x20000000
#define SZ_1G   0x40000000
#define SZ_2G   0x80000000
#define SZ_4G   _AC(0x100000000, ULL)
#define SZ_512G _AC(0x8000000000, ULL)

#define MAX_ERRNO          4095
#define IS_ERR_VALUE(x)    ((unsigned long)(void *)(x) >= (unsigned long)-MAX_ERRNO)
#define ERR_PTR(e)         ((void *)(long)(e))
#define ERR_CAST(p)        ((void *)(p))
#define PTR_ERR(p)         ((long)(p))
#define IS_ERR(p)          IS_ERR_VALUE((unsigned long)(p))
#define IS_ERR_OR_NULL(p)  (!(p) || IS_ERR(p))
#define PTR_ERR_OR_ZERO(p) (IS_ERR(p) ? (int)PTR_ERR(p) : 0)

#define DECLARE_BITMAP(n, b)     unsigned long n[BITS_TO_LONGS(b)]
#define array_index_nospec(i, n) ((i) < (n) ? (i) : 0)
#define typecheck(t, x)          1
#define cpu_relax()              barrier()
#define udelay(n)                ((void)(n))
#define HZ                       100
#define NSEC_PER_SEC             1000000000L
#define NSEC_PER_USEC            1000L
#define USEC_PER_SEC             1000000L

#endif
