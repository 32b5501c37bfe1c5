/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A walk of stage 1 by hand, for what the CPU does not tell: which instruction stands at a virtual
 * address, at which level a walk ended, what may be written for certain. Reads only.
 */
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define SCTLR_M    UINT64_C(1)
#define DESC_VALID UINT64_C(1)
#define DESC_TABLE UINT64_C(2)
#define DESC_PA    UINT64_C(0x0000ffffffffffff)
#define LAST_LEVEL 3

#define DESC_USER      (UINT64_C(1) << 6)
#define DESC_READONLY  (UINT64_C(1) << 7)
#define DESC_AF        (UINT64_C(1) << 10)
#define TABLE_NO_USER  (UINT64_C(1) << 61)
#define TABLE_NO_STORE (UINT64_C(1) << 62)

struct regime {
	uint64_t base;
	unsigned int size;    /* bits of input address */
	unsigned int granule; /* log2 of the page size */
};

bool walk_read(struct rmmsim_unicorn *u, uint64_t ipa, void *data, size_t size)
{
	struct rmmsim_translation t;
	const uint8_t *at;

	rmmsim_translate(u->vcpu, ipa, RMMSIM_READ, 1, &t);
	/* Code that may be executed but not read. */
	if (!t.proceeds)
		rmmsim_translate(u->vcpu, ipa, RMMSIM_FETCH, 1, &t);
	at = t.proceeds ? memory_at(u, t.pa) : NULL;
	if (!at)
		return false;
	memcpy(data, at, size);
	return true;
}

static struct regime regime_of(struct rmmsim_unicorn *u, uint64_t va)
{
	static const unsigned int tg0[] = {12, 16, 14, 12}, tg1[] = {12, 14, 12, 16};
	const uint64_t tcr = cp_read(u->uc, RSI_SYSREG_TCR_EL1);
	const bool high = va >> 55 & 1;
	struct regime r;

	r.base = cp_read(u->uc, high ? RSI_SYSREG_TTBR1_EL1 : RSI_SYSREG_TTBR0_EL1) &
		 UINT64_C(0x0000fffffffffffe);
	r.size = 64 - (unsigned int)(tcr >> (high ? 16 : 0) & 0x3f);
	r.granule = high ? tg1[tcr >> 30 & 3] : tg0[tcr >> 14 & 3];
	return r;
}

static int start_level(const struct regime *r)
{
	const unsigned int stride = r->granule - 3;

	return LAST_LEVEL - (int)((r->size - r->granule - 1) / stride);
}

static void set_permissions(struct walk *walk, uint64_t desc, uint64_t tables)
{
	const bool store = walk->ok && (desc & DESC_AF) && !(desc & DESC_READONLY) &&
			   !(tables & TABLE_NO_STORE);

	walk->user = desc & DESC_USER;
	walk->writable[0] = store && walk->user && !(tables & TABLE_NO_USER);
	walk->writable[1] = store;
}

static struct walk walk_tables(struct rmmsim_unicorn *u, uint64_t va, const struct regime *r)
{
	const unsigned int stride = r->granule - 3;
	struct walk walk = {.level = start_level(r), .start = start_level(r)};
	uint64_t table = r->base, tables = 0;

	for (;; walk.level++) {
		const unsigned int shift =
			r->granule + stride * (unsigned int)(LAST_LEVEL - walk.level);
		const uint64_t mask =
			(UINT64_C(1) << (r->size - shift < stride ? r->size - shift : stride)) - 1;
		uint64_t desc;

		if (!walk_read(u, table + (va >> shift & mask) * 8, &desc, sizeof(desc)) ||
		    !(desc & DESC_VALID))
			return walk;
		if (walk.level == LAST_LEVEL || !(desc & DESC_TABLE)) {
			const uint64_t size = UINT64_C(1) << shift;

			walk.ok = walk.level < LAST_LEVEL || (desc & DESC_TABLE);
			walk.ipa = (desc & DESC_PA & ~(size - 1)) | (va & (size - 1));
			set_permissions(&walk, desc, tables);
			return walk;
		}
		tables |= desc;
		table = desc & DESC_PA & ~((UINT64_C(1) << r->granule) - 1);
	}
}

struct walk walk_stage1(struct rmmsim_unicorn *u, uint64_t va)
{
	struct regime r;

	if (!(cp_read(u->uc, RSI_SYSREG_SCTLR_EL1) & SCTLR_M))
		return (struct walk){.ok = true,
				     .ipa = va & UINT64_C(0x00ffffffffffffff),
				     .writable = {true, true}};
	r = regime_of(u, va);
	if (r.size < 16 || r.size > 48)
		return (struct walk){0};
	return walk_tables(u, va & UINT64_C(0x0000ffffffffffff), &r);
}

bool walk_fetch(struct rmmsim_unicorn *u, uint64_t va, uint32_t *word)
{
	const struct walk walk = walk_stage1(u, va);

	return walk.ok && va % INSN_SIZE == 0 && walk_read(u, walk.ipa, word, sizeof(*word));
}
