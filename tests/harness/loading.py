"""Tests that live in a folder of their own: tests/FOLDER/test.py, with a function `items`."""

import importlib.util
import os

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def load(folder):
    """The module tests/FOLDER/test.py."""
    spec = importlib.util.spec_from_file_location(folder.replace("/", "_") + "_test",
                                                  os.path.join(TESTS, folder, "test.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
