/* Work that is done by a child of ours: src/process/worker.h. */
#include <signal.h>
#include <string.h>

#include "process/worker.h"
#include "suite.h"

static void work_and_answer(void *ctx, struct su_answer *answer)
{
	(void)ctx;
	su_worker_touch(1);
	su_worker_tell(NULL, "half");
	su_answer_put_text(answer, "all");
}

static void work_and_die(void *ctx, struct su_answer *answer)
{
	work_and_answer(ctx, answer);
	su_worker_touch(2);
	su_worker_writes();
	raise(SIGKILL);
}

static struct su_err *note_death(void *ctx, const struct su_traces *traces, struct su_err *why)
{
	bool *noted = ctx;

	*noted = traces->touched.list.len == 2 && traces->touched.list.at[1] == 2 &&
		 traces->writes && !traces->commits;
	return why;
}

static void note_progress(void *ctx, const char *what)
{
	unsigned *told = ctx;

	*told += !strcmp(what, "half");
}

START_TEST(a_worker_answers_or_leaves_traces)
{
	bool noted = false;
	unsigned told = 0;
	struct su_work work = { .how = work_and_answer,
				.died = note_death,
				.ctx = &noted,
				.deadline = su_clock_us() + 20e6,
				.progress = note_progress,
				.progress_ctx = &told };
	struct su_answer answer = { { 0 } };

	ck_assert_ptr_null(su_worker_run(&work, &answer));
	ck_assert_uint_eq(answer.bytes.len, sizeof(uint32_t) + sizeof("all"));
	ck_assert(!noted);
	su_answer_deinit(&answer);
	work.how = work_and_die;
	struct su_err *err = su_worker_run(&work, &answer);
	ck_assert_ptr_nonnull(err);
	ck_assert_int_eq(su_err_code(err), SU_E_INTERNAL);
	su_err_destroy(err);
	ck_assert(noted);
	ck_assert_uint_eq(told, 2);
	su_worker_touch(1); /* here is no worker: nothing is noted */
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("worker");
	TCase *tcase = tcase_create("worker");

	tcase_set_timeout(tcase, 60);
	tcase_add_test(tcase, a_worker_answers_or_leaves_traces);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
