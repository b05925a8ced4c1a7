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


def need_tools():
    found = subprocess.run([PYTHON, "-c", "import clang.cindex"], capture_output=True, check=False)
    if found.returncode or shutil.which("eu-stack") is None:
        raise Skip("python3-clang-14 or elfutils is not installed")


JUDGE = """
import edits, trial
marked = b"a" + edits.MARK + b"bc" + edits.MARK + b"d" + edits.MARK
edited = trial.Output(0, {"stdout": marked})
for text, turns in ((b"abcd", 0), (marked, 1), (b"a" + edits.MARK + b"bcd", 2),
                    (b"abc" + edits.MARK + b"d", 2), (b"abcd" + edits.MARK, 1)):
    output = trial.Output(0, {"stdout": text})
    assert output.turns(edited) == turns, (text, output.turns(edited))
    assert output.without_marks() == trial.Output(0, {"stdout": b"abcd"}), text
assert trial.Output(0, {"stdout": b"abd"}).without_marks() != edited.without_marks()
"""


def judge_outputs():
    """Whether an output that no changes of the version can give is told from one that they can."""
    need_tools()
    done = subprocess.run([PYTHON, "-c", JUDGE], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": HERE, "PYTHONDONTWRITEBYTECODE": "1"})
    if done.returncode:
        raise Failure(done.stderr[-600:])


def items(tool):
    def execute():
        need_tools()
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

    return [("edits oracle", judge_outputs), ("edits", execute)]
