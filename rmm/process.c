/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "rmm/process.h"

#include <sys/mman.h>
#include <unistd.h>

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

bool process_claim(struct rmmsim *sim)
{
	bool *page =
		mmap(NULL, page_size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return false;
	madvise(page, page_size(), MADV_WIPEONFORK);
	*page = true;
	sim->created_here = page;
	return true;
}

void process_release(struct rmmsim *sim)
{
	if (sim->created_here)
		munmap(sim->created_here, page_size());
}
