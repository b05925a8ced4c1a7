/* A loop counts what it could not do before: a new variable beside old ones. */
int next(void);
int put(int);

void run(int limit)
{
	int total = 0;
#ifdef NEW
	int rounds = 0;
#endif
	while (total < limit) {
		total += next();
#ifdef NEW
		rounds++;
		put(rounds);
#endif
		put(total);
	}
}
