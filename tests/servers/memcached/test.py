"""memcached, as Debian builds it, updated under load.

  debian-update    Debian's newest bookworm version against the one before it, with Debian's own
                   flags and configuration.  Whether their code differs is up to Debian.
  security-fix     the same pair configured with --enable-sasl-pwdb besides, so that the security
                   fix in sasl_defs.c is in the program
  loop-statistics  our own patch: main's loop, the workers' function and state machine, a handler
  chain            updates on top of one another through loop-statistics and command-parser, and all
                   taken back.  The second is a patch of the kind that mends a hole: the parser of
                   commands, changed while commands and values have been read in part.

50 client connections are busy all the time; the updates are applied and taken back many times.
"""

import dataclasses
import functools
import getpass
import os
import select
import socket
import subprocess
import sys
import time

from harness import elf, live, servers, sources
from harness.process import Process
from harness.tool import Failure, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
CONNECTIONS, KEYS, ROUNDS = 50, 10000, 50
sys.path.insert(0, HERE)
from load import value_of  # noqa: E402


# ---- the programs ----

def bookworm_builds(**how):
    """The oldest and the newest bookworm version; both are of one upstream release."""
    found = sources.available("memcached", "bookworm")
    return [sources.Build("memcached", version, **how) for version in (found[0], found[-1])]


def program_of(build):
    return os.path.join(build.build(), "memcached")


# ---- the server and its clients ----

class Server:
    """OLD under load: the process, one connection of our own, and the load client."""

    def __init__(self, program, out):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = Process(program, os.path.join(out, "output"),
                               ["-l", "127.0.0.1", "-p", str(self.port), "-t", "4", "-U", "0",
                                "-u", getpass.getuser(), "-m", "64"])
        self.own = self.load = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        self.own = self._connect()
        self.file = self.own.makefile("rwb")
        self._store()
        self.load = subprocess.Popen([sys.executable, "-B", os.path.join(HERE, "load.py"),
                                      str(self.port), str(CONNECTIONS), str(KEYS)], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=1)
        self.expect("VERSION")

    def __exit__(self, *_):
        if self.load:
            self.load.kill()
            self.load.wait()
        if self.own:
            self.own.close()
        self.process.__exit__()

    def _connect(self):
        end = time.monotonic() + 10
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=20)
            except ConnectionRefusedError:
                self.process.require_alive()
                if time.monotonic() > end:
                    raise Failure("memcached does not listen") from None
                time.sleep(0.02)

    def _store(self):
        for start in range(0, KEYS, 500):
            for key in range(start, start + 500):
                value = value_of(key)
                self.file.write(b"set key-%d 0 0 %d\r\n%s\r\n" % (key, len(value), value))
            self.file.flush()
            for _ in range(500):
                if self.file.readline() != b"STORED\r\n":
                    raise Failure("a key was not stored")

    def require_all_keys(self):
        for key in range(KEYS):
            if key % 500 == 0:
                for ask in range(key, key + 500):
                    self.file.write(b"get key-%d\r\n" % ask)
                self.file.flush()
            self.file.readline()
            value = self.file.readline()[:-2]
            if value != value_of(key) or self.file.readline() != b"END\r\n":
                raise Failure(f"key-{key} is not what was stored: {value[:60]!r}")

    def statistics(self):
        """`stats` on the connection that is as old as the server."""
        self.file.write(b"stats\r\n")
        self.file.flush()
        found = {}
        while True:
            words = self.file.readline().decode().split()
            if words[:1] != ["STAT"]:
                return found
            found[words[1]] = words[2]

    def ask_load(self, command):
        self.load.stdin.write(command + "\n")
        ready, _, _ = select.select([self.load.stdout], [], [], 40)
        answer = self.load.stdout.readline().strip() if ready else "no answer in 40 s"
        if not answer.startswith("ok"):
            self.process.require_alive()
            raise Failure(f"client load: {answer}")
        return answer

    def expect(self, text):
        self.ask_load(f"expect {text}")


# ---- the tests ----

def make_patch(tool, old, new, folder):
    """The patch's path; None and the reason when there is nothing to change or it is refused."""
    path = os.path.join(folder, "patch.sup")
    status, answer, errors = tool.build(old, new, path)
    if status not in (0, 1):
        raise Failure(f"build: status {status}: {reason_of(answer, errors)}")
    if status == 1:
        return None, f"refused: {reason_of(answer, errors)}"
    status, answer, errors = tool.call("inspect", path)
    if status != 0:
        raise Failure(f"inspect: status {status}: {reason_of(answer, errors)}")
    names = [function["name"] for function in answer["functions"]]
    return (path, ", ".join(names)) if names else (None, "equal code: the patch is empty")


def change(tool, *args):
    status, answer, errors = tool.call(*args)
    if status != 0:
        raise Failure(f"{args[0]}: status {status}: {reason_of(answer, errors)}")
    return answer


