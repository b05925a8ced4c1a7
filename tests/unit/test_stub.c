/*
 * Carry-over stubs, executed: random recipes against a model in plain C.
 *
 * Each round makes a random old frame and registers, a random recipe, and has its stub run on them.
 * The processor traps after every instruction of the stub, so that the kernel writes a signal frame
 * below the red zone each time: what a stub leaves there is lost.  Afterwards every register and
 * every byte from the red zone up must be as the model says.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "checkpoint/stub.h"
#include "recipe_fixture.h"
#include "suite.h"

#define STACK_SIZE (1 << 20)
#define RED_ZONE 128
#define ROUNDS 120

/* ---- running a stub ---- */

struct machine {
	uint64_t gpr[16]; /* by number; rsp too */
	uint64_t flags;
	uint8_t vector[16][16];
};

struct machine test_in, test_out;
uint64_t test_rsp, test_target;

void test_enter(void);
void test_land(void);

/* test_enter(): everything from test_in, single-stepping on, jumps to test_target on the stack of
 * test_in.  test_land: where a stub goes on; everything to test_out, returns from test_enter(). */
__asm__(".text\n"
	".macro vectors op, where\n"
	".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"\\op \\n, \\where\n"
	".endr\n"
	".endm\n"
	".macro load_vector n, where\n movdqu 136+16*\\n+\\where(%rip), %xmm\\n\n .endm\n"
	".macro store_vector n, where\n movdqu %xmm\\n, 136+16*\\n+\\where(%rip)\n .endm\n"
	".globl test_enter\n.type test_enter, @function\n"
	"test_enter:\n"
	" push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
	" mov %rsp, test_rsp(%rip)\n"
	" vectors load_vector, test_in\n"
	" mov test_in(%rip), %rax\n mov 8+test_in(%rip), %rcx\n mov 16+test_in(%rip), %rdx\n"
	" mov 24+test_in(%rip), %rbx\n mov 40+test_in(%rip), %rbp\n mov 48+test_in(%rip), %rsi\n"
	" mov 56+test_in(%rip), %rdi\n mov 64+test_in(%rip), %r8\n mov 72+test_in(%rip), %r9\n"
	" mov 80+test_in(%rip), %r10\n mov 88+test_in(%rip), %r11\n mov 96+test_in(%rip), %r12\n"
	" mov 104+test_in(%rip), %r13\n mov 112+test_in(%rip), %r14\n mov 120+test_in(%rip), %r15\n"
	" pushfq\n orq $0x100, (%rsp)\n popfq\n"
	" mov 32+test_in(%rip), %rsp\n"
	" jmp *test_target(%rip)\n"
	".globl test_land\n"
	"test_land:\n"
	" mov %rsp, 32+test_out(%rip)\n"
	" mov test_rsp(%rip), %rsp\n"
	" pushfq\n popq 128+test_out(%rip)\n"
	" pushfq\n andq $~0x500, (%rsp)\n popfq\n"
	" mov %rax, test_out(%rip)\n mov %rcx, 8+test_out(%rip)\n mov %rdx, 16+test_out(%rip)\n"
	" mov %rbx, 24+test_out(%rip)\n mov %rbp, 40+test_out(%rip)\n mov %rsi, 48+test_out(%rip)\n"
	" mov %rdi, 56+test_out(%rip)\n mov %r8, 64+test_out(%rip)\n mov %r9, 72+test_out(%rip)\n"
	" mov %r10, 80+test_out(%rip)\n mov %r11, 88+test_out(%rip)\n mov %r12, 96+test_out(%rip)\n"
	" mov %r13, 104+test_out(%rip)\n mov %r14, 112+test_out(%rip)\n mov %r15, "
	"120+test_out(%rip)\n"
	" vectors store_vector, test_out\n"
	" pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
	" ret\n");

static uint8_t code[CODE_SIZE] __attribute__((aligned(4096)));
static uint8_t *stack;
static volatile unsigned long traps;

static void on_trap(int number)
{
	(void)number;
	traps++;
}

static void set_up(void)
{
	struct sigaction action = { .sa_handler = on_trap };

	ck_assert_int_eq(mprotect(code, sizeof(code), PROT_READ | PROT_WRITE | PROT_EXEC), 0);
	for (uint64_t slot = 1; slot <= SLOT_COUNT; slot++)
		memcpy(&code[CODE_SIZE - 8 * slot], &(uint64_t){ slot * 0x123456789abcdef }, 8);
	stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(stack, MAP_FAILED);
	ck_assert_int_eq(sigaction(SIGTRAP, &action, NULL), 0);
}

