/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ten million calls with random registers, random Non-secure memory and a Realm that raises random
 * exceptions: nothing crashes, nothing leaks, every answer is an architected one.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/support/random.h"
#include "tests/support/stage.h"

#if defined(__SANITIZE_ADDRESS__) || defined(RMMSIM_CHECK_EVERY_CALL)
#define CALLS UINT64_C(300000)
#else
#define CALLS UINT64_C(10000000)
#endif

/* Every round starts from a Realm that is ready to run; the calls soon leave nothing of it. */
#define ROUNDS        (unsigned int)(CALLS / CALLS_A_ROUND)
#define CALLS_A_ROUND 5000u
#define CHECK_EVERY   500u
#define NS_PAGES      8u
#define SPARE_PAGES   48u

struct chaos {
	struct stage *stage;
	struct random random;
	uint64_t base, pages; /* all memory that takes part: few pages, so that calls meet */
	uint64_t ns;          /* first of NS_PAGES that mostly stay Non-secure */
	bool inside;          /* issuing a call of another PE while the Realm runs */
	uint64_t calls;
};

static uint64_t some_page(struct chaos *c)
{
	return c->base + random_below(&c->random, c->pages) * HOST_PAGE;
}

static uint64_t some_ipa(struct chaos *c)
{
	static const uint64_t corners[] = {0, 0, 0x200000, 0x40000000, 0x7ffffff000, 0x4000000000};

	return corners[random_below(&c->random, 6)] + random_below(&c->random, 8) * HOST_PAGE;
}

static uint64_t some_number(struct chaos *c)
{
	struct random *r = &c->random;

	switch (random_below(r, 6)) {
	case 0:
		return random_next(r);
	case 1:
		return random_below(r, 6);
	case 2:
		return UINT64_MAX - random_below(r, 3);
	case 3:
		return UINT64_C(1) << random_below(r, 64);
	case 4:
		return some_ipa(c);
	default:
		return some_page(c);
	}
}

/* A value that fits the register's meaning most of the time. */
static uint64_t some_value(struct chaos *c, enum smc_kind kind)
{
	struct random *r = &c->random;

	if (random_once_in(r, 12))
		return some_number(c);
	switch (kind) {
	case SMC_KIND_RD:
		return c->stage->realm.rd;
	case SMC_KIND_REC:
		return c->stage->rec[random_below(r, 2)];
	case SMC_KIND_NS:
		return c->ns + random_below(r, NS_PAGES) * HOST_PAGE;
	case SMC_KIND_GRANULE:
	case SMC_KIND_PA:
		return some_page(c);
	case SMC_KIND_IPA:
		return some_ipa(c);
	case SMC_KIND_LEVEL:
		return random_below(r, 5) - 1;
	case SMC_KIND_DESC:
		return some_page(c) | 0xd8;
	default:
		return random_below(r, 4);
	}
}

static bool likely(struct chaos *c, const struct smc_command *row, bool host)
{
	if ((row->interface == SMC_RMI) != host)
		return random_once_in(&c->random, 200);
	return !row->device || random_once_in(&c->random, 50);
}

static void some_call(struct chaos *c, bool host, uint64_t x[18])
{
	struct random *r = &c->random;
	const struct smc_command *row;

	do {
		row = smc_command(1 + random_below(r, SMC_COMMAND_COUNT - 1));
	} while (!likely(c, row, host));
	if (host && random_once_in(r, 4))
		row = smc_command(RMI_REC_ENTER);
	x[0] = row->fid | (random_once_in(r, 16) ? 0x10000 : 0);
	if (random_once_in(r, 200))
		x[0] = random_next(r);
	for (unsigned int i = 0; i < 17; i++)
		x[i + 1] = i < row->inputs ? some_value(c, row->in[i].kind) : some_number(c);
}

static void fill_realm_params(struct chaos *c, struct rmi_realm_params *p)
{
	struct random *r = &c->random;

	*p = c->stage->realm.params;
	p->num_aux_planes = random_below(r, 5);
	p->flags1 = random_below(r, 4);
	p->vmid = random_below(r, 4);
	p->rtt_base = some_page(c);
	for (unsigned int i = 0; i < 3; i++) {
		p->aux_vmid[i] = (uint16_t)random_below(r, 9);
		p->aux_rtt_base[i] = some_page(c);
	}
}

static void fill_rec_params(struct chaos *c, struct rmi_rec_params *p)
{
	p->flags = random_below(&c->random, 2);
	p->num_aux = c->stage->host.config.rec_aux_count;
	p->mpidr = random_below(&c->random, 3);
	for (unsigned int i = 0; i < p->num_aux; i++)
		p->aux[i] = some_page(c);
}

static void fill_rec_enter(struct chaos *c, struct rmi_rec_enter *p)
{
	p->flags = random_below(&c->random, 256);
	p->gprs[0] = some_number(c);
	if (!random_once_in(&c->random, 8))
		p->flags &= ~(RMI_REC_ENTER_FLAG_EMUL_MMIO | RMI_REC_ENTER_FLAG_INJECT_SEA);
	if (random_once_in(&c->random, 4))
		p->gicv3_lrs[random_below(&c->random, 4)] = random_next(&c->random) >> 2;
	if (random_once_in(&c->random, 8))
		p->gicv3_hcr = random_next(&c->random);
}

