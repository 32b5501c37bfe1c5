/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_VDSO_BITS_H
#define HSHIM_SHADOW_VDSO_BITS_H
#include <hshim/base/bits.h>
#endif
