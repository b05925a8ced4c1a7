/*
 * Running out of memory: what is kept in reserve is enough for an error, and then it is the end.
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "base/err.h"
#include "suite.h"

/* Takes all memory there is. Check has forked for each test. */
static void use_up_memory(void)
{
	const struct rlimit none = { 0, 0 };

	ck_assert(!setrlimit(RLIMIT_AS, &none));
	for (size_t size = 1 << 20; size >= 16; size /= 2) {
		void *volatile taken;

		while ((taken = malloc(size)))
			;
	}
}

START_TEST(an_error_is_told_from_the_reserve)
{
	char long_text[1000];

	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = 0;
	su_alloc_keep_reserve();
	use_up_memory();
	struct su_err *err = su_err_new(SU_E_IO, "cannot write %s", long_text);
	err = su_err_context(err, "process %d", 17);
	ck_assert_int_eq(su_err_code(err), SU_E_IO);
	ck_assert(strstr(su_err_message(err), "process 17: cannot write xxx"));
	su_err_destroy(err);
}
END_TEST

START_TEST(without_reserve_it_is_the_end)
{
	use_up_memory();
	su_alloc(1 << 20);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("alloc");
	TCase *memory = tcase_create("memory");

	suite_add_tcase(suite, memory);
	tcase_add_test(memory, an_error_is_told_from_the_reserve);
	tcase_add_test_raise_signal(memory, without_reserve_it_is_the_end, SIGABRT);
	return run_suite(suite);
}
