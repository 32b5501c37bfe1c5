/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two pieces of state are not in the public interface of Unicorn: the translator's cached flags and the
 * pending exception. They are in a saved context, whose layout belongs to the library's version: it is
 * found by looking for values that were put there, and then tried. unicorn.md#3
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define TESTED "use 2.0.1, 2.1.1 or 2.1.4"

#define PATTERN_X    UINT64_C(0x5ca1ab1e00c0ffee)
#define PATTERN_V    UINT64_C(0x0ddba11c0de5eed0)
#define GPRS         31
#define VECTORS      32
#define EXCLUSIVE_AT 128 /* behind the code, in the page of the trampoline */
#define PATTERN_E    UINT64_C(0xc0a1e5ce5ca1ab1e)
#define LDXP         0xc87f0440u /* ldxp x0, x1, [x2] */
#define SVC          0xd4002461u /* svc #0x123 */
#define SVC_ESR      0x56000123u
#define ALIGNMENT    4 /* of what is in a context: 8 in 2.0.1, 4 in 2.1.1 */

static bool fail(struct rmmsim_error *error, const char *what)
{
	unsigned int major = 0, minor = 0;

	uc_version(&major, &minor);
	if (!error)
		return false;
	error->status = RMMSIM_ERR_STATE;
	snprintf(error->text, sizeof(error->text),
		 "Unicorn %u.%u is not one that the engine understands: %s; " TESTED, major, minor,
		 what);
	return false;
}

/* --- general registers and vectors -------------------------------------------------------------- */

static uint64_t word(const struct rmmsim_unicorn *u, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const uint8_t *)u->scratch + offset, sizeof(value));
	return value;
}

static bool pattern_at(const struct rmmsim_unicorn *u, size_t offset, uint64_t pattern,
		       size_t stride, unsigned int count)
{
	if (offset + stride * count > u->layout.size)
		return false;
	for (unsigned int i = 0; i < count; i++) {
		if (word(u, offset + i * stride) != pattern + i)
			return false;
	}
	return true;
}

static void put_patterns(struct rmmsim_unicorn *u)
{
	for (unsigned int i = 0; i < GPRS; i++)
		state_set_x(u->uc, i, PATTERN_X + i);
	for (unsigned int i = 0; i < VECTORS; i++) {
		const uint64_t v[2] = {PATTERN_V + i, ~(PATTERN_V + i)};

		uc_reg_write(u->uc, (int)(UC_ARM64_REG_Q0 + i), v);
	}
}

static bool find_x(struct rmmsim_unicorn *u)
{
	struct layout *l = &u->layout;

	for (l->x = 0; l->x + 8 <= l->size; l->x += ALIGNMENT) {
		if (!pattern_at(u, l->x, PATTERN_X, 8, GPRS))
			continue;
		l->pc = l->x + 32 * 8;
		l->mode = l->pc + 8;
		l->hflags = l->mode + 8;
		return l->hflags + 4 <= l->size;
	}
	return false;
}

static bool find_v(struct rmmsim_unicorn *u)
{
	struct layout *l = &u->layout;

	for (l->v = 0; l->v + 8 <= l->size; l->v += ALIGNMENT) {
		for (l->v_stride = 16; l->v_stride <= 512; l->v_stride *= 2) {
			if (pattern_at(u, l->v, PATTERN_V, l->v_stride, VECTORS))
				return word(u, l->v + 8) == ~PATTERN_V;
		}
	}
	return false;
}

/* --- the pending exception ------------------------------------------------------------------------ */

struct probe {
	struct rmmsim_unicorn *u;
	uint32_t intno;
	uint64_t pc, current_el;
	unsigned int count;
};

static void on_exception(uc_engine *uc, uint32_t intno, void *data)
{
	struct probe *probe = data;

	probe->intno = intno;
	probe->count++;
	probe->pc = state_pc(uc);
	probe->current_el = state_x(uc, 0);
	uc_context_save(uc, probe->u->scratch);
	uc_emu_stop(uc);
}

static bool find_syndrome(struct rmmsim_unicorn *u)
{
	struct layout *l = &u->layout;
	unsigned int found = 0;

	for (size_t at = 0; at + 20 <= l->size; at += ALIGNMENT) {
		if ((uint32_t)word(u, at) != SVC_ESR)
			continue;
		l->syndrome = at;
		found++;
	}
	l->vaddress = l->syndrome + 8;
	l->target_el = l->syndrome + 16;
	return found == 1;
}

static void put_code(struct rmmsim_unicorn *u, const uint32_t *code, size_t words)
{
	/* Behind the trampoline. */
	memcpy(u->pool.memory + 64, code, words * 4);
	uc_ctl_remove_cache(u->uc, u->pool.base, u->pool.base + PAGE_SIZE);
}

static bool probe_start(struct rmmsim_unicorn *u, struct probe *probe, uint64_t at)
{
	uc_hook hook;
	uc_err err;

	probe->count = 0;
	if (uc_hook_add(u->uc, &hook, UC_HOOK_INTR, (void *)on_exception, probe, 1, 0) != UC_ERR_OK)
		return false;
	err = uc_emu_start(u->uc, at, ~UINT64_C(0), 0, 0);
	uc_hook_del(u->uc, hook);
	return err == UC_ERR_OK && probe->count == 1;
}

