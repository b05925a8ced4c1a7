/* For LD_PRELOAD: the program catches SIGCONT. */
#include <signal.h>
#include <stddef.h>

static void on_signal(int sig)
{
	(void)sig;
}

static void __attribute__((constructor)) begin(void)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	sigaction(SIGCONT, &action, NULL);
}
