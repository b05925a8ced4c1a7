#!/usr/bin/env python3
"""Random pairs of programs, of which those are kept and changed further that lead to something new.

usage: fuzz_pairs.py [--count PAIRS] [--seed S] [--seconds N] [--tool PATH]

What a pair leads to are the combinations in its patch: the rule that a value is derived by, where it goes
and where it comes from, the kind of checkpoint, what became of the call, the direction.  A pair that has one
that none had before is updated at random instants while it runs, like any random pair; the others only pass
the validator at the end of build.  Ends with how many pairs have each combination, the rarest first.
"""

import argparse
import collections
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import mutation  # noqa: E402
import pair  # noqa: E402
from harness.tool import Tool  # noqa: E402

FAILURES = os.path.join(TOP, ".cache", "fuzz-pairs-failures")
FRESH = 0.4  # so many pairs are of a new program


def kind_of(place):
    """A register, a slot of the frame, an address, a number."""
    if not place:
        return "none"
    if place[0] == "&":
        return "address-in-frame"
    found = re.match(r"[a-z]+", place)
    name = found.group(0) if found else "number"
    if name in ("cfa", "aligned", "dynamic", "address", "number"):
        return name
    return "register"


def combinations(shown):
    """Of an answer of `inspect`."""
    found = set()
    for function in shown["functions"]:
        for direction, points in (("apply", function["checkpoints"]),
                                  ("revert", function["revert"]["checkpoints"])):
            found |= {(value["derivation"], kind_of(value["from"]), kind_of(value["to"]),
                       point["kind"], point["pairing"], direction)
                      for point in points for value in point["values"]}
    return found


class Trial(pair.Pair):
    """A pair that is made from another one, or of a new program when PARENT is None."""

    def __init__(self, seed, tool, folder, parent, known):
        super().__init__(seed, tool, folder)
        self.parent, self.known, self.seen = parent, known, set()
        self.made, self.findings = None, 0

    def plan(self):
        self.made = super().plan() if self.parent is None else self.changed()
        return self.made

    def changed(self):
        """More of NEW is another; at times what was NEW is OLD, or the compiler does otherwise."""
        rng, (old, new) = self.rng, self.parent.builds
        text, done = mutation.mutate(new.text, rng, rng.choice((1, 1, 2)))
        level = rng.choice(pair.LEVELS) if rng.random() < 0.2 else new.level
        if rng.random() < 0.2:
            old = new
        return pair.Plan(self.parent.header, self.parent.extra,
                         (old, pair.Build(text, new.compiler, level, new.done + done)))

    def look(self):
        _, shown, _ = self.tool.call("inspect", self.path("patch.sup"))
        self.seen = combinations(shown)
        self.findings = sum(gap["reason_id"] == "validation" for function in shown["functions"]
                            for gap in function["missing"] + function["revert"]["missing"])
        self.outcome.checkpoints = sum(len(one["checkpoints"]) for one in shown["functions"])

    def run(self, expected):
        if self.seen - self.known:
            super().run(expected)


class Fuzz:
    """The pairs that were kept, and what all have led to."""

    def __init__(self, tool, seed):
        self.tool, self.rng = tool, random.Random(seed)
        self.kept, self.counts = [], collections.Counter()
        self.tried = self.updates = self.refused = self.unfit = 0
        self.bad = []

    def one(self, seed):
        parent = None if not self.kept or self.rng.random() < FRESH else self.rng.choice(self.kept)
        with tempfile.TemporaryDirectory(prefix="su-pairs.") as folder:
            trial = Trial(seed, self.tool, os.path.join(folder, "trial"), parent, set(self.counts))
            try:
                outcome = trial.execute()
            except (pair.Unfit, OSError, subprocess.SubprocessError):
                self.unfit += 1
                return
            self.tried += 1
            self.updates += outcome.applied + outcome.reverted
            self.refused += len(outcome.refusals)
            if trial.seen - set(self.counts):
                self.kept.append(trial.made)
            self.counts.update(trial.seen)
            if outcome.wrong or trial.findings:
                self.keep(seed, trial, outcome.wrong or f"{trial.findings} found by the validator")

    def keep(self, seed, trial, why):
        folder = os.path.join(FAILURES, str(seed))
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(trial.folder, folder)
        self.bad.append(f"seed {seed}: {why}: {folder}")
        print(self.bad[-1], flush=True)

    def summary(self):
        print(f"{self.tried} pairs ({self.unfit} of no use), {len(self.kept)} kept, "
              f"{self.updates} updates and {self.refused} refused, {len(self.counts)} combinations, {len(self.bad)} wrong")
        for combination, number in sorted(self.counts.items(), key=lambda one: (one[1], one[0])):
            print(f"{number:6}  {'  '.join(combination)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--count", type=int, default=100, help="pairs (100)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=3600.0, help="in all")
    parser.add_argument("--tool", default=os.path.join(TOP, "build", "strongupdate"))
    options = parser.parse_args()
    fuzz, end = Fuzz(Tool(options.tool), options.seed), time.monotonic() + options.seconds
    seed = options.seed
    while fuzz.tried < options.count and time.monotonic() < end:
        fuzz.one(seed)
        seed += 1
    fuzz.summary()
    return 1 if fuzz.bad else 0


if __name__ == "__main__":
    sys.exit(main())
