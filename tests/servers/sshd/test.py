"""sshd, as Debian builds it, updated under its sessions.

  debian-update   the oldest version for Debian 12 that can be had to the newest: Debian's own security
                  fixes. What they change is up to Debian.
  loop-counts     our own patch: the listener's loop, a session's loop, the monitor's, and the one in
                  which packets are waited for before the login
  packet-limits   our own patch, of the kind that mends a hole: the parser of packets, changed while
                  it has read a part of one; updates on top of one another, there and back and there
                  again, and all taken back

Sessions stay connected throughout: with a terminal, a forwarded port and files under way in both
directions, with new keys taken after the update; and connections that have not logged in, before and
after the exchange of versions. All processes are updated as one: listener, monitors, the processes
with the user's rights, and the one that is chrooted and under seccomp.

A new connection executes the file on disk. So it runs the old version after the update until the file
is replaced; the test looks at both.
"""

import dataclasses
import functools
import os
import re
import shutil
import socket

from harness import live, servers, sources
from harness.loading import load
from harness.process import require_original_text
from harness.tool import Failure

sshd = load("servers/sshd", "server")
HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 2
WORDS = ("listener: connection", "session ", "monitor ")  # what the loops of loop-counts log
SIZE, SPEED = 4 << 20, 3200  # bytes of each file, kilobits a second


class World:
    """The server with all of its sessions."""

    def __init__(self, build, folder):
        self.folder, self.program = folder, os.path.join(build, "sshd")
        self.daemon = sshd.start(build, folder)
        self.open = []

    def __enter__(self):
        self.daemon.__enter__()
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        port, forwarded = self.daemon.port, live.free_port()
        echo = self.keep(socket.create_server(("127.0.0.1", 0)))
        self.shell = self.keep(sshd.Shell(
            self.folder, port, "-o", "RekeyLimit=256K", "-L",
            f"{forwarded}:127.0.0.1:{echo.getsockname()[1]}"))
        self.forward = self.keep(sshd.Forward(forwarded, echo))
        self.silent = self.keep(socket.create_connection(("127.0.0.1", port), timeout=30))
        self.early = self.keep(socket.create_connection(("127.0.0.1", port), timeout=30))
        self.early.sendall(b"SSH-2.0-test\r\n")
        live.wait_until("a process that is chrooted before login", self._sandboxed)
        self.transfers = [self.keep(sshd.Transfer(self.folder, port, SIZE, SPEED, upload))
                          for upload in (True, False)]

    def __exit__(self, *_):
        for thing in reversed(self.open):
            thing.close()
        self.daemon.__exit__()

    def keep(self, thing):
        self.open.append(thing)
        return thing

    def _sandboxed(self):
        return any(os.readlink(f"/proc/{pid}/root") != "/" for pid in self.processes())

    def processes(self):
        """Those that run our sshd, and not a shell or sftp-server."""
        path = os.path.join(self.folder, "sshd")
        return [pid for pid in self.daemon.processes() if runs(pid, path)]

    def log(self):
        with open(self.daemon.output, encoding="utf-8", errors="replace") as file:
            return file.read()

    def require_fine(self, word):
        """Every session does its work, and new keys are taken."""
        self.daemon.require_alive()
        self.daemon.require_untouched_by_tracers()
        self.shell.require(word)
        before = self.shell.key_exchanges()
        for _ in range(4):
            self.forward.require(100_000)
        live.wait_until("new keys", lambda: self.shell.key_exchanges() > before)
        for transfer in self.transfers:
            if transfer.child.poll():
                raise Failure(f"scp ended with status {transfer.child.returncode}")

    def finish(self):
        """Ends the transfers; and the silent connections still speak the protocol."""
        for transfer in self.transfers:
            transfer.finish()
        self.silent.sendall(b"SSH-2.0-test\r\n")
        for waiting in (self.silent, self.early):
            answer = waiting.makefile("rb")
            if not answer.readline().startswith(b"SSH-2.0-") or b"curve25519" not in answer.read(300):
                raise Failure("a connection before login is dead")


def runs(pid, path):
    try:
        return os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)") == path
    except FileNotFoundError:
        return False


def change_all(tool, world, *args):
    """Changes the listener and all below it as one; a session may end meanwhile."""
    answer = live.change(tool, *args, "--tree", world.daemon.pid)
    changed = {process["pid"] for process in answer["processes"]}
    left = set(world.processes()) - changed
    if left:
        raise Failure(f"{args[0]} left out the processes {sorted(left)}")
    return len(changed)


def run(tool, old, new, folder, look, rounds=ROUNDS):
    """Updates, reverts and updates again; `look(world, version)` sees what is special.  `rounds` 0: it
    is updated only."""
    patch = os.path.join(folder, "patch.sup")
    live.make_patch(tool, os.path.join(old, "sshd"), os.path.join(new, "sshd"), patch)
    place = live.world_folder()
    try:
        with World(old, place) as world:
            world.require_fine("before")
            for _ in range(rounds):
                change_all(tool, world, "apply", patch)
                world.require_fine("new")
                look(world, "new")
                change_all(tool, world, "revert")
                world.require_fine("old")
                look(world, "old")
                for pid in world.processes():
                    require_original_text(pid, world.program)
            count = change_all(tool, world, "apply", patch)
            world.require_fine("new")
            look(world, "new")
            world.finish()
            new_connections(tool, world, patch, old, new)
            return f"{count} processes, {rounds + 1} times; 2 files whole, " \
                   f"{world.shell.key_exchanges()} key exchanges"
    finally:
        live.remove(place)


