"""A running server of one or more processes, and updating all of it.

A server runs in the foreground, in a process group of its own, so that it can be ended as a whole.
`update` and `revert` bring every process of it to a version and say what happened to each.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .process import require_untouched
from .tool import Failure, reason_of


def free_port():
    """A port of the loopback that the kernel chose."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what, condition, limit=20):
    """Waits for a true answer of `condition` and returns it."""
    end = time.monotonic() + limit
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"{what}: not within {limit} s")
        time.sleep(0.02)


class Daemon:
    """A server; use as a context manager.  `command` may name the `folder` that it gets."""

    def __init__(self, command, port, folder, env=None):
        self.port, self.folder = port, folder
        self.output = os.path.join(folder, "output")
        with open(self.output, "w", encoding="utf-8") as file:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file,
                                          stderr=file, cwd=folder, start_new_session=True,
                                          env=dict(os.environ, **(env or {})))
        self.pid = self.child.pid

    def __enter__(self):
        try:
            wait_until(f"listening on port {self.port}", self._listens)
        except BaseException:
            self.end()
            raise
        return self

    def __exit__(self, *_):
        self.end()

    def _listens(self):
        self.require_alive()
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
            return True
        except ConnectionRefusedError:
            return False

    def end(self):
        """Ends every process of the group; the first one is waited for."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.child.wait()

    def require_alive(self):
        status = self.child.poll()
        if status is not None:
            with open(self.output, encoding="utf-8", errors="replace") as file:
                raise Failure(f"the server ended with status {status}: {file.read()[-800:]}")

    def processes(self):
        """The process ids of the server, parents before children."""
        return tree(self.pid)

    def mapping(self, build_file):
        """The processes that have a file of that name mapped."""
        name = os.path.basename(build_file)
        return [pid for pid in self.processes() if maps_file(pid, name)]

    def require_untouched_by_tracers(self):
        for pid in self.processes():
            require_untouched(pid)


def tree(pid):
    """A process and its descendants; zombies are left out."""
    found = [pid] if state(pid) not in ("Z", "X", "") else []
    try:
        for tid in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{tid}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += tree(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def state(pid):
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rsplit(b") ", 1)[1][:1].decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def maps_file(pid, name):
    try:
        with open(f"/proc/{pid}/maps", encoding="ascii", errors="replace") as file:
            return any(line.split()[-1].endswith("/" + name) for line in file)
    except (FileNotFoundError, ProcessLookupError):
        return False


# ---- updates ----

class Refused(Failure):
    """The tool refused to build a patch, with this reason."""


def make_patch(tool, old, new, path):
    """Builds a patch; returns what it says."""
    status, answer, errors = tool.build(old, new, path)
    if status == 1:
        raise Refused(reason_of(answer, errors))
    if status != 0:
        raise Failure(f"build of {os.path.basename(path)}: status {status}: "
                      f"{reason_of(answer, errors)}")
    return answer


def change(tool, *args):
    """Runs a command that must succeed; returns its answer."""
    status, answer, errors = tool.call(*args)
    if status != 0:
        raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")
    return answer


CHAIN, SHORT_CHAIN = 20, 3  # updates on top of one another: in full, and in every run of the tests


def make_circle(tool, files, folder):
    """Patches from each of the builds to the next, and from the last to the first."""
    patches = []
    for number, old in enumerate(files):
        patches.append(os.path.join(folder, f"{number}.sup"))
        make_patch(tool, old, files[(number + 1) % len(files)], patches[-1])
    return patches


def chain(tool, daemon, patches, full, look):
    """Updates on top of one another, round `make_circle`, and all of them taken back.  After each step
    `look(number)` sees the build `number` in force.  Returns what was done, in words."""
    steps = CHAIN if full else SHORT_CHAIN
    way = [("apply", patches[step % len(patches)]) for step in range(steps)] + [("revert",)] * steps
    height = 0
    for command in way:
        height += 1 if command[0] == "apply" else -1
        change(tool, *command, "--tree", daemon.pid, "--timeout", 60)
        daemon.require_alive()
        daemon.require_untouched_by_tracers()
        look(height % len(patches))
    return f"{steps} updates on top of one another, and all taken back"


def world_folder():
    """A folder under /tmp that other users (a server's workers) can enter; the caller removes it."""
    folder = tempfile.mkdtemp(prefix="strongupdate-")
    os.chmod(folder, 0o755)
    return folder


def remove(folder):
    shutil.rmtree(folder, ignore_errors=True)
