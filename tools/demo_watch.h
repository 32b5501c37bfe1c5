/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_DEMO_WATCH_H
#define TOOLS_DEMO_WATCH_H

/* Narrates what a host and its guest do: a line for each call. */

#include "examples/kvm-host/guest.h"
#include "examples/kvm-host/vm.h"
#include "tools/demo_line.h"

struct narrator {
	struct terminal terminal;
	struct machine *machine;
	unsigned int chapter;
	unsigned int told; /* bit n: chapter n of the guest's own was announced */
	size_t calls, refused;
	size_t violations; /* of invariants, over all calls */
};

/* Makes it watch both. */
void narrator_attach(struct narrator *narrator, struct vm *vm, struct guest *guest);
void narrator_chapter(struct narrator *narrator, const char *title);
/* One plain line. */
void narrator_say(struct narrator *narrator, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The first failure of the host, else the guest's, and why the monitor refused the last call. */
void narrator_failure(struct narrator *narrator, const char *guest);

/* A picture of the trees of all Planes. Reads memory behind the monitor's back. */
void demo_draw_trees(const struct terminal *terminal, const struct vm *vm);

#endif
