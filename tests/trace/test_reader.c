/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/trace/file.h"
#include "trace/content.h"
#include "trace/input.h"

#define SMC(text) "{\"i\":0,\"op\":\"smc\",\"fid\":\"0xc4000150\"," text "}"
#define RET       "\"ret\":[\"0x0\"]"
#define RUN_WITH(text) \
	"{\"op\":\"run\",\"i\":0,\"plane\":0,\"pc\":\"0x0\",\"pstate\":\"0x0\"," text "}"

static struct trace *read_good(const char *const *lines)
{
	struct trace_error error;
	struct trace *trace = file_read(lines, true, &error);

	if (!trace)
		fail_msg("%zu:%zu: %s", error.line, error.column, error.text);
	return trace;
}

static void the_header_describes_the_machine(void **state)
{
	static const char *const none[] = {NULL};
	struct trace *trace = read_good(none);
	const struct rmmsim_config *config = &trace->header.config;

	(void)state;
	assert_string_equal(trace->header.rmm, "TF-RMM v0.8.0");
	assert_string_equal(replay_profile(trace), "tf-rmm-0.8");
	assert_int_equal(config->dram_count, 1);
	assert_int_equal(config->dram[0].base, 0x80000000);
	assert_int_equal(config->dram[0].top, 0x81000000);
	assert_int_equal(config->dev_ncoh_count, 1);
	assert_int_equal(config->dev_coh_count, 0);
	assert_int_equal(config->feature_register[0], 0x668ffc114130);
	assert_int_equal(config->feature_register[1], 0xe);
	assert_int_equal(config->pe_count, 4);
	assert_int_equal(config->rec_aux_count, 16);
	assert_int_equal(config->vmid_bits, 8);
	assert_int_equal(config->seed, 7);
	assert_int_equal(config->id_regs.ich_vtr, 0x90000003);
	/* Not listed: the value of the platform for feature profile direct. */
	assert_int_equal(config->id_regs.id_aa64mmfr0, 0x10000005);
	trace_free(trace);
}

static void a_call_has_registers_and_results(void **state)
{
	static const char *const lines[] = {
		"{\"i\":3,\"op\":\"smc\",\"cpu\":2,\"fid\":\"0xc400015d\",\"x\":[\"0x1\",\"0xFF\"],"
		"\"ret\":[\"0x104\",\"0x0\",\"0xffffffffffffffff\"]}",
		NULL};
	struct trace *trace = read_good(lines);
	const struct trace_smc *smc = trace->calls[0].smc->smc;

	(void)state;
	assert_int_equal(trace->call_count, 1);
	assert_int_equal(trace->calls[0].smc->i, 3);
	assert_int_equal(trace->calls[0].smc->line, 2);
	assert_int_equal(smc->cpu, 2);
	assert_int_equal(smc->x[0], 0xc400015d);
	assert_int_equal(smc->x[2], 0xff);
	assert_int_equal(smc->x[3], 0);
	assert_int_equal(smc->ret[0], 0x104);
	assert_int_equal(smc->ret[2], UINT64_MAX);
	assert_int_equal(smc->ret[4], 0);
	trace_free(trace);
}

static void content_is_a_fill_with_patches(void **state)
{
	static const char *const lines[] = {
		SMC("\"in\":[{\"pa\":\"0x80001000\",\"off\":\"0x10\",\"len\":16,\"fill\":\"0xe6\","
		    "\"set\":[{\"off\":\"0x2\",\"b64\":\"AQI=\"},{\"off\":\"0xf\",\"b64\":\"/"
		    "w==\"}]}]," RET),
		NULL};
	static const uint8_t expected[16] = {0xe6, 0xe6, 1,    2,    0xe6, 0xe6, 0xe6, 0xe6,
					     0xe6, 0xe6, 0xe6, 0xe6, 0xe6, 0xe6, 0xe6, 0xff};
	struct trace *trace = read_good(lines);
	const struct trace_blocks *in = &trace->calls[0].smc->smc->in;
	uint8_t bytes[16];

	(void)state;
	assert_int_equal(in->count, 1);
	assert_int_equal(in->at[0].pa, 0x80001000);
	assert_int_equal(in->at[0].off, 0x10);
	assert_int_equal(in->at[0].len, 16);
	content_expand(&in->at[0], bytes);
	assert_memory_equal(bytes, expected, sizeof(bytes));
	trace_free(trace);
}

