"""How the sources are written, by clang-format and clang-tidy: an item for all, and one a room.

clang-tidy's analyzer takes many minutes; its other checks are what is run here (`make tidy` runs
all of them).
"""

import os
import shutil
import subprocess

from .loading import TESTS
from .tool import Failure, Skip

TOP = os.path.dirname(TESTS)


def make(build, target, *words):
    """Runs a target of GNUmakefile; what it says of a file is the failure."""
    tool = {"check-format": "clang-format", "tidy": "clang-tidy"}[target]
    if not shutil.which(tool):
        raise Skip(f"{tool} is not installed: make deps")
    done = subprocess.run(["make", "-s", target, f"BUILD={build}", *words], cwd=TOP, text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=1200,
                          check=False)
    said = [line for line in (done.stdout + done.stderr).splitlines()
            if "warning:" in line or "error:" in line]
    if done.returncode != 0:
        raise Failure("; ".join(said[:10]) or (done.stdout + done.stderr)[-1000:])


def items(build):
    """(name, function) of the check of the format, and of each room of src/."""
    yield "style format", lambda: make(build, "check-format")
    for room in sorted(os.listdir(os.path.join(TOP, "src"))):
        yield f"style tidy {room}", lambda room=room: make(build, "tidy", f"ROOM={room}",
                                                          "CHECKS=-clang-analyzer-*")
