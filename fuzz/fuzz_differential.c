/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two monitors answer the same sequence: the default profile and tf-rmm-0.8, whose first difference has to
 * be one that a quirk is known for; or the model and another monitor (RMMSIM_FUZZ_PEER), or a broken
 * variant (RMMSIM_FUZZ_MUTANT), which may not differ at all.
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include <rmmsim/snapshot.h>

#include "fuzz/peer.h"
#include "sequence/log.h"

#define FIRMWARE "tf-rmm-0.8"

struct effect {
	enum smc_command_id command[8]; /* ends with SMC_NONE twice, or at the end */
	bool known;
};

static const struct effect effects[SMC_QUIRK_COUNT] = {
#define EFFECT(quirk, ...) [QUIRK_##quirk] = {{__VA_ARGS__}, true},
#include "fuzz/quirk_effects.def"
#undef EFFECT
};

/* What a process needs once. */
static struct sequencer *model, *firmware, *with[SMC_QUIRK_COUNT];
static struct peer *peer;
static struct sequence sequence, start;
static struct sequence_log expected, actual, attempt;

static struct sequencer *create(const char *profile, smc_quirks flip)
{
	const struct sequencer_options options = {.profile = profile, .flip = flip};
	struct sequencer *sequencer = sequencer_create(&options);

	if (!sequencer)
		abort();
	return sequencer;
}

static void run_of(struct sequencer *sequencer, const struct sequence *steps,
		   struct sequence_log *log)
{
	const struct sequence_watch watch = {.context = log,
					     .before = sequence_log_before,
					     .after = sequence_log_after,
					     .seen = sequence_log_seen};

	sequence_log_begin(log);
	sequencer_run(sequencer, steps, &watch);
}

static void run(struct sequencer *sequencer, struct sequence_log *log)
{
	run_of(sequencer, &sequence, log);
}

static void report_of(const struct sequence *steps, const char *what, size_t at)
{
	char text[256], line[400];

	if (at >= expected.count || at >= actual.count)
		snprintf(text, sizeof(text), "%u and %u calls", expected.count, actual.count);
	else
		sequence_log_text(&expected.call[at], &actual.call[at], text, sizeof(text));
	snprintf(line, sizeof(line), "%s: call %zu, %s", what, at, text);
	fuzz_report(line, steps);
}

static void report(const char *what, size_t at)
{
	report_of(&sequence, what, at);
}

/* --- quirks ---------------------------------------------------------------------------------- */

static bool may_affect(enum smc_quirk quirk, enum smc_command_id command)
{
	for (unsigned int i = 0; i < 8; i++) {
		if (effects[quirk].command[i] == command && (command || i == 0))
			return true;
	}
	return false;
}

static size_t difference(const struct sequence_log *a)
{
	return sequence_log_difference(a, &attempt);
}

/* The default profile with this quirk differs from the default at the same call. */
static bool causes(enum smc_quirk quirk, size_t at)
{
	if (!with[quirk])
		with[quirk] = create("default", SMC_QUIRK_BIT(quirk));
	run(with[quirk], &attempt);
	return difference(&expected) == at;
}

/*
 * All quirks that may show at this command, at once: the rest of the profile must not be needed for the
 * difference to be there.
 */
static bool explained_together(enum smc_command_id command, size_t at)
{
	const smc_quirks profile = smc_profile_find(FIRMWARE)->quirks;
	struct sequencer *sequencer;
	smc_quirks allowed = 0;
	bool explained;

	for (unsigned int q = 0; q < SMC_QUIRK_COUNT; q++) {
		if (smc_has_quirk(profile, q) && may_affect(q, command))
			allowed |= SMC_QUIRK_BIT(q);
	}
	sequencer = create("default", allowed);
	run(sequencer, &attempt);
	explained = difference(&expected) <= at;
	sequencer_destroy(sequencer);
	return explained;
}

