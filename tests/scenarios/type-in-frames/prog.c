/*
 * Structure types that changed: functions are given the address of one, have one in their frames, or in
 * another one. A variable of one is converted, and none of the functions is active when the update is made.
 *
 * before: old level=3 low=-2 high=900 hits=\d+ sum=(\d+) n=\d+
 * after: new level=3 low=-2 high=900 hits=\d+ sum=(\d+) fresh=\d+ n=\d+
 * sequence: hits=(\d+)
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct limits {
#ifdef NEW
	long step;
#endif
	int low;
	short high;
};

struct settings {
#ifdef NEW
	struct limits limits;
	int fresh;
	long hits;
#else
	int hits;
	struct limits limits;
#endif
	int level;
};

struct report {
#ifdef NEW
	long fresh;
#endif
	long sum;
	char text[20];
};

static struct settings settings;

NOINLINE static void set_limits(struct limits *limits)
{
	limits->low = -opaque(2);
	limits->high = (short)opaque(900);
}

NOINLINE static void set_up(struct settings *given)
{
	given->level = opaque(3);
	set_limits(&given->limits);
}

NOINLINE static void count(struct settings *given)
{
	given->hits++;
#ifdef NEW
	given->fresh++;
#endif
}

NOINLINE static void make(struct report *report, const struct settings *given)
{
#ifdef NEW
	report->fresh = given->fresh;
#endif
	report->sum = given->level + given->limits.high;
	strcpy(report->text, opaque(1) ? "served" : "none");
}

NOINLINE static void show(int n)
{
	struct report report;

	memset(&report, 7 + opaque(0), sizeof(report));
	make(&report, &settings);
	if (strcmp(report.text, "served"))
		printf("BAD text");
#ifdef NEW
	printf("new");
#else
	printf("old");
#endif
	printf(" level=%d low=%d high=%d hits=%ld sum=%ld", settings.level, settings.limits.low,
	       settings.limits.high, (long)settings.hits, report.sum);
#ifdef NEW
	printf(" fresh=%ld", report.fresh);
#endif
	printf(" n=%d\n", n);
}

int main(void)
{
	begin();
	set_up((struct settings *)((char *)&settings + opaque(0)));
	for (int n = 0;; n++) {
		count(&settings);
		show(n);
		tick();
	}
}
