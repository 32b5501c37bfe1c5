/* SPDX-License-Identifier: BSD-3-Clause */
/* The Host's side of a sequence. */
#include "sequence/run.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/snapshot.h>

#include "sequence/player.h"
#include "smc/config.h"

#define MAX_DEPTH     2
#define POINTER_EVERY 16

static const uint8_t zeros[SEQUENCE_PAGE];

unsigned int sequence_field_size(const struct sequence_structure *structure, unsigned int offset)
{
	unsigned int index;
	const struct sequence_slot *slot = sequence_slot(structure, offset, &index);

	return slot ? slot->size : sizeof(uint64_t);
}

/* --- steps of the Host ----------------------------------------------------------------------- */

/*
 * Some pages are written by a pointer, of whose stores the library is not told. They are few, because it
 * has to look at each of them again and again.
 */
static void host_store(struct rmmsim *sim, uint64_t pa, unsigned int offset, const void *bytes,
		       size_t size)
{
	uint8_t *page, first;

	if (pa / SEQUENCE_PAGE % POINTER_EVERY != 1) {
		rmmsim_host_write(sim, pa + offset, bytes, size);
		return;
	}
	/* Only where the call would do it. */
	if (rmmsim_host_read(sim, pa, &first, sizeof(first)) != RMMSIM_OK ||
	    offset + size > SEQUENCE_PAGE)
		return;
	page = rmmsim_host_ptr(sim, pa, SEQUENCE_PAGE);
	if (page)
		memcpy(page + offset, bytes, size);
}

static void host_fields(struct sequencer *s, const struct sequence_step *step)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const uint64_t pa = step->value[0] & ~(SEQUENCE_PAGE - 1);

	if (step->op == SEQUENCE_FILL)
		host_store(s->sim, pa, 0, zeros, sizeof(zeros));
	for (unsigned int i = 0; i < step->field_count; i++) {
		const struct sequence_field *field = &step->field[i];

		host_store(s->sim, pa, field->offset, &field->value,
			   sequence_field_size(structure, field->offset));
	}
}

static bool watched(struct sequencer *s,
		    bool (*watch)(void *context, const struct sequence_call *call),
		    const struct sequence_call *call)
{
	if (!watch || watch(s->watch->context, call))
		return true;
	s->stop = true;
	return false;
}

static void host_call(struct sequencer *s, const struct sequence_step *step, unsigned int index,
		      const uint64_t *value, unsigned int repetition)
{
	struct sequence_call call = {.sim = s->sim,
				     .step = index,
				     .depth = s->depth,
				     .pe = step->pe,
				     .repetition = repetition};
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const unsigned int outer = s->runs;

	if (step->op == SEQUENCE_CALL)
		call.in.x[0] = smc_command(step->command)->fid;
	memcpy(&call.in.x[step->op == SEQUENCE_CALL], value, count * sizeof(*value));
	call.command = smc_decode(SMC_FROM_HOST, (uint32_t)call.in.x[0],
				  smc_config_shape(rmmsim_configuration(s->sim)));
	call.out = call.in;
	if (!watched(s, s->watch ? s->watch->before : NULL, &call))
		return;
	s->runs = 0;
	s->forgot = 0;
	s->depth++;
	rmmsim_smc(s->sim, call.pe, &call.out);
	s->depth--;
	call.forgot = s->forgot;
	call.runs = s->runs;
	s->runs = outer;
	if (!s->stop)
		watched(s, s->watch ? s->watch->after : NULL, &call);
}

static void host_calls(struct sequencer *s, const struct sequence_step *step, unsigned int index)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	uint64_t value[SEQUENCE_MAX_VALUES];

	memcpy(value, step->value, sizeof(value));
	for (unsigned int n = 0; n < step->times && !s->stop; n++) {
		if (++s->calls > SEQUENCE_MAX_CALLS) {
			s->stop = true;
			return;
		}
		host_call(s, step, index, value, n);
		sequence_advance(rows, count, value);
	}
}

void sequencer_step(struct sequencer *s)
{
	const unsigned int index = s->next++;
	const struct sequence_step *step = &s->sequence->step[index];

	switch (step->op) {
	case SEQUENCE_CALL:
	case SEQUENCE_SMC:
		if (s->depth < MAX_DEPTH)
			host_calls(s, step, index);
		return;
	case SEQUENCE_FILL:
	case SEQUENCE_SET:
		host_fields(s, step);
		return;
	case SEQUENCE_PAS:
		rmmsim_set_pas(s->sim, step->value[0], (enum rmmsim_pas)(step->value[1] & 3));
		return;
	default:
		return;
	}
}

static bool play(struct sequencer *s, const struct sequence *sequence,
		 const struct sequence_watch *watch)
{
	s->sequence = sequence;
	s->watch = watch;
	s->next = s->calls = s->depth = s->runs = 0;
	s->stop = false;
	s->action = NULL;
	while (s->next < sequence->count && !s->stop)
		sequencer_step(s);
	return !s->stop;
}

/* --- instances ------------------------------------------------------------------------------- */

static size_t no_token(void *context, const struct rmmsim_token_request *request, uint8_t *token,
		       size_t size)
{
	(void)context;
	memset(token, request->challenge[0], size < 2048 ? size : 2048);
	return size < 2048 ? 0 : 2048;
}

