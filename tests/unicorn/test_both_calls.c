/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI and PSCI calls and Plane exits: the same as a script and as AArch64 code. */
#include "tests/unicorn/both.h"

/* clang-format off */
#define RSI(name, ...)  {CALL, {SMC_RSI_##name, ##__VA_ARGS__}, 0}
#define PSCI(name, ...) {CALL, {SMC_PSCI_##name, ##__VA_ARGS__}, 0}
#define ENTER           RSI(PLANE_ENTER, 1, RUN)

#define HOST_CALL_MIXED RSI(HOST_CALL, DATA), RSI(HOST_CALL, DATA + 0x100), RSI(HOST_CALL, DATA + 8), \
	RSI(HOST_CALL, HALF), RSI(HOST_CALL, EMPTY), {LOAD, {DATA + 0x108}, 0}

static const struct scenario calls[] = {
	{.name = "host call, answered", .main = {HOST_CALL_MIXED}},
	{.name = "versions and features",
	 .main = {RSI(VERSION, 0x10001), RSI(VERSION, 0x10000), RSI(VERSION, 0x20000), RSI(FEATURES, 0),
		  RSI(FEATURES, 1), PSCI(VERSION), PSCI(FEATURES, SMC_PSCI_CPU_ON),
		  PSCI(FEATURES, SMC_PSCI_SYSTEM_RESET), PSCI(FEATURES, 0x80000000)}},
	{.name = "an SMC that no row knows", .main = {{CALL, {0xc4001234}, 0}, {CALL, {0x12}, 0}}},
	{.name = "realm config", .main = {RSI(REALM_CONFIG, DATA), RSI(REALM_CONFIG, DATA + 8), RSI(REALM_CONFIG, HALF),
					  RSI(REALM_CONFIG, EMPTY), RSI(REALM_CONFIG, UNMAPPED)}},
	{.name = "RIPAS, get",
	 .main = {RSI(IPA_STATE_GET, CODE, UNMAPPED), RSI(IPA_STATE_GET, UNMAPPED, EMPTY + 0x1000),
		  RSI(IPA_STATE_GET, EMPTY, 0x200000), RSI(IPA_STATE_GET, HALF, HALF + 0x1000),
		  RSI(IPA_STATE_GET, CODE, CODE), RSI(IPA_STATE_GET, CODE + 1, DATA)}},
	{.name = "RIPAS, to RAM and back, with the content of the pages",
	 .main = {RSI(IPA_STATE_SET, EMPTY, EMPTY + 0x2000, 1, 0), RSI(IPA_STATE_GET, EMPTY, EMPTY + 0x3000),
		  {LOAD, {EMPTY + 8}, 0}, {STORE, {EMPTY + 8, 0x77}, 0},
		  RSI(IPA_STATE_SET, EMPTY, EMPTY + 0x1000, 0, 0), RSI(IPA_STATE_GET, EMPTY, EMPTY + 0x3000),
		  RSI(IPA_STATE_SET, EMPTY, EMPTY + 0x1000, 1, 0), {LOAD, {EMPTY + 8}, 0}}},
	{.name = "RIPAS, rejected", .flags = RMI_REC_ENTER_FLAG_RIPAS_RESPONSE,
	 .main = {RSI(IPA_STATE_SET, 0x200000, 0x202000, 1, 0), RSI(IPA_STATE_SET, CODE, CODE + 1, 1, 0),
		  RSI(IPA_STATE_SET, HALF, HALF + 0x1000, 1, 0), RSI(IPA_STATE_SET, EMPTY, EMPTY + 0x1000, 3, 0)}},
	{.name = "measurements",
	 .main = {{CALL, {SMC_RSI_MEASUREMENT_READ, 0}, 9}, {CALL, {SMC_RSI_MEASUREMENT_READ, 1}, 9},
		  RSI(MEASUREMENT_EXTEND, 1, 16, 1, 2), {CALL, {SMC_RSI_MEASUREMENT_READ, 1}, 9},
		  RSI(MEASUREMENT_EXTEND, 1, 64, 3, 4, 5, 6, 7, 8, 9, 10), {CALL, {SMC_RSI_MEASUREMENT_READ, 1}, 9},
		  RSI(MEASUREMENT_EXTEND, 0, 16, 1, 2), RSI(MEASUREMENT_EXTEND, 5, 16, 1, 2)}},
	{.name = "attestation token",
	 .main = {RSI(ATTESTATION_TOKEN_CONTINUE, DATA, 0, 0x1000),
		  RSI(ATTESTATION_TOKEN_INIT, 1, 2, 3, 4, 5, 6, 7, 8),
		  RSI(ATTESTATION_TOKEN_CONTINUE, DATA, 0x800, 0x800), RSI(ATTESTATION_TOKEN_CONTINUE, DATA, 0, 0x1000),
		  RSI(ATTESTATION_TOKEN_CONTINUE, DATA, 0, 0x1000)}},
	{.name = "CPU_ON",
	 .main = {PSCI(AFFINITY_INFO, 1, 0), PSCI(CPU_ON, 1, BOTH_SECOND, 0x1234), PSCI(CPU_ON, 1, BOTH_SECOND, 0),
		  PSCI(AFFINITY_INFO, 1, 0), PSCI(CPU_ON, 9, BOTH_SECOND, 0), PSCI(CPU_ON, 1, HALF, 0)},
	 .second = {{X0, {0}, 0}, {READ, {REG(3, 0, 0, 0, 5)}, 0}, {READ, {REG(3, 0, 1, 0, 0)}, 0},
		    PSCI(AFFINITY_INFO, 5, 0), {WAIT, {0}, 0}, PSCI(CPU_OFF)}},
	{.name = "CPU_ON, denied", .psci = PSCI_DENIED, .main = {PSCI(CPU_ON, 1, BOTH_SECOND, 0x1234)}},
	{.name = "CPU_SUSPEND", .main = {PSCI(CPU_SUSPEND, 0, 0, 0), PSCI(CPU_SUSPEND_32, 0, 0, 0)}},
	{.name = "CPU_OFF", .main = {PSCI(CPU_OFF)}},
	{.name = "SYSTEM_OFF", .main = {PSCI(SYSTEM_OFF)}},
	{.name = "SYSTEM_RESET", .main = {{WAIT, {0}, 0}, PSCI(SYSTEM_RESET)}},
	{.name = "waits", .main = {{WAIT, {0}, 0}, {EVENT, {0}, 0}, {WAIT, {0}, 0}}},
	{.name = "devices", .main = {{LOAD, {HALF + 0x18}, 0}, {STORE, {HALF + 0x20, 0x99}, 0}, {LOAD, {2 * HALF - 8}, 0}}},
	{.name = "identification registers",
	 .main = {{READ, {REG(3, 0, 0, 4, 0)}, 0}, {READ, {REG(3, 0, 0, 4, 1)}, 0}, {READ, {REG(3, 0, 0, 6, 0)}, 0},
		  {READ, {REG(3, 0, 0, 7, 0)}, 0}, {READ, {REG(3, 0, 0, 7, 3)}, 0}, {READ, {REG(3, 0, 0, 1, 0)}, 0}}},
};

