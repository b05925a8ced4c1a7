/*
 * An endless loop walks a list on the heap; its pointers into the heap stay valid.
 *
 * before: old node=\d+ n=\d+
 * after: new node=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct node {
	struct node *next;
	int value;
	char text[20];
};

int main(void)
{
	struct node *first = NULL, *at;
	int expected = 0;

	begin();
	for (int i = 9; i >= 0; i--) {
		struct node *node = malloc(sizeof(*node));

		node->next = first;
		node->value = i;
		sprintf(node->text, "%d", i);
		first = node;
	}
	at = first;
	for (int n = 0;; n++) {
		tick();
		if (at->value != expected || atoi(at->text) != expected)
			printf("BAD value=%d\n", at->value);
#ifdef NEW
		printf("new node=%s n=%d\n", at->text, n);
#else
		printf("old node=%d n=%d\n", at->value, n);
#endif
		at = at->next ? at->next : first;
		expected = (expected + 1) % 10;
	}
}
