/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_KVM_HOST_VM_H
#define EXAMPLES_KVM_HOST_VM_H

/*
 * A virtual machine whose guest is a Realm with auxiliary Planes and a translation tree per Plane, run
 * the way KVM would: memory appears when the guest touches it, and every answer of the monitor that is
 * not SUCCESS says what to do first.
 *
 * Functions that return bool note what went wrong in vm->machine->failure.
 */

#include "examples/kvm-host/machine.h"

#define VM_MAX_TREES 4

struct vm_range {
	uint64_t base, top;
};

struct vm_cpu {
	uint64_t rec;
	uint64_t aux[RMI_MAX_REC_AUX];
	unsigned int aux_count;
	uint64_t run;               /* Non-secure page: struct rmi_rec_run */
	struct rmi_rec_enter enter; /* of the next entry; cleared by it */
	struct rmi_rec_exit exit;   /* of the last exit */
};

struct vm {
	struct machine *machine;
	uint64_t rd;
	unsigned int planes; /* with Plane 0 */
	unsigned int trees;  /* one per Plane; tree 0 is the primary one */
	uint64_t root[VM_MAX_TREES];
	unsigned int roots; /* tables of each root */
	int start;          /* level of the roots */
	uint64_t split;     /* first Unprotected IPA */

	struct vm_range ram;    /* Protected IPAs with memory */
	struct vm_range shared; /* Unprotected IPAs with memory of the host */
	uint64_t shared_pa;
	uint64_t device; /* Unprotected IPA of a device with two registers: vm_device.c */
	uint32_t doorbell;
	struct vm_cpu cpu;

	/* Exits that are about a device of the guest's: assign.h. NULL: there is none. */
	bool (*device_exit)(void *assignment);
	void *assignment;

	/* What the guest says through a host call. */
	void (*console)(void *context, const char *text);
	void *context;
};

/* What to ask for in vm_create(). Ranges are whole pages. */
struct vm_shape {
	unsigned int planes;
	unsigned int ipa_bits;
	struct vm_range ram;
	uint64_t shared_size; /* the window begins at the first Unprotected IPA */
	uint64_t flags;       /* RmiRealmFlags0 */
};

/* Agrees on a version and looks at what the monitor can do. False: it cannot run such machines. */
bool vm_probe(struct machine *machine, unsigned int planes, unsigned int ipa_bits);

bool vm_create(struct vm *vm, struct machine *machine, const struct vm_shape *shape);
/* Content of RAM from the start: measured. Whole pages. */
bool vm_load(struct vm *vm, uint64_t ipa, const void *data, unsigned int pages);
bool vm_add_cpu(struct vm *vm, uint64_t pc);
bool vm_activate(struct vm *vm);
/* Runs the guest until it turns the system off. */
bool vm_run(struct vm *vm);
/* Gives everything back, in any state of the machine. */
bool vm_destroy(struct vm *vm);

/* --- stage 2: vm_stage2.c, vm_unmap.c ------------------------------------------------------------ */

static inline uint64_t vm_entry_size(int level)
{
	return PAGE_SIZE << 9 * (3 - level);
}

/* Adds the tables below `level` down to `to` at `ipa`. A table that exists stays. */
bool vm_tables(struct vm *vm, unsigned int tree, uint64_t ipa, int level, int to);
/* Brings a page of RAM, or of the shared window, into the primary tree. */
bool vm_populate(struct vm *vm, uint64_t ipa);
/* Mirrors a page of RAM into another tree. */
bool vm_mirror(struct vm *vm, uint64_t ipa, unsigned int tree);
/* Lets another tree see the start-level entry of the shared window. */
bool vm_share(struct vm *vm, uint64_t ipa, unsigned int tree);

/* Takes a page of RAM out of every tree but the primary one. */
bool vm_unmirror(struct vm *vm, uint64_t ipa);
/* Takes the memory out of a range of RAM. */
bool vm_reclaim(struct vm *vm, struct vm_range range);
/* Removes all mappings and tables. */
bool vm_unmap_all(struct vm *vm);

/* --- exits of the guest: vm_exit.c, vm_device.c --------------------------------------------------- */

/* Deals with vm->cpu.exit so that the guest can be entered again. *off: the system was turned off. */
bool vm_handle_exit(struct vm *vm, bool *off);
/* An access to a device that has to be emulated. */
bool vm_emulate(struct vm *vm, uint64_t ipa);

#endif
