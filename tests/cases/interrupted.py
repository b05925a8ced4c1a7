"""Which system calls of a process end with EINTR when it is looked at or updated: the same program
beside gdb's attach and detach, which is what any tracer does."""

import os
import subprocess
import time

from cases.imports import Workshop
from harness.process import POLL, Process
from harness.scenario import LIMIT
from harness.tool import Failure, Skip, reason_of

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "interrupted.c")

# What docs/limits.md says.
BY_GDB_ALONE = {"epoll_endless", "signal_endless", "semaphore_endless", "io_endless",
                "receive_limited", "read_socket_limited", "send_limited", "accept_limited"}
BY_BOTH = {"epoll_limited", "epoll_pwait2_limited", "signal_limited", "semaphore_limited",
           "io_limited"}


class Waiting(Process):
    """The program, once all of its threads wait."""

    def __init__(self, program, output):
        super().__init__(program, output)
        self.wait_for([r"made \d+ \d+ version \d"], LIMIT, "the threads")
        self.rest()

    def end(self):
        made = next((line for line in self.all if line.startswith("made")), "made 0 0").split()
        super().end()
        subprocess.run(["ipcrm", "-s", made[1], "-q", made[2]], capture_output=True, check=False)

    def rest(self):
        """Until every thread sleeps in a system call, twice."""
        end, seen = time.monotonic() + LIMIT, 0
        while seen < 2:
            seen = seen + 1 if all(map(self.sleeps, os.listdir(f"/proc/{self.pid}/task"))) else 0
            if time.monotonic() > end:
                raise Failure("some thread does not come to rest")
            time.sleep(POLL)

    def sleeps(self, tid):
        with open(f"/proc/{self.pid}/task/{tid}/syscall", encoding="ascii") as file:
            return file.read().split()[0] not in ("running", "-1")

    def ended(self):
        """The calls that have ended with EINTR since."""
        self.rest()
        lines = self.lines()
        bad = [line for line in lines if line.startswith("BAD")]
        if bad:
            raise Failure(f"a call has ended otherwise: {bad}")
        return {line.split()[1] for line in lines if line.startswith("EINTR")}


def programs(folder):
    with open(SOURCE, encoding="ascii") as file:
        source = file.read()
    return [Workshop(folder).make(f"{name}/program", source, "-D_GNU_SOURCE", "-fPIE", "-pie",
                                  "-pthread", *flags)
            for name, flags in (("old", ()), ("new", ("-DNEW",)))]


def beside_gdb(bench, folder):
    """gdb ends all calls that Linux does not start again, and we those that have a time limit."""
    old, new = programs(folder)
    patch = os.path.join(folder, "patch.sup")
    status, answer, errors = bench.tool.build(old, new, patch)
    if status:
        raise Failure(f"build: {reason_of(answer, errors)}")
    with Waiting(old, os.path.join(folder, "gdb.out")) as process:
        by_gdb = ended_by_gdb(process)
    if by_gdb != BY_GDB_ALONE | BY_BOTH:
        raise Failure(f"gdb: {sorted(by_gdb ^ (BY_GDB_ALONE | BY_BOTH))}")
    with Waiting(old, os.path.join(folder, "output")) as process:
        for command in (("check", patch), ("apply", patch), ("revert",)):
            status, answer, errors = bench.tool.call(*command, process.pid)
            if status:
                raise Failure(f"{command[0]}: {reason_of(answer, errors)}")
            ended = process.ended()
            if ended != BY_BOTH:
                raise Failure(f"{command[0]}: {sorted(ended ^ BY_BOTH)}")


def ended_by_gdb(process):
    try:
        subprocess.run(["gdb", "-nx", "-q", "-batch", "-p", str(process.pid), "-ex", "detach"],
                       capture_output=True, timeout=60, check=True)
    except FileNotFoundError:
        raise Skip("no gdb") from None
    return process.ended()


def status_disturbs_nobody(bench, folder):
    """`status` stops nobody."""
    old, _ = programs(folder)
    with Waiting(old, os.path.join(folder, "output")) as process:
        status, answer, errors = bench.tool.call("status", process.pid)
        ended = process.ended()
        if status or ended:
            raise Failure(f"status {status}: {reason_of(answer, errors)}: {sorted(ended)}")


CASES = (beside_gdb, status_disturbs_nobody)
