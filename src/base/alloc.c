/* Memory: see alloc.h. The arena is a list of blocks, each at least as large as what is asked. */
#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (256 * 1024)

struct block {
	struct block *next;
	size_t used, size;
	_Alignas(16) char bytes[];
};

struct su_arena {
	struct block *blocks;
};

static void *must(void *pointer)
{
	if (!pointer) {
		fputs("strongupdate: out of memory\n", stderr);
		abort();
	}
	return pointer;
}

void *su_alloc(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

void *su_realloc(void *old, size_t size)
{
	return must(realloc(old, size ? size : 1));
}

char *su_strdup(const char *text)
{
	return must(strdup(text));
}

char *su_vformat(const char *fmt, va_list args)
{
	char *text = NULL;

	if (vasprintf(&text, fmt, args) < 0)
		must(NULL);
	return text;
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
