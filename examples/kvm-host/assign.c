/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's side of a device: docs/devices.md has the order of things. */
#include "examples/kvm-host/assign.h"

#include <inttypes.h>
#include <string.h>

#define MAX_ROUNDS 200

/* A page with parameters; 0 if there is none. */
static uint64_t page_with(struct machine *machine, const void *data, size_t size)
{
	const uint64_t page = machine_pages(machine, 1);

	if (page)
		memcpy(machine_memory(machine, page), data, size);
	return page;
}

/* --- conversations -------------------------------------------------------------------------------- */

static uint64_t communicate(struct assignment *a, bool vdev)
{
	if (vdev)
		return SMC(a->machine, SMC_RMI_VDEV_COMMUNICATE, a->pdev, a->vdev, a->data);
	return SMC(a->machine, SMC_RMI_PDEV_COMMUNICATE, a->pdev, a->data);
}

/* Carries messages until the monitor has no more. */
static bool talk(struct assignment *a, bool vdev)
{
	struct rmi_dev_comm_data *data = machine_memory(a->machine, a->data);

	data->enter = (struct rmi_dev_comm_enter){.req_addr = a->request, .resp_addr = a->response};
	for (unsigned int i = 0; i < MAX_ROUNDS; i++) {
		enum rmmsim_status status;

		if (communicate(a, vdev) != RMI_SUCCESS)
			return machine_fail(a->machine, "a conversation does not go on");
		status = rmmsim_device_deliver(a->gadget->device, a->data);
		if (status == RMMSIM_ERR_STATE)
			return true;
		if (status != RMMSIM_OK)
			return machine_fail(a->machine, "%s", rmmsim_status_text(status));
	}
	return machine_fail(a->machine, "a conversation does not end");
}

static bool state_is(struct assignment *a, bool vdev, uint64_t state)
{
	SMC(a->machine, vdev ? SMC_RMI_VDEV_GET_STATE : SMC_RMI_PDEV_GET_STATE,
	    vdev ? a->vdev : a->pdev);
	if (a->machine->x[0] == RMI_SUCCESS && a->machine->x[1] == state)
		return true;
	return machine_fail(a->machine, "the device is in state %" PRIu64 ": %s", a->machine->x[1],
			    rmmsim_device_failure(a->machine->sim, a->pdev));
}

/* --- the device itself ------------------------------------------------------------------------------ */

static bool create_pdev(struct assignment *a)
{
	struct machine *machine = a->machine;
	struct rmi_pdev_params params;
	uint64_t page;

	rmmsim_device_params(a->gadget->device, &params);
	if (SMC(machine, SMC_RMI_PDEV_AUX_COUNT, params.flags) != RMI_SUCCESS)
		return machine_fail(machine, "the monitor assigns no devices");
	params.num_aux = a->aux_count = (unsigned int)machine->x[1];
	for (unsigned int i = 0; i < a->aux_count; i++)
		params.aux[i] = a->aux[i] = machine_delegate(machine, 1);
	a->pdev = machine_delegate(machine, 1);
	page = page_with(machine, &params, sizeof(params));
	if (machine->failure[0])
		return false;
	SMC(machine, SMC_RMI_PDEV_CREATE, a->pdev, page);
	machine_free(machine, page, 1);
	return machine->x[0] == RMI_SUCCESS || machine_fail(machine, "no PDEV was created");
}

static bool set_key(struct assignment *a)
{
	struct machine *machine = a->machine;
	struct rmi_public_key_params key;
	uint64_t page;

	rmmsim_device_public_key(a->gadget->device, &key);
	page = page_with(machine, &key, sizeof(key));
	if (!page)
		return false;
	SMC(machine, SMC_RMI_PDEV_SET_PUBKEY, a->pdev, page);
	machine_free(machine, page, 1);
	return machine->x[0] == RMI_SUCCESS || machine_fail(machine, "the key was refused");
}

bool assign_take(struct assignment *a, struct machine *machine, struct gadget *gadget)
{
	*a = (struct assignment){.machine = machine, .gadget = gadget};
	a->data = machine_pages(machine, 1);
	a->request = machine_pages(machine, 1);
	a->response = machine_pages(machine, 1);
	if (SMC(machine, SMC_RMI_GRANULE_DELEGATE, gadget->base) != RMI_SUCCESS)
		return machine_fail(machine, "the registers were not delegated");
	return create_pdev(a) && talk(a, false) && state_is(a, false, RMI_PDEV_STATE_NEEDS_KEY) &&
	       set_key(a) && talk(a, false) && state_is(a, false, RMI_PDEV_STATE_READY);
}

bool assign_return(struct assignment *a)
{
	struct machine *machine = a->machine;

	if (SMC(machine, SMC_RMI_PDEV_STOP, a->pdev) != RMI_SUCCESS || !talk(a, false) ||
	    SMC(machine, SMC_RMI_PDEV_DESTROY, a->pdev) != RMI_SUCCESS)
		return machine_fail(machine, "the PDEV stays");
	machine_undelegate(machine, a->pdev, 1);
	for (unsigned int i = 0; i < a->aux_count; i++)
		machine_undelegate(machine, a->aux[i], 1);
	SMC(machine, SMC_RMI_GRANULE_UNDELEGATE, a->gadget->base);
	machine_free(machine, a->data, 1);
	machine_free(machine, a->request, 1);
	machine_free(machine, a->response, 1);
	return !machine->failure[0];
}

