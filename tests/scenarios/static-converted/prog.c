/*
 * Variables of structure types that changed: members inserted, appended, widened and moved, in an array,
 * in bits; and plain numbers of another width. All hold what the program has put there.
 *
 * before: old hits=\d+ misses=-\d+ name=served level=5 deep=3 rows=1,2,3 total=\d+ n=\d+
 * after: new hits=\d+ misses=-\d+ name=served level=5 deep=3 rows=1,2,3 total=\d+ limit=9 fresh=\d+ n=\d+
 * sequence: hits=(\d+)
 * sequence: misses=-(\d+)
 * sequence: total=(\d+)
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct statistics {
#ifdef NEW
	int limit;
	long hits;
	int misses;
	char name[16];
	unsigned flag : 2, level : 6, deep : 12;
	int fresh;
#else
	int hits;
	short misses;
	char name[16];
	unsigned level : 4, deep : 9;
#endif
};

struct row {
#ifdef NEW
	long since;
#endif
	int id;
	char *text;
};

#ifdef NEW
static struct statistics statistics = { .limit = 9 };
static long total;
#else
static struct statistics statistics;
static int total;
#endif
static struct row rows[3];

NOINLINE static void fill(void)
{
	strcpy(statistics.name, opaque(1) ? "served" : "none");
	statistics.level = opaque(5) & 15;
	statistics.deep = opaque(3) & 511;
	for (long i = 0; i < 3; i++) {
		rows[opaque(i)].id = (int)i + 1;
		rows[opaque(i)].text = strdup("row");
	}
}

NOINLINE static void count(void)
{
	statistics.hits++;
	statistics.misses--;
	total++;
#ifdef NEW
	statistics.fresh++;
	rows[opaque(1)].since++;
#endif
}

NOINLINE static void show(void)
{
#ifdef NEW
	printf("new");
#else
	printf("old");
#endif
	printf(" hits=%ld misses=%d name=%s level=%d deep=%d", (long)statistics.hits,
	       statistics.misses, statistics.name, statistics.level, statistics.deep);
	for (long i = 0; i < 3; i++)
		if (strcmp(rows[opaque(i)].text, "row"))
			printf(" BAD text");
	printf(" rows=%d,%d,%d total=%ld", rows[opaque(0)].id, rows[opaque(1)].id,
	       rows[opaque(2)].id, (long)total);
#ifdef NEW
	printf(" limit=%d fresh=%d", statistics.limit, statistics.fresh);
	if (statistics.flag)
		printf(" BAD flag");
#endif
}

int main(void)
{
	begin();
	fill();
	for (int n = 0;; n++) {
		count();
		show();
		printf(" n=%d\n", n);
		tick();
	}
}
