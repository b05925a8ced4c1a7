/* A report on its way from the worker: see relay.h. Pointers in what is sent mean nothing. */
#include "update/relay.h"

/* ---- putting ---- */

static void put_thread(struct su_answer *answer, const struct strongupdate_thread *thread)
{
	su_answer_put(answer, thread, sizeof(*thread));
	su_answer_put_text(answer, thread->name);
	su_answer_put_text(answer, thread->function);
	su_answer_put_text(answer, thread->where);
	su_answer_put_text(answer, thread->reason);
}

static void put_process(struct su_answer *answer, const struct strongupdate_process *process)
{
	su_answer_put(answer, process, sizeof(*process));
	su_answer_put_text(answer, process->command);
	su_answer_put_text(answer, process->left);
	su_answer_put_error(answer, (const struct su_err *)process->error);
	for (size_t i = 0; i < process->threads_listed; i++)
		put_thread(answer, &process->threads[i]);
}

void su_relay_put(struct su_answer *answer, const struct su_report *report, size_t first,
		  const struct su_err *err)
{
	su_answer_put(answer, &report->public, sizeof(report->public));
	su_answer_put_error(answer, err);
	for (size_t i = first; i < report->processes.len; i++)
		put_process(answer, &report->processes.at[i]);
}

/* ---- taking ---- */

static bool take_thread(struct su_cursor *cursor, struct su_arena *arena,
			struct strongupdate_thread *ret)
{
	return su_cursor_read(cursor, ret, sizeof(*ret)) &&
	       su_answer_take_text(cursor, arena, &ret->name) &&
	       su_answer_take_text(cursor, arena, &ret->function) &&
	       su_answer_take_text(cursor, arena, &ret->where) &&
	       su_answer_take_text(cursor, arena, &ret->reason);
}

static bool take_threads(struct su_cursor *cursor, struct su_arena *arena,
			 struct strongupdate_process *process)
{
	size_t count = process->threads_listed;
	bool listed = process->threads;

	process->threads = NULL;
	if (!listed || count > su_cursor_left(cursor))
		return !count;
	struct strongupdate_thread *threads = su_arena_alloc(arena, (count + 1) * sizeof(*threads));
	for (size_t i = 0; i < count; i++)
		if (!take_thread(cursor, arena, &threads[i]))
			return false;
	process->threads = threads;
	return true;
}

static bool take_process(struct su_cursor *cursor, struct su_report *report)
{
	struct strongupdate_process process;
	struct su_err *err = NULL;

	if (!su_cursor_read(cursor, &process, sizeof(process)) ||
	    !su_answer_take_text(cursor, report->arena, &process.command) ||
	    !su_answer_take_text(cursor, report->arena, &process.left) ||
	    !su_answer_take_error(cursor, &err))
		return false;
	process.error = (const struct strongupdate_error *)err;
	if (take_threads(cursor, report->arena, &process)) {
		su_report_add(report, &process);
		return true;
	}
	su_report_drop(&process);
	return false;
}

static void take_figures(struct su_report *report, const struct strongupdate_report *figures)
{
	report->public = *figures;
	report->public.processes = report->processes.at;
	report->public.process_count = report->processes.len;
}

struct su_err *su_relay_take(const struct su_answer *answer, struct su_report *report)
{
	struct su_cursor cursor = su_cursor_init(answer->bytes.at, answer->bytes.len);
	struct strongupdate_report figures;
	struct su_err *err = NULL;
	bool whole = su_cursor_read(&cursor, &figures, sizeof(figures)) &&
		     su_answer_take_error(&cursor, &err);

	if (whole)
		take_figures(report, &figures);
	while (whole && su_cursor_left(&cursor))
		whole = take_process(&cursor, report);
	if (whole)
		return err;
	su_err_destroy(err);
	return su_err_new(SU_E_INTERNAL, "the report on the update is damaged");
}
