/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_PRELUDE_H
#define HSHIM_PRELUDE_H

/*
 * Included first in every unit of the code under test: what its own headers would have brought in by
 * way of others is there in any order of its includes.
 */

#include <hshim/kvm/emulate.h>

#endif