#define PERM_CHANGE RSI(MEM_SET_PERM_VALUE, 1, 3, 8), RSI(MEM_SET_PERM_INDEX, PAGES, PAGES + 0x2000, 3, 0)

static const struct scenario planes[] = {
	{.name = "permissions, get and set", .planes = true, .shared = true,
	 .main = {RSI(MEM_GET_PERM_VALUE, 1, 0), RSI(MEM_GET_PERM_VALUE, 1, 1), RSI(MEM_GET_PERM_VALUE, 0, 3),
		  RSI(MEM_SET_PERM_VALUE, 1, 3, 9), RSI(MEM_GET_PERM_VALUE, 1, 3), RSI(MEM_SET_PERM_VALUE, 1, 0, 9),
		  RSI(MEM_SET_PERM_VALUE, 1, 15, 9), RSI(MEM_SET_PERM_VALUE, 0, 3, 9), RSI(MEM_SET_PERM_VALUE, 1, 3, 5)}},
	{.name = "S2AP change, shared tree", .planes = true, .shared = true,
	 .main = {PERM_CHANGE, RSI(MEM_SET_PERM_VALUE, 1, 3, 15), RSI(MEM_SET_PERM_INDEX, PAGES, PAGES + 1, 3, 0),
		  ENTER, {LOAD, {PAGES + 8}, 0}},
	 .p1 = {{LOAD, {PAGES + 8}, 0}, {STORE, {PAGES + 8, 1}, 0}}},
	{.name = "S2AP change, rejected", .planes = true, .shared = true, .flags = RMI_REC_ENTER_FLAG_S2AP_RESPONSE,
	 .main = {PERM_CHANGE, ENTER}, .p1 = {{LOAD, {PAGES + 8}, 0}}},
	{.name = "S2AP change, a tree for each Plane", .planes = true,
	 .main = {RSI(MEM_SET_PERM_VALUE, 1, 3, 8), RSI(MEM_SET_PERM_INDEX, PAGES, PAGES + 0x1000, 3, 0),
		  RSI(MEM_SET_PERM_INDEX, PAGES, PAGES + 0x1000, 3, PAGES | 1), ENTER},
	 .p1 = {{LOAD, {PAGES + 8}, 0}, {STORE, {PAGES + 8, 1}, 0}}},
#define EXIT_OF(what, ...) {.name = "Plane exit: " what, .planes = true, .shared = true, .main = {ENTER}, .p1 = {__VA_ARGS__}}
	EXIT_OF("none but the last", {X0, {0}, 0}),
	EXIT_OF("SMC", {CALL, {0xc4001234, 1}, 0}),
	EXIT_OF("an RSI call", RSI(REALM_CONFIG, DATA)),
	EXIT_OF("HVC", {HYP, {5}, 0}),
	EXIT_OF("NoAccess, load", {LOAD, {PAGES + 8}, 0}),
	EXIT_OF("NoAccess, store", {STORE, {PAGES + 8, 5}, 0}),
	EXIT_OF("NoAccess, fetch", {FETCH, {PAGES + 8}, 0}),
	EXIT_OF("EMPTY, load", {LOAD, {EMPTY + 8}, 0}),
	EXIT_OF("EMPTY, fetch", {FETCH, {EMPTY}, 0}),
	EXIT_OF("Unprotected, fetch", {FETCH, {HALF}, 0}),
	EXIT_OF("behind a REC exit", {LOAD, {HALF + 0x18}, 0}, {STORE, {HALF + 0x18, 3}, 0}, {HYP, {1}, 0}),
	EXIT_OF("NoAccess that is not mapped is the Host's first", {LOAD, {UNMAPPED + 8}, 0}),
	EXIT_OF("host call of P1", RSI(HOST_CALL, DATA)),
	EXIT_OF("an own identification register", {READ, {REG(3, 0, 0, 4, 0)}, 0}),
#undef EXIT_OF
	{.name = "Plane exit: host call that is trapped", .planes = true, .shared = true,
	 .plane_flags = RSI_PLANE_ENTER_FLAG_TRAP_HC, .main = {ENTER}, .p1 = {RSI(HOST_CALL, DATA)}},
	{.name = "Plane exit: WFI", .planes = true, .shared = true,
	 .plane_flags = RSI_PLANE_ENTER_FLAG_TRAP_WFI, .main = {ENTER}, .p1 = {{WAIT, {0}, 0}}},
	{.name = "Plane exit: WFE", .planes = true, .shared = true,
	 .plane_flags = RSI_PLANE_ENTER_FLAG_TRAP_WFE, .main = {ENTER}, .p1 = {{EVENT, {0}, 0}}},
	{.name = "Plane exit: SIMD", .planes = true, .shared = true,
	 .plane_flags = RSI_PLANE_ENTER_FLAG_TRAP_SIMD, .main = {ENTER}, .p1 = {{FP, {0}, 0}}},
	{.name = "Plane exit: IRQ", .planes = true, .shared = true, .lr = LR(PENDING, 0xa0, 27),
	 .main = {ENTER}, .p1 = {{LOAD, {HALF + 0x18}, 0}}},
	{.name = "Plane exit: HOST", .planes = true, .shared = true, .later = RMI_REC_ENTER_FLAG_FORCE_P0,
	 .main = {ENTER}, .p1 = {{LOAD, {HALF + 0x18}, 0}}},
	{.name = "Plane exit: injected SEA", .planes = true, .shared = true, .later = RMI_REC_ENTER_FLAG_INJECT_SEA,
	 .main = {ENTER}, .p1 = {{LOAD, {HALF + 0x18}, 0}}},
	{.name = "PLANE_ENTER that is refused", .planes = true, .shared = true,
	 .main = {RSI(PLANE_ENTER, 0, RUN), RSI(PLANE_ENTER, 2, RUN), RSI(PLANE_ENTER, 1, RUN + 8),
		  RSI(PLANE_ENTER, 1, HALF), RSI(PLANE_ENTER, 1, EMPTY), RSI(PLANE_ENTER, 1, UNMAPPED)}},
};
/* clang-format on */

static void calls_are_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		both_play(&calls[i]);
}

static void planes_are_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(planes) / sizeof(planes[0]); i++)
		both_play(&planes[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_the_same),
		cmocka_unit_test(planes_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
