"""A server under measurement: its two builds, the patch between them, and fresh runs of it."""

import contextlib
import dataclasses
import json
import os
import select
import shutil
import signal
import subprocess
import time
import typing

from experiments import loads, machine
from harness import live
from harness.tool import Failure, Tool, reason_of

TOOL = Tool(os.path.join(machine.TOP, "build", "strongupdate"))
CLIENTS, LIMIT = 8, 590  # connections that measure; seconds that they live at most
READY = 60  # seconds until each of them has had an answer
SETTLE = 0.3  # seconds from listening to all children and threads being there


class Refused(Failure):
    """The tool refused to apply or to revert, and left the processes as they were."""


@dataclasses.dataclass
class Place:
    """A running server."""
    build: str
    folder: str
    daemon: typing.Any

    @property
    def port(self):
        return self.daemon.port

    @property
    def pid(self):
        return self.daemon.pid


def change(*args):
    """Runs the tool; raises Refused when that is its answer."""
    status, answer, errors = TOOL.call(*args)
    if status == 1:
        why = next((process["reason"] for process in answer.get("processes") or ()
                    if process.get("reason")), None)
        raise Refused(f"{args[0]}: {why or reason_of(answer, errors)}")
    if status != 0:
        raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")
    return answer


def end_all(pids):
    """Ends what is left of a server's processes, as its service's end would."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class Bed:
    """Both builds of a server and the patch between them."""

    def __init__(self, server, candidate):
        self.server, self.candidate = server, candidate
        self.old, self.new = candidate.old.build(), candidate.new.build()
        self.patch = os.path.join(machine.OUT, server.name.replace(" ", "-") + ".sup")
        start = time.monotonic()
        self.built = live.make_patch(TOOL, os.path.join(self.old, server.file),
                                     os.path.join(self.new, server.file), self.patch)
        self.build_seconds = time.monotonic() - start

    @contextlib.contextmanager
    def running(self, build):
        """A fresh server of that build."""
        folder = live.world_folder()
        try:
            with machine.pinned(machine.SERVER_CORES):
                daemon = self.server.start(build, folder)
            with daemon:
                time.sleep(SETTLE)
                yield Place(build, folder, daemon)
        finally:
            live.remove(folder)

    def apply(self, place, timeout=10):
        return change("apply", self.patch, "--tree", place.pid, "--timeout", timeout)

    def revert(self, place, timeout=10):
        return change("revert", "--tree", place.pid, "--timeout", timeout)

    def replace_file(self, place):
        """What a package's update does to a file that the server executes again."""
        if self.server.copied:
            path = os.path.join(place.folder, self.server.copied)
            shutil.copy2(os.path.join(self.new, self.server.file), path + ".new")
            os.replace(path + ".new", path)

    def restart(self, place):
        """Ends the server as Debian's service file has it, and starts NEW in its place."""
        self.replace_file(place)
        processes = place.daemon.processes()
        place.daemon.child.send_signal(signal.SIGTERM)
        place.daemon.child.wait(30)
        if not self.server.keeps_sessions:
            end_all(processes[1:])
        with machine.pinned(machine.SERVER_CORES):
            if self.server.copied:
                daemon = live.Daemon(place.daemon.child.args, place.port, place.folder)
            else:
                daemon = self.server.start(self.new, place.folder, place.port)
        return daemon.__enter__()

    def left_old(self, place):
        """How many processes run the OLD program, not updated."""
        updated = set()
        status, answer, _ = TOOL.call("status", "--tree", place.pid)
        if status == 0:
            updated = {process["pid"] for process in answer["processes"] if process["updates"]}
        path = (os.path.join(place.folder, self.server.copied) if self.server.copied
                else os.path.join(self.old, self.server.file))
        return sum(pid not in updated and self._runs_old(pid, path, place)
                   for pid in map(int, filter(str.isdigit, os.listdir("/proc"))))

    def _runs_old(self, pid, path, place):
        """A copied program that was replaced is one whose file is gone."""
        try:
            if not self.server.copied:
                return (os.readlink(f"/proc/{pid}/exe") == path
                        and pid in live.tree(place.pid))
            if os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)") != path:
                return False
            with open(f"/proc/{pid}/exe", "rb") as running, \
                    open(os.path.join(self.old, self.server.file), "rb") as old:
                return running.read() == old.read()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return False


class Clients:
    """bench/clients.c at work on a server: entered when every client has had an answer.

    `result` is what they saw, once they have ended.
    """

    def __init__(self, bed, place):
        with machine.pinned(machine.CLIENT_CORES):
            self.child = subprocess.Popen(
                [loads.program("clients"), "-n", str(CLIENTS), "-s", str(LIMIT),
                 *bed.server.clients(place)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, text=True)
        self.result = None

    def __enter__(self):
        try:
            ready, _, _ = select.select([self.child.stdout], [], [], READY)
            if not ready or self.child.stdout.readline() != "ready\n":
                raise Failure(f"clients: no answer within {READY} s")
        except BaseException:
            self.child.kill()
            self.child.communicate()
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            out, errors = self.child.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            self.child.kill()
            out, errors = self.child.communicate()
        if kind is None:
            if self.child.returncode != 0:
                raise Failure(f"clients: status {self.child.returncode}: {errors.strip()[-300:]}")
            self.result = json.loads(out)

    def require_alive(self):
        if self.child.poll() is not None:
            raise Failure(f"clients: ended: {self.child.stderr.read().strip()[-300:]}")
