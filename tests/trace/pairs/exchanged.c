/* Another function is called in the place of the old one, for the same thing; another became a
 * helper that makes the call. */
int first(int);
int second(int);
int wait(int);

#ifdef NEW
__attribute__((noinline)) static int patient_wait(int n)
{
	return wait(n);
}
#endif

int run(int n)
{
	int sum = 0;

	while (n--) {
#ifdef NEW
		sum += second(n);
		sum += patient_wait(sum);
#else
		sum += first(n);
		sum += wait(sum);
#endif
	}
	return sum;
}
