/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_RMI_H
#define RMMSIM_ABI_RMI_H

/* RMI between the Host and the monitor: values, feature registers, structures. docs/spec/rmi-abi.md */

#include <rmmsim/abi_layout.h>

/* --- status: rmi-abi.md#3 ------------------------------------------------------------------ */

/* RmiStatusCode: bits 7:0 of X0; bits 15:8 are an index. */
enum rmi_status {
	RMI_SUCCESS = 0,
	RMI_ERROR_INPUT = 1,
	RMI_ERROR_REALM = 2,
	RMI_ERROR_REC = 3,
	RMI_ERROR_RTT = 4,
	RMI_ERROR_NOT_SUPPORTED = 5,
	RMI_ERROR_DEVICE = 6,
	RMI_ERROR_RTT_AUX = 7,
	/* Since 2.0: rmm-2.0.md#1 (1.2) */
	RMI_ERROR_PSMMU_ST = 8,
	RMI_ERROR_DPT = 9,
	RMI_BUSY = 10,
	RMI_ERROR_GLOBAL = 11,
	RMI_ERROR_TRACKING = 12,
	RMI_INCOMPLETE = 13,
	RMI_BLOCKED = 14,
	RMI_ERROR_GPT = 15,
	RMI_ERROR_GRANULE = 16,
};

/* --- feature registers: rmi-abi.md#5 -------------------------------------------------------- */

#define RMI_FEATURE0_S2SZ_SHIFT               0
#define RMI_FEATURE0_S2SZ_WIDTH               8
#define RMI_FEATURE0_LPA2_SHIFT               8
#define RMI_FEATURE0_LPA2_WIDTH               1
#define RMI_FEATURE0_SVE_SHIFT                9
#define RMI_FEATURE0_SVE_WIDTH                1
#define RMI_FEATURE0_SVE_VL_SHIFT             10
#define RMI_FEATURE0_SVE_VL_WIDTH             4
#define RMI_FEATURE0_NUM_BPS_SHIFT            14
#define RMI_FEATURE0_NUM_BPS_WIDTH            6
#define RMI_FEATURE0_NUM_WPS_SHIFT            20
#define RMI_FEATURE0_NUM_WPS_WIDTH            6
#define RMI_FEATURE0_PMU_SHIFT                26
#define RMI_FEATURE0_PMU_WIDTH                1
#define RMI_FEATURE0_PMU_NUM_CTRS_SHIFT       27
#define RMI_FEATURE0_PMU_NUM_CTRS_WIDTH       5
#define RMI_FEATURE0_HASH_SHA_256_SHIFT       32
#define RMI_FEATURE0_HASH_SHA_256_WIDTH       1
#define RMI_FEATURE0_HASH_SHA_512_SHIFT       33
#define RMI_FEATURE0_HASH_SHA_512_WIDTH       1
#define RMI_FEATURE0_GICV3_NUM_LRS_SHIFT      34
#define RMI_FEATURE0_GICV3_NUM_LRS_WIDTH      4
#define RMI_FEATURE0_MAX_RECS_ORDER_SHIFT     38
#define RMI_FEATURE0_MAX_RECS_ORDER_WIDTH     4
#define RMI_FEATURE0_DA_SHIFT                 42
#define RMI_FEATURE0_DA_WIDTH                 1
#define RMI_FEATURE0_RTT_PLANE_SHIFT          43
#define RMI_FEATURE0_RTT_PLANE_WIDTH          2
#define RMI_FEATURE0_MAX_NUM_AUX_PLANES_SHIFT 45
#define RMI_FEATURE0_MAX_NUM_AUX_PLANES_WIDTH 4
#define RMI_FEATURE0_RTT_S2AP_INDIRECT_SHIFT  49
#define RMI_FEATURE0_RTT_S2AP_INDIRECT_WIDTH  1
#define RMI_FEATURE1_MAX_MECID_SHIFT          0
#define RMI_FEATURE1_MAX_MECID_WIDTH          64

/* --- enumerations: rmi-abi.md#6 -------------------------------------------------------------- */

