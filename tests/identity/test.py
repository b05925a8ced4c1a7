"""Which thing of the old version is which of the new one, where it takes several files to ask that:
units, symbol versions, other names, what linkers fold.

A case builds a program in two versions, or a library in two and a program that uses it, and says what
the updated process prints, or why the patch is refused.
"""

import os
import shutil

from harness.compile import run
from harness.process import Process
from harness.tool import Failure, Skip, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 20.0


class Bench:
    """One case's folder: old/ and new/ in it, made from the sources here."""

    def __init__(self, tool, folder, compiler):
        shutil.rmtree(folder, ignore_errors=True)
        self.folder, self.compiler = folder, compiler
        self.tool = tool.with_log(os.path.join(folder, "log"))
        for version in ("old", "new"):
            os.makedirs(os.path.join(folder, version))

    def path(self, version, name):
        return os.path.join(self.folder, version, name)

    def compile(self, version, target, *arguments):
        """Runs the compiler in the version's folder."""
        define = ["-DNEW"] if version == "new" else []
        run([self.compiler, "-O2", "-g", "-D_GNU_SOURCE", "-Wl,--build-id", "-o", target,
             *define, *arguments], os.path.join(self.folder, version))

    def put(self, version, source, name):
        """A copy of a source here, under a path of its own."""
        path = self.path(version, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.join(HERE, source), path)

    def library(self, source, *flags):
        """lib.so in both versions."""
        for version in ("old", "new"):
            self.put(version, source, source)
            self.compile(version, "lib.so", "-fPIC", "-shared", "-Wl,-soname,lib.so", source, *flags)
        return self.path("old", "lib.so"), self.path("new", "lib.so")

    def user(self, source, name, *flags):
        self.put("old", source, source)
        self.compile("old", name, "-fPIE", "-pie", source, "lib.so",
                     f"-Wl,-rpath,{os.path.join(self.folder, 'old')}", *flags)
        return self.path("old", name)

    def build(self, old, new):
        """The patch, or the reason for which it was refused."""
        patch = os.path.join(self.folder, "patch.sup")
        status, answer, errors = self.tool.build(old, new, patch)
        return (patch, None) if status == 0 else (None, reason_of(answer, errors))

    def require_refused(self, old, new, words):
        _, reason = self.build(old, new)
        if not reason or words not in reason:
            raise Failure(f"refused for {words!r} was expected, and not {reason!r}")

    def update(self, old, new, program, before, after):
        """There, back, and there again."""
        patch, reason = self.build(old, new)
        if reason:
            raise Failure(f"build: {reason}")
        with Process(program, program + ".output") as process:
            process.wait_for(before, LIMIT, "before the update")
            for command, wanted in (("apply", after), ("revert", before), ("apply", after)):
                status, answer, errors = self.tool.call(command, patch, process.pid)
                if status != 0:
                    raise Failure(f"{command}: {reason_of(answer, errors)}")
                process.wait_for(wanted, LIMIT, f"after {command}")
        return patch

    def require_evidence(self, patch, name, words):
        _, answer, _ = self.tool.call("inspect", patch)
        if not any(match["name"] == name and words in match["evidence"]
                   for match in answer["matches"]):
            raise Failure(f"no match of {name} by {words!r}: {answer['matches']}")


# ---- units ----

def compiled_twice(bench, *flags):
    """One source is compiled for two widths: two units of one name, each with state of its own."""
    for version in ("old", "new"):
        bench.put(version, "width.c", "width.c")
        bench.put(version, "widths.c", "widths.c")
        for width in ("8", "16"):
            bench.compile(version, f"width{width}.o", "-c", f"-DWIDTH={width}", "width.c", *flags)
        bench.compile(version, "program", "widths.c", "width8.o", "width16.o", *flags)
    bench.update(bench.path("old", "program"), bench.path("new", "program"),
                 bench.path("old", "program"), [r"old 8 \d+ 16 \d+"], [r"new 8 \d+ 16 \d+"])


def compiled_twice_as_one(bench):
    """One source is two units also where the linker's plugin compiles all units together, so that
    they keep their names only."""
    flags = ["-flto"]
    if bench.compiler == "clang":
        if not shutil.which("ld.lld"):
            raise Skip("no lld")
        flags += ["-fuse-ld=lld", "-Wno-unused-command-line-argument",
                  "-Wl,-z,separate-loadable-segments"]
    compiled_twice(bench, *flags)


def other_folder(bench):
    """The new version is built in another folder, where one of its files is called by another path."""
    for version, folder in (("old", "build/src"), ("new", "elsewhere/of/it/src")):
        for source in ("width.c", "widths.c"):
            bench.put(version, source, f"{folder}/{source}")
        for width in ("8", "16"):
            bench.compile(version, f"width{width}.o", "-c", f"-DWIDTH={width}",
                          bench.path(version, f"{folder}/width.c"))
        bench.compile(version, "program", bench.path(version, f"{folder}/widths.c"), "width8.o",
                      "width16.o")
    patch = bench.update(bench.path("old", "program"), bench.path("new", "program"),
                         bench.path("old", "program"), [r"old 8 \d+ 16 \d+"],
                         [r"new 8 \d+ 16 \d+"])
    bench.require_evidence(patch, "count", "was ")


