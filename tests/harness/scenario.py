"""A scenario: a program in two versions and what is expected of updating one to the other.

The expectation stands in the first comment of prog.c (or old/prog.c), as `key: value` lines:

    before: REGEX    a line which OLD prints (whole line; repeatable, all must be seen)
    after: REGEX     a line which it prints once updated
    reverted: REGEX  after the revert; without it as `before`
    again: REGEX     after the second update; without it as `after`
    sequence: REGEX  the last group is a number which goes up by one with each matching line of one
                     key (the groups before it): nothing is lost or done twice by the update
    expect: apply    (default) must be applied;  refuse: must be refused;  either: both are right
    either: -O2 -Os  at these levels both are right, or clang-O2: of one compiler
    reason: REGEX    found in the reason of a refusal
    cflags: ...      ldflags: ...
    compilers: gcc   only these
    pairing: NAMES   `inspect` names each of these, but for -O0: callee-changed, helper, call-removed, ...
    threads: vary    the number of threads changes by itself
    judge: NAMES     `inspect` lists these variables for the author to judge, but for -O0
    implied: NAMES   of gcc -O2: `inspect` says that NEW has these variables in no place of their own
    debuginfo: dwz   what becomes of the debug information: see debuginfo.py
    wrong: N         the validator may take so many checkpoints away; 0 else
    spec: FILE       the patch is built with --spec FILE, of the scenario's folder

A line that has the word BAD in it fails the scenario at any time.
"""

import os
import random
import re
import shlex
import shutil
import time

from .compile import compile_pair, is_dealt_out
from .process import Process
from .tool import Failure, reason_of

LIMIT = 10.0  # seconds for a behaviour to show; generous, machines differ
CALM_LINES = 4
LISTS = ("before", "after", "reverted", "again", "sequence")
KEYS = LISTS + ("expect", "either", "reason", "cflags", "ldflags", "compilers", "threads",
                "spec", "pairing", "debuginfo", "wrong", "judge", "implied")


class Scenario:
    """One folder below tests/scenarios."""

    def __init__(self, folder):
        self.folder = folder
        self.name = os.path.basename(folder)
        values = self._read()
        self.before = values.get("before", [])
        self.after = values.get("after", [])
        self.reverted = values.get("reverted") or self.before
        self.again = values.get("again") or self.after
        self.sequences = [re.compile(text) for text in values.get("sequence", [])]
        self.expect = values.get("expect", "apply")
        self.either_levels = values.get("either", "").split()
        self.reason = values.get("reason", "")
        self.cflags = shlex.split(values.get("cflags", ""))
        self.ldflags = shlex.split(values.get("ldflags", ""))
        self.compilers = values.get("compilers", "gcc clang").split()
        self.threads_vary = values.get("threads") == "vary"
        self.debuginfo = values.get("debuginfo")
        self.pairings = values.get("pairing", "").split()
        self.judged = values.get("judge", "").split()
        self.implied = values.get("implied", "").split()
        self.wrong = int(values.get("wrong", 0))
        self.spec = os.path.join(folder, values["spec"]) if "spec" in values else None
        if not self.before or (self.expect != "refuse" and not self.after):
            raise ValueError(f"{self.name}: no `before` or no `after` line")

    def _read(self):
        path = os.path.join(self.folder, "prog.c")
        if not os.path.exists(path):
            path = os.path.join(self.folder, "old", "prog.c")
        with open(path, encoding="utf-8") as file:
            comment = file.read().split("*/", 1)[0]
        values = {}
        for key, value in re.findall(r"^ \* ([a-z]+): *(.*\S)$", comment, re.M):
            if key not in KEYS:
                raise ValueError(f"{path}: unknown key {key}")
            if key in LISTS:
                values.setdefault(key, []).append(value)
            else:
                values[key] = value
        return values

    def runs_in(self, config, dealt):
        """Whether it is for this configuration; `dealt`: each program has some of the matrix."""
        if config.compiler not in self.compilers or (config.variant == "split" and self.debuginfo):
            return False
        return not dealt or is_dealt_out(config, self.name)

    def may_refuse(self, config):
        names = (config.level, config.compiler + config.level, str(config))
        return self.expect in ("either", "refuse") or any(n in self.either_levels for n in names)