/* --- an interface of a Realm ------------------------------------------------------------------------- */

/* What the Realm asks for: device-assignment.md#6, device-assignment.md#7 */
static bool map_registers(struct assignment *a)
{
	const struct rmi_rec_exit *exit = &a->vm->cpu.exit;
	struct machine *machine = a->machine;

	for (uint64_t ipa = exit->dev_mem_base; ipa < exit->dev_mem_top; ipa += PAGE_SIZE) {
		const uint64_t pa = exit->dev_mem_pa + (ipa - exit->dev_mem_base);
		uint64_t x0 = SMC(machine, SMC_RMI_VDEV_MAP, a->vm->rd, a->vdev, ipa, 3, pa);

		if (status_of(x0) == RMI_ERROR_RTT && level_of(x0) < 3 &&
		    vm_tables(a->vm, 0, ipa, level_of(x0), 3))
			x0 = SMC(machine, SMC_RMI_VDEV_MAP, a->vm->rd, a->vdev, ipa, 3, pa);
		/* Mapped since an earlier request: VALIDATE_MAPPING decides. */
		if (x0 != RMI_SUCCESS && status_of(x0) != RMI_ERROR_INPUT)
			return machine_fail(machine, "the registers cannot be mapped");
	}
	a->ipa = exit->dev_mem_base;
	SMC(machine, SMC_RMI_VDEV_VALIDATE_MAPPING, a->vm->rd, a->vm->cpu.rec, a->pdev, a->vdev,
	    exit->dev_mem_base, exit->dev_mem_top);
	return true;
}

static bool handle_exit(void *assignment)
{
	struct assignment *a = assignment;

	if (a->vm->cpu.exit.exit_reason == RMI_EXIT_DEV_MEM_MAP)
		return map_registers(a);
	if (a->vm->cpu.exit.vdev_id == a->vdev_id &&
	    SMC(a->machine, SMC_RMI_VDEV_COMPLETE, a->vm->cpu.rec, a->vdev) == RMI_SUCCESS)
		return true;
	return machine_fail(a->machine, "the Realm asks for a device that it does not have");
}

/* A command that begins a conversation, the conversation, and the state that it leads to. */
static bool change(struct assignment *a, uint32_t fid, uint64_t state)
{
	if (SMC(a->machine, fid, a->vm->rd, a->vdev) != RMI_SUCCESS)
		return machine_fail(a->machine, "the VDEV does not take a command");
	return talk(a, true) && state_is(a, true, state);
}

bool assign_measure(struct assignment *a)
{
	const struct rmi_vdev_measure_params params = {.flags = RMI_VDEV_MEASURE_FLAG_SIGNED,
						       .indices = {0x02}};
	const uint64_t page = page_with(a->machine, &params, sizeof(params));

	if (!page)
		return false;
	SMC(a->machine, SMC_RMI_VDEV_GET_MEASUREMENTS, a->vm->rd, a->vdev, page);
	machine_free(a->machine, page, 1);
	if (a->machine->x[0] != RMI_SUCCESS)
		return machine_fail(a->machine, "the device is not measured");
	return talk(a, true);
}

bool assign_give(struct assignment *a, struct vm *vm, uint64_t vdev_id)
{
	struct machine *machine = a->machine;
	struct rmi_pdev_params device;
	struct rmi_vdev_params params = {.vdev_id = vdev_id};
	uint64_t page;

	rmmsim_device_params(a->gadget->device, &device);
	params.tdi_id = device.rid_base;
	a->vm = vm;
	a->vdev_id = vdev_id;
	vm->device_exit = handle_exit;
	vm->assignment = a;
	a->vdev = machine_delegate(machine, 1);
	page = page_with(machine, &params, sizeof(params));
	if (machine->failure[0])
		return false;
	SMC(machine, SMC_RMI_VDEV_CREATE, vm->rd, a->pdev, a->vdev, page);
	machine_free(machine, page, 1);
	if (machine->x[0] != RMI_SUCCESS)
		return machine_fail(machine, "no VDEV was created");
	return talk(a, true) && change(a, SMC_RMI_VDEV_LOCK, RMI_VDEV_STATE_LOCKED) &&
	       assign_measure(a) &&
	       change(a, SMC_RMI_VDEV_GET_INTERFACE_REPORT, RMI_VDEV_STATE_LOCKED) &&
	       change(a, SMC_RMI_VDEV_START, RMI_VDEV_STATE_STARTED);
}

bool assign_revoke(struct assignment *a)
{
	struct machine *machine = a->machine;

	for (uint64_t i = 0; a->ipa && i < GADGET_PAGES; i++) {
		if (SMC(machine, SMC_RMI_VDEV_UNMAP, a->vm->rd, a->vdev, a->ipa + i * PAGE_SIZE,
			3) != RMI_SUCCESS)
			return machine_fail(machine, "the registers stay mapped");
	}
	if (!change(a, SMC_RMI_VDEV_UNLOCK, RMI_VDEV_STATE_UNLOCKED))
		return false;
	if (SMC(machine, SMC_RMI_VDEV_DESTROY, a->vm->rd, a->pdev, a->vdev) != RMI_SUCCESS)
		return machine_fail(machine, "the VDEV stays");
	machine_undelegate(machine, a->vdev, 1);
	return !machine->failure[0];
}
