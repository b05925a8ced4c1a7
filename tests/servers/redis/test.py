"""redis, as Debian builds it, updated under load.

  debian-patches   the newest version without its newest patches to C code, and with them
  loop-statistics  our own patch: main, the event loop, the background threads' loop, INFO
  parser-limits    our own patch, of the kind that mends a hole: the request parser, changed while
                   requests have been read in part
  chain            updates on top of one another through these versions, and all taken back

Clients stay connected throughout: busy ones, idle ones, one blocked in BLPOP, one with half of a
request sent.  Background threads wait for work in the function that changes.
"""

import functools
import os
import threading

from harness import live, servers, sources
from harness.loading import load
from harness.tool import Failure, Skip

redis = load("servers/redis", "server")
HERE = os.path.dirname(os.path.abspath(__file__))
BUSY, IDLE, ROUNDS, KEYS = 8, 20, 10, 1000
MEMBERS = [f"member-{number}" for number in range(100)]  # so many are freed in the background
BIG = os.urandom(300_000)


class Load(threading.Thread):
    """Busy clients: sets, gets and deletes with every answer checked."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.clients = [redis.Client(port) for _ in range(BUSY)]
        self.stopping, self.requests, self.wrong = False, 0, None

    def run(self):
        try:
            while not self.stopping:
                for number, client in enumerate(self.clients):
                    self.round(number, client)
        except (Failure, OSError) as why:
            self.wrong = str(why)

    def round(self, number, client):
        """Several requests at once on one connection."""
        key, value = f"load-{number}", b"%d" % self.requests * 20
        client.send(redis.encode("SET", key, value) + redis.encode("GET", key)
                    + redis.encode("SADD", key + "s", *MEMBERS)
                    + redis.encode("DEL", key + "s"))
        answers = [client.answer() for _ in range(4)]
        if answers != [b"OK", value, len(MEMBERS), 1]:
            raise Failure(f"busy client {number}: {answers!r:.200}")
        self.requests += 4

    def require_fine(self):
        if self.wrong:
            raise Failure(f"load: {self.wrong}")

    def stop(self):
        self.stopping = True
        self.join(30)
        self.require_fine()
        for client in self.clients:
            client.close()
        return self.requests


class World:
    """The server with all of its clients."""

    def __init__(self, build, folder):
        self.daemon = redis.start(build, folder)

    def __enter__(self):
        self.daemon.__enter__()
        port = self.daemon.port
        self.idle = [redis.Client(port) for _ in range(IDLE)]
        for number in range(KEYS):
            if self.idle[0].call("SET", f"key-{number}", f"value-{number}") != b"OK":
                raise Failure("a key was not stored")
        self.blocked, self.half = redis.Client(port), redis.Client(port)
        self.load = Load(port)
        self.load.start()
        return self

    def __exit__(self, *_):
        self.load.stopping = True
        self.load.join(30)
        self.daemon.end()

    def require_keys(self):
        for number in range(KEYS):
            client = self.idle[number % IDLE]
            if client.call("GET", f"key-{number}") != f"value-{number}".encode():
                raise Failure(f"key-{number} is not what was stored")


def cycle(tool, world, patch, rounds, after):
    """Applies and reverts; clients wait in BLPOP and in half a request across each change."""
    pauses, pid = [], world.daemon.pid
    for number in range(rounds):
        for version, command in (("new", ("apply", patch, pid)), ("old", ("revert", pid))):
            world.blocked.send(redis.encode("BLPOP", "queue", 0))
            request = redis.encode("SET", f"half-{number}", BIG)
            cut = (9, 31, len(request) // 2, len(request) - 1)[number % 4]
            world.half.send(request[:cut])
            pauses.append(live.change(tool, *command)["pause_us"])
            world.daemon.require_untouched_by_tracers()
            world.half.send(request[cut:])
            if world.half.answer() != b"OK" or world.half.call("GET", f"half-{number}") != BIG:
                raise Failure(f"round {number}: a request sent in two halves went wrong")
            item = f"{version}-{number}".encode()
            if world.idle[1].call("RPUSH", "queue", item) != 1:
                raise Failure("RPUSH failed")
            if world.blocked.answer() != [b"queue", item]:
                raise Failure("the client in BLPOP did not get its item")
            after(world, version)
            world.load.require_fine()
    world.require_keys()
    requests = world.load.stop()
    pauses.sort()
    return (f"{rounds} times and back; {requests} requests, none failed; pause median "
            f"{pauses[len(pauses) // 2]:.0f} us, longest {pauses[-1]:.0f} us")


def run(tool, folder, old, new, rounds, after):
    patch = os.path.join(folder, "patch.sup")
    files = [os.path.join(build, "src", "redis-server") for build in (old, new)]
    answer = live.make_patch(tool, *files, patch)
    with World(old, os.path.join(folder, "data")) as world:
        return f"{answer['functions_changed']} functions, " + cycle(tool, world, patch, rounds, after)


def debian_patches(tool, folder):
    pairs = [pair for pair in sources.pairs("redis") if pair.name.startswith("patches-")]
    if not pairs:
        raise Skip("the newest version has no patches to C code")
    return run(tool, folder, pairs[0].old.build(), pairs[0].new.build(), 3,
               lambda world, version: None)


def own(name):
    base = sources.Build("redis", sources.newest_of_stable("redis"))
    return base.build(), sources.dataclasses.replace(
        base, patch=os.path.join(HERE, name + ".patch")).build()


def loop_statistics(tool, folder):
    """The new answers come on every old connection; each loop counts."""
    seen = {"turns": 0}

    def after(world, version):
        for client in world.idle:
            found = client.statistics()
            if ("event_loop_turns" in found) != (version == "new"):
                raise Failure(f"INFO of the {version} version: {sorted(found)}")
        if version == "new":
            live.wait_until("the event loop's turns are counted",
                            lambda: int(world.idle[0].statistics()["event_loop_turns"]) > 10)
            live.wait_until("the background thread counts its jobs",
                            lambda: int(world.idle[0].statistics()["lazy_free_jobs"]) > 10)
            if int(world.idle[0].statistics()["event_loop_events"]) <= 1000000:
                raise Failure("events are not counted")
            seen["turns"] += 1

    return run(tool, folder, *own("loop-statistics"), ROUNDS, after)


def parser_limits(tool, folder):
    """What the new parser refuses is refused on a new connection, and taken before and after."""

    def after(world, version):
        client = redis.Client(world.daemon.port)
        answer = client.call("DEL", *range(1500))
        client.close()
        if isinstance(answer, Failure) != (version == "new"):
            raise Failure(f"1,500 arguments with the {version} version: {answer!r}")

    return run(tool, folder, *own("parser-limits"), ROUNDS, after)


def chain(tool, folder, full):
    old, statistics = own("loop-statistics")
    builds = [old, statistics, own("parser-limits")[1]]
    patches = live.make_circle(
        tool, [os.path.join(build, "src", "redis-server") for build in builds], folder)
    with World(old, os.path.join(folder, "data")) as world:
        said = live.chain(tool, world.daemon, patches, full,
                          lambda version: require_version(world, version))
        world.require_keys()
        return f"{said}; {world.load.stop()} requests, none failed"


def require_version(world, version):
    world.load.require_fine()
    for client in world.idle:
        if ("event_loop_turns" in client.statistics()) != (version == 1):
            raise Failure(f"INFO is not that of version {version}")


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {"debian-patches": debian_patches, "loop-statistics": loop_statistics,
             "parser-limits": parser_limits, "chain": functools.partial(chain, full=full)}
    return servers.named("redis", tests, tool, out)