static uint8_t *cfa(void)
{
	return stack + STACK_SIZE - 4096;
}

/* Where the test says that vaddr of the new function is. */
static uint64_t addr_of(uint64_t vaddr)
{
	return (uint64_t)(uintptr_t)code + vaddr;
}

static void run_stub(const struct su_recipe *recipe)
{
	struct su_emit emit;
	su_stub_fixups fixups = { 0 };

	su_emit_init(&emit, (uint64_t)(uintptr_t)code);
	su_stub_emit(recipe, &emit, &fixups);
	ck_assert_uint_le(emit.code.len, sizeof(code) - 8ul * SLOT_COUNT);
	for (size_t i = 0; i < fixups.len; i++) {
		const struct su_stub_fixup *fixup = &fixups.at[i];
		uint64_t target =
			fixup->is_resume ? (uint64_t)(uintptr_t)test_land : addr_of(fixup->vaddr);
		int32_t distance = (int32_t)(target - (emit.base + fixup->field + 4));

		memcpy(&emit.code.at[fixup->field], &distance, 4);
	}
	memcpy(code, emit.code.at, emit.code.len);
	test_target = emit.base;
	test_in.gpr[SU_RSP] = (uint64_t)(uintptr_t)(cfa() + recipe->from_sp);
	test_enter();
	su_emit_deinit(&emit);
	su_vec_deinit(&fixups);
}

/* ---- the model ---- */

struct frame {
	uint8_t bytes[RED_ZONE + BELOW + ABOVE];
	bool known[RED_ZONE + BELOW +
		   ABOVE]; /* below the old stack pointer: only what is written */
};

static uint8_t *at(struct frame *frame, int64_t off)
{
	return &frame->bytes[RED_ZONE + BELOW + off];
}

static void set(struct frame *frame, int64_t off, const void *bytes, size_t size)
{
	memcpy(at(frame, off), bytes, size);
	memset(&frame->known[RED_ZONE + BELOW + off], true, size);
}

static uint64_t extend(uint64_t number, unsigned size, bool is_signed)
{
	unsigned shift = 64 - 8 * (size < 8 ? size : 8);

	return is_signed ? (uint64_t)((int64_t)(number << shift) >> shift)
			 : number << shift >> shift;
}

static uint64_t canary(void)
{
	uint64_t number;

	__asm__("mov %%fs:0x28, %0" : "=r"(number));
	return number;
}

static uint64_t evaluate(const struct su_source *source, struct frame *old);

static uint64_t compute(const struct su_source *source, struct frame *old)
{
	uint64_t a = evaluate(source->a, old), imm = (uint64_t)source->imm;
	uint64_t b = source->b ? evaluate(source->b, old) : imm;

	switch (source->op) {
	case SU_EXPR_SUM:
		return a + imm + (source->b ? b * source->size : 0);
	case SU_EXPR_SUB:
		return a - b;
	case SU_EXPR_AND:
		return a & b;
	case SU_EXPR_OR:
		return a | b;
	case SU_EXPR_XOR:
		return a ^ b;
	case SU_EXPR_SHL:
		return a << imm;
	case SU_EXPR_SHR:
		return a >> imm;
	case SU_EXPR_SAR:
		return (uint64_t)((int64_t)a >> imm);
	case SU_EXPR_MUL:
		return a * b;
	case SU_EXPR_NEG:
		return 0 - a;
	case SU_EXPR_NOT:
		return ~a;
	default:
		return extend(a, source->size, source->op == SU_EXPR_SX);
	}
}

static uint64_t evaluate(const struct su_source *source, struct frame *old)
{
	uint64_t number = 0;

	switch (source->kind) {
	case SU_SOURCE_CONST:
		return (uint64_t)source->imm;
	case SU_SOURCE_ADDR:
		return addr_of((uint64_t)source->imm);
	case SU_SOURCE_SLOT:
		memcpy(&number, &code[source->imm], 8);
		return number;
	case SU_SOURCE_FRAME:
		return (uint64_t)(uintptr_t)cfa() + (uint64_t)source->imm;
	case SU_SOURCE_CANARY:
		return canary();
	case SU_SOURCE_REG:
		return extend(test_in.gpr[source->reg], source->size, source->sign_extend);
	case SU_SOURCE_MEMORY:
		memcpy(&number, at(old, source->imm), source->size < 8 ? source->size : 8);
		return extend(number, source->size, source->sign_extend);
	case SU_SOURCE_OP:
		break;
	}
	return compute(source, old);
}

