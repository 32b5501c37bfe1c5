/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/host.h"

#include <stdlib.h>
#include <string.h>

static uint64_t entry_size(int level)
{
	return HOST_PAGE << 9 * (3 - level);
}

static int index_of(uint64_t x0)
{
	return (int8_t)(x0 >> 8);
}

/* --- creation -------------------------------------------------------------------------------- */

static unsigned int root_tables(unsigned int s2sz, int start)
{
	unsigned int bits = 12 + 9 * (unsigned int)(4 - start);

	return s2sz > bits ? 1u << (s2sz - bits) : 1;
}

static void set_geometry(struct host_realm *realm, const struct host_realm_options *options)
{
	unsigned int s2sz = options->s2sz ? options->s2sz : 39;

	realm->planes = options->planes ? options->planes : 1;
	realm->trees = options->shared_tree ? 1 : realm->planes;
	realm->start = options->start ? options->start : 1;
	if (options->start_0)
		realm->start = 0;
	realm->half = UINT64_C(1) << (s2sz - 1);
	realm->roots = root_tables(s2sz, realm->start);
	realm->params.s2sz = s2sz;
	realm->params.rtt_level_start = realm->start;
	realm->params.rtt_num_start = realm->roots;
}

static void set_planes(struct host *host, struct host_realm *realm,
		       const struct host_realm_options *options)
{
	struct rmi_realm_params *params = &realm->params;

	params->num_aux_planes = realm->planes - 1;
	if (realm->planes > 1 && !options->shared_tree)
		params->flags1 |= RMI_REALM_FLAGS1_RTT_TREE_PP;
	if (options->shared_tree || options->indirect)
		params->flags1 |= RMI_REALM_FLAGS1_RTT_S2AP_ENCODING;
	params->vmid = host->next_vmid++;
	for (unsigned int i = 0; i + 1 < realm->planes; i++)
		params->aux_vmid[i] = host->next_vmid++;
}

void host_realm_params(struct host *host, struct host_realm *realm,
		       const struct host_realm_options *options)
{
	static const struct host_realm_options none;
	struct rmi_realm_params *params = &realm->params;

	if (!options)
		options = &none;
	*realm = (struct host_realm){0};
	set_geometry(realm, options);
	set_planes(host, realm, options);
	params->flags0 = options->flags0 | (options->lpa2 ? RMI_REALM_FLAGS0_LPA2 : 0);
	params->pmu_num_ctrs = (params->flags0 & RMI_REALM_FLAGS0_PMU) ? 1 : 0;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = options->hash_algo;
	params->mecid = options->mecid;
	for (unsigned int tree = 0; tree < realm->trees; tree++)
		realm->root[tree] =
			host_delegated_pages(host, realm->roots, realm->roots * HOST_PAGE);
	params->rtt_base = realm->root[0];
	memcpy(params->aux_rtt_base, &realm->root[1], sizeof(params->aux_rtt_base));
}

void host_realm(struct host *host, struct host_realm *realm,
		const struct host_realm_options *options)
{
	host_realm_params(host, realm, options);
	realm->rd = host_delegated(host);
	OK(host, RMI_REALM_CREATE, realm->rd,
	   host_page_with(host, &realm->params, sizeof(realm->params)));
	host->realms++;
}

void host_activate(struct host *host, const struct host_realm *realm)
{
	OK(host, RMI_REALM_ACTIVATE, realm->rd);
}

/* --- building -------------------------------------------------------------------------------- */

static uint64_t create_table(struct host *host, const struct host_realm *realm, unsigned int tree,
			     uint64_t ipa, int level, uint64_t rtt)
{
	ipa &= ~(entry_size(level - 1) - 1);
	if (tree == 0)
		return call(host, RMI_RTT_CREATE, realm->rd, rtt, ipa, (uint64_t)level);
	return call(host, RMI_RTT_AUX_CREATE, realm->rd, rtt, ipa, (uint64_t)level, tree);
}

void host_tables(struct host *host, const struct host_realm *realm, unsigned int tree, uint64_t ipa,
		 int level)
{
	for (int l = realm->start + 1; l <= level; l++) {
		uint64_t rtt = host_delegated(host);
		uint64_t x0 = create_table(host, realm, tree, ipa, l, rtt);

		if (x0 == (tree ? RTT_AUX(l - 1) : RTT(l - 1))) /* is there already */
			OK(host, RMI_GRANULE_UNDELEGATE, rtt);
		else
			assert_int_equal(x0, 0);
	}
}

uint64_t host_unknown(struct host *host, const struct host_realm *realm, uint64_t ipa)
{
	uint64_t data = host_delegated(host);

	host_tables(host, realm, 0, ipa, 3);
	OK(host, RMI_DATA_CREATE_UNKNOWN, realm->rd, data, ipa);
	return data;
}

uint64_t host_ram(struct host *host, const struct host_realm *realm, uint64_t ipa)
{
	uint64_t data = host_delegated(host);

	host_tables(host, realm, 0, ipa, 3);
	OK(host, RMI_DATA_CREATE, realm->rd, data, ipa, host_page(host), 0);
	return data;
}

uint64_t host_ram_block(struct host *host, const struct host_realm *realm, uint64_t ipa)
{
	uint64_t data = host_delegated_pages(host, 512, HOST_BLOCK);
	uint64_t src = host_page(host);

	host_tables(host, realm, 0, ipa, 3);
	for (unsigned int i = 0; i < 512; i++)
		OK(host, RMI_DATA_CREATE, realm->rd, data + i * HOST_PAGE, ipa + i * HOST_PAGE, src,
		   0);
	OK(host, RMI_RTT_FOLD, realm->rd, ipa, 3);
	return data;
}

