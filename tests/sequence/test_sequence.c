/* SPDX-License-Identifier: BSD-3-Clause */
/* The forms of a sequence, what changes them, and how they run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/random.h"
#include "tests/support/sequence.h"
#include "trace/reader.h"
#include "sequence/import.h"
#include "sequence/log.h"
#include "sequence/mutate.h"
#include "sequence/shrink.h"

#define BYTES 3000
#define TEXT  (1 << 20)

struct buffers {
	struct sequence a, b;
	struct sequence_log log[2];
	uint8_t bytes[SEQUENCE_MAX_BINARY];
	char text[TEXT], again[TEXT];
};

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct buffers));
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

/* Binary and script say the same about what is in `a`. */
static void check_forms(struct buffers *u)
{
	struct trace_error error;
	const size_t size = sequence_encode(&u->a, u->bytes, sizeof(u->bytes));

	assert_true(size <= sizeof(u->bytes));
	assert_true(sequence_print(&u->a, u->text, TEXT) < TEXT);
	sequence_decode(&u->b, u->bytes, size);
	sequence_print(&u->b, u->again, TEXT);
	assert_string_equal(u->text, u->again);
	if (!sequence_parse(&u->b, u->text, &error))
		fail_msg("%zu:%zu: %s\n%s", error.line, error.column, error.text, u->text);
	sequence_print(&u->b, u->again, TEXT);
	assert_string_equal(u->text, u->again);
}

static void any_bytes_are_a_sequence_of_both_forms(void **state)
{
	struct buffers *u = *state;
	struct random random = {1};

	for (unsigned int n = 0; n < 300; n++) {
		const size_t size = random_below(&random, BYTES);

		for (size_t i = 0; i < size; i++)
			u->bytes[i] = (uint8_t)random_below(&random, 256);
		sequence_decode(&u->a, u->bytes, size);
		check_forms(u);
	}
}

/* A row of smc/ is in the grammar as it is, and the mutators come upon it. */
static void every_command_is_fuzzed(void **state)
{
	static const bool modelled[SMC_COMMAND_COUNT] = {
#define HANDLER(id, function) [id] = true,
#define HANDLER_2(id, function)
#include "rmm/handlers.def"
#undef HANDLER
#undef HANDLER_2
	};
	static bool made[SMC_COMMAND_COUNT];
	struct buffers *u = *state;

	for (enum smc_caller caller = SMC_FROM_REALM; caller <= SMC_FROM_HOST; caller++) {
		struct sequence_mutator *mutator = sequence_mutator_create(caller);

		assert_non_null(mutator);
		memset(&u->a, 0, sizeof(u->a));
		for (uint64_t seed = 1; seed < 6000; seed++) {
			sequence_mutate(mutator, &u->a, seed);
			for (unsigned int i = 0; i < u->a.count; i++)
				made[u->a.step[i].command] = true;
		}
		sequence_mutator_destroy(mutator);
	}
	for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
		if (modelled[id] && !made[id])
			fail_msg("%s is never made", smc_command(id)->name);
		u->a.count = 1;
		u->a.step[0] = (struct sequence_step){.times = 1};
		sequence_set_verb(&u->a.step[0], id);
		check_forms(u);
	}
}

static void a_mutated_sequence_has_both_forms(void **state)
{
	struct buffers *u = *state;

	for (enum smc_caller caller = SMC_FROM_REALM; caller <= SMC_FROM_HOST; caller++) {
		struct sequence_mutator *mutator = sequence_mutator_create(caller);

		assert_non_null(mutator);
		memset(&u->a, 0, sizeof(u->a));
		for (uint64_t seed = 1; seed < 400; seed++) {
			sequence_mutate(mutator, &u->a, seed);
			if (seed % 8 == 0)
				check_forms(u);
		}
		sequence_mutator_destroy(mutator);
	}
}

static void an_empty_input_is_an_empty_sequence(void **state)
{
	struct buffers *u = *state;

	sequence_decode(&u->a, u->bytes, 0);
	assert_int_equal(u->a.count, 0);
	assert_int_equal(sequence_encode(&u->a, NULL, 0), 2);
}

