"""Updates of a library in all processes that use it: user.c links or loads it, reloads.c loads it
again and again."""

import os
import shutil
import signal

from harness.loading import load
from harness.tool import Failure

families = load("processes", "families")
EXE, LIMIT = families.EXE, families.LIMIT
compile_versions, results = families.compile_versions, families.results


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


TESTS = (library, reloaded_library)