static void realm_lines_become_steps_of_their_call(void **state)
{
	static const char *const lines[] = {
		"{\"op\":\"run\",\"i\":5,\"plane\":1,\"pc\":\"0x4\",\"pstate\":\"0x3c5\","
		"\"x\":{\"0\":\"0x7\",\"30\":\"0x8\"},\"mem\":[{\"ipa\":\"0x1000\",\"pa\":"
		"\"0x80001000\","
		"\"masked\":true},{\"ipa\":\"0x1000\",\"pa\":\"0x80001000\",\"off\":\"0x8\","
		"\"b64\":\"AAAA\"}]}",
		"{\"i\":6,\"op\":\"smc\",\"cpu\":1,\"during\":5,\"fid\":\"0xc4000151\"," RET "}",
		"{\"op\":\"rsi\",\"i\":5,\"fid\":\"0xc4000190\",\"x\":[\"0x10001\"],"
		"\"sysregs\":{\"cntp_ctl_el02\":\"0x5\"},"
		"\"in\":[{\"ipa\":\"0x2000\",\"pa\":\"0x80002000\",\"b64\":\"AQ==\"}]}",
		"{\"op\":\"run\",\"i\":5,\"plane\":1,\"pc\":\"0x8\",\"pstate\":\"0x3c5\"}",
		"{\"op\":\"exc\",\"i\":5,\"kind\":\"sync\",\"esr\":\"0x93\",\"far\":\"0x1\","
		"\"hpfar\":\"0x2\",\"x\":{\"5\":\"0x9\"}}",
		"{\"i\":5,\"op\":\"smc\",\"fid\":\"0xc400015c\"," RET "}",
		NULL};
	struct trace *trace = read_good(lines);
	const struct trace_call *enter = &trace->calls[1];
	const struct trace_act *act;

	(void)state;
	assert_int_equal(trace->call_count, 2);
	assert_true(trace->calls[0].nested);
	assert_false(enter->nested);
	assert_int_equal(enter->step_count, 5);
	assert_int_equal(trace->events[enter->steps[0]].run->x[30], 8);
	assert_int_equal(trace->events[enter->steps[0]].run->mem.count, 2);
	assert_true(trace->events[enter->steps[0]].run->mem.at[0].masked);
	assert_int_equal(trace->events[enter->steps[1]].op, TRACE_SMC);
	act = trace->events[enter->steps[2]].act;
	assert_int_equal(act->x_set, 3);
	assert_int_equal(act->x[1], 0x10001);
	assert_int_equal(act->sysreg_set, 1u << TRACE_CNTP_CTL);
	assert_int_equal(act->in.at[0].len, 1);
	act = trace->events[enter->steps[4]].act;
	assert_int_equal(act->kind, TRACE_SYNC);
	assert_int_equal(act->hpfar, 2);
	assert_int_equal(act->x_set, 1u << 5);
	trace_free(trace);
}

/* --- errors --------------------------------------------------------------------------------- */

