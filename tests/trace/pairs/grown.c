/* Arrays that have more elements: at put(1) the tail of `seen` is zero, at put(2) all of `text` is
 * overwritten, at put(3) the tail of `name` is not known, nor is it at put(4) that of `ring`; at
 * put(5) nothing was written behind the elements that both have of `line`. */
int put(int);
int snprintf(char *, unsigned long, const char *, ...);
long read(int, void *, unsigned long);
char *fgets(char *, int, void *);
int puts(const char *);

#ifdef NEW
#define MORE 16
#else
#define MORE 0
#endif

void run(void)
{
	long seen[8 + MORE] = { 0 }, n;
	char text[32 + MORE], name[48 + MORE], line[64 + MORE];
	int ring[16 + MORE], head = 0, tail = 0;

	while (put(1)) {
		seen[put(0) & 7]++;
		put(seen[0] ? 10 : 11);
	}
	while (put(2)) {
		fgets(text, sizeof(text), 0);
		puts(text);
	}
	snprintf(name, sizeof(name), "%d", put(14));
	while (put(3))
		puts(name);
	while (put(4)) {
		ring[head] = put(12);
		if (++head == 16 + MORE)
			head = 0;
		if (!put(13))
			continue;
		put(ring[tail]);
		if (++tail == 16 + MORE)
			tail = 0;
	}
	while ((n = read(1, line, sizeof(line) - 1)) > 0) {
		line[n] = 0;
		put(5);
		puts(line);
	}
}
