/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_DEVICE_H
#define RMMSIM_DEVICE_H

/*
 * A device to assign. The monitor makes messages for it (RMI_PDEV_COMMUNICATE, RMI_VDEV_COMMUNICATE), the
 * Host carries them, and a Realm that was given the device reads and writes its registers.
 *
 * A *device* here is what stands behind all that: it answers messages, its *ranges* of device memory are
 * registers, and it makes accesses of its own (DMA). It is attached to one instance; it is not part of the
 * instance's state, so that a snapshot has its granules and not the device itself: rmmsim_device_keep().
 *
 * By default it answers by itself: an SPDM 1.2 responder with IDE_KM and TDISP whose keys, certificates and
 * measurements come from a seed. Faults on request and rmmsim_device_ops.tamper make it a wrong one,
 * rmmsim_device_ops.message another one. Without register functions its ranges are memory.
 *
 *	rmmsim_device_config_init(&c);
 *	c.range_count = 1;
 *	c.ranges[0] = (struct rmmsim_range){0x50000000, 0x50001000};
 *	rmmsim_device_create(sim, &c, &device, &error);
 *	rmmsim_device_params(device, &params);       ... PDEV_AUX_COUNT, PDEV_CREATE with these ...
 *	do
 *		... RMI_PDEV_COMMUNICATE(pdev, data) ...
 *	while (rmmsim_device_deliver(device, data) == RMMSIM_OK);
 *
 * The whole way is in examples/kvm-host/assign.c. Threads: functions of one device one at a time; an instance may have
 * several devices. Sources: docs/spec/device-assignment.md, DMTF DSP0274 1.2, PCI Express 6.1 (IDE_KM, TDISP).
 */

#include <rmmsim/rmmsim.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RMMSIM_DEVICE_MESSAGE 4096 /* bytes of the largest message: a granule */
#define RMMSIM_DEVICE_RANGES  8
#define RMMSIM_DEVICE_KEY     384 /* bytes of the largest public key */

struct rmmsim_device;

/* Functions of the program that take the place of the device's own. Each may be NULL. */
struct rmmsim_device_ops {
	size_t size; /* sizeof(struct rmmsim_device_ops) */
	/*
	 * Answers a message: `request` has `size` bytes, `response` room for RMMSIM_DEVICE_MESSAGE. Returns the size
	 * of the answer, 0 for none. `secured`: the request is a secured message (DSP0277). Called by
	 * rmmsim_device_message() and rmmsim_device_deliver(). Without it the ready-made responder answers.
	 */
	size_t (*message)(void *context, bool secured, const uint8_t *request, size_t size,
			  uint8_t *response);
	/*
	 * Changes an answer of the ready-made responder, inside of the protection of secured messages: `text` has
	 * `size` bytes and room for RMMSIM_DEVICE_MESSAGE - 64. Returns the new size.
	 */
	size_t (*tamper)(void *context, uint8_t *text, size_t size);
	/*
	 * A Realm reads or writes `size` (1, 2, 4 or 8) bytes at the physical address `pa`, which lies in a range of
	 * the device and is aligned. Called in REC_ENTER on its thread, without a lock: it may call the library, for
	 * example rmmsim_device_write(). Both or neither.
	 */
	uint64_t (*read)(void *context, uint64_t pa, unsigned int size);
	void (*write)(void *context, uint64_t pa, unsigned int size, uint64_t value);
};

struct rmmsim_device_config {
	size_t size;   /* sizeof(struct rmmsim_device_config): set by rmmsim_device_config_init() */
	uint64_t seed; /* of keys, certificates, nonces */
	uint64_t pdev_id, segment_id;
	uint16_t rid; /* requester identifier of its interface: tdi_id of the VDEV */
	enum rmi_signature_algorithm
		signature; /* RMI_SIGNATURE_ECDSA_P256 or RMI_SIGNATURE_ECDSA_P384 */
	/* 4 KiB aligned, inside of device memory of the instance (rmmsim_config.dev_ncoh, dev_coh), apart from
	 * those of its other devices. */
	unsigned int range_count;
	struct rmmsim_range ranges[RMMSIM_DEVICE_RANGES];
	const struct rmmsim_device_ops *ops; /* kept, not copied; NULL: none */
	void *context;                       /* for ops */
};

/* A device with identifier 1, requester identifier 0x0100, P-384, and no range. NULL is passed over. */
RMMSIM_API void rmmsim_device_config_init(struct rmmsim_device_config *config);

/*
 * Makes a device and attaches it. On failure *device is NULL and *error (may be NULL) says what to change:
 * RMMSIM_ERR_ARGUMENT, RMMSIM_ERR_CONFIG (a range, the algorithm, the operations, a second device with the
 * same segment and requester identifier), RMMSIM_ERR_STATE while a REC runs, RMMSIM_ERR_MEMORY,
 * RMMSIM_ERR_FORK. The caller owns the device and destroys it before the instance.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_create(struct rmmsim *sim,
						   const struct rmmsim_device_config *config,
						   struct rmmsim_device **device,
						   struct rmmsim_error *error);
/* Detaches and frees; its ranges are memory again. NULL is allowed. Not while a REC runs. */
RMMSIM_API void rmmsim_device_destroy(struct rmmsim_device *device);

