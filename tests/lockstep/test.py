#!/usr/bin/env python3
"""Updates programs at every checkpoint that a run reaches, one run each, and looks at the state there.

usage: test.py [--count PAIRS] [--seed S] [--kinds KINDS] [--limit N] [--seconds N] [--tool PATH]

The old program is stopped at a checkpoint, updated, and let go to where it goes on in the new code.
There each location that the recipe has made is compared with what the new program itself holds at
that place, in an undisturbed run of its own: that program is the oracle, and neither the recipe nor
the stub.  Then the run goes on to its end, which must be that of an undisturbed one.

Programs are those of tests/random.  A value is equal when its bytes are, or when both are addresses
of the same thing: functions and variables stand elsewhere in the two processes.  What only moves
along with frames (addresses of the stack) is left to the run's result.
"""

import argparse
import bisect
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
sys.path[:0] = [HERE, os.path.join(TOP, "tests", "random"), os.path.join(TOP, "tests")]

import pair  # noqa: E402
from harness.tool import Tool  # noqa: E402
from tracee import Ended, Tracee  # noqa: E402

MOST_HITS = 4000  # of all checkpoints in a run that counts them
ARGS = ("", "1")
SCRATCH = ("rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11")


class Symbols:
    """Addresses of one ELF file as (name, offset)."""

    def __init__(self, path):
        self.at = []
        done = subprocess.run(["nm", "-S", path], capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            words = line.split()
            if len(words) == 4:
                self.at.append((int(words[0], 16), int(words[1], 16), words[3]))
        self.at.sort()

    def name(self, vaddr):
        index = bisect.bisect_right(self.at, (vaddr, 1 << 64, "")) - 1
        if index < 0 or vaddr > self.at[index][0] + self.at[index][1]:
            return None
        return re.sub(r"\.\d+$", "", self.at[index][2]), vaddr - self.at[index][0]


class Places:
    """What the addresses of a process mean: [(start, end, bias, symbols)], and its stack and heap."""

    def __init__(self, tracee, files):
        self.files, self.others = [], []
        self.canary = int.from_bytes(tracee.read(tracee.registers().fs_base + 0x28, 8), "little")
        maps = tracee.maps()
        for name, symbols in files:
            mine = [one for one in maps if one[3] == name]
            if mine:
                self.files.append((mine[0][0], mine[-1][1], mine[0][0], symbols))
        for start, end, _, name in maps:
            if name == "[stack]":
                self.others.append((start, end, "stack"))
            elif name == "[heap]":
                self.others.append((start, end, "heap"))

    def add(self, base, size, symbols):
        """Those that are known already count first: the size may be too large."""
        self.files.append((base, base + size, base, symbols))

    def meaning(self, number):
        """(kind, what); None for a plain number."""
        if number == self.canary:
            return ("canary", None)
        for start, end, bias, symbols in self.files:
            if start <= number < end:
                return ("image", symbols.name(number - bias))
        for start, end, kind in self.others:
            if start <= number <= end:
                return (kind, number - start if kind == "heap" else None)
        return None


def cfa_rules(path):
    """[(vaddr, register, offset)]: how the CFA is found, from readelf."""
    done = subprocess.run(["readelf", "--debug-dump=frames-interp", path], capture_output=True,
                          text=True, check=False)
    rules = re.findall(r"^([0-9a-f]{16}) (r[a-z0-9]+)\+(\d+)", done.stdout, re.M)
    return sorted((int(vaddr, 16), register, int(offset)) for vaddr, register, offset in rules)


def cfa(rules, vaddr, registers):
    index = bisect.bisect_right(rules, (vaddr, "~", 0)) - 1
    _, register, offset = rules[index]
    return getattr(registers, register) + offset


class Point:
    """A forward checkpoint of the patch."""

    def __init__(self, function, record):
        self.kind, self.name = record["kind"], function["name"]
        self.start, self.end = int(record["from"], 16), int(record["to"], 16)
        self.values = [value for value in record["values"]
                       if value["derivation"] not in ("call-result", "seeded", "implied")
                       and not value["name"].startswith("saved ")]  # the caller's, as old as it
        self.new = self.end - int(function["patch_vaddr"], 16) + int(function["new_vaddr"], 16)


class Wrong(Exception):
    """A location, or the result, is not what it should be."""


class Subject:
    """One pair of programs."""

    def __init__(self, tool, old, new, patch):
        self.tool, self.old, self.new, self.patch = tool, old, new, patch
        self.rules = cfa_rules(new)
        self.symbols = {path: Symbols(path) for path in (old, new, patch)}
        status, answer, _ = tool.call("inspect", patch)
        if status != 0:
            raise Wrong("inspect fails")
        sizes = {name: size for _, size, name in self.symbols[new].at}
        self.points = [Point(function, record) for function in answer["functions"]
                       if function["change"] == "changed" for record in function["checkpoints"]
                       if record["kind"] != "entry"]
        self.points = [point for point in self.points if self.in_body(answer, point, sizes)]
        self.counts = collections.Counter()

    @staticmethod
    def in_body(answer, point, sizes):
        """Not in a function's split part, which is copied to a place of its own."""
        for function in answer["functions"]:
            if function["name"] == point.name and int(function["new_vaddr"], 16) <= point.new:
                return point.new < int(function["new_vaddr"], 16) + sizes.get(point.name, 0)
        return False

    @staticmethod
    def base(tracee, path):
        return next(start for start, _, _, name in tracee.maps() if name == path)

    def count(self, path, vaddrs):
        """How often a run of the program comes to each address."""
        tracee, hits = Tracee(path, *ARGS), collections.Counter()
        try:
            base = self.base(tracee, path)
            for vaddr in vaddrs:
                tracee.set_break(base + vaddr)
            while sum(hits.values()) < MOST_HITS:
                hits[tracee.go() - base] += 1
            hits = None
        except Ended:
            pass
        finally:
            tracee.rest()
        return hits

    def run_to(self, path, vaddr, hit):
        tracee = Tracee(path, *ARGS)
        base = self.base(tracee, path)
        tracee.set_break(base + vaddr)
        for _ in range(hit):
            tracee.go()
        return tracee, base

    def value(self, tracee, value, vaddr):
        """The bytes of one location of the new code."""
        registers = tracee.registers()
        where = value["to"]
        if where.startswith("cfa"):
            return tracee.read(cfa(self.rules, vaddr, registers) + int(where[3:]), value["size"])
        return getattr(registers, where).to_bytes(8, "little")

    @staticmethod
    def same(value, mine, there, places):
        """"equal", "part" (a register of which at least the low byte is), "unknown", "different"."""
        if mine == there:
            return "equal"
        if len(mine) > 8:
            return "unknown"
        if len(mine) == 8:
            a, b = (place.meaning(int.from_bytes(one, "little"))
                    for place, one in zip(places, (mine, there)))
            if a == b and a is not None:
                return "equal"
        if not value["to"].startswith("cfa"):
            if mine[:4] == there[:4]:
                return "equal"  # records do not say how much of a register is live
            if mine[:1] == there[:1]:
                return "part"
            if value["derivation"] == "relation" and value["to"] in SCRATCH:
                return "unknown"  # liveness: calls are taken to read all argument registers
        return "different"

    def compare(self, point, updated, patch_base, hit):
        """The updated process is where it goes on; so is a run of the new program."""
        tracee, _ = self.run_to(self.new, point.new, hit)
        try:
            theirs = Places(tracee, [(self.new, self.symbols[self.new])])
            ours = Places(updated, [(self.old, self.symbols[self.old])])
            ours.add(patch_base, 1 << 24, self.symbols[self.patch])
            for value in point.values:
                mine = self.value(updated, value, point.new)
                there = self.value(tracee, value, point.new)
                same = self.same(value, mine, there, (ours, theirs))
                self.counts[f"{same} {value['derivation']}"] += 1
                if same == "different":
                    raise Wrong(f"{point.name} at {point.start:#x}, time {hit}: {value['to']} "
                                f"({value['name'] or 'a temporary'}, {value['derivation']}) is "
                                f"{mine.hex()}, not {there.hex()}")
        finally:
            tracee.rest()

    def one(self, point, hit, expected, comparable):
        """One update; what was not possible is counted."""
        tracee, base = self.run_to(self.old, point.start, hit)
        try:
            tracee.leave_stopped()
            status, answer, errors = self.tool.call("apply", self.patch, tracee.pid, "--timeout",
                                                    "0.2")
            if status == 1:
                self.counts["refused"] += 1
                return
            if status != 0:
                raise Wrong(f"apply: status {status}: {answer.get('reason')} {errors}")
            tracee.attach()
            # A return address that jumps lead to as well may have to be driven away from.
            stayed = tracee.registers().rip == base + point.start
            self.counts[f"updates {point.kind}" if stayed else "updates elsewhere"] += 1
            if stayed and comparable:
                patch_base = tracee.registry()
                tracee.set_break(patch_base + point.end)
                tracee.go()
                self.compare(point, tracee, patch_base, hit)
            output, ended = outcome(tracee)
        except Ended as end:
            raise Wrong(f"{point.name} at {point.start:#x}, time {hit}: dies with "
                        f"{end.status:#x}") from None
        finally:
            tracee.rest()
        if (output, ended) != expected:
            raise Wrong(f"{point.name} at {point.start:#x}, time {hit}: ends with {ended:#x} after "
                        f"{output!r}, not {expected[0]!r}")

    def execute(self, rng, limit):
        """Updates at every checkpoint reached: the first time, and once more at random."""
        undisturbed = outcome(Tracee(self.old, *ARGS))
        old = self.count(self.old, [point.start for point in self.points])
        new = self.count(self.new, [point.new for point in self.points])
        if old is None or new is None:
            self.counts["runs too long"] += 1
            return
        plan = []
        for point in self.points:
            times = old[point.start]
            if times:
                self.counts["checkpoints reached"] += 1
                plan += [(point, hit) for hit in {1, rng.randrange(1, times + 1)}]
        rng.shuffle(plan)
        for point, hit in plan[:limit]:
            self.one(point, hit, undisturbed, old[point.start] == new[point.new])


def outcome(tracee):
    """(checksums, status). How often it called su_pause() may differ between versions."""
    output, status = tracee.finish()
    return [line for line in output.splitlines() if not line.startswith("calls")], status


def make_pair(seed, tool, folder, kinds):
    """A Subject from tests/random, or None."""
    one = pair.Pair(seed, tool, folder, kinds)
    os.makedirs(folder, exist_ok=True)
    one.make()
    # Equally long names: they stand on the stack of the program.
    os.rename(one.path("old.bin"), one.path("A"))
    os.rename(one.path("new.bin"), one.path("B"))
    status, _, errors = tool.build(one.path("A"), one.path("B"), one.path("patch.sup"))
    if status == 1:
        return None
    if status != 0:
        raise Wrong(f"build: status {status} {errors}")
    return Subject(tool, one.path("A"), one.path("B"), one.path("patch.sup"))


def hunt(tool, seed, count, seconds, limit, kinds, say):
    """Returns (counts, what is wrong)."""
    end, counts, wrong = time.monotonic() + seconds, collections.Counter(), []
    while counts["programs"] < count and time.monotonic() < end:
        folder = tempfile.mkdtemp(prefix="su-lockstep.")
        subject = None
        try:
            subject = make_pair(seed, tool, folder, kinds)
            if subject is None:
                counts["builds refused"] += 1
            else:
                subject.execute(random.Random(seed), limit)
                counts["programs"] += 1
        except (pair.Unfit, subprocess.SubprocessError):
            counts["unfit"] += 1
        except Wrong as why:
            wrong.append(f"seed {seed}: {why}")
            say(wrong[-1])
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if subject is not None:
            counts.update(subject.counts)
        seed += 1
    return counts, wrong


def items(tool):
    """(name, function) for tests/run: a short form of the sweep."""

    def execute():
        from harness.tool import Failure, Skip
        if shutil.which("csmith") is None:
            raise Skip("csmith is not installed")
        counts, wrong = hunt(tool, 1, 6, 40, 30, ("mutation",), lambda _: None)
        if wrong:
            raise Failure("; ".join(wrong))
        updates = sum(n for name, n in counts.items() if name.startswith("updates"))
        if not updates or not counts["equal relation"]:
            raise Failure(f"nothing was compared: {dict(counts)}")
        return f"{updates} updates, {sum(n for k, n in counts.items() if k.startswith('equal'))} " \
               "values compared"

    return [("lockstep", execute)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=20, help="programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--limit", type=int, default=10**9, help="updates of one program")
    parser.add_argument("--kinds", default="mutation", help="mutation,level,compiler")
    parser.add_argument("--tool", default=os.path.join(TOP, "build", "strongupdate"))
    options = parser.parse_args()
    counts, wrong = hunt(Tool(options.tool), options.seed, options.count, options.seconds,
                         options.limit, options.kinds.split(","),
                         lambda line: print("WRONG", line, flush=True))
    for name, number in sorted(counts.items()):
        print(f"{number:7} {name}")
    print(f"WRONG: {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
