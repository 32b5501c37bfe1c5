/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interrupt controller, seen from both sides: registers as a driver programs them, list registers as
 * the CPU interface of a REC changes them. A level that is lost, or one that is delivered twice, hangs a
 * guest an hour later; here each rule stands alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "board/vgic.h"

#define GICD_CTLR      0x0
#define GICD_IGROUPR   0x80
#define GICD_ISENABLER 0x100
#define GICD_ICENABLER 0x180
#define GICD_ISPENDR   0x200
#define GICD_ICPENDR   0x280
#define GICD_ISACTIVER 0x300
#define GICD_ICACTIVER 0x380
#define GICD_PRIORITY  0x400
#define GICD_ICFGR     0xc00
#define GICD_IROUTER   0x6000
#define GICR_TYPER     0x8
#define GICR_WAKER     0x14
#define SGI_BASE       0x10000
#define PIDR2          0xffe8

#define LR_PENDING (UINT64_C(1) << 62)
#define LR_ACTIVE  (UINT64_C(2) << 62)
#define LR_STATE   (UINT64_C(3) << 62)
#define LR_EOI     (UINT64_C(1) << 41)
#define LR_GROUP1  (UINT64_C(1) << 60)
#define HCR_UIE    UINT64_C(0x2)
#define HCR_NPIE   UINT64_C(0x8)

#define SPI  40u
#define PPI  27u
#define VMCR (UINT64_C(0xf0) << 24 | 3)

struct fixture {
	struct vgic *gic;
	struct rmi_rec_enter enter[2];
	struct rmi_rec_exit exit[2];
};

static const uint64_t affinity[2] = {0x000, 0x101};

static uint64_t dist(struct fixture *f, uint64_t offset, unsigned int size)
{
	struct bus_access a = {.offset = offset, .size = size};

	vgic_access_dist(f->gic, &a);
	return a.value;
}

static void dist_write(struct fixture *f, uint64_t offset, unsigned int size, uint64_t value)
{
	struct bus_access a = {.offset = offset, .size = size, .write = true, .value = value};

	vgic_access_dist(f->gic, &a);
}

/* Of the redistributor of `cpu`; the access itself comes from REC 0. */
static uint64_t redist(struct fixture *f, unsigned int cpu, uint64_t offset, unsigned int size)
{
	struct bus_access a = {.offset = cpu * GICR_SIZE + offset, .size = size};

	vgic_access_redist(f->gic, &a);
	return a.value;
}

static void redist_write(struct fixture *f, unsigned int cpu, uint64_t offset, uint64_t value)
{
	struct bus_access a = {
		.offset = cpu * GICR_SIZE + offset, .size = 4, .write = true, .value = value};

	vgic_access_redist(f->gic, &a);
}

static void enter(struct fixture *f, unsigned int cpu)
{
	vgic_load(f->gic, cpu, &f->enter[cpu]);
	memcpy(f->exit[cpu].gicv3_lrs, f->enter[cpu].gicv3_lrs, sizeof(f->exit[cpu].gicv3_lrs));
	f->exit[cpu].gicv3_hcr = 0;
	f->exit[cpu].gicv3_vmcr = VMCR;
}

static void leave(struct fixture *f, unsigned int cpu)
{
	vgic_save(f->gic, cpu, &f->enter[cpu], &f->exit[cpu]);
}

/* The list register that holds an interrupt; NULL: none. */
static uint64_t *lr(struct fixture *f, unsigned int cpu, unsigned int intid)
{
	for (int i = 0; i < 16; i++) {
		uint64_t *at = &f->exit[cpu].gicv3_lrs[i];

		if ((f->enter[cpu].gicv3_lrs[i] & LR_STATE) && (uint32_t)*at == intid)
			return at;
	}
	return NULL;
}

static uint64_t state_of(struct fixture *f, unsigned int cpu, unsigned int intid)
{
	const uint64_t *at = lr(f, cpu, intid);

	return at ? *at & LR_STATE : 0;
}

