/* SPDX-License-Identifier: BSD-3-Clause */
/* Birth, life and end of a virtual machine. */
#include "examples/kvm-host/vm.h"

#include <inttypes.h>
#include <string.h>

#define MAX_ENTRIES 100000

/* --- what the monitor can do ---------------------------------------------------------------------- */

bool vm_probe(struct machine *machine, unsigned int planes, unsigned int ipa_bits)
{
	uint64_t features;

	if (SMC(machine, SMC_RMI_VERSION, RMM_VERSION_1_1) != RMI_SUCCESS)
		return machine_fail(machine, "the monitor does not know version 1.1");
	SMC(machine, SMC_RMI_FEATURES, 0);
	features = machine->x[1];
	if (RMMSIM_FIELD(features, RMI_FEATURE0_S2SZ) < ipa_bits)
		return machine_fail(machine, "an IPA space of %u bits is too much", ipa_bits);
	if (RMMSIM_FIELD(features, RMI_FEATURE0_MAX_NUM_AUX_PLANES) + 1 < planes)
		return machine_fail(machine, "%u planes are too many", planes);
	if (RMMSIM_FIELD(features, RMI_FEATURE0_RTT_PLANE) == RMI_RTT_PLANE_SINGLE)
		return machine_fail(machine, "there can be no tree per plane");
	return true;
}

/* --- creation --------------------------------------------------------------------------------------- */

/* rtt.md#1.1: with at most 16 tables in a row, the highest level that covers the space. */
static void set_geometry(struct vm *vm, unsigned int ipa_bits)
{
	unsigned int covered;

	vm->start = ipa_bits <= 34 ? 2 : ipa_bits <= 43 ? 1 : 0;
	covered = 12 + 9 * (unsigned int)(4 - vm->start);
	vm->roots = ipa_bits > covered ? 1u << (ipa_bits - covered) : 1;
	vm->split = UINT64_C(1) << (ipa_bits - 1);
}

static void fill_params(const struct vm *vm, const struct vm_shape *shape,
			struct rmi_realm_params *params)
{
	params->flags0 = shape->flags;
	params->s2sz = shape->ipa_bits;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = RMI_HASH_SHA_256;
	params->num_aux_planes = vm->planes - 1;
	params->rtt_base = vm->root[0];
	params->rtt_level_start = vm->start;
	params->rtt_num_start = vm->roots;
	params->vmid = 1;
	if (vm->planes > 1)
		params->flags1 = RMI_REALM_FLAGS1_RTT_TREE_PP;
	for (unsigned int i = 0; i + 1 < vm->planes; i++) {
		params->aux_vmid[i] = (uint16_t)(2 + i);
		params->aux_rtt_base[i] = vm->root[i + 1];
	}
}

static bool create_realm(struct vm *vm, const struct vm_shape *shape)
{
	struct machine *machine = vm->machine;
	const uint64_t page = machine_pages(machine, 1);
	uint64_t x0;

	if (!page)
		return false;
	fill_params(vm, shape, machine_memory(machine, page));
	x0 = SMC(machine, SMC_RMI_REALM_CREATE, vm->rd, page);
	machine_free(machine, page, 1);
	if (x0 != RMI_SUCCESS)
		return machine_fail(machine, "the Realm was not created");
	return true;
}

/* RAM is what the guest may touch from the start; memory comes when it does. */
static bool declare_ram(struct vm *vm)
{
	uint64_t ipa = vm->ram.base;

	while (ipa < vm->ram.top) {
		const uint64_t x0 =
			SMC(vm->machine, SMC_RMI_RTT_INIT_RIPAS, vm->rd, ipa, vm->ram.top);

		if (x0 == RMI_SUCCESS)
			ipa = vm->machine->x[1];
		else if (status_of(x0) != RMI_ERROR_RTT || level_of(x0) == 3)
			return machine_fail(vm->machine, "no RAM at 0x%" PRIx64, ipa);
		else if (!vm_tables(vm, 0, ipa, level_of(x0), level_of(x0) + 1))
			return false;
	}
	return true;
}

bool vm_create(struct vm *vm, struct machine *machine, const struct vm_shape *shape)
{
	*vm = (struct vm){
		.machine = machine,
		.planes = shape->planes,
		.trees = shape->planes,
		.ram = shape->ram,
	};
	set_geometry(vm, shape->ipa_bits);
	vm->shared = (struct vm_range){vm->split, vm->split + shape->shared_size};
	/* A page of its own in the same start-level entry as the shared window. */
	vm->device = vm->shared.top + PAGE_SIZE;
	vm->shared_pa = machine_pages(machine, (unsigned int)(shape->shared_size / PAGE_SIZE));
	vm->rd = machine_delegate(machine, 1);
	for (unsigned int tree = 0; tree < vm->trees; tree++)
		vm->root[tree] = machine_delegate(machine, vm->roots);
	if (machine->failure[0] || !create_realm(vm, shape))
		return false;
	return declare_ram(vm);
}

