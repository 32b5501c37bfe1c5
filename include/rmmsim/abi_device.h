/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ABI_DEVICE_H
#define RMMSIM_ABI_DEVICE_H

/* Device assignment and SMMU: values and structures of the RMI. docs/spec/rmi-abi.md#8 */

#include <rmmsim/abi_layout.h>

/* --- enumerations: rmi-abi.md#6, device-assignment.md#1 --------------------------------------- */

enum rmi_vdev_action {
	RMI_VDEV_ACTION_GET_INTERFACE_REPORT = 0,
	RMI_VDEV_ACTION_GET_MEASUREMENTS = 1,
	RMI_VDEV_ACTION_LOCK = 2,
	RMI_VDEV_ACTION_START = 3,
	RMI_VDEV_ACTION_STOP = 4,
};

enum rmi_pdev_event {
	RMI_PDEV_EVENT_IDE_KEY_REFRESH = 0,
};

enum rmi_pdev_coherent {
	RMI_PDEV_NCOH = 0,
	RMI_PDEV_COH = 1,
};

enum rmi_pdev_state {
	RMI_PDEV_STATE_NEW = 0,
	RMI_PDEV_STATE_NEEDS_KEY = 1,
	RMI_PDEV_STATE_HAS_KEY = 2,
	RMI_PDEV_STATE_READY = 3,
	RMI_PDEV_STATE_IDE_RESETTING = 4,
	RMI_PDEV_STATE_COMMUNICATING = 5,
	RMI_PDEV_STATE_STOPPING = 6,
	RMI_PDEV_STATE_STOPPED = 7,
	RMI_PDEV_STATE_ERROR = 8,
};

enum rmi_vdev_state {
	RMI_VDEV_STATE_NEW = 0,
	RMI_VDEV_STATE_UNLOCKED = 1,
	RMI_VDEV_STATE_LOCKED = 2,
	RMI_VDEV_STATE_STARTED = 3,
	RMI_VDEV_STATE_ERROR = 4,
};

/* RmiVdevState of the alp12 device model (quirk da-alp12). */
enum rmi_vdev_state_alp12 {
	RMI_VDEV_STATE_ALP12_READY = 0,
	RMI_VDEV_STATE_ALP12_COMMUNICATING = 1,
	RMI_VDEV_STATE_ALP12_STOPPING = 2,
	RMI_VDEV_STATE_ALP12_STOPPED = 3,
	RMI_VDEV_STATE_ALP12_ERROR = 4,
};

enum rmi_signature_algorithm {
	RMI_SIGNATURE_RSASSA_3072 = 0,
	RMI_SIGNATURE_ECDSA_P256 = 1,
	RMI_SIGNATURE_ECDSA_P384 = 2,
};

enum rmi_dev_comm_status {
	RMI_DEV_COMM_STATUS_NONE = 0,
	RMI_DEV_COMM_STATUS_RESPONSE = 1,
	RMI_DEV_COMM_STATUS_ERROR = 2,
};

enum rmi_dev_comm_object {
	RMI_DEV_COMM_OBJECT_VCA = 0,
	RMI_DEV_COMM_OBJECT_CERTIFICATE = 1,
	RMI_DEV_COMM_OBJECT_MEASUREMENTS = 2,
	RMI_DEV_COMM_OBJECT_INTERFACE_REPORT = 3,
};

enum rmi_dev_comm_protocol {
	RMI_DEV_COMM_PROTOCOL_SPDM = 0,
	RMI_DEV_COMM_PROTOCOL_SECURE_SPDM = 1,
};

enum rmi_smmu_irq {
	RMI_SMMU_IRQ_GERROR = 0,
	RMI_SMMU_IRQ_EVENTQ = 1,
	RMI_SMMU_IRQ_PRIQ = 2,
};

enum rmi_smmu_action {
	RMI_SMMU_ACTION_NONE = 0,
	RMI_SMMU_ACTION_VIRQ = 1,
};

/* --- flags --------------------------------------------------------------------------------- */

/* RmiPdevFlags */
#define RMI_PDEV_FLAG_SPDM      (UINT64_C(1) << 0)
#define RMI_PDEV_FLAG_NCOH_IDE  (UINT64_C(1) << 1)
#define RMI_PDEV_FLAG_NCOH_ADDR (UINT64_C(1) << 2)
#define RMI_PDEV_FLAG_COH_IDE   (UINT64_C(1) << 3)
#define RMI_PDEV_FLAG_COH_ADDR  (UINT64_C(1) << 4)
#define RMI_PDEV_FLAG_P2P       (UINT64_C(1) << 5)

/* RmiPdevFlags of the alp12 device model (quirk da-alp12). */
#define RMI_PDEV_FLAG_ALP12_SPDM     (UINT64_C(1) << 0)
#define RMI_PDEV_FLAG_ALP12_IDE      (UINT64_C(1) << 1)
#define RMI_PDEV_FLAG_ALP12_COHERENT (UINT64_C(1) << 2)
#define RMI_PDEV_FLAG_ALP12_P2P      (UINT64_C(1) << 3)

