/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* `monitor ...`: what the debugger itself cannot know. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/gdb.h"

#define TEXT_MAX 7000 /* two digits a byte, and a frame around it */

/* --- tables ------------------------------------------------------------------------------------------ */

/* A run of entries that are alike. */
struct run {
	uint64_t base, output;
	int level;
	char what[64];
};

struct dump {
	FILE *out;
	uint64_t top;
	struct run last;
	uint64_t last_end;
	bool open;
};

static uint64_t entry_size(int level)
{
	return RUN_PAGE << 9 * (3 - level);
}

static void flush(struct dump *d)
{
	if (d->open && d->last.what[0])
		fprintf(d->out, "%012" PRIx64 "-%012" PRIx64 " level %d  %s", d->last.base,
			d->last_end - 1, d->last.level, d->last.what);
	if (d->open && d->last.what[0] && d->last.output)
		fprintf(d->out, " -> %012" PRIx64, d->last.output);
	if (d->open && d->last.what[0])
		fputc('\n', d->out);
	d->open = false;
}

/* One entry that begins at `base`; entries without text are left out. */
static void add(struct dump *d, const struct run *now, uint64_t end)
{
	const struct run *last = &d->last;
	const bool follows = now->output ? now->output == last->output + (now->base - last->base)
					 : !last->output;

	if (!d->open || now->level != last->level || strcmp(now->what, last->what) || !follows) {
		flush(d);
		d->last = *now;
		d->open = true;
	}
	d->last_end = end;
}

static const char *state_name(uint64_t state)
{
	static const char *const names[] = {"UNASSIGNED", "ASSIGNED", "TABLE", "ASSIGNED_DEV"};

	return state < 4 ? names[state] : "?";
}

static const char *ripas_name(uint64_t ripas)
{
	static const char *const names[] = {"EMPTY", "RAM", "DESTROYED", "DEV"};

	return ripas < 4 ? names[ripas] : "?";
}

static void dump_primary(struct gdb *g, struct dump *d)
{
	const struct run_host *h = g->h;
	uint64_t ipa = 0;

	while (ipa < d->top) {
		struct rmmsim_regs regs = {.x = {SMC_RMI_RTT_READ_ENTRY, h->rd, ipa, 3}};
		struct run now = {.base = ipa};
		const bool protected = ipa < h->unprotected;

		rmmsim_smc(h->sim, 0, &regs);
		if (regs.x[0])
			break;
		now.level = (int)(regs.x[1] & 3);
		now.output = regs.x[2] == RMI_RTT_ENTRY_ASSIGNED
				     ? regs.x[3] & UINT64_C(0x0000fffffffff000)
				     : 0;
		if (regs.x[2] || (protected && regs.x[4]))
			snprintf(now.what, sizeof(now.what), "%s%s%s", state_name(regs.x[2]),
				 protected ? " " : "_NS", protected ? ripas_name(regs.x[4]) : "");
		ipa = (ipa & ~(entry_size(now.level) - 1)) + entry_size(now.level);
		add(d, &now, ipa);
	}
	flush(d);
}

/* As the Plane that is entered sees it. */
static void dump_plane(void *context, const struct rmmsim_vcpu *vcpu)
{
	struct dump *d = context;
	uint64_t ipa = 0;

	while (ipa < d->top) {
		struct rmmsim_translation t;
		struct run now = {.base = ipa};

		rmmsim_translate(vcpu, ipa, RMMSIM_READ, 1, &t);
		if (!t.proceeds)
			rmmsim_translate(vcpu, ipa, RMMSIM_FETCH, 1, &t);
		now.level = t.level < 0 || t.level > 3 ? 3 : t.level;
		if (t.proceeds) {
			now.output = t.pa;
			snprintf(now.what, sizeof(now.what), "tree %u %c%c%c%c%s", t.tree,
				 t.allowed & RMMSIM_ALLOW_READ ? 'r' : '-',
				 t.allowed & RMMSIM_ALLOW_WRITE ? 'w' : '-',
				 t.allowed & RMMSIM_ALLOW_FETCH_EL0 ? 'x' : '-',
				 t.allowed & RMMSIM_ALLOW_FETCH_EL1 ? 'X' : '-', t.ns ? " NS" : "");
		}
		ipa = (ipa & ~(entry_size(now.level) - 1)) + entry_size(now.level);
		add(d, &now, ipa);
	}
	flush(d);
}

