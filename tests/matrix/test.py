"""Flags of compilers and linkers: one threaded program, and what is right for each set of flags.

A row is right when the patch is applied, reverted and applied again under the program's own checks,
or when it is refused for the reason that the row names.
"""

import dataclasses
import os
import shutil

from harness.compile import run
from harness.process import Process
from harness.tool import Failure, Skip, reason_of

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 20.0
OLD, NEW = r"old 8 14 49 whole n=\d+", r"new 1007 14 149 whole n=\d+"
BOTH = ("gcc", "clang")


@dataclasses.dataclass(frozen=True)
class Row:
    """One set of flags."""
    name: str
    flags: str = "-O2"
    compilers: tuple = BOTH
    link: str = ""
    refused: str = ""  # the reason's id; "" when the patch is to be applied
    finish: str = ""  # what is done to the finished program
    linker: str = ""
    quick: bool = False  # one of those that `make test` runs


ROWS = (
    *(Row(f"level{level}", level) for level in ("-O0", "-O1", "-O2", "-O3", "-Os", "-Og")),
    Row("-Ofast", "-Ofast"), Row("-Oz", "-Oz", ("clang",)),
    Row("-g1", "-O2 -g1", refused="unit-types-unknown"),
    Row("-g3", "-O2 -g3"),
    Row("-gdwarf-2", "-O2 -gdwarf-2 -gstrict-dwarf", ("gcc",)),
    Row("-gdwarf-4", "-O2 -gdwarf-4"), Row("-gdwarf-5", "-O2 -gdwarf-5"),
    Row("-gz=zlib", "-O2 -gz=zlib", quick=True), Row("-gz=zlib-gnu", "-O2 -gz=zlib-gnu", ("gcc",)),
    Row("debug types", "-O2 -fdebug-types-section"),
    Row("split DWARF", "-O2 -gsplit-dwarf", finish="split", quick=True),
    Row("dwz", "-O2 -gdwarf-4", finish="dwz"),
    Row("stripped", "-O2", finish="strip", refused="no-symbols"),
    Row("gold", linker="gold", quick=True), Row("lld", linker="lld", quick=True),
    Row("mold", linker="mold", quick=True),
    Row("gold, folded", "-O2 -ffunction-sections", link="-Wl,--icf=all", linker="gold"),
    Row("lld, folded", "-O2 -ffunction-sections", link="-Wl,--icf=all", linker="lld"),
    Row("mold, folded", "-O2 -ffunction-sections", link="-Wl,--icf=all", linker="mold"),
    Row("packed relocations", link="-Wl,-z,pack-relative-relocs"),
    Row("collected", "-O2 -ffunction-sections -fdata-sections", link="-Wl,--gc-sections"),
    Row("emitted relocations", link="-Wl,--emit-relocs"),
    Row("bound now", link="-Wl,-z,now"), Row("bound lazily", link="-Wl,-z,lazy"),
    Row("without RELRO", link="-Wl,-z,norelro"),
    Row("one segment for code and constants", link="-Wl,-z,noseparate-code"),
    Row("hash styles", link="-Wl,--hash-style=sysv"),
    Row("LTO", "-O2 -flto", ("gcc",), quick=True),
    Row("LTO by lld", "-O2 -flto", ("clang",), linker="lld"),
    Row("thin LTO", "-O2 -flto=thin", ("clang",), linker="lld"),
    Row("LTO in partitions", "-O2 -flto -flto-partition=max", ("gcc",)),
    Row("PGO", "-O2 -fprofile-use -Wno-missing-profile", ("gcc",)),
    Row("PGO instrumented", "-O2 -fprofile-generate", ("gcc",), refused="either"),
    Row("-fno-plt", "-O2 -fno-plt", quick=True),
    Row("-fno-semantic-interposition", "-O2 -fno-semantic-interposition"),
    Row("-fcf-protection=full", "-O2 -fcf-protection=full", quick=True),
    Row("-fcf-protection=none", "-O2 -fcf-protection=none"),
    Row("stack protector", "-O2 -fstack-protector-all"),
    Row("stack clash", "-O2 -fstack-clash-protection"),
    Row("fortified", "-O2 -D_FORTIFY_SOURCE=2"),
    Row("frame pointers", "-O2 -fno-omit-frame-pointer"),
    Row("no red zone", "-O2 -mno-red-zone"),
    Row("-march=haswell", "-O3 -march=haswell"),
    Row("-fno-common", "-O2 -fno-common"),
    Row("no jump tables", "-O2 -fno-jump-tables"),
    Row("no inlining", "-O2 -fno-inline"),
    Row("no IPA", "-O2 -fno-ipa-ra -fno-ipa-cp -fno-ipa-sra -fno-ipa-icf", ("gcc",)),
    Row("aligned loops", "-O2 -falign-functions=64 -falign-loops=32"),
    Row("aligned to nothing", "-O2 -falign-functions=1", ("gcc",)),
    Row("-pg", "-O2 -pg"), Row("-pg -mfentry", "-O2 -pg -mfentry", ("gcc",)),
    Row("room for probes", "-O2 -fpatchable-function-entry=5"),
    Row("retpolines", "-O2 -mindirect-branch=thunk -fcf-protection=none", ("gcc",)),
    Row("retpolines of clang", "-O2 -mretpoline", ("clang",)),
    Row("return thunks", "-O2 -mfunction-return=thunk -fcf-protection=none", ("gcc",),
        refused="address-in-code"),
    Row("-mcmodel=medium", "-O2 -mcmodel=medium", ("gcc",)),
    Row("-mcmodel=large", "-O2 -mcmodel=large", refused="counts-from-got"),
    Row("-fexceptions", "-O2 -fexceptions"),
    Row("asynchronous unwind tables off", "-O2 -fno-asynchronous-unwind-tables"),
    Row("position-dependent", "-O2 -fno-pie -no-pie", refused="not-pie"),
    Row("static PIE", "-O2", ("gcc",), link="-static-pie", refused="namesakes"),
)


