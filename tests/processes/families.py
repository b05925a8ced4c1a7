"""What the tests of several processes are made of: the programs and the patch, and a family of
processes that say their versions."""

import collections
import contextlib
import os
import re
import secrets
import shutil
import subprocess
import time

from harness.compile import run
from harness.process import Process, require_untouched
from harness.tool import Failure, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 20.0
LINE = re.compile(r"(\w+) (\d+) (?:\S+ )?(old|new) n=(\d+)")
EXE = ["-fPIE", "-pie"]


def compile_versions(source, name, folder, flags=()):
    """FOLDER/old/NAME and FOLDER/new/NAME."""
    paths = []
    for version in ("old", "new"):
        os.makedirs(os.path.join(folder, version), exist_ok=True)
        paths.append(os.path.join(folder, version, name))
        run(["gcc", "-g", "-O2", "-Wall", "-D_GNU_SOURCE", "-pthread", "-o", paths[-1], source,
             *flags, *(["-DNEW"] if version == "new" else []),
             f"-Wl,--build-id=0x{secrets.token_hex(20)}"], HERE)
    return paths


class Bench:
    """One test's folder, with the family in both versions and the patch between them."""

    def __init__(self, tool, folder):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder = folder
        self.tool = tool.with_log(os.path.join(folder, "log"))
        self.old, self.new = compile_versions("family.c", "family", folder, EXE)
        self.patch = self.build(self.old, self.new, "patch.sup")

    def build(self, old, new, name):
        path = os.path.join(self.folder, name)
        status, answer, errors = self.tool.build(old, new, path)
        if status != 0:
            raise Failure(f"build: {reason_of(answer, errors)}")
        return path

    def call(self, *args, status=0):
        """Runs the tool; the exit status must be that one. Returns its answer."""
        got, answer, errors = self.tool.call(*args)
        if got != status:
            raise Failure(f"{args[0]}: status {got}, not {status}: {reason_of(answer, errors)}")
        return answer

    @contextlib.contextmanager
    def family(self, *args, members=1, program=None, prefix=()):
        """A running family of which `members` processes have spoken."""
        program = program or self.old
        command = [*prefix, program] if prefix else [program]
        with Process(command[0], os.path.join(self.folder, f"output-{secrets.token_hex(4)}"),
                     (*command[1:], *args)) as process:
            family = Family(self, process, program)
            family.wait_for_members(members)
            yield family


class Family:
    """A master and what it has started, by the lines that they print."""

    def __init__(self, bench, process, program):
        self.bench, self.process, self.program = bench, process, program
        self.pid = process.pid

    def lines(self):
        """(role, pid, version, number) of each new line."""
        found = []
        for line in self.process.lines():
            match = LINE.fullmatch(line)
            if "BAD" in line or not match:
                raise Failure(f"a process says {line!r}")
            role, pid, version, number = match.groups()
            found.append((role, int(pid), version, int(number)))
        self.process.require_alive()
        return found

    def wait_for_members(self, count):
        self.wait_until(lambda seen: len(seen) >= count, f"{count} processes")

    def wait_until(self, enough, what):
        """Reads on until `enough` of the versions that each member has said last."""
        seen, end = {}, time.monotonic() + LIMIT
        while True:
            seen.update({pid: version for role, pid, version, _ in self.lines()
                         if role != "child"})
            if enough(seen):
                return seen
            if time.monotonic() > end:
                raise Failure(f"{what}: not seen in {LIMIT} s, but {seen}")
            time.sleep(0.005)

    def require(self, version, count):
        """`count` members all say `version`, and nobody says anything else.  What was under way to
        be printed when the process was stopped may still come, once."""
        stale = collections.Counter(pid for _, pid, said, _ in self.lines() if said != version)
        stale.clear()
        seen, end = set(), time.monotonic() + LIMIT
        calm = time.monotonic() + 0.15
        while len(seen) < count or time.monotonic() < calm:
            for role, pid, said, _ in self.lines():
                if said != version:
                    stale[pid] += 1
                elif role != "child":
                    seen.add(pid)
            late = [pid for pid, times in stale.items() if times > 1]
            if late:
                raise Failure(f"process {late[0]} is not {version}")
            if time.monotonic() > end:
                raise Failure(f"only {seen} are {version} after {LIMIT} s, of {count}; "
                              f"{self.states()}")
            time.sleep(0.005)
        return seen

    def require_original(self, pids):
        """The text of these processes is that of the file, and nothing holds them."""
        for pid in pids:
            clone = Process.__new__(Process)
            clone.pid, clone.program = pid, self.program
            clone.require_original_text()
            require_untouched(pid)

    def states(self):
        """What the master and its descendants are doing, for a message."""
        shown = subprocess.run(["ps", "-e", "-o", "pid,ppid,stat,wchan:20,args"], text=True,
                               capture_output=True, check=False).stdout.splitlines()
        ours, lines = {self.pid}, []
        for line in sorted(shown[1:], key=lambda text: int(text.split()[0])):
            pid, parent = map(int, line.split()[:2])
            if pid in ours or parent in ours:
                ours.add(pid)
                lines.append(line.strip())
        return " | ".join(lines)

    def members(self):
        """The master and its children that run the family's program."""
        pids = [self.pid]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
                if parent == self.pid and os.readlink(f"/proc/{pid}/exe") == self.program:
                    pids.append(int(pid))
        return sorted(pids)


def results(answer):
    """PID: result."""
    return {process["pid"]: process["result"] for process in answer["processes"]}