def cycle(tool, server, patch, rounds, after):
    """Applies and reverts `rounds` times; `after(server, version, round)` looks at the server."""
    process, pauses = server.process, []
    threads = process.thread_count()
    for number in range(rounds):
        answer = change(tool, "apply", patch, process.pid)
        pauses.append(answer["pause_us"])
        after(server, "new", number)
        change(tool, "revert", process.pid)
        after(server, "old", number)
        process.require_untouched_by_tracers()
    process.require_original_text()
    if process.thread_count() != threads:
        raise Failure(f"{process.thread_count()} threads, there were {threads}")
    server.require_all_keys()
    if int(server.statistics()["curr_connections"]) != CONNECTIONS + 1:
        raise Failure(f"{server.statistics()['curr_connections']} connections are left")
    requests = server.ask_load("stop").split()[1]
    pauses.sort()
    return (f"{rounds} times; {requests} requests on {CONNECTIONS} connections, none failed; "
            f"pause median {pauses[len(pauses) // 2]:.0f} us, longest {pauses[-1]:.0f} us")


def debian_update(tool, folder):
    old, new = bookworm_builds()
    programs = program_of(old), program_of(new)
    patch, what = make_patch(tool, *programs, folder)
    if what.startswith("refused") and elf.build_id(programs[0]) == elf.build_id(programs[1]) \
            and not any(word in what for word in ("same", "equal", "identical")):
        raise Failure(f"the builds are identical, but this was {what}")
    if patch is None:
        return f"{old.version} to {new.version}: {what}"
    with Server(programs[0], folder) as server:
        return f"{what}: " + cycle(tool, server, patch, 5, unchanged_behaviour)


def security_fix(tool, folder):
    programs = [program_of(build) for build in bookworm_builds(options="--enable-sasl-pwdb")]
    patch, what = make_patch(tool, *programs, folder)
    if patch is None:
        raise Failure(what)
    with Server(programs[0], folder) as server:
        return f"{what}: " + cycle(tool, server, patch, 5, unchanged_behaviour)


def unchanged_behaviour(server, _version, _round):
    server.expect("VERSION")


def loop_statistics(tool, folder):
    old, _ = bookworm_builds()
    new = dataclasses.replace(old, patch=os.path.join(HERE, "loop-statistics.patch"))
    programs = program_of(old), program_of(new)
    patch, what = make_patch(tool, *programs, folder)
    if patch is None:
        raise Failure(what)
    with Server(programs[0], folder) as server:
        return f"{what}: " + cycle(tool, server, patch, ROUNDS, loop_behaviour)


def loop_behaviour(server, version, number):
    """The new answers come on every old connection, and are gone on them after the revert."""
    server.expect("loop statistics" if version == "new" else "!loop statistics")
    found = server.statistics()
    if version == "old":
        if "loop_events" in found:
            raise Failure("stats still shows the new counters after the revert")
        return
    if int(found["loop_events"]) <= 1000000 or int(found["loop_commands"]) < CONNECTIONS:
        raise Failure(f"the counters stand still: {found['loop_events']}, {found['loop_commands']}")
    if number in (0, ROUNDS - 1):
        require_main_wakes_up(server)


def require_main_wakes_up(server):
    """main's own loop runs the new code: its clock wakes it once a second."""
    end = time.monotonic() + 10
    while int(server.statistics()["loop_main_wakeups"]) < 2:
        if time.monotonic() > end:
            raise Failure("main's loop does not count its wake-ups")
        time.sleep(0.1)


# ---- chain ----

VALUE = b"v" * 30_000


class Half:
    """A connection on which a command and a value are sent in two parts."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def ask(self, *parts):
        for part in parts:
            self.socket.sendall(part)
        return self.file.readline()

    def require(self, wanted, *parts):
        answer = self.ask(*parts)
        if not answer.startswith(wanted):
            raise Failure(f"{parts[-1][-40:]!r} was answered with {answer!r}, not {wanted!r}")


def chain(tool, folder, full):
    old, _ = bookworm_builds()
    builds = [old] + [dataclasses.replace(old, patch=os.path.join(HERE, name + ".patch"))
                      for name in ("loop-statistics", "command-parser")]
    patches = live.make_circle(tool, [program_of(build) for build in builds], folder)
    with Server(program_of(old), folder) as server:
        command, value = Half(server.port), Half(server.port)
        begin_halves(command, value)

        def look(version):
            require_halves(command, value, version == 2)
            server.expect("loop statistics" if version == 1 else "!loop statistics")
            begin_halves(command, value)

        said = live.chain(tool, server.process, patches, full, look)
        command.close()
        value.close()
        server.process.require_original_text()
        server.require_all_keys()
        return f"{said}; {server.ask_load('stop').split()[1]} requests, none failed"


def begin_halves(command, value):
    command.socket.sendall(b"mn\x01")
    value.socket.sendall(b"set half 0 0 %d\r\n" % len(VALUE) + VALUE[:10_000])


def require_halves(command, value, strict):
    """The control character has been sent before the change; the new parser meets it after."""
    bad = b"CLIENT_ERROR control character" if strict else b"ERROR"
    command.require(bad, b"\r\n")
    command.require(bad, b"ge\x02", b"t x\r\n")
    command.require(b"VERSION", b"vers", b"ion\r\n")
    value.require(b"STORED", VALUE[10_000:] + b"\r\n")
    value.require(b"VALUE half 0 30000", b"get ha", b"lf\r\n")
    if value.file.readline() != VALUE + b"\r\n" or value.file.readline() != b"END\r\n":
        raise Failure("a value that was sent in two parts is not what was stored")


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {"debian-update": debian_update, "security-fix": security_fix,
             "loop-statistics": loop_statistics, "chain": functools.partial(chain, full=full)}
    return servers.named("memcached", tests, tool, out)
