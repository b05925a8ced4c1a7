"""Load generators: what is asked of a server in its steady state.

A load is opened before the server is updated, so that what it opens is carried over by the update,
and then runs for some seconds.  It says how much was done per second, and how long the median request
and the 99th of a hundred took, where it has requests.
"""

import ftplib
import os
import re
import shlex
import socket
import statistics
import subprocess
import threading
import time

from experiments.machine import BENCH, OUT
from harness.live import wait_until
from harness.loading import load
from harness.tool import Failure

sshd, vsftpd = load("servers/sshd", "server"), load("servers/vsftpd", "server")
PIECE = 1 << 20


def output(*command):
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, check=False, timeout=120)
    if done.returncode != 0:
        raise Failure(f"{os.path.basename(command[0])}: status {done.returncode}: "
                      f"{(done.stderr or done.stdout)[-300:]}")
    return done.stdout


def program(name):
    """bench/NAME.c, built; made anew when the source is newer."""
    path, source = os.path.join(OUT, name), os.path.join(BENCH, name + ".c")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
        output("gcc", "-O2", "-pthread", "-o", path, source)
    return path


def summary(seconds, times):
    """A result from the durations of requests, in seconds."""
    if len(times) < 2:
        raise Failure(f"only {len(times)} requests ended in {seconds:.1f} s")
    return {"rate": len(times) / seconds, "p50_ms": statistics.median(times) * 1e3,
            "p99_ms": statistics.quantiles(times, n=100, method="inclusive")[98] * 1e3}


class Load:
    """The base: nothing is opened beforehand."""
    name, unit, how = "requests", "requests/s", ""

    def open(self, _place):
        return None

    def close(self, state):
        pass

    def run(self, place, state, seconds):
        raise NotImplementedError


class Wrk(Load):
    """wrk with 16 connections."""
    how = "wrk, 1 thread, 16 connections, a file of 3.6 kB"

    def run(self, place, state, seconds):
        text = output("wrk", "-t1", "-c16", f"-d{max(1, round(seconds + 0.01))}s", "--latency",
                      f"http://127.0.0.1:{place.port}/file-3")
        if "Socket errors" in text or "Non-2xx" in text:
            raise Failure(f"wrk: {' '.join(text.split())}")
        return {"rate": float(re.search(r"Requests/sec:\s*([\d.]+)", text)[1]),
                "p50_ms": self.milliseconds(text, 50), "p99_ms": self.milliseconds(text, 99)}

    @staticmethod
    def milliseconds(text, centile):
        number, unit = re.search(rf"^\s*{centile}%\s+([\d.]+)(us|ms|s)\s*$", text, re.M).groups()
        return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


class RedisBenchmark(Load):
    """redis-benchmark of the same build; it has a number of requests, and no duration."""
    how = "redis-benchmark, GET, 16 connections, 16 requests under way on each"

    def run(self, place, state, seconds):
        rate = self.benchmark(place, 20000)["rate"]
        return self.benchmark(place, max(20000, round(rate * seconds)))

    @staticmethod
    def benchmark(place, requests):
        line = output(os.path.join(place.build, "src", "redis-benchmark"), "-p", place.port, "-c",
                      16, "-P", 16, "-t", "get", "-n", requests, "--csv").strip().splitlines()[-1]
        row = [cell.strip('"') for cell in line.split(",")]
        return {"rate": float(row[1]), "p50_ms": float(row[4]), "p99_ms": float(row[6])}


class Memcached(Load):
    """Our own load, with the mix of memtier_benchmark."""
    how = ("bench/load.c, 2 threads, 16 connections, 33 requests under way on each, "
           "ten gets to a set; the durations are those of 33 requests")

    def run(self, place, state, seconds):
        rate, median, high = map(float, output(program("load"), place.port, seconds).split())
        return {"rate": rate, "p50_ms": median / 1e3, "p99_ms": high / 1e3}


# ---- files over FTP ----

