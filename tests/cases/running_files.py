"""The files that processes run, deleted or replaced since: `build PID NEW`, `scan`, `live`."""

import os
import shutil
import signal
import subprocess

from cases.command import PAIR, require
from cases.debugfiles import other_build_id
from harness.compile import run
from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, Skip, reason_of


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def done(answer, expected=0):
    status, value, errors = answer
    if status != expected:
        raise Failure(f"status {status}, not {expected}: {reason_of(value, errors)}")
    return value


def place(folder, build, name):
    """Puts a build at its place as a package manager does: by another name, then renamed."""
    target = os.path.join(folder, name)
    shutil.copy2(build, target + ".dpkg-new")
    os.rename(target + ".dpkg-new", target)
    return target


def build_from_process(bench, folder):
    """OLD is the file that a process runs: as it is on disk, replaced, or deleted."""
    scenario, old, new = bench.pair(PAIR)
    installed = place(folder, old, "prog")
    expected, patch = (os.path.join(folder, name) for name in ("expected.sup", "patch.sup"))
    done(bench.tool.build(installed, new, expected))
    with Process(installed, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        for step in ("present", "replaced", "deleted"):
            if step == "replaced":
                place(folder, new, "prog")
            if step == "deleted":
                os.remove(installed)
            done(bench.tool.build(process.pid, new, patch))
            if contents(patch) != contents(expected):
                raise Failure(f"{step}: the patch is another than that of the file")
        done(bench.tool.call("apply", patch, process.pid))
        process.wait_for(scenario.after, LIMIT, "after the update")
        require(*bench.tool.build(process.pid, new, patch), (1,), "was updated")
        done(bench.tool.call("revert", process.pid))
        done(bench.tool.build(process.pid, new, patch))
    require(*bench.tool.build(process.pid, new, patch), (1, 3), "process|no such")


LIBRARY = """int number(int x);
__attribute__((noinline)) int number(int x) { return x * %d + 1; }
"""
USER = """#include <stdio.h>
#include <unistd.h>
int number(int x);
int main(void) { for (;;) { printf("%d\\n", number(1)); fflush(stdout); usleep(20000); } }
"""


def compile_library(folder, factor):
    out = os.path.join(folder, f"v{factor}")
    os.makedirs(out)
    with open(os.path.join(out, "number.c"), "w", encoding="ascii") as file:
        file.write(LIBRARY % factor)
    run(["gcc", "-g", "-O2", "-shared", "-fPIC", "-Wl,-soname,libnumber.so.1", "-o",
         "libnumber.so.1", "number.c"], out)
    return os.path.join(out, "libnumber.so.1")


def build_from_process_library(bench, folder):
    """A library is found by its soname, whatever the file of the new build is called."""
    builds = [compile_library(folder, factor) for factor in (3, 5)]
    library = place(folder, builds[0], "libnumber.so.1")
    with open(os.path.join(folder, "user.c"), "w", encoding="ascii") as file:
        file.write(USER)
    run(["gcc", "-g", "-O2", "-o", "user", "user.c", library, f"-Wl,-rpath,{folder}"], folder)
    other = shutil.copy(builds[1], os.path.join(folder, "built-elsewhere"))
    with subprocess.Popen([os.path.join(folder, "user")], stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            if process.stdout.readline() != "4\n":
                raise Failure("the library does not give 4")
            place(folder, builds[1], "libnumber.so.1")
            patch = os.path.join(folder, "patch.sup")
            answer = done(bench.tool.build(process.pid, other, patch))
            if answer["image"] != "libnumber.so.1":
                raise Failure(f"the image is {answer['image']}")
            done(bench.tool.call("apply", patch, process.pid))
            for _ in range(200):
                if process.stdout.readline() == "6\n":
                    return
            raise Failure("the new library is not used")
        finally:
            process.kill()


def scan(bench, *args, expected=1):
    """By process: the paths of its outdated files."""
    answer = done(bench.tool.call("scan", *args), expected)
    return {process["pid"]: {os.path.basename(file["path"]): file for file in process["files"]}
            for process in answer["processes"]}


def live(bench, folder, *args, expected=0):
    return done(bench.tool.call("live", *args, prefix=(
        "env", f"STRONGUPDATE_CACHE={os.path.join(folder, 'cache')}")), expected)


def kept(folder):
    return sorted(name for name in os.listdir(os.path.join(folder, "cache"))
                  if name.endswith(".sup"))


def scan_and_live(bench, folder):
    """What is upgraded on disk is found, updated, taken from the cache next time, and taken back."""
    scenario, old, new = bench.pair(PAIR)
    installed = place(folder, old, "prog")
    with Process(installed, os.path.join(folder, "first")) as first, \
            Process(installed, os.path.join(folder, "second")) as second:
        for process in (first, second):
            process.wait_for(scenario.before, LIMIT, "before the update")
        pids = (first.pid, second.pid)
        if scan(bench, *pids, expected=0):
            raise Failure("a process counts as outdated before anything was upgraded")
        if live(bench, folder, *pids)["result"] != "unchanged":
            raise Failure("live does something where nothing is to be done")
        place(folder, new, "prog")
        found = scan(bench, *pids)
        if sorted(found) != sorted(pids) or list(found[first.pid]) != ["prog"]:
            raise Failure(f"the outdated files are {found}")
        if first.pid not in scan(bench):
            raise Failure("without names the process is not found")
        if live(bench, folder, "--dry-run", first.pid)["result"] != "ready":
            raise Failure("live --dry-run does not say ready")
        first.program = old  # what was at its place
        first.require_original_text()
        answer = live(bench, folder, *pids)
        if [update["from_cache"] for update in answer["updates"]] != [True]:
            raise Failure(f"the patch was built twice, or there are two: {answer['updates']}")
        for process in (first, second):
            process.wait_for(scenario.after, LIMIT, "after the update")
        if scan(bench, *pids, expected=0):
            raise Failure("an updated process counts as outdated")
        if live(bench, folder, *pids)["result"] != "unchanged" or len(kept(folder)) != 1:
            raise Failure("live is not idempotent")
        done(bench.tool.call("revert", first.pid))
        if list(scan(bench, *pids)) != [first.pid]:
            raise Failure("a reverted process does not count as outdated")


CHROOTED = """#include <sys/types.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	return argc < 2 || chroot(argv[1]) || write(1, "in", 2) < 0 || pause();
}
"""


def scan_sees_what_chrooted_processes_run(bench, folder):
    """A process in an empty root is not outdated for that, here and in a mount namespace of its own."""
    if os.geteuid() != 0:
        raise Skip("only root changes roots")
    empty = os.path.join(folder, "empty")
    os.makedirs(empty)
    builds = []
    for name, flag in (("old", "-O1"), ("new", "-O2")):
        builds.append(os.path.join(folder, name))
        with open(builds[-1] + ".c", "w", encoding="ascii") as file:
            file.write(CHROOTED)
        run(["gcc", "-g", flag, "-o", builds[-1], builds[-1] + ".c"], folder)
    for number, words in enumerate(((), ("unshare", "--mount"))):
        place(folder, builds[0], "prog")
        with subprocess.Popen([*words, "sh", "-c", '"$0" "$1"; true', os.path.join(folder, "prog"),
                               empty], stdout=subprocess.PIPE, process_group=0) as process:
            try:
                if process.stdout.read(2) != b"in":
                    raise Failure("the program did not start")
                if scan(bench, "--tree", process.pid, expected=0):
                    raise Failure(f"{number}: it counts as outdated before the upgrade")
                place(folder, builds[1], "prog")
                [found] = scan(bench, "--tree", process.pid).values()
                if list(found) != ["prog"] or found["prog"]["obstacle"]:
                    raise Failure(f"{number}: scan found {found}")
            finally:
                os.killpg(process.pid, signal.SIGKILL)


def live_goes_on_from_an_update(bench, folder):
    """The next upgrade starts from the build that the last one led to, which is on disk no more."""
    scenario, old, new = bench.pair(PAIR)
    installed = place(folder, old, "prog")
    with Process(installed, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        place(folder, new, "prog")
        live(bench, folder, process.pid)
        process.wait_for(scenario.after, LIMIT, "after the update")
        place(folder, old, "prog")  # downgraded, which is another update
        if process.pid not in scan(bench, process.pid):
            raise Failure("the downgrade is not seen")
        live(bench, folder, process.pid)
        process.wait_for(scenario.before, LIMIT, "after the second update")
        if scan(bench, process.pid, expected=0) or len(kept(folder)) != 2:
            raise Failure("the second update is not one of its own")


def live_refuses(bench, folder):
    """Nothing in the file's place, a build that is nowhere, a cache that others may write to."""
    scenario, old, new = bench.pair(PAIR)
    installed = place(folder, old, "prog")
    with Process(installed, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        os.remove(installed)
        if not scan(bench, process.pid)[process.pid]["prog"]["obstacle"]:
            raise Failure("scan names no obstacle")
        answer = live(bench, folder, process.pid, expected=1)
        if "found in its place" not in answer["reason"]:
            raise Failure(f"the reason is {answer['reason']}")
        place(folder, new, "prog")
        cache = os.path.join(folder, "cache")
        os.chmod(cache, 0o777)
        live(bench, folder, process.pid, expected=2)
        os.chmod(cache, 0o700)
        live(bench, folder, process.pid)
        shutil.rmtree(cache)
        place(folder, old, "prog")
        answer = live(bench, folder, process.pid, expected=1)
        if "not kept" not in answer["reason"]:
            raise Failure(f"the reason is {answer['reason']}")
        live(bench, folder, "--unit", "no-such-unit", expected=2)
        process.require_untouched_by_tracers()


def gc_keeps_what_is_needed(bench, folder):
    """A patch stays while a process runs its old build, and a build while a process runs that."""
    def gc(*args):
        return done(bench.tool.call("gc", *args, prefix=(
            "env", f"STRONGUPDATE_CACHE={os.path.join(folder, 'cache')}")))

    scenario, *builds = bench.pair(PAIR)
    old, new = (shutil.copy2(build, os.path.join(folder, name))
                for build, name in zip(builds, ("old", "new")))
    for number, build in enumerate((old, new)):  # which no other test runs
        other_build_id(build, os.getpid() % 100 + 100 * number + 1)
    installed = place(folder, old, "prog")
    with Process(installed, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        place(folder, new, "prog")
        live(bench, folder, "--dry-run", process.pid)
        with open(os.path.join(folder, "cache", "notes"), "w", encoding="ascii"):
            pass
        before = sorted(os.listdir(os.path.join(folder, "cache")))
        gc()
        if not kept(folder):
            raise Failure("the patch that the process may need is gone")
        live(bench, folder, process.pid)
        process.wait_for(scenario.after, LIMIT, "after the update")
        if gc("--dry-run")["patches"] != 1 or not kept(folder):
            raise Failure("the patch is needed no more, or a dry run removed it")
        if gc()["patches"] != 1 or kept(folder):
            raise Failure("the patch is still there")
        place(folder, old, "prog")
        live(bench, folder, process.pid)  # from the build that was kept
        process.wait_for(scenario.before, LIMIT, "after the second update")
    left = gc()
    names = os.listdir(os.path.join(folder, "cache"))
    if "notes" not in names or (not left["unreadable"] and names != ["notes"]):
        raise Failure(f"after the end there is {names}, and there was {before}")


CASES = (build_from_process, build_from_process_library, scan_and_live,
         scan_sees_what_chrooted_processes_run,
         live_goes_on_from_an_update, live_refuses,
         gc_keeps_what_is_needed)
