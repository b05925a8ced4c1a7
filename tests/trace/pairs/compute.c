/* A loop without calls: checkpoints between calls, pointers that run in step. */
int put(int);

int run(const int *from, int *to, int count)
{
	int sum = 0;

	for (int i = 0; i < count; i++) {
		to[i] = from[i] * 3;
#ifdef NEW
		sum += from[i] ^ i;
#else
		sum += from[i];
#endif
	}
	put(sum);
	return sum;
}
