/* SPDX-License-Identifier: BSD-3-Clause */
/* The story of a device that a Realm gets. */
#include "tools/demo_device.h"

#include <inttypes.h>

#include "examples/kvm-host/assign.h"
#include "tools/demo_watch.h"
#include "tools/tool.h"

#define RAM_BASE UINT64_C(0x40000000)
#define RAM_SIZE UINT64_C(0x100000)
#define INFO     (RAM_BASE + UINT64_C(0x1000))
#define BUFFER   (RAM_BASE + UINT64_C(0x2000))
/* Behind RAM, under the same table. */
#define REGISTERS   (RAM_BASE + UINT64_C(0x180000))
#define SHARED_SIZE UINT64_C(0x1000)
#define REC_AUX     6
#define VDEV_ID     UINT64_C(5)

static const struct vm_shape shape = {
	.planes = 1,
	.ipa_bits = 39,
	.ram = {RAM_BASE, RAM_BASE + RAM_SIZE},
	.shared_size = SHARED_SIZE,
	.flags = RMI_REALM_FLAGS0_DA,
};

struct story {
	struct machine machine;
	struct vm vm;
	struct guest guest;
	struct narrator narrator;
	struct rmmsim_scripts *scripts;
	struct gadget gadget;
	struct assignment assignment;
	struct driver driver;
};

struct terminal demo_terminal(void)
{
	return (struct terminal){.out = stdout, .colour = tool_colour(stdout), .utf8 = tool_utf8()};
}

/* The Realm asks for another measurement: in the meantime the firmware of the device has changed. */
static void measure_again(void *context, const char *text)
{
	struct story *s = context;

	narrator_say(&s->narrator, "      the host hears \"%s\"", text);
	narrator_chapter(&s->narrator,
			 "The firmware of the device changes, and it is measured again");
	rmmsim_device_measurement(s->gadget.device, 1);
	assign_measure(&s->assignment);
	narrator_chapter(&s->narrator, "The realm finds out");
}

static bool take(struct story *s)
{
	struct narrator *n = &s->narrator;

	narrator_chapter(n, "The host looks at the monitor");
	if (!vm_probe(&s->machine, shape.planes, shape.ipa_bits))
		return false;
	narrator_chapter(n, "The monitor talks to the device: versions, certificates, its key, a "
			    "session");
	return assign_take(&s->assignment, &s->machine, &s->gadget);
}

static bool create(struct story *s)
{
	static const char code[PAGE_SIZE] = "the code of plane 0";

	narrator_chapter(&s->narrator, "A realm is created that may have devices");
	if (!vm_create(&s->vm, &s->machine, &shape))
		return false;
	s->vm.console = measure_again;
	s->vm.context = s;
	if (!vm_load(&s->vm, RAM_BASE, code, 1) || !vm_add_cpu(&s->vm, RAM_BASE) ||
	    !vm_activate(&s->vm))
		return false;
	s->driver = (struct driver){.guest = &s->guest,
				    .vdev_id = VDEV_ID,
				    .ipa = REGISTERS,
				    .pa = s->gadget.base,
				    .info = INFO,
				    .buffer = BUFFER};
	return rmmsim_script_bind(s->scripts, 0, 0, driver_plane_0, &s->driver) == RMMSIM_OK;
}

static bool live(struct story *s)
{
	struct narrator *n = &s->narrator;

	if (!take(s) || !create(s))
		return false;
	narrator_chapter(n, "It gets the device, which is locked, measured, reported and started");
	if (!assign_give(&s->assignment, &s->vm, VDEV_ID))
		return false;
	narrator_chapter(n, "The realm looks at its device, agrees, and uses it");
	if (!vm_run(&s->vm) || s->guest.failure[0])
		return false;
	narrator_say(n, "      stopped at 0x%" PRIx64 ": %s", s->gadget.report.address,
		     s->gadget.report.reason);
	narrator_chapter(n, "The host takes everything back");
	return assign_revoke(&s->assignment) && vm_destroy(&s->vm) && assign_return(&s->assignment);
}

static bool open_story(struct story *s)
{
	struct rmmsim_config config;
	struct rmmsim_error error;

	rmmsim_config_init(&config);
	config.rec_aux_count = REC_AUX;
	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	if (!machine_open(&s->machine, &config))
		return false;
	if (gadget_open(&s->gadget, s->machine.sim, config.dev_ncoh[0].base, &error) != RMMSIM_OK)
		return machine_fail(&s->machine, "%s", error.text);
	return rmmsim_scripts_create(s->machine.sim, &s->scripts) == RMMSIM_OK;
}

static int tell(struct story *s)
{
	struct narrator *n = &s->narrator;
	size_t leaks;

	narrator_say(n,
		     "rmmsim %s: a realm that gets a device.\n"
		     "Numbered lines are calls of the host; lines of P0 are what the realm does "
		     "meanwhile.",
		     rmmsim_version());
	narrator_attach(n, &s->vm, &s->guest);
	if (!live(s)) {
		narrator_failure(n, s->guest.failure);
		return TOOL_CHECK_FAILED;
	}
	leaks = machine_leaks(&s->machine);
	narrator_say(n, "\n%zu calls of the host.", n->calls);
	narrator_say(n,
		     "Invariants checked after every call: %zu violated. Pages leaked: %zu of %zu.",
		     n->violations, leaks, s->machine.pages);
	return leaks || n->violations ? TOOL_CHECK_FAILED : TOOL_OK;
}

int demo_device(void)
{
	struct story s = {0};
	int status = TOOL_INTERNAL;

	s.narrator.terminal = demo_terminal();
	s.narrator.machine = &s.machine;
	if (open_story(&s))
		status = tell(&s);
	else
		fprintf(stderr, "rmmsim demo: %s\n", s.machine.failure);
	gadget_close(&s.gadget);
	machine_close(&s.machine);
	rmmsim_scripts_destroy(s.scripts);
	return status;
}
