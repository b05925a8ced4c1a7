#!/usr/bin/env python3
"""Clients of the example server.

usage: client.py PORT [CONNECTIONS [SECONDS]]

Each connection adds 1 over and over and checks that its total never skips or repeats a number.  A
lost connection or a wrong answer is an error; no connection is ever opened again.
"""

import selectors
import socket
import sys
import threading
import time


class Connection:
    """One client with one request under way."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.total, self.data, self.sent, self.answer = 0, b"", 0.0, ""

    def send(self):
        self.sent = time.monotonic()
        self.socket.sendall(b"add 1\n")


class Clients(threading.Thread):
    """All connections, in one thread; look at the counts at any time."""

    def __init__(self, port, count, pause=0.001):
        super().__init__(daemon=True)
        self.connections = [Connection(port) for _ in range(count)]
        self.requests = self.new_answers = 0
        self.slowest = 0.0
        self.errors = []
        self.pause = pause
        self.stopping = False

    def run(self):
        selector = selectors.DefaultSelector()
        for connection in self.connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        while not self.stopping and not self.errors:
            for key, _ in selector.select(0.2):
                try:
                    self._receive(key.data)
                except OSError as why:
                    self.errors.append(str(why))
            time.sleep(self.pause)
            self._look_for_silence()

    def _receive(self, connection):
        data = connection.socket.recv(4096)
        connection.data += data
        if not data:
            self.errors.append("the server closed a connection")
        if not connection.data.endswith(b"\n"):
            return
        self.slowest = max(self.slowest, time.monotonic() - connection.sent)
        connection.answer = connection.data.decode(errors="replace").strip()
        connection.data = b""
        connection.total += 1
        words = connection.answer.replace(",", "").split()
        if words[:2] != ["total", str(connection.total)]:
            self.errors.append(f"{connection.answer!r} instead of total {connection.total}")
        self.requests += 1
        self.new_answers += "new answers" in connection.answer
        connection.send()

    def _look_for_silence(self):
        now = time.monotonic()
        if any(now - connection.sent > 10 for connection in self.connections):
            self.errors.append("no answer in 10 s")

    def stop(self):
        self.stopping = True
        self.join()

    def everyone(self, new):
        """Whether the last answer of every connection is of that version."""
        return all(c.answer and ("new answers" in c.answer) == new for c in self.connections)

    def summary(self):
        return (f"{len(self.connections)} connections, {self.requests:,} answers, "
                f"{len(self.errors)} errors, slowest answer {self.slowest * 1000:.1f} ms")


def main(args):
    port, count, seconds = (list(map(int, args)) + [7000, 6, 5][len(args):])[:3]
    clients = Clients(port, count)
    clients.start()
    clients.join(seconds)
    clients.stop()
    print(clients.summary())
    for error in clients.errors:
        print(f"error: {error}")
    return 1 if clients.errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
