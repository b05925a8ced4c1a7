/* The table of reasons, and how a reason is found by its text: see reason.h. */
#include "base/reason.h"

#include <stdbool.h>
#include <string.h>

static const struct su_reason reasons[] = {
#define HEADING(text)
#define REASON(name, id, code, message, advice) { id, SU_E_##code, message, advice },
#include "base/reasons.def"
#undef REASON
#undef HEADING
};

#define COUNT (sizeof(reasons) / sizeof(*reasons))

const struct su_reason *su_reason_of_message(const char *message)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(reasons[i].message, message) == 0)
			return &reasons[i];
	}
	return NULL;
}

const struct su_reason *su_reason_of_id(const char *id)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(reasons[i].id, id) == 0)
			return &reasons[i];
	}
	return NULL;
}

/* Behind the conversion specification at `at`. */
static const char *skip_conversion(const char *at)
{
	return at + strcspn(at, "diouxXcsp") + 1;
}

/* Whether a conversion in `message` may have made each part of `text` that the rest does not. */
static bool is_made_of(const char *message, const char *text)
{
	const char *behind = NULL, *from = NULL; /* the last conversion, and where it may end */

	while (*text) {
		if (*message == '%') {
			behind = message = skip_conversion(message);
			from = text;
		} else if (*message == *text) {
			message++;
			text++;
		} else if (behind) {
			message = behind;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*message == '%')
		message = skip_conversion(message);
	return !*message;
}

/* How many characters of the message stand in each text that it makes. */
static size_t literal_length(const char *message)
{
	size_t length = 0;

	while (*message) {
		if (*message == '%') {
			message = skip_conversion(message);
		} else {
			message++;
			length++;
		}
	}
	return length;
}

const struct su_reason *su_reason_of_text(const char *text)
{
	const struct su_reason *best = NULL;
	size_t length = 0;

	for (size_t i = 0; i < COUNT; i++) {
		if (literal_length(reasons[i].message) <= length ||
		    !is_made_of(reasons[i].message, text))
			continue;
		best = &reasons[i];
		length = literal_length(best->message);
	}
	return best;
}