static void a_malformed_line_is_reported_with_its_place(void **state)
{
	/* `at`: what stands at the reported column; NULL where the parser of JSON decides. */
	static const struct {
		const char *line, *at, *text;
	} rows[] = {
		{"{\"i\":0,", NULL, ""},
		{"nonsense", NULL, ""},
		{"{\"op\":\"smc\",\"i\":99999999999999999999}", NULL, ""},
		{"{\"op\":\"smc\",\"i\":0,\"i\":1}", NULL, "duplicate"},
		{"[1]", "[", "expected an object"},
		{"{\"i\":0}", "{", "\"op\" is missing"},
		{"{\"op\":7}", "7", "expected a string"},
		{"{\"op\":\"smc\",\"fid\":\"0x0\"," RET "}", "{", "\"i\" is missing"},
		{"{\"op\":\"smc\",\"i\":\"0\"}", "\"0\"", "expected an integer"},
		{"{\"op\":\"smc\",\"i\":-1}", "-1", "out of range"},
		{"{\"op\":\"smc\",\"i\":1.5}", "1.5", "expected an integer"},
		{SMC("\"x\":3," RET), "3,\"ret", "expected a list"},
		{SMC("\"x\" : [ \"0x0\", 5 ]," RET), "5 ]", "expected a hex string"},
		{SMC("\"x\":[\"17\"]," RET), "\"17", "not a hex number"},
		{SMC("\"x\":[\"0x\"]," RET), "\"0x\"", "not a hex number"},
		{SMC("\"x\":[\"0x12345678123456781\"]," RET), "\"0x1234", "not a hex number"},
		{SMC("\"x\":[\"0xg\"]," RET), "\"0xg", "not a hex number"},
		{SMC("\"cpu\":4," RET), "4,\"ret", "out of range"},
		{SMC("\"ret\":[]"), "[]", "X0 is missing"},
		{SMC("\"ret\":[\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\",\"0x0\"]"), "[\"",
		 "at most 5"},
		{SMC("\"x\":[]"), "{", "\"ret\" is missing"},
		{SMC("\"in\":[5]," RET), "5]", "expected an object"},
		{SMC("\"in\":[{\"len\":8}]," RET), "{\"len", "\"pa\" is missing"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"len\":8}]," RET), "{\"pa",
		 "\"fill\" is missing"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"len\":70000,\"fill\":\"0x0\"}]," RET),
		 "70000", "out of range"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"len\":8,\"fill\":\"0x100\"}]," RET),
		 "\"0x100", "at most 0xff"},
		{SMC("\"in\":[{\"pa\":\"0x70000000\",\"len\":8,\"fill\":\"0x0\"}]," RET),
		 "\"0x70000000", "no memory there"},
		{SMC("\"in\":[{\"pa\":\"0x80fffffc\",\"len\":8,\"fill\":\"0x0\"}]," RET),
		 "\"0x80fffffc", "no memory there"},
		{SMC("\"in\":[{\"pa\":\"0xfffffffffffffff8\",\"off\":\"0x8\",\"len\":0,"
		     "\"fill\":\"0x0\"}]," RET),
		 "\"0xfff", "no memory there"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"off\":\"0x10001\",\"b64\":\"\"}]," RET),
		 "\"0x10001", "out of range"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"b64\":\"AAA\"}]," RET), "\"AAA",
		 "multiple of 4"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"b64\":\"A!AA\"}]," RET), "\"A!",
		 "not base64"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"b64\":\"A=AA\"}]," RET),
		 "\"A=", "not base64"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"b64\":1}]," RET), "1}", "expected a string"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"len\":2,\"fill\":\"0x0\",\"set\":[{\"off\":"
		     "\"0x0\",\"b64\":\"AAAA\"}]}]," RET),
		 "{\"off", "beyond the 2 bytes"},
		{SMC("\"in\":[{\"pa\":\"0x80000000\",\"len\":2,\"fill\":\"0x0\",\"set\":[{\"off\":"
		     "\"0xffffffffffffffff\",\"b64\":\"AAAA\"}]}]," RET),
		 "{\"off", "beyond the 2 bytes"},
		{"{\"op\":\"run\",\"i\":0,\"plane\":16}", "16", "out of range"},
		{RUN_WITH("\"x\":{\"31\":\"0x0\"}"), "\"0x0\"}", "number of a register"},
		{RUN_WITH("\"x\":{\"1a\":\"0x0\"}"), "\"0x0\"}", "number of a register"},
		{RUN_WITH("\"x\":[]"), "[]", "expected an object"},
		{RUN_WITH("\"mem\":[{\"pa\":\"0x80000000\",\"ipa\":\"0x0\",\"masked\":3}]"), "3}",
		 "expected true or false"},
		{RUN_WITH("\"mem\":[{\"pa\":\"0x80000000\",\"masked\":true}]"), "{\"pa",
		 "\"ipa\" is missing"},
		{"{\"op\":\"exc\",\"i\":0,\"kind\":\"sync\"}", "{", "\"esr\" is missing"},
		{"{\"op\":\"exc\",\"i\":0,\"kind\":5}", "5}", "expected a string"},
		{"{\"op\":\"exc\",\"i\":0,\"kind\":\"irq\",\"sysregs\":5}", "5}",
		 "expected an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const lines[] = {rows[i].line, NULL};
		const char *at = rows[i].at ? strstr(rows[i].line, rows[i].at) : NULL;
		struct trace_error error;

		if (file_read(lines, false, &error))
			fail_msg("accepted: %s", rows[i].line);
		if (error.line != 2 || !error.column || !strstr(error.text, rows[i].text) ||
		    (at && error.column != (size_t)(at - rows[i].line + 1)))
			fail_msg("%s\nis reported as %zu:%zu: %s", rows[i].line, error.line,
				 error.column, error.text);
	}
}

