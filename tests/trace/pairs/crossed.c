/* Two calls and a store change their order: what was done already is not done again. */
int take(int);
int give(int);
int put(int);
int total;

void run(int n)
{
	for (;;) {
#ifdef NEW
		give(n);
		total += n;
		take(n);
		put(n);
#else
		take(n);
		give(n);
		put(n);
		total += n;
#endif
		n++;
	}
}
