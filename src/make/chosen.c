/* Functions of the image's own that are chosen at start (IFUNC, target_clones): see maker.h. */
#include "make/maker.h"

#include "base/reason.h"

struct su_err *su_maker_check_chosen(const struct su_maker *maker)
{
	const struct su_program *program = maker->new_program;

	for (size_t i = 0; i < program->image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &program->image->relocs[i];
		const struct su_routine *resolver =
			reloc->type == R_X86_64_IRELATIVE
				? su_program_routine_at(program, (uint64_t)reloc->addend)
				: NULL;

		if (resolver && resolver->peer && resolver->changed)
			return su_refuse(SU_WHY_RESOLVER_CHANGED, resolver->name, resolver->unit,
					 resolver->reason ? resolver->reason : "");
	}
	return NULL;
}