static void a_wrong_header_is_reported_in_line_1(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{"", "empty"},
		{"\n", ""},
		{"{}", "\"format\" is missing"},
		{"{\"format\":\"rmm-trace/2\"}", "format"},
		{"{\"format\":\"rmm-trace/1\"}", "\"dram\" is missing"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x80000000\"]]}", "base and top"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x8000\",\"0x1000\"]]}",
		 "above its base"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x1000\",\"0x8000\"]],\"cpus\":9999}",
		 "range"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x1000\",\"0x8000\"]],\"abi\":\"3.0\"}",
		 "1.0, 1.1 and 2.0"},
		{"{\"format\":\"rmm-trace/"
		 "1\",\"dram\":[[\"0x1000\",\"0x8000\"]],\"granule_size\":65536}",
		 "4096"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x1000\",\"0x8000\"]],\"features\":[1]}",
		 "hex string"},
		{"{\"format\":\"rmm-trace/1\",\"dram\":[[\"0x1000\",\"0x8000\"]],\"id_regs\":[]}",
		 "expected an object"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_error error;

		assert_null(file_read_text(rows[i].text, false, &error));
		if (error.line != 1 || !strstr(error.text, rows[i].error))
			fail_msg("%s\nis reported as %zu: %s", rows[i].text, error.line,
				 error.text);
	}
}

static void calls_that_cannot_have_happened_are_refused(void **state)
{
#define RUN  "{\"op\":\"run\",\"i\":1,\"plane\":0,\"pc\":\"0x0\",\"pstate\":\"0x0\"}"
#define IRQ  "{\"op\":\"exc\",\"i\":1,\"kind\":\"irq\"}"
#define CALL "{\"i\":1,\"op\":\"smc\",\"fid\":\"0xc400015c\"," RET "}"
	static const struct {
		const char *lines[5];
		size_t line;
		const char *text;
	} rows[] = {
		{{CALL, CALL, NULL}, 3, "stands in line 2 already"},
		{{IRQ, CALL, NULL}, 2, "a run line first"},
		{{RUN, RUN, IRQ, CALL, NULL}, 3, "rsi or exc after"},
		{{RUN, CALL, NULL}, 3, "rsi or exc after"},
		{{CALL, RUN, IRQ, NULL}, 3, "after the smc line"},
		{{"{\"i\":0,\"op\":\"smc\",\"during\":1,\"fid\":\"0x0\"," RET "}", CALL, NULL},
		 2,
		 "issued after the outer one"},
		{{"{\"i\":1,\"op\":\"smc\",\"during\":1,\"fid\":\"0x0\"," RET "}", NULL},
		 2,
		 "issued after the outer one"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trace_error error;

		if (file_read(rows[i].lines, false, &error))
			fail_msg("row %zu is accepted", i);
		if (error.line != rows[i].line || !strstr(error.text, rows[i].text))
			fail_msg("row %zu: %zu: %s", i, error.line, error.text);
	}
}

static void only_strict_reading_refuses_what_is_not_known(void **state)
{
	static const struct {
		const char *lines[3];
		size_t line, column;
	} rows[] = {
		{{SMC("\"more\":1," RET), NULL}, 2, 45},
		{{"{\"op\":\"note\",\"text\":\"hello\"}", NULL}, 2, 7},
		{{RUN, "{\"op\":\"exc\",\"i\":1,\"kind\":\"trap\"}", CALL}, 3, 26},
		{{RUN, IRQ, NULL}, 2, 1},
		{{"{\"i\":4,\"op\":\"smc\",\"during\":1,\"fid\":\"0x0\"," RET "}", NULL}, 2, 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const lines[] = {rows[i].lines[0], rows[i].lines[1], rows[i].lines[2],
					     NULL};
		struct trace_error error;
		struct trace *trace = file_read(lines, false, &error);

		if (!trace)
			fail_msg("row %zu: %zu:%zu: %s", i, error.line, error.column, error.text);
		trace_free(trace);
		assert_null(file_read(lines, true, &error));
		if (error.line != rows[i].line || error.column != rows[i].column)
			fail_msg("row %zu: %zu:%zu: %s", i, error.line, error.column, error.text);
	}
}

/* --- hostile files -------------------------------------------------------------------------- */

static void a_compressed_file_that_was_cut_is_an_error(void **state)
{
	const struct trace_read_options options = {.strict = false};
	char text[8192];
	size_t used = 0;

	(void)state;
	used += snprintf(text, sizeof(text), "%s\n", file_header);
	for (unsigned int i = 0; i < 50; i++)
		used += snprintf(text + used, sizeof(text) - used,
				 "{\"i\":%u,\"op\":\"smc\",\"fid\":\"0x%x\"," RET "}\n", i,
				 i * 7919);
	for (size_t cut = 0; cut < 300; cut += 7) {
		const char *path = file_write_gzip(text, used, cut);
		struct trace_error error;
		struct trace *trace = trace_read(path, &options, &error);

		assert_true(!trace == !!cut);
		if (cut)
			assert_true(error.line > 0 && error.column > 0 && error.text[0]);
		trace_free(trace);
	}
}

static void binary_garbage_is_an_error(void **state)
{
	const struct trace_read_options options = {.strict = false};
	uint8_t bytes[4096];
	uint32_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 50; round++) {
		struct trace_error error;

		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1664525 + 1013904223;
			bytes[i] = seed >> 24;
		}
		if (round % 2) {
			bytes[0] = 0x1f;
			bytes[1] = 0x8b;
		}
		assert_null(trace_read(file_write(bytes, sizeof(bytes)), &options, &error));
		assert_true(error.line > 0 && error.text[0]);
	}
}

