/*
 * A hash map from byte strings (or 64-bit numbers) to pointers.
 *
 * Keys are borrowed: they must live as long as the map.  Values are never NULL.
 */
#ifndef SU_BASE_MAP_H
#define SU_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct su_map;

struct su_map *su_map_create(void);
void su_map_destroy(struct su_map *map); /* takes NULL */

void *su_map_get(const struct su_map *map, const void *key, size_t key_size); /* NULL if absent */
/* Stores `value`, replacing what was there. */
void su_map_put(struct su_map *map, const void *key, size_t key_size, void *value);

void *su_map_get_str(const struct su_map *map, const char *key);
void su_map_put_str(struct su_map *map, const char *key, void *value);

/* Numbers as keys: the key is stored in the map itself. A map has keys of one kind only. */
void *su_map_get_u64(const struct su_map *map, uint64_t key);
void su_map_put_u64(struct su_map *map, uint64_t key, void *value);

uint64_t su_hash(const void *bytes, size_t size, uint64_t seed);
/* What `hash` becomes by another number. */
static inline uint64_t su_hash_u64(uint64_t hash, uint64_t number)
{
	return su_hash(&number, sizeof(number), hash);
}

#endif