def in_parallel(works, seconds):
    """Runs `work(end)` in a thread each; returns what they give, and raises what they raise."""
    found, errors, end = [], [], time.monotonic() + seconds

    def run(work):
        try:
            found.append(work(end))
        except (OSError, EOFError, ftplib.Error, Failure) as why:
            errors.append(f"{type(why).__name__}: {why}")

    threads = [threading.Thread(target=run, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    if errors or len(found) != len(works):
        raise Failure(errors[0] if errors else "a client hangs")
    return found


class FtpFiles(Load):
    """Sessions logged in beforehand, each with a transfer under way at any time."""
    unit, sessions = "MB/s", 2

    def open(self, place):
        made = []
        for _ in range(self.sessions):
            ftp = ftplib.FTP()
            ftp.connect("127.0.0.1", place.port, timeout=30)
            ftp.login("local", "password")
            ftp.voidcmd("TYPE I")
            made.append(ftp)
        return made

    def close(self, state):
        for ftp in state or ():
            ftp.close()

    def run(self, place, state, seconds):
        start = time.monotonic()
        works = [lambda end, ftp=ftp, number=number: self.transfer(place, ftp, number, end)
                 for number, ftp in enumerate(state)]
        total = sum(in_parallel(works, seconds))
        return {"rate": total / 1e6 / seconds, "seconds": time.monotonic() - start}

    def transfer(self, place, ftp, number, end):
        """Transfers files until `end`; returns the bytes that went until then."""
        raise NotImplementedError


class FtpDownloads(FtpFiles):
    """The bytes are thrown away in the kernel, so that the client is not the slower side."""
    name = "downloads"
    how = "2 sessions, each with RETR of a file of 48 MB under way"

    def transfer(self, place, ftp, number, end):
        done, buffer = 0, bytearray(PIECE)
        while time.monotonic() < end:
            with ftp.transfercmd("RETR big") as data:
                while size := data.recv_into(buffer, PIECE, socket.MSG_TRUNC):
                    done += size if time.monotonic() < end else 0
            ftp.voidresp()
        return done


class FtpUploads(FtpFiles):
    """Each session writes one file again and again."""
    name = "uploads"
    how = "2 sessions, each with STOR of a file of 16 MB under way"

    def transfer(self, place, ftp, number, end):
        done = 0
        with open(os.path.join(place.folder, "home", "big"), "rb") as file:
            while time.monotonic() < end:
                with ftp.transfercmd(f"STOR upload/bench-{number}") as data:
                    data.settimeout(None)  # sendfile would not wait
                    for part in range(16):
                        left, at = PIECE, part * PIECE
                        while left:
                            size = os.sendfile(data.fileno(), file.fileno(), at, left)
                            left, at = left - size, at + size
                            done += size if time.monotonic() < end else 0
                ftp.voidresp()
        return done


class FtpLogins(Load):
    """Connect, log in, leave."""
    name, unit = "logins", "logins/s"
    how = "4 clients that connect, log in and quit"

    def run(self, place, state, seconds):
        found = in_parallel([lambda end: self.sessions(place.port, end)] * 4, seconds)
        return summary(seconds, sum(found, []))

    @staticmethod
    def sessions(port, end):
        times = []
        while (start := time.monotonic()) < end:
            with ftplib.FTP() as ftp:
                ftp.connect("127.0.0.1", port, timeout=30)
                ftp.login("local", "password")
            times.append(time.monotonic() - start)
        return times


# ---- ssh ----

class SshFiles(Load):
    """scp through a session that was opened beforehand (a master of OpenSSH's multiplexing)."""
    name, unit = "scp", "MB/s"
    how = "scp of a file of 48 MB, again and again through one session that is open"
    size = 48 << 20

    def open(self, place):
        source, path = os.path.join(place.folder, "home", "big"), self.control(place)
        with open(source, "wb") as file:
            file.write(os.urandom(PIECE) * (self.size // PIECE))
        os.chmod(source, 0o644)
        master = subprocess.Popen(
            sshd.client(place.folder, place.port, "ssh", "-M", "-N", "-S", path,
                        "local@127.0.0.1"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_until("the master session", lambda: os.path.exists(path) or master.poll() is not None)
        return master

    def close(self, state):
        if state:
            state.kill()
            state.wait()

    @staticmethod
    def control(place):
        return os.path.join(place.folder, "control")

    def run(self, place, state, seconds):
        source, done = os.path.join(place.folder, "home", "big"), 0
        start = time.monotonic()
        while time.monotonic() < start + seconds:
            output(*sshd.client(place.folder, place.port, "scp", "-q", "-o",
                                f"ControlPath={self.control(place)}", f"local@127.0.0.1:{source}",
                                os.path.join(place.folder, "copy")))
            done += self.size
        return {"rate": done / 1e6 / (time.monotonic() - start)}


class SshLogins(Load):
    """Connect, run `true`, leave."""
    name, unit = "logins", "logins/s"
    how = "2 clients that log in with a key and run `true`"

    def run(self, place, state, seconds):
        command = sshd.client(place.folder, place.port, "ssh", "local@127.0.0.1", "true")

        def sessions(end):
            times = []
            while (start := time.monotonic()) < end:
                output(*command)
                times.append(time.monotonic() - start)
            return times
        return summary(seconds, sum(in_parallel([sessions] * 2, seconds), []))


def echo_command(place):
    """An ssh session in which `cat` answers each line; for bench/clients.c."""
    words = sshd.client(place.folder, place.port, "ssh", "local@127.0.0.1", "cat")
    return f"exec {shlex.join(words)} 2>/dev/null"
