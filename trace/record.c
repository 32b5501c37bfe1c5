/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "smc/block.h"
#include "smc/machine.h"
#include "trace/output.h"

#define MAX_BLOCKS 8
#define ARGUMENTS  6
#define RESULTS    5
#define BLOCK_SIZE 4096

struct block {
	uint64_t pa;
	size_t size;
	bool write;
	uint8_t bytes[BLOCK_SIZE];
};

struct record {
	FILE *out;
	uint64_t calls;
	struct rmmsim *sim;
	unsigned int count;
	struct block blocks[MAX_BLOCKS];
};

/* --- header -------------------------------------------------------------------------------------- */

static void put_header(FILE *out, const struct rmmsim_config *c)
{
	fprintf(out, "{\"format\":\"rmm-trace/1\",\"rmm\":\"rmmsim %s\"", rmmsim_version());
	smc_print_machine(out, c);
	smc_print_id_regs(out, &c->id_regs);
	fputs("}\n", out);
}

/* --- memory ---------------------------------------------------------------------------------------- */

/* With the instance locked: copies, nothing else. */
static void on_access(void *context, uint64_t pa, size_t size, bool write)
{
	struct record *record = context;
	struct block *block = &record->blocks[record->count];
	const void *from = record->sim ? rmmsim_host_ptr(record->sim, pa, size) : NULL;

	if (!from || record->count == MAX_BLOCKS || size > BLOCK_SIZE)
		return;
	*block = (struct block){.pa = pa, .size = size, .write = write};
	memcpy(block->bytes, from, size);
	record->count++;
}

static void put_blocks(struct record *record, const char *name, bool write)
{
	bool first = true;

	for (unsigned int i = 0; i < record->count; i++) {
		if (record->blocks[i].write != write)
			continue;
		if (first)
			fprintf(record->out, ",\"%s\":[", name);
		else
			fputc(',', record->out);
		smc_print_block(record->out, record->blocks[i].pa, record->blocks[i].bytes,
				record->blocks[i].size);
		first = false;
	}
	if (!first)
		fputc(']', record->out);
}

/* --- calls -------------------------------------------------------------------------------------------- */

static void put_words(FILE *out, const char *name, const uint64_t *words, size_t count,
		      size_t at_least)
{
	while (count > at_least && !words[count - 1])
		count--;
	fprintf(out, ",\"%s\":[", name);
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%s\"0x%" PRIx64 "\"", i ? "," : "", words[i]);
	fputc(']', out);
}

void record_smc(struct record *record, struct rmmsim *sim, unsigned int pe,
		struct rmmsim_regs *regs)
{
	const struct rmmsim_regs before = *regs;

	record->sim = sim;
	record->count = 0;
	rmmsim_smc(sim, pe, regs);
	fprintf(record->out, "{\"i\":%" PRIu64 ",\"op\":\"smc\"", record->calls++);
	if (pe)
		fprintf(record->out, ",\"cpu\":%u", pe);
	fprintf(record->out, ",\"fid\":\"0x%" PRIx64 "\"", before.x[0]);
	put_words(record->out, "x", &before.x[1], ARGUMENTS, 0);
	put_blocks(record, "in", false);
	put_words(record->out, "ret", regs->x, RESULTS, 1);
	put_blocks(record, "out", true);
	fputs("}\n", record->out);
}

struct record *record_open(const char *path, const struct rmmsim_config *config)
{
	struct record *record = calloc(1, sizeof(*record));

	if (!record)
		return NULL;
	record->out = output_open(path);
	if (!record->out) {
		free(record);
		return NULL;
	}
	put_header(record->out, config);
	return record;
}

void record_prepare(struct record *record, struct rmmsim_config *config)
{
	config->ns_access = on_access;
	config->ns_access_context = record;
}

bool record_close(struct record *record)
{
	bool good;

	if (!record)
		return true;
	good = !ferror(record->out);
	good = !fclose(record->out) && good;
	free(record);
	return good;
}
