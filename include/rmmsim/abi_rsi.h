/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_RSI_H
#define RMMSIM_ABI_RSI_H

/* RSI and PSCI between a Realm and the monitor: values and structures. docs/spec/rsi.md */

#include <rmmsim/abi_layout.h>

/* --- status: rsi.md#1, rsi.md#7 ---------------------------------------------------------------- */

/* RsiCommandReturnCode: all of X0. */
enum rsi_status {
	RSI_SUCCESS = 0,
	RSI_ERROR_INPUT = 1,
	RSI_ERROR_STATE = 2,
	RSI_INCOMPLETE = 3,
	RSI_ERROR_UNKNOWN = 4,
	RSI_ERROR_DEVICE = 5,
};

/* PSCI return codes; sign-extended to 64 bits in X0. */
enum psci_status {
	PSCI_SUCCESS = 0,
	PSCI_NOT_SUPPORTED = -1,
	PSCI_INVALID_PARAMETERS = -2,
	PSCI_DENIED = -3,
	PSCI_ALREADY_ON = -4,
	PSCI_ON_PENDING = -5,
	PSCI_INTERNAL_FAILURE = -6,
	PSCI_NOT_PRESENT = -7,
	PSCI_DISABLED = -8,
	PSCI_INVALID_ADDRESS = -9,
};

/* Results of PSCI_AFFINITY_INFO. */
enum psci_affinity {
	PSCI_AFFINITY_ON = 0,
	PSCI_AFFINITY_OFF = 1,
};

#define PSCI_VERSION_1_1  UINT32_C(0x00010001)
#define SMCCC_VERSION_1_2 UINT32_C(0x00010002)

/* --- enumerations: rsi.md#3 -------------------------------------------------------------------- */

enum rsi_ripas {
	RSI_RIPAS_EMPTY = 0,
	RSI_RIPAS_RAM = 1,
	RSI_RIPAS_DESTROYED = 2,
	RSI_RIPAS_DEV = 3,
};

enum rsi_response {
	RSI_ACCEPT = 0,
	RSI_REJECT = 1,
};

enum rsi_hash_algorithm {
	RSI_HASH_SHA_256 = 0,
	RSI_HASH_SHA_512 = 1,
};

enum rsi_trap {
	RSI_NO_TRAP = 0,
	RSI_TRAP = 1,
};

enum rsi_plane_exit_reason {
	RSI_PLANE_EXIT_SYNC = 0,
	RSI_PLANE_EXIT_IRQ = 1,
	RSI_PLANE_EXIT_HOST = 2,
};

enum rsi_vdev_state {
	RSI_VDEV_STATE_NEW = 0,
	RSI_VDEV_STATE_UNLOCKED = 1,
	RSI_VDEV_STATE_LOCKED = 2,
	RSI_VDEV_STATE_STARTED = 3,
	RSI_VDEV_STATE_ERROR = 4,
};

/* State of a device as the Realm sees it in the alp12 device model (device-assignment.md#9). */
enum rsi_rdev_state {
	RSI_RDEV_STATE_UNLOCKED = 0,
	RSI_RDEV_STATE_UNLOCKED_BUSY = 1,
	RSI_RDEV_STATE_LOCKED = 2,
	RSI_RDEV_STATE_LOCKED_BUSY = 3,
	RSI_RDEV_STATE_STARTED = 4,
	RSI_RDEV_STATE_STARTED_BUSY = 5,
	RSI_RDEV_STATE_STOPPING = 6,
	RSI_RDEV_STATE_STOPPED = 7,
	RSI_RDEV_STATE_ERROR = 8,
};

