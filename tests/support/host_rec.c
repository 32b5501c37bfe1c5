/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/host.h"

#include <string.h>

#define REC_RUN_EXIT 0x800

/* RmiRecMpidr of a REC index: rec.md#2 */
static uint64_t rec_mpidr(unsigned int index)
{
	return (index & 0xf) | (uint64_t)(index >> 4) << 8;
}

uint64_t host_rec(struct host *host, struct host_realm *realm, bool runnable)
{
	struct rmi_rec_params params = {
		.flags = runnable ? RMI_REC_CREATE_FLAG_RUNNABLE : 0,
		.mpidr = rec_mpidr(realm->recs),
		.pc = 0x1000,
	};
	uint64_t rec = host_delegated(host);

	assert_in_range(realm->recs, 0, HOST_MAX_REC - 1);
	OK(host, RMI_REC_AUX_COUNT, realm->rd);
	params.num_aux = OUT(host, 1);
	for (unsigned int i = 0; i < params.num_aux; i++)
		params.aux[i] = host_delegated(host);
	OK(host, RMI_REC_CREATE, realm->rd, rec, host_page_with(host, &params, sizeof(params)));
	realm->rec[realm->recs++] = rec;
	return rec;
}

void host_enter(struct host *host, uint64_t rec, uint64_t flags)
{
	struct rmi_rec_enter enter = {.flags = flags};

	assert_int_equal(rmmsim_host_write(host->sim, host->run, &enter, sizeof(enter)), RMMSIM_OK);
	OK(host, RMI_REC_ENTER, rec, host->run);
	assert_int_equal(rmmsim_host_read(host->sim, host->run + REC_RUN_EXIT, &host->exit,
					  sizeof(host->exit)),
			 RMMSIM_OK);
}

void host_guest_call(struct host *host, uint64_t rec, const uint64_t *x, size_t count)
{
	host->guest = (struct host_guest){.pending = true};
	memcpy(host->guest.smc, x, count * sizeof(x[0]));
	host_enter(host, rec, 0);
}

void host_while_running(struct host *host, uint64_t rec,
			void (*during)(struct host *host, void *context), void *context)
{
	host->guest = (struct host_guest){.during = during, .context = context};
	host_enter(host, rec, 0);
}

void host_ask_ripas(struct host *host, uint64_t rec, uint64_t base, uint64_t top,
		    enum rmi_ripas ripas, bool change_destroyed)
{
	guest_call(host, rec, SMC_RSI_IPA_STATE_SET, base, top, ripas, change_destroyed);
	assert_int_equal(host->exit.exit_reason, RMI_EXIT_RIPAS_CHANGE);
}

void host_ask_s2ap(struct host *host, uint64_t rec, uint64_t base, uint64_t top, unsigned int index,
		   uint64_t cookie)
{
	guest_call(host, rec, SMC_RSI_MEM_SET_PERM_INDEX, base, top, index, cookie);
	assert_int_equal(host->exit.exit_reason, RMI_EXIT_S2AP_CHANGE);
}
