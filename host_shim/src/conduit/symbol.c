/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of code addresses: the symbol table of the program, for static functions too, then dladdr(); lines. */
#define _GNU_SOURCE
#include "host_shim/src/conduit/line.h"
#include "host_shim/src/conduit/shim.h"

#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct image {
	const uint8_t *at;
	size_t size;
};

struct wanted {
	uintptr_t address;
	uintptr_t base; /* load bias of the object */
	char path[512];
};

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
		snprintf(wanted->path, sizeof(wanted->path), "%s",
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
		   uintptr_t value, char *buf, size_t size)
{
	const ElfW(Sym) *symbol = (const void *)(image->at + table->sh_offset);
	const size_t count = table->sh_size / sizeof(*symbol);

	for (size_t i = 0; i < count; i++, symbol++) {
		if (ELF64_ST_TYPE(symbol->st_info) != STT_FUNC || symbol->st_shndx == SHN_UNDEF)
			continue;
		if (value < symbol->st_value || value - symbol->st_value >= symbol->st_size)
			continue;
		snprintf(buf, size, "%s +0x%lx",
			 (const char *)image->at + strings->sh_offset + symbol->st_name,
			 (unsigned long)(value - symbol->st_value));
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

static bool find_symbol(const struct image *image, uintptr_t value, char *buf, size_t size)
{
	const ElfW(Ehdr) *head = (const void *)image->at;
	const ElfW(Shdr) *sections = sections_of(image);

	for (int i = 0; sections && i < head->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB &&
		    search(image, &sections[i], &sections[sections[i].sh_link], value, buf, size))
			return true;
	return false;
}

/* Compressed sections are left alone. */
static struct line_section debug_section(const struct image *image, const char *name)
{
	const ElfW(Ehdr) *head = (const void *)image->at;
	const ElfW(Shdr) *sections = sections_of(image), *names;

	if (!sections || head->e_shstrndx >= head->e_shnum)
		return (struct line_section){.size = 0};
	names = &sections[head->e_shstrndx];
	for (int i = 0; i < head->e_shnum; i++) {
		const ElfW(Shdr) *s = &sections[i];

		if ((s->sh_flags & SHF_COMPRESSED) || s->sh_offset + s->sh_size > image->size ||
		    strcmp((const char *)image->at + names->sh_offset + s->sh_name, name) != 0)
			continue;
		return (struct line_section){image->at + s->sh_offset, s->sh_size};
	}
	return (struct line_section){.size = 0};
}

static void add_line(const struct image *image, uintptr_t value, char *buf, size_t size)
{
	const struct line_tables tables = {
		.line = debug_section(image, ".debug_line"),
		.strings = debug_section(image, ".debug_str"),
		.line_strings = debug_section(image, ".debug_line_str"),
	};
	const size_t used = strlen(buf);
	char line[64];

	if (used < size && shim_line_of(&tables, value, line, sizeof(line)))
		snprintf(buf + used, size - used, " (%.60s)", line);
}

static void look_up(const void *address, char *buf, size_t size)
{
	struct wanted wanted = {.address = (uintptr_t)address};
	struct image image;
	bool found = false;
	Dl_info info;

	snprintf(buf, size, "%p", address);
	if (!address || !dl_iterate_phdr(find_object, &wanted))
		return;
	if (map_file(wanted.path, &image)) {
		found = find_symbol(&image, wanted.address - wanted.base, buf, size);
		if (found)
			add_line(&image, wanted.address - wanted.base, buf, size);
		munmap((void *)image.at, image.size);
	}
	if (!found && dladdr(address, &info) && info.dli_sname)
		snprintf(buf, size, "%s +0x%lx", info.dli_sname,
			 (unsigned long)((uintptr_t)address - (uintptr_t)info.dli_saddr));
}

/* The same few places appear again and again in the reports of one run. Of the process, as they are. */
#define KNOWN 128

static struct {
	const void *address;
	char text[128];
} known[KNOWN];

void shim_symbol(const void *address, char *buf, size_t size)
{
	const size_t slot = ((uintptr_t)address >> 2) % KNOWN;

	SHIM_LOCKED();
	if (!address || known[slot].address != address) {
		look_up(address, known[slot].text, sizeof(known[slot].text));
		known[slot].address = address;
	}
	snprintf(buf, size, "%s", known[slot].text);
}
