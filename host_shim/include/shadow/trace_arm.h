/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_TRACE_ARM_H
#define HSHIM_SHADOW_TRACE_ARM_H
#include <hshim/base/trace.h>
#endif
