"""Random programs (tests/random) as an item of tests/run."""

import importlib.util
import os

TEST = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "random",
                    "test.py")


def items(tool):
    """(name, function): a fixed number of updates, or what a minute allows."""
    spec = importlib.util.spec_from_file_location("random_programs", TEST)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.items(tool)
