/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Payloads: AArch64 ELF files, or flat binaries. Nothing in the file is trusted. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

#define FILE_EXTRA (UINT64_C(1) << 24) /* of an ELF file, beside what is loaded */

/* --- where bytes go ------------------------------------------------------------------------------ */

static bool in_ram(const struct run_options *options, uint64_t base, uint64_t size)
{
	return base >= RUN_RAM_BASE && base - RUN_RAM_BASE <= options->ram &&
	       size <= options->ram - (base - RUN_RAM_BASE);
}

bool run_image_open(struct run_image *image, uint64_t base, uint64_t top)
{
	image->base = base & ~(RUN_PAGE - 1);
	image->top = (top + RUN_PAGE - 1) & ~(RUN_PAGE - 1);
	image->bytes = calloc(1, image->top - image->base);
	image->used = calloc((image->top - image->base) / RUN_PAGE, sizeof(*image->used));
	image->written = calloc(image->top - image->base, sizeof(*image->written));
	return image->bytes && image->used && image->written;
}

bool run_image_put(struct run_image *image, uint64_t at, const uint8_t *bytes, uint64_t size)
{
	const uint64_t from = at - image->base;

	for (uint64_t i = 0; i < size; i++) {
		if (image->written[from + i] && image->bytes[from + i] != bytes[i])
			return false;
	}
	if (!size)
		return true;
	memcpy(image->bytes + from, bytes, size);
	memset(image->written + from, true, size);
	for (uint64_t page = from / RUN_PAGE; page <= (from + size - 1) / RUN_PAGE; page++)
		image->used[page] = true;
	return true;
}

static bool load_flat(const struct run_options *options, const struct run_file *file,
		      struct run_image *image)
{
	if (options->load % 4)
		return run_bad(options->payload, "--load 0x%llx is not a multiple of 4",
			       (unsigned long long)options->load);
	if (!in_ram(options, options->load, file->size))
		return run_bad(options->payload,
			       "%zu bytes at 0x%llx do not fit into RAM (0x%llx bytes at 0x%llx)",
			       file->size, (unsigned long long)options->load,
			       (unsigned long long)options->ram, (unsigned long long)RUN_RAM_BASE);
	if (!run_image_open(image, options->load, options->load + file->size))
		return run_bad(options->payload, "no memory");
	run_image_put(image, options->load, file->bytes, file->size);
	image->entry = options->load;
	return true;
}

/* --- ELF -------------------------------------------------------------------------------------------- */

static bool elf_header(const struct run_options *options, const struct run_file *file,
		       Elf64_Ehdr *e)
{
	if (file->size < sizeof(*e))
		return run_bad(options->payload, "is truncated: no ELF header");
	memcpy(e, file->bytes, sizeof(*e));
	if (e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_ident[EI_DATA] != ELFDATA2LSB)
		return run_bad(options->payload, "is not a 64-bit little-endian ELF file");
	if (e->e_machine != EM_AARCH64)
		return run_bad(options->payload, "is not AArch64 code (ELF machine %u)",
			       e->e_machine);
	if (e->e_type != ET_EXEC && e->e_type != ET_DYN)
		return run_bad(options->payload, "is not an executable (ELF type %u)", e->e_type);
	if (!e->e_phnum || e->e_phentsize != sizeof(Elf64_Phdr))
		return run_bad(options->payload, "has no program headers");
	if (e->e_phoff > file->size || (file->size - e->e_phoff) / sizeof(Elf64_Phdr) < e->e_phnum)
		return run_bad(options->payload,
			       "is truncated: its program headers are not in the file");
	return true;
}

static Elf64_Phdr segment(const struct run_file *file, const Elf64_Ehdr *e, unsigned int i)
{
	Elf64_Phdr p;

	memcpy(&p, file->bytes + e->e_phoff + i * sizeof(p), sizeof(p));
	return p;
}

static bool check_segment(const struct run_options *options, const struct run_file *file,
			  const Elf64_Phdr *p)
{
	if (p->p_offset > file->size || p->p_filesz > file->size - p->p_offset)
		return run_bad(options->payload,
			       "is truncated: a segment of 0x%llx bytes is not in the file",
			       (unsigned long long)p->p_filesz);
	if (p->p_filesz > p->p_memsz)
		return run_bad(options->payload,
			       "has a segment that is larger in the file than in memory");
	if (!in_ram(options, p->p_paddr, p->p_memsz))
		return run_bad(
			options->payload,
			"has a segment of 0x%llx bytes at 0x%llx, outside of RAM (0x%llx bytes at "
			"0x%llx)",
			(unsigned long long)p->p_memsz, (unsigned long long)p->p_paddr,
			(unsigned long long)options->ram, (unsigned long long)RUN_RAM_BASE);
	return true;
}

static bool load_elf(const struct run_options *options, const struct run_file *file,
		     struct run_image *image)
{
	uint64_t base = UINT64_MAX, top = 0;
	Elf64_Ehdr e;

	if (!elf_header(options, file, &e))
		return false;
	for (unsigned int i = 0; i < e.e_phnum; i++) {
		const Elf64_Phdr p = segment(file, &e, i);

		if (p.p_type != PT_LOAD || !p.p_memsz)
			continue;
		if (!check_segment(options, file, &p))
			return false;
		base = p.p_paddr < base ? p.p_paddr : base;
		top = p.p_paddr + p.p_filesz > top ? p.p_paddr + p.p_filesz : top;
	}
	if (base >= top)
		return run_bad(options->payload, "has nothing to load");
	if (!run_image_open(image, base, top))
		return run_bad(options->payload, "no memory");
	for (unsigned int i = 0; i < e.e_phnum; i++) {
		const Elf64_Phdr p = segment(file, &e, i);

		if (p.p_type == PT_LOAD && p.p_memsz &&
		    !run_image_put(image, p.p_paddr, file->bytes + p.p_offset, p.p_filesz))
			return run_bad(options->payload,
				       "has segments with different bytes at the same address "
				       "(one begins at 0x%llx)",
				       (unsigned long long)p.p_paddr);
	}
	image->entry = e.e_entry;
	return true;
}

bool run_image_load(const struct run_options *options, struct run_image *image)
{
	const uint64_t unprotected = UINT64_C(1) << (options->width - 1);
	struct run_file file = {0};
	bool good = run_file_read(options->payload, options->ram + FILE_EXTRA, true, &file);

	if (good && file.size >= SELFMAG && !memcmp(file.bytes, ELFMAG, SELFMAG))
		good = load_elf(options, &file, image);
	else if (good)
		good = load_flat(options, &file, image);
	free(file.bytes);
	image->gprs[0] = RUN_RAM_BASE;
	image->gprs[1] = options->ram;
	image->gprs[2] = unprotected + BOARD_UART;
	image->gprs[3] = unprotected;
	return good;
}

void run_image_free(struct run_image *image)
{
	free(image->bytes);
	free(image->used);
	free(image->written);
}

#endif
