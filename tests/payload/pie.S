/* SPDX-License-Identifier: BSD-3-Clause */
/* A position independent payload (ET_DYN, linked at 0) that prints and switches off. */
	.section .text
	.global _start
_start:
	adr	x9, text
1:	ldrb	w10, [x9], #1
	cbz	w10, 2f
	str	w10, [x2]
	b	1b
2:	adrp	x9, pointer
	add	x9, x9, :lo12:pointer
	ldr	x10, [x9]		/* R_AARCH64_RELATIVE: the address of text */
	adr	x11, text
	cmp	x10, x11
	mov	w12, #'='
	mov	w13, #'!'
	csel	w12, w12, w13, eq
	str	w12, [x2]
	mov	w12, #'\n'
	str	w12, [x2]
	ldr	w0, =0x84000008
	smc	#0
	b	.
text:	.asciz "position independent "
	.data
	.balign 8
pointer: .quad text
