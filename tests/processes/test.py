"""Updates that concern several processes: family.c says which programs there are.

The build-ids are made up anew for each run, so that `--all` meets the processes of one test only.
"""

import collections
import contextlib
import os
import random
import re
import secrets
import shutil
import signal
import subprocess
import time

from harness.compile import run
from harness.process import Process, require_untouched
from harness.tool import Failure, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 20.0
CYCLES, ALL_CYCLES = 8, 200  # of the storm: in the short form, and in full
KILLS = 8  # points in the commits, in the short form
TGKILL, KILLED = "234", 128 + 9
LINE = re.compile(r"(\w+) (\d+) (?:\S+ )?(old|new) n=(\d+)")
EXE = ["-fPIE", "-pie"]


def compile_versions(source, name, folder, flags=()):
    """FOLDER/old/NAME and FOLDER/new/NAME."""
    paths = []
    for version in ("old", "new"):
        os.makedirs(os.path.join(folder, version), exist_ok=True)
        paths.append(os.path.join(folder, version, name))
        run(["gcc", "-g", "-O2", "-Wall", "-D_GNU_SOURCE", "-pthread", "-o", paths[-1], source,
             *flags, *(["-DNEW"] if version == "new" else []),
             f"-Wl,--build-id=0x{secrets.token_hex(20)}"], HERE)
    return paths


