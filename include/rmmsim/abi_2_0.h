/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_2_0_H
#define RMMSIM_ABI_2_0_H

/*
 * What 2.0 has and 1.1 has not, or has elsewhere: values, feature registers, structures. Names that 1.1
 * has too end in _2. docs/spec/rmm-2.0.md
 */

#include <rmmsim/abi_layout.h>

/* --- result word: rmm-2.0.md#1 (1.1) --------------------------------------------------------- */

/* Of RMI_INCOMPLETE. */
#define RMI_RESULT_MEM_REQUEST_SHIFT 8
#define RMI_RESULT_MEM_REQUEST_WIDTH 2
#define RMI_RESULT_CANCELLABLE       (UINT64_C(1) << 10)
/* Of RMI_ERROR_TRACKING, RMI_ERROR_DPT and RMI_ERROR_GPT: the PA of the region without its low 12 bits. */
#define RMI_RESULT_ADDRESS_SHIFT 16
#define RMI_RESULT_ADDRESS_WIDTH 40

enum rmi_mem_request {
	RMI_MEM_REQUEST_NONE = 0,
	RMI_MEM_REQUEST_DONATE = 1,
	RMI_MEM_REQUEST_RECLAIM = 2,
};

/* --- feature registers: rmm-2.0.md#2 (2.3) ----------------------------------------------------- */

#define RMI_FEATURE0_S2SZ_2_SHIFT                  0
#define RMI_FEATURE0_S2SZ_2_WIDTH                  8
#define RMI_FEATURE0_LPA2_2_SHIFT                  8
#define RMI_FEATURE0_LPA2_2_WIDTH                  1
#define RMI_FEATURE0_SVE_2_SHIFT                   9
#define RMI_FEATURE0_SVE_2_WIDTH                   1
#define RMI_FEATURE0_SVE_VL_2_SHIFT                10
#define RMI_FEATURE0_SVE_VL_2_WIDTH                4
#define RMI_FEATURE0_NUM_BPS_2_SHIFT               14
#define RMI_FEATURE0_NUM_BPS_2_WIDTH               6
#define RMI_FEATURE0_NUM_WPS_2_SHIFT               20
#define RMI_FEATURE0_NUM_WPS_2_WIDTH               6
#define RMI_FEATURE0_PMU_2_SHIFT                   26
#define RMI_FEATURE0_PMU_2_WIDTH                   1
#define RMI_FEATURE0_PMU_NUM_CTRS_2_SHIFT          27
#define RMI_FEATURE0_PMU_NUM_CTRS_2_WIDTH          5
#define RMI_FEATURE0_L0GPT_BLOCK_DELEGATE_2_SHIFT  32
#define RMI_FEATURE0_L0GPT_BLOCK_DELEGATE_2_WIDTH  1
#define RMI_FEATURE0_S2OASZ_2_SHIFT                33
#define RMI_FEATURE0_S2OASZ_2_WIDTH                8
#define RMI_FEATURE1_GRANULE_4K_2_SHIFT            0
#define RMI_FEATURE1_GRANULE_4K_2_WIDTH            1
#define RMI_FEATURE1_GRANULE_16K_2_SHIFT           1
#define RMI_FEATURE1_GRANULE_16K_2_WIDTH           1
#define RMI_FEATURE1_GRANULE_64K_2_SHIFT           2
#define RMI_FEATURE1_GRANULE_64K_2_WIDTH           1
#define RMI_FEATURE1_HASH_SHA_256_2_SHIFT          3
#define RMI_FEATURE1_HASH_SHA_256_2_WIDTH          1
#define RMI_FEATURE1_HASH_SHA_384_2_SHIFT          4
#define RMI_FEATURE1_HASH_SHA_384_2_WIDTH          1
#define RMI_FEATURE1_HASH_SHA_512_2_SHIFT          5
#define RMI_FEATURE1_HASH_SHA_512_2_WIDTH          1
#define RMI_FEATURE1_MAX_RECS_ORDER_2_SHIFT        6
#define RMI_FEATURE1_MAX_RECS_ORDER_2_WIDTH        4
#define RMI_FEATURE1_L0GPTSZ_2_SHIFT               10
#define RMI_FEATURE1_L0GPTSZ_2_WIDTH               4
#define RMI_FEATURE1_PPS_2_SHIFT                   14
#define RMI_FEATURE1_PPS_2_WIDTH                   3
#define RMI_FEATURE2_DA_2_SHIFT                    0
#define RMI_FEATURE2_DA_2_WIDTH                    1
#define RMI_FEATURE2_DA_COH_2_SHIFT                1
#define RMI_FEATURE2_DA_COH_2_WIDTH                1
#define RMI_FEATURE2_VSMMU_2_SHIFT                 2
#define RMI_FEATURE2_VSMMU_2_WIDTH                 1
#define RMI_FEATURE2_ATS_2_SHIFT                   3
#define RMI_FEATURE2_ATS_2_WIDTH                   1
#define RMI_FEATURE2_PDEV_MAX_VDEVS_ORDER_2_SHIFT  4
#define RMI_FEATURE2_PDEV_MAX_VDEVS_ORDER_2_WIDTH  4
#define RMI_FEATURE2_VDEV_KROU_2_SHIFT             8
#define RMI_FEATURE2_VDEV_KROU_2_WIDTH             1
#define RMI_FEATURE2_NON_TEE_STREAM_2_SHIFT        9
#define RMI_FEATURE2_NON_TEE_STREAM_2_WIDTH        1
#define RMI_FEATURE2_REALM_MAX_VDEVS_ORDER_2_SHIFT 10
#define RMI_FEATURE2_REALM_MAX_VDEVS_ORDER_2_WIDTH 5
#define RMI_FEATURE3_MAX_NUM_AUX_PLANES_2_SHIFT    0
#define RMI_FEATURE3_MAX_NUM_AUX_PLANES_2_WIDTH    4
#define RMI_FEATURE3_RTT_PLANE_2_SHIFT             4
#define RMI_FEATURE3_RTT_PLANE_2_WIDTH             2
#define RMI_FEATURE3_RTT_S2AP_INDIRECT_2_SHIFT     6
#define RMI_FEATURE3_RTT_S2AP_INDIRECT_2_WIDTH     1
#define RMI_FEATURE4_MEC_COUNT_2_SHIFT             0
#define RMI_FEATURE4_MEC_COUNT_2_WIDTH             64

