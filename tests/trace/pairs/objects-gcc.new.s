	.file	"objects.c"
	.text
.Ltext0:
	.file 0 "." "objects.c"
	.section	.rodata.str1.1,"aMS",@progbits,1
.LC0:
	.string	"name"
	.text
	.p2align 4
	.globl	run
	.type	run, @function
run:
.LFB0:
	.file 1 "objects.c"
	.loc 1 11 0 view -0
	.cfi_startproc
	pushq	%r13
	.cfi_def_cfa_offset 16
	.cfi_offset 13, -16
	.loc 1 14 0 is_stmt 0 view .LVU1
	pxor	%xmm0, %xmm0
	.loc 1 11 0 view .LVU2
	pushq	%r12
	.cfi_def_cfa_offset 24
	.cfi_offset 12, -24
	pushq	%rbp
	.cfi_def_cfa_offset 32
	.cfi_offset 6, -32
	.loc 1 12 0 view .LVU3
	xorl	%ebp, %ebp
	.loc 1 11 0 view .LVU4
	pushq	%rbx
	.cfi_def_cfa_offset 40
	.cfi_offset 3, -40
	.loc 1 19 0 view .LVU5
	movl	$-1, %ebx
	.loc 1 11 0 view .LVU6
	subq	$136, %rsp
	.cfi_def_cfa_offset 176
	.loc 1 11 0 view .LVU7
	movq	%fs:40, %rax
	movq	%rax, 120(%rsp)
	xorl	%eax, %eax
	.loc 1 12 0 is_stmt 1 view .LVU8
.LVL0:
	.loc 1 14 0 view .LVU9
	leaq	16(%rsp), %r13
	movaps	%xmm0, 16(%rsp)
	movq	%rsp, %r12
	.loc 1 18 0 is_stmt 0 view .LVU10
	leaq	.LC0(%rip), %rax
	.loc 1 14 0 view .LVU11
	movaps	%xmm0, 32(%rsp)
	.loc 1 18 0 view .LVU12
	movq	%rax, (%rsp)
	movq	$3, 8(%rsp)
	.loc 1 14 0 view .LVU13
	movaps	%xmm0, 48(%rsp)
	movaps	%xmm0, 64(%rsp)
	.loc 1 15 0 is_stmt 1 view .LVU14
	.loc 1 19 0 view .LVU15
.LVL1:
	.loc 1 21 0 view .LVU16
	jmp	.L2
.LVL2:
	.p2align 4,,10
	.p2align 3
.L4:
	.loc 1 22 0 view .LVU17
	addl	$1, %ebp
.LVL3:
	.loc 1 24 0 view .LVU18
	.loc 1 25 0 is_stmt 0 view .LVU19
	movq	%r13, %rdi
	.loc 1 24 0 view .LVU20
	movl	%ebp, %eax
	andl	$15, %eax
	addl	$1, 16(%rsp,%rax,4)
	.loc 1 25 0 is_stmt 1 view .LVU21
	call	take@PLT
.LVL4:
	.loc 1 26 0 view .LVU22
	movq	%r12, %rdi
	call	take@PLT
.LVL5:
	.loc 1 27 0 view .LVU23
	cmpl	%ebp, %ebx
	je	.L11
	.loc 1 29 0 view .LVU24
	movl	%ebx, %edi
	call	put@PLT
.LVL6:
	movl	%eax, %ebx
.LVL7:
.L2:
	.loc 1 21 0 view .LVU25
	movl	$1, %edi
	call	put@PLT
.LVL8:
	testl	%eax, %eax
	jne	.L4
	.loc 1 33 0 view .LVU26
	.loc 1 35 0 is_stmt 0 view .LVU27
	movl	flag(%rip), %eax
	.loc 1 33 0 view .LVU28
	pxor	%xmm0, %xmm0
	leaq	80(%rsp), %rbx
.LVL9:
	.loc 1 33 0 view .LVU29
	movaps	%xmm0, 80(%rsp)
	movaps	%xmm0, 96(%rsp)
	.loc 1 35 0 is_stmt 1 view .LVU30
	testl	%eax, %eax
	jne	.L14
	.p2align 4,,10
	.p2align 3
.L6:
	.loc 1 38 0 discriminator 1 view .LVU31
	.loc 1 39 0 discriminator 1 view .LVU32
	movl	$2, %edi
	call	put@PLT
.LVL10:
	.loc 1 41 0 discriminator 1 view .LVU33
	movq	%rbx, %rdi
	call	take@PLT
.LVL11:
	.loc 1 38 0 discriminator 1 view .LVU34
	jmp	.L6
.LVL12:
.L11:
	.loc 1 44 0 is_stmt 0 view .LVU35
	movq	120(%rsp), %rax
	subq	%fs:40, %rax
	jne	.L15
	addq	$136, %rsp
	.cfi_remember_state
	.cfi_def_cfa_offset 40
	popq	%rbx
	.cfi_def_cfa_offset 32
.LVL13:
	.loc 1 44 0 view .LVU36
	popq	%rbp
	.cfi_def_cfa_offset 24
