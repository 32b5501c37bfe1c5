/* SPDX-License-Identifier: BSD-3-Clause */
/* A recording of a life with a Realm that does things of every kind is one that replays by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include <hshim/guest.h>

#include "tests/host_shim/realm.h"
#include "trace/reader.h"
#include "trace/replay.h"

#define PAGE(n)  (RAM + (n)*0x1000ul)
#define CONFIG   PAGE(0)
#define CALL     PAGE(1)
#define PLANE    PAGE(2)
#define LATER    PAGE(3) /* RAM, but there is no page yet */
#define PLANE_PC 0x4000
#define TEXT     (256 * 1024)

struct life {
	struct test_realm realm;
	char path[32];
	unsigned long elsewhere; /* a granule that another PE delegates */
};

/* --- the Realm ----------------------------------------------------------------------------------------- */

static void plane_1(struct rmmsim_realm *realm, void *argument)
{
	(void)argument;
	rmmsim_realm_context(realm)->x[5] = 0x55;
	rmmsim_realm_hvc(realm, 7);
	rmmsim_realm_wfi(realm);
}

static void another_pe(const struct life *life)
{
	const unsigned int pe = hshim_set_pe(1);

	OK(SMC_RMI_GRANULE_DELEGATE, life->elsewhere);
	hshim_set_pe(pe);
}

static void enter_plane(struct rmmsim_realm *realm, uint64_t pc)
{
	const struct rsi_plane_enter enter = {.pc = pc, .pstate = 0x3c5};

	rmmsim_realm_write(realm, PLANE, &enter, 0x18);
	rmmsim_realm_call(realm, SMC_RSI_PLANE_ENTER, 1, PLANE, 0, 0, 0);
}

static void plane_0(struct rmmsim_realm *realm, void *argument)
{
	struct life *life = argument;
	uint64_t value = 0;

	rmmsim_realm_call(realm, SMC_RSI_REALM_CONFIG, CONFIG, 0, 0, 0, 0);
	rmmsim_realm_store(realm, CALL, 2, 0x77);
	rmmsim_realm_store(realm, CALL + 8, 8, 0x1234);
	another_pe(life);
	rmmsim_realm_call(realm, SMC_RSI_HOST_CALL, CALL, 0, 0, 0, 0);
	rmmsim_realm_load(realm, CALL + 8, 8, &value);
	rmmsim_realm_store(realm, CALL + 0x100, 8, value);
	enter_plane(realm, PLANE_PC);
	rmmsim_realm_interrupt(realm, false);
	rmmsim_realm_store(realm, LATER, 8, 1);
	rmmsim_realm_load(realm, LATER, 8, &value);
	rmmsim_realm_call(realm, SMC_RSI_IPA_STATE_SET, LATER, LATER + 0x1000, 0, 0, 0);
	rmmsim_realm_load(realm, SHARED | RAM, 8, &value); /* nothing there */
}

/* --- the Host ------------------------------------------------------------------------------------------- */

static void create(struct life *life)
{
	struct test_realm *realm = &life->realm;
	struct rmi_realm_params *params = new_page();

	*realm = (struct test_realm){.rd = new_granule(), .root = new_granule()};
	*params = (struct rmi_realm_params){.s2sz = 39,
					    .num_bps = 1,
					    .num_wps = 1,
					    .vmid = 1,
					    .num_aux_planes = 1,
					    .aux_vmid = {2},
					    .rtt_base = realm->root,
					    .rtt_level_start = 1,
					    .rtt_num_start = 1,
					    .flags1 = RMI_REALM_FLAGS1_RTT_S2AP_ENCODING};
	OK(SMC_RMI_REALM_CREATE, realm->rd, virt_to_phys(params));
	new_tables(realm, RAM);
	OK(SMC_RMI_RTT_INIT_RIPAS, realm->rd, CONFIG, LATER + 0x1000);
	memset(params, 0x3c, sizeof(*params));
	for (unsigned long ipa = CONFIG; ipa < LATER; ipa += 0x1000)
		assert_int_equal(smc(SMC_RMI_DATA_CREATE, realm->rd, new_granule(), ipa,
				     virt_to_phys(params)),
				 RMI_SUCCESS);
	new_rec(realm);
	OK(SMC_RMI_REALM_ACTIVATE, realm->rd);
}

/* What the Host does after an exit. False: the Realm has ended. */
static bool serve(struct life *life, struct rmi_rec_run *run)
{
	const struct rmi_rec_exit exit = run->exit;

	memset(&run->enter, 0, sizeof(run->enter));
	if (exit.exit_reason == RMI_EXIT_HOST_CALL)
		run->enter.gprs[0] = exit.gprs[0] + 1;
	if (exit.exit_reason == RMI_EXIT_SYNC && exit.hpfar << 8 == LATER)
		OK(SMC_RMI_DATA_CREATE_UNKNOWN, life->realm.rd, new_granule(), LATER);
	if (exit.exit_reason == RMI_EXIT_SYNC && exit.hpfar << 8 == (SHARED | RAM))
		run->enter.flags = RMI_REC_ENTER_FLAG_INJECT_SEA;
	if (exit.exit_reason == RMI_EXIT_RIPAS_CHANGE)
		SMC(SMC_RMI_RTT_SET_RIPAS, life->realm.rd, life->realm.rec, exit.ripas_base,
		    exit.ripas_top);
	return exit.exit_reason != RMI_EXIT_PSCI;
}

