/* Which structure types may have another layout: see convertible.h. */
#include "diff/convertible.h"

#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"

/* By their names, which both versions have or lack together. */
struct su_convertible {
	struct su_type_uses *in_a, *in_b;
	struct su_map *stated; /* names: the user says that there are none on the heap */
	struct su_map *barred; /* names */
	struct su_map *differ; /* names */
	struct su_map *rest;   /* names of those that may differ because they are stated */
	/* Names of those that differ and may, and that functions may lead to. */
	struct su_map *touched;
	bool touches_any;
};

/* ---- what may be on the heap ---- */

static bool is_argument(const struct su_operand *operand)
{
	return operand->kind == SU_OP_REG &&
	       (operand->reg == su_abi_arguments[0] || operand->reg == su_abi_arguments[1]);
}

/* Whether it sets an argument, the first or second, to that number or to a multiple of it. */
static bool asks_in(const struct su_insn *insn, uint64_t size)
{
	uint8_t last = insn->opcode == SU_OPC_MOV ? 1 : insn->opcode == SU_OPC_IMUL ? 2 : 0;

	return last && insn->operand_count > last && is_argument(&insn->operands[0]) &&
	       insn->operands[last].kind == SU_OP_IMM && (uint64_t)insn->operands[last].imm == size;
}

/* Whether a call may be passed that number of bytes: allocators take it as their first or second
 * argument. A cast of what they return needs no variable that points to the type. */
static bool asks_for(const struct su_program *program, uint64_t size)
{
	for (size_t r = 0; r < program->routines.len; r++) {
		const struct su_function *code = program->routines.at[r].code;

		for (size_t i = 0; i < code->insn_count; i++)
			if (asks_in(&code->insns[i], size))
				return true;
	}
	return false;
}

static bool gives_memory(const char *name)
{
	static const char *const others[] = { "mmap", "mmap64", "sbrk", "brk", "shmat" };
	bool gives = strstr(name, "alloc");

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		gives |= strcmp(name, others[i]) == 0;
	return gives;
}

/* Whether the program may have memory of a size that it computes, in which there may be anything: what is
 * known by pointers without a type is not found by types. */
static bool gets_memory(const struct su_program *program)
{
	const struct su_image *image = program->image;
	bool gets = false;

	for (size_t i = 0; i < image->symbol_count && !gets; i++)
		gets = gives_memory(image->symbols[i].name);
	for (size_t i = 0; i < image->reloc_count && !gets; i++)
		gets = image->relocs[i].symbol && gives_memory(image->relocs[i].symbol->name);
	return gets;
}

/* ---- types ---- */

static bool may_differ(const struct su_convertible *types, const char *name, bool stated)
{
	unsigned in_a = su_debug_uses_of(types->in_a, name);
	unsigned in_b = su_debug_uses_of(types->in_b, name);
	unsigned bad = SU_TYPE_ELSEWHERE | (stated ? 0 : SU_TYPE_HELD);

	return in_a && in_b && !((in_a | in_b) & bad);
}

bool su_is_convertible(const struct su_convertible *types, const char *name)
{
	return !su_map_get_str(types->barred, name) &&
	       may_differ(types, name, su_map_get_str(types->stated, name));
}

bool su_convertible_differs(const struct su_convertible *types, const char *name)
{
	return su_map_get_str(types->differ, name);
}

bool su_convertible_rests_on(const struct su_convertible *types, const char *name)
{
	return su_map_get_str(types->rest, name);
}

/* Nobody but variables has such records: each is known by its own type. */
static bool only_in_statics(const struct su_convertible *types, const char *name)
{
	return (su_debug_uses_of(types->in_a, name) | su_debug_uses_of(types->in_b, name)) ==
	       SU_TYPE_IN_STATICS;
}

static void bar(struct su_convertible *types, const char *name)
{
	su_map_put_str(types->barred, name, types);
}

/* Layouts that cannot be told; two of one name, where it matters which is meant. */
static void bar_unclear(struct su_convertible *types, const struct su_program *program)
{
	size_t count;
	const struct su_type *list = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++) {
		const struct su_type *before = i ? &list[i - 1] : NULL;

		if (!list[i].hash ||
		    (before && strcmp(before->name, list[i].name) == 0 &&
		     before->hash != list[i].hash && !only_in_statics(types, list[i].name)))
			bar(types, list[i].name);
	}
}

static const struct su_type *type_named(const struct su_program *program, const char *name)
{
	size_t count;
	const struct su_type *list = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

/* From any that the other version has under that name. */
static bool differs(const struct su_type *type, const struct su_program *other)
{
	size_t count;
	const struct su_type *list = su_debug_types(other->debug, &count);
	bool found = false;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(list[i].name, type->name) != 0)
			continue;
		if (list[i].hash != type->hash)
			return true;
		found = true;
	}
	return !found;
}

/* Whether the process may have an object of the type on the heap, in either version. */
static bool is_allocated(const struct su_convertible *types, const struct su_type *old,
			 const struct su_program *a, const struct su_program *b)
{
	const struct su_type *new = type_named(b, old->name);

	if (asks_for(a, old->size))
		return true;
	return !only_in_statics(types, old->name) &&
	       (gets_memory(a) || gets_memory(b) || (new &&asks_for(b, new->size)));
}