enum rmi_hash_algorithm {
	RMI_HASH_SHA_256 = 0,
	RMI_HASH_SHA_512 = 1,
	RMI_HASH_SHA_384 = 2, /* since 2.0 */
};

enum rmi_data_measure_content {
	RMI_NO_MEASURE_CONTENT = 0,
	RMI_MEASURE_CONTENT = 1,
};

enum rmi_ripas {
	RMI_RIPAS_EMPTY = 0,
	RMI_RIPAS_RAM = 1,
	RMI_RIPAS_DESTROYED = 2,
	RMI_RIPAS_DEV = 3,
};

/* The code of AUX_DESTROYED is 5 under quirk aux-destroyed-code (tf-rmm-quirks.md#5). */
enum rmi_rtt_entry_state {
	RMI_RTT_ENTRY_UNASSIGNED = 0,
	RMI_RTT_ENTRY_ASSIGNED = 1,
	RMI_RTT_ENTRY_TABLE = 2,
	RMI_RTT_ENTRY_ASSIGNED_DEV = 3,
	RMI_RTT_ENTRY_AUX_DESTROYED = 4,
	RMI_RTT_ENTRY_ASSIGNED_VSMMU = 5,
};

/* Which tree arrangements a Realm with auxiliary Planes may ask for. */
enum rmi_rtt_plane_feature {
	RMI_RTT_PLANE_AUX = 0,
	RMI_RTT_PLANE_AUX_SINGLE = 1,
	RMI_RTT_PLANE_SINGLE = 2,
};

enum rmi_rtt_s2ap_encoding {
	RMI_S2AP_DIRECT = 0,
	RMI_S2AP_INDIRECT = 1,
};

enum rmi_rtt_s2ap_base {
	RMI_S2AP_BASE_NO_ACCESS = 0,
	RMI_S2AP_BASE_RO = 1,
	RMI_S2AP_BASE_WO = 2,
	RMI_S2AP_BASE_RW = 3,
	RMI_S2AP_BASE_RW_PUX = 4,
};

enum rmi_response {
	RMI_ACCEPT = 0,
	RMI_REJECT = 1,
};

enum rmi_pmu_overflow_status {
	RMI_PMU_OVERFLOW_NOT_ACTIVE = 0,
	RMI_PMU_OVERFLOW_ACTIVE = 1,
};

enum rmi_lfa_policy {
	RMI_LFA_DISALLOW = 0,
	RMI_LFA_ALLOW = 1,
};

enum rmi_rec_exit_reason {
	RMI_EXIT_SYNC = 0,
	RMI_EXIT_IRQ = 1,
	RMI_EXIT_FIQ = 2,
	RMI_EXIT_PSCI = 3,
	RMI_EXIT_RIPAS_CHANGE = 4,
	RMI_EXIT_HOST_CALL = 5,
	RMI_EXIT_SERROR = 6,
	RMI_EXIT_S2AP_CHANGE = 7,
	RMI_EXIT_VDEV_REQUEST = 8,
	RMI_EXIT_VDEV_COMM = 9,
	RMI_EXIT_DEV_MEM_MAP = 10,
};

/* --- flags: rmi-abi.md#7 ------------------------------------------------------------------- */

/* RmiRealmFlags0 */
#define RMI_REALM_FLAGS0_LPA2             (UINT64_C(1) << 0)
#define RMI_REALM_FLAGS0_SVE              (UINT64_C(1) << 1)
#define RMI_REALM_FLAGS0_PMU              (UINT64_C(1) << 2)
#define RMI_REALM_FLAGS0_DA               (UINT64_C(1) << 3)
#define RMI_REALM_FLAGS0_LFA_POLICY_SHIFT 5
#define RMI_REALM_FLAGS0_LFA_POLICY_WIDTH 2

/* RmiRealmFlags1 */
#define RMI_REALM_FLAGS1_RTT_TREE_PP       (UINT64_C(1) << 0)
#define RMI_REALM_FLAGS1_RTT_S2AP_ENCODING (UINT64_C(1) << 1) /* set: INDIRECT */
#define RMI_REALM_FLAGS1_ATS               (UINT64_C(1) << 2)

/* RmiRecCreateFlags */
#define RMI_REC_CREATE_FLAG_RUNNABLE (UINT64_C(1) << 0)

