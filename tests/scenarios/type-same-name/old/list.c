#include "support.h"

struct entry {
	struct entry *next;
	long key;
};

static struct entry *list;

long sum_of_list(void)
{
	long sum = 0;

	for (long key = 1; key <= 3 && opaque(!list || list->key < 3); key++) {
		struct entry *entry = calloc(1, sizeof(*entry));
		entry->next = list;
		entry->key = key;
		list = entry;
	}
	for (struct entry *entry = list; entry; entry = entry->next) {
		sum += entry->key;
	}
	if (sum != 6)
		printf("BAD sum\n");
	return sum;
}
