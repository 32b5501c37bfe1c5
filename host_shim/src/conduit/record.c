/* SPDX-License-Identifier: BSD-3-Clause */
/* Recording of calls as rmm-trace/1: one JSON object a line. */
#define _GNU_SOURCE
#include "host_shim/src/conduit/record.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

#include "smc/block.h"
#include "smc/machine.h"

#define SHOWN_IN  17 /* X1..X17 */
#define SHOWN_OUT 5  /* X0..X4 */

/* --- header ------------------------------------------------------------------------------------------ */

static void put_header(FILE *out, const struct rmmsim_config *c)
{
	fprintf(out, "{\"format\":\"rmm-trace/1\",\"rmm\":\"rmmsim %s\"", rmmsim_version());
	smc_print_machine(out, c);
	if (c->seed <= INT64_MAX)
		fprintf(out, ",\"seed\":%" PRIu64, c->seed);
	smc_print_id_regs(out, &c->id_regs);
	fputs(",\"name\":\"host_shim\"}\n", out);
}

/* The file would not be what its name says. */
static bool is_gzip_name(const char *path)
{
	const size_t length = strlen(path);

	return length > 3 && !strcmp(path + length - 3, ".gz");
}

bool hshim_trace_start(const char *path)
{
	struct hshim *shim = shim_current();
	struct recorder *r;

	/* Lines of calls that overlap would not be in the order in which things happened. */
	if (shim_has_threads())
		return false;
	if (is_gzip_name(path)) {
		fprintf(stderr,
			"host_shim: %s: a recording is written as text; leave .gz out and compress "
			"it "
			"afterwards\n",
			path);
		return false;
	}
	hshim_trace_stop();
	r = calloc(1, sizeof(*r));
	if (!r)
		return false;
	r->file = fopen(path, "w");
	if (!r->file) {
		free(r);
		return false;
	}
	r->shim = shim;
	put_header(r->file, rmmsim_configuration(shim->sim));
	record_realm_start(r);
	shim->recorder = r;
	return true;
}

/* --- memory of the Host --------------------------------------------------------------------------------- */

static void drop(struct record_block *blocks, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		free(blocks[i].data);
}

static void drop_call(struct recorder *r)
{
	struct record_call *call = r->call;

	r->call = call->outer;
	drop(call->in, call->in_count);
	drop(call->out, call->out_count);
	free(call);
}

void hshim_trace_stop(void)
{
	struct hshim *shim = shim_current();
	struct recorder *r = shim ? shim->recorder : NULL;

	if (!r)
		return;
	shim->recorder = NULL;
	record_realm_stop(r);
	while (r->call)
		drop_call(r);
	fclose(r->file);
	free(r);
}

/* The instance is locked: only the host view may be used. */
void hshim_ns_access(void *context, unsigned long pa, size_t size, bool write)
{
	struct hshim *shim = shim_current();
	struct record_call *call = shim && shim->recorder ? shim->recorder->call : NULL;
	unsigned int *count;
	struct record_block *block;
	const void *at;

	(void)context;
	if (!call)
		return;
	count = write ? &call->out_count : &call->in_count;
	at = rmmsim_host_ptr(shim->sim, pa, size);
	if (*count == RECORD_BLOCKS || !at)
		return;
	block = write ? &call->out[*count] : &call->in[*count];
	block->data = malloc(size);
	if (!block->data)
		return;
	memcpy(block->data, at, size);
	block->pa = pa;
	block->size = size;
	(*count)++;
}

static void put_blocks(FILE *file, const char *name, const struct record_block *all,
		       unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		if (i)
			fputc(',', file);
		else
			fprintf(file, ",\"%s\":[", name);
		smc_print_block(file, all[i].pa, all[i].data, all[i].size);
	}
	if (count)
		fputc(']', file);
}

/* --- calls ---------------------------------------------------------------------------------------------- */

static void put_registers(FILE *file, const char *name, const unsigned long *x, unsigned int count,
			  unsigned int least)
{
	while (count > least && x[count - 1] == 0)
		count--;
	fprintf(file, ",\"%s\":[", name);
	for (unsigned int i = 0; i < count; i++)
		fprintf(file, "%s\"0x%lx\"", i ? "," : "", x[i]);
	fputc(']', file);
}

void shim_record_begin(struct hshim *shim)
{
	struct recorder *r = shim->recorder;
	struct record_call *frame = r ? calloc(1, sizeof(*frame)) : NULL;

	if (!frame)
		return;
	frame->i = r->next++;
	frame->outer = r->call;
	r->call = frame;
}

void shim_record_end(struct hshim *shim, const struct hshim_call *call)
{
	struct recorder *r = shim->recorder;
	const struct record_call *frame = r ? r->call : NULL;

	if (!frame)
		return;
	fprintf(r->file, "{\"i\":%lu,\"op\":\"smc\"", frame->i);
	if (shim->self.pe)
		fprintf(r->file, ",\"cpu\":%u", shim->self.pe);
	if (frame->outer)
		fprintf(r->file, ",\"during\":%lu", frame->outer->i);
	fprintf(r->file, ",\"fid\":\"0x%x\"", call->fid);
	put_registers(r->file, "x", call->x + 1, SHOWN_IN, 0);
	put_blocks(r->file, "in", frame->in, frame->in_count);
	put_registers(r->file, "ret", call->ret, SHOWN_OUT, 1);
	put_blocks(r->file, "out", frame->out, frame->out_count);
	fprintf(r->file, "}\n");
	fflush(r->file);
	record_realm_learn(r, call, smc_command(smc_decode(SMC_FROM_HOST, call->fid, shim->shape)));
	drop_call(r);
}

void shim_record_injected(struct hshim *shim, const struct hshim_call *call)
{
	struct recorder *r = shim->recorder;

	fprintf(r->file, "{\"i\":%lu,\"op\":\"injected\",\"fid\":\"0x%x\"",
		call->model ? r->next - 1 : r->next, call->fid);
	put_registers(r->file, "x", call->x + 1, SHOWN_IN, 0);
	put_registers(r->file, "ret", call->ret, SHOWN_OUT, 1);
	fprintf(r->file, "}\n");
	fflush(r->file);
}
