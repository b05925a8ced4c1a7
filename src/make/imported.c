/*
 * Binding of what the new version imports: part of rebind.c.
 *
 * An import that the old version has too is bound to that one's PLT entry, or to its slot where the
 * loader has filled it.  A new one gets a slot in the patch, filled when the patch is applied, and a
 * thunk that jumps through it.
 */
#include <string.h>

#include "arch/emit.h"
#include "base/reason.h"
#include "make/maker.h"

static const char *import_key(struct su_maker *maker, const struct su_symbol *symbol)
{
	return su_arena_format(maker->arena, "%s@%s", symbol->name,
			       symbol->version ? symbol->version : "");
}

void su_maker_add_import(struct su_maker *maker, uint64_t slot, const struct su_symbol *symbol)
{
	su_vec_push(
		&maker->draft.imports,
		(struct su_patch_import){
			.slot = slot,
			.name = su_patch_draft_string(&maker->draft, symbol->name),
			.version = su_patch_draft_string(&maker->draft, symbol->version),
			.kind = symbol->type == STT_OBJECT ? SU_IMPORT_OBJECT : SU_IMPORT_FUNCTION,
			.weak = symbol->bind == STB_WEAK && symbol->shndx == SHN_UNDEF });
}

uint64_t su_maker_import_slot(struct su_maker *maker, const struct su_symbol *symbol)
{
	const char *key = import_key(maker, symbol);
	uint64_t slot;

	if (su_maker_recall(su_map_get_str(maker->slots, key), &slot))
		return slot;
	slot = su_maker_reserve(maker, SU_DRAFT_RODATA, 8, 0);
	su_maker_add_import(maker, slot, symbol);
	su_map_put_str(maker->slots, key, su_maker_remembered(slot));
	return slot;
}

/* jmp *slot(%rip) */
static uint64_t import_thunk(struct su_maker *maker, const struct su_symbol *symbol)
{
	const char *key = import_key(maker, symbol);
	uint64_t thunk, slot = su_maker_import_slot(maker, symbol);
	struct su_emit emit;

	if (su_maker_recall(su_map_get_str(maker->thunks, key), &thunk))
		return thunk;
	su_emit_init(&emit, 0);
	size_t field = su_emit_jump_slot(&emit, 0);
	thunk = su_maker_reserve(maker, 0, emit.code.len, 0);
	memcpy(su_maker_at(maker, thunk), emit.code.at, emit.code.len);
	su_maker_point(maker, thunk + field, thunk + field + 4, su_spot_in_patch(slot));
	su_emit_deinit(&emit);
	su_map_put_str(maker->thunks, key, su_maker_remembered(thunk));
	return thunk;
}

/* Lazily bound slots do not hold the function's address before its first call. */
static bool slot_is_bound(const struct su_image *image, uint64_t slot)
{
	size_t count;
	const struct su_dynreloc *relocs = su_image_relocs_in(image, slot, 8, &count);

	return count == 1 && relocs->type == R_X86_64_GLOB_DAT;
}

bool su_maker_is_far(const struct su_maker *maker, uint64_t vaddr, struct su_meaning *ret)
{
	struct su_import ignored;

	*ret = su_program_meaning(maker->new_program, vaddr);
	return ret->kind == SU_MEANS_IMPORT && ret->import.form == SU_IMPORT_COPY &&
	       !su_image_import_named(maker->old_program->image, ret->import.symbol->name,
				      ret->import.symbol->version, SU_IMPORT_COPY, &ignored);
}

struct su_err *su_maker_bind_import(struct su_maker *maker, const struct su_routine *user,
				    const struct su_meaning *meaning, uint64_t vaddr,
				    struct su_spot *ret)
{
	const struct su_symbol *symbol = meaning->import.symbol;
	const struct su_image *old_image = maker->old_program->image;
	struct su_import old_import;
	bool known = su_image_import_named(old_image, symbol->name, symbol->version,
					   meaning->import.form, &old_import);

	switch (meaning->import.form) {
	case SU_IMPORT_PLT:
		*ret = known ? su_spot_in_image(SU_HOME_DATA, old_import.vaddr, 0)
			     : su_spot_in_patch(import_thunk(maker, symbol));
		return NULL;
	case SU_IMPORT_GOT:
		if (known && slot_is_bound(old_image, old_import.vaddr))
			*ret = su_spot_in_image(SU_HOME_DATA, old_import.vaddr, meaning->off);
		else
			*ret = su_spot_in_patch(su_maker_import_slot(maker, symbol) +
						(uint64_t)meaning->off);
		return NULL;
	case SU_IMPORT_COPY:
		if (!known)
			return su_maker_cannot_bind(maker, user, vaddr,
						    su_arena_format(maker->arena,
								    SU_WHY_NEW_COPY_RELOCATION,
								    symbol->name));
		*ret = su_spot_in_image(SU_HOME_DATA, old_import.vaddr, meaning->off);
		return NULL;
	}
	return su_maker_cannot_bind(maker, user, vaddr, SU_WHY_IMPORT_KIND);
}
