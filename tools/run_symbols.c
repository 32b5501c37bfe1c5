/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
#include "tools/run_symbols.h"

#include <ctype.h>
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Farther from a symbol nothing is a part of it. */
#define REACH    (UINT64_C(1) << 20)
#define FILE_MAX (UINT64_C(1) << 32)

static bool add(struct run_symbols *s, uint64_t address, const char *name)
{
	struct run_symbol *larger = s->all;

	/* Marks of the assembler ($x, $d, .L) name nothing. */
	if (!*name || *name == '$' || *name == '.')
		return true;
	if (!(s->count & (s->count - 1)))
		larger = realloc(s->all, (s->count ? 2 * s->count : 1) * sizeof(*larger));
	if (!larger)
		return false;
	s->all = larger;
	s->all[s->count++] = (struct run_symbol){address, name};
	return true;
}

/* --- ELF ------------------------------------------------------------------------------------------ */

static bool inside(const struct run_file *file, uint64_t offset, uint64_t size)
{
	return offset <= file->size && size <= file->size - offset;
}

static bool read_table(struct run_symbols *s, const struct run_file *file, const Elf64_Shdr *table,
		       const Elf64_Shdr *names, uint64_t bias)
{
	if (!inside(file, table->sh_offset, table->sh_size) || !names->sh_size ||
	    !inside(file, names->sh_offset, names->sh_size) ||
	    file->bytes[names->sh_offset + names->sh_size - 1])
		return false;
	for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= table->sh_size; at += sizeof(Elf64_Sym)) {
		Elf64_Sym symbol;

		memcpy(&symbol, file->bytes + table->sh_offset + at, sizeof(symbol));
		if (symbol.st_shndx == SHN_UNDEF || symbol.st_name >= names->sh_size ||
		    ELF64_ST_TYPE(symbol.st_info) > STT_FUNC)
			continue;
		if (!add(s, symbol.st_value + bias,
			 (const char *)file->bytes + names->sh_offset + symbol.st_name))
			return false;
	}
	return true;
}

static bool read_elf(struct run_symbols *s, const struct run_file *file, uint64_t bias)
{
	Elf64_Shdr table, names;
	Elf64_Ehdr e;

	if (file->size < sizeof(e))
		return false;
	memcpy(&e, file->bytes, sizeof(e));
	if (e.e_shentsize != sizeof(table) ||
	    !inside(file, e.e_shoff, (uint64_t)e.e_shnum * sizeof(table)))
		return false;
	for (unsigned int i = 0; i < e.e_shnum; i++) {
		memcpy(&table, file->bytes + e.e_shoff + i * sizeof(table), sizeof(table));
		if (table.sh_type != SHT_SYMTAB || table.sh_link >= e.e_shnum)
			continue;
		memcpy(&names, file->bytes + e.e_shoff + table.sh_link * sizeof(names),
		       sizeof(names));
		if (!read_table(s, file, &table, &names, bias))
			return false;
	}
	return s->count;
}

/* --- lines: address, kind, name --------------------------------------------------------------------- */

static bool read_lines(struct run_symbols *s, uint64_t bias)
{
	char *line = s->text;

	while (line && *line) {
		char *end = strchr(line, '\n'), *kind, *name;
		uint64_t address = strtoull(line, &kind, 16);

		if (end)
			*end = '\0';
		if (kind != line && kind[0] == ' ' && isalpha((unsigned char)kind[1]) &&
		    kind[2] == ' ') {
			name = kind + 3;
			name[strcspn(name, " \t\r")] = '\0';
			if (!add(s, address + bias, name))
				return false;
		}
		line = end ? end + 1 : NULL;
	}
	return s->count;
}

static int by_address(const void *a, const void *b)
{
	const struct run_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

bool run_symbols_read(struct run_symbols *s, struct run_file *file, uint64_t bias)
{
	const bool elf = file->size >= SELFMAG && !memcmp(file->bytes, ELFMAG, SELFMAG);
	char *text = realloc(file->bytes, file->size + 1);
	bool good;

	if (!text)
		return false;
	text[file->size] = '\0';
	file->bytes = (uint8_t *)text;
	*s = (struct run_symbols){.text = text};
	good = elf ? read_elf(s, file, bias) : read_lines(s, bias);
	file->bytes = NULL;
	if (good)
		qsort(s->all, s->count, sizeof(s->all[0]), by_address);
	else
		run_symbols_free(s);
	return good;
}

bool run_symbols_open(struct run_host *h, struct run_image *image)
{
	const char *path = h->options.symbols;
	struct run_file file;
	bool good;

	h->symbols = calloc(1, sizeof(*h->symbols));
	if (!h->symbols)
		return run_bad("symbols", "no memory");
	if (!path) {
		/* A payload may do without. */
		if (image->elf.bytes)
			run_symbols_read(h->symbols, &image->elf, image->bias);
		return true;
	}
	good = run_file_unpack(path, FILE_MAX, &file) &&
	       (run_symbols_read(h->symbols, &file, 0) ||
		run_bad(path, "has no symbols: an ELF file with a symbol table, or lines of nm or "
			      "System.map are wanted"));
	free(file.bytes);
	if (!good)
		run_end(h, RUN_END_USAGE, "%s", "");
	return good;
}

void run_symbols_close(struct run_host *h)
{
	if (h->symbols)
		run_symbols_free(h->symbols);
	free(h->symbols);
}

void run_symbols_free(struct run_symbols *s)
{
	free(s->text);
	free(s->all);
	*s = (struct run_symbols){0};
}

void run_symbols_text(const struct run_symbols *s, uint64_t address, char *text, size_t size)
{
	size_t low = 0, high;

	text[0] = '\0';
	if (!s)
		return;
	high = s->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (s->all[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || address - s->all[low - 1].address >= REACH)
		return;
	snprintf(text, size, "%s+0x%" PRIx64, s->all[low - 1].name,
		 address - s->all[low - 1].address);
}

#endif
