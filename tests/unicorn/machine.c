/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/unicorn/machine.h"

#include <string.h>

/* With a tree for each Plane the page is in all of them. */
static void everywhere(struct machine *m, uint64_t ipa)
{
	for (unsigned int tree = 1; tree < m->realm.trees; tree++)
		host_aux_map(&m->host, &m->realm, tree, ipa);
}

uint64_t machine_page(struct machine *m, uint64_t ipa, const void *data, size_t size)
{
	const uint64_t pa = host_delegated(&m->host);

	OK(&m->host, RMI_DATA_CREATE, m->realm.rd, pa, ipa, host_page_with(&m->host, data, size),
	   0);
	everywhere(m, ipa);
	return pa;
}

void machine_open(struct machine *m, const uint32_t *code, size_t words, bool engine)
{
	static const struct {
		uint64_t imm, x[2];
	} arguments = {7, {0x11, 0x22}};
	uint32_t vectors[512] = {0};

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < 512; i += 32) {
		vectors[i] = WFI;
		vectors[i + 1] = 0x17ffffffu; /* and again */
	}
	host_open(&m->host, NULL);
	if (engine)
		assert_int_equal(rmmsim_unicorn_create(m->host.sim, NULL, &m->engine, NULL),
				 RMMSIM_OK);
	host_realm(&m->host, &m->realm, NULL);
	host_tables(&m->host, &m->realm, 0, 0, 3);
	OK(&m->host, RMI_RTT_INIT_RIPAS, m->realm.rd, CODE, UNMAPPED + HOST_PAGE);
	m->code_pa = machine_page(m, CODE, code, words * sizeof(*code));
	m->vectors_pa = machine_page(m, VECTORS, vectors, sizeof(vectors));
	m->data_pa = machine_page(m, DATA, &arguments, sizeof(arguments));
	m->more_pa = machine_page(m, MORE, &arguments, sizeof(arguments));
	m->rec = host_rec(&m->host, &m->realm, true);
	host_activate(&m->host, &m->realm);
}

void machine_close(struct machine *m)
{
	host_close(&m->host);
	rmmsim_unicorn_destroy(m->engine);
}

void machine_enter(struct machine *m, uint64_t flags, uint64_t x0)
{
	struct rmi_rec_enter enter = {.flags = flags, .gprs = {x0}};

	rmmsim_host_write(m->host.sim, m->host.run, &enter, sizeof(enter));
	OK(&m->host, RMI_REC_ENTER, m->rec, m->host.run);
	rmmsim_host_read(m->host.sim, m->host.run + 0x800, &m->host.exit, sizeof(m->host.exit));
}

/* --- with options ------------------------------------------------------------------------------------ */

/* Calls of a REC of its own, under the engine of the tests: once for each tree. */
static void give(struct machine *m, uint64_t rec, uint64_t ipa, unsigned int index)
{
	const uint64_t *result = m->host.guest.result;
	uint64_t cookie = 0;

	do {
		host_ask_s2ap(&m->host, rec, ipa, ipa + HOST_PAGE, index, cookie);
		OK(&m->host, RMI_RTT_SET_S2AP, m->realm.rd, rec, ipa, ipa + HOST_PAGE);
		host_enter(&m->host, rec, 0);
		cookie = result[3];
	} while (result[1] != ipa + HOST_PAGE);
}

static void give_to_p1(struct machine *m, uint64_t rec)
{
	guest_call(&m->host, rec, SMC_RSI_MEM_SET_PERM_VALUE, 1, 1, 11);
	guest_call(&m->host, rec, SMC_RSI_MEM_SET_PERM_VALUE, 1, 2, 12);
	give(m, rec, P1_CODE, 1);
	give(m, rec, P1_DATA, 2);
}

uint64_t machine_ram(struct machine *m, uint64_t ipa)
{
	const uint64_t pa = host_ram(&m->host, &m->realm, ipa);

	everywhere(m, ipa);
	return pa;
}

static void add_planes(struct machine *m, const struct machine_options *o)
{
	if (!o->p1)
		return;
	m->p1_code_pa = machine_page(m, P1_CODE, o->p1, o->p1_words * sizeof(*o->p1));
	m->p1_data_pa = machine_ram(m, P1_DATA);
	m->run_pa = machine_ram(m, RUN);
}

void machine_open_with(struct machine *m, const uint32_t *code, size_t words,
		       const struct machine_options *o)
{
	uint32_t vectors[512];
	const unsigned int recs = o->recs ? o->recs : 1;
	uint64_t helper = 0;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < 512; i += 32) {
		vectors[i] = WFI;
		vectors[i + 1] = 0x17ffffffu; /* and again */
	}
	host_open(&m->host, o->host);
	host_realm(&m->host, &m->realm, &o->realm);
	host_tables(&m->host, &m->realm, 0, 0, 3);
	OK(&m->host, RMI_RTT_INIT_RIPAS, m->realm.rd, CODE, UNMAPPED + HOST_PAGE);
	m->code_pa = machine_page(m, CODE, code, words * sizeof(*code));
	m->vectors_pa =
		machine_page(m, VECTORS, o->vectors ? o->vectors : vectors, sizeof(vectors));
	m->data_pa = machine_ram(m, DATA);
	m->more_pa = machine_ram(m, MORE);
	add_planes(m, o);
	if (o->prepare)
		o->prepare(m);
	for (unsigned int i = 0; i < recs; i++)
		host_rec(&m->host, &m->realm, i == 0 || !o->others_off);
	m->rec = m->realm.rec[0];
	if (o->p1)
		helper = host_rec(&m->host, &m->realm, true);
	host_activate(&m->host, &m->realm);
	if (o->p1)
		give_to_p1(m, helper);
	if (!o->no_engine)
		assert_int_equal(rmmsim_unicorn_create(m->host.sim, o->config, &m->engine, NULL),
				 RMMSIM_OK);
}

uint64_t machine_kept(struct machine *m, unsigned int n)
{
	uint64_t value = 0;

	rmmsim_peek(m->host.sim, m->more_pa + n * sizeof(value), &value, sizeof(value));
	return value;
}
