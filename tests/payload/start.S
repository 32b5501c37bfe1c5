/* SPDX-License-Identifier: BSD-3-Clause */
/* Entry of every payload: a stack, zeroed data, then C. */
	.section .text.start, "ax"
	.global _start
_start:
	ldr	x9, =stack_top
	mov	sp, x9
	ldr	x9, =ram_base
	stp	x0, x1, [x9]
	stp	x2, x3, [x9, #16]
	/* FP/SIMD may be used by the compiler. */
	mov	x9, #0x300000
	msr	cpacr_el1, x9
	isb
	bl	install_vectors
	bl	payload_main
	ldr	x0, =0x84000008
	smc	#0
	b	.

	.global smc_call
smc_call:
	stp	x29, x30, [sp, #-32]!
	str	x0, [sp, #16]
	mov	x30, x0
	ldp	x0, x1, [x30]
	ldp	x2, x3, [x30, #16]
	ldp	x4, x5, [x30, #32]
	ldp	x6, x7, [x30, #48]
	ldp	x8, x9, [x30, #64]
	ldp	x10, x11, [x30, #80]
	ldp	x12, x13, [x30, #96]
	ldp	x14, x15, [x30, #112]
	ldp	x16, x17, [x30, #128]
	smc	#0
	ldr	x30, [sp, #16]
	stp	x0, x1, [x30]
	stp	x2, x3, [x30, #16]
	stp	x4, x5, [x30, #32]
	stp	x6, x7, [x30, #48]
	stp	x8, x9, [x30, #64]
	stp	x10, x11, [x30, #80]
	stp	x12, x13, [x30, #96]
	stp	x14, x15, [x30, #112]
	stp	x16, x17, [x30, #128]
	ldp	x29, x30, [sp], #32
	ret

	.global install_vectors
install_vectors:
	ldr	x9, =vectors
	msr	vbar_el1, x9
	isb
	ret

	.macro entry offset
	.balign 128
	sub	sp, sp, #288
	stp	x0, x1, [sp]
	mov	x0, #\offset
	b	common
	.endm

	.balign 2048
vectors:
	entry	0x000
	entry	0x080
	entry	0x100
	entry	0x180
	entry	0x200
	entry	0x280
	entry	0x300
	entry	0x380
	entry	0x400
	entry	0x480
	entry	0x500
	entry	0x580
	entry	0x600
	entry	0x680
	entry	0x700
	entry	0x780
common:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, elr_el1
	stp	x30, x1, [sp, #240]
	mrs	x1, spsr_el1
	mrs	x2, esr_el1
	stp	x1, x2, [sp, #256]
	mrs	x1, far_el1
	stp	x1, x0, [sp, #272]
	mov	x0, sp
	bl	on_exception
	ldr	x1, [sp, #248]
	msr	elr_el1, x1
	ldr	x1, [sp, #256]
	msr	spsr_el1, x1
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp]
	add	sp, sp, #288
	eret

	.section .data
	.balign 16
	.global ram_base, ram_size, uart, unprotected
ram_base:	.quad 0
ram_size:	.quad 0
uart:		.quad 0
unprotected:	.quad 0

	.section .stack, "aw", %nobits
	.balign 4096
	.skip 16384
stack_top:
