	.file	"grown.c"
	.text
.Ltext0:
	.file 0 "." "grown.c"
	.section	.rodata.str1.1,"aMS",@progbits,1
.LC0:
	.string	"%d"
	.text
	.p2align 4
	.globl	run
	.type	run, @function
run:
.LFB0:
	.file 1 "grown.c"
	.loc 1 17 0 view -0
	.cfi_startproc
	pushq	%r12
	.cfi_def_cfa_offset 16
	.cfi_offset 12, -16
	.loc 1 18 0 is_stmt 0 view .LVU1
	pxor	%xmm0, %xmm0
	.loc 1 17 0 view .LVU2
	pushq	%rbp
	.cfi_def_cfa_offset 24
	.cfi_offset 6, -24
	pushq	%rbx
	.cfi_def_cfa_offset 32
	.cfi_offset 3, -32
	subq	$288, %rsp
	.cfi_def_cfa_offset 320
	.loc 1 17 0 view .LVU3
	movq	%fs:40, %rax
	movq	%rax, 280(%rsp)
	xorl	%eax, %eax
	.loc 1 18 0 is_stmt 1 view .LVU4
	movaps	%xmm0, (%rsp)
	movaps	%xmm0, 16(%rsp)
	movaps	%xmm0, 32(%rsp)
	movaps	%xmm0, 48(%rsp)
	.loc 1 19 0 view .LVU5
	.loc 1 20 0 view .LVU6
.LVL0:
	.loc 1 22 0 view .LVU7
	jmp	.L2
	.p2align 4,,10
	.p2align 3
.L4:
	.loc 1 23 0 view .LVU8
	xorl	%edi, %edi
	call	put@PLT
.LVL1:
	andl	$7, %eax
	addq	$1, (%rsp,%rax,8)
	.loc 1 24 0 view .LVU9
	movq	(%rsp), %rax
	negq	%rax
	sbbl	%edi, %edi
	addl	$11, %edi
	call	put@PLT
.LVL2:
.L2:
	.loc 1 22 0 view .LVU10
	movl	$1, %edi
	call	put@PLT
.LVL3:
	testl	%eax, %eax
	jne	.L4
	.loc 1 27 0 is_stmt 0 view .LVU11
	leaq	128(%rsp), %rbx
	jmp	.L5
	.p2align 4,,10
	.p2align 3
.L6:
	.loc 1 27 0 is_stmt 1 view .LVU12
	movq	%rbx, %rdi
	xorl	%edx, %edx
	movl	$32, %esi
	call	fgets@PLT
.LVL4:
	.loc 1 28 0 view .LVU13
	movq	%rbx, %rdi
	call	puts@PLT
.LVL5:
.L5:
	.loc 1 26 0 view .LVU14
	movl	$2, %edi
	call	put@PLT
.LVL6:
	testl	%eax, %eax
	jne	.L6
	.loc 1 30 0 view .LVU15
	movl	$14, %edi
	leaq	160(%rsp), %rbx
	call	put@PLT
.LVL7:
	leaq	.LC0(%rip), %rdx
	movl	$48, %esi
	movq	%rbx, %rdi
	movl	%eax, %ecx
	xorl	%eax, %eax
	call	snprintf@PLT
.LVL8:
	.loc 1 31 0 view .LVU16
	jmp	.L7
	.p2align 4,,10
	.p2align 3
.L8:
	.loc 1 32 0 view .LVU17
	movq	%rbx, %rdi
	call	puts@PLT
.LVL9:
.L7:
	.loc 1 31 0 view .LVU18
	movl	$3, %edi
	call	put@PLT
.LVL10:
	testl	%eax, %eax
	jne	.L8
	.loc 1 20 0 is_stmt 0 view .LVU19
	xorl	%ebp, %ebp
	xorl	%ebx, %ebx
	.loc 1 36 0 view .LVU20
	xorl	%r12d, %r12d
.LVL11:
	.p2align 4,,10
	.p2align 3
.L9:
	.loc 1 33 0 is_stmt 1 view .LVU21
	movl	$4, %edi
	call	put@PLT
.LVL12:
	testl	%eax, %eax
	je	.L22
.L12:
	.loc 1 34 0 view .LVU22
	movl	$12, %edi
	call	put@PLT
.LVL13:
	.loc 1 37 0 is_stmt 0 view .LVU23
	movl	$13, %edi
	.loc 1 34 0 view .LVU24
	movl	%eax, %edx
	movslq	%ebx, %rax
	.loc 1 35 0 view .LVU25
	addl	$1, %ebx
.LVL14:
	.loc 1 36 0 view .LVU26
	cmpl	$16, %ebx
	.loc 1 34 0 view .LVU27
	movl	%edx, 64(%rsp,%rax,4)
	.loc 1 35 0 is_stmt 1 view .LVU28
