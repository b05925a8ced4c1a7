/*
 * Symbols of what is loaded, by name and version: see libraries.h.
 *
 * Hash tables, symbols and versions are read from the process's memory.
 *
 * Source: System V gABI (dynamic linking), LSB symbol versioning, glibc elf/dl-lookup.c.
 */
#include "update/plan/libraries.h"

#define MAX_CHAIN (1u << 20)

uint64_t su_libraries_version_name(const struct su_libraries *libraries,
				   const struct su_library *library, uint16_t index)
{
	uint64_t at = library->verdef;

	for (uint64_t i = 0; i < library->verdef_count && i < 4096; i++) {
		Elf64_Verdef def;
		Elf64_Verdaux aux;

		if (!su_libraries_get(libraries, at, &def, sizeof(def)) ||
		    !su_libraries_get(libraries, at + def.vd_aux, &aux, sizeof(aux)))
			break;
		if (def.vd_ndx == index)
			return library->strtab + aux.vda_name;
		at += def.vd_next;
	}
	at = library->verneed;
	for (uint64_t i = 0; i < library->verneed_count && i < 4096; i++) {
		Elf64_Verneed need;
		Elf64_Vernaux aux;

		if (!su_libraries_get(libraries, at, &need, sizeof(need)))
			break;
		uint64_t aux_at = at + need.vn_aux;
		for (unsigned j = 0;
		     j < need.vn_cnt && su_libraries_get(libraries, aux_at, &aux, sizeof(aux));
		     j++) {
			if ((aux.vna_other & 0x7fff) == index)
				return library->strtab + aux.vna_name;
			aux_at += aux.vna_next;
		}
		at += need.vn_next;
	}
	return 0;
}

/* Whether symbol `index` has `version`; "" asks for the default version. */
static bool version_fits(const struct su_libraries *libraries, const struct su_library *library,
			 uint32_t index, const char *version)
{
	uint16_t versym;

	if (!library->versym)
		return true;
	if (!su_libraries_get(libraries, library->versym + 2 * (uint64_t)index, &versym,
			      sizeof(versym)))
		return false;
	if (!*version)
		return !(versym & 0x8000);
	if ((versym & 0x7fff) <= VER_NDX_GLOBAL)
		return (versym & 0x7fff) == VER_NDX_GLOBAL && !library->verdef;
	uint64_t name = su_libraries_version_name(libraries, library, versym & 0x7fff);
	return name && su_libraries_has_string(libraries, name, version);
}

static bool symbol_fits(const struct su_libraries *libraries, const struct su_library *library,
			uint32_t index, const char *name, const char *version, Elf64_Sym *ret)
{
	if (!su_libraries_get(libraries, library->symtab + index * sizeof(*ret), ret, sizeof(*ret)))
		return false;
	unsigned bind = ELF64_ST_BIND(ret->st_info);
	return ret->st_shndx != SHN_UNDEF &&
	       (bind == STB_GLOBAL || bind == STB_WEAK || bind == STB_GNU_UNIQUE) &&
	       su_libraries_has_string(libraries, library->strtab + ret->st_name, name) &&
	       version_fits(libraries, library, index, version);
}

static bool look_up_gnu(const struct su_libraries *libraries, const struct su_library *library,
			const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[4], index, hash = 5381, chain; /* buckets, first symbol, bloom words, shift */

	for (const char *c = name; *c; c++)
		hash = hash * 33 + (uint8_t)*c;
	if (!su_libraries_get(libraries, library->gnu_hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->gnu_hash + 16 + 8 * (uint64_t)head[2];
	uint64_t chains = buckets + 4 * (uint64_t)head[0];
	if (!su_libraries_get(libraries, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4) ||
	    index < head[1])
		return false;
	for (unsigned i = 0; i < MAX_CHAIN; i++, index++) {
		if (!su_libraries_get(libraries, chains + 4 * (uint64_t)(index - head[1]), &chain,
				      4))
			return false;
		if ((chain | 1) == (hash | 1) &&
		    symbol_fits(libraries, library, index, name, version, ret))
			return true;
		if (chain & 1)
			return false;
	}
	return false;
}

static bool look_up_sysv(const struct su_libraries *libraries, const struct su_library *library,
			 const char *name, const char *version, Elf64_Sym *ret)
{
	uint32_t head[2], hash = 0, index;

	for (const char *c = name; *c; c++) {
		hash = (hash << 4) + (uint8_t)*c;
		hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
	}
	if (!su_libraries_get(libraries, library->hash, head, sizeof(head)) || !head[0])
		return false;
	uint64_t buckets = library->hash + 8, chains = buckets + 4 * (uint64_t)head[0];
	if (!su_libraries_get(libraries, buckets + 4 * (uint64_t)(hash % head[0]), &index, 4))
		return false;
	for (unsigned i = 0; index && i < MAX_CHAIN; i++) {
		if (symbol_fits(libraries, library, index, name, version, ret))
			return true;
		if (!su_libraries_get(libraries, chains + 4 * (uint64_t)index, &index, 4))
			return false;
	}
	return false;
}

bool su_libraries_look_up(const struct su_libraries *libraries, const struct su_library *library,
			  const char *name, const char *version, Elf64_Sym *ret)
{
	if (!library->symtab || !library->strtab)
		return false;
	if (library->gnu_hash)
		return look_up_gnu(libraries, library, name, version, ret);
	return library->hash && look_up_sysv(libraries, library, name, version, ret);
}