/* One that differs. */
static void look_at_type(struct su_convertible *types, const struct su_type *old,
			 const struct su_program *a, const struct su_program *b)
{
	bool stated = su_map_get_str(types->stated, old->name);
	bool allocated = su_is_convertible(types, old->name) && is_allocated(types, old, a, b);

	if (stated && (allocated || !may_differ(types, old->name, false)))
		su_map_put_str(types->rest, old->name, types);
	if (allocated && !stated)
		bar(types, old->name);
	if (!su_is_convertible(types, old->name) || only_in_statics(types, old->name))
		return;
	su_map_put_str(types->touched, old->name, types);
	types->touches_any = true;
}

static void look_at_types(struct su_convertible *types, const struct su_program *a,
			  const struct su_program *b)
{
	size_t count;
	const struct su_type *list = su_debug_types(a->debug, &count);

	for (size_t i = 0; i < count; i++) {
		if (su_map_get_str(types->differ, list[i].name) || !differs(&list[i], b))
			continue;
		su_map_put_str(types->differ, list[i].name, types);
		look_at_type(types, &list[i], a, b);
	}
}

/* What is touched behind a call that says nothing of it cannot be found. */
static void bar_what_calls_give(struct su_convertible *types, const struct su_program *program)
{
	struct su_type_reach *reach = su_debug_type_reach(program->debug, types->touched);
	size_t count;
	const struct su_type *list = su_debug_types(program->debug, &count);
	bool given = su_debug_calls_reach(reach);

	su_debug_type_reach_free(reach);
	for (size_t i = 0; i < count && given; i++)
		if (su_map_get_str(types->touched, list[i].name))
			bar(types, list[i].name);
}

/* Those names of the list that the program has, as it has them. */
static struct su_map *names_in(const struct su_map *list, const struct su_program *program)
{
	struct su_map *names = su_map_create();
	size_t count;
	const struct su_type *types = su_debug_types(program->debug, &count);

	for (size_t i = 0; i < count; i++)
		if (su_map_get_str(list, types[i].name))
			su_map_put_str(names, types[i].name, names);
	return names;
}

struct su_convertible *su_convertible_find(const struct su_program *a, const struct su_program *b,
					   const struct su_map *stated)
{
	struct su_convertible *types = su_alloc(sizeof(*types));

	types->in_a = su_debug_type_uses(a->debug);
	types->in_b = su_debug_type_uses(b->debug);
	types->stated = names_in(stated, a);
	types->barred = su_map_create();
	types->differ = su_map_create();
	types->rest = su_map_create();
	types->touched = su_map_create();
	bar_unclear(types, a);
	bar_unclear(types, b);
	look_at_types(types, a, b);
	if (types->touches_any) {
		bar_what_calls_give(types, a);
		bar_what_calls_give(types, b);
	}
	return types;
}

void su_convertible_destroy(struct su_convertible *types)
{
	if (!types)
		return;
	su_debug_type_uses_free(types->in_a);
	su_debug_type_uses_free(types->in_b);
	su_map_destroy(types->stated);
	su_map_destroy(types->barred);
	su_map_destroy(types->differ);
	su_map_destroy(types->rest);
	su_map_destroy(types->touched);
	free(types);
}

/* ---- functions ---- */

/* Whether it refers to a variable from which such an object can be reached, or to a function whose
 * result leads to one. */
static bool refers_to_any(const struct su_type_reach *reach, const struct su_program *program,
			  const struct su_routine *routine)
{
	for (size_t i = 0; i < 2 * routine->code->insn_count; i++) {
		const struct su_field *field = &routine->code->insns[i / 2].fields[i % 2];
		struct su_meaning meaning;

		if (!field->size)
			continue;
		meaning = su_program_meaning(program, field->target);
		if ((meaning.kind == SU_MEANS_DATUM &&
		     su_debug_static_reaches(reach, meaning.datum->vaddr)) ||
		    (meaning.kind == SU_MEANS_ROUTINE &&
		     su_debug_result_reaches(reach, meaning.routine->vaddr)))
			return true;
	}
	return false;
}

static void mark_touching(struct su_program *program, const struct su_map *names)
{
	struct su_type_reach *reach = su_debug_type_reach(program->debug, names);

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];

		routine->touches =
			!routine->startup && (su_debug_function_reaches(reach, routine->vaddr) ||
					      refers_to_any(reach, program, routine));
	}
	su_debug_type_reach_free(reach);
}

static void mark_both(struct su_routine *old)
{
	old->touches |= old->peer->touches;
	old->peer->touches = old->touches;
}

void su_convertible_mark(const struct su_convertible *types, struct su_program *a,
			 struct su_program *b)
{
	if (!types->touches_any)
		return;
	mark_touching(a, types->touched);
	mark_touching(b, types->touched);
	for (size_t i = 0; i < a->routines.len; i++)
		if (a->routines.at[i].peer)
			mark_both(&a->routines.at[i]);
}
