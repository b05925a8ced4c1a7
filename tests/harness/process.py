"""A running test program: its output lines, its threads, its text.

The output goes to a file that is polled, so that the program never waits for its reader.  The
process is ended by its own pid only.
"""

import os
import re
import signal
import subprocess
import time

from . import elf
from .tool import Failure

POLL = 0.005


class Process:
    """One test program from start to end; use as a context manager."""

    def __init__(self, program, output, args=()):
        self.program = program
        self.seen = 0
        self._file = open(output, "w+", encoding="utf-8", errors="replace")
        self._out = os.open(output, os.O_WRONLY | os.O_APPEND)
        # In a group of its own, which is not orphaned: there SIGTSTP would stop nothing.
        self.child = subprocess.Popen([program, *args], stdin=subprocess.DEVNULL,
                                      stdout=self._out, stderr=self._out, process_group=0)
        self.pid = self.child.pid
        self.all = []
        self._rest = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
        self._file.close()
        os.close(self._out)

    def end(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def lines(self):
        """The complete lines that came since the last call."""
        self._rest += self._file.read()
        *whole, self._rest = self._rest.split("\n")
        self.all += whole
        return whole

    def require_alive(self):
        status = self.child.poll()
        if status is None:
            return
        self.lines()
        how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
        raise Failure(f"the program ended with {how}; last lines: {self.all[-4:]}")

    def wait_for(self, patterns, limit, what):
        """Reads on until each pattern has matched a whole line; returns the lines read."""
        missing = {text: re.compile(text) for text in patterns}
        read, end = [], time.monotonic() + limit
        while True:
            new = self.lines()
            read += new
            for line in new:
                missing = {t: p for t, p in missing.items() if not p.fullmatch(line)}
            if not missing:
                return read
            self.require_alive()
            if time.monotonic() > end:
                raise Failure(f"{what}: no line like {' | '.join(missing)} in {limit} s; "
                              f"last lines: {self.all[-6:]}")
            time.sleep(POLL)

    def next_lines(self, count, limit, what):
        """The next `count` lines at least."""
        read, end = [], time.monotonic() + limit
        while len(read) < count:
            read += self.lines()
            self.require_alive()
            if time.monotonic() > end:
                raise Failure(f"{what}: the output stopped; last lines: {self.all[-6:]}")
            time.sleep(POLL)
        return read

    # ---- what /proc says ----

    def status_field(self, name):
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return line.split(":", 1)[1].strip()
        raise Failure(f"/proc/{self.pid}/status has no {name}")

    def thread_count(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def require_untouched_by_tracers(self):
        self.require_alive()
        end = time.monotonic() + 1
        while True:  # somebody's `status` may be looking at this very moment
            try:
                require_untouched(self.pid)
                return
            except Failure:
                if time.monotonic() > end:
                    raise
            time.sleep(POLL)

    def require_original_text(self):
        require_original_text(self.pid, self.program)


def living_thread(pid):
    """A thread that is no zombie: the first one may have ended before the others."""
    for tid in [pid] + sorted(map(int, os.listdir(f"/proc/{pid}/task"))):
        with open(f"/proc/{pid}/task/{tid}/stat", "rb") as file:
            if file.read().rsplit(b") ", 1)[1][:1] not in b"ZX":
                return tid
    raise Failure("no thread is alive")


def load_bias(pid, program):
    if not elf.is_pie(program):
        return 0
    tid = living_thread(pid)
    wanted = os.stat(f"/proc/{tid}/exe").st_ino
    with open(f"/proc/{tid}/maps", encoding="ascii", errors="replace") as file:
        for line in file:
            span, _, offset, _, inode, *_ = line.split(maxsplit=5)
            if int(inode) == wanted and int(offset, 16) == 0:
                return int(span.split("-")[0], 16)
    raise Failure("the program's first mapping was not found")


def require_original_text(pid, program):
    """Every executable segment equals the file byte for byte."""
    bias = load_bias(pid, program)
    with open(f"/proc/{living_thread(pid)}/mem", "rb", buffering=0) as memory:
        for vaddr, expected in elf.code(program):
            found = os.pread(memory.fileno(), len(expected), bias + vaddr)
            if found != expected:
                place = next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b),
                             len(found))
                raise Failure(f"the text differs from the file at vaddr {vaddr + place:#x}")


def require_untouched(pid):
    """No tracer is left, and no thread is stopped or has a stop signal pending."""
    try:
        tids = os.listdir(f"/proc/{pid}/task")
    except FileNotFoundError:
        return
    for tid in tids:
        try:
            with open(f"/proc/{pid}/task/{tid}/status", encoding="ascii", errors="replace") as file:
                fields = dict(line.rstrip("\n").split(":", 1) for line in file)
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields["TracerPid"].strip() != "0":
            raise Failure(f"thread {tid} is still traced by {fields['TracerPid'].strip()}")
        if fields["State"].strip()[0] in "Tt":
            raise Failure(f"thread {tid} was left stopped: {fields['State'].strip()}")
        pending = int(fields["SigPnd"], 16) | int(fields["ShdPnd"], 16)
        if pending >> (signal.SIGSTOP - 1) & 1:
            raise Failure(f"thread {tid} has a SIGSTOP pending")
