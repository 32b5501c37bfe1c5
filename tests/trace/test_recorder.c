/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim/recorder.h: what it writes of a Host's calls is a recording that can be replayed. */
#include <rmmsim/recorder.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <rmmsim/rmmsim.h>

#include "smc/machine.h"
#include "tests/trace/file.h"

#define RD     UINT64_C(0x80100000)
#define ROOT   UINT64_C(0x80101000)
#define TABLE2 UINT64_C(0x80102000)
#define TABLE3 UINT64_C(0x80103000)
#define DATA   UINT64_C(0x80104000)
#define REC    UINT64_C(0x80105000)
#define AUX    UINT64_C(0x80106000)
#define PARAMS UINT64_C(0x80200000)
#define PAGE   UINT64_C(0x1000)

struct bench {
	struct rmmsim *sim;
	struct rmmsim_recorder recorder;
	FILE *out;
	char *text;
	size_t size;
	bool blind; /* pages are not given to the recorder */
};

static void put(void *context, const char *text)
{
	struct bench *bench = context;

	fputs(text, bench->out);
}

static const void *page(void *context, uint64_t pa)
{
	struct bench *bench = context;

	return bench->blind ? NULL : rmmsim_host_ptr(bench->sim, pa, PAGE);
}

static void begin(struct bench *bench)
{
	struct rmmsim_config config;
	struct rmmsim_error error;
	char *machine;
	size_t size;
	FILE *out;

	*bench = (struct bench){0};
	rmmsim_config_init(&config);
	assert_int_equal(rmmsim_create(&config, &bench->sim, &error), RMMSIM_OK);
	bench->out = open_memstream(&bench->text, &bench->size);
	bench->recorder = (struct rmmsim_recorder){.put = put, .page = page, .context = bench};
	out = open_memstream(&machine, &size);
	smc_print_machine(out, &config);
	fclose(out);
	/* The keys begin with a comma. */
	rmmsim_recorder_begin(&bench->recorder, "rmmsim", machine + 1);
	free(machine);
}

static uint64_t call(struct bench *bench, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3,
		     uint64_t x4)
{
	struct rmmsim_regs regs = {.x = {fid, x1, x2, x3, x4}};

	rmmsim_recorder_call(&bench->recorder, 1, regs.x);
	rmmsim_smc(bench->sim, 1, &regs);
	rmmsim_recorder_return(&bench->recorder, regs.x);
	return regs.x[0];
}

static void *params(struct bench *bench)
{
	return memset(rmmsim_host_ptr(bench->sim, PARAMS, PAGE), 0, PAGE);
}

static void make_realm(struct bench *bench)
{
	struct rmi_realm_params *realm = params(bench);

	*realm = (struct rmi_realm_params){
		.s2sz = 32,
		.num_bps = 1,
		.num_wps = 1,
		.vmid = 1,
		.rtt_base = ROOT,
		.rtt_level_start = 1,
		.rtt_num_start = 1,
	};
	for (uint64_t pa = RD; pa < AUX + 16 * PAGE; pa += PAGE)
		assert_int_equal(call(bench, SMC_RMI_GRANULE_DELEGATE, pa, 0, 0, 0), RMI_SUCCESS);
	assert_int_equal(call(bench, SMC_RMI_REALM_CREATE, RD, PARAMS, 0, 0), RMI_SUCCESS);
	assert_int_equal(call(bench, SMC_RMI_RTT_CREATE, RD, TABLE2, 0, 2), RMI_SUCCESS);
	assert_int_equal(call(bench, SMC_RMI_RTT_CREATE, RD, TABLE3, 0, 3), RMI_SUCCESS);
}

static void make_rec(struct bench *bench)
{
	struct rmi_rec_params *rec = params(bench);

	rec->flags = RMI_REC_CREATE_FLAG_RUNNABLE;
	rec->num_aux = 16;
	for (uint64_t i = 0; i < 16; i++)
		rec->aux[i] = AUX + i * PAGE;
	assert_int_equal(call(bench, SMC_RMI_REC_CREATE, RD, REC, PARAMS, 0), RMI_SUCCESS);
}

static struct trace *finish(struct bench *bench)
{
	struct trace_error error;
	struct trace *trace;

	fclose(bench->out);
	rmmsim_destroy(bench->sim);
	trace = file_read_text(bench->text, true, &error);
	if (!trace)
		fail_msg("%zu:%zu: %s", error.line, error.column, error.text);
	free(bench->text);
	return trace;
}

static void check_replay(struct trace *trace)
{
	const struct replay_options options = {.keep = 1};
	struct replay_result result;
	struct trace_error error;

	assert_true(replay(trace, &options, &result, &error));
	assert_int_equal(result.mismatches, 0);
	replay_result_free(&result);
}

static void calls_with_pages_can_be_replayed(void **state)
{
	struct bench bench;
	struct trace *trace;

	(void)state;
	begin(&bench);
	make_realm(&bench);
	memcpy(params(&bench), "a page of the Realm", 20);
	assert_int_equal(call(&bench, SMC_RMI_DATA_CREATE, RD, DATA, 0, PARAMS), RMI_SUCCESS);
	make_rec(&bench);
	/* Refused: X0 has a status and an index. */
	assert_int_equal(call(&bench, SMC_RMI_RTT_CREATE, RD, DATA, 0, 3), RMI_ERROR_INPUT);
	assert_int_equal(call(&bench, SMC_RMI_REC_ENTER, REC, PARAMS, 0, 0), RMI_ERROR_REALM);
	assert_int_equal(call(&bench, 0xc4ffffff, 0, 0, 0, 0), UINT64_MAX);
	trace = finish(&bench);
	assert_int_equal(trace->call_count, 22 + 8);
	assert_int_equal(trace->events[22].smc->cpu, 1);
	assert_int_equal(trace->events[22].smc->in.count, 1);
	assert_int_equal(trace->events[22].smc->in.at[0].pa, PARAMS);
	check_replay(trace);
	trace_free(trace);
}

static void pages_that_are_not_given_are_left_out(void **state)
{
	struct bench bench;
	struct trace *trace;

	(void)state;
	begin(&bench);
	bench.blind = true;
	make_realm(&bench);
	trace = finish(&bench);
	assert_int_equal(trace->events[22].smc->in.count, 0);
	trace_free(trace);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_with_pages_can_be_replayed),
		cmocka_unit_test(pages_that_are_not_given_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
