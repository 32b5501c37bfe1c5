/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_DEMO_DEVICE_H
#define TOOLS_DEMO_DEVICE_H

#include "tools/demo_line.h"

/* Standard output, as it can be written to. */
struct terminal demo_terminal(void);
/* `rmmsim demo --device`: returns the exit status. */
int demo_device(void);

#endif
