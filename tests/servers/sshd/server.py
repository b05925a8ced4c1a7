"""sshd: starting a server with accounts, keys and folders of its own, and sessions of clients.

sshd runs as root in a mount namespace of its own: /etc/passwd and the like are files of the test, /run
and /var/log are empty file systems. No account, log or key of the machine is used or changed. A
session has two processes: a privileged monitor and one with the rights of the user; before the login
the second is chrooted and under seccomp. Every connection executes the file on disk again.
"""

import os
import pty
import re
import select
import shutil
import socket
import struct
import subprocess
import time

from harness.live import Daemon, free_port, wait_until
from harness.tool import Failure, Skip

LOCAL, PRIVSEP = 64102, 64103  # user ids that nobody has

CONFIG = """Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM yes
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowUsers local
Subsystem sftp {folder}/sftp-server
LoginGraceTime 600
MaxStartups 100
PrintMotd no
PrintLastLog no
LogLevel INFO
"""
ETC = {
    "passwd": f"root:x:0:0::/root:/bin/sh\nlocal:x:{LOCAL}:{LOCAL}::{{folder}}/home:/bin/sh\n"
              f"sshd:x:{PRIVSEP}:65534::/run/sshd:/usr/sbin/nologin\n",
    "group": f"root:x:0:\ntty:x:5:\nnogroup:x:65534:\nlocal:x:{LOCAL}:\n",
    "shadow": "root:*:19000::::::\nlocal:*:19000::::::\nsshd:*:19000::::::\n",
    "pam.d/sshd": "auth required pam_permit.so\naccount required pam_permit.so\n"
                  "session required pam_permit.so\n",
}
START = """set -e
for name in passwd group shadow pam.d; do
	mount --bind "$1/etc/$name" /etc/$name
done
mount -t tmpfs none /run
mount -t tmpfs none /var/log
mkdir -m 755 /run/sshd
exec "$1/sshd" -D -e -f "$1/config"
"""


def start(build, folder):
    """The daemon; `folder` is one that others may enter, and is filled with all that it needs."""
    if os.geteuid() != 0:
        raise Skip("sshd changes users and roots: run as root")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True,
                      check=False).returncode != 0:
        raise Skip("no mount namespace can be had, so the test has no accounts of its own")
    os.makedirs(os.path.join(folder, "home"))
    os.chown(os.path.join(folder, "home"), LOCAL, LOCAL)
    for name in ("sshd", "sftp-server", "ssh", "scp", "sftp", "ssh-keygen"):
        shutil.copy2(os.path.join(build, name), os.path.join(folder, name))
    port = free_port()
    for name, text in ETC.items():
        write(os.path.join(folder, "etc", name), text.format(folder=folder))
    write(os.path.join(folder, "config"), CONFIG.format(folder=folder, port=port))
    for name in ("host_key", "key"):
        done = subprocess.run([os.path.join(folder, "ssh-keygen"), "-q", "-t", "ed25519", "-N", "",
                               "-f", os.path.join(folder, name)], capture_output=True, check=False,
                              stdin=subprocess.DEVNULL)
        if done.returncode != 0:
            raise Failure(f"no key: {done.stderr[-300:]}")
    shutil.copy(os.path.join(folder, "key.pub"), os.path.join(folder, "authorized_keys"))
    return Daemon(["unshare", "--mount", "--propagation", "private", "sh", "-c", START, "sh",
                   folder], port, folder)


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def client(folder, port, program, *words):
    """The command line of ssh, scp or sftp as user `local`."""
    port_option = "-p" if program == "ssh" else "-P"
    return [os.path.join(folder, program), "-F", "none", port_option, str(port), "-i",
            os.path.join(folder, "key"), "-o", "StrictHostKeyChecking=no", "-o",
            "UserKnownHostsFile=/dev/null", "-o", "IdentitiesOnly=yes",
            *(["-S", os.path.join(folder, "ssh"), "-o", "LogLevel=ERROR"] if program != "ssh"
              else ["-o", "LogLevel=DEBUG"]), *words]


