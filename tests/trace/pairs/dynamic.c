/* An array whose size is known at run time only stays where it is. */
int fill(int *, int);
int put(int);

void run(int count)
{
	int numbers[count];

	for (int round = 0;; round++) {
		fill(numbers, count);
#ifdef NEW
		put(-1);
#endif
		put(numbers[0] + round);
	}
}
