"""httpd (Debian's apache2) updated under load: parent and children, program and modules.

  event, worker, prefork   each model with our own patch of main, of the loops of parent, listener
                           and workers, and of the code in which connections wait: the program is
                           updated, and the model's module.  At the end of both a graceful restart.
  parser-limits            of the kind that mends a hole: the header parser, changed while requests
                           have been read in part and a thread waits in it for the rest
  rewrite-rounds           mod_rewrite, a module, changed while a request waits in it for the answer
                           of a map program that has come in part.  At the end graceful restarts,
                           which load the module from its file: first the old one, then the new one
  chain                    updates of the program on top of one another, there and back and there
                           again, and all taken back

Uploads, downloads and requests are half done at each change; connections stay open.  Where a request
waits in code that may not be carried over yet (parser-limits, rewrite-rounds), a refusal is reported
and must leave the server as it was; without such a request the change must be made.
"""

import contextlib
import functools
import os
import shutil
import signal
import time

from harness import live, servers, sources, web
from harness.loading import load
from harness.tool import Failure, reason_of

httpd = load("servers/httpd", "server")
HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 3
MPM = "server/mpm/{0}/mod_mpm_{0}.so"
REWRITE = "modules/mappers/mod_rewrite.so"


def builds(name):
    """The folders of the newest version without and with our patch."""
    base = sources.Build("apache2", sources.newest_of_stable("apache2"))
    new = sources.dataclasses.replace(base, patch=os.path.join(HERE, name + ".patch"))
    return base.build(), new.build()


@contextlib.contextmanager
def own_copy(build):
    """A copy of a build, whose files may be replaced."""
    folder = live.world_folder()
    try:
        yield shutil.copytree(build, os.path.join(folder, "build"))
    finally:
        live.remove(folder)


class Change:
    """A new version of some files of the server: a patch for each, applied to all processes."""

    def __init__(self, tool, out, name, files):
        self.tool = tool
        self.old, self.new = builds(name)
        self.patches, self.pauses, self.functions = [], [], 0
        for file in files:
            path = os.path.join(out, os.path.basename(file) + ".sup")
            answer = live.make_patch(tool, os.path.join(self.old, file),
                                     os.path.join(self.new, file), path)
            self.functions += answer["functions_changed"]
            self.patches.append(path)

    def apply(self, daemon):
        for patch in self.patches:
            self._run(daemon, "apply", patch)

    def try_to_apply(self, daemon):
        """None, or why it was refused; then nothing was changed."""
        status, answer, errors = self.tool.call("apply", self.patches[0], "--tree", daemon.pid,
                                                "--timeout", "3")
        daemon.require_untouched_by_tracers()
        if status == 1 and answer["code"] == "busy":
            return "refused: " + reason_of(answer, errors)
        if status != 0:
            raise Failure(f"apply: status {status}: {reason_of(answer, errors)}")
        return None

    def revert(self, daemon):
        for _ in self.patches:
            self._run(daemon, "revert")

    def _run(self, daemon, *command):
        answer = live.change(self.tool, *command, "--tree", daemon.pid, "--timeout", 60)
        self.pauses += [process["pause_us"] for process in answer["processes"]]
        daemon.require_untouched_by_tracers()

    def summary(self, visitors, rounds):
        self.pauses.sort()
        return (f"{self.functions} functions in {len(self.patches)} files, {rounds} times and "
                f"back; {visitors.busy.requests} requests, none failed; pause median "
                f"{self.pauses[len(self.pauses) // 2]:.0f} us, longest {self.pauses[-1]:.0f} us")


class Site:
    """A server with its clients and files."""

    def __init__(self, build, mpm):
        self.folder = live.world_folder()
        self.build, self.mpm = build, mpm
        self.daemon = self.visitors = None

    def __enter__(self):
        try:
            self.daemon = httpd.start(self.build, self.folder, self.mpm)
            self.daemon.__enter__()
            live.wait_until("the children are there", lambda: len(self.children()) >= 2)
            self.visitors = web.Visitors(self.daemon.port, os.path.join(self.folder, "files"))
            self.visitors.__enter__()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.visitors:
            self.visitors.__exit__()
        if self.daemon:
            self.daemon.end()
        live.remove(self.folder)

    def children(self):
        """The children that serve; the map program is another program."""
        return [pid for pid in self.daemon.processes()[1:] if live.maps_file(pid, "apache2")]

    def log(self):
        return web.read(os.path.join(self.folder, "error.log")).decode("utf-8", "replace")

    def restart_gracefully(self):
        before = self.children()
        self.visitors.busy.reopen = True
        for connection in self.visitors.idle:
            connection.close()
        os.kill(self.daemon.pid, signal.SIGUSR1)
        live.wait_until("restarted", lambda: self.children() and
                        not set(self.children()) & set(before), 40)
        self.visitors.busy.require_fine()
        self.visitors.idle = [web.Connection(self.daemon.port) for _ in range(web.IDLE)]


def loops(mpm):
    def test(tool, out):
        change = Change(tool, out, "loop-statistics", ["apache2"])
        model = Change(tool, out, "loop-statistics", [MPM.format(mpm)])
        with Site(change.old, mpm) as site:
            visitors = site.visitors
            for _ in range(ROUNDS):
                visitors.across(lambda: change.apply(site.daemon))
                visitors.all_agree("the new version", lambda headers: int(headers["x-served"]) > 0)
                new_connection(site, True)
                visitors.across(lambda: change.revert(site.daemon))
                visitors.all_agree("the old version", lambda headers: "x-served" not in headers)
                new_connection(site, False)
            visitors.across(lambda: change.apply(site.daemon))
            restart(site)
            said = change.summary(visitors, ROUNDS)
        with Site(change.old, mpm) as site:
            update_model(site, model)
        return f"{said}; {MPM.format(mpm)}: {model.functions} functions"
    return test


