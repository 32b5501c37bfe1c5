/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_BITS_H
#define HSHIM_BASE_BITS_H

/* Bits, masks and fields: host-shim.md#6.1 */

#include <hshim/base/compiler.h>
#include <hshim/base/types.h>

#ifdef __ASSEMBLER__
#define _AC(x, s) x
#define _AT(t, x) x
#else
#define HSHIM_AC(x, s) (x##s)
#define _AC(x, s)      HSHIM_AC(x, s)
#define _AT(t, x)      ((t)(x))
#endif
#define UL(x)      (_AC(x, UL))
#define ULL(x)     (_AC(x, ULL))
#define _UL(x)     (_AC(x, UL))
#define _ULL(x)    (_AC(x, ULL))
#define _BITUL(x)  (_UL(1) << (x))
#define _BITULL(x) (_ULL(1) << (x))

#define BITS_PER_BYTE       8
#define BITS_PER_LONG       64
#define BITS_PER_LONG_LONG  64
#define BITS_PER_TYPE(t)    (sizeof(t) * 8)
#define BITS_TO_LONGS(n)    (((n) + 63) / 64)
#define BITS_TO_BYTES(n)    (((n) + 7) / 8)
#define BIT(n)              (UL(1) << (n))
#define BIT_ULL(n)          (ULL(1) << (n))
#define BIT_MASK(n)         (UL(1) << ((n) % 64))
#define BIT_WORD(n)         ((n) / 64)
#define BIT_U8(n)           ((u8)(1u << (n)))
#define BIT_U16(n)          ((u16)(1u << (n)))
#define BIT_U32(n)          ((u32)(1u << (n)))
#define BIT_U64(n)          ((u64)BIT_ULL(n))
#define GENMASK(h, l)       ((~UL(0) << (l)) & (~UL(0) >> (63 - (h))))
#define GENMASK_ULL(h, l)   ((~ULL(0) << (l)) & (~ULL(0) >> (63 - (h))))
#define GENMASK_U8(h, l)    ((u8)GENMASK(h, l))
#define GENMASK_U16(h, l)   ((u16)GENMASK(h, l))
#define GENMASK_U32(h, l)   ((u32)GENMASK(h, l))
#define GENMASK_U64(h, l)   ((u64)GENMASK_ULL(h, l))
#define __GENMASK(h, l)     GENMASK(h, l)
#define __GENMASK_ULL(h, l) GENMASK_ULL(h, l)

static inline unsigned long hshim_ffs64(u64 x)
{
	return (unsigned long)__builtin_ctzll(x);
}

static inline unsigned long hshim_fls64(u64 x)
{
	return 63 - (unsigned long)__builtin_clzll(x);
}

#define __ffs(x)                hshim_ffs64(x)
#define __fls(x)                hshim_fls64(x)
#define __ffs64(x)              hshim_ffs64(x)
#define ffz(x)                  hshim_ffs64(~(u64)(x))
#define fls64(x)                ((x) ? (int)hshim_fls64(x) + 1 : 0)
#define fls(x)                  ((x) ? 32 - __builtin_clz((unsigned int)(x)) : 0)
#define fls_long(x)             fls64(x)
#define hweight64(x)            ((unsigned int)__builtin_popcountll(x))
#define hweight32(x)            ((unsigned int)__builtin_popcount(x))
#define hweight_long(x)         hweight64(x)
#define ilog2(x)                ((int)hshim_fls64(x))
#define order_base_2(x)         ((x) > 1 ? ilog2((u64)(x)-1) + 1 : 0)
#define is_power_of_2(x)        ((x) != 0 && (((u64)(x)) & ((u64)(x)-1)) == 0)
#define roundup_pow_of_two(x)   (1UL << order_base_2(x))
#define rounddown_pow_of_two(x) (1UL << ilog2(x))

/* The constant mask is checked when the code is compiled. */
#define HSHIM_MASK_OK(mask) \
	((void)sizeof(      \
		char[__builtin_choose_expr(__builtin_constant_p(mask), (mask) != 0, 1) ? 1 : -1]))
#define __bf_shf(x)     (__builtin_ffsll(x) - 1)
#define FIELD_MAX(m)    ((typeof(m))((m) >> __bf_shf(m)))
#define FIELD_FIT(m, v) (!((((typeof(m))(v)) << __bf_shf(m)) & ~(m)))
#define FIELD_PREP(m, v)                               \
	({                                             \
		HSHIM_MASK_OK(m);                      \
		((typeof(m))(v) << __bf_shf(m)) & (m); \
	})
#define FIELD_PREP_CONST(m, v) ((((typeof(m))(v)) << __bf_shf(m)) & (m))
#define FIELD_GET(m, r)                                  \
	({                                               \
		HSHIM_MASK_OK(m);                        \
		(typeof(m))(((r) & (m)) >> __bf_shf(m)); \
	})
#define FIELD_MODIFY(m, p, v) ((void)(*(p) = (*(p) & ~(m)) | FIELD_PREP_CONST(m, v)))

#define HSHIM_FIELD_FUNCTIONS(type)                                         \
	static inline type type##_get_bits(type v, type mask)               \
	{                                                                   \
		return (type)((v & mask) >> __builtin_ctzll(mask));         \
	}                                                                   \
	static inline type type##_encode_bits(type v, type mask)            \
	{                                                                   \
		return (type)(((u64)v << __builtin_ctzll(mask)) & mask);    \
	}                                                                   \
	static inline type type##_replace_bits(type old, type v, type mask) \
	{                                                                   \
		return (type)((old & ~mask) | type##_encode_bits(v, mask)); \
	}                                                                   \
	static inline void type##p_replace_bits(type *p, type v, type mask) \
	{                                                                   \
		*p = type##_replace_bits(*p, v, mask);                      \
	}
HSHIM_FIELD_FUNCTIONS(u8)
HSHIM_FIELD_FUNCTIONS(u16)
HSHIM_FIELD_FUNCTIONS(u32)
HSHIM_FIELD_FUNCTIONS(u64)

#endif
