/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/devicetree.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "board/vgic.h"
#include "board/pl011.h"
#include "board/pl031.h"
#include "board/random.h"

#define GIC_PHANDLE   1
#define CLOCK_PHANDLE 2
#define CLOCK_HZ      24000000

#define INTERRUPT_SPI 0
#define INTERRUPT_PPI 1
#define LEVEL_HIGH    4

#define SEED_BYTES 64

/* All functions return 0, or an error of libfdt; sums of them are zero only if nothing failed. */

static int property_u64s(void *fdt, const char *name, const uint64_t *values, unsigned int count)
{
	fdt64_t cells[8];

	for (unsigned int i = 0; i < count; i++)
		cells[i] = cpu_to_fdt64(values[i]);
	return fdt_property(fdt, name, cells, (int)(count * sizeof(cells[0])));
}

static int property_u32s(void *fdt, const char *name, const uint32_t *values, unsigned int count)
{
	fdt32_t cells[12];

	for (unsigned int i = 0; i < count; i++)
		cells[i] = cpu_to_fdt32(values[i]);
	return fdt_property(fdt, name, cells, (int)(count * sizeof(cells[0])));
}

static int property_interrupt(void *fdt, unsigned int intid)
{
	const uint32_t cells[] = {INTERRUPT_SPI, intid - GIC_PRIVATE, LEVEL_HIGH};

	return property_u32s(fdt, "interrupts", cells, 3);
}

static int begin_at(void *fdt, const char *name, uint64_t base, uint64_t size)
{
	const uint64_t reg[] = {base, size};
	char full[64];

	snprintf(full, sizeof(full), "%s@%llx", name, (unsigned long long)base);
	return fdt_begin_node(fdt, full) | property_u64s(fdt, "reg", reg, 2);
}

static int add_cpus(void *fdt, const struct board_config *board)
{
	int failed = fdt_begin_node(fdt, "cpus");

	failed |= fdt_property_u32(fdt, "#address-cells", 2);
	failed |= fdt_property_u32(fdt, "#size-cells", 0);
	for (unsigned int n = 0; n < board->cpus; n++) {
		char name[32];

		snprintf(name, sizeof(name), "cpu@%llx", (unsigned long long)board->mpidr[n]);
		failed |= fdt_begin_node(fdt, name);
		failed |= fdt_property_string(fdt, "device_type", "cpu");
		failed |= fdt_property_string(fdt, "compatible", "arm,armv8");
		failed |= fdt_property_string(fdt, "enable-method", "psci");
		failed |= property_u64s(fdt, "reg", &board->mpidr[n], 1);
		failed |= fdt_end_node(fdt);
	}
	return failed | fdt_end_node(fdt);
}

static int add_psci(void *fdt)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";
	int failed = fdt_begin_node(fdt, "psci");

	failed |= fdt_property(fdt, "compatible", compatible, sizeof(compatible));
	failed |= fdt_property_string(fdt, "method", "smc");
	return failed | fdt_end_node(fdt);
}

static int add_timer(void *fdt)
{
	/* Secure, Non-secure physical, virtual, EL2: the second and third are wired. */
	static const uint32_t interrupts[] = {INTERRUPT_PPI,
					      13,
					      LEVEL_HIGH,
					      INTERRUPT_PPI,
					      BOARD_PPI_PHYSICAL - GIC_SGIS,
					      LEVEL_HIGH,
					      INTERRUPT_PPI,
					      BOARD_PPI_VIRTUAL - GIC_SGIS,
					      LEVEL_HIGH,
					      INTERRUPT_PPI,
					      10,
					      LEVEL_HIGH};
	int failed = fdt_begin_node(fdt, "timer");

	failed |= fdt_property_string(fdt, "compatible", "arm,armv8-timer");
	failed |= property_u32s(fdt, "interrupts", interrupts, 12);
	failed |= fdt_property(fdt, "always-on", NULL, 0);
	return failed | fdt_end_node(fdt);
}

static int add_gic(void *fdt, const struct devicetree_config *c)
{
	const uint64_t reg[] = {c->devices + BOARD_GICD, GICD_SIZE, c->devices + BOARD_GICR,
				GICR_SIZE * c->board->cpus};
	char name[64];
	int failed;

	snprintf(name, sizeof(name), "interrupt-controller@%llx", (unsigned long long)reg[0]);
	failed = fdt_begin_node(fdt, name);
	failed |= fdt_property_string(fdt, "compatible", "arm,gic-v3");
	failed |= fdt_property_u32(fdt, "#interrupt-cells", 3);
	failed |= fdt_property(fdt, "interrupt-controller", NULL, 0);
	failed |= property_u64s(fdt, "reg", reg, 4);
	failed |= fdt_property_u32(fdt, "phandle", GIC_PHANDLE);
	return failed | fdt_end_node(fdt);
}

static int add_clock(void *fdt)
{
	int failed = fdt_begin_node(fdt, "apb-pclk");

	failed |= fdt_property_string(fdt, "compatible", "fixed-clock");
	failed |= fdt_property_u32(fdt, "#clock-cells", 0);
	failed |= fdt_property_u32(fdt, "clock-frequency", CLOCK_HZ);
	failed |= fdt_property_u32(fdt, "phandle", CLOCK_PHANDLE);
	return failed | fdt_end_node(fdt);
}

