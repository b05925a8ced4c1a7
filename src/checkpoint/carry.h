/*
 * How the activations of one changed function are carried over, in one direction.
 *
 * `from` is the function that an activation is in, `to` the one that it goes on in.  For each
 * return address in `from` there is either a recipe, which says for every location that is live at
 * the paired address of `to` how to make it from the state in `from`, or a reason why there is
 * none.
 *
 * Soundness: a recipe is complete (every live location has a source) or it does not exist.
 */
#ifndef SU_CHECKPOINT_CARRY_H
#define SU_CHECKPOINT_CARRY_H

#include "analysis/live.h"
#include "analysis/values.h"
#include "base/vec.h"
#include "checkpoint/assert.h"
#include "checkpoint/product/product.h"
#include "patch/format.h"

struct su_side {
	const struct su_program *program;
	const struct su_routine *routine;
	struct su_values *values;
	struct su_live *live; /* NULL when values->unknown */
	const struct su_local *locals;
	size_t local_count;
};

/* Analyses a routine for use as either side. Belongs to `arena`, but for su_side_deinit(). */
struct su_err *su_side_init(struct su_side *side, struct su_arena *arena,
			    const struct su_program *program,
			    const struct su_routine *routine) SU_MUST_CHECK;
void su_side_deinit(struct su_side *side);

/* A value to be made from the state of `from`: a small tree. */
enum su_source_kind {
	SU_SOURCE_CONST, /* imm */
	SU_SOURCE_ADDR,	 /* the address that vaddr imm of `to` means */
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
	const struct su_source *a, *b;
	uint32_t assertion; /* 0, or the number of the assertion that says it, plus one */
};

