/*
 * Location expressions: the few shapes that compilers give to variables that can be carried over.
 *
 * An expression is recognised as a whole or it is SU_LOC_COMPLEX; nothing is evaluated.  What
 * depends on the frame (DW_OP_fbreg, the stack and frame pointers) is kept relative to its register
 * or frame base and turned into CFA + offset where it is asked for, through the CFI row in force
 * there.  DWARF 5 sections 2.5, 2.6; psABI x86-64 figure 3.36 (register numbers).
 */
#include <dwarf.h>
#include <string.h>

#include "arch/insn.h"
#include "dwarf/dwarf_private.h"

#define LOCATION_LIMIT 65536

static int64_t wrapping_sum(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static bool op_register(const Dwarf_Op *op, uint8_t *ret)
{
	uint64_t number;

	if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
		number = op->atom - DW_OP_reg0;
	else if (op->atom == DW_OP_regx)
		number = op->number;
	else
		return false;
	*ret = su_reg_of_dwarf(number);
	return *ret != SU_REG_NONE;
}

static bool op_base_register(const Dwarf_Op *op, uint8_t *ret, int64_t *ret_off)
{
	uint64_t number;

	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		number = op->atom - DW_OP_breg0;
	else if (op->atom == DW_OP_bregx)
		number = op->number;
	else
		return false;
	*ret = su_reg_of_dwarf(number);
	*ret_off = (int64_t)(op->atom == DW_OP_bregx ? op->number2 : op->number);
	return *ret <= SU_REG_GENERAL_LAST;
}

static bool op_constant(const Dwarf_Op *op, int64_t *ret)
{
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		*ret = op->atom - DW_OP_lit0;
		return true;
	}
	if (op->atom < DW_OP_const1u || op->atom > DW_OP_consts)
		return false;
	*ret = (int64_t)op->number;
	return true;
}

bool su_dwarf_op_address(Dwarf_Attribute *attr, Dwarf_Op *op, uint64_t *ret)
{
	Dwarf_Attribute indexed;

	if (op->atom == DW_OP_addr) {
		*ret = op->number;
		return true;
	}
	return (op->atom == DW_OP_addrx || op->atom == DW_OP_GNU_addr_index) &&
	       dwarf_getlocation_attr(attr, op, &indexed) == 0 &&
	       dwarf_formaddr(&indexed, ret) == 0;
}

static bool little_endian(const uint8_t *bytes, uint64_t size, int64_t *ret)
{
	uint64_t value = 0;

	if (size == 0 || size > 8)
		return false;
	memcpy(&value, bytes, size);
	*ret = (int64_t)value;
	return true;
}

/* What one operation that ends an expression without DW_OP_stack_value says. */
static bool parse_single(Dwarf_Attribute *attr, Dwarf_Op *op, struct su_loc *ret)
{
	Dwarf_Block block;
	uint64_t vaddr;

	if (op_register(op, &ret->reg)) {
		ret->kind = SU_LOC_REG;
		return true;
	}
	if (su_dwarf_op_address(attr, op, &vaddr)) {
		ret->kind = SU_LOC_STATIC;
		ret->off = (int64_t)vaddr;
		return true;
	}
	if (op->atom == DW_OP_implicit_value &&
	    dwarf_getlocation_implicit_value(attr, op, &block) == 0 &&
	    little_endian(block.data, block.length, &ret->off)) {
		ret->kind = SU_LOC_CONST;
		return true;
	}
	return false;
}

static bool parse_entry_value(Dwarf_Attribute *attr, Dwarf_Op *op, struct su_loc *ret)
{
	Dwarf_Attribute inner;
	Dwarf_Op *ops;
	size_t count;

	if (op->atom != DW_OP_entry_value && op->atom != DW_OP_GNU_entry_value)
		return false;
	if (dwarf_getlocation_attr(attr, op, &inner) != 0 ||
	    dwarf_getlocation(&inner, &ops, &count) != 0 || count != 1 ||
	    !op_register(&ops[0], &ret->reg))
		return false;
	ret->kind = SU_LOC_ENTRY;
	return true;
}

