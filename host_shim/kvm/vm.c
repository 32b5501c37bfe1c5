/* SPDX-License-Identifier: BSD-3-Clause */
/* Machines for tests, in the order in which KVM makes and unmakes them. host-shim.md#8.1 */
#include <hshim/kvm/release.h>
#include <hshim/kvm/requests.h>
#include <hshim/vm.h>

#define RUN_LIMIT 1000

struct hshim_vm {
	struct hshim_vm *next;
	struct kvm kvm;
	struct file *gmem[HSHIM_VM_SLOTS];
	struct hshim *shim; /* the instance it lives in */
};

static struct hshim_vm *all_vms;

struct kvm *hshim_vm_kvm(struct hshim_vm *vm)
{
	return &vm->kvm;
}

struct kvm_vcpu *hshim_vm_vcpu(struct hshim_vm *vm, unsigned int i)
{
	return kvm_get_vcpu(&vm->kvm, (int)i);
}

struct kvm_memory_slot *hshim_vm_slot(struct hshim_vm *vm, unsigned int i)
{
	return i < HSHIM_VM_SLOTS ? vm->kvm.memslots_of[0].slot[i] : NULL;
}

/* --- memslots -------------------------------------------------------------------------------------------- */

static int add_backing(struct hshim_vm *vm, unsigned int i, const struct hshim_slot_cfg *cfg,
		       struct kvm_memory_slot *slot)
{
	if (cfg->gmem) {
		vm->gmem[i] = hshim_gmem_create(
			slot->npages, cfg->gmem_flags | (cfg->user_is_gmem ? HSHIM_GMEM_MMAP : 0));
		if (!vm->gmem[i])
			return -ENOMEM;
		slot->gmem.file = vm->gmem[i];
		slot->flags |= KVM_MEM_GUEST_MEMFD;
	}
	if (cfg->no_user)
		return 0;
	slot->region = hshim_user_map(slot->npages, cfg->block_shift,
				      cfg->user_is_gmem ? vm->gmem[i] : NULL, 0);
	if (!slot->region)
		return -ENOMEM;
	slot->userspace_addr = slot->region->vma.vm_start;
	return 0;
}

