/* The registers that bring further arguments are stored in a part of the frame that has no name: in both versions in
 * the same way. */
#include <stdarg.h>

int put(int);
void take(const char *, va_list);
void say(const char *);

void run(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put(1);
	take(format, arguments);
	va_end(arguments);
	put(2);
#ifdef NEW
	say(format);
#endif
}
