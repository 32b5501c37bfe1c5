/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_LAYOUT_H
#define RMMSIM_ABI_LAYOUT_H

/* What the other ABI headers share: layout checks that hold in C and C++, bit fields of a word. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define RMMSIM_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define RMMSIM_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

/* The byte offset of a field, and the size of a type, are part of the ABI. */
#define RMMSIM_LAYOUT(type, field, offset)                                              \
	RMMSIM_STATIC_ASSERT(offsetof(type, field) == (offset), #type "." #field " is " \
								      "at " #offset)
#define RMMSIM_SIZE(type, size) RMMSIM_STATIC_ASSERT(sizeof(type) == (size), #type " is " #size)

/* The field of `value` that starts at bit `shift` and has `width` bits (1..64). */
static inline uint64_t rmmsim_field(uint64_t value, unsigned int shift, unsigned int width)
{
	return (value >> shift) & (UINT64_MAX >> (64 - width));
}

/* `value` with that field replaced; bits of `field` above `width` are dropped. */
static inline uint64_t rmmsim_field_set(uint64_t value, unsigned int shift, unsigned int width,
					uint64_t field)
{
	uint64_t mask = (UINT64_MAX >> (64 - width)) << shift;

	return (value & ~mask) | ((field << shift) & mask);
}

/* The name of a field stands for its _SHIFT and _WIDTH: RMMSIM_FIELD(reg0, RMI_FEATURE0_S2SZ). */
#define RMMSIM_FIELD(value, name) rmmsim_field(value, name##_SHIFT, name##_WIDTH)
#define RMMSIM_FIELD_SET(value, name, field) \
	rmmsim_field_set(value, name##_SHIFT, name##_WIDTH, field)

#endif
