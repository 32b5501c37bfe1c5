/* SPDX-License-Identifier: BSD-3-Clause */
/* A Realm that is AArch64 code fetches the same token as one that is a script. */
#include "tests/unicorn/machine.h"

#include <string.h>

#include <rmmsim/attest.h>
#include <rmmsim/script.h>

#define WORDS 18

/* TOKEN_INIT with 1..8, TOKEN_CONTINUE of a whole page to MORE, WFI. */
static const uint32_t code[WORDS] = {
	0xd2803280, 0xf2b88000, 0xd2800021, 0xd2800042, 0xd2800063, 0xd2800084,
	0xd28000a5, 0xd28000c6, 0xd28000e7, 0xd2800108, 0xd4000003, 0xd28032a0,
	0xf2b88000, 0xd2880001, 0xd2800002, 0xd2820003, 0xd4000003, WFI,
};

struct fetched {
	uint8_t last[4096], page[4096];
	size_t size;
};

static void script(struct rmmsim_realm *r, void *argument)
{
	uint64_t init[18] = {SMC_RSI_ATTESTATION_TOKEN_INIT, 1, 2, 3, 4, 5, 6, 7, 8};
	uint64_t next[18] = {SMC_RSI_ATTESTATION_TOKEN_CONTINUE, MORE, 0, 0x1000};

	(void)argument;
	rmmsim_realm_smc(r, init);
	rmmsim_realm_smc(r, next);
	rmmsim_realm_wfi(r);
}

static void fetch(bool as_script, struct fetched *fetched)
{
	struct rmmsim_scripts *scripts = NULL;
	struct machine m;

	machine_open(&m, code, WORDS, !as_script);
	if (as_script) {
		assert_int_equal(rmmsim_scripts_create(m.host.sim, &scripts), RMMSIM_OK);
		rmmsim_script_bind(scripts, 0, 0, script, NULL);
	}
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.exit_reason, RMI_EXIT_SYNC);
	fetched->size = rmmsim_token_last(m.host.sim, fetched->last, sizeof(fetched->last));
	rmmsim_peek(m.host.sim, m.more_pa, fetched->page, sizeof(fetched->page));
	machine_close(&m);
	rmmsim_scripts_destroy(scripts);
}

static void both_engines_fetch_the_same_token(void **state)
{
	static struct fetched by_script, by_code;
	struct rmmsim_token_report report;
	struct rmmsim_error error;

	(void)state;
	fetch(true, &by_script);
	fetch(false, &by_code);
	assert_true(by_script.size > 2000);
	assert_int_equal(by_script.size, by_code.size);
	assert_memory_equal(by_script.last, by_code.last, by_code.size);
	/* What the Realm has in its memory is what the Host is shown. */
	assert_memory_equal(by_script.page, by_script.last, by_script.size);
	assert_memory_equal(by_code.page, by_code.last, by_code.size);
	if (rmmsim_token_verify(by_code.page, by_code.size, NULL, &report, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_engines_fetch_the_same_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