struct su_move {
	bool to_memory;
	uint8_t reg;			/* when not to memory */
	int64_t off;			/* CFA offset when to memory */
	uint32_t size;			/* bytes; registers: 8 */
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

/* All frame offsets in a recipe are those of `from`, see su_carry_place(). */
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

/* A call or store of `from` and one of `to` that may be the same one and run together nowhere. */
struct su_stray {
	uint32_t i, j;
};

struct su_carry {
	struct su_arena *arena;
	const struct su_side *from, *to;
	const struct su_alignment *alignment; /* from -> to */
	const struct su_asserted *asserted;   /* what the user says of it, or NULL */
	bool reverse;			      /* `from` is the new version */
	int64_t shift;	    /* where the aligned base of `to` is, from that of `from` */
	const char *opaque; /* why nothing can be carried, or NULL */
	const char *unsafe; /* why the function must not be replaced at all, or NULL: a jmp_buf that
			     * no stack shows may lead back to a place without a recipe */
	struct su_contradiction contradiction; /* of what the user says */
	SU_VEC(struct su_recipe) recipes; /* one for each return address of `from`, then `inside` */
	struct su_product *product;
	struct su_map *related;	   /* memo of relate.c */
	struct su_map *same_calls; /* memos of partner.c */
	struct su_map *own_constants;
	struct su_map *call_bits;
	struct su_names *to_names; /* memos of seed.c */
	struct su_histories *to_histories;
	struct su_map *helpers; /* memo of exchange.c */
	bool strays_known;	/* memo of crossing.c */
	SU_VEC(struct su_stray) strays;
	bool may_ask; /* reverse: whether what is dead in `from` may be read, and is then `asked` */
	SU_VEC(struct su_live_use) asked;
};

/* Finds the recipes. `carry` is zeroed but for arena, from, to, alignment, asserted, reverse. */
void su_carry_derive(struct su_carry *carry);
/* Both directions of a function, such that they may follow each other. What the reverse direction
 * reads, the forward one makes: it counts as live in the new version (su_live_set_uses), unless
 * that would cost a forward checkpoint. `reverse` is zeroed like `forward`, with `reverse` set. */
void su_carry_derive_both(struct su_carry *forward, struct su_carry *reverse);
void su_carry_deinit(struct su_carry *carry);

/* relate.c: whether value `u` of `from` and value `v` of `to` are equal after the instructions
 * `at`, which run together, on all paths that lead there.  `at` is NULL when it is not known how
 * both got there: then values are compared that do not depend on it. */
bool su_carry_related(struct su_carry *carry, const struct su_product_pair *at, uint32_t u,
		      uint32_t v);
/* The same of their low `size` bytes; 8 and more: the whole. */
bool su_carry_related_part(struct su_carry *carry, const struct su_product_pair *at, uint32_t u,
			   uint32_t v, uint8_t size);
/* partner.c: whether the constants that two paired calls pass say that one of them belongs to
 * another call. */
bool su_carry_has_better_partner(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* partner.c: whether both call the same, and pass no constants that differ. */
bool su_carry_may_be_same_call(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* crossing.c: whether a call or store may lie before the pair of calls in the one version, and
 * behind it in the other: it would be done twice, or not at all. */
bool su_carry_crosses(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* partner.c: whether two calls may give the same result, as far as a constant that they pass first
 * tells. */
bool su_carry_same_result(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* Values that must be related for two paired calls to give the same result: the arguments of both,
 * where another call of the same function could be meant. Writes up to six pairs and returns how
 * many there are. */
size_t su_carry_arguments(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn,
			  uint32_t ret[][2]);
/* Whether two paired calls may be the same one, as far as these values tell; constants are compared
 * by su_carry_has_better_partner(). */
bool su_carry_same_arguments(struct su_carry *carry, const struct su_product_pair *at);
/* idle.c: whether what the register holds before instruction `insn` may be read, but for calls that
 * only seem to. */
bool su_side_reads_from(const struct su_side *side, uint32_t insn, uint32_t loc);
/* idle.c: whether a function of this image takes an argument in the register; unknown ones do. */
bool su_side_takes_argument(const struct su_side *side, uint64_t entry, uint32_t loc);
/* The callee of the recipe's call may finish in the other version: whether that may write a
 * register that this version of it leaves alone, as its caller knew (gcc -fipa-ra). */
bool su_carry_other_callee_writes(const struct su_carry *carry, const struct su_recipe *recipe,
				  uint8_t reg);
/* Whether a source is a register that calls do not preserve in general, only this callee does. */
bool su_recipe_reads_scratch(const struct su_recipe *recipe);
/* The call whose return address it is, or SU_NO_INSN. */
uint32_t su_recipe_call(const struct su_recipe *recipe);
/* partner.c: whether both call the same, or both call through a pointer. */
bool su_carry_same_callee(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* exchange.c: whether another function is called in the place of the call; what they are given, as
 * far as both take it (values; returns how many), whether the result has one type. */
bool su_carry_is_exchanged(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
int su_carry_exchange_arguments(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn,
				uint32_t *ret_from, uint32_t *ret_to);
bool su_carry_exchange_type(const struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* exchange.c: whether the new function that is called does no more than make the call. */
bool su_carry_is_helper(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* exchange.c: NULL and what the pair is, or why it is none. */
const char *su_carry_check_exchange(struct su_carry *carry, const struct su_product_pair *at,
				    enum su_pairing *ret);
/* exchange.c: goes on at what follows a call that `to` has not. NULL, or why it cannot be. */
const char *su_carry_derive_removed(struct su_carry *carry, struct su_recipe *recipe);
/* effects.c: whether the instruction does something to memory other than cells, or to others. */
bool su_carry_has_effect(const struct su_side *side, uint32_t insn);
/* Whether the results of two calls have one type, as far as DWARF knows it. */
bool su_carry_same_result_type(const struct su_carry *carry, const struct su_insn *a,
			       const struct su_insn *b);
/* Whether an activation that waits in the call can go on. */
bool su_carry_may_return(const struct su_function *code, uint32_t call);
/* Whether both frames agree: a stub would have nothing to do. */
bool su_recipe_is_identity(const struct su_recipe *recipe);
/* carry.c: fills in a recipe whose instructions and addresses are known. NULL, or why not. */
const char *su_carry_derive_recipe(struct su_carry *carry, struct su_recipe *recipe,
				   const struct su_product_pair *at);
/* loops.c: adds recipes for loops that an activation could stay in without coming to one. */
void su_carry_derive_loops(struct su_carry *carry);
/* effects.c: whether what `from` has done to memory and to others before instruction `from_insn` is
 * what `to` has done before `to_insn`, on every aligned path. */
bool su_carry_same_effects(struct su_carry *carry, uint32_t from_insn, uint32_t to_insn);
/* stack.c: the place in the frame of `from` that offset `off` of `to` is. */
int64_t su_carry_place(const struct su_carry *carry, int64_t off);
/* Sets `shift`; NULL, or why the frames do not fit together. */
const char *su_carry_find_shift(struct su_carry *carry);
/* "CFA-24", for messages. */
const char *su_carry_frame_name(struct su_arena *arena, int64_t off);
/* Whether a move leaves its location as it is. */
bool su_move_is_identity(const struct su_move *move);

#endif
