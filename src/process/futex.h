/*
 * Whom does a thread wait for?
 *
 * A thread that sleeps in futex(2) waits for a word in memory.  For most locks of glibc the thread
 * that holds it is written beside the word, or in it.  The answer is a hint: nothing but the choice
 * of who may run on for a moment depends on it, so a wrong one costs time only.
 *
 * Source: futex(2); glibc's struct __pthread_mutex_s (owner 8 bytes after the word), struct
 * __pthread_rwlock_arch_t (writer 16 and 12 bytes after the words slept on); PI and robust mutexes
 * and pthread_join(3) have the thread's number in the word itself (FUTEX_TID_MASK).
 */
#ifndef SU_PROCESS_FUTEX_H
#define SU_PROCESS_FUTEX_H

#include "process/session.h"

enum su_wait {
	SU_WAIT_NONE = 0, /* it runs, or sleeps outside of system calls */
	SU_WAIT_THREAD,	  /* for another thread of the process, which is known */
	SU_WAIT_UNKNOWN,  /* for something else */
};

/* Thread `index` is running as far as we are concerned. *ret_holder is set for SU_WAIT_THREAD: an
 * index in the session. */
enum su_wait su_futex_wait(const struct su_session *session, size_t index, size_t *ret_holder);

#endif
