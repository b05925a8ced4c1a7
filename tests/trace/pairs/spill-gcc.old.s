	.file	"spill.c"
	.text
.Ltext0:
	.file 0 "." "spill.c"
	.p2align 4
	.globl	run
	.type	run, @function
run:
.LVL0:
.LFB0:
	.file 1 "spill.c"
	.loc 1 6 0 view -0
	.cfi_startproc
	.loc 1 7 0 view .LVU1
	.loc 1 6 0 is_stmt 0 view .LVU2
	pushq	%r15
	.cfi_def_cfa_offset 16
	.cfi_offset 15, -16
	pushq	%r14
	.cfi_def_cfa_offset 24
	.cfi_offset 14, -24
	movl	%edi, %r14d
	pushq	%r13
	.cfi_def_cfa_offset 32
	.cfi_offset 13, -32
	movl	%esi, %r13d
	pushq	%r12
	.cfi_def_cfa_offset 40
	.cfi_offset 12, -40
	movl	%edx, %r12d
	pushq	%rbp
	.cfi_def_cfa_offset 48
	.cfi_offset 6, -48
	movl	%ecx, %ebp
	pushq	%rbx
	.cfi_def_cfa_offset 56
	.cfi_offset 3, -56
	subq	$24, %rsp
	.cfi_def_cfa_offset 80
	.loc 1 6 0 view .LVU3
	movl	%r8d, 12(%rsp)
	.loc 1 7 0 view .LVU4
	call	next@PLT
.LVL1:
	.loc 1 7 0 view .LVU5
	movl	%eax, %r15d
.LVL2:
	.loc 1 7 0 view .LVU6
	call	next@PLT
.LVL3:
	.loc 1 7 0 view .LVU7
	movl	%eax, %ebx
.LVL4:
	.loc 1 7 0 view .LVU8
	call	next@PLT
.LVL5:
	.loc 1 7 0 view .LVU9
	movl	%eax, 8(%rsp)
.LVL6:
	.p2align 4,,10
	.p2align 3
.L2:
	.loc 1 11 0 is_stmt 1 discriminator 1 view .LVU10
	.loc 1 12 0 discriminator 1 view .LVU11
	leal	0(%r13,%r15), %edi
	.loc 1 19 0 is_stmt 0 discriminator 1 view .LVU12
	addl	%ebx, %r15d
.LVL7:
	.loc 1 12 0 discriminator 1 view .LVU13
	call	put@PLT
.LVL8:
	.loc 1 13 0 discriminator 1 view .LVU14
	leal	(%r12,%rbx), %edi
	.loc 1 12 0 discriminator 1 view .LVU15
	addl	%eax, %r14d
.LVL9:
	.loc 1 13 0 is_stmt 1 discriminator 1 view .LVU16
	call	put@PLT
.LVL10:
	.loc 1 14 0 is_stmt 0 discriminator 1 view .LVU17
	movl	%ebp, %edi
	.loc 1 13 0 discriminator 1 view .LVU18
	xorl	%eax, %r13d
.LVL11:
	.loc 1 14 0 is_stmt 1 discriminator 1 view .LVU19
	movl	8(%rsp), %eax
	subl	%eax, %edi
	call	put@PLT
.LVL12:
	.loc 1 15 0 is_stmt 0 discriminator 1 view .LVU20
	movl	12(%rsp), %edx
	.loc 1 14 0 discriminator 1 view .LVU21
	addl	%eax, %r12d
.LVL13:
	.loc 1 15 0 is_stmt 1 discriminator 1 view .LVU22
	leal	(%r14,%rdx), %edi
	call	put@PLT
.LVL14:
	xorl	%eax, %ebp
.LVL15:
	.loc 1 19 0 discriminator 1 view .LVU23
	.loc 1 20 0 discriminator 1 view .LVU24
	movl	8(%rsp), %eax
	addl	%eax, %ebx
.LVL16:
	.loc 1 11 0 discriminator 1 view .LVU25
	jmp	.L2
	.cfi_endproc
.LFE0:
	.size	run, .-run
.Letext0:
	.section	.debug_info,"",@progbits
