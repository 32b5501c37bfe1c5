/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_H
#define RMMSIM_ABI_H

/*
 * The ABI of the Realm Management Monitor v1.1 as a Host and a Realm see it: function identifiers,
 * status codes, enumerations, flags, structures, and what 2.0 has in other places (abi_2_0.h). Numbers
 * are little-endian. The facts and their sources are in docs/spec/rmi-abi.md, rsi.md and rmm-2.0.md.
 */

#include <rmmsim/abi_layout.h>
#include <rmmsim/abi_fid.h>
#include <rmmsim/abi_rmi.h>
#include <rmmsim/abi_device.h>
#include <rmmsim/abi_rsi.h>
#include <rmmsim/abi_2_0.h>

#endif
