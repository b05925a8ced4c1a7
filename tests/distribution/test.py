#!/usr/bin/env python3
"""Programs as a distribution has them: packaged, stripped, upgraded on disk while they run.

Each server is built from Debian's source with Debian's hardening flags, in two versions, and made
into packages as debhelper does it: the debug information is worked over by dwz, split off,
compressed and put into a -dbgsym package; the program is stripped.  The first version's package is
installed by dpkg into a root of its own, and the server is started from there.  Then dpkg installs
the second, and the processes, whose file is gone from the disk by that, are updated to it, with
clients connected.  The debug information comes from a debuginfod on a loopback of its own, which
reads the -dbgsym packages.

usage: tests/distribution/test.py [--walkthrough FILE]
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from cases.debugfiles import build_id, debuginfod, wait_until_served  # noqa: E402
from harness import sources  # noqa: E402
from harness.live import Daemon, free_port, wait_until  # noqa: E402
from harness.loading import load  # noqa: E402
from harness.tool import Failure, Skip, Tool  # noqa: E402


vsftpd = load("servers/vsftpd", "server")


def run(*command):
    done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {done.stderr.strip()[-600:]}")
    return done.stdout


# debuginfod's -U asks for bsdtar.
READ_PACKAGES = ("-Z", ".deb=(dpkg-deb --fsys-tarfile /dev/stdin)<")


class Story:
    """The commands of a walk through, with what they said."""

    def __init__(self, tool, inside, cache, names):
        self.tool, self.inside, self.cache, self.names = tool, inside, cache, names
        self.text = []

    def say(self, text):
        self.text.append(text + "\n")

    def shown(self, text):
        for long, short in self.names:
            text = text.replace(long, short)
        return text

    def record(self, command, output):
        lines = [f"    $ {command}", *("    " + line for line in output.splitlines())]
        self.text.append(self.shown("\n".join(lines)) + "\n")

    def call(self, *args, statuses=(0,)):
        """Runs the tool where the server of debug files can be reached."""
        words = [str(arg) for arg in args]
        done = subprocess.run([*self.inside, f"STRONGUPDATE_CACHE={self.cache}", self.tool.path,
                               *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False, timeout=300)
        self.record("strongupdate " + " ".join(words), done.stdout + done.stderr)
        if done.returncode not in statuses:
            raise Failure(f"strongupdate {' '.join(words)}: status {done.returncode}: "
                          f"{(done.stderr or done.stdout).strip()[-800:]}")
        return done.stdout


# ---- packages, as debhelper makes them ----

def control(name, version):
    return (f"Package: {name}\nVersion: {version}\nArchitecture: amd64\n"
            "Maintainer: nobody <nobody@localhost>\nDescription: a package of the tests\n")


def make_package(folder, name, version, files):
    """NAME_VERSION.deb with `files`: (path in the package, path of the contents)."""
    tree = os.path.join(folder, f"{name}-{version}.tree")
    os.makedirs(os.path.join(tree, "DEBIAN"))
    with open(os.path.join(tree, "DEBIAN", "control"), "w", encoding="ascii") as file:
        file.write(control(name, version))
    for path, contents in files:
        target = os.path.join(tree, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy2(contents, target)
    package = os.path.join(folder, f"{name}_{version}_amd64.deb")
    run("dpkg-deb", "--root-owner-group", "-b", tree, package)
    shutil.rmtree(tree)
    return package


def split(program, folder):
    """What dh_dwz and dh_strip do: (stripped program, debug file)."""
    stripped = shutil.copy2(program, os.path.join(folder, os.path.basename(program)))
    run("dwz", stripped)
    debug = stripped + ".debug"
    run("objcopy", "--only-keep-debug", "--compress-debug-sections", stripped, debug)
    run("strip", "--remove-section=.comment", "--remove-section=.note", stripped)
    run("objcopy", f"--add-gnu-debuglink={debug}", stripped)
    return stripped, debug


class Distribution:
    """Two versions of a package, their -dbgsym packages in a folder of their own, and a root."""

    def __init__(self, folder, name, path, programs):
        self.root, self.path = os.path.join(folder, "root"), path
        self.symbols = os.path.join(folder, "symbols")
        self.installed = os.path.join(self.root, path)
        self.stripped, self.packages = [], []
        for place in (self.symbols, os.path.join(self.root, "var/lib/dpkg/updates"),
                      os.path.join(self.root, "var/lib/dpkg/info")):
            os.makedirs(place)
        for empty in ("status", "available"):
            with open(os.path.join(self.root, "var/lib/dpkg", empty), "w", encoding="ascii"):
                pass
        for version, program in enumerate(programs, 1):
            work = os.path.join(folder, f"version-{version}")
            os.makedirs(work)
            stripped, debug = split(program, work)
            identity = build_id(stripped)
            self.stripped.append(stripped)
            self.packages.append(make_package(folder, name, f"{version}.0-1", [(path, stripped)]))
            make_package(self.symbols, name + "-dbgsym", f"{version}.0-1",
                         [(f"usr/lib/debug/.build-id/{identity[:2]}/{identity[2:]}.debug", debug)])
            self.require_stripped(stripped)

    @staticmethod
    def require_stripped(program):
        sections = run("readelf", "-SW", program)
        if ".symtab" in sections or ".debug_info" in sections:
            raise Failure(f"{program} is not stripped")
        header = run("readelf", "-ldW", program)
        if "DYN (" not in header and "BIND_NOW" not in header:
            raise Failure(f"{program} is not hardened")

    def install(self, version, story):
        package = self.packages[version - 1]
        said = run("dpkg", f"--root={self.root}", "--log=/dev/null", "--force-not-root", "-i",
                   package)
        story.record(f"dpkg -i {os.path.basename(package)}", said.strip())


# ---- the servers ----

class Memcached:
    """memcached, with a connection that stays."""
    name, path, patch = "memcached", "usr/bin/memcached", "loop-statistics"

    def start(self, program, folder):
        port = free_port()
        return Daemon([program, "-u", "root", "-l", "127.0.0.1", "-p", str(port), "-U", "0"], port,
                      folder)

    def connect(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        self.ask(b"set key 0 0 5\r\nvalue\r\n", b"STORED\r\n")

    def ask(self, request, end):
        """The answer, up to `end`."""
        self.socket.sendall(request)
        answer = b""
        while not answer.endswith(end):
            piece = self.socket.recv(65536)
            if not piece:
                raise Failure(f"{request!r} was answered {answer!r}")
            answer += piece
        return answer

    def is_new(self):
        """Asks on the same connection; what was stored must be there."""
        value = self.ask(b"get key\r\n", b"END\r\n")
        if value != b"VALUE key 0 5\r\nvalue\r\nEND\r\n":
            raise Failure(f"what was stored is {value!r}")
        return b"loop_commands" in self.ask(b"stats\r\n", b"END\r\n")

    def close(self):
        self.socket.close()


class Vsftpd:
    """vsftpd, with a session that is logged in; its processes are of several users, and chrooted.
    """
    name, path, patch = "vsftpd", "usr/sbin/vsftpd", "session-counts"

    def start(self, program, folder):
        os.chmod(folder, 0o755)
        return vsftpd.start(program, folder, copied=False)

    def connect(self, server):
        self.session = vsftpd.Session(server.port, "ftp")

    def is_new(self):
        return "command" in self.session.say("NOOP")

    def close(self):
        self.session.close()


def update(story, client, server, distribution, folder):
    """Upgraded on disk, updated, reverted and updated again, with the client connected."""
    patch = os.path.join(folder, "update.sup")
    distribution.install(2, story)
    story.say("The file that the processes run is gone from the disk:")
    story.call("scan", "--tree", server.pid, statuses=(1,))
    story.say("What they have mapped of it is the old build:")
    said = story.call("build", server.pid_of_program, distribution.installed, "-o", patch)
    if "functions    0 changed" in said or "functions" not in said:
        raise Failure(f"the patch changes nothing: {said}")
    story.call("check", patch, "--tree", server.pid)
    for round_ in (1, 2):
        story.call("apply", patch, "--tree", server.pid)
        wait_until("the new version answers", client.is_new)
        story.call("status", "--tree", server.pid)
        story.call("scan", "--tree", server.pid)
        if round_ == 1:
            story.call("revert", "--tree", server.pid)
            wait_until("the old version answers", lambda: not client.is_new())
    story.call("revert", "--tree", server.pid)
    wait_until("the old version answers", lambda: not client.is_new())
    story.say("All of that is one command:")
    story.call("live", "--tree", server.pid)
    wait_until("the new version answers", client.is_new)
    story.call("live", "--tree", server.pid)
    server.require_untouched_by_tracers()


def go(tool, client, folder):
    """The whole way of one server; returns its story."""
    package = client.name
    newest = sources.Build(package, sources.newest_of_stable(package))
    own = os.path.join(sources.OWN, package, client.patch + ".patch")
    builds = [newest, sources.Build(package, newest.version, patch=own)]
    programs = [os.path.join(build.build(), package) for build in builds]
    distribution = Distribution(folder, package, client.path, programs)
    with debuginfod(folder, distribution.symbols, READ_PACKAGES) as (inside, url, log):
        for program in distribution.stripped:
            wait_until_served(inside, program, log)
        cache = os.path.join(folder, "cache")
        story = Story(tool, inside, cache, [(distribution.root, ""),
                                            (cache, "/var/cache/strongupdate"), (folder, "/tmp")])
        story.say(f"## {package} {newest.version}\n")
        distribution.install(1, story)
        place = os.path.join(folder, "server")
        os.makedirs(place)
        with client.start(distribution.installed, place) as server:
            server.pid_of_program = server.mapping(distribution.installed)[0]
            story.record(f"export DEBUGINFOD_URLS={url}", "")
            client.connect(server)
            try:
                if client.is_new():
                    raise Failure("the first package is not the old version")
                update(story, client, server, distribution, folder)
            finally:
                client.close()
    return story


def one(tool, client):
    # Not in the build folder: others than root enter it.
    folder = tempfile.mkdtemp(prefix="su-distribution-")
    try:
        return go(tool, client, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


SERVERS = (Memcached, Vsftpd)


def items(tool, _out):
    for kind in SERVERS:
        def execute(kind=kind):
            if os.geteuid() != 0:
                raise Skip("dpkg installs as root only")
            one(tool, kind())
        yield f"distribution {kind.name}", execute


INTRODUCTION = """# A walk through: from `apt upgrade` to updated services

Written by `tests/distribution/test.py --walkthrough`; `make test-distribution` goes the same way,
and checks what clients see. The packages are built from Debian's source, with its hardening flags,
stripped, with the debug information in -dbgsym packages that a debuginfod serves. Paths are shown
as they would be on a machine of one's own.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--walkthrough", metavar="FILE", help="write what was said to this file")
    options = parser.parse_args()
    tool = Tool(os.path.join(TOP, "build", "strongupdate"))
    stories = [one(tool, kind()) for kind in SERVERS]
    text = "\n".join([INTRODUCTION, *("\n".join(story.text) for story in stories)])
    text = re.sub(r"[ \t]+$", "", text, flags=re.M)
    if options.walkthrough:
        with open(options.walkthrough, "w", encoding="utf-8") as file:
            file.write(re.sub(r"\n{3,}", "\n\n", text))
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