uint64_t host_desc(const struct host_realm *realm, uint64_t pa)
{
	/* rtt.md#5 */
	if (realm->params.flags1 & RMI_REALM_FLAGS1_RTT_S2AP_ENCODING)
		return pa | UINT64_C(0x0008000000000058);
	return pa | 0xd8;
}

uint64_t host_ns(struct host *host, const struct host_realm *realm, uint64_t ipa)
{
	uint64_t pa = host_page(host);

	host_tables(host, realm, 0, ipa, 3);
	OK(host, RMI_RTT_MAP_UNPROTECTED, realm->rd, ipa, 3, host_desc(realm, pa));
	return pa;
}

void host_aux_map(struct host *host, const struct host_realm *realm, unsigned int tree,
		  uint64_t ipa)
{
	host_tables(host, realm, tree, ipa, 3);
	OK(host, RMI_RTT_AUX_MAP_PROTECTED, realm->rd, ipa, tree);
}

struct host_entry host_entry(struct host *host, const struct host_realm *realm, uint64_t ipa,
			     int level)
{
	OK(host, RMI_RTT_READ_ENTRY, realm->rd, ipa, (uint64_t)level);
	return (struct host_entry){
		.level = (int64_t)OUT(host, 1),
		.state = OUT(host, 2),
		.desc = OUT(host, 3),
		.ripas = OUT(host, 4),
	};
}

/* --- taking down ----------------------------------------------------------------------------- */

/* Every command of the loops below tells where the next thing to do is, on success and on failure. */
static uint64_t next_ipa(uint64_t ipa, uint64_t top)
{
	if (top <= ipa)
		fail_msg("no way on from IPA 0x%llx", (unsigned long long)ipa);
	return top;
}

static void end_aux_tree(struct host *host, const struct host_realm *realm, unsigned int tree)
{
	uint64_t ipa, x0;

	for (ipa = realm->half; ipa < 2 * realm->half; ipa = next_ipa(ipa, OUT(host, 1)))
		OK(host, RMI_RTT_AUX_UNMAP_UNPROTECTED, realm->rd, ipa, tree);
	for (ipa = 0; ipa < realm->half; ipa = next_ipa(ipa, OUT(host, 1))) {
		x0 = call(host, RMI_RTT_AUX_UNMAP_PROTECTED, realm->rd, ipa, tree);
		if (x0 != 0)
			assert_int_equal(smc_status_of(x0), RMI_ERROR_RTT_AUX);
	}
	for (int level = 3; level > realm->start; level--) {
		for (ipa = 0; ipa < realm->half; ipa = next_ipa(ipa, OUT(host, 2))) {
			x0 = call(host, RMI_RTT_AUX_DESTROY, realm->rd, ipa, (uint64_t)level, tree);
			if (x0 != 0)
				assert_int_equal(smc_status_of(x0), RMI_ERROR_RTT_AUX);
		}
	}
}

/* Something at `ipa` that DATA_DESTROY cannot take: a block or a device. Returns where to go on. */
static uint64_t end_other(struct host *host, const struct host_realm *realm, uint64_t ipa)
{
	struct host_entry entry = host_entry(host, realm, ipa, 3);
	uint64_t level = (uint64_t)entry.level;

	if (entry.state == RMI_RTT_ENTRY_ASSIGNED_DEV) {
		OK(host, RMI_DEV_MEM_UNMAP, realm->rd, ipa, level);
		return OUT(host, 2);
	}
	assert_int_equal(create_table(host, realm, 0, ipa, (int)level + 1, host_delegated(host)),
			 0);
	return ipa;
}

static void end_data(struct host *host, const struct host_realm *realm)
{
	uint64_t ipa = 0;

	while (ipa < realm->half) {
		uint64_t x0 = call(host, RMI_DATA_DESTROY, realm->rd, ipa);

		if (x0 != 0)
			assert_int_equal(smc_status_of(x0), RMI_ERROR_RTT);
		if (OUT(host, 2) > ipa)
			ipa = OUT(host, 2);
		else
			ipa = end_other(host, realm, ipa);
	}
}

/* A Non-secure block is in the way of the search, but not of the destruction. */
static void end_tables(struct host *host, const struct host_realm *realm, int level)
{
	uint64_t ipa = 0;

	while (ipa < 2 * realm->half) {
		uint64_t x0 = call(host, RMI_RTT_DESTROY, realm->rd, ipa, (uint64_t)level);

		if (x0 != 0) {
			assert_int_equal(smc_status_of(x0), RMI_ERROR_RTT);
			assert_true(index_of(x0) < level);
		}
		if (OUT(host, 2) > ipa)
			ipa = OUT(host, 2);
		else
			ipa += entry_size(index_of(x0));
	}
}

void host_realm_end(struct host *host, struct host_realm *realm)
{
	for (unsigned int i = 0; i < realm->recs; i++)
		OK(host, RMI_REC_DESTROY, realm->rec[i]);
	for (unsigned int tree = 1; tree < realm->trees; tree++)
		end_aux_tree(host, realm, tree);
	end_data(host, realm);
	for (int level = 3; level > realm->start; level--)
		end_tables(host, realm, level);
	OK(host, RMI_REALM_DESTROY, realm->rd);
	host->realms--;
}
