	.file	"table.c"
	.text
.Ltext0:
	.file 0 "." "table.c"
	.p2align 4
	.globl	run
	.type	run, @function
run:
.LVL0:
.LFB0:
	.file 1 "table.c"
	.loc 1 6 0 view -0
	.cfi_startproc
	.loc 1 6 0 is_stmt 0 view .LVU1
	pushq	%rbx
	.cfi_def_cfa_offset 16
	.cfi_offset 3, -16
	.loc 1 6 0 view .LVU2
	movl	%edi, %eax
	leaq	.L5(%rip), %rbx
.LVL1:
	.p2align 4,,10
	.p2align 3
.L2:
	.loc 1 7 0 is_stmt 1 view .LVU3
	.loc 1 8 0 view .LVU4
	cmpl	$4, %eax
	ja	.L3
	.loc 1 8 0 is_stmt 0 view .LVU5
	movl	%eax, %eax
	.loc 1 8 0 view .LVU6
	movslq	(%rbx,%rax,4), %rax
.LVL2:
	.loc 1 8 0 view .LVU7
	addq	%rbx, %rax
	jmp	*%rax
	.section	.rodata
	.align 4
	.align 4
.L5:
	.long	.L9-.L5
	.long	.L12-.L5
	.long	.L7-.L5
	.long	.L6-.L5
	.long	.L4-.L5
	.text
	.p2align 4,,10
	.p2align 3
.L4:
	.loc 1 24 0 is_stmt 1 view .LVU8
	movl	$5, %edi
	call	put@PLT
.LVL3:
	.loc 1 25 0 view .LVU9
	movl	$6, %edi
	call	put@PLT
.LVL4:
.L12:
	.loc 1 26 0 view .LVU10
	call	next@PLT
.LVL5:
	.loc 1 27 0 view .LVU11
	jmp	.L2
.LVL6:
	.p2align 4,,10
	.p2align 3
.L6:
	.loc 1 20 0 view .LVU12
	movl	$77, %edi
	call	put@PLT
.LVL7:
	.loc 1 21 0 view .LVU13
	.loc 1 22 0 view .LVU14
	.loc 1 7 0 view .LVU15
	.loc 1 8 0 view .LVU16
.L9:
	.loc 1 10 0 view .LVU17
	movl	$10, %edi
	call	put@PLT
.LVL8:
	.loc 1 11 0 view .LVU18
	jmp	.L2
.LVL9:
	.p2align 4,,10
	.p2align 3
.L7:
	.loc 1 16 0 view .LVU19
	movl	$5, %edi
	call	put@PLT
.LVL10:
	.loc 1 17 0 view .LVU20
	call	next@PLT
.LVL11:
	.loc 1 18 0 view .LVU21
	jmp	.L2
.L3:
	.loc 1 35 0 view .LVU22
	negl	%eax
.LVL12:
	.loc 1 35 0 is_stmt 0 view .LVU23
	movl	%eax, %edi
	call	put@PLT
.LVL13:
	.loc 1 35 0 view .LVU24
	jmp	.L2
	.cfi_endproc
.LFE0:
	.size	run, .-run
.Letext0:
	.section	.debug_info,"",@progbits
