	.text
	.file	"compute.c"
	.globl	run                             # -- Begin function run
	.p2align	4, 0x90
	.type	run,@function
run:                                    # @run
.Lfunc_begin0:
	.file	0 "." "compute.c" md5 0x9dc3015b3640b54559434ed5dfb53ec4
	.loc	0 5 0                           # compute.c:5:0
	.cfi_startproc
# %bb.0:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	pushq	%rbx
	.cfi_def_cfa_offset 16
	.cfi_offset %rbx, -16
.Ltmp0:
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0 prologue_end              # compute.c:8:0
	testl	%edx, %edx
.Ltmp1:
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	jle	.LBB0_1
.Ltmp2:
# %bb.2:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	movl	%edx, %r9d
.Ltmp3:
	.loc	0 8 0                           # compute.c:8:0
	cmpl	$8, %edx
	jb	.LBB0_3
.Ltmp4:
# %bb.4:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	leaq	(%rdi,%r9,4), %rcx
	cmpq	%rsi, %rcx
	jbe	.LBB0_6
.Ltmp5:
# %bb.5:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 0 0                           # compute.c:0:0
	leaq	(%rsi,%r9,4), %rcx
	.loc	0 8 0                           # compute.c:8:0
	cmpq	%rdi, %rcx
	jbe	.LBB0_6
.Ltmp6:
.LBB0_3:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 0 0                           # compute.c:0:0
	xorl	%ecx, %ecx
	xorl	%ebx, %ebx
.Ltmp7:
.LBB0_13:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	movq	%rcx, %rdx
	notq	%rdx
	testb	$1, %r9b
	je	.LBB0_15
.Ltmp8:
# %bb.14:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	#DEBUG_VALUE: i <- undef
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 9 0 is_stmt 1                 # compute.c:9:0
	movl	(%rdi,%rcx,4), %eax
	leal	(%rax,%rax,2), %eax
	movl	%eax, (%rsi,%rcx,4)
	.loc	0 13 0                          # compute.c:13:0
	addl	(%rdi,%rcx,4), %ebx
.Ltmp9:
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 8 0                           # compute.c:8:0
	orq	$1, %rcx
.Ltmp10:
	#DEBUG_VALUE: i <- $rcx
.LBB0_15:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	addq	%r9, %rdx
	je	.LBB0_17
.Ltmp11:
	.p2align	4, 0x90
.LBB0_16:                               # =>This Inner Loop Header: Depth=1
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: i <- $rcx
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 9 0 is_stmt 1                 # compute.c:9:0
	movl	(%rdi,%rcx,4), %eax
	leal	(%rax,%rax,2), %eax
	movl	%eax, (%rsi,%rcx,4)
	.loc	0 13 0                          # compute.c:13:0
	addl	(%rdi,%rcx,4), %ebx
.Ltmp12:
	#DEBUG_VALUE: run:sum <- $ebx
	#DEBUG_VALUE: run:sum <- $ebx
	#DEBUG_VALUE: i <- [DW_OP_plus_uconst 1, DW_OP_stack_value] $rcx
	#DEBUG_VALUE: i <- [DW_OP_plus_uconst 1, DW_OP_stack_value] $rcx
	.loc	0 9 0                           # compute.c:9:0
	movl	4(%rdi,%rcx,4), %eax
	leal	(%rax,%rax,2), %eax
	movl	%eax, 4(%rsi,%rcx,4)
	.loc	0 13 0                          # compute.c:13:0
	addl	4(%rdi,%rcx,4), %ebx
.Ltmp13:
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 8 0                           # compute.c:8:0
	addq	$2, %rcx
.Ltmp14:
	#DEBUG_VALUE: i <- $rcx
	cmpq	%rcx, %r9
.Ltmp15:
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	jne	.LBB0_16
	jmp	.LBB0_17
.Ltmp16:
.LBB0_1:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 0 0                           # compute.c:0:0
	xorl	%ebx, %ebx
.Ltmp17:
.LBB0_17:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- [DW_OP_LLVM_entry_value 1] $edx
	.loc	0 16 0 is_stmt 1                # compute.c:16:0
	movl	%ebx, %edi
.Ltmp18:
	#DEBUG_VALUE: run:from <- [DW_OP_LLVM_entry_value 1] $rdi
	callq	put@PLT
