/*
 * Each distance counts from where it stands.
 *
 * before: 4 6 9
 * expect: refuse
 * reason: changed, and has no type|holds distances of 32 bits
 */
#include "support.h"

typedef int function(int);

struct operations {
	int at[3];
};
extern const struct operations operations;
__asm__(".pushsection .rodata\n"
	".balign 4\n"
	".globl operations\n"
	".type operations, @object\n"
	"operations: .long add - ., twice - ., square - .\n"
	".size operations, 12\n"
	".popsection");

__attribute__((used, noinline)) static int add(int x)
{
	return x + (int)opaque(1);
}

#ifdef NEW
__attribute__((used, noinline)) static int more(int x)
{
	return x * 3 + (int)opaque(7);
}
#endif

__attribute__((used, noinline)) static int twice(int x)
{
	return x * 2;
}

__attribute__((used, noinline)) static int square(int x)
{
#ifdef NEW
	printf("%s", opaque(0) ? "?" : "");
	return x * x + 1000;
#else
	return x * x;
#endif
}

NOINLINE static int call(const struct operations *from, int i, int x)
{
	return ((function *)((const char *)&from->at[i] + from->at[i]))(x);
}

int main(void)
{
	const struct operations *volatile held = &operations;

	begin();
	for (;;) {
		printf("%d %d %d\n", call(held, 0, 3), call(held, 1, 3), call(held, 2, 3));
		tick();
	}
}
