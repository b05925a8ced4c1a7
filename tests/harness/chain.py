"""Chains: updates of an updated process, step by step, and back.

Two kinds of items.  A folder in tests/chains/ has a prog.c that is compiled with -DVERSION=1, 2, ...
Its first comment says what is expected, as `key: value` lines:

    versions: N      how many there are
    lines: REGEX     lines which version {V} prints; {V} is the version's number (repeatable)
    vK: REGEX        a line which version K prints (repeatable)
    steps: ...       what is done, in words; without it all updates up, and all back:
                       2          update to version 2 by a patch from the version that runs
                       3!REGEX    the same must be refused, for that reason
                       1:3!REGEX  the patch from version 1 to 3 must be refused
                       1:3=       the same changes nothing: it is applied already
                       revert     goes back by one update;  revert!REGEX must be refused
                       revert:1:2!REGEX  the same with the patch named
                       spoil:F    changes one bit of the target of the first call in F where version 1
                                  has it, spoil:1:2:F in the patch's body;  restore  undoes that
                       spoil-entry:F  the same of the jump that an update has put at the entry of F
    sequence, cflags, ldflags, compilers, threads: as in a scenario
    either: gcc-Os   in these builds a step may be refused too; then the process goes on as it was

The other kind takes a scenario there, back by a forward patch, there again, and reverts all three.
"""

import os
import random
import re
import shlex
import shutil
import subprocess
import time

from . import scenario as scenarios
from .compile import compile_version, is_dealt_out
from .process import Process, load_bias
from .tool import Failure, reason_of

LISTS = ("lines", "sequence", "steps")
KEYS = LISTS + ("versions", "cflags", "ldflags", "compilers", "threads", "either")


class Refused(Exception):
    """A step was refused where that is right."""