def banner(port):
    """What a new connection is greeted with."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as made:
        return made.makefile("rb").readline().decode(errors="replace").strip()


class Early:
    """A connection before login, which speaks in the clear: RFC 4253, sections 6 and 11."""

    UNIMPLEMENTED, UNKNOWN = 3, 40

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(b"SSH-2.0-test\r\n")
        self.file = self.socket.makefile("rb")
        self.file.readline()
        self.answer()  # it offers ways to exchange keys
        self.rest, self.sent = b"", 0

    def close(self):
        self.file.close()
        self.socket.close()

    def begin(self, size, cut):
        """Sends the beginning of a packet that the server does not know."""
        padding = 4 + -(size + 9) % 8
        packet = struct.pack(">IBB", size + 1 + padding, padding, self.UNKNOWN) + \
            bytes(size - 1 + padding)
        self.socket.sendall(packet[:cut])
        self.rest = packet[cut:]

    def end(self):
        """Sends the rest; the server must say of this very packet that it does not know it."""
        self.socket.sendall(self.rest)
        kind, body = self.answer()
        if kind != self.UNIMPLEMENTED or body != struct.pack(">I", self.sent):
            raise Failure(f"packet {self.sent} was answered as {body!r}")
        self.sent += 1

    def require_closed(self):
        if self.file.read():
            raise Failure("a packet that is too long was answered")

    def answer(self):
        """(type, what follows it) of the next packet."""
        head = self.file.read(5)
        if len(head) < 5:
            raise Failure("a connection before login was closed")
        size, padding = struct.unpack(">IB", head)
        packet = self.file.read(size - 1)
        return packet[0], packet[1:len(packet) - padding]


class Shell:
    """An interactive session with a terminal; `options` are options of ssh."""

    def __init__(self, folder, port, *options):
        self.log = os.path.join(folder, f"shell-{time.monotonic_ns()}")
        self.main, side = pty.openpty()
        self.child = subprocess.Popen(client(folder, port, "ssh", "-tt", "-E", self.log, *options,
                                             "local@127.0.0.1"), stdin=side, stdout=side,
                                      stderr=side, start_new_session=True)
        os.close(side)
        self.count = 0
        self.seen = ""
        self.require("first")

    def close(self):
        self.child.kill()
        self.child.wait()
        os.close(self.main)

    def type(self, text):
        os.write(self.main, text.encode())

    def wait(self, pattern, limit=30):
        end = time.monotonic() + limit
        while not re.search(pattern, self.seen):
            ready, _, _ = select.select([self.main], [], [], 1)
            if ready:
                self.seen += os.read(self.main, 65536).decode(errors="replace")
            if time.monotonic() > end:
                raise Failure(f"the terminal shows no {pattern!r}: {self.seen[-300:]!r}")

    def key_exchanges(self):
        """How often new keys were taken; needs LogLevel=DEBUG."""
        with open(self.log, encoding="utf-8", errors="replace") as file:
            return file.read().count("SSH2_MSG_NEWKEYS received")

    def require(self, word):
        """The shell computes an answer, so that the echo of what was typed is not taken for it."""
        self.count += 1
        self.type(f"echo {word}-$(({self.count}*7))-end; tty\n")
        self.wait(f"{word}-{self.count * 7}-end\\s+/dev/pts/")


class Forward:
    """A forwarded connection through a Shell's session to an echo server of the test."""

    def __init__(self, port, echo):
        self.echo = echo
        self.socket = wait_until("the forwarded port", lambda: connect(port))
        self.socket.settimeout(30)
        self.peer = echo.accept()[0]
        self.peer.settimeout(30)
        self.sent = 0

    def close(self):
        self.socket.close()
        self.peer.close()

    def require(self, size=8000):
        """Some bytes both ways."""
        for source, target in ((self.socket, self.peer), (self.peer, self.socket)):
            self.sent += 1
            text = b"%08d" % self.sent * (size // 8)
            source.sendall(text)
            found = b""
            while len(found) < len(text):
                piece = target.recv(65536)
                if not piece:
                    raise Failure("the forwarded connection was closed")
                found += piece
            if found != text:
                raise Failure("the forwarded connection carries other bytes")


def connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=10)
    except ConnectionRefusedError:
        return None


class Transfer:
    """A file that goes over sftp at a limited speed; `-l` counts kilobits a second."""

    def __init__(self, folder, port, size, kilobits, upload):
        self.source = os.path.join(folder, "home", f"source-{time.monotonic_ns()}")
        self.target = self.source.replace("source", "target")
        with open(self.source, "wb") as file:
            file.write(os.urandom(size))
        os.chown(self.source, LOCAL, LOCAL)
        here, there = (self.source, self.target) if upload else (self.target, self.source)
        remote = f"local@127.0.0.1:{there}"
        self.child = subprocess.Popen(
            client(folder, port, "scp", "-q", "-l", str(kilobits), "-o", "RekeyLimit=512K",
                   *((here, remote) if upload else (remote, here))),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        wait_until("the transfer to begin", lambda: self.progress() or self.child.poll())

    def progress(self):
        return os.path.getsize(self.target) if os.path.exists(self.target) else 0

    def close(self):
        self.child.kill()
        self.child.communicate()

    def finish(self, limit=120):
        """Waits for the end and compares the files."""
        out, _ = self.child.communicate(timeout=limit)
        if self.child.returncode != 0:
            raise Failure(f"scp ended with status {self.child.returncode}: {out[-300:]}")
        with open(self.source, "rb") as a, open(self.target, "rb") as b:
            if a.read() != b.read():
                raise Failure("a file that scp carried is not the same")