class Bench:
    """One test's folder, with the family in both versions and the patch between them."""

    def __init__(self, tool, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder = folder
        self.tool = tool.with_log(os.path.join(folder, "log"))
        self.old, self.new = compile_versions("family.c", "family", folder, EXE)
        self.patch = self.build(self.old, self.new, "patch.sup")

    def build(self, old, new, name):
        path = os.path.join(self.folder, name)
        status, answer, errors = self.tool.build(old, new, path)
        if status != 0:
            raise Failure(f"build: {reason_of(answer, errors)}")
        return path

    def call(self, *args, status=0):
        """Runs the tool; the exit status must be that one. Returns its answer."""
        got, answer, errors = self.tool.call(*args)
        if got != status:
            raise Failure(f"{args[0]}: status {got}, not {status}: {reason_of(answer, errors)}")
        return answer

    @contextlib.contextmanager
    def family(self, *args, members=1, program=None, prefix=()):
        """A running family of which `members` processes have spoken."""
        program = program or self.old
        command = [*prefix, program] if prefix else [program]
        with Process(command[0], os.path.join(self.folder, f"output-{secrets.token_hex(4)}"),
                     (*command[1:], *args)) as process:
            family = Family(self, process, program)
            family.wait_for_members(members)
            yield family


class Family:
    """A master and what it has started, by the lines that they print."""

    def __init__(self, bench, process, program):
        self.bench, self.process, self.program = bench, process, program
        self.pid = process.pid

    def lines(self):
        """(role, pid, version, number) of each new line."""
        found = []
        for line in self.process.lines():
            match = LINE.fullmatch(line)
            if "BAD" in line or not match:
                raise Failure(f"a process says {line!r}")
            role, pid, version, number = match.groups()
            found.append((role, int(pid), version, int(number)))
        self.process.require_alive()
        return found

    def wait_for_members(self, count):
        self.wait_until(lambda seen: len(seen) >= count, f"{count} processes")

    def wait_until(self, enough, what):
        """Reads on until `enough` of the versions that each member has said last."""
        seen, end = {}, time.monotonic() + LIMIT
        while True:
            seen.update({pid: version for role, pid, version, _ in self.lines()
                         if role != "child"})
            if enough(seen):
                return seen
            if time.monotonic() > end:
                raise Failure(f"{what}: not seen in {LIMIT} s, but {seen}")
            time.sleep(0.005)

    def require(self, version, count):
        """`count` members all say `version`, and nobody says anything else.  What was under way to
        be printed when the process was stopped may still come, once."""
        stale = collections.Counter(pid for _, pid, said, _ in self.lines() if said != version)
        stale.clear()
        seen, end = set(), time.monotonic() + LIMIT
        calm = time.monotonic() + 0.15
        while len(seen) < count or time.monotonic() < calm:
            for role, pid, said, _ in self.lines():
                if said != version:
                    stale[pid] += 1
                elif role != "child":
                    seen.add(pid)
            late = [pid for pid, times in stale.items() if times > 1]
            if late:
                raise Failure(f"process {late[0]} is not {version}")
            if time.monotonic() > end:
                raise Failure(f"only {seen} are {version} after {LIMIT} s, of {count}; "
                              f"{self.states()}")
            time.sleep(0.005)
        return seen

    def require_original(self, pids):
        """The text of these processes is that of the file, and nothing holds them."""
        for pid in pids:
            clone = Process.__new__(Process)
            clone.pid, clone.program = pid, self.program
            clone.require_original_text()
            require_untouched(pid)

    def states(self):
        """What the master and its descendants are doing, for a message."""
        shown = subprocess.run(["ps", "-e", "-o", "pid,ppid,stat,wchan:20,args"], text=True,
                               capture_output=True, check=False).stdout.splitlines()
        ours, lines = {self.pid}, []
        for line in sorted(shown[1:], key=lambda text: int(text.split()[0])):
            pid, parent = map(int, line.split()[:2])
            if pid in ours or parent in ours:
                ours.add(pid)
                lines.append(line.strip())
        return " | ".join(lines)

    def members(self):
        """The master and its children that run the family's program."""
        pids = [self.pid]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                if parent == self.pid and os.readlink(f"/proc/{pid}/exe") == self.program:
                    pids.append(int(pid))
        return sorted(pids)


def results(answer):
    """PID: result."""
    return {process["pid"]: process["result"] for process in answer["processes"]}


# ---- which processes ----

def named(bench, _):
    """Only the processes that are named, and no others."""
    with bench.family("workers", "3", members=4) as family:
        first, second, *others = family.members()
        bench.call("apply", bench.patch, first, second)
        seen = family.wait_until(lambda s: len(s) == 4 and s[first] == s[second] == "new", "new")
        if any(seen[pid] != "old" for pid in others):
            raise Failure(f"others were updated, too: {seen}")
        answer = bench.call("apply", bench.patch, first, *others, status=1)
        if "already" not in answer["reason"] or set(results(answer)) - {first, *others}:
            raise Failure(f"{answer}")
        family.require_original(others)
        bench.call("apply", bench.patch, *others)
        family.require("new", 4)
        bench.call("revert", *family.members())
        family.require("old", 4)


def tree(bench, _):
    """A master with all of its workers, and not another master's."""
    with bench.family("workers", "3", members=4) as family, \
            bench.family("workers", "1", members=2) as other:
        answer = bench.call("check", bench.patch, "--tree", family.pid)
        if sorted(results(answer)) != family.members() or answer["result"] != "ready":
            raise Failure(f"check: {answer}")
        family.require("old", 4)
        answer = bench.call("apply", bench.patch, "--tree", family.pid)
        if sorted(results(answer)) != family.members():
            raise Failure(f"{results(answer)} instead of {family.members()}")
        family.require("new", 4)
        other.require("old", 2)
        answer = bench.call("status", "--tree", family.pid)
        if sorted(one["pid"] for one in answer["processes"]) != family.members():
            raise Failure(f"status: {answer}")
        bench.call("revert", "--tree", family.pid)
        family.require("old", 4)
        family.require_original(family.members())


def everywhere(bench, _):
    """--all finds what was deleted on disk, has another name, or is in another mount namespace."""
    other = os.path.join(bench.folder, "other")
    shutil.copy(bench.old, other)
    space = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"',
             os.path.dirname(bench.new))
    with bench.family("workers", "1", members=2) as family, \
            bench.family("workers", "1", members=2, program=other) as renamed, \
            bench.family("workers", "1", members=2, prefix=space) as elsewhere, \
            bench.family("workers", "0", members=1, program=bench.new) as newer:
        os.unlink(other)
        families = family, renamed, elsewhere
        answer = bench.call("apply", bench.patch, "--all")
        if len(results(answer)) != 6:
            raise Failure(f"not six processes: {results(answer)}")
        for one in families:
            one.require("new", 2)
        newer.require("new", 1)
        bench.call("apply", bench.patch, "--all", status=1)
        bench.call("revert", bench.patch, "--all")
        for one in families:
            one.require("old", 2)


def each(bench, _):
    """With --each those are updated that can be, and the others are told."""
    with bench.family("workers", "1", members=2) as family, \
            bench.family("busy", members=1) as busy:
        answer = bench.call("apply", bench.patch, "--all", "--each", "--timeout", "1", status=1)
        family.require("new", 2)
        busy.require("new", 1)
        worker = busy.members()[1]
        expected = {**dict.fromkeys([*family.members(), busy.pid], "applied"), worker: "refused"}
        if results(answer) != expected:
            raise Failure(f"{results(answer)} instead of {expected}")
        busy.require_original([worker])
        bench.call("revert", "--all", bench.patch, "--each")
        family.require("old", 2)


