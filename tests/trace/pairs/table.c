/* A jump table gets one more entry. */
int next(void);
int put(int);

void run(int state)
{
	for (;;) {
		switch (state) {
		case 0:
			state = put(10);
			break;
		case 1:
			state = next();
			break;
		case 2:
			put(state + 3);
			state = next();
			break;
		case 3:
			put(77);
			state = 0;
			break;
		case 4:
			put(5);
			put(6);
			state = next();
			break;
#ifdef NEW
		case 5:
			put(55);
			state = next() & 7;
			break;
#endif
		default:
			state = put(-state);
		}
	}
}
