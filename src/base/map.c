/* A hash map with open addressing and linear probing, at most three quarters full: see map.h. */
#include "base/map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define NUMBER_KEY UINT32_MAX

struct slot {
	union {
		const void *key;
		uint64_t number; /* the key itself when key_size is NUMBER_KEY */
	};
	uint32_t key_size, hash;
	void *value; /* NULL: free slot */
};

struct su_map {
	struct slot *slots;
	size_t len, cap; /* cap is a power of two */
};

uint64_t su_hash(const void *bytes, size_t size, uint64_t seed)
{
	const unsigned char *p = bytes;
	uint64_t hash = seed ^ 0xcbf29ce484222325u; /* FNV-1a, then a finalizer */

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ p[i]) * 0x100000001b3u;
	hash ^= hash >> 32;
	hash *= 0x9e3779b97f4a7c15u;
	return hash ^ (hash >> 29);
}

struct su_map *su_map_create(void)
{
	struct su_map *map = su_alloc(sizeof(*map));

	map->cap = 16;
	map->slots = su_alloc(map->cap * sizeof(struct slot));
	return map;
}

void su_map_destroy(struct su_map *map)
{
	if (!map)
		return;
	free(map->slots);
	free(map);
}

static bool key_equal(const struct slot *a, const struct slot *b)
{
	if (a->hash != b->hash || a->key_size != b->key_size)
		return false;
	if (a->key_size == NUMBER_KEY)
		return a->number == b->number;
	return memcmp(a->key, b->key, a->key_size) == 0;
}

/* The slot that holds `key`, or the free one where it would go. */
static struct slot *map_find(const struct su_map *map, const struct slot *key)
{
	size_t i = key->hash & (map->cap - 1);

	while (map->slots[i].value && !key_equal(&map->slots[i], key))
		i = (i + 1) & (map->cap - 1);
	return &map->slots[i];
}

static void map_grow(struct su_map *map)
{
	struct su_map bigger = { .len = map->len, .cap = map->cap * 2 };

	bigger.slots = su_alloc(bigger.cap * sizeof(struct slot));
	for (size_t i = 0; i < map->cap; i++) {
		if (map->slots[i].value)
			*map_find(&bigger, &map->slots[i]) = map->slots[i];
	}
	free(map->slots);
	*map = bigger;
}

static void map_put(struct su_map *map, struct slot key)
{
	su_assert(key.value);
	if ((map->len + 1) * 4 > map->cap * 3)
		map_grow(map);
	struct slot *slot = map_find(map, &key);
	if (!slot->value)
		map->len++;
	*slot = key;
}

static struct slot bytes_key(const void *key, size_t key_size)
{
	su_assert(key_size < NUMBER_KEY);
	return (struct slot){ .key = key,
			      .key_size = (uint32_t)key_size,
			      .hash = (uint32_t)su_hash(key, key_size, 0) };
}

static struct slot number_key(uint64_t key)
{
	uint64_t hash = key * 0x9e3779b97f4a7c15u;

	hash = (hash ^ (hash >> 32)) * 0xff51afd7ed558ccdu;
	return (struct slot){ .number = key,
			      .key_size = NUMBER_KEY,
			      .hash = (uint32_t)(hash >> 32) };
}

void *su_map_get(const struct su_map *map, const void *key, size_t key_size)
{
	struct slot wanted = bytes_key(key, key_size);

	return map_find(map, &wanted)->value;
}

void su_map_put(struct su_map *map, const void *key, size_t key_size, void *value)
{
	struct slot slot = bytes_key(key, key_size);

	slot.value = value;
	map_put(map, slot);
}

void *su_map_get_str(const struct su_map *map, const char *key)
{
	return su_map_get(map, key, strlen(key));
}

void su_map_put_str(struct su_map *map, const char *key, void *value)
{
	su_map_put(map, key, strlen(key), value);
}

void *su_map_get_u64(const struct su_map *map, uint64_t key)
{
	struct slot wanted = number_key(key);

	return map_find(map, &wanted)->value;
}

void su_map_put_u64(struct su_map *map, uint64_t key, void *value)
{
	struct slot slot = number_key(key);

	slot.value = value;
	map_put(map, slot);
}
