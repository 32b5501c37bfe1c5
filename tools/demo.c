/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim demo: a Realm with two auxiliary Planes, from birth to tear-down. */

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tools/demo_device.h"
#include "tools/demo_watch.h"
#include "tools/tool.h"

static const char usage[] =
	"usage: rmmsim demo [OPTION]...\n"
	"\n"
	"A host like KVM runs a realm with two auxiliary planes, each with translation tables of\n"
	"its own, and tells about every call. The realm is a program of this command.\n"
	"\n"
	"      --device  instead: a realm that gets a device, looks at it, uses its registers\n"
	"                and memory accesses, and finds its measurement changed\n"
	"  -h, --help    print this text\n"
	"\n"
	"exit status: 0 all went well, 1 something went wrong, 2 wrong usage, 3 internal error\n";

#define RAM_BASE    UINT64_C(0x40000000)
#define RAM_SIZE    UINT64_C(0x400000)
#define SHARED_SIZE UINT64_C(0x2000)
#define REC_AUX     6

static const struct vm_shape shape = {
	.planes = 3,
	.ipa_bits = 39,
	.ram = {RAM_BASE, RAM_BASE + RAM_SIZE},
	.shared_size = SHARED_SIZE,
};

struct demo {
	struct machine machine;
	struct vm vm;
	struct guest guest;
	struct narrator narrator;
	struct rmmsim_scripts *scripts;
	char *picture; /* of the trees, taken before they are taken down */
	size_t picture_size;
	size_t leaks;
};

/* --- the story -------------------------------------------------------------------------------- */

static void say_features(struct narrator *narrator, uint64_t features)
{
	narrator_say(narrator,
		     "      %u bits of IPA, %u auxiliary planes; this realm wants %u and %u",
		     (unsigned int)RMMSIM_FIELD(features, RMI_FEATURE0_S2SZ),
		     (unsigned int)RMMSIM_FIELD(features, RMI_FEATURE0_MAX_NUM_AUX_PLANES),
		     shape.ipa_bits, shape.planes - 1);
}

static bool create(struct demo *demo)
{
	static const char code[PAGE_SIZE] = "the code of plane 0";
	struct narrator *narrator = &demo->narrator;
	struct vm *vm = &demo->vm;

	narrator_chapter(narrator, "The host looks at the monitor");
	if (!vm_probe(&demo->machine, shape.planes, shape.ipa_bits))
		return false;
	say_features(narrator, demo->machine.x[1]);
	narrator_chapter(narrator, "A realm is created: a descriptor, and a root table per plane");
	if (!vm_create(vm, &demo->machine, &shape))
		return false;
	narrator_attach(narrator, vm, &demo->guest);
	narrator_chapter(narrator, "It gets its first page, which is measured, and a processor");
	if (!vm_load(vm, RAM_BASE + GUEST_CODE, code, 1) ||
	    !vm_add_cpu(vm, RAM_BASE + GUEST_CODE) || !vm_activate(vm))
		return false;
	demo->guest.ram = RAM_BASE;
	demo->guest.shared = vm->shared.base;
	demo->guest.device = vm->device;
	return guest_bind(&demo->guest, demo->scripts) == RMMSIM_OK;
}

static void take_picture(struct demo *demo)
{
	struct terminal terminal = demo->narrator.terminal;

	terminal.out = open_memstream(&demo->picture, &demo->picture_size);
	if (!terminal.out)
		return;
	demo_draw_trees(&terminal, &demo->vm);
	fclose(terminal.out);
}

/* What the host can see of the realm's life. */
static bool look_back(struct demo *demo)
{
	const char *text = machine_memory(&demo->machine, demo->vm.shared_pa);

	narrator_say(&demo->narrator, "      the host finds \"%.32s\" in the shared window", text);
	narrator_say(&demo->narrator, "      the device was rung with 0x%x", demo->vm.doorbell);
	return strcmp(text, "plane 0 is up") == 0 && demo->vm.doorbell == 0xbe11;
}

static bool live(struct demo *demo)
{
	if (!create(demo))
		return false;
	narrator_chapter(&demo->narrator, "Plane 0 starts, on a tree that has nothing in it yet");
	if (!vm_run(&demo->vm) || demo->guest.failure[0])
		return false;
	if (!look_back(demo))
		return machine_fail(&demo->machine, "host and realm do not agree");
	take_picture(demo);
	narrator_chapter(&demo->narrator, "The host takes everything back");
	return vm_destroy(&demo->vm);
}

/* --- how it ended ------------------------------------------------------------------------------- */

static void print_end(struct demo *demo)
{
	const struct narrator *narrator = &demo->narrator;

	narrator_chapter(&demo->narrator,
			 "The trees of each plane, as they were before the host took them down");
	narrator_say(&demo->narrator,
		     "rwx is what the plane may do there. Entries that were never touched are left "
		     "out.\n");
	fputs(demo->picture ? demo->picture : "", narrator->terminal.out);
	narrator_say(&demo->narrator,
		     "\n%zu calls of the host, %zu of them refused for a reason it could act on.",
		     narrator->calls, narrator->refused);
	narrator_say(&demo->narrator,
		     "Invariants checked after every call: %zu violated. Pages leaked: %zu of %zu.",
		     narrator->violations, demo->leaks, demo->machine.pages);
}

static int run(struct demo *demo)
{
	struct rmmsim_config config;
	bool well;

	rmmsim_config_init(&config);
	config.rec_aux_count = REC_AUX;
	demo->narrator.terminal = demo_terminal();
	demo->narrator.machine = &demo->machine;
	if (!machine_open(&demo->machine, &config) ||
	    rmmsim_scripts_create(demo->machine.sim, &demo->scripts) != RMMSIM_OK) {
		fprintf(stderr, "rmmsim demo: %s\n", demo->machine.failure);
		return TOOL_INTERNAL;
	}
	narrator_say(&demo->narrator,
		     "rmmsim %s: a realm with two auxiliary planes, and translation tables for "
		     "each plane.\n"
		     "Numbered lines are calls of the host; lines of P0, P1 and P2 are what the "
		     "planes do meanwhile.\n"
		     "ERROR_RTT n and ERROR_RTT_AUX n are RMI_ERROR_RTT and RMI_ERROR_RTT_AUX: a "
		     "walk ended at level n.",
		     rmmsim_version());
	narrator_attach(&demo->narrator, &demo->vm, &demo->guest);
	well = live(demo);
	demo->leaks = well ? machine_leaks(&demo->machine) : 0;
	if (well)
		print_end(demo);
	else
		narrator_failure(&demo->narrator, demo->guest.failure);
	return well && !demo->leaks && !demo->narrator.violations ? TOOL_OK : TOOL_CHECK_FAILED;
}

int tool_demo(int argc, char **argv)
{
	static const struct option options[] = {
		{"device", no_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	struct demo demo = {0};
	bool device = false;
	int option, status;

	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'd') {
			device = true;
			continue;
		}
		if (option != 'h')
			return tool_usage_error("demo", "unknown option");
		fputs(usage, stdout);
		return tool_finish(TOOL_OK);
	}
	if (optind < argc)
		return tool_usage_error("demo", "unexpected argument \"%s\"", argv[optind]);
	if (device)
		return tool_finish(demo_device());
	status = run(&demo);
	machine_close(&demo.machine);
	rmmsim_scripts_destroy(demo.scripts);
	free(demo.picture);
	return tool_finish(status);
}
