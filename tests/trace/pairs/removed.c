/* A call is gone: who waits in it goes on at what follows. */
int rest(int);
int put(int);
int total;

void run(int n)
{
	for (;;) {
		total += n;
#ifndef NEW
		rest(10);
#endif
		put(n);
		n++;
	}
}