static bool open_machine(struct sequencer *s, unsigned int index, struct rmmsim **sim)
{
	const struct smc_profile *profile;
	struct rmmsim_config config;

	sequence_machine_config(index, &config);
	if (s->options.profile)
		config.profile = s->options.profile;
	profile = config.profile ? smc_profile_find(config.profile) : smc_profile_at(0);
	if (!profile)
		return false;
	smc_config_set_quirks(&config, profile->quirks ^ s->options.flip);
	config.explain = s->options.explain;
	config.token = no_token;
	if (rmmsim_create(&config, sim, NULL) != RMMSIM_OK)
		return false;
	return rmmsim_set_engine(*sim, &sequence_engine, s) == RMMSIM_OK;
}

/* All of DRAM, also where the library believes that nothing has changed. */
static bool keep_content(struct sequence_instance *instance)
{
	uint8_t page[SEQUENCE_PAGE];

	for (size_t i = 0; i < SEQUENCE_GRANULES; i++) {
		if (rmmsim_peek(instance->sim, SEQUENCE_DRAM + i * SEQUENCE_PAGE, page,
				sizeof(page)) != RMMSIM_OK)
			return false;
		if (memcmp(page, zeros, sizeof(page)) == 0)
			continue;
		instance->content[i] = malloc(sizeof(page));
		if (!instance->content[i])
			return false;
		memcpy(instance->content[i], page, sizeof(page));
	}
	return true;
}

static bool same_content(const struct sequence_instance *instance)
{
	uint8_t page[SEQUENCE_PAGE];

	for (size_t i = 0; i < SEQUENCE_GRANULES; i++) {
		const uint8_t *kept = instance->content[i];

		if (rmmsim_peek(instance->sim, SEQUENCE_DRAM + i * SEQUENCE_PAGE, page,
				sizeof(page)) != RMMSIM_OK ||
		    memcmp(page, kept ? kept : zeros, sizeof(page)) != 0)
			return false;
	}
	return true;
}

static bool make_start(struct sequencer *s, unsigned int machine, unsigned int start)
{
	struct sequence_instance *instance = &s->instance[machine][start];
	struct trace_error error;

	if (instance->snapshot)
		return true;
	if (!instance->sim && !open_machine(s, machine, &instance->sim))
		return false;
	s->sim = instance->sim;
	if (!sequence_parse(&s->scratch, sequence_start_script(start), &error))
		return false;
	play(s, &s->scratch, NULL);
	instance->fingerprint = rmmsim_fingerprint(instance->sim);
	if (s->options.content && !keep_content(instance))
		return false;
	return rmmsim_snapshot(instance->sim, &instance->snapshot) == RMMSIM_OK;
}

bool sequencer_rewind(struct sequencer *s, unsigned int machine, unsigned int start)
{
	struct sequence_instance *instance = &s->instance[machine][start];

	if (!make_start(s, machine, start))
		return false;
	s->sim = instance->sim;
	return rmmsim_restore(instance->sim, instance->snapshot) == RMMSIM_OK &&
	       rmmsim_fingerprint(instance->sim) == instance->fingerprint;
}

bool sequencer_content_restored(struct sequencer *s, unsigned int machine, unsigned int start)
{
	const struct sequence_instance *instance = &s->instance[machine][start];

	return !s->options.content || same_content(instance);
}

bool sequencer_run(struct sequencer *s, const struct sequence *sequence,
		   const struct sequence_watch *watch)
{
	const struct sequence_instance *instance = &s->instance[sequence->machine][sequence->start];

	if (!make_start(s, sequence->machine, sequence->start))
		return true;
	s->sim = instance->sim;
	rmmsim_restore(s->sim, instance->snapshot);
	return play(s, sequence, watch);
}

bool sequencer_continue(struct sequencer *s, const struct sequence *sequence,
			const struct sequence_watch *watch)
{
	return !s->sim || play(s, sequence, watch);
}

bool sequencer_load(struct sequencer *s, const void *data, size_t size)
{
	struct rmmsim_config base;

	rmmsim_config_init(&base);
	base.explain = s->options.explain;
	base.history = 0;
	base.host_pointers_end = true;
	base.token = no_token;
	rmmsim_destroy(s->loaded);
	s->sim = NULL;
	if (rmmsim_load_data(data, size, &base, &s->loaded, NULL) != RMMSIM_OK)
		return false;
	s->sim = s->loaded;
	return rmmsim_set_engine(s->sim, &sequence_engine, s) == RMMSIM_OK;
}

struct sequencer *sequencer_create(const struct sequencer_options *options)
{
	struct sequencer *s = calloc(1, sizeof(*s));

	if (s && options)
		s->options = *options;
	return s;
}

void sequencer_destroy(struct sequencer *s)
{
	if (!s)
		return;
	rmmsim_destroy(s->loaded);
	for (unsigned int i = 0; i < SEQUENCE_MACHINES * SEQUENCE_STARTS; i++) {
		struct sequence_instance *instance =
			&s->instance[i / SEQUENCE_STARTS][i % SEQUENCE_STARTS];

		rmmsim_destroy(instance->sim);
		for (unsigned int page = 0; page < SEQUENCE_GRANULES; page++)
			free(instance->content[page]);
	}
	free(s);
}

struct rmmsim *sequencer_sim(const struct sequencer *s)
{
	return s->sim;
}
