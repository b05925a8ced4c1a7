/* NEW keeps no register for a variable that grows with the loop's counter: it makes it from the counter
 * and from the value that it had before the loop.  The register that debug information names for it holds
 * that sum. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

struct note {
	int version, id;
	long count, mark;
};

static int in[3][2], out[2];

static void *serve(void *arg)
{
	int id = (int)(long)arg;
	long count = 0, mark = id * 5000L;
	char c;

	while (read(in[id][0], &c, 1) == 1) {
#ifdef NEW
		struct note note = { 2, id, ++count, mark };
#else
		struct note note = { 1, id, ++count, mark };
#endif
		if (write(out[1], &note, sizeof(note)) != sizeof(note))
			break;
#ifdef NEW
		mark += 2;
#endif
	}
	return NULL;
}

int main(void)
{
	char line[32];
	struct note note;
	pthread_t thread;

	if (pipe(out) || pipe(in[1]) || pthread_create(&thread, NULL, serve, (void *)1L))
		return 1;
	while (fgets(line, sizeof(line), stdin)) {
		if (write(in[1][1], line, 1) != 1 ||
		    read(out[0], &note, sizeof(note)) != sizeof(note))
			return 2;
		printf("%s %ld mark %ld\n", note.version == 1 ? "old" : "new", note.count,
		       note.mark);
	}
	return 0;
}