/* --- enumerations: rmm-2.0.md#3 ------------------------------------------------------------------ */

enum rmi_rmm_state {
	RMI_RMM_STATE_INIT = 0,
	RMI_RMM_STATE_ACTIVE = 1,
};

enum rmi_op_mem_state {
	RMI_OP_MEM_DELEGATED = 0,
	RMI_OP_MEM_UNDELEGATED = 1,
	RMI_OP_MEM_CONDITIONAL = 2,
};

enum rmi_mem_category {
	RMI_MEM_CATEGORY_CONVENTIONAL = 0,
	RMI_MEM_CATEGORY_DEV_NCOH = 1,
	RMI_MEM_CATEGORY_DEV_COH = 2,
	RMI_MEM_CATEGORY_NONE = 3,
};

enum rmi_tracking_state {
	RMI_TRACKING_RESERVED = 0,
	RMI_TRACKING_NONE = 1,
	RMI_TRACKING_FINE = 2,
	RMI_TRACKING_COARSE = 3,
	RMI_TRACKING_INTERMEDIATE = 4,
};

enum rmi_gpt_region_state {
	RMI_GPT_REGION_RESERVED = 0,
	RMI_GPT_REGION_PLAT = 1,
	RMI_GPT_REGION_HOST_NOT_CREATED = 2,
	RMI_GPT_REGION_HOST_CREATED = 3,
};

/* How `oaddr` of the map and unmap commands is to be read. */
enum rmi_addr_set_type {
	RMI_ADDR_SET_NONE = 0,
	RMI_ADDR_SET_SINGLE = 1, /* one range descriptor */
	RMI_ADDR_SET_LIST = 2,   /* PA of an array of them */
};

enum rmi_mec_policy {
	RMI_MEC_POLICY_SHARED = 0,
	RMI_MEC_POLICY_PRIVATE = 1,
};