static int add_slot(struct hshim_vm *vm, unsigned int i, const struct hshim_slot_cfg *cfg)
{
	struct kvm_memory_slot *slot;

	if (!cfg->size)
		return 0;
	slot = hshim_machine_alloc(sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	slot->id = (short)i;
	slot->base_gfn = gpa_to_gfn(cfg->gpa);
	slot->npages = cfg->size >> PAGE_SHIFT;
	slot->flags = cfg->flags;
	vm->kvm.memslots_of[0].slot[i] = slot;
	return add_backing(vm, i, cfg, slot);
}

static void drop_slot(struct hshim_vm *vm, unsigned int i)
{
	struct kvm_memory_slot *slot = vm->kvm.memslots_of[0].slot[i];

	vm->kvm.memslots_of[0].slot[i] = NULL;
	if (slot && slot->region)
		hshim_user_unmap(slot->region);
	hshim_gmem_put(vm->gmem[i]);
	vm->gmem[i] = NULL;
	hshim_machine_free(slot);
}

static void drop_slots(struct hshim_vm *vm)
{
	for (unsigned int i = 0; i < HSHIM_VM_SLOTS; i++)
		drop_slot(vm, i);
}

/* --- vCPUs ----------------------------------------------------------------------------------------------- */

static int add_vcpu(struct hshim_vm *vm, unsigned int id)
{
	struct kvm *kvm = &vm->kvm;
	struct kvm_vcpu *vcpu = hshim_machine_alloc(sizeof(*vcpu));

	if (!vcpu)
		return -ENOMEM;
	vcpu->kvm = kvm;
	vcpu->vcpu_id = (int)id;
	vcpu->vcpu_idx = (int)id;
	vcpu->cpu = 0;
	mutex_init(&vcpu->mutex);
	spin_lock_init(&vcpu->arch.mp_state_lock);
	vcpu->arch.hw_mmu = &kvm->arch.mmu;
	vcpu->arch.mmu_page_cache.gfp_zero = __GFP_ZERO;
	vcpu->arch.ctxt.sys_regs[MPIDR_EL1] =
		(id & 0xf) | ((id >> 4) & 0xff) << 8 | (u64)((id >> 12) & 0xff) << 16 | 1ull << 31;
#ifdef HSHIM_REC_HAS_MPIDR
	vcpu->arch.rec.mpidr = INVALID_HWID;
#endif
	hshim_canaries_set(NULL, vcpu);
	vcpu->run = hshim_machine_alloc(sizeof(*vcpu->run));
	kvm->vcpus[id] = vcpu;
	kvm->created_vcpus++;
	atomic_inc(&kvm->online_vcpus);
	return vcpu->run ? 0 : -ENOMEM;
}

static void drop_vcpus(struct kvm *kvm)
{
	const int count = atomic_read(&kvm->online_vcpus);

	for (int i = 0; i < count; i++) {
		struct kvm_vcpu *vcpu = kvm->vcpus[i];

		kvm_mmu_free_memory_cache(&vcpu->arch.mmu_page_cache);
		if (kvm_is_realm(kvm) && hshim_ops()->destroy_rec)
			hshim_ops()->destroy_rec(vcpu);
		hshim_exit_forget(vcpu);
	}
}

static void free_vcpus(struct kvm *kvm)
{
	const int count = atomic_read(&kvm->online_vcpus);

	for (int i = 0; i < count; i++) {
		hshim_machine_free(kvm->vcpus[i]->run);
		hshim_machine_free(kvm->vcpus[i]);
	}
	atomic_set(&kvm->online_vcpus, 0);
}

static unsigned long vcpu_features(const struct hshim_vm_cfg *cfg)
{
#ifdef KVM_ARM_VCPU_PSCI_0_2
	if (!cfg->features)
		return BIT(KVM_ARM_VCPU_PSCI_0_2);
#endif
	return cfg->features & ~HSHIM_NO_FEATURES;
}

/* --- life --------------------------------------------------------------------------------------------------- */

static void init_kvm(struct kvm *kvm, const struct hshim_vm_cfg *cfg)
{
	const unsigned int ipa = cfg->ipa_bits ? cfg->ipa_bits : 40;

	rwlock_init(&kvm->mmu_lock);
	mutex_init(&kvm->slots_lock);
	mutex_init(&kvm->slots_arch_lock);
	mutex_init(&kvm->lock);
	mutex_init(&kvm->irq_lock);
	mutex_init(&kvm->arch.config_lock);
	init_srcu_struct(&kvm->srcu);
	init_srcu_struct(&kvm->irq_srcu);
	xa_init(&kvm->mem_attr_array);
	INIT_LIST_HEAD(&kvm->vm_list);
	INIT_LIST_HEAD(&kvm->devices);
	kvm->mm = current->mm;
	kvm->max_vcpus = KVM_MAX_VCPUS;
	kvm->default_private = cfg->private_default;
	kvm->arch.is_realm = !cfg->not_realm;
	kvm->arch.mmu.vtcr = VTCR_EL2_T0SZ(ipa);
	kvm->arch.mmu.arch = &kvm->arch;
	kvm->arch.vgic.in_kernel = true;
	kvm->arch.vgic.initialized = true;
	kvm->arch.vgic.ready = true;
	kvm->arch.vcpu_features[0] = vcpu_features(cfg);
	hshim_set_vm_id_reg(kvm, SYS_ID_AA64DFR0_EL1, hshim_cpu()->id_aa64dfr0);
	hshim_set_vm_id_reg(kvm, SYS_ID_AA64PFR0_EL1, hshim_cpu()->id_aa64pfr0);
	hshim_set_vm_id_reg(kvm, SYS_ID_AA64MMFR0_EL1, hshim_cpu()->id_aa64mmfr0);
}

static int build(struct hshim_vm *vm, const struct hshim_vm_cfg *cfg)
{
	int ret;

	/* The machine itself is not what a test wants to fail. */
	hshim_alloc_pause(true);
	ret = kvm_init_stage2_mmu(&vm->kvm, &vm->kvm.arch.mmu, cfg->type);
	hshim_alloc_pause(false);
	if (ret)
		return ret;
	if (kvm_is_realm(&vm->kvm) && hshim_ops()->init_vm)
		ret = hshim_ops()->init_vm(&vm->kvm);
	for (unsigned int i = 0; !ret && i < HSHIM_VM_SLOTS; i++)
		ret = add_slot(vm, i, &cfg->slot[i]);
	for (unsigned int i = 0; !ret && i < (cfg->nvcpus ? cfg->nvcpus : 1); i++)
		ret = add_vcpu(vm, i);
	return ret;
}

static void destroy_all(void)
{
	struct hshim_vm *vm = all_vms, *next;

	for (; vm; vm = next) {
		next = vm->next;
		if (vm->shim == hshim_instance())
			hshim_vm_destroy(vm);
	}
}

struct hshim_vm *hshim_vm_create(const struct hshim_vm_cfg *cfg)
{
	static const struct hshim_vm_cfg none;
	struct hshim_vm *vm = hshim_machine_alloc(sizeof(*vm));

	if (!vm)
		return NULL;
	hshim_at_close(destroy_all);
	init_kvm(&vm->kvm, cfg ? cfg : &none);
	hshim_canaries_set(&vm->kvm, NULL);
	vm->kvm.hshim = vm;
	vm->shim = hshim_instance();
	vm->next = all_vms;
	all_vms = vm;
	if (build(vm, cfg ? cfg : &none) == 0)
		return vm;
	hshim_vm_destroy(vm);
	return NULL;
}

static void unlink_vm(struct hshim_vm *vm)
{
	struct hshim_vm **at = &all_vms;

	while (*at && *at != vm)
		at = &(*at)->next;
	if (*at)
		*at = vm->next;
}

static void tear_down(void *argument)
{
	struct hshim_vm *vm = argument;
	struct kvm *kvm = &vm->kvm;

	kvm_uninit_stage2_mmu(kvm);
	drop_vcpus(kvm);
	if (kvm_is_realm(kvm) && hshim_ops()->destroy_vm)
		hshim_ops()->destroy_vm(kvm);
	/* The VMM's memory goes after this: its notifiers look whether there is a table. */
	if (hshim_was_freed(kvm->arch.mmu.pgt))
		hshim_report(HSHIM_O_USE_AFTER_FREE,
			     "mmu.pgt of a machine that is gone still leads to what was freed");
}

void hshim_vm_destroy(struct hshim_vm *vm)
{
	if (!vm)
		return;
	unlink_vm(vm);
	hshim_canaries_check(&vm->kvm);
	hshim_entered();
	hshim_try(tear_down, vm);
	free_vcpus(&vm->kvm);
	drop_slots(vm);
	xa_destroy(&vm->kvm.mem_attr_array);
	hshim_machine_free(vm);
}

/* --- what a VMM asks for ---------------------------------------------------------------------------------------- */

int hshim_enable_cap(struct hshim_vm *vm, u32 cap, u64 a0, const void *arg)
{
	struct kvm_enable_cap request = {.cap = cap};
	int ret;

	request.args[0] = a0;
	request.args[1] = hshim_vmm_pointer(arg);
	/* Generic KVM has no such capability where there are no Realms. */
	if (!hshim_ops()->enable_cap || !kvm_is_realm(&vm->kvm))
		return -EINVAL;
	hshim_request_begin(arg);
	hshim_entered();
	mutex_lock(&vm->kvm.lock);
	ret = hshim_ops()->enable_cap(&vm->kvm, &request);
	mutex_unlock(&vm->kvm.lock);
	hshim_request_end(cap, a0, arg);
	hshim_canaries_check(&vm->kvm);
	return ret;
}

/* Generic KVM knows nothing of the two halves: it passes what the memslot says. */
static void unmap(struct kvm *kvm, u64 gpa, u64 size, bool private_half)
{
	const struct hshim_release release = hshim_release_begin(kvm, gpa, size, private_half);

	hshim_entered();
	write_lock(&kvm->mmu_lock);
	kvm_mmu_invalidate_begin(kvm);
	if (kvm_is_realm(kvm) && hshim_ops()->unmap_range)
		hshim_ops()->unmap_range(kvm, gpa, size, private_half, true);
	kvm_mmu_invalidate_end(kvm);
	write_unlock(&kvm->mmu_lock);
	hshim_release_end(&release);
}

int hshim_vm_set_private(struct hshim_vm *vm, u64 gpa, u64 size, bool is_private)
{
	const u64 value = is_private ? KVM_MEMORY_ATTRIBUTE_PRIVATE : 0;
	struct kvm *kvm = &vm->kvm;
	int ret = 0;

	mutex_lock(&kvm->slots_lock);
	if (!kvm_range_has_memory_attributes(kvm, gpa_to_gfn(gpa), gpa_to_gfn(gpa + size),
					     KVM_MEMORY_ATTRIBUTE_PRIVATE, value))
		unmap(kvm, gpa, size, !is_private);
	for (u64 at = gpa; !ret && at < gpa + size; at += PAGE_SIZE) {
		struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gpa_to_gfn(at));

		ret = xa_err(xa_store(&kvm->mem_attr_array, gpa_to_gfn(at), xa_mk_value(value),
				      GFP_KERNEL_ACCOUNT));
		if (slot && slot->gmem.file)
			hshim_gmem_convert(slot->gmem.file, gpa_to_gfn(at) - slot->base_gfn, 1,
					   !is_private);
	}
	mutex_unlock(&kvm->slots_lock);
	return ret;
}

