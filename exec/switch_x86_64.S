/* SPDX-License-Identifier: BSD-3-Clause */
/* Stack switch for the System V ABI: see switch.h. */

#if defined(__x86_64__)

/*
 * A suspended stack, upwards from its stack pointer: MXCSR (4 bytes), x87 control word (4), R15, R14,
 * R13, R12, RBX, RBP, return address.
 */
#define MODES        0
#define R13_SLOT     24
#define R12_SLOT     32
#define RBP_SLOT     48
#define RETURN_SLOT  56
#define FRAME_SIZE   64
#define MXCSR_RESET  0x1f80
#define X87_CW_RESET 0x037f

	.macro	push_register name
	pushq	%\name
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \name, 0
	.endm

	.macro	pop_register name
	popq	%\name
	.cfi_adjust_cfa_offset -8
	.cfi_restore \name
	.endm

	.text
	.globl	coroutine_switch
	.hidden	coroutine_switch
	.type	coroutine_switch, @function
	.p2align 4
coroutine_switch:
	.cfi_startproc
	push_register rbp
	push_register rbx
	push_register r12
	push_register r13
	push_register r14
	push_register r15
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	stmxcsr	MODES(%rsp)
	fnstcw	MODES + 4(%rsp)

	movq	%rsp, (%rdi)
	/* Both stacks have the same layout here: the unwind rules hold for either. */
	movq	%rsi, %rsp

	ldmxcsr	MODES(%rsp)
	fldcw	MODES + 4(%rsp)
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	pop_register r15
	pop_register r14
	pop_register r13
	pop_register r12
	pop_register rbx
	pop_register rbp
	/* `ret` would always be predicted to go back to the caller, which is on the other stack. */
	popq	%r8
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, r8
	jmp	*%r8
	.cfi_endproc
	.size	coroutine_switch, . - coroutine_switch

	.globl	coroutine_prepare
	.hidden	coroutine_prepare
	.type	coroutine_prepare, @function
	.p2align 4
coroutine_prepare:
	.cfi_startproc
	leaq	-FRAME_SIZE(%rdi), %rax
	leaq	coroutine_start(%rip), %rcx
	movl	$MXCSR_RESET, MODES(%rax)
	movl	$X87_CW_RESET, MODES + 4(%rax)
	movq	%rsi, R12_SLOT(%rax)
	movq	%rdx, R13_SLOT(%rax)
	/* Ends a chain of frame pointers. */
	movq	$0, RBP_SLOT(%rax)
	movq	%rcx, RETURN_SLOT(%rax)
	ret
	.cfi_endproc
	.size	coroutine_prepare, . - coroutine_prepare

	.type	coroutine_start, @function
	.p2align 4
coroutine_start:
	.cfi_startproc
	/* There is no caller: a backtrace ends here. */
	.cfi_undefined rip
	movq	%r13, %rdi
	call	*%r12
	ud2
	.cfi_endproc
	.size	coroutine_start, . - coroutine_start

#endif

/*
 * No .note.gnu.property on purpose: a shadow stack does not follow the switch, and without the note
 * the loader does not turn it on.
 */
	.section .note.GNU-stack, "", %progbits
