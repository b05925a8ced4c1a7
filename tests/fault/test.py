"""Fault sweeps: the updater is killed before its n-th system call, or the call fails, for every n.

After each, the target must be wholly old or wholly new and running, or stopped in a way that
`recover` puts right; nothing of the updater may stay in it but an update that is in force; and the
same command must work when it is given again.  The target (scenario all-at-once) watches itself.

The calls are counted by tests/fault/faulty.c, so the tool has no part in it.
"""

import contextlib
import errno
import os
import random
import signal
import time

from harness.loading import load
from harness.scenario import LIMIT
from harness.tool import Failure, Tool

Bench = load("fault", "target").Bench
# Numbers of x86-64, as faulty has them; of ptrace with the request.
PWRITE64, PTRACE, KILL, TGKILL, PERF_EVENT_OPEN = "18", "101", "62", "234", "298"
SEIZE, SETOPTIONS, POKEDATA = "101/0x4206", "101/0x4200", "101/0x5"
READ, OPENAT, MMAP, MUNMAP, WAIT4, READV = "0", "257", "9", "11", "61", "310"
TOUCHING = {PWRITE64, PTRACE, KILL, TGKILL, PERF_EVENT_OPEN}
# How a call may fail in earnest: a thread that is stopped and alive is there for every other request
# of ptrace, and does not cease to be a child.
ERRORS = {SEIZE: errno.EPERM, SETOPTIONS: errno.EPERM, POKEDATA: errno.EIO, PWRITE64: errno.EIO,
          READV: errno.ESRCH, OPENAT: errno.EMFILE, MMAP: errno.ENOMEM, KILL: errno.EPERM,
          TGKILL: errno.ESRCH, READ: errno.EIO, PERF_EVENT_OPEN: errno.EBUSY, WAIT4: errno.EINTR}
ABORTED, KILLED = 128 + 6, 128 + 9  # out of memory it aborts
SAMPLE = 24  # points of each sweep in the short form


# ---- what is run with a fault: each makes the target ready and gives the command line ----

@contextlib.contextmanager
def apply(bench, target):
    yield ("apply", bench.patch, target.process.pid, "--timeout", "5")


@contextlib.contextmanager
def revert(bench, target):
    target.tool((0,), "apply", bench.patch, target.process.pid)
    yield ("revert", target.process.pid, "--timeout", "5")


@contextlib.contextmanager
def recover(bench, target):
    """Of an apply that was killed before its third write of code, which comes after a signal to
    each thread."""
    at = f"{len(target.masks)}@{TGKILL}+3"
    status, words = bench.faulty_run(("kill", at), ("apply", bench.patch, target.process.pid))
    if status != KILLED:
        raise Failure(f"not killed: {status} {words}")
    answer = target.tool((4,), "status", target.process.pid)
    if not answer["processes"][0]["needs_recovery"]:
        raise Failure(f"status does not say that it needs recovery: {answer}")
    target.tool((4,), "apply", bench.patch, target.process.pid)
    yield ("recover", target.process.pid)


@contextlib.contextmanager
def group(bench, target):
    """Of two processes as one; the other one is in target.other until the check is done."""
    yield ("apply", bench.patch, target.process.pid, target.other.process.pid, "--timeout", "5")


# ---- one fault ----

def after_recovery(target):
    """Whatever happened: `recover` can be given, twice, and then all is well."""
    pid = target.process.pid
    target.tool((0, 4), "status", pid)
    target.tool((0,), "recover", pid)
    again = target.tool((0,), "recover", pid)["processes"][0]
    if again["result"] != "nothing to recover":
        raise Failure(f"the second recovery found {again}")


def kill_at(bench, kind, n):
    """False: the command ended before its n-th call."""
    with bench.target(f"kill-{kind.__name__}-{n}") as target:
        with kind(bench, target) as args:
            status, words = bench.faulty_run(("kill", n), args)
        if status not in (0, KILLED):
            raise Failure(f"status {status}: {words}")
        after_recovery(target)
        new = target.check(may_be_new=kind is not recover)
        if not new and kind is not revert:
            target.require_no_memory()
        target.use_again(new)
    return status == KILLED


