"""Debug files of stripped programs: wherever they are, the patch is that of the whole programs.

Each place is tried with OLD and NEW as a distribution has them: stripped, and the debug file
elsewhere.  Then `build` must make the very patch that it makes of the programs as they were
compiled, and say in a refusal where it looked.
"""

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import time

from cases.command import PAIR, require
from harness.compile import run
from harness.tool import Failure, Skip, reason_of

SIDES = ("old", "new")


def build_id(path):
    notes = subprocess.run(["readelf", "-n", path], capture_output=True, text=True, check=True)
    return notes.stdout.split("Build ID:")[1].split()[0]


class Stripped:
    """A copy of both programs in `folder`, without symbols, and their debug files in `debug`."""

    def __init__(self, bench, folder, *options):
        _, *self.whole = bench.pair(PAIR)
        self.tool, self.folder = bench.tool, folder
        self.bin, self.debug = os.path.join(folder, "bin"), os.path.join(folder, "debug")
        for where in (self.bin, self.debug):
            os.makedirs(where)
        self.paths = [os.path.join(self.bin, side) for side in SIDES]
        self.debug_files = [os.path.join(self.debug, side + ".debug") for side in SIDES]
        for whole, path, debug in zip(self.whole, self.paths, self.debug_files):
            run(["objcopy", "--only-keep-debug", *options, whole, debug], folder)
            run(["strip", "--strip-all", "-o", path, whole], folder)
            run(["objcopy", f"--add-gnu-debuglink={debug}", path], folder)

    def move(self, place):
        """Each debug file goes to `place`, in which SIDE, XX and REST are filled in."""
        for side, path, debug in zip(SIDES, self.paths, self.debug_files):
            name = build_id(path)
            target = os.path.join(self.folder, place.format(
                side=side, xx=name[:2], rest=name[2:], bin=self.bin.lstrip("/")))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.move(debug, target)

    def build(self, *options, prefix=()):
        return self.tool.call("build", *self.paths, "-o", os.path.join(self.folder, "patch.sup"),
                              *options, prefix=prefix)

    def require_same(self, *options, prefix=()):
        """The patch is byte for byte that of the whole programs; returns what build said."""
        status, answer, errors = self.build(*options, prefix=prefix)
        if status != 0:
            raise Failure(f"status {status}: {reason_of(answer, errors)}")
        expected = os.path.join(self.folder, "expected.sup")
        status, wanted, errors = self.tool.build(*self.whole, expected)
        if status != 0:
            raise Failure(f"whole programs: status {status}: {reason_of(wanted, errors)}")
        contents = []
        for path in (expected, os.path.join(self.folder, "patch.sup")):
            with open(path, "rb") as file:
                contents.append(file.read())
        if contents[0] != contents[1]:
            raise Failure("the patch is not that of the whole programs")
        return answer


PLACES = {
    "beside": ("bin/{side}.debug", False),
    "in .debug beside it": ("bin/.debug/{side}.debug", False),
    "by build-id": ("debug/.build-id/{xx}/{rest}.debug", True),
    "by name": ("debug/{side}.debug", True),
    "by path": ("debug/{bin}/{side}.debug", True),
}


def debug_file_places(bench, folder):
    """A debug file is found beside the program and in debug directories, by build-id and by name."""
    for name, (place, needs_option) in PLACES.items():
        pair = Stripped(bench, os.path.join(folder, name.replace(" ", "-")))
        pair.move(place)
        if needs_option:
            require(*pair.build(), (1,), "no debug file")
        pair.require_same(*(["--debug-dir", pair.debug] if needs_option else []))


def debug_file_compressed(bench, folder):
    """Sections may be compressed in each of the ways that objcopy knows."""
    for kind in ("zlib", "zlib-gnu", "zstd"):
        pair = Stripped(bench, os.path.join(folder, kind), f"--compress-debug-sections={kind}")
        headers = subprocess.run(["readelf", "-tW", pair.debug_files[0]], capture_output=True,
                                 text=True, check=True).stdout
        sign = {"zlib": "ZLIB", "zlib-gnu": ".zdebug_info", "zstd": "ZSTD"}[kind]
        if sign not in headers:
            raise Failure(f"objcopy did not compress by {kind}")
        pair.require_same("--debug-dir", pair.debug)


