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

struct user_fpsimd_state {
	__u128 vregs[32];
	__u32 fpsr;
	__u32 fpcr;
};

#endif