class Chain:
    """One folder below tests/chains."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        self.versions, values = self._read()
        self.steps = " ".join(values.get("steps", [])).split() or self._up_and_back()
        self.sequences = [re.compile(text) for text in values.get("sequence", [])]
        self.cflags = shlex.split(values.get("cflags", ""))
        self.ldflags = shlex.split(values.get("ldflags", ""))
        self.compilers = values.get("compilers", "gcc clang").split()
        self.threads_vary = values.get("threads") == "vary"
        self.either = values.get("either", "").split()

    def _read(self):
        with open(os.path.join(self.folder, "prog.c"), encoding="utf-8") as file:
            comment = file.read().split("*/", 1)[0]
        values, own = {}, {}
        for key, value in re.findall(r"^ \* ([a-z0-9]+): *(.*\S)$", comment, re.M):
            if re.fullmatch(r"v\d+", key):
                own.setdefault(int(key[1:]), []).append(value)
            elif key not in KEYS:
                raise ValueError(f"{self.name}: unknown key {key}")
            elif key in LISTS:
                values.setdefault(key, []).append(value)
            else:
                values[key] = value
        count = int(values["versions"])
        lines = {v: [text.replace("{V}", str(v)) for text in values.get("lines", [])]
                 + own.get(v, []) for v in range(1, count + 1)}
        if not all(lines.values()):
            raise ValueError(f"{self.name}: a version prints nothing")
        return lines, values

    def _up_and_back(self):
        up = [str(v) for v in range(2, len(self.versions) + 1)]
        return up + ["revert"] * len(up)

    def compile(self, config, version, target):
        return compile_version(self, config, self.folder, [f"-DVERSION={version}"], target)


class ThereAndBack:
    """A scenario as a chain: its old version is 1, its new one 2."""

    steps = ["2", "1", "2", "revert", "revert", "revert"]

    def __init__(self, scenario):
        self.scenario = scenario
        self.folder, self.name = scenario.folder, scenario.name + "-there-and-back"
        self.cflags, self.ldflags = scenario.cflags, scenario.ldflags
        self.compilers, self.threads_vary = scenario.compilers, scenario.threads_vary
        self.sequences, self.either = scenario.sequences, ()
        self.versions = {1: scenario.before, 2: scenario.after}

    def compile(self, config, version, target):
        name, define = ("old", []) if version == 1 else ("new", ["-DNEW"])
        folder = os.path.join(self.folder, name)
        if os.path.isdir(folder):
            return compile_version(self, config, folder, [], target)
        return compile_version(self, config, self.folder, define, target)


class Run(scenarios.Run):
    """One chain in one configuration."""

    def __init__(self, chain, config, tool, root):
        super().__init__(chain, config, tool, root)
        self.name = f"chain {chain.name} {config}"
        self.flipped = None

    def prepare(self):
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)
        options = []
        for version in self.scenario.versions:
            options = self.scenario.compile(self.config, version, self._program(version))
        return options

    def _program(self, version):
        return os.path.join(self.out, f"v{version}")

    def _patch(self, start, end, options):
        path = os.path.join(self.out, f"p{start}-{end}.sup")
        if not os.path.exists(path):
            status, answer, errors = self.tool.build(self._program(start), self._program(end),
                                                     path, *options)
            if status != 0:
                raise Failure(f"build {start} {end}: status {status}: "
                              f"{reason_of(answer, errors)}")
        return path

    def execute(self):
        options, chain = self.prepare(), self.scenario
        with Process(self._program(1), os.path.join(self.out, "output")) as process:
            process.wait_for(chain.versions[1], scenarios.LIMIT, "before the updates")
            time.sleep(random.uniform(0, 0.02))
            threads, way = process.thread_count(), [1]
            for number, step in enumerate(chain.steps, 1):
                try:
                    self._step(process, way, step, options, threads)
                except Refused as why:
                    self._settle_at(process, way, threads, f"after step {number} was refused")
                    self._check_sequences(process)
                    return f"step {number} refused: {why}"
                self._settle_at(process, way, threads, f"after step {number} ({step})")
            self._check_sequences(process)
        return ""

    def _first_target(self, process, where):
        """Where the first call or jump of a function that never runs has its target."""
        *ends, function = where.split(":")
        if ends:
            file = self._patch(*map(int, ends), [])
            _, answer, _ = self.tool.call("status", process.pid)
            base = int(answer["processes"][0]["updates"][-1]["mapped_at"], 16)
        else:
            file, base = self._program(1), load_bias(process.pid, self._program(1))
        listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", file], check=True,
                                 capture_output=True, text=True).stdout
        body = listing.split(f"<{function}>:\n", 1)[1].split("\n\n", 1)[0]
        line = next(line for line in body.split("\n") if re.search(r"\t(call|jmp) ", line))
        return base + int(line.split(":")[0], 16) + 1

    def _entry_jump(self, process, function):
        """Where the jump at the entry of a function that never runs has its target."""
        listing = subprocess.run(["nm", self._program(1)], check=True, capture_output=True,
                                 text=True).stdout
        entry = int(re.search(rf"^(\w+) [tT] {function}$", listing, re.M)[1], 16)
        entry += load_bias(process.pid, self._program(1))
        with open(f"/proc/{process.pid}/mem", "rb", buffering=0) as memory:
            code = os.pread(memory.fileno(), 5, entry)
        if code[0] != 0xe9:
            raise Failure(f"no jump at the entry of {function}: {code.hex()}")
        return entry + 1

    def _flip(self, process, addr):
        with open(f"/proc/{process.pid}/mem", "r+b", buffering=0) as memory:
            byte = os.pread(memory.fileno(), 1, addr)[0]
            os.pwrite(memory.fileno(), bytes([byte ^ 0x10]), addr)
        self.flipped = addr

    def _step(self, process, way, step, options, threads):
        """`way`: the versions from the one that was started to the one that runs."""
        if step.startswith("spoil:"):
            return self._flip(process, self._first_target(process, step[6:]))
        if step.startswith("spoil-entry:"):
            return self._flip(process, self._entry_jump(process, step[12:]))
        if step == "restore":
            return self._flip(process, self.flipped)
        return self._update(process, way, step, options, threads)

    def _update(self, process, way, step, options, threads):
        what, refused, reason = step.partition("!")
        what, unchanged, _ = what.partition("=")
        if what == "revert":
            args = ("revert", process.pid)
        elif what.startswith("revert:"):
            _, start, end = what.split(":")
            args = ("revert", self._patch(int(start), int(end), options), process.pid)
        else:
            start, _, end = what.rpartition(":")
            patch = self._patch(int(start or way[-1]), int(end), options)
            args = ("apply", patch, process.pid)
        if refused:
            self._must_refuse(args, step, reason)
        elif unchanged:
            self._must_change_nothing(args, step)
        elif self.config.compiler + self.config.level in self.scenario.either:
            self._may_refuse(args)
            way[:] = [*way, int(end)] if args[0] == "apply" else way[:-1]
        elif what.startswith("revert"):
            self._change(process, args, "reverted", threads)
            way.pop()
        else:
            self._change(process, args, "applied", threads)
            way.append(int(end))

    def _may_refuse(self, args):
        status, answer, errors = self.tool.call(*args)
        if status == 1:
            raise Refused(reason_of(answer, errors))
        if status != 0:
            raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")

    def _must_refuse(self, args, step, wanted):
        status, answer, errors = self.tool.call(*args)
        if status != 1:
            raise Failure(f"step {step}: status {status}, but a refusal was expected")
        if not re.search(wanted, reason_of(answer, errors)):
            raise Failure(f"step {step}: the reason names not /{wanted}/: "
                          f"{reason_of(answer, errors)}")

    def _must_change_nothing(self, args, step):
        status, answer, errors = self.tool.call(*args)
        if status != 0 or answer["result"] != "unchanged":
            raise Failure(f"step {step}: status {status}: {reason_of(answer, errors)}")

    def _settle_at(self, process, way, threads, what):
        versions = self.scenario.versions
        wanted = versions[way[-1]]
        others = [text for version, lines in versions.items() if version != way[-1]
                  for text in lines if text not in wanted]
        self._settle(process, wanted, others, threads, what)
        self._check_status(process, way, what)
        if len(way) == 1:
            process.require_original_text()

    def _check_status(self, process, way, what):
        for _ in range(5):  # a busy machine may not stop all threads in the time that it has
            status, answer, errors = self.tool.call("status", process.pid)
            if status != 1:
                break
        if status != 0:
            raise Failure(f"{what}: status: {reason_of(answer, errors)}")
        updates = [u for p in answer["processes"] for u in p["updates"]]
        applied = [u for u in updates if u["state"] == "applied"]
        if len(applied) != len(way) - 1:
            raise Failure(f"{what}: status shows {len(applied)} updates, not {len(way) - 1}")
        for last, update in zip(applied, applied[1:]):
            if last["new_build_id"] != update["old_build_id"]:
                raise Failure(f"{what}: status shows updates that do not follow each other")


def load_all(root):
    """The chains below `root`."""
    for name in sorted(os.listdir(root)):
        yield Chain(os.path.join(root, name))


def there_and_back(root):
    """The scenarios that are always applied, as chains; a specification is for one way only."""
    for scenario in scenarios.load_all(root):
        if scenario.expect == "apply" and not scenario.either_levels and not scenario.spec:
            yield ThereAndBack(scenario)


def items(options, tests, out):
    """Chains in the matrix without variants, scenarios as chains with gcc -O2 (all: in all)."""
    plain = [c for c in options.matrix if options.all or c.variant == "plain"]
    main_only = [c for c in options.matrix if options.all or str(c) == "gcc-O2"]
    both = [(chain, plain) for chain in load_all(os.path.join(tests, "chains"))]
    both += [(chain, main_only) for chain in there_and_back(os.path.join(tests, "scenarios"))]
    for chain, configs in both:
        for config in configs:
            dealt = configs is plain and options.dealt
            if config.compiler in chain.compilers and (not dealt or
                                                       is_dealt_out(config, chain.name)):
                run = Run(chain, config, options.tester, out)
                yield run.name, run.execute
