/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_MESSAGE_VENDOR_H
#define DEVICE_MESSAGE_VENDOR_H

/* The frame of PCI-SIG's messages inside of VENDOR_DEFINED_REQUEST and its response. */

#include "device/message.h"

/* Param1, Param2 and the frame of a message of `size` bytes, which the caller appends. */
static inline void vendor_put(struct wire_writer *w, unsigned int protocol, size_t size)
{
	wire_put(w, 0, 2);
	wire_put(w, PCI_SIG_STANDARD_ID, 2);
	wire_put(w, 2, 1);
	wire_put(w, PCI_SIG_VENDOR_ID, 2);
	wire_put(w, 1 + size, 2);
	wire_put(w, protocol, 1);
}

/* The message inside of a response; failed if it is none of this protocol. */
static inline struct wire_reader vendor_get(struct wire_reader *in, unsigned int protocol)
{
	struct wire_reader inside = {.failed = true};
	uint64_t standard = wire_get(in, 2), vendor_size = wire_get(in, 1);
	uint64_t vendor = wire_get(in, 2), size = wire_get(in, 2);
	const uint8_t *bytes = wire_bytes(in, size);

	if (!bytes || !message_ends(in) || standard != PCI_SIG_STANDARD_ID || vendor_size != 2 ||
	    vendor != PCI_SIG_VENDOR_ID || size == 0 || bytes[0] != protocol)
		return inside;
	return wire_reader(bytes + 1, size - 1);
}

#define VENDOR_ROW                                                                        \
	.request = SPDM_VENDOR_DEFINED_REQUEST, .response = SPDM_VENDOR_DEFINED_RESPONSE, \
	.secured = true

#endif