def stop_at(bench, kind, n, sig):
    """The process is sent a stop signal before the n-th call: that is not lost.  False: no such call."""
    output = f"stop-{kind.__name__}-{n}-{sig}"
    with bench.target(output, bench.catches) as target:
        pid = target.process.pid
        with kind(bench, target) as args:
            status, words = bench.faulty_run(("send", n, int(sig), pid), args)
        if status not in (0, 1):
            raise Failure(f"status {status}: {words}")
        end = time.monotonic() + LIMIT
        while target.process.status_field("State")[0] != "T":
            if time.monotonic() > end:
                raise Failure(f"{sig.name} is lost: status {status}")
            time.sleep(0.001)
        os.kill(pid, signal.SIGCONT)
        target.settle(status == 0)
    return True


def require_truth(kind, target, status, words):
    """The updater has put right what was to be, and says how it is."""
    if status not in (0, 1, 3):
        raise Failure(f"status {status}: {words}")
    new = target.check(may_be_new=(status == 0) == (kind is apply),
                       may_be_old=(status == 0) == (kind is revert))
    if not new and kind is apply:
        target.require_no_memory()
    target.use_again(new)


def run_out_at(bench, kind, n):
    """Memory runs out at the n-th allocation: in the worker that is an undo.  False: there was enough.
    """
    with bench.target(f"memory-{kind.__name__}-{n}") as target:
        with kind(bench, target) as args:
            status, words = bench.run_out(n, args)
        if status == -signal.SIGABRT:
            after_recovery(target)
            target.use_again(target.check())
        else:
            require_truth(kind, target, status, words)
    return status != 0


def end_at(bench, kind, n):
    """The process of the updater that makes the call is killed: where that was its worker, the one
    that is left puts right what was begun, and says how it is.  False: no call was met."""
    with bench.target(f"end-{kind.__name__}-{n}") as target:
        with kind(bench, target) as args:
            status, words = bench.faulty_run(("end", n), args)
        if status == KILLED:
            after_recovery(target)
            target.use_again(target.check())
            return True
        require_truth(kind, target, status, words)
    return status != 0


def fail_at(bench, kind, n, errnum):
    """Exit statuses tell the truth."""
    with bench.target(f"fail-{kind.__name__}-{n}") as target:
        with kind(bench, target) as args:
            status, words = bench.faulty_run(("fail", n, errnum), args)
        if status == 2 or status >= 128 and status != ABORTED:
            raise Failure(f"status {status}: {words}")
        if status in (1, 3) and kind is not recover:
            target.settle(kind is revert)
            # Where it was told that the process is gone it has left what it could not take back.
            if errnum != errno.ESRCH:
                target.check()
        after_recovery(target)
        sure = status == 0
        new = target.check(may_be_new=not sure or kind is apply,
                           may_be_old=not sure or kind is not apply)
        target.use_again(new)


def kill_group_at(bench, n):
    """Both are old, or both are new.  False: the command ended before its n-th call."""
    with bench.target(f"kill-group-{n}") as target, bench.target(f"kill-group-{n}-other") as other:
        target.other = other
        with group(bench, target) as args:
            status, words = bench.faulty_run(("kill", n), args)
        if status not in (0, KILLED):
            raise Failure(f"status {status}: {words}")
        pids = [target.process.pid, other.process.pid]
        random.shuffle(pids)
        for pid in pids:
            target.tool((0,), "recover", pid)
        new = target.check()
        if other.check() != new:
            raise Failure(f"one is {'new' if new else 'old'} and the other is not")
        if not new:
            target.tool((0,), "apply", bench.patch, *pids)
        target.tool((0,), "revert", *pids)
        for one in (target, other):
            one.settle(False)
            one.require_as_before()
    return status == KILLED


# ---- sweeps ----

def touching_points(calls):
    """Before and after each call that does something to the target."""
    points = {n + 1 + more for n, nr in enumerate(calls) if kind_of(nr) in TOUCHING
              for more in (0, 1)}
    return sorted(points)


def kind_of(call):
    return call.split("/")[0]


class Attempts:
    """Goes on after a failure, to tell how many there are."""

    def __init__(self):
        self.failures = []

    def __call__(self, what, bench, kind, n, *more):
        try:
            return what(bench, kind, n, *more)
        except Failure as why:
            self.failures.append(f"at call {' '.join(map(str, (n, *more)))}: {why}")
            return True

    def finish(self, remark):
        if self.failures:
            raise Failure(f"{remark}, {len(self.failures)} failed: "
                          + "\n".join(self.failures[:8]))
        return remark


