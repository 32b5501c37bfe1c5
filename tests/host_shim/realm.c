/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/host_shim/realm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

unsigned long smc(unsigned int fid, unsigned long a, unsigned long b, unsigned long c,
		  unsigned long d)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(fid, a, b, c, d, &res);
	return res.a0;
}

void *new_page(void)
{
	return (void *)__get_free_page(GFP_KERNEL | __GFP_ZERO);
}

unsigned long new_granule(void)
{
	const unsigned long pa = virt_to_phys(new_page());

	OK(SMC_RMI_GRANULE_DELEGATE, pa);
	return pa;
}

void free_granule(unsigned long pa)
{
	OK(SMC_RMI_GRANULE_UNDELEGATE, pa);
	free_page((unsigned long)phys_to_virt(pa));
}

void start_realm(struct test_realm *realm)
{
	struct rmi_realm_params *params;

	assert_non_null(hshim_open(&(struct hshim_config){.rec_aux_count = 6}));
	hshim_report_to(-1, -1);
	params = new_page();
	*realm = (struct test_realm){.rd = new_granule(), .root = new_granule()};
	*params = (struct rmi_realm_params){.s2sz = 39,
					    .num_bps = 1,
					    .num_wps = 1,
					    .vmid = 1,
					    .rtt_base = realm->root,
					    .rtt_level_start = 1,
					    .rtt_num_start = 1};
	OK(SMC_RMI_REALM_CREATE, realm->rd, virt_to_phys(params));
	free_page((unsigned long)params);
}

void new_tables(struct test_realm *realm, unsigned long ipa)
{
	for (int i = 0; i < 2; i++) {
		realm->tables[i] = new_granule();
		OK(SMC_RMI_RTT_CREATE, realm->rd, realm->tables[i], ipa, i + 2);
	}
}

void new_rec(struct test_realm *realm)
{
	struct rmi_rec_params *params = new_page();

	realm->rec = new_granule();
	realm->run = virt_to_phys(new_page());
	params->flags = RMI_REC_CREATE_FLAG_RUNNABLE;
	params->num_aux = 6;
	for (int i = 0; i < 6; i++)
		params->aux[i] = new_granule();
	OK(SMC_RMI_REC_CREATE, realm->rd, realm->rec, virt_to_phys(params));
}

void ask_for_ram(struct test_realm *realm)
{
	const struct hshim_exit exit = hshim_exit_ripas(RAM, RAM + 0x2000, RMI_RIPAS_RAM);

	new_tables(realm, RAM);
	new_rec(realm);
	OK(SMC_RMI_REALM_ACTIVATE, realm->rd);
	hshim_rec_push_exit(NULL, &exit);
	OK(SMC_RMI_REC_ENTER, realm->rec, realm->run);
}
