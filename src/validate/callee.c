/* Called functions: see callee.h. */
#include "validate/callee.h"

#include <stdlib.h>
#include <string.h>

#include "arch/insn.h"

#define DEPTH 6
#define UNPRESERVED                                                                                \
	((UINT64_C(0xffff) << 16) | 1u << SU_RAX | 1u << SU_RCX | 1u << SU_RDX | 1u << SU_RSI |    \
	 1u << SU_RDI | 1u << SU_R8 | 1u << SU_R9 | 1u << SU_R10 | 1u << SU_R11)

struct su_callees {
	const struct su_world *world;
	struct su_map *clobbered; /* callee -> bits + 1 */
	struct su_map *endless;	  /* callee -> 1: returns, 2: never */
};

struct su_callees *su_callees_create(const struct su_world *world)
{
	struct su_callees *callees = su_alloc(sizeof(*callees));

	callees->world = world;
	callees->clobbered = su_map_create();
	callees->endless = su_map_create();
	return callees;
}

void su_callees_destroy(struct su_callees *callees)
{
	if (!callees)
		return;
	su_map_destroy(callees->clobbered);
	su_map_destroy(callees->endless);
	free(callees);
}

/* The bytes of the function at `addr`, as far as a symbol or the patch bounds it. */
static const uint8_t *body_of(const struct su_world *world, uint64_t addr, uint64_t *ret_size)
{
	const struct su_region *image = &world->regions[SU_REGION_IMAGE];
	const struct su_region *patch = &world->regions[SU_REGION_PATCH];
	uint64_t room, size = 0;
	const uint8_t *bytes = su_world_code(world, addr, &room);

	if (bytes && addr - patch->addr < patch->size) {
		const struct su_patch_range *range =
			su_patch_range_at(world->patch, SU_REVERSE, addr - patch->addr, 1);

		size = range ? range->vaddr + range->size - (addr - patch->addr) : 0;
	} else if (bytes) {
		const struct su_symbol *symbol =
			su_image_symbol_at(world->old_image, addr - image->addr);

		size = symbol ? symbol->vaddr + symbol->size - (addr - image->addr) : 0;
	}
	*ret_size = size < room ? size : room;
	return size ? bytes : NULL;
}

static uint64_t clobbered(struct su_callees *callees, uint64_t callee, int depth);

/* What goes on in other code: a call, or a jump out of the function. */
static uint64_t clobbered_by_flow(struct su_callees *callees, const struct su_insn *insn,
				  uint64_t addr, uint64_t size, int depth)
{
	switch (insn->flow) {
	case SU_FLOW_CALL:
		return clobbered(callees, insn->target, depth + 1);
	case SU_FLOW_JUMP:
	case SU_FLOW_COND:
		if (insn->target - addr < size)
			return 0;
		return clobbered(callees, insn->target, depth + 1);
	case SU_FLOW_CALL_IND:
	case SU_FLOW_JUMP_IND:
		return UNPRESERVED;
	default:
		return insn->is_syscall ? UNPRESERVED : 0;
	}
}

static uint64_t clobbered_by_body(struct su_callees *callees, uint64_t addr, const uint8_t *bytes,
				  uint64_t size, int depth)
{
	uint64_t bits = 1u << SU_RAX;

	for (uint64_t off = 0; off < size && bits != UNPRESERVED;) {
		struct su_insn insn;

		if (!su_insn_decode(bytes + off, size - off, addr + off, &insn))
			return UNPRESERVED;
		for (int reg = 0; reg < 16; reg++)
			bits |= insn.writes.gpr[reg] ? UINT64_C(1) << reg : 0;
		bits |= (uint64_t)insn.writes.vector << 16;
		bits |= clobbered_by_flow(callees, &insn, addr, size, depth);
		off += insn.length;
	}
	return bits & UNPRESERVED;
}

