/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* What virtio devices are made of, and the memory that they can access. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

#define WRITABLE ",rw"

void run_describe_devices(const struct run_options *o, struct board_config *board)
{
	board->disk_count = o->disk_count;
	board->rng = o->rng;
	board->seed = o->seed;
	board->virtio_console = o->virtio_console;
}

/* --- memory ---------------------------------------------------------------------------------------- */

/*
 * A kernel that has made memory shared (RIPAS EMPTY) and reaches it through the Unprotected half may name it by its
 * Protected address to a device: Linux 6.13 to 6.15 do.
 */
static uint64_t shared_alias(struct run_host *h, uint64_t ipa)
{
	struct rmmsim_regs regs = {.x = {SMC_RMI_RTT_READ_ENTRY, h->rd, ipa, 3}};

	if (ipa >= h->unprotected)
		return ipa;
	rmmsim_smc(h->sim, 0, &regs);
	return regs.x[0] || regs.x[4] != RMI_RIPAS_EMPTY ? ipa : ipa + h->unprotected;
}

static uint8_t *page(void *context, uint64_t address)
{
	struct run_host *h = context;
	const uint64_t ipa = shared_alias(h, address);
	const uint64_t offset = ipa - h->unprotected - RUN_SHARED;

	/* The first wraps for Protected addresses. */
	if (ipa < h->unprotected || offset >= h->shared_size)
		return NULL;
	if (!h->shared[offset / RUN_PAGE] && !run_share(h, ipa))
		return NULL;
	return rmmsim_host_ptr(h->sim, h->shared[offset / RUN_PAGE], RUN_PAGE);
}

static void complain(void *context, const char *device, const char *what, uint64_t address)
{
	const struct run_host *h = context;

	fprintf(stderr,
		"rmmsim run: %s: the driver %s (0x%" PRIx64 "%s); the device waits for a reset\n",
		device, what, address,
		address < h->unprotected ? ", which is Protected: a driver has to share its "
					   "buffers, as kernels do that know CCA"
					 : "");
}

/* --- disks ------------------------------------------------------------------------------------------- */

static bool open_disk(struct run_host *h, const char *text)
{
	const size_t length = strlen(text), tail = strlen(WRITABLE);
	const bool writable = length > tail && !strcmp(text + length - tail, WRITABLE);
	char *path = strndup(text, length - (writable ? tail : 0));
	const bool good = path && disk_open(&h->disks[h->disk_count], path, writable);

	if (good)
		h->disk_count++;
	else
		run_end(h, RUN_END_USAGE, "--disk %s: %s", text,
			errno == EINVAL ? "is empty, or no file" : strerror(errno));
	free(path);
	return good;
}

bool run_devices_open(struct run_host *h, struct board_config *board)
{
	h->memory = (struct virtio_memory){.page = page, .complain = complain, .context = h};
	board->memory = &h->memory;
	board->disks = h->disks;
	/* A kernel that knows CCA may share any page of RAM. */
	h->shared_size = RUN_SHARED_SIZE;
	if (h->options.kernel && h->options.ram > RUN_SHARED_SIZE)
		h->shared_size = h->options.ram;
	h->shared = calloc(h->shared_size / RUN_PAGE, sizeof(*h->shared));
	if (!h->shared)
		run_end(h, RUN_END_INTERNAL, "no memory for shared pages");
	for (unsigned int i = 0; i < h->options.disk_count && !h->ended; i++)
		open_disk(h, h->options.disks[i]);
	return !h->ended;
}

void run_devices_close(struct run_host *h)
{
	for (unsigned int i = 0; i < h->disk_count; i++) {
		if (h->disks[i].failed)
			fprintf(stderr, "rmmsim run: --disk %s: an access failed\n",
				h->options.disks[i]);
		disk_close(&h->disks[i]);
	}
	free(h->shared);
}

#endif
