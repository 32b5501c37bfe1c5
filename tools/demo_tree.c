/* SPDX-License-Identifier: BSD-3-Clause */
/* The translation trees of each Plane, as a debugger finds them in memory: rtt.md#6 */
#include <inttypes.h>
#include <string.h>

#include "tools/demo_watch.h"

#define ENTRIES    512
#define ADDRESS(d) ((d)&UINT64_C(0x0000fffffffff000))
#define VALID(d)   ((d)&1)
#define NS(d)      ((d) >> 55 & 1)
#define RIPAS(d)   ((d) >> 1 & 3)
#define HIPAS(d)   ((d) >> 3 & 7)

#define HIPAS_ASSIGNED 1

/* R, W and execute-never of the direct encoding, and what entries have at first: planes.md#5.3 */
#define PERMISSION(d)      ((d) & (UINT64_C(3) << 53 | UINT64_C(3) << 6))
#define PERMISSION_PLANE_0 UINT64_C(0xc0)
#define PERMISSION_OTHERS  (UINT64_C(2) << 53)

struct picture {
	const struct terminal *terminal;
	const struct vm *vm;
	unsigned int plane, tree;
	bool last[8]; /* per depth: the branch is the last of its table */
};

static void read_table(const struct picture *p, uint64_t pa, uint64_t table[ENTRIES])
{
	if (rmmsim_peek(p->vm->machine->sim, pa, table, ENTRIES * sizeof(table[0])) != RMMSIM_OK)
		memset(table, 0, ENTRIES * sizeof(table[0]));
}

static bool is_table(uint64_t d, int level)
{
	return level < 3 && (d & 3) == 3;
}

/*
 * What stands for itself: an entry that no command has touched. In auxiliary trees an unmapped entry only has
 * permissions.
 */
static bool is_blank(const struct picture *p, uint64_t d)
{
	if (VALID(d))
		return false;
	if (NS(d))
		return true;
	if (p->tree != 0)
		return PERMISSION(d) == (p->plane ? PERMISSION_OTHERS : PERMISSION_PLANE_0);
	return RIPAS(d) == RMI_RIPAS_EMPTY && HIPAS(d) == 0;
}

/* Entries that are drawn as one. */
static bool alike(uint64_t a, uint64_t b)
{
	return !VALID(a) && a == b;
}

static const char *permission_text(uint64_t d, char buf[8])
{
	static const char *const execute[] = {"x", "u", "-", "p"};

	snprintf(buf, 8, "%c%c%s", d & UINT64_C(0x40) ? 'r' : '-', d & UINT64_C(0x80) ? 'w' : '-',
		 execute[d >> 53 & 3]);
	return buf;
}

static void add_state(const struct picture *p, struct line *line, uint64_t d)
{
	static const char *const ripas[] = {"EMPTY", "RAM", "DESTROYED", "?"};
	char permission[8];

	permission_text(d, permission);
	if (VALID(d)) {
		line_style(line, NS(d) ? STYLE_NOTICE : STYLE_GOOD);
		line_add(line, "%s  %s 0x%" PRIx64, permission, NS(d) ? "host page" : "page",
			 ADDRESS(d));
		return;
	}
	line_style(line, STYLE_DIM);
	line_add(line, "%s  ", permission);
	if (p->tree == 0)
		line_add(line, "%s, ", ripas[RIPAS(d)]);
	if (p->tree == 0 && HIPAS(d) == HIPAS_ASSIGNED)
		line_add(line, "page 0x%" PRIx64 " is not visible", ADDRESS(d));
	else
		line_add(line, "nothing mapped");
}

/* The address and size of `count` entries. */
static void add_place(struct line *line, uint64_t ipa, int level, unsigned int count)
{
	static const char *const sizes[] = {"512 GiB", "1 GiB", "2 MiB", "4 KiB"};

	line_add(line, "0x%" PRIx64 " ", ipa);
	line_pad(line, 28);
	if (count > 1)
		line_add(line, "%3u x %-7s  ", count, sizes[level]);
	else
		line_add(line, "      %-7s  ", sizes[level]);
}

static void begin_branch(const struct picture *p, struct line *line, int depth)
{
	line_begin(line, p->terminal);
	for (int i = 0; i < depth; i++) {
		if (p->last[i])
			line_add(line, "    ");
		else
			line_glyph(line, GLYPH_BAR);
	}
	line_glyph(line, p->last[depth] ? GLYPH_LAST : GLYPH_BRANCH);
}

/* Index of the next entry to draw at or after `i`; ENTRIES if there is none. */
static unsigned int next_drawn(const struct picture *p, const uint64_t *table, unsigned int i)
{
	while (i < ENTRIES && is_blank(p, table[i]))
		i++;
	return i;
}

static void draw_table(struct picture *p, uint64_t pa, uint64_t ipa, int level, int depth)
{
	uint64_t table[ENTRIES];
	unsigned int i, end;

	read_table(p, pa, table);
	for (i = next_drawn(p, table, 0); i < ENTRIES; i = next_drawn(p, table, end)) {
		const uint64_t at = ipa + i * vm_entry_size(level);
		struct line line;

		for (end = i + 1; end < ENTRIES && alike(table[i], table[end]); end++)
			;
		p->last[depth] = next_drawn(p, table, end) == ENTRIES;
		begin_branch(p, &line, depth);
		add_place(&line, at, level, end - i);
		if (is_table(table[i], level)) {
			line_add(&line, "table 0x%" PRIx64, ADDRESS(table[i]));
			line_end(&line, NULL, STYLE_PLAIN);
			draw_table(p, ADDRESS(table[i]), at, level + 1, depth + 1);
			continue;
		}
		add_state(p, &line, table[i]);
		line_end(&line, NULL, STYLE_PLAIN);
	}
}

static void draw_tree(struct picture *p)
{
	const struct vm *vm = p->vm;
	const uint64_t size = vm_entry_size(vm->start - 1);
	struct line line;

	line_begin(&line, p->terminal);
	line_style(&line, STYLE_PLANE_0 + p->plane % 3);
	line_add(&line, "Plane %u: tree %u%s, root 0x%" PRIx64 " at level %d", p->plane, p->tree,
		 p->tree == 0 ? " (the primary tree)" : "", vm->root[p->tree], vm->start);
	line_end(&line, NULL, STYLE_PLAIN);
	for (unsigned int i = 0; i < vm->roots; i++)
		draw_table(p, vm->root[p->tree] + i * PAGE_SIZE, i * size, vm->start, 0);
}

void demo_draw_trees(const struct terminal *terminal, const struct vm *vm)
{
	for (unsigned int plane = 0; plane < vm->planes; plane++) {
		struct picture p = {
			.terminal = terminal,
			.vm = vm,
			.plane = plane,
			/* planes.md#1.1 */
			.tree = (plane + 1) % vm->planes,
		};

		if (plane)
			fputc('\n', terminal->out);
		draw_tree(&p);
	}
}
