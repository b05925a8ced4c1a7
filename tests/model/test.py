"""Checks the model of the checkpointing protocol with spin, and that it notices mistakes."""

import os
import shutil
import subprocess
import tempfile

from harness.tool import Failure, Skip

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "checkpointing.pml")
PROGRAMS = {1: "two threads, two locks", 2: "lock holder at a checkpoint", 3: "condition wait",
            4: "join chain", 5: "three threads, two locks"}
UNBOUNDED = (5,)        # no number of rounds is enough for every interleaving
OWNERS_MATTER = (1, 2, 4)


def errors(folder, *defines):
    """How many errors an exhaustive search finds, of those at which it stops: 0 or 1."""
    shutil.copy(MODEL, folder)
    for command in (["spin", "-a", *defines, os.path.basename(MODEL)],
                    ["gcc", "-O0", "-w", "-DSAFETY", "-o", "pan", "pan.c"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300,
                              check=False)
        if done.returncode != 0:
            raise Failure(f"{' '.join(command)}: {(done.stdout + done.stderr)[-500:]}")
    output = subprocess.run(["./pan", "-m100000"], cwd=folder, capture_output=True, text=True,
                            timeout=300, check=False).stdout
    if "search depth too small" in output or "errors: " not in output:
        raise Failure(f"no complete search: {output[-500:]}")
    return int(output.split("errors: ")[1].split()[0])


def check(program):
    if not shutil.which("spin"):
        raise Skip("spin is not installed: make deps")
    select = f"-DPROGRAM={program}"
    patient = [] if program in UNBOUNDED else [["-DPATIENT"]]
    blind = [["-DPATIENT", "-DBROKEN=3"]] if program in OWNERS_MATTER else []
    with tempfile.TemporaryDirectory() as folder:
        for defines in [[], ["-DNOBODY"], *patient]:
            if errors(folder, select, *defines):
                raise Failure(f"the protocol is wrong ({' '.join(defines) or 'any time'}): {MODEL}")
        for defines in [["-DBROKEN=1"], ["-DBROKEN=2"], *blind]:
            if not errors(folder, select, *defines):
                raise Failure(f"the model does not notice {' '.join(defines)}")


def items():
    return [(f"model {name}", lambda program=program: check(program))
            for program, name in PROGRAMS.items()]
