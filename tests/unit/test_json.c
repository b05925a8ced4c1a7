/* The JSON emitter: escapes, damaged UTF-8, nesting, numbers (RFC 8259, RFC 3629). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "suite.h"

static const struct {
	const char *text, *json;
} strings[] = {
	{ "", "\"\"" },
	{ "plain", "\"plain\"" },
	{ "a\"b\\c/d", "\"a\\\"b\\\\c/d\"" },
	{ "\n\t\x01\x7f", "\"\\u000a\\u0009\\u0001\\u007f\"" },
	{ "h\xc3\xa9", "\"h\xc3\xa9\"" },
	{ "\xe2\x82\xac", "\"\xe2\x82\xac\"" },
	{ "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
	{ "\xff", "\"\\ufffd\"" },
	{ "\x80x", "\"\\ufffdx\"" },
	{ "\xc3", "\"\\ufffd\"" },
	{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
	{ "\xc0\xaf", "\"\\ufffd\\ufffd\"" },			    /* overlong */
	{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" },	    /* a surrogate */
	{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" }, /* above U+10FFFF */
	{ NULL, "null" },
};

static void assert_text(struct su_json *json, const char *wanted)
{
	su_vec_push(&json->text, '\0');
	ck_assert_str_eq(json->text.at, wanted);
	su_json_deinit(json);
}

START_TEST(strings_are_escaped)
{
	struct su_json json = { 0 };

	su_json_string(&json, NULL, strings[_i].text);
	assert_text(&json, strings[_i].json);
}
END_TEST

START_TEST(values_nest)
{
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	su_json_array(&json, "empty");
	su_json_end(&json);
	su_json_array(&json, "list");
	su_json_uint(&json, NULL, UINT64_MAX);
	su_json_object(&json, NULL);
	su_json_bool(&json, "a\"", true);
	su_json_bool(&json, "b", false);
	su_json_end(&json);
	su_json_end(&json);
	su_json_int(&json, "int", INT64_MIN);
	su_json_hex(&json, "hex", 0xdeadbeef);
	su_json_real(&json, "real", 1.5);
	su_json_real(&json, "nan", NAN);
	su_json_end(&json);
	assert_text(&json, "{\"empty\": [], \"list\": [18446744073709551615, "
			   "{\"a\\\"\": true, \"b\": false}], \"int\": -9223372036854775808, "
			   "\"hex\": \"0xdeadbeef\", \"real\": 1.500, \"nan\": null}");
}
END_TEST

static Suite *json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *all = tcase_create("all");

	tcase_add_loop_test(all, strings_are_escaped, 0, (int)(sizeof(strings) / sizeof(*strings)));
	tcase_add_test(all, values_nest);
	suite_add_tcase(suite, all);
	return suite;
}

int main(void)
{
	return run_suite(json_suite());
}