enum rmi_pdev_state_2 {
	RMI_PDEV_STATE_2_NEW = 0,
	RMI_PDEV_STATE_2_NEEDS_KEY = 1,
	RMI_PDEV_STATE_2_HAS_KEY = 2,
	RMI_PDEV_STATE_2_READY = 3,
	RMI_PDEV_STATE_2_STOPPED = 4,
	RMI_PDEV_STATE_2_ERROR = 5,
};

enum rmi_vdev_state_2 {
	RMI_VDEV_STATE_2_NEW = 0,
	RMI_VDEV_STATE_2_UNLOCKED = 1,
	RMI_VDEV_STATE_2_LOCKED = 2,
	RMI_VDEV_STATE_2_STARTED = 3,
	RMI_VDEV_STATE_2_ERROR = 4,
	RMI_VDEV_STATE_2_KEY_REFRESH = 5,
	RMI_VDEV_STATE_2_KEY_PURGE = 6,
};

/* --- words: rmm-2.0.md#3 ----------------------------------------------------------------------------- */

/* RmiOpDonateReq */
#define RMI_OP_DONATE_SIZE_SHIFT  0 /* 0: page, 1: block of level 2, ... */
#define RMI_OP_DONATE_SIZE_WIDTH  2
#define RMI_OP_DONATE_COUNT_SHIFT 2
#define RMI_OP_DONATE_COUNT_WIDTH 14
#define RMI_OP_DONATE_CONTIG      (UINT64_C(1) << 16)
#define RMI_OP_DONATE_STATE_SHIFT 17
#define RMI_OP_DONATE_STATE_WIDTH 2

/* RmiAddrRangeDesc, granules of 4 KiB */
#define RMI_ADDR_RANGE_SIZE_SHIFT  0
#define RMI_ADDR_RANGE_SIZE_WIDTH  2
#define RMI_ADDR_RANGE_COUNT_SHIFT 2
#define RMI_ADDR_RANGE_COUNT_WIDTH 10
#define RMI_ADDR_RANGE_ADDR_MASK   UINT64_C(0x000ffffffffff000)
#define RMI_ADDR_RANGE_STATE_SHIFT 62
#define RMI_ADDR_RANGE_STATE_WIDTH 2
#define RMI_ADDR_RANGE_MAX_COUNT   1023

/* RmiRttMapFlags, RmiRttUnmapFlags, RmiRttUnprotMapFlags */
#define RMI_RTT_MAP_TYPE_SHIFT    0
#define RMI_RTT_MAP_TYPE_WIDTH    2
#define RMI_RTT_MAP_COUNT_SHIFT   2
#define RMI_RTT_MAP_COUNT_WIDTH   14
#define RMI_RTT_MAP_MEMATTR_SHIFT 16
#define RMI_RTT_MAP_MEMATTR_WIDTH 3
#define RMI_RTT_MAP_S2AP_SHIFT    19
#define RMI_RTT_MAP_S2AP_WIDTH    4

/* RmiRttAuxMapFlags, RmiRttAuxUnmapFlags */
#define RMI_RTT_AUX_MAP_TREE_SHIFT 0
#define RMI_RTT_AUX_MAP_TREE_WIDTH 2
#define RMI_RTT_AUX_MAP_BLOCK      (UINT64_C(1) << 2)
#define RMI_RTT_AUX_MAP_INVALID    (UINT64_C(1) << 3)

/* RmiOpContinueFlags */
#define RMI_OP_CONTINUE_STOP (UINT64_C(1) << 0)

/* RmiRealmFlags0 */
#define RMI_REALM_FLAGS0_2_MEC_POLICY_SHIFT 7
#define RMI_REALM_FLAGS0_2_MEC_POLICY_WIDTH 2

/* --- structures: rmm-2.0.md#2, rmm-2.0.md#4 --------------------------------------------------------- */

/* RmiRmmConfig */
struct rmi_rmm_config {
	uint64_t tracking_region_size;
	uint64_t rmi_granule_size;
	uint8_t reserved0[0xff0];
};
RMMSIM_SIZE(struct rmi_rmm_config, 0x1000);
RMMSIM_LAYOUT(struct rmi_rmm_config, tracking_region_size, 0x0);
RMMSIM_LAYOUT(struct rmi_rmm_config, rmi_granule_size, 0x8);