def share_out(program):
    """dwz finds something in common with a copy of the program."""
    shutil.copy2(program, program + ".copy")
    run(["dwz", "-m", program + ".dwz", "-M", os.path.basename(program) + ".dwz", program,
         program + ".copy"], os.path.dirname(program))


FINISH = {"dwz": share_out, "split": lambda program: None,
          "strip": lambda program: run(["strip", program], "/")}


class Try:
    """One row with one compiler."""

    def __init__(self, tool, row, compiler, folder):
        self.row, self.compiler, self.folder = row, compiler, folder
        self.tool = tool.with_log(os.path.join(folder, "log"))

    def compile(self, version):
        """The program of one version."""
        row, folder = self.row, os.path.join(self.folder, version)
        os.makedirs(folder)
        shutil.copy(os.path.join(HERE, "prog.c"), folder)
        define = ["-DNEW"] if version == "new" else []
        linker = [f"-fuse-ld={row.linker}"] if row.linker else []
        run([self.compiler, "-g", "-D_GNU_SOURCE", "-fPIE", "-pie", "-pthread", "-w",
             "-Wl,--build-id", *define, *row.flags.split(), *row.link.split(), *linker, "prog.c",
             "-o", "program"], folder)
        program = os.path.join(folder, "program")
        if row.finish:
            FINISH[row.finish](program)
        return program

    def check_refusal(self, answer, errors):
        """Of a build or of an update."""
        ids = {answer.get("reason_id")} | {thread["reason_id"]
                                           for process in answer.get("processes", [])
                                           for thread in process.get("thread_list", [])}
        if self.row.refused != "either" and self.row.refused not in ids:
            raise Failure(f"refused: {reason_of(answer, errors)} ({sorted(filter(None, ids))})")
        return f"refused: {reason_of(answer, errors)}"

    def execute(self):
        """Raises Failure."""
        if self.row.linker and not shutil.which(f"ld.{self.row.linker}"):
            raise Skip(f"no {self.row.linker}")
        shutil.rmtree(self.folder, ignore_errors=True)
        old, new = self.compile("old"), self.compile("new")
        patch = os.path.join(self.folder, "patch.sup")
        status, answer, errors = self.tool.build(old, new, patch)
        if status != 0:
            return self.check_refusal(answer, errors)
        with Process(old, os.path.join(self.folder, "output")) as process:
            process.wait_for([OLD], LIMIT, "before the update")
            for command, wanted in (("apply", NEW), ("revert", OLD), ("apply", NEW)):
                status, answer, errors = self.tool.call(command, patch, process.pid)
                if status != 0:
                    return self.check_refusal(answer, errors)
                process.wait_for([wanted], LIMIT, f"after {command}")
        if self.row.refused not in ("", "either"):
            raise Failure("applied, but a refusal was expected")
        return ""


def items(tool, root, every):
    """(name, function) of every row that is asked for."""
    for row in ROWS:
        for compiler in row.compilers:
            name = f"{row.name} {compiler}"
            one = Try(tool, row, compiler, os.path.join(root, name.replace(" ", "-")))
            if every or (row.quick and compiler == row.compilers[0]):
                yield f"matrix {name}", one.execute
