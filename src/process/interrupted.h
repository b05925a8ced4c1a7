/*
 * System calls that a stop of ours interrupts.
 *
 * Linux starts most of them again by itself when no handler runs: their result is -ERESTARTSYS or
 * its like while the thread is stopped, and the kernel looks at it when the thread runs on.  Some
 * waits end with -EINTR instead, handler or not (signal(7), "Interruption of system calls and
 * library functions by stop signals").  Where starting such a call again is the same as going on
 * with it, its result is changed to -ERESTARTNOHAND: then the kernel does that for us, and gives
 * the program its EINTR after all when a handler is to run first.
 *
 * A wait with a time limit that is given with the call would wait for all of it again. It is left
 * to end, as after any stop; the limit of a socket (SO_RCVTIMEO) begins anew.
 *
 * Source: arch/x86/kernel/signal.c, arch_do_signal_or_restart(); fs/eventpoll.c, ipc/sem.c,
 * kernel/signal.c, net/core/sock.c (sock_intr_errno), fs/aio.c, io_uring/.
 */
#ifndef SU_PROCESS_INTERRUPTED_H
#define SU_PROCESS_INTERRUPTED_H

#include <sys/types.h>

/* The thread rests in a ptrace stop, on its way out of the kernel. */
void su_interrupted_start_again(pid_t tid);

#endif
