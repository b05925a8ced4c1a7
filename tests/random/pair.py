"""One random program in two builds that compute the same, and its update at random instants.

Everything follows from the seed but where an update meets a program that does not wait.
"""

import dataclasses
import os
import random
import re
import shutil
import subprocess
import threading
import time

import mutation
import program

HERE = os.path.dirname(os.path.abspath(__file__))
RUNS = 3  # each from the same data: the first is updated in the middle, the last runs new code only
LEVELS = ("-O0", "-O1", "-O2", "-O2", "-O2", "-O3", "-Os")
FLAGS = ["-g", "-w", "-fPIE", "-pthread", "-D_GNU_SOURCE"]
LINK = ["-pie", "-pthread", "-Wl,--build-id=sha1,-z,now"]
RUN_LIMIT = 20.0
LONGEST = 0.5  # seconds that an undisturbed program may take
FEWEST, MOST = 9, 5_000_000  # calls of su_pause() in RUNS runs


class Unfit(Exception):
    """The seed gives no usable program: too slow, too short, or the builds differ by themselves."""


class Wrong(Exception):
    """The updated program computed something else, or died."""


@dataclasses.dataclass
class Outcome:
    """What came of one seed."""

    seed: int
    what: str = ""  # how NEW was made
    build_refused: str = ""
    applied: int = 0
    reverted: int = 0
    carried: int = 0
    pending: int = 0
    functions: int = 0
    checkpoints: int = 0
    missing: list = dataclasses.field(default_factory=list)
    refusals: list = dataclasses.field(default_factory=list)
    wrong: str = ""


@dataclasses.dataclass
class Build:
    """One version of a program: its source, and how it is compiled."""
    text: str
    compiler: str
    level: str
    done: list  # mutations of the program that it began with

    def __str__(self):
        return f"{self.compiler} {self.level} {' '.join(self.done)}"


@dataclasses.dataclass
class Plan:
    """Two versions; what they share: the header, and options of the compiler."""
    header: str
    extra: list
    builds: tuple


