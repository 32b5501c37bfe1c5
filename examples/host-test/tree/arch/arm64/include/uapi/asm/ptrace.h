/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_UAPI_ASM_PTRACE_H
#define TREE_UAPI_ASM_PTRACE_H

#include <linux/types.h>

struct user_pt_regs {
	__u64 regs[31];
	__u64 sp;
	__u64 pc;
	__u64 pstate;
};

#endif
