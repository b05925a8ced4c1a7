/* Which data may have another layout in the new version: see diff/convertible.h and diff/layout.h. */
#include "diff/layout.h"
#include "make/maker.h"

struct su_err *su_maker_check_layouts(struct su_maker *maker)
{
	maker->convertible = su_convertible_find(maker->old_program, maker->new_program);
	SU_TRY(su_layout_check(maker->old_program, maker->new_program, maker->convertible));
	su_convertible_mark(maker->convertible, maker->old_program, maker->new_program);
	return NULL;
}
