/*
 * Memory.
 *
 * Allocation does not fail to its callers: running out of memory prints a line and aborts.  Whoever
 * updates processes is a child of ours (process/worker.h), and when it dies what it had begun is put
 * right.  A commit that succeeds allocates nothing; an error does, for its text, and there is a reserve
 * for that, so that it leads to the undo.
 *
 * An arena owns everything that belongs to one image, one analysis or one patch, and frees it at
 * once.
 */
#ifndef SU_BASE_ALLOC_H
#define SU_BASE_ALLOC_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/basics.h"

void *su_alloc(size_t size);		  /* zeroed; free() it */
void *su_realloc(void *old, size_t size); /* contents beyond the old size are undefined */
char *su_strdup(const char *text);	  /* free() it */
char *su_format(const char *fmt, ...) SU_PRINTF(1, 2); /* free() it */
char *su_vformat(const char *fmt, va_list args);       /* free() it */

/* Keeps memory aside, enough for some errors, that is spent before allocation fails. */
void su_alloc_keep_reserve(void);

struct su_arena;

struct su_arena *su_arena_create(void);
void su_arena_destroy(struct su_arena *arena);		   /* takes NULL */
void *su_arena_alloc(struct su_arena *arena, size_t size); /* zeroed, aligned to 16 bytes */
void *su_arena_copy(struct su_arena *arena, const void *bytes, size_t size);
char *su_arena_strdup(struct su_arena *arena, const char *text);
char *su_arena_format(struct su_arena *arena, const char *fmt, ...) SU_PRINTF(2, 3);

/* For scope cleanup: `SU_FREE char *text = su_format(...)`. */
void su_free_cleanup(void *pointer_to_pointer);
#define SU_FREE __attribute__((cleanup(su_free_cleanup)))

#endif
