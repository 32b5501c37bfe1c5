/* SPDX-License-Identifier: BSD-3-Clause */
/* Four PEs on one instance: each with a Realm of its own, and all on the same few granules. */
#include <pthread.h>
#include <string.h>

#include "tests/support/host.h"
#include "tests/support/random.h"

#define PES    4
#define ROUNDS 200
#define CHUNK  UINT64_C(0x100000) /* memory of one PE */
#define SHARED 8                  /* granules that all threads want */

struct pe {
	struct rmmsim *sim;
	unsigned int index;
	uint64_t base, shared;
	uint64_t delegated, entered; /* what this PE managed to do */
};

static uint64_t smc(struct pe *pe, uint32_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4)
{
	struct rmmsim_regs regs = {{fid, x1, x2, x3, x4}};

	rmmsim_smc(pe->sim, pe->index, &regs);
	return regs.x[0];
}

static uint64_t own(const struct pe *pe, unsigned int page)
{
	return pe->base + page * HOST_PAGE;
}

/* A granule that one PE has delegated cannot be delegated by another until it is undelegated. */
static void fight_for_granules(struct pe *pe, struct random *random)
{
	uint64_t pa = pe->shared + random_below(random, SHARED) * HOST_PAGE;

	if (smc(pe, SMC_RMI_GRANULE_DELEGATE, pa, 0, 0, 0) != RMI_SUCCESS)
		return;
	pe->delegated++;
	if (smc(pe, SMC_RMI_GRANULE_DELEGATE, pa, 0, 0, 0) != RMI_ERROR_INPUT ||
	    smc(pe, SMC_RMI_GRANULE_UNDELEGATE, pa, 0, 0, 0) != RMI_SUCCESS)
		pe->delegated = UINT64_MAX / 2;
}

static void create_realm(struct pe *pe)
{
	const struct rmi_realm_params params = {
		.s2sz = 39,
		.num_bps = 1,
		.num_wps = 1,
		.vmid = pe->index + 1,
		.rtt_base = own(pe, 1),
		.rtt_level_start = 1,
		.rtt_num_start = 1,
	};
	struct rmi_rec_params rec = {.flags = RMI_REC_CREATE_FLAG_RUNNABLE, .num_aux = 16};

	for (unsigned int page = 0; page < 19; page++)
		smc(pe, SMC_RMI_GRANULE_DELEGATE, own(pe, page), 0, 0, 0);
	rmmsim_host_write(pe->sim, own(pe, 32), &params, sizeof(params));
	smc(pe, SMC_RMI_REALM_CREATE, own(pe, 0), own(pe, 32), 0, 0);
	for (unsigned int i = 0; i < 16; i++)
		rec.aux[i] = own(pe, 3 + i);
	rmmsim_host_write(pe->sim, own(pe, 32), &rec, sizeof(rec));
	smc(pe, SMC_RMI_REC_CREATE, own(pe, 0), own(pe, 2), own(pe, 32), 0);
	smc(pe, SMC_RMI_REALM_ACTIVATE, own(pe, 0), 0, 0, 0);
}

static void destroy_realm(struct pe *pe)
{
	smc(pe, SMC_RMI_REC_DESTROY, own(pe, 2), 0, 0, 0);
	smc(pe, SMC_RMI_REALM_DESTROY, own(pe, 0), 0, 0, 0);
	for (unsigned int page = 0; page < 19; page++)
		smc(pe, SMC_RMI_GRANULE_UNDELEGATE, own(pe, page), 0, 0, 0);
}

static void *live(void *argument)
{
	struct pe *pe = argument;
	struct random random = {.state = pe->index};

	for (unsigned int round = 0; round < ROUNDS; round++) {
		fight_for_granules(pe, &random);
		create_realm(pe);
		for (unsigned int i = 0; i < 4; i++)
			pe->entered += smc(pe, SMC_RMI_REC_ENTER, own(pe, 2), own(pe, 33), 0, 0) ==
				       RMI_SUCCESS;
		destroy_realm(pe);
	}
	return NULL;
}

/* Touches what an engine may touch, then leaves. */
static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct rmmsim_translation translation;
	uint64_t word = 0;

	(void)context;
	rmmsim_copy(vcpu, 0x1000, RMMSIM_READ, &word, sizeof(word), &translation);
	vcpu->context->x[0]++;
	rmmsim_time_advance(vcpu->sim, 1);
	event->kind = RMMSIM_EVENT_IRQ;
}

static void realms_on_four_pes_do_not_disturb_each_other(void **state)
{
	static const struct rmmsim_engine_ops ops = {
		.size = sizeof(ops), .name = "threads", .run = run};
	struct host *host = *state;
	uint64_t memory = host_pages(host, PES * CHUNK / HOST_PAGE, CHUNK);
	uint64_t shared = host_pages(host, SHARED, HOST_PAGE);
	pthread_t threads[PES];
	struct pe pes[PES];

	assert_int_equal(rmmsim_set_engine(host->sim, &ops, NULL), RMMSIM_OK);
	for (unsigned int i = 0; i < PES; i++) {
		pes[i] = (struct pe){host->sim, i, memory + i * CHUNK, shared, 0, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, live, &pes[i]), 0);
	}
	for (unsigned int i = 0; i < PES; i++)
		pthread_join(threads[i], NULL);
	for (unsigned int i = 0; i < PES; i++) {
		assert_in_range(pes[i].delegated, 1, ROUNDS);
		assert_int_equal(pes[i].entered, ROUNDS * 4);
	}
	host_check(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(realms_on_four_pes_do_not_disturb_each_other,
						host_setup, host_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
