/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Registers by the numbers of the target description: those of AArch64 that gdb knows, then system registers. */
#include <stdlib.h>
#include <string.h>

#include "tools/gdb.h"

enum number {
	NUMBER_SP = 31,
	NUMBER_PC,
	NUMBER_CPSR,
	NUMBER_V0,
	NUMBER_FPSR = 66,
	NUMBER_FPCR,
	NUMBER_SYSTEM
};

#define NUMBER_COUNT (NUMBER_SYSTEM + RMMSIM_SYSREG_COUNT)
#define MODE_MASK    0x1fu
#define MODE_EL0T    0u
#define MODE_EL1T    4u
#define MODE_EL1H    5u

static const char *const system_names[RMMSIM_SYSREG_COUNT] = {
#define NAME(upper, lower) [RMMSIM_SYSREG_##upper] = lower
	NAME(SCTLR_EL1, "sctlr_el1"),
	NAME(ACTLR_EL1, "actlr_el1"),
	NAME(CPACR_EL1, "cpacr_el1"),
	NAME(ZCR_EL1, "zcr_el1"),
	NAME(TTBR0_EL1, "ttbr0_el1"),
	NAME(TTBR1_EL1, "ttbr1_el1"),
	NAME(TCR_EL1, "tcr_el1"),
	NAME(TCR2_EL1, "tcr2_el1"),
	NAME(APIAKEYLO_EL1, "apiakeylo_el1"),
	NAME(APIAKEYHI_EL1, "apiakeyhi_el1"),
	NAME(APIBKEYLO_EL1, "apibkeylo_el1"),
	NAME(APIBKEYHI_EL1, "apibkeyhi_el1"),
	NAME(APDAKEYLO_EL1, "apdakeylo_el1"),
	NAME(APDAKEYHI_EL1, "apdakeyhi_el1"),
	NAME(APDBKEYLO_EL1, "apdbkeylo_el1"),
	NAME(APDBKEYHI_EL1, "apdbkeyhi_el1"),
	NAME(APGAKEYLO_EL1, "apgakeylo_el1"),
	NAME(APGAKEYHI_EL1, "apgakeyhi_el1"),
	NAME(SPSR_EL1, "spsr_el1"),
	NAME(ELR_EL1, "elr_el1"),
	NAME(SP_EL0, "sp_el0"),
	NAME(AFSR0_EL1, "afsr0_el1"),
	NAME(AFSR1_EL1, "afsr1_el1"),
	NAME(ESR_EL1, "esr_el1"),
	NAME(FAR_EL1, "far_el1"),
	NAME(PAR_EL1, "par_el1"),
	NAME(MAIR_EL1, "mair_el1"),
	NAME(PIRE0_EL1, "pire0_el1"),
	NAME(PIR_EL1, "pir_el1"),
	NAME(POR_EL1, "por_el1"),
	NAME(AMAIR_EL1, "amair_el1"),
	NAME(VBAR_EL1, "vbar_el1"),
	NAME(DISR_EL1, "disr_el1"),
	NAME(CONTEXTIDR_EL1, "contextidr_el1"),
	NAME(TPIDR_EL1, "tpidr_el1"),
	NAME(CNTKCTL_EL1, "cntkctl_el1"),
	NAME(CSSELR_EL1, "csselr_el1"),
	NAME(TPIDR_EL0, "tpidr_el0"),
	NAME(TPIDRRO_EL0, "tpidrro_el0"),
	NAME(CNTP_CTL_EL0, "cntp_ctl_el0"),
	NAME(CNTP_CVAL_EL0, "cntp_cval_el0"),
	NAME(CNTV_CTL_EL0, "cntv_ctl_el0"),
	NAME(CNTV_CVAL_EL0, "cntv_cval_el0"),
	NAME(SP_EL1, "sp_el1"),
	NAME(MDCCINT_EL1, "mdccint_el1"),
	NAME(MDSCR_EL1, "mdscr_el1"),
	NAME(BRBCR_EL1, "brbcr_el1"),
	NAME(PMINTENSET_EL1, "pmintenset_el1"),
	NAME(PMCR_EL0, "pmcr_el0"),
	NAME(PMCNTENSET_EL0, "pmcntenset_el0"),
	NAME(PMSELR_EL0, "pmselr_el0"),
	NAME(PMCCNTR_EL0, "pmccntr_el0"),
	NAME(PMUSERENR_EL0, "pmuserenr_el0"),
	NAME(PMOVSSET_EL0, "pmovsset_el0"),
	NAME(PMCCFILTR_EL0, "pmccfiltr_el0"),
	NAME(SCTLR2_EL1, "sctlr2_el1"),
#undef NAME
};

