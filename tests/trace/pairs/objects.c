/* Objects that only the new version has.  At put(1) their contents are constant whenever the place is come to for
 * the first time: zeroed, with an address in it, set anew in each round.  At put(2) some way has
 * filled `late`. */
int put(int);
void fill(char *, unsigned long);
void take(const void *);

static volatile int flag;

void run(void)
{
	int n = 0;
#ifdef NEW
	int counts[16] = { 0 };
	struct {
		const char *name;
		long weight;
	} named = { "name", 3 };
	int last = -1;
#endif
	while (put(1)) {
		n++;
#ifdef NEW
		counts[n & 15]++;
		take(counts);
		take(&named);
		if (last == n)
			return;
		last = put(last);
#endif
	}
#ifdef NEW
	char late[32] = "";

	if (flag)
		fill(late, sizeof(late));
#endif
	for (;;) {
		put(2);
#ifdef NEW
		take(late);
#endif
	}
}
