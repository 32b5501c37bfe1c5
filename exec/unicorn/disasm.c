/* SPDX-License-Identifier: BSD-3-Clause */
/* Text of instructions, by capstone where it was there at build time. */
#include <stdio.h>

#include "exec/unicorn/unicorn.h"

#if RMMSIM_HAVE_CAPSTONE
#include <capstone/capstone.h>

void disasm_open(struct rmmsim_unicorn *u)
{
	csh handle = 0;

	if (cs_open(CS_ARCH_ARM64, CS_MODE_ARM, &handle) == CS_ERR_OK)
		u->capstone = handle;
}

void disasm_close(struct rmmsim_unicorn *u)
{
	csh handle = u->capstone;

	if (handle)
		cs_close(&handle);
}

void disasm_text(const struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, char *text,
		 size_t size)
{
	cs_insn *insn;
	const size_t count = u->capstone ? cs_disasm(u->capstone, (const uint8_t *)&word,
						     sizeof(word), pc, 1, &insn)
					 : 0;

	if (!count) {
		snprintf(text, size, ".word 0x%08x", word);
		return;
	}
	snprintf(text, size, "%s%s%s", insn->mnemonic, insn->op_str[0] ? " " : "", insn->op_str);
	cs_free(insn, count);
}

#else

void disasm_open(struct rmmsim_unicorn *u)
{
	(void)u;
}

void disasm_close(struct rmmsim_unicorn *u)
{
	(void)u;
}

void disasm_text(const struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, char *text,
		 size_t size)
{
	(void)u, (void)pc;
	snprintf(text, size, ".word 0x%08x", word);
}

#endif