/* --- the target description ------------------------------------------------------------------------- */

static void describe_core(FILE *xml)
{
	fputs("<feature name=\"org.gnu.gdb.aarch64.core\">", xml);
	for (unsigned int n = 0; n < NUMBER_SP; n++)
		fprintf(xml, "<reg name=\"x%u\" bitsize=\"64\"/>", n);
	fputs("<reg name=\"sp\" bitsize=\"64\" type=\"data_ptr\"/>"
	      "<reg name=\"pc\" bitsize=\"64\" type=\"code_ptr\"/>"
	      "<reg name=\"cpsr\" bitsize=\"32\"/></feature>",
	      xml);
}

static void describe_fpu(FILE *xml)
{
	static const char types[] = "<vector id=\"v2d\" type=\"ieee_double\" count=\"2\"/>"
				    "<vector id=\"v2u\" type=\"uint64\" count=\"2\"/>"
				    "<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/>"
				    "<vector id=\"v4u\" type=\"uint32\" count=\"4\"/>"
				    "<vector id=\"v8u\" type=\"uint16\" count=\"8\"/>"
				    "<vector id=\"v16u\" type=\"uint8\" count=\"16\"/>"
				    "<union id=\"vnd\"><field name=\"f\" type=\"v2d\"/>"
				    "<field name=\"u\" type=\"v2u\"/></union>"
				    "<union id=\"vns\"><field name=\"f\" type=\"v4f\"/>"
				    "<field name=\"u\" type=\"v4u\"/></union>"
				    "<union id=\"aarch64v\"><field name=\"d\" type=\"vnd\"/>"
				    "<field name=\"s\" type=\"vns\"/>"
				    "<field name=\"h\" type=\"v8u\"/>"
				    "<field name=\"b\" type=\"v16u\"/></union>";

	fputs("<feature name=\"org.gnu.gdb.aarch64.fpu\">", xml);
	fputs(types, xml);
	for (unsigned int n = 0; n < 32; n++)
		fprintf(xml, "<reg name=\"v%u\" bitsize=\"128\" type=\"aarch64v\"/>", n);
	fputs("<reg name=\"fpsr\" bitsize=\"32\"/><reg name=\"fpcr\" bitsize=\"32\"/></feature>",
	      xml);
}

char *gdb_description(size_t *size)
{
	char *text = NULL;
	FILE *xml = open_memstream(&text, size);

	if (!xml)
		return NULL;
	fputs("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target>"
	      "<architecture>aarch64</architecture>",
	      xml);
	describe_core(xml);
	describe_fpu(xml);
	fputs("<feature name=\"org.rmmsim.system\">", xml);
	for (unsigned int n = 0; n < RMMSIM_SYSREG_COUNT; n++)
		fprintf(xml,
			"<reg name=\"%s\" bitsize=\"64\" group=\"system\" save-restore=\"no\"/>",
			system_names[n]);
	fputs("</feature></target>", xml);
	fclose(xml);
	return text;
}

/* --- where they are ------------------------------------------------------------------------------------ */

struct place {
	void *at; /* NULL: there is none */
	size_t size;
};

static uint64_t *stack_pointer(struct rmmsim_plane *plane)
{
	const bool own = (plane->pstate & MODE_MASK) == MODE_EL1H;

	return &plane->sysreg[own ? RMMSIM_SYSREG_SP_EL1 : RMMSIM_SYSREG_SP_EL0];
}

static struct place find(struct rmmsim_plane *plane, struct gdb_view *view, uint64_t number)
{
	if (number < NUMBER_SP)
		return (struct place){&plane->x[number], 8};
	if (number >= NUMBER_V0 && number < NUMBER_FPSR)
		return (struct place){view->simd[number - NUMBER_V0], 16};
	if (number >= NUMBER_SYSTEM && number < NUMBER_COUNT)
		return (struct place){&plane->sysreg[number - NUMBER_SYSTEM], 8};
	switch (number) {
	case NUMBER_SP:
		return (struct place){stack_pointer(plane), 8};
	case NUMBER_PC:
		return (struct place){&plane->pc, 8};
	case NUMBER_CPSR:
		return (struct place){&plane->pstate, 4};
	case NUMBER_FPSR:
		return (struct place){&view->fpsr, 4};
	case NUMBER_FPCR:
		return (struct place){&view->fpcr, 4};
	default:
		return (struct place){NULL, 0};
	}
}

/* Only of a Plane that is entered, and only a state that the engine can enter. */
static bool may_write(const struct gdb *g, const struct gdb_view *view, uint64_t number,
		      const uint8_t *value)
{
	const unsigned int mode = value[0] & MODE_MASK;

	return view->plane == g->plane && (number != NUMBER_CPSR || mode == MODE_EL0T ||
					   mode == MODE_EL1T || mode == MODE_EL1H);
}

/* Bytes of `text` used, 0: it was refused. */
static size_t write_one(struct gdb *g, uint64_t number, const char *text)
{
	struct gdb_view *view;
	struct rmmsim_plane *plane = gdb_plane(g, &view);
	struct place place;
	uint8_t value[16];

	if (!plane)
		return 0;
	place = find(plane, view, number);
	if (!place.at || !gdb_bytes(text, value, place.size) || !may_write(g, view, number, value))
		return 0;
	memcpy(place.at, value, place.size);
	view->changed = true;
	return 2 * place.size;
}

/* --- packets ---------------------------------------------------------------------------------------------- */

void gdb_registers_read(struct gdb *g)
{
	struct gdb_view *view;
	struct rmmsim_plane *plane = gdb_plane(g, &view);

	if (!plane) {
		gdb_put(g, "E03");
		return;
	}
	for (unsigned int n = 0; n < NUMBER_SYSTEM; n++) {
		const struct place place = find(plane, view, n);

		gdb_put_bytes(g, place.at, place.size);
	}
}

void gdb_registers_write(struct gdb *g, const char *text)
{
	for (unsigned int n = 0; n < NUMBER_SYSTEM && *text; n++) {
		const size_t used = write_one(g, n, text);

		if (!used) {
			gdb_put(g, "E03");
			return;
		}
		text += used;
	}
	gdb_put(g, "OK");
}

void gdb_register_read(struct gdb *g, const char *text)
{
	struct gdb_view *view;
	struct rmmsim_plane *plane = gdb_plane(g, &view);
	struct place place = {NULL, 0};
	uint64_t number;

	if (plane && gdb_hex(&text, &number))
		place = find(plane, view, number);
	if (place.at)
		gdb_put_bytes(g, place.at, place.size);
	else
		gdb_put(g, "E03");
}

void gdb_register_write(struct gdb *g, const char *text)
{
	uint64_t number;

	if (gdb_hex(&text, &number) && gdb_skip(&text, '=') && write_one(g, number, text))
		gdb_put(g, "OK");
	else
		gdb_put(g, "E03");
}

#endif