static bool load_page(struct vm *vm, uint64_t ipa, uint64_t page, uint64_t source)
{
	for (;;) {
		const uint64_t x0 = SMC(vm->machine, SMC_RMI_DATA_CREATE, vm->rd, page, ipa, source,
					RMI_DATA_FLAG_MEASURE);

		if (x0 == RMI_SUCCESS)
			return true;
		if (status_of(x0) != RMI_ERROR_RTT || level_of(x0) == 3 ||
		    !vm_tables(vm, 0, ipa, level_of(x0), 3))
			return machine_fail(vm->machine, "page 0x%" PRIx64 " was not loaded", ipa);
	}
}

bool vm_load(struct vm *vm, uint64_t ipa, const void *data, unsigned int pages)
{
	struct machine *machine = vm->machine;

	for (unsigned int i = 0; i < pages; i++, ipa += PAGE_SIZE) {
		const uint64_t source = machine_pages(machine, 1);
		const uint64_t page = machine_delegate(machine, 1);
		bool loaded;

		if (!source || !page)
			return false;
		memcpy(machine_memory(machine, source), (const char *)data + i * PAGE_SIZE,
		       PAGE_SIZE);
		loaded = load_page(vm, ipa, page, source);
		machine_free(machine, source, 1);
		if (!loaded)
			return false;
	}
	return true;
}

bool vm_add_cpu(struct vm *vm, uint64_t pc)
{
	struct machine *machine = vm->machine;
	const uint64_t page = machine_pages(machine, 1);
	struct rmi_rec_params *params;
	struct vm_cpu *cpu = &vm->cpu;
	uint64_t x0;

	if (!page || SMC(machine, SMC_RMI_REC_AUX_COUNT, vm->rd) != RMI_SUCCESS)
		return machine_fail(machine, "no REC can be made");
	cpu->aux_count = (unsigned int)machine->x[1];
	params = machine_memory(machine, page);
	params->flags = RMI_REC_CREATE_FLAG_RUNNABLE;
	params->pc = pc;
	params->num_aux = cpu->aux_count;
	for (unsigned int i = 0; i < cpu->aux_count; i++)
		params->aux[i] = cpu->aux[i] = machine_delegate(machine, 1);
	cpu->rec = machine_delegate(machine, 1);
	cpu->run = machine_pages(machine, 1);
	x0 = SMC(machine, SMC_RMI_REC_CREATE, vm->rd, cpu->rec, page);
	machine_free(machine, page, 1);
	if (x0 != RMI_SUCCESS)
		return machine_fail(machine, "the REC was not created");
	return true;
}

bool vm_activate(struct vm *vm)
{
	if (SMC(vm->machine, SMC_RMI_REALM_ACTIVATE, vm->rd) != RMI_SUCCESS)
		return machine_fail(vm->machine, "the Realm was not activated");
	return true;
}

/* --- running ------------------------------------------------------------------------------------------ */

static bool enter(struct vm *vm)
{
	struct vm_cpu *cpu = &vm->cpu;
	struct rmi_rec_run *run = machine_memory(vm->machine, cpu->run);

	run->enter = cpu->enter;
	if (SMC(vm->machine, SMC_RMI_REC_ENTER, cpu->rec, cpu->run) != RMI_SUCCESS)
		return machine_fail(vm->machine, "the REC cannot be entered");
	cpu->exit = run->exit;
	cpu->enter = (struct rmi_rec_enter){0};
	return true;
}

bool vm_run(struct vm *vm)
{
	bool off = false;

	for (unsigned int i = 0; i < MAX_ENTRIES && !off; i++) {
		if (!enter(vm) || !vm_handle_exit(vm, &off))
			return false;
	}
	return off || machine_fail(vm->machine, "the guest does not come to an end");
}

/* --- the end -------------------------------------------------------------------------------------------- */

static void remove_cpu(struct vm *vm)
{
	struct vm_cpu *cpu = &vm->cpu;

	if (!cpu->rec)
		return;
	if (SMC(vm->machine, SMC_RMI_REC_DESTROY, cpu->rec) != RMI_SUCCESS)
		machine_fail(vm->machine, "the REC cannot be destroyed");
	machine_undelegate(vm->machine, cpu->rec, 1);
	for (unsigned int i = 0; i < cpu->aux_count; i++)
		machine_undelegate(vm->machine, cpu->aux[i], 1);
	machine_free(vm->machine, cpu->run, 1);
	cpu->rec = 0;
}

bool vm_destroy(struct vm *vm)
{
	struct machine *machine = vm->machine;

	vm_unmap_all(vm);
	remove_cpu(vm);
	if (SMC(machine, SMC_RMI_REALM_DESTROY, vm->rd) != RMI_SUCCESS)
		return machine_fail(machine, "the Realm cannot be destroyed");
	for (unsigned int tree = 0; tree < vm->trees; tree++)
		machine_undelegate(machine, vm->root[tree], vm->roots);
	machine_undelegate(machine, vm->rd, 1);
	machine_free(machine, vm->shared_pa,
		     (unsigned int)((vm->shared.top - vm->shared.base) / PAGE_SIZE));
	return !machine->failure[0];
}
