/* The table of reasons: each is found by the text that is made of its message, and by no other. */
#include <string.h>

#include "base/alloc.h"
#include "base/err.h"
#include "base/reason.h"
#include "suite.h"

static const struct su_reason rows[] = {
#define HEADING(text)
#define REASON(name, id, code, message, advice) { id, SU_E_##code, message, advice },
#include "base/reasons.def"
#undef REASON
#undef HEADING
};

#define COUNT ((int)(sizeof(rows) / sizeof(*rows)))

/* The message with `word` for each conversion. */
static void fill(const char *message, const char *word, char text[1000])
{
	*text = 0;
	while (*message) {
		if (*message == '%') {
			strcat(text, word);
			message += strcspn(message, "diouxXcsp") + 1;
		} else {
			strncat(text, message++, 1);
		}
	}
}

START_TEST(is_found_by_its_text)
{
	static const char *const words[] = { "", "17", "a (b): 'c' is 0x1, and d", "%s" };
	char text[1000];

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		fill(rows[_i].message, words[i], text);
		const struct su_reason *found = su_reason_of_text(text);

		ck_assert_ptr_nonnull(found);
		ck_assert_str_eq(found->id, rows[_i].id);
	}
}
END_TEST

START_TEST(other_texts_are_none)
{
	ck_assert_ptr_null(su_reason_of_text(""));
	ck_assert_ptr_null(su_reason_of_text("the flags are alive"));
	ck_assert_ptr_null(su_reason_of_text("the flags are live and well"));
	ck_assert_ptr_null(su_reason_of_text("now the flags are live"));
}
END_TEST

START_TEST(errors_carry_it)
{
	struct su_err *err = su_err_context(
		su_refuse(SU_WHY_LAYOUT_CHANGED, "struct s", "f.c", "it grew"), "build");
	struct su_err *copy = su_err_copy(err);

	ck_assert_str_eq(su_err_reason(err), "layout-changed");
	ck_assert_str_eq(su_err_message(err), "build: the layout of 'struct s' (f.c) changed: "
					      "it grew");
	ck_assert_int_eq(su_err_code(err), SU_E_UNSUPPORTED);
	ck_assert_str_eq(su_err_reason(copy), "layout-changed");
	su_err_destroy(err);
	su_err_destroy(copy);

	err = su_err_new(SU_E_GONE, "process %d has exited", 1);
	ck_assert_str_eq(su_err_reason(err), "gone");
	su_err_destroy(err);
}
END_TEST

static Suite *reason_suite(void)
{
	Suite *suite = suite_create("reason");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, is_found_by_its_text, 0, COUNT);
	tcase_add_test(all, other_texts_are_none);
	tcase_add_test(all, errors_carry_it);
	suite_add_tcase(suite, all);
	return suite;
}

int main(void)
{
	return run_suite(reason_suite());
}
