/* Objects that only the new version has: at put(1) what is in `kept` matters if `flag` is set, at
 * put(2) nothing does: `text` is filled before it is read. */
int put(int);
void fill(char *, unsigned long);
void take(const char *);

static volatile int flag;

void run(void)
{
#ifdef NEW
	char kept[32], text[48];

	if (flag)
		fill(kept, sizeof(kept));
#endif
	put(1);
#ifdef NEW
	if (flag)
		take(kept);
#endif
	for (;;) {
		put(2);
#ifdef NEW
		fill(text, sizeof(text));
		take(text);
#endif
	}
}
