"""Updates that concern several processes: family.c says which programs there are.

The build-ids are made up anew for each run, so that `--all` meets the processes of one test only.
"""

import collections
import os
import random
import shutil
import signal
import subprocess
import time

from harness.compile import run
from harness.loading import load
from harness.process import require_untouched
from harness.tool import Failure, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
CYCLES, ALL_CYCLES = 8, 200  # of the storm: in the short form, and in full
PATIENCE = 5  # seconds until who is not ready is given up: others have time on a busy machine
KILLS = 8  # points in the commits, in the short form
TGKILL, KILLED = "234", 128 + 9

families = load("processes", "families")
libraries = load("processes", "libraries")
listed = load("fault", "target").listed
compile_versions, results = families.compile_versions, families.results


# ---- which processes ----

def named(bench, _):
    """Only the processes that are named, and no others."""
    with bench.family("workers", "3", members=4) as family:
        first, second, *others = family.members()
        bench.call("apply", bench.patch, first, second)
        seen = family.wait_until(lambda s: len(s) == 4 and s[first] == s[second] == "new", "new")
        if any(seen[pid] != "old" for pid in others):
            raise Failure(f"others were updated, too: {seen}")
        answer = bench.call("apply", bench.patch, first, *others)
        if answer["result"] != "applied" or \
                results(answer) != {first: "unchanged", **{pid: "applied" for pid in others}}:
            raise Failure(f"{answer}")
        family.require("new", 4)
        answer = bench.call("apply", bench.patch, *family.members())
        if answer["result"] != "unchanged" or set(results(answer).values()) != {"unchanged"}:
            raise Failure(f"all of it once more: {answer}")
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
        again = bench.call("apply", bench.patch, "--all")
        if set(results(again).values()) != {"unchanged"}:
            raise Failure(f"updated again: {results(again)}")
        bench.call("revert", bench.patch, "--all")
        for one in families:
            one.require("old", 2)


def each(bench, _):
    """With --each those are updated that can be, and the others are told."""
    with bench.family("workers", "1", members=2) as family, \
            bench.family("busy", members=2) as busy:
        answer = bench.call("apply", bench.patch, "--all", "--each", "--timeout", PATIENCE,
                            status=1)
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
    with bench.family("busy", members=2) as family, \
            bench.family("workers", "2", members=3) as other:
        answer = bench.call("apply", bench.patch, "--all", "--together", "--timeout", PATIENCE,
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
        answer = bench.call("apply", bench.patch, "--all", "--timeout", PATIENCE, status=1)
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
        calls = listed(path, maker_of=TGKILL)
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
            os.kill(worker, signal.SIGUSR1)
            family.wait_until(lambda s: s.get(worker) == "old", "executed again")
            answer = bench.call("apply", bench.patch, "--all")
            if results(answer) != {worker: "applied"}:
                raise Failure(f"{answer}")
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
        answer = bench.call("apply", bench.patch, family.pid, "--timeout", PATIENCE, status=1)
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


# ---- the command ----

def different_updates(bench, _):
    """`revert --all` without a patch takes back one kind of update only."""
    other_old, other_new = compile_versions("family.c", "other", bench.folder, families.EXE)
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


TESTS = (named, tree, everywhere, each, not_ready, cannot_commit, killed, storm, executes,
         executes_again, exits, spawning, endless_vfork, sharing, forked_by_threads,
         *libraries.TESTS, different_updates, usage)


def items(tool, root, everything=False):
    """(name, function) of every test."""
    for test in TESTS:
        name = test.__name__.replace("_", "-")

        def execute(test=test, name=name):
            return test(families.Bench(tool, os.path.join(root, name)), everything)

        yield f"processes {name}", execute
