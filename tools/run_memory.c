/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Translation tables, on demand: planes.md#6 (6.4) */
#include "tools/run.h"

#define LAST_LEVEL 3
/* Status codes of X0: rmi-abi.md#3 */
#define STATUS_RTT     4
#define STATUS_RTT_AUX 7

static uint64_t entry_size(int level)
{
	return RUN_PAGE << 9 * (LAST_LEVEL - level);
}

static uint64_t create_table(struct run_host *h, unsigned int tree, uint64_t ipa, int level,
			     uint64_t rtt)
{
	ipa &= ~(entry_size(level - 1) - 1);
	if (tree == 0)
		return RUN_CALL(h, SMC_RMI_RTT_CREATE, h->rd, rtt, ipa, (uint64_t)level);
	return RUN_CALL(h, SMC_RMI_RTT_AUX_CREATE, h->rd, rtt, ipa, (uint64_t)level, tree);
}

bool run_tables(struct run_host *h, unsigned int tree, uint64_t ipa, int level)
{
	for (; level <= LAST_LEVEL; level++) {
		const uint64_t before = h->next, rtt = run_delegated(h, 1, RUN_PAGE);
		uint64_t x0;

		if (!rtt)
			return false;
		x0 = create_table(h, tree, ipa, level, rtt);
		if (run_status(x0) == RMI_SUCCESS)
			continue;
		/* It is there already. */
		RUN_CALL(h, SMC_RMI_GRANULE_UNDELEGATE, rtt);
		h->next = before;
		if (run_status(x0) != STATUS_RTT && run_status(x0) != STATUS_RTT_AUX)
			return false;
	}
	return true;
}

/* --- Protected memory --------------------------------------------------------------------------------- */

static bool serve_primary(struct run_host *h, uint64_t ipa)
{
	uint64_t x[18] = {0, h->rd, ipa, LAST_LEVEL}, data;

	if (run_smc(h, SMC_RMI_RTT_READ_ENTRY, x))
		return false;
	/* X2: state, X4: RIPAS. A page that was destroyed stays so. */
	if (x[4] != RMI_RIPAS_RAM || x[2] == RMI_RTT_ENTRY_ASSIGNED)
		return false;
	if (!run_tables(h, 0, ipa, (int)x[1] + 1))
		return false;
	data = run_delegated(h, 1, RUN_PAGE);
	return data && !RUN_CALL(h, SMC_RMI_DATA_CREATE_UNKNOWN, h->rd, data, ipa);
}

/* An entry of an auxiliary tree: the primary one first, then tables, then the mapping itself. */
static bool serve_aux(struct run_host *h, uint64_t ipa, unsigned int tree)
{
	for (int i = 0; i < 3; i++) {
		const uint64_t x0 = RUN_CALL(h, SMC_RMI_RTT_AUX_MAP_PROTECTED, h->rd, ipa, tree);

		if (run_status(x0) == RMI_SUCCESS)
			return true;
		if (run_status(x0) == STATUS_RTT && serve_primary(h, ipa))
			continue;
		if (run_status(x0) != STATUS_RTT_AUX ||
		    !run_tables(h, tree, ipa, run_index(x0) + 1))
			return false;
	}
	return false;
}

/* --- shared memory --------------------------------------------------------------------------------------- */

bool run_share(struct run_host *h, uint64_t ipa)
{
	const uint64_t page = run_pages(h, 1, RUN_PAGE);
	/* Write-back, read and write: rtt.md#5 */
	const uint64_t desc = page | (h->trees < h->options.planes ? UINT64_C(0x0008000000000058)
								   : UINT64_C(0xd8));

	if (!page || !run_tables(h, 0, ipa, h->start + 1))
		return false;
	run_answers_fill(h, (unsigned int)((ipa - h->unprotected - RUN_SHARED) / RUN_PAGE), page);
	return !RUN_CALL(h, SMC_RMI_RTT_MAP_UNPROTECTED, h->rd, ipa, LAST_LEVEL, desc);
}

/* The start level entry of an auxiliary tree is a copy of the primary one. */
static bool serve_shared_aux(struct run_host *h, uint64_t ipa, unsigned int tree)
{
	const uint64_t base = ipa & ~(entry_size(h->start) - 1);

	if (!run_tables(h, 0, ipa, h->start + 1))
		return false;
	return !RUN_CALL(h, SMC_RMI_RTT_AUX_MAP_UNPROTECTED, h->rd, base, tree);
}

bool run_serve_fault(struct run_host *h, uint64_t ipa, unsigned int tree, int level)
{
	const uint64_t offset = ipa - h->unprotected;

	if (ipa < h->unprotected)
		return tree ? serve_aux(h, ipa, tree) : serve_primary(h, ipa);
	if (offset < RUN_SHARED || offset - RUN_SHARED >= h->shared_size)
		return false;
	if (tree && level == h->start)
		return serve_shared_aux(h, ipa, tree);
	return run_share(h, ipa);
}

/* --- requests of the Realm ---------------------------------------------------------------------------------- */

static void unmap_aux(struct run_host *h, uint64_t ipa)
{
	for (unsigned int tree = 1; tree < h->trees; tree++)
		RUN_CALL(h, SMC_RMI_RTT_AUX_UNMAP_PROTECTED, h->rd, ipa, tree);
}

bool run_set_ripas(struct run_host *h, struct run_rec *rec)
{
	uint64_t base = h->exit.ripas_base;
	const uint64_t top = h->exit.ripas_top;

	while (base < top) {
		uint64_t x[18] = {0, h->rd, rec->rec, base, top};
		const uint64_t x0 = run_smc(h, SMC_RMI_RTT_SET_RIPAS, x);
		const int level = run_index(x0);

		if (run_status(x0) == RMI_SUCCESS && x[1] > base)
			base = x[1];
		else if (run_status(x0) == STATUS_RTT_AUX)
			unmap_aux(h, x[1]);
		else if (run_status(x0) != STATUS_RTT || level >= LAST_LEVEL)
			return true; /* The Realm sees how far it went. */
		else if (!run_tables(h, 0, base, level + 1))
			return false;
	}
	return true;
}

bool run_set_s2ap(struct run_host *h, struct run_rec *rec)
{
	uint64_t base = h->exit.s2ap_base;
	const uint64_t top = h->exit.s2ap_top;

	while (base < top) {
		uint64_t x[18] = {0, h->rd, rec->rec, base, top};
		const uint64_t x0 = run_smc(h, SMC_RMI_RTT_SET_S2AP, x);
		const int level = run_index(x0);

		if (run_status(x0) == RMI_SUCCESS) {
			base = x[1];
			continue;
		}
		if ((run_status(x0) != STATUS_RTT && run_status(x0) != STATUS_RTT_AUX) ||
		    level >= LAST_LEVEL)
			return true;
		base = x[1];
		if (!run_tables(h, (unsigned int)x[2], base, level + 1))
			return false;
	}
	return true;
}

#endif