/* RmiRecMpidr: each affinity field as (shift, width); every other bit is SBZ. */
#define RMI_REC_MPIDR_AFF0_SHIFT 0
#define RMI_REC_MPIDR_AFF0_WIDTH 4
#define RMI_REC_MPIDR_AFF1_SHIFT 8
#define RMI_REC_MPIDR_AFF1_WIDTH 8
#define RMI_REC_MPIDR_AFF2_SHIFT 16
#define RMI_REC_MPIDR_AFF2_WIDTH 8
#define RMI_REC_MPIDR_AFF3_SHIFT 24
#define RMI_REC_MPIDR_AFF3_WIDTH 8
#define RMI_REC_MPIDR_MASK       UINT64_C(0xffffff0f)

/* RmiRecEnterFlags */
#define RMI_REC_ENTER_FLAG_EMUL_MMIO        (UINT64_C(1) << 0)
#define RMI_REC_ENTER_FLAG_INJECT_SEA       (UINT64_C(1) << 1)
#define RMI_REC_ENTER_FLAG_TRAP_WFI         (UINT64_C(1) << 2)
#define RMI_REC_ENTER_FLAG_TRAP_WFE         (UINT64_C(1) << 3)
#define RMI_REC_ENTER_FLAG_RIPAS_RESPONSE   (UINT64_C(1) << 4) /* set: REJECT */
#define RMI_REC_ENTER_FLAG_S2AP_RESPONSE    (UINT64_C(1) << 5) /* set: REJECT */
#define RMI_REC_ENTER_FLAG_DEV_MEM_RESPONSE (UINT64_C(1) << 6) /* set: REJECT */
#define RMI_REC_ENTER_FLAG_FORCE_P0         (UINT64_C(1) << 7)

/* RmiDataFlags */
#define RMI_DATA_FLAG_MEASURE (UINT64_C(1) << 0)

/* Host-controlled part of an unprotected RTT entry: rmi-abi.md#7 (7.5). */
#define RMI_RTT_DESC_MEMATTR_SHIFT        2
#define RMI_RTT_DESC_MEMATTR_WIDTH        3
#define RMI_RTT_DESC_S2AP_SHIFT           6 /* DIRECT: bit 6 read, bit 7 write */
#define RMI_RTT_DESC_S2AP_WIDTH           2
#define RMI_RTT_DESC_PI0                  (UINT64_C(1) << 6) /* INDIRECT: PIIndex */
#define RMI_RTT_DESC_PI1                  (UINT64_C(1) << 51)
#define RMI_RTT_DESC_PI2                  (UINT64_C(1) << 53)
#define RMI_RTT_DESC_PI3                  (UINT64_C(1) << 54)
#define RMI_RTT_DESC_ADDR_MASK            UINT64_C(0x0000fffffffff000)
#define RMI_RTT_DESC_ADDR_LPA2_MASK       UINT64_C(0x0003fffffffff000)
#define RMI_RTT_DESC_ADDR_LPA2_HIGH_SHIFT 8 /* PA[51:50] */
#define RMI_RTT_DESC_ADDR_LPA2_HIGH_WIDTH 2

/* --- structures: rmi-abi.md#7 ---------------------------------------------------------------- */

#define RMI_MAX_AUX_PLANES  3 /* entries of aux_vmid and aux_rtt_base */
#define RMI_MAX_REC_AUX     16
#define RMI_REC_CREATE_GPRS 8
#define RMI_MAX_LRS         16

