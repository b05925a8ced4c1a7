"""Edits of real code as an item of tests/run: a bounded number of them; `make edits` makes more."""

import os
import re
import shutil
import subprocess

from harness.tool import Failure, Skip

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"  # it is Debian's that has libclang
SECONDS = 50
LIMIT = 900  # the first time the programs are built


def items(tool):
    def execute():
        found = subprocess.run([PYTHON, "-c", "import clang.cindex"], capture_output=True, check=False)
        if found.returncode or shutil.which("eu-stack") is None:
            raise Skip("python3-clang-14 or elfutils is not installed")
        done = subprocess.run([PYTHON, os.path.join(HERE, "hunt.py"), "--count", "300", "--seed", "1",
                               "--seconds", str(SECONDS), "--programs", "lua,jq,xmlwf", "--configs",
                               "gcc-O2,clang-O2", "--tool", tool.path], text=True, timeout=LIMIT,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)
        updates = re.search(r"^(\d+) updates", done.stdout, re.M)
        if done.returncode or "FOUND" in done.stdout:
            raise Failure(f"{done.stdout[-600:]}{done.stderr[-600:]}")
        if not updates or updates.group(1) == "0":
            raise Failure(f"nothing was updated: {done.stdout}")
        return updates.group(0)

    return [("edits", execute)]
