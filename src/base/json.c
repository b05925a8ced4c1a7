/* Writing JSON: see json.h. Source: RFC 8259; UTF-8 as RFC 3629 has it. */
#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

static void json_put(struct su_json *json, const char *text)
{
	for (; *text; text++)
		su_vec_push(&json->text, *text);
}

static void put_escaped(struct su_json *json, unsigned char c)
{
	char buffer[8];

	if (c == '"' || c == '\\')
		snprintf(buffer, sizeof(buffer), "\\%c", c);
	else if (c < 0x20 || c == 0x7f)
		snprintf(buffer, sizeof(buffer), "\\u%04x", c);
	else
		snprintf(buffer, sizeof(buffer), "%c", c);
	json_put(json, buffer);
}

static void put_quoted(struct su_json *json, const char *text)
{
	const char *p = text;
	uint32_t code;

	json_put(json, "\"");
	while (*p) {
		size_t length = su_utf8_read(p, &code);

		if (length == 0)
			json_put(json, "\\ufffd");
		else if (length == 1)
			put_escaped(json, (unsigned char)*p);
		else
			for (size_t i = 0; i < length; i++)
				su_vec_push(&json->text, p[i]);
		p += length ? length : 1;
	}
	json_put(json, "\"");
}

/* The comma and the key that go before a value. */
static void begin_value(struct su_json *json, const char *key)
{
	if (!json->depth) {
		su_assert(!key && !json->text.len);
		return;
	}
	unsigned level = json->depth - 1;
	su_assert((json->closers[level] == '}') == (key != NULL));
	if (json->filled[level])
		json_put(json, ", ");
	json->filled[level] = true;
	if (key) {
		put_quoted(json, key);
		json_put(json, ": ");
	}
}

static void open_value(struct su_json *json, const char *key, const char *opener, char closer)
{
	begin_value(json, key);
	su_assert(json->depth < SU_JSON_MAX_DEPTH);
	json_put(json, opener);
	json->closers[json->depth] = closer;
	json->filled[json->depth] = false;
	json->depth++;
}

void su_json_object(struct su_json *json, const char *key)
{
	open_value(json, key, "{", '}');
}

void su_json_array(struct su_json *json, const char *key)
{
	open_value(json, key, "[", ']');
}

void su_json_end(struct su_json *json)
{
	su_assert(json->depth);
	json->depth--;
	su_vec_push(&json->text, json->closers[json->depth]);
}

void su_json_string(struct su_json *json, const char *key, const char *value)
{
	begin_value(json, key);
	if (value)
		put_quoted(json, value);
	else
		json_put(json, "null");
}

static void put_format(struct su_json *json, const char *key, const char *fmt, ...) SU_PRINTF(3, 4);

static void put_format(struct su_json *json, const char *key, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	begin_value(json, key);
	json_put(json, text);
}

void su_json_int(struct su_json *json, const char *key, int64_t value)
{
	put_format(json, key, "%" PRId64, value);
}

void su_json_uint(struct su_json *json, const char *key, uint64_t value)
{
	put_format(json, key, "%" PRIu64, value);
}

void su_json_hex(struct su_json *json, const char *key, uint64_t value)
{
	put_format(json, key, "\"0x%" PRIx64 "\"", value);
}

void su_json_bool(struct su_json *json, const char *key, bool value)
{
	put_format(json, key, "%s", value ? "true" : "false");
}

void su_json_real(struct su_json *json, const char *key, double value)
{
	if (isfinite(value))
		put_format(json, key, "%.3f", value);
	else
		put_format(json, key, "null");
}

bool su_json_print(const struct su_json *json, FILE *stream)
{
	su_assert(!json->depth);
	fwrite(json->text.at, 1, json->text.len, stream);
	putc('\n', stream);
	return fflush(stream) == 0 && !ferror(stream);
}

void su_json_deinit(struct su_json *json)
{
	su_vec_deinit(&json->text);
}