def update_model(site, model):
    """The module with the loops of listener, workers and children; then back, and a restart."""
    site.visitors.across(lambda: model.apply(site.daemon))
    require_loops_changed(site)
    site.visitors.across(lambda: model.revert(site.daemon))
    site.restart_gracefully()


def new_connection(site, is_new):
    connection = web.Connection(site.daemon.port)
    for _ in range(3):
        status, headers, _ = connection.get("/file-7")
        if status != 200 or ("x-served" in headers) != is_new:
            raise Failure(f"a new connection: status {status}, {headers}")
    connection.close()


def require_loops_changed(site):
    """The loops of listener, workers or children say what they count."""
    def said():
        for _ in range(40):
            connection = web.Connection(site.daemon.port)
            connection.get("/file-1", "Connection: close")
            connection.close()
        return "connections" in site.log() if site.mpm == "prefork" else \
            " turns" in site.log() and "connections" in site.log()

    live.wait_until("the loops log what they count", said, 40)


def restart(site):
    """main and the parent's loop go on in the new version; children are forked by it."""
    site.restart_gracefully()
    live.wait_until("main counts its rounds",
                    lambda: "the server has run for 1 rounds" in site.log())
    site.visitors.all_agree("after the restart", lambda headers: int(headers["x-served"]) > 0)


def parser_limits(tool, out):
    change = Change(tool, out, "parser-limits", ["apache2"])
    with Site(change.old, "event") as site:
        refusal = site.visitors.across(lambda: change.try_to_apply(site.daemon))
        if refusal:
            change.apply(site.daemon)
        long_name(site, 400)
        site.visitors.across(lambda: None)
        change.revert(site.daemon)
        long_name(site, 200)
        for _ in range(ROUNDS):
            change.apply(site.daemon)
            change.revert(site.daemon)
        site.visitors.busy.require_fine()
        return change.summary(site.visitors, ROUNDS) + (f"; {refusal}" if refusal else "")


def long_name(site, wanted):
    connection = web.Connection(site.daemon.port)
    status = connection.get("/file-1", "X-" + "n" * 100 + ": 1")[0]
    connection.close()
    if status != wanted:
        raise Failure(f"a long header name: status {status} instead of {wanted}")


def rewrite_rounds(tool, out):
    change = Change(tool, out, "rewrite-rounds", [REWRITE])
    with own_copy(change.old) as build, Site(build, "event") as site:
        refusal = across_map(site, 0, lambda: change.try_to_apply(site.daemon))
        if refusal:
            change.apply(site.daemon)
        rewritten(site, True)
        change.revert(site.daemon)
        rewritten(site, False)
        for _ in range(ROUNDS):
            site.visitors.across(lambda: change.apply(site.daemon))
            rewritten(site, True)
            site.visitors.across(lambda: change.revert(site.daemon))
            rewritten(site, False)
        reload_module(site, change)
        return change.summary(site.visitors, ROUNDS) + (f"; {refusal}" if refusal else "")


def reload_module(site, change):
    """What runs after a restart is the file's version; while that is the old one, the module can be
    updated again."""
    change.apply(site.daemon)
    site.restart_gracefully()
    rewritten(site, False)
    change.apply(site.daemon)
    rewritten(site, True)
    path = os.path.join(site.build, REWRITE)
    shutil.copy2(os.path.join(change.new, REWRITE), path + ".new")
    os.replace(path + ".new", path)
    site.restart_gracefully()
    rewritten(site, True)
    status, answer, errors = change.tool.call("status", site.daemon.pid)
    if status != 0 or any(process["updates"] for process in answer["processes"]):
        raise Failure(f"status {status}, {reason_of(answer, errors)}: {answer}")


def across_map(site, number, change):
    """A request waits inside mod_rewrite while it is changed."""
    waiting = web.Connection(site.daemon.port)
    name = f"file-{number}"
    waiting.send(web.request("GET", f"/mapped/slow-{name}"))
    time.sleep(0.2)
    result = change()
    go = os.path.join(site.folder, "files", name + ".go")
    with open(go, "w", encoding="ascii"):
        pass
    site.visitors.require(waiting.answer(), web.content(number))
    os.unlink(go)
    waiting.close()
    return result


def rewritten(site, is_new):
    connection = web.Connection(site.daemon.port)
    status, headers, body = connection.get("/other/file-9")
    connection.close()
    if status != 200 or body != web.content(9) or ("x-rules-tried" in headers) != is_new:
        raise Failure(f"a rewritten request: status {status}, {headers}")


def chain(tool, out, full):
    old, new = builds("loop-statistics")
    patches = live.make_circle(tool, [os.path.join(build, "apache2") for build in (old, new)], out)
    with Site(old, "event") as site:
        def look(version):
            site.visitors.busy.require_fine()
            new_connection(site, version == 1)

        said = site.visitors.across(lambda: live.chain(tool, site.daemon, patches, full, look))
        return f"{said}; {site.visitors.busy.requests} requests, none failed"


def items(tool, out, full):
    """(name, function) of each test."""
    tests = {mpm: loops(mpm) for mpm in httpd.MPMS}
    tests.update({"parser-limits": parser_limits, "rewrite-rounds": rewrite_rounds,
                  "chain": functools.partial(chain, full=full)})
    return servers.named("httpd", tests, tool, out)
