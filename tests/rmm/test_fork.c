/* SPDX-License-Identifier: BSD-3-Clause */
/* A child of fork() gets an error from an instance of its parent, and nothing changes for the parent. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rmmsim/attest.h>
#include <rmmsim/script.h>
#include <rmmsim/snapshot.h>

#include "tests/support/host.h"

#define PAGE UINT64_C(0x80003000)

struct inherited {
	struct rmmsim *sim;
	uint64_t snapshot;
};

static uint64_t smc(struct rmmsim *sim, uint32_t fid, uint64_t x1)
{
	struct rmmsim_regs regs = {.x = {fid, x1, 7, 7}};

	rmmsim_smc(sim, 0, &regs);
	return regs.x[0];
}

static bool smc_is_answered(const struct inherited *i)
{
	struct rmmsim_regs regs = {.x = {SMC_RMI_VERSION, 0x10001, 7, 7}};

	return rmmsim_smc(i->sim, 0, &regs) || regs.x[0] != SMCCC_NOT_SUPPORTED || regs.x[1] ||
	       regs.x[2] || regs.x[3];
}

static bool memory_is_answered(const struct inherited *i)
{
	struct rmmsim_granule_info info;
	uint64_t word = 1;

	return rmmsim_host_ptr(i->sim, PAGE, 8) ||
	       rmmsim_host_write(i->sim, PAGE, &word, 8) != RMMSIM_ERR_FORK ||
	       rmmsim_host_read(i->sim, PAGE, &word, 8) != RMMSIM_ERR_FORK ||
	       rmmsim_poke(i->sim, PAGE, &word, 8) != RMMSIM_ERR_FORK ||
	       rmmsim_peek(i->sim, PAGE, &word, 8) != RMMSIM_ERR_FORK ||
	       rmmsim_host_touched(i->sim, PAGE, 8) != RMMSIM_ERR_FORK ||
	       rmmsim_set_pas(i->sim, PAGE, RMMSIM_PAS_ROOT) != RMMSIM_ERR_FORK ||
	       rmmsim_granule_info(i->sim, PAGE, &info) != RMMSIM_ERR_FORK;
}

static bool state_is_answered(const struct inherited *i)
{
	struct rmmsim_explanation why;
	struct rmmsim_coverage row;
	uint64_t id = 0;
	size_t size;
	void *data;

	return rmmsim_snapshot(i->sim, &id) != RMMSIM_ERR_FORK ||
	       rmmsim_restore(i->sim, i->snapshot) != RMMSIM_ERR_FORK ||
	       rmmsim_snapshot_free(i->sim, i->snapshot) != RMMSIM_ERR_FORK ||
	       rmmsim_fingerprint(i->sim) || rmmsim_token_last(i->sim, NULL, 0) ||
	       rmmsim_platform_key(i->sim, NULL, 0) ||
	       rmmsim_save_data(i->sim, &data, &size) != RMMSIM_ERR_FORK ||
	       rmmsim_save(i->sim, "/dev/null", NULL) != RMMSIM_ERR_FORK ||
	       rmmsim_coverage(i->sim, 0, &row) != RMMSIM_ERR_FORK ||
	       rmmsim_explain(i->sim, 0, &why) != RMMSIM_ERR_FORK;
}

static bool engines_are_answered(const struct inherited *i)
{
	struct rmmsim_scripts *scripts;
	struct rmmsim_range range;
	const uint64_t *count;
	void *context;

	return rmmsim_scripts_create(i->sim, &scripts) != RMMSIM_ERR_FORK ||
	       rmmsim_engine(i->sim, &context) ||
	       rmmsim_engine_memory(i->sim, 0, &range, &context) ||
	       rmmsim_engine_watch(i->sim, &count) != RMMSIM_ERR_FORK;
}

static bool check_is_silent(const struct inherited *i)
{
	struct rmmsim_violation violation;

	return rmmsim_check(i->sim, &violation, 1) != 1 ||
	       strcmp(violation.invariant, "process") != 0;
}

static bool own_instance_is_bad(const struct inherited *i)
{
	struct rmmsim_config config;
	struct rmmsim *own;
	bool bad;

	rmmsim_config_init(&config);
	if (rmmsim_create(&config, &own, NULL) != RMMSIM_OK)
		return true;
	bad = smc(own, SMC_RMI_GRANULE_DELEGATE, PAGE) != RMI_SUCCESS || rmmsim_calls(i->sim) != 1;
	rmmsim_destroy(own);
	rmmsim_destroy(i->sim);
	return bad;
}

static bool (*const wrong[])(const struct inherited *i) = {
	smc_is_answered,      memory_is_answered, state_is_answered,
	engines_are_answered, check_is_silent,    own_instance_is_bad,
};

static int status_of_child(const struct inherited *inherited)
{
	int status = 0;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		unsigned int bad = 0;

		for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
			bad |= (unsigned int)wrong[i](inherited) << i;
		_exit((int)bad);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void a_child_gets_errors_and_the_parent_goes_on(void **state)
{
	const enum rmmsim_protection protections[] = {RMMSIM_PROTECTION_OFF,
						      RMMSIM_PROTECTION_TRAP};
	struct rmmsim_config config;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		struct inherited inherited;
		uint64_t fingerprint;

		rmmsim_config_init(&config);
		config.protection = protections[i];
		assert_int_equal(rmmsim_create(&config, &inherited.sim, NULL), RMMSIM_OK);
		assert_int_equal(smc(inherited.sim, SMC_RMI_GRANULE_DELEGATE, PAGE + 0x1000),
				 RMI_SUCCESS);
		assert_int_equal(rmmsim_snapshot(inherited.sim, &inherited.snapshot), RMMSIM_OK);
		fingerprint = rmmsim_fingerprint(inherited.sim);
		/* A bit for each function of `wrong`. */
		assert_int_equal(status_of_child(&inherited), 0);
		assert_int_equal(rmmsim_fingerprint(inherited.sim), fingerprint);
		assert_int_equal(rmmsim_check(inherited.sim, NULL, 0), 0);
		assert_int_equal(smc(inherited.sim, SMC_RMI_GRANULE_DELEGATE, PAGE), RMI_SUCCESS);
		rmmsim_destroy(inherited.sim);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_gets_errors_and_the_parent_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