int hshim_vm_discard(struct hshim_vm *vm, u64 gpa, u64 size, bool private_half)
{
	mutex_lock(&vm->kvm.slots_lock);
	unmap(&vm->kvm, gpa, size, private_half);
	mutex_unlock(&vm->kvm.slots_lock);
	return 0;
}

void hshim_vm_remove_slot(struct hshim_vm *vm, unsigned int i)
{
	struct kvm_memory_slot *slot = hshim_vm_slot(vm, i);

	if (!slot)
		return;
	mutex_lock(&vm->kvm.slots_lock);
	unmap(&vm->kvm, gfn_to_gpa(slot->base_gfn), slot->npages << PAGE_SHIFT, true);
	drop_slot(vm, i);
	mutex_unlock(&vm->kvm.slots_lock);
}

void *hshim_vm_user(struct hshim_vm *vm, u64 gpa, bool write)
{
	const hva_t hva = gfn_to_hva(&vm->kvm, gpa_to_gfn(gpa));

	return kvm_is_error_hva(hva) ? NULL : hshim_user_ptr(hva + offset_in_page(gpa), write);
}

/* --- running -------------------------------------------------------------------------------------------------------- */

int hshim_vcpu_init(struct kvm_vcpu *vcpu)
{
	hshim_entered();
	return hshim_ops()->create_rec ? hshim_ops()->create_rec(vcpu) : 0;
}

