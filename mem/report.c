/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "mem/report.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include <rmmsim/testing.h>

#include "mem/frames.h"
#include "mem/protect.h"
#include "smc/smc.h"

#define MAX_FRAMES 64

static const struct mem_bank *bank_of_host(const struct mem *mem, const uint8_t *address)
{
	for (unsigned int i = 0; i < mem->bank_count; i++) {
		const struct mem_bank *bank = &mem->banks[i];

		if ((uintptr_t)address - (uintptr_t)bank->host < bank->size)
			return bank;
	}
	return NULL;
}

/* The Host raced with the monitor for the granule: the report may mix two of its states. */
__attribute__((noinline, no_sanitize("thread"))) static void copy_record(struct granule *to,
									 const struct granule *from)
{
	*to = *from;
}

static void describe(struct report *report, const struct mem *mem, uint64_t pa, uint32_t index)
{
	*report = (struct report){
		.pa = pa,
		.gpf = mem->gpf,
		.gpf_context = mem->gpf_context,
	};
	copy_record(&report->granule, mem_at_index(mem, index));
	if (report->granule.owner)
		report->owner = mem_pa(mem, mem_owner(mem, &report->granule));
}

enum report_verdict report_take(struct report *report, struct mem *mem, const void *address)
{
	const struct mem_bank *bank = bank_of_host(mem, address);
	uint64_t offset;
	uint32_t index;

	if (!bank)
		return REPORT_NOT_OURS;
	offset = (uintptr_t)address - (uintptr_t)bank->host;
	index = bank->first + (uint32_t)(offset >> GRANULE_SHIFT);
	switch (protect_touch(mem, index)) {
	case PROTECT_FORBIDDEN:
		describe(report, mem, bank->base + offset, index);
		return REPORT_TAKEN;
	case PROTECT_OPENED:
		return REPORT_RETRY;
	case PROTECT_ACCESSIBLE:
		report->changes = atomic_load(&mem->protect.changes);
		return REPORT_ACCESSIBLE;
	case PROTECT_FAILED:
		break;
	}
	return REPORT_NOT_OURS;
}

#if defined(__x86_64__)

void report_context(struct report *report, const void *ucontext)
{
	const mcontext_t *m = &((const ucontext_t *)ucontext)->uc_mcontext;

	/* Page fault error code: bit 1 is set for a write. */
	report->write = m->gregs[REG_ERR] >> 1 & 1;
	report->pc = (void *)m->gregs[REG_RIP];
}

#elif defined(__aarch64__)

/* The records in the signal frame: an id, a size, content; an id of 0 ends them. */
static bool frame_esr(const mcontext_t *m, uint64_t *esr)
{
	const uint8_t *at = (const uint8_t *)m->__reserved;
	const uint8_t *end = at + sizeof(m->__reserved);
	uint32_t head[2];

	for (; at + sizeof(head) + sizeof(*esr) <= end; at += head[1]) {
		memcpy(head, at, sizeof(head));
		if (head[0] == 0 || head[1] == 0)
			return false;
		if (head[0] != ESR_MAGIC)
			continue;
		memcpy(esr, at + sizeof(head), sizeof(*esr));
		return true;
	}
	return false;
}

void report_context(struct report *report, const void *ucontext)
{
	const mcontext_t *m = &((const ucontext_t *)ucontext)->uc_mcontext;
	uint64_t esr;

	/* WnR of a data abort. */
	if (frame_esr(m, &esr))
		report->write = esr >> 6 & 1;
	report->pc = (void *)m->pc;
}

#else
#error "the fault handler knows x86-64 and arm64"
#endif

struct text {
	size_t size;
	char at[512];
};

static void add(struct text *text, const char *s)
{
	while (*s && text->size < sizeof(text->at))
		text->at[text->size++] = *s++;
}

static void add_number(struct text *text, uint64_t value, unsigned int base)
{
	char digits[24];
	char *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	add(text, at);
}

static void add_hex(struct text *text, uint64_t value)
{
	add(text, "0x");
	add_number(text, value, 16);
}

static void add_granule(struct text *text, const struct report *report)
{
	const struct granule *granule = &report->granule;

	add(text, "rmmsim:   the granule is ");
	add(text, granule_state_name(granule->state));
	add(text, " in PAS ");
	add(text, granule_pas_name(granule->pas));
	if (report->owner) {
		add(text, ", owner RD ");
		add_hex(text, report->owner);
	}
	add(text, "\n");
}

static const char *command_name(const struct granule *granule)
{
	const struct smc_command *command = smc_command(granule->command);

	return command ? command->name : NULL;
}

static void add_origin(struct text *text, const struct granule *granule)
{
	const char *name = command_name(granule);

	if (!granule->call) {
		add(text, "rmmsim:   no SMC changed it\n");
		return;
	}
	add(text, "rmmsim:   since SMC ");
	add_number(text, granule->call, 10);
	if (name) {
		add(text, ", ");
		add(text, name);
	}
	add(text, "\n");
}

/* To stderr even where the program has closed or redirected its streams. */
static void emit(const struct text *text)
{
	size_t done = 0;

	while (done < text->size) {
		const ssize_t n = write(STDERR_FILENO, text->at + done, text->size - done);

		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

/* Cuts off the frames of the handler: the access is where the processor's context says it is. */
static size_t frames_of_access(void **frames, size_t count, void *pc)
{
	for (size_t i = 0; i < count; i++) {
		if (frames[i] != pc)
			continue;
		memmove(frames, frames + i, (count - i) * sizeof(*frames));
		return count - i;
	}
	frames[0] = pc;
	return 1;
}

/* One by one: a file that cannot be read costs the rest only. The first is no return address. */
static void emit_frames(void *const *frames, size_t count)
{
	char name[256];

	for (size_t i = 0; i < count; i++) {
		struct text text = {0};

		rmmsim_place_text((const char *)frames[i] - (i != 0), name, sizeof(name));
		add(&text, "rmmsim:     ");
		add(&text, name);
		add(&text, "\n");
		emit(&text);
		if (strncmp(name, "main ", 5) == 0)
			return;
	}
}

static void call_program(const struct report *report, void *const *frames, size_t count)
{
	const struct rmmsim_gpf gpf = {
		.pa = report->pa,
		.write = report->write,
		.state = granule_state_name(report->granule.state),
		.owner = report->owner,
		.call = report->granule.call,
		.command = command_name(&report->granule),
		.backtrace = frames,
		.backtrace_size = count,
	};

	if (report->gpf)
		report->gpf(report->gpf_context, &gpf);
}

void report_deliver(const struct report *report)
{
	struct text text = {0};
	void *frames[MAX_FRAMES];
	size_t count;

	add(&text, "rmmsim: host ");
	add(&text, report->write ? "write to" : "read of");
	add(&text, " PA ");
	add_hex(&text, report->pa);
	add(&text, ", which is not Non-secure memory\n");
	add_granule(&text, report);
	add_origin(&text, &report->granule);
	add(&text, "rmmsim:   host backtrace, innermost first:\n");
	/* Before the unwinder, which may not survive a damaged stack. */
	emit(&text);
	count = frames_take(frames, MAX_FRAMES);
	count = frames_of_access(frames, count, report->pc);
	emit_frames(frames, count);
	call_program(report, frames, count);
}
