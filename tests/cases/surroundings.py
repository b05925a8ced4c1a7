"""Cases of processes in hostile surroundings: confined, hidden, stopped, frozen, asleep, contended.

What cannot be updated there is refused, in bounded time, and goes on as before.  Surroundings that
a program makes for itself (seccomp, sealed or huge pages, dropped privileges) are scenarios.
"""

import contextlib
import ctypes
import os
import re
import resource
import shutil
import signal
import subprocess
import time

from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, Skip, reason_of

PAIR, THREADS, OPENER = "inactive-function", "worker-threads", "opens-files"


def need_root():
    if os.geteuid() != 0:
        raise Skip("needs root")


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Skip(f"{program} is not installed")


def succeed(answer, what):
    status, answer, errors = answer
    if status != 0:
        raise Failure(f"{what}: status {status}: {reason_of(answer, errors)}")
    return answer


def round_trip(tool, scenario, process, patch, pid=None, prefix=()):
    """Apply and revert, seen in what the program prints."""
    pid = pid or process.pid
    succeed(tool.call("apply", patch, pid, prefix=prefix), "apply")
    process.wait_for(scenario.after, LIMIT, "after the update")
    succeed(tool.call("status", pid, prefix=prefix), "status")
    succeed(tool.call("revert", pid, prefix=prefix), "revert")
    process.wait_for(scenario.reverted, LIMIT, "after the revert")
    process.require_untouched_by_tracers()


