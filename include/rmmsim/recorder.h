/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_RECORDER_H
#define RMMSIM_RECORDER_H

/*
 * Writes the SMCs of a Host as a recording for `rmmsim replay`, at the place where they are issued: a
 * hypervisor, a test harness of firmware, an emulator. This header needs nothing but a C compiler, not
 * even the library, and takes no lock: calls of several PEs are the caller's to serialise.
 *
 *	static void put(void *file, const char *text) { fputs(text, file); }
 *	static const void *page(void *context, uint64_t pa) { return phys_to_virt(pa); }
 *
 *	struct rmmsim_recorder r = {.put = put, .page = page, .context = stdout};
 *	rmmsim_recorder_begin(&r, "TF-RMM v0.8.0", "\"dram\":[[\"0x80000000\",\"0x90000000\"]]");
 *	...
 *	rmmsim_recorder_call(&r, cpu, x);       x[0..6]: X0 is the function's number
 *	smc(x);
 *	rmmsim_recorder_return(&r, x);          x[0..4]: the results
 *
 * docs/trace-format.md has the keys of the first line and says what a recording is; docs/traces.md what one
 * without the Realm's side is good for.
 */

#include <stddef.h>
#include <stdint.h>

struct rmmsim_recorder {
	void (*put)(void *context, const char *text); /* appends to the recording */
	/* The 4 KiB of Non-secure memory at `pa`, or NULL: their content is then left out. */
	const void *(*page)(void *context, uint64_t pa);
	void *context;
	uint64_t calls, run; /* run: the page of the REC_ENTER that is being executed, or 0 */
};

static inline void rmmsim_recorder_hex_(struct rmmsim_recorder *r, const char *before,
					uint64_t value)
{
	char text[20] = "0x", *at = text + 2;
	int shift = 60;

	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[value >> shift & 15];
	*at = '\0';
	r->put(r->context, before);
	r->put(r->context, text);
}

static inline void rmmsim_recorder_words_(struct rmmsim_recorder *r, const uint64_t *x, int count)
{
	for (int i = 0; i < count; i++)
		rmmsim_recorder_hex_(r, i ? "\",\"" : "[\"", x[i]);
	r->put(r->context, "\"]");
}

/* `size` bytes at `off` of the page at `pa`, as the only block of the list `name`. */
static inline void rmmsim_recorder_block_(struct rmmsim_recorder *r, const char *name, uint64_t pa,
					  size_t off, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *at =
		r->page && !(pa & 4095) ? (const uint8_t *)r->page(r->context, pa) : NULL;

	if (!at)
		return;
	r->put(r->context, name);
	rmmsim_recorder_hex_(r, "[{\"pa\":\"", pa);
	rmmsim_recorder_hex_(r, "\",\"off\":\"", off);
	r->put(r->context, "\",\"b64\":\"");
	for (at += off; size; at += 3, size = size > 3 ? size - 3 : 0) {
		const uint32_t w = (uint32_t)at[0] << 16 | (size > 1 ? (uint32_t)at[1] << 8 : 0) |
				   (size > 2 ? at[2] : 0);
		const char four[5] = {digits[w >> 18], digits[w >> 12 & 63],
				      size > 1 ? digits[w >> 6 & 63] : '=',
				      size > 2 ? digits[w & 63] : '=', '\0'};

		r->put(r->context, four);
	}
	r->put(r->context, "\"}]");
}

/* `rmm` names the monitor; `machine` is JSON: further keys of the first line, "dram" at least. */
static inline void rmmsim_recorder_begin(struct rmmsim_recorder *r, const char *rmm,
					 const char *machine)
{
	r->put(r->context, "{\"format\":\"rmm-trace/1\",\"rmm\":\"");
	r->put(r->context, rmm);
	r->put(r->context, "\",");
	r->put(r->context, machine);
	r->put(r->context, "}\n");
}

/* Before the SMC: its arguments X0..X6, and the page that a command reads. */
static inline void rmmsim_recorder_call(struct rmmsim_recorder *r, unsigned int cpu,
					const uint64_t *x)
{
	/* rmi-abi.md#4: commands that read a page, and the register that points to it. */
	static const uint8_t pages[][2] = {{0x58, 2}, {0x5a, 3}, {0x53, 4}, {0x5c, 2}};

	rmmsim_recorder_hex_(r, "{\"op\":\"smc\",\"fid\":\"", (uint32_t)x[0]);
	rmmsim_recorder_words_((r->put(r->context, "\",\"x\":"), r), x + 1, 6);
	for (unsigned int i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		if (((uint32_t)x[0] & ~UINT32_C(0x10000)) == UINT32_C(0xc4000100) + pages[i][0])
			rmmsim_recorder_block_(r, ",\"in\":", x[pages[i][1]], 0,
					       pages[i][0] == 0x5c ? 0x800 : 0x1000);
	}
	r->run = (x[0] & 0xfffeffff) == 0xc400015c ? x[2] : 0;
	r->put(r->context, ",\"cpu\":");
	for (unsigned int digit = 100; digit; digit /= 10) {
		const char text[2] = {(char)('0' + cpu / digit % 10), '\0'};

		if (cpu >= digit || digit == 1)
			r->put(r->context, text);
	}
}

/* After it: the results X0..X4, and what REC_ENTER wrote. */
static inline void rmmsim_recorder_return(struct rmmsim_recorder *r, const uint64_t *x)
{
	char number[24], *at = number + sizeof(number) - 1;
	uint64_t i = r->calls++;

	*at = '\0';
	do
		*--at = (char)('0' + i % 10);
	while (i /= 10);
	r->put(r->context, ",\"i\":");
	r->put(r->context, at);
	r->put(r->context, ",\"ret\":");
	rmmsim_recorder_words_(r, x, 5);
	if (r->run && !x[0])
		rmmsim_recorder_block_(r, ",\"out\":", r->run, 0x800, 0x800);
	r->put(r->context, "}\n");
}

#endif
