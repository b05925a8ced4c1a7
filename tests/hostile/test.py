"""Processes of ordinary users that mean no good, beside others that are updated.

hostile.c says what each of them does.  For each the outcome is held, that the command ends and takes
no more memory than it may, and that nobody else is kept from an update or stopped: who is traced by
another cannot be stopped by us, and who allows itself no system call dies when it is made to make one.
"""

import atexit
import collections
import contextlib
import itertools
import os
import resource
import shutil
import signal
import subprocess
import time

from harness.compile import run
from harness.loading import load
from harness.process import Process, require_untouched
from harness.tool import Failure, Skip, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
NOBODY = 65534
MEMORY = 600 << 20  # bytes that a command may have, whatever a process says
LIMIT = 40  # seconds after which one has no end
USERS, ALL_USERS = 10, 100

processes = load("processes", "families")


def need_root():
    if os.getuid():
        raise Skip("root alone has other users' processes")


def as_user(user):
    """What another command is put behind to be run by that user."""
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups")


class Bench(processes.Bench):
    """The families of tests/processes, and hostile processes beside them. All is made once."""

    def __init__(self, tool, folder):
        self.tool, self.folder = tool, folder
        self.hostile = os.path.join(folder, "hostile")
        self.partner = os.path.join(folder, "partner.so")
        self.old, self.new, self.patch = (os.path.join(folder, name) for name in
                                          ("old/family", "new/family", "patch.sup"))
        if os.path.exists(self.hostile):
            return
        super().__init__(tool, folder)
        self.tool = tool
        self.compile_partner()
        run(["gcc", "-O1", "-g", "-Wall", "-D_GNU_SOURCE", "-I", os.path.join(TOP, "src"), "-I",
             os.path.join(TOP, "include"), "-o", self.hostile, "hostile.c"], HERE)

    def compile_partner(self):
        run(["gcc", "-O1", "-g", "-Wall", "-D_GNU_SOURCE", "-shared", "-fPIC", "-pthread", "-o",
             self.partner, "partner.c"], HERE)

    @contextlib.contextmanager
    def enemy(self, *args, user=NOBODY):
        """A hostile process of another user; its lines."""
        with subprocess.Popen([self.hostile, *map(str, args)], stdout=subprocess.PIPE, text=True,
                              user=user, group=user, extra_groups=[]) as process:
            try:
                lines = []
                while not lines or lines[-1] not in ("ready", "skip", ""):
                    lines.append(process.stdout.readline().strip())
                if lines[-1] != "ready":
                    raise Skip(f"{args[0]} cannot be had here")
                process.said = lines
                yield process
                if process.poll() is not None:
                    raise Failure(f"the process ended with {process.returncode}")
            finally:
                process.kill()

    def bounded(self, *args, status=(0,)):
        """A call whose memory and time have a bound; the exit status must be one of those."""
        def bound():
            resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        done = subprocess.run([self.tool.path, *map(str, args)], capture_output=True, text=True,
                              timeout=LIMIT, check=False, preexec_fn=bound)
        if done.returncode not in status:
            raise Failure(f"{args[0]}: status {done.returncode}, not {status}: {done.stdout[-300:]}"
                          f"{done.stderr[-500:]}")
        return done.stdout + done.stderr

    def tries_everything(self, pid):
        """What is done with one process by its number: it gives a reason, and leaves it alone."""
        for args in (("check", self.patch), ("apply", self.patch), ("revert",), ("recover",)):
            self.bounded(*args, pid, status=(0, 1, 3) if args == ("recover",) else (1, 3))
            require_untouched(pid)

    def updates_family(self, *processes_named, status=0):
        """A family is updated by --all, whatever the others are."""
        with self.family("workers", "1", members=2) as family:
            answer = self.call("apply", self.patch, "--all", status=status)
            family.require("new", 2)
            others = [one["pid"] for one in answer["processes"]
                      if one["pid"] not in family.members()]
            if sorted(others) != sorted(processes_named):
                raise Failure(f"beside the family: {others}, not {processes_named}: {answer}")
            self.call("revert", self.patch, *family.members())
            family.require("old", 2)


def named_and_set_aside(bench, enemy):
    """A process that says what cannot be: named by each command, and in the way of none."""
    text = bench.bounded("status", enemy.pid, status=(1,)) + bench.bounded("status", status=(1,))
    if text.count(f"process {enemy.pid} ") != 2:
        raise Failure(f"not named: {text}")
    bench.updates_family(enemy.pid, status=1)
    bench.tries_everything(enemy.pid)
    bench.call("status", "--all", "--except", enemy.pid)


