/* Called functions: see callee.h. */
#include "validate/callee.h"

#include <stdlib.h>
#include <string.h>

#include "arch/insn.h"

#define DEPTH 6 /* of jumps to what jumps on */
#define UNPRESERVED                                                                                \
	((UINT64_C(0xffff) << 16) | 1u << SU_RAX | 1u << SU_RCX | 1u << SU_RDX | 1u << SU_RSI |    \
	 1u << SU_RDI | 1u << SU_R8 | 1u << SU_R9 | 1u << SU_R10 | 1u << SU_R11)

/* Where code of a function leads to that is not its own. */
struct way {
	uint64_t target;
	bool jump; /* and not a call */
};

/* What one look at a function's code has told. */
struct body {
	bool found, returns; /* found: it is code that is understood; returns: by itself */
	uint64_t writes;     /* by its own instructions, and what cannot be followed */
	SU_VEC(struct way) ways;
	uint64_t clobbered; /* by all that it leads to as well; 0: not asked yet */
	uint64_t round;	    /* in which it was last come to */
};

struct su_callees {
	const struct su_world *world;
	struct su_map *bodies; /* address -> struct body */
	SU_VEC(struct body *) all;
	uint64_t round;
};

struct su_callees *su_callees_create(const struct su_world *world)
{
	struct su_callees *callees = su_alloc(sizeof(*callees));

	callees->world = world;
	callees->bodies = su_map_create();
	return callees;
}

void su_callees_destroy(struct su_callees *callees)
{
	if (!callees)
		return;
	for (size_t i = 0; i < callees->all.len; i++) {
		su_vec_deinit(&callees->all.at[i]->ways);
		free(callees->all.at[i]);
	}
	su_vec_deinit(&callees->all);
	su_map_destroy(callees->bodies);
	free(callees);
}

/* ---- bodies ---- */

/* The bytes of the function at `addr`, as far as a symbol or the patch bounds it. */
static const uint8_t *bytes_of(const struct su_world *world, uint64_t addr, uint64_t *ret_size)
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

static void add_way(struct body *body, const struct su_insn *insn, uint64_t addr, uint64_t size)
{
	switch (insn->flow) {
	case SU_FLOW_CALL:
		su_vec_push(&body->ways, (struct way){ insn->target, false });
		break;
	case SU_FLOW_JUMP:
	case SU_FLOW_COND:
		if (insn->target - addr >= size)
			su_vec_push(&body->ways, (struct way){ insn->target, true });
		break;
	case SU_FLOW_RET:
		body->returns = true;
		break;
	case SU_FLOW_JUMP_IND:
		body->returns = true;
		body->writes = UNPRESERVED;
		break;
	case SU_FLOW_CALL_IND:
		body->writes = UNPRESERVED;
		break;
	default:
		body->writes |= insn->is_syscall ? UNPRESERVED : 0;
	}
}

static void read_body(struct body *body, uint64_t addr, const uint8_t *bytes, uint64_t size)
{
	struct su_insn insn;

	for (uint64_t off = 0; off < size; off += insn.length) {
		if (!su_insn_decode(bytes + off, size - off, addr + off, &insn)) {
			body->returns = true;
			body->writes = UNPRESERVED;
			return;
		}
		for (int reg = 0; reg < 16; reg++)
			body->writes |= insn.writes.gpr[reg] ? UINT64_C(1) << reg : 0;
		body->writes |= (uint64_t)insn.writes.vector << 16;
		add_way(body, &insn, addr, size);
	}
}

static struct body *body_at(struct su_callees *callees, uint64_t addr)
{
	struct body *body = su_map_get_u64(callees->bodies, addr);
	const uint8_t *bytes;
	uint64_t size;

	if (body)
		return body;
	body = su_alloc(sizeof(*body));
	bytes = bytes_of(callees->world, addr, &size);
	body->found = bytes && !su_world_is_passage(callees->world, addr);
	if (body->found)
		read_body(body, addr, bytes, size);
	else
		body->writes = UNPRESERVED;
	su_map_put_u64(callees->bodies, addr, body);
	su_vec_push(&callees->all, body);
	return body;
}

/* ---- registers ---- */

/* What it and all that it leads to write. */
static uint64_t written_from(struct su_callees *callees, struct body *first)
{
	SU_VEC(struct body *) reached = { 0 };
	uint64_t bits = 1u << SU_RAX;

	callees->round++;
	first->round = callees->round;
	su_vec_push(&reached, first);
	for (size_t i = 0; i < reached.len && (bits & UNPRESERVED) != UNPRESERVED; i++) {
		const struct body *body = reached.at[i];

		bits |= body->writes;
		for (size_t k = 0; k < body->ways.len; k++) {
			struct body *next = body_at(callees, body->ways.at[k].target);

			if (next->round != callees->round)
				su_vec_push(&reached, next);
			next->round = callees->round;
		}
	}
	su_vec_deinit(&reached);
	return bits & UNPRESERVED;
}

uint64_t su_callees_clobbered(struct su_callees *callees, uint64_t callee)
{
	struct body *body = body_at(callees, callee);

	if (!body->clobbered)
		body->clobbered = written_from(callees, body);
	return body->clobbered;
}

/* ---- returning ---- */

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
static bool never_returns(struct su_callees *callees, uint64_t callee, int depth)
{
	const struct su_import_callee *import = su_world_import_at(callees->world, callee);
	const struct body *body;

	if (import)
		return import->no_return;
	body = body_at(callees, callee);
	if (!body->found || body->returns)
		return false;
	for (size_t i = 0; i < body->ways.len; i++) {
		if (body->ways.at[i].jump &&
		    !leads_nowhere(callees, body->ways.at[i].target, depth))
			return false;
	}
	return true;
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
