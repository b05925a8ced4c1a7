/* A frame that is aligned to more than the stack is. */
int fill(int *, int);
int put(int);

void run(void)
{
	int block[16] __attribute__((aligned(64)));
#ifdef NEW
	int more[16] __attribute__((aligned(64)));
#endif
	for (int round = 0;; round++) {
		fill(block, 16);
#ifdef NEW
		fill(more, 16);
#endif
		put(block[3] + round);
	}
}
