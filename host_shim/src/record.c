/* SPDX-License-Identifier: BSD-3-Clause */
/* Recording of calls as rmm-trace/1: one JSON object a line. */
#define _GNU_SOURCE
#include "host_shim/src/shim.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#define MAX_BLOCKS 64
#define SHOWN_IN   7 /* X1..X6 */
#define SHOWN_OUT  5 /* X0..X4 */

struct block {
	uint64_t pa;
	size_t size;
	uint8_t *data;
};

struct recorder {
	FILE *file;
	unsigned long line;
	unsigned int in_count, out_count;
	struct block in[MAX_BLOCKS], out[MAX_BLOCKS];
};

static void header(struct recorder *r, struct rmmsim *sim)
{
	struct rmmsim_regs regs = {{hshim_fid("FEATURES")}};
	uint64_t features[2];

	for (unsigned int i = 0; i < 2; i++) {
		regs.x[0] = hshim_fid("FEATURES");
		regs.x[1] = i;
		rmmsim_smc(sim, 0, &regs);
		features[i] = regs.x[1];
	}
	fprintf(r->file,
		"{\"format\":\"rmm-trace/1\",\"rmm\":\"rmmsim "
		"%s\",\"abi\":\"1.1\",\"rsi_abi\":\"1.1\","
		"\"features\":[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"],\"granule_size\":4096,"
		"\"name\":\"host_shim\"}\n",
		rmmsim_version(), features[0], features[1]);
}

bool hshim_trace_start(const char *path)
{
	struct hshim *shim = shim_current();
	struct recorder *r;

	hshim_trace_stop();
	r = calloc(1, sizeof(*r));
	if (!r)
		return false;
	r->file = fopen(path, "w");
	if (!r->file) {
		free(r);
		return false;
	}
	header(r, shim->sim);
	shim->recorder = r;
	return true;
}

static void drop(struct block *blocks, unsigned int *count)
{
	for (unsigned int i = 0; i < *count; i++)
		free(blocks[i].data);
	*count = 0;
}

void hshim_trace_stop(void)
{
	struct hshim *shim = shim_current();
	struct recorder *r = shim ? shim->recorder : NULL;

	if (!r)
		return;
	shim->recorder = NULL;
	drop(r->in, &r->in_count);
	drop(r->out, &r->out_count);
	fclose(r->file);
	free(r);
}

/* The instance is locked: only the host view may be used. */
void hshim_ns_access(void *context, unsigned long pa, size_t size, bool write)
{
	struct hshim *shim = shim_current();
	struct recorder *r = shim ? shim->recorder : NULL;
	unsigned int *count;
	struct block *block;
	const void *at;

	(void)context;
	if (!r)
		return;
	count = write ? &r->out_count : &r->in_count;
	at = rmmsim_host_ptr(shim->sim, pa, size);
	if (*count == MAX_BLOCKS || !at)
		return;
	block = write ? &r->out[*count] : &r->in[*count];
	block->data = malloc(size);
	if (!block->data)
		return;
	memcpy(block->data, at, size);
	block->pa = pa;
	block->size = size;
	(*count)++;
}

static void base64(FILE *file, const uint8_t *at, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < size; i += 3) {
		const size_t left = size - i;
		const uint32_t word = (uint32_t)at[i] << 16 |
				      (left > 1 ? (uint32_t)at[i + 1] << 8 : 0) |
				      (left > 2 ? at[i + 2] : 0);

		fputc(digits[word >> 18 & 63], file);
		fputc(digits[word >> 12 & 63], file);
		fputc(left > 1 ? digits[word >> 6 & 63] : '=', file);
		fputc(left > 2 ? digits[word & 63] : '=', file);
	}
}

/* All bytes `fill`, except the runs of 8-byte words in "set". */
static void content(FILE *file, const struct block *block)
{
	const char *comma = "";

	fprintf(file, "{\"pa\":\"0x%" PRIx64 "\",\"len\":%zu,\"fill\":\"0x0\",\"set\":[", block->pa,
		block->size);
	for (size_t i = 0; i < block->size;) {
		size_t end = i;

		while (end < block->size && block->data[end])
			end++;
		if (end > i) {
			fprintf(file, "%s{\"off\":\"0x%zx\",\"b64\":\"", comma, i);
			base64(file, block->data + i, end - i);
			fprintf(file, "\"}");
			comma = ",";
		}
		i = end + 1;
	}
	fprintf(file, "]}");
}

static void blocks(FILE *file, const char *name, const struct block *all, unsigned int count)
{
	if (!count)
		return;
	fprintf(file, ",\"%s\":[", name);
	for (unsigned int i = 0; i < count; i++) {
		if (i)
			fputc(',', file);
		content(file, &all[i]);
	}
	fputc(']', file);
}

static void registers(FILE *file, const unsigned long *x, unsigned int count, unsigned int least)
{
	while (count > least && x[count - 1] == 0)
		count--;
	for (unsigned int i = 0; i < count; i++)
		fprintf(file, "%s\"0x%lx\"", i ? "," : "", x[i]);
}

void shim_record(struct hshim *shim, const struct hshim_call *call)
{
	struct recorder *r = shim->recorder;

	fprintf(r->file, "{\"i\":%lu,\"op\":\"smc\"", r->line++);
	if (shim->pe)
		fprintf(r->file, ",\"cpu\":%u", shim->pe);
	fprintf(r->file, ",\"fid\":\"0x%x\",\"x\":[", call->fid);
	registers(r->file, call->x + 1, SHOWN_IN - 1, 0);
	fprintf(r->file, "]");
	blocks(r->file, "in", r->in, r->in_count);
	fprintf(r->file, ",\"ret\":[");
	registers(r->file, call->ret, SHOWN_OUT, 1);
	fprintf(r->file, "]");
	blocks(r->file, "out", r->out, r->out_count);
	fprintf(r->file, "}\n");
	fflush(r->file);
	drop(r->in, &r->in_count);
	drop(r->out, &r->out_count);
}