/* A row that only one of the two has, by the shape of its device model. */
static bool is_gated(enum smc_command_id command)
{
	const struct smc_command *row = smc_command(command);

	return !row || row->device ||
	       smc_present(row, SMC_SHAPE_1_1) != smc_present(row, SMC_SHAPE_ALP12);
}

static void check_quirks(size_t at)
{
	const enum smc_command_id command = expected.call[at].command;
	const smc_quirks profile = smc_profile_find(FIRMWARE)->quirks;

	if (is_gated(command))
		return;
	for (unsigned int q = 0; q < SMC_QUIRK_COUNT; q++) {
		if (smc_has_quirk(profile, q) && may_affect(q, command) && causes(q, at)) {
			fuzz_counter(0x51000000u + q);
			return;
		}
	}
	if (!explained_together(command, at))
		report("no quirk is known for this difference of the profiles", at);
}

/* --- the target ------------------------------------------------------------------------------ */

static void open_all(void)
{
	const char *command = getenv("RMMSIM_FUZZ_PEER");

	model = create(NULL, 0);
	firmware = create(fuzz_mutant(false) ? NULL : FIRMWARE, 0);
	if (command)
		peer = peer_open(command, fuzz_setting("RMMSIM_FUZZ_PEER_TIMEOUT", 30));
}

static void compare_firmware(void)
{
	size_t at;

	sequence.machine %= 2;
	run(model, &expected);
	run(firmware, &actual);
	at = sequence_log_difference(&expected, &actual);
	if (at < expected.count && at < actual.count)
		check_quirks(at);
}

static void compare_mutant(void)
{
	size_t at;

	fuzz_mutant(false);
	run(model, &expected);
	fuzz_mutant(true);
	run(firmware, &actual);
	at = sequence_log_difference(&expected, &actual);
	if (at != SIZE_MAX)
		report("the broken variant answers differently", at);
	/* One model, one profile: the states are comparable, too. */
	if (rmmsim_fingerprint(sequencer_sim(model)) != rmmsim_fingerprint(sequencer_sim(firmware)))
		fuzz_report("the broken variant is in another state at the end", &sequence);
}

/* Calls of other PEs while a REC runs are among the Realm's steps that the peer was told: no answers. */
static bool outer_before(void *context, const struct sequence_call *call)
{
	return call->depth || sequence_log_before(context, call);
}

static bool outer_after(void *context, const struct sequence_call *call)
{
	return call->depth || sequence_log_after(context, call);
}

/* Of the peer nothing but registers is known. */
static void compare_steps(const struct sequence *steps, const char *finding)
{
	const struct sequence_watch watch = {
		.context = &expected, .before = outer_before, .after = outer_after};
	size_t at;

	sequence_log_begin(&expected);
	sequencer_run(model, steps, &watch);
	peer_run(peer, steps, &actual);
	for (unsigned int i = 0; i < expected.count; i++)
		expected.call[i].realm = expected.call[i].memory = 0;
	at = sequence_log_difference(&expected, &actual);
	if (at != SIZE_MAX)
		report_of(steps, finding, at);
}

/* The peer has no snapshots: it makes the start anew, as a sequence from boot. */
static void compare_peer(void)
{
	struct trace_error error;

	if (!sequence_parse(&start, sequence_start_script(sequence.start), &error))
		abort();
	start.machine = sequence.machine;
	peer_boot(peer, sequence.machine);
	compare_steps(&start, "the peer answers differently while the start is made");
	compare_steps(&sequence, "the peer answers differently");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!model)
		open_all();
	sequence_decode_file(&sequence, data, size, NULL);
	if (peer)
		compare_peer();
	else if (fuzz_mutant(false))
		compare_mutant();
	else
		compare_firmware();
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return fuzz_sequence_mutate(seed & 1 ? SMC_FROM_REALM : SMC_FROM_HOST, data, size, max_size,
				    seed / 2);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2,
				 size_t size2, uint8_t *out, size_t max_size, unsigned int seed)
{
	return fuzz_sequence_cross(data1, size1, data2, size2, out, max_size, seed);
}
