/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_RMM_TWO_ZERO_H
#define TESTS_RMM_TWO_ZERO_H

/* A Host of RMM 2.0: what the tests of its commands begin with. */

#include <string.h>

#include "tests/support/coverage.h"
#include "tests/support/host.h"

/* An ACTIVE monitor of 2.0-bet3, or with a profile. */
static inline void two_open(struct host *h, const char *profile)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.profile = profile;
	assert_int_equal(rmmsim_config_revision(&config, "2.0-bet3"), RMMSIM_OK);
	memset(h, 0, sizeof(*h));
	host_open(h, &config);
}

/* Objects that the test left behind go too. */
static inline void two_close(struct host *h)
{
	coverage_collect(h->sim);
	rmmsim_destroy(h->sim);
	h->sim = NULL;
}

/* A fresh page that is DELEGATED. */
static inline uint64_t two_page(struct host *h)
{
	const uint64_t pa = host_page(h);

	OK(h, RMI_GRANULE_RANGE_DELEGATE, pa, pa + 0x1000);
	return pa;
}

static inline uint64_t two_desc(uint64_t pa, uint64_t count, unsigned int level)
{
	return pa | count << RMI_ADDR_RANGE_COUNT_SHIFT | (3 - level);
}

#define TWO_REC_PAGES   16
#define TWO_REALM_PAGES 9

/* Gives the open operation `handle` what it asks for, one page per call. */
static inline void two_donate(struct host *h, uint64_t handle, unsigned int pages)
{
	while (pages--) {
		const uint64_t desc = two_desc(two_page(h), 1, 3);

		assert_int_equal(call(h, RMI_OP_MEM_DONATE, handle,
				      host_page_with(h, &desc, sizeof(desc)), 1) &
					 0xff,
				 RMI_INCOMPLETE);
	}
}

/* Takes everything back and returns the result. */
static inline uint64_t two_reclaim(struct host *h, uint64_t handle)
{
	const uint64_t list = host_page(h);

	while (call(h, RMI_OP_MEM_RECLAIM, handle, list, 3) ==
	       (RMI_INCOMPLETE | RMI_MEM_REQUEST_RECLAIM << RMI_RESULT_MEM_REQUEST_SHIFT))
		assert_true(OUT(h, 1) > 0);
	assert_int_equal(h->regs.x[0], RMI_INCOMPLETE);
	return call(h, RMI_OP_CONTINUE, handle, 0);
}

#define TWO_DONATE  (RMI_INCOMPLETE | RMI_MEM_REQUEST_DONATE << RMI_RESULT_MEM_REQUEST_SHIFT)
#define TWO_RECLAIM (RMI_INCOMPLETE | RMI_MEM_REQUEST_RECLAIM << RMI_RESULT_MEM_REQUEST_SHIFT)

struct two_realm {
	uint64_t rd, root;
};

static inline void two_params(struct rmi_realm_params *p, uint64_t root)
{
	*p = (struct rmi_realm_params){.s2sz = 39,
				       .num_bps = 1,
				       .num_wps = 1,
				       .rtt_base = root,
				       .rtt_level_start = 1,
				       .rtt_num_start = 1};
}

/* A Realm with these parameters but for its root; the first beta makes it in one call. */
static inline void two_realm_with(struct host *h, struct two_realm *r, struct rmi_realm_params *p)
{
	uint64_t result;

	r->rd = two_page(h);
	r->root = two_page(h);
	p->rtt_base = r->root;
	result = call(h, RMI_REALM_CREATE, r->rd, host_page_with(h, p, sizeof(*p)));
	if (result == RMI_SUCCESS)
		return;
	assert_int_equal(result, TWO_DONATE);
	assert_int_equal(OUT(h, 1), 0);
	two_donate(h, 0, TWO_REALM_PAGES);
	OK(h, RMI_OP_CONTINUE, 0, 0);
}

/* 39 bits, start level 1. */
static inline void two_realm(struct host *h, struct two_realm *r)
{
	struct rmi_realm_params p;

	two_params(&p, 0);
	two_realm_with(h, r, &p);
}

/* Tables for `ipa` down to level 3. */
static inline void two_tables(struct host *h, const struct two_realm *r, uint64_t ipa)
{
	OK(h, RMI_RTT_CREATE, r->rd, two_page(h), ipa & ~UINT64_C(0x3fffffff), 2);
	OK(h, RMI_RTT_CREATE, r->rd, two_page(h), ipa & ~UINT64_C(0x1fffff), 3);
}

/* REC_CREATE up to its end. */
static inline uint64_t two_rec_create(struct host *h, uint64_t rd, uint64_t rec, uint64_t mpidr)
{
	const struct rmi_rec_params p = {.flags = 1, .mpidr = mpidr};
	uint64_t result;

	assert_int_equal(call(h, RMI_REC_CREATE, rd, rec, host_page_with(h, &p, sizeof(p))),
			 TWO_DONATE);
	assert_int_equal(OUT(h, 1), 0);
	two_donate(h, 0, TWO_REC_PAGES);
	result = call(h, RMI_OP_CONTINUE, 0, 0);
	return result == TWO_RECLAIM ? two_reclaim(h, 0) : result;
}

#endif
