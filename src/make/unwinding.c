/*
 * New code that an unwinder in the process would have to go through.
 *
 * When a thread is cancelled or ends by pthread_exit(), or an exception passes, the unwinder of
 * libgcc runs the cleanups of all functions on the stack that have some (-fexceptions).  It finds
 * their tables by the loader's list of objects (glibc's _dl_find_object or dl_iterate_phdr), of which
 * a patch's mapping is none: at a frame of new code it takes the stack to end.  Cleanups further
 * out would be skipped, and a function's own as well.  Without any cleanup on the stack that makes
 * no difference: the thread ends all the same, and what pthread_cleanup_push() registers without
 * -fexceptions does not need the unwinder.
 *
 * So new code is refused that has cleanups, or that may be called, in either version, by a function
 * which has: directly, or through a pointer.  So is a function that asks for a backtrace itself.
 *
 * Source: libgcc/unwind-dw2-fde-dip.c, unwind-dw2.c; glibc nptl/unwind.c, elf/dl-find_object.c.
 */
#include <stdlib.h>
#include <string.h>

#include "make/maker.h"

#include "base/reason.h"

/* The routines of one version that may be on a stack within one with cleanups. */
struct reach {
	const struct su_program *program;
	struct su_map *from; /* routine -> the one with cleanups */
	SU_VEC(const struct su_routine *) todo;
	const struct su_routine *any; /* some routine with cleanups */
};

static void reach_routine(struct reach *reach, const struct su_routine *routine,
			  const struct su_routine *from)
{
	if (su_map_get_u64(reach->from, su_key(routine)))
		return;
	su_map_put_u64(reach->from, su_key(routine), (void *)(uintptr_t)from);
	su_vec_push(&reach->todo, routine);
}

static void note_cleanups(void *ctx, uint64_t start)
{
	struct reach *reached = ctx;
	const struct su_routine *routine = su_program_routine_at(reached->program, start);

	if (!routine || routine->startup)
		return;
	reached->any = routine;
	reach_routine(reached, routine, routine);
}

static bool is_branch(const struct su_insn *insn)
{
	return insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP ||
	       insn->flow == SU_FLOW_COND;
}

static void follow_calls(struct reach *reached, const struct su_routine *caller)
{
	const struct su_routine *from = su_map_get_u64(reached->from, su_key(caller));

	for (size_t i = 0; i < caller->code->insn_count; i++) {
		const struct su_insn *insn = &caller->code->insns[i];
		const struct su_routine *callee =
			is_branch(insn) ? su_program_routine_at(reached->program, insn->target)
					: NULL;

		if (callee)
			reach_routine(reached, callee, from);
	}
}

static void reach_entry(struct reach *reached, uint64_t vaddr)
{
	const struct su_routine *routine = su_program_routine_at(reached->program, vaddr);

	if (routine && routine->vaddr == vaddr && strcmp(routine->name, "main") != 0)
		reach_routine(reached, routine, reached->any);
}

static void reach_taken_by_code(struct reach *reached, const struct su_routine *routine)
{
	for (size_t i = 0; i < routine->code->insn_count; i++) {
		const struct su_insn *insn = &routine->code->insns[i];

		for (int f = 0; f < 2 && !is_branch(insn); f++)
			if (insn->fields[f].size)
				reach_entry(reached, insn->fields[f].target);
	}
}

/* Functions that others can call by their address or name. */
static void reach_taken(struct reach *reached)
{
	const struct su_program *program = reached->program;
	const struct su_image *image = program->image;
	bool is_dynamic = false;

	for (size_t i = 0; i < image->reloc_count; i++)
		is_dynamic |= image->relocs[i].symbol != NULL;
	if (!reached->any || !is_dynamic)
		return; /* a static program's cleanups are those of its C library, about its locks */
	for (size_t i = 0; i < program->routines.len; i++)
		reach_taken_by_code(reached, &program->routines.at[i]);
	for (size_t i = 0; i < image->symbol_count; i++)
		if (image->symbols[i].dynamic)
			reach_entry(reached, image->symbols[i].vaddr);
	for (size_t i = 0; i < image->reloc_count; i++)
		if (!image->relocs[i].symbol)
			reach_entry(reached, (uint64_t)image->relocs[i].addend);
}

static void reach_all(struct reach *reached, const struct su_program *program)
{
	*reached = (struct reach){ .program = program, .from = su_map_create() };
	su_debug_visit_landing(program->debug, note_cleanups, reached);
	reach_taken(reached);
	while (reached->todo.len)
		follow_calls(reached, reached->todo.at[--reached->todo.len]);
}

static void reach_deinit(struct reach *reached)
{
	su_map_destroy(reached->from);
	su_vec_deinit(&reached->todo);
}

static struct su_err *check_reach(const struct reach *reached, const struct su_routine *routine)
{
	const struct su_routine *from =
		routine ? su_map_get_u64(reached->from, su_key(routine)) : NULL;

	if (!from)
		return NULL;
	return su_refuse(SU_WHY_CLEANUPS, routine->name, routine->unit,
			 from == routine ? "it" : "'", from == routine ? "" : from->name,
			 from == routine ? "" : "', which may be on the stack when it runs,");
}

static bool is_trace(const char *name)
{
	static const char *const names[] = { "backtrace", "_Unwind_Backtrace" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static struct su_err *check_traces(const struct su_maker *maker, const struct su_routine *routine)
{
	const struct su_program *program = maker->new_program;

	for (size_t i = 0; i < routine->code->insn_count; i++) {
		const struct su_insn *insn = &routine->code->insns[i];

		for (int f = 0; f < 2; f++) {
			if (!insn->fields[f].size)
				continue;
			struct su_meaning means =
				su_program_meaning(program, insn->fields[f].target);
			if (means.kind == SU_MEANS_IMPORT && is_trace(means.import.symbol->name))
				return su_refuse(SU_WHY_BACKTRACE, routine->name, routine->unit,
						 means.import.symbol->name);
		}
	}
	return NULL;
}

struct su_err *su_maker_check_unwinding(const struct su_maker *maker)
{
	struct reach old_reach, new_reach;
	struct su_err *err = NULL;

	reach_all(&old_reach, maker->old_program);
	reach_all(&new_reach, maker->new_program);
	for (size_t i = 0; i < maker->bodies.len && !err; i++) {
		const struct su_routine *routine = maker->bodies.at[i].routine;

		err = check_reach(&new_reach, routine);
		if (!err)
			err = check_reach(&old_reach, routine->peer);
		if (!err)
			err = check_traces(maker, routine);
	}
	reach_deinit(&old_reach);
	reach_deinit(&new_reach);
	return err;
}
