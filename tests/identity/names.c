/*
 * may_write is another name of may_read (ALIAS), or has a body like it that the linker folds (FOLDED).
 * In NEW it has a body of its own.
 */
#ifdef HIDDEN
#define SHOWN __attribute__((noinline, visibility("hidden")))
#else
#define SHOWN __attribute__((noinline))
#endif

SHOWN int may_read(int uid, int mode);
SHOWN int may_write(int uid, int mode);

int may_read(int uid, int mode)
{
	if (uid == 0)
		return 1;
	return (mode >> (uid % 7) & 1) * (uid * 31 % 17 != 3);
}

#ifdef NEW
int may_write(int uid, int mode)
{
	if (uid == 5)
		return 0;
	return may_read(uid, mode);
}
#elif defined ALIAS
int may_write(int uid, int mode) __attribute__((alias("may_read")));
#else
int may_write(int uid, int mode)
{
	if (uid == 0)
		return 1;
	return (mode >> (uid % 7) & 1) * (uid * 31 % 17 != 3);
}
#endif

__attribute__((noinline)) int ask_read(int uid, int mode)
{
	return may_read(uid, mode) + 0 * mode;
}

__attribute__((noinline)) int ask_write(int uid, int mode)
{
	int answer = may_write(uid, mode);

	__asm__ volatile("" : "+r"(answer));
	return answer;
}
