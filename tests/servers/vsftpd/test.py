"""vsftpd, as Debian builds it, updated under its sessions.

  command-parser   our own patch, of the kind that mends a hole: the function in which every session
                   waits for the rest of a command
  session-counts   our own patch: the accept loop, the command loops before and after login, the
                   transfer loops, and the choice of ports in the privileged process
  tls              command-parser once more, with the processes that speak TLS for the sessions
  chain            updates on top of one another through these versions, and all taken back

Sessions stay connected throughout: not logged in, idle, with half of a command sent, in the middle of
downloads and uploads, anonymous and of a local user.  All processes are updated as one, the chrooted
ones under seccomp too.  Files must arrive whole.
"""

import functools
import os
import time

from harness import live, servers, sources
from harness.loading import load
from harness.process import require_original_text
from harness.tool import Failure

vsftpd = load("servers/vsftpd", "server")
HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3
STEP = 1 << 20  # bytes of each transfer in each round


def programs(compiler, patch):
    """(OLD, NEW): the newest version that the archive has, without and with our patch."""
    new = sources.Build("vsftpd", sources.newest_of_stable("vsftpd"), compiler,
                        patch=os.path.join(HERE, patch + ".patch"))
    return [os.path.join(build.build(), "vsftpd") for build in (new.plain(), new)]


class World:
    """The server with all of its sessions."""

    def __init__(self, program, folder, tls=False, ascii_download=True):
        self.folder, self.tls, self.ascii_download = folder, tls, ascii_download
        self.daemon = vsftpd.start(program, folder, tls)
        self.sessions, self.uploads = [], 0

    def __enter__(self):
        self.daemon.__enter__()
        self.early = self.session(None)
        self.idle = [self.session("anonymous"), self.session("local")]
        self.half = self.session("local")
        self.start_transfers()
        return self

    def __exit__(self, *_):
        for session in self.sessions:
            session.close()
        self.daemon.__exit__()

    def session(self, user):
        # Someone who has not logged in has no TLS here: there is nothing to hide yet.
        made = vsftpd.Session(self.daemon.port, user, tls=self.tls and bool(user))
        self.sessions.append(made)
        return made

    def start_transfers(self):
        self.downloads = []
        for user, ascii_mode in [("anonymous", False), ("local", False)] + \
                [("local", True)] * self.ascii_download:
            session = self.session(user)
            session.start_download(ascii_mode)
            self.downloads.append(session)
        self.putting = []
        for user, home, ascii_mode in (("anonymous", "anonymous", False), ("local", "home", True)):
            self.uploads += 1
            session, name = self.session(user), f"upload/file-{self.uploads}"
            session.start_upload(name, os.path.join(self.folder, home, name), ascii_mode)
            self.putting.append(session)
        self.advance()

    def advance(self):
        """A part of each transfer goes over the wire."""
        for session in self.downloads:
            session.read(STEP)
        for session in self.putting:
            session.send(STEP)

    def finish_transfers(self):
        """Ends them all and compares the files; returns the closing answers."""
        return [session.finish_download() for session in self.downloads] + \
            [session.finish_upload() for session in self.putting]

    def require_untouched(self, program=None):
        """No trace of a tracer; with `program`, the text of each process is that file's."""
        self.daemon.require_alive()
        self.daemon.require_untouched_by_tracers()
        for pid in self.daemon.processes() if program else ():
            require_original_text(pid, program)


def change_all(tool, world, *args):
    """Changes the listener and everything below it as one; returns how many processes that are.  A
    session that was left may end meanwhile."""
    answer = live.change(tool, *args, "--tree", world.daemon.pid)
    changed = {process["pid"] for process in answer["processes"]}
    left = set(world.daemon.processes()) - changed
    if left:
        raise Failure(f"{args[0]} left out the processes {sorted(left)}")
    return len(changed)


def settled(daemon):
    """How many processes there are, once a second has passed in which none came or went: a session
    forks when it has logged in."""
    count, since = len(daemon.processes()), time.monotonic()
    while time.monotonic() - since < 1:
        time.sleep(0.05)
        now = len(daemon.processes())
        if now != count:
            count, since = now, time.monotonic()
    return count


def cycle(tool, world, program, patch, look):
    """Updates and reverts everything; `look(world, version)` sees how the sessions behave."""
    processes = settled(world.daemon)
    for _ in range(ROUNDS):
        for version, command in (("new", ("apply", patch)), ("old", ("revert",))):
            change_all(tool, world, *command)
            look(world, version)
            world.advance()
            world.require_untouched(program if version == "old" else None)
    live.wait_until(f"{processes} processes, as before",
                    lambda: len(world.daemon.processes()) == processes)
    finish(world, "old")
    world.start_transfers()
    changed = change_all(tool, world, "apply", patch)
    look(world, "new")
    finish(world, "new")
    return f"{changed} processes, {ROUNDS + 1} times; {2 * len(world.downloads)} downloads and " \
           f"{world.uploads} uploads whole"