/* KVM enters with interrupts off. */
static int enter_once(struct kvm_vcpu *vcpu)
{
	int ret;

	hshim_entered();
	ret = hshim_ops()->pre_enter ? hshim_ops()->pre_enter(vcpu) : 1;
	if (ret <= 0)
		return ret;
	preempt_disable();
	local_irq_disable();
	hshim_exit_current(vcpu);
	ret = hshim_ops()->enter(vcpu);
	hshim_exit_current(NULL);
	local_irq_enable();
	preempt_enable();
	return hshim_ops()->handle_exit ? hshim_ops()->handle_exit(vcpu, ret) : ret;
}

int hshim_vcpu_run_limit(struct kvm_vcpu *vcpu, unsigned int limit, struct hshim_run_result *result)
{
	struct hshim_run_result local = {0};
	int idx;

	if (!hshim_ops()->enter)
		return -ENOSYS;
	mutex_lock(&vcpu->mutex);
	idx = srcu_read_lock(&vcpu->kvm->srcu);
	vcpu->run->exit_reason = KVM_EXIT_UNKNOWN;
	do {
		cond_resched();
		local.ret = enter_once(vcpu);
		local.entries++;
	} while (local.ret > 0 && local.entries < limit);
	srcu_read_unlock(&vcpu->kvm->srcu, idx);
	mutex_unlock(&vcpu->mutex);
	local.limit = local.ret > 0;
	local.exit_reason = vcpu->run->exit_reason;
	if (result)
		*result = local;
	return local.ret;
}

int hshim_vcpu_run(struct kvm_vcpu *vcpu, struct hshim_run_result *result)
{
	return hshim_vcpu_run_limit(vcpu, RUN_LIMIT, result);
}