.Ltmp19:
	#DEBUG_VALUE: run:to <- [DW_OP_LLVM_entry_value 1] $rsi
	.loc	0 17 0                          # compute.c:17:0
	movl	%ebx, %eax
	popq	%rbx
	.cfi_def_cfa_offset 8
	retq
.Ltmp20:
.LBB0_6:
	.cfi_def_cfa_offset 16
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	movl	%r9d, %ecx
	andl	$-8, %ecx
	leaq	-8(%rcx), %rdx
.Ltmp21:
	#DEBUG_VALUE: run:count <- $r9d
	movq	%rdx, %r8
	shrq	$3, %r8
	addq	$1, %r8
	testq	%rdx, %rdx
	je	.LBB0_7
.Ltmp22:
# %bb.8:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	movq	%r8, %rbx
	andq	$-2, %rbx
	pxor	%xmm0, %xmm0
	xorl	%edx, %edx
	pxor	%xmm1, %xmm1
.Ltmp23:
	.p2align	4, 0x90
.LBB0_9:                                # =>This Inner Loop Header: Depth=1
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 9 0                           # compute.c:9:0
	movdqu	(%rdi,%rdx,4), %xmm2
	movdqu	16(%rdi,%rdx,4), %xmm3
	movdqa	%xmm2, %xmm4
	paddd	%xmm2, %xmm4
	paddd	%xmm2, %xmm4
	movdqa	%xmm3, %xmm2
	paddd	%xmm3, %xmm2
	paddd	%xmm3, %xmm2
	movdqu	%xmm4, (%rsi,%rdx,4)
	movdqu	%xmm2, 16(%rsi,%rdx,4)
	.loc	0 13 0                          # compute.c:13:0
	movdqu	(%rdi,%rdx,4), %xmm2
	paddd	%xmm0, %xmm2
	movdqu	16(%rdi,%rdx,4), %xmm3
	paddd	%xmm1, %xmm3
	.loc	0 9 0                           # compute.c:9:0
	movdqu	32(%rdi,%rdx,4), %xmm0
	movdqu	48(%rdi,%rdx,4), %xmm1
	movdqa	%xmm0, %xmm4
	paddd	%xmm0, %xmm4
	paddd	%xmm0, %xmm4
	movdqa	%xmm1, %xmm0
	paddd	%xmm1, %xmm0
	paddd	%xmm1, %xmm0
	movdqu	%xmm4, 32(%rsi,%rdx,4)
	movdqu	%xmm0, 48(%rsi,%rdx,4)
	.loc	0 13 0                          # compute.c:13:0
	movdqu	32(%rdi,%rdx,4), %xmm0
	paddd	%xmm2, %xmm0
	movdqu	48(%rdi,%rdx,4), %xmm1
	paddd	%xmm3, %xmm1
.Ltmp24:
	.loc	0 8 0                           # compute.c:8:0
	addq	$16, %rdx
	addq	$-2, %rbx
	jne	.LBB0_9
.Ltmp25:
# %bb.10:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	testb	$1, %r8b
	je	.LBB0_12
.Ltmp26:
.LBB0_11:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 9 0                           # compute.c:9:0
	movdqu	(%rdi,%rdx,4), %xmm2
	movdqu	16(%rdi,%rdx,4), %xmm3
	movdqa	%xmm2, %xmm4
	paddd	%xmm2, %xmm4
	paddd	%xmm2, %xmm4
	movdqa	%xmm3, %xmm2
	paddd	%xmm3, %xmm2
	paddd	%xmm3, %xmm2
	movdqu	%xmm4, (%rsi,%rdx,4)
	movdqu	%xmm2, 16(%rsi,%rdx,4)
	.loc	0 13 0                          # compute.c:13:0
	movdqu	(%rdi,%rdx,4), %xmm2
	paddd	%xmm2, %xmm0
	movdqu	16(%rdi,%rdx,4), %xmm2
	paddd	%xmm2, %xmm1
.Ltmp27:
.LBB0_12:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	paddd	%xmm1, %xmm0
	pshufd	$238, %xmm0, %xmm1              # xmm1 = xmm0[2,3,2,3]
	paddd	%xmm0, %xmm1
	pshufd	$85, %xmm1, %xmm0               # xmm0 = xmm1[1,1,1,1]
	paddd	%xmm1, %xmm0
	movd	%xmm0, %ebx
	cmpq	%r9, %rcx
	jne	.LBB0_13
	jmp	.LBB0_17