static void monitor_rtt(struct gdb *g, const char *argument, FILE *out)
{
	struct dump d = {.out = out, .top = UINT64_C(1) << g->h->options.width};
	const unsigned int own = g->plane;
	char *end;
	const unsigned long plane = strtoul(argument, &end, 0);

	if (!*argument) {
		dump_primary(g, &d);
		return;
	}
	if (*end || plane >= g->h->options.planes) {
		fprintf(out, "there is no Plane %s\n", argument);
		return;
	}
	g->plane = (unsigned int)plane;
	if (!gdb_translations(g, dump_plane, &d))
		fprintf(out,
			"P%lu is not entered in REC %u; `monitor rtt` shows the primary tree\n",
			plane, g->rec);
	g->plane = own;
}

/* --- the others --------------------------------------------------------------------------------------- */

static void monitor_granule(struct gdb *g, const char *argument, FILE *out)
{
	static const char *const spaces[] = {"Non-secure", "Realm", "Secure", "Root"};
	struct rmmsim_granule_info info;
	char *end;
	const uint64_t pa = strtoull(argument, &end, 0);

	if (!*argument || *end) {
		fputs("which? monitor granule PA\n", out);
		return;
	}
	if (rmmsim_granule_info(g->h->sim, pa & ~(RUN_PAGE - 1), &info) != RMMSIM_OK) {
		fprintf(out, "the monitor does not manage 0x%" PRIx64 "\n", pa);
		return;
	}
	fprintf(out, "0x%" PRIx64 ": %s, %s PAS, %u references", pa & ~(RUN_PAGE - 1), info.state,
		spaces[info.pas & 3], info.refs);
	if (info.owner)
		fprintf(out, ", Realm 0x%" PRIx64, info.owner);
	if (info.command)
		fprintf(out, ", by call %" PRIu64 ": %s", info.call, info.command);
	fputc('\n', out);
}

static void monitor_explain(struct gdb *g, const char *argument, FILE *out)
{
	struct rmmsim_explanation why;
	char text[4096];

	(void)argument;
	if (rmmsim_explain(g->h->sim, 0, &why) != RMMSIM_OK) {
		fputs("no call was refused\n", out);
		return;
	}
	rmmsim_explanation_text(&why, text, sizeof(text));
	fputs(text, out);
}

static void monitor_memory(struct gdb *g, const char *argument, FILE *out)
{
	if (!strcmp(argument, "va") || !strcmp(argument, "ipa"))
		g->by_ipa = argument[0] == 'i';
	else if (*argument)
		fputs("which? monitor memory va, or monitor memory ipa\n", out);
	fprintf(out, "addresses are %s\n",
		g->by_ipa ? "IPAs, of the primary tree, read only"
			  : "virtual addresses of the thread's Plane");
}

static void monitor_help(struct gdb *g, const char *argument, FILE *out)
{
	(void)g, (void)argument;
	fputs("monitor rtt            entries of the primary tree\n"
	      "monitor rtt PLANE      what the Plane may access, if it is entered in the thread's "
	      "REC\n"
	      "monitor granule PA     state, owner, and the call that made it so\n"
	      "monitor explain        why the last refused call was refused\n"
	      "monitor memory ipa|va  what addresses mean when memory is read\n",
	      out);
}

static const struct {
	const char *name;
	void (*fn)(struct gdb *g, const char *argument, FILE *out);
} commands[] = {
	{"rtt", monitor_rtt},       {"granule", monitor_granule}, {"explain", monitor_explain},
	{"memory", monitor_memory}, {"help", monitor_help},
};

static void put_text(struct gdb *g, const char *text, size_t size)
{
	static const char cut[] = "...\n";

	gdb_put_bytes(g, text, size > TEXT_MAX ? TEXT_MAX : size);
	if (size > TEXT_MAX)
		gdb_put_bytes(g, cut, strlen(cut));
	if (!size)
		gdb_put(g, "OK");
}

void gdb_monitor(struct gdb *g, const char *command)
{
	const size_t word = strcspn(command, " ");
	const char *argument = command + word + strspn(command + word, " ");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool found = false;

	if (!out) {
		gdb_put(g, "E0c");
		return;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strlen(commands[i].name) != word || strncmp(command, commands[i].name, word))
			continue;
		commands[i].fn(g, argument, out);
		found = true;
	}
	if (!found) {
		fprintf(out, "unknown: %s\n", command);
		monitor_help(g, argument, out);
	}
	fclose(out);
	put_text(g, text, size);
	free(text);
}

#endif