static void a_line_without_end_is_cut_short(void **state)
{
	const struct trace_read_options options = {.strict = false};
	const size_t size = INPUT_MAX_LINE * 3;
	char *bytes = malloc(size);
	struct trace_error error;

	(void)state;
	memset(bytes, '[', size);
	assert_null(trace_read(file_write_gzip(bytes, size, 0), &options, &error));
	assert_int_equal(error.line, 1);
	assert_non_null(strstr(error.text, "too long"));
	/* Shorter, but deeper than a parser can go. */
	assert_null(trace_read(file_write(bytes, INPUT_MAX_LINE / 2), &options, &error));
	assert_int_equal(error.line, 1);
	free(bytes);
}

static void calls_nested_without_end_are_refused(void **state)
{
	const struct trace_read_options options = {.strict = false};
	size_t size = 1 << 20, used;
	char *text = malloc(size);
	struct trace_error error;

	(void)state;
	used = snprintf(text, size, "%s\n", file_header);
	for (unsigned int i = 2000; i > 0; i--)
		used += snprintf(text + used, size - used,
				 "{\"i\":%u,\"op\":\"smc\",\"during\":%u,\"fid\":\"0x0\"," RET
				 "}\n",
				 i, i - 1);
	used += snprintf(text + used, size - used, SMC(RET) "\n");
	assert_null(trace_read(file_write(text, used), &options, &error));
	assert_non_null(strstr(error.text, "too deeply"));
	free(text);
}

static void a_file_that_cannot_be_opened_is_an_error_without_a_line(void **state)
{
	const struct trace_read_options options = {.strict = false};
	struct trace_error error;

	(void)state;
	assert_null(trace_read("/does/not/exist.jsonl", &options, &error));
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.text, "No such file"));
	assert_null(trace_read("/", &options, &error));
	assert_int_equal(error.line, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_describes_the_machine),
		cmocka_unit_test(a_call_has_registers_and_results),
		cmocka_unit_test(content_is_a_fill_with_patches),
		cmocka_unit_test(realm_lines_become_steps_of_their_call),
		cmocka_unit_test(a_malformed_line_is_reported_with_its_place),
		cmocka_unit_test(a_wrong_header_is_reported_in_line_1),
		cmocka_unit_test(calls_that_cannot_have_happened_are_refused),
		cmocka_unit_test(only_strict_reading_refuses_what_is_not_known),
		cmocka_unit_test(a_compressed_file_that_was_cut_is_an_error),
		cmocka_unit_test(binary_garbage_is_an_error),
		cmocka_unit_test(a_line_without_end_is_cut_short),
		cmocka_unit_test(calls_nested_without_end_are_refused),
		cmocka_unit_test(a_file_that_cannot_be_opened_is_an_error_without_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