.Ltmp28:
.LBB0_7:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $r9d
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 0 0 is_stmt 0                 # compute.c:0:0
	pxor	%xmm0, %xmm0
	xorl	%edx, %edx
	pxor	%xmm1, %xmm1
.Ltmp29:
	.loc	0 8 0                           # compute.c:8:0
	testb	$1, %r8b
	jne	.LBB0_11
	jmp	.LBB0_12
.Ltmp30:
.Lfunc_end0:
	.size	run, .Lfunc_end0-run
	.cfi_endproc
                                        # -- End function
	.section	.debug_loclists,"",@progbits
	.long	.Ldebug_list_header_end0-.Ldebug_list_header_start0 # Length
.Ldebug_list_header_start0:
	.short	5                               # Version
	.byte	8                               # Address size
	.byte	0                               # Segment selector size
	.long	5                               # Offset entry count
.Lloclists_table_base0:
	.long	.Ldebug_loc0-.Lloclists_table_base0
	.long	.Ldebug_loc1-.Lloclists_table_base0
	.long	.Ldebug_loc2-.Lloclists_table_base0
	.long	.Ldebug_loc3-.Lloclists_table_base0
	.long	.Ldebug_loc4-.Lloclists_table_base0
.Ldebug_loc0:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Lfunc_begin0-.Lfunc_begin0    #   starting offset
	.uleb128 .Ltmp18-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	85                              # DW_OP_reg5
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp18-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp20-.Lfunc_begin0          #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	85                              # DW_OP_reg5
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	1                               # Loc expr size
	.byte	85                              # DW_OP_reg5
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_loc1:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Lfunc_begin0-.Lfunc_begin0    #   starting offset
	.uleb128 .Ltmp19-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	84                              # DW_OP_reg4
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp19-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp20-.Lfunc_begin0          #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	84                              # DW_OP_reg4
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	1                               # Loc expr size
	.byte	84                              # DW_OP_reg4
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_loc2:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Lfunc_begin0-.Lfunc_begin0    #   starting offset
	.uleb128 .Ltmp7-.Lfunc_begin0           #   ending offset
	.byte	1                               # Loc expr size
	.byte	81                              # super-register DW_OP_reg1
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp7-.Lfunc_begin0           #   starting offset
	.uleb128 .Ltmp16-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	89                              # super-register DW_OP_reg9
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp16-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp17-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	81                              # super-register DW_OP_reg1
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp17-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp20-.Lfunc_begin0          #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	81                              # super-register DW_OP_reg1
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp21-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	81                              # super-register DW_OP_reg1
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp21-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	1                               # Loc expr size
	.byte	89                              # super-register DW_OP_reg9
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_loc3:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp0-.Lfunc_begin0           #   starting offset
	.uleb128 .Ltmp8-.Lfunc_begin0           #   ending offset
	.byte	3                               # Loc expr size
	.byte	17                              # DW_OP_consts
	.byte	0                               # 0
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp8-.Lfunc_begin0           #   starting offset
	.uleb128 .Ltmp10-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	83                              # super-register DW_OP_reg3
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp11-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp16-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	83                              # super-register DW_OP_reg3
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp16-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp17-.Lfunc_begin0          #   ending offset
	.byte	3                               # Loc expr size
	.byte	17                              # DW_OP_consts
	.byte	0                               # 0
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	3                               # Loc expr size
	.byte	17                              # DW_OP_consts
	.byte	0                               # 0
	.byte	159                             # DW_OP_stack_value
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_loc4:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp0-.Lfunc_begin0           #   starting offset
	.uleb128 .Ltmp8-.Lfunc_begin0           #   ending offset
	.byte	3                               # Loc expr size
	.byte	17                              # DW_OP_consts
	.byte	0                               # 0
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp11-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp12-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	82                              # DW_OP_reg2
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp12-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp14-.Lfunc_begin0          #   ending offset
	.byte	3                               # Loc expr size
	.byte	114                             # DW_OP_breg2
	.byte	1                               # 1
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp14-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp16-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	82                              # DW_OP_reg2
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	3                               # Loc expr size
	.byte	17                              # DW_OP_consts
	.byte	0                               # 0
	.byte	159                             # DW_OP_stack_value
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_list_header_end0:
	.section	.debug_abbrev,"",@progbits
	.byte	1                               # Abbreviation Code
	.byte	17                              # DW_TAG_compile_unit
	.byte	1                               # DW_CHILDREN_yes
	.byte	37                              # DW_AT_producer
	.byte	37                              # DW_FORM_strx1
	.byte	19                              # DW_AT_language
	.byte	5                               # DW_FORM_data2
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	114                             # DW_AT_str_offsets_base
	.byte	23                              # DW_FORM_sec_offset
	.byte	16                              # DW_AT_stmt_list
	.byte	23                              # DW_FORM_sec_offset
	.byte	27                              # DW_AT_comp_dir
	.byte	37                              # DW_FORM_strx1
	.byte	17                              # DW_AT_low_pc
	.byte	27                              # DW_FORM_addrx
	.byte	18                              # DW_AT_high_pc
	.byte	6                               # DW_FORM_data4
	.byte	115                             # DW_AT_addr_base
	.byte	23                              # DW_FORM_sec_offset
	.byte	116                             # DW_AT_rnglists_base
	.byte	23                              # DW_FORM_sec_offset
	.ascii	"\214\001"                      # DW_AT_loclists_base
	.byte	23                              # DW_FORM_sec_offset
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	2                               # Abbreviation Code
	.byte	46                              # DW_TAG_subprogram
	.byte	1                               # DW_CHILDREN_yes
	.byte	17                              # DW_AT_low_pc
	.byte	27                              # DW_FORM_addrx
	.byte	18                              # DW_AT_high_pc
	.byte	6                               # DW_FORM_data4
	.byte	64                              # DW_AT_frame_base
	.byte	24                              # DW_FORM_exprloc
	.byte	122                             # DW_AT_call_all_calls
	.byte	25                              # DW_FORM_flag_present
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	58                              # DW_AT_decl_file
	.byte	11                              # DW_FORM_data1
	.byte	59                              # DW_AT_decl_line
	.byte	11                              # DW_FORM_data1
	.byte	39                              # DW_AT_prototyped
	.byte	25                              # DW_FORM_flag_present
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	63                              # DW_AT_external
	.byte	25                              # DW_FORM_flag_present
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	3                               # Abbreviation Code
	.byte	5                               # DW_TAG_formal_parameter
	.byte	0                               # DW_CHILDREN_no
	.byte	2                               # DW_AT_location
	.byte	34                              # DW_FORM_loclistx
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	58                              # DW_AT_decl_file
	.byte	11                              # DW_FORM_data1
	.byte	59                              # DW_AT_decl_line
	.byte	11                              # DW_FORM_data1
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	4                               # Abbreviation Code
	.byte	52                              # DW_TAG_variable
	.byte	0                               # DW_CHILDREN_no
	.byte	2                               # DW_AT_location
	.byte	34                              # DW_FORM_loclistx
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	58                              # DW_AT_decl_file
	.byte	11                              # DW_FORM_data1
	.byte	59                              # DW_AT_decl_line
	.byte	11                              # DW_FORM_data1
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	5                               # Abbreviation Code
	.byte	11                              # DW_TAG_lexical_block
	.byte	1                               # DW_CHILDREN_yes
	.byte	85                              # DW_AT_ranges
	.byte	35                              # DW_FORM_rnglistx
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	6                               # Abbreviation Code
	.byte	72                              # DW_TAG_call_site
	.byte	1                               # DW_CHILDREN_yes
	.byte	127                             # DW_AT_call_origin
	.byte	19                              # DW_FORM_ref4
	.byte	125                             # DW_AT_call_return_pc
	.byte	27                              # DW_FORM_addrx
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	7                               # Abbreviation Code
	.byte	73                              # DW_TAG_call_site_parameter
	.byte	0                               # DW_CHILDREN_no
	.byte	2                               # DW_AT_location
	.byte	24                              # DW_FORM_exprloc
	.byte	126                             # DW_AT_call_value
	.byte	24                              # DW_FORM_exprloc
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	8                               # Abbreviation Code
	.byte	46                              # DW_TAG_subprogram
	.byte	1                               # DW_CHILDREN_yes
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	58                              # DW_AT_decl_file
	.byte	11                              # DW_FORM_data1
	.byte	59                              # DW_AT_decl_line
	.byte	11                              # DW_FORM_data1
	.byte	39                              # DW_AT_prototyped
	.byte	25                              # DW_FORM_flag_present
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	60                              # DW_AT_declaration
	.byte	25                              # DW_FORM_flag_present
	.byte	63                              # DW_AT_external
	.byte	25                              # DW_FORM_flag_present
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	9                               # Abbreviation Code
	.byte	5                               # DW_TAG_formal_parameter
	.byte	0                               # DW_CHILDREN_no
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	10                              # Abbreviation Code
	.byte	36                              # DW_TAG_base_type
	.byte	0                               # DW_CHILDREN_no
	.byte	3                               # DW_AT_name
	.byte	37                              # DW_FORM_strx1
	.byte	62                              # DW_AT_encoding
	.byte	11                              # DW_FORM_data1
	.byte	11                              # DW_AT_byte_size
	.byte	11                              # DW_FORM_data1
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	11                              # Abbreviation Code
	.byte	15                              # DW_TAG_pointer_type
	.byte	0                               # DW_CHILDREN_no
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	12                              # Abbreviation Code
	.byte	38                              # DW_TAG_const_type
	.byte	0                               # DW_CHILDREN_no
	.byte	73                              # DW_AT_type
	.byte	19                              # DW_FORM_ref4
	.byte	0                               # EOM(1)
	.byte	0                               # EOM(2)
	.byte	0                               # EOM(3)
	.section	.debug_info,"",@progbits
