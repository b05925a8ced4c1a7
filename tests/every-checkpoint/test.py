#!/usr/bin/env python3
"""Updates three programs at each checkpoint of their patch, one run each, and reverts likewise.

usage: test.py [--tool PATH] [--compilers gcc,clang] [--levels=-O2] [--first] [PROGRAM ...]

A run is stopped by a breakpoint where the checkpoint is, the first time that it comes there, in the
middle and the last time (--first: the first time only), and updated while it stands there.  For
a revert it has been updated at the start of main, and is stopped at the checkpoint in the patch.
Then it goes on to its end, and must have printed what an undisturbed run prints.  Each program
prints the same in both versions.  An update is refused where a caller waits at a place without
checkpoint; then the program must run on as well.  Refusals are counted.
"""

import argparse
import collections
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.dont_write_bytecode = True
sys.path[:0] = [os.path.join(TESTS, "lockstep"), TESTS]

from harness.tool import Failure, Tool  # noqa: E402
from tracee import Ended, Tracee  # noqa: E402

PROGRAMS = ("calculator", "machine", "words")
FLAGS = ["-g", "-fPIE", "-pie", "-Wl,--build-id=sha1", "-D_GNU_SOURCE"]


class Subject:
    """One program in two builds, and its patch."""

    def __init__(self, tool, name, compiler, level, folder):
        self.tool, self.counts = tool, collections.Counter()
        self.name = f"{name} {compiler}{level}"
        self.old, self.new = os.path.join(folder, "old"), os.path.join(folder, "new")
        self.patch = os.path.join(folder, "patch.sup")
        source = os.path.join(HERE, f"{name}.c")
        for output, extra in ((self.old, []), (self.new, ["-DNEW"])):
            subprocess.run([compiler, level, *FLAGS, *extra, "-o", output, source], check=True,
                           capture_output=True)
        self.expected = self.undisturbed(self.old)
        if self.expected != self.undisturbed(self.new) or not self.expected:
            raise Failure(f"{self.name}: the two versions print different things")
        self.demand("build", *tool.build(self.old, self.new, self.patch))
        answer = self.demand("inspect", *tool.call("inspect", self.patch))
        changed = [one for one in answer["functions"] if one["change"] == "changed"]
        self.apply_points = self.points(changed)
        self.revert_points = self.points([one["revert"] for one in changed])
        self.missing = sum(len(one["missing"]) + len(one["revert"]["missing"]) for one in changed)
        self.main = self.address_of_main()

    @staticmethod
    def undisturbed(program):
        done = subprocess.run([program], capture_output=True, text=True, check=True, timeout=20,
                              stdin=subprocess.DEVNULL)
        return done.stdout

    @staticmethod
    def points(functions):
        return sorted({int(record["from"], 16) for one in functions
                       for record in one["checkpoints"]})

    def address_of_main(self):
        symbols = subprocess.run(["nm", self.old], capture_output=True, text=True, check=True).stdout
        return next(int(line.split()[0], 16) for line in symbols.splitlines()
                    if line.endswith(" main"))

    def demand(self, step, status, answer, errors):
        if status != 0:
            raise Failure(f"{self.name}: {step}: status {status}: {answer.get('reason') or errors}")
        return answer

    def start(self, reverting):
        """(a fresh process, what its checkpoints' addresses count from)."""
        tracee = Tracee(self.old)
        base = tracee.base()
        if not reverting:
            return tracee, base
        tracee.set_break(base + self.main)
        tracee.go()
        if not self.update(tracee, "apply"):
            raise Failure(f"{self.name}: refused at the start of main")
        return tracee, tracee.registry()

    def update(self, tracee, step):
        """Whether it was done; not, if it was refused."""
        tracee.leave_stopped()
        words = [self.patch, tracee.pid] if step == "apply" else [tracee.pid]
        answer = self.tool.call(step, *words, "--timeout", "0.2")
        tracee.attach()
        if answer[0] == 1 and answer[1].get("code") == "busy":
            return False
        self.demand(step, *answer)
        return True

    def count(self, points, reverting):
        """How often a run comes to each checkpoint."""
        tracee, base = self.start(reverting)
        hits = collections.Counter()
        try:
            for point in points:
                tracee.set_break(base + point)
            while True:
                hits[tracee.go() - base] += 1
        except Ended:
            return hits
        finally:
            tracee.rest()

    def one(self, point, time, reverting):
        step = "revert" if reverting else "apply"
        where = f"{self.name}: {step} at {point:#x}, time {time}"
        tracee, base = self.start(reverting)
        try:
            tracee.set_break(base + point)
            for _ in range(time):
                tracee.go()
            done = self.update(tracee, step)
            output, status = tracee.finish()
        except Ended as end:
            raise Failure(f"{where}: dies with {end.status:#x}") from None
        finally:
            tracee.rest()
        if output != self.expected or status != 0:
            raise Failure(f"{where}: ends with {status:#x} after {output!r}")
        self.counts[step if done else f"{step} refused"] += 1

    def execute(self, first_only):
        for reverting, points in ((False, self.apply_points), (True, self.revert_points)):
            hits = self.count(points, reverting)
            step = "revert" if reverting else "apply"
            self.counts[f"{step} checkpoints"] += len(points)
            self.counts[f"{step} reached"] += len(hits)
            for point, times in sorted(hits.items()):
                for time in {1} if first_only else {1, (times + 1) // 2, times}:
                    self.one(point, time, reverting)

    def summary(self):
        return ", ".join(f"{self.counts[f'{step} reached']} of "
                         f"{self.counts[f'{step} checkpoints']} checkpoints reached, "
                         f"{self.counts[step]} runs with {step}, "
                         f"{self.counts[f'{step} refused']} refused" for step in ("apply", "revert")) \
            + f", {self.missing} places without"


def run_one(tool, name, compiler, level, first_only):
    folder = tempfile.mkdtemp(prefix="su-every.")
    try:
        subject = Subject(tool, name, compiler, level, folder)
        subject.execute(first_only)
        if not subject.counts["apply"] or not subject.counts["revert"]:
            raise Failure(f"{subject.name}: no checkpoint was reached")
        return subject.summary()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def items(tool, compilers=("gcc", "clang"), level="-O2", first_only=True):
    """(name, function) for tests/run."""
    return [(f"every-checkpoint {name} {compiler}",
             lambda name=name, compiler=compiler: run_one(tool, name, compiler, level, first_only))
            for name in PROGRAMS for compiler in compilers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", nargs="*", default=PROGRAMS)
    parser.add_argument("--compilers", default="gcc,clang")
    parser.add_argument("--levels", default="-O0,-O2,-O3,-Os")
    parser.add_argument("--first", action="store_true")
    parser.add_argument("--tool", default=os.path.join(os.path.dirname(TESTS), "build",
                                                       "strongupdate"))
    options = parser.parse_args()
    tool, failed = Tool(options.tool), 0
    for name in options.programs:
        for compiler in options.compilers.split(","):
            for level in options.levels.split(","):
                try:
                    text = run_one(tool, name, compiler, level, options.first)
                    print(f"ok   {name} {compiler} {level}: {text}", flush=True)
                except Failure as why:
                    failed += 1
                    print(f"FAIL {why}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
