#!/usr/bin/env python3
"""Fifty busy memcached connections, each with one request under way at any time.

usage: load.py PORT CONNECTIONS KEYS

It reads and writes keys, checks every byte of every answer, and now and then asks for the version.
Commands on standard input, each answered by one line on standard output:

    expect TEXT   ok when every connection has had a version answer that contains TEXT, to a request
                  sent after the command; `expect !TEXT`: that does not contain it
    stop          ok with the number of requests

The first wrong answer or lost connection ends it with a line `FAILED: ...`.  No connection is ever
opened again.
"""

import random
import selectors
import socket
import sys
import time


def value_of(key):
    return (f"value-{key}-" + "x" * (key % 200)).encode()


class Wrong(Exception):
    """The server did not do what it must."""


class Connection:
    """One client: sends a request, reads its whole answer, sends the next."""

    def __init__(self, number, port, keys):
        self.number, self.keys = number, keys
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.random = random.Random(number)
        self.data = b""
        self.requests = 0
        self.expected = b""
        self.asked_at = 0.0
        self.last_version = None  # (asked at, answer)
        self.own = None

    def send_next(self):
        """Sends a random request and remembers the answer it must get."""
        self.requests += 1
        kind = self.requests % 8
        self.asked_at = time.monotonic()
        if kind == 0:
            request, self.expected = b"version\r\n", None
        elif kind in (1, 2):
            self.own = b"%d" % self.requests
            request = b"set own-%d 0 0 %d\r\n%s\r\n" % (self.number, len(self.own), self.own)
            self.expected = b"STORED\r\n"
        elif kind == 3 and self.own is not None:
            request = b"get own-%d\r\n" % self.number
            self.expected = b"VALUE own-%d 0 %d\r\n%s\r\nEND\r\n" % (self.number, len(self.own),
                                                                     self.own)
        else:
            key = self.random.randrange(self.keys)
            value = value_of(key)
            request = b"get key-%d\r\n" % key
            self.expected = b"VALUE key-%d 0 %d\r\n%s\r\nEND\r\n" % (key, len(value), value)
        sent = self.socket.send(request)
        if sent != len(request):
            raise Wrong(f"connection {self.number}: the request went out in part")

    def receive(self):
        data = self.socket.recv(65536)
        if not data:
            raise Wrong(f"connection {self.number}: closed by the server")
        self.data += data
        if self.expected is None:
            if not self.data.endswith(b"\r\n"):
                return
            if not self.data.startswith(b"VERSION "):
                raise Wrong(f"connection {self.number}: version answered {self.data[:80]!r}")
            self.last_version = (self.asked_at, self.data.decode())
        elif len(self.data) < len(self.expected):
            return
        elif self.data != self.expected:
            raise Wrong(f"connection {self.number}: {self.data[:80]!r} "
                        f"instead of {self.expected[:80]!r}")
        self.data = b""
        self.send_next()

    def agrees(self, since, text):
        if self.last_version is None or self.last_version[0] < since:
            return False
        wanted, text = (False, text[1:]) if text.startswith("!") else (True, text)
        return (text in self.last_version[1]) == wanted


class Load:
    """All connections and the commands from standard input."""

    def __init__(self, port, count, keys):
        self.connections = [Connection(number, port, keys) for number in range(count)]
        self.selector = selectors.DefaultSelector()
        for connection in self.connections:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        self.expecting = None  # (since, text)

    def run(self):
        for connection in self.connections:
            connection.send_next()
        while True:
            for key, _ in self.selector.select(1):
                if key.data is None:
                    if not self.command(sys.stdin.readline().split()):
                        return
                else:
                    key.data.receive()
            self.watch()

    def watch(self):
        now = time.monotonic()
        for connection in self.connections:
            if now - connection.asked_at > 20:
                raise Wrong(f"connection {connection.number}: no answer in 20 s")
        if self.expecting and all(c.agrees(*self.expecting) for c in self.connections):
            self.expecting = None
            self.answer("ok")

    def command(self, words):
        if words[:1] == ["expect"]:
            self.expecting = time.monotonic(), " ".join(words[1:])
            return True
        self.answer(f"ok {sum(c.requests for c in self.connections)}")
        return False

    @staticmethod
    def answer(text):
        print(text, flush=True)


def main():
    port, count, keys = map(int, sys.argv[1:4])
    try:
        Load(port, count, keys).run()
    except (Wrong, OSError) as why:
        print(f"FAILED: {why}", flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
