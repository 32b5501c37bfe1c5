/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/stage.h"

#include <stdlib.h>
#include <string.h>

#define PLANE_RUN_EXIT 0x800

static void build(struct stage *stage)
{
	struct host *host = &stage->host;
	struct host_realm *realm = &stage->realm;

	host_realm(host, realm, &stage->options);
	host_tables(host, realm, 0, STAGE_RAM, 3);
	OK(host, RMI_RTT_INIT_RIPAS, realm->rd, STAGE_HOLE, STAGE_HOLE + HOST_PAGE);
	stage->ram_pa = host_ram(host, realm, STAGE_RAM);
	stage->ram2_pa = host_ram(host, realm, STAGE_RAM2);
	host_ram(host, realm, STAGE_DESTROYED);
	OK(host, RMI_DATA_DESTROY, realm->rd, STAGE_DESTROYED);
	stage->ns = realm->half + STAGE_RAM;
	stage->rec[0] = host_rec(host, realm, true);
	stage->rec[1] = host_rec(host, realm, false);
	host_activate(host, realm);
	steps_open(&stage->steps, host);
}

int stage_setup(void **state, const struct host_realm_options *options)
{
	struct stage *stage = calloc(1, sizeof(*stage));

	if (options)
		stage->options = *options;
	host_open(&stage->host, NULL);
	build(stage);
	*state = stage;
	return 0;
}

int stage_teardown(void **state)
{
	struct stage *stage = *state;

	host_realm_end(&stage->host, &stage->realm);
	host_close(&stage->host);
	free(stage);
	return 0;
}

void stage_reopen(struct stage *stage, const struct rmmsim_config *config)
{
	host_realm_end(&stage->host, &stage->realm);
	host_reopen(&stage->host, config);
	build(stage);
}

static uint64_t pa_of(const struct stage *stage, uint64_t ipa)
{
	const uint64_t offset = ipa & (HOST_PAGE - 1);

	if (ipa - offset == STAGE_RAM)
		return stage->ram_pa + offset;
	assert_int_equal(ipa - offset, STAGE_RAM2);
	return stage->ram2_pa + offset;
}

void stage_poke(struct stage *stage, uint64_t ipa, const void *data, size_t size)
{
	assert_int_equal(rmmsim_poke(stage->host.sim, pa_of(stage, ipa), data, size), RMMSIM_OK);
}

void stage_peek(struct stage *stage, uint64_t ipa, void *data, size_t size)
{
	assert_int_equal(rmmsim_peek(stage->host.sim, pa_of(stage, ipa), data, size), RMMSIM_OK);
}

void stage_destroy_ram2(struct stage *stage)
{
	OK(&stage->host, RMI_DATA_DESTROY, stage->realm.rd, STAGE_RAM2);
}

uint64_t stage_call(struct stage *stage, const uint64_t *x, size_t count)
{
	steps_smc_array(&stage->steps, x, count);
	steps_enter(&stage->steps, stage->rec[0]);
	assert_int_equal(stage->steps.seen_count, 2);
	return steps_last(&stage->steps, 0)->context.x[0];
}

static bool has_other(const struct rmmsim_explanation *explanation, const char *other)
{
	for (unsigned int i = 0; i < explanation->others_count; i++) {
		if (strcmp(explanation->others[i].id, other) == 0)
			return true;
	}
	return false;
}

void stage_expect(struct stage *stage, uint64_t result, uint64_t expected, const char *condition,
		  const char *other, bool alone, const char *file, int line)
{
	struct rmmsim_explanation explanation;
	char text[4096];

	if (result != expected) {
		print_error("X0 is 0x%llx, expected 0x%llx\n", (unsigned long long)result,
			    (unsigned long long)expected);
		_fail(file, line);
	}
	assert_int_equal(rmmsim_explain(stage->host.sim, 0, &explanation), RMMSIM_OK);
	if (explanation.realm && explanation.call == rmmsim_calls(stage->host.sim) &&
	    strcmp(explanation.first.id, condition) == 0 && !(alone && explanation.others_count) &&
	    (!other || has_other(&explanation, other)))
		return;
	rmmsim_explanation_text(&explanation, text, sizeof(text));
	print_error("expected %s%s%s\n%s\n", condition, alone ? " alone" : " before ",
		    other ? other : "", text);
	_fail(file, line);
}

void stage_plane_enter(struct stage *stage, unsigned int plane, const struct rsi_plane_enter *enter)
{
	stage_poke(stage, STAGE_RAM, enter, sizeof(*enter));
	steps_smc(&stage->steps, SMC_RSI_PLANE_ENTER, plane, STAGE_RAM);
}

void stage_plane_exit(struct stage *stage, struct rsi_plane_exit *exit)
{
	stage_peek(stage, STAGE_RAM + PLANE_RUN_EXIT, exit, sizeof(*exit));
}
