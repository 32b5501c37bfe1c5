/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_H
#define RMMSIM_ABI_H

/*
 * The ABI of the Realm Management Monitor v1.1 as a Host and a Realm see it: function identifiers,
 * status codes, enumerations, flags, structures. Numbers are little-endian. The facts and their
 * sources are in docs/spec/rmi-abi.md and docs/spec/rsi.md.
 */

#include <rmmsim/abi_layout.h>
#include <rmmsim/abi_fid.h>
#include <rmmsim/abi_rmi.h>
#include <rmmsim/abi_device.h>
#include <rmmsim/abi_rsi.h>

#endif
