/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_KIT_GUARD_H
#define HOST_SHIM_SRC_KIT_GUARD_H

/* Before the instance is opened, so that the model's own handler comes first. 0: no time limit. */
void guard_start(unsigned int seconds);
/* Another period. */
void guard_again(unsigned int seconds);

#endif
