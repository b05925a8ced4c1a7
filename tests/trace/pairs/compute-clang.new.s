	.text
	.file	"compute.c"
	.section	.rodata.cst16,"aM",@progbits,16
	.p2align	4                               # -- Begin function run
.LCPI0_0:
	.long	0                               # 0x0
	.long	1                               # 0x1
	.long	2                               # 0x2
	.long	3                               # 0x3
.LCPI0_1:
	.long	4                               # 0x4
	.long	4                               # 0x4
	.long	4                               # 0x4
	.long	4                               # 0x4
.LCPI0_2:
	.long	8                               # 0x8
	.long	8                               # 0x8
	.long	8                               # 0x8
	.long	8                               # 0x8
	.text
	.globl	run
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
	movl	%edx, %eax
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
	leaq	(%rdi,%rax,4), %rcx
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
	leaq	(%rsi,%rax,4), %rcx
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
.LBB0_9:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	movq	%rcx, %r8
	notq	%r8
	testb	$1, %al
	je	.LBB0_11
.Ltmp8:
# %bb.10:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	#DEBUG_VALUE: i <- undef
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 9 0 is_stmt 1                 # compute.c:9:0
	movl	(%rdi,%rcx,4), %edx
	leal	(%rdx,%rdx,2), %edx
	movl	%edx, (%rsi,%rcx,4)
	movl	(%rdi,%rcx,4), %edx
	.loc	0 11 0                          # compute.c:11:0
	xorl	%ecx, %edx
	addl	%edx, %ebx
.Ltmp9:
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 8 0                           # compute.c:8:0
	orq	$1, %rcx
.Ltmp10:
	#DEBUG_VALUE: i <- $rcx
.LBB0_11:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	addq	%rax, %r8
	je	.LBB0_13
.Ltmp11:
	.p2align	4, 0x90
.LBB0_12:                               # =>This Inner Loop Header: Depth=1
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	#DEBUG_VALUE: i <- $rcx
	#DEBUG_VALUE: run:sum <- $ebx
	.loc	0 9 0 is_stmt 1                 # compute.c:9:0
	movl	(%rdi,%rcx,4), %edx
	leal	(%rdx,%rdx,2), %edx
	movl	%edx, (%rsi,%rcx,4)
	movl	(%rdi,%rcx,4), %edx
	.loc	0 11 0                          # compute.c:11:0
	xorl	%ecx, %edx
	addl	%ebx, %edx
.Ltmp12:
	#DEBUG_VALUE: run:sum <- $edx
	#DEBUG_VALUE: run:sum <- $edx
	#DEBUG_VALUE: i <- [DW_OP_plus_uconst 1, DW_OP_stack_value] $rcx
	#DEBUG_VALUE: i <- [DW_OP_plus_uconst 1, DW_OP_stack_value] $rcx
	.loc	0 9 0                           # compute.c:9:0
	movl	4(%rdi,%rcx,4), %ebx
	leal	(%rbx,%rbx,2), %ebx
	movl	%ebx, 4(%rsi,%rcx,4)
	.loc	0 11 0                          # compute.c:11:0
	leal	1(%rcx), %ebx
	xorl	4(%rdi,%rcx,4), %ebx
	addl	%edx, %ebx
.Ltmp13:
	#DEBUG_VALUE: run:sum <- $ebx
	#DEBUG_VALUE: i <- [DW_OP_plus_uconst 2, DW_OP_stack_value] $rcx
	.loc	0 8 0                           # compute.c:8:0
	addq	$2, %rcx
.Ltmp14:
	cmpq	%rax, %rcx
.Ltmp15:
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	jne	.LBB0_12
	jmp	.LBB0_13
.Ltmp16:
.LBB0_1:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 0 0                           # compute.c:0:0
	xorl	%ebx, %ebx
	jmp	.LBB0_13
.Ltmp17:
.LBB0_6:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $edx
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0                           # compute.c:8:0
	movl	%eax, %ecx
	andl	$-8, %ecx
	leaq	(,%rax,4), %rdx
.Ltmp18:
	#DEBUG_VALUE: run:count <- $eax
	andq	$-32, %rdx
	movdqa	.LCPI0_0(%rip), %xmm1           # xmm1 = [0,1,2,3]
	pxor	%xmm0, %xmm0
	xorl	%ebx, %ebx
	movdqa	.LCPI0_1(%rip), %xmm8           # xmm8 = [4,4,4,4]
	movdqa	.LCPI0_2(%rip), %xmm4           # xmm4 = [8,8,8,8]
	pxor	%xmm2, %xmm2
.Ltmp19:
	.p2align	4, 0x90
.LBB0_7:                                # =>This Inner Loop Header: Depth=1
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 11 0 is_stmt 1                # compute.c:11:0
	movdqa	%xmm1, %xmm5
	paddd	%xmm8, %xmm5
	.loc	0 9 0                           # compute.c:9:0
	movdqu	(%rdi,%rbx), %xmm3
	movdqu	16(%rdi,%rbx), %xmm7
	movdqa	%xmm3, %xmm6
	paddd	%xmm3, %xmm6
	paddd	%xmm3, %xmm6
	movdqa	%xmm7, %xmm3
	paddd	%xmm7, %xmm3
	paddd	%xmm7, %xmm3
	movdqu	%xmm6, (%rsi,%rbx)
	movdqu	%xmm3, 16(%rsi,%rbx)
	.loc	0 11 0                          # compute.c:11:0
	movdqu	(%rdi,%rbx), %xmm3
	movdqu	16(%rdi,%rbx), %xmm6
	pxor	%xmm5, %xmm6
	paddd	%xmm6, %xmm2
	pxor	%xmm1, %xmm3
	paddd	%xmm3, %xmm0
	paddd	%xmm4, %xmm1