class Pair:
    """The builds of one seed in a folder of their own."""

    def __init__(self, seed, tool, folder, kinds=("mutation", "level", "compiler")):
        self.seed, self.tool, self.folder = seed, tool, folder
        self.kinds = kinds
        self.rng = random.Random(seed)
        self.outcome = Outcome(seed)
        self.log = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def command(self, *args):
        self.log.append(" ".join(map(str, args)))
        return list(map(str, args))

    # ---- making the builds ----

    def compile(self, version, compiler, level, extra):
        """FOLDER/VERSION/prog.c, compiled from equal relative names, to FOLDER/VERSION.bin."""
        for name in ("support.c", "support.h"):
            shutil.copy(os.path.join(HERE, name), self.path(version))
        output = self.path(f"{version}.bin")
        tail = ["-o", output, "prog.c", "support.o", *LINK]
        support = self.command(compiler, *FLAGS, "-O1", "-c", "support.c")
        whole = self.command(compiler, *FLAGS, level, *extra, *tail)
        for command in (support, whole):
            done = subprocess.run(command, cwd=self.path(version), capture_output=True, text=True,
                                  check=False)
            if done.returncode != 0:
                raise Unfit(f"{command[0]}: {done.stderr.strip()[:300]}")
        return output

    def plan(self):
        """What both builds are made of."""
        rng = self.rng
        text = program.keep_calls(program.add_pauses(program.generate(rng, self.folder), rng), rng)
        header = program.header(text, rng)
        old_text, old_done = mutation.mutate(text, rng, rng.choice((0, 0, 1, 3)))
        kind = rng.choice(self.kinds)
        compilers = ["gcc", "clang"]
        compiler = rng.choice(("gcc", "gcc", "clang"))
        level = rng.choice(LEVELS)
        new_compiler, new_level, new_text, new_done = compiler, level, old_text, []
        if kind == "mutation":
            new_text, new_done = mutation.mutate(text, rng, rng.choice((1, 2, 4, 8)))
        elif kind == "level":
            new_level = rng.choice([one for one in LEVELS if one != level])
        else:
            compilers.remove(compiler)
            new_compiler = compilers[0]
        extra = rng.choice(([], [], ["-fno-omit-frame-pointer"], ["-fstack-protector-all"]))
        return Plan(header, extra, (Build(old_text, compiler, level, old_done),
                                    Build(new_text, new_compiler, new_level, new_done)))

    def make(self):
        """Both builds; returns their common result."""
        plan, results = self.plan(), []
        self.outcome.what = " -> ".join(map(str, plan.builds))
        for version, build in zip(("old", "new"), plan.builds):
            self.write(f"{version}/prog.c", build.text)
            self.write(f"{version}/csmith.h", plan.header)
            binary = self.compile(version, build.compiler, build.level, plan.extra)
            results.append(self.undisturbed(binary))
        if results[0][0] != results[1][0]:
            raise Unfit("the two builds differ by themselves")
        self.calls = results[0][1]
        return results[0][0]

    def undisturbed(self, binary):
        """(checksums, calls of su_pause()) of a run without updates."""
        try:
            done = subprocess.run([binary, "", str(RUNS)], capture_output=True, text=True,
                                  timeout=LONGEST, check=False, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise Unfit("too slow") from None
        if done.returncode != 0:
            raise Unfit(f"ends by itself with {done.returncode}")
        *sums, last = done.stdout.split("\n")[:-1]
        calls = int(last.split()[1], 16)
        if not FEWEST <= calls <= MOST:
            raise Unfit("too few pauses" if calls < FEWEST else "too many pauses")
        return sums, calls

    # ---- updating ----

    def stops(self, rng):
        """Counts at which to update: mostly in the first run, each waiting or not."""
        first = max(1, self.calls // RUNS)
        counts = {rng.randrange(1, first + 1) for _ in range(10)}
        counts |= {rng.randrange(1, self.calls + 1) for _ in range(6)}
        return ",".join(f"{n}{rng.choice(('', '', '', 'a'))}" for n in sorted(counts))

    def run(self, expected):
        rng = self.rng
        stops = self.stops(rng)
        thread = ["thread"] if rng.random() < 0.3 else []
        command = self.command(self.path("old.bin"), stops, RUNS, *thread)
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              bufsize=1, stderr=subprocess.DEVNULL) as target:
            try:
                self.drive(target, expected)
            finally:
                if target.poll() is None:
                    target.kill()

    def drive(self, target, expected):
        sums, updated = [], False
        deadline = time.monotonic() + RUN_LIMIT
        watchdog = Watchdog(target, deadline)
        with watchdog:
            for line in target.stdout:
                word, number = line.split()
                self.log.append(f"{word} {int(number, 16) if word != 'crc' else number}")
                if word == "crc":
                    sums.append(line.strip())
                    if sums != expected[:len(sums)]:
                        raise Wrong(f"run {len(sums)} gives {number}, not {expected[len(sums) - 1]}")
                elif word in ("stop", "pass"):
                    updated = self.update(target.pid, updated)
                    if word == "stop":
                        try:
                            target.stdin.write("g")
                            target.stdin.flush()
                        except BrokenPipeError:
                            pass
        target.stdin.close()
        status = target.wait()
        if watchdog.fired:
            raise Wrong(f"no end after {RUN_LIMIT} s")
        if status != 0 or sums != expected:
            raise Wrong(f"ended with status {status} after {sums}")

    def update(self, pid, updated):
        """Applies or reverts; returns whether the process runs NEW."""
        step = "revert" if updated else "apply"
        args = [pid] if updated else [self.path("patch.sup"), pid]
        status, answer, errors = self.tool.call(step, *args, "--timeout", "0.3")
        self.log.append(f"{step}: {status} {answer.get('reason') or ''} "
                        f"carried {answer.get('activations_carried')} "
                        f"pending {answer.get('activations_pending')}")
        if status == 0:
            self.outcome.applied += not updated
            self.outcome.reverted += updated
            self.outcome.carried += answer.get("activations_carried") or 0
            self.outcome.pending += answer.get("activations_pending") or 0
            return not updated
        if answer.get("code") == "gone":  # it has come to its end
            return updated
        if status != 1:
            raise Wrong(f"{step}: status {status}: {answer.get('reason')} {errors}")
        self.outcome.refusals.append(answer.get("reason") or errors)
        return updated

    def execute(self):
        """Returns the outcome; raises Unfit."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        expected = self.make()
        self.log.append(" ".join(expected))
        try:
            status, answer, errors = self.tool.build(self.path("old.bin"), self.path("new.bin"),
                                                     self.path("patch.sup"))
            if status == 0:
                self.look()
                self.run(expected)
            elif status == 1:
                self.outcome.build_refused = general(answer.get("reason") or errors)
            else:
                raise Wrong(f"build: status {status}: {answer.get('reason')} {errors}")
        except (Wrong, AssertionError) as why:
            self.outcome.wrong = str(why)
        except Exception as why:  # the tool's own death comes as the harness's Failure
            if type(why).__name__ != "Failure":
                raise
            self.outcome.wrong = str(why)
        self.write("log", f"seed {self.seed}\n{self.outcome.what}\n" + "\n".join(self.log)
                   + f"\n{self.outcome.wrong}\n")
        return self.outcome

    def look(self):
        """Counts the patch's checkpoints and why some are missing."""
        status, answer, _ = self.tool.call("inspect", self.path("patch.sup"))
        if status != 0:
            raise Wrong("inspect fails on a new patch")
        for function in answer.get("functions", []):
            self.outcome.functions += 1
            self.outcome.checkpoints += len(function.get("checkpoints", []))
            self.outcome.missing += [general(str(gap.get("reason")))
                                     for gap in function.get("missing", [])]


class Watchdog:
    """Kills a target that does not end, so that reading its output does."""

    def __init__(self, target, deadline):
        self.target, self.fired = target, False
        self.timer = threading.Timer(max(0.0, deadline - time.monotonic()), self.fire)
        self.timer.daemon = True

    def fire(self):
        self.fired = True
        self.target.kill()

    def __enter__(self):
        self.timer.start()

    def __exit__(self, *_):
        self.timer.cancel()


def general(reason):
    """A refusal's reason without what is particular to one program."""
    reason = re.sub(r"^thread \d+ \(.*?\) is not at a checkpoint, in ([^ :]+ \(.*?:\d+\)|[^ :]+): ",
                    "", reason)
    reason = re.sub(r"\(?/[^ ]*/(\w+)", r"\1", reason)
    reason = re.sub(r"\bprog\.c:\d+|0x[0-9a-f]+|[+-]?\b\d+\b", "N", reason)
    reason = re.sub(r"\b(func_|g_|l_|p_|safe_|x_)\w+", r"\1*", reason)
    return re.sub(r"\b(r[a-ds][xip]|r[bs]p|r[ds]i|rN|r\d+|xmm\d+)\b", "REG", reason)