static uint64_t clobbered(struct su_callees *callees, uint64_t callee, int depth)
{
	void *known = su_map_get_u64(callees->clobbered, callee);
	uint64_t size, bits = UNPRESERVED;
	const uint8_t *bytes = body_of(callees->world, callee, &size);

	if (known)
		return (uint64_t)(uintptr_t)known - 1;
	if (bytes && depth < DEPTH && !su_world_is_passage(callees->world, callee))
		bits = clobbered_by_body(callees, callee, bytes, size, depth);
	if (depth == 0)
		su_map_put_u64(callees->clobbered, callee, (void *)(uintptr_t)(bits + 1));
	return bits;
}

uint64_t su_callees_clobbered(struct su_callees *callees, uint64_t callee)
{
	return clobbered(callees, callee, 0);
}

static bool never_returns(struct su_callees *callees, uint64_t callee, int depth);

/* Where a jump leads that leaves the function: through a PLT entry to an import. */
static bool leads_nowhere(struct su_callees *callees, uint64_t target, int depth)
{
	const struct su_region *image = &callees->world->regions[SU_REGION_IMAGE];
	struct su_import import;

	if (target - image->addr < image->size &&
	    su_image_import_at(callees->world->old_image, target - image->addr, &import))
		return su_world_ends(callees->world, import.symbol->name);
	return depth < DEPTH && never_returns(callees, target, depth + 1);
}

/* Neither a return nor a way into code that returns. */
static bool has_no_way_out(struct su_callees *callees, uint64_t addr, const uint8_t *bytes,
			   uint64_t size, int depth)
{
	for (uint64_t off = 0; off < size;) {
		struct su_insn insn;

		if (!su_insn_decode(bytes + off, size - off, addr + off, &insn) ||
		    insn.flow == SU_FLOW_RET || insn.flow == SU_FLOW_JUMP_IND)
			return false;
		if ((insn.flow == SU_FLOW_JUMP || insn.flow == SU_FLOW_COND) &&
		    insn.target - addr >= size && !leads_nowhere(callees, insn.target, depth))
			return false;
		off += insn.length;
	}
	return true;
}

static bool never_returns(struct su_callees *callees, uint64_t callee, int depth)
{
	const struct su_import_callee *import = su_world_import_at(callees->world, callee);
	void *known = su_map_get_u64(callees->endless, callee);
	uint64_t size;
	bool endless;

	if (import)
		return import->no_return;
	if (!known) {
		const uint8_t *bytes = body_of(callees->world, callee, &size);

		endless = bytes && has_no_way_out(callees, callee, bytes, size, depth);
		known = (void *)(uintptr_t)(1 + endless);
		if (depth == 0)
			su_map_put_u64(callees->endless, callee, known);
	}
	return (uintptr_t)known == 2;
}

bool su_callees_never_returns(struct su_callees *callees, uint64_t callee)
{
	return never_returns(callees, callee, 0);
}

unsigned su_callees_reads(const struct su_callees *callees, uint64_t callee)
{
	static const struct {
		const char *name;
		unsigned arguments;
	} known[] = { { "write", 2 },	{ "pwrite", 2 },	{ "send", 2 },
		      { "sendto", 2 },	{ "fwrite", 1 },	{ "puts", 1 },
		      { "fputs", 1 },	{ "strlen", 1 },	{ "strcmp", 3 },
		      { "strncmp", 3 }, { "strcasecmp", 3 },	{ "memcmp", 3 },
		      { "strchr", 1 },	{ "strrchr", 1 },	{ "strstr", 3 },
		      { "strdup", 1 },	{ "atoi", 1 },		{ "strcspn", 3 },
		      { "strspn", 3 },	{ "printf", 63 },	{ "fprintf", 63 },
		      { "syslog", 63 }, { "memcpy", 2 },	{ "strcpy", 2 },
		      { "open", 1 },	{ "__printf_chk", 63 }, { "__fprintf_chk", 63 } };
	const struct su_import_callee *import = su_world_import_at(callees->world, callee);

	for (size_t i = 0; import && i < sizeof(known) / sizeof(*known); i++) {
		if (strcmp(known[i].name, import->name) == 0)
			return known[i].arguments;
	}
	return 0;
}