def renamed_file(bench):
    """A file is renamed: its variables are those that it had."""
    for version, name in (("old", "first.c"), ("new", "second.c")):
        bench.put(version, "width.c", name)
        bench.put(version, "widths.c", "widths.c")
        for width in ("8", "16"):
            bench.compile(version, f"width{width}.o", "-c", f"-DWIDTH={width}", name)
        bench.compile(version, "program", "widths.c", "width8.o", "width16.o")
    bench.update(bench.path("old", "program"), bench.path("new", "program"),
                 bench.path("old", "program"), [r"old 8 \d+ 16 \d+"], [r"new 8 \d+ 16 \d+"])


def moved_static(bench):
    """A static variable leaves one unit, and one of its name is in another: that is two."""
    for version in ("old", "new"):
        for source in ("moved.c", "moved_other.c"):
            bench.put(version, source, source)
        bench.compile(version, "program", "moved.c", "moved_other.c")
    bench.update(bench.path("old", "program"), bench.path("new", "program"),
                 bench.path("old", "program"), [r"old first [1-9]\d* second 0"],
                 [r"new first 0 second 1\d\d"])


def of_pieces(bench, *flags):
    for version in ("old", "new"):
        bench.put(version, "pieces.c", "pieces.c")
        bench.compile(version, "program", "pieces.c", *flags)
    return bench.path("old", "program"), bench.path("new", "program")


def pieces(bench):
    """The elements of an array are variables of their own, which keep what they hold."""
    old, new = of_pieces(bench)
    bench.update(old, new, old, [r"old 0 0"], [r"new 0 0"])


def piece_added(bench):
    """The old version has no storage for one of them: nobody knows what was not written there."""
    if bench.compiler != "clang":
        raise Skip("gcc makes no pieces")
    bench.require_refused(*of_pieces(bench, "-DADDED"), "'counts+8' (pieces.c) has no storage")


def piece_lost(bench):
    """The new version takes an element for a constant: what the old one counted there is lost."""
    if bench.compiler != "clang":
        raise Skip("gcc makes no pieces")
    bench.require_refused(*of_pieces(bench, "-DLOST"), "'counts+16' (pieces.c) has no storage")


# ---- names ----

def versions(bench):
    """A library has two versions of one function: callers of each come to its new body."""
    old, new = bench.library("versions.c", "-Wl,--version-script=" +
                             os.path.join(HERE, "versions.map"))
    first = bench.user("versions_user.c", "first", "-DFIRST")
    second = bench.user("versions_user.c", "second")
    patch = bench.update(old, new, first, [r"rate 1000 wait 3000"], [r"rate 101000 wait 303000"])
    bench.require_evidence(patch, "rate", "VER_1")
    bench.update(old, new, second, [r"rate 2000 wait 3000"], [r"rate 202000 wait 303000"])


def alias_exported(bench):
    """Another name of an exported function gets a body of its own: whose is the old address?"""
    bench.require_refused(*bench.library("names.c", "-DALIAS"), "one address cannot lead to both")


def alias_called(bench):
    """Where only code of the library calls another name, each call is bound to the right one."""
    old, new = bench.library("names.c", "-DALIAS", "-DHIDDEN")
    bench.update(old, new, bench.user("names_user.c", "user"), [r"read 1 write 1"],
                 [r"read 1 write 0"])


def folded(bench, linker):
    """Two functions of one body were folded by the linker, and are two now."""
    flags = ["-DFOLDED", "-ffunction-sections", f"-fuse-ld={linker}", "-Wl,--icf=all"]
    if not shutil.which(f"ld.{linker}"):
        raise Skip(f"no {linker}")
    bench.require_refused(*bench.library("names.c", *flags), "one address cannot lead to both")


def folded_called(bench, linker):
    """Folded functions that are hidden are two again."""
    flags = ["-DFOLDED", "-DHIDDEN", "-ffunction-sections", f"-fuse-ld={linker}", "-Wl,--icf=all",
             "-Wl,-z,separate-loadable-segments"]
    if not shutil.which(f"ld.{linker}"):
        raise Skip(f"no {linker}")
    old, new = bench.library("names.c", *flags)
    bench.update(old, new, bench.user("names_user.c", "user"), [r"read 1 write 1"],
                 [r"read 1 write 0"])


def folded_by_gold(bench):
    folded(bench, "gold")


def folded_by_lld(bench):
    folded(bench, "lld")


def folded_by_mold(bench):
    folded(bench, "mold")


def folded_by_lld_called(bench):
    folded_called(bench, "lld")


TESTS = (compiled_twice, compiled_twice_as_one, other_folder, renamed_file, moved_static, pieces,
         piece_added, piece_lost, versions, alias_exported, alias_called, folded_by_gold, folded_by_lld, folded_by_mold,
         folded_by_lld_called)


def items(tool, root):
    """(name, function) of every case, with both compilers."""
    for test in TESTS:
        for compiler in ("gcc", "clang"):
            name = f"{test.__name__.replace('_', '-')} {compiler}"

            def execute(test=test, name=name, compiler=compiler):
                return test(Bench(tool, os.path.join(root, name.replace(" ", "-")), compiler))

            yield f"identity {name}", execute
