"""One edit of one function of a real program, and its updates at random instants of a run.

The program, the function and the edit follow from the seed; the instants do not.
"""

import collections
import dataclasses
import os
import random
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import edits  # noqa: E402
import programs  # noqa: E402
import source  # noqa: E402
from harness.tool import Failure  # noqa: E402

RUN_LIMIT = 300.0  # of a busy machine
SAMPLES = 25  # stacks that tell where a program is most of the time
OFTEN = 0.7  # so many edits are of functions that were seen on a stack
TRIES = 40


class Unfit(Exception):
    """The seed gives no edit, or one that changes what the program does by itself."""


class Wrong(Exception):
    """The updated program did something else."""


@dataclasses.dataclass
class Outcome:
    """What came of one seed."""
    seed: int
    what: str = ""
    edit: str = ""
    build_refused: str = ""
    applied: int = 0
    reverted: int = 0
    carried: int = 0
    pending: int = 0
    checkpoints: int = 0
    findings: int = 0
    missing: list = dataclasses.field(default_factory=list)
    refusals: list = dataclasses.field(default_factory=list)
    wrong: str = ""
    unfit: str = ""


def execute(command, path, folder, stdin):
    """Starts the program; what it puts out goes to FOLDER."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    with open(path if stdin else os.devnull, "rb") as given, \
            open(os.path.join(folder, "stdout"), "wb") as out, \
            open(os.path.join(folder, "stderr"), "wb") as errors:
        return subprocess.Popen(command, stdin=given, stdout=out, stderr=errors, cwd=folder)


@dataclasses.dataclass
class Output:
    """All that a run has put out."""
    status: int
    files: dict  # name -> contents

    @classmethod
    def of(cls, folder, status):
        files = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                files[name] = file.read()
        return cls(status, files)

    def without_marks(self):
        return Output(self.status, {name: text.replace(edits.MARK, b"")
                                    for name, text in self.files.items()})

    def turns(self, edited):
        """How often the version changed, by the marks; `edited` is what the edited one puts out, and
        but for marks it is the same."""
        return max(turns(text, edited.files[name]) for name, text in self.files.items())


def turns(text, edited):
    count, at, was_edited = 0, 0, False
    for part in edited.split(edits.MARK)[:-1]:
        at += len(part)
        is_edited = text.startswith(edits.MARK, at)
        at += len(edits.MARK) * is_edited
        count += is_edited != was_edited
        was_edited = is_edited
    return count


class Subject:
    """A program in one configuration: its base build, its input and what it puts out."""

    known = {}

    def __init__(self, program, config):
        self.program, self.config = program, config
        self.base = programs.Base(program, config)
        self.base.make()
        self.path = program.input(1)
        self.seen, self.expected, self.seconds = set(), None, 0.0
        self._measure()

    @classmethod
    def of(cls, program, config):
        key = (program.name, str(config))
        if key not in cls.known:
            cls.known[key] = cls(program, config)
        return cls.known[key]

    def start(self, binary, folder):
        command = self.program.command(binary, self.path, folder)
        return execute(command, self.path, folder, self.program.takes_stdin())

    def undisturbed(self, binary, folder):
        with self.start(binary, folder) as process:
            try:
                status = process.wait(RUN_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Unfit("it does not end by itself") from None
        return Output.of(folder, status)

    def _measure(self):
        folder = os.path.join(self.base.folder, "run")
        start = time.monotonic()
        self.expected = self.undisturbed(self.base.binary, folder)
        self.seconds = time.monotonic() - start
        if self.undisturbed(self.base.binary, folder) != self.expected:
            raise RuntimeError(f"{self.program.name} does not do the same twice")
        with self.start(self.base.binary, folder) as process:
            for _ in range(SAMPLES):
                time.sleep(self.seconds / SAMPLES / 2)
                self.seen |= stack_of(process.pid)
            process.kill()


def stack_of(pid):
    """Names of the functions on the stack."""
    done = subprocess.run(["eu-stack", "-p", str(pid)], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=30)
    return set(re.findall(r"^#\d+ +0x\w+(?: - \d+)? +([\w.]+)", done.stdout, re.M))


class Parsed:
    """Parsed files, which are kept: parsing takes longer than an edit."""

    index, known = None, collections.OrderedDict()

    @classmethod
    def of(cls, base, unit):
        path = os.path.join(base.tree, unit)
        if path not in cls.known:
            cls.index = cls.index or source.load()
            cls.known[path] = source.Source(cls.index, path, [*programs.FLAGS,
                                                              *base.program.options(base.tree)])
        return cls.known[path]


class Trial:
    """One seed."""

    def __init__(self, seed, tool, folder, options):
        self.seed, self.tool, self.folder, self.options = seed, tool, folder, options
        self.rng = random.Random(seed)
        self.outcome = Outcome(seed)
        self.more = []  # options of the compiler
        self.edited = None  # what the edited program puts out
        self.log = []

    def path(self, name):
        return os.path.join(self.folder, name)

    # ---- making the builds ----

    def candidates(self, subject):
        """Functions of one file: mostly of one with such as were seen on a stack, and these."""
        often = self.rng.random() < OFTEN
        units = [unit for unit in subject.base.units
                 if not often or subject.base.symbols(unit) & subject.seen]
        functions = [one for one in Parsed.of(subject.base, self.rng.choice(units)).functions
                     if one.body is not None]
        hot = [one for one in functions if one.name in subject.seen]
        return hot if hot and often else functions

    def recompile(self, subject, functions):
        """The file as it is, with other options of the compiler."""
        compiler, level = subject.config.compiler, "-" + subject.config.level
        kinds = ([one for one in programs.LEVELS if one != level], programs.OTHER[compiler])
        self.more = [self.rng.choice(kinds[0])] if self.rng.random() < 0.3 else \
            self.rng.sample(kinds[1], self.rng.randrange(1, 4))
        found = functions[0].source
        unit = os.path.relpath(found.path, subject.base.tree)
        self.outcome.edit = "options"
        self.outcome.what = f"{subject.program.name} {subject.config} {unit} {' '.join(self.more)}"
        return unit, found.text

    def choose(self, subject):
        """(the unit's path, its new text)"""
        functions = self.candidates(subject)
        if functions and self.rng.random() < self.options.recompiled:
            return self.recompile(subject, functions)
        for _ in range(TRIES if functions else 0):
            function = self.rng.choice(functions)
            name = self.rng.choice(tuple(edits.EDITS))
            change = edits.EDITS[name](function, self.rng)
            text = change and edits.apply(function.source, function, change)
            if text:
                unit = os.path.relpath(function.source.path, subject.base.tree)
                self.outcome.edit = name
                self.outcome.what = f"{subject.program.name} {subject.config} {name} {function.name}"
                return unit, text
        raise Unfit("no function has a place for the edit")

    def make(self, subject):
        unit, text = self.choose(subject)
        path = os.path.join(self.path("edited"), unit)
        os.makedirs(os.path.dirname(path))
        with open(path, "wb") as file:
            file.write(text)
        shutil.copy(subject.base.binary, self.path("old"))
        try:
            subject.base.make_edited(unit, self.path("edited"), self.path("new"), self.more)
        except RuntimeError as why:
            raise Unfit(f"{self.outcome.edit}: the compiler refuses it: {str(why)[-300:]}") from None
        self.edited = subject.undisturbed(self.path("new"), self.path("run"))
        if self.edited.without_marks() != subject.expected:
            raise Unfit(f"{self.outcome.edit}: the edit changes what the program does")

    # ---- updating ----

    def call(self, step, *args):
        status, answer, errors = self.tool.call(step, *args)
        self.log.append(f"{step}: {status} {answer.get('reason') or ''} "
                        f"carried {answer.get('activations_carried')} "
                        f"pending {answer.get('activations_pending')}")
        return status, answer, errors

    def update(self, pid, updated):
        """Applies or reverts; returns whether the process runs NEW."""
        step = "revert" if updated else "apply"
        args = [pid] if updated else [self.path("patch.sup"), pid]
        status, answer, errors = self.call(step, *args, "--timeout", "0.3")
        if status == 0:
            self.outcome.applied += not updated
            self.outcome.reverted += updated
            self.outcome.carried += answer.get("activations_carried") or 0
            self.outcome.pending += answer.get("activations_pending") or 0
            return not updated
        if answer.get("code") != "gone":
            if status != 1:
                raise Wrong(f"{step}: status {status}: {answer.get('reason')} {errors}")
            self.outcome.refusals.append(answer.get("reason_id") or "")
        return updated

    def drive(self, subject):
        """One run, with updates and reverts at random instants until it ends."""
        deadline = time.monotonic() + RUN_LIMIT
        updated, changes, longest = False, 0, self.rng.choice((0.02, 0.1, subject.seconds / 2))
        with subject.start(self.path("old"), self.path("run")) as process:
            try:
                while process.poll() is None:
                    if time.monotonic() > deadline:
                        raise Wrong(f"no end after {RUN_LIMIT} s")
                    time.sleep(self.rng.uniform(0, longest))
                    longest = 0.02
                    changes += self.update(process.pid, updated) != updated
                    updated = changes % 2 == 1
                status = process.wait()
            finally:
                if process.poll() is None:
                    process.kill()
        output = Output.of(self.path("run"), status)
        if output.without_marks() != subject.expected:
            raise Wrong(f"the updated run puts out something else (status {status})")
        if output.turns(self.edited) > changes:
            raise Wrong(f"{changes} changes of the version, and {output.turns(self.edited)} in what "
                        "is put out")

    def build(self):
        status, answer, errors = self.tool.build(self.path("old"), self.path("new"),
                                                 self.path("patch.sup"))
        if status == 1:
            self.outcome.build_refused = answer.get("reason_id") or "?"
            self.log.append(str(answer.get("reason") or errors))
            return False
        if status != 0:
            raise Wrong(f"build: status {status}: {answer.get('reason')} {errors}")
        self.outcome.findings = answer.get("checkpoints_wrong") or 0
        _, answer, _ = self.tool.call("inspect", self.path("patch.sup"))
        for function in answer.get("functions", []):
            self.outcome.checkpoints += len(function["checkpoints"])
            self.outcome.missing += [gap["reason_id"] for gap in function["missing"]]
            self.log += [gap["reason"] for gap in function["missing"] + function["revert"]["missing"]
                         if gap["reason_id"] == "validation"]
        return True

    def run(self):
        rng = self.rng
        config = programs.Config(*rng.choice(self.options.configs.split(",")).split("-"))
        subject = Subject.of(programs.named(rng.choice(self.options.programs.split(","))), config)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        try:
            self.make(subject)
            built = self.build()
            end = time.monotonic() + self.options.each
            while built and time.monotonic() < end:
                self.drive(subject)
        except Unfit as why:
            self.outcome.unfit = str(why)
        except (Wrong, Failure) as why:
            self.outcome.wrong = str(why)
        with open(self.path("log"), "w", encoding="utf-8") as file:
            file.write(f"seed {self.seed}\n{self.outcome.what}\n" + "\n".join(self.log)
                       + f"\n{self.outcome.wrong or self.outcome.unfit}\n")
        return self.outcome