/*
 * A copy that is not attached, to come back to when the instance is restored; NULL if there is no memory. The
 * caller destroys it.
 *
 *	rmmsim_snapshot(sim, &id);                    rmmsim_restore(sim, id);
 *	kept = rmmsim_device_keep(device);            rmmsim_device_copy(device, kept);
 */
RMMSIM_API struct rmmsim_device *rmmsim_device_keep(const struct rmmsim_device *device);
/*
 * The device's sessions, measurements and faults become those of `from`, which has the same configuration.
 * RMMSIM_ERR_ARGUMENT.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_copy(struct rmmsim_device *device,
						 const struct rmmsim_device *from);

/* --- what a Host needs ------------------------------------------------------------------------ */

/*
 * Parameters of PDEV_CREATE for the device: identifiers, ranges, SHA-512, flags for SPDM with IDE.
 * Auxiliary granules are left to the caller. RMMSIM_ERR_ARGUMENT; RMMSIM_ERR_RANGE: it has more ranges of
 * coherent memory than the structure takes.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_params(const struct rmmsim_device *device,
						   struct rmi_pdev_params *params);
/* Parameters of PDEV_SET_PUBKEY: the key of the leaf certificate. RMMSIM_ERR_ARGUMENT. */
RMMSIM_API enum rmmsim_status rmmsim_device_public_key(const struct rmmsim_device *device,
						       struct rmi_public_key_params *key);
/*
 * The device answers a message: `size` bytes of at most RMMSIM_DEVICE_MESSAGE. Returns the size of the answer in
 * `response` (RMMSIM_DEVICE_MESSAGE bytes), 0 for none or for an argument that is NULL or too large.
 */
RMMSIM_API size_t rmmsim_device_message(struct rmmsim_device *device, bool secured,
					const uint8_t *request, size_t size, uint8_t *response);
/*
 * One round of a Host between two COMMUNICATEs: looks at the exit half of RmiDevCommData at PA `data`, and if a
 * message is to be sent, gives it to the device, puts the answer at resp_addr and fills in the enter half
 * (RESPONSE, or ERROR if the device is silent). RMMSIM_OK: COMMUNICATE again. RMMSIM_ERR_STATE: no message is
 * to be sent, the conversation is over; nothing has changed. RMMSIM_ERR_RANGE, RMMSIM_ERR_PROTECTED: of
 * `data` or an address in it; RMMSIM_ERR_ARGUMENT: a length in it.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_deliver(struct rmmsim_device *device, uint64_t data);
/*
 * Why the last conversation of the PDEV at PA `pdev` failed ("the signature of the key exchange is wrong"),
 * "no failure" if it did not; NULL if there is no PDEV. Static storage.
 */
RMMSIM_API const char *rmmsim_device_failure(struct rmmsim *sim, uint64_t pdev);

/* --- what can be wrong with it --------------------------------------------------------------- */

/*
 * From now on the ready-made responder does one thing wrong, by its name ("wrong-signature"); NULL or "": it
 * does everything right. RMMSIM_ERR_UNKNOWN_NAME: there is no such fault, nothing has changed.
 * RMMSIM_ERR_ARGUMENT.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_fault(struct rmmsim_device *device, const char *name);
/* Name and meaning of fault number `index`, from 0; NULL past the last. Static storage. */
RMMSIM_API const char *rmmsim_device_fault_name(unsigned int index);
RMMSIM_API const char *rmmsim_device_fault_text(unsigned int index);
/* Version of the firmware that the device measures (0 at first): another one, other measurements. */
RMMSIM_API void rmmsim_device_measurement(struct rmmsim_device *device, uint32_t version);

/* --- accesses of the device itself ------------------------------------------------------------ */

enum rmmsim_dma {
	RMMSIM_DMA_HOST, /* Non-secure: `address` is a PA, as the Host's SMMU lets it through */
	RMMSIM_DMA_REALM /* for the Realm that has the device: `address` is an IPA of it */
};

/* Why an access was stopped. */
struct rmmsim_dma_report {
	uint64_t address; /* of the granule that stopped it */
	uint64_t pa;      /* where that leads to; 0: nowhere */
	bool write;
	const char *reason;  /* a sentence, static storage; NULL: nothing was stopped */
	const char *state;   /* of the granule at `pa`, "RTT"; NULL: none */
	uint64_t owner;      /* PA of the RD that it belongs to, 0 if none */
	uint64_t call;       /* SMC that gave it this state, 0 if none */
	const char *command; /* its name, NULL if none */
};

/*
 * The device reads `size` bytes at `address` into `data`, or writes them; each granule is checked. As a Realm's
 * device it reaches memory only while its VDEV is STARTED and the Realm has enabled DMA
 * (RSI_VDEV_DMA_ENABLE), through the translation of Plane 0 and with its permissions. RMMSIM_ERR_PROTECTED: an access
 * was stopped; what lies before that granule was copied, and *report (may be NULL) says why.
 * RMMSIM_ERR_ARGUMENT, RMMSIM_ERR_FORK.
 */
RMMSIM_API enum rmmsim_status rmmsim_device_read(struct rmmsim_device *device, enum rmmsim_dma kind,
						 uint64_t address, void *data, size_t size,
						 struct rmmsim_dma_report *report);
RMMSIM_API enum rmmsim_status rmmsim_device_write(struct rmmsim_device *device,
						  enum rmmsim_dma kind, uint64_t address,
						  const void *data, size_t size,
						  struct rmmsim_dma_report *report);

#ifdef __cplusplus
}
#endif

#endif
