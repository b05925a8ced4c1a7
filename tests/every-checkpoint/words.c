/*
 * Counts the words of a text in a hash table and sorts them: memory of the heap, and a function
 * that the C library calls.  The new version measures before it copies, and keeps account of
 * chains.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define BUCKETS 8u

struct word {
	struct word *next;
	char *text;
	int count;
};

static struct word *table[BUCKETS];
static size_t word_count;
#ifdef NEW
static size_t longest_chain;
#endif

static const char *const text =
	"the quick brown fox jumps over the lazy dog and the slow dog looks at "
	"the fox while a bird sings over the dog and a fox";

NOINLINE static unsigned int hash(const char *word, size_t length)
{
	unsigned int value = 5381;

#ifdef NEW
	for (size_t i = 0; i < length && word[i]; i++)
		value = value * 33 + (unsigned char)word[i];
	return value & (BUCKETS - 1);
#else
	for (size_t i = 0; i < length; i++)
		value = value * 33 + (unsigned char)word[i];
	return value % BUCKETS;
#endif
}

NOINLINE static struct word *find(const char *word, size_t length)
{
	struct word **head = &table[hash(word, length)];
#ifdef NEW
	size_t chain = 0;
#endif

	for (struct word *at = *head; at; at = at->next) {
		if (strlen(at->text) == length && strncmp(at->text, word, length) == 0)
			return at;
#ifdef NEW
		chain++;
#endif
	}
#ifdef NEW
	longest_chain = chain > longest_chain ? chain : longest_chain;
#endif
	struct word *fresh = malloc(sizeof(*fresh));

	fresh->text = strndup(word, length);
	fresh->count = 0;
	fresh->next = *head;
	*head = fresh;
	word_count++;
	return fresh;
}

NOINLINE static int compare(const void *a, const void *b)
{
	const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;

#ifdef NEW
	if (x == y)
		return 0;
	if (x->count > y->count)
		return -1;
	if (x->count < y->count)
		return 1;
#else
	if (x->count != y->count)
		return y->count - x->count;
#endif
	return strcmp(x->text, y->text);
}

NOINLINE static void report(void)
{
	struct word **all = malloc(word_count * sizeof(struct word *));
	size_t n = 0;

	for (unsigned int i = 0; i < BUCKETS; i++) {
		for (struct word *at = table[i]; at; at = at->next)
			all[n++] = at;
	}
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 0; i < n; i++) {
		char line[64];

#ifdef NEW
		int length = snprintf(line, sizeof(line), "%-8s %d", all[i]->text, all[i]->count);

		if (length > 60)
			printf("cut: ");
#else
		snprintf(line, sizeof(line), "%-8s %d", all[i]->text, all[i]->count);
#endif
		puts(line);
	}
	free(all);
}

int main(void)
{
	const char *at = text;

	while (*at) {
		const char *start = at;

		while (isalpha((unsigned char)*at))
			at++;
		if (at > start)
			find(start, (size_t)(at - start))->count++;
#ifdef NEW
		if (longest_chain > 100)
			puts("long chain");
#endif
		if (*at)
			at++;
	}
	report();
	printf("%zu words\n", word_count);
	return 0;
}