def load_all(root):
    """The scenarios below `root`."""
    for name in sorted(os.listdir(root)):
        folder = os.path.join(root, name)
        if name != "support" and os.path.isdir(folder):
            yield Scenario(folder)


def items(options, root, out, matrix=None):
    """(name, function) of every scenario in every configuration of the matrix."""
    for scenario in load_all(root):
        for config in matrix or options.matrix:
            if scenario.runs_in(config, options.dealt and not matrix):
                run = Run(scenario, config, options.tester, out)
                yield run.name, (lambda run=run: dry_run(run)) if options.dry_run else run.execute


class Run:
    """One scenario in one configuration."""

    def __init__(self, scenario, config, tool, root):
        self.scenario, self.config = scenario, config
        self.out = os.path.join(root, scenario.name, str(config))
        self.name = f"{scenario.name} {config}"
        self.tool = tool.with_log(os.path.join(self.out, "log"))
        self.patch = os.path.join(self.out, "patch.sup")
        self.note = ""

    def prepare(self):
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)
        return compile_pair(self.scenario, self.config, self.out)

    def execute(self):
        """Raises Failure; returns a remark ("" or "refused: why")."""
        old, new, options = self.prepare()
        if self.scenario.spec:
            options = [*options, "--spec", self.scenario.spec]
        status, answer, errors = self.tool.build(old, new, self.patch, *options)
        if status != 0:
            return self._refused("build", status, answer, errors)
        if answer["checkpoints_wrong"] > self.scenario.wrong:
            raise Failure(f"the validator takes {answer['checkpoints_wrong']} checkpoints away")
        self._check_pairings()
        with Process(old, os.path.join(self.out, "output")) as process:
            process.wait_for(self.scenario.before, LIMIT, "before the update")
            time.sleep(random.uniform(0, 0.02))
            threads = process.thread_count()
            remark = self._steps(process, threads)
            self._check_sequences(process)
            return remark

    def _check_pairings(self):
        if self.config.level == "-O0":  # clang does not declare what libraries have
            return
        _, answer, _ = self.tool.call("inspect", self.patch)
        for function in answer["functions"]:
            for missing in function["missing"] + function["revert"]["missing"]:
                if missing["reason_id"] == "other":
                    raise Failure(f"not a reason of src/base/reasons.def: {missing['reason']}")
        seen = {point["pairing"] for function in answer["functions"]
                for point in function["checkpoints"] + function["revert"]["checkpoints"]}
        judged = {one["name"] for one in answer["judgements"]}
        if not judged >= set(self.scenario.judged):
            raise Failure(f"not all of {self.scenario.judged} are left to the author: {judged}")
        if (self.config.compiler, self.config.level) == ("gcc", "-O2"):
            self._check_implied(answer)
        for name in self.scenario.pairings:
            if name not in seen:
                raise Failure(f"no checkpoint is of the class {name}, only {sorted(seen)}")

    def _check_implied(self, answer):
        implied = {value["name"] for function in answer["functions"]
                   for point in function["checkpoints"] for value in point["values"]
                   if value["derivation"] == "implied"}
        if not implied >= set(self.scenario.implied):
            raise Failure(f"not all of {self.scenario.implied} are implied: {sorted(implied)}")

    def _steps(self, process, threads):
        scenario = self.scenario
        status, answer, errors = self.tool.call("apply", self.patch, process.pid)
        if status != 0:
            remark = self._refused("apply", status, answer, errors)
            process.require_original_text()
            self._settle(process, scenario.before, [], threads, "after the refusal")
            return remark
        if scenario.expect == "refuse":
            raise Failure("applied, but a refusal was expected")
        self._check_answer(answer, "applied", process, threads)
        self._settle(process, scenario.after, scenario.before, threads, "after the update")
        self._change(process, ("revert", process.pid), "reverted", threads)
        process.require_original_text()
        self._settle(process, scenario.reverted, scenario.after, threads, "after the revert")
        self._change(process, ("apply", self.patch, process.pid), "applied", threads)
        self._settle(process, scenario.again, scenario.before, threads,
                     "after the second update")
        return ""

    def _refused(self, step, status, answer, errors):
        reason = reason_of(answer, errors)
        if status != 1:
            raise Failure(f"{step}: status {status}: {reason}")
        if not reason:
            raise Failure(f"{step}: refused without a reason")
        named = [answer["reason_id"]] + [thread["reason_id"]
                                         for process in answer.get("processes", [])
                                         for thread in process.get("thread_list", [])
                                         if not thread["ready"]]
        if not all(named) or "other" in named:
            raise Failure(f"{step}: not all reasons are of src/base/reasons.def: {named}")
        if not self.scenario.may_refuse(self.config):
            raise Failure(f"{step}: refused: {reason}")
        if self.scenario.reason and not re.search(self.scenario.reason, reason, re.I):
            raise Failure(f"{step}: the reason names not /{self.scenario.reason}/: {reason}")
        return f"refused: {reason}"

    def _change(self, process, args, result, threads):
        status, answer, errors = self.tool.call(*args)
        if status != 0:
            raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")
        self._check_answer(answer, result, process, threads)

    def _check_answer(self, answer, result, process, threads):
        if answer.get("result") != result:
            raise Failure(f"result is {answer.get('result')!r} with status 0, not {result!r}")
        ours = [one for one in answer["processes"] if one["pid"] == process.pid]
        if len(ours) != 1 or ours[0]["result"] != result:
            raise Failure(f"process {process.pid} is not {result}: {answer['processes']}")
        if not self.scenario.threads_vary and ours[0]["threads"] != threads:
            raise Failure(f"threads is {ours[0]['threads']!r}, not {threads}")

    def _settle(self, process, wanted, unwanted, threads, what):
        process.wait_for(wanted, LIMIT, what)
        calm = process.next_lines(CALM_LINES, LIMIT, what)
        for text in unwanted:
            pattern = re.compile(text)
            for line in calm:
                if pattern.fullmatch(line):
                    raise Failure(f"{what}: still the other version: {line!r}")
        for line in process.all:
            if "BAD" in line:
                raise Failure(f"{what}: {line!r}")
        process.require_untouched_by_tracers()
        if not self.scenario.threads_vary and process.thread_count() != threads:
            raise Failure(f"{what}: {process.thread_count()} threads, there were {threads}")

    def _check_sequences(self, process):
        process.lines()
        for pattern in self.scenario.sequences:
            last = {}
            for line in process.all:
                found = pattern.search(line)
                if not found:
                    continue
                *key, number = found.groups()
                key, number = tuple(key), int(number)
                if key in last and number != last[key] + 1:
                    raise Failure(f"{line!r} follows number {last[key]}")
                last[key] = number
            if not last:
                raise Failure(f"no line matches the sequence {pattern.pattern}")


def dry_run(run):
    """Without the tool: OLD shows `before` and not `after`, NEW shows `after` and not `before`."""
    old, new, _ = run.prepare()
    scenario = run.scenario
    versions = [(old, scenario.before, scenario.after), (new, scenario.after, scenario.before)]
    if scenario.expect == "refuse":  # its NEW only exists to be refused
        versions.pop()
    for program, wanted, unwanted in versions:
        with Process(program, program + ".output") as process:
            process.wait_for(wanted, LIMIT, os.path.basename(program))
            process.next_lines(CALM_LINES, LIMIT, os.path.basename(program))
            process.require_original_text()
            process.require_untouched_by_tracers()
            for line in process.all:
                if any(re.fullmatch(text, line) for text in unwanted) or "BAD" in line:
                    raise Failure(f"{os.path.basename(program)} prints {line!r}")
            run._check_sequences(process)
    return ""
