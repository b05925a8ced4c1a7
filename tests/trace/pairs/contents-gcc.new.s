	.file	"contents.c"
	.text
.Ltext0:
	.file 0 "." "contents.c"
	.p2align 4
	.globl	run
	.type	run, @function
run:
.LFB0:
	.file 1 "contents.c"
	.loc 1 10 0 view -0
	.cfi_startproc
	pushq	%rbx
	.cfi_def_cfa_offset 16
	.cfi_offset 3, -16
	subq	$96, %rsp
	.cfi_def_cfa_offset 112
	.loc 1 14 0 is_stmt 0 view .LVU1
	movq	%fs:40, %rax
	movq	%rax, 88(%rsp)
	movl	flag(%rip), %eax
	movq	%rsp, %rbx
	testl	%eax, %eax
	jne	.L14
.L2:
	.loc 1 17 0 is_stmt 1 view .LVU2
	movl	$1, %edi
	call	put@PLT
.LVL0:
	.loc 1 19 0 view .LVU3
	movl	flag(%rip), %eax
	testl	%eax, %eax
	jne	.L15
.L3:
	leaq	32(%rsp), %rbx
	.p2align 4,,10
	.p2align 3
.L4:
	.loc 1 22 0 discriminator 1 view .LVU4
	.loc 1 23 0 discriminator 1 view .LVU5
	movl	$2, %edi
	call	put@PLT
.LVL1:
	.loc 1 25 0 discriminator 1 view .LVU6
	movq	%rbx, %rdi
	movl	$48, %esi
	call	fill@PLT
.LVL2:
	.loc 1 26 0 discriminator 1 view .LVU7
	movq	%rbx, %rdi
	call	take@PLT
.LVL3:
	.loc 1 22 0 discriminator 1 view .LVU8
	jmp	.L4
.L14:
	.loc 1 15 0 view .LVU9
	movl	$32, %esi
	movq	%rbx, %rdi
	call	fill@PLT
.LVL4:
	jmp	.L2
.L15:
	.loc 1 20 0 view .LVU10
	movq	%rbx, %rdi
	call	take@PLT
.LVL5:
	jmp	.L3
	.cfi_endproc
.LFE0:
	.size	run, .-run
	.local	flag
	.comm	flag,4,4
.Letext0:
	.section	.debug_info,"",@progbits
.Ldebug_info0:
	.long	0x18e
	.value	0x5
	.byte	0x1
	.byte	0x8
	.long	.Ldebug_abbrev0
	.uleb128 0x9
	.long	.LASF9
	.byte	0x1d
	.long	.LASF0
	.long	.LASF1
	.quad	.Ltext0
	.quad	.Letext0-.Ltext0
	.long	.Ldebug_line0
	.uleb128 0x4
	.long	.LASF6
	.byte	0x7
	.long	0x49
	.uleb128 0x9
	.byte	0x3
	.quad	flag
	.uleb128 0xa
	.byte	0x4
	.byte	0x5
	.string	"int"
	.uleb128 0xb
	.long	0x42
	.uleb128 0x5
	.long	.LASF3
	.byte	0x5
	.long	0x5e
	.uleb128 0x3
	.long	0x5e
	.byte	0
	.uleb128 0x6
	.long	0x6a
	.uleb128 0x7
	.byte	0x1
	.byte	0x6
	.long	.LASF2
	.uleb128 0xc
	.long	0x63
	.uleb128 0xd
	.string	"put"
	.byte	0x1
	.byte	0x3
	.long	0x42
	.long	0x84
	.uleb128 0x3
	.long	0x42
	.byte	0
	.uleb128 0x5
	.long	.LASF4
	.byte	0x4
	.long	0x99
	.uleb128 0x3
	.long	0x99
	.uleb128 0x3
	.long	0x9e
	.byte	0
	.uleb128 0x6
	.long	0x63
	.uleb128 0x7
	.byte	0x8
	.byte	0x7
	.long	.LASF5
	.uleb128 0xe
	.string	"run"
	.byte	0x1
	.byte	0x9
	.quad	.LFB0
	.quad	.LFE0-.LFB0
	.uleb128 0x1
	.byte	0x9c
	.long	0x175
	.uleb128 0x4
	.long	.LASF7
	.byte	0xc
	.long	0x175
	.uleb128 0x3
	.byte	0x91
	.sleb128 -112
	.uleb128 0x4
	.long	.LASF8
	.byte	0xc
	.long	0x185
	.uleb128 0x3
	.byte	0x91
	.sleb128 -80
	.uleb128 0x2
	.quad	.LVL0
	.long	0x6f
	.long	0xf5
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x31
	.byte	0
	.uleb128 0x2
	.quad	.LVL1
	.long	0x6f
	.long	0x10c
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x1
	.byte	0x32
	.byte	0
	.uleb128 0x2
	.quad	.LVL2
	.long	0x84
	.long	0x12a
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
	.byte	0
	.uleb128 0x2
	.quad	.LVL3
	.long	0x4e
	.long	0x142
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.uleb128 0x2
	.quad	.LVL4
	.long	0x84
	.long	0x160
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
	.uleb128 0xf
	.quad	.LVL5
	.long	0x4e
	.uleb128 0x1
	.uleb128 0x1
	.byte	0x55
	.uleb128 0x2
	.byte	0x73
	.sleb128 0
	.byte	0
	.byte	0
	.uleb128 0x10
	.long	0x63
	.long	0x185
	.uleb128 0x8
	.long	0x9e
	.byte	0x1f
	.byte	0
	.uleb128 0x11
	.long	0x63
	.uleb128 0x8
	.long	0x9e
	.byte	0x2f
	.byte	0
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
	.uleb128 0x6
	.uleb128 0xf
	.byte	0
	.uleb128 0xb
	.uleb128 0x21
	.sleb128 8
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x7
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
	.uleb128 0x8
	.uleb128 0x21
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x2f
	.uleb128 0xb
	.byte	0
	.byte	0
	.uleb128 0x9
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
	.uleb128 0xa
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
	.uleb128 0xb
	.uleb128 0x35
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xc
	.uleb128 0x26
	.byte	0
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0xd
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
	.uleb128 0xe
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
	.uleb128 0xf
	.uleb128 0x48
	.byte	0x1
	.uleb128 0x7d
	.uleb128 0x1
	.uleb128 0x7f
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x10
	.uleb128 0x1
	.byte	0x1
	.uleb128 0x49
	.uleb128 0x13
	.uleb128 0x1
	.uleb128 0x13
	.byte	0
	.byte	0
	.uleb128 0x11
	.uleb128 0x1
	.byte	0x1
	.uleb128 0x49
	.uleb128 0x13
	.byte	0
	.byte	0
	.byte	0
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
.LASF5:
	.string	"long unsigned int"
.LASF7:
	.string	"kept"
.LASF4:
	.string	"fill"
.LASF6:
	.string	"flag"
.LASF8:
	.string	"text"
.LASF3:
	.string	"take"
.LASF9:
	.string	"GNU C17 12.2.0 -mtune=generic -march=x86-64 -g -gno-column-info -O2 -fPIE -fcf-protection=none -fstack-protector-strong -fasynchronous-unwind-tables"
.LASF2:
	.string	"char"
	.section	.debug_line_str,"MS",@progbits,1
.LASF0:
	.string	"contents.c"
.LASF1:
	.string	"."
	.ident	"GCC: (Debian 12.2.0-14+deb12u1) 12.2.0"
	.section	.note.GNU-stack,"",@progbits
