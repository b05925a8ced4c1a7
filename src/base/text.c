/* Text that comes from processes, files and patches: see text.h. */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

size_t su_utf8_read(const char *text, uint32_t *ret)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)text;
	size_t length = *p < 0x80 ? 1 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;

	if (length > 1 && (*p < 0xc2 || *p > 0xf4))
		return 0;
	uint32_t code = length == 1 ? *p : *p & (0xffu >> (length + 1));
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (length > 1 &&
	    (code < smallest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)))
		return 0;
	*ret = code;
	return length;
}

static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
	       code == 0x200e || code == 0x200f || code == 0x061c ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* How many bytes from `text` on can be shown as they are, or 0. */
static size_t plain_length(const char *text)
{
	uint32_t code;
	size_t length = su_utf8_read(text, &code);

	return length && !is_control(code) ? length : 0;
}

static bool is_plain(const char *text)
{
	size_t length = 1;

	while (*text && (length = plain_length(text)))
		text += length;
	return length != 0;
}

char *su_text_visible(const char *text)
{
	char *visible, *to;

	if (is_plain(text))
		return su_strdup(text);
	to = visible = su_alloc(4 * strlen(text) + 1);
	while (*text) {
		size_t length = plain_length(text);

		if (!length) {
			to += sprintf(to, "\\x%02x", (unsigned char)*text++);
			continue;
		}
		if (*text == '\\')
			*to++ = '\\';
		memcpy(to, text, length);
		to += length;
		text += length;
	}
	return visible;
}

void su_text_hex(const uint8_t *bytes, size_t size, char *ret)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		ret[2 * i] = digits[bytes[i] >> 4];
		ret[2 * i + 1] = digits[bytes[i] & 15];
	}
	ret[2 * size] = 0;
}