/* A page of parameters: garbage, or what some command may accept. */
static void write_some_page(struct chaos *c)
{
	uint64_t page[HOST_PAGE / sizeof(uint64_t)] = {0};

	switch (random_below(&c->random, 6)) {
	case 0:
		for (size_t i = 0; i < HOST_PAGE / sizeof(uint64_t); i++)
			page[i] = some_number(c);
		break;
	case 1:
		fill_realm_params(c, (struct rmi_realm_params *)page);
		break;
	case 2:
		fill_rec_params(c, (struct rmi_rec_params *)page);
		break;
	default:
		fill_rec_enter(c, (struct rmi_rec_enter *)page);
	}
	rmmsim_host_write(c->stage->host.sim,
			  c->ns + random_below(&c->random, NS_PAGES) * HOST_PAGE, page,
			  sizeof(page));
}

static bool architected(uint64_t x0)
{
	if (x0 == SMCCC_NOT_SUPPORTED)
		return true;
	return x0 >> 16 == 0 && rmi_status_name(smc_status_of(x0)) != NULL;
}

static void one_call(struct chaos *c, unsigned int pe)
{
	struct rmmsim_violation violation;
	struct rmmsim_regs regs;
	uint64_t x[18];

	if (random_once_in(&c->random, 8))
		write_some_page(c);
	some_call(c, true, regs.x);
	memcpy(x, regs.x, sizeof(x));
	rmmsim_smc(c->stage->host.sim, pe, &regs);
	c->calls++;
	if (!architected(regs.x[0]) || memcmp(&regs.x[5], &x[5], 13 * sizeof(x[0])) != 0)
		fail_msg("0x%jx answered 0x%jx", (uintmax_t)x[0], (uintmax_t)regs.x[0]);
	if (!c->inside && c->calls % CHECK_EVERY == 0 &&
	    rmmsim_check(c->stage->host.sim, &violation, 1))
		fail_msg("call %ju: %s: %s", (uintmax_t)c->calls, violation.invariant,
			 violation.detail);
}

static uint64_t some_syndrome(struct random *r)
{
	static const uint8_t classes[] = {0x00, 0x01, 0x07, 0x16, 0x17, 0x18, 0x20, 0x24, 0x2f};

	if (random_once_in(r, 8))
		return random_next(r);
	return (uint64_t)classes[random_below(r, 9)] << 26 | (random_next(r) & 0x3ffffff);
}

static void chaos_run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct chaos *c = context;
	struct random *r = &c->random;

	if (!c->inside && random_once_in(r, 4)) {
		c->inside = true;
		one_call(c, 1);
		c->inside = false;
	}
	if (random_once_in(r, 4))
		vcpu->context->sysreg[random_below(r, RMMSIM_SYSREG_COUNT)] = some_number(c);
	event->insn = vcpu->context->pc;
	event->kind = RMMSIM_EVENT_SYNC;
	event->esr = UINT64_C(0x17) << 26;
	if (!random_once_in(r, 3)) {
		uint64_t x[18];

		some_call(c, false, x);
		memcpy(vcpu->context->x, x, sizeof(x));
		return;
	}
	event->kind = random_below(r, 5);
	event->esr = some_syndrome(r);
	event->far = some_number(c);
	event->hpfar = some_ipa(c) >> 8;
}

/* Options and configuration of a round. */
static void set_up_round(struct chaos *c, unsigned int round, void **state)
{
	struct host_realm_options options = {.planes = 1 + round % 4};
	struct rmmsim_config config;

	options.shared_tree = options.planes > 1 && round % 8 >= 4;
	assert_int_equal(stage_setup(state, &options), 0);
	c->stage = *state;
	rmmsim_config_init(&config);
	config.rec_aux_count = 6;
	if (round % 3 == 0)
		config.profile = "tf-rmm-0.8";
	stage_reopen(c->stage, &config);
}

static void play_round(struct chaos *c, unsigned int round)
{
	static const struct rmmsim_engine_ops ops = {
		.size = sizeof(ops), .name = "chaos", .run = chaos_run};
	struct host *host;
	void *state;

	set_up_round(c, round, &state);
	host = &c->stage->host;
	c->ns = host_pages(host, NS_PAGES, HOST_PAGE);
	host_pages(host, SPARE_PAGES, HOST_PAGE);
	c->base = host->config.dram[0].base;
	c->pages = (host->next - c->base) / HOST_PAGE;
	assert_int_equal(rmmsim_set_engine(host->sim, &ops, c), RMMSIM_OK);
	for (uint64_t until = c->calls + CALLS_A_ROUND; c->calls < until;)
		one_call(c, 0);
	rmmsim_destroy(host->sim);
	free(state);
}

static void nothing_crashes_or_leaks_whatever_the_host_and_the_realm_do(void **state)
{
	struct chaos c = {.random = {.state = 1}};

	(void)state;
	for (unsigned int round = 0; round < ROUNDS; round++)
		play_round(&c, round);
	assert_true(c.calls >= CALLS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_crashes_or_leaks_whatever_the_host_and_the_realm_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
