/* SPDX-License-Identifier: BSD-3-Clause */
/* Text of reports: calls, granules, backtraces; granule protection faults. */
#define _GNU_SOURCE
#include "host_shim/src/conduit/shim.h"

#include <pthread.h>
#include <stdarg.h>
#include <string.h>

#include <rmmsim/rmmsim.h>

void text_add(struct text *text, const char *fmt, ...)
{
	va_list args;
	int n;

	if (text->size + 1 >= sizeof(text->at))
		return;
	va_start(args, fmt);
	n = vsnprintf(text->at + text->size, sizeof(text->at) - text->size, fmt, args);
	va_end(args);
	if (n > 0)
		text->size += (size_t)n;
	if (text->size >= sizeof(text->at))
		text->size = sizeof(text->at) - 1;
}

/* --- backtraces: the code under test is compiled with frame pointers ---------------------------------- */

/* Of this thread; frames outside of it (a realm's own stack) end the walk. */
static _Thread_local uintptr_t stack_top __attribute__((tls_model("initial-exec")));

static uintptr_t top_of_stack(void)
{
	pthread_attr_t attributes;
	void *base = NULL;
	size_t size = 0;

	if (stack_top)
		return stack_top;
	if (pthread_getattr_np(pthread_self(), &attributes) != 0)
		return 0;
	pthread_attr_getstack(&attributes, &base, &size);
	pthread_attr_destroy(&attributes);
	stack_top = (uintptr_t)base + size;
	return stack_top;
}

__attribute__((no_sanitize("address"))) void shim_backtrace(void **site, unsigned int count,
							    void *frame)
{
	const uintptr_t top = top_of_stack();
	uintptr_t at = (uintptr_t)frame, low = at;
	unsigned int n = 0;

	while (n < count && at >= low && at % sizeof(void *) == 0 &&
	       at + 2 * sizeof(void *) <= top) {
		void *const *words = (void *const *)at;

		if (!words[1])
			break;
		site[n++] = words[1];
		low = at + 1;
		at = (uintptr_t)words[0];
	}
	if (n < count)
		site[n] = NULL;
}

void text_backtrace(struct text *text, void *const *site, unsigned int count)
{
	char name[256];

	for (unsigned int i = 0; i < count && site[i]; i++) {
		shim_symbol((const char *)site[i] - 1, name, sizeof(name));
		text_add(text, "      %s\n", name);
		if (strncmp(name, "main ", 5) == 0)
			return;
	}
}

/* --- calls ------------------------------------------------------------------------------------------------ */

void text_call(struct text *text, const struct hshim_call *call)
{
	char buf[160];
	char result[64];

	if (call->name)
		smc_call_text(smc_command(smc_command_find(call->name)),
			      (const uint64_t *)&call->x[1], buf, sizeof(buf));
	else
		snprintf(buf, sizeof(buf), "FID 0x%x", call->fid);
	text_add(text, "#%lu %s -> %s%s", call->number, buf,
		 smc_result_text(SMC_FROM_HOST, call->ret[0], result, sizeof(result)),
		 call->injected ? " (injected)" : "");
}

void shim_print_calls_to(struct text *text, struct hshim *shim, unsigned int count)
{
	const struct hshim_call *call;
	char where[128];

	if (!shim->calls)
		return;
	text_add(text, "  last SMCs, latest first:\n");
	for (unsigned int i = 0; i < count && (call = hshim_last_call(i)); i++) {
		shim_symbol(call->site[0] ? (const char *)call->site[0] - 1 : NULL, where,
			    sizeof(where));
		text_add(text, "    ");
		text_call(text, call);
		text_add(text, "  %s\n", where);
	}
}

/* --- granules ----------------------------------------------------------------------------------------------- */

void text_granule(struct text *text, struct hshim *shim, uint64_t pa)
{
	const struct granule_note *note = shim_note(shim, pa);
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(shim->sim, pa & ~UINT64_C(0xfff), &info) == RMMSIM_OK) {
		text_add(text, "    the granule is %s", info.state);
		if (info.owner)
			text_add(text, ", owner RD 0x%lx", (unsigned long)info.owner);
		if (info.command)
			text_add(text, ", since SMC #%lu %s", (unsigned long)info.call,
				 info.command);
		text_add(text, "\n");
	}
	if (!note)
		return;
	text_add(text, "    %s by SMC #%lu %s in\n",
		 note->delegated ? "delegated" : "last taken back", note->call,
		 note->name ? note->name : "?");
	text_backtrace(text, note->site, NOTE_FRAMES);
	if (note->used_call > note->call)
		text_add(text, "    last named by SMC #%lu %s\n", note->used_call,
			 note->used_name ? note->used_name : "?");
}

/* In the signal's context: the code that faulted holds no lock of this library or of libc's heap. */
void hshim_gpf(void *context, const struct rmmsim_gpf *gpf)
{
	struct hshim *shim = shim_current();
	struct text text = {.size = 0};

	(void)context;
	if (!shim)
		return;
	text_add(&text, "host %s PA 0x%lx, which is delegated\n",
		 gpf->write ? "write to" : "read of", (unsigned long)gpf->pa);
	text_granule(&text, shim, gpf->pa);
	text_add(&text, "    the access was made in\n");
	text_backtrace(&text, gpf->backtrace,
		       gpf->backtrace_size < 16 ? (unsigned int)gpf->backtrace_size : 16);
	hshim_report(HSHIM_O_GPF, "%s", text.at);
	if (shim_self(shim)->leave || shim->leave_fn)
		hshim_leave();
}
