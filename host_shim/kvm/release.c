/* SPDX-License-Identifier: BSD-3-Clause */
/* What the store of attributes says of private memory against what the monitor maps. host-shim.md#8.4 */
#include <hshim/env.h>
#include <hshim/kvm/release.h>

/* The page of a file behind `gfn`, if there is one already. */
static struct page *private_page(struct kvm *kvm, gfn_t gfn)
{
	const struct kvm_memory_slot *slot = gfn_to_memslot(kvm, gfn);
	const struct file *file = slot ? slot->gmem.file : NULL;
	const unsigned long index = file ? slot->gmem.pgoff + (gfn - slot->base_gfn) : 0;

	return file && index < file->pages ? file->page[index] : NULL;
}

static unsigned long count_mapped(struct kvm *kvm, gfn_t first, gfn_t end, gfn_t *last)
{
	unsigned long count = 0;

	for (gfn_t gfn = first; gfn < end; gfn++) {
		const struct page *page = private_page(kvm, gfn);

		if (!page || !hshim_granule_is(page_to_phys(page), "DATA"))
			continue;
		*last = gfn;
		count++;
	}
	return count;
}

struct hshim_release hshim_release_begin(struct kvm *kvm, u64 gpa, u64 size, bool is_private)
{
	struct hshim_release release = {
		.kvm = kvm, .gpa = gpa, .size = size, .all = hshim_granules_in_state("DATA")};
	gfn_t last;

	if (!is_private)
		return release;
	release.first = gpa_to_gfn(gpa);
	release.end = gpa_to_gfn(gpa + size);
	release.in = count_mapped(kvm, release.first, release.end, &last);
	return release;
}

/* Private or shared half: nothing of the range stays in the shared one. */
static void check_shared(const struct hshim_release *release)
{
	const u64 half = kvm_gpa_stolen_bits(release->kvm);
	unsigned long left;

	if (!kvm_is_realm(release->kvm) || (int)kvm_realm_state(release->kvm) == 0 ||
	    hshim_disturbed() ||
	    !hshim_first_mapped(half | release->gpa,
				min(half | (release->gpa + release->size), half * 2), &left))
		return;
	hshim_report(HSHIM_O_RIPAS_ORDER,
		     "shared memory at 0x%lx is still mapped after its release", left);
}

void hshim_release_end(const struct hshim_release *release)
{
	gfn_t last = 0;
	const unsigned long left = count_mapped(release->kvm, release->first, release->end, &last);
	const unsigned long all = hshim_granules_in_state("DATA");

	check_shared(release);
	if (hshim_disturbed())
		return;
	if (left)
		hshim_report(HSHIM_O_RIPAS_ORDER,
			     "%lu pages are still mapped as private memory after their release, "
			     "the last of them at 0x%llx",
			     left, (u64)gfn_to_gpa(last));
	if (all + release->in - left < release->all)
		hshim_report(HSHIM_O_RIPAS_ORDER,
			     "%lu pages of private memory went without having been released",
			     release->all - all - (release->in - left));
}
