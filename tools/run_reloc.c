/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/*
 * Relocations of a position independent ELF file: those that need no symbol, and those of symbols that the file
 * defines itself. A program that does them once more writes the same values, but for the packed form (RELR).
 */
#include <string.h>

#include "tools/run_elf.h"

#ifndef DT_RELRSZ
#define DT_RELRSZ 35
#define DT_RELR   36
#endif

#define RELR_BITS 63

struct tables {
	uint64_t rela, rela_size, jump, jump_size, relr, relr_size, symbols;
};

/* A place in the loaded image, by the address in the file; NULL: something there is not loaded. */
static uint8_t *place(const struct run_elf *elf, const struct run_image *image, uint64_t address,
		      uint64_t size)
{
	const uint64_t from = address + elf->bias - image->base, all = image->top - image->base;

	if (from > all || size > all - from)
		return NULL;
	for (uint64_t i = 0; i < size; i++) {
		if (!image->written[from + i])
			return NULL;
	}
	return image->bytes + from;
}

static bool read_tables(const struct run_elf *elf, const struct run_image *image,
			const Elf64_Phdr *p, struct tables *t)
{
	for (uint64_t at = 0; at + sizeof(Elf64_Dyn) <= p->p_filesz; at += sizeof(Elf64_Dyn)) {
		const uint8_t *bytes = place(elf, image, p->p_vaddr + at, sizeof(Elf64_Dyn));
		uint64_t *const targets[] = {
			[DT_RELA] = &t->rela,      [DT_RELASZ] = &t->rela_size,
			[DT_JMPREL] = &t->jump,    [DT_PLTRELSZ] = &t->jump_size,
			[DT_RELR] = &t->relr,      [DT_RELRSZ] = &t->relr_size,
			[DT_SYMTAB] = &t->symbols,
		};
		Elf64_Dyn d;

		if (!bytes)
			return run_bad(elf->path, "has a dynamic section that is not loaded");
		memcpy(&d, bytes, sizeof(d));
		if (d.d_tag == DT_NULL)
			return true;
		if (d.d_tag > 0 && (uint64_t)d.d_tag < sizeof(targets) / sizeof(targets[0]) &&
		    targets[d.d_tag])
			*targets[d.d_tag] = d.d_un.d_val;
	}
	return true;
}

static bool put(const struct run_elf *elf, struct run_image *image, uint64_t address,
		uint64_t value)
{
	uint8_t *at = place(elf, image, address, sizeof(value));

	if (!at)
		return run_bad(elf->path,
			       "has a relocation of 0x%llx, where nothing is loaded from the file",
			       (unsigned long long)address);
	memcpy(at, &value, sizeof(value));
	return true;
}

static bool symbol_value(const struct run_elf *elf, const struct run_image *image,
			 const struct tables *t, uint64_t number, uint64_t *value)
{
	const uint8_t *at =
		place(elf, image, t->symbols + number * sizeof(Elf64_Sym), sizeof(Elf64_Sym));
	Elf64_Sym symbol;

	if (!at)
		return run_bad(elf->path, "has a relocation with a symbol that is not loaded");
	memcpy(&symbol, at, sizeof(symbol));
	if (symbol.st_shndx == SHN_UNDEF && ELF64_ST_BIND(symbol.st_info) != STB_WEAK)
		return run_bad(elf->path,
			       "needs a symbol of another file (number %llu): link it "
			       "with everything that it uses",
			       (unsigned long long)number);
	*value = symbol.st_shndx == SHN_UNDEF ? 0 : symbol.st_value + elf->bias;
	return true;
}

static bool relocate(const struct run_elf *elf, struct run_image *image, const struct tables *t,
		     const Elf64_Rela *r)
{
	uint64_t value = elf->bias;

	switch (ELF64_R_TYPE(r->r_info)) {
	case R_AARCH64_NONE:
		return true;
	case R_AARCH64_RELATIVE:
		break;
	case R_AARCH64_ABS64:
	case R_AARCH64_GLOB_DAT:
	case R_AARCH64_JUMP_SLOT:
		if (!symbol_value(elf, image, t, ELF64_R_SYM(r->r_info), &value))
			return false;
		break;
	default:
		return run_bad(elf->path, "has a relocation of type %llu, which is not known here",
			       (unsigned long long)ELF64_R_TYPE(r->r_info));
	}
	return put(elf, image, r->r_offset, value + (uint64_t)r->r_addend);
}

static bool relocate_all(const struct run_elf *elf, struct run_image *image, const struct tables *t,
			 uint64_t table, uint64_t size)
{
	for (uint64_t at = 0; at + sizeof(Elf64_Rela) <= size; at += sizeof(Elf64_Rela)) {
		const uint8_t *bytes = place(elf, image, table + at, sizeof(Elf64_Rela));
		Elf64_Rela r;

		if (!bytes)
			return run_bad(elf->path, "has relocations that are not loaded");
		memcpy(&r, bytes, sizeof(r));
		if (!relocate(elf, image, t, &r))
			return false;
	}
	return true;
}

static bool add_bias(const struct run_elf *elf, struct run_image *image, uint64_t address)
{
	const uint8_t *at = place(elf, image, address, sizeof(uint64_t));
	uint64_t value = 0;

	if (at)
		memcpy(&value, at, sizeof(value));
	return put(elf, image, address, value + elf->bias);
}

/* Even words are addresses; odd ones are bits for the 63 words behind the last address or bits. */
static bool relocate_packed(const struct run_elf *elf, struct run_image *image,
			    const struct tables *t)
{
	uint64_t where = 0;

	for (uint64_t at = 0; at + sizeof(uint64_t) <= t->relr_size; at += sizeof(uint64_t)) {
		const uint8_t *bytes = place(elf, image, t->relr + at, sizeof(uint64_t));
		uint64_t word;

		if (!bytes)
			return run_bad(elf->path, "has relocations that are not loaded");
		memcpy(&word, bytes, sizeof(word));
		if (!(word & 1)) {
			if (!add_bias(elf, image, word))
				return false;
			where = word + sizeof(word);
			continue;
		}
		for (unsigned int i = 0; i < RELR_BITS; i++) {
			if ((word >> (i + 1) & 1) &&
			    !add_bias(elf, image, where + i * sizeof(word)))
				return false;
		}
		where += RELR_BITS * sizeof(word);
	}
	return true;
}

bool run_elf_relocate(const struct run_elf *elf, struct run_image *image)
{
	struct tables t = {0};

	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		const Elf64_Phdr p = run_elf_segment(elf, i);

		if (p.p_type == PT_DYNAMIC && !read_tables(elf, image, &p, &t))
			return false;
	}
	return relocate_all(elf, image, &t, t.rela, t.rela_size) &&
	       relocate_all(elf, image, &t, t.jump, t.jump_size) && relocate_packed(elf, image, &t);
}

#endif