/* The address of the last LDXR, then the values that it read. */
static bool find_exclusive(struct rmmsim_unicorn *u)
{
	struct layout *l = &u->layout;

	for (l->exclusive = 0; l->exclusive + 24 <= l->size; l->exclusive += ALIGNMENT) {
		if (word(u, l->exclusive) == u->pool.base + EXCLUSIVE_AT &&
		    word(u, l->exclusive + 8) == PATTERN_E &&
		    word(u, l->exclusive + 16) == PATTERN_E + 1)
			return true;
	}
	return false;
}

bool calibrate(struct rmmsim_unicorn *u, struct rmmsim_error *error)
{
	const uint32_t code[] = {LDXP, SVC};
	const uint64_t monitored[] = {PATTERN_E, PATTERN_E + 1};
	struct probe probe = {.u = u};

	u->layout.size = uc_context_size(u->uc);
	if (uc_context_alloc(u->uc, &u->scratch) != UC_ERR_OK ||
	    uc_context_alloc(u->uc, &u->monitor) != UC_ERR_OK)
		return fail(error, "it has no memory for a context");
	put_patterns(u);
	uc_context_save(u->uc, u->scratch);
	if (!find_x(u) || !find_v(u))
		return fail(error, "registers are not where they are expected in a context");
	put_code(u, code, 2);
	memcpy(u->pool.memory + EXCLUSIVE_AT, monitored, sizeof(monitored));
	state_set_x(u->uc, 2, u->pool.base + EXCLUSIVE_AT);
	if (!probe_start(u, &probe, u->pool.base + 64) || !find_syndrome(u))
		return fail(error, "the syndrome of an exception cannot be found");
	if (!find_exclusive(u))
		return fail(error, "the exclusive monitor cannot be found");
	return true;
}

/* --- trying it -------------------------------------------------------------------------------------- */

/* Enters `pstate` at the test code with stage 2 on; false unless it ends in one exception. */
static bool enter(struct rmmsim_unicorn *u, struct probe *probe, uint64_t pstate)
{
	state_monitor(u);
	cp_write(u->uc, SYSREG(3, 6, 4, 0, 1), u->pool.base + 64); /* ELR_EL3 */
	cp_write(u->uc, SYSREG(3, 6, 4, 0, 0), pstate);            /* SPSR_EL3 */
	state_set_x(u->uc, 0, 0);
	return probe_start(u, probe, u->pool.base);
}

static uint32_t syndrome(const struct rmmsim_unicorn *u)
{
	return (uint32_t)word(u, u->layout.syndrome);
}

/* Stage 2 is on and has no entry: the first fetch faults, with the right address. */
static bool try_stage2(struct rmmsim_unicorn *u, struct probe *probe)
{
	if (!enter(u, probe, 0x3c5) || probe->intno != 3)
		return false;
	return SYNDROME_EC_OF(syndrome(u)) == SYNDROME_INST_ABORT &&
	       (uint32_t)word(u, u->layout.target_el) == 2 &&
	       word(u, u->layout.vaddress) == u->pool.base + 64 &&
	       cp_read(u->uc, SYSREG(3, 4, 6, 0, 4)) == u->pool.base >> 8; /* HPFAR_EL2 */
}

static bool try_el1(struct rmmsim_unicorn *u, struct probe *probe)
{
	if (!enter(u, probe, 0x3c5) || probe->intno != 2)
		return false;
	return probe->current_el == 4 && syndrome(u) == SVC_ESR &&
	       (uint32_t)word(u, u->layout.target_el) == 1;
}

static bool try_el0(struct rmmsim_unicorn *u, struct probe *probe)
{
	/* CurrentEL is undefined at EL0. */
	return enter(u, probe, 0x3c0) && probe->intno == 1 &&
	       (uint32_t)word(u, u->layout.target_el) == 1;
}

bool self_test(struct rmmsim_unicorn *u, struct rmmsim_error *error)
{
	static const uint32_t code[] = {0xd5384240 /* mrs x0, CurrentEL */, SVC};
	struct probe probe = {.u = u};
	struct rmmsim_vcpu vcpu = {.rd = 1};
	const struct rmmsim_translation own = {
		.proceeds = true,
		.pa = u->pool.base,
		.allowed = RMMSIM_ALLOW_READ | RMMSIM_ALLOW_FETCH_EL0 | RMMSIM_ALLOW_FETCH_EL1,
	};
	bool good;

	state_monitor(u);
	put_code(u, code, 2);
	u->vcpu = &vcpu;
	u->slot = shadow_slot(u, vcpu.rd);
	cp_write(u->uc, SYSREG(3, 4, 2, 1, 0), shadow_root(u)); /* VTTBR_EL2 */
	uc_context_save(u->uc, u->monitor);
	good = try_stage2(u, &probe);
	if (good) {
		shadow_fill(u, u->pool.base, &own, true);
		good = try_el1(u, &probe) && try_el0(u, &probe);
	}
	u->vcpu = NULL;
	shadow_drop_all(u);
	return good || fail(error, "exceptions of a small test program are not as they should be");
}
