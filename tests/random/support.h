/* What random programs and support.c share. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <stdbool.h>
#include <stdint.h>

extern volatile int su_never; /* always 0, which the compiler does not know */
extern volatile int su_zero;
extern uint32_t crc32_context;

void su_pause(void);		  /* part of the result */
void su_mark(unsigned int place); /* so is this */
void su_touch(void *memory);	  /* the address escapes; pauses too, outside of the result */
void su_finish(uint32_t crc);
void transparent_crc(uint64_t value, const char *name, int print);
int random_main(void);

#endif
