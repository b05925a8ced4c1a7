/* Calls of one function, told apart by the texts that they pass; one is new between them. */
int say(const char *, int);
int next(void);

void run(void)
{
	for (;;) {
		int n = next();

		say("opened", n);
#ifdef NEW
		say("checked", n);
#endif
		n += next();
		say("closed", n);
	}
}