.Lcu_begin0:
	.long	.Ldebug_info_end0-.Ldebug_info_start0 # Length of Unit
.Ldebug_info_start0:
	.short	5                               # DWARF version number
	.byte	1                               # DWARF Unit Type
	.byte	8                               # Address Size (in bytes)
	.long	.debug_abbrev                   # Offset Into Abbrev. Section
	.byte	1                               # Abbrev [1] 0xc:0x8e DW_TAG_compile_unit
	.byte	0                               # DW_AT_producer
	.short	12                              # DW_AT_language
	.byte	1                               # DW_AT_name
	.long	.Lstr_offsets_base0             # DW_AT_str_offsets_base
	.long	.Lline_table_start0             # DW_AT_stmt_list
	.byte	2                               # DW_AT_comp_dir
	.byte	0                               # DW_AT_low_pc
	.long	.Lfunc_end0-.Lfunc_begin0       # DW_AT_high_pc
	.long	.Laddr_table_base0              # DW_AT_addr_base
	.long	.Lrnglists_table_base0          # DW_AT_rnglists_base
	.long	.Lloclists_table_base0          # DW_AT_loclists_base
	.byte	2                               # Abbrev [2] 0x2b:0x4d DW_TAG_subprogram
	.byte	0                               # DW_AT_low_pc
	.long	.Lfunc_end0-.Lfunc_begin0       # DW_AT_high_pc
	.byte	1                               # DW_AT_frame_base
	.byte	87
                                        # DW_AT_call_all_calls
	.byte	5                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
                                        # DW_AT_prototyped
	.long	134                             # DW_AT_type
                                        # DW_AT_external
	.byte	3                               # Abbrev [3] 0x3a:0x9 DW_TAG_formal_parameter
	.byte	0                               # DW_AT_location
	.byte	6                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	138                             # DW_AT_type
	.byte	3                               # Abbrev [3] 0x43:0x9 DW_TAG_formal_parameter
	.byte	1                               # DW_AT_location
	.byte	7                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	148                             # DW_AT_type
	.byte	3                               # Abbrev [3] 0x4c:0x9 DW_TAG_formal_parameter
	.byte	2                               # DW_AT_location
	.byte	8                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	134                             # DW_AT_type
	.byte	4                               # Abbrev [4] 0x55:0x9 DW_TAG_variable
	.byte	3                               # DW_AT_location
	.byte	9                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	6                               # DW_AT_decl_line
	.long	134                             # DW_AT_type
	.byte	5                               # Abbrev [5] 0x5e:0xc DW_TAG_lexical_block
	.byte	0                               # DW_AT_ranges
	.byte	4                               # Abbrev [4] 0x60:0x9 DW_TAG_variable
	.byte	4                               # DW_AT_location
	.byte	10                              # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	8                               # DW_AT_decl_line
	.long	134                             # DW_AT_type
	.byte	0                               # End Of Children Mark
	.byte	6                               # Abbrev [6] 0x6a:0xd DW_TAG_call_site
	.long	120                             # DW_AT_call_origin
	.byte	1                               # DW_AT_call_return_pc
	.byte	7                               # Abbrev [7] 0x70:0x6 DW_TAG_call_site_parameter
	.byte	1                               # DW_AT_location
	.byte	85
	.byte	2                               # DW_AT_call_value
	.byte	115
	.byte	0
	.byte	0                               # End Of Children Mark
	.byte	0                               # End Of Children Mark
	.byte	8                               # Abbrev [8] 0x78:0xe DW_TAG_subprogram
	.byte	3                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	2                               # DW_AT_decl_line
                                        # DW_AT_prototyped
	.long	134                             # DW_AT_type
                                        # DW_AT_declaration
                                        # DW_AT_external
	.byte	9                               # Abbrev [9] 0x80:0x5 DW_TAG_formal_parameter
	.long	134                             # DW_AT_type
	.byte	0                               # End Of Children Mark
	.byte	10                              # Abbrev [10] 0x86:0x4 DW_TAG_base_type
	.byte	4                               # DW_AT_name
	.byte	5                               # DW_AT_encoding
	.byte	4                               # DW_AT_byte_size
	.byte	11                              # Abbrev [11] 0x8a:0x5 DW_TAG_pointer_type
	.long	143                             # DW_AT_type
	.byte	12                              # Abbrev [12] 0x8f:0x5 DW_TAG_const_type
	.long	134                             # DW_AT_type
	.byte	11                              # Abbrev [11] 0x94:0x5 DW_TAG_pointer_type
	.long	134                             # DW_AT_type
	.byte	0                               # End Of Children Mark
