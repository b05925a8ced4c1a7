"""What all sweeps of faults share: the programs, and the process under test."""

import contextlib
import os
import shutil
import subprocess
import time

from harness.compile import Config, compile_pair, run
from harness.process import Process
from harness.scenario import LIMIT, Scenario
from harness.tool import Failure, reason_of

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def listed(path, maker_of=None):
    """What faulty has listed in the file."""
    with open(path, encoding="ascii") as file:
        calls = [line.split() for line in file]
    maker = next((pid for pid, call in calls if call == maker_of), None)
    return [call for pid, call in calls if maker in (None, pid)]


class Bench:
    """What all sweeps share."""

    def __init__(self, tool, out):
        self.tool, self.out = tool, out
        self.scenario = Scenario(os.path.join(TESTS, "scenarios", "all-at-once"))
        self.faulty = os.path.join(out, "faulty")
        self.nomem, self.catches = (os.path.join(out, f"{name}.so")
                                    for name in ("nomem", "catches"))
        self.patch = os.path.join(out, "patch.sup")
        self.old = None

    def prepare(self):
        if self.old:
            return
        shutil.rmtree(self.out, ignore_errors=True)
        os.makedirs(self.out)
        run(["gcc", "-D_GNU_SOURCE", "-O1", "-Wall", "-o", self.faulty, "faulty.c"],
            os.path.join(TESTS, "fault"))
        for library in (self.nomem, self.catches):
            run(["gcc", "-O1", "-Wall", "-shared", "-fPIC", "-o", library,
                 os.path.basename(library)[:-2] + "c"], os.path.join(TESTS, "fault"))
        old, new, _ = compile_pair(self.scenario, Config("gcc", "-O2"), self.out)
        status, answer, errors = self.tool.build(old, new, self.patch)
        if status != 0:
            raise Failure(f"build: {reason_of(answer, errors)}")
        self.old = old

    def faulty_run(self, fault, args):
        """Runs the tool with `args` and that fault; returns its exit status and words."""
        command = [self.faulty, *map(str, fault), "--", self.tool.path, *map(str, args), "--json"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=120, check=False)
        if done.returncode == 125:
            raise Failure(f"faulty: {done.stderr[-500:]}")
        return done.returncode, (done.stdout + done.stderr)[-800:]

    def run_out(self, n, args):
        """Runs the tool, with memory for n - 1 allocations in each process of it."""
        done = subprocess.run([self.tool.path, *map(str, args), "--json"], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, errors="replace", timeout=120,
                              check=False, env={**os.environ, "LD_PRELOAD": self.nomem,
                                                "NOMEM": str(n)})
        return done.returncode, (done.stdout + done.stderr)[-800:]

    def calls(self, kind, preload=None, maker_of=None):
        """The numbers of the system calls of one run without fault; with `maker_of`, only those of the
        process that makes that one first."""
        path = os.path.join(self.out, f"calls-{kind.__name__}")
        with self.target(f"calls-{kind.__name__}.output", preload) as target, kind(self, target) as args:
            status, words = self.faulty_run(("list", path), args)
            if status != 0:
                raise Failure(f"without a fault: status {status}: {words}")
        return listed(path, maker_of)

    @contextlib.contextmanager
    def target(self, output, preload=None):
        command = ("env", f"LD_PRELOAD={preload}", self.old) if preload else (self.old,)
        output = os.path.join(self.out, output.replace("/", "-"))
        with Process(command[0], output, command[1:]) as process:
            process.program = self.old
            process.wait_for(self.scenario.before, LIMIT, "before")
            yield Target(self, process)


class Target:
    """The process under test, with what it was like before."""

    def __init__(self, bench, process):
        self.bench, self.process = bench, process
        self.masks, self.caught = self.thread_masks(), process.status_field("SigCgt")
        self.read_only = self.anonymous()

    def thread_masks(self):
        """What each thread blocks all the time: in a handler it blocks that signal besides."""
        masks = self._masks_now()
        for _ in range(8):
            time.sleep(0.002)
            masks = {tid: masks.get(tid, mask) & mask for tid, mask in self._masks_now().items()}
        return masks

    def _masks_now(self):
        masks = {}
        for tid in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{tid}/status", encoding="ascii") as file:
                line = next(line for line in file if line.startswith("SigBlk"))
                masks[tid] = int(line.split()[1], 16)
        return masks

    def anonymous(self):
        """Mappings that only an update makes: read-only, without a file or a name."""
        with open(f"/proc/{self.process.pid}/maps", encoding="ascii") as file:
            return {line.split()[0] for line in file
                    if line.split()[1] == "r--p" and len(line.split()) == 5}

    def require_no_memory(self):
        """Killed between the mapping and its first byte, the updater leaves it empty: a known gap
        (docs/limits.md).  Anything else must be gone."""
        new = self.anonymous() - self.read_only
        if len(new) > 1:
            raise Failure(f"new mappings {new}")
        with open(f"/proc/{self.process.pid}/mem", "rb", buffering=0) as memory:
            for span in new:
                start, end = (int(text, 16) for text in span.split("-"))
                if os.pread(memory.fileno(), end - start, start).strip(b"\0"):
                    raise Failure(f"the mapping {span} was left")

    def tool(self, wanted, *args):
        """What is no subject of the test has all the time that it may need."""
        patience = ("--timeout", "60") if args[0] in ("apply", "revert") else ()
        status, answer, errors = self.bench.tool.call(*args, *patience)
        if status not in wanted:
            raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")
        return answer

    def is_new(self):
        answer = self.tool((0,), "status", self.process.pid)["processes"][0]
        if answer["needs_recovery"] or answer["has_leavings"]:
            raise Failure(f"after the recovery: {answer}")
        states = [update["state"] for update in answer["updates"]]
        if set(states) - {"applied", "reverted"} or states.count("applied") > 1:
            raise Failure(f"after the recovery: {states}")
        return "applied" in states

    def settle(self, new):
        """It runs, wholly in that version."""
        scenario, process = self.bench.scenario, self.process
        wanted = scenario.after if new else scenario.before
        process.wait_for(wanted, LIMIT, "after the fault")
        for line in process.next_lines(6, LIMIT, "after the fault"):
            if (" old " if new else " new ") in line:
                raise Failure(f"in the other version: {line}")
        if any("BAD" in line for line in process.all):
            raise Failure(str([line for line in process.all if "BAD" in line][:3]))
        if not new:
            process.require_original_text()
        process.require_untouched_by_tracers()

    def require_as_before(self):
        """Nothing of the updater is left but an update that is in force."""
        masks = self.thread_masks()
        if masks != self.masks:
            raise Failure(f"signal masks are {masks}, were {self.masks}")
        caught = self.process.status_field("SigCgt")
        if caught != self.caught:
            raise Failure(f"handlers are {caught}, were {self.caught}")

    def check(self, may_be_new=True, may_be_old=True):
        """After a fault and the recovery: returns the version."""
        new = self.is_new()
        if new and not may_be_new or not new and not may_be_old:
            raise Failure(f"the target is {'new' if new else 'old'}")
        self.settle(new)
        self.require_as_before()
        return new

    def use_again(self, new):
        """The commands work as ever."""
        pid = self.process.pid
        result = self.tool((0,), "apply", self.bench.patch, pid)["result"]
        if result != ("unchanged" if new else "applied"):
            raise Failure(f"apply once more: {result}")
        self.settle(True)
        self.tool((0,), "revert", pid)
        self.settle(False)
        self.require_as_before()