class Wrapped(Process):
    """A program started by another one (unshare, chroot, ...)."""

    def __init__(self, command, output):
        super().__init__(command[0], output, command[1:])

    def only_child(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            with open(f"/proc/{self.pid}/task/{self.pid}/children", encoding="ascii") as file:
                children = file.read().split()
            if children:
                return int(children[0])
            self.require_alive()
            time.sleep(0.005)
        raise Failure("no child")


def libraries(program):
    done = subprocess.run(["ldd", program], capture_output=True, text=True, check=True)
    return re.findall(r"(/\S+) \(0x", done.stdout)


def chrooted(bench, folder):
    """The process cannot see any file outside of its root."""
    need_root()
    scenario, old, _ = bench.pair(PAIR)
    patch, root = bench.patch(PAIR, folder), os.path.join(folder, "root")
    for path in libraries(old):
        os.makedirs(root + os.path.dirname(path), exist_ok=True)
        shutil.copy(path, root + path)
    shutil.copy(old, os.path.join(root, "old"))
    with Wrapped(["chroot", root, "/old"], os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        shutil.rmtree(root)
        round_trip(bench.tool, scenario, process, patch)


def other_mounts(bench, folder):
    """The process has other mounts, in which its own file cannot be seen."""
    need_root()
    need("unshare", "mount")
    scenario, old, _ = bench.pair(PAIR)
    patch = bench.patch(PAIR, folder)
    hide = f"exec 9<{old}; mount -t tmpfs none {os.path.dirname(old)} && exec /proc/self/fd/9"
    command = ["unshare", "--mount", "sh", "-c", hide]
    with Wrapped(command, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        round_trip(bench.tool, scenario, process, patch)


def other_pids(bench, folder):
    """The process is number 1 of a pid namespace, and is updated from outside and from inside."""
    need_root()
    need("unshare", "nsenter")
    scenario, old, _ = bench.pair(PAIR)
    patch = bench.patch(PAIR, folder)
    command = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", old]
    with Wrapped(command, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        pid = process.only_child()
        round_trip(bench.tool, scenario, process, patch, pid)
        inside = ("nsenter", "--target", str(pid), "--pid", "--mount")
        round_trip(bench.tool, scenario, process, patch, 1, inside)


def other_users(bench, folder):
    """The process is root of a user namespace."""
    need("unshare")
    scenario, old, _ = bench.pair(PAIR)
    patch = bench.patch(PAIR, folder)
    command = ["unshare", "--user", "--map-root-user", old]
    with Wrapped(command, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        round_trip(bench.tool, scenario, process, patch)


def seccomp_without_power(bench, folder):
    """An updater that may not suspend a filter which kills lets the process alone."""
    need_root()
    need("setpriv")
    patch = bench.patch("seccomp", folder)
    with bench.running("seccomp", folder) as (scenario, process):
        answer = bench.tool.call("apply", patch, process.pid,
                                 prefix=("setpriv", "--bounding-set", "-sys_admin"))
        if answer[0] != 1 or "seccomp" not in reason_of(*answer[1:]):
            raise Failure(f"status {answer[0]}: {reason_of(*answer[1:])}")
        process.wait_for(scenario.before, LIMIT, "after the refusal")
        process.require_original_text()
        round_trip(bench.tool, scenario, process, patch)
        return reason_of(*answer[1:])


def stopped_by(sig):
    def case(bench, folder):
        patch = bench.patch(THREADS, folder)
        with bench.running(THREADS, folder) as (scenario, process):
            for args, wanted in ((("apply", patch, process.pid), scenario.after),
                                 (("revert", process.pid), scenario.before)):
                os.kill(process.pid, sig)
                wait_for_state(process, "T")
                succeed(bench.tool.call(*args), args[0])
                succeed(bench.tool.call("status", process.pid), "status")
                succeed(bench.tool.call("recover", process.pid), "recover")
                time.sleep(0.05)
                wait_for_state(process, "T")
                process.lines()
                os.kill(process.pid, signal.SIGCONT)
                process.wait_for(wanted, LIMIT, "after SIGCONT")
                process.require_untouched_by_tracers()
    case.__name__ = f"stopped_by_{sig.name.lower()}"
    case.__doc__ = f"A process stopped by {sig.name} is updated, and stays stopped."
    return case


def wait_for_state(process, letters):
    """Until every thread is in one of these states."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        states = set()
        for tid in os.listdir(f"/proc/{process.pid}/task"):
            with open(f"/proc/{process.pid}/task/{tid}/stat", encoding="ascii") as file:
                states.add(file.read().rsplit(") ", 1)[1][0])
        if states <= set(letters):
            return
        time.sleep(0.005)
    raise Failure(f"the threads are in states {states}, not {letters}")


@contextlib.contextmanager
def freezer():
    """A cgroup whose processes can be frozen; gives a function to do so."""
    need_root()
    for top, name, values in (("/sys/fs/cgroup/freezer", "freezer.state", ("THAWED", "FROZEN")),
                              ("/sys/fs/cgroup", "cgroup.freeze", ("0", "1"))):
        group = os.path.join(top, f"strongupdate-test-{os.getpid()}")
        if not os.access(top, os.W_OK):
            continue
        with contextlib.suppress(OSError):
            os.mkdir(group)
        if os.path.exists(os.path.join(group, name)):
            break
        with contextlib.suppress(OSError):
            os.rmdir(group)
    else:
        raise Skip("no cgroup can freeze here")

    def freeze(pid, frozen):
        with open(os.path.join(group, "cgroup.procs"), "w", encoding="ascii") as file:
            file.write(str(pid))
        with open(os.path.join(group, name), "w", encoding="ascii") as file:
            file.write(values[frozen])
    try:
        yield freeze
    finally:
        with open(os.path.join(group, name), "w", encoding="ascii") as file:
            file.write(values[0])
        end = time.monotonic() + LIMIT
        while os.path.isdir(group) and time.monotonic() < end:
            with contextlib.suppress(OSError):
                os.rmdir(group)
            time.sleep(0.02)


def frozen(bench, folder):
    """A frozen process is refused at the deadline, and goes on when it is thawed."""
    patch = bench.patch(THREADS, folder)
    with freezer() as freeze, bench.running(THREADS, folder) as (scenario, process):
        freeze(process.pid, True)
        try:
            status, answer, errors = bench.tool.call("apply", patch, process.pid, "--timeout", "1")
            reason = reason_of(answer, errors)
            if status != 1 or "stopped" not in reason:
                raise Failure(f"status {status}: {reason}")
        finally:
            freeze(process.pid, False)
        process.lines()
        process.wait_for(scenario.before, LIMIT, "thawed")
        process.require_original_text()
        round_trip(bench.tool, scenario, process, patch)
        process.end()
        return reason


@contextlib.contextmanager
def silent_file_system(folder):
    """A FUSE file system that answers nothing: who opens a file there sleeps uninterruptibly."""
    need_root()
    if not os.path.exists("/dev/fuse"):
        raise Skip("no /dev/fuse")
    where, libc = os.path.join(folder, "mount"), ctypes.CDLL(None, use_errno=True)
    os.mkdir(where)
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    if libc.mount(b"strongupdate-test", where.encode(), b"fuse", 0, options) != 0:
        os.close(device)
        raise Skip(f"cannot mount FUSE: {os.strerror(ctypes.get_errno())}")
    try:
        yield os.path.join(where, "file"), lambda: os.close(device)
    finally:
        libc.umount2(where.encode(), 2)  # MNT_DETACH


def uninterruptible(bench, folder):
    """A thread in an uninterruptible sleep cannot be stopped: refused at the deadline, unharmed."""
    scenario, old, _ = bench.pair(OPENER)
    patch = bench.patch(OPENER, folder)
    with silent_file_system(folder) as (path, give_up), \
            Process(old, os.path.join(folder, "output"), (path,)) as process:
        try:
            process.wait_for(scenario.before, LIMIT, "before")
            states = {thread_state(process, tid) for tid in threads(process)}
            if "D" not in states:
                raise Failure(f"no thread is in an uninterruptible sleep: {states}")
            status, answer, errors = bench.tool.call("apply", patch, process.pid, "--timeout", "1")
            reason = reason_of(answer, errors)
            if status != 1 or "could not be stopped" not in reason:
                raise Failure(f"status {status}: {reason}")
            process.lines()
            process.wait_for(scenario.before, LIMIT, "after the refusal")
            process.require_original_text()
        finally:
            give_up()
        round_trip(bench.tool, scenario, process, patch)
        return reason


def threads(process):
    return os.listdir(f"/proc/{process.pid}/task")


def thread_state(process, tid):
    with open(f"/proc/{process.pid}/task/{tid}/stat", encoding="ascii") as file:
        return file.read().rsplit(") ", 1)[1][0]


def no_address_space(bench, folder):
    """The process may not have more memory: an error, and it goes on."""
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        before = resource.prlimit(process.pid, resource.RLIMIT_AS)
        resource.prlimit(process.pid, resource.RLIMIT_AS, (4096, before[1]))
        status, answer, errors = bench.tool.call("apply", patch, process.pid)
        reason = reason_of(answer, errors)
        if status != 3 or "memory" not in reason:
            raise Failure(f"status {status}: {reason}")
        process.lines()
        process.wait_for(scenario.before, LIMIT, "after the error")
        process.require_original_text()
        resource.prlimit(process.pid, resource.RLIMIT_AS, before)
        round_trip(bench.tool, scenario, process, patch)
        return reason


def few_descriptors(bench, folder):
    """The updater itself may open few files only."""
    need("prlimit")
    patch = bench.patch("many-threads", folder)
    with bench.running("many-threads", folder) as (scenario, process):
        round_trip(bench.tool, scenario, process, patch, prefix=("prlimit", "--nofile=16"))


def at_once(bench, folder):
    """Eight updaters at once: one does it, the others find it traced or done."""
    patch = bench.patch(THREADS, folder)
    with bench.running(THREADS, folder) as (scenario, process):
        for args, result, wanted in ((("apply", patch, str(process.pid)), "applied",
                                      scenario.after),
                                     (("revert", str(process.pid)), "reverted", scenario.before)):
            for _ in range(3):
                one_of_eight(bench, process, args, result, wanted)
                succeed(bench.tool.call("status", process.pid), "status")
                if args[0] == "apply":
                    succeed(bench.tool.call("revert", process.pid), "revert")
                else:
                    succeed(bench.tool.call("apply", patch, process.pid), "apply")
            if args[0] == "apply":
                succeed(bench.tool.call("apply", patch, process.pid), "apply")


def one_of_eight(bench, process, args, result, wanted):
    updaters = [subprocess.Popen([bench.tool.path, *args, "--json"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                for _ in range(8)]
    answers = [updater.communicate(timeout=60) for updater in updaters]
    statuses = [updater.returncode for updater in updaters]
    done = [answer[0] for answer, status in zip(answers, statuses)
            if status == 0 and '"result": "unchanged"' not in answer[0]]
    if len(done) != 1 or f'"{result}"' not in done[0] or not {0, 1} >= set(statuses):
        raise Failure(f"{args[0]}: statuses {statuses}: {answers}"[:1500])
    process.lines()
    process.wait_for(wanted, LIMIT, f"after {args[0]}")
    process.require_untouched_by_tracers()


def no_process_of_a_user(bench, folder):
    """Kernel threads, zombies and threads are no processes to update."""
    patch = bench.patch(PAIR, folder)
    reasons = []
    with bench.running(THREADS, folder) as (_, process):
        thread = max(map(int, threads(process)))
        dead = subprocess.Popen(["true"])
        with open(f"/proc/{dead.pid}/stat", encoding="ascii") as file:
            while file.read().rsplit(") ", 1)[1][0] != "Z":
                file.seek(0)
        for pid in (2, thread, dead.pid):
            for args in (("apply", patch, pid), ("recover", pid)):
                status, answer, errors = bench.tool.call(*args)
                if status not in (1, 2):
                    raise Failure(f"{args}: status {status}: {reason_of(answer, errors)}")
                reasons.append(reason_of(answer, errors))
        dead.wait()
    return "; ".join(reasons[::2])


def wait_for_state(process, letter):
    """Until the leader's state is that one; its threads follow within the same stop."""
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        with open(f"/proc/{process.pid}/stat", encoding="ascii", errors="replace") as file:
            if file.read().rsplit(") ", 1)[1][0] == letter:
                return
        time.sleep(0.005)
    raise Failure(f"the process is not in state {letter}")


def stopped_in_the_middle(bench, folder):
    """Somebody stops the process while it is updated or reverted, and continues it afterwards: it
    stops, and its handler of SIGCONT runs once for each."""
    patch = bench.patch("catches-continue", folder)
    with bench.running("catches-continue", folder) as (_, process):
        for n in range(24):
            args = ("revert", str(process.pid)) if n % 2 else ("apply", patch, str(process.pid))
            with subprocess.Popen([bench.tool.path, *args], stdout=subprocess.PIPE, text=True,
                                  stderr=subprocess.STDOUT) as updater:
                time.sleep(0.0015 * n)
                process.child.send_signal(signal.SIGSTOP)
                said, _ = updater.communicate(timeout=60)
            if updater.returncode != 0:
                raise Failure(f"{args[0]}: status {updater.returncode}: {said}")
            wait_for_state(process, "T")
            process.child.send_signal(signal.SIGCONT)
            version = "old" if n % 2 else "new"
            process.wait_for([rf"{version} continued={n + 1} n=\d+"], LIMIT, "continued")
        process.require_untouched_by_tracers()


CASES = (chrooted, other_mounts, other_pids, other_users, seccomp_without_power,
         stopped_by(signal.SIGSTOP), stopped_by(signal.SIGTSTP), stopped_in_the_middle, frozen,
         uninterruptible, no_address_space, few_descriptors, at_once, no_process_of_a_user)
