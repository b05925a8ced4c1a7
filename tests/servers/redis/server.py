"""redis: starting a server, and a client that speaks just enough of its protocol."""

import os
import socket

from harness.live import Daemon, free_port
from harness.tool import Failure

CONFIG = """bind 127.0.0.1
port {port}
dir {folder}
daemonize no
save ""
appendonly no
lazyfree-lazy-user-del yes
"""


def start(build, folder, port=None):
    """A server of that build with its files in `folder`; threads: the event loop and three more."""
    os.makedirs(folder, exist_ok=True)
    port, path = port or free_port(), os.path.join(folder, "redis.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CONFIG.format(port=port, folder=folder))
    return Daemon([os.path.join(build, "src", "redis-server"), path], port, folder)


def encode(*words):
    words = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words)


class Client:
    """One connection.  An error of the server is returned as a Failure, not raised."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def call(self, *words):
        self.send(encode(*words))
        return self.answer()

    def answer(self):
        line = self.file.readline()
        if not line.endswith(b"\r\n"):
            raise Failure(f"the connection to redis was closed: {line!r}")
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest
        if kind == b"-":
            return Failure(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == b"-1" else self.file.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self.answer() for _ in range(int(rest))]
        raise Failure(f"not an answer of redis: {line!r}")

    def statistics(self):
        text = self.call("INFO", "stats").decode()
        return dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)