.Ldebug_info_end0:
	.section	.debug_rnglists,"",@progbits
	.long	.Ldebug_list_header_end1-.Ldebug_list_header_start1 # Length
.Ldebug_list_header_start1:
	.short	5                               # Version
	.byte	8                               # Address size
	.byte	0                               # Segment selector size
	.long	1                               # Offset entry count
.Lrnglists_table_base0:
	.long	.Ldebug_ranges0-.Lrnglists_table_base0
.Ldebug_ranges0:
	.byte	4                               # DW_RLE_offset_pair
	.uleb128 .Lfunc_begin0-.Lfunc_begin0    #   starting offset
	.uleb128 .Ltmp16-.Lfunc_begin0          #   ending offset
	.byte	4                               # DW_RLE_offset_pair
	.uleb128 .Ltmp20-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp30-.Lfunc_begin0          #   ending offset
	.byte	0                               # DW_RLE_end_of_list
.Ldebug_list_header_end1:
	.section	.debug_str_offsets,"",@progbits
	.long	48                              # Length of String Offsets Set
	.short	5
	.short	0
.Lstr_offsets_base0:
	.section	.debug_str,"MS",@progbits,1
.Linfo_string0:
	.asciz	"Debian clang version 14.0.6"   # string offset=0
.Linfo_string1:
	.asciz	"compute.c"                     # string offset=28