.LVL15:
	.loc 1 36 0 is_stmt 0 view .LVU29
	cmove	%r12d, %ebx
.LVL16:
	.loc 1 37 0 is_stmt 1 view .LVU30
	call	put@PLT
.LVL17:
	testl	%eax, %eax
	je	.L9
	.loc 1 39 0 view .LVU31
	movslq	%ebp, %rax
	.loc 1 40 0 is_stmt 0 view .LVU32
	addl	$1, %ebp
.LVL18:
	.loc 1 39 0 view .LVU33
	movl	64(%rsp,%rax,4), %edi
	call	put@PLT
.LVL19:
	.loc 1 40 0 is_stmt 1 view .LVU34
	.loc 1 41 0 is_stmt 0 view .LVU35
	cmpl	$16, %ebp
	.loc 1 33 0 view .LVU36
	movl	$4, %edi
	.loc 1 41 0 view .LVU37
	cmove	%r12d, %ebp
.LVL20:
	.loc 1 33 0 is_stmt 1 view .LVU38
	call	put@PLT
.LVL21:
	testl	%eax, %eax
	jne	.L12
.L22:
	.loc 1 33 0 is_stmt 0 view .LVU39
	leaq	208(%rsp), %rbx
.LVL22:
	.loc 1 33 0 view .LVU40
	jmp	.L13
.LVL23:
	.p2align 4,,10
	.p2align 3
.L14:
	.loc 1 44 0 is_stmt 1 view .LVU41
	.loc 1 45 0 is_stmt 0 view .LVU42
	movl	$5, %edi
	.loc 1 44 0 view .LVU43
	movb	$0, 208(%rsp,%rax)
	.loc 1 45 0 is_stmt 1 view .LVU44
	call	put@PLT
.LVL24:
	.loc 1 46 0 view .LVU45
	movq	%rbx, %rdi
	call	puts@PLT
.LVL25:
.L13:
	.loc 1 43 0 view .LVU46
	movl	$63, %edx
	movq	%rbx, %rsi
	movl	$1, %edi
	call	read@PLT
.LVL26:
	.loc 1 43 0 is_stmt 0 view .LVU47
	testq	%rax, %rax
	jg	.L14
	.loc 1 48 0 view .LVU48
	movq	280(%rsp), %rax
	subq	%fs:40, %rax
.LVL27:
	.loc 1 48 0 view .LVU49
	jne	.L23
	addq	$288, %rsp
	.cfi_remember_state
	.cfi_def_cfa_offset 32
	popq	%rbx
	.cfi_def_cfa_offset 24
	popq	%rbp
	.cfi_def_cfa_offset 16
.LVL28:
	.loc 1 48 0 view .LVU50
	popq	%r12
	.cfi_def_cfa_offset 8
	ret
.LVL29:
.L23:
	.cfi_restore_state
	.loc 1 48 0 view .LVU51
	call	__stack_chk_fail@PLT
.LVL30:
	.cfi_endproc
.LFE0:
	.size	run, .-run
.Letext0:
	.section	.debug_info,"",@progbits
