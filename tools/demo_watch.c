/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/demo_call.h"
#include "tools/demo_message.h"
#include "tools/demo_watch.h"

#include <inttypes.h>
#include <string.h>

#define NAME_COLUMN  6
#define VALUE_COLUMN 32
#define REALM_COLUMN 8

/* --- chapters ---------------------------------------------------------------------------------- */

void narrator_chapter(struct narrator *narrator, const char *title)
{
	struct line line;

	fputc('\n', narrator->terminal.out);
	line_begin(&line, &narrator->terminal);
	line_style(&line, STYLE_BOLD);
	line_add(&line, "%u  %s", ++narrator->chapter, title);
	line_end(&line, NULL, STYLE_PLAIN);
}

void narrator_failure(struct narrator *narrator, const char *guest)
{
	struct rmmsim *sim = narrator->machine->sim;
	const char *failure = narrator->machine->failure;
	struct rmmsim_explanation explanation;
	struct line line;
	char text[4096];

	line_begin(&line, &narrator->terminal);
	line_style(&line, STYLE_BAD);
	line_add(&line, "FAILED: %s", failure[0] ? failure : guest);
	fputc('\n', narrator->terminal.out);
	line_end(&line, NULL, STYLE_PLAIN);
	if (!sim || rmmsim_explain(sim, 0, &explanation) != RMMSIM_OK)
		return;
	rmmsim_explanation_text(&explanation, text, sizeof(text));
	narrator_say(narrator, "The last refused call:\n%s", text);
}

/* Chapters that begin with a call of the guest. */
static void announce(struct narrator *narrator, const uint64_t *x)
{
	static const struct {
		uint32_t fid;
		uint64_t x1; /* 0: any */
		const char *title;
	} chapters[] = {
		{SMC_RSI_MEM_SET_PERM_VALUE, 0,
		 "Plane 0 shares memory: Plane 1 may write it, Plane 2 may not"},
		{SMC_RSI_PLANE_ENTER, 1, "Plane 1 runs"},
		{SMC_RSI_PLANE_ENTER, 2, "Plane 2 runs"},
		{SMC_RSI_IPA_STATE_SET, 0, "Plane 0 gives a page back and asks for a new one"},
	};

	for (unsigned int i = 0; i < sizeof(chapters) / sizeof(chapters[0]); i++) {
		if (chapters[i].fid != x[0] || (chapters[i].x1 && chapters[i].x1 != x[1]) ||
		    (narrator->told & 1u << i))
			continue;
		narrator->told |= 1u << i;
		narrator_chapter(narrator, chapters[i].title);
	}
}

/* --- the host ------------------------------------------------------------------------------------ */

static void begin_host(struct narrator *narrator, struct line *line, uint64_t number,
		       const struct smc_command *command, const uint64_t *x)
{
	line_begin(line, &narrator->terminal);
	line_style(line, STYLE_DIM);
	line_add(line, "%4" PRIu64 "  ", number);
	line_style(line, STYLE_BOLD);
	line_add(line, "%s", command->name);
	line_style(line, STYLE_PLAIN);
	if (!call_has_inputs(command))
		return;
	line_pad(line, VALUE_COLUMN);
	call_add_inputs(line, command, x);
}

static bool is_enter(const uint64_t *x)
{
	return x[0] == SMC_RMI_REC_ENTER;
}

static void before_host(void *context, const uint64_t *x)
{
	struct narrator *narrator = context;
	struct line line;

	/* What the guest does comes between the call and its end. */
	if (!is_enter(x))
		return;
	begin_host(narrator, &line, rmmsim_calls(narrator->machine->sim) + 1,
		   smc_command(RMI_REC_ENTER), x);
	line_end(&line, NULL, STYLE_PLAIN);
}

static void tell_exit(struct narrator *narrator, uint64_t run_pa)
{
	const struct rmi_rec_run *run = machine_memory(narrator->machine, run_pa);
	struct line line;

	line_begin(&line, &narrator->terminal);
	line_pad(&line, NAME_COLUMN);
	line_glyph(&line, GLYPH_LEFT);
	line_add(&line, " exit: ");
	call_add_exit(&line, &run->exit);
	line_end(&line, "SUCCESS", STYLE_GOOD);
}

static void check_state(struct narrator *narrator)
{
	struct rmmsim_violation violation;
	const size_t count = rmmsim_check(narrator->machine->sim, &violation, 1);
	struct line line;

	narrator->violations += count;
	if (!count)
		return;
	line_begin(&line, &narrator->terminal);
	line_style(&line, STYLE_BAD);
	line_add(&line, "       %s: %s", violation.invariant, violation.text);
	line_end(&line, NULL, STYLE_PLAIN);
	narrator_say(narrator, "       %s", violation.detail);
}