.Ldebug_info0:
	.long	0x16b
	.value	0x5
	.byte	0x1
	.byte	0x8
	.long	.Ldebug_abbrev0
	.uleb128 0x6
	.long	.LASF2
	.byte	0x1d
	.long	.LASF0
	.long	.LASF1
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.long	.Ldebug_line0
	.uleb128 0x7
	.string	"put"
	.byte	0x1
	.byte	0x3
	.long	0x43
	.long	0x43
	.uleb128 0x8
	.long	0x43
	.byte	0
	.uleb128 0x9
	.byte	0x4
	.byte	0x5
	.string	"int"
	.uleb128 0xa
	.long	.LASF3
	.byte	0x1
	.byte	0x2
	.long	0x43
	.uleb128 0xb
	.string	"run"
	.byte	0x1
	.byte	0x5
	.quad	.LFB0
	.quad	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.uleb128 0x1
	.string	"a"
	.long	0x43
	.long	.LLST0
	.long	.LVUS0
	.uleb128 0x1
	.string	"b"
	.long	0x43
	.long	.LLST1
	.long	.LVUS1
	.uleb128 0x1
	.string	"c"
	.long	0x43
	.long	.LLST2
	.long	.LVUS2
	.uleb128 0x1
	.string	"d"
	.long	0x43
	.long	.LLST3
	.long	.LVUS3
	.uleb128 0x1
	.string	"e"
	.long	0x43
	.long	.LLST4
	.long	.LVUS4
	.uleb128 0x3
	.string	"f"
	.long	0x43
	.long	.LLST5
	.long	.LVUS5
	.uleb128 0x3
	.string	"g"
	.long	0x43
	.long	.LLST6
	.long	.LVUS6
	.uleb128 0x3
	.string	"h"
	.long	0x43
	.long	.LLST7
	.long	.LVUS7
	.uleb128 0x2
	.quad	.LVL1
	.long	0x4a
	.uleb128 0x2
	.quad	.LVL3
	.long	0x4a
	.uleb128 0x2
	.quad	.LVL5
	.long	0x4a
	.uleb128 0x2
	.quad	.LVL8
	.long	0x2e
	.uleb128 0x5
	.quad	.LVL10
	.long	0x2e
	.long	0x135
	.uleb128 0x4
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x5
	.byte	0x7c
	.sleb128 0
	.byte	0x73
	.sleb128 0
	.byte	0x22
	.byte	0
	.uleb128 0x5
	.quad	.LVL12
	.long	0x2e
	.long	0x153
	.uleb128 0x4
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x8
	.byte	0x76
	.sleb128 0
	.byte	0x91
	.sleb128 -72
	.byte	0x94
	.byte	0x4
	.byte	0x1c
	.byte	0
	.uleb128 0xc
	.quad	.LVL14
	.long	0x2e
	.uleb128 0x4
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x8
	.byte	0x7e
	.sleb128 0
	.byte	0x91
	.sleb128 -68
	.byte	0x94
	.byte	0x4
	.byte	0x22
	.byte	0
	.byte	0
	.byte	0
	.section	.debug_abbrev,"",@progbits
.Ldebug_abbrev0:
	.uleb128 0x1
	.uleb128 0x5
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0x21
	.sleb128 5
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x17
	.uleb128 0x2137
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0x2
	.uleb128 0x48
	.byte	0
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x3
	.uleb128 0x34
	.byte	0
	.uleb128 0x3
	.uleb128 0x8
	.uleb128 0x3a
	.uleb128 0x21
	.sleb128 1
	.uleb128 0x3b
	.uleb128 0x21
	.sleb128 7
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2
	.uleb128 0x17
	.uleb128 0x2137
	.uleb128 0x17
	.byte	0
	.byte	0
	.uleb128 0x4
	.uleb128 0x49
	.byte	0
	.uleb128 0x2
	.uleb128 0x18
	.uleb128 0x7e
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x5
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
	.uleb128 0x6
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
	.uleb128 0x7
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
	.uleb128 0x8
	.uleb128 0x5
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x9
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
	.uleb128 0xa
	.uleb128 0x2e
	.byte	0
	.uleb128 0x3f
	.uleb128 0x19
	.uleb128 0x3
	.uleb128 0xe
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
	.byte	0
	.byte	0
	.uleb128 0xb
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
	.byte	0
	.byte	0
	.uleb128 0xc
	.uleb128 0x48
	.byte	0x1
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
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
	.uleb128 0
	.uleb128 .LVU5
	.uleb128 .LVU5
	.uleb128 0
.LLST0:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 0x1
	.byte	0x55
	.byte	0x4
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x5e
	.byte	0
.LVUS1:
	.uleb128 0
	.uleb128 .LVU5
	.uleb128 .LVU5
	.uleb128 0
.LLST1:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 0x1
	.byte	0x54
	.byte	0x4
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x5d
	.byte	0
.LVUS2:
	.uleb128 0
	.uleb128 .LVU5
	.uleb128 .LVU5
	.uleb128 0
.LLST2:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 0x1
	.byte	0x51
	.byte	0x4
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x5c
	.byte	0
.LVUS3:
	.uleb128 0
	.uleb128 .LVU5
	.uleb128 .LVU5
	.uleb128 0
.LLST3:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 0x1
	.byte	0x52
	.byte	0x4
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x56
	.byte	0
.LVUS4:
	.uleb128 0
	.uleb128 .LVU5
	.uleb128 .LVU5
	.uleb128 0
.LLST4:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 0x1
	.byte	0x58
	.byte	0x4
	.uleb128 .LVL1-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x3
	.byte	0x91
	.sleb128 -68
	.byte	0
.LVUS5:
	.uleb128 .LVU6
	.uleb128 .LVU7
	.uleb128 .LVU7
	.uleb128 .LVU13
	.uleb128 .LVU24
	.uleb128 0
.LLST5:
	.byte	0x4
	.uleb128 .LVL2-.Ltext0
	.uleb128 .LVL3-1-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL3-1-.Ltext0
	.uleb128 .LVL7-.Ltext0
	.uleb128 0x1
	.byte	0x5f
	.byte	0x4
	.uleb128 .LVL15-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x5f
	.byte	0
.LVUS6:
	.uleb128 .LVU8
	.uleb128 .LVU9
	.uleb128 .LVU9
	.uleb128 0
.LLST6:
	.byte	0x4
	.uleb128 .LVL4-.Ltext0
	.uleb128 .LVL5-1-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL5-1-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x53
	.byte	0
.LVUS7:
	.uleb128 .LVU10
	.uleb128 0
.LLST7:
	.byte	0x4
	.uleb128 .LVL6-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x3
	.byte	0x91
	.sleb128 -72
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
	.string	"next"
.LASF2:
	.string	"GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -gno-column-info -O2 -fPIE -fcf-protection=none -fstack-protector-strong -fasynchronous-unwind-tables"
	.section	.debug_line_str,"MS",@progbits,1
.LASF0:
	.string	"spill.c"
.LASF1:
	.string	"."
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
