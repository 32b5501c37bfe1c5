/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_CONDUIT_EXPECT_H
#define HOST_SHIM_SRC_CONDUIT_EXPECT_H

#include "host_shim/src/conduit/shim.h"

#define EXPECT_MATCHES 8
#define EXPECT_NONE    (~0u)

/* A call that was made while calls were expected. */
struct expect_call {
	struct hshim_call call;
	unsigned int which; /* expectation that it has met, or EXPECT_NONE */
	unsigned int fits_count;
	uint8_t *
		fits; /* per expectation at that moment: whether the call fits; states change later */
};

/* Both lists side by side, as a comparison of two texts shows them. */
void shim_expect_text(struct hshim *shim, struct text *text);

#endif
