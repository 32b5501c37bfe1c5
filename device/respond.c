/* SPDX-License-Identifier: BSD-3-Clause */
/* What the answers of a device have in common. */
#include "device/respond.h"

void respond_draw(struct responder *device, uint8_t *bytes, size_t size)
{
	crypto_fill("spdm responder", device->config.seed, device->drawn++, bytes, size);
}

void respond_error(struct wire_writer *w, enum spdm_error_code code)
{
	w->at = w->start;
	w->failed = false;
	wire_put(w, SPDM_VERSION_1_2, 1);
	wire_put(w, SPDM_ERROR, 1);
	wire_put(w, code, 1);
	wire_put(w, 0, 1);
}
