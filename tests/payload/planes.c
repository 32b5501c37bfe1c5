/* SPDX-License-Identifier: BSD-3-Clause */
/* P0 runs P1: calls, a permission fault, a page given, and a host call of P1's own. */
#include "payload.h"

#define MEM_SET_PERM_INDEX 0xc40001a1
#define MEM_SET_PERM_VALUE 0xc40001a2
#define PLANE_ENTER        0xc40001a3

#define INDEX_CODE 1
#define INDEX_RW   2
#define RW         12
#define RO_UPX     11

static uint8_t run_page[4096] __attribute__((aligned(4096)));
static uint64_t private_page[512] __attribute__((aligned(4096)));
static uint64_t shared_page[512] __attribute__((aligned(4096)));

static uint64_t *enter_field(unsigned int offset)
{
	return (uint64_t *)(void *)(run_page + offset);
}
#define ENTER_FLAGS  (*enter_field(0x000))
#define ENTER_PC     (*enter_field(0x008))
#define ENTER_PSTATE (*enter_field(0x010))
#define ENTER_X(n)   (*enter_field(0x100 + 8 * (n)))
#define EXIT_REASON  (*enter_field(0x800))
#define EXIT_ELR     (*enter_field(0x900))
#define EXIT_ESR     (*enter_field(0x908))
#define EXIT_FAR     (*enter_field(0x910))
#define EXIT_HPFAR   (*enter_field(0x918))
#define EXIT_X(n)    (*enter_field(0xa00 + 8 * (n)))

/* The code of P1, on a page of its own. */
extern char p1_start[];
__asm__(".pushsection .text\n"
	".balign 4096\n"
	".global p1_start\n"
	"p1_start:\n"
	"	mov x9, x1\n"
	"	mov x0, #0x1234\n"
	"	smc #0\n"       /* not a host call: plane exit */
	"	str x0, [x9]\n" /* not allowed: plane exit; then it is */
	"	ldr x3, [x9]\n"
	"	mrs x4, mpidr_el1\n"
	"	hvc #7\n"
	"	wfi\n"
	"	fmov d8, x3\n"
	"	b .\n"
	".balign 4096\n"
	".popsection\n");

static uint64_t set_index(uint64_t base, uint64_t index)
{
	uint64_t at = base, cookie = 0;
	struct smc call;

	do {
		call = (struct smc){{MEM_SET_PERM_INDEX, at, base + PAGE, index, cookie}};
		smc_call(&call);
		expect(call.x[0] == 0, "SET_PERM_INDEX");
		if (call.x[2])
			return call.x[2];
		at = call.x[1];
		cookie = call.x[3];
	} while (at != base + PAGE);
	return 0;
}

static void enter(const char *what)
{
	expect(smc(PLANE_ENTER, 1, (uint64_t)run_page, 0, 0) == 0, "PLANE_ENTER");
	print(what);
	print_value(": reason", EXIT_REASON);
	print_value("  ESR", EXIT_ESR);
	print_value("  ELR", EXIT_ELR - (uint64_t)p1_start);
	for (int i = 0; i < 31; i++)
		ENTER_X(i) = EXIT_X(i);
	ENTER_PC = EXIT_ELR;
}

void payload_main(void)
{
	expect(smc(MEM_SET_PERM_VALUE, 1, INDEX_CODE, RO_UPX, 0) == 0, "SET_PERM_VALUE");
	expect(smc(MEM_SET_PERM_VALUE, 1, INDEX_RW, RW, 0) == 0, "SET_PERM_VALUE");
	if (set_index((uint64_t)p1_start, INDEX_CODE)) {
		print("the host rejects\n");
		finish(3);
	}
	private_page[0] = 1;
	ENTER_PC = (uint64_t)p1_start;
	ENTER_PSTATE = 0x3c5;
	ENTER_FLAGS = 1; /* trap_wfi */
	ENTER_X(1) = (uint64_t)private_page;
	enter("SMC");
	print_value("  X0", EXIT_X(0));
	enter("store");
	expect(EXIT_FAR == (uint64_t)private_page, "FAR");
	expect(EXIT_HPFAR == (uint64_t)private_page >> 12 << 4, "HPFAR");
	expect(private_page[0] == 1, "the page is untouched");
	expect(set_index((uint64_t)private_page, INDEX_RW) == 0, "SET_PERM_INDEX");
	enter("HVC");
	print_value("  X3", EXIT_X(3));
	print_value("  MPIDR", EXIT_X(4));
	expect(private_page[0] == 0x1234, "P1 wrote");
	enter("WFI");
	/* P1 loops: a fault on a fetch ends it. */
	ENTER_PC = (uint64_t)shared_page;
	enter("fetch");
	expect(EXIT_FAR == (uint64_t)shared_page, "FAR");
}
