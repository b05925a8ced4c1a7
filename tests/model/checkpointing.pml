/*
 * How threads are brought to checkpoints, as a model for spin: see docs/design/checkpointing.md.
 *
 * Some threads with locks, conditions and joins (PROGRAM), and the protocol of src/update/ready/drive.c.
 * A thread moves only while `running`; one that is to be caught stops where it comes to a place at
 * which the update may be committed.
 *
 * Checked in all interleavings (test.py):
 *   - at the commit every thread is stopped, and at such a place;
 *   - the protocol makes no deadlock: whatever it does, threads that could go on without it do so in
 *     the end (there is no invalid end state; without the updater, -DNOBODY, there is none either);
 *   - it ends;
 *   - with -DPATIENT, where time passes only when nothing else can happen: no more than NEEDS_REST
 *     rounds in which all run freely come before the commit. 0: the holders of locks were found.
 *
 * Three mistakes that must be noticed: -DBROKEN=1 leaves threads held when it gives up, 2 commits
 * without having looked again, 3 does not look for the holders of locks.
 */

#ifndef PROGRAM
#define PROGRAM 1
#endif
#ifndef BROKEN
#define BROKEN 0
#endif

#define ROUNDS 8 /* before the updater gives up */
#define BURST 4	 /* of which all run in each fourth */
#define NONE 15
#define FREE 15

/* ---- the threads ---- */

#define MAX 3
#define LOCKS 2

bool running[MAX] = true, catching[MAX], ready[MAX] = true, finished[MAX];
byte owner[LOCKS] = FREE, wanted[MAX] = NONE, joining[MAX] = NONE;
bool signalled, given_up, committed;
byte rested;

/* The thread has come to another place. A caught one is held there when the place is good. */
#define at(good)                                   \
	ready[_pid] = good;                        \
	if                                         \
	:: catching[_pid] && good ->               \
		catching[_pid] = false;            \
		running[_pid] = false              \
	:: else                                    \
	fi

/* In changed code between calls: no place for the commit. */
#define work()                                     \
	atomic { running[_pid] -> at(false) }      \
	atomic { running[_pid] -> at(true) }

/* `good`: the call's return address is a checkpoint, or the caller has not changed. */
#define lock(l, good)                              \
	atomic { running[_pid] -> wanted[_pid] = l; at(good) }  \
	atomic { running[_pid] && owner[l] == FREE -> owner[l] = _pid; wanted[_pid] = NONE; at(good) }

#define unlock(l)                                  \
	atomic { running[_pid] -> assert(owner[l] == _pid); owner[l] = FREE; at(true) }

/* The waiter holds lock l, as pthread_cond_wait() wants it. */
#define wait(l, good)                              \
	atomic { running[_pid] -> owner[l] = FREE; at(good) }   \
	atomic { running[_pid] && signalled -> wanted[_pid] = l }  \
	atomic { running[_pid] && owner[l] == FREE -> owner[l] = _pid; wanted[_pid] = NONE; at(good) }

#define signal() atomic { running[_pid] -> signalled = true }

#define join(t, good)                              \
	atomic { running[_pid] -> joining[_pid] = t; at(good) } \
	atomic { running[_pid] && finished[t] -> joining[_pid] = NONE; at(true) }

#define finish()                                   \
	atomic { running[_pid] -> at(true); finished[_pid] = true }

#if PROGRAM == 1
/* Two threads, two locks; the inner wait is in code without a checkpoint. */
#define THREADS 2
#define NEEDS_REST 0
active proctype nested()
{
	do
	:: lock(0, true); work(); lock(1, false); work(); unlock(1); unlock(0)
	:: finish(); break
	od
}
active proctype other()
{
	do
	:: lock(1, true); work(); unlock(1); lock(0, true); unlock(0)
	:: finish(); break
	od
}
#elif PROGRAM == 2
/* The holder of a lock is at a checkpoint, the one that wants it has none. */
#define THREADS 2
#define NEEDS_REST 0
active proctype holder()
{
	do
	:: lock(0, true); unlock(0)
	:: finish(); break
	od
}
active proctype waiter()
{
	do
	:: lock(0, false); unlock(0); work()
	:: finish(); break
	od
}
#elif PROGRAM == 3
/* A condition wait without checkpoint: nobody owns it, the one that signals works elsewhere. */
#define THREADS 2
#define NEEDS_REST 1
active proctype waiter()
{
	lock(0, true);
	if
	:: !signalled -> wait(0, false)
	:: signalled
	fi
	unlock(0);
	finish()
}
active proctype signaller()
{
	work();
	lock(0, true);
	signal();
	unlock(0);
	work();
	finish()
}
#elif PROGRAM == 4
/* A chain of joins, in code without checkpoints, that ends in a worker which wants a lock. */
#define THREADS 3
#define NEEDS_REST 0
active proctype first()
{
	join(1, false);
	work();
	finish()
}
active proctype second()
{
	lock(0, true);
	join(2, false);
	unlock(0);
	finish()
}
active proctype third()
{
	work();
	lock(1, false);
	unlock(1);
	finish()
}
#elif PROGRAM == 5
/* Three threads that may meet each other at bad moments for ever, as long as none is let be. */
#define THREADS 3
active [2] proctype low()
{
	do
	:: lock(0, false); work(); unlock(0); lock(1, true); unlock(1)
	:: finish(); break
	od
}
active proctype high()
{
	do
	:: lock(0, true); lock(1, false); unlock(1); unlock(0)
	:: finish(); break
	od
}
#endif