def debug_file_damaged(bench, folder):
    """What is compressed and damaged is said to be; a size that cannot be is not believed."""
    for name, offset in (("contents", 24), ("size", 14)):
        pair = Stripped(bench, os.path.join(folder, name), "--compress-debug-sections=zstd")
        with open(pair.debug_files[0], "r+b") as file:
            data = file.read()
            at = data.index(bytes([0x28, 0xb5, 0x2f, 0xfd])) - 24  # of the first compressed section
            file.seek(at + offset)
            file.write(b"\xff\xff")
        require(*pair.build("--debug-dir", pair.debug), (1, 3), "damaged|unpack")


def debug_file_lookup_is_told(bench, folder):
    """The refusal names the build-id, each place, and what the files there are."""
    pair = Stripped(bench, folder)
    name = build_id(pair.paths[0])
    os.rename(pair.debug_files[1], os.path.join(pair.bin, "old.debug"))
    with open(os.path.join(pair.debug, "old.debug"), "w", encoding="ascii") as file:
        file.write("nothing")
    reason = require(*pair.build("--debug-dir", pair.debug), (1,))
    for text in (f"build-id {name}",
                 f"{pair.debug}/.build-id/{name[:2]}/{name[2:]}.debug is not there",
                 f"{pair.bin}/old.debug is of build-id {build_id(pair.paths[1])}",
                 f"{pair.debug}/old.debug is of no use (not an ELF file)",
                 f"/usr/lib/debug/.build-id/{name[:2]}/{name[2:]}.debug is not there",
                 "DEBUGINFOD_URLS is not set"):
        if text not in reason:
            raise Failure(f"{text!r} is not in the reason: {reason}")


def other_build_id(path, number):
    """Gives the program at `path` another build-id, and nothing else."""
    with open(path, "r+b") as file:
        data = file.read()
        was = bytes.fromhex(build_id(path))
        if data.count(was) != 1:
            raise Failure("the build-id is not there once")
        file.seek(data.index(was))
        file.write(bytes([number]) * len(was))


def debug_file_of_equal_build(bench, folder):
    """A build of other build-id and equal code and data lends its debug information."""
    for name in ("whole", "with-debug-file"):
        pair = Stripped(bench, os.path.join(folder, name))
        shutil.rmtree(pair.debug)
        os.makedirs(pair.debug)
        for side, whole, number in zip(SIDES, pair.whole, (1, 2)):
            again = os.path.join(pair.debug, side)
            shutil.copy(whole, again)
            other_build_id(again, number)
            if name != "whole":
                run(["objcopy", "--only-keep-debug", again, again + ".debug"], folder)
                run(["strip", again], folder)
        answer = pair.require_same("--debug-dir", pair.debug)
        if len(answer["notes"]) != 2 or f"that of {pair.debug}/old" not in answer["notes"][0]:
            raise Failure(f"it is not said: {answer['notes']}")


def debug_file_of_almost_equal_build(bench, folder):
    """One byte of a table makes it another build."""
    pair = Stripped(bench, folder)
    os.remove(pair.debug_files[0])
    again = os.path.join(pair.debug, "old")
    shutil.copy(pair.whole[0], again)
    other_build_id(again, 1)
    headers = subprocess.run(["readelf", "-SW", again], capture_output=True, text=True, check=True)
    row = next(line for line in headers.stdout.splitlines() if " .rodata " in line)
    with open(again, "r+b") as file:
        at = int(row.split("PROGBITS")[1].split()[1], 16)
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))
    reason = require(*pair.build("--debug-dir", pair.debug), (1,))
    if f"{again} is another build (section .rodata)" not in reason:
        raise Failure(f"the section is not named: {reason}")


@contextlib.contextmanager
def debuginfod(folder, served, kind=("-F",)):
    """Serves what is in `served` in a network of its own; gives the words that run a command in it."""
    if os.geteuid() != 0 or not shutil.which("debuginfod"):
        raise Skip("needs root and debuginfod")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = os.path.join(folder, "debuginfod.log")
    with open(log, "w", encoding="utf-8") as output:
        server = subprocess.Popen(
            ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", "debuginfod",
             "-d", ":memory:", "-p", str(port), "-t", "0", *kind, served],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    inside = ["nsenter", "--net", "--target", str(server.pid), "env",
              f"DEBUGINFOD_URLS=http://127.0.0.1:{port}",
              f"DEBUGINFOD_CACHE_PATH={folder}/cache"]
    try:
        yield inside, f"http://127.0.0.1:{port}", log
    finally:
        server.terminate()
        server.wait(30)


