/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a token: shown and verified. Seeds: fuzz/seeds/fuzz_token. */
#include <stdint.h>
#include <stdlib.h>

#include <rmmsim/attest.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;
	size_t length = 0, again = 0;
	char *text;

	rmmsim_token_text(data, size, NULL, 0, &length, NULL);
	text = malloc(length + 1);
	if (!text)
		return 0;
	rmmsim_token_text(data, size, text, length + 1, &again, &error);
	if (length != again)
		abort();
	rmmsim_token_json(data, size, NULL, 0, &length, NULL);
	rmmsim_token_json(data, size, text, 1, &again, &error);
	if (length != again)
		abort();
	free(text);
	/* A public key without a private one: deriving the test key takes as long as verifying. */
	rmmsim_token_verify(data, size,
			    "-----BEGIN PUBLIC KEY-----\n"
			    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAECNmZBXuj0tlpJgBFxVuX8IkCWVmm9DTW\n"
			    "UdIH0Z+5bp5P4Ohuvg5k+FuWqcdSld9hjoDx+lsbPO23v+jf/W26dLJ12HW8bMQ+\n"
			    "kE5QXyVqtCVf/UPpTTniLWFQHnAKlA6A\n"
			    "-----END PUBLIC KEY-----\n",
			    &report, &error);
	return 0;
}
