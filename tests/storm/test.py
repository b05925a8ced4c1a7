#!/usr/bin/env python3
"""Updates and reverts a busy server with 16 threads again and again; no request may fail.

usage: tests/storm/test.py [--cycles N] [--tool COMMAND] [KIND...]

Kinds: load (clients only), churn (and a thousand threads a second are born and die), signals (and a
thousand a second arrive).
"""

import argparse
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(HERE))

from harness.compile import run  # noqa: E402
from harness.process import Process  # noqa: E402
from harness.scenario import LIMIT  # noqa: E402
from harness.tool import Failure, Tool, reason_of  # noqa: E402

TOP = os.path.dirname(os.path.dirname(HERE))
KINDS = {"load": (), "churn": ("churn",), "signals": ("signals",), "all": ("churn", "signals")}
SHORT = 12


def compile_all(tool, out):
    """(old, client, patch)"""
    os.makedirs(out, exist_ok=True)
    paths = [os.path.join(out, name) for name in ("old", "new", "client", "patch.sup")]
    flags = ["-D_GNU_SOURCE", "-O2", "-g", "-fPIE", "-pie", "-pthread", "-Wall",
             "-Wl,--build-id", "-o"]
    run(["gcc", *flags, paths[0], "server.c"], HERE)
    run(["gcc", "-DNEW", *flags, paths[1], "server.c"], HERE)
    run(["gcc", *flags, paths[2], "client.c"], HERE)
    status, answer, errors = tool.build(paths[0], paths[1], paths[3])
    if status != 0:
        raise Failure(f"build: {reason_of(answer, errors)}")
    return paths[0], paths[2], paths[3]


class Client:
    """The load; its end is the verdict."""

    def __init__(self, program, port):
        self.child = subprocess.Popen([program, str(port)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def counts(self):
        """How many answers of each version have come."""
        self.child.stdin.write(".")
        self.child.stdin.flush()
        words = self.child.stdout.readline()
        found = re.fullmatch(r"\d+ requests, (\d+) old, (\d+) new, 0 wrong\n", words)
        if not found:
            raise Failure(f"the client: {words or self.child.wait()}")
        return {"old": int(found[1]), "new": int(found[2])}

    def wait_for(self, version):
        """Until that version has answered once more."""
        before, end = self.counts()[version], time.monotonic() + LIMIT
        while self.counts()[version] == before:
            if time.monotonic() > end:
                raise Failure(f"the {version} version does not answer")
            time.sleep(0.001)

    def finish(self):
        words, _ = self.child.communicate(timeout=60)
        if self.child.returncode:
            raise Failure(f"the client: {words or self.child.returncode}")
        return words.strip()


def storm(tool, out, kind, cycles):
    old, client_program, patch = compile_all(tool, out)
    rounds, longest = 0, 0.0
    with Process(old, os.path.join(out, "output"), KINDS[kind]) as server:
        port = server.wait_for([r"port \d+"], LIMIT, "start")[0].split()[1]
        with Client(client_program, port) as client:
            for cycle in range(cycles):
                for version, *args in (("new", "apply", patch, server.pid),
                                       ("old", "revert", server.pid)):
                    status, answer, errors = tool.call(*args, "--timeout", "100")
                    if status != 0:
                        raise Failure(f"cycle {cycle}: {args[0]}: status {status}: "
                                      f"{reason_of(answer, errors)}")
                    rounds += answer["phases"]["rounds"]
                    longest = max(longest, answer["pause_us"])
                    client.wait_for(version)
            words = client.finish()
        server.require_alive()
        server.require_original_text()
        server.require_untouched_by_tracers()
    return (f"{cycles} cycles, {words}; {rounds / 2 / cycles:.1f} rounds each, "
            f"longest pause {longest / 1000:.1f} ms")


def items(tool, out, cycles=SHORT):
    """(name, function) of every storm."""
    for kind in KINDS:
        folder = os.path.join(out, kind)
        yield f"storm {kind}", lambda k=kind, f=folder: storm(Tool(tool.path), f, k, cycles)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("kinds", nargs="*", default=list(KINDS))
    parser.add_argument("--cycles", type=int, default=1000)
    parser.add_argument("--tool", default=os.path.join(TOP, "build", "strongupdate"))
    options = parser.parse_args()
    tool = Tool(options.tool)
    failed = False
    for name, function in items(tool, os.path.join(TOP, "build", "storm"), options.cycles):
        if name.split()[1] in options.kinds:
            try:
                print(f"ok   {name}: {function()}", flush=True)
            except Failure as why:
                failed = True
                print(f"FAIL {name}: {why}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
