/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* `--trace-insn`: which instructions are printed. Filters of one kind widen, those of several kinds narrow. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"
#include "tools/run_symbols.h"

#define RANGES_MAX   16
#define ERET         0xd69f03e0u
#define ERET_MASK    0xfffff3ffu /* ERETAA and ERETAB too */
#define VECTORS_SIZE 0x800u
#define VECTOR_SIZE  0x80u
#define NAME_SIZE    128

struct run_trace {
	unsigned int planes; /* masks, 0: all */
	uint64_t recs;
	struct {
		uint64_t low, high; /* both included */
	} ranges[RANGES_MAX];
	unsigned int range_count;
	bool branches, exceptions;
	struct {
		uint64_t pc;
		uint32_t word;
		unsigned int plane;
		bool known;
	} last[RUN_MAX_RECS];
};

static bool add_range(struct run_trace *t, uint64_t low, uint64_t high)
{
	if (t->range_count == RANGES_MAX || low > high)
		return false;
	t->ranges[t->range_count].low = low;
	t->ranges[t->range_count++].high = high;
	return true;
}

/* A name: up to the next symbol. */
static bool add_symbol(struct run_trace *t, const struct run_symbols *s, const char *name)
{
	for (size_t i = 0; s && i < s->count; i++) {
		size_t next = i + 1;

		if (strcmp(s->all[i].name, name))
			continue;
		while (next < s->count && s->all[next].address == s->all[i].address)
			next++;
		return add_range(t, s->all[i].address,
				 next < s->count ? s->all[next].address - 1 : UINT64_MAX);
	}
	return false;
}

/* Number behind a prefix, at most `most`. */
static bool numbered(const char *text, const char *prefix, unsigned long most,
		     unsigned long *number)
{
	const size_t length = strlen(prefix);
	char *end;

	if (strncmp(text, prefix, length) || text[length] < '0' || text[length] > '9')
		return false;
	*number = strtoul(text + length, &end, 10);
	return !*end && *number <= most;
}

static bool add_addresses(struct run_trace *t, const char *text)
{
	char *end;
	const uint64_t low = strtoull(text, &end, 16);

	if (end == text || *end != '-' || text[0] < '0' || text[0] > '9')
		return false;
	text = end + 1;
	return add_range(t, low, strtoull(text, &end, 16)) && end != text && !*end;
}

static bool add_filter(struct run_host *h, struct run_trace *t, const char *text)
{
	unsigned long number;

	if (!strcmp(text, "branches"))
		return t->branches = true;
	if (!strcmp(text, "exceptions"))
		return t->exceptions = true;
	if (numbered(text, "REC", h->options.recs - 1, &number)) {
		t->recs |= UINT64_C(1) << number;
		return true;
	}
	if (numbered(text, "P", h->options.planes - 1, &number)) {
		t->planes |= 1u << number;
		return true;
	}
	return add_addresses(t, text) || add_symbol(t, h->symbols, text);
}

bool run_trace_open(struct run_host *h)
{
	char *text, *rest, *word;
	bool good = true;

	if (!h->options.trace_insn)
		return true;
	h->insns = calloc(1, sizeof(*h->insns));
	text = strdup(h->options.trace_insn);
	good = h->insns && text;
	rest = good && *text ? text : NULL;
	while (good && (word = strsep(&rest, ","))) {
		good = add_filter(h, h->insns, word);
		if (!good)
			run_end(h, RUN_END_USAGE,
				"--trace-insn knows no '%s': it takes P0, REC0, LOW-HIGH "
				"(hexadecimal), the name of a symbol, branches, exceptions",
				word);
	}
	free(text);
	if (!good)
		run_end(h, RUN_END_INTERNAL, "no memory");
	return good;
}

void run_trace_close(struct run_host *h)
{
	free(h->insns);
}

/* --- printing ---------------------------------------------------------------------------------------- */

static bool in_range(const struct run_trace *t, uint64_t pc)
{
	for (unsigned int i = 0; i < t->range_count; i++) {
		if (pc >= t->ranges[i].low && pc <= t->ranges[i].high)
			return true;
	}
	return !t->range_count;
}

static bool selected(const struct run_trace *t, unsigned int rec, unsigned int plane, uint64_t pc)
{
	return (!t->recs || (t->recs >> rec & 1)) && (!t->planes || (t->planes >> plane & 1)) &&
	       in_range(t, pc);
}

static const char *name_of(const struct run_host *h, uint64_t pc, char *name)
{
	char text[NAME_SIZE];

	run_symbols_text(h->symbols, pc, text, sizeof(text));
	name[0] = '\0';
	if (text[0])
		snprintf(name, NAME_SIZE + 4, " <%s>", text);
	return name;
}

static bool is_vector(const struct rmmsim_vcpu *vcpu, uint64_t pc)
{
	return pc % VECTOR_SIZE == 0 &&
	       pc - vcpu->context->sysreg[RMMSIM_SYSREG_VBAR_EL1] < VECTORS_SIZE;
}

/* What was executed before is not the instruction in front of this one. */
static void print_jump(const struct run_host *h, const struct rmmsim_vcpu *vcpu, unsigned int rec,
		       uint64_t pc)
{
	const struct run_trace *t = h->insns;
	const uint64_t from = t->last[rec].pc;
	const bool returns = (t->last[rec].word & ERET_MASK) == ERET;
	const bool taken = is_vector(vcpu, pc);
	char a[NAME_SIZE + 4], b[NAME_SIZE + 4];

	if (from + 4 == pc || (t->exceptions && !t->branches && !taken && !returns))
		return;
	if (!selected(t, rec, vcpu->plane, pc) && !selected(t, rec, vcpu->plane, from))
		return;
	fprintf(stderr, "%u P%u %016" PRIx64 "%s -> %016" PRIx64 "%s%s\n", rec, vcpu->plane, from,
		name_of(h, from, a), pc, name_of(h, pc, b),
		taken ? " (exception)" : (returns ? " (return)" : ""));
}

void run_print_insn(void *context, const struct rmmsim_vcpu *vcpu, uint64_t pc, uint32_t word,
		    const char *text)
{
	const struct run_host *h = context;
	const unsigned int rec =
		(unsigned int)((vcpu->mpidr & 0xf) | (vcpu->mpidr >> 8 & 0xff) << 4) % RUN_MAX_RECS;
	struct run_trace *t = h->insns;
	char name[NAME_SIZE + 4];

	if (!t->branches && !t->exceptions) {
		if (selected(t, rec, vcpu->plane, pc))
			fprintf(stderr, "%u P%u %016" PRIx64 "%s: %08x  %s\n", rec, vcpu->plane, pc,
				name_of(h, pc, name), word, text);
		return;
	}
	if (t->last[rec].known && t->last[rec].plane == vcpu->plane)
		print_jump(h, vcpu, rec, pc);
	t->last[rec].pc = pc;
	t->last[rec].word = word;
	t->last[rec].plane = vcpu->plane;
	t->last[rec].known = true;
}

#endif
