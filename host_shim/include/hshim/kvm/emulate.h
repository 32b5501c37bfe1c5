/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_EMULATE_H
#define HSHIM_KVM_EMULATE_H

/*
 * What exit handlers ask about a vCPU. Where the tree's own header or source defines a name of this file,
 * the build defines HSHIM_TREE_HAS_<name> and the tree's is used. host-shim.md#7.2
 */

#include <hshim/kvm/mmu.h>

/* --- Realms ------------------------------------------------------------------------------------------ */

DECLARE_STATIC_KEY_FALSE(kvm_rme_is_available);
DECLARE_STATIC_KEY_FALSE(kvm_rmi_is_available);

#ifndef HSHIM_TREE_HAS_kvm_is_realm
static inline bool kvm_is_realm(struct kvm *kvm)
{
	if (!static_branch_unlikely(&kvm_rme_is_available) &&
	    !static_branch_unlikely(&kvm_rmi_is_available))
		return false;
	return kvm && kvm->arch.is_realm;
}
#endif
#ifndef HSHIM_TREE_HAS_kvm_realm_state
#define kvm_realm_state(k) READ_ONCE((k)->arch.realm.state)
#endif
/* Reports a transition that is not one step of NONE, NEW, ACTIVE, DYING, DEAD or to the end of it. */
void hshim_realm_transition(int from, int to, const char *site);
#ifndef HSHIM_TREE_HAS_kvm_set_realm_state
#define kvm_set_realm_state(k, s)                                                         \
	do {                                                                              \
		hshim_realm_transition((int)(k)->arch.realm.state, (int)(s), HSHIM_HERE); \
		WRITE_ONCE((k)->arch.realm.state, (s));                                   \
	} while (0)
#endif
#ifndef HSHIM_TREE_HAS_kvm_realm_is_created
#define kvm_realm_is_created(k) (kvm_is_realm(k) && (int)kvm_realm_state(k) != 0)
#endif
#ifndef HSHIM_TREE_HAS_vcpu_is_rec
static inline bool vcpu_is_rec(const struct kvm_vcpu *vcpu)
{
	return kvm_is_realm(vcpu->kvm);
}
#endif
#ifndef HSHIM_TREE_HAS_kvm_arm_rec_finalized
#define kvm_arm_rec_finalized(v)      ((v)->arch.rec.mpidr != INVALID_HWID)
#define kvm_arm_vcpu_rec_finalized(v) kvm_arm_rec_finalized(v)
#endif

/* --- registers ------------------------------------------------------------------------------------------- */

#define vcpu_gp_regs(v)       (&(v)->arch.ctxt.regs)
#define vcpu_pc(v)            ((unsigned long *)&vcpu_gp_regs(v)->pc)
#define vcpu_cpsr(v)          ((unsigned long *)&vcpu_gp_regs(v)->pstate)
#define vcpu_sp(v)            ((unsigned long *)&vcpu_gp_regs(v)->sp)
#define vcpu_mode_is_32bit(v) ((void)(v), false)
#define vcpu_el1_is_32bit(v)  ((void)(v), false)
#define vcpu_is_el2(v)        ((void)(v), false)
#define vcpu_has_nv(v)        ((void)(v), false)
static inline unsigned long vcpu_get_reg(const struct kvm_vcpu *vcpu, u8 reg)
{
	return reg == 31 ? 0 : (unsigned long)vcpu->arch.ctxt.regs.regs[reg];
}
void hshim_set_reg(struct kvm_vcpu *vcpu, u8 reg, unsigned long value, const char *site);
#define vcpu_set_reg(v, r, x)           hshim_set_reg((v), (r), (x), HSHIM_HERE)
#define ctxt_sys_reg(c, r)              ((c)->sys_regs[r])
#define __ctxt_sys_reg(c, r)            (&(c)->sys_regs[r])
#define __vcpu_sys_reg(v, r)            ((v)->arch.ctxt.sys_regs[r])
#define __vcpu_assign_sys_reg(v, r, x)  ((void)((v)->arch.ctxt.sys_regs[r] = (x)))
#define __vcpu_rmw_sys_reg(v, r, op, x) ((void)((v)->arch.ctxt.sys_regs[r] op(x)))
#define vcpu_read_sys_reg(v, r)         ((v)->arch.ctxt.sys_regs[r])
#define vcpu_write_sys_reg(v, x, r)     ((void)((v)->arch.ctxt.sys_regs[r] = (x)))
#define vcpu_sve_max_vq(v)              sve_vq_from_vl((v)->arch.sve_max_vl)
#define kvm_vcpu_get_mpidr_aff(v)       (vcpu_read_sys_reg((v), MPIDR_EL1) & MPIDR_HWID_BITMASK)

