/*
 * What the fuzzers share: each file fuzz_NAME.c is one, a program of libFuzzer (clang), with
 * AddressSanitizer and UBSan.
 *
 * Whatever the bytes are, our readers must refuse them or make sense of them, without touching
 * memory that is not theirs.  The corpus is made from the current tools: tests/fuzz/test.py.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Reads `value`, whatever the compiler thinks of it. */
static inline void touch(uint64_t value)
{
	__asm__ volatile("" : : "r"(value));
}

static inline void touch_string(const char *text)
{
	for (; text && *text; text++)
		touch((uint64_t)*text);
}

/* A file with these bytes, without a place on the disk; its path goes to `ret`. Close it. */
static inline int open_bytes(const uint8_t *bytes, size_t size, char ret[32])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	su_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	snprintf(ret, 32, "/proc/self/fd/%d", fd);
	return fd;
}

#endif
