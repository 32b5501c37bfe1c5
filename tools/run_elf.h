/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_RUN_ELF_H
#define TOOLS_RUN_ELF_H

/* ELF files of `rmmsim run`, and the relocations of those that are position independent. */

#include <elf.h>
#include <string.h>

#include "tools/run.h"

struct run_elf {
	const char *path;
	const struct run_file *file;
	Elf64_Ehdr header;
	bool moved;    /* loaded at virtual address + bias; otherwise at its physical addresses */
	uint64_t bias; /* modulo 2^64 */
};

static inline Elf64_Phdr run_elf_segment(const struct run_elf *elf, unsigned int i)
{
	Elf64_Phdr p;

	memcpy(&p, elf->file->bytes + elf->header.e_phoff + i * sizeof(p), sizeof(p));
	return p;
}

/* False with a message on stderr. */
bool run_elf_relocate(const struct run_elf *elf, struct run_image *image);

#endif
