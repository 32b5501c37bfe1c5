/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of code addresses: the symbol table of the program, for static functions too, then dladdr(). */
#define _GNU_SOURCE
#include "host_shim/src/shim.h"

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

static bool find_symbol(const struct image *image, uintptr_t value, char *buf, size_t size)
{
	const ElfW(Ehdr) *head = (const void *)image->at;
	const ElfW(Shdr) *sections = (const void *)(image->at + head->e_shoff);

	if (head->e_shoff + head->e_shnum * sizeof(*sections) > image->size)
		return false;
	for (int i = 0; i < head->e_shnum; i++)
		if (sections[i].sh_type == SHT_SYMTAB &&
		    search(image, &sections[i], &sections[sections[i].sh_link], value, buf, size))
			return true;
	return false;
}

void shim_symbol(const void *address, char *buf, size_t size)
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
		munmap((void *)image.at, image.size);
	}
	if (!found && dladdr(address, &info) && info.dli_sname)
		snprintf(buf, size, "%s +0x%lx", info.dli_sname,
			 (unsigned long)((uintptr_t)address - (uintptr_t)info.dli_saddr));
}
