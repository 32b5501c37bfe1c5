/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Realm side of a host, written for this repository: it does what such code does, in its own way.
 * DEFECT_* builds a variant with one seeded defect; without any of them the file is right.
 */
#include <linux/kvm_host.h>

#include <asm/kvm_emulate.h>
#include <asm/kvm_mmu.h>
#include <asm/rmi_cmds.h>
#include <asm/kvm_rme.h>
#include <asm/virt.h>

#define MAX_VMID  256
#define MAX_TRIES 8
/* Instead of the next address: nothing beyond it is tried. */
#define UNMAP_FAILED (~0ul)

static unsigned long rmm_features;
static unsigned long *vmid_map;
static DEFINE_SPINLOCK(vmid_lock);

static phys_addr_t rd_of(struct kvm *kvm)
{
	return virt_to_phys(kvm->arch.realm.rd);
}

static unsigned long level_size(int level)
{
	return BIT(ARM64_HW_PGTABLE_LEVEL_SHIFT(level));
}

static int start_level(struct kvm *kvm)
{
	return 4 - stage2_pgtable_levels((int)kvm->arch.realm.ia_bits);
}

/* --- granules ------------------------------------------------------------------------------------ */

/* A page that the monitor keeps is lost: it must not be used again. */
static int give_back(phys_addr_t pa)
{
	if (!WARN_ON(rmi_undelegate(pa)))
		return 0;
	get_page(phys_to_page(pa));
	return -EBUSY;
}

static void *delegate_page(void *page)
{
	if (!page)
		return NULL;
	if (!rmi_delegate(virt_to_phys(page)))
		return page;
	free_page((unsigned long)page);
	return NULL;
}

static void release_page(void *page)
{
	if (!page)
		return;
	if (!give_back(virt_to_phys(page)))
		free_page((unsigned long)page);
}

static void *new_granule(void)
{
	return delegate_page((void *)__get_free_page(GFP_KERNEL_ACCOUNT));
}

static int delegate_run(phys_addr_t pa, size_t size)
{
	for (size_t done = 0; done < size; done += RMI_PAGE_SIZE) {
		if (!rmi_delegate(pa + done))
			continue;
		while (done) {
			done -= RMI_PAGE_SIZE;
			give_back(pa + done);
		}
		return -ENXIO;
	}
	return 0;
}

static int undelegate_run(phys_addr_t pa, size_t size)
{
	int ret = 0;

	for (size_t done = 0; done < size; done += RMI_PAGE_SIZE)
		ret |= give_back(pa + done);
	return ret;
}

/* --- VMIDs ----------------------------------------------------------------------------------------- */

static int take_vmid(void)
{
	int ret;

	spin_lock(&vmid_lock);
#ifdef DEFECT_SLEEP
	cond_resched();
#endif
	ret = bitmap_find_free_region(vmid_map, MAX_VMID, 0);
	spin_unlock(&vmid_lock);
	return ret;
}

static void drop_vmids(struct realm *realm)
{
	spin_lock(&vmid_lock);
	for (unsigned int i = 0; i < realm->num_trees; i++)
		bitmap_release_region(vmid_map, realm->vmid[i], 0);
	spin_unlock(&vmid_lock);
}

static int take_vmids(struct realm *realm, unsigned int count)
{
	for (realm->num_trees = 0; realm->num_trees < count; realm->num_trees++) {
		const int vmid = take_vmid();

		if (vmid < 0) {
			drop_vmids(realm);
			return vmid;
		}
		realm->vmid[realm->num_trees] = (unsigned int)vmid;
	}
	return 0;
}

/* --- tables ---------------------------------------------------------------------------------------- */

static int add_table(struct kvm *kvm, unsigned int tree, unsigned long ipa, int level,
		     struct kvm_mmu_memory_cache *mc)
{
	void *page = mc ? kvm_mmu_memory_cache_alloc(mc) : (void *)__get_free_page(GFP_ATOMIC);
	unsigned long ret;

