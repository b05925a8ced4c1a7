/* Compiled twice, with another WIDTH: each copy has its own state. */
#define JOIN_(a, b) a##_##b
#define JOIN(a, b) JOIN_(a, b)

static long count = WIDTH * 1000L;

__attribute__((noinline)) static void bump(long by)
{
	count += by * WIDTH;
#ifdef NEW
	if (count < 0)
		count = 0;
#endif
	__asm__ volatile("");
}

long JOIN(step, WIDTH)(long by)
{
	bump(by);
	return count;
}
