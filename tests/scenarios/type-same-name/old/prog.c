/*
 * Two units have a structure of one name and layout; in one of them it gains a member.
 *
 * before: old sum=6 other=3 n=\d+
 * expect: refuse
 * reason: layout of 'struct entry' .* member 'weight' is new
 */
#include "support.h"

struct entry {
	struct entry *next;
	long key;
};

static struct entry *first;

long sum_of_list(void);

NOINLINE static long other(void)
{
	long sum = 0;

	for (struct entry *entry = first; entry; entry = entry->next)
		sum += entry->key;
	return sum;
}

int main(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		struct entry *entry = calloc(1, sizeof(*entry));
		entry->next = first;
		entry->key = 1;
		first = entry;
	}
	for (int n = 0;; n++) {
		printf("old sum=%ld other=%ld n=%d\n", sum_of_list(), other(), n);
		tick();
	}
}
