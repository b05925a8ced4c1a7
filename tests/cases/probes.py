"""Cases of processes in which uretprobes hide return addresses.

A uretprobe puts the address of the kernel's [uprobes] page where a return address was: that an
activation waits is not to be seen on its stack then.  perf and bpftrace set such probes, and so does
tracefs, which these cases use.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time

from cases import conditions
from cases.surroundings import libraries, round_trip
from harness import elf
from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, Skip, reason_of

TRACEFS = "/sys/kernel/tracing"
CLOCK_NANOSLEEP = "230"  # its number on x86-64


def offset_of(path, symbol):
    """Where a function is in its file."""
    done = subprocess.run(["readelf", "-sW", path], capture_output=True, text=True, check=True)
    found = re.search(rf"^ *\d+: (\w+) +\d+ FUNC .* {symbol}(@@\S+)?$", done.stdout, re.M)
    if not found:
        raise Failure(f"{path} has no function {symbol}")
    addr = int(found[1], 16)
    with open(path, "rb") as file:
        for _, _, off, vaddr, size, _ in elf.segments(file.read()):
            if vaddr <= addr < vaddr + size:
                return addr - vaddr + off
    raise Failure(f"{path}: {symbol} is in no segment")


@contextlib.contextmanager
def uretprobe(path, symbol):
    """Each return of the function is probed, in every process."""
    events = os.path.join(TRACEFS, "uprobe_events")
    if not os.path.exists(events):
        subprocess.run(["mount", "-t", "tracefs", "none", TRACEFS], capture_output=True,
                       check=False)
    if not os.access(events, os.W_OK):
        raise Skip("no tracefs, or no right to set probes")
    name = f"r{os.getpid()}_{symbol}_{time.monotonic_ns()}"
    switch = os.path.join(TRACEFS, "events", "su", name, "enable")

    def put(path_of, text):
        file = os.open(path_of, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)

    put(events, f"r:su/{name} {os.path.realpath(path)}:{offset_of(path, symbol):#x}\n")
    try:
        put(switch, "1")
        yield
    finally:
        put(switch, "0")
        put(events, f"-:su/{name}\n")


@contextlib.contextmanager
def running(bench, name, folder):
    """The program and the C library are copies that no other process has: a probe is in all that have
    the file."""
    scenario, old, _ = bench.pair(name)
    program = shutil.copy2(old, os.path.join(folder, os.path.basename(old)))
    libc = shutil.copy(next(path for path in libraries(old) if "libc.so" in path), folder)
    with Process("env", os.path.join(folder, "output"),
                 (f"LD_LIBRARY_PATH={folder}", program)) as process:
        process.program = program
        process.wait_for(scenario.before, LIMIT, "before the update")
        yield scenario, process, libc


def calm(process, lines):
    """Until the probed function has been called, and waits again."""
    process.wait_for(lines, LIMIT, "with the probe")
    process.wait_for(lines, LIMIT, "with the probe, again")


@contextlib.contextmanager
def stopped_asleep(process):
    """Stopped within the sleep of its loop, wherever it was."""
    asleep = False
    while not asleep:
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(0.005)
        os.kill(process.pid, signal.SIGSTOP)
        while process.status_field("State")[0] != "T":
            time.sleep(0.001)
        with open(f"/proc/{process.pid}/syscall", encoding="ascii") as file:
            asleep = file.read().split()[0] == CLOCK_NANOSLEEP
    yield
    os.kill(process.pid, signal.SIGCONT)


def require_refused(bench, process, scenario, patch, *options):
    """While it is in the probed function."""
    with stopped_asleep(process):
        status, answer, errors = bench.tool.call("apply", patch, process.pid, "--timeout", 3,
                                                 *options)
    reason = reason_of(answer, errors)
    if status != 1 or "uretprobe" not in reason:
        raise Failure(f"status {status}: {reason}")
    process.wait_for(scenario.before, LIMIT, "after the refusal")
    process.require_untouched_by_tracers()
    return reason


def hidden_return(bench, folder):
    """main() waits where it could not be carried over, and no word of its stack says so."""
    patch = bench.patch("held-object", folder)
    with running(bench, "held-object", folder) as (scenario, process, _):
        with uretprobe(process.program, "tick"):
            calm(process, scenario.before)
            return require_refused(bench, process, scenario, patch)


def hidden_further_in(bench, folder):
    """The function of the library that is probed was called by an unchanged one."""
    patch = bench.patch("held-object", folder)
    with running(bench, "held-object", folder) as (scenario, process, libc):
        with uretprobe(libc, "nanosleep"):
            calm(process, scenario.before)
            return require_refused(bench, process, scenario, patch)


def hidden_but_harmless(bench, folder):
    """Every return address has a checkpoint: it does not matter which one is hidden."""
    patch = bench.patch("worker-threads", folder)
    with running(bench, "worker-threads", folder) as (scenario, process, _):
        with uretprobe(process.program, "tick"):
            calm(process, scenario.before)
            round_trip(bench.tool, scenario, process, patch)


def hidden_from_a_condition(bench, folder):
    """serve() is active while it waits in a probed function."""
    patch = bench.patch(conditions.PROGRAM, folder)
    with running(bench, conditions.PROGRAM, folder) as (scenario, process, _):
        with uretprobe(process.program, "tick"):
            calm(process, scenario.before)
            for _ in range(2):
                require_refused(bench, process, scenario, patch, "--when", "serve inactive")
        if conditions.mixed(process.all):
            raise Failure("a transaction was mixed")


def once_probed(bench, folder):
    """What a probe has left on a stack is in nobody's way once it is gone."""
    patch = bench.patch("held-locks", folder)
    with running(bench, "held-locks", folder) as (scenario, process, libc):
        with uretprobe(libc, "nanosleep"):
            calm(process, scenario.before)
        calm(process, scenario.before)
        round_trip(bench.tool, scenario, process, patch)


def probed_while_it_waits(bench, folder):
    """The kernel makes its page for probes after the update was planned, while it waits."""
    patch = bench.patch("held-object", folder)
    with running(bench, "held-object", folder) as (scenario, process, _):
        command = [bench.tool.path, "apply", patch, str(process.pid), "--timeout", "3"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True) as updater:
            time.sleep(0.5)
            with uretprobe(process.program, "tick"):
                said, _ = updater.communicate(timeout=60)
        if updater.returncode != 1:
            raise Failure(f"status {updater.returncode}: {said}")
        process.wait_for(scenario.before, LIMIT, "after the refusal")


CASES = (hidden_return, hidden_further_in, hidden_but_harmless, hidden_from_a_condition,
         once_probed, probed_while_it_waits)