	page = delegate_page(page);
	if (!page)
		return -ENOMEM;
	ipa = ALIGN_DOWN(ipa, level_size(level - 1));
#ifdef DEFECT_ORDER
	ret = rmi_rtt_create(rd_of(kvm), ipa, virt_to_phys(page), level, tree);
#else
	ret = rmi_rtt_create(rd_of(kvm), virt_to_phys(page), ipa, level, tree);
#endif
	if (!ret) {
		kvm_account_pgtable_pages(page, 1);
		return 0;
	}
#ifndef DEFECT_LEAK
	release_page(page);
#endif
	/* Another vCPU added it. */
	if (RMI_INDEX(ret) == level - 1 &&
	    (RMI_STATUS(ret) == RMI_BAD_RTT || RMI_STATUS(ret) == RMI_BAD_AUX))
		return 0;
	return -ENXIO;
}

static int add_tables(struct kvm *kvm, unsigned int tree, unsigned long ipa, int from, int to,
		      struct kvm_mmu_memory_cache *mc)
{
	int ret = 0;

	for (int level = from + 1; !ret && level <= to; level++)
		ret = add_table(kvm, tree, ipa, level, mc);
	return ret;
}

static int drop_table(struct kvm *kvm, unsigned int tree, unsigned long ipa, int level,
		      unsigned long *top)
{
	unsigned long rtt, ret = rmi_rtt_destroy(rd_of(kvm), ipa, level, tree, &rtt, top);
	void *page;

	if (ret)
		return (int)ret;
	page = phys_to_virt(rtt);
#ifdef DEFECT_ACCOUNT
	if (!tree)
		kvm_account_pgtable_pages(page, -1);
#else
	kvm_account_pgtable_pages(page, -1);
#endif
	release_page(page);
	return 0;
}

/* Empties one tree between two addresses, from the leaves up. */
static void drop_tables(struct kvm *kvm, unsigned int tree, unsigned long start, unsigned long end)
{
	for (int level = RMI_MAX_LEVEL; level > start_level(kvm); level--) {
		const unsigned long size = level_size(level - 1);
		unsigned long top, ipa = start;

		while (ipa < end) {
			const int ret = drop_table(kvm, tree, ipa, level, &top);
			const unsigned int status = RMI_STATUS((unsigned int)ret);

			if (ret && status != RMI_BAD_RTT && status != RMI_BAD_AUX) {
				WARN_ON(1);
				return;
			}
			ipa = top > ipa ? ALIGN_DOWN(top, size) : ipa + size;
			if (top > ipa && top < ipa + size)
				ipa = ALIGN_DOWN(top, size);
		}
	}
}

void kvm_realm_destroy_rtts(struct kvm *kvm, u32 ia_bits)
{
#ifdef DEFECT_TOP
	const unsigned long half = BIT(ia_bits - 1) - level_size(start_level(kvm));
	const unsigned long end = half;
#else
	const unsigned long half = BIT(ia_bits - 1);
	const unsigned long end = BIT(ia_bits);
#endif

	for (unsigned int tree = 1; tree < kvm->arch.realm.num_trees; tree++)
		drop_tables(kvm, tree, 0, half);
	drop_tables(kvm, 0, 0, end);
}

/* --- pages ------------------------------------------------------------------------------------------- */

