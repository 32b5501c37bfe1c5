/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* AArch64 ELF files. Nothing in the file is trusted. */
#include <elf.h>
#include <string.h>

#include "tools/run_elf.h"

static bool read_header(struct run_elf *elf)
{
	const struct run_file *file = elf->file;
	Elf64_Ehdr *e = &elf->header;

	if (file->size < sizeof(*e))
		return run_bad(elf->path, "is truncated: no ELF header");
	memcpy(e, file->bytes, sizeof(*e));
	if (e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_ident[EI_DATA] != ELFDATA2LSB)
		return run_bad(elf->path, "is not a 64-bit little-endian ELF file");
	if (e->e_machine != EM_AARCH64)
		return run_bad(elf->path, "is not AArch64 code (ELF machine %u)", e->e_machine);
	if (e->e_type != ET_EXEC && e->e_type != ET_DYN)
		return run_bad(elf->path, "is not an executable (ELF type %u)", e->e_type);
	if (!e->e_phnum || e->e_phentsize != sizeof(Elf64_Phdr))
		return run_bad(elf->path, "has no program headers");
	if (e->e_phoff > file->size || (file->size - e->e_phoff) / sizeof(Elf64_Phdr) < e->e_phnum)
		return run_bad(elf->path, "is truncated: its program headers are not in the file");
	return true;
}

static bool is_loaded(const Elf64_Phdr *p)
{
	return p->p_type == PT_LOAD && p->p_memsz;
}

/* --- where it goes ------------------------------------------------------------------------------- */

static uint64_t linked_at(const struct run_elf *elf, const Elf64_Phdr *p)
{
	return elf->moved ? p->p_vaddr : p->p_paddr;
}

/* Lowest address that the file asks for, and the largest alignment. */
static uint64_t lowest(const struct run_elf *elf, uint64_t *align)
{
	uint64_t low = UINT64_MAX;

	*align = RUN_PAGE;
	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		const Elf64_Phdr p = run_elf_segment(elf, i);

		if (!is_loaded(&p))
			continue;
		if (linked_at(elf, &p) < low)
			low = linked_at(elf, &p);
		if (p.p_align > *align && !(p.p_align & (p.p_align - 1)))
			*align = p.p_align;
	}
	return low;
}

/* A position independent file goes to --load, or to the start of RAM if it was linked for no place in RAM. */
static bool choose_place(struct run_elf *elf, const struct run_options *o)
{
	uint64_t align;
	const uint64_t low = lowest(elf, &align);

	if (elf->header.e_type != ET_DYN || (!o->load_given && run_in_ram(o, low, 0)))
		return true;
	elf->moved = true;
	elf->bias = o->load - (lowest(elf, &align) & ~(align - 1));
	if (o->load % align == 0)
		return true;
	return run_bad(elf->path, "is aligned to 0x%llx: --load 0x%llx is not",
		       (unsigned long long)align, (unsigned long long)o->load);
}

static bool check_segment(const struct run_elf *elf, const struct run_options *o,
			  const Elf64_Phdr *p)
{
	const uint64_t at = linked_at(elf, p) + elf->bias;

	if (p->p_offset > elf->file->size || p->p_filesz > elf->file->size - p->p_offset)
		return run_bad(elf->path,
			       "is truncated: a segment of 0x%llx bytes is not in the file",
			       (unsigned long long)p->p_filesz);
	if (p->p_filesz > p->p_memsz)
		return run_bad(elf->path,
			       "has a segment that is larger in the file than in memory");
	if (!run_in_ram(o, at, p->p_memsz))
		return run_bad(
			elf->path,
			"has a segment of 0x%llx bytes at 0x%llx, outside of RAM (0x%llx bytes at "
			"0x%llx)",
			(unsigned long long)p->p_memsz, (unsigned long long)at,
			(unsigned long long)o->ram, (unsigned long long)RUN_RAM_BASE);
	return true;
}

static bool open_image(const struct run_elf *elf, const struct run_options *o,
		       struct run_image *image)
{
	uint64_t base = UINT64_MAX, top = 0;

	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		const Elf64_Phdr p = run_elf_segment(elf, i);
		const uint64_t at = linked_at(elf, &p) + elf->bias;

		if (!is_loaded(&p))
			continue;
		if (!check_segment(elf, o, &p))
			return false;
		base = at < base ? at : base;
		top = at + p.p_filesz > top ? at + p.p_filesz : top;
	}
	if (base >= top)
		return run_bad(elf->path, "has nothing to load");
	return run_image_open(image, base, top) || run_bad(elf->path, "no memory");
}

static bool load_segments(const struct run_elf *elf, struct run_image *image)
{
	for (unsigned int i = 0; i < elf->header.e_phnum; i++) {
		const Elf64_Phdr p = run_elf_segment(elf, i);
		const uint64_t at = linked_at(elf, &p) + elf->bias;

		if (is_loaded(&p) &&
		    !run_image_put(image, at, elf->file->bytes + p.p_offset, p.p_filesz))
			return run_bad(elf->path,
				       "has segments with different bytes at the same address "
				       "(one begins at 0x%llx)",
				       (unsigned long long)at);
	}
	return true;
}

bool run_elf_load(const struct run_options *o, const struct run_file *file, struct run_image *image)
{
	struct run_elf elf = {.path = o->payload, .file = file};

	if (!read_header(&elf) || !choose_place(&elf, o) || !open_image(&elf, o, image) ||
	    !load_segments(&elf, image))
		return false;
	image->entry = elf.header.e_entry + elf.bias;
	image->bias = elf.bias;
	return !elf.moved || o->no_relocate || run_elf_relocate(&elf, image);
}

#endif
