/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_VGIC_H
#define BOARD_VGIC_H

/*
 * The Host's half of a GICv3: distributor, redistributors, and the list registers through which the
 * CPU interface of a REC gets interrupts. One security state (GICD_CTLR.DS), affinity routing always,
 * no LPIs, 5 bits of priority. Registers: Arm IHI 0069, chapters 12.9 to 12.11.
 *
 * An interrupt is here while its REC is outside: vgic_load() moves what is deliverable into the list
 * registers of the next REC_ENTER, vgic_save() takes back what the exit shows. More interrupts than list
 * registers: the rest waits, and a maintenance interrupt ends the stay when there is room.
 *
 * Not for use by several threads.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rmmsim/abi.h>

#include "board/bus.h"

#define GIC_SGIS     16u
#define GIC_PRIVATE  32u  /* SGIs and PPIs: one set per REC */
#define GIC_INTIDS   128u /* SPIs are 32 to 127 */
#define GIC_MAX_CPUS 64u

#define GICD_SIZE UINT64_C(0x10000)
#define GICR_SIZE UINT64_C(0x20000) /* per REC: RD_base, SGI_base */

struct vgic;

/* `mpidr`: affinity of each REC, copied. NULL if there is no memory. */
struct vgic *vgic_create(unsigned int cpus, const uint64_t *mpidr);
void vgic_destroy(struct vgic *gic);

/*
 * As firmware would leave it for a program without a driver of its own: group 1 enabled, SGIs and PPIs
 * enabled at priority 0xa0.
 */
void vgic_open(struct vgic *gic);

/* Accesses of a REC; out of range reads as zero. The redistributors are one region. */
void vgic_access_dist(void *gic, struct bus_access *access);
void vgic_access_redist(void *gic, struct bus_access *access);

/* Input lines; `intid` 16 to 31 for vgic_set_ppi(), 32 to 127 for vgic_set_spi(). */
void vgic_set_ppi(struct vgic *gic, unsigned int cpu, unsigned int intid, bool high);
void vgic_set_spi(struct vgic *gic, unsigned int intid, bool high);

/* The REC writes ICC_SGI1R_EL1 (group 1) or ICC_SGI0R_EL1, ICC_ASGI1R_EL1 (the other group). */
void vgic_send_sgi(struct vgic *gic, unsigned int cpu, uint64_t value, bool group1);

/* The REC was reset: what was on its way to it is gone. */
void vgic_reset_cpu(struct vgic *gic, unsigned int cpu);

/* Fills gicv3_lrs and gicv3_hcr. */
void vgic_load(struct vgic *gic, unsigned int cpu, struct rmi_rec_enter *enter);
/* After each REC_ENTER that succeeded, with what was entered. */
void vgic_save(struct vgic *gic, unsigned int cpu, const struct rmi_rec_enter *enter,
	       const struct rmi_rec_exit *exit);
/* Something is deliverable to the REC: it ends a WFI. */
bool vgic_wakes(const struct vgic *gic, unsigned int cpu);

#endif