static int add_primecells(void *fdt, const struct devicetree_config *c)
{
	static const char uart[] = "arm,pl011\0arm,primecell", uart_clocks[] = "uartclk\0apb_pclk";
	static const char rtc[] = "arm,pl031\0arm,primecell";
	static const uint32_t clocks[] = {CLOCK_PHANDLE, CLOCK_PHANDLE};
	int failed = begin_at(fdt, "serial", c->devices + BOARD_UART, PL011_SIZE);

	failed |= fdt_property(fdt, "compatible", uart, sizeof(uart));
	failed |= fdt_property(fdt, "clock-names", uart_clocks, sizeof(uart_clocks));
	failed |= property_u32s(fdt, "clocks", clocks, 2);
	failed |= property_interrupt(fdt, BOARD_SPI_UART);
	failed |= fdt_end_node(fdt);

	failed |= begin_at(fdt, "rtc", c->devices + BOARD_RTC, PL031_SIZE);
	failed |= fdt_property(fdt, "compatible", rtc, sizeof(rtc));
	failed |= fdt_property_string(fdt, "clock-names", "apb_pclk");
	failed |= property_u32s(fdt, "clocks", clocks, 1);
	failed |= property_interrupt(fdt, BOARD_SPI_RTC);
	return failed | fdt_end_node(fdt);
}

static int add_virtio(void *fdt, const struct devicetree_config *c)
{
	int failed = 0;

	for (unsigned int i = 0; i < board_virtio_count(c->board); i++) {
		failed |= begin_at(fdt, "virtio_mmio", c->devices + BOARD_VIRTIO + VIRTIO_SIZE * i,
				   VIRTIO_SIZE);
		failed |= fdt_property_string(fdt, "compatible", "virtio,mmio");
		failed |= fdt_property(fdt, "dma-coherent", NULL, 0);
		failed |= property_interrupt(fdt, BOARD_SPI_VIRTIO + i);
		failed |= fdt_end_node(fdt);
	}
	return failed;
}

static int add_memory(void *fdt, const struct devicetree_config *c)
{
	int failed = begin_at(fdt, "memory", c->ram_base, c->ram_size);

	failed |= fdt_property_string(fdt, "device_type", "memory");
	return failed | fdt_end_node(fdt);
}

static int add_chosen(void *fdt, const struct devicetree_config *c)
{
	uint64_t seed[SEED_BYTES / 8], state = c->seed;
	char path[64];
	int failed = fdt_begin_node(fdt, "chosen");

	for (unsigned int i = 0; i < SEED_BYTES / 8; i++)
		seed[i] = random_next(&state);
	snprintf(path, sizeof(path), "/serial@%llx", (unsigned long long)(c->devices + BOARD_UART));
	failed |= fdt_property_string(fdt, "stdout-path", path);
	failed |= property_u64s(fdt, "rng-seed", seed, SEED_BYTES / 8);
	if (c->bootargs)
		failed |= fdt_property_string(fdt, "bootargs", c->bootargs);
	if (c->initrd_end > c->initrd) {
		failed |= fdt_property_u64(fdt, "linux,initrd-start", c->initrd);
		failed |= fdt_property_u64(fdt, "linux,initrd-end", c->initrd_end);
	}
	return failed | fdt_end_node(fdt);
}

size_t devicetree_build(const struct devicetree_config *c, void *fdt, size_t size)
{
	int failed = fdt_create(fdt, size > INT32_MAX ? INT32_MAX : (int)size);

	failed |= fdt_finish_reservemap(fdt);
	failed |= fdt_begin_node(fdt, "");
	failed |= fdt_property_string(fdt, "compatible", "rmmsim,board");
	failed |= fdt_property_string(fdt, "model", "rmmsim board");
	failed |= fdt_property_u32(fdt, "#address-cells", 2);
	failed |= fdt_property_u32(fdt, "#size-cells", 2);
	failed |= fdt_property_u32(fdt, "interrupt-parent", GIC_PHANDLE);
	failed |= add_chosen(fdt, c);
	failed |= add_memory(fdt, c);
	failed |= add_cpus(fdt, c->board);
	failed |= add_psci(fdt);
	failed |= add_timer(fdt);
	failed |= add_gic(fdt, c);
	failed |= add_clock(fdt);
	failed |= add_primecells(fdt, c);
	failed |= add_virtio(fdt, c);
	failed |= fdt_end_node(fdt);
	failed |= fdt_finish(fdt);
	return failed ? 0 : fdt_totalsize(fdt);
}

static int adapt_chosen(const struct devicetree_config *c, void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), failed = 0;

	if (chosen == -FDT_ERR_NOTFOUND)
		chosen = fdt_add_subnode(fdt, 0, "chosen");
	if (chosen < 0)
		return chosen;
	if (c->bootargs)
		failed |= fdt_setprop_string(fdt, chosen, "bootargs", c->bootargs);
	if (c->initrd_end > c->initrd) {
		failed |= fdt_setprop_u64(fdt, chosen, "linux,initrd-start", c->initrd);
		failed |= fdt_setprop_u64(fdt, chosen, "linux,initrd-end", c->initrd_end);
	}
	return failed;
}

size_t devicetree_adapt(const struct devicetree_config *c, void *fdt, size_t used, size_t size,
			const char **error)
{
	int failed = used > INT32_MAX ? -FDT_ERR_BADSTRUCTURE : fdt_check_full(fdt, used);

	if (!failed)
		failed = fdt_open_into(fdt, fdt, (int)size);
	if (!failed)
		failed = adapt_chosen(c, fdt);
	if (failed) {
		*error = fdt_strerror(failed);
		return 0;
	}
	fdt_pack(fdt);
	return fdt_totalsize(fdt);
}
