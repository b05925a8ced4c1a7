/* Whom threads wait for, for each kind of lock. The oracle: which thread took it. */
#include <pthread.h>
#include <semaphore.h>

#include "process/futex.h"
#include "process/proc.h"
#include "suite.h"
#include "target_fixture.h"

enum kind { NORMAL, ERROR_CHECK, RECURSIVE, ROBUST, INHERIT, READ_LOCK, WRITE_LOCK, JOIN };

static enum kind kind; /* of the test that runs */
static pthread_mutex_t mutex;
static pthread_rwlock_t rwlock;

static void init_mutex(void)
{
	static const int types[] = { [ERROR_CHECK] = PTHREAD_MUTEX_ERRORCHECK,
				     [RECURSIVE] = PTHREAD_MUTEX_RECURSIVE,
				     [INHERIT] = PTHREAD_MUTEX_NORMAL };
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	if (kind <= INHERIT)
		pthread_mutexattr_settype(&attr, types[kind]);
	if (kind == ROBUST)
		pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	if (kind == INHERIT)
		pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&mutex, &attr);
}

static void wait_for_main(pthread_t main_thread)
{
	if (kind <= INHERIT)
		pthread_mutex_lock(&mutex);
	else if (kind == READ_LOCK)
		pthread_rwlock_rdlock(&rwlock);
	else if (kind == WRITE_LOCK)
		pthread_rwlock_wrlock(&rwlock);
	else
		pthread_join(main_thread, NULL);
}

static void *waiter(void *arg)
{
	atomic_store(&shared->beats, (unsigned long)gettid());
	atomic_store(&shared->ready, 1);
	wait_for_main(*(pthread_t *)arg);
	return NULL;
}

/* The main thread holds what the other one wants, and sleeps. */
static void target(void)
{
	pthread_t thread, self = pthread_self();

	init_mutex();
	pthread_mutex_lock(&mutex);
	pthread_rwlock_init(&rwlock, NULL);
	pthread_rwlock_wrlock(&rwlock);
	pthread_create(&thread, NULL, waiter, &self);
	for (;;)
		pause();
}

static void *wait_for_semaphore(void *arg)
{
	sem_wait(arg);
	return NULL;
}

static void semaphore_target(void)
{
	static sem_t semaphore;
	pthread_t thread;

	sem_init(&semaphore, 0, 0);
	pthread_create(&thread, NULL, wait_for_semaphore, &semaphore);
	atomic_store(&shared->ready, 1);
	for (;;)
		pause();
}

static size_t index_of(const struct su_session *session, pid_t tid)
{
	size_t i = 0;

	while (i < session->threads.len && session->threads.at[i].tid != tid)
		i++;
	ck_assert_uint_lt(i, session->threads.len);
	return i;
}

static struct su_session *seize(pid_t pid)
{
	struct su_session *session;

	fine(su_session_open(pid, &session));
	fine(su_session_seize(session));
	ck_assert_uint_eq(session->threads.len, 2);
	return session;
}

/* It takes an instant until the thread sleeps. */
static enum su_wait settled(const struct su_session *session, size_t index, size_t *ret_holder)
{
	enum su_wait wait = SU_WAIT_NONE;

	for (double end = soon(); su_clock_us() < end && wait == SU_WAIT_NONE;) {
		usleep(1000);
		wait = su_futex_wait(session, index, ret_holder);
	}
	return wait;
}

START_TEST(the_holder_is_found)
{
	size_t holder = 99;

	kind = (enum kind)_i;
	pid_t pid = start(target);
	struct su_session *session = seize(pid);
	size_t index = index_of(session, (pid_t)atomic_load(&shared->beats));

	ck_assert_int_eq(settled(session, index, &holder), SU_WAIT_THREAD);
	ck_assert_int_eq(session->threads.at[holder].tid, pid);
	/* The holder itself sleeps in another call. */
	ck_assert_int_eq(settled(session, holder, &holder), SU_WAIT_UNKNOWN);
	su_session_close(session);
	finish(pid);
}
END_TEST

START_TEST(a_semaphore_has_no_holder)
{
	size_t holder = 99;

	pid_t pid = start(semaphore_target);
	struct su_session *session = seize(pid);
	size_t other = 1 - index_of(session, pid);

	ck_assert_int_eq(settled(session, other, &holder), SU_WAIT_UNKNOWN);
	ck_assert_uint_eq(holder, 99);
	su_session_close(session);
	finish(pid);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("futex");
	TCase *tcase = tcase_create("futex");

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_set_timeout(tcase, LONG_ENOUGH);
	tcase_add_loop_test(tcase, the_holder_is_found, NORMAL, JOIN + 1);
	tcase_add_test(tcase, a_semaphore_has_no_holder);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}