static void comments_and_attributes_are_read(void **state)
{
	struct buffers *u = *state;
	struct trace_error error;

	assert_true(sequence_parse(&u->a,
				   "start active # a comment\n\n"
				   "during pe=1 times=3 RMI_GRANULE_DELEGATE addr=g60\n"
				   "  store ipa=0x1000 size=3 value=-1\n"
				   "set pa=g64 RmiRecParams aux[2]=g7 @0x10=5",
				   &error));
	assert_int_equal(u->a.count, 3);
	assert_int_equal(u->a.step[0].times, 3);
	assert_int_equal(u->a.step[0].pe, 1);
	assert_true(u->a.step[0].during);
	assert_true(u->a.step[0].value[0] == SEQUENCE_DRAM + 60 * SEQUENCE_PAGE);
	assert_true(u->a.step[1].value[2] == UINT64_MAX);
	assert_int_equal(u->a.step[2].field[0].offset, offsetof(struct rmi_rec_params, aux[2]));
	assert_int_equal(u->a.step[2].field[1].offset, 0x10);
}

static void a_script_that_is_wrong_is_refused_with_the_place(void **state)
{
	static const struct {
		const char *text;
		size_t line, column;
	} wrong[] = {
		{"machine nowhere\n", 1, 9},
		{"\nRMI_NOTHING addr=g0\n", 2, 1},
		{"RMI_GRANULE_DELEGATE addr=g9999\n", 1, 22},
		{"RMI_GRANULE_DELEGATE rd=g1\n", 1, 22},
		{"RMI_GRANULE_DELEGATE addr=g1 more\n", 1, 30},
		{"times=0 wfi\n", 1, 1},
		{"fill pa=g1 RmiRecParams aux[16]=1\n", 1, 25},
		{"fill pa=g1 RmiRecParams @0x1001=1\n", 1, 25},
		{"fill pa=g1 Nothing\n", 1, 12},
	};
	struct buffers *u = *state;
	struct trace_error error;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(sequence_parse(&u->a, wrong[i].text, &error));
		assert_int_equal(error.line, wrong[i].line);
		assert_int_equal(error.column, wrong[i].column);
		assert_true(error.text[0]);
	}
}

/* --- running --------------------------------------------------------------------------------- */

static bool must_succeed(void *context, const struct sequence_call *call)
{
	(void)context;
	if (call->out.x[0] != RMI_SUCCESS)
		fail_msg("step %u: %s returned 0x%llx", call->step,
			 smc_command(call->command)->name, (unsigned long long)call->out.x[0]);
	return true;
}

static void every_start_is_reached(void **state)
{
	const struct sequence_watch watch = {.after = must_succeed};
	struct sequencer *sequencer = sequencer_create(NULL);
	struct buffers *u = *state;
	struct trace_error error;

	assert_non_null(sequencer);
	for (unsigned int i = 0; sequence_start_name(i); i++) {
		assert_true(sequence_parse(&u->a, sequence_start_script(i), &error));
		assert_true(sequencer_run(sequencer, &u->a, &watch));
		assert_int_equal(rmmsim_check(sequencer_sim(sequencer), NULL, 0), 0);
	}
	sequencer_destroy(sequencer);
}

static void run_logged(struct sequencer *sequencer, const struct sequence *sequence,
		       struct sequence_log *log)
{
	const struct sequence_watch watch = {.context = log,
					     .before = sequence_log_before,
					     .after = sequence_log_after,
					     .seen = sequence_log_seen};

	sequence_log_begin(log);
	sequencer_run(sequencer, sequence, &watch);
}

static void a_sequence_runs_the_same_way_again(void **state)
{
	struct sequence_mutator *mutator = sequence_mutator_create(SMC_FROM_REALM);
	struct sequencer *sequencer = sequencer_create(NULL);
	struct buffers *u = *state;

	assert_non_null(mutator);
	assert_non_null(sequencer);
	for (uint64_t seed = 1; seed < 200; seed++) {
		sequence_mutate(mutator, &u->a, seed);
		run_logged(sequencer, &u->a, &u->log[0]);
		run_logged(sequencer, &u->a, &u->log[1]);
		assert_true(sequence_log_difference(&u->log[0], &u->log[1]) == SIZE_MAX);
	}
	sequence_mutator_destroy(mutator);
	sequencer_destroy(sequencer);
}

static bool realm_reads(void *context, const struct rmmsim_vcpu *vcpu)
{
	uint64_t *x0 = context;

	*x0 = vcpu->context->x[0];
	return true;
}

