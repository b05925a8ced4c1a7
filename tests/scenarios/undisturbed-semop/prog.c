/*
 * main() waits in semop() for another thread to raise a System V semaphore.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "undisturbed.h"

#include <sys/ipc.h>
#include <sys/sem.h>

static int semaphore;

static long change(short by)
{
	struct sembuf change = { .sem_op = by };

	return semop(semaphore, &change, 1);
}

static void serve(void)
{
	for (;; change(1))
		for (int i = 0; i < 10; i++)
			tick();
}

static long wait_for_it(void)
{
	return change(-1);
}

/* Nobody else sees it, and it is gone with the program. */
__attribute__((constructor)) static void make(void)
{
	semaphore = semget(IPC_PRIVATE, 1, 0600);
	change(1);
	change(-1);
}
