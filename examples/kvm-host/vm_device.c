/* SPDX-License-Identifier: BSD-3-Clause */
/* A device that the host emulates: the guest's accesses to it are exits. rec.md#3.2 */
#include "examples/kvm-host/vm.h"

#include <inttypes.h>

#define DEVICE_ID       0x0        /* read */
#define DEVICE_DOORBELL 0x4        /* write */
#define DEVICE_ID_VALUE 0x52454c4d /* "RELM" */

#define ESR_ISV (UINT64_C(1) << 24)
#define ESR_WNR (UINT64_C(1) << 6)

bool vm_emulate(struct vm *vm, uint64_t ipa)
{
	struct vm_cpu *cpu = &vm->cpu;
	const uint64_t offset = ipa - vm->device;

	/* Not a plain load or store: an abort is all the guest can get. */
	if (!(cpu->exit.esr & ESR_ISV)) {
		cpu->enter.flags = RMI_REC_ENTER_FLAG_INJECT_SEA;
		return true;
	}
	cpu->enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	if (cpu->exit.esr & ESR_WNR) {
		if (offset == DEVICE_DOORBELL)
			vm->doorbell = (uint32_t)cpu->exit.gprs[0];
	} else if (offset == DEVICE_ID) {
		cpu->enter.gprs[0] = DEVICE_ID_VALUE;
	}
	return true;
}