static void set_lr_state(struct fixture *f, unsigned int cpu, unsigned int intid, uint64_t state)
{
	uint64_t *at = lr(f, cpu, intid);

	assert_non_null(at);
	*at = (*at & ~LR_STATE) | state;
}

static void enable_spi(struct fixture *f, unsigned int intid, uint64_t route)
{
	dist_write(f, GICD_IGROUPR + intid / 32 * 4, 4, UINT32_MAX);
	dist_write(f, GICD_PRIORITY + intid, 1, 0xa0);
	dist_write(f, GICD_IROUTER + intid * 8, 8, route);
	dist_write(f, GICD_ISENABLER + intid / 32 * 4, 4, UINT64_C(1) << intid % 32);
}

static int set_up(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));

	f->gic = vgic_create(2, affinity);
	assert_non_null(f->gic);
	dist_write(f, GICD_CTLR, 4, 2);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	vgic_destroy(f->gic);
	test_free(f);
	return 0;
}

/* --- registers -------------------------------------------------------------------------------- */

static void identification_says_gicv3_with_96_spis(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(dist(f, PIDR2, 4), 0x3b);
	assert_int_equal(dist(f, 4, 4) & 0x1f, 3);
	/* Affinity routing, one security state. */
	assert_int_equal(dist(f, GICD_CTLR, 4), 0x52);
	assert_int_equal(redist(f, 0, PIDR2, 4), 0x3b);
	assert_int_equal(redist(f, 0, GICR_TYPER, 8), 0);
	assert_int_equal(redist(f, 1, GICR_TYPER, 8), UINT64_C(0x101) << 32 | 1 << 8 | 0x10);
	assert_int_equal(redist(f, 1, GICR_TYPER + 4, 4), 0x101);
}

static void a_redistributor_wakes_up(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(redist(f, 1, GICR_WAKER, 4), 6);
	redist_write(f, 1, GICR_WAKER, 0);
	assert_int_equal(redist(f, 1, GICR_WAKER, 4), 0);
	assert_int_equal(redist(f, 0, GICR_WAKER, 4), 6);
}

static void bits_are_set_by_one_register_and_cleared_by_the_other(void **state)
{
	static const unsigned int pairs[][2] = {{GICD_ISENABLER, GICD_ICENABLER},
						{GICD_ISPENDR, GICD_ICPENDR},
						{GICD_ISACTIVER, GICD_ICACTIVER}};
	struct fixture *f = *state;

	for (int i = 0; i < 3; i++) {
		const unsigned int set = pairs[i][0] + 4, clear = pairs[i][1] + 4;

		dist_write(f, set, 4, 0xf0);
		dist_write(f, set, 4, 0x01);
		assert_int_equal(dist(f, clear, 4), 0xf1);
		dist_write(f, clear, 4, 0x30);
		assert_int_equal(dist(f, set, 4), 0xc1);
	}
}

static void priorities_have_five_bits_in_any_size(void **state)
{
	struct fixture *f = *state;

	dist_write(f, GICD_PRIORITY + 40, 4, 0xffa70801);
	assert_int_equal(dist(f, GICD_PRIORITY + 40, 4), 0xf8a00800);
	dist_write(f, GICD_PRIORITY + 41, 1, 0x50);
	assert_int_equal(dist(f, GICD_PRIORITY + 40, 2), 0x5000);
}

static void routes_keep_their_fields_only(void **state)
{
	struct fixture *f = *state;

	dist_write(f, GICD_IROUTER + SPI * 8, 8, UINT64_MAX);
	assert_int_equal(dist(f, GICD_IROUTER + SPI * 8, 8), UINT64_C(0xff80ffffff));
	dist_write(f, GICD_IROUTER + SPI * 8 + 4, 4, 0);
	assert_int_equal(dist(f, GICD_IROUTER + SPI * 8, 8), UINT64_C(0x80ffffff));
}

