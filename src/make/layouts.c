/* Which data may have another layout in the new version: see diff/convertible.h and diff/layout.h. */
#include "diff/known.h"
#include "diff/layout.h"
#include "make/maker.h"

static void find_convertible(struct su_maker *maker)
{
	struct su_map *stated = su_spec_types(&maker->spec);

	maker->convertible = su_convertible_find(maker->old_program, maker->new_program, stated);
	su_map_destroy(stated);
}

struct su_err *su_maker_check_layouts(struct su_maker *maker)
{
	find_convertible(maker);
	SU_TRY(su_spec_count_types(&maker->spec, maker->convertible));
	SU_TRY(su_layout_check(maker->old_program, maker->new_program, maker->convertible));
	su_convertible_mark(maker->convertible, maker->old_program, maker->new_program);
	return NULL;
}

struct su_err *su_maker_check_known(struct su_maker *maker)
{
	SU_TRY(su_known_check(maker->old_program, maker->new_program));
	return su_layout_check_bodies(maker->old_program, maker->new_program);
}
