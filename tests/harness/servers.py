"""Tests with real servers: each folder of tests/servers has a test.py with `items(tool, out)`."""

import importlib.util
import os

ROOT = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "servers")


def items(tool, build):
    """(name, function) of every server test."""
    found = []
    for name in sorted(os.listdir(ROOT)) if os.path.isdir(ROOT) else []:
        path = os.path.join(ROOT, name, "test.py")
        if not os.path.exists(path):
            continue
        spec = importlib.util.spec_from_file_location(f"server_{name}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found += module.items(tool, os.path.join(build, "servers", name))
    return found
