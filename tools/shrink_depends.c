/* SPDX-License-Identifier: BSD-3-Clause */
/* What a call of a recording depends on, as far as the recording alone tells. */
#include "tools/shrink.h"

#include <stdio.h>
#include <stdlib.h>

#include "smc/smc.h"
#include "trace/reader.h"

struct closure {
	const struct trace *trace;
	bool *in;          /* per call */
	uint64_t *objects; /* addresses of Realms, RECs and granules that calls in it name */
	size_t count, room;
	bool failed;
};

static bool is_object(enum smc_kind kind)
{
	switch (kind) {
	case SMC_KIND_RD:
	case SMC_KIND_REC:
	case SMC_KIND_PDEV:
	case SMC_KIND_VDEV:
	case SMC_KIND_VSMMU:
	case SMC_KIND_GRANULE:
		return true;
	default:
		return false;
	}
}

static bool known(const struct closure *c, uint64_t object)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->objects[i] == object)
			return true;
	}
	return false;
}

static void add_object(struct closure *c, uint64_t object)
{
	if (known(c, object))
		return;
	if (c->count == c->room) {
		const size_t room = 2 * c->room + 64;
		uint64_t *larger = realloc(c->objects, room * sizeof(*larger));

		if (!larger) {
			c->failed = true;
			return;
		}
		c->objects = larger;
		c->room = room;
	}
	c->objects[c->count++] = object;
}

/* Calls `use` for each object that the call names, until it returns true. */
static bool each_object(struct closure *c, size_t n,
			bool (*use)(struct closure *c, uint64_t object))
{
	const struct trace_smc *smc = c->trace->calls[n].smc->smc;
	const struct smc_command *command =
		smc_command(smc_decode(SMC_FROM_HOST, (uint32_t)smc->x[0], 0));

	for (unsigned int i = 0; command && i < command->inputs; i++) {
		if (is_object(command->in[i].kind) && use(c, smc->x[i + 1]))
			return true;
	}
	return false;
}

static bool names(struct closure *c, uint64_t object)
{
	return known(c, object);
}

static bool take_object(struct closure *c, uint64_t object)
{
	add_object(c, object);
	return false;
}

static void take(struct closure *c, size_t n)
{
	const struct trace_smc *smc = c->trace->calls[n].smc->smc;

	c->in[n] = true;
	each_object(c, n, take_object);
	if (!smc->nested)
		return;
	for (size_t outer = 0; outer < c->trace->call_count; outer++) {
		if (!c->in[outer] && c->trace->calls[outer].smc->i == smc->during)
			take(c, outer);
	}
}

static void close_over(struct closure *c, uint64_t call)
{
	bool more = true;

	for (size_t n = 0; n < c->trace->call_count; n++) {
		if (c->trace->calls[n].smc->i == call)
			take(c, n);
	}
	while (more && !c->failed) {
		more = false;
		for (size_t n = 0; n < c->trace->call_count; n++) {
			if (c->in[n] || c->trace->calls[n].smc->i > call ||
			    !each_object(c, n, names))
				continue;
			take(c, n);
			more = true;
		}
	}
}

bool shrink_trace_depends(const char *path, uint64_t call, void (*is)(void *context, uint64_t call),
			  void *context)
{
	const struct trace_read_options options = {.strict = false};
	struct trace_error error;
	struct closure c = {.trace = trace_read(path, &options, &error)};

	c.in = c.trace ? calloc(c.trace->call_count + 1, sizeof(*c.in)) : NULL;
	c.failed = !c.in;
	if (c.in)
		close_over(&c, call);
	for (size_t n = 0; !c.failed && n < c.trace->call_count; n++) {
		if (c.in[n])
			is(context, c.trace->calls[n].smc->i);
	}
	if (c.failed)
		fprintf(stderr, "rmmsim shrink: cannot read %s again\n", path);
	trace_free((struct trace *)c.trace);
	free(c.in);
	free(c.objects);
	return !c.failed;
}