/* RmiRecExit: no GIC, and devices in other places. */
struct rmi_rec_exit_2 {
	uint64_t exit_reason; /* enum rmi_rec_exit_reason */
	uint8_t reserved0[0xf8];
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;
	uint64_t rtt_tree;
	int64_t rtt_level;
	uint8_t reserved1[0xd8];
	uint64_t gprs[31];
	uint8_t reserved2[0x108];
	uint64_t cntp_ctl;
	uint64_t cntp_cval;
	uint64_t cntv_ctl;
	uint64_t cntv_cval;
	uint8_t reserved3[0xe0];
	uint64_t ripas_base;
	uint64_t ripas_top;
	uint64_t ripas_value; /* enum rmi_ripas */
	uint8_t reserved4[0x8];
	uint64_t s2ap_base;
	uint64_t s2ap_top;
	uint64_t vdev_id_1;
	uint64_t vdev_id_2;
	uint64_t dev_mem_base;
	uint64_t dev_mem_top;
	uint64_t dev_mem_pa;
	uint8_t reserved5[0xa8];
	uint64_t imm; /* immediate of a host call */
	uint64_t plane;
	uint8_t reserved6[0xf0];
	uint64_t pmu_ovf_status; /* enum rmi_pmu_overflow_status */
	uint8_t reserved7[0x8];
	uint64_t vsmmu;
	uint8_t reserved8[0xe8];
};
RMMSIM_SIZE(struct rmi_rec_exit_2, 0x800);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, esr, 0x100);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, rtt_tree, 0x118);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, gprs, 0x200);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, cntp_ctl, 0x400);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, ripas_base, 0x500);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, s2ap_base, 0x520);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, vdev_id_1, 0x530);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, dev_mem_base, 0x540);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, imm, 0x600);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, pmu_ovf_status, 0x700);
RMMSIM_LAYOUT(struct rmi_rec_exit_2, vsmmu, 0x710);

/* RsiPlaneEnter: rmm-2.0.md#10 */
struct rsi_plane_enter_2 {
	uint64_t flags;
	uint64_t pc;
	uint64_t pstate;
	uint8_t reserved0[0xe8];
	uint64_t gprs[31];
	uint8_t reserved1[0x8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[16];
	uint8_t reserved2[0x178];
	uint64_t elr_el1;
	uint8_t reserved3[0x3f8];
};
RMMSIM_SIZE(struct rsi_plane_enter_2, 0x800);
RMMSIM_LAYOUT(struct rsi_plane_enter_2, gprs, 0x100);
RMMSIM_LAYOUT(struct rsi_plane_enter_2, gicv3_hcr, 0x200);
RMMSIM_LAYOUT(struct rsi_plane_enter_2, gicv3_lrs, 0x208);
RMMSIM_LAYOUT(struct rsi_plane_enter_2, elr_el1, 0x400);

/* RsiPlaneExit: rmm-2.0.md#10 */
struct rsi_plane_exit_2 {
	uint64_t reason; /* enum rsi_plane_exit_reason, 8 bits */
	uint64_t elr_el2;
	uint64_t pstate;
	uint8_t reserved0[0xe8];
	uint64_t gprs[31];
	uint8_t reserved1[0x8];
	uint64_t esr_el2;
	uint64_t far_el2;
	uint64_t hpfar_el2;
	uint8_t reserved2[0xe8];
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
	uint64_t sctlr_el1;
	uint64_t vbar_el1;
	uint64_t elr_el1;
	uint8_t reserved5[0xe8];
	uint64_t pmu_ovf_status;
	uint8_t reserved6[0x1f8];
};
RMMSIM_SIZE(struct rsi_plane_exit_2, 0x800);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, elr_el2, 0x8);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, gprs, 0x100);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, esr_el2, 0x200);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, gicv3_hcr, 0x300);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, gicv3_misr, 0x388);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, cntp_ctl, 0x400);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, sctlr_el1, 0x500);
RMMSIM_LAYOUT(struct rsi_plane_exit_2, pmu_ovf_status, 0x600);

#endif
