/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of code addresses: the symbol table of the object, for static functions too, then dladdr(); lines. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rmmsim/testing.h>

#include "code/line.h"

struct image {
	const uint8_t *at;
	size_t size;
};

struct wanted {
	uintptr_t address;
	uintptr_t base; /* load bias of the object */
	char path[512];
};

static void copy_text(char *to, size_t size, const char *from)
{
	const size_t length = strnlen(from, size - 1);

	memcpy(to, from, length);
	to[length] = '\0';
}

static int find_object(struct dl_phdr_info *info, size_t size, void *data)
{
	struct wanted *wanted = data;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const uintptr_t start = info->dlpi_addr + p->p_vaddr;

		if (p->p_type != PT_LOAD || wanted->address - start >= p->p_memsz)
			continue;
		wanted->base = info->dlpi_addr;
		copy_text(wanted->path, sizeof(wanted->path),
			  info->dlpi_name && *info->dlpi_name ? info->dlpi_name : "/proc/self/exe");
		return 1;
	}
	return 0;
}

static bool map_file(const char *path, struct image *image)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && st.st_size > (off_t)sizeof(ElfW(Ehdr)))
		at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (at == MAP_FAILED)
		return false;
	*image = (struct image){at, (size_t)st.st_size};
	return true;
}

static bool search(const struct image *image, const ElfW(Shdr) * table, const ElfW(Shdr) * strings,
		   uintptr_t value, struct rmmsim_place *place)
{
	const ElfW(Sym) *symbol = (const void *)(image->at + table->sh_offset);
	const size_t count = table->sh_size / sizeof(*symbol);

	for (size_t i = 0; i < count; i++, symbol++) {
		if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_shndx == SHN_UNDEF)
			continue;
		if (value < symbol->st_value || value - symbol->st_value >= symbol->st_size)
			continue;
		copy_text(place->function, sizeof(place->function),
			  (const char *)image->at + strings->sh_offset + symbol->st_name);
		place->offset = value - symbol->st_value;
		return true;
	}
	return false;
}

static const ElfW(Shdr) * sections_of(const struct image *image)
{
	const ElfW(Ehdr) *head = (const void *)image->at;

	if (!head->e_shoff || head->e_shoff + head->e_shnum * sizeof(ElfW(Shdr)) > image->size)
		return NULL;
	return (const void *)(image->at + head->e_shoff);
}

static bool find_symbol(const struct image *image, uintptr_t value, struct rmmsim_place *place)
{
	const ElfW(Ehdr) *head = (const void *)image->at;
	const ElfW(Shdr) *sections = sections_of(image);

	for (int i = 0; sections && i < head->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB &&
		    search(image, &sections[i], &sections[sections[i].sh_link], value, place))
			return true;
	return false;
}

/* Compressed sections are left alone. */
static struct code_section debug_section(const struct image *image, const char *name)
{
	const ElfW(Ehdr) *head = (const void *)image->at;
	const ElfW(Shdr) *sections = sections_of(image), *names;

	if (!sections || head->e_shstrndx >= head->e_shnum)
		return (struct code_section){.size = 0};
	names = &sections[head->e_shstrndx];
	for (int i = 0; i < head->e_shnum; i++) {
		const ElfW(Shdr) *s = &sections[i];

		if ((s->sh_flags & SHF_COMPRESSED) || s->sh_offset + s->sh_size > image->size ||
		    strcmp((const char *)image->at + names->sh_offset + s->sh_name, name) != 0)
			continue;
		return (struct code_section){image->at + s->sh_offset, s->sh_size};
	}
	return (struct code_section){.size = 0};
}

static void find_line(const struct image *image, uintptr_t value, struct rmmsim_place *place)
{
	const struct code_tables tables = {
		.line = debug_section(image, ".debug_line"),
		.strings = debug_section(image, ".debug_str"),
		.line_strings = debug_section(image, ".debug_line_str"),
	};
	const char *file, *directory = NULL;
	size_t length = 0;
	unsigned int line;

	if (!code_place_of(&tables, value, &directory, &file, &line))
		return;
	/* Absolute ones say more of a machine than of a place. */
	if (directory && directory[0] && directory[0] != '/' && directory[0] != '.')
		length = strnlen(directory, sizeof(place->file));
	if (length + 2 + strnlen(file, sizeof(place->file)) > sizeof(place->file))
		length = 0;
	if (length) {
		copy_text(place->file, sizeof(place->file), directory);
		place->file[length++] = '/';
	}
	copy_text(place->file + length, sizeof(place->file) - length, file);
	place->line = line;
}

static void look_into_file(const struct wanted *wanted, struct rmmsim_place *place)
{
	struct image image;

	if (!map_file(wanted->path, &image))
		return;
	if (find_symbol(&image, wanted->address - wanted->base, place))
		find_line(&image, wanted->address - wanted->base, place);
	munmap((void *)image.at, image.size);
}

bool rmmsim_place_of(const void *address, struct rmmsim_place *place)
{
	struct wanted wanted = {.address = (uintptr_t)address};
	Dl_info info;

	*place = (struct rmmsim_place){.line = 0};
	if (!address || !dl_iterate_phdr(find_object, &wanted))
		return false;
	look_into_file(&wanted, place);
	if (!*place->function && dladdr(address, &info) && info.dli_sname) {
		copy_text(place->function, sizeof(place->function), info.dli_sname);
		place->offset = (uintptr_t)address - (uintptr_t)info.dli_saddr;
	}
	return *place->function || place->line;
}

size_t rmmsim_place_text(const void *address, char *buf, size_t size)
{
	struct rmmsim_place place;
	int length;

	if (!rmmsim_place_of(address, &place))
		length = snprintf(buf, size, "%p", address);
	else if (!place.line)
		length = snprintf(buf, size, "%s +0x%llx", place.function,
				  (unsigned long long)place.offset);
	else
		length = snprintf(buf, size, "%s +0x%llx (%s:%u)", place.function,
				  (unsigned long long)place.offset, place.file, place.line);
	return length < 0 ? 0 : (size_t)length;
}