static void a_realm_does_what_its_steps_say(void **state)
{
	uint64_t x0 = 0;
	const struct sequence_watch watch = {.context = &x0, .seen = realm_reads};
	struct sequencer *sequencer = sequencer_create(NULL);
	struct buffers *u = *state;
	struct trace_error error;
	struct rmi_rec_exit exit;

	assert_non_null(sequencer);
	assert_true(sequence_parse(&u->a,
				   "start active\n"
				   "RMI_REC_ENTER rec_ptr=g20 run_ptr=g68\n"
				   "  store ipa=0x1008 size=3 value=0x77\n"
				   "  load ipa=0x1008 size=3\n"
				   "  RSI_VERSION req=0x10001\n"
				   "  store ipa=0x1000 size=3 value=0x1234\n"
				   "  RSI_HOST_CALL addr=0x1000\n"
				   "  hvc imm=1 # too late: the REC has left\n",
				   &error));
	sequencer_run(sequencer, &u->a, &watch);
	assert_int_equal(x0, RSI_SUCCESS);
	assert_int_equal(rmmsim_host_read(sequencer_sim(sequencer),
					  SEQUENCE_DRAM + 68 * SEQUENCE_PAGE +
						  offsetof(struct rmi_rec_run, exit),
					  &exit, sizeof(exit)),
			 RMMSIM_OK);
	assert_int_equal(exit.exit_reason, RMI_EXIT_HOST_CALL);
	assert_int_equal(exit.imm, 0x1234);
	assert_int_equal(exit.gprs[0], 0x77);
	sequencer_destroy(sequencer);
}

/* --- recordings, shrinking ------------------------------------------------------------------- */

static void a_recording_becomes_a_sequence_that_is_accepted(void **state)
{
	const struct trace_read_options options = {.strict = true};
	struct sequencer *sequencer = sequencer_create(NULL);
	struct buffers *u = *state;
	struct trace_error error;
	struct trace *trace =
		trace_read(RMMSIM_SOURCE_DIR "/tests/traces/planes-01.jsonl.gz", &options, &error);

	assert_non_null(trace);
	assert_non_null(sequencer);
	sequence_import(&u->a, trace, SEQUENCE_MAX_STEPS);
	check_forms(u);
	run_logged(sequencer, &u->a, &u->log[0]);
	for (unsigned int i = 0; i < 20; i++)
		assert_true(u->log[0].call[i].x[0] == RMI_SUCCESS ||
			    u->log[0].call[i].command == RMI_RTT_INIT_RIPAS);
	trace_free(trace);
	sequencer_destroy(sequencer);
}

/* Fails as long as a DELEGATE of g7 is followed by a VERSION. */
static bool is_wanted(void *context, const struct sequence *sequence)
{
	bool delegated = false;

	(void)context;
	for (unsigned int i = 0; i < sequence->count; i++) {
		const struct sequence_step *step = &sequence->step[i];

		if (step->command == RMI_GRANULE_DELEGATE &&
		    step->value[0] == SEQUENCE_DRAM + 7 * SEQUENCE_PAGE)
			delegated = true;
		if (step->command == RMI_VERSION && delegated)
			return true;
	}
	return false;
}

static void shrinking_leaves_what_is_needed(void **state)
{
	struct sequence_shrinker shrinker = {.fails = is_wanted};
	struct buffers *u = *state;
	struct trace_error error;

	assert_true(sequence_parse(&u->a,
				   "start planes\n"
				   "times=9 RMI_GRANULE_DELEGATE addr=g1\n"
				   "RMI_FEATURES index=1\n"
				   "pe=2 times=4 RMI_GRANULE_DELEGATE addr=g7\n"
				   "fill pa=g64 RmiRecRun enter.flags=1\n"
				   "RMI_REC_ENTER rec_ptr=g20 run_ptr=g64\n"
				   "  wfi\n"
				   "RMI_VERSION req=0x10001\n"
				   "RMI_FEATURES index=0\n",
				   &error));
	sequence_shrink(&shrinker, &u->a);
	sequence_print(&u->a, u->text, TEXT);
	assert_string_equal(u->text, "machine default\nstart boot\nRMI_GRANULE_DELEGATE addr=g7\n"
				     "RMI_VERSION req=0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes_are_a_sequence_of_both_forms),
		cmocka_unit_test(every_command_is_fuzzed),
		cmocka_unit_test(a_mutated_sequence_has_both_forms),
		cmocka_unit_test(an_empty_input_is_an_empty_sequence),
		cmocka_unit_test(comments_and_attributes_are_read),
		cmocka_unit_test(a_script_that_is_wrong_is_refused_with_the_place),
		cmocka_unit_test(every_start_is_reached),
		cmocka_unit_test(a_sequence_runs_the_same_way_again),
		cmocka_unit_test(a_realm_does_what_its_steps_say),
		cmocka_unit_test(a_recording_becomes_a_sequence_that_is_accepted),
		cmocka_unit_test(shrinking_leaves_what_is_needed),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
