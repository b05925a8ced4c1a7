/* Which constants stay where they are: see constants.h. */
#include "diff/constants.h"

/* Whether another symbol covers some of its bytes. */
static bool overlaps_constant(const struct su_program *program, const struct su_datum *datum)
{
	const struct su_datum *all = program->data.at, *end = all + program->data.len;

	return (datum > all && datum[-1].vaddr + datum[-1].size > datum->vaddr) ||
	       (datum + 1 < end && datum[1].vaddr < datum->vaddr + datum->size);
}

/* The loader fills whole words, counted from its start: they are written as such. */
static bool has_whole_words(const struct su_program *program, const struct su_datum *datum)
{
	size_t count;
	const struct su_dynreloc *relocs =
		su_image_relocs_in(program->image, datum->vaddr, datum->size, &count);

	for (size_t i = 0; i < count; i++) {
		uint64_t off = relocs[i].vaddr - datum->vaddr;

		if (off % 8 || datum->size - off < 8)
			return false;
	}
	return true;
}

static bool is_alone(const struct su_program *program, const struct su_datum *datum)
{
	const struct su_section *section = su_image_section_at(program->image, datum->vaddr);

	return datum->constant && datum->type_hash && !datum->shared && section &&
	       !su_program_distances(program, datum->vaddr) && section->type == SHT_PROGBITS &&
	       !overlaps_constant(program, datum) && has_whole_words(program, datum);
}

void su_constants_choose(struct su_program *old_program, struct su_program *new_program)
{
	for (size_t i = 0; i < old_program->data.len; i++) {
		struct su_datum *datum = &old_program->data.at[i], *peer = datum->peer;

		if (!peer || datum->size != peer->size || datum->type_hash != peer->type_hash)
			continue;
		datum->in_place = peer->in_place =
			is_alone(old_program, datum) && is_alone(new_program, peer);
	}
}
