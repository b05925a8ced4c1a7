/* More variables than registers: some live in the frame, and change their places. */
int next(void);
int put(int);

void run(int a, int b, int c, int d, int e)
{
	int f = next(), g = next(), h = next();
#ifdef NEW
	int i = next();
#endif
	for (;;) {
		a += put(b + f);
		b ^= put(c + g);
		c += put(d - h);
		d ^= put(e + a);
#ifdef NEW
		e += put(i++);
#endif
		f += g;
		g += h;
	}
}