.Ldebug_info0:
	.long	0x3ae
	.value	0x5
	.byte	0x1
	.byte	0x8
	.long	.Ldebug_abbrev0
	.uleb128 0xc
	.long	.LASF16
	.byte	0x1d
	.long	.LASF0
	.long	.LASF1
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.long	.Ldebug_line0
	.uleb128 0x7
	.long	.LASF4
	.byte	0x6
	.long	0x4c
	.long	0x4c
	.uleb128 0x3
	.long	0x53
	.uleb128 0x3
	.long	0x5a
	.uleb128 0x3
	.long	0x5c
	.byte	0
	.uleb128 0x8
	.byte	0x8
	.byte	0x5
	.long	.LASF2
	.uleb128 0xd
	.byte	0x4
	.byte	0x5
	.string	"int"
	.uleb128 0xe
	.byte	0x8
	.uleb128 0x8
	.byte	0x8
	.byte	0x7
	.long	.LASF3
	.uleb128 0x7
	.long	.LASF5
	.byte	0x5
	.long	0x53
	.long	0x82
	.uleb128 0x3
	.long	0x82
	.uleb128 0x3
	.long	0x5c
	.uleb128 0x3
	.long	0x93
	.uleb128 0xf
	.byte	0
	.uleb128 0x9
	.long	0x87
	.uleb128 0x8
	.byte	0x1
	.byte	0x6
	.long	.LASF6
	.uleb128 0x10
	.long	0x87
	.uleb128 0x9
	.long	0x8e
	.uleb128 0x7
	.long	.LASF7
	.byte	0x8
	.long	0x53
	.long	0xac
	.uleb128 0x3
	.long	0x93
	.byte	0
	.uleb128 0x7
	.long	.LASF8
	.byte	0x7
	.long	0x82
	.long	0xca
	.uleb128 0x3
	.long	0x82
	.uleb128 0x3
	.long	0x53
	.uleb128 0x3
	.long	0x5a
	.byte	0
	.uleb128 0x11
	.string	"put"
	.byte	0x1
	.byte	0x4
	.long	0x53
	.long	0xdf
	.uleb128 0x3
	.long	0x53
	.byte	0
	.uleb128 0x12
	.string	"run"
	.byte	0x1
	.byte	0x10
	.quad	.LFB0
	.quad	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.long	0x358
	.uleb128 0x4
	.long	.LASF9
	.byte	0x12
	.long	0x358
	.uleb128 0x3
	.byte	0x91
	.sleb128 -320
	.uleb128 0x13
	.string	"n"
	.byte	0x1
	.byte	0x12
	.long	0x4c
	.long	.LLST0
	.long	.LVUS0
	.uleb128 0x4
	.long	.LASF10
	.byte	0x13
	.long	0x368
	.uleb128 0x3
	.byte	0x91
	.sleb128 -192
	.uleb128 0x4
	.long	.LASF11
	.byte	0x13
	.long	0x378
	.uleb128 0x3
	.byte	0x91
	.sleb128 -160
	.uleb128 0x4
	.long	.LASF12
	.byte	0x13
	.long	0x388
	.uleb128 0x3
	.byte	0x91
	.sleb128 -112
	.uleb128 0x4
	.long	.LASF13
	.byte	0x14
	.long	0x398
	.uleb128 0x3
	.byte	0x91
	.sleb128 -256
	.uleb128 0xa
	.long	.LASF14
	.long	0x53
	.long	.LLST1
	.long	.LVUS1
	.uleb128 0xa
	.long	.LASF15
	.long	0x53
	.long	.LLST2
	.long	.LVUS2
	.uleb128 0x2
	.quad	.LVL1
	.long	0xca
	.long	0x18c
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x30
	.byte	0
	.uleb128 0xb
	.quad	.LVL2
	.long	0xca
	.uleb128 0x2
	.quad	.LVL3
	.long	0xca
	.long	0x1b0
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x31
	.byte	0
	.uleb128 0x2
	.quad	.LVL4
	.long	0xac
	.long	0x1d3
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
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x51
	.uleb128 0x1
	.byte	0x30
	.byte	0
	.uleb128 0x2
	.quad	.LVL5
	.long	0x98
	.long	0x1eb
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL6
	.long	0xca
	.long	0x202
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x32
	.byte	0
	.uleb128 0x2
	.quad	.LVL7
	.long	0xca
	.long	0x219
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x3e
	.byte	0
	.uleb128 0x2
	.quad	.LVL8
	.long	0x63
	.long	0x244
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
	.byte	0x30
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x51
	.uleb128 0x9
	.byte	0x3
	.quad	.LC0
	.byte	0
	.uleb128 0x2
	.quad	.LVL9
	.long	0x98
	.long	0x25c
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL10
	.long	0xca
	.long	0x273
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x33
	.byte	0
	.uleb128 0x2
	.quad	.LVL12
	.long	0xca
	.long	0x28a
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x34
	.byte	0
	.uleb128 0x2
	.quad	.LVL13
	.long	0xca
	.long	0x2a1
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x3c
	.byte	0
	.uleb128 0x2
	.quad	.LVL17
	.long	0xca
	.long	0x2b8
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x3d
	.byte	0
	.uleb128 0x2
	.quad	.LVL19
	.long	0xca
	.long	0x2e1
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x13
	.byte	0x76
	.sleb128 -1
	.byte	0x8
	.byte	0x20
	.byte	0x24
	.byte	0x8
	.byte	0x20
	.byte	0x26
	.byte	0x32
	.byte	0x24
	.byte	0x91
	.sleb128 0
	.byte	0x22
	.byte	0xa
	.value	0x100
	.byte	0x1c
	.byte	0x94
	.byte	0x4
	.byte	0
	.uleb128 0x2
	.quad	.LVL21
	.long	0xca
	.long	0x2f8
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x34
	.byte	0
	.uleb128 0x2
	.quad	.LVL24
	.long	0xca
	.long	0x30f
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x35
	.byte	0
	.uleb128 0x2
	.quad	.LVL25
	.long	0x98
	.long	0x327
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL26
	.long	0x2e
	.long	0x34a
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x31
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x54
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x51
	.uleb128 0x2
	.byte	0x8
	.byte	0x3f
	.byte	0
	.uleb128 0xb
	.quad	.LVL30
	.long	0x3a8
	.byte	0
	.uleb128 0x5
	.long	0x4c
	.long	0x368
	.uleb128 0x6
	.long	0x5c
	.byte	0x7
	.byte	0
	.uleb128 0x5
	.long	0x87
	.long	0x378
	.uleb128 0x6
	.long	0x5c
	.byte	0x1f
	.byte	0
	.uleb128 0x5
	.long	0x87
	.long	0x388
	.uleb128 0x6
	.long	0x5c
	.byte	0x2f
	.byte	0
	.uleb128 0x5
	.long	0x87
	.long	0x398
	.uleb128 0x6
	.long	0x5c
	.byte	0x3f
	.byte	0
	.uleb128 0x5
	.long	0x53
	.long	0x3a8
	.uleb128 0x6
	.long	0x5c
	.byte	0xf
	.byte	0
	.uleb128 0x14
	.long	.LASF17
	.long	.LASF17
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
	.uleb128 0x5
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x4
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
	.uleb128 0x5
	.uleb128 0x1
	.byte	0x1
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x6
	.uleb128 0x21
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2f
	.uleb128 0xb
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
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x3c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x8
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
	.uleb128 0x9
	.uleb128 0xf
	.byte	0
	.uleb128 0xb
	.uleb128 0x21
	.sleb128 8
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xa
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0xe
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0x21
	.sleb128 20
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x17
	.uleb128 0x2137
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0xb
	.uleb128 0x48
	.byte	0
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xc
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
	.uleb128 0xd
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
	.uleb128 0xe
	.uleb128 0xf
	.byte	0
	.uleb128 0xb
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0xf
	.uleb128 0x18
	.byte	0
	.byte	0
	.byte	0
	.uleb128 0x10
	.uleb128 0x26
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
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
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x3c
	.uleb128 0x19
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x12
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
	.uleb128 0x13
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
	.uleb128 0x14
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
	.uleb128 .LVU41
	.uleb128 .LVU45
	.uleb128 .LVU47
	.uleb128 .LVU49
