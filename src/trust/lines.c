/* Files of lines: see lines.h. */
#include "trust/lines.h"

#include <sodium.h>
#include <string.h>

bool su_lines_next(struct su_lines *lines, char **ret_name, char **ret_value)
{
	while (*lines->text) {
		char *line = lines->text, *end = strchrnul(line, '\n');

		lines->text = *end ? end + 1 : end;
		lines->number++;
		*end = 0;
		if (!*line || *line == '#')
			continue;
		char *colon = strstr(line, ": ");
		if (colon)
			*colon = 0;
		*ret_name = line;
		*ret_value = colon ? colon + 2 : end;
		return true;
	}
	return false;
}

struct su_err *su_lines_fault(const struct su_lines *lines, const char *what)
{
	return su_err_new(SU_E_FORMAT, "%s:%u: %s", lines->origin, lines->number, what);
}

bool su_lines_bytes(const char *value, unsigned char *ret, size_t size)
{
	size_t got = 0;

	return !sodium_base642bin(ret, size, value, strlen(value), NULL, &got, NULL,
				  sodium_base64_VARIANT_ORIGINAL) &&
	       got == size;
}

bool su_lines_text(const char *value, char *ret, size_t room)
{
	if (!*value || strlen(value) >= room)
		return false;
	for (const char *at = value; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			return false;
	strcpy(ret, value);
	return true;
}