def kill_sweep(bench, kind, everything):
    bench.prepare()
    attempt = Attempts()
    calls = bench.calls(kind)
    if not everything:
        points = touching_points(calls)
        points = sorted(random.sample(points, min(SAMPLE, len(points))))
        for n in points:
            attempt(kill_at, bench, kind, n)
        return attempt.finish(f"{len(points)} of {len(calls)} calls")
    n = 1
    while attempt(kill_at, bench, kind, n):
        n += 1
    return attempt.finish(f"each of {n - 1} calls")


def end_sweep(bench, kind, everything):
    """Of what touches the target: before each of these calls."""
    bench.prepare()
    attempt = Attempts()
    calls = bench.calls(kind)
    points = touching_points(calls)
    if not everything:
        points = sorted(random.sample(points, min(SAMPLE, len(points))))
    for n in points:
        attempt(end_at, bench, kind, n)
    return attempt.finish(f"{len(points)} of {len(calls)} calls")


def stop_sweep(bench, kind, everything):
    """Right after each call that touches the target, from the first signal to a thread on. So it does
    not come where it is lost, in the moment between two calls (docs/limits.md)."""
    bench.prepare()
    attempt = Attempts()
    calls = bench.calls(kind, bench.catches, maker_of=TGKILL)
    first = calls.index(TGKILL)
    points = [(n + 1 - first, sig) for n, nr in enumerate(calls)
              if n > first and kind_of(nr) in TOUCHING
              for sig in (signal.SIGSTOP, signal.SIGTSTP)]
    if not everything:
        points = random.sample(points, min(SAMPLE, len(points)))
    for n, sig in points:
        attempt(stop_at, bench, kind, f"1@{TGKILL}+{n}", sig)
    return attempt.finish(f"{len(points)} of {len(calls)} calls")


def memory_sweep(bench, kind, everything):
    """The last allocation is searched for, then some before it are tried, or all in steps."""
    bench.prepare()
    attempt = Attempts()
    last = 64
    while attempt(run_out_at, bench, kind, last) and not attempt.failures:
        last *= 2
    step = max(1, last // (400 if everything else SAMPLE))
    points = range(last // 2 + random.randrange(step), last, step)
    for n in points:
        attempt(run_out_at, bench, kind, n)
    return attempt.finish(f"{len(points)} of {last} allocations")


def fail_sweep(bench, kind, everything):
    bench.prepare()
    attempt = Attempts()
    calls = bench.calls(kind)
    # Counted by kind, since two runs wait more or less often. What the dynamic loader does when its
    # calls fail is not ours; it ends with the unmapping of its cache.
    loader = calls[:calls.index(MUNMAP)]
    points = [(nr, n) for nr in ERRORS for n in range(loader.count(nr) + 1, calls.count(nr) + 1)]
    if not everything:
        points = [point for point in points if kind_of(point[0]) in TOUCHING]
        points = random.sample(points, min(SAMPLE, len(points)))
    for nr, n in points:
        attempt(fail_at, bench, kind, f"{n}@{nr}", ERRORS[nr])
    return attempt.finish(f"{len(points)} of {len(calls)} calls")


def group_sweep(bench, everything):
    """The commit: what comes before its first signal is as with one process."""
    bench.prepare()
    attempt = Attempts()
    with bench.target("calls-group-other") as other:
        def both(bench, target):
            target.other = other
            return group(bench, target)
        calls = bench.calls(both, maker_of=TGKILL)
    first = calls.index(TGKILL)
    last = len(calls) - calls[::-1].index(TGKILL)
    points = [n for n in touching_points(calls) if first < n < last + 10]
    if not everything:
        points = sorted(random.sample(points, min(SAMPLE, len(points))))
    for n in points:
        attempt(lambda bench, _kind, n: kill_group_at(bench, f"1@{TGKILL}+{n - first}"), bench,
                None, n)
    return attempt.finish(f"{len(points)} of {len(calls)} calls")


def items(tool, root, everything=False):
    """(name, function) of every sweep."""
    bench = Bench(Tool(tool.path), os.path.join(root, "fault-kill-group"))
    yield "fault kill group", lambda b=bench: group_sweep(b, everything)
    for kind, sweeps in ((apply, (kill_sweep, end_sweep, stop_sweep, memory_sweep,
                                   fail_sweep)),
                         (revert, (kill_sweep, end_sweep, fail_sweep)),
                         (recover, (kill_sweep, fail_sweep))):
        for sweep in sweeps:
            name = f"fault {sweep.__name__.split('_')[0]} {kind.__name__}"
            bench = Bench(Tool(tool.path), os.path.join(root, name.replace(" ", "-")))
            yield name, lambda s=sweep, b=bench, k=kind: s(b, k, everything)