/* Memory permission labels (overlay values): planes.md#5. 1 and 5 are reserved. */
enum rsi_perm_label {
	RSI_PERM_NO_ACCESS = 0,
	RSI_PERM_MRO = 2,
	RSI_PERM_MRO_TL1 = 3,
	RSI_PERM_WO = 4,
	RSI_PERM_MRO_TL0 = 6,
	RSI_PERM_MRO_TL01 = 7,
	RSI_PERM_RO = 8,
	RSI_PERM_RO_UX = 9,
	RSI_PERM_RO_PX = 10,
	RSI_PERM_RO_UPX = 11,
	RSI_PERM_RW = 12,
	RSI_PERM_RW_UX = 13,
	RSI_PERM_RW_PX = 14,
	RSI_PERM_RW_UPX = 15,
};

/* Overlay indices 0..14 serve Protected IPAs; 15 is for Unprotected ones and not for RSI. */
#define RSI_PERM_INDICES 15

/* --- flags -------------------------------------------------------------------------------------- */

/* RsiFeatureRegister0 */
#define RSI_FEATURE0_DA  (UINT64_C(1) << 0)
#define RSI_FEATURE0_MRO (UINT64_C(1) << 1)
#define RSI_FEATURE0_ATS (UINT64_C(1) << 2)

/* RsiRipasChangeFlags */
#define RSI_RIPAS_CHANGE_FLAG_DESTROYED (UINT64_C(1) << 0) /* set: DESTROYED may change */

/* RsiPlaneEnterFlags */
#define RSI_PLANE_ENTER_FLAG_TRAP_WFI  (UINT64_C(1) << 0)
#define RSI_PLANE_ENTER_FLAG_TRAP_WFE  (UINT64_C(1) << 1)
#define RSI_PLANE_ENTER_FLAG_TRAP_HC   (UINT64_C(1) << 2)
#define RSI_PLANE_ENTER_FLAG_GIC_OWNER (UINT64_C(1) << 3)
#define RSI_PLANE_ENTER_FLAG_TRAP_SIMD (UINT64_C(1) << 4)

/* RsiDevMemFlags */
#define RSI_DEV_MEM_FLAG_COHERENT      (UINT64_C(1) << 0)
#define RSI_DEV_MEM_FLAG_LIMITED_ORDER (UINT64_C(1) << 1)

/* RsiDevMemFlags of the alp12 device model (quirk da-alp12): device-assignment.md#7 */
#define RSI_DEV_MEM_FLAG_ALP12_SHARED   (UINT64_C(1) << 0)
#define RSI_DEV_MEM_FLAG_ALP12_COHERENT (UINT64_C(1) << 1)

/* --- structures: rsi.md#3 ------------------------------------------------------------------------ */

/* RsiRealmConfig */
struct rsi_realm_config {
	uint64_t ipa_width;
	uint64_t hash_algo; /* enum rsi_hash_algorithm */
	uint64_t num_aux_planes;
	uint64_t gicv3_vtr;
	uint64_t ats_plane;
	uint8_t reserved0[0x1d8];
	uint8_t rpv[64];
	uint8_t reserved1[0xdc0];
};
RMMSIM_SIZE(struct rsi_realm_config, 0x1000);
RMMSIM_LAYOUT(struct rsi_realm_config, ipa_width, 0x0);
RMMSIM_LAYOUT(struct rsi_realm_config, hash_algo, 0x8);
RMMSIM_LAYOUT(struct rsi_realm_config, num_aux_planes, 0x10);
RMMSIM_LAYOUT(struct rsi_realm_config, gicv3_vtr, 0x18);
RMMSIM_LAYOUT(struct rsi_realm_config, ats_plane, 0x20);
RMMSIM_LAYOUT(struct rsi_realm_config, rpv, 0x200);

/* RsiHostCall: 0x100 aligned. */
struct rsi_host_call {
	uint64_t imm; /* 16 bits */
	uint64_t gprs[31];
};
RMMSIM_SIZE(struct rsi_host_call, 0x100);
RMMSIM_LAYOUT(struct rsi_host_call, imm, 0x0);
RMMSIM_LAYOUT(struct rsi_host_call, gprs, 0x8);