/* A base plus a constant: the address of the variable, or its value when `is_value`. */
static bool parse_address(Dwarf_Op *ops, size_t count, bool is_value, struct su_dwarf_location *ret)
{
	struct su_loc *loc = &ret->loc;

	if (count == 2 && ops[1].atom != DW_OP_plus_uconst)
		return false;
	if (ops[0].atom == DW_OP_fbreg) {
		ret->base = is_value ? SU_BASE_FRAME_VALUE : SU_BASE_FRAME_MEM;
		loc->off = (int64_t)ops[0].number;
	} else if (ops[0].atom == DW_OP_call_frame_cfa) {
		loc->kind = is_value ? SU_LOC_FRAME_ADDR : SU_LOC_FRAME;
	} else if (op_base_register(&ops[0], &loc->reg, &loc->off)) {
		loc->kind = is_value ? SU_LOC_SUM : SU_LOC_MEM;
	} else {
		return false;
	}
	if (count == 2)
		loc->off = wrapping_sum(loc->off, (int64_t)ops[1].number);
	return true;
}

/* (register & mask) + constant, as clang writes `i - 1` of a 32-bit register: the low bytes that
 * the mask keeps are those of register + constant. */
static bool parse_masked(Dwarf_Op *ops, size_t count, struct su_dwarf_location *ret)
{
	int64_t mask, distance;

	if (count != 5 || ops[2].atom != DW_OP_and || !op_constant(&ops[1], &mask) ||
	    !op_constant(&ops[3], &distance) ||
	    !op_base_register(&ops[0], &ret->loc.reg, &ret->loc.off))
		return false;
	if (mask != 0xff && mask != 0xffff && mask != 0xffffffff)
		return false;
	if (ops[4].atom == DW_OP_minus)
		distance = (int64_t)(0 - (uint64_t)distance);
	else if (ops[4].atom != DW_OP_plus)
		return false;
	ret->loc.kind = SU_LOC_SUM;
	ret->loc.off = wrapping_sum(ret->loc.off, distance);
	ret->known_bytes = mask == 0xff ? 1 : mask == 0xffff ? 2 : 4;
	return true;
}

static bool parse_location(Dwarf_Attribute *attr, Dwarf_Op *ops, size_t count,
			   struct su_dwarf_location *ret)
{
	bool is_value = count > 1 && ops[count - 1].atom == DW_OP_stack_value;

	if (count == 0)
		return true;
	if (is_value)
		count--;
	if (!is_value && count == 1 && parse_single(attr, &ops[0], &ret->loc))
		return true;
	if (is_value && count == 1 && op_constant(&ops[0], &ret->loc.off)) {
		ret->loc.kind = SU_LOC_CONST;
		return true;
	}
	if (is_value && count == 1 && parse_entry_value(attr, &ops[0], &ret->loc))
		return true;
	if (is_value && parse_masked(ops, count, ret))
		return true;
	return count <= 2 && parse_address(ops, count, is_value, ret);
}

void su_dwarf_parse(Dwarf_Attribute *attr, Dwarf_Op *ops, size_t count,
		    struct su_dwarf_location *ret)
{
	struct su_dwarf_location location = { .lo = ret->lo, .hi = ret->hi };

	if (!parse_location(attr, ops, count, &location)) {
		location.base = SU_BASE_PLAIN;
		location.loc = (struct su_loc){ .kind = SU_LOC_COMPLEX };
	}
	*ret = location;
}