/* With affinity routing SGIs and PPIs are the redistributors' alone. */
static void the_distributor_has_no_private_interrupts(void **state)
{
	struct fixture *f = *state;

	dist_write(f, GICD_ISENABLER, 4, UINT32_MAX);
	assert_int_equal(dist(f, GICD_ISENABLER, 4), 0);
	assert_int_equal(redist(f, 0, SGI_BASE + GICD_ISENABLER, 4), 0);
	redist_write(f, 1, SGI_BASE + GICD_ISENABLER, 0xffff0000);
	assert_int_equal(redist(f, 1, SGI_BASE + GICD_ISENABLER, 4), 0xffff0000);
	assert_int_equal(redist(f, 0, SGI_BASE + GICD_ISENABLER, 4), 0);
}

static void sgis_stay_edges(void **state)
{
	struct fixture *f = *state;

	redist_write(f, 0, SGI_BASE + GICD_ICFGR, 0);
	assert_int_equal(redist(f, 0, SGI_BASE + GICD_ICFGR, 4), 0xaaaaaaaa);
	redist_write(f, 0, SGI_BASE + GICD_ICFGR + 4, UINT32_MAX);
	assert_int_equal(redist(f, 0, SGI_BASE + GICD_ICFGR + 4, 4), 0xaaaaaaaa);
}

static void what_is_not_there_reads_as_zero(void **state)
{
	struct fixture *f = *state;

	for (uint64_t offset = 0; offset < GICD_SIZE; offset += 4) {
		dist_write(f, offset, 4, UINT32_MAX);
		(void)dist(f, offset, 8);
		(void)dist(f, offset + 3, 1);
	}
	assert_int_equal(dist(f, 0x5000, 4), 0);
	assert_int_equal(redist(f, 1, 0x8000, 4), 0);
	/* A frame behind the last one. */
	assert_int_equal(redist(f, 5, GICR_TYPER, 8), 0);
}

/* --- delivery ------------------------------------------------------------------------------------ */

static void an_interrupt_needs_enable_group_and_route(void **state)
{
	struct fixture *f = *state;

	vgic_set_spi(f->gic, SPI, true);
	enter(f, 0);
	assert_null(lr(f, 0, SPI));
	enable_spi(f, SPI, affinity[1]);
	enter(f, 0);
	assert_null(lr(f, 0, SPI));
	enter(f, 1);
	assert_non_null(lr(f, 1, SPI));
	assert_int_equal(*lr(f, 1, SPI),
			 LR_PENDING | LR_GROUP1 | LR_EOI | UINT64_C(0xa0) << 48 | SPI);
	dist_write(f, GICD_CTLR, 4, 1);
	enter(f, 1);
	assert_null(lr(f, 1, SPI));
}

static void any_rec_means_the_first(void **state)
{
	struct fixture *f = *state;

	enable_spi(f, SPI, UINT64_C(1) << 31);
	vgic_set_spi(f->gic, SPI, true);
	enter(f, 0);
	assert_non_null(lr(f, 0, SPI));
}

static void a_level_is_pending_again_after_its_end_while_it_is_high(void **state)
{
	struct fixture *f = *state;

	enable_spi(f, SPI, affinity[0]);
	vgic_set_spi(f->gic, SPI, true);
	enter(f, 0);
	set_lr_state(f, 0, SPI, LR_ACTIVE);
	leave(f, 0);
	/* While it is handled it is not pending once more. */
	enter(f, 0);
	assert_int_equal(state_of(f, 0, SPI), LR_ACTIVE);
	set_lr_state(f, 0, SPI, 0);
	leave(f, 0);
	enter(f, 0);
	assert_int_equal(state_of(f, 0, SPI), LR_PENDING);
	leave(f, 0);
	vgic_set_spi(f->gic, SPI, false);
	enter(f, 0);
	assert_null(lr(f, 0, SPI));
}

