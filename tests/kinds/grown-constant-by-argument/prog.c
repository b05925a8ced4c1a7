/*
 * The address is handed on as an argument, and kept by who is given it.
 *
 * before: last 2 1
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|computed once where
 */
#include "rows.h"

static const struct row **kept;

NOINLINE static void keep(const struct row *row)
{
	*kept = row;
}

int main(void)
{
	kept = malloc(sizeof(*kept));
	begin();
	keep(&rows[opaque(1)]);
	for (;;) {
		printf("%s %d %d\n", (*kept)->name, (*kept)->cost, (int)(*kept - rows));
		tick();
	}
}