/* RmiRealmParams */
struct rmi_realm_params {
	uint64_t flags0;
	uint64_t s2sz;    /* requested IPA width in bits */
	uint64_t sve_vl;  /* (VL / 128) - 1; used with flags0.sve */
	uint64_t num_bps; /* minus 1; 0 is reserved */
	uint64_t num_wps; /* minus 1; 0 is reserved */
	uint64_t pmu_num_ctrs;
	uint64_t hash_algo; /* enum rmi_hash_algorithm */
	uint64_t num_aux_planes;
	uint8_t reserved0[0x3c0];
	uint8_t rpv[64];
	uint64_t ats_plane;
	uint8_t reserved1[0x3b8];
	uint64_t vmid;     /* Plane 0 */
	uint64_t rtt_base; /* root of tree 0 */
	int64_t rtt_level_start;
	uint64_t rtt_num_start; /* concatenated root tables, 1..16 */
	uint64_t flags1;
	uint64_t mecid;
	uint8_t reserved2[0x6d0];
	uint16_t aux_vmid[3];
	uint8_t reserved3[0x7a];
	uint64_t aux_rtt_base[3];
	uint8_t reserved4[0x68];
};
RMMSIM_SIZE(struct rmi_realm_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_realm_params, flags0, 0x0);
RMMSIM_LAYOUT(struct rmi_realm_params, s2sz, 0x8);
RMMSIM_LAYOUT(struct rmi_realm_params, sve_vl, 0x10);
RMMSIM_LAYOUT(struct rmi_realm_params, num_bps, 0x18);
RMMSIM_LAYOUT(struct rmi_realm_params, num_wps, 0x20);
RMMSIM_LAYOUT(struct rmi_realm_params, pmu_num_ctrs, 0x28);
RMMSIM_LAYOUT(struct rmi_realm_params, hash_algo, 0x30);
RMMSIM_LAYOUT(struct rmi_realm_params, num_aux_planes, 0x38);
RMMSIM_LAYOUT(struct rmi_realm_params, rpv, 0x400);
RMMSIM_LAYOUT(struct rmi_realm_params, ats_plane, 0x440);
RMMSIM_LAYOUT(struct rmi_realm_params, vmid, 0x800);
RMMSIM_LAYOUT(struct rmi_realm_params, rtt_base, 0x808);
RMMSIM_LAYOUT(struct rmi_realm_params, rtt_level_start, 0x810);
RMMSIM_LAYOUT(struct rmi_realm_params, rtt_num_start, 0x818);
RMMSIM_LAYOUT(struct rmi_realm_params, flags1, 0x820);
RMMSIM_LAYOUT(struct rmi_realm_params, mecid, 0x828);
RMMSIM_LAYOUT(struct rmi_realm_params, aux_vmid, 0xf00);
RMMSIM_LAYOUT(struct rmi_realm_params, aux_rtt_base, 0xf80);

/* RmiRecParams */
struct rmi_rec_params {
	uint64_t flags;
	uint8_t reserved0[0xf8];
	uint64_t mpidr; /* RmiRecMpidr */
	uint8_t reserved1[0xf8];
	uint64_t pc;
	uint8_t reserved2[0xf8];
	uint64_t gprs[8];
	uint8_t reserved3[0x4c0];
	uint64_t num_aux;
	uint64_t aux[16];
	uint8_t reserved4[0x778];
};
RMMSIM_SIZE(struct rmi_rec_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_rec_params, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_rec_params, mpidr, 0x100);
RMMSIM_LAYOUT(struct rmi_rec_params, pc, 0x200);
RMMSIM_LAYOUT(struct rmi_rec_params, gprs, 0x300);
RMMSIM_LAYOUT(struct rmi_rec_params, num_aux, 0x800);
RMMSIM_LAYOUT(struct rmi_rec_params, aux, 0x808);

