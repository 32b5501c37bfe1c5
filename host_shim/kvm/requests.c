/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests that are kept, to be made again; ends of what the tree's header defines. host-shim.md#8.4 */
#include <hshim/env.h>
#include <hshim/kvm/requests.h>
#include <hshim/mm/user.h>

#define MAX_REQUESTS 16
#define CANARY       0xca11ab1e0ddba11ull

static struct hshim_request kept[MAX_REQUESTS];
static unsigned int kept_count;
static bool keeping;

void hshim_requests_keep(bool keep)
{
	if (keep)
		kept_count = 0;
	keeping = keep;
}

const struct hshim_request *hshim_request_kept(unsigned int n)
{
	return n < kept_count ? &kept[n] : NULL;
}

void hshim_request_begin(const void *arg)
{
	hshim_copy_watch(keeping ? arg : NULL);
}

static bool is_known(const struct hshim_request *request)
{
	for (unsigned int i = 0; i < kept_count; i++)
		if (!memcmp(&kept[i], request, sizeof(*request)))
			return true;
	return false;
}

void hshim_request_end(u32 cap, u64 a0, const void *arg)
{
	struct hshim_request request;
	const unsigned long size = hshim_copy_watched();

	hshim_copy_watch(NULL);
	if (!keeping || kept_count == MAX_REQUESTS || size > sizeof(request.data))
		return;
	memset(&request, 0, sizeof(request));
	request.cap = cap;
	request.a0 = a0;
	request.size = size;
	if (size)
		memcpy(request.data, arg, size);
	if (!is_known(&request))
		kept[kept_count++] = request;
}

/* --- ends ------------------------------------------------------------------------------------------------- */

static void set(struct hshim_canary *canary)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(canary->word); i++)
		canary->word[i] = CANARY;
}

void hshim_canaries_set(struct kvm *kvm, struct kvm_vcpu *vcpu)
{
	if (kvm)
		set(&kvm->arch.realm_end);
	if (vcpu)
		set(&vcpu->arch.rec_end);
}

static void check(const struct hshim_canary *canary, const char *what)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(canary->word); i++) {
		if (canary->word[i] == CANARY)
			continue;
		hshim_report(HSHIM_O_OVERRUN, "%zu bytes behind %s: 0x%llx was written",
			     i * sizeof(canary->word[i]), what, canary->word[i]);
		return;
	}
}

void hshim_canaries_check(const struct kvm *kvm)
{
	check(&kvm->arch.realm_end, "struct realm of a machine");
	for (int i = 0; i < atomic_read(&kvm->online_vcpus); i++)
		check(&kvm->vcpus[i]->arch.rec_end, "struct realm_rec of a vCPU");
}
