/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_DEMO_MESSAGE_H
#define TOOLS_DEMO_MESSAGE_H

#include "tools/demo_watch.h"

/* Lines about the message that the monitor has made for a device; `data_pa`: of RmiDevCommData. */
void demo_tell_message(struct narrator *narrator, uint64_t data_pa);

#endif