/* DW_AT_const_value: a number, or the bytes of the object. */
static struct su_loc const_value(Dwarf_Die *die, Dwarf_Attribute *attr,
				 const struct su_local *local)
{
	struct su_loc loc = { .kind = SU_LOC_CONST };
	unsigned form = dwarf_whatform(attr);
	uint64_t width = form == DW_FORM_data1	 ? 1
			 : form == DW_FORM_data2 ? 2
			 : form == DW_FORM_data4 ? 4
						 : 8;
	Dwarf_Block block;

	if (!su_dwarf_const(die, DW_AT_const_value, &loc.off)) {
		if (dwarf_formblock(attr, &block) == 0 && block.length == local->size &&
		    little_endian(block.data, block.length, &loc.off))
			return loc;
		loc.kind = SU_LOC_COMPLEX;
	} else if (local->is_signed && width < local->size && (loc.off >> (width * 8 - 1)) & 1) {
		/* A fixed-size form does not say whether its top bit is a sign. */
		loc.kind = SU_LOC_COMPLEX;
	}
	return loc;
}

struct su_dwarf_locations su_dwarf_locations_read(const struct su_debug *debug, Dwarf_Die *die,
						  unsigned name, const struct su_local *local)
{
	SU_VEC(struct su_dwarf_location) locations = { 0 };
	struct su_dwarf_locations result = { 0 };
	Dwarf_Attribute attr;
	Dwarf_Addr base, lo, hi;
	Dwarf_Op *ops;
	size_t count;
	ptrdiff_t off = 0;

	if (dwarf_attr_integrate(die, name, &attr)) {
		while (locations.len < LOCATION_LIMIT &&
		       (off = dwarf_getlocations(&attr, off, &base, &lo, &hi, &ops, &count)) > 0) {
			struct su_dwarf_location location = { .lo = lo, .hi = hi };
			if (lo >= hi)
				continue;
			su_dwarf_parse(&attr, ops, count, &location);
			if (location.known_bytes && (!local || local->size > location.known_bytes))
				location.loc = (struct su_loc){ .kind = SU_LOC_COMPLEX };
			su_vec_push(&locations, location);
		}
		if (off != 0) {
			locations.len = 0;
			su_vec_push(&locations,
				    (struct su_dwarf_location){ .hi = UINT64_MAX,
								.loc.kind = SU_LOC_COMPLEX });
		}
	} else if (local && dwarf_attr_integrate(die, DW_AT_const_value, &attr)) {
		su_vec_push(&locations,
			    (struct su_dwarf_location){ .hi = UINT64_MAX,
							.loc = const_value(die, &attr, local) });
	}
	if (locations.len)
		result.at = su_arena_copy(debug->arena, locations.at,
					  locations.len * sizeof(*locations.at));
	result.count = locations.len;
	su_vec_deinit(&locations);
	return result;
}

/* The one entry of a list that covers `vaddr`; NULL when none or more than one does. */
static const struct su_dwarf_location *location_at(const struct su_dwarf_locations *locations,
						   uint64_t vaddr, bool *ret_ambiguous)
{
	const struct su_dwarf_location *found = NULL;

	*ret_ambiguous = false;
	for (size_t i = 0; i < locations->count; i++) {
		const struct su_dwarf_location *location = &locations->at[i];
		if (vaddr < location->lo || vaddr >= location->hi)
			continue;
		*ret_ambiguous = found != NULL;
		found = location;
		if (*ret_ambiguous)
			return NULL;
	}
	return found;
}

/* Register-relative to CFA-relative, when the row at `vaddr` counts its CFA from that register. */
static bool to_cfa(struct su_debug *debug, uint64_t vaddr, struct su_loc *loc)
{
	struct su_frame_row row;

	if (!su_debug_frame_row(debug, vaddr, &row) || !row.cfa_known || row.cfa_reg != loc->reg)
		return false;
	loc->off = (int64_t)((uint64_t)loc->off - (uint64_t)row.cfa_off);
	loc->kind = loc->kind == SU_LOC_SUM ? SU_LOC_FRAME_ADDR : SU_LOC_FRAME;
	loc->reg = 0;
	return true;
}

/* An rsp-relative location of a function whose compiler does not count pushes in it. */
static bool is_unsteady(struct su_debug *debug, const struct su_dwarf_detail *detail,
			const struct su_loc *loc, uint64_t vaddr)
{
	struct su_frame_row row;

	if (!detail->base_is_register || loc->reg != SU_REG_SP ||
	    (loc->kind != SU_LOC_MEM && loc->kind != SU_LOC_SUM))
		return false;
	return detail->body_off == 0 || !su_debug_frame_row(debug, vaddr, &row) || !row.cfa_known ||
	       row.cfa_reg != SU_REG_SP || row.cfa_off != detail->body_off;
}

