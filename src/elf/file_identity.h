/*
 * Which build of what an ELF file is, without reading all of it.
 *
 * For files that a process has mapped, or that lie where those did.  Source: System V gABI, program
 * headers; elf(5), NT_GNU_BUILD_ID.
 */
#ifndef SU_ELF_FILE_IDENTITY_H
#define SU_ELF_FILE_IDENTITY_H

#include <stdbool.h>

struct su_identity {
	bool is_elf;	    /* of x86-64 */
	bool is_program;    /* it names an interpreter, as libraries and plugins do not */
	char build_id[129]; /* hex; "": none */
	char soname[256];   /* "": none, as programs have none */
};

/* All empty when the file cannot be read, or is none of these. */
struct su_identity su_identity_read(const char *path);

#endif