static void an_edge_is_delivered_once(void **state)
{
	struct fixture *f = *state;

	enable_spi(f, SPI, affinity[0]);
	dist_write(f, GICD_ICFGR + SPI / 16 * 4, 4, UINT32_MAX);
	vgic_set_spi(f->gic, SPI, true);
	enter(f, 0);
	assert_int_equal(state_of(f, 0, SPI), LR_PENDING);
	set_lr_state(f, 0, SPI, LR_ACTIVE);
	leave(f, 0);
	/* A second edge while the first is handled is both. */
	vgic_set_spi(f->gic, SPI, false);
	vgic_set_spi(f->gic, SPI, true);
	enter(f, 0);
	assert_int_equal(state_of(f, 0, SPI), LR_PENDING | LR_ACTIVE);
	set_lr_state(f, 0, SPI, 0);
	leave(f, 0);
	enter(f, 0);
	assert_null(lr(f, 0, SPI));
}

static void an_edge_that_was_not_taken_stays(void **state)
{
	struct fixture *f = *state;

	redist_write(f, 0, SGI_BASE + GICD_IGROUPR, UINT32_MAX);
	redist_write(f, 0, SGI_BASE + GICD_ISENABLER, 1 << 3);
	vgic_send_sgi(f->gic, 1, UINT64_C(3) << 24 | 1, true);
	for (int i = 0; i < 3; i++) {
		enter(f, 0);
		assert_int_equal(state_of(f, 0, 3), LR_PENDING);
		leave(f, 0);
	}
	assert_true(vgic_wakes(f->gic, 0));
}

static void sgis_go_to_the_list_or_to_all_others(void **state)
{
	struct fixture *f = *state;

	for (unsigned int n = 0; n < 2; n++) {
		redist_write(f, n, SGI_BASE + GICD_IGROUPR, UINT32_MAX);
		redist_write(f, n, SGI_BASE + GICD_ISENABLER, UINT32_MAX);
	}
	/* Aff1 = 1, Aff0 = 1: REC 1. */
	vgic_send_sgi(f->gic, 0, UINT64_C(5) << 24 | UINT64_C(1) << 16 | 2, true);
	vgic_send_sgi(f->gic, 1, UINT64_C(6) << 24 | UINT64_C(1) << 40, true);
	/* Another group, another cluster, another range: none. */
	vgic_send_sgi(f->gic, 0, UINT64_C(7) << 24 | UINT64_C(1) << 16 | 2, false);
	vgic_send_sgi(f->gic, 0, UINT64_C(7) << 24 | UINT64_C(2) << 16 | 2, true);
	vgic_send_sgi(f->gic, 0, UINT64_C(7) << 24 | UINT64_C(1) << 16 | UINT64_C(1) << 44 | 2,
		      true);
	enter(f, 0);
	enter(f, 1);
	assert_non_null(lr(f, 1, 5));
	assert_null(lr(f, 0, 5));
	assert_non_null(lr(f, 0, 6));
	assert_null(lr(f, 1, 6));
	assert_null(lr(f, 0, 7));
	assert_null(lr(f, 1, 7));
}

static void the_most_important_come_first_and_the_rest_is_announced(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < 6; i++) {
		enable_spi(f, SPI + i, affinity[0]);
		dist_write(f, GICD_PRIORITY + SPI + i, 1, 0xc0 - 0x10 * i);
		vgic_set_spi(f->gic, SPI + i, true);
	}
	enter(f, 0);
	assert_int_equal(f->enter[0].gicv3_hcr & (HCR_UIE | HCR_NPIE), HCR_UIE | HCR_NPIE);
	assert_null(lr(f, 0, SPI));
	assert_null(lr(f, 0, SPI + 1));
	for (unsigned int i = 2; i < 6; i++)
		assert_non_null(lr(f, 0, SPI + i));
	/* What is being handled keeps its place when something more urgent comes. */
	set_lr_state(f, 0, SPI + 2, LR_ACTIVE);
	leave(f, 0);
	vgic_set_ppi(f->gic, 0, PPI, true);
	redist_write(f, 0, SGI_BASE + GICD_IGROUPR, UINT32_MAX);
	redist_write(f, 0, SGI_BASE + GICD_ISENABLER, UINT64_C(1) << PPI);
	enter(f, 0);
	assert_int_equal(state_of(f, 0, SPI + 2), LR_ACTIVE);
	assert_non_null(lr(f, 0, PPI));
	assert_null(lr(f, 0, SPI + 3));
}

