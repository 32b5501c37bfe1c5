/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_GIC_H
#define TESTS_UNICORN_GIC_H

/* Registers of the GIC CPU interface and list registers. */

#include <string.h>

#include "tests/unicorn/code.h"

#define PMR     REG(3, 0, 4, 6, 0)
#define IAR0    REG(3, 0, 12, 8, 0)
#define EOIR0   REG(3, 0, 12, 8, 1)
#define HPPIR0  REG(3, 0, 12, 8, 2)
#define BPR0    REG(3, 0, 12, 8, 3)
#define AP0R    REG(3, 0, 12, 8, 4)
#define AP1R    REG(3, 0, 12, 9, 0)
#define DIR     REG(3, 0, 12, 11, 1)
#define RPR     REG(3, 0, 12, 11, 3)
#define SGI1R   REG(3, 0, 12, 11, 5)
#define ASGI1R  REG(3, 0, 12, 11, 6)
#define SGI0R   REG(3, 0, 12, 11, 7)
#define IAR1    REG(3, 0, 12, 12, 0)
#define EOIR1   REG(3, 0, 12, 12, 1)
#define HPPIR1  REG(3, 0, 12, 12, 2)
#define BPR1    REG(3, 0, 12, 12, 3)
#define CTLR    REG(3, 0, 12, 12, 4)
#define SRE     REG(3, 0, 12, 12, 5)
#define IGRPEN0 REG(3, 0, 12, 12, 6)
#define IGRPEN1 REG(3, 0, 12, 12, 7)

#define INVALID                  UINT64_C(0)
#define PENDING                  (UINT64_C(1) << 62)
#define ACTIVE                   (UINT64_C(2) << 62)
#define BOTH                     (UINT64_C(3) << 62)
#define GROUP1                   (UINT64_C(1) << 60)
#define HW                       (UINT64_C(1) << 61)
#define EOI                      (UINT64_C(1) << 41)
#define LR(state, priority, id)  ((state) | GROUP1 | (uint64_t)(priority) << 48 | (id))
#define LR0(state, priority, id) ((state) | (uint64_t)(priority) << 48 | (id))

#define UIE         UINT64_C(0x2)
#define LRENPIE     UINT64_C(0x4)
#define NPIE        UINT64_C(0x8)
#define GRP0EIE     UINT64_C(0x10)
#define GRP0DIE     UINT64_C(0x20)
#define GRP1EIE     UINT64_C(0x40)
#define GRP1DIE     UINT64_C(0x80)
#define TDIR        UINT64_C(0x4000)
#define EOICOUNT(n) ((uint64_t)(n) << 27)

static inline void gic_enter(struct machine *m, const uint64_t *lrs, uint64_t hcr)
{
	struct rmi_rec_enter enter = {.flags = TRAPS, .gicv3_hcr = hcr};

	memcpy(enter.gicv3_lrs, lrs, 4 * sizeof(uint64_t));
	rmmsim_host_write(m->host.sim, m->host.run, &enter, sizeof(enter));
	OK(&m->host, RMI_REC_ENTER, m->rec, m->host.run);
	rmmsim_host_read(m->host.sim, m->host.run + 0x800, &m->host.exit, sizeof(m->host.exit));
}

#endif
