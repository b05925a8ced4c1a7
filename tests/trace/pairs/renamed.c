/* A variable gets another name, another one another type, and a third one is new. */
int next(void);
int put(long);

void run(void)
{
#ifdef NEW
	long count = 0;
	int sum = 0, last = 0;
#else
	int count = 0;
	int total = 0;
#endif
	for (;;) {
#ifdef NEW
		last = next();
		sum += last;
		put(last + count);
		put(sum + last);
#else
		total += next();
		put(count);
		put(total);
#endif
		count++;
	}
}