static int map_in_tree(struct kvm *kvm, unsigned int tree, unsigned long ipa,
		       struct kvm_mmu_memory_cache *mc)
{
#ifdef DEFECT_RETRY
	for (;;) {
#else
	for (int i = 0; i < MAX_TRIES; i++) {
#endif
		const unsigned long ret = rmi_aux_map(rd_of(kvm), ipa, tree);

		if (!ret)
			return 0;
		/* The guest has to say that it is RAM before it can use it. */
		if (RMI_STATUS(ret) == RMI_BAD_RTT && RMI_INDEX(ret) == RMI_MAX_LEVEL)
			return 0;
		if (RMI_STATUS(ret) != RMI_BAD_AUX)
#ifdef DEFECT_RETRY
			continue;
#else
			return -ENXIO;
#endif
		if (add_tables(kvm, tree, ipa, RMI_INDEX(ret), RMI_MAX_LEVEL, mc))
			return -ENOMEM;
	}
	return -ENXIO;
}

/* DATA without a place to put it: the tables first, then once more. */
static int create_data(struct kvm *kvm, unsigned long ipa, phys_addr_t data, phys_addr_t src,
		       bool measure, struct kvm_mmu_memory_cache *mc)
{
	unsigned long ret;

	for (int i = 0; i < 2; i++) {
		if (src)
			ret = rmi_data_create(rd_of(kvm), data, ipa, src, measure);
		else
			ret = rmi_data_create_unknown(rd_of(kvm), data, ipa);
		if (RMI_STATUS(ret) != RMI_BAD_RTT || RMI_INDEX(ret) == RMI_MAX_LEVEL)
			break;
		if (add_tables(kvm, 0, ipa, RMI_INDEX(ret), RMI_MAX_LEVEL, mc))
			return -ENOMEM;
	}
	if (RMI_STATUS(ret) == RMI_BAD_RTT)
		return -EEXIST;
	return ret ? -ENXIO : 0;
}

static int map_everywhere(struct kvm *kvm, unsigned long ipa, struct kvm_mmu_memory_cache *mc)
{
	int ret = 0;

	for (unsigned int tree = 1; !ret && tree < kvm->arch.realm.num_trees; tree++)
		ret = map_in_tree(kvm, tree, ipa, mc);
	return ret;
}

int realm_map_private(struct kvm *kvm, unsigned long ipa, kvm_pfn_t pfn,
		      struct kvm_mmu_memory_cache *mc)
{
	const phys_addr_t data = __pfn_to_phys(pfn);
	int ret = kvm_mmu_topup_memory_cache(mc, 2 * (int)kvm->arch.realm.num_trees);

	if (ret)
		return ret;
	/* Mapped already: only a tree of a plane lacks it. */
	if (rmi_delegate(data))
		return map_everywhere(kvm, ipa, mc);
	ret = create_data(kvm, ipa, data, 0, false, mc);
	if (!ret) {
		get_page(phys_to_page(data)); /* of the mapping */
		return map_everywhere(kvm, ipa, mc);
	}
	give_back(data);
#ifdef DEFECT_TWICE
	put_page(phys_to_page(data));
#endif
	return ret == -EEXIST ? map_everywhere(kvm, ipa, mc) : ret;
}

int realm_map_shared(struct kvm *kvm, unsigned long ipa, kvm_pfn_t pfn, bool writable,
		     struct kvm_mmu_memory_cache *mc)
{
	unsigned long desc = __pfn_to_phys(pfn) | PTE_S2_MEMATTR(MT_S2_FWB_NORMAL) |
			     KVM_PTE_LEAF_ATTR_LO_S2_S2AP_R;
	unsigned long ret;

