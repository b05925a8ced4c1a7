"""Cases of the command itself: what must be refused, and with which exit status.

Each case gets a fresh folder and the same small pair of programs (the scenario named in PAIR),
compiled once at gcc -O2.  The target must be untouched after every refusal.
"""

import contextlib
import fcntl
import glob
import os
import shutil
import stat
import subprocess

from harness import elf
from harness.compile import Config, compile_pair, run
from harness.process import Process
from harness.scenario import LIMIT, Scenario
from harness.tool import Failure, Skip, reason_of

PAIR, OTHER = "inactive-function", "main-loop"
SCENARIOS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "scenarios")


class Bench:
    """The compiled pairs, each made once in a run by whichever case comes first."""

    def __init__(self, tool, root):
        self.tool, self.root, self.run = tool, root, str(os.getpid())

    def pair(self, name):
        """(scenario, old, new) of a scenario."""
        scenario = Scenario(os.path.join(SCENARIOS, name))
        out = os.path.join(self.root, f"{name}-{self.run}")
        os.makedirs(self.root, exist_ok=True)
        with open(os.path.join(self.root, name + ".lock"), "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.exists(out):
                for left in glob.glob(os.path.join(self.root, name + "-*")):
                    shutil.rmtree(left)
                os.makedirs(out + ".new")
                compile_pair(scenario, Config("gcc", "-O2"), out + ".new")
                os.rename(out + ".new", out)
        return scenario, os.path.join(out, "old"), os.path.join(out, "new")

    def patch(self, name, folder):
        """A fresh patch of that pair in `folder`."""
        _, old, new = self.pair(name)
        path = os.path.join(folder, "patch.sup")
        status, answer, errors = self.tool.build(old, new, path)
        if status != 0:
            raise Failure(f"build: status {status}: {reason_of(answer, errors)}")
        return path

    @contextlib.contextmanager
    def running(self, name, folder):
        scenario, old, _ = self.pair(name)
        with Process(old, os.path.join(folder, "output")) as process:
            process.wait_for(scenario.before, LIMIT, "before the update")
            yield scenario, process


def require(status, answer, errors, statuses, word=""):
    """The exit status is one of `statuses`, and the reason names `word`."""
    reason = reason_of(answer, errors)
    if status not in statuses:
        raise Failure(f"status {status}, not {statuses}: {reason}")
    if not reason:
        raise Failure("no reason is given")
    if word and not any(w in reason.lower() for w in word.split("|")):
        raise Failure(f"the reason does not say {word}: {reason}")
    if answer.get("result") not in (None, "refused", "error"):
        raise Failure(f"result is {answer.get('result')!r}")
    return reason


def require_untouched(scenario, process):
    process.require_original_text()
    process.wait_for(scenario.before, LIMIT, "after the refusal")
    process.require_untouched_by_tracers()


def wrong_program(bench, folder):
    patch = bench.patch(PAIR, folder)
    with bench.running(OTHER, folder) as (scenario, process):
        answer = bench.tool.call("apply", patch, process.pid)
        reason = require(*answer, (1,), "build")
        require_untouched(scenario, process)
    return reason


def applied_twice(bench, folder):
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        status, answer, errors = bench.tool.call("apply", patch, process.pid)
        if status != 0:
            raise Failure(reason_of(answer, errors))
        for command in ("apply", "check"):
            for targets in ((process.pid,), ("--tree", process.pid)):
                status, answer, errors = bench.tool.call(command, patch, *targets)
                if status != 0 or answer["result"] != "unchanged" or answer["pause_us"] or \
                        [one["pid"] for one in answer["processes"]] != [process.pid]:
                    raise Failure(f"{command} {targets}: {answer} {errors}")
        process.wait_for(scenario.after, LIMIT, "after the second apply")
        process.require_untouched_by_tracers()


def other_patch_on_top(bench, folder):
    """A second, different patch on an updated process is applied or refused, never half."""
    scenario, old, _ = bench.pair(PAIR)
    other, path = os.path.join(folder, "other"), os.path.join(folder, "other.sup")
    support = os.path.join(SCENARIOS, "support")
    run(["gcc", "-g", "-fPIE", "-pthread", "-D_GNU_SOURCE", "-O1", "-DNEW", "-I", support, "-o",
         other, "prog.c", os.path.join(support, "support.c"), "-pie", "-pthread",
         "-Wl,--build-id"], scenario.folder)
    status, answer, errors = bench.tool.build(old, other, path)
    if status != 0:
        raise Failure(f"build: {reason_of(answer, errors)}")
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        status, answer, errors = bench.tool.call("apply", patch, process.pid)
        if status != 0:
            raise Failure(reason_of(answer, errors))
        reason = require(*bench.tool.call("apply", path, process.pid), (1,))
        process.wait_for(scenario.after, LIMIT, "after the refusal")
        process.require_untouched_by_tracers()
        status, answer, errors = bench.tool.call("revert", process.pid)
        if status != 0:
            raise Failure(f"revert: {reason_of(answer, errors)}")
        require_untouched(scenario, process)
    return reason


def nothing_to_revert(bench, folder):
    with bench.running(PAIR, folder) as (scenario, process):
        reason = require(*bench.tool.call("revert", process.pid), (1, 3))
        require_untouched(scenario, process)
    return reason


def reverted_twice(bench, folder):
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        for args in (("apply", patch, process.pid), ("revert", process.pid)):
            status, answer, errors = bench.tool.call(*args)
            if status != 0:
                raise Failure(f"{args[0]}: {reason_of(answer, errors)}")
        reason = require(*bench.tool.call("revert", process.pid), (1, 3))
        require_untouched(scenario, process)
    return reason


def fifty_times(bench, folder):
    """Apply and revert fifty times; the mappings do not pile up."""
    patch = bench.patch("worker-threads", folder)
    with bench.running("worker-threads", folder) as (scenario, process):
        maps = []
        for _ in range(50):
            for args in (("apply", patch, process.pid), ("revert", process.pid)):
                status, answer, errors = bench.tool.call(*args)
                if status != 0:
                    raise Failure(f"{args[0]}: {reason_of(answer, errors)}")
            with open(f"/proc/{process.pid}/maps", encoding="ascii", errors="replace") as file:
                maps.append(len(file.readlines()))
        require_untouched(scenario, process)
        if maps[-1] > maps[4]:
            raise Failure(f"mappings pile up: {maps[0]} .. {maps[-1]}")
    return "50 applied, 50 reverted"


def gone(bench, folder):
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (_, process):
        pid = process.pid
        process.end()
    return require(*bench.tool.call("apply", patch, pid), (1, 3))


def no_permission(bench, folder):
    if os.geteuid() != 0:
        raise Skip("only root can become nobody")
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        public = public_copies(bench.tool.path, patch)
        try:
            tool = type(bench.tool)(public[0])
            reason = require(*tool.call("apply", public[1], process.pid, prefix=prefix), (1, 3),
                             "permi|privilege|allowed")
        finally:
            shutil.rmtree(os.path.dirname(public[0]))
        require_untouched(scenario, process)
    return reason


def public_copies(*paths):
    """Copies in a folder that everybody can read (the checkout may be private to its user)."""
    folder = subprocess.run(["mktemp", "-d", "/tmp/su-test.XXXXXX"], check=True, text=True,
                            capture_output=True).stdout.strip()
    os.chmod(folder, 0o755)
    copies = []
    for path in paths:
        copies.append(os.path.join(folder, os.path.basename(path)))
        shutil.copy(path, copies[-1])
        os.chmod(copies[-1], stat.S_IRUSR | stat.S_IXUSR | stat.S_IRGRP | stat.S_IXGRP
                 | stat.S_IROTH | stat.S_IXOTH)
    return copies


def traced(bench, folder):
    """A target under a debugger is refused, and the debugger keeps it."""
    if shutil.which("gdb") is None:
        raise Skip("gdb is not installed")
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        gdb = subprocess.Popen(["gdb", "-nx", "-q", "-p", str(process.pid)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                               stderr=subprocess.STDOUT)
        try:
            gdb.stdin.write("echo attached\\n\n")
            gdb.stdin.flush()
            while "attached" not in gdb.stdout.readline():
                if gdb.poll() is not None:
                    raise Failure("gdb did not attach")
            reason = require(*bench.tool.call("apply", patch, process.pid), (1,), "(gdb)")
        finally:
            gdb.communicate("detach\nquit\n", timeout=30)
        require_untouched(scenario, process)
    return reason


def deleted_binary(bench, folder):
    """The program's file is replaced on disk after its start."""
    scenario, old, new = bench.pair(PAIR)
    patch = bench.patch(PAIR, folder)
    program = os.path.join(folder, "program")
    shutil.copy(old, program)
    with Process(program, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        os.unlink(program)
        shutil.copy(new, program)
        status, answer, errors = bench.tool.call("apply", patch, process.pid)
        if status != 0:
            raise Failure(reason_of(answer, errors))
        process.wait_for(scenario.after, LIMIT, "after the update")
    return ""


def truncated(bench, folder):
    """No truncation of the patch is accepted."""
    data, path = read_patch(bench, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        for size in sorted({0, 1, 63, 64, len(data) // 3, len(data) // 2, len(data) - 1}):
            with open(path, "wb") as file:
                file.write(data[:size])
            require(*bench.tool.call("apply", path, process.pid), (1, 3))
        require_untouched(scenario, process)
    return ""


def flipped(bench, folder):
    """No patch with one wrong bit is accepted."""
    data, path = read_patch(bench, folder)
    with bench.running(PAIR, folder) as (scenario, process):
        for step in range(24):
            at = step * (len(data) - 1) // 23
            damaged = bytearray(data)
            damaged[at] ^= 1 << step % 8
            with open(path, "wb") as file:
                file.write(damaged)
            require(*bench.tool.call("apply", path, process.pid), (1, 3))
        require_untouched(scenario, process)
    return ""


def read_patch(bench, folder):
    path = bench.patch(PAIR, folder)
    with open(path, "rb") as file:
        return file.read(), path


def equal_builds(bench, folder):
    """A build against itself, and against one that differs in nothing but its build-id: the tool
    says that there is nothing to change."""
    scenario, old, _ = bench.pair(PAIR)
    again = os.path.join(folder, "again")
    support = os.path.join(SCENARIOS, "support")
    run(["gcc", "-g", "-fPIE", "-pthread", "-D_GNU_SOURCE", "-O2", "-I", support, "-o", again,
         "prog.c", os.path.join(support, "support.c"), "-pie", "-pthread",
         "-Wl,--build-id=0x0123456789abcdef0123456789abcdef01234567"], scenario.folder)
    for new in (old, again):
        path = os.path.join(folder, "empty.sup")
        status, answer, errors = bench.tool.build(old, new, path)
        if status != 0 or answer["result"] != "unchanged":
            raise Failure(f"status {status}, result {answer.get('result')}: {errors}")
        status, answer, errors = bench.tool.call("inspect", path)
        if status != 0 or answer.get("functions") != []:
            raise Failure(f"the patch of equal code is not empty: {answer}"[:600])
        done = subprocess.run([bench.tool.path, "build", old, new, "-o", path], text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)
        if "there is nothing to update" not in done.stdout:
            raise Failure(f"does not say that the builds are equal: {done.stdout!r}")
    return ""


def without_symbols(bench, folder):
    """A stripped program without a debug file is refused when the patch is built."""
    _, old, new = bench.pair(PAIR)
    paths = []
    for path in (old, new):
        paths.append(os.path.join(folder, os.path.basename(path)))
        run(["strip", "--strip-all", "-o", paths[-1], path], folder)
    patch = os.path.join(folder, "patch.sup")
    return require(*bench.tool.build(*paths, patch), (1,), "symbol|debug")


def inspect_lists(bench, folder):
    """inspect names the changed functions and only them; check says that it would apply."""
    patch = bench.patch(PAIR, folder)
    status, answer, errors = bench.tool.call("inspect", patch)
    if status != 0:
        raise Failure(reason_of(answer, errors))
    names = [function.get("name") for function in answer.get("functions", [])]
    if names != ["scale"]:
        raise Failure(f"functions are {names}, not scale alone")
    with bench.running(PAIR, folder) as (scenario, process):
        status, answer, errors = bench.tool.call("check", patch, process.pid)
        if status not in (0, 1):
            raise Failure(f"check: status {status}: {reason_of(answer, errors)}")
        require_untouched(scenario, process)
    return ""


def inspect_fits_a_screen(bench, folder):
    """inspect has a line for each function; --function and --details tell what JSON tells of them."""
    def text(*args):
        return subprocess.run([bench.tool.path, "inspect", patch, *args], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=60, check=False)

    _, old, new = bench.pair(OTHER)
    patch = os.path.join(folder, "patch.sup")
    require_done(*bench.tool.build(old, new, patch))
    answer = require_done(*bench.tool.call("inspect", patch))
    names = [function["name"] for function in answer["functions"]]
    rows = [line.split()[0] for line in text().stdout.splitlines() if line.startswith("  ")
            and line.split()[1] in ("changed", "added", "removed")]
    if rows != names:
        raise Failure(f"the lines are of {rows}, not {names}")
    places = sum(len(function["checkpoints"]) for function in answer["functions"])
    shown = [text(*args).stdout.count(" <- ") for args in ((), ("--function", names[0]),
                                                          ("--details",))]
    if not places or shown[0] or not 0 < shown[1] <= shown[2]:
        raise Failure(f"so many values are shown: {shown}")
    unknown = text("--function", "no-such-function")
    if unknown.returncode != 2 or "no-such-function" not in unknown.stderr:
        raise Failure(f"an unknown function: {unknown.returncode} {unknown.stderr}")


def require_done(status, answer, errors):
    if status != 0:
        raise Failure(f"status {status}: {reason_of(answer, errors)}")
    return answer


def status_tells(bench, folder):
    """status names the new build-id once applied, and not before."""
    _, _, new = bench.pair(PAIR)
    patch = bench.patch(PAIR, folder)
    with bench.running(PAIR, folder) as (_, process):
        seen = []
        for args in (None, ("apply", patch, process.pid), ("revert", process.pid)):
            if args and bench.tool.call(*args)[0] != 0:
                raise Failure(f"{args[0]} failed")
            status, answer, errors = bench.tool.call("status", process.pid)
            if status != 0:
                raise Failure(f"status: {status}: {reason_of(answer, errors)}")
            text = str(answer)
            seen.append((elf.build_id(new) in text, "applied" in text, "reverted" in text))
        if seen[0][0] or not (seen[1][0] and seen[1][1]) or (seen[2][0] and not seen[2][2]):
            raise Failure(f"before, applied, reverted: {seen}")
    return ""


def usage(bench, _folder):
    """Wrong command lines give status 2, and missing files 3 or 1 with a message."""
    for args in ((), ("frobnicate",), ("apply",), ("build", "x"), ("apply", "x", "notapid"),
                 ("apply", "--bogus"), ("apply", "a.sup", "-1"), ("revert",), ("help", "nix"),
                 ("build", "a", "b"), ("inspect", "a", "b"), ("apply", "--all=1"),
                 ("completion", "csh"), ("apply", "a", "1", "--timeout", "soon")):
        done = subprocess.run([bench.tool.path, *args], stdin=subprocess.DEVNULL, text=True,
                              capture_output=True, timeout=30, check=False)
        if done.returncode != 2 or not done.stderr.strip():
            raise Failure(f"{args}: status {done.returncode}, stderr {done.stderr[:200]!r}")
    done = subprocess.run([bench.tool.path, "apply", "/nonexistent.sup", "1"], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    if done.returncode not in (1, 3) or "/nonexistent.sup" not in done.stderr:
        raise Failure(f"missing patch: status {done.returncode}, {done.stderr[:200]!r}")
    return ""


CASES = (wrong_program, applied_twice, other_patch_on_top, nothing_to_revert, reverted_twice,
         fifty_times, gone, no_permission, traced, deleted_binary, truncated,
         flipped, equal_builds, without_symbols, inspect_lists,
         inspect_fits_a_screen, status_tells, usage)
