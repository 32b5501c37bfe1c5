/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_ARM64_CPUFEATURE_H
#define HSHIM_ARM64_CPUFEATURE_H

/* What the machine can do, as a test sets it: host-shim.md#7.3 */

#include <hshim/arm64/sysreg.h>
#include <hshim/base/lib.h>

struct hshim_cpu {
	u64 id_aa64pfr0, id_aa64mmfr0, id_aa64mmfr1, id_aa64mmfr2, id_aa64dfr0;
	unsigned int vmid_bits; /* 8 or 16; small values are allowed */
	bool hyp_mode, lpa2, sve, pkvm, mte;
};
/* Default: RME, 48 bits of PA, VHE, 8 bits of VMID, nothing else. To be changed by tests. */
struct hshim_cpu *hshim_cpu(void);
u64 hshim_read_ftr_reg(u32 id);

#define read_sanitised_ftr_reg(id) hshim_read_ftr_reg(id)
#define read_cpuid(r)              hshim_read_ftr_reg(SYS_##r)
#define read_sysreg(r)             0ul
#define write_sysreg(v, r)         ((void)(v))
#define read_sysreg_s(r)           hshim_read_ftr_reg(r)
#define write_sysreg_s(v, r)       ((void)(v))
static inline unsigned int cpuid_feature_extract_unsigned_field(u64 features, int field)
{
	return (unsigned int)(features >> field & 15);
}
static inline int cpuid_feature_extract_signed_field(u64 features, int field)
{
	return (int)((s64)(features << (60 - field)) >> 60);
}
#define cpuid_feature_extract_unsigned_field_width(f, s, w) \
	((unsigned int)((f) >> (s)&GENMASK((w)-1, 0)))
#define kvm_get_vmid_bits()             hshim_cpu()->vmid_bits
#define is_kernel_in_hyp_mode()         hshim_cpu()->hyp_mode
#define has_vhe()                       hshim_cpu()->hyp_mode
#define is_hyp_mode_available()         true
#define kvm_lpa2_is_enabled()           hshim_cpu()->lpa2
#define system_supports_lpa2()          hshim_cpu()->lpa2
#define system_supports_sve()           hshim_cpu()->sve
#define system_supports_mte()           hshim_cpu()->mte
#define system_supports_fpsimd()        true
#define is_protected_kvm_enabled()      hshim_cpu()->pkvm
#define kvm_has_mte(k)                  ((void)(k), hshim_cpu()->mte)
#define cpus_have_final_cap(c)          ((void)(c), true)
#define cpus_have_cap(c)                ((void)(c), true)
#define cpu_has_cap(c)                  ((void)(c), true)
#define alternative_has_cap_likely(c)   ((void)(c), true)
#define alternative_has_cap_unlikely(c) ((void)(c), true)
#define ARM64_HAS_STAGE2_FWB            1
#define ARM64_HAS_RAS_EXTN              2
#define ARM64_HAS_CACHE_DIC             3
#define ARM64_HAS_GICV3_CPUIF           4
#define get_kvm_ipa_limit()             48u
#define sve_vq_from_vl(vl)              ((vl) / 16)
#define sve_vl_from_vq(vq)              ((vq)*16)
#define sve_max_virtualisable_vl()      256
#define sve_vl_valid(vl)                ((vl) % 16 == 0 && (vl) >= 16 && (vl) <= 8192)
#define sve_cond_update_zcr_vq(v, r)    ((void)(v))
#define kvm_sve_max_vl                  256u
#define fpsimd_lazy_switch_to_guest(v)  ((void)(v))

#endif
