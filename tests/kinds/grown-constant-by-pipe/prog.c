/*
 * The address is on its way through a pipe.
 *
 * before: last 2 same
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|hold its address
 */
#include <unistd.h>

#include "rows.h"

int main(void)
{
	int ends[2];
	const struct row *row = &rows[opaque(1)];

	begin();
	if (pipe(ends) || write(ends[1], &row, sizeof(row)) != sizeof(row))
		return 1;
	row = NULL;
	for (;;) {
		if (read(ends[0], &row, sizeof(row)) != sizeof(row))
			return 1;
		printf("%s %d %s\n", row->name, row->cost,
		       row == find((int)opaque(2)) ? "same" : "other");
		if (write(ends[1], &row, sizeof(row)) != sizeof(row))
			return 1;
		row = NULL;
		tick();
	}
}
