/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_FAULT_H
#define MEM_FAULT_H

/*
 * The handler of SIGSEGV and SIGBUS, one for the process: docs/adr/0001-process-wide-fault-handler.md.
 * All functions may be called from any thread.
 */

#include "mem/mem.h"

/* From now on a fault in the host view of `mem` is reported. */
void fault_register(struct mem *mem);
/* Returns when no handler looks at `mem` any more. Nothing happens if it is not registered. */
void fault_unregister(struct mem *mem);
/*
 * Now and then puts the handler back in front of one that was installed later and hides the faults. No
 * effect with protection off.
 */
void fault_rearm(struct mem *mem);

#endif