/* --- features --------------------------------------------------------------------------------------------- */

#define vcpu_has_feature(v, f)     test_bit((f), (v)->kvm->arch.vcpu_features)
#define kvm_vcpu_has_feature(k, f) test_bit((f), (k)->arch.vcpu_features)
#ifdef KVM_ARM_VCPU_SVE
#define vcpu_has_sve(v) (vcpu_has_feature(v, KVM_ARM_VCPU_SVE) || vcpu_get_flag(v, GUEST_HAS_SVE))
#else
#define vcpu_has_sve(v) vcpu_get_flag(v, GUEST_HAS_SVE)
#endif
#define kvm_arm_vcpu_sve_finalized(v) vcpu_get_flag(v, VCPU_SVE_FINALIZED)
#define vcpu_has_ptrauth(v)           vcpu_get_flag(v, GUEST_HAS_PTRAUTH)
#ifdef KVM_ARM_VCPU_PMU_V3
#define kvm_vcpu_has_pmu(v) vcpu_has_feature(v, KVM_ARM_VCPU_PMU_V3)
#else
#define kvm_vcpu_has_pmu(v) false
#endif
#define kvm_arm_support_pmu_v3()        true
#define kvm_arm_pmu_get_max_counters(k) ((void)(k), 31)
#define irqchip_in_kernel(k)            ((k)->arch.vgic.in_kernel)
#define vgic_initialized(k)             ((k)->arch.vgic.initialized)
#define vgic_ready(k)                   ((k)->arch.vgic.ready)
#define kvm_vgic_global_state           (*hshim_vgic_state())
struct hshim_vgic {
	int nr_lr, max_gic_vcpus, type;
	u32 ich_vtr_el2;
};
struct hshim_vgic *hshim_vgic_state(void);
#define VGIC_V3_MAX_LRS           16
#define VGIC_V2                   1
#define VGIC_V3                   2
#define kvm_vgic_sync_hwstate(v)  ((void)(v))
#define kvm_vgic_flush_hwstate(v) ((void)(v))
u64 hshim_vm_id_reg(const struct kvm *kvm, u32 id);
void hshim_set_vm_id_reg(struct kvm *kvm, u32 id, u64 value);
#define kvm_read_vm_id_reg(k, id)   hshim_vm_id_reg((k), (id))
#define kvm_set_vm_id_reg(k, id, v) hshim_set_vm_id_reg((k), (id), (v))
#define IDREG(k, id)                hshim_vm_id_reg((k), (id))
#define kvm_has_feat(k, id, f, v)   true

/* --- faults ------------------------------------------------------------------------------------------------- */

#define kvm_vcpu_get_esr(v)  ((u64)(v)->arch.fault.esr_el2)
#define kvm_vcpu_get_hfar(v) ((unsigned long)(v)->arch.fault.far_el2)
#define kvm_vcpu_get_disr(v) ((v)->arch.fault.disr_el1)
#define kvm_vcpu_get_fault_ipa(v) \
	((phys_addr_t)(((v)->arch.fault.hpfar_el2 & HPFAR_EL2_FIPA) >> 4) << 12)
#define kvm_vcpu_hvc_get_imm(v)  ((u32)(kvm_vcpu_get_esr(v) & ESR_ELx_xVC_IMM_MASK))
#define kvm_vcpu_dabt_isvalid(v) (!!(kvm_vcpu_get_esr(v) & ESR_ELx_ISV))
#define kvm_vcpu_dabt_issext(v)  (!!(kvm_vcpu_get_esr(v) & ESR_ELx_SSE))
#define kvm_vcpu_dabt_issf(v)    (!!(kvm_vcpu_get_esr(v) & ESR_ELx_SF))
#define kvm_vcpu_dabt_get_rd(v) \
	((int)((kvm_vcpu_get_esr(v) & ESR_ELx_SRT_MASK) >> ESR_ELx_SRT_SHIFT))
