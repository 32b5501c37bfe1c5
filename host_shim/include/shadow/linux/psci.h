/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_PSCI_H
#define HSHIM_SHADOW_LINUX_PSCI_H
#include <hshim/arm64/psci.h>
#endif