# ---- all or none ----

def not_ready(bench, _):
    """One process comes to no checkpoint: none is updated, where all are one update. Otherwise its
    family alone is refused."""
    with bench.family("busy", members=1) as family, \
            bench.family("workers", "2", members=3) as other:
        answer = bench.call("apply", bench.patch, "--all", "--together", "--timeout", "1",
                            status=1)
        pids = sorted(family.members() + other.members())
        worker = family.members()[1]
        if answer["code"] != "busy" or str(worker) not in answer["reason"]:
            raise Failure(f"{answer}")
        untouched = {pid: "refused" if pid == worker else "untouched" for pid in pids}
        if results(answer) != untouched:
            raise Failure(f"{results(answer)} instead of {untouched}")
        family.require("old", 1)
        other.require("old", 3)
        family.require_original(pids)
        if any(one["updates"] for one in bench.call("status", *pids)["processes"]):
            raise Failure("something is left in the processes")
        answer = bench.call("apply", bench.patch, "--all", "--timeout", "2", status=1)
        untouched = {pid: "refused" if pid == worker else "untouched"
                     for pid in family.members()}
        if results(answer) != untouched | dict.fromkeys(other.members(), "applied"):
            raise Failure(f"{results(answer)}")
        other.require("new", 3)
        family.require_original(family.members())
        answer = bench.call("revert", bench.patch, "--all", "--except", other.pid)
        if sorted([*results(answer), other.pid]) != other.members():
            raise Failure(f"{results(answer)}, and not {other.pid}")


def cannot_commit(bench, _):
    """The code of one process cannot be written: what was committed is taken back everywhere."""
    with bench.family("fixed", members=4) as family:
        pids = family.members()
        answer = bench.call("apply", bench.patch, "--tree", family.pid, status=3)
        if sorted(results(answer).values()) != ["error", "untouched", "untouched", "untouched"]:
            raise Failure(f"{answer}")
        family.require("old", 4)
        family.require_original(pids)
        others = [pid for pid in pids if results(answer)[pid] == "untouched"]
        bench.call("apply", bench.patch, *others)
        family.wait_until(lambda s: all(s.get(pid) == "new" for pid in others), "new")


def killed(bench, everything):
    """The updater is killed between the commits of several processes: once all have been recovered,
    in whatever order, they are of one version."""
    faulty, versions = os.path.join(bench.folder, "faulty"), collections.Counter()
    run(["gcc", "-D_GNU_SOURCE", "-O1", "-Wall", "-o", faulty, "faulty.c"],
        os.path.join(os.path.dirname(HERE), "fault"))

    def faulty_apply(family, *fault):
        return subprocess.run([faulty, *fault, "--", bench.tool.path, "apply", bench.patch,
                               "--tree", str(family.pid)], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=60, check=False)

    with bench.family("workers", "2", members=3) as family:
        path = os.path.join(bench.folder, "calls")
        done = faulty_apply(family, "list", path)
        if done.returncode:
            raise Failure(f"without a fault: {done.returncode}: {done.stderr[-500:]}")
        with open(path, encoding="ascii") as file:
            calls = file.read().split()
        first = calls.index(TGKILL)
        count = len(calls) - 1 - calls[::-1].index(TGKILL) - first
        bench.call("revert", "--tree", family.pid)
        points = range(1, count + 1)
        for at in points if everything else sorted(random.sample(points, min(KILLS, count))):
            done = faulty_apply(family, "kill", f"1@{TGKILL}+{at}")
            if done.returncode != KILLED:
                raise Failure(f"kill {at}: status {done.returncode}: {done.stderr[-500:]}")
            members = family.members()
            for pid in random.sample(members, len(members)):
                bench.call("recover", pid)
            states = {tuple(update["state"] for update in one["updates"]
                            if update["state"] == "applied")
                      for one in bench.call("status", *members)["processes"]}
            if len(states) != 1:
                raise Failure(f"kill {at}: of two versions: {states}")
            version = "new" if states.pop() else "old"
            family.require(version, 3)
            versions[version] += 1
            if version == "new":
                bench.call("revert", "--tree", family.pid)
        for pid in family.members():
            require_untouched(pid)
    if everything and len(versions) != 2:
        raise Failure(f"not both versions were met: {versions}")
    return ", ".join(f"{count} {version}" for version, count in versions.items())