#define kvm_vcpu_dabt_get_as(v)                 (1u << ((kvm_vcpu_get_esr(v) & ESR_ELx_SAS) >> ESR_ELx_SAS_SHIFT))
#define kvm_vcpu_abt_iss1tw(v)                  (!!(kvm_vcpu_get_esr(v) & ESR_ELx_S1PTW))
#define kvm_vcpu_dabt_iswrite(v)                (!!(kvm_vcpu_get_esr(v) & ESR_ELx_WNR))
#define kvm_vcpu_dabt_is_cm(v)                  (!!(kvm_vcpu_get_esr(v) & ESR_ELx_CM))
#define kvm_vcpu_trap_il_is32bit(v)             (!!(kvm_vcpu_get_esr(v) & ESR_ELx_IL))
#define kvm_vcpu_trap_get_class(v)              ((u8)ESR_ELx_EC(kvm_vcpu_get_esr(v)))
#define kvm_vcpu_trap_get_fault(v)              ((u8)(kvm_vcpu_get_esr(v) & ESR_ELx_FSC))
#define kvm_vcpu_trap_get_fault_type(v)         ((u8)(kvm_vcpu_get_esr(v) & ESR_ELx_FSC_TYPE))
#define kvm_vcpu_trap_is_iabt(v)                (kvm_vcpu_trap_get_class(v) == ESR_ELx_EC_IABT_LOW)
#define kvm_vcpu_trap_is_permission_fault(v)    esr_fsc_is_permission_fault(kvm_vcpu_get_esr(v))
#define kvm_vcpu_trap_is_translation_fault(v)   esr_fsc_is_translation_fault(kvm_vcpu_get_esr(v))
#define kvm_vcpu_trap_is_exec_fault(v)          (kvm_vcpu_trap_is_iabt(v) && !kvm_vcpu_abt_iss1tw(v))
#define kvm_vcpu_trap_get_fault_level(v)        ((s8)(kvm_vcpu_get_esr(v) & ESR_ELx_FSC_LEVEL))
#define kvm_vcpu_trap_get_perm_fault_granule(v) kvm_granule_size(kvm_vcpu_trap_get_fault_level(v))
#define kvm_vcpu_sys_get_rt(v)                  ((int)ESR_ELx_SYS64_ISS_RT(kvm_vcpu_get_esr(v)))
#define kvm_vcpu_abt_issea(v)                   ((kvm_vcpu_trap_get_fault(v) & 0x30) == 0x10)
static inline bool kvm_is_write_fault(struct kvm_vcpu *vcpu)
{
	if (kvm_vcpu_abt_iss1tw(vcpu))
		return kvm_vcpu_trap_is_permission_fault(vcpu);
	return !kvm_vcpu_trap_is_iabt(vcpu) && kvm_vcpu_dabt_iswrite(vcpu);
}
#define kvm_handle_guest_sea(v) ((void)(v), -1)

/* --- what the rest of KVM does: a test replaces or sets it ------------------------------------------------ */

int kvm_handle_guest_abort(struct kvm_vcpu *vcpu);
int kvm_handle_sys_reg(struct kvm_vcpu *vcpu);
int kvm_handle_wfx(struct kvm_vcpu *vcpu);
int kvm_smccc_call_handler(struct kvm_vcpu *vcpu);
int kvm_psci_call(struct kvm_vcpu *vcpu);
void kvm_realm_timers_update(struct kvm_vcpu *vcpu);
void kvm_inject_undefined(struct kvm_vcpu *vcpu);
void kvm_inject_vabt(struct kvm_vcpu *vcpu);
int kvm_inject_sea_dabt(struct kvm_vcpu *vcpu, u64 addr);
void kvm_inject_dabt(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_inject_pabt(struct kvm_vcpu *vcpu, unsigned long addr);
void kvm_incr_pc(struct kvm_vcpu *vcpu);
void kvm_skip_instr(struct kvm_vcpu *vcpu);
int io_mem_abort(struct kvm_vcpu *vcpu, phys_addr_t ipa);
#define kvm_vcpu_halt(v)        ((void)(v))
#define kvm_vcpu_block(v)       ((void)(v))
#define kvm_vcpu_wfi(v)         ((void)(v))
#define kvm_vcpu_on_spin(v, b)  ((void)(v))
#define kvm_clear_request(r, v) clear_bit((r), &(v)->requests)
#define smccc_get_function(v)   ((u32)vcpu_get_reg(v, 0))
#define smccc_get_arg(v, n)     vcpu_get_reg(v, n)
#define smccc_get_arg1(v)       vcpu_get_reg(v, 1)
#define smccc_get_arg2(v)       vcpu_get_reg(v, 2)
#define smccc_get_arg3(v)       vcpu_get_reg(v, 3)
static inline void smccc_set_retval(struct kvm_vcpu *vcpu, unsigned long a0, unsigned long a1,
				    unsigned long a2, unsigned long a3)
{
	vcpu_set_reg(vcpu, 0, a0);
	vcpu_set_reg(vcpu, 1, a1);
	vcpu_set_reg(vcpu, 2, a2);
	vcpu_set_reg(vcpu, 3, a3);
}
#define kvm_psci_version(v) 0x10001
#define KVM_ARM_PSCI_0_2    2
#define KVM_ARM_PSCI_1_0    0x10000
#define KVM_ARM_PSCI_1_1    0x10001

#endif
