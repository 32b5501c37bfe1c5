/* SPDX-License-Identifier: BSD-3-Clause */
/* RECs: how they are made, entered and left. */
#include <linux/kvm_host.h>
#include <kvm/arm_hypercalls.h>
#include <asm/rmi_cmds.h>
#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_rme.h>

/* --- life ------------------------------------------------------------------------------------------ */

static void drop_aux(struct realm_rec *rec, unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		if (!WARN_ON(rmi_undelegate(page_to_phys(rec->aux[i]))))
			__free_page(rec->aux[i]);
		rec->aux[i] = NULL;
	}
}

static int add_aux(struct kvm *kvm, struct realm_rec *rec, struct rec_params *params)
{
	for (unsigned long i = 0; i < kvm->arch.realm.num_rec_aux; i++) {
		rec->aux[i] = alloc_page(GFP_KERNEL_ACCOUNT);
		if (rec->aux[i] && !rmi_delegate(page_to_phys(rec->aux[i]))) {
			params->aux[i] = page_to_phys(rec->aux[i]);
			continue;
		}
		if (rec->aux[i])
			__free_page(rec->aux[i]);
		drop_aux(rec, i);
		return -ENOMEM;
	}
	params->num_aux = kvm->arch.realm.num_rec_aux;
	return 0;
}

static int make_rec(struct kvm_vcpu *vcpu, struct rec_params *params)
{
	struct realm_rec *rec = &vcpu->arch.rec;
	struct kvm *kvm = vcpu->kvm;
	phys_addr_t rd = virt_to_phys(kvm->arch.realm.rd);
	int ret;

	ret = rmi_delegate(virt_to_phys(rec->rec_page)) ? -ENXIO : 0;
	if (ret)
		return ret;
	ret = add_aux(kvm, rec, params);
	if (ret)
		goto out_rec;
	params->mpidr = kvm_vcpu_get_mpidr_aff(vcpu);
	params->flags = vcpu->vcpu_id == 0;
	ret = rmi_call(SMC_RMI_REC_CREATE, rd, virt_to_phys(rec->rec_page), virt_to_phys(params)).a0
		      ? -ENXIO
		      : 0;
	if (!ret) {
		rec->mpidr = params->mpidr;
		return 0;
	}
	drop_aux(rec, kvm->arch.realm.num_rec_aux);
out_rec:
	WARN_ON(rmi_undelegate(virt_to_phys(rec->rec_page)));
	return ret;
}

int kvm_create_rec(struct kvm_vcpu *vcpu)
{
	struct realm_rec *rec = &vcpu->arch.rec;
	struct rec_params *params;
	int ret = -ENOMEM;

	if (!kvm_realm_is_created(vcpu->kvm) || rec->run)
		return -EINVAL;
	rec->rec_page = (void *)__get_free_page(GFP_KERNEL);
	rec->run = (void *)get_zeroed_page(GFP_KERNEL);
	params = (void *)get_zeroed_page(GFP_KERNEL);
	if (rec->rec_page && rec->run && params)
		ret = make_rec(vcpu, params);
	free_page((unsigned long)params);
	if (!ret)
		return 0;
	free_page((unsigned long)rec->rec_page);
	free_page((unsigned long)rec->run);
	rec->rec_page = NULL;
	rec->run = NULL;
	return ret;
}

void kvm_destroy_rec(struct kvm_vcpu *vcpu)
{
	struct realm_rec *rec = &vcpu->arch.rec;

	if (!rec->run)
		return;
	free_page((unsigned long)rec->run);
	rec->run = NULL;
	if (WARN_ON(rmi_call(SMC_RMI_REC_DESTROY, virt_to_phys(rec->rec_page)).a0))
		return;
	drop_aux(rec, vcpu->kvm->arch.realm.num_rec_aux);
	if (!WARN_ON(rmi_undelegate(virt_to_phys(rec->rec_page))))
		free_page((unsigned long)rec->rec_page);
	rec->rec_page = NULL;
}

/* --- running ---------------------------------------------------------------------------------------- */

int kvm_rec_pre_enter(struct kvm_vcpu *vcpu)
{
	if (kvm_realm_state(vcpu->kvm) != REALM_STATE_ACTIVE)
		return -EINVAL;
	if (!vcpu->arch.rec.run)
		return -EPERM;
	/* What the handler of a call has left in the registers is its result. */
	for (u8 i = 0; i < 4 && rec_reason(vcpu->arch.rec.run) == RMI_EXIT_PSCI; i++)
		vcpu->arch.rec.run->in[i] = vcpu_get_reg(vcpu, i);
	return 1;
}

