/*
 * Constants point to one another, in a circle too: one at the end of the chain changes, a pointer
 * moves to another one, and one that was there keeps its address in all of them.
 *
 * before: start -> 1 -> 2 -> 3 -> 1 held 2 n=\d+
 * after: start -> 1 -> 20 -> 4 -> 1 held 20 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct node {
	int value;
	const struct node *next;
};

static const struct node one, two, three;
#ifdef NEW
static const struct node four = { 4, &one };
#endif
static const struct node one = { 1, &two };
#ifdef NEW
static const struct node two = { 20, &four };
#else
static const struct node two = { 2, &three };
#endif
static const struct node three = { 3, &one };
static const struct node *const start = &one;

static const struct node *held;

NOINLINE static void walk(const struct node *node, int n)
{
	printf("start");
	for (int i = 0; i < 4; i++) {
		printf(" -> %d", node->value);
		node = node->next;
	}
	printf(" held %d n=%d\n", held->value, n);
	if (node != held)
		printf("BAD address\n");
}

int main(void)
{
	begin();
	held = ((const struct node *)opaque((long)start))->next;
	opaque((long)&three);
	for (int n = 0;; n++) {
		walk((const struct node *)opaque((long)start), n);
		tick();
	}
}
