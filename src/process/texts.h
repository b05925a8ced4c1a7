/*
 * What is looked for in the code of processes: the sequences that ask the kernel.
 *
 * Processes of one update run the same code, so what a file holds is looked for once (pages.h), in the
 * file: what one process says is never another's.  The pages that a process has for itself are looked
 * through in that process.  Where the kernel does not say what the file is, or whose a page is, all
 * is looked through.
 */
#ifndef SU_PROCESS_TEXTS_H
#define SU_PROCESS_TEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "process/memory.h"
#include "process/proc.h"

enum su_text_what {
	SU_TEXT_CALL,	     /* `syscall` */
	SU_TEXT_CALL_RETURN, /* the same with a return behind it */
	SU_TEXT_RESTORER,    /* what returns from a signal handler */
};

struct su_text_find {
	uint64_t addr;
	enum su_text_what what;
	bool is_own; /* on a page that the process has written to */
};

struct su_text_finds {
	SU_VEC(struct su_text_find) list;
};

struct text;

/* What is known of files. All zero: nothing yet. */
struct su_texts {
	SU_VEC(struct text *) list;
};

void su_texts_deinit(struct su_texts *texts);

/* Adds what lies in the mapping to `ret`. `texts` may be NULL. */
void su_texts_search(struct su_texts *texts, const struct su_memory *memory,
		     const struct su_mapping *mapping, struct su_text_finds *ret);

#endif
