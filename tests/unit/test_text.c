/* What a terminal is shown of text that others have chosen (ECMA-48, RFC 3629). */
#include <stdlib.h>

#include "base/text.h"
#include "suite.h"

static const struct {
	const char *text, *visible;
} texts[] = {
	{ "", "" },
	{ "worker:0 (a\\b)", "worker:0 (a\\b)" },
	{ "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "h\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "\033[2Jgone", "\\x1b[2Jgone" },
	{ "a\nprocess 1 applied", "a\\x0aprocess 1 applied" },
	{ "tab\there\r", "tab\\x09here\\x0d" },
	{ "\x7f", "\\x7f" },
	{ "a\\\n", "a\\\\\\x0a" }, /* no text looks like another one */
	{ "\xc2\x9b"
	  "2J",
	  "\\xc2\\x9b2J" }, /* CSI of C1 */
	{ "\x9b"
	  "2J",
	  "\\x9b2J" }, /* the same in 8 bits */
	{ "\xff\xfe", "\\xff\\xfe" },
	{ "\xc3", "\\xc3" },	      /* cut off */
	{ "\xc0\xaf", "\\xc0\\xaf" }, /* overlong */
	{ "\xe2\x80\xae"
	  "cod",
	  "\\xe2\\x80\\xaecod" }, /* right to left */
};

START_TEST(controls_are_shown)
{
	char *visible = su_text_visible(texts[_i].text);

	ck_assert_str_eq(visible, texts[_i].visible);
	free(visible);
}
END_TEST

static Suite *text_suite(void)
{
	Suite *suite = suite_create("text");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, controls_are_shown, 0, (int)(sizeof(texts) / sizeof(*texts)));
	suite_add_tcase(suite, all);
	return suite;
}

int main(void)
{
	return run_suite(text_suite());
}
