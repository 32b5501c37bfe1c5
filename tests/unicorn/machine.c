/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/unicorn/machine.h"

#include <string.h>

uint64_t machine_page(struct machine *m, uint64_t ipa, const void *data, size_t size)
{
	const uint64_t pa = host_delegated(&m->host);

	OK(&m->host, RMI_DATA_CREATE, m->realm.rd, pa, ipa, host_page_with(&m->host, data, size),
	   0);
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
	machine_page(m, VECTORS, vectors, sizeof(vectors));
	machine_page(m, DATA, &arguments, sizeof(arguments));
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
