/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A library whose contexts are laid out differently: what can be found is found, anything else is refused
 * with a message. The functions below stand before those of the library and turn its layout into another.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unicorn/unicorn.h>

#include <stdlib.h>
#include <string.h>

#include "tests/unicorn/code.h"

#define HEAD 64 /* bytes of a context that the library itself looks at */

enum change { NONE, MOVED, SCATTERED, HIDDEN, TWICE, FLAGS, ADDRESS };

/* Where things are in a context, from X0 on: unicorn.md#3 */
#define HFLAGS   (gprs + 272)
#define SYNDROME (gprs + 2960)
#define FAULT    (gprs + 2968)

static enum change change;
static size_t gprs; /* where X0 is */

static uint8_t *bytes(uc_context *context)
{
	return (uint8_t *)context;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const uint8_t byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

static void rotate(uint8_t *p, size_t size, size_t by)
{
	uint8_t *copy = malloc(size);

	memcpy(copy, p, size);
	for (size_t i = 0; i < size; i++)
		p[(i + by) % size] = copy[i];
	free(copy);
}

/* Its own inverse, but for the rotation. */
static void turn(uc_context *context, size_t size, bool back)
{
	uint8_t *p = bytes(context);

	switch (change) {
	case NONE:
		return;
	case MOVED:
		rotate(p + HEAD, size - HEAD, back ? size - HEAD - 48 : 48);
		return;
	case SCATTERED:
		for (unsigned int i = 0; i < 16; i += 2)
			swap(p + gprs + i * 8, p + gprs + (i + 1) * 8, 8);
		return;
	case HIDDEN:
		for (unsigned int i = 0; i < 4; i++)
			p[SYNDROME + i] ^= 0xff;
		return;
	case TWICE:
		if (!back)
			memcpy(p + size - 24, p + SYNDROME, 4);
		return;
	case FLAGS:
		swap(p + HFLAGS, p + HFLAGS + 4, 4);
		return;
	case ADDRESS:
		swap(p + FAULT, p + FAULT + 24, 8);
		return;
	}
}

uc_err uc_context_save(uc_engine *uc, uc_context *context)
{
	uc_err (*real)(uc_engine *, uc_context *);
	uc_err err;

	*(void **)&real = dlsym(RTLD_NEXT, "uc_context_save");
	err = real(uc, context);
	turn(context, uc_context_size(uc), false);
	return err;
}

uc_err uc_context_restore(uc_engine *uc, uc_context *context)
{
	uc_err (*real)(uc_engine *, uc_context *);
	const size_t size = uc_context_size(uc);
	uc_err err;

	*(void **)&real = dlsym(RTLD_NEXT, "uc_context_restore");
	turn(context, size, true);
	err = real(uc, context);
	turn(context, size, false);
	return err;
}

/* It is not at the same place in every version. */
static int find_gprs(void **state)
{
	const uint64_t value = UINT64_C(0x5ca1ab1e00c0ffee);
	uc_context *context;
	uc_engine *uc;

	(void)state;
	assert_int_equal(uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc), UC_ERR_OK);
	assert_int_equal(uc_reg_write(uc, UC_ARM64_REG_X0, &value), UC_ERR_OK);
	assert_int_equal(uc_context_alloc(uc, &context), UC_ERR_OK);
	assert_int_equal(uc_context_save(uc, context), UC_ERR_OK);
	while (memcmp(bytes(context) + gprs, &value, sizeof(value)) != 0)
		gprs += 4;
	uc_context_free(context);
	uc_close(uc);
	return 0;
}

static void what_is_elsewhere_is_found(void **state)
{
	static struct code c;
	struct machine m;

	(void)state;
	change = MOVED;
	code_start(&c, MORE);
	code_mov(&c, 5, 0x1234567);
	code_put(&c, WFI);
	code_keep(&c, 5);
	code_put(&c, WFI);
	machine_open(&m, c.words, c.count, true);
	machine_enter(&m, TRAPS, 0);
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	assert_int_equal(machine_kept(&m, 0), 0x1234567);
	machine_close(&m);
	change = NONE;
}

static void what_is_not_understood_is_refused(void **state)
{
	static const struct {
		enum change change;
		const char *text;
	} rows[] = {
		{SCATTERED, "registers are not where they are expected in a context"},
		{HIDDEN, "the syndrome of an exception cannot be found"},
		{TWICE, "the syndrome of an exception cannot be found"},
		{ADDRESS, "exceptions of a small test program are not as they should be"},
	};
	const uint32_t code[] = {WFI};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rmmsim_unicorn *engine = NULL;
		struct rmmsim_error error = {0};
		struct machine m;

		machine_open(&m, code, 1, false);
		change = rows[i].change;
		assert_int_equal(rmmsim_unicorn_create(m.host.sim, NULL, &engine, &error),
				 RMMSIM_ERR_STATE);
		change = NONE;
		assert_null(engine);
		if (!strstr(error.text, rows[i].text) || !strstr(error.text, "Unicorn 2.") ||
		    !strstr(error.text, "use 2.0.1"))
			fail_msg("row %zu: %s", i, error.text);
		/* The next one is good again. */
		assert_int_equal(rmmsim_unicorn_create(m.host.sim, NULL, &m.engine, NULL),
				 RMMSIM_OK);
		machine_enter(&m, TRAPS, 0);
		assert_int_equal(m.host.exit.esr >> 26, 0x01);
		machine_close(&m);
	}
}

/* 2.1 makes the flags anew from the registers, so they matter to 2.0 only. */
static void flags_that_are_elsewhere_do_no_harm(void **state)
{
	const uint32_t code[] = {WFI};
	struct rmmsim_error error = {0};
	struct machine m;

	(void)state;
	machine_open(&m, code, 1, false);
	change = FLAGS;
	if (rmmsim_unicorn_create(m.host.sim, NULL, &m.engine, &error) != RMMSIM_OK) {
		assert_non_null(strstr(error.text, "exceptions of a small test program"));
		change = NONE;
		assert_int_equal(rmmsim_unicorn_create(m.host.sim, NULL, &m.engine, NULL),
				 RMMSIM_OK);
	}
	machine_enter(&m, TRAPS, 0);
	assert_int_equal(m.host.exit.esr >> 26, 0x01);
	machine_close(&m);
	change = NONE;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_elsewhere_is_found),
		cmocka_unit_test(what_is_not_understood_is_refused),
		cmocka_unit_test(flags_that_are_elsewhere_do_no_harm),
	};

	return cmocka_run_group_tests(tests, find_gprs, NULL);
}