def too_many(bench, _):
    """More registries than a process may have."""
    with bench.enemy("forged", 600) as enemy:
        named_and_set_aside(bench, enemy)


def in_a_circle(bench, _):
    """As many as it may have, each on top of the next: they are shown, at no cost, and it does not
    have the program."""
    with bench.enemy("forged", 500) as enemy:
        text = bench.bounded("status", enemy.pid)
        if "\x1b" in text:
            raise Failure("its names reach the terminal")
        bench.updates_family()
        bench.tries_everything(enemy.pid)


def bombs(bench, _):
    """A patch that is said to be larger than it can be."""
    with bench.enemy("bomb", 900) as enemy:
        named_and_set_aside(bench, enemy)


def never_answers(bench, _):
    """A page that nobody ever gives: each command has an end."""
    with bench.enemy("never", user=0) as enemy:
        bench.bounded("status", enemy.pid)
        bench.updates_family()
        bench.bounded("apply", bench.patch, enemy.pid, status=(1,))
        bench.bounded("recover", enemy.pid, status=(1,))


def never_answers_when_traced(bench, _):
    """The same in a process of the update, once that is under way: the updater is not kept, the process
    is as it was, and others are updated."""
    prefix = ("env", f"LD_PRELOAD={bench.partner}")
    with bench.family("workers", "0", members=1, prefix=prefix) as kept:
        text = bench.bounded("apply", bench.patch, kept.pid, status=(1,))
        if "came to no end" not in text:
            raise Failure(text)
        require_untouched(kept.pid)
        kept.require("old", 1)
    with bench.family("workers", "0", members=1, prefix=prefix) as kept:
        with bench.family("workers", "1", members=2) as family:
            answer = bench.call("apply", bench.patch, "--all", "--timeout", "30", status=1)
            family.require("new", 2)
            refused = {one["pid"] for one in answer["processes"] if one["result"] == "refused"}
            if kept.pid not in refused or refused & set(family.members()):
                raise Failure(f"refused: {refused}")
        require_untouched(kept.pid)
        kept.require("old", 1)


# In a mount namespace of its own: a file system of a user's that never answers, over the folder of a
# program that runs.
SILENT = """
import ctypes, os, subprocess, sys
folder, program, *command = sys.argv[1:]
process = subprocess.Popen([program, "workers", "0"], stdout=subprocess.DEVNULL)
try:
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"silent", folder.encode(), b"fuse", 0, options):
        sys.exit(77)
    sys.exit(subprocess.run([*command, str(process.pid)], timeout=40).returncode)
finally:
    process.kill()
"""


def file_never_answers(bench, _):
    """A file in the place of one that a process runs, which nobody can look at: scan and live end."""
    folder = os.path.join(bench.folder, "silent")
    os.makedirs(folder, exist_ok=True)
    program = os.path.join(folder, "family")
    run(["cp", bench.old, program], HERE)
    for command in ("scan", "live"):
        done = subprocess.run(["unshare", "-m", "python3", "-c", SILENT, folder, program,
                               bench.tool.path, command], capture_output=True, text=True,
                              timeout=LIMIT + 20, check=False)
        if done.returncode == 77 or not os.path.exists("/dev/fuse"):
            raise Skip("no file systems of users here")
        if done.returncode != 1 or "came to no end" not in done.stdout + done.stderr:
            raise Failure(f"{command}: {done.returncode}: {done.stdout}{done.stderr}")


def maps_the_file(bench, _):
    """Who has the old file mapped as data does not run it."""
    with bench.enemy("maps", bench.old):
        bench.updates_family()


def names(bench, _):
    """Names that would control the terminal."""
    with bench.enemy("named") as enemy:
        text = bench.bounded("status", enemy.pid) + bench.bounded("status")
        if "\x1b" in text or "evil" not in text:
            raise Failure(f"shown: {text!r}")


def forks(bench, _):
    """One that forks as fast as it can, while others are updated."""
    with bench.enemy("forks"):
        bench.updates_family()


def closed(bench, _):
    """status and the searches stop nobody and make nobody call the kernel: a process that would die
    of it, and that another traces."""
    with bench.enemy("closed") as enemy:
        child = int(next(line for line in enemy.said if line.startswith("child")).split()[1])
        for _ in range(3):
            answer = bench.call("status", child)
            if len(answer["processes"][0]["updates"]) != 1:
                raise Failure(f"{answer}")
        bench.updates_family()
        with open(f"/proc/{child}/status", encoding="ascii") as file:
            if f"TracerPid:\t{enemy.pid}" not in file.read():
                raise Failure("the process is not as it was")