/* DW_AT_frame_base at `vaddr` as CFA + *ret. A register frame base counts only while CFI knows the
 * frame by that register: before and after, the register is not set up. */
static bool frame_base_at(struct su_debug *debug, const struct su_dwarf_detail *detail,
			  uint64_t vaddr, int64_t *ret)
{
	bool ambiguous;
	const struct su_dwarf_location *location =
		location_at(&detail->frame_base, vaddr, &ambiguous);
	struct su_loc loc;

	if (!location || location->base != SU_BASE_PLAIN)
		return false;
	loc = location->loc;
	if (loc.kind == SU_LOC_REG) {
		loc.kind = SU_LOC_MEM;
		loc.off = 0;
	}
	if (loc.kind == SU_LOC_MEM && !is_unsteady(debug, detail, &loc, vaddr))
		to_cfa(debug, vaddr, &loc);
	if (loc.kind != SU_LOC_FRAME)
		return false;
	*ret = loc.off;
	return true;
}

static struct su_loc resolve_location(struct su_debug *debug, const struct su_dwarf_detail *detail,
				      const struct su_dwarf_location *location, uint64_t vaddr)
{
	const struct su_loc complex = { .kind = SU_LOC_COMPLEX };
	struct su_loc loc = location->loc;
	int64_t base;

	if (location->base == SU_BASE_PLAIN) {
		if (is_unsteady(debug, detail, &loc, vaddr))
			return complex;
		if (loc.kind == SU_LOC_MEM || loc.kind == SU_LOC_SUM)
			to_cfa(debug, vaddr, &loc);
		return loc;
	}
	if (!frame_base_at(debug, detail, vaddr, &base))
		return complex;
	loc.kind = location->base == SU_BASE_FRAME_VALUE ? SU_LOC_FRAME_ADDR : SU_LOC_FRAME;
	loc.off = wrapping_sum(loc.off, base);
	return loc;
}

/* A location in the frame must not be the return address. */
static bool hits_return_address(const struct su_loc *loc, uint64_t size)
{
	return loc->kind == SU_LOC_FRAME && loc->off < 0 &&
	       (loc->off >= -8 || (uint64_t)-loc->off < size + 8);
}

struct su_loc su_debug_local_at(struct su_debug *debug, uint64_t entry, uint32_t index,
				uint64_t vaddr)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	const struct su_dwarf_detail *detail = function ? su_dwarf_detail(debug, function) : NULL;
	const struct su_dwarf_location *location;
	struct su_loc loc;
	bool ambiguous;

	if (!detail || index >= detail->local_count ||
	    !su_dwarf_scope_covers(&detail->scopes[index], vaddr))
		return (struct su_loc){ .kind = SU_LOC_NONE };
	location = location_at(&detail->locations[index], vaddr, &ambiguous);
	if (ambiguous)
		return (struct su_loc){ .kind = SU_LOC_COMPLEX };
	if (!location)
		return (struct su_loc){ .kind = SU_LOC_NONE };
	loc = resolve_location(debug, detail, location, vaddr);
	loc.everywhere = location->lo == 0 && location->hi == UINT64_MAX;
	if (hits_return_address(&loc, detail->locals[index].size))
		return (struct su_loc){ .kind = SU_LOC_COMPLEX };
	return loc;
}

bool su_debug_local_in_scope(struct su_debug *debug, uint64_t entry, uint32_t index, uint64_t vaddr)
{
	struct su_dwarf_subprogram *function = su_dwarf_subprogram_at(debug, entry);
	const struct su_dwarf_detail *detail = function ? su_dwarf_detail(debug, function) : NULL;

	return detail && index < detail->local_count &&
	       su_dwarf_scope_covers(&detail->scopes[index], vaddr);
}
