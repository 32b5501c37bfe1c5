/* SPDX-License-Identifier: BSD-3-Clause */
/* Parts of KVM that do not depend on memory: registers, handlers, static keys. host-shim.md#7.2 */
#include <hshim/vm.h>

#define WEAK __attribute__((weak))

unsigned int hshim_page_shift = HSHIM_PAGE_SHIFT;

WEAK DEFINE_STATIC_KEY_FALSE(kvm_rme_is_available);
WEAK DEFINE_STATIC_KEY_FALSE(kvm_rmi_is_available);

static struct hshim_handler_log handler_log = {
	.sys_reg_result = 1, .smccc_result = 1, .wfx_result = 1};

struct hshim_handler_log *hshim_handlers(void)
{
	return &handler_log;
}

static struct hshim_vgic vgic_state = {.nr_lr = 4, .max_gic_vcpus = 512, .type = VGIC_V3};

struct hshim_vgic *hshim_vgic_state(void)
{
	return &vgic_state;
}

static struct hshim_cpu the_cpu = {
	.id_aa64pfr0 = 1ull << ID_AA64PFR0_EL1_RME_SHIFT | 0x11,
	.id_aa64mmfr0 = 5, /* 48 bits of PA */
	.id_aa64mmfr1 = 0x20,
	.id_aa64dfr0 = 5ull << 12 | 3ull << 20 | 1ull << 28 | 6,
	.vmid_bits = 8,
	.hyp_mode = true,
};

struct hshim_cpu *hshim_cpu(void)
{
	return &the_cpu;
}

u64 hshim_read_ftr_reg(u32 id)
{
	switch (id) {
	case SYS_ID_AA64PFR0_EL1:
		return the_cpu.id_aa64pfr0;
	case SYS_ID_AA64MMFR0_EL1:
		return the_cpu.id_aa64mmfr0;
	case SYS_ID_AA64MMFR1_EL1:
		return the_cpu.id_aa64mmfr1;
	case SYS_ID_AA64MMFR2_EL1:
		return the_cpu.id_aa64mmfr2;
	case SYS_ID_AA64DFR0_EL1:
		return the_cpu.id_aa64dfr0;
	default:
		return 0;
	}
}

/* ID registers have op0 3, op1 0, CRn 0, CRm 1..7. */
static unsigned int id_index(u32 id)
{
	return (sys_reg_CRm(id) * 8 + sys_reg_Op2(id)) % 64;
}

u64 hshim_vm_id_reg(const struct kvm *kvm, u32 id)
{
	return kvm->arch.id_regs[id_index(id)];
}

void hshim_set_vm_id_reg(struct kvm *kvm, u32 id, u64 value)
{
	kvm->arch.id_regs[id_index(id)] = value;
}

void hshim_set_reg(struct kvm_vcpu *vcpu, u8 reg, unsigned long value, const char *site)
{
	if ((value & ~0xfffull) == HSHIM_POISON || value >> 40 == 0xe1e1e1)
		hshim_report(
			HSHIM_O_EXIT_INVALID_FIELD,
			"register %u of a vCPU is set at %s to 0x%lx: a field that this exit does "
			"not define",
			reg, site, value);
	if (reg < 31)
		vcpu->arch.ctxt.regs.regs[reg] = value;
}

struct kvm_vcpu *kvm_get_vcpu_by_id(struct kvm *kvm, int id)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm) if (vcpu->vcpu_id == id) return vcpu;
	return NULL;
}

struct kvm_vcpu *kvm_mpidr_to_vcpu(struct kvm *kvm, unsigned long mpidr)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	mpidr &= MPIDR_HWID_BITMASK;
	kvm_for_each_vcpu(i, vcpu, kvm) if (mpidr == kvm_vcpu_get_mpidr_aff(vcpu)) return vcpu;
	return NULL;
}

WEAK void kvm_vm_dead(struct kvm *kvm)
{
	kvm->vm_dead = true;
}

WEAK void kvm_vm_bugged(struct kvm *kvm)
{
	kvm->vm_bugged = true;
	kvm->vm_dead = true;
}

/*
 * The states of a Realm in the order of the life that the tree's enumeration gives them: only forward,
 * from NONE one step; to the end from anywhere but NONE.
 */
void hshim_realm_transition(int from, int to, const char *site)
{
	if (to > from && (from != 0 || to == 1))
		return;
	/* Said twice: only the end comes once. */
	if (to == from && to != HSHIM_STATE_DEAD)
		return;
	hshim_report(HSHIM_O_STATE_TRANSITION, "state of a Realm changes from %d to %d at %s", from,
		     to, site);
}

/* --- handlers -------------------------------------------------------------------------------------------- */

WEAK int kvm_handle_sys_reg(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	handler_log.sys_reg++;
	return handler_log.sys_reg_result;
}

WEAK int kvm_smccc_call_handler(struct kvm_vcpu *vcpu)
{
	handler_log.smccc++;
	for (u8 i = 0; i < ARRAY_SIZE(handler_log.seen); i++) {
		handler_log.seen[i] = vcpu_get_reg(vcpu, i);
		if (handler_log.reply)
			vcpu_set_reg(vcpu, i, HSHIM_REPLY + i);
	}
	return handler_log.smccc_result;
}

WEAK int kvm_psci_call(struct kvm_vcpu *vcpu)
{
	return kvm_smccc_call_handler(vcpu);
}

WEAK int kvm_handle_wfx(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	handler_log.wfx++;
	return handler_log.wfx_result;
}

WEAK void kvm_realm_timers_update(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	handler_log.timers++;
}

WEAK void kvm_inject_undefined(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	handler_log.injected++;
}

WEAK void kvm_inject_vabt(struct kvm_vcpu *vcpu)
{
	(void)vcpu;
	handler_log.injected++;
}

WEAK int kvm_inject_sea_dabt(struct kvm_vcpu *vcpu, u64 addr)
{
	(void)vcpu;
	(void)addr;
	handler_log.injected++;
	return 1;
}

WEAK void kvm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	kvm_inject_sea_dabt(vcpu, addr);
}

WEAK void kvm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr)
{
	kvm_inject_sea_dabt(vcpu, addr);
}

WEAK void kvm_incr_pc(struct kvm_vcpu *vcpu)
{
	vcpu->arch.ctxt.regs.pc += 4;
}

WEAK void kvm_skip_instr(struct kvm_vcpu *vcpu)
{
	kvm_incr_pc(vcpu);
}

WEAK int io_mem_abort(struct kvm_vcpu *vcpu, phys_addr_t ipa)
{
	(void)ipa;
	handler_log.mmio++;
	vcpu->kvm->mmio_faults++;
	vcpu->run->exit_reason = KVM_EXIT_MMIO;
	return 0;
}

WEAK void kvm_prepare_memory_fault_exit(struct kvm_vcpu *vcpu, gpa_t gpa, gpa_t size, bool is_write,
					bool is_exec, bool is_private)
{
	(void)is_write;
	(void)is_exec;
#ifdef KVM_EXIT_MEMORY_FAULT
	vcpu->run->exit_reason = KVM_EXIT_MEMORY_FAULT;
	vcpu->run->memory_fault.gpa = gpa;
	vcpu->run->memory_fault.size = size;
	vcpu->run->memory_fault.flags = 0;
#ifdef KVM_MEMORY_EXIT_FLAG_PRIVATE
	if (is_private)
		vcpu->run->memory_fault.flags |= KVM_MEMORY_EXIT_FLAG_PRIVATE;
#endif
#endif
	(void)gpa;
	(void)size;
	(void)is_private;
	(void)vcpu;
}
