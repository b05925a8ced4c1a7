/* A frame object, held by callees, moves in the frame; the stack protector's canary with it. */
int fill(char *, unsigned long);
int put(int);

void run(void)
{
#ifdef NEW
	long seen[4] = { 0 };
#endif
	char line[40];

	for (int count = 0;; count++) {
		int got = fill(line, sizeof(line));
#ifdef NEW
		seen[count & 3] = got;
		fill((char *)seen, sizeof(seen));
#endif
		put(line[0] + got + count);
	}
}