REWRITINGS = ("number", "arguments", "table", "nothing")
SETREGS = "101/0xd"


def has_all_rights(pid):
    """To some of its memory; one that died has none."""
    try:
        with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as file:
            return any(line.split()[1].startswith("rwx") for line in file)
    except FileNotFoundError:
        return False


def rewritten(bench, _):
    """Between two requests of the updater another process of the user writes other code where the
    process is to make calls for us: it makes none but those that it is told to."""
    faulty = os.path.join(bench.folder, "faulty")
    run(["gcc", "-D_GNU_SOURCE", "-O1", "-Wall", "-o", faulty, "faulty.c"],
        os.path.join(TOP, "tests", "fault"))

    def apply(family, *fault):
        return subprocess.run([faulty, *fault, "--", bench.tool.path, "apply", bench.patch,
                               str(family.pid), "--json"], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=LIMIT, check=False)

    calls = os.path.join(bench.folder, "calls")
    with bench.family("workers", "0", members=1, prefix=as_user(NOBODY)) as family:
        if apply(family, "list", calls).returncode:
            raise Failure("not updated undisturbed")
    count = load("fault", "target").listed(calls).count(SETREGS)
    noticed = collections.Counter()
    for how, n in itertools.product(REWRITINGS, range(1, count + 1)):
        noticed[how] += rewritten_at(bench, apply, n, how)
    if any(not noticed[how] for how in REWRITINGS):
        raise Failure(f"it was not noticed: {noticed}")
    return f"{len(REWRITINGS)} kinds at {count} places, {sum(noticed.values())} noticed"


def rewritten_at(bench, apply, n, how):
    """Whether it was noticed. Then the process goes on as it was."""
    with bench.family("workers", "0", members=1, prefix=as_user(NOBODY)) as family:
        rewriter = os.path.join(bench.folder, "rewriter")
        with open(rewriter, "w", encoding="ascii") as file:
            file.write(" ".join(("exec", *as_user(NOBODY), bench.hostile, "rewrites",
                                 f"{family.pid}:{how}\n")))
        done = apply(family, "run", f"{n}@{SETREGS}", f"sh {rewriter}")
        if done.returncode not in (0, 1):
            raise Failure(f"{how} at {n}: status {done.returncode}: {done.stdout}{done.stderr}")
        ended = family.process.child.poll()
        if ended is not None and ended >= 0 or has_all_rights(family.pid):
            raise Failure(f"{how} at {n}: the process has made another call")
        if done.returncode:
            family.require("old", 1)
        return "other-call" in done.stdout


def shrinks(bench, _):
    """A file that gets shorter while it is mapped."""
    path = os.path.join("/tmp", f"shrinks-{os.getpid()}")
    try:
        with bench.enemy("shrinks", path) as enemy:
            for _ in range(5):
                bench.bounded("status", enemy.pid)
            bench.updates_family()
            bench.tries_everything(enemy.pid)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


def another_copy(bench, _):
    """Another user's copy of the old program, which comes to no checkpoint, refuses nobody else."""
    program = os.path.join(bench.folder, "copy")
    run(["cp", bench.old, program], HERE)
    with bench.family("busy", members=2, program=program, prefix=as_user(NOBODY)) as busy:
        with bench.family("workers", "1", members=2) as family:
            answer = bench.call("apply", bench.patch, "--all", "--timeout", "6", status=1)
            family.require("new", 2)
            refused = {one["pid"] for one in answer["processes"] if one["result"] == "refused"}
            if not refused or refused & set(family.members()):
                raise Failure(f"refused: {refused}")
            bench.call("apply", bench.patch, "--all", "--together", "--timeout", "1", status=1)
        require_untouched(busy.pid)


