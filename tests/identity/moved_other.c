#ifdef NEW
static volatile long count = 100;

long other(void)
{
	return ++count > 199 ? 199 : count;
}
#else
long other(void)
{
	return 0;
}
#endif
