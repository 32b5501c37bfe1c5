/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_KVM_HOST_ASSIGN_H
#define EXAMPLES_KVM_HOST_ASSIGN_H

/*
 * A device that a host gives to a Realm: assign.c is what the host does, driver.c what the Realm does, and
 * gadget.c the device, which has four registers and writes to memory when it is told to.
 *
 * Functions that return bool note what went wrong in assignment->machine->failure.
 */

#include <rmmsim/device.h>

#include "examples/kvm-host/guest.h"
#include "examples/kvm-host/vm.h"

#define GADGET_PAGES UINT64_C(1)
/* Registers of 8 bytes. */
#define GADGET_ID      UINT64_C(0x00)
#define GADGET_ADDRESS UINT64_C(0x08) /* where it writes to, an IPA of its Realm */
#define GADGET_GO      UINT64_C(0x10) /* a write makes it write its greeting there */
#define GADGET_STATUS  UINT64_C(0x18) /* of the last time: 0 done, 1 stopped */
#define GADGET_MAGIC   UINT64_C(0x7467646167)

struct gadget {
	struct rmmsim_device *device;
	uint64_t base; /* PA of its registers */
	uint64_t address, status;
	struct rmmsim_dma_report report; /* of the last access that was stopped */
};

/* Attaches it at PA `base`, which is device memory. */
enum rmmsim_status gadget_open(struct gadget *gadget, struct rmmsim *sim, uint64_t base,
			       struct rmmsim_error *error);
void gadget_close(struct gadget *gadget);

struct assignment {
	struct machine *machine;
	struct vm *vm;
	struct gadget *gadget;
	uint64_t pdev, vdev, vdev_id;
	uint64_t aux[RMI_MAX_PDEV_AUX];
	unsigned int aux_count;
	uint64_t data, request, response; /* Non-secure pages of COMMUNICATE */
	uint64_t ipa;                     /* where the Realm has mapped the registers; 0: nowhere */
};

/* Takes the device from the host: PDEV_CREATE, up to state READY. */
bool assign_take(struct assignment *assignment, struct machine *machine, struct gadget *gadget);
/* Gives it to a Realm: VDEV_CREATE, up to state STARTED with measurements and report. */
bool assign_give(struct assignment *assignment, struct vm *vm, uint64_t vdev_id);
bool assign_measure(struct assignment *assignment);
/* Takes it back from the Realm, and back to the host. */
bool assign_revoke(struct assignment *assignment);
bool assign_return(struct assignment *assignment);

/* --- the Realm: driver.c ------------------------------------------------------------------------------- */

/* What the Realm knows about its device from elsewhere, and what it has found out. */
struct driver {
	struct guest *guest;
	uint64_t vdev_id;
	uint64_t ipa, pa; /* of the registers */
	uint64_t info;    /* IPA of a page for RsiVdevInfo, and of one for the device to write to */
	uint64_t buffer;
	struct rsi_vdev_info seen;
	char greeting[16]; /* what the device wrote */
};

/* The script of Plane 0; the argument is a struct driver. */
void driver_plane_0(struct rmmsim_realm *realm, void *driver);

#endif