def interrupted(bench, _):
    """SIGTERM in the middle: all is taken back, and then it ends the updater."""
    with bench.family("busy", members=2) as family:
        for delay in (0.3, 0.6, 1.1):
            with subprocess.Popen([bench.tool.path, "apply", bench.patch, "--tree",
                                   str(family.pid), "--timeout", "30"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as updater:
                time.sleep(delay)
                updater.send_signal(signal.SIGTERM)
                if updater.wait(LIMIT) != -signal.SIGTERM:
                    raise Failure(f"status {updater.returncode}")
            for pid in family.members():
                require_untouched(pid)
            answer = bench.call("status", *family.members())
            if any(one["updates"] or one["has_leavings"] for one in answer["processes"]):
                raise Failure(f"something is left: {answer}")
        family.require("old", 1)


def ordinary_user(bench, _):
    """A user updates his own process, and no one else's."""
    tool = os.path.join(bench.folder, "strongupdate")
    run(["cp", bench.tool.path, tool], HERE)
    with bench.family("workers", "1", members=2, prefix=as_user(NOBODY)) as family, \
            bench.family("workers", "0", members=1) as other:
        def call(*args, status):
            got, answer, errors = bench.tool.call(*args, prefix=as_user(NOBODY))
            if got != status:
                raise Failure(f"{args[0]}: status {got}: {reason_of(answer, errors)}")
        call("apply", bench.patch, "--tree", family.pid, status=0)
        family.require("new", 2)
        call("apply", bench.patch, other.pid, status=1)
        other.require("old", 1)
        call("revert", "--tree", family.pid, status=0)
        call("status", "--all", status=0)


def unit_settings():
    """(name, value) of each line of the unit that docs/security.md speaks of."""
    with open(os.path.join(TOP, "examples", "strongupdate@.service"), encoding="utf-8") as file:
        return [line.strip().split("=", 1) for line in file if "=" in line and line[0].isupper()]


def with_capabilities(bench, _):
    """What the unit leaves is enough for others' processes: for root, and for a user that has no more."""
    names = dict(unit_settings())["CapabilityBoundingSet"].split()
    some = ",".join(["-all", *(f"+{name[4:].lower()}" for name in names)])
    rights = ("setpriv", f"--inh-caps={some}", f"--bounding-set={some}", "--no-new-privs")
    user = (f"--ambient-caps={some}", "--reuid=20002", "--regid=20002", "--clear-groups")
    tool = os.path.join(bench.folder, "strongupdate")
    run(["cp", bench.tool.path, tool], HERE)
    with bench.family("workers", "1", members=2, prefix=as_user(20001)) as family, \
            bench.family("workers", "0", members=1) as other:
        for prefix in (rights, (*rights, *user)):
            for command, version in (("apply", "new"), ("revert", "old")):
                done = subprocess.run([*prefix, tool, command, bench.patch, "--all"], check=False,
                                      capture_output=True, text=True, timeout=LIMIT)
                if done.returncode:
                    raise Failure(f"{command}: {done.stdout[-300:]}{done.stderr[-300:]}")
                family.require(version, 2)
                other.require(version, 1)


def service(bench, _):
    """systemd understands the unit."""
    if not shutil.which("systemd-analyze"):
        raise Skip("no systemd-analyze")
    path = os.path.join(bench.folder, "strongupdate@x.service")
    with open(os.path.join(TOP, "examples", "strongupdate@.service"), encoding="utf-8") as file, \
            open(path, "w", encoding="utf-8") as copy:
        copy.write(file.read().replace("/usr/bin/strongupdate", bench.tool.path))
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True,
                          text=True, timeout=LIMIT, check=False)
    if done.returncode or done.stderr.strip():
        raise Failure(done.stderr)


def many_users(bench, everything):
    """Processes of many users are updated by one command."""
    count = ALL_USERS if everything else USERS
    with contextlib.ExitStack() as stack:
        families = []
        for user in range(20000, 20000 + count):
            families.append(stack.enter_context(bench.family("workers", "0", members=1,
                                                             prefix=as_user(user))))
        enemy = stack.enter_context(bench.enemy("forged", 600))
        answer = bench.call("apply", bench.patch, "--all", "--timeout", "60", status=1)
        done = [one for one in answer["processes"] if one["result"] == "applied"]
        refused = [one["pid"] for one in answer["processes"] if one["result"] == "refused"]
        if len(done) != count or refused != [enemy.pid]:
            raise Failure(f"{len(done)} of {count}: {answer['reason']}")
        for family in families:
            family.require("new", 1)
        bench.call("revert", bench.patch, "--all", "--except", enemy.pid)


TESTS = (too_many, in_a_circle, bombs, never_answers,
         never_answers_when_traced, file_never_answers, maps_the_file, names, forks, closed, rewritten, shrinks,
         another_copy, interrupted, ordinary_user, with_capabilities, service,
         many_users)


def items(tool, root, everything=False):
    """(name, function) of every test; `everything`: in full."""
    # Where every user can come to.
    folder = f"/tmp/strongupdate-hostile-{os.getpid()}"
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for test in TESTS:
        name = test.__name__.replace("_", "-")

        def execute(test=test, name=name):
            need_root()
            os.makedirs(root, exist_ok=True)
            return test(Bench(tool.with_log(os.path.join(root, name)), folder), everything)
        yield f"hostile {name}", execute
