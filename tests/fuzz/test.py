#!/usr/bin/env python3
"""Fuzzes the readers of patches, of ELF and DWARF, of a process's memory, and the builder.

usage: tests/fuzz/test.py [--time SECONDS] [--keep] [NAME...]

The first corpus is made from the tools as they are (tests/fuzz/small.c, by gcc and clang), so that
it always has the current formats, and of what long runs have found (tests/fuzz/corpus-NAME.tar.xz).
What a run finds is added to BUILD/corpus/NAME and used again; --keep makes the archives anew of
what is needed for the same coverage.  An input that crashes is kept as BUILD/crash-NAME-*; put it
into tests/fuzz/found/NAME when it is mended.
"""

import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(HERE))

from harness.tool import Failure, Tool, reason_of  # noqa: E402

TOP = os.path.dirname(os.path.dirname(HERE))
NAMES = ("patch", "object", "memory", "build")
COMPILERS = (("gcc", "-O2"), ("gcc", "-O0"), ("clang", "-O1"))
LIMITS = ("-timeout=20", "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-max_len=66000")


def run(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False,
                          stdin=subprocess.DEVNULL, **more)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {(done.stdout + done.stderr)[-3000:]}")
    return done.stdout + done.stderr


def compile_fuzzers(build):
    meson = "/usr/bin/meson" if os.path.exists("/usr/bin/meson") else "meson"
    ninja = "/usr/bin/ninja" if os.path.exists("/usr/bin/ninja") else "ninja"
    if not os.path.exists(os.path.join(build, "build.ninja")):
        run([meson, "setup", build, TOP, "-Dfuzz=true", "-Db_sanitize=address,undefined",
             "-Db_lundef=false"], env={**os.environ, "CC": "clang"})
    run([ninja, "-C", build, *(f"fuzz_{name}" for name in NAMES)])


def compile_small(folder, compiler, level):
    """(old, new), as small as they can be."""
    paths = []
    for version, flags in (("old", ()), ("new", ("-DNEW",))):
        paths.append(os.path.join(folder, f"{compiler}{level}-{version}"))
        run([compiler, level, *flags, "-g", "-fPIE", "-pie", "-nostartfiles", "-Wl,-e,main",
             "-Wl,--build-id", "-Wl,-z,noseparate-code", "-w", "-o", paths[-1],
             os.path.join(HERE, "small.c")])
    return paths


PAGE, PAGES, PLACE = 4096, 16, 0x200000000000  # of fuzz_memory.c
FILE, NO_FILE, WRITABLE, CODE = 1, 0, 8, 16


def memory_of_file(path):
    """A program mapped as data, and as code."""
    with open(path, "rb") as file:
        contents = file.read(PAGES * PAGE)
    return bytes([FILE] + [FILE | CODE] * (PAGES - 1)) + contents


def memory_of_update(patch):
    """A registry, a journal of one place, and the patch as zstd has it that packs nothing."""
    with open(patch, "rb") as file:
        contents = file.read()
    packed = b""
    for at in range(0, len(contents), 1 << 16):
        part = contents[at:at + (1 << 16)]
        last = at + len(part) == len(contents)
        packed += struct.pack("<I", last | len(part) << 3)[:3] + part
    packed = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(contents)) + packed
    registry = b"SUREGIS\0" + struct.pack(
        "<6I12Q2I", 0, 3, 1, 0, 0, 1, PLACE, PAGES * PAGE, 0, 0, PLACE, PAGE, 1, 2 * PAGE,
        len(packed), len(contents), 1, 7, 20, 20)
    registry = (registry + bytes(128) + b"image").ljust(PAGE, b"\0")
    span = struct.pack("<QBBB5x8s8s", PLACE + PAGE - 16, 5, 0, 0, b"\x90" * 5,
                       b"\xe9\0\0\0\0").ljust(PAGE, b"\0")
    return bytes(PAGES) + (registry + span + packed)[:PAGES * PAGE]