.Linfo_string2:
	.asciz	"."                             # string offset=38
.Linfo_string3:
	.asciz	"put"                           # string offset=40
.Linfo_string4:
	.asciz	"int"                           # string offset=44
.Linfo_string5:
	.asciz	"run"                           # string offset=48
.Linfo_string6:
	.asciz	"from"                          # string offset=52
.Linfo_string7:
	.asciz	"to"                            # string offset=57
.Linfo_string8:
	.asciz	"count"                         # string offset=60
.Linfo_string9:
	.asciz	"sum"                           # string offset=66
.Linfo_string10:
	.asciz	"i"                             # string offset=70
	.section	.debug_str_offsets,"",@progbits
	.long	.Linfo_string0
	.long	.Linfo_string1
	.long	.Linfo_string2
	.long	.Linfo_string3
	.long	.Linfo_string4
	.long	.Linfo_string5
	.long	.Linfo_string6
	.long	.Linfo_string7
	.long	.Linfo_string8
	.long	.Linfo_string9
	.long	.Linfo_string10
	.section	.debug_addr,"",@progbits
	.long	.Ldebug_addr_end0-.Ldebug_addr_start0 # Length of contribution
.Ldebug_addr_start0:
	.short	5                               # DWARF version number
	.byte	8                               # Address size
	.byte	0                               # Segment selector size
.Laddr_table_base0:
	.quad	.Lfunc_begin0
	.quad	.Ltmp19
.Ldebug_addr_end0:
	.ident	"Debian clang version 14.0.6"
	.section	".note.GNU-stack","",@progbits
	.section	.debug_line,"",@progbits
.Lline_table_start0:
