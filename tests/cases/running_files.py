"""The files that processes run, deleted or replaced since: `build PID NEW`, `scan`, `live`."""

import os
import shutil
import subprocess

from cases.command import PAIR, require
from harness.compile import run
from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, reason_of


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


CASES = (build_from_process, build_from_process_library)
