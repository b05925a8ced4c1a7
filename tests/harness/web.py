"""Clients of web servers, for updates while requests are under way.

`Visitors` holds connections of every kind: idle ones that are kept alive, busy ones, and for each
change of the server an upload, a download and a request that are half done when it happens.
"""

import hashlib
import os
import socket
import threading
import time

from .tool import Failure

LIMIT = 30  # seconds to wait for an answer
IDLE, BUSY, FILES = 20, 8, 20
MOST = 100  # connections that are opened to meet every worker
LARGE, UPLOAD = 24_000_000, 3_000_000


class Closed(Failure):
    """The connection was closed where an answer was to begin."""


class Connection:
    """One HTTP/1.1 connection that is kept alive."""

    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(LIMIT)
        self.socket.connect(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def get(self, path, *headers):
        self.send(request("GET", path, *headers))
        return self.answer()

    def head(self):
        """(status, headers in lower case) of the next answer."""
        line = self.file.readline()
        if not line:
            raise Closed("the server closed the connection instead of answering")
        if not line.startswith(b"HTTP/1.1 "):
            raise Failure(f"no answer but {line!r}")
        headers = {}
        while True:
            text = self.file.readline().decode("latin-1")
            if text in ("\r\n", ""):
                return int(line.split()[1]), headers
            name, _, value = text.partition(":")
            headers[name.strip().lower()] = value.strip()

    def answer(self):
        """(status, headers, body)"""
        status, headers = self.head()
        size = 0 if status in (204, 304) else int(headers.get("content-length", 0))
        body = self.file.read(size)
        if len(body) != size:
            raise Failure(f"{len(body)} of {size} bytes came")
        return status, headers, body


def request(method, path, *headers, body_size=None):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body_size is not None:
        lines.append(f"Content-Length: {body_size}")
    return "".join(line + "\r\n" for line in lines + [""]).encode()


def content(number):
    return hashlib.sha256(b"%d" % number).digest() * (number * 37 % 400 + 1)


def write_files(folder):
    """What the server serves; readable by everyone, `put` writable by everyone."""
    os.makedirs(os.path.join(folder, "put"), exist_ok=True)
    for path in (folder, os.path.join(folder, "put")):
        os.chmod(path, 0o777)
    for number in range(FILES):
        with open(os.path.join(folder, f"file-{number}"), "wb") as file:
            file.write(content(number))
    with open(os.path.join(folder, "large"), "wb") as file:
        file.write(os.urandom(LARGE))


def checksum(data):
    return hashlib.sha256(data).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def with_every_worker(port, workers):
    """Connections, some with each worker: its answers say which one it is."""
    connections, met = [], set()
    while len(connections) < BUSY or len(met) < workers:
        if len(connections) == MOST:
            raise Failure(f"{MOST} connections are all with the workers {met}")
        connections.append(Connection(port))
        met.add(connections[-1].get("/file-1")[1].get("x-worker"))
    return connections


class Busy(threading.Thread):
    """Connections with a request under way at any time; every byte is checked."""

    def __init__(self, port, workers):
        super().__init__(daemon=True)
        self.port, self.connections = port, with_every_worker(port, workers)
        self.stopping, self.requests, self.wrong, self.longest = False, 0, None, 0.0
        self.reopen, self.renewed = False, 0

    def run(self):
        try:
            while not self.stopping:
                self.round()
        except (Failure, OSError) as why:
            self.wrong = str(why)

    def round(self):
        asked, start = [], time.monotonic()
        for number in range(len(self.connections)):
            asked.append((self.requests + number) % FILES)
            self.ask(number, asked[-1])
        for number, wanted in enumerate(asked):
            status, headers, body = self.answer(number, wanted)
            if status != 200 or body != content(wanted):
                raise Failure(f"file-{wanted}: status {status}, {len(body)} bytes")
            if headers.get("connection") == "close":
                self.renew(number)
            self.requests += 1
        self.longest = max(self.longest, time.monotonic() - start)

    def ask(self, number, wanted):
        try:
            self.connections[number].send(request("GET", f"/file-{wanted}"))
        except OSError:
            self.renew(number)
            self.ask(number, wanted)

    def answer(self, number, wanted):
        try:
            return self.connections[number].answer()
        except (Closed, ConnectionError):
            self.renew(number)
            self.ask(number, wanted)
            return self.connections[number].answer()

    def renew(self, number):
        """A server that is reloaded closes kept connections; at any other time it must not."""
        if not self.reopen:
            raise Failure("the server closed a connection that was to be kept")
        self.connections[number].close()
        self.connections[number] = Connection(self.port)
        self.renewed += 1

    def require_fine(self):
        if self.wrong:
            raise Failure(f"busy clients: {self.wrong}")


class Visitors:
    """All clients of one server; a context manager.  `folder` is what the server serves.  A server with
    several `workers` names one in each answer: none of them is idle."""

    def __init__(self, port, folder, workers=1):
        self.port, self.folder, self.number = port, folder, 0
        self.workers = workers

    def __enter__(self):
        self.idle = [Connection(self.port) for _ in range(IDLE)]
        for connection in self.idle:
            self.require(connection.get("/file-1"), content(1))
        self.large = checksum(read(os.path.join(self.folder, "large")))
        self.busy = Busy(self.port, self.workers)
        self.busy.start()
        return self

    def __exit__(self, *_):
        self.busy.stopping = True
        self.busy.join(LIMIT)
        for connection in self.idle:
            connection.close()

    @staticmethod
    def require(answer, body, status=(200,)):
        if answer[0] not in status or (body is not None and answer[2] != body):
            raise Failure(f"answer {answer[0]} with {len(answer[2])} bytes")

    def across(self, change):
        """Runs `change` while an upload, a download and a request's head are half done."""
        self.number += 1
        data = os.urandom(UPLOAD)
        upload, half = Connection(self.port), Connection(self.port)
        download = Connection(self.port, receive_buffer=64 * 1024)
        upload.send(request("PUT", f"/put/{self.number}", body_size=len(data)) + data[:UPLOAD // 3])
        download.send(request("GET", "/large"))
        size = int(download.head()[1]["content-length"])
        taken = download.file.read(size // 4)
        text = request("GET", "/file-3", "X-First: 1", "X-Second: 2", "X-Third: 3")
        cut = (7, 30, 47, len(text) - 1)[self.number % 4]
        half.send(text[:cut])
        time.sleep(0.2)  # the server is to be waiting for the rest of each
        result = change()
        half.send(text[cut:])
        self.require(half.answer(), content(3))
        upload.send(data[UPLOAD // 3:])
        self.require(upload.answer(), None, status=(201, 204))
        path = os.path.join(self.folder, "put", str(self.number))
        if checksum(read(path)) != checksum(data):
            raise Failure("what was uploaded is not what arrived")
        os.unlink(path)
        if checksum(taken + download.file.read(size - len(taken))) != self.large:
            raise Failure("what was downloaded is not what the server has")
        for connection in (upload, half, download):
            self.require(connection.get("/file-5"), content(5))
            connection.close()
        self.busy.require_fine()
        return result

    def all_agree(self, what, condition):
        """Each idle connection, as old as the server, gets an answer for which `condition` holds."""
        for number, connection in enumerate(self.idle):
            answer = connection.get("/file-2")
            self.require(answer, content(2))
            if not condition(answer[1]):
                raise Failure(f"{what}: not on connection {number}: {answer[1]}")