# ---- what happens meanwhile ----

def storm(bench, everything):
    """Processes fork, exit and execute all the time."""
    joined = 0
    with bench.family("storm", "2", members=3) as family:
        for _ in range(ALL_CYCLES if everything else CYCLES):
            for version, *command in (("new", "apply", bench.patch, "--all"),
                                      ("old", "revert", bench.patch, "--all")):
                answer = bench.call(*command)
                joined += sum(process["joined"] for process in answer["processes"])
                family.require(version, 3)
        require_untouched(family.pid)
    return f"{joined} processes joined"


def executes(bench, _):
    """A process that executes another program leaves; the others are updated."""
    with bench.family("execs", members=2) as family:
        while len(family.members()) > 1:
            bench.call("apply", bench.patch, "--tree", family.pid)
            bench.call("revert", "--tree", family.pid)
        bench.call("apply", bench.patch, "--tree", family.pid)
        family.require("new", 1)


def executes_again(bench, _):
    """A process that executes the old program anew is old again, and found again."""
    with bench.family("again", members=2) as family:
        master, worker = family.members()
        bench.call("apply", bench.patch, "--all")
        for _ in range(3):
            family.wait_until(lambda s: s.get(worker) == "old", "executed again")
            status, answer, errors = bench.tool.call("apply", bench.patch, "--all")
            if (status, set(results(answer))) not in ((0, {worker}), (1, set())):
                raise Failure(f"status {status}: {reason_of(answer, errors)}")
            if family.wait_until(lambda s: master in s, "the master")[master] != "new":
                raise Failure("the master is not new any more")


def exits(bench, _):
    """A named process that is gone refuses the update of the others."""
    with bench.family("workers", "2", members=3) as family:
        worker = family.members()[2]
        os.kill(worker, signal.SIGKILL)
        while "Z" not in open(f"/proc/{worker}/stat", encoding="ascii").read():
            time.sleep(0.005)
        bench.call("apply", bench.patch, family.pid, worker, status=1)
        family.require("old", 2)


# ---- shared memory ----

def spawning(bench, _):
    """Threads that start programs by vfork() all the time are no obstacle."""
    with bench.family("spawn", members=1) as family:
        for _ in range(5):
            bench.call("apply", bench.patch, family.pid)
            family.require("new", 1)
            bench.call("revert", family.pid)
            family.require("old", 1)


def refuses_sharing(bench, mode, word):
    with bench.family(mode, members=1) as family:
        answer = bench.call("apply", bench.patch, family.pid, "--timeout", "1", status=1)
        if word not in answer["reason"]:
            raise Failure(f"the reason does not say {word}: {answer['reason']}")
        family.require("old", 1)
        family.require_original([family.pid])
    return answer["reason"]


def endless_vfork(bench, _):
    """A child of vfork() that does not end is named."""
    return refuses_sharing(bench, "vfork", "vfork")


def sharing(bench, _):
    """A process that shares the memory is named."""
    return refuses_sharing(bench, "sharing", "CLONE_VM")


def forked_by_threads(bench, _):
    """Workers that were forked by another thread than the first."""
    with bench.family("threads", members=3) as family:
        bench.call("apply", bench.patch, "--tree", family.pid)
        family.require("new", 3)
        bench.call("revert", "--tree", family.pid)
        family.require("old", 3)


# ---- libraries ----

def library(bench, _):
    """A library in all processes that use it, linked or loaded; and program and library both."""
    shared = ["-fPIC", "-shared"]
    old, new = compile_versions("library.c", "libversion.so", bench.folder, shared)
    patch = bench.build(old, new, "library.sup")
    linked, _ = compile_versions("user.c", "linked", bench.folder,
                                 [*EXE, "-DLINKED", old, "-Wl,-rpath," + os.path.dirname(old)])
    loads, loads_new = compile_versions("user.c", "loads", bench.folder, [*EXE, "-ldl"])
    program = bench.build(loads, loads_new, "program.sup")
    with bench.family(program=linked) as one, bench.family(old, program=loads) as two, \
            bench.family(new, program=loads) as three:
        answer = bench.call("apply", patch, "--all")
        if sorted(results(answer)) != sorted((one.pid, two.pid)):
            raise Failure(f"{answer}")
        for family in (one, two, three):
            family.require("new", 1)
        bench.call("apply", program, "--all")
        two.process.wait_for([r"user \d+ new-program new n=\d+"], LIMIT, "both")
        bench.call("revert", patch, one.pid)
        one.require("old", 1)
        bench.call("revert", two.pid)
        two.process.wait_for([r"user \d+ old-program new n=\d+"], LIMIT, "the program alone")
        bench.call("revert", two.pid)
        two.require("old", 1)


