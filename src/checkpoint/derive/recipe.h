/*
 * A recipe: how the state that `to` needs at a place is made from the state in `from`.
 *
 * All frame offsets in it are those of `from`: see su_frame_offset().
 */
#ifndef SU_CHECKPOINT_DERIVE_RECIPE_H
#define SU_CHECKPOINT_DERIVE_RECIPE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "patch/format.h"

/* A value to be made from the state of `from`: a small tree. */
enum su_source_kind {
	SU_SOURCE_CONST, /* imm */
	SU_SOURCE_ADDR,	 /* the address that vaddr imm of `to` means */
	SU_SOURCE_SLOT, /* what the loader put into the slot at vaddr imm of `to`, for import `name` */
	SU_SOURCE_FRAME, /* CFA + imm */
	SU_SOURCE_CANARY,
	SU_SOURCE_REG,	  /* register `reg` of `from`, from its low `size` bytes */
	SU_SOURCE_MEMORY, /* `size` bytes at CFA + imm in the frame of `from` */
	SU_SOURCE_OP,	  /* expression `op` over a and b, see enum su_expr_op */
};

struct su_source {
	enum su_source_kind kind;
	uint8_t reg, size, op;
	bool sign_extend; /* REG, MEMORY: else zero-extended */
	int64_t imm;
	const char *name; /* SLOT: the import; REG, MEMORY: the variable that is there, or NULL */
	const struct su_source *a, *b;
	uint32_t assertion; /* 0, or the number of the assertion that says it, plus one */
};

struct su_move {
	bool to_memory;
	uint8_t reg;   /* when not to memory */
	int64_t off;   /* CFA offset when to memory */
	uint32_t size; /* bytes; registers: 8; of a constant more: it is repeated */
	const struct su_source *source; /* NULL: block copy of `size` bytes from CFA + from_off */
	int64_t from_off;
	enum su_derivation derivation;
	const char *name; /* the source variable, or NULL */
	const char *text; /* the derivation in words */
};

/* A register of `from` that holds the address of frame offset `off`. */
struct su_anchor {
	bool known;
	uint8_t reg;
	int64_t off;
};

struct su_recipe {
	bool inside; /* the activation comes to an instruction in any way, not by a call's return */
	bool lands;  /* it goes on before instruction to_insn, not after a call: always when inside,
		      * and where the call is gone in `to` */
	bool asserted;		 /* the user's specification says where it goes on: assert.h */
	bool asserted_value;	 /* or what one of its values is */
	enum su_pairing pairing; /* of the calls */
	bool is_return; /* a call's return address: of from_insn, or, inside, of the one before it
			 */
	uint32_t from_insn, to_insn;   /* the calls; inside, lands: the instructions */
	uint64_t from_vaddr, to_vaddr; /* the return addresses; or of the instructions */
	const char *reason;	       /* why there is no checkpoint, or NULL */
	bool seeded;
	bool pristine;		      /* reads what is dead in `from`: see sources.c */
	bool unheld;		      /* moves an object whose address may be held: see objects.c */
	bool identity;		      /* the frames agree: nothing to do */
	int64_t from_sp, to_sp;	      /* rsp at the two addresses, as frame offsets */
	struct su_anchor anchors[2];  /* by enum su_frame_base: of what rsp does not reach */
	SU_VEC(struct su_move) moves; /* also those that move nothing (for the report) */
};

/* Whether a move leaves its location as it is. */
bool su_move_is_identity(const struct su_move *move);
/* Whether both frames agree: a stub would have nothing to do. */
bool su_recipe_is_identity(const struct su_recipe *recipe);
/* Whether it writes nothing to memory, and leaves the stack pointer where it is. */
bool su_recipe_leaves_memory(const struct su_recipe *recipe);
/* Whether a source is a register that calls do not preserve in general, only this callee does. */
bool su_recipe_reads_scratch(const struct su_recipe *recipe);
/* The call whose return address it is, or SU_NO_INSN. */
uint32_t su_recipe_call(const struct su_recipe *recipe);
/* Takes back what was tried: nothing is moved. */
void su_recipe_reset(struct su_recipe *recipe);

#endif
