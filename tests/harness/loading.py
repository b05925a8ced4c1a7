"""Modules that live with the tests: tests/FOLDER/test.py, which has a function `items`, and others."""

import importlib.util
import os
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def load(folder, name="test"):
    """The module tests/FOLDER/NAME.py; read once, under a name that says where it is from."""
    full = f"{folder.replace('/', '_')}_{name}"
    if full not in sys.modules:
        spec = importlib.util.spec_from_file_location(full,
                                                      os.path.join(TESTS, folder, name + ".py"))
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        sys.modules[full] = module
    return sys.modules[full]