def reloaded_library(bench, _):
    """What a library was updated to is gone when it is loaded again, and it can be updated anew."""
    old, new = compile_versions("library.c", "libversion.so", bench.folder, ["-fPIC", "-shared"])
    there, back = bench.build(old, new, "there.sup"), bench.build(new, old, "back.sup")
    program, _ = compile_versions("reloads.c", "reloads", bench.folder, [*EXE, "-ldl"])
    path = os.path.join(bench.folder, "libversion.so")

    def put(file):
        shutil.copy2(file, path + ".new")
        os.replace(path + ".new", path)

    put(old)
    with bench.family(path, program=program) as family:
        def require(loads, version, updates):
            family.process.wait_for([rf"user \d+ {loads} {version} n=\d+"], LIMIT,
                                    f"{version} after {loads} loads")
            carried = [u for p in bench.call("status", family.pid)["processes"]
                       for u in p["updates"] if u["state"] == "applied"]
            if len(carried) != updates:
                raise Failure(f"{version} after {loads} loads: {carried}")

        def reload():
            family.process.lines()
            os.kill(family.pid, signal.SIGUSR1)

        require(1, "old", 0)
        bench.call("apply", there, family.pid)
        bench.call("apply", back, family.pid)
        bench.call("apply", there, family.pid)
        require(1, "new", 3)
        reload()
        require(2, "old", 0)
        bench.call("revert", family.pid, status=1)
        bench.call("apply", there, family.pid)
        require(2, "new", 1)
        put(new)
        reload()
        require(3, "new", 0)
        bench.call("apply", there, family.pid, status=1)
        bench.call("apply", back, family.pid)
        require(3, "old", 1)
        put(old)
        reload()
        require(4, "old", 0)
        bench.call("apply", there, family.pid)
        family.process.wait_for([r"user \d+ 4 new n=\d+"], LIMIT, "new after 4 loads")
        bench.call("revert", family.pid)
        family.process.lines()
        require(4, "old", 0)


def different_updates(bench, _):
    """`revert --all` without a patch takes back one kind of update only."""
    other_old, other_new = compile_versions("family.c", "other", bench.folder, EXE)
    other = bench.build(other_old, other_new, "other.sup")
    with bench.family("workers", "1", members=2) as family, \
            bench.family("workers", "1", members=2, program=other_old) as second:
        bench.call("apply", bench.patch, "--all")
        bench.call("apply", other, "--all")
        trees = ("--tree", family.pid, "--tree", second.pid)
        answer = bench.call("revert", *trees, status=1)
        if "different updates" not in answer["reason"]:
            raise Failure(f"{answer['reason']}")
        second.require("new", 2)
        bench.call("revert", other, *trees)
        second.require("old", 2)
        family.require("new", 2)
        bench.call("revert", *trees)
        family.require("old", 2)


def usage(bench, _):
    """Command lines that name no process, or too many ways."""
    for args in (("apply", bench.patch), ("apply", bench.patch, "--all", "1"), ("revert",),
                 ("revert", bench.patch), ("apply", bench.patch, "--tree", "x"),
                 ("check", bench.patch, "--all", "--tree", "1"), ("status", "--each"),
                 ("apply", bench.patch, "--tree", "1", "--together"),
                 ("apply", bench.patch, "--all", "--together", "--each")):
        done = subprocess.run([bench.tool.path, *map(str, args)], stdin=subprocess.DEVNULL,
                              text=True, capture_output=True, timeout=30, check=False)
        if done.returncode != 2 or not done.stderr.strip():
            raise Failure(f"{args}: status {done.returncode}, {done.stderr[:200]!r}")


TESTS = (named, tree, everywhere, each, not_ready, cannot_commit, killed, storm, executes, executes_again,
         exits, spawning, endless_vfork, sharing, forked_by_threads, library,
         reloaded_library, different_updates,
         usage)


def items(tool, root, everything=False):
    """(name, function) of every test."""
    for test in TESTS:
        name = test.__name__.replace("_", "-")

        def execute(test=test, name=name):
            return test(Bench(tool, os.path.join(root, name)), everything)

        yield f"processes {name}", execute
