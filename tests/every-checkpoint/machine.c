/*
 * A machine of a few instructions runs programs that sort and add: a switch in a loop, and loops
 * without calls.  The new version counts steps, checks bounds, and has another instruction.
 */
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

enum op { PUSH, ADD, SUB, DUP, SORT, SHOW, LOOP, END };

static long stack[16];
static int depth;
#ifdef NEW
static long steps;
#endif

NOINLINE static void push(long value)
{
#ifdef NEW
	if (depth >= 16) {
		puts("full");
		return;
	}
#endif
	stack[depth++] = value;
}

NOINLINE static long pop(void)
{
#ifdef NEW
	if (depth <= 0) {
		puts("empty");
		return 0;
	}
#endif
	return stack[--depth];
}

NOINLINE static void sort(long *values, int count)
{
	for (int i = 0; i < count; i++) {
		for (int j = 0; j + 1 < count; j++) {
			long a = values[j], b = values[j + 1];

#ifdef NEW
			steps++;
#endif
			if (a > b) {
				values[j] = b;
				values[j + 1] = a;
			}
		}
	}
}

NOINLINE static long checksum(const long *values, int count)
{
	long sum = 0;

	for (int i = 0; i < count; i++)
#ifdef NEW
		sum = sum * 31 + values[i] + (values[i] == 123456789);
#else
		sum = sum * 31 + values[i];
#endif
	return sum;
}

NOINLINE static void run(const long *code)
{
	long loops = 3;

	for (const long *at = code;; at++) {
		switch ((enum op) * at) {
		case PUSH:
			push(*++at);
			break;
		case ADD:
			push(pop() + pop());
			break;
		case SUB: {
			long b = pop();

			push(pop() - b);
			break;
		}
		case DUP: {
			long top = pop();

			push(top);
			push(top);
			break;
		}
		case SORT:
			sort(stack, depth);
			break;
		case SHOW:
			printf("depth %d checksum %ld\n", depth, checksum(stack, depth));
			break;
		case LOOP:
			if (--loops > 0)
				at = code - 1;
			break;
		case END:
#ifdef NEW
			if (steps < 0)
				puts("overflow");
#endif
			return;
		}
	}
}

int main(void)
{
	static const long first[] = { PUSH, 5, PUSH, 3, PUSH, 9, SUB, SHOW, SORT, SHOW, LOOP, END };
	static const long second[] = { PUSH, 7, DUP, ADD, PUSH, 1, SORT, SHOW, END };

	run(first);
	memset(stack, 0, sizeof(stack));
	depth = 0;
	run(second);
	printf("end %ld\n", checksum(stack, 16));
	return 0;
}