.LVL14:
	.loc 1 44 0 view .LVU37
	popq	%r12
	.cfi_def_cfa_offset 16
	popq	%r13
	.cfi_def_cfa_offset 8
	ret
.LVL15:
.L14:
	.cfi_restore_state
	.loc 1 36 0 is_stmt 1 view .LVU38
	movl	$32, %esi
	movq	%rbx, %rdi
	call	fill@PLT
.LVL16:
	jmp	.L6
.LVL17:
.L15:
	.loc 1 44 0 is_stmt 0 view .LVU39
	call	__stack_chk_fail@PLT
.LVL18:
	.cfi_endproc
.LFE0:
	.size	run, .-run
	.local	flag
	.comm	flag,4,4
.Letext0:
	.section	.debug_info,"",@progbits
.Ldebug_info0:
	.long	0x21c
	.value	0x5
	.byte	0x1
	.byte	0x8
	.long	.Ldebug_abbrev0
	.uleb128 0xb
	.long	.LASF14
	.byte	0x1d
	.long	.LASF0
	.long	.LASF1
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.long	.Ldebug_line0
	.uleb128 0x3
	.long	.LASF6
	.byte	0x8
	.long	0x49
	.uleb128 0x9
	.byte	0x3
	.quad	flag
	.uleb128 0xc
	.byte	0x4
	.byte	0x5
	.string	"int"
	.uleb128 0xd
	.long	0x42
	.uleb128 0x7
	.long	.LASF4
	.byte	0x5
	.long	0x63
	.uleb128 0x4
	.long	0x63
	.uleb128 0x4
	.long	0x74
	.byte	0
	.uleb128 0x5
	.long	0x68
	.uleb128 0x6
	.byte	0x1
	.byte	0x6
	.long	.LASF2
	.uleb128 0xe
	.long	0x68
	.uleb128 0x6
	.byte	0x8
	.byte	0x7
	.long	.LASF3
	.uleb128 0xf
	.string	"put"
	.byte	0x1
	.byte	0x4
	.long	0x42
	.long	0x90
	.uleb128 0x4
	.long	0x42
	.byte	0
	.uleb128 0x7
	.long	.LASF5
	.byte	0x6
	.long	0xa0
	.uleb128 0x4
	.long	0xa0
	.byte	0
	.uleb128 0x5
	.long	0xa5
	.uleb128 0x10
	.uleb128 0x11
	.string	"run"
	.byte	0x1
	.byte	0xa
	.quad	.LFB0
	.quad	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.long	0x1ea
	.uleb128 0x12
	.string	"n"
	.byte	0x1
	.byte	0xc
	.long	0x42
	.long	.LLST0
	.long	.LVUS0
	.uleb128 0x3
	.long	.LASF7
	.byte	0xe
	.long	0x1ea
	.uleb128 0x3
	.byte	0x91
	.sleb128 -160
	.uleb128 0x13
	.byte	0x10
	.byte	0x1
	.byte	0xf
	.long	0x101
	.uleb128 0x8
	.long	.LASF8
	.byte	0x10
	.long	0x1fa
	.byte	0
	.uleb128 0x8
	.long	.LASF9
	.byte	0x11
	.long	0x1ff
	.byte	0x8
	.byte	0
	.uleb128 0x3
	.long	.LASF10
	.byte	0x12
	.long	0xe2
	.uleb128 0x3
	.byte	0x91
	.sleb128 -176
	.uleb128 0x14
	.long	.LASF11
	.byte	0x1
	.byte	0x13
	.long	0x42
	.long	.LLST1
	.long	.LVUS1
	.uleb128 0x3
	.long	.LASF12
	.byte	0x21
	.long	0x206
	.uleb128 0x3
	.byte	0x91
	.sleb128 -96
	.uleb128 0x2
	.quad	.LVL4
	.long	0x90
	.long	0x148
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x7d
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL5
	.long	0x90
	.long	0x160
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x7c
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL6
	.long	0x7b
	.long	0x178
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL8
	.long	0x7b
	.long	0x18f
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x31
	.byte	0
	.uleb128 0x2
	.quad	.LVL10
	.long	0x7b
	.long	0x1a6
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x32
	.byte	0
	.uleb128 0x2
	.quad	.LVL11
	.long	0x90
	.long	0x1be
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL16
	.long	0x4e
	.long	0x1dc
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x54
	.uleb128 0x2
	.byte	0x8
	.byte	0x20
	.byte	0
	.uleb128 0x15
	.quad	.LVL18
	.long	0x216
	.byte	0
	.uleb128 0x9
	.long	0x42
	.long	0x1fa
	.uleb128 0xa
	.long	0x74
	.byte	0xf
	.byte	0
	.uleb128 0x5
	.long	0x6f
	.uleb128 0x6
	.byte	0x8
	.byte	0x5
	.long	.LASF13
	.uleb128 0x9
	.long	0x68
	.long	0x216
	.uleb128 0xa
	.long	0x74
	.byte	0x1f
	.byte	0
	.uleb128 0x16
	.long	.LASF15
	.long	.LASF15
	.byte	0
	.section	.debug_abbrev,"",@progbits
