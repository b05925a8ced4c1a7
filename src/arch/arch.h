/*
 * What an architecture provides.  Nothing outside of src/arch/ includes a header of one
 * architecture, names a register or knows an opcode (tests/cases/tree.py holds that).
 *
 *	registers.h   numbers and roles of registers, their names, DWARF's numbers
 *	insn.h        one instruction, decoded: flow, effects, operands, conditions
 *	abi.h         the calling convention: who may hold what at a call and at a return
 *	code.h        bytes of code: jumps, padding, system calls, what cannot be stepped
 *	emit.h        an assembler for stubs and thunks
 *	context.h     the registers of a stopped thread
 *	signal_frame.h  what gives a thread its registers back
 *
 * docs/ports.md says what another architecture would need.
 */
#ifndef SU_ARCH_ARCH_H
#define SU_ARCH_ARCH_H

#include "arch/abi.h"
#include "arch/code.h"
#include "arch/context.h"
#include "arch/emit.h"
#include "arch/insn.h"
#include "arch/registers.h"
#include "arch/signal_frame.h"

#endif
