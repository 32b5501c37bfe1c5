/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Where a Realm stands that got stuck: exceptions, code, registers, calls. */
#include <inttypes.h>
#include <string.h>

#include "tools/run.h"
#include "tools/run_symbols.h"

#define EC(esr)       ((unsigned int)((esr) >> 26 & 0x3f))
#define FSC(esr)      ((unsigned int)((esr)&0x3f))
#define ESR_WNR       UINT64_C(0x40)
#define CODE_BEFORE   4
#define CODE_AFTER    3
#define FRAMES_MAX    32
#define FRAME_POINTER 29
#define LINK_REGISTER 30
#define NAME_SIZE     128

static const char *class_name(unsigned int ec)
{
	switch (ec) {
	case 0x00:
		return "unknown or undefined instruction";
	case 0x07:
		return "FP/SIMD is disabled";
	case 0x0d:
		return "branch target";
	case 0x0e:
		return "illegal execution state";
	case 0x15:
		return "SVC";
	case 0x16:
		return "HVC";
	case 0x17:
		return "SMC";
	case 0x18:
		return "trapped system register";
	case 0x1c:
		return "pointer authentication";
	case 0x20:
	case 0x21:
		return "instruction abort";
	case 0x22:
		return "misaligned PC";
	case 0x24:
	case 0x25:
		return "data abort";
	case 0x26:
		return "misaligned SP";
	case 0x2f:
		return "SError";
	case 0x3c:
		return "BRK";
	default:
		return "exception";
	}
}

/* Of aborts; the level is in the two lowest bits of the first four. */
static const char *fault_name(unsigned int fsc)
{
	static const char *const leveled[] = {"address size", "translation", "access flag",
					      "permission"};

	if (fsc < 0x10)
		return leveled[fsc >> 2];
	if (fsc == 0x10)
		return "external abort";
	if (fsc >= 0x14 && fsc < 0x18)
		return "external abort of a table walk";
	return fsc == 0x21 ? "alignment" : "other fault";
}

static void print_name(const struct run_host *h, uint64_t address)
{
	char name[NAME_SIZE];

	run_symbols_text(h->symbols, address, name, sizeof(name));
	fprintf(stderr, "0x%" PRIx64 "%s%s%s", address, name[0] ? " <" : "", name,
		name[0] ? ">" : "");
}

static void print_exception(const struct run_host *h, const char *which,
			    const struct rmmsim_unicorn_exception *e)
{
	const unsigned int ec = EC(e->esr);
	const bool aborted = ec >= 0x20 && ec <= 0x25 && ec != 0x22;

	fprintf(stderr, "    %s: %s", which, class_name(ec));
	if (aborted)
		fprintf(stderr, ", %s%s", fault_name(FSC(e->esr)),
			ec >= 0x24 ? (e->esr & ESR_WNR ? " of a store" : " of a load") : "");
	if (aborted && FSC(e->esr) < 0x10)
		fprintf(stderr, " at level %u", FSC(e->esr) & 3);
	fprintf(stderr, ", at ");
	print_name(h, e->elr);
	fprintf(stderr, "\n      ESR 0x%" PRIx64 ", FAR 0x%" PRIx64 ", SPSR 0x%" PRIx64 " (EL%u)\n",
		e->esr, e->far, e->spsr, (unsigned int)(e->spsr >> 2 & 3));
}

static bool same(const struct rmmsim_unicorn_exception *a, const struct rmmsim_unicorn_exception *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static void print_exceptions(const struct run_host *h, const struct rmmsim_unicorn_stop *stop)
{
	const struct rmmsim_unicorn_exceptions *e = &stop->exceptions;

	if (!e->count)
		return;
	fprintf(stderr, "  exceptions at EL1\n");
	print_exception(h, "the first", &e->first);
	if (!same(&e->origin, &e->first) && stop->looping)
		print_exception(h, "the one that they began with", &e->origin);
	if (!same(&e->last, &e->first))
		print_exception(h, "the last", &e->last);
}

/* --- of a Plane that stands still ------------------------------------------------------------------ */

static void print_code(struct rmmsim_unicorn *engine, uint64_t pc)
{
	for (int i = -CODE_BEFORE; i <= CODE_AFTER; i++) {
		const uint64_t at = pc + (uint64_t)((int64_t)i * 4);
		uint32_t word;
		char text[96];

		if (!rmmsim_unicorn_read(engine, at, &word, sizeof(word)))
			continue;
		rmmsim_unicorn_disassemble(engine, at, word, text, sizeof(text));
		fprintf(stderr, "  %s %16" PRIx64 ": %08x  %s\n", i ? "  " : "=>", at, word, text);
	}
}

static void print_registers(const struct rmmsim_plane *plane)
{
	const bool own = (plane->pstate & 0xd) != 0 && (plane->pstate & 1);
	const uint64_t sp = plane->sysreg[own ? RMMSIM_SYSREG_SP_EL1 : RMMSIM_SYSREG_SP_EL0];

	for (unsigned int n = 0; n < 31; n++)
		fprintf(stderr, "%sx%-2u %016" PRIx64 "%s", n % 4 ? "  " : "  ", n, plane->x[n],
			n % 4 == 3 ? "\n" : "");
	fprintf(stderr,
		"  sp  %016" PRIx64 "\n  pc  %016" PRIx64 "  pstate %" PRIx64 "  ttbr0 %" PRIx64
		"  ttbr1 %" PRIx64 "  vbar %" PRIx64 "\n",
		sp, plane->pc, plane->pstate, plane->sysreg[RMMSIM_SYSREG_TTBR0_EL1],
		plane->sysreg[RMMSIM_SYSREG_TTBR1_EL1], plane->sysreg[RMMSIM_SYSREG_VBAR_EL1]);
}

/* A return address without its authentication code: bit 55 tells the half, of 48 bits each. */
static uint64_t plain(uint64_t address)
{
	const uint64_t high = UINT64_C(0xffff000000000000);

	return address >> 55 & 1 ? address | high : address & ~high;
}

static void print_frame(const struct run_host *h, unsigned int n, uint64_t address)
{
	fprintf(stderr, "  %2u ", n);
	print_name(h, address);
	fputc('\n', stderr);
}

static void print_calls(const struct run_host *h, struct rmmsim_unicorn *engine,
			const struct rmmsim_plane *plane)
{
	uint64_t frame = plane->x[FRAME_POINTER], record[2];

	fprintf(stderr, "  calls, by frame pointers:\n");
	print_frame(h, 0, plane->pc);
	print_frame(h, 1, plain(plane->x[LINK_REGISTER]));
	for (unsigned int n = 2; n < FRAMES_MAX; n++) {
		if (!frame || frame % 8 ||
		    !rmmsim_unicorn_read(engine, frame, record, sizeof(record)) || !record[1])
			return;
		print_frame(h, n, plain(record[1]));
		/* Frames of callers are above; anything else would go round in circles. */
		if (record[0] <= frame)
			return;
		frame = record[0];
	}
}

static void look(void *context, struct rmmsim_unicorn *engine, const struct rmmsim_vcpu *vcpu)
{
	const struct run_host *h = context;

	print_code(engine, vcpu->context->pc);
	print_registers(vcpu->context);
	print_calls(h, engine, vcpu->context);
}

void run_scene(struct run_host *h)
{
	const struct run_rec *rec = h->failed;
	struct rmmsim_regs regs = {.x = {SMC_RMI_REC_ENTER}};
	struct rmi_rec_run *run;

	if (!rec)
		return;
	print_exceptions(h, &h->failed_stop);
	run = rmmsim_host_ptr(h->sim, rec->page, RUN_PAGE);
	memset(&run->enter, 0, sizeof(run->enter));
	regs.x[1] = rec->rec;
	regs.x[2] = rec->page;
	/* Not recorded. A REC that waits for the Host cannot be entered: then there is nothing to see. */
	rmmsim_unicorn_inspect_next(h->engine, look, h);
	rmmsim_smc(h->sim, 0, &regs);
	rmmsim_unicorn_inspect_next(h->engine, NULL, NULL);
}

#endif
