/* Memory: see alloc.h. The arena is a list of blocks, each at least as large as what is asked. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (256 * 1024)
#define RESERVE_SIZE (64 * 1024)

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(16) char bytes[];
};

struct su_arena {
	struct block *blocks;
};

static _Atomic(void *) reserve;

void su_alloc_keep_reserve(void)
{
	void *kept = su_alloc(RESERVE_SIZE);

	memset(kept, 1, RESERVE_SIZE); /* its pages are there */
	free(atomic_exchange(&reserve, kept));
}

/* Gives the reserve back to the allocator; false: there is none. */
static bool spend_reserve(void)
{
	void *kept = atomic_exchange(&reserve, NULL);

	free(kept);
	return kept;
}

static void *require_memory(void *pointer)
{
	if (!pointer) {
		fputs("strongupdate: out of memory\n", stderr);
		abort();
	}
	return pointer;
}

void *su_alloc(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory && spend_reserve())
		memory = calloc(1, size ? size : 1);
	return require_memory(memory);
}

void *su_realloc(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory && spend_reserve())
		memory = realloc(old, size ? size : 1);
	return require_memory(memory);
}

char *su_strdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(su_alloc(size), text, size);
}

char *su_vformat(const char *fmt, va_list args)
{
	va_list again;
	char *text = NULL;

	va_copy(again, args);
	int len = vasprintf(&text, fmt, args);
	if (len < 0 && spend_reserve())
		len = vasprintf(&text, fmt, again);
	va_end(again);
	return require_memory(len < 0 ? NULL : text);
}

char *su_format(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	char *text = su_vformat(fmt, args);
	va_end(args);
	return text;
}

struct su_arena *su_arena_create(void)
{
	return su_alloc(sizeof(struct su_arena));
}

void su_arena_destroy(struct su_arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

void *su_arena_alloc(struct su_arena *arena, size_t size)
{
	size_t need = (size + 15) & ~(size_t)15;
	struct block *block = arena->blocks;

	if (!block || block->size - block->used < need) {
		size_t capacity = need > BLOCK_SIZE ? need : BLOCK_SIZE;

		block = su_alloc(sizeof(*block) + capacity);
		block->size = capacity;
		block->next = arena->blocks;
		arena->blocks = block;
	}
	void *memory = block->bytes + block->used;
	block->used += need;
	return memory;
}

void *su_arena_copy(struct su_arena *arena, const void *bytes, size_t size)
{
	void *copy = su_arena_alloc(arena, size);

	if (size)
		memcpy(copy, bytes, size);
	return copy;
}

char *su_arena_strdup(struct su_arena *arena, const char *text)
{
	return su_arena_copy(arena, text, strlen(text) + 1);
}

char *su_arena_format(struct su_arena *arena, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	return su_arena_strdup(arena, text);
}

void su_free_cleanup(void *pointer_to_pointer)
{
	free(*(void **)pointer_to_pointer);
}
