/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_RMM_DEV_H
#define TESTS_RMM_DEV_H

/* A Host with a device to assign: it carries the messages between the monitor and a ready-made device. */

#include "device/responder.h"
#include "tests/support/host.h"

#define DEV_RID UINT64_C(0x0810)
/* The range of the device is two pages of non-coherent device memory. */
#define DEV_RANGE_PAGES 2

/* The monitor has the feature, or does not. */
void dev_da(struct host *h, bool on);
/* The call is refused without the feature, for that alone; and succeeds with it. */
#define OKDA(host, ...)                                                            \
	do {                                                                       \
		dev_da((host), false);                                             \
		ALONE((host), "feature_da", RMI_ERROR_NOT_SUPPORTED, __VA_ARGS__); \
		dev_da((host), true);                                              \
		OK((host), __VA_ARGS__);                                           \
	} while (0)

struct dev {
	struct host *h;
	struct responder device;
	struct rmi_pdev_params params;
	uint64_t pdev, range;
	uint64_t data, request, response; /* pages of COMMUNICATE */
	struct rmi_dev_comm_exit exit;    /* of the last step */
	unsigned int steps;
};

/* Opens the Host again, with device assignment, and takes memory for a device. */
void dev_open(struct host *h, struct dev *d);
/* Fresh parameters with fresh auxiliary granules; then a PDEV in state NEW. */
void dev_params(struct dev *d);
uint64_t dev_params_page(struct dev *d);
void dev_create(struct dev *d);
/* A PDEV in state READY. */
void dev_ready(struct dev *d);
/* STOP, the last conversation, DESTROY. */
void dev_end(struct dev *d);

/* What the next COMMUNICATE gets. */
void dev_enter(struct dev *d, enum rmi_dev_comm_status status, uint64_t size);
/* Carries a conversation to its end; `vdev` 0: of the PDEV. */
void dev_talk(struct dev *d, uint64_t vdev);
uint64_t dev_state(struct dev *d);

/* A Realm with device assignment, and a VDEV of it that is UNLOCKED. */
void dev_realm(struct dev *d, struct host_realm *r);
uint64_t dev_vdev_params(struct dev *d, uint64_t vdev_id, uint64_t tdi_id);
uint64_t dev_vdev(struct dev *d, const struct host_realm *r, uint64_t vdev_id);
uint64_t dev_vdev_state(struct dev *d, uint64_t vdev);
void dev_vdev_end(struct dev *d, const struct host_realm *r, uint64_t vdev);

#endif