int kvm_rec_enter(struct kvm_vcpu *vcpu)
{
	struct realm_rec *rec = &vcpu->arch.rec;
	struct arm_smccc_res res =
		rmi_call(SMC_RMI_REC_ENTER, virt_to_phys(rec->rec_page), virt_to_phys(rec->run));

	rec->run->flags = 0;
	return res.a0 ? -ENXIO : 1;
}

static int exit_abort(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	if (kvm_vcpu_dabt_isvalid(vcpu) && kvm_vcpu_dabt_iswrite(vcpu))
		vcpu_set_reg(vcpu, (u8)kvm_vcpu_dabt_get_rd(vcpu), run->out[0]);
	return kvm_handle_guest_abort(vcpu);
}

static int exit_sysreg(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	const bool write = (run->esr & ESR_ELx_SYS64_ISS_DIR_MASK) == ESR_ELx_SYS64_ISS_DIR_WRITE;
	const u8 rt = (u8)kvm_vcpu_sys_get_rt(vcpu);
	int ret;

	if (write)
		vcpu_set_reg(vcpu, rt, run->out[0]);
	ret = kvm_handle_sys_reg(vcpu);
	if (!write)
		run->in[0] = vcpu_get_reg(vcpu, rt);
	return ret;
}

static int exit_sync(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	vcpu->arch.fault.esr_el2 = run->esr;
	switch (kvm_vcpu_trap_get_class(vcpu)) {
	case ESR_ELx_EC_WFx:
		return 1;
	case ESR_ELx_EC_SYS64:
		return exit_sysreg(vcpu, run);
	case ESR_ELx_EC_DABT_LOW:
	case ESR_ELx_EC_IABT_LOW:
		vcpu->arch.fault.far_el2 = run->far;
		vcpu->arch.fault.hpfar_el2 = run->hpfar;
		return exit_abort(vcpu, run);
	default:
		vcpu_err(vcpu, "exit with ESR 0x%llx\n", run->esr);
		return -ENXIO;
	}
}

static int exit_ripas(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	const u64 base = run->ripas_base, top = run->ripas_top;
	unsigned long reached = base;
	int ret;

	ret = kvm_mmu_topup_memory_cache(&vcpu->arch.mmu_page_cache,
					 kvm_mmu_cache_min_pages(vcpu->arch.hw_mmu) * 2);
	if (ret)
		return ret;
	write_lock(&vcpu->kvm->mmu_lock);
	ret = realm_set_ripas(vcpu, base, top, &reached);
	write_unlock(&vcpu->kvm->mmu_lock);
	WARN(ret && ret != -ENOMEM && ret != -EAGAIN, "RIPAS of 0x%llx does not change: %d", base,
	     ret);
	if (ret && reached == base)
		run->flags |= RMI_ENTER_RIPAS_REJECT;
	kvm_prepare_memory_fault_exit(vcpu, base, top - base, false, false,
				      run->ripas_value == RMI_RIPAS_RAM);
	return 0;
}

static int exit_s2ap(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	int ret = kvm_mmu_topup_memory_cache(&vcpu->arch.mmu_page_cache, 12);

	if (ret)
		return ret;
	write_lock(&vcpu->kvm->mmu_lock);
	ret = realm_set_s2ap(vcpu, run->s2ap_base, run->s2ap_top);
	write_unlock(&vcpu->kvm->mmu_lock);
	return ret && ret != -EAGAIN ? ret : 1;
}

static int exit_psci(struct kvm_vcpu *vcpu, struct rec_run *run)
{
	for (u8 i = 0; i < 4; i++)
		vcpu_set_reg(vcpu, i, run->out[i]);
	if (run->out[0] == PSCI_0_2_FN_SYSTEM_OFF || run->out[0] == PSCI_0_2_FN_SYSTEM_RESET) {
		vcpu->run->exit_reason = KVM_EXIT_SHUTDOWN;
		return 0;
	}
	return kvm_smccc_call_handler(vcpu);
}

int handle_rec_exit(struct kvm_vcpu *vcpu, int result)
{
	struct rec_run *run = vcpu->arch.rec.run;

	if (result < 0) {
		vcpu->run->exit_reason = KVM_EXIT_FAIL_ENTRY;
		return 0;
	}
	switch (rec_reason(run)) {
	case RMI_EXIT_SYNC:
		return exit_sync(vcpu, run);
	case RMI_EXIT_IRQ:
	case RMI_EXIT_FIQ:
		return 1;
	case RMI_EXIT_PSCI:
		return exit_psci(vcpu, run);
	case RMI_EXIT_RIPAS:
		return exit_ripas(vcpu, run);
	case RMI_EXIT_S2AP:
		return exit_s2ap(vcpu, run);
	case RMI_EXIT_CALL:
		vcpu->run->exit_reason = KVM_EXIT_SHUTDOWN;
		return 0;
	default:
		vcpu->run->exit_reason = KVM_EXIT_INTERNAL;
		return 0;
	}
}
