"""The servers of the experiments: what differs between them.

For each a list of candidates, pairs of builds with the one that changes most first: loops that never
end.  The first that builds and applies under clients is measured; the others are reported as refused.
"""

import dataclasses
import os
import signal
import typing

from experiments import loads
from harness import live, sources
from harness.loading import load
from harness.tool import Skip

httpd, nginx, redis, sshd, vsftpd = (load(f"servers/{name}", "server") for name in
                                     ("httpd", "nginx", "redis", "sshd", "vsftpd"))


@dataclasses.dataclass(frozen=True)
class Candidate:
    """Two builds, and what the change between them is."""
    change: str
    old: sources.Build
    new: sources.Build


@dataclasses.dataclass(frozen=True)
class Server:
    """What differs between servers."""
    name: str
    package: str
    file: str  # that is updated, in the folder of a build
    start: typing.Callable  # (build, folder, port or None) -> live.Daemon
    candidates: typing.Callable  # () -> list of Candidate
    loads: tuple
    clients: typing.Callable  # place -> options of bench/clients.c
    asks: str  # what those clients do
    reload: int = 0  # the signal of the server's own graceful reload
    copied: str = ""  # the server executes this file in its own folder
    keeps_sessions: bool = False  # at a restart, by Debian's service file (KillMode=process)


def own(package, stem, compiler="gcc", version=None):
    """The newest version, without and with our patch STEM."""
    paths = [path for path in sources.own_patches(package)
             if os.path.basename(path) == stem + ".patch"]
    old = sources.Build(package, version or sources.newest_of_stable(package), compiler)
    return Candidate(f"our patch {stem}" + (", built by clang" if compiler == "clang" else ""), old,
                     dataclasses.replace(old, patch=paths[0]))


def memcached_candidates():
    # Our patch is against the oldest of Debian 12.
    return [own("memcached", "loop-statistics",
                version=sources.available("memcached", "bookworm")[0])]


def vsftpd_candidates():
    return [own("vsftpd", "session-counts"), own("vsftpd", "session-counts", "clang"),
            own("vsftpd", "command-parser")]


def sshd_candidates():
    found = [own("openssh", "loop-counts")]
    versions = sources.available("openssh", "bookworm")
    if len(versions) > 1:
        found.append(Candidate(f"Debian's update from {versions[0]}",
                               sources.Build("openssh", versions[0]),
                               sources.Build("openssh", versions[-1])))
    return found


def start_memcached(build, folder, port=None):
    port = port or live.free_port()
    user = ["-u", "root"] if os.geteuid() == 0 else []
    return live.Daemon([os.path.join(build, "memcached"), "-l", "127.0.0.1", "-p", str(port), "-t",
                        "4", "-U", "0", *user], port, folder)


def start_vsftpd(build, folder, _port=None):
    return vsftpd.start(os.path.join(build, "vsftpd"), folder)


def start_sshd(build, folder, _port=None):
    return sshd.start(build, folder)


def lines(request, wanted, *more):
    return lambda place: ["-a", "line", "-r", request, "-w", wanted, "-p", str(place.port), *more]


def ask_web(place):
    return ["-a", "http", "-r", "GET /file-3 HTTP/1.1\r\nHost: localhost\r\n\r\n", "-p",
            str(place.port)]


def ask_sshd(place):
    return ["-a", "line", "-r", "hello\n", "-w", "hello", "-e", loads.echo_command(place)]


def web(name, package, file, start, reload):
    return Server(name, package, file, start, lambda: [own(package, "loop-statistics")],
                  (loads.Wrk(),), ask_web, "GET of a file of 3.6 kB", reload)


SERVERS = [
    Server("vsftpd", "vsftpd", "vsftpd", start_vsftpd, vsftpd_candidates,
           (loads.FtpDownloads(), loads.FtpUploads(), loads.FtpLogins()),
           lines("NOOP\r\n", "200", "-l", "USER local\nPASS password"), "NOOP, logged in",
           signal.SIGHUP, copied="vsftpd"),
    *(web(f"httpd {mpm}", "apache2", "apache2",
          lambda build, folder, port=None, mpm=mpm: httpd.start(build, folder, mpm, port),
          signal.SIGUSR1) for mpm in httpd.MPMS),
    Server("sshd", "openssh", "sshd", start_sshd, sshd_candidates,
           (loads.SshFiles(), loads.SshLogins()), ask_sshd, "a line to `cat` and back",
           signal.SIGHUP, copied="sshd", keeps_sessions=True),
    web("nginx", "nginx", "objs/nginx", nginx.start, signal.SIGHUP),
    Server("redis", "redis", "src/redis-server", redis.start,
           lambda: [own("redis", "loop-statistics")], (loads.RedisBenchmark(),),
           lines("PING\r\n", "+PONG"), "PING"),
    Server("memcached", "memcached", "memcached", start_memcached, memcached_candidates,
           (loads.Memcached(),), lines("get nothing\r\n", "END"), "a get"),
]


def chosen(names):
    found = [server for server in SERVERS
             if not names or any(name in server.name for name in names)]
    if not found:
        raise Skip(f"no such server; there are: {', '.join(s.name for s in SERVERS)}")
    return found