def new_connections(tool, world, patch, old, new):
    """They execute the file on disk: the old one at first, which then is updated like the others."""
    old_greeting, new_greeting = (greeting_of(build) for build in (old, new))
    require_greeting(world, old_greeting)
    second = world.keep(sshd.Shell(world.folder, world.daemon.port))
    count = len(world.processes())
    changed = live.change(tool, "apply", patch, "--tree", world.daemon.pid)["processes"]
    changed = [process for process in changed if process["result"] == "applied"]
    if not 0 < len(changed) < count:
        raise Failure(f"{len(changed)} processes of {count} were updated after a new connection")
    second.require("second")
    replacement = os.path.join(world.folder, "sshd.new")
    shutil.copy2(os.path.join(new, "sshd"), replacement)
    os.replace(replacement, os.path.join(world.folder, "sshd"))
    require_greeting(world, new_greeting)
    world.keep(sshd.Shell(world.folder, world.daemon.port)).require("third")
    world.require_fine("last")


def greeting_of(build):
    """The version in full, as it stands in the program: "OpenSSH_9.2p1 Debian-2"."""
    with open(os.path.join(build, "sshd"), "rb") as file:
        found = re.findall(rb"OpenSSH_[0-9.]+p[0-9]+(?: Debian-[!-~]+)?", file.read())
    return max(found, key=len).decode()


def require_greeting(world, wanted):
    found = sshd.banner(world.daemon.port)
    if found != f"SSH-2.0-{wanted}":
        raise Failure(f"a new connection is greeted with {found!r}, not {wanted!r}")


# ---- the tests ----

def debian_update(tool, folder):
    found = sources.available("openssh", "bookworm")
    old, new = (sources.Build("openssh", version) for version in (found[0], found[-1]))
    if old == new:
        return f"the archive has only {old.version}"
    return run(tool, old.build(), new.build(), folder, lambda *_: None)


def loop_counts(tool, folder):
    old = sources.Build("openssh", sources.newest_of_stable("openssh"))
    new = dataclasses.replace(old, patch=os.path.join(HERE, "loop-counts.patch"))
    # main has no checkpoint at its accept loop for a process that has been taken back before.
    return run(tool, old.build(), new.build(), folder, require_counts, rounds=0)


LONG = 40_000  # bytes: more than packet-limits takes before the first keys


def packet_limits(tool, folder, full):
    old = sources.Build("openssh", sources.newest_of_stable("openssh"))
    new = dataclasses.replace(old, patch=os.path.join(HERE, "packet-limits.patch"))
    patches = live.make_circle(
        tool, [os.path.join(build.build(), "sshd") for build in (old, new)], folder)
    place = live.world_folder()
    try:
        with World(old.build(), place) as world:
            # Made before the updates, as each executes the file on disk; a refusal ends one.
            steps = live.CHAIN if full else live.SHORT_CHAIN
            early = [world.keep(sshd.Early(world.daemon.port)) for _ in range(steps + 1)]
            early[0].begin(20, 6)

            def look(version):
                require_early(early, version)
                world.shell.require("chain")
                world.forward.require()

            said = live.chain(tool, world.daemon, patches, full, look)
            world.require_fine("old")
            world.finish()
            return f"{said}; 2 files whole, {world.shell.key_exchanges()} key exchanges"
    finally:
        live.remove(place)


def require_early(early, version):
    """A packet that came in part before the change is read; a long one is refused by version 1."""
    early[0].end()
    for cut in (3, 30):
        early[0].begin(20, cut)
        early[0].end()
    used = early.pop() if version == 1 else early[0]
    used.begin(LONG, 16)
    if version == 1:
        used.require_closed()
    else:
        used.end()
    early[0].begin(20, 6)


def require_counts(world, version):
    """The loops of the new version log when something happens, those of the old one do not."""
    before = logged(world)
    sshd.banner(world.daemon.port)
    world.require_fine("count")
    after = logged(world)
    for word, wrong in zip(WORDS, [(a > b) != (version == "new") for a, b in zip(after, before)]):
        if wrong:
            raise Failure(f"{version}: the log has {dict(zip(WORDS, after))} lines, "
                          f"before it had {dict(zip(WORDS, before))}: {word!r} is wrong")


def logged(world):
    lines = world.log().splitlines()
    return [sum(line.startswith(word) for line in lines) for word in WORDS]


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {"debian-update": debian_update, "loop-counts": loop_counts,
             "packet-limits": functools.partial(packet_limits, full=full)}
    return servers.named("sshd", tests, tool, out)
