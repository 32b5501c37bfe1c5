/* SPDX-License-Identifier: BSD-3-Clause */
/* Sequences under all oracles, and the mutator of every target whose input is a sequence. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

struct state {
	struct sequencer *sequencer;
	struct sequence_oracle oracle;
	struct sequence_features features;
	struct sequence sequence;
};

/* What a process needs once. */
static struct state *state;

static bool before(void *context, const struct sequence_call *call)
{
	struct state *s = context;

	sequence_feature_before(&s->features, call);
	return sequence_oracle_before(&s->oracle, call);
}

static bool after(void *context, const struct sequence_call *call)
{
	struct state *s = context;

	sequence_feature_after(&s->features, call);
	return sequence_oracle_after(&s->oracle, call);
}

static void realm(void *context, const struct sequence_action *action)
{
	struct state *s = context;

	sequence_feature_realm(&s->features, action);
}

static void open_state(void)
{
	static const struct sequencer_options options = {.explain = true, .content = true};

	state = calloc(1, sizeof(*state));
	if (!state)
		abort();
	state->sequencer = sequencer_create(&options);
	state->oracle.every = fuzz_setting("RMMSIM_FUZZ_EVERY", 1);
	state->features.reached = fuzz_feature;
	if (!state->sequencer)
		abort();
	fuzz_mutant(true);
}

void fuzz_sequence_run(const uint8_t *data, size_t size)
{
	struct sequence_watch watch = {.before = before, .after = after, .realm = realm};
	struct sequence_inside inside;

	if (!state)
		open_state();
	watch.context = state;
	inside = sequence_oracle_inside(&state->oracle);
	watch.inside = &inside;
	sequence_decode_file(&state->sequence, data, size, NULL);
	sequence_oracle_begin(&state->oracle, &state->sequence);
	sequencer_run(state->sequencer, &state->sequence, &watch);
	sequence_oracle_end(&state->oracle, state->sequencer, &state->sequence);
	if (state->oracle.kind != FINDING_NONE)
		fuzz_report(state->oracle.finding, &state->sequence);
}

/* --- mutation -------------------------------------------------------------------------------- */

static struct sequence_mutator *mutators[2];
static struct sequence scratch[3];

size_t fuzz_sequence_mutate(enum smc_caller caller, uint8_t *data, size_t size, size_t max_size,
			    unsigned int seed)
{
	struct sequence_mutator **mutator = &mutators[caller];

	if (!*mutator)
		*mutator = sequence_mutator_create(caller);
	/* Now and then bytes: what the structure does not offer. */
	if (!*mutator || seed % 64 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	sequence_decode_file(&scratch[0], data, size, NULL);
	sequence_mutate(*mutator, &scratch[0], seed * UINT64_C(0x9e3779b97f4a7c15));
	while (sequence_encode(&scratch[0], data, max_size) > max_size && scratch[0].count)
		scratch[0].count--;
	size = sequence_encode(&scratch[0], data, max_size);
	return size <= max_size ? size : max_size;
}

size_t fuzz_sequence_cross(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
			   uint8_t *out, size_t max_size, unsigned int seed)
{
	size_t size;

	sequence_decode_file(&scratch[0], data1, size1, NULL);
	sequence_decode_file(&scratch[1], data2, size2, NULL);
	sequence_cross(&scratch[2], &scratch[0], &scratch[1], seed * UINT64_C(0x9e3779b97f4a7c15));
	while (sequence_encode(&scratch[2], out, max_size) > max_size && scratch[2].count)
		scratch[2].count--;
	size = sequence_encode(&scratch[2], out, max_size);
	return size <= max_size ? size : max_size;
}