/* RmiRecEnter: first half of RmiRecRun. */
struct rmi_rec_enter {
	uint64_t flags;
	uint8_t reserved0[0x1f8];
	uint64_t gprs[31];
	uint8_t reserved1[0x8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[16];
	uint8_t reserved2[0x478];
};
RMMSIM_SIZE(struct rmi_rec_enter, 0x800);
RMMSIM_LAYOUT(struct rmi_rec_enter, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_rec_enter, gprs, 0x200);
RMMSIM_LAYOUT(struct rmi_rec_enter, gicv3_hcr, 0x300);
RMMSIM_LAYOUT(struct rmi_rec_enter, gicv3_lrs, 0x308);

/* RmiRecExit: second half of RmiRecRun. */
struct rmi_rec_exit {
	uint64_t exit_reason; /* enum rmi_rec_exit_reason */
	uint8_t reserved0[0xf8];
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;
	uint64_t rtt_tree;
	int64_t rtt_level;
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
	uint8_t reserved4[0xe0];
	uint64_t ripas_base;
	uint64_t ripas_top;
	uint64_t ripas_value; /* enum rmi_ripas */
	uint8_t reserved5[0x8];
	uint64_t s2ap_base;
	uint64_t s2ap_top;
	uint64_t vdev_id;
	uint8_t reserved6[0xc8];
	uint64_t imm; /* immediate of a host call */
	uint64_t plane;
	uint64_t vdev;
	uint64_t vdev_action; /* enum rmi_vdev_action */
	uint64_t dev_mem_base;
	uint64_t dev_mem_top;
	uint64_t dev_mem_pa;
	uint8_t reserved7[0xc8];
	uint64_t pmu_ovf_status; /* enum rmi_pmu_overflow_status */
	uint8_t reserved8[0xf8];
};
RMMSIM_SIZE(struct rmi_rec_exit, 0x800);
RMMSIM_LAYOUT(struct rmi_rec_exit, exit_reason, 0x0);
RMMSIM_LAYOUT(struct rmi_rec_exit, esr, 0x100);
RMMSIM_LAYOUT(struct rmi_rec_exit, far, 0x108);
RMMSIM_LAYOUT(struct rmi_rec_exit, hpfar, 0x110);
RMMSIM_LAYOUT(struct rmi_rec_exit, rtt_tree, 0x118);
RMMSIM_LAYOUT(struct rmi_rec_exit, rtt_level, 0x120);
RMMSIM_LAYOUT(struct rmi_rec_exit, gprs, 0x200);
RMMSIM_LAYOUT(struct rmi_rec_exit, gicv3_hcr, 0x300);
RMMSIM_LAYOUT(struct rmi_rec_exit, gicv3_lrs, 0x308);
RMMSIM_LAYOUT(struct rmi_rec_exit, gicv3_misr, 0x388);
RMMSIM_LAYOUT(struct rmi_rec_exit, gicv3_vmcr, 0x390);
RMMSIM_LAYOUT(struct rmi_rec_exit, cntp_ctl, 0x400);
RMMSIM_LAYOUT(struct rmi_rec_exit, cntp_cval, 0x408);
RMMSIM_LAYOUT(struct rmi_rec_exit, cntv_ctl, 0x410);
RMMSIM_LAYOUT(struct rmi_rec_exit, cntv_cval, 0x418);
RMMSIM_LAYOUT(struct rmi_rec_exit, ripas_base, 0x500);
RMMSIM_LAYOUT(struct rmi_rec_exit, ripas_top, 0x508);
RMMSIM_LAYOUT(struct rmi_rec_exit, ripas_value, 0x510);
RMMSIM_LAYOUT(struct rmi_rec_exit, s2ap_base, 0x520);
RMMSIM_LAYOUT(struct rmi_rec_exit, s2ap_top, 0x528);
RMMSIM_LAYOUT(struct rmi_rec_exit, vdev_id, 0x530);
RMMSIM_LAYOUT(struct rmi_rec_exit, imm, 0x600);
RMMSIM_LAYOUT(struct rmi_rec_exit, plane, 0x608);
RMMSIM_LAYOUT(struct rmi_rec_exit, vdev, 0x610);
RMMSIM_LAYOUT(struct rmi_rec_exit, vdev_action, 0x618);
RMMSIM_LAYOUT(struct rmi_rec_exit, dev_mem_base, 0x620);
RMMSIM_LAYOUT(struct rmi_rec_exit, dev_mem_top, 0x628);
RMMSIM_LAYOUT(struct rmi_rec_exit, dev_mem_pa, 0x630);
RMMSIM_LAYOUT(struct rmi_rec_exit, pmu_ovf_status, 0x700);

/* RmiRecRun */
struct rmi_rec_run {
	struct rmi_rec_enter enter;
	struct rmi_rec_exit exit;
};
RMMSIM_SIZE(struct rmi_rec_run, 0x1000);
RMMSIM_LAYOUT(struct rmi_rec_run, enter, 0x0);
RMMSIM_LAYOUT(struct rmi_rec_run, exit, 0x800);

#endif