/* RmiVdevFlags */
#define RMI_VDEV_FLAG_VSMMU (UINT64_C(1) << 0)

/* RmiVdevMeasureFlags */
#define RMI_VDEV_MEASURE_FLAG_SIGNED (UINT64_C(1) << 0)
#define RMI_VDEV_MEASURE_FLAG_RAW    (UINT64_C(1) << 1)

/* RmiDevCommExitFlags */
#define RMI_DEV_COMM_EXIT_FLAG_CACHE_REQ (UINT64_C(1) << 0)
#define RMI_DEV_COMM_EXIT_FLAG_CACHE_RSP (UINT64_C(1) << 1)
#define RMI_DEV_COMM_EXIT_FLAG_SEND      (UINT64_C(1) << 2)
#define RMI_DEV_COMM_EXIT_FLAG_WAIT      (UINT64_C(1) << 3)
#define RMI_DEV_COMM_EXIT_FLAG_MULTI     (UINT64_C(1) << 4)

/* --- structures: rmi-abi.md#8 ------------------------------------------------------------------ */

#define RMI_MAX_PDEV_AUX         32
#define RMI_MAX_VDEV_AUX         32
#define RMI_MAX_NCOH_ADDR_RANGES 16
#define RMI_MAX_COH_ADDR_RANGES  4

/* RmiAddressRange */
struct rmi_address_range {
	uint64_t base; /* inclusive */
	uint64_t top;  /* exclusive */
};
RMMSIM_SIZE(struct rmi_address_range, 0x10);
RMMSIM_LAYOUT(struct rmi_address_range, base, 0x0);
RMMSIM_LAYOUT(struct rmi_address_range, top, 0x8);

/* RmiPdevParams */
struct rmi_pdev_params {
	uint64_t flags;
	uint64_t pdev_id;
	uint64_t segment_id;
	uint64_t ecam_addr;
	uint64_t root_id;
	uint64_t cert_id;
	uint64_t rid_base;  /* inclusive */
	uint64_t rid_top;   /* exclusive */
	uint64_t hash_algo; /* enum rmi_hash_algorithm */
	uint64_t num_aux;
	uint64_t ncoh_ide_sid;
	uint64_t ncoh_num_addr_range;
	uint64_t coh_num_addr_range;
	uint8_t reserved0[0x98];
	uint64_t aux[32];
	struct rmi_address_range ncoh_addr_range[16];
	struct rmi_address_range coh_addr_range[4];
	uint8_t reserved1[0xcc0];
};
RMMSIM_SIZE(struct rmi_pdev_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_pdev_params, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_pdev_params, pdev_id, 0x8);
RMMSIM_LAYOUT(struct rmi_pdev_params, segment_id, 0x10);
RMMSIM_LAYOUT(struct rmi_pdev_params, ecam_addr, 0x18);
RMMSIM_LAYOUT(struct rmi_pdev_params, root_id, 0x20);
RMMSIM_LAYOUT(struct rmi_pdev_params, cert_id, 0x28);
RMMSIM_LAYOUT(struct rmi_pdev_params, rid_base, 0x30);
RMMSIM_LAYOUT(struct rmi_pdev_params, rid_top, 0x38);
RMMSIM_LAYOUT(struct rmi_pdev_params, hash_algo, 0x40);
RMMSIM_LAYOUT(struct rmi_pdev_params, num_aux, 0x48);
RMMSIM_LAYOUT(struct rmi_pdev_params, ncoh_ide_sid, 0x50);
RMMSIM_LAYOUT(struct rmi_pdev_params, ncoh_num_addr_range, 0x58);
RMMSIM_LAYOUT(struct rmi_pdev_params, coh_num_addr_range, 0x60);
RMMSIM_LAYOUT(struct rmi_pdev_params, aux, 0x100);
RMMSIM_LAYOUT(struct rmi_pdev_params, ncoh_addr_range, 0x200);
RMMSIM_LAYOUT(struct rmi_pdev_params, coh_addr_range, 0x300);

/* RmiPublicKeyParams */
struct rmi_public_key_params {
	uint8_t key[1024];
	uint8_t metadata[1024];
	uint64_t key_len;
	uint64_t metadata_len;
	uint64_t algo; /* enum rmi_signature_algorithm */
	uint8_t reserved0[0x7e8];
};
RMMSIM_SIZE(struct rmi_public_key_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_public_key_params, key, 0x0);
RMMSIM_LAYOUT(struct rmi_public_key_params, metadata, 0x400);
RMMSIM_LAYOUT(struct rmi_public_key_params, key_len, 0x800);
RMMSIM_LAYOUT(struct rmi_public_key_params, metadata_len, 0x808);
RMMSIM_LAYOUT(struct rmi_public_key_params, algo, 0x810);

