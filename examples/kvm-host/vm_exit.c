/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host does about each reason for which a guest stops: rec.md#4 */
#include "examples/kvm-host/vm.h"

#include <inttypes.h>
#include <string.h>

#define EC_OF(esr)      ((esr) >> 26 & 0x3f)
#define EC_WFX          0x01
#define EC_INST_ABORT   0x20
#define EC_DATA_ABORT   0x24
#define FSC_LEVEL(esr)  ((int)((esr)&3))
#define HOST_CALL_PRINT 1

/* --- aborts ---------------------------------------------------------------------------------------- */

static bool handle_abort(struct vm *vm)
{
	const struct rmi_rec_exit *exit = &vm->cpu.exit;
	const uint64_t ipa = (exit->hpfar & ~UINT64_C(0xf)) << 8;
	const unsigned int tree = (unsigned int)exit->rtt_tree;

	if (ipa < vm->split)
		return tree == 0 ? vm_populate(vm, ipa) : vm_mirror(vm, ipa, tree);
	if (ipa >= vm->shared.top)
		return vm_emulate(vm, ipa | (exit->far & (PAGE_SIZE - 1)));
	/* Below the start level all trees share the primary one. */
	if (tree != 0 && FSC_LEVEL(exit->esr) == vm->start)
		return vm_share(vm, ipa, tree);
	return vm_populate(vm, ipa);
}

static bool handle_sync(struct vm *vm)
{
	const uint64_t esr = vm->cpu.exit.esr;

	switch (EC_OF(esr)) {
	case EC_WFX:
		return true;
	case EC_INST_ABORT:
	case EC_DATA_ABORT:
		return handle_abort(vm);
	default:
		return machine_fail(vm->machine, "exit with ESR 0x%" PRIx64, esr);
	}
}

/* --- requests of the guest ---------------------------------------------------------------------------- */

/* rec.md#5 */
static bool handle_ripas(struct vm *vm)
{
	const struct rmi_rec_exit *exit = &vm->cpu.exit;
	struct machine *machine = vm->machine;
	uint64_t ipa = exit->ripas_base;

	while (ipa < exit->ripas_top) {
		const uint64_t x0 = SMC(machine, SMC_RMI_RTT_SET_RIPAS, vm->rd, vm->cpu.rec, ipa,
					exit->ripas_top);
		bool goes_on = false;

		if (x0 == RMI_SUCCESS) {
			ipa = machine->x[1];
			continue;
		}
		/* A mirror of the page keeps it from going; or an entry reaches over the border. */
		if (status_of(x0) == RMI_ERROR_RTT_AUX)
			goes_on = vm_unmirror(vm, machine->x[1]);
		else if (status_of(x0) == RMI_ERROR_RTT && level_of(x0) < 3)
			goes_on = vm_tables(vm, 0, ipa, level_of(x0), level_of(x0) + 1);
		if (!goes_on)
			return machine_fail(machine, "RIPAS of 0x%" PRIx64 " does not change", ipa);
	}
	if (exit->ripas_value == RMI_RIPAS_EMPTY)
		return vm_reclaim(vm, (struct vm_range){exit->ripas_base, exit->ripas_top});
	return true;
}

/* planes.md#7: the tree that lacks a table is named in the answer. */
static bool handle_s2ap(struct vm *vm)
{
	const struct rmi_rec_exit *exit = &vm->cpu.exit;
	struct machine *machine = vm->machine;
	uint64_t ipa = exit->s2ap_base;

	while (ipa < exit->s2ap_top) {
		const uint64_t x0 = SMC(machine, SMC_RMI_RTT_SET_S2AP, vm->rd, vm->cpu.rec, ipa,
					exit->s2ap_top);
		const unsigned int tree = (unsigned int)machine->x[2];

		ipa = machine->x[1];
		if (x0 == RMI_SUCCESS)
			continue;
		if ((status_of(x0) != RMI_ERROR_RTT && status_of(x0) != RMI_ERROR_RTT_AUX) ||
		    level_of(x0) == 3 || !vm_tables(vm, tree, ipa, level_of(x0), level_of(x0) + 1))
			return machine_fail(machine, "permissions do not change");
	}
	return true;
}

static bool handle_host_call(struct vm *vm)
{
	struct vm_cpu *cpu = &vm->cpu;
	char text[sizeof(cpu->exit.gprs) + 1] = "";

	/* What is not changed has to come back as it was: rec.md#6 */
	memcpy(cpu->enter.gprs, cpu->exit.gprs, sizeof(cpu->enter.gprs));
	if (cpu->exit.imm != HOST_CALL_PRINT) {
		cpu->enter.gprs[0] = UINT64_MAX;
		return true;
	}
	memcpy(text, cpu->exit.gprs, sizeof(cpu->exit.gprs));
	if (vm->console)
		vm->console(vm->context, text);
	cpu->enter.gprs[0] = 0;
	return true;
}

static bool handle_psci(struct vm *vm, bool *off)
{
	const uint64_t fid = vm->cpu.exit.gprs[0];

	*off = fid == SMC_PSCI_SYSTEM_OFF || fid == SMC_PSCI_SYSTEM_RESET;
	if (*off || fid == SMC_PSCI_CPU_SUSPEND || fid == SMC_PSCI_CPU_SUSPEND_32)
		return true;
	return machine_fail(vm->machine, "PSCI call 0x%" PRIx64 ": there is one CPU only", fid);
}

bool vm_handle_exit(struct vm *vm, bool *off)
{
	switch (vm->cpu.exit.exit_reason) {
	case RMI_EXIT_SYNC:
		return handle_sync(vm);
	case RMI_EXIT_IRQ:
	case RMI_EXIT_FIQ:
		return true;
	case RMI_EXIT_PSCI:
		return handle_psci(vm, off);
	case RMI_EXIT_RIPAS_CHANGE:
		return handle_ripas(vm);
	case RMI_EXIT_S2AP_CHANGE:
		return handle_s2ap(vm);
	case RMI_EXIT_HOST_CALL:
		return handle_host_call(vm);
	case RMI_EXIT_VDEV_REQUEST:
	case RMI_EXIT_DEV_MEM_MAP:
		return vm->device_exit ? vm->device_exit(vm->assignment)
				       : machine_fail(vm->machine, "the guest asks for a device");
	default:
		return machine_fail(vm->machine, "exit reason %" PRIu64, vm->cpu.exit.exit_reason);
	}
}