	if (writable)
		desc |= KVM_PTE_LEAF_ATTR_LO_S2_S2AP_W;
	for (int i = 0; i < 2; i++) {
		ret = rmi_map_unprotected(rd_of(kvm), ipa, RMI_MAX_LEVEL, desc);
		if (RMI_STATUS(ret) != RMI_BAD_RTT || RMI_INDEX(ret) == RMI_MAX_LEVEL)
			break;
		if (add_tables(kvm, 0, ipa, RMI_INDEX(ret), RMI_MAX_LEVEL, mc))
			return -ENOMEM;
	}
	/* Mapped by another CPU meanwhile. */
	return ret && RMI_STATUS(ret) != RMI_BAD_RTT ? -ENXIO : 0;
}

static unsigned long unmap_private(struct kvm *kvm, unsigned long ipa)
{
	unsigned long pa, top, ret;

#ifndef DEFECT_AUX
	for (unsigned int tree = 1; tree < kvm->arch.realm.num_trees; tree++)
		rmi_aux_unmap(rd_of(kvm), ipa, tree);
#endif
	ret = rmi_data_destroy(rd_of(kvm), ipa, &pa, &top);
	if (RMI_STATUS(ret) == RMI_BAD_RTT)
		return top > ipa ? top : ipa + PAGE_SIZE;
	/* It stays where it is, with the reference of its mapping. */
	if (WARN_ON(ret))
		return UNMAP_FAILED;
#ifdef DEFECT_TOUCH
	clear_page(phys_to_virt(pa));
#endif
#ifdef DEFECT_REFERENCE
	give_back(pa);
#else
	if (!give_back(pa))
		put_page(phys_to_page(pa));
#endif
	return top > ipa ? top : ipa + PAGE_SIZE;
}

static unsigned long unmap_shared(struct kvm *kvm, unsigned long ipa)
{
	unsigned long top, ret = rmi_unmap_unprotected(rd_of(kvm), ipa, RMI_MAX_LEVEL, &top);

	if (WARN_ON(ret && RMI_STATUS(ret) != RMI_BAD_RTT))
		return UNMAP_FAILED;
	return top > ipa ? top : ipa + PAGE_SIZE;
}

static void unmap_half(struct kvm *kvm, unsigned long start, unsigned long end, bool is_private,
		       bool may_block)
{
	while (start < end) {
		start = is_private ? unmap_private(kvm, start) : unmap_shared(kvm, start);
		if (may_block)
			cond_resched_rwlock_write(&kvm->mmu_lock);
	}
}

void kvm_realm_unmap_range(struct kvm *kvm, unsigned long start, unsigned long size,
			   bool unmap_private_half, bool may_block)
{
	unsigned long half, base, end;

	lockdep_assert_held_write(&kvm->mmu_lock);
	if (!size || !kvm_realm_is_created(kvm))
		return;
	half = BIT(kvm->arch.realm.ia_bits - 1);
	base = start & ~half;
	end = min_t(unsigned long, base + size, half);
	unmap_half(kvm, base | half, end | half, false, may_block);
	if (end == half)
		unmap_half(kvm, base | half, half + half, false, may_block);
	if (unmap_private_half)
		unmap_half(kvm, base, end, true, may_block);
}

/* --- requests of the guest --------------------------------------------------------------------------- */

/* A page that other trees map keeps its RIPAS: they lose it first. */
static void unmap_aux(struct kvm *kvm, unsigned long ipa)
{
	for (unsigned int tree = 1; tree < kvm->arch.realm.num_trees; tree++)
		rmi_aux_unmap(rd_of(kvm), ipa, tree);
}

static int advance(struct kvm_vcpu *vcpu, unsigned long fid, unsigned long base, unsigned long end,
		   unsigned long *reached)
{
	struct kvm *kvm = vcpu->kvm;
	unsigned long top, tree, cleared = 0, stopped = end;
	int tries = 0;

	for (*reached = base; *reached < end && tries < MAX_TRIES; tries++) {
		const unsigned long ret =
			rmi_range(fid, rd_of(kvm), virt_to_phys(vcpu->arch.rec.rec_page), *reached,
				  end, &top, &tree);
		const unsigned int status = RMI_STATUS(ret);

		if (!ret) {
			*reached = top;
			tries = 0;
			continue;
		}
		if (fid == SMC_RMI_RTT_SET_RIPAS && status == RMI_BAD_AUX) {
			unmap_aux(kvm, top);
			if (top > cleared)
				tries = 0;
			cleared = top;
			/* What lies before it is done; not every monitor goes on behind that. */
			stopped = *reached;
			*reached = top;
			continue;
		}
		if (status == RMI_BAD_INPUT && stopped < *reached) {
			*reached = stopped;
			continue;
		}
		if ((status != RMI_BAD_RTT && status != RMI_BAD_AUX) ||
		    RMI_INDEX(ret) == RMI_MAX_LEVEL)
			return -ENXIO;
		if (fid == SMC_RMI_RTT_SET_RIPAS)
			tree = 0;
		else
			*reached = top;
		if (add_tables(kvm, (unsigned int)tree, *reached, RMI_INDEX(ret),
			       RMI_INDEX(ret) + 1, &vcpu->arch.mmu_page_cache))
			return -ENOMEM;
	}
	return *reached < end ? -EAGAIN : 0;
}

int realm_set_ripas(struct kvm_vcpu *vcpu, unsigned long base, unsigned long end,
		    unsigned long *top)
{
	return advance(vcpu, SMC_RMI_RTT_SET_RIPAS, base, end, top);
}

int realm_set_s2ap(struct kvm_vcpu *vcpu, unsigned long base, unsigned long end)
{
	unsigned long top;

	return advance(vcpu, SMC_RMI_RTT_SET_S2AP, base, end, &top);
}

/* --- life of a Realm --------------------------------------------------------------------------------- */

static size_t roots_size(struct kvm *kvm)
{
	return kvm_pgtable_stage2_pgd_size(kvm->arch.mmu.vtcr);
}

static void drop_roots(struct kvm *kvm, unsigned int count)
{
	struct realm *realm = &kvm->arch.realm;
	const size_t size = roots_size(kvm);

	for (unsigned int tree = 1; tree < count; tree++) {
		if (!undelegate_run(virt_to_phys(realm->aux_root[tree]), size))
			free_pages_exact(realm->aux_root[tree], size);
		realm->aux_root[tree] = NULL;
	}
	undelegate_run(kvm->arch.mmu.pgd_phys, size);
}

static int add_roots(struct kvm *kvm)
{
	struct realm *realm = &kvm->arch.realm;
	const size_t size = roots_size(kvm);
	int ret = delegate_run(kvm->arch.mmu.pgd_phys, size);

	for (unsigned int tree = 1; !ret && tree < realm->num_trees; tree++) {
		realm->aux_root[tree] = alloc_pages_exact(size, GFP_KERNEL_ACCOUNT);
		ret = realm->aux_root[tree]
			      ? delegate_run(virt_to_phys(realm->aux_root[tree]), size)
			      : -ENOMEM;
		if (!ret)
			continue;
		if (realm->aux_root[tree])
			free_pages_exact(realm->aux_root[tree], size);
		drop_roots(kvm, tree);
	}
	return ret;
}

static void set_params(struct kvm *kvm, struct realm_params *params)
{
	struct realm *realm = &kvm->arch.realm;
	const u64 dfr0 = kvm_read_vm_id_reg(kvm, SYS_ID_AA64DFR0_EL1);

	params->s2sz = realm->ia_bits;
	params->num_bps = SYS_FIELD_GET(ID_AA64DFR0_EL1, BRPs, dfr0);
	params->num_wps = SYS_FIELD_GET(ID_AA64DFR0_EL1, WRPs, dfr0);
	params->num_aux_planes = realm->num_trees - 1;
	params->vmid = realm->vmid[0];
	params->rtt_base = kvm->arch.mmu.pgd_phys;
	params->rtt_level = start_level(kvm);
	params->rtt_num = roots_size(kvm) / RMI_PAGE_SIZE;
	if (realm->num_trees > 1)
		params->flags1 = REALM_TREE_PER_PLANE;
	for (unsigned int i = 1; i < realm->num_trees; i++) {
		params->aux_vmid[i - 1] = (u16)realm->vmid[i];
		params->aux_rtt_base[i - 1] = virt_to_phys(realm->aux_root[i]);
	}
}

static int create_rd(struct kvm *kvm)
{
	struct realm *realm = &kvm->arch.realm;
	struct arm_smccc_res res;
	void *rd = new_granule();

	if (!rd)
		return -ENOMEM;
	set_params(kvm, realm->params);
	res = rmi_call(SMC_RMI_REALM_CREATE, virt_to_phys(rd), virt_to_phys(realm->params));
	if (res.a0) {
		release_page(rd);
		return -ENXIO;
	}
	res = rmi_call(SMC_RMI_REC_AUX_COUNT, virt_to_phys(rd));
	if (WARN_ON(res.a0) || res.a1 > ARRAY_SIZE(((struct realm_rec *)0)->aux)) {
		WARN_ON(rmi_call(SMC_RMI_REALM_DESTROY, virt_to_phys(rd)).a0);
		release_page(rd);
		return -ENXIO;
	}
	realm->num_rec_aux = res.a1;
	realm->rd = rd;
	return 0;
}

static int create_realm(struct kvm *kvm, unsigned int aux_planes)
{
	struct realm *realm = &kvm->arch.realm;
	int ret;

	if (kvm_realm_is_created(kvm))
		return -EEXIST;
	if (aux_planes > FIELD_GET(RMI_F0_AUX_PLANES, rmm_features) ||
	    aux_planes >= REALM_MAX_TREES)
		return -EINVAL;
	realm->ia_bits = (unsigned int)VTCR_EL2_IPA(kvm->arch.mmu.vtcr);
	ret = take_vmids(realm, aux_planes + 1);
	if (ret)
		return ret;
	ret = add_roots(kvm);
	if (ret)
		goto out_vmids;
	ret = create_rd(kvm);
	if (ret)
		goto out_roots;
	kvm_set_realm_state(kvm, REALM_STATE_NEW);
	free_page((unsigned long)realm->params);
	realm->params = NULL;
	return 0;
out_roots:
	drop_roots(kvm, realm->num_trees);
out_vmids:
	drop_vmids(realm);
	return ret;
}

static int populate_page(struct kvm *kvm, struct kvm_memory_slot *slot, unsigned long ipa,
			 bool measure)
{
	struct page *page, *src;
	bool writable;
	kvm_pfn_t pfn, from;
	int ret;

	from = __kvm_faultin_pfn(slot, gpa_to_gfn(ipa), 0, &writable, &src);
	if (is_error_noslot_pfn(from))
		return -EFAULT;
	ret = kvm_gmem_get_pfn(kvm, slot, gpa_to_gfn(ipa), &pfn, &page, NULL);
	if (!ret) {
		ret = rmi_delegate(__pfn_to_phys(pfn)) ? -ENXIO : 0;
		if (!ret) {
			ret = create_data(kvm, ipa, __pfn_to_phys(pfn), __pfn_to_phys(from),
					  measure, NULL);
			if (ret)
				give_back(__pfn_to_phys(pfn));
		}
		/* Otherwise it is the mapping's. */
		if (ret)
			put_page(page);
	}
	kvm_release_page_clean(src);
	return ret;
}

/* RIPAS RAM of a range: the tables that are missing are added on the way. */
static int init_ripas(struct kvm *kvm, unsigned long base, unsigned long end)
{
	unsigned long top, tree;

	for (int tries = 0; base < end && tries < MAX_TRIES; tries++) {
		const unsigned long ret =
			rmi_range(SMC_RMI_RTT_INIT_RIPAS, rd_of(kvm), 0, base, end, &top, &tree);

		if (!ret) {
			base = top;
			tries = 0;
		} else if (RMI_STATUS(ret) != RMI_BAD_RTT || RMI_INDEX(ret) == RMI_MAX_LEVEL) {
			return -ENXIO;
		} else if (add_tables(kvm, 0, base, RMI_INDEX(ret), RMI_INDEX(ret) + 1, NULL)) {
			return -ENOMEM;
		}
	}
	return base < end ? -ENXIO : 0;
}

static int populate(struct kvm *kvm, const struct kvm_realm_populate *range)
{
	struct kvm_memory_slot *slot;
	int ret, idx;

	if (kvm_realm_state(kvm) != REALM_STATE_NEW)
		return -EINVAL;
	if (!PAGE_ALIGNED(range->base) || !PAGE_ALIGNED(range->size) ||
	    range->base + range->size <= range->base)
		return -EINVAL;
	idx = srcu_read_lock(&kvm->srcu);
	ret = init_ripas(kvm, range->base, range->base + range->size);
	for (u64 done = 0; !ret && done < range->size; done += PAGE_SIZE) {
		slot = gfn_to_memslot(kvm, gpa_to_gfn(range->base + done));
		ret = slot && kvm_slot_can_be_private(slot)
			      ? populate_page(kvm, slot, range->base + done, range->measure)
			      : -EFAULT;
		cond_resched();
	}
	srcu_read_unlock(&kvm->srcu, idx);
	return ret;
}

static int activate(struct kvm *kvm)
{
	if (kvm_realm_state(kvm) != REALM_STATE_NEW)
		return -EINVAL;
	if (rmi_call(SMC_RMI_REALM_ACTIVATE, rd_of(kvm)).a0)
		return -ENXIO;
	kvm_set_realm_state(kvm, REALM_STATE_ACTIVE);
	return 0;
}

int kvm_realm_enable_cap(struct kvm *kvm, struct kvm_enable_cap *cap)
{
	struct kvm_realm_populate range;
	struct kvm_realm_create create;

	switch (cap->args[0]) {
	case KVM_CAP_REALM_CREATE:
		if (copy_from_user(&create, u64_to_user_ptr(cap->args[1]), sizeof(create)))
			return -EFAULT;
		return create_realm(kvm, create.aux_planes);
	case KVM_CAP_REALM_POPULATE:
		if (copy_from_user(&range, u64_to_user_ptr(cap->args[1]), sizeof(range)))
			return -EFAULT;
		return kvm_realm_is_created(kvm) ? populate(kvm, &range) : -EINVAL;
	case KVM_CAP_REALM_RAM:
		if (copy_from_user(&range, u64_to_user_ptr(cap->args[1]), sizeof(range)))
			return -EFAULT;
		if (!kvm_realm_is_created(kvm) || kvm_realm_state(kvm) != REALM_STATE_NEW)
			return -EINVAL;
		if (range.base + range.size < range.base)
			return -EINVAL;
		return init_ripas(kvm, range.base, range.base + range.size);
	case KVM_CAP_REALM_ACTIVATE:
		return kvm_realm_is_created(kvm) ? activate(kvm) : -EINVAL;
	default:
		return -EINVAL;
	}
}

int kvm_init_realm_vm(struct kvm *kvm)
{
	kvm->arch.realm.params = (void *)get_zeroed_page(GFP_KERNEL);
	return kvm->arch.realm.params ? 0 : -ENOMEM;
}

void kvm_destroy_realm(struct kvm *kvm)
{
	struct realm *realm = &kvm->arch.realm;

	free_page((unsigned long)realm->params);
	realm->params = NULL;
	if (!kvm_realm_is_created(kvm))
		return;
	kvm_set_realm_state(kvm, REALM_STATE_DYING);
	if (WARN_ON(rmi_call(SMC_RMI_REALM_DESTROY, rd_of(kvm)).a0))
		return;
	release_page(realm->rd);
	realm->rd = NULL;
	drop_vmids(realm);
	drop_roots(kvm, realm->num_trees);
	kvm_set_realm_state(kvm, REALM_STATE_DEAD);
	kvm_free_stage2_pgd(&kvm->arch.mmu);
}

int kvm_init_rme(void)
{
	if (rmi_call(SMC_RMI_VERSION, RMI_VERSION_1_1).a0)
		return 0;
	if (WARN_ON(rmi_features(0, &rmm_features)))
		return 0;
	vmid_map = bitmap_zalloc(MAX_VMID, GFP_KERNEL);
	if (!vmid_map)
		return -ENOMEM;
	static_branch_enable(&kvm_rme_is_available);
	return 0;
}