/* RmiVdevParams */
struct rmi_vdev_params {
	uint64_t flags;
	uint64_t vdev_id;
	uint64_t tdi_id;
	uint64_t num_aux;
	uint64_t vsmmu_addr; /* used with flags.vsmmu */
	uint64_t vsid;       /* used with flags.vsmmu */
	uint8_t reserved0[0xd0];
	uint64_t aux[32];
	uint8_t reserved1[0xe00];
};
RMMSIM_SIZE(struct rmi_vdev_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_vdev_params, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_vdev_params, vdev_id, 0x8);
RMMSIM_LAYOUT(struct rmi_vdev_params, tdi_id, 0x10);
RMMSIM_LAYOUT(struct rmi_vdev_params, num_aux, 0x18);
RMMSIM_LAYOUT(struct rmi_vdev_params, vsmmu_addr, 0x20);
RMMSIM_LAYOUT(struct rmi_vdev_params, vsid, 0x28);
RMMSIM_LAYOUT(struct rmi_vdev_params, aux, 0x100);

/* RmiVdevMeasureParams */
struct rmi_vdev_measure_params {
	uint64_t flags;
	uint8_t reserved0[0xf8];
	uint8_t indices[32];
	uint8_t reserved1[0xe0];
	uint8_t nonce[32];
	uint8_t reserved2[0xde0];
};
RMMSIM_SIZE(struct rmi_vdev_measure_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_vdev_measure_params, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_vdev_measure_params, indices, 0x100);
RMMSIM_LAYOUT(struct rmi_vdev_measure_params, nonce, 0x200);

/* RmiDevCommEnter: first half of RmiDevCommData. */
struct rmi_dev_comm_enter {
	uint64_t status; /* enum rmi_dev_comm_status */
	uint64_t req_addr;
	uint64_t resp_addr;
	uint64_t resp_len;
	uint8_t reserved0[0x7e0];
};
RMMSIM_SIZE(struct rmi_dev_comm_enter, 0x800);
RMMSIM_LAYOUT(struct rmi_dev_comm_enter, status, 0x0);
RMMSIM_LAYOUT(struct rmi_dev_comm_enter, req_addr, 0x8);
RMMSIM_LAYOUT(struct rmi_dev_comm_enter, resp_addr, 0x10);
RMMSIM_LAYOUT(struct rmi_dev_comm_enter, resp_len, 0x18);

/* RmiDevCommExit: second half of RmiDevCommData. */
struct rmi_dev_comm_exit {
	uint64_t flags;
	uint64_t cache_req_offset;
	uint64_t cache_req_len;
	uint64_t cache_rsp_offset;
	uint64_t cache_rsp_len;
	uint64_t cache_obj_id; /* enum rmi_dev_comm_object */
	uint64_t protocol;     /* enum rmi_dev_comm_protocol */
	uint64_t req_len;
	uint64_t timeout; /* milliseconds */
	uint8_t reserved0[0x7b8];
};
RMMSIM_SIZE(struct rmi_dev_comm_exit, 0x800);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, cache_req_offset, 0x8);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, cache_req_len, 0x10);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, cache_rsp_offset, 0x18);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, cache_rsp_len, 0x20);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, cache_obj_id, 0x28);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, protocol, 0x30);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, req_len, 0x38);
RMMSIM_LAYOUT(struct rmi_dev_comm_exit, timeout, 0x40);

/* RmiDevCommData */
struct rmi_dev_comm_data {
	struct rmi_dev_comm_enter enter;
	struct rmi_dev_comm_exit exit;
};
RMMSIM_SIZE(struct rmi_dev_comm_data, 0x1000);
RMMSIM_LAYOUT(struct rmi_dev_comm_data, enter, 0x0);
RMMSIM_LAYOUT(struct rmi_dev_comm_data, exit, 0x800);

/* RmiVsmmuParams: no source gives offsets; consecutive slots (rmi-abi.md#8). */
struct rmi_vsmmu_params {
	uint64_t flags;
	uint64_t reg_base;
	uint64_t reg_top;
	uint64_t aidr;
	uint64_t idr[7];
	uint8_t reserved0[0xfa8];
};
RMMSIM_SIZE(struct rmi_vsmmu_params, 0x1000);
RMMSIM_LAYOUT(struct rmi_vsmmu_params, flags, 0x0);
RMMSIM_LAYOUT(struct rmi_vsmmu_params, reg_base, 0x8);
RMMSIM_LAYOUT(struct rmi_vsmmu_params, reg_top, 0x10);
RMMSIM_LAYOUT(struct rmi_vsmmu_params, aidr, 0x18);
RMMSIM_LAYOUT(struct rmi_vsmmu_params, idr, 0x20);

#endif