def wait_until_served(inside, path, log):
    """debuginfod has found the debug file of the program at `path`."""
    end = time.monotonic() + 60
    command = [*inside, "DEBUGINFOD_CACHE_PATH=" + log + ".cache", "debuginfod-find", "debuginfo",
               build_id(path)]
    while subprocess.run(command, capture_output=True, check=False, timeout=60).returncode:
        shutil.rmtree(log + ".cache", ignore_errors=True)  # it keeps that there was none
        if time.monotonic() > end:
            raise Failure("debuginfod does not have the file")
        time.sleep(0.2)


def debug_file_from_server(bench, folder):
    """debuginfod is asked, for the debug file and for what dwz moved out of it."""
    pair = Stripped(bench, folder)
    common = os.path.join(pair.debug, "common.debug")
    run(["dwz", "-m", common, *pair.debug_files], folder)
    for path in pair.debug_files:
        sections = subprocess.run(["readelf", "-SW", path], capture_output=True, text=True,
                                  check=True).stdout
        if ".gnu_debugaltlink" not in sections:
            raise Failure("dwz moved nothing")
    served = os.path.join(folder, "served")
    os.rename(pair.debug, served)
    with debuginfod(folder, served) as (inside, url, log):
        for path in (*pair.paths, os.path.join(served, "common.debug")):
            wait_until_served(inside, path, log)
        pair.require_same(prefix=inside)
        kept = glob.glob(os.path.join(folder, "cache", "*", "debuginfo"))
        if len(kept) != 3:
            raise Failure(f"the cache has {len(kept)} debug files, not 3")
    reason = require(*pair.build(prefix=["env", f"DEBUGINFOD_URLS={url}",
                                         f"DEBUGINFOD_CACHE_PATH={folder}/empty"]), (1,))
    if f"{url} (server): Connection refused" not in reason:
        raise Failure(f"the server is not named: {reason}")


TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EXAMPLES = os.path.join(os.path.dirname(TESTS), "examples")
ALTERNATE = ".dwz/x86_64-linux-gnu/server.debug"


def packaged(folder, version):
    """The example's server as a Debian package has it, with another program: dh_dwz moves what both
    have in common to one file, dh_strip the rest to files of their own.  (the server as it was
    compiled, stripped, the package's debug directory)."""
    debug, whole, server, other = (os.path.join(folder, version, name)
                                   for name in ("debug", "whole/server", "server", "other"))
    for path in (os.path.join(debug, ALTERNATE), whole):
        os.makedirs(os.path.dirname(path))
    source = os.path.join(EXAMPLES, version, "server.c")
    for level, path in (("-O2", whole), ("-O1", other)):
        run(["gcc", "-g", level, "-pthread", "-Wl,--build-id", "-o", path, source], folder)
    shutil.copy(whole, server)
    run(["dwz", "-m", os.path.join(debug, ALTERNATE), "-M", f"/usr/lib/debug/{ALTERNATE}", server,
         other], folder)
    kept = os.path.join(debug, ".build-id", build_id(whole)[:2], build_id(whole)[2:] + ".debug")
    os.makedirs(os.path.dirname(kept))
    run(["objcopy", "--only-keep-debug", "--compress-debug-sections", server, kept], folder)
    run(["strip", "--strip-all", server], folder)
    return whole, server, debug


def debug_file_of_packages(bench, folder):
    """A server of two Debian packages, whose alternate files have one name: the patch is that of the
    whole programs, and without one of the files it is refused."""
    (old_whole, old, old_debug), (new_whole, new, new_debug) = (
        packaged(folder, version) for version in ("v1", "v2"))
    patches = [os.path.join(folder, name) for name in ("whole.sup", "packaged.sup")]
    options = ["--debug-dir", old_debug, "--debug-dir", new_debug]
    for arguments in ((old_whole, new_whole, patches[0]), (old, new, patches[1], *options)):
        status, answer, errors = bench.tool.build(*arguments)
        if status != 0:
            raise Failure(f"status {status}: {reason_of(answer, errors)}")
    with open(patches[0], "rb") as one, open(patches[1], "rb") as other:
        if one.read() != other.read():
            raise Failure("the patch is not that of the whole programs")
    shutil.move(os.path.join(new_debug, ALTERNATE), os.path.join(folder, "gone"))
    require(*bench.tool.build(old, new, patches[1], *options), (1,),
            "they are in the dwz file")


CASES = (debug_file_places, debug_file_of_packages, debug_file_compressed, debug_file_damaged, debug_file_lookup_is_told,
         debug_file_of_equal_build, debug_file_of_almost_equal_build, debug_file_from_server)
