/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_HOST_TEST_GUEST_H
#define EXAMPLES_HOST_TEST_GUEST_H

#include <stdbool.h>

enum guest_what { GUEST_TOUCHES, GUEST_ASKS_RIPAS, GUEST_ASKS_PERMISSION, GUEST_WAITS };
struct guest_plan {
	enum guest_what what;
	unsigned long base, pages, ripas;
};
struct guest_report {
	unsigned long stored, loaded, reached;
};

/* From its next start on, Plane 0 does this. When it is done, the Realm turns itself off. */
bool guest_does(struct guest_plan *plan);
const struct guest_report *guest_report(void);

#endif