static void after_host(void *context, const uint64_t *in, const uint64_t *out)
{
	struct narrator *narrator = context;
	const struct smc_command *command =
		smc_command(smc_decode_any(SMC_FROM_HOST, (uint32_t)in[0]));
	struct line line;

	narrator->calls++;
	narrator->refused += out[0] != RMI_SUCCESS;
	check_state(narrator);
	if (is_enter(in) && out[0] == RMI_SUCCESS) {
		tell_exit(narrator, in[2]);
		return;
	}
	begin_host(narrator, &line, rmmsim_calls(narrator->machine->sim), command, in);
	call_end(&line, command, out);
	if (in[0] == SMC_RMI_PDEV_COMMUNICATE && out[0] == RMI_SUCCESS)
		demo_tell_message(narrator, in[2]);
	if (in[0] == SMC_RMI_VDEV_COMMUNICATE && out[0] == RMI_SUCCESS)
		demo_tell_message(narrator, in[3]);
}

static void hear(void *context, const char *text)
{
	struct narrator *narrator = context;

	narrator_say(narrator, "      the host hears \"%s\"", text);
}

/* --- the guest ------------------------------------------------------------------------------------- */

static void begin_guest(struct narrator *narrator, struct line *line, unsigned int plane)
{
	line_begin(line, &narrator->terminal);
	line_pad(line, REALM_COLUMN);
	line_style(line, STYLE_PLANE_0 + plane % 3);
	line_add(line, "P%u", plane);
	line_style(line, STYLE_PLAIN);
	line_add(line, "  ");
}

static void add_guest_call(struct line *line, const struct smc_command *command, const uint64_t *x)
{
	line_add(line, "%s_%s", smc_interface_name(command->interface), command->name);
	if (!call_has_inputs(command))
		return;
	line_add(line, "  ");
	call_add_inputs(line, command, x);
}

/* Calls of Plane 0 that something else happens in. */
static bool leaves(unsigned int plane, uint64_t fid)
{
	return plane != 0 || fid == SMC_RSI_PLANE_ENTER || fid == SMC_RSI_HOST_CALL ||
	       fid == SMC_RSI_IPA_STATE_SET || fid == SMC_RSI_MEM_SET_PERM_INDEX ||
	       fid == SMC_RSI_REALM_CONFIG || fid == SMC_PSCI_SYSTEM_OFF ||
	       fid == SMC_RSI_VDEV_GET_INFO || fid == SMC_RSI_VDEV_VALIDATE_MAPPING ||
	       fid == SMC_RSI_VDEV_DMA_ENABLE || fid == SMC_RSI_VDEV_DMA_DISABLE;
}

static void before_guest(void *context, unsigned int plane, const uint64_t *x)
{
	struct narrator *narrator = context;
	struct line line;

	if (plane == 0)
		announce(narrator, x);
	if (!leaves(plane, x[0]))
		return;
	begin_guest(narrator, &line, plane);
	add_guest_call(&line, smc_command(smc_decode_any(SMC_FROM_REALM, (uint32_t)x[0])), x);
	line_end(&line, NULL, STYLE_PLAIN);
}

static void after_guest(void *context, unsigned int plane, const uint64_t *in, const uint64_t *out)
{
	struct narrator *narrator = context;
	const struct smc_command *command =
		smc_command(smc_decode_any(SMC_FROM_REALM, (uint32_t)in[0]));
	struct line line;

	begin_guest(narrator, &line, plane);
	if (leaves(plane, in[0])) {
		line_glyph(&line, GLYPH_LEFT);
		line_add(&line, " %s", command->name);
	} else {
		add_guest_call(&line, command, in);
	}
	call_end(&line, command, out);
}

static void note(void *context, unsigned int plane, const char *text)
{
	struct narrator *narrator = context;
	struct line line;

	begin_guest(narrator, &line, plane);
	line_style(&line, STYLE_PLANE_0 + plane % 3);
	line_add(&line, "%s", text);
	line_end(&line, NULL, STYLE_PLAIN);
}

void narrator_attach(struct narrator *narrator, struct vm *vm, struct guest *guest)
{
	narrator->machine->watch = (struct machine_watch){before_host, after_host, narrator};
	guest->watch = (struct guest_watch){before_guest, after_guest, note, narrator};
	vm->console = hear;
	vm->context = narrator;
}
