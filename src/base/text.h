/*
 * Text that comes from processes, files and patches.
 *
 * Source: RFC 3629 (UTF-8); ECMA-48 (control characters, C1 among them); Unicode 15, 3.11 (characters
 * that change the direction of what follows).
 */
#ifndef SU_BASE_TEXT_H
#define SU_BASE_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The length of the UTF-8 sequence at `text`, and the character; 0 when there is none. */
size_t su_utf8_read(const char *text, uint32_t *ret);

/* The text as a terminal may show it: what is no UTF-8, or would control the terminal, as \xNN for
 * each byte, and a backslash as two when anything is. free() it. */
char *su_text_visible(const char *text);

/* `size` bytes as hex digits into `ret`, which has room for 2 * size + 1. */
void su_text_hex(const uint8_t *bytes, size_t size, char *ret);

#endif
