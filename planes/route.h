/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef PLANES_ROUTE_H
#define PLANES_ROUTE_H

#include "planes/plane.h"

/*
 * Where a stage 2 fault of an IPA inside the IPA space goes: rtt.md#7.1 (Plane 0), rtt.md#7.2.
 * `fetch`: the fault is an Instruction Abort.
 */
enum plane_outcome route_fault(const struct mem *mem, const struct rtt_s2 *s2, unsigned int plane,
			       uint64_t ipa, bool fetch, enum plane_fault fault,
			       const struct plane_quirks *quirks);

#endif
