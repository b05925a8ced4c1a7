"""What becomes of a scenario's debug information, by its key `debuginfo`.

    dwz          a file of common entries, as Debian's packages have, in the build's --debug-dir
    dwz-lost     the same, and the file is not there
    split        -gsplit-dwarf
    split-lost   the same, and the .dwo files are not there
    split-package  the same, but that they are in a .dwp file
    none FILE    that source is compiled without -g
"""

import os
import shutil
import subprocess

from .tool import Failure


def _run(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{command}\n{done.stderr.strip()}")


def _share_out(program):
    """dwz needs two files to find something in common: the program itself, and its copy."""
    out, name = os.path.split(program)
    folder = os.path.join(out, "debug", ".dwz")
    os.makedirs(folder, exist_ok=True)
    copy = program + ".copy"
    shutil.copy2(program, copy)
    _run(["dwz", "-m", os.path.join(folder, name + ".debug"), "-M", f"../../.dwz/{name}.debug",
          program, copy], out)
    os.remove(copy)


class DebugInfo:
    """How one version is compiled, and what is done to it afterwards."""

    def __init__(self, text):
        self.what, *self.files = text.split()

    def folder(self, folder, target):
        """Where the sources are compiled: .dwo files are put beside them."""
        if not self.what.startswith("split"):
            return folder
        copy = target + ".src"
        shutil.copytree(folder, copy, dirs_exist_ok=True)
        return copy

    def flags(self):
        return ["-gsplit-dwarf"] if self.what.startswith("split") else []

    def sources(self, sources, compile_one):
        """Those to be given to the compiler: some are objects already."""
        if self.what != "none":
            return sources
        return [compile_one(name, ["-g0"]) if name in self.files else name for name in sources]

    def finish(self, target):
        """Returns options for `strongupdate build`."""
        out = os.path.dirname(target)
        if self.what.startswith("dwz"):
            _share_out(target)
        if self.what == "dwz":
            return ["--debug-dir", os.path.join(out, "debug")]
        if self.what == "dwz-lost":
            shutil.rmtree(os.path.join(out, "debug"))
        if self.what == "split-package":
            _run(["llvm-dwp", "-e", target, "-o", target + ".dwp"], target + ".src")
        if self.what in ("split-lost", "split-package"):
            for root, _, names in os.walk(out):
                for name in names:
                    if name.endswith(".dwo"):
                        os.remove(os.path.join(root, name))
        return []
