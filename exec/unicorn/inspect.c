/* SPDX-License-Identifier: BSD-3-Clause */
/* A Plane that stands still, for those who look at it. */
#include <string.h>

#include "exec/unicorn/unicorn.h"

void rmmsim_unicorn_inspect_next(struct rmmsim_unicorn *u, rmmsim_unicorn_inspect_fn inspect,
				 void *context)
{
	pthread_mutex_lock(&u->lock);
	u->inspect = inspect;
	u->inspect_context = context;
	pthread_mutex_unlock(&u->lock);
}

bool inspect_instead(struct rmmsim_unicorn *u)
{
	const rmmsim_unicorn_inspect_fn inspect = u->inspect;

	if (!inspect)
		return false;
	u->inspect = NULL;
	/* Walks of stage 1 ask the CPU. */
	state_load(u);
	inspect(u->inspect_context, u, u->vcpu);
	return true;
}

bool rmmsim_unicorn_read(struct rmmsim_unicorn *u, uint64_t va, void *data, size_t size)
{
	uint8_t *to = data;

	while (size) {
		const uint64_t left = PAGE_SIZE - (va & PAGE_MASK);
		const size_t piece = left < size ? left : size;
		const struct walk walk = walk_stage1(u, va);

		if (!walk.ok || !walk_read(u, walk.ipa, to, piece))
			return false;
		va += piece;
		to += piece;
		size -= piece;
	}
	return true;
}

static bool write_page(struct rmmsim_unicorn *u, uint64_t ipa, const void *data, size_t size)
{
	static const enum rmmsim_access ways[] = {RMMSIM_WRITE, RMMSIM_READ, RMMSIM_FETCH};
	struct rmmsim_translation t = {.proceeds = false};
	void *to;

	for (unsigned int i = 0; i < 3 && !t.proceeds; i++)
		rmmsim_translate(u->vcpu, ipa, ways[i], 1, &t);
	to = t.proceeds ? memory_at(u, t.pa) : NULL;
	if (!to)
		return false;
	memcpy(to, data, size);
	/* What is executed is looked at again, and translated again. */
	if (shadow_executable(u, ipa))
		shadow_make_writable(u, ipa);
	return true;
}

bool rmmsim_unicorn_write(struct rmmsim_unicorn *u, uint64_t va, const void *data, size_t size)
{
	const uint8_t *from = data;

	while (size) {
		const uint64_t left = PAGE_SIZE - (va & PAGE_MASK);
		const size_t piece = left < size ? left : size;
		const struct walk walk = walk_stage1(u, va);

		if (!walk.ok || !write_page(u, walk.ipa, from, piece))
			return false;
		va += piece;
		from += piece;
		size -= piece;
	}
	return true;
}

void rmmsim_unicorn_disassemble(struct rmmsim_unicorn *u, uint64_t pc, uint32_t word, char *text,
				size_t size)
{
	disasm_text(u, pc, word, text, size);
}

static void note(struct rmmsim_unicorn *u, const struct rmmsim_unicorn_exception *now,
		 uint64_t vector)
{
	struct rmmsim_unicorn_exceptions *e = &u->cpu->exceptions;

	if (!e->count++)
		e->first = *now;
	if (now->elr != vector)
		e->origin = *now;
	e->last = *now;
}

void inspect_note_exception(struct rmmsim_unicorn *u, const struct deliver *d, uint64_t vector)
{
	const struct rmmsim_unicorn_exception now = {
		.esr = d->esr,
		.far = d->far_valid ? d->far : 0,
		.elr = d->elr,
		.spsr = u->vcpu->context->pstate,
	};

	note(u, &now, vector);
}

void inspect_note_injected(struct rmmsim_unicorn *u)
{
	const struct rmmsim_plane *plane = u->vcpu->context, *before = &u->cpu->image;
	const uint64_t *sysreg = plane->sysreg;
	const uint64_t offset = (plane->pc - sysreg[RMMSIM_SYSREG_VBAR_EL1]) & ~VECTOR_ERROR;
	const struct rmmsim_unicorn_exception now = {
		.esr = sysreg[RMMSIM_SYSREG_ESR_EL1],
		.far = sysreg[RMMSIM_SYSREG_FAR_EL1],
		.elr = sysreg[RMMSIM_SYSREG_ELR_EL1],
		.spsr = sysreg[RMMSIM_SYSREG_SPSR_EL1],
	};

	if (!u->cpu->loaded || (offset && offset != VECTOR_SYNC_EL1H && offset != VECTOR_SYNC_EL0))
		return;
	if (plane->pc != before->pc || now.elr != before->sysreg[RMMSIM_SYSREG_ELR_EL1])
		note(u, &now, plane->pc);
}
