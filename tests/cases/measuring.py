"""Tests of what the experiments (bench/experiments) are measured and counted with."""

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import types

from harness.tool import Failure

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.append(os.path.join(TOP, "bench"))
CLIENTS, CUTS = 3, 7


def require(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: {found!r}, not {wanted!r}")


def interval_of_the_median(_bench, _folder):
    """Of all ways in which n values lie below or above the true median, 95 % have it in the interval."""
    from experiments import stats
    for count in range(2, 13):
        low, high = stats.interval(list(range(count)))
        require(f"sides of {count}", low, count - 1 - high)

        def covered(at, count=count):
            """The share of samples in which at least at + 1 values are on either side."""
            sides = [sum(one) for one in itertools.product((0, 1), repeat=count)]
            return sum(at < below < count - at for below in sides) / len(sides)
        if low and covered(low) < 0.95:
            raise Failure(f"{count} values: the interval holds the median in {covered(low)}")
        if low + 1 < count / 2 and covered(low + 1) >= 0.95:
            raise Failure(f"{count} values: the interval could be narrower")


class Cutting(threading.Thread):
    """A server that answers lines, and cuts CUTS connections instead of answering."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.lock = self.listener.getsockname()[1], threading.Lock()
        self.left, self.made, self.done = CUTS, 0, threading.Event()

    def run(self):
        while True:
            threading.Thread(target=self.serve, args=(self.listener.accept()[0],),
                             daemon=True).start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError), connection.makefile("rwb") as file:
            for number, _ in enumerate(file):
                with self.lock:
                    if number == 20 and self.left:
                        self.left -= 1
                        return
                    self.made += number == 0
                    if self.made == CLIENTS + CUTS:  # every client that was cut is back
                        self.done.set()
                file.write(b"fine\n")
                file.flush()


def clients_count(_bench, folder):
    """bench/clients.c counts the cuts of a server: each is a request failed and a connection lost."""
    program = os.path.join(folder, "clients")
    subprocess.run(["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o", program,
                    os.path.join(TOP, "bench", "clients.c")], check=True)
    server = Cutting()
    server.start()
    with subprocess.Popen([program, "-n", str(CLIENTS), "-s", "60", "-a", "line", "-w", "fine", "-r",
                           "ask\n", "-p", str(server.port)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as child:
        require("first line", child.stdout.readline(), "ready\n")
        if not server.done.wait(50):
            raise Failure("the clients do not come back")
        out, _ = child.communicate(timeout=30)
    seen = json.loads(out)
    require("requests failed", sum(seen["failed"]), CUTS)
    require("connections lost", sum(seen["lost"]), CUTS)
    require("connections closed", sum(seen["closed"]), 0)


# ---- the page ----

def made_up(ratio):
    """Raw results in which every figure is known."""
    windows = {"start": 100.0, "window": 0.01, "waiting_us": 0, "answered": [10] * 400,
               "longest_us": [500] * 400, **{name: [0] * 400 for name in
                                             ("failed", "lost", "closed")}}
    windows["failed"][205] = windows["lost"][206] = 3
    answer = {"processes": [{"pause_us": 70.0, "threads": 4}], "wall_us": 9000.0, "threads": 4,
              "patch_bytes_mapped": 4096, "activations_carried": 1, "activations_pending": 2}
    happened = {"start": 102.0, "end": 102.25, "left_old": 0, "answer": answer}

    def run(rate):
        return {"things": {"rate": rate, "cpu": 0.5, "seconds": 1.0, "p50_ms": 2.0, "p99_ms": 3.0}}
    return {"name": "redis", "asks": "PING", "refused": [["a change", "for a reason"]],
            "patch": {"built": {"functions_changed": 2, "functions_added": 1, "call_returns": 9,
                                "call_returns_derived": 8, "checkpoints_seeded": 0,
                                "file_bytes": 5000}, "seconds": 0.1, "version": "1", "change": "c",
                      "derivations": {"relation": 5}, "kinds": {}},
            "updates": {"events": [happened], "refused": [], "reverts": [], "clients": windows},
            "restarts": [{"events": [happened], "clients": windows}], "reloads": [],
            "steady": {"errors": [], "loads": [["things", "things/s", "made up"]],
                       "rounds": [{"OLD": run(100.0), "NEW": run(200.0),
                                   "updated": run(200.0 * ratio)}] * 6}, "errors": {}}


def page_from_results(_bench, folder):
    """The page says what the raw results say, and names what failed."""
    from experiments import page, plots
    settings = {"pairs": 6, "seconds": 1, "updates": 1, "others": 1, "rounds": 1}
    failed = {"errors": {"server": "it broke"}}
    machine = {"load_before": 0.1, "machine": {
        "date": "today", "processor": "p", "cores": 2, "server_cores": 1, "memory_gb": 1,
        "kernel": "k", "system": "s", "compiler": "c", "wrk": "w", "revision": "r"}}
    options = types.SimpleNamespace(raw=folder, output=folder)
    draw, plots.draw = plots.draw, lambda *_: None  # gnuplot need not be there
    try:
        for ratio, said in ((1.0, "at least 0.99 in 1 of 1 load."),
                            (0.95, "at least 0.99 in 0 of 1 load; below it: redis: things.")):
            for name, data in (("machine", machine), ("redis", made_up(ratio)), ("nginx", failed)):
                with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
                    json.dump(data | {"settings": settings}, file)
            require("what failed", page.write(options), ["nginx: server"])
            with open(os.path.join(folder, "experiments.md"), encoding="utf-8") as file:
                text = file.read()
            for words in (said, f"| {ratio:.3f} ({ratio:.3f} .. {ratio:.3f}) |",
                          "- nginx: server was not measured: it broke",
                          "- redis, a change: for a reason", "redis (3 failed, 3 lost)",
                          "| redis | update | 1 | 250 ms | 3 | 3 | 0 | 0 % |"):
                if words not in text:
                    raise Failure(f"the page does not say {words!r}")
    finally:
        plots.draw = draw


CASES = (interval_of_the_median, clients_count, page_from_results)
