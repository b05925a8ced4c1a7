"""Compiles a scenario's OLD and NEW program in one configuration.

Both versions are compiled from the same relative file names, so that their compilation units are
named alike, as two builds of one project are.  A scenario has either one prog.c, compiled with and
without -DNEW, or folders old/ and new/ with equal file names.
"""

import dataclasses
import functools
import hashlib
import os
import shlex
import subprocess
import zlib

from . import elf
from .debuginfo import DebugInfo
from .tool import Failure

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # tests/
SUPPORT = os.path.join(HERE, "scenarios", "support")
BASE_FLAGS = ["-g", "-fPIE", "-pthread", "-Wall", "-D_GNU_SOURCE"]
LINK_FLAGS = ["-pie", "-pthread", "-Wl,--build-id=sha1"]
VARIANTS = {
    "plain": [],
    "cet": ["-fcf-protection=full"],
    "nocet": ["-fcf-protection=none"],
    "ssp": ["-fstack-protector-strong"],
    "split": [],  # stripped, with a separate debug file found by build-id
}


@dataclasses.dataclass(frozen=True)
class Config:
    """One way of compiling a scenario."""

    compiler: str
    level: str
    variant: str = "plain"

    def __str__(self):
        tail = "" if self.variant == "plain" else "-" + self.variant
        return f"{self.compiler}{self.level}{tail}"


def configs(compilers, levels, variants, everything):
    """The default matrix; the variants only at gcc -O2 unless everything is asked for."""
    for compiler in compilers:
        for level in levels:
            for variant in variants:
                if variant == "plain" or everything or (compiler, level) == ("gcc", "-O2"):
                    yield Config(compiler, level, variant)


def is_dealt_out(config, name):
    """Whether this one is for the program of that name when each has some of the matrix: -O2 of both
    compilers, one variant, -O0 of one compiler and -Os of the other."""
    turn = zlib.crc32(name.encode())
    if config.variant != "plain":
        others = [variant for variant in VARIANTS if variant != "plain"]
        return config.variant == others[turn % len(others)]
    return config.level == "-O2" or \
        (config.compiler == "gcc") == ((turn >> 8 & 1 == 0) == (config.level == "-O0"))


def compile_pair(scenario, config, out):
    """Makes OUT/old and OUT/new; returns (old, new, options for `strongupdate build`)."""
    options = []
    for version in ("old", "new"):
        folder = os.path.join(scenario.folder, version)
        define = []
        if not os.path.isdir(folder):
            folder = scenario.folder
            define = ["-DNEW"] if version == "new" else []
        options = compile_version(scenario, config, folder, define, os.path.join(out, version))
    return os.path.join(out, "old"), os.path.join(out, "new"), options


def compile_version(scenario, config, folder, define, target):
    """Makes the program `target` of the sources in `folder`; returns options for `build`."""
    sources = sorted(name for name in os.listdir(folder) if name.endswith(".c"))
    flags = BASE_FLAGS + [config.level] + VARIANTS[config.variant] + scenario.cflags
    link = [flag for flag in LINK_FLAGS if not ("-no-pie" in scenario.cflags and flag == "-pie")]
    info = DebugInfo(getattr(scenario, "debuginfo", None) or "-")
    folder = info.folder(folder, target)
    common = [config.compiler, *flags, *info.flags(), "-I", SUPPORT]
    command = [*common, *define]

    def compile_one(name, more):
        run([*command, *more, "-c", "-o", f"{target}.{name}.o", name], folder)
        return f"{target}.{name}.o"

    run([*command, "-o", target, *info.sources(sources, compile_one),
         _support_object(common, target), *link, *scenario.ldflags], folder)
    if config.variant != "split":
        return info.finish(target)
    debug = os.path.join(os.path.dirname(target), "debug")
    _split_debug(target, debug)
    return ["--debug-dir", debug]


@functools.cache
def _support_text():
    texts = []
    for name in ("support.c", "support.h"):
        with open(os.path.join(SUPPORT, name), encoding="utf-8") as file:
            texts.append(file.read())
    return "".join(texts)


def _support_object(command, target):
    """support.c, which knows of no versions: compiled once for each command, beside the scenarios."""
    name = hashlib.sha256(f"{_support_text()}{shlex.join(command)}".encode()).hexdigest()[:16] + ".o"
    path = os.path.join(os.path.dirname(target), "..", "..", ".support", name)
    if not os.path.exists(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        run([*command, "-c", "-o", f"{path}.{os.getpid()}", "support.c"], SUPPORT)
        os.replace(f"{path}.{os.getpid()}", path)
    return path


def _split_debug(program, debug_dir):
    name = elf.build_id(program)
    folder = os.path.join(debug_dir, ".build-id", name[:2])
    os.makedirs(folder, exist_ok=True)
    run(["objcopy", "--only-keep-debug", program, os.path.join(folder, name[2:] + ".debug")], "/")
    run(["strip", "--strip-all", program], "/")


def run(command, folder):
    """Runs a build tool; its complaint is the failure."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=600, check=False)
    if done.returncode != 0:
        raise Failure(f"{shlex.join(command)}\n{done.stderr.strip()}")
