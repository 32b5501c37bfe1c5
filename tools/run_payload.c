/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Payloads, flat or ELF, and what their first REC finds in its registers. */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run.h"

#define FILE_EXTRA (UINT64_C(1) << 24) /* of an ELF file, beside what is loaded */

static bool load_flat(const struct run_options *options, const struct run_file *file,
		      struct run_image *image)
{
	if (options->load % 4)
		return run_bad(options->payload, "--load 0x%llx is not a multiple of 4",
			       (unsigned long long)options->load);
	if (!run_in_ram(options, options->load, file->size))
		return run_bad(options->payload,
			       "%zu bytes at 0x%llx do not fit into RAM (0x%llx bytes at 0x%llx)",
			       file->size, (unsigned long long)options->load,
			       (unsigned long long)options->ram, (unsigned long long)RUN_RAM_BASE);
	if (!run_image_open(image, options->load, options->load + file->size))
		return run_bad(options->payload, "no memory");
	run_image_put(image, options->load, file->bytes, file->size);
	image->entry = options->load;
	return true;
}

bool run_image_load(const struct run_options *options, struct run_image *image)
{
	const uint64_t unprotected = UINT64_C(1) << (options->width - 1);
	struct run_file file = {0};
	bool good = run_file_unpack(options->payload, options->ram + FILE_EXTRA, &file);

	if (good && file.size >= SELFMAG && !memcmp(file.bytes, ELFMAG, SELFMAG)) {
		good = run_elf_load(options, &file, image);
		image->elf = file;
	} else {
		good = good && load_flat(options, &file, image);
		free(file.bytes);
	}
	image->gprs[0] = RUN_RAM_BASE;
	image->gprs[1] = options->ram;
	image->gprs[2] = unprotected + BOARD_UART;
	image->gprs[3] = unprotected;
	return good;
}

#endif
