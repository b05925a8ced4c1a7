"""Tests with real servers: each folder of tests/servers has a test.py with `items(tool, out, full)`."""

import os

from .loading import TESTS, load


def items(tool, out, full):
    """(name, function) of every server test; with `full`, chains have twenty updates."""
    for name in sorted(os.listdir(os.path.join(TESTS, "servers"))):
        if os.path.exists(os.path.join(TESTS, "servers", name, "test.py")):
            yield from load(f"servers/{name}").items(tool, os.path.join(out, name), full)


def named(server, tests, tool, out):
    """(name, function) of each of a server's `tests`, which are test(tool, folder) by name."""
    for name, test in tests.items():
        folder = os.path.join(out, name.replace(" ", "-"))

        def execute(test=test, folder=folder):
            os.makedirs(folder, exist_ok=True)
            return test(tool.with_log(os.path.join(folder, "log")), folder)

        yield f"server {server} {name}", execute