/* All list registers hold what is active: an end of what has none is counted in EOIcount. */
static void an_end_without_a_list_register_is_counted(void **state)
{
	struct fixture *f = *state;

	for (unsigned int i = 0; i < 5; i++) {
		enable_spi(f, SPI + i, affinity[0]);
		dist_write(f, GICD_PRIORITY + SPI + i, 1, 0x10 * (i + 1));
		dist_write(f, GICD_ISACTIVER + SPI / 32 * 4, 4, UINT64_C(1) << (SPI + i) % 32);
	}
	enter(f, 0);
	assert_null(lr(f, 0, SPI + 4));
	assert_int_equal(f->enter[0].gicv3_hcr & HCR_NPIE, 0);
	f->exit[0].gicv3_hcr = UINT64_C(1) << 27;
	leave(f, 0);
	assert_int_equal(dist(f, GICD_ISACTIVER + 4, 4), 0xf00);
}

static void a_wait_ends_only_by_what_the_rec_would_take(void **state)
{
	struct fixture *f = *state;

	enable_spi(f, SPI, affinity[0]);
	enter(f, 0);
	leave(f, 0);
	assert_false(vgic_wakes(f->gic, 0));
	vgic_set_spi(f->gic, SPI, true);
	assert_true(vgic_wakes(f->gic, 0));
	assert_false(vgic_wakes(f->gic, 1));
	/* ICC_PMR_EL1 masks it, or its group is off. */
	enter(f, 0);
	f->exit[0].gicv3_vmcr = UINT64_C(0xa0) << 24 | 3;
	leave(f, 0);
	assert_false(vgic_wakes(f->gic, 0));
	enter(f, 0);
	f->exit[0].gicv3_vmcr = UINT64_C(0xf0) << 24 | 1;
	leave(f, 0);
	assert_false(vgic_wakes(f->gic, 0));
}

static void an_open_controller_needs_no_driver(void **state)
{
	struct fixture *f = *state;

	vgic_open(f->gic);
	vgic_set_ppi(f->gic, 1, PPI, true);
	enter(f, 1);
	assert_int_equal(*lr(f, 1, PPI),
			 LR_PENDING | LR_GROUP1 | LR_EOI | UINT64_C(0xa0) << 48 | PPI);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(identification_says_gicv3_with_96_spis),
		TEST(a_redistributor_wakes_up),
		TEST(bits_are_set_by_one_register_and_cleared_by_the_other),
		TEST(priorities_have_five_bits_in_any_size),
		TEST(routes_keep_their_fields_only),
		TEST(the_distributor_has_no_private_interrupts),
		TEST(sgis_stay_edges),
		TEST(what_is_not_there_reads_as_zero),
		TEST(an_interrupt_needs_enable_group_and_route),
		TEST(any_rec_means_the_first),
		TEST(a_level_is_pending_again_after_its_end_while_it_is_high),
		TEST(an_edge_is_delivered_once),
		TEST(an_edge_that_was_not_taken_stays),
		TEST(sgis_go_to_the_list_or_to_all_others),
		TEST(the_most_important_come_first_and_the_rest_is_announced),
		TEST(an_end_without_a_list_register_is_counted),
		TEST(a_wait_ends_only_by_what_the_rec_would_take),
		TEST(an_open_controller_needs_no_driver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
