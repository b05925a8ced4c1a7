"""Tests with real servers: each folder of tests/servers has a test.py with `items(tool, out, full)`."""

import os

from .loading import TESTS, load


def items(tool, build, full):
    """(name, function) of every server test; with `full`, chains have twenty updates."""
    found = []
    for name in sorted(os.listdir(os.path.join(TESTS, "servers"))):
        if os.path.exists(os.path.join(TESTS, "servers", name, "test.py")):
            found += load(f"servers/{name}").items(tool, os.path.join(build, "servers", name), full)
    return found
