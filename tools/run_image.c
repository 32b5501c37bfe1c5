/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Payloads: AArch64 ELF files, or flat binaries. Nothing in the file is trusted. */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

struct file {
	uint8_t *bytes;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static bool bad(const struct run_options *options,
						      const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "rmmsim run: %s: ", options->payload);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return false;
}

static bool read_file(const struct run_options *options, struct file *file)
{
	FILE *in = fopen(options->payload, "rb");
	size_t room = 1 << 16, count = 1;
	int failure;

	if (!in)
		return bad(options, "%s", strerror(errno));
	file->bytes = malloc(room);
	while (file->bytes && count) {
		count = fread(file->bytes + file->size, 1, room - file->size, in);
		file->size += count;
		if (file->size < room)
			continue;
		if (file->size > options->ram + (1 << 24))
			break;
		room *= 2;
		file->bytes = realloc(file->bytes, room);
	}
	failure = ferror(in) ? errno : 0;
	fclose(in);
	if (failure)
		return bad(options, "%s", strerror(failure));
	if (!file->bytes)
		return bad(options, "no memory");
	if (!file->size)
		return bad(options, "is empty");
	return true;
}

/* --- where bytes go ------------------------------------------------------------------------------ */

static bool in_ram(const struct run_options *options, uint64_t base, uint64_t size)
{
	return base >= RUN_RAM_BASE && base - RUN_RAM_BASE <= options->ram &&
	       size <= options->ram - (base - RUN_RAM_BASE);
}

static bool open_range(struct run_image *image, uint64_t base, uint64_t top)
{
	image->base = base & ~(RUN_PAGE - 1);
	image->top = (top + RUN_PAGE - 1) & ~(RUN_PAGE - 1);
	image->bytes = calloc(1, image->top - image->base);
	image->used = calloc((image->top - image->base) / RUN_PAGE, sizeof(*image->used));
	image->written = calloc(image->top - image->base, sizeof(*image->written));
	return image->bytes && image->used && image->written;
}

/* False: something else is there already. */
static bool put(struct run_image *image, uint64_t at, const uint8_t *bytes, uint64_t size)
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

static bool load_flat(const struct run_options *options, const struct file *file,
		      struct run_image *image)
{
	if (options->load % 4)
		return bad(options, "--load 0x%llx is not a multiple of 4",
			   (unsigned long long)options->load);
	if (!in_ram(options, options->load, file->size))
		return bad(options,
			   "%zu bytes at 0x%llx do not fit into RAM (0x%llx bytes at 0x%llx)",
			   file->size, (unsigned long long)options->load,
			   (unsigned long long)options->ram, (unsigned long long)RUN_RAM_BASE);
	if (!open_range(image, options->load, options->load + file->size))
		return bad(options, "no memory");
	put(image, options->load, file->bytes, file->size);
	image->entry = options->load;
	return true;
}

/* --- ELF -------------------------------------------------------------------------------------------- */

static bool elf_header(const struct run_options *options, const struct file *file, Elf64_Ehdr *e)
{
	if (file->size < sizeof(*e))
		return bad(options, "is truncated: no ELF header");
	memcpy(e, file->bytes, sizeof(*e));
	if (e->e_ident[EI_CLASS] != ELFCLASS64 || e->e_ident[EI_DATA] != ELFDATA2LSB)
		return bad(options, "is not a 64-bit little-endian ELF file");
	if (e->e_machine != EM_AARCH64)
		return bad(options, "is not AArch64 code (ELF machine %u)", e->e_machine);
	if (e->e_type != ET_EXEC && e->e_type != ET_DYN)
		return bad(options, "is not an executable (ELF type %u)", e->e_type);
	if (!e->e_phnum || e->e_phentsize != sizeof(Elf64_Phdr))
		return bad(options, "has no program headers");
	if (e->e_phoff > file->size || (file->size - e->e_phoff) / sizeof(Elf64_Phdr) < e->e_phnum)
		return bad(options, "is truncated: its program headers are not in the file");
	return true;
}

static Elf64_Phdr segment(const struct file *file, const Elf64_Ehdr *e, unsigned int i)
{
	Elf64_Phdr p;

	memcpy(&p, file->bytes + e->e_phoff + i * sizeof(p), sizeof(p));
	return p;
}

static bool check_segment(const struct run_options *options, const struct file *file,
			  const Elf64_Phdr *p)
{
	if (p->p_offset > file->size || p->p_filesz > file->size - p->p_offset)
		return bad(options, "is truncated: a segment of 0x%llx bytes is not in the file",
			   (unsigned long long)p->p_filesz);
	if (p->p_filesz > p->p_memsz)
		return bad(options, "has a segment that is larger in the file than in memory");
	if (!in_ram(options, p->p_paddr, p->p_memsz))
		return bad(
			options,
			"has a segment of 0x%llx bytes at 0x%llx, outside of RAM (0x%llx bytes at "
			"0x%llx)",
			(unsigned long long)p->p_memsz, (unsigned long long)p->p_paddr,
			(unsigned long long)options->ram, (unsigned long long)RUN_RAM_BASE);
	return true;
}

static bool load_elf(const struct run_options *options, const struct file *file,
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
		return bad(options, "has nothing to load");
	if (!open_range(image, base, top))
		return bad(options, "no memory");
	for (unsigned int i = 0; i < e.e_phnum; i++) {
		const Elf64_Phdr p = segment(file, &e, i);

		if (p.p_type == PT_LOAD && p.p_memsz &&
		    !put(image, p.p_paddr, file->bytes + p.p_offset, p.p_filesz))
			return bad(options,
				   "has segments with different bytes at the same address "
				   "(one begins at 0x%llx)",
				   (unsigned long long)p.p_paddr);
	}
	image->entry = e.e_entry;
	return true;
}

bool run_image_load(const struct run_options *options, struct run_image *image)
{
	struct file file = {0};
	bool good = read_file(options, &file);

	if (good && file.size >= SELFMAG && !memcmp(file.bytes, ELFMAG, SELFMAG))
		good = load_elf(options, &file, image);
	else if (good)
		good = load_flat(options, &file, image);
	free(file.bytes);
	return good;
}

void run_image_free(struct run_image *image)
{
	free(image->bytes);
	free(image->used);
	free(image->written);
}

#endif