def finish(world, version):
    world.last = world.finish_transfers()
    world.require_untouched()
    for session in world.downloads + world.putting:
        require(session, "NOOP", "200 NOOP ok")
    if world.counts:
        for answer in world.last:
            if ("chunks" in answer) != (version == "new"):
                raise Failure(f"{version}: a transfer ended with {answer!r}")


def require(session, command, wanted):
    answer = session.say(command)
    if not answer.startswith(wanted):
        raise Failure(f"{command!r} was answered with {answer!r}, not {wanted!r}")


# ---- command-parser ----

BAD = "500 Bad character"


def parser_behaviour(world, version):
    """A NUL in a command is refused by the new version, also when the line was half read before."""
    for session in world.idle + [world.early]:
        require(session, "NO\0OP", BAD if version == "new" else "5")
        if version == "old" and session.say("NO\0OP").startswith(BAD):
            raise Failure("the old version answers as the new one")
    world.half.begin(b"OP\r\n")  # the second half of what the last round began
    answer = world.half.ftp.getmultiline()
    if not answer.startswith("200 NOOP ok"):
        raise Failure(f"a command sent in halves was answered with {answer!r}")
    world.half.begin(b"NO")
    made = world.session("anonymous")
    require(made, "NO\0OP", BAD if version == "new" else "5")
    made.say("QUIT")
    made.close()


def command_parser(tool, folder, compiler, tls=False):
    program, new = programs(compiler, "command-parser")
    patch = os.path.join(folder, "patch.sup")
    live.make_patch(tool, program, new, patch)
    place = live.world_folder()
    try:
        with World(program, place, tls) as world:
            world.counts = False
            world.half.begin(b"NO")
            return cycle(tool, world, program, patch, parser_behaviour)
    finally:
        live.remove(place)


# ---- session-counts ----

def count_behaviour(world, version):
    """The new answers have numbers in them, and the ports are even; the old ones have neither."""
    new = version == "new"
    for session in world.idle:
        require(session, "NOOP", "200 NOOP ok, command " if new else "200 NOOP ok.")
        if new and any(session.passive_port() % 2 for _ in range(4)):
            raise Failure("a privileged process still chooses odd ports")
    require(world.early, "SYST", "530 Please login with USER and PASS" + (", command " if new
                                                                          else "."))
    made = world.session("anonymous")
    if (", connection " in made.greeting) != new:
        raise Failure(f"{version}: a new session is greeted with {made.greeting!r}")
    made.say("QUIT")
    made.close()
    # Ten errors before login end a session.
    world.early.close()
    world.early = world.session(None)


def session_counts(tool, folder, compiler):
    program, new = programs(compiler, "session-counts")
    patch = os.path.join(folder, "patch.sup")
    live.make_patch(tool, program, new, patch)
    place = live.world_folder()
    try:
        # The loop of an ASCII download has no checkpoint at its write yet, and gcc's command loop
        # none at its read: `tests/coverage.py --places vsftpd` names what is live there.
        with World(program, place, ascii_download=False) as world:
            world.counts = True
            return cycle(tool, world, program, patch, count_behaviour)
    finally:
        live.remove(place)


# ---- chain ----

def chain(tool, folder, compiler, full):
    old, parser = programs(compiler, "command-parser")
    patches = live.make_circle(tool, [old, parser, programs(compiler, "session-counts")[1]], folder)
    place = live.world_folder()
    try:
        with World(old, place, ascii_download=False) as world:
            world.counts = False
            world.half.begin(b"NO")

            def look(version):
                parser_behaviour(world, "new" if version == 1 else "old")
                count_behaviour(world, "new" if version == 2 else "old")
                world.advance()

            said = live.chain(tool, world.daemon, patches, full, look)
            world.require_untouched(old)
            finish(world, "old")
            return f"{said}; all transfers whole"
    finally:
        live.remove(place)


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {f"command-parser {compiler}": functools.partial(command_parser, compiler=compiler)
             for compiler in sources.COMPILERS}
    tests |= {"session-counts clang": functools.partial(session_counts, compiler="clang"),
              "chain clang": functools.partial(chain, compiler="clang", full=full),
              "tls gcc": functools.partial(command_parser, compiler="gcc", tls=True)}
    return servers.named("vsftpd", tests, tool, out)
