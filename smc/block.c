/* SPDX-License-Identifier: BSD-3-Clause */
/* Contents of memory in a recording: what trace/content.c reads. */
#include "smc/block.h"

#include <inttypes.h>

#define OFFSET UINT64_C(0xfff)

void smc_print_base64(FILE *out, const uint8_t *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		const size_t left = size - i;
		const uint32_t group = (uint32_t)bytes[i] << 16 |
				       (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
				       (left > 2 ? bytes[i + 2] : 0);

		fputc(digits[group >> 18], out);
		fputc(digits[group >> 12 & 63], out);
		fputc(left > 1 ? digits[group >> 6 & 63] : '=', out);
		fputc(left > 2 ? digits[group & 63] : '=', out);
	}
}

void smc_print_block(FILE *out, uint64_t pa, const uint8_t *bytes, size_t size)
{
	size_t from = 0, to = size;

	fprintf(out, "{\"pa\":\"0x%" PRIx64 "\"", pa & ~OFFSET);
	if (pa & OFFSET)
		fprintf(out, ",\"off\":\"0x%" PRIx64 "\"", pa & OFFSET);
	fprintf(out, ",\"len\":%zu,\"fill\":\"0x0\"", size);
	while (from < to && !bytes[from])
		from++;
	while (to > from && !bytes[to - 1])
		to--;
	if (from < to) {
		fprintf(out, ",\"set\":[{\"off\":\"0x%zx\",\"b64\":\"", from);
		smc_print_base64(out, bytes + from, to - from);
		fputs("\"}]", out);
	}
	fputc('}', out);
}