/* ---- the protocol ---- */

#define is_ready(i) (finished[i] || ready[i])
#if THREADS == 2
#define all(property) (property(0) && property(1))
#else
#define all(property) (property(0) && property(1) && property(2))
#endif
#define is_stopped(i) (!running[i])
#define is_not_caught_for(i) (!catching[i])

#define for_each(i) for (i : 0 .. THREADS - 1)

inline stop_all()
{
	d_step {
		for_each(i) { running[i] = false; catching[i] = false }
	}
}

/* All run, but those that are held: the caught ones. */
inline run_all()
{
	d_step {
		for_each(i) {
			catching[i] = !is_ready(i);
			running[i] = true
		}
	}
}

inline let_go()
{
	d_step {
		for_each(i) { catching[i] = false; running[i] = true }
	}
}

/* Only those that are not ready run. */
inline run_alone()
{
	d_step {
		for_each(i) {
			catching[i] = !is_ready(i);
			running[i] = catching[i]
		}
	}
}

#define follows(i, o) (o < THREADS && catching[i] && !running[o] && !finished[o])
#define lock_owner(i) (wanted[i] == NONE -> NONE : owner[wanted[i]])

/* Who is waited for by a thread that is to be caught, where that is known. */
#define any_follow                                                            \
	(follows(0, lock_owner(0)) || follows(0, joining[0]) ||               \
	 follows(1, lock_owner(1)) || follows(1, joining[1]) || MORE_FOLLOW)
#if THREADS == 2
#define MORE_FOLLOW false
#else
#define MORE_FOLLOW (follows(2, lock_owner(2)) || follows(2, joining[2]))
#endif

/* The holders run on freely until time is up or the threads that wait for them have come. */
inline run_owners()
{
	d_step {
		for_each(i) {
			if
			:: follows(i, lock_owner(i)) -> running[lock_owner(i)] = true
			:: else
			fi;
			if
			:: follows(i, joining[i]) -> running[joining[i]] = true
			:: else
			fi
		}
	}
}

#ifdef PATIENT
#define TIME_IS_UP timeout
#else
#define TIME_IS_UP true
#endif

inline drive_alone()
{
	run_alone();
	do
	:: atomic { all(is_not_caught_for) -> break }
#if BROKEN != 3
	:: atomic { any_follow -> run_owners() }
#endif
	:: TIME_IS_UP -> break
	od
}

inline drive_together()
{
	run_all();
	do
	:: atomic { all(is_not_caught_for) -> break }
	:: TIME_IS_UP -> break
	od
}

inline commit()
{
	atomic {
		assert(all(is_stopped) && all(is_ready));
		committed = true
	}
}

active proctype updater()
{
	byte i, round;

#ifndef NOBODY
	do
	:: round == ROUNDS ->
		given_up = true;
		break
	:: else ->
		round++;
		stop_all();
		if
		:: all(is_ready) -> commit(); break
		:: else
		fi;
		if
		:: round % BURST -> drive_alone()
		:: else ->
			rested++;
			drive_together()
		fi;
#if BROKEN == 2
		commit();
		break
#endif
	od;
#endif
#if BROKEN == 1
	if
	:: committed -> let_go()
	:: else
	fi
#else
	let_go();
#endif
#if defined(PATIENT) && defined(NEEDS_REST)
	assert(committed && rested <= NEEDS_REST)
#endif
}
