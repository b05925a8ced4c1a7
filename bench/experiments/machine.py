"""The machine of the measurements: folders, cores, processor time, and what it is."""

import contextlib
import datetime
import os
import platform
import re
import subprocess

from harness import live

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOP = os.path.dirname(BENCH)
OUT = os.path.join(TOP, "build", "experiments")
RAW = os.path.join(OUT, "raw")
TICK = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0))
# The load and the server do not share a core where there are two.
SERVER_CORES = CORES[:(len(CORES) + 1) // 2]
CLIENT_CORES = CORES[len(SERVER_CORES):] or CORES


@contextlib.contextmanager
def pinned(cores):
    """What is started meanwhile runs on these cores."""
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, CORES)


def cpu_seconds(pid):
    """Processor time of a server's threads, and of the processes that it has waited for."""
    total = 0.0
    for process in live.tree(pid):
        try:
            with open(f"/proc/{process}/stat", "rb") as file:
                total += sum(map(int, file.read().rsplit(b") ", 1)[1].split()[13:15])) / TICK
            for tid in os.listdir(f"/proc/{process}/task"):
                with open(f"/proc/{process}/task/{tid}/schedstat", "rb") as file:
                    total += int(file.read().split()[0]) / 1e9  # nanoseconds, where ticks are 10 ms
        except (FileNotFoundError, ProcessLookupError):
            pass
    return total


def text_of(*command):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
    except FileNotFoundError:
        return ""
    return (done.stdout or done.stderr).strip()


def first(pattern, path):
    with open(path, encoding="utf-8", errors="replace") as file:
        found = re.search(pattern, file.read(), re.M)
    return found[1].strip() if found else "unknown"


def describe():
    """What the page says of the machine; nothing that names it."""
    return {
        "date": datetime.date.today().isoformat(),
        "processor": first(r"^model name\s*:(.*)$", "/proc/cpuinfo"),
        "cores": len(CORES),
        "server_cores": len(SERVER_CORES),
        "memory_gb": round(int(first(r"^MemTotal:\s*(\d+)", "/proc/meminfo")) / 1e6),
        "kernel": platform.release(),
        "system": first(r'^PRETTY_NAME="(.*)"$', "/etc/os-release"),
        "compiler": text_of("gcc", "--version").split("\n")[0],
        "wrk": (re.search(r"wrk \S+ (\S+)", text_of("wrk", "-v")) or ["", "unknown"])[1],
        "revision": text_of("git", "-C", TOP, "rev-parse", "--short=12", "HEAD"),
    }