def make_corpus(tool, build, every):
    """Returns the object that the builder is not to have mutated."""
    folders = {name: os.path.join(build, "corpus", name) for name in NAMES}
    small = os.path.join(build, "small")
    for folder in (*folders.values(), small):
        os.makedirs(folder, exist_ok=True)
    pairs = [compile_small(small, *how) for how in COMPILERS]
    for old, new in pairs:
        patch = os.path.join(folders["patch"], os.path.basename(old) + ".sup")
        status, answer, errors = tool.build(old, new, patch)
        if status != 0:
            raise Failure(f"build: {reason_of(answer, errors)}")
    for name in NAMES:
        unpack_corpus(name, folders[name], every)
    for path in pairs[0] + pairs[2]:
        run(["cp", path, os.path.join(folders["object"], os.path.basename(path))])
    for path in pairs[0] + pairs[2]:
        with open(os.path.join(folders["memory"], os.path.basename(path)), "wb") as seed:
            seed.write(memory_of_file(path))
    for path in sorted(os.listdir(folders["patch"]))[:8]:
        if path.endswith(".sup"):
            with open(os.path.join(folders["memory"], path), "wb") as seed:
                seed.write(memory_of_update(os.path.join(folders["patch"], path)))
    for path, last in ((pairs[0][0], b"\1"), (pairs[0][1], b"\0")):
        with open(path, "rb") as file, \
                open(os.path.join(folders["build"], os.path.basename(path)), "wb") as seed:
            seed.write(file.read() + last)
    return pairs[0]


def unpack_corpus(name, folder, every):
    """What long runs left in the tree, or one in `every` of it, and all that earlier faults left."""
    archive = os.path.join(HERE, f"corpus-{name}.tar.xz")
    if os.path.exists(archive):
        with tarfile.open(archive) as tar:
            for member in tar.getmembers()[::every]:
                with open(os.path.join(folder, os.path.basename(member.name)), "wb") as file:
                    file.write(tar.extractfile(member).read())
    found = os.path.join(HERE, "found", name)
    for entry in os.listdir(found) if os.path.isdir(found) else ():
        shutil.copy(os.path.join(found, entry), folder)


def forget_owner(member):
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return member


def keep_corpus(build, name, pair):
    """Packs the least of the corpus that covers as much; returns a remark."""
    least = os.path.join(build, f"least-{name}")
    shutil.rmtree(least, ignore_errors=True)
    os.makedirs(least)
    run([os.path.join(build, f"fuzz_{name}"), "-merge=1", *LIMITS, least,
         os.path.join(build, "corpus", name)], cwd=build,
        env={**os.environ, "STRONGUPDATE_FUZZ_OTHER": pair[0]})
    archive = os.path.join(HERE, f"corpus-{name}.tar.xz")
    with tarfile.open(archive, "w:xz", preset=9) as tar:
        for entry in sorted(os.listdir(least)):
            tar.add(os.path.join(least, entry), entry, filter=forget_owner)
    return f"{len(os.listdir(least))} inputs, {os.path.getsize(archive)} bytes"


def fuzz(build, name, seconds, pair):
    """Runs one fuzzer; returns a remark."""
    found = os.path.join(build, "corpus", name)
    command = [os.path.join(build, f"fuzz_{name}"), f"-max_total_time={seconds}", *LIMITS,
               "-print_final_stats=1", f"-artifact_prefix={build}/crash-{name}-", found]
    output = run(command, cwd=build, timeout=seconds + 300,
                 env={**os.environ, "STRONGUPDATE_FUZZ_OTHER": pair[0],
                      "ASAN_OPTIONS": "detect_leaks=1:allocator_may_return_null=1",
                      "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"})
    runs = re.search(r"number_of_executed_units: (\d+)", output)
    covered = re.findall(r"cov: (\d+)", output)
    if not runs or int(runs.group(1)) < 10:
        raise Failure(f"hardly anything ran: {output[-1500:]}")
    return f"{runs.group(1)} inputs, {covered[-1] if covered else '?'} edges"


def items(tool, build, seconds=30, keep=False, every=5):
    """(name, function) of every fuzzer; `every`: which share of the archives it begins with."""
    def one(name):
        compile_fuzzers(build)
        pair = make_corpus(tool, build, every)
        remark = fuzz(build, name, seconds, pair)
        return f"{remark}; kept {keep_corpus(build, name, pair)}" if keep else remark

    for name in NAMES:
        yield f"fuzz {name}", lambda name=name: one(name)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--time", type=int, default=60, metavar="SECONDS", help="of each")
    parser.add_argument("--keep", action="store_true", help="make the archives of the tree anew")
    options = parser.parse_args()
    tool = Tool(os.path.join(TOP, "build", "strongupdate"))
    failed = False
    for name, function in items(tool, os.path.join(TOP, "build-fuzz"), options.time,
                                options.keep, every=1):
        if name.split()[1] in options.names:
            try:
                print(f"ok   {name}: {function()}", flush=True)
            except Failure as why:
                failed = True
                print(f"FAIL {name}: {why}", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