.LLST0:
	.byte	0x4
	.uleb128 .LVL23-.Ltext0
	.uleb128 .LVL24-1-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL26-.Ltext0
	.uleb128 .LVL27-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0
.LVUS1:
	.uleb128 .LVU7
	.uleb128 .LVU21
	.uleb128 .LVU21
	.uleb128 .LVU26
	.uleb128 .LVU26
	.uleb128 .LVU29
	.uleb128 .LVU29
	.uleb128 .LVU40
.LLST1:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL11-.Ltext0
	.uleb128 0x2
	.byte	0x30
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL11-.Ltext0
	.uleb128 .LVL14-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0x4
	.uleb128 .LVL14-.Ltext0
	.uleb128 .LVL15-.Ltext0
	.uleb128 0x3
	.byte	0x73
	.sleb128 -1
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL15-.Ltext0
	.uleb128 .LVL22-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0
.LVUS2:
	.uleb128 .LVU7
	.uleb128 .LVU21
	.uleb128 .LVU21
	.uleb128 .LVU33
	.uleb128 .LVU33
	.uleb128 .LVU35
	.uleb128 .LVU35
	.uleb128 .LVU50
	.uleb128 .LVU51
	.uleb128 0
.LLST2:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL11-.Ltext0
	.uleb128 0x2
	.byte	0x30
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL11-.Ltext0
	.uleb128 .LVL18-.Ltext0
	.uleb128 0x1
	.byte	0x56
	.byte	0x4
	.uleb128 .LVL18-.Ltext0
	.uleb128 .LVL19-.Ltext0
	.uleb128 0x3
	.byte	0x76
	.sleb128 -1
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL19-.Ltext0
	.uleb128 .LVL28-.Ltext0
	.uleb128 0x1
	.byte	0x56
	.byte	0x4
	.uleb128 .LVL29-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x56
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
.LASF5:
	.string	"snprintf"
.LASF10:
	.string	"text"
.LASF4:
	.string	"read"
.LASF17:
	.string	"__stack_chk_fail"
.LASF11:
	.string	"name"
.LASF7:
	.string	"puts"
.LASF14:
	.string	"head"
.LASF12:
	.string	"line"
.LASF2:
	.string	"long int"
.LASF15:
	.string	"tail"
.LASF13:
	.string	"ring"
.LASF16:
	.string	"GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -gno-column-info -O2 -fPIE -fcf-protection=none -fstack-protector-strong -fasynchronous-unwind-tables"
.LASF6:
	.string	"char"
.LASF8:
	.string	"fgets"
.LASF9:
	.string	"seen"
	.section	.debug_line_str,"MS",@progbits,1
.LASF0:
	.string	"grown.c"
.LASF1:
	.string	"."
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