static void model(const struct su_recipe *recipe, struct frame *old, struct frame *new,
		  struct machine *ret)
{
	*ret = test_in;
	*new = *old;
	memset(new->known, false, sizeof(new->known));
	memset(&new->known[RED_ZONE + BELOW + recipe->from_sp], true,
	       (size_t)(ABOVE - recipe->from_sp));
	ret->gpr[SU_RSP] = (uint64_t)(uintptr_t)(cfa() + recipe->to_sp);
	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (!move->source) {
			set(new, move->off, at(old, move->from_off), move->size);
		} else if (!move->to_memory) {
			ret->gpr[move->reg] = evaluate(move->source, old);
		} else if (move->size == 16) {
			set(new, move->off, at(old, move->source->imm), 16);
		} else {
			uint64_t number = evaluate(move->source, old);

			set(new, move->off, &number, move->size);
		}
	}
}

/* ---- rounds ---- */

static void check_registers(const struct machine *expected, uint64_t seed)
{
	for (uint8_t reg = 0; reg < 16; reg++)
		ck_assert_msg(expected->gpr[reg] == test_out.gpr[reg],
			      "seed %lu: %s is 0x%lx, not 0x%lx", (unsigned long)seed,
			      su_reg_name(reg), (unsigned long)test_out.gpr[reg],
			      (unsigned long)expected->gpr[reg]);
	ck_assert_mem_eq(expected->vector, test_out.vector, sizeof(test_out.vector));
	ck_assert_msg(!(test_out.flags & 0x400), "seed %lu: the direction flag is set",
		      (unsigned long)seed);
}

static void check_memory(struct frame *expected, int64_t to_sp, uint64_t seed)
{
	for (int64_t off = to_sp; off < ABOVE; off++)
		ck_assert_msg(!expected->known[RED_ZONE + BELOW + off] ||
				      cfa()[off] == *at(expected, off),
			      "seed %lu: CFA%+ld is %02x, not %02x", (unsigned long)seed, (long)off,
			      cfa()[off], *at(expected, off));
}

static void try_seed(uint64_t seed)
{
	struct su_arena *arena = su_arena_create();
	struct su_recipe recipe = { 0 };
	struct machine expected;
	struct frame old, new;

	state = seed;
	recipe.from_sp = any_stack_pointer();
	recipe.to_sp = any_stack_pointer();
	add_registers(arena, &recipe);
	add_memory(arena, &recipe);
	shuffle(&recipe);
	fill(&test_in, sizeof(test_in));
	fill(&old, sizeof(old));
	memcpy(cfa() - BELOW - RED_ZONE, old.bytes, sizeof(old.bytes));
	ck_assert(su_stub_can_move(&recipe));
	run_stub(&recipe);
	model(&recipe, &old, &new, &expected);
	check_registers(&expected, seed);
	check_memory(&new, recipe.to_sp, seed);
	su_vec_deinit(&recipe.moves);
	su_arena_destroy(arena);
}

START_TEST(stubs_do_what_recipes_say)
{
	set_up();
	for (uint64_t i = 0; i < ROUNDS; i++)
		try_seed((uint64_t)_i * ROUNDS + i);
	ck_assert_uint_gt(traps, ROUNDS * 10);
}
END_TEST

/* ---- objects ---- */

static bool can_move(const int64_t *shifts, size_t count)
{
	struct su_recipe recipe = { 0 };

	for (size_t i = 0; i < count; i++) {
		int64_t from = -256 + 64 * (int64_t)i;

		su_vec_push(&recipe.moves, (struct su_move){ .to_memory = true,
							     .off = from + shifts[i],
							     .from_off = from,
							     .size = 16 });
	}
	bool can = su_stub_can_move(&recipe);
	su_vec_deinit(&recipe.moves);
	return can;
}

START_TEST(objects_move_in_one_direction)
{
	ck_assert(can_move((const int64_t[]){ 8, 0, 24 }, 3));
	ck_assert(can_move((const int64_t[]){ -8, 0, -24 }, 3));
	ck_assert(can_move((const int64_t[]){ 0 }, 1));
	ck_assert(!can_move((const int64_t[]){ 8, -8 }, 2));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("stub");
	TCase *tests = tcase_create("stub");

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, stubs_do_what_recipes_say, 0, 5);
	tcase_add_test(tests, objects_move_in_one_direction);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