.Ltmp20:
	.loc	0 8 0                           # compute.c:8:0
	addq	$32, %rbx
	cmpq	%rbx, %rdx
	jne	.LBB0_7
.Ltmp21:
# %bb.8:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- $eax
	#DEBUG_VALUE: run:sum <- 0
	#DEBUG_VALUE: i <- 0
	.loc	0 8 0 is_stmt 0                 # compute.c:8:0
	paddd	%xmm0, %xmm2
	pshufd	$238, %xmm2, %xmm0              # xmm0 = xmm2[2,3,2,3]
	paddd	%xmm2, %xmm0
	pshufd	$85, %xmm0, %xmm1               # xmm1 = xmm0[1,1,1,1]
	paddd	%xmm0, %xmm1
	movd	%xmm1, %ebx
	cmpq	%rax, %rcx
	jne	.LBB0_9
.Ltmp22:
.LBB0_13:
	#DEBUG_VALUE: run:from <- $rdi
	#DEBUG_VALUE: run:to <- $rsi
	#DEBUG_VALUE: run:count <- [DW_OP_LLVM_entry_value 1] $edx
	.loc	0 16 0 is_stmt 1                # compute.c:16:0
	movl	%ebx, %edi
.Ltmp23:
	#DEBUG_VALUE: run:from <- [DW_OP_LLVM_entry_value 1] $rdi
	callq	put@PLT
.Ltmp24:
	#DEBUG_VALUE: run:to <- [DW_OP_LLVM_entry_value 1] $rsi
	.loc	0 17 0                          # compute.c:17:0
	movl	%ebx, %eax
	popq	%rbx
	.cfi_def_cfa_offset 8
	retq
.Ltmp25:
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
	.uleb128 .Ltmp23-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	85                              # DW_OP_reg5
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp23-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	85                              # DW_OP_reg5
	.byte	159                             # DW_OP_stack_value
	.byte	0                               # DW_LLE_end_of_list
.Ldebug_loc1:
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Lfunc_begin0-.Lfunc_begin0    #   starting offset
	.uleb128 .Ltmp24-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	84                              # DW_OP_reg4
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp24-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	84                              # DW_OP_reg4
	.byte	159                             # DW_OP_stack_value
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
	.byte	80                              # super-register DW_OP_reg0
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp16-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp18-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	81                              # super-register DW_OP_reg1
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp18-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp22-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	80                              # super-register DW_OP_reg0
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp22-.Lfunc_begin0          #   starting offset
	.uleb128 .Lfunc_end0-.Lfunc_begin0      #   ending offset
	.byte	4                               # Loc expr size
	.byte	163                             # DW_OP_entry_value
	.byte	1                               # 1
	.byte	81                              # super-register DW_OP_reg1
	.byte	159                             # DW_OP_stack_value
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
	.uleb128 .Ltmp12-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	83                              # super-register DW_OP_reg3
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp12-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp13-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	81                              # super-register DW_OP_reg1
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp13-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp16-.Lfunc_begin0          #   ending offset
	.byte	1                               # Loc expr size
	.byte	83                              # super-register DW_OP_reg3
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp16-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp22-.Lfunc_begin0          #   ending offset
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
	.uleb128 .Ltmp13-.Lfunc_begin0          #   ending offset
	.byte	3                               # Loc expr size
	.byte	114                             # DW_OP_breg2
	.byte	1                               # 1
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp13-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp14-.Lfunc_begin0          #   ending offset
	.byte	3                               # Loc expr size
	.byte	114                             # DW_OP_breg2
	.byte	2                               # 2
	.byte	159                             # DW_OP_stack_value
	.byte	4                               # DW_LLE_offset_pair
	.uleb128 .Ltmp16-.Lfunc_begin0          #   starting offset
	.uleb128 .Ltmp22-.Lfunc_begin0          #   ending offset
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
	.byte	17                              # DW_AT_low_pc
	.byte	27                              # DW_FORM_addrx
	.byte	18                              # DW_AT_high_pc
	.byte	6                               # DW_FORM_data4
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
	.long	.Lloclists_table_base0          # DW_AT_loclists_base
	.byte	2                               # Abbrev [2] 0x27:0x51 DW_TAG_subprogram
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
	.byte	3                               # Abbrev [3] 0x36:0x9 DW_TAG_formal_parameter
	.byte	0                               # DW_AT_location
	.byte	6                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	138                             # DW_AT_type
	.byte	3                               # Abbrev [3] 0x3f:0x9 DW_TAG_formal_parameter
	.byte	1                               # DW_AT_location
	.byte	7                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	148                             # DW_AT_type
	.byte	3                               # Abbrev [3] 0x48:0x9 DW_TAG_formal_parameter
	.byte	2                               # DW_AT_location
	.byte	8                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	4                               # DW_AT_decl_line
	.long	134                             # DW_AT_type
	.byte	4                               # Abbrev [4] 0x51:0x9 DW_TAG_variable
	.byte	3                               # DW_AT_location
	.byte	9                               # DW_AT_name
	.byte	0                               # DW_AT_decl_file
	.byte	6                               # DW_AT_decl_line
	.long	134                             # DW_AT_type
	.byte	5                               # Abbrev [5] 0x5a:0x10 DW_TAG_lexical_block
	.byte	0                               # DW_AT_low_pc
	.long	.Ltmp22-.Lfunc_begin0           # DW_AT_high_pc
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
	.quad	.Ltmp24
.Ldebug_addr_end0:
	.ident	"Debian clang version 14.0.6"
	.section	".note.GNU-stack","",@progbits
	.section	.debug_line,"",@progbits
.Lline_table_start0:
