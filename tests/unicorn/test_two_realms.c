/* SPDX-License-Identifier: BSD-3-Clause */
/* Two Realms in one instance: what is kept of the translations of one is never used for the other. */
#include <rmmsim/snapshot.h>

#include "tests/unicorn/code.h"

#define HALF (UINT64_C(1) << 38)

/* Loads X2 up to X6 of the first page of data and stores it to a device; again and again. */
static const uint32_t code[] = {
	0xd2860003u, /* mov x3, #DATA */
	0xf9400062u, /* ldr x2, [x3] */
	0xd2c00801u, /* mov x1, #HALF */
	0xf9000022u, /* str x2, [x1] */
	0xf9400024u, /* ldr x4, [x1, #0]: a page of the Host */
	0x17fffffbu, /* b to the first */
};

struct two {
	struct host host;
	struct host_realm realm[2];
	struct rmmsim_unicorn *engine;
	uint64_t rec[2], shared;
};

static void add(struct two *t, unsigned int n)
{
	struct host_realm *r = &t->realm[n];
	const uint64_t data = 0x111 * (n + 1);
	const uint64_t pages[] = {host_delegated(&t->host), host_delegated(&t->host)};

	host_realm(&t->host, r, NULL);
	host_tables(&t->host, r, 0, 0, 3);
	OK(&t->host, RMI_DATA_CREATE, r->rd, pages[0], CODE,
	   host_page_with(&t->host, code, sizeof(code)), 0);
	OK(&t->host, RMI_DATA_CREATE, r->rd, pages[1], DATA,
	   host_page_with(&t->host, &data, sizeof(data)), 0);
	host_tables(&t->host, r, 0, HALF, 3);
	t->rec[n] = host_rec(&t->host, r, true);
	host_activate(&t->host, r);
}

static void map_shared(struct two *t, unsigned int n)
{
	OK(&t->host, RMI_RTT_MAP_UNPROTECTED, t->realm[n].rd, HALF, 3,
	   host_desc(&t->realm[n], t->shared));
}

static void open_two(struct two *t)
{
	host_open(&t->host, NULL);
	t->shared = host_page(&t->host);
	add(t, 0);
	add(t, 1);
	assert_int_equal(rmmsim_unicorn_create(t->host.sim, NULL, &t->engine, NULL), RMMSIM_OK);
	rmmsim_unicorn_set_budget(t->engine, 1000);
}

static void close_two(struct two *t)
{
	host_close(&t->host);
	rmmsim_unicorn_destroy(t->engine);
}

/* What Realm `n` says: its store is emulated. */
static uint64_t said(struct two *t, unsigned int n)
{
	host_enter(&t->host, t->rec[n], RMI_REC_ENTER_FLAG_EMUL_MMIO);
	assert_int_equal(t->host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(t->host.exit.hpfar, HALF >> 8);
	assert_true(t->host.exit.esr & 0x40);
	return t->host.exit.gprs[0];
}

static void first_entry(struct two *t, unsigned int n)
{
	host_enter(&t->host, t->rec[n], 0);
	assert_int_equal(t->host.exit.gprs[0], 0x111 * (n + 1));
}

/* The load behind the store is a REC exit of its own. */
static uint64_t around(struct two *t, unsigned int n)
{
	host_enter(&t->host, t->rec[n], RMI_REC_ENTER_FLAG_EMUL_MMIO);
	assert_false(t->host.exit.esr & 0x40);
	return said(t, n);
}

static void a_restore_keeps_them_apart(void **state)
{
	struct two t;
	uint64_t id;

	(void)state;
	open_two(&t);
	first_entry(&t, 0);
	first_entry(&t, 1);
	assert_int_equal(rmmsim_snapshot(t.host.sim, &id), RMMSIM_OK);
	for (unsigned int round = 0; round < 3; round++) {
		assert_int_equal(around(&t, 0), 0x111);
		assert_int_equal(around(&t, 1), 0x222);
		assert_int_equal(around(&t, 0), 0x111);
		assert_int_equal(rmmsim_restore(t.host.sim, id), RMMSIM_OK);
	}
	close_two(&t);
}

/* A page that both have mapped: when the Host takes it, everything is dropped. */
static void a_change_for_both_keeps_them_apart(void **state)
{
	struct two t;

	(void)state;
	open_two(&t);
	first_entry(&t, 0);
	first_entry(&t, 1);
	for (unsigned int round = 0; round < 3; round++) {
		for (unsigned int n = 0; n < 2; n++) {
			map_shared(&t, n);
			host_enter(&t.host, t.rec[n], RMI_REC_ENTER_FLAG_EMUL_MMIO);
			assert_int_equal(t.host.exit.exit_reason, RMI_EXIT_IRQ);
		}
		OK(&t.host, RMI_GRANULE_DELEGATE, t.shared);
		for (unsigned int n = 0; n < 2; n++)
			OK(&t.host, RMI_RTT_UNMAP_UNPROTECTED, t.realm[n].rd, HALF, 3);
		OK(&t.host, RMI_GRANULE_UNDELEGATE, t.shared);
		for (unsigned int n = 0; n < 2; n++) {
			host_enter(&t.host, t.rec[n], 0);
			assert_int_equal(t.host.exit.exit_reason, RMI_EXIT_SYNC);
			if (!(t.host.exit.esr & 0x40))
				said(&t, n);
			assert_int_equal(t.host.exit.gprs[0], 0x111 * (n + 1));
		}
	}
	close_two(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_restore_keeps_them_apart),
		cmocka_unit_test(a_change_for_both_keeps_them_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