.Ldebug_abbrev0:
	.uleb128 0x1
	.uleb128 0x49
	.byte	0
	.uleb128 0x2
	.uleb128 0x18
	.uleb128 0x7e
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x2
	.uleb128 0x48
	.byte	0x1
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x3
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x4
	.uleb128 0x5
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x5
	.uleb128 0xf
	.byte	0
	.uleb128 0xb
	.uleb128 0x21
	.sleb128 8
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x6
	.uleb128 0x24
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3e
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0xe
	.byte	0
	.byte	0
	.uleb128 0x7
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x3c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x8
	.uleb128 0xd
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x38
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0x9
	.uleb128 0x1
	.byte	0x1
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xa
	.uleb128 0x21
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2f
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0xb
	.uleb128 0x11
	.byte	0x1
	.uleb128 0x25
	.uleb128 0xe
	.uleb128 0x13
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0x1f
	.uleb128 0x1b
	.uleb128 0x1f
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x7
	.uleb128 0x10
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0xc
	.uleb128 0x24
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3e
	.uleb128 0xb
	.uleb128 0x3
	.uleb128 0x8
	.byte	0
	.byte	0
	.uleb128 0xd
	.uleb128 0x35
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xe
	.uleb128 0x26
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xf
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x3c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x10
	.uleb128 0x26
	.byte	0
	.byte	0
	.byte	0
	.uleb128 0x11
	.uleb128 0x2e
	.byte	0x1
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x27
	.uleb128 0x19
	.uleb128 0x11
	.uleb128 0x1
	.uleb128 0x12
	.uleb128 0x7
	.uleb128 0x40
	.uleb128 0x18
	.uleb128 0x7a
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x12
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x17
	.uleb128 0x2137
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0x13
	.uleb128 0x13
	.byte	0x1
	.uleb128 0xb
	.uleb128 0xb
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x14
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0xb
	.uleb128 0x3b
	.uleb128 0xb
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x17
	.uleb128 0x2137
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0x15
	.uleb128 0x48
	.byte	0
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x16
	.uleb128 0x2e
	.byte	0
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3c
	.uleb128 0x19
	.uleb128 0x6e
	.uleb128 0xe
	.uleb128 0x3
	.uleb128 0xe
	.byte	0
	.byte	0
	.byte	0
	.section	.debug_loclists,"",@progbits
	.long	.Ldebug_loc3-.Ldebug_loc2
.Ldebug_loc2:
	.value	0x5
	.byte	0x8
	.byte	0
	.long	0
.Ldebug_loc0:
.LVUS0:
	.uleb128 .LVU9
	.uleb128 .LVU17
	.uleb128 .LVU17
	.uleb128 .LVU37
	.uleb128 .LVU38
	.uleb128 0
.LLST0:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL2-.Ltext0
	.uleb128 0x2
	.byte	0x30
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL2-.Ltext0
	.uleb128 .LVL14-.Ltext0
	.uleb128 0x1
	.byte	0x56
	.byte	0x4
	.uleb128 .LVL15-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x56
	.byte	0
.LVUS1:
	.uleb128 .LVU16
	.uleb128 .LVU17
	.uleb128 .LVU17
	.uleb128 .LVU29
	.uleb128 .LVU35
	.uleb128 .LVU36
	.uleb128 .LVU39
	.uleb128 0
.LLST1:
	.byte	0x4
	.uleb128 .LVL1-.Ltext0
	.uleb128 .LVL2-.Ltext0
	.uleb128 0x3
	.byte	0x9
	.byte	0xff
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL2-.Ltext0
	.uleb128 .LVL9-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0x4
	.uleb128 .LVL12-.Ltext0
	.uleb128 .LVL13-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0x4
	.uleb128 .LVL17-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0
.Ldebug_loc3:
	.section	.debug_aranges,"",@progbits
	.long	0x2c
	.value	0x2
	.long	.Ldebug_info0
	.byte	0x8
	.byte	0
	.value	0
	.value	0
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.quad	0
	.quad	0
	.section	.debug_line,"",@progbits
.Ldebug_line0:
	.section	.debug_str,"MS",@progbits,1
.LASF3:
	.string	"long unsigned int"
.LASF13:
	.string	"long int"
.LASF12:
	.string	"late"
.LASF4:
	.string	"fill"
.LASF15:
	.string	"__stack_chk_fail"
.LASF7:
	.string	"counts"
.LASF11:
	.string	"last"
.LASF10:
	.string	"named"
.LASF6:
	.string	"flag"
.LASF8:
	.string	"name"
.LASF5:
	.string	"take"
.LASF14:
	.string	"GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -gno-column-info -O2 -fPIE -fcf-protection=none -fstack-protector-strong -fasynchronous-unwind-tables"
.LASF2:
	.string	"char"
.LASF9:
	.string	"weight"
	.section	.debug_line_str,"MS",@progbits,1
.LASF0:
	.string	"objects.c"
.LASF1:
	.string	"."
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
