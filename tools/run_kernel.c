/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* A Linux kernel as its boot protocol for arm64 wants it: Documentation/arch/arm64/booting.rst of its source. */
#define _GNU_SOURCE
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "board/devicetree.h"
#include "tools/run.h"

#define BLOCK       (UINT64_C(1) << 21)
#define DTB_MAX     BLOCK
#define IMAGE_MAGIC "ARM\x64"
#define IMAGE_EXTRA UINT64_C(0x100000)
/* A kernel that has this message moves its devices to the Unprotected half by itself. */
#define CCA_MESSAGE "Using RSI version"

struct image_header {
	uint32_t code[2];
	uint64_t text_offset, image_size, flags, reserved[3];
	char magic[4];
	uint32_t pe_header;
};
_Static_assert(sizeof(struct image_header) == 64, "64 bytes at the start of the file");

#define FLAG_BIG_ENDIAN 1

/* Where the parts lie in RAM; where the kernel looks for devices. */
struct layout {
	uint64_t kernel, kernel_end, initrd, initrd_end, dtb, devices;
};

static uint64_t block_above(uint64_t address)
{
	return (address + BLOCK - 1) & ~(BLOCK - 1);
}

static bool read_header(const struct run_options *o, const struct run_file *file,
			struct image_header *header)
{
	if (file->size < sizeof(*header))
		return run_bad(o->kernel, "is no arm64 kernel: it is shorter than the header");
	memcpy(header, file->bytes, sizeof(*header));
	if (memcmp(header->magic, IMAGE_MAGIC, sizeof(header->magic)))
		return run_bad(o->kernel, "is no arm64 kernel: the Image header has no magic "
					  "number. Take arch/arm64/boot/Image or Image.gz, or "
					  "/boot/vmlinuz of an arm64 system");
	if (le64toh(header->flags) & FLAG_BIG_ENDIAN)
		return run_bad(o->kernel, "is a big-endian kernel");
	return true;
}

static bool knows_cca(const struct run_file *kernel)
{
	return memmem(kernel->bytes, kernel->size, CCA_MESSAGE, strlen(CCA_MESSAGE));
}

static bool make_layout(const struct run_options *o, const struct run_file *kernel,
			const struct image_header *header, const struct run_file *initrd,
			struct layout *l)
{
	const uint64_t size = le64toh(header->image_size), offset = le64toh(header->text_offset);
	const uint64_t top = RUN_RAM_BASE + o->ram;

	if (offset >= BLOCK || size > o->ram || kernel->size > o->ram)
		return run_bad(o->kernel, "needs more than --ram 0x%llx",
			       (unsigned long long)o->ram);
	l->kernel = RUN_RAM_BASE + offset;
	l->kernel_end = l->kernel + (size > kernel->size ? size : kernel->size);
	l->initrd = block_above(l->kernel_end);
	l->initrd_end = l->initrd + initrd->size;
	l->dtb = block_above(l->initrd_end);
	l->devices = knows_cca(kernel) ? 0 : UINT64_C(1) << (o->width - 1);
	if (l->dtb + DTB_MAX <= top)
		return true;
	if (initrd->size)
		return run_bad(o->initrd,
			       "does not fit behind the kernel: use --ram of 0x%llx or more",
			       (unsigned long long)(l->dtb + DTB_MAX - RUN_RAM_BASE));
	return run_bad(o->kernel, "needs --ram of 0x%llx or more",
		       (unsigned long long)(l->dtb + DTB_MAX - RUN_RAM_BASE));
}

/* --- the device tree -------------------------------------------------------------------------------- */

static size_t read_dtb(const struct run_options *o, const struct devicetree_config *config,
		       uint8_t *dtb)
{
	struct run_file file;
	const char *error = NULL;
	size_t size = 0;

	if (!run_file_read(o->dtb, DTB_MAX, &file)) {
		free(file.bytes);
		return 0;
	}
	memcpy(dtb, file.bytes, file.size);
	size = devicetree_adapt(config, dtb, file.size, DTB_MAX, &error);
	if (!size)
		run_bad(o->dtb, "is no good device tree: %s", error);
	free(file.bytes);
	return size;
}

static bool save_dtb(const struct run_options *o, const uint8_t *dtb, size_t size)
{
	FILE *file = o->dump_dtb ? fopen(o->dump_dtb, "wb") : NULL;
	bool written;

	if (!o->dump_dtb)
		return true;
	written = file && fwrite(dtb, 1, size, file) == size;
	if ((file && fclose(file)) || !written)
		return run_bad(o->dump_dtb, "could not be written");
	return true;
}

/* Bytes of the tree in `dtb`, 0 after a message. */
static size_t make_dtb(const struct run_options *o, const struct layout *l, uint8_t *dtb)
{
	uint64_t mpidr[RUN_MAX_RECS];
	struct board_config board = {.cpus = o->recs, .mpidr = mpidr};
	const struct devicetree_config config = {
		.board = &board,
		.devices = l->devices,
		.ram_base = RUN_RAM_BASE,
		.ram_size = o->ram,
		.bootargs = o->append,
		.initrd = l->initrd,
		.initrd_end = l->initrd_end,
		.seed = o->seed,
	};
	size_t size;

	run_describe_devices(o, &board);
	for (unsigned int n = 0; n < o->recs; n++)
		mpidr[n] = run_mpidr(n);
	size = o->dtb ? read_dtb(o, &config, dtb) : devicetree_build(&config, dtb, DTB_MAX);
	if (!size && !o->dtb)
		run_bad("device tree", "does not fit into 2 MiB: use a shorter --append");
	return size && save_dtb(o, dtb, size) ? size : 0;
}

/* --- all together ------------------------------------------------------------------------------------- */

static bool place(const struct run_options *o, const struct run_file *kernel,
		  const struct run_file *initrd, const struct layout *l, struct run_image *image)
{
	uint8_t *dtb = malloc(DTB_MAX);
	const size_t size = dtb ? make_dtb(o, l, dtb) : 0;
	bool good = size;

	if (good && !run_image_open(image, RUN_RAM_BASE, l->dtb + size))
		good = run_bad(o->kernel, "no memory");
	if (good) {
		run_image_put(image, l->kernel, kernel->bytes, kernel->size);
		run_image_put(image, l->initrd, initrd->bytes, initrd->size);
		run_image_put(image, l->dtb, dtb, size);
		image->entry = l->kernel;
		image->gprs[0] = l->dtb;
	}
	free(dtb);
	return good;
}

bool run_kernel_load(const struct run_options *o, struct run_image *image)
{
	struct run_file kernel = {0}, initrd = {0};
	struct image_header header;
	struct layout layout = {0};
	const bool good = run_file_unpack(o->kernel, o->ram + IMAGE_EXTRA, &kernel) &&
			  read_header(o, &kernel, &header) &&
			  (!o->initrd || run_file_read(o->initrd, o->ram, &initrd)) &&
			  make_layout(o, &kernel, &header, &initrd, &layout) &&
			  place(o, &kernel, &initrd, &layout, image);

	free(kernel.bytes);
	free(initrd.bytes);
	return good;
}

#endif