/* RsiPlaneEnter: first half of RsiPlaneRun. */
struct rsi_plane_enter {
	uint64_t flags;
	uint64_t pc;
	uint64_t pstate; /* spsr_el2 in the specification */
	uint8_t reserved0[0xe8];
	uint64_t gprs[31];
	uint8_t reserved1[0x8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[16];
	uint8_t reserved2[0x578];
};
RMMSIM_SIZE(struct rsi_plane_enter, 0x800);
RMMSIM_LAYOUT(struct rsi_plane_enter, flags, 0x0);
RMMSIM_LAYOUT(struct rsi_plane_enter, pc, 0x8);
RMMSIM_LAYOUT(struct rsi_plane_enter, pstate, 0x10);
RMMSIM_LAYOUT(struct rsi_plane_enter, gprs, 0x100);
RMMSIM_LAYOUT(struct rsi_plane_enter, gicv3_hcr, 0x200);
RMMSIM_LAYOUT(struct rsi_plane_enter, gicv3_lrs, 0x208);

/* RsiPlaneExit: second half of RsiPlaneRun. */
struct rsi_plane_exit {
	uint64_t reason; /* enum rsi_plane_exit_reason */
	uint8_t reserved0[0xf8];
	uint64_t elr_el2;
	uint64_t esr_el2;
	uint64_t far_el2;
	uint64_t hpfar_el2;
	uint64_t spsr_el2;
	uint8_t reserved1[0xd8];
	uint64_t gprs[31];
	uint8_t reserved2[0x8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[16];
	uint64_t gicv3_misr;
	uint64_t gicv3_vmcr;
	uint8_t reserved3[0x68];
	uint64_t cntp_ctl;
	uint64_t cntp_cval;
	uint64_t cntv_ctl;
	uint64_t cntv_cval;
	uint8_t reserved4[0x3e0];
};
RMMSIM_SIZE(struct rsi_plane_exit, 0x800);
RMMSIM_LAYOUT(struct rsi_plane_exit, reason, 0x0);
RMMSIM_LAYOUT(struct rsi_plane_exit, elr_el2, 0x100);
RMMSIM_LAYOUT(struct rsi_plane_exit, esr_el2, 0x108);
RMMSIM_LAYOUT(struct rsi_plane_exit, far_el2, 0x110);
RMMSIM_LAYOUT(struct rsi_plane_exit, hpfar_el2, 0x118);
RMMSIM_LAYOUT(struct rsi_plane_exit, spsr_el2, 0x120);
RMMSIM_LAYOUT(struct rsi_plane_exit, gprs, 0x200);
RMMSIM_LAYOUT(struct rsi_plane_exit, gicv3_hcr, 0x300);
RMMSIM_LAYOUT(struct rsi_plane_exit, gicv3_lrs, 0x308);
RMMSIM_LAYOUT(struct rsi_plane_exit, gicv3_misr, 0x388);
RMMSIM_LAYOUT(struct rsi_plane_exit, gicv3_vmcr, 0x390);
RMMSIM_LAYOUT(struct rsi_plane_exit, cntp_ctl, 0x400);
RMMSIM_LAYOUT(struct rsi_plane_exit, cntp_cval, 0x408);
RMMSIM_LAYOUT(struct rsi_plane_exit, cntv_ctl, 0x410);
RMMSIM_LAYOUT(struct rsi_plane_exit, cntv_cval, 0x418);

/* RsiPlaneRun */
struct rsi_plane_run {
	struct rsi_plane_enter enter;
	struct rsi_plane_exit exit;
};
RMMSIM_SIZE(struct rsi_plane_run, 0x1000);
RMMSIM_LAYOUT(struct rsi_plane_run, enter, 0x0);
RMMSIM_LAYOUT(struct rsi_plane_run, exit, 0x800);

/* RsiDevInfo of the alp12 device model: rsi.md#5 */
struct rsi_dev_info {
	uint64_t flags;
	uint64_t attest_type;
	uint64_t cert_id;
	uint64_t hash_algo; /* enum rsi_hash_algorithm */
	uint8_t reserved0[0x20];
	uint8_t cert_digest[64];
	uint8_t meas_digest[64];
	uint8_t report_digest[64];
	uint8_t reserved1[0x100];
};
RMMSIM_SIZE(struct rsi_dev_info, 0x200);
RMMSIM_LAYOUT(struct rsi_dev_info, flags, 0x0);
RMMSIM_LAYOUT(struct rsi_dev_info, attest_type, 0x8);
RMMSIM_LAYOUT(struct rsi_dev_info, cert_id, 0x10);
RMMSIM_LAYOUT(struct rsi_dev_info, hash_algo, 0x18);
RMMSIM_LAYOUT(struct rsi_dev_info, cert_digest, 0x40);
RMMSIM_LAYOUT(struct rsi_dev_info, meas_digest, 0x80);
RMMSIM_LAYOUT(struct rsi_dev_info, report_digest, 0xc0);

/* RsiVdevInfo: rsi.md#5 */
struct rsi_vdev_info {
	uint64_t flags;
	uint64_t cert_id;
	uint64_t hash_algo; /* enum rsi_hash_algorithm */
	uint64_t lock_nonce;
	uint64_t meas_nonce;
	uint64_t report_nonce;
	uint64_t tdisp_version;
	uint64_t state; /* enum rsi_vdev_state */
	uint8_t vca_digest[64];
	uint8_t cert_digest[64];
	uint8_t pubkey_digest[64];
	uint8_t meas_digest[64];
	uint8_t report_digest[64];
	uint8_t reserved0[0x80];
};
RMMSIM_SIZE(struct rsi_vdev_info, 0x200);
RMMSIM_LAYOUT(struct rsi_vdev_info, flags, 0x0);
RMMSIM_LAYOUT(struct rsi_vdev_info, cert_id, 0x8);
RMMSIM_LAYOUT(struct rsi_vdev_info, hash_algo, 0x10);
RMMSIM_LAYOUT(struct rsi_vdev_info, lock_nonce, 0x18);
RMMSIM_LAYOUT(struct rsi_vdev_info, meas_nonce, 0x20);
RMMSIM_LAYOUT(struct rsi_vdev_info, report_nonce, 0x28);
RMMSIM_LAYOUT(struct rsi_vdev_info, tdisp_version, 0x30);
RMMSIM_LAYOUT(struct rsi_vdev_info, state, 0x38);
RMMSIM_LAYOUT(struct rsi_vdev_info, vca_digest, 0x40);
RMMSIM_LAYOUT(struct rsi_vdev_info, cert_digest, 0x80);
RMMSIM_LAYOUT(struct rsi_vdev_info, pubkey_digest, 0xc0);
RMMSIM_LAYOUT(struct rsi_vdev_info, meas_digest, 0x100);
RMMSIM_LAYOUT(struct rsi_vdev_info, report_digest, 0x140);

/* --- RsiSysregAddress: rsi.md#3 (3.5) and the table of PLANE_SYSREG in rsi.md#4 ------------------- */

#define RSI_SYSREG_ADDRESS_D128 (UINT64_C(1) << 16)
#define RSI_SYSREG_ADDRESS_MASK UINT64_C(0x1ffff) /* any other bit makes the address invalid */

/* The address of an encoding Op0, Op1, CRn, CRm, Op2. */
#define RSI_SYSREG_ADDRESS(op0, op1, crn, crm, op2) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))

/* Registers of an auxiliary Plane that Plane 0 can reach, without the d128 bit. */
enum rsi_sysreg_address {
	RSI_SYSREG_SCTLR_EL1 = 0xc080,
	RSI_SYSREG_ACTLR_EL1 = 0xc081,
	RSI_SYSREG_CPACR_EL1 = 0xc082,
	RSI_SYSREG_ZCR_EL1 = 0xc090,
	RSI_SYSREG_TTBR0_EL1 = 0xc100,
	RSI_SYSREG_TTBR1_EL1 = 0xc101,
	RSI_SYSREG_TCR_EL1 = 0xc102,
	RSI_SYSREG_TCR2_EL1 = 0xc103,
	RSI_SYSREG_APIAKEYLO_EL1 = 0xc108,
	RSI_SYSREG_APIAKEYHI_EL1 = 0xc109,
	RSI_SYSREG_APIBKEYLO_EL1 = 0xc10a,
	RSI_SYSREG_APIBKEYHI_EL1 = 0xc10b,
	RSI_SYSREG_APDAKEYLO_EL1 = 0xc110,
	RSI_SYSREG_APDAKEYHI_EL1 = 0xc111,
	RSI_SYSREG_APDBKEYLO_EL1 = 0xc112,
	RSI_SYSREG_APDBKEYHI_EL1 = 0xc113,
	RSI_SYSREG_APGAKEYLO_EL1 = 0xc118,
	RSI_SYSREG_APGAKEYHI_EL1 = 0xc119,
	RSI_SYSREG_SPSR_EL1 = 0xc200,
	RSI_SYSREG_ELR_EL1 = 0xc201,
	RSI_SYSREG_SP_EL0 = 0xc208,
	RSI_SYSREG_AFSR0_EL1 = 0xc288,
	RSI_SYSREG_AFSR1_EL1 = 0xc289,
	RSI_SYSREG_ESR_EL1 = 0xc290,
	RSI_SYSREG_FAR_EL1 = 0xc300,
	RSI_SYSREG_PAR_EL1 = 0xc3a0,
	RSI_SYSREG_MAIR_EL1 = 0xc510,
	RSI_SYSREG_PIRE0_EL1 = 0xc512,
	RSI_SYSREG_PIR_EL1 = 0xc513,
	RSI_SYSREG_POR_EL1 = 0xc514,
	RSI_SYSREG_AMAIR_EL1 = 0xc518,
	RSI_SYSREG_VBAR_EL1 = 0xc600,
	RSI_SYSREG_DISR_EL1 = 0xc609,
	RSI_SYSREG_CONTEXTIDR_EL1 = 0xc681,
	RSI_SYSREG_TPIDR_EL1 = 0xc684,
	RSI_SYSREG_CNTKCTL_EL1 = 0xc708,
	RSI_SYSREG_CSSELR_EL1 = 0xd000,
	RSI_SYSREG_TPIDR_EL0 = 0xde82,
	RSI_SYSREG_TPIDRRO_EL0 = 0xde83,
	RSI_SYSREG_CNTP_CTL_EL0 = 0xdf11,
	RSI_SYSREG_CNTP_CVAL_EL0 = 0xdf12,
	RSI_SYSREG_CNTV_CTL_EL0 = 0xdf19,
	RSI_SYSREG_CNTV_CVAL_EL0 = 0xdf1a,
	RSI_SYSREG_SP_EL1 = 0xe208,
	RSI_SYSREG_MDCCINT_EL1 = 0x8010,
	RSI_SYSREG_MDSCR_EL1 = 0x8012,
	RSI_SYSREG_BRBCR_EL1 = 0x8c80,
	RSI_SYSREG_PMINTENSET_EL1 = 0xc4f1,
	RSI_SYSREG_PMCR_EL0 = 0xdce0,
	RSI_SYSREG_PMCNTENSET_EL0 = 0xdce1,
	RSI_SYSREG_PMSELR_EL0 = 0xdce5,
	RSI_SYSREG_PMCCNTR_EL0 = 0xdce8,
	RSI_SYSREG_PMUSERENR_EL0 = 0xdcf0,
	RSI_SYSREG_PMOVSSET_EL0 = 0xdcf3,
	RSI_SYSREG_PMCCFILTR_EL0 = 0xdf7f,
};

#define RSI_SYSREG_PMEV_COUNT   31
#define RSI_SYSREG_PMEVCNTR(n)  (0xdf40 + (n)) /* n: 0..30 */
#define RSI_SYSREG_PMEVTYPER(n) (0xdf60 + (n))

#endif
