"""Unit tests: Meson's, which are programs that print TAP; each is one item."""

import json
import os
import random
import re
import subprocess

from .tool import Failure

MESON = "/usr/bin/meson" if os.path.exists("/usr/bin/meson") else "meson"
NINJA = "/usr/bin/ninja" if os.path.exists("/usr/bin/ninja") else "ninja"


def items(build, first=()):
    """(name, function) of every unit test, those named `first` in front of the others.

    They are compiled now; where that fails, the failure is the only item.
    """
    listed = subprocess.run([MESON, "introspect", "--tests", build], stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=120, check=False)
    if listed.returncode != 0:
        raise RuntimeError(f"meson introspect: {listed.stderr.strip()}")
    tests = [test for test in json.loads(listed.stdout)
             if any(suite.endswith(":unit") for suite in test["suite"])]
    for test in tests:  # what is built may be named from the build folder
        test["cmd"] = [os.path.join(build, word[2:]) if word.startswith("./") else word
                       for word in test["cmd"]]
    programs = sorted({os.path.relpath(word, build) for test in tests for word in test["cmd"]
                       if word.startswith(build + os.sep)})
    made = subprocess.run([NINJA, "-C", build, *programs], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=1200, check=False)
    if made.returncode != 0:
        text = made.stdout[-1500:]

        def fail():
            raise Failure(f"the unit tests do not compile: {text}")

        return [("unit", fail)]
    found = [(f"unit {test['name']}", lambda test=test: run(test)) for test in tests]
    return sorted(found, key=lambda item: item[0] not in first)


def run(test):
    """Runs one program; returns how many tests it has."""
    env = {**os.environ, **test["env"], "MALLOC_PERTURB_": str(random.randint(1, 255))}
    done = subprocess.run(test["cmd"], cwd=test["workdir"], env=env, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace",
                          timeout=test["timeout"], check=False)
    passed = re.findall(r"^ok \d", done.stdout, re.M)
    failed = re.findall(r"^not ok .*", done.stdout, re.M)
    if failed or done.returncode != 0 or not passed:
        raise Failure("; ".join(failed) or f"status {done.returncode}: "
                      f"{(done.stdout + done.stderr)[-1500:]}")
    return f"{len(passed)} tests"
