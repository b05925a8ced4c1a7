"""Runs items, several side by side, each in a process of its own, and says how far it is.

An item belongs to a lane.  Of ANY as many run as there are places; of a named lane one at a time,
beside others; an item that is ALONE has the machine to itself.  So what only waits fills the gaps
of what computes, and what measures is not disturbed.

Each item has a time limit.  When it is over, everything that the item has started is killed: the
process, and what carries its mark in its environment.
"""

import collections
import dataclasses
import json
import os
import select
import signal
import statistics
import sys
import time
import traceback

from .tool import Failure, Skip

ANY, ALONE = "any", "alone"
MARK = "STRONGUPDATE_TEST_ITEM"
SAID_EVERY = 60  # seconds between lines of progress where there is no terminal


@dataclasses.dataclass
class Item:
    """One test: a function that returns a remark, or raises Failure, Skip or a defect."""
    name: str
    function: object
    lane: str = ANY
    limit: float = 600


def outcome_of(function):
    """("ok", "fail" or "skip", remark) of one item; whatever it raises is its result."""
    start = time.monotonic()
    try:
        remark = function()
    except Skip as why:
        return "skip", str(why)
    except Failure as why:
        return "fail", str(why)
    except BaseException:  # a defect of the test suite is a failure too
        return "fail", traceback.format_exc()
    return "ok", remark or f"{time.monotonic() - start:.1f} s"


class Running:
    """An item under way, in a child process that writes its outcome to a pipe."""

    def __init__(self, item, number):
        self.item, self.started = item, time.monotonic()
        self.mark = f"{os.getpid()}.{number}"
        self.pipe, end = os.pipe()
        self.text = b""
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._be(item, end)
        os.close(end)

    def _be(self, item, end):
        os.setpgid(0, 0)
        os.environ[MARK] = self.mark
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        answer = json.dumps(outcome_of(item.function)).encode()
        while answer:
            answer = answer[os.write(end, answer):]
        sys.stdout.flush()
        os._exit(0)

    def seconds(self):
        return time.monotonic() - self.started

    def read(self):
        """More of the outcome; False when that was all."""
        data = os.read(self.pipe, 1 << 16)
        self.text += data
        return bool(data)

    def finish(self):
        """The outcome of an item that has ended."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        try:
            return json.loads(self.text)
        except ValueError:
            return "fail", f"the test itself died (wait status {status:#x})"

    def kill(self):
        """Ends the item and all that it has started."""
        for pid in [self.pid, *marked(self.mark)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


def marked(mark):
    """The processes that have the mark in their environment."""
    wanted = f"{MARK}={mark}".encode()
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    if wanted in file.read().split(b"\0"):
                        yield int(name)
            except OSError:
                pass  # has ended, or is not ours


class Times:
    """How long items took when they last ran, in a file of the build folder."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8") as file:
                self.known = json.load(file)
        except (OSError, ValueError):
            self.known = {}
        self.usual = statistics.median(self.known.values()) if self.known else 2.0

    def of(self, item):
        return self.known.get(item.name, self.usual)

    def save(self):
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(self.known, file, indent=0, sort_keys=True)
        os.replace(self.path + ".new", self.path)


class Runner:
    """Runs a list of items in its order, as far as lanes and places allow."""

    def __init__(self, report, jobs, times):
        self.report, self.jobs, self.times = report, jobs, times
        self.running, self.count, self.done = [], 0, 0
        self.pending = collections.deque()
        self.said = time.monotonic()

    def run(self, items):
        self.pending.extend(items)
        self.count = len(self.pending)
        try:
            while self.pending or self.running:
                self._start()
                self._wait()
        except BaseException:
            for running in self.running:
                running.kill()
            raise
        finally:
            self._wipe()
            self.times.save()

    def _next(self):
        """The first item that may start now.  None overtakes one that waits to be alone."""
        busy = {running.item.lane for running in self.running}
        if ALONE in busy or len(self.running) >= self.jobs:
            return None
        for item in self.pending:
            if item.lane == ALONE:
                return None if self.running else item
            if item.lane == ANY or item.lane not in busy:
                return item
        return None

    def _start(self):
        while item := self._next():
            self.pending.remove(item)
            self.running.append(Running(item, self.count - len(self.pending)))

    def _wait(self):
        pipes = {running.pipe: running for running in self.running}
        ready, _, _ = select.select(list(pipes), [], [], 1)
        for pipe in ready:
            if not pipes[pipe].read():
                self._take(pipes[pipe], *pipes[pipe].finish())
        for running in [one for one in self.running if one.seconds() > one.item.limit]:
            running.kill()
            self._take(running, "fail", f"no end after {running.item.limit:.0f} s")
        self._say()

    def _take(self, running, result, remark):
        self.running.remove(running)
        self.done += 1
        self.times.known[running.item.name] = round(running.seconds(), 1)
        self._wipe()
        self.report.take(running.item.name, result, remark)

    # ---- progress ----

    def _left(self):
        """Seconds until the end, about."""
        seconds = collections.Counter()
        for item in self.pending:
            seconds[item.lane] += self.times.of(item)
        for running in self.running:
            seconds[running.item.lane] += max(0, self.times.of(running.item) - running.seconds())
        alone = seconds.pop(ALONE, 0)
        named = [value for lane, value in seconds.items() if lane != ANY]
        return alone + max([sum(seconds.values()) / self.jobs, *named])

    def _line(self):
        names = ", ".join(f"{running.item.name} ({running.seconds():.0f} s)"
                          for running in sorted(self.running, key=lambda one: one.started))
        failed = f", {self.report.failed} failed" if self.report.failed else ""
        return (f"{self.done} of {self.count}{failed}, about {self._left() / 60:.0f} min left;"
                f" {names}")

    def _say(self):
        if sys.stderr.isatty():
            width = os.get_terminal_size(sys.stderr.fileno()).columns
            sys.stderr.write(f"\r\033[K{self._line()[:width - 1]}")
            sys.stderr.flush()
        elif time.monotonic() - self.said > SAID_EVERY and self.running:
            self.said = time.monotonic()
            print(f"     {self._line()}", flush=True)

    @staticmethod
    def _wipe():
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
