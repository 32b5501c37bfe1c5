/* SPDX-License-Identifier: BSD-3-Clause */
/* The same scenario as a script and as AArch64 code gives the same REC exits. */
#include "tests/unicorn/machine.h"

#include <rmmsim/script.h>

#define HALF     UINT64_C(0x4000000000)
#define MAX_CODE 10
#define EXITS    3

enum reaction { GO_ON, EMULATE, MAP };

struct scenario {
	const char *name;
	rmmsim_script_fn script;
	uint32_t code[MAX_CODE];
	enum reaction reaction[EXITS]; /* to the exits */
	unsigned int exits;
};

static void wfi(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_wfi(r);
}

static void wfe(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_wfe(r);
	rmmsim_realm_wfi(r);
}

static void load(struct rmmsim_realm *r, void *argument)
{
	uint64_t value;

	(void)argument;
	rmmsim_realm_load(r, HALF + 0x10, 4, &value);
	rmmsim_realm_wfi(r);
}

static void store(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_store(r, HALF + 0x18, 8, 0x1122);
	rmmsim_realm_wfi(r);
}

static void pair(struct rmmsim_realm *r, void *argument)
{
	uint64_t data[2];

	(void)argument;
	rmmsim_realm_read(r, HALF, data, sizeof(data));
}

static void ram(struct rmmsim_realm *r, void *argument)
{
	uint64_t value;

	(void)argument;
	rmmsim_realm_load(r, UNMAPPED, 8, &value);
	rmmsim_realm_wfi(r);
}

static void fetch(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_fetch(r, UNMAPPED);
}

static void empty(struct rmmsim_realm *r, void *argument)
{
	uint64_t value;

	(void)argument;
	rmmsim_realm_load(r, EMPTY, 8, &value);
	rmmsim_realm_wfi(r);
}

static void unprotected_fetch(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_fetch(r, HALF);
	rmmsim_realm_wfi(r);
}

static void call_host(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_call(r, SMC_RSI_HOST_CALL, DATA, 0, 0, 0, 0);
	rmmsim_realm_wfi(r);
}

static void ripas(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_call(r, SMC_RSI_IPA_STATE_SET, UNMAPPED, UNMAPPED + 0x1000, 0, 0, 0);
	rmmsim_realm_wfi(r);
}

static void sgi(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_msr(r, RSI_SYSREG_ADDRESS(3, 0, 12, 11, 5), 0x5000001);
	rmmsim_realm_wfi(r);
}

static void hvc(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_hvc(r, 3);
	rmmsim_realm_wfi(r);
}

static void cpu_off(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_call(r, SMC_PSCI_CPU_OFF, 0, 0, 0, 0, 0);
}

static void system_off(struct rmmsim_realm *r, void *argument)
{
	(void)argument;
	rmmsim_realm_call(r, SMC_PSCI_SYSTEM_OFF, 0, 0, 0, 0, 0);
}

static const struct scenario scenarios[] = {
	{"WFI", wfi, {WFI}, {GO_ON}, 1},
	{"WFE", wfe, {0xd503205f, 0xd503201f, WFI}, {GO_ON, GO_ON}, 2},
	{"load", load, {0xd2c00801, 0xf2800201, 0xb9400020, WFI}, {EMULATE, GO_ON}, 2},
	{"load retried",
	 load,
	 {0xd2c00801, 0xf2800201, 0xb9400020, WFI},
	 {GO_ON, EMULATE, GO_ON},
	 3},
	{"store",
	 store,
	 {0xd2c00801, 0xf2800301, 0xd2822440, 0xf9000020, WFI},
	 {EMULATE, GO_ON},
	 2},
	{"load pair", pair, {0xd2c00801, 0xa9400820, WFI}, {GO_ON, GO_ON}, 2},
	{"RAM", ram, {0xd28a0001, 0xf9400020, WFI}, {MAP, GO_ON}, 2},
	{"fetch", fetch, {0xd28a0001, 0xd61f0020}, {GO_ON, GO_ON}, 2},
	{"EMPTY", empty, {0xd2840001, 0xd518c001, 0xd2900001, 0xf9400020, WFI}, {GO_ON}, 1},
	{"fetch from Unprotected",
	 unprotected_fetch,
	 {0xd2840001, 0xd518c001, 0xd2c00801, 0xd61f0020},
	 {GO_ON},
	 1},
	{"host call",
	 call_host,
	 {0xd2803320, 0xf2b88000, 0xd2860001, 0xd4000003, WFI},
	 {GO_ON, GO_ON},
	 2},
	{"RIPAS",
	 ripas,
	 {0xd28032e0, 0xf2b88000, 0xd28a0001, 0xd28c0002, 0xd2800003, 0xd2800004, 0xd4000003, WFI},
	 {GO_ON, GO_ON},
	 2},
	{"SGI", sgi, {0xd2a0a000, 0xf2800020, 0xd518cba0, WFI}, {GO_ON, GO_ON}, 2},
	{"HVC", hvc, {0xd2840001, 0xd518c001, 0xd4000062, WFI}, {GO_ON}, 1},
	{"CPU_OFF", cpu_off, {0xd2800040, 0xf2b08000, 0xd4000003}, {GO_ON}, 1},
	{"SYSTEM_OFF", system_off, {0xd2800100, 0xf2b08000, 0xd4000003}, {GO_ON}, 1},
};

static void play(struct machine *m, const struct scenario *s, struct rmi_rec_exit *exits)
{
	uint64_t flags = TRAPS;

	for (unsigned int i = 0; i < s->exits; i++) {
		machine_enter(m, flags, 0x55);
		exits[i] = m->host.exit;
		flags = TRAPS | (s->reaction[i] == EMULATE ? RMI_REC_ENTER_FLAG_EMUL_MMIO : 0);
		if (s->reaction[i] == MAP)
			host_unknown(&m->host, &m->realm, UNMAPPED);
	}
}

static void compare(const struct scenario *s, unsigned int n, const struct rmi_rec_exit *a,
		    const struct rmi_rec_exit *b)
{
#define SAME(field)                                                                      \
	if (a->field != b->field)                                                        \
	fail_msg("%s, exit %u: " #field " 0x%llx as script, 0x%llx as code", s->name, n, \
		 (unsigned long long)a->field, (unsigned long long)b->field)
	SAME(exit_reason);
	SAME(esr);
	SAME(far);
	SAME(hpfar);
	SAME(rtt_tree);
	SAME(imm);
	SAME(plane);
	SAME(ripas_base);
	SAME(ripas_top);
	SAME(ripas_value);
	SAME(cntv_ctl);
	SAME(cntp_ctl);
	for (int i = 0; i < 31; i++)
		SAME(gprs[i]);
#undef SAME
}

static void both_engines_give_the_same_exits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		const struct scenario *s = &scenarios[i];
		struct rmi_rec_exit script[EXITS], code[EXITS];
		struct rmmsim_scripts *scripts;
		struct machine m;

		machine_open(&m, s->code, MAX_CODE, false);
		assert_int_equal(rmmsim_scripts_create(m.host.sim, &scripts), RMMSIM_OK);
		rmmsim_script_bind(scripts, 0, 0, s->script, NULL);
		play(&m, s, script);
		machine_close(&m);
		rmmsim_scripts_destroy(scripts);
		machine_open(&m, s->code, MAX_CODE, true);
		play(&m, s, code);
		machine_close(&m);
		for (unsigned int n = 0; n < s->exits; n++)
			compare(s, n, &script[n], &code[n]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_engines_give_the_same_exits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
