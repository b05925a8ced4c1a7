/* Conditions change: the functions part and meet again. */
int next(void);
int put(int);
void fail(void) __attribute__((noreturn));

int run(int n)
{
	int best = 0;

	while (n > 0) {
		int got = next();

#ifdef NEW
		if (got > best && got < 1000)
			best = put(got);
		else if (got < 0)
			fail();
#else
		if (got > best)
			best = put(got);
		if (got < 0)
			fail();
#endif
		n -= put(best);
	}
	return best;
}