static void live(struct life *life)
{
	struct rmi_rec_run *run = phys_to_virt(life->realm.run);
	unsigned int entries = 0;

	do {
		OK(SMC_RMI_REC_ENTER, life->realm.rec, life->realm.run);
		assert_true(entries++ < 20);
	} while (serve(life, run));
	assert_in_range(entries, 6, 19);
}

static int setup(void **state)
{
	struct life *life = calloc(1, sizeof(*life));
	int fd;

	strcpy(life->path, "/tmp/hshim-XXXXXX");
	fd = mkstemp(life->path);
	if (fd < 0)
		return -1;
	close(fd);
	*state = life;
	if (!hshim_open(&(struct hshim_config){.rec_aux_count = 6, .trace = life->path}))
		return -1;
	hshim_report_to(-1, -1);
	return !hshim_guest(0, plane_0, life) || !hshim_guest(1, plane_1, life);
}

static int teardown(void **state)
{
	struct life *life = *state;

	hshim_close();
	unlink(life->path);
	free(life);
	return 0;
}

/* --- tests ------------------------------------------------------------------------------------------------ */

static char *text_of(const char *path)
{
	char *text = calloc(1, TEXT);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, TEXT - 1, file) > 0);
	fclose(file);
	return text;
}

static void replay_it(const char *path, size_t calls)
{
	const struct trace_read_options reading = {.strict = true};
	const struct replay_options options = {.strict = true, .keep = 2};
	struct trace_error error;
	struct trace *trace = trace_read(path, &reading, &error);
	struct replay_result result;

	if (!trace)
		fail_msg("%zu:%zu: %s", error.line, error.column, error.text);
	assert_true(replay(trace, &options, &result, &error));
	assert_int_equal(result.calls, calls);
	assert_int_equal(result.mismatches, 0);
	assert_int_equal(result.not_modelled, 0);
	replay_result_free(&result);
	trace_free(trace);
}

static void a_life_is_replayed_without_a_difference(void **state)
{
	static const char *const wanted[] = {
		"\"dram\":[[\"0x80100000\",\"0x84100000\"]]",
		"\"op\":\"run\",\"plane\":0",
		"\"op\":\"run\",\"plane\":1,\"pc\":\"0x4000\"",
		"\"op\":\"rsi\",\"fid\":\"0xc4000199\"",
		"\"kind\":\"irq\"",
		"\"esr\":\"0x5a000007\"",
		"\"cpu\":1,\"during\":",
		",\"in\":[{\"ipa\":\"0x40001000\"",
		",\"mem\":[{\"ipa\":\"0x40000000\"",
	};
	struct life *life = *state;
	size_t calls;
	char *text;

	life->elsewhere = virt_to_phys(new_page());
	create(life);
	live(life);
	calls = rmmsim_calls(hshim_model());
	hshim_trace_stop();
	text = text_of(life->path);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!strstr(text, wanted[i]))
			fail_msg("no %s in the recording", wanted[i]);
	free(text);
	replay_it(life->path, calls);
}

static void what_a_test_made_up_is_not_what_the_monitor_did(void **state)
{
	struct life *life = *state;
	const unsigned long pa = virt_to_phys(new_page());
	char *text;

	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_BEFORE);
	assert_int_equal(SMC(SMC_RMI_GRANULE_DELEGATE, pa), RMI_ERROR_INPUT);
	hshim_smc_fail(SMC_RMI_GRANULE_DELEGATE, 1, RMI_ERROR_INPUT, 0, HSHIM_AFTER);
	assert_int_equal(SMC(SMC_RMI_GRANULE_DELEGATE, pa), RMI_ERROR_INPUT);
	OK(SMC_RMI_GRANULE_UNDELEGATE, pa);
	hshim_trace_stop();
	text = text_of(life->path);
	assert_non_null(strstr(text, "\"op\":\"injected\",\"fid\":\"0xc4000151\""));
	free(text);
	replay_it(life->path, 2);
}

static void the_realm_runs_on_without_a_recorder(void **state)
{
	struct life *life = *state;

	life->elsewhere = virt_to_phys(new_page());
	create(life);
	hshim_trace_stop();
	live(life);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_life_is_replayed_without_a_difference, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_a_test_made_up_is_not_what_the_monitor_did,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_realm_runs_on_without_a_recorder, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
