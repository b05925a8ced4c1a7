/*
 * The unwind tables of a file that may change meanwhile.
 *
 * An image of the file is made that has its headers, notes and unwind tables where the file has them,
 * and nothing in between.  These are read, not mapped: whoever truncates the file must not end us
 * with SIGBUS, least of all while a process stands still.  libdw reads the image as it reads a file
 * (dwarf_getcfi_elf).
 *
 * Source: System V gABI chapters 4 and 5; LSB Core, .eh_frame_hdr.
 */
#ifndef SU_ELF_FRAMES_H
#define SU_ELF_FRAMES_H

#include <stddef.h>
#include <stdint.h>

/* The image of the file that `path` names, to be freed; NULL: it has no such thing, or another
 * build-id (of size 0: any will do). */
uint8_t *su_elf_frames_read(const char *path, const uint8_t *build_id, size_t build_id_size,
			    size_t *ret_size);

#endif
