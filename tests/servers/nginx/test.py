"""nginx, as Debian builds it, updated under load: the master and its workers.

  debian-patches   the newest version without and with one of its newest patches to C code, each
  loop-statistics  our own patch: the loops of master and workers, the wait for events, a handler
  parser-limits    our own patch, of the kind that mends a hole: the header parser, changed while
                   requests have been read in part
  chain            updates on top of one another through these versions, and all taken back

Uploads, downloads and requests are half done at each change; connections stay open.  At the end the
updated master is reloaded: it forks workers of the new version.
"""

import functools
import os
import signal

from harness import live, servers, sources, web
from harness.loading import load
from harness.tool import Failure, Skip

nginx = load("servers/nginx", "server")
HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS, DEBIAN_PATCHES = 5, 2


def change_all(tool, daemon, command, patch=None):
    """Updates or reverts every process; returns the pauses in microseconds."""
    args = ("apply", patch) if command == "apply" else ("revert",)
    answer = live.change(tool, *args, "--tree", daemon.pid, "--timeout", 60)
    daemon.require_untouched_by_tracers()
    return [process["pause_us"] for process in answer["processes"]]


def cycle(tool, daemon, visitors, patch, rounds, after):
    pauses = []
    for _ in range(rounds):
        pauses += visitors.across(lambda: change_all(tool, daemon, "apply", patch))
        after(daemon, visitors, "new")
        pauses += visitors.across(lambda: change_all(tool, daemon, "revert"))
        after(daemon, visitors, "old")
    pauses += visitors.across(lambda: change_all(tool, daemon, "apply", patch))
    reload(daemon, visitors)
    after(daemon, visitors, "new")
    pauses.sort()
    return (f"{rounds} times and back, then reloaded; {visitors.busy.requests} requests, none "
            f"failed; pause median {pauses[len(pauses) // 2]:.0f} us, longest {pauses[-1]:.0f} us")


def reload(daemon, visitors):
    """The master starts new workers; what is under way is finished by the old ones."""
    before = daemon.processes()[1:]
    visitors.busy.reopen = True
    for connection in visitors.idle:
        connection.close()
    os.kill(daemon.pid, signal.SIGHUP)

    def replaced():
        now = daemon.processes()[1:]
        return len(now) == nginx.WORKERS and not set(now) & set(before)

    live.wait_until("reloaded", replaced)
    visitors.busy.require_fine()
    visitors.idle = [web.Connection(visitors.port) for _ in range(web.IDLE)]


def run(tool, out, old, new, rounds, after):
    patch = os.path.join(out, "patch.sup")
    files = [os.path.join(build, "objs", "nginx") for build in (old, new)]
    answer = live.make_patch(tool, *files, patch)
    folder = live.world_folder()
    try:
        with nginx.start(old, folder) as daemon, \
                web.Visitors(daemon.port, os.path.join(folder, "files"),
                             nginx.WORKERS) as visitors:
            return f"{answer['functions_changed']} functions, " + \
                cycle(tool, daemon, visitors, patch, rounds, after)
    finally:
        live.remove(folder)


def debian_patches(tool, out):
    """The newest patches, one by one; a refusal to build is reported, and not all may be refused."""
    said, updated = [], 0
    for pair in sources.pairs("nginx", count=DEBIAN_PATCHES):
        if pair.new.patch or pair.name.startswith("patches-") or pair.old == pair.new:
            continue
        try:
            said.append(f"{pair.name}: " + run(tool, out, pair.old.build(), pair.new.build(), 1,
                                               lambda daemon, visitors, version: None))
            updated += 1
        except live.Refused as why:
            said.append(f"{pair.name}: {why}")
    if not said:
        raise Skip("the newest version has no patches to C code")
    if not updated:
        raise Failure("; ".join(said))
    return "; ".join(said)


def own(name):
    base = sources.Build("nginx", sources.newest_of_stable("nginx"))
    return base.build(), sources.dataclasses.replace(
        base, patch=os.path.join(HERE, name + ".patch")).build()


def loop_statistics(tool, out):
    def after(daemon, visitors, version):
        require_statistics(visitors, version == "new")
        if version == "new":
            for connection in visitors.idle:
                live.wait_until("the worker counts its turns", lambda c=connection:
                                int(c.get("/status")[2].split(b"Turns: ")[1].split()[0]) > 10)

    return run(tool, out, *own("loop-statistics"), ROUNDS, after)


def require_statistics(visitors, wanted):
    for connection in visitors.idle:
        status, _, body = connection.get("/status")
        if status != 200 or (b"Turns:" in body) != wanted:
            raise Failure(f"status page, with{'' if wanted else 'out'} turns: {body!r}")


def require_limits(daemon, wanted):
    connection = web.Connection(daemon.port)
    status = connection.get("/file-1", "X-" + "n" * 100 + ": 1")[0]
    connection.close()
    if status != (400 if wanted else 200):
        raise Failure(f"a long header name with{'' if wanted else 'out'} limits: status {status}")


def parser_limits(tool, out):
    """A long header name is taken by the old parser and refused by the new one."""
    def after(daemon, visitors, version):
        require_limits(daemon, version == "new")

    return run(tool, out, *own("parser-limits"), ROUNDS, after)


def chain(tool, out, full):
    old, statistics = own("loop-statistics")
    builds = [old, statistics, own("parser-limits")[1]]
    patches = live.make_circle(
        tool, [os.path.join(build, "objs", "nginx") for build in builds], out)
    folder = live.world_folder()
    try:
        with nginx.start(old, folder) as daemon, \
                web.Visitors(daemon.port, os.path.join(folder, "files"),
                             nginx.WORKERS) as visitors:
            said = visitors.across(lambda: live.chain(
                tool, daemon, patches, full,
                lambda version: require_version(daemon, visitors, version)))
            return f"{said}; {visitors.busy.requests} requests, none failed"
    finally:
        live.remove(folder)


def require_version(daemon, visitors, version):
    """0: the plain one, 1: with statistics, 2: with limits."""
    visitors.busy.require_fine()
    require_statistics(visitors, version == 1)
    require_limits(daemon, version == 2)


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {"debian-patches": debian_patches, "loop-statistics": loop_statistics,
             "parser-limits": parser_limits, "chain": functools.partial(chain, full=full)}
    return servers.named("nginx", tests, tool, out)
