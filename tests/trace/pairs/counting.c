/* The old version goes through the numbers by a pointer, the new one needs the index and what is
 * left, too; `lines` is wider there. */
int put(int);
void say(long, long);

static int numbers[100];

void run(int total)
{
	for (int i = 0; i < 100; i++) {
		put(numbers[i]);
#ifdef NEW
		say(i, 100 - i);
#endif
		numbers[i]++;
	}
	for (int lines = 0;; lines++) {
		put(1);
#ifdef NEW
		say(lines + 1, total - lines);
#else
		say(1, lines);
#endif
	}
}
