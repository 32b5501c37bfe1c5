/* SPDX-License-Identifier: BSD-3-Clause */
/* Stack switch for AAPCS64: see switch.h. */

#if defined(__aarch64__)

/* A suspended stack, upwards from its stack pointer: X19..X30, D8..D15, FPCR, 8 bytes unused. */
#define X19_SLOT   0
#define X20_SLOT   8
#define X29_SLOT   80
#define X30_SLOT   88
#define D8_SLOT    96
#define FPCR_SLOT  160
#define FRAME_SIZE 176

	.macro	save_pair first, second, slot
	stp	\first, \second, [sp, #\slot]
	.cfi_rel_offset \first, \slot
	.cfi_rel_offset \second, \slot + 8
	.endm

	.macro	load_pair first, second, slot
	ldp	\first, \second, [sp, #\slot]
	.cfi_restore \first
	.cfi_restore \second
	.endm

	.text
	.globl	coroutine_switch
	.hidden	coroutine_switch
	.type	coroutine_switch, %function
	.p2align 4
coroutine_switch:
	.cfi_startproc
	sub	sp, sp, #FRAME_SIZE
	.cfi_adjust_cfa_offset FRAME_SIZE
	save_pair x19, x20, X19_SLOT
	save_pair x21, x22, X19_SLOT + 16
	save_pair x23, x24, X19_SLOT + 32
	save_pair x25, x26, X19_SLOT + 48
	save_pair x27, x28, X19_SLOT + 64
	save_pair x29, x30, X29_SLOT
	save_pair d8, d9, D8_SLOT
	save_pair d10, d11, D8_SLOT + 16
	save_pair d12, d13, D8_SLOT + 32
	save_pair d14, d15, D8_SLOT + 48
	mrs	x9, fpcr
	str	x9, [sp, #FPCR_SLOT]

	mov	x10, sp
	str	x10, [x0]
	/* Both stacks have the same layout here: the unwind rules hold for either. */
	mov	sp, x1

	/* Writing FPCR costs much more than comparing it. */
	ldr	x10, [sp, #FPCR_SLOT]
	cmp	x9, x10
	b.eq	1f
	msr	fpcr, x10
1:
	load_pair x19, x20, X19_SLOT
	load_pair x21, x22, X19_SLOT + 16
	load_pair x23, x24, X19_SLOT + 32
	load_pair x25, x26, X19_SLOT + 48
	load_pair x27, x28, X19_SLOT + 64
	load_pair x29, x30, X29_SLOT
	load_pair d8, d9, D8_SLOT
	load_pair d10, d11, D8_SLOT + 16
	load_pair d12, d13, D8_SLOT + 32
	load_pair d14, d15, D8_SLOT + 48
	add	sp, sp, #FRAME_SIZE
	.cfi_adjust_cfa_offset -FRAME_SIZE
	ret
	.cfi_endproc
	.size	coroutine_switch, . - coroutine_switch

	.globl	coroutine_prepare
	.hidden	coroutine_prepare
	.type	coroutine_prepare, %function
	.p2align 4
coroutine_prepare:
	.cfi_startproc
	sub	x0, x0, #FRAME_SIZE
	adr	x9, coroutine_start
	stp	x1, x2, [x0, #X19_SLOT]
	/* X29 0 ends a chain of frame records. */
	stp	xzr, x9, [x0, #X29_SLOT]
	str	xzr, [x0, #FPCR_SLOT]
	ret
	.cfi_endproc
	.size	coroutine_prepare, . - coroutine_prepare

	.type	coroutine_start, %function
	.p2align 4
coroutine_start:
	.cfi_startproc
	/* There is no caller: a backtrace ends here. */
	.cfi_undefined x30
	mov	x0, x20
	blr	x19
	brk	#0
	.cfi_endproc
	.size	coroutine_start, . - coroutine_start

#endif

/*
 * No .note.gnu.property on purpose: a guarded control stack does not follow the switch, and without
 * the note the loader does not turn it on.
 */
	.section .note.GNU-stack, "", %progbits