.Ldebug_info0:
	.long	0x11a
	.value	0x5
	.byte	0x1
	.byte	0x8
	.long	.Ldebug_abbrev0
	.uleb128 0x4
	.long	.LASF2
	.byte	0x1d
	.long	.LASF0
	.long	.LASF1
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.long	.Ldebug_line0
	.uleb128 0x5
	.long	.LASF3
	.byte	0x1
	.byte	0x2
	.long	0x39
	.uleb128 0x6
	.byte	0x4
	.byte	0x5
	.string	"int"
	.uleb128 0x7
	.string	"put"
	.byte	0x1
	.byte	0x3
	.long	0x39
	.long	0x55
	.uleb128 0x8
	.long	0x39
	.byte	0
	.uleb128 0x9
	.string	"run"
	.byte	0x1
	.byte	0x5
	.quad	.LFB0
	.quad	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.uleb128 0xa
	.long	.LASF4
	.byte	0x1
	.byte	0x5
	.long	0x39
	.long	.LLST0
	.long	.LVUS0
	.uleb128 0x1
	.quad	.LVL3
	.long	0x40
	.long	0x98
	.uleb128 0x2
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x35
	.byte	0
	.uleb128 0x1
	.quad	.LVL4
	.long	0x40
	.long	0xaf
	.uleb128 0x2
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x36
	.byte	0
	.uleb128 0x3
	.quad	.LVL5
	.long	0x2e
	.uleb128 0x1
	.quad	.LVL7
	.long	0x40
	.long	0xd4
	.uleb128 0x2
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x8
	.byte	0x4d
	.byte	0
	.uleb128 0x1
	.quad	.LVL8
	.long	0x40
	.long	0xeb
	.uleb128 0x2
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x3a
	.byte	0
	.uleb128 0x1
	.quad	.LVL10
	.long	0x40
	.long	0x102
	.uleb128 0x2
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x35
	.byte	0
	.uleb128 0x3
	.quad	.LVL11
	.long	0x2e
	.uleb128 0x3
	.quad	.LVL13
	.long	0x40
	.byte	0
	.byte	0
	.section	.debug_abbrev,"",@progbits
.Ldebug_abbrev0:
	.uleb128 0x1
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
	.uleb128 0x2
	.uleb128 0x49
	.byte	0
	.uleb128 0x2
	.uleb128 0x18
	.uleb128 0x7e
	.uleb128 0x18
	.byte	0
	.byte	0
	.uleb128 0x3
	.uleb128 0x48
	.byte	0
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x4
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
	.uleb128 0x5
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
	.uleb128 0x6
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
	.uleb128 0xa
	.uleb128 0x5
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
	.uleb128 .LVU3
	.uleb128 .LVU3
	.uleb128 .LVU7
	.uleb128 .LVU11
	.uleb128 .LVU12
	.uleb128 .LVU14
	.uleb128 .LVU17
	.uleb128 .LVU18
	.uleb128 .LVU19
	.uleb128 .LVU21
	.uleb128 .LVU23
	.uleb128 .LVU23
	.uleb128 .LVU24
	.uleb128 .LVU24
	.uleb128 0
.LLST0:
	.byte	0x4
	.uleb128 .LVL0-.Ltext0
	.uleb128 .LVL1-.Ltext0
	.uleb128 0x1
	.byte	0x55
	.byte	0x4
	.uleb128 .LVL1-.Ltext0
	.uleb128 .LVL2-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL5-.Ltext0
	.uleb128 .LVL6-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL7-.Ltext0
	.uleb128 .LVL7-.Ltext0
	.uleb128 0x2
	.byte	0x30
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL8-.Ltext0
	.uleb128 .LVL9-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL11-.Ltext0
	.uleb128 .LVL12-.Ltext0
	.uleb128 0x1
	.byte	0x50
	.byte	0x4
	.uleb128 .LVL12-.Ltext0
	.uleb128 .LVL13-1-.Ltext0
	.uleb128 0x4
	.byte	0x70
	.sleb128 0
	.byte	0x1f
	.byte	0x9f
	.byte	0x4
	.uleb128 .LVL13-.Ltext0
	.uleb128 .LFE0-.Ltext0
	.uleb128 0x1
	.byte	0x50
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
.LASF2:
	.string	"GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -gno-column-info -O2 -fPIE -fcf-protection=none -fstack-protector-strong -fasynchronous-unwind-tables"
.LASF3:
	.string	"next"
.LASF4:
	.string	"state"
	.section	.debug_line_str,"MS",@progbits,1
.LASF1:
	.string	"."
.LASF0:
	.string	"table.c"
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
