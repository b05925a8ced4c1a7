/*
 * How every unit test program runs: all tests of its suite, results in TAP on standard output.
 */
#ifndef SU_TESTS_SUITE_H
#define SU_TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

/* Takes the suite; returns the exit status of the program. */
static inline int run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);

	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
