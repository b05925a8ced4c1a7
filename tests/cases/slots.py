"""Cases of what the loader has bound to a library: GOT and PLT slots, names, copies of constants.

After an update each of them leads to the new body, also those that are bound later; where something has
changed one of them, so that it would not, the update is refused, or taken back.  The cases write into
slots of the program as a tool does that puts itself before functions.
"""

import os
import re
import struct
import subprocess
import threading
import time

from cases.imports import Workshop, needs, require_applied, require_refused
from harness.process import POLL, Process
from harness.scenario import LIMIT
from harness.tool import Failure, reason_of

LIBRARY = """
#include <unistd.h>
#ifdef NEW
#define VERSION 2
#else
#define VERSION 1
#endif
__attribute__((noinline)) int version_of(int n)
{
	return n + VERSION;
}
__attribute__((noinline)) int quiet_version(int n)
{
	return n * 3 + VERSION;
}
/* Active for as long as that is wanted. */
void hold(volatile int *busy, volatile int *held)
{
	usleep(5000);
	while (*busy) {
		*held = 1;
		usleep(5000);
	}
}
"""

# An assembly function with a second entry, which is exported.
SECOND_ENTRY = LIBRARY + """
__asm__(".globl quick_version\\n.type quick_version, @function\\n"
	".globl quick_middle\\n.type quick_middle, @function\\n"
	"quick_version: mov $10, %eax\\n"
	"quick_middle:\\n"
#ifdef NEW
	"add $2, %eax\\n"
#else
	"nop\\n add $1, %eax\\n"
#endif
	"nop\\n nop\\n nop\\n nop\\n nop\\n ret\\n.size quick_version, . - quick_version\\n");
"""

# `busy` keeps hold() active, `late` lets a function be called that was not before.
PROGRAM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int version_of(int n), quiet_version(int n);
void hold(volatile int *busy, volatile int *held);
volatile int busy, held, late;
int main(int argc, char **argv)
{
	alarm(120);
	if (argc > 1 && !dlopen(argv[1], RTLD_NOW))
		return puts(dlerror());
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int n = 0;; n++) {
		hold(&busy, &held);
		printf("version %d late %d\\n", version_of(0), late ? quiet_version(0) : 0);
	}
}
"""
# A constant of the library that changes, and a program that reads it.
NAMED = LIBRARY + """
#ifdef NEW
const char name_of_it[8] = "second";
#else
const char name_of_it[8] = "first";
#endif
char first_letter(int n)
{
	return name_of_it[n];
}
"""
READS_NAME = """
#include <stdio.h>
#include <unistd.h>
extern const char name_of_it[8];
char first_letter(int n);
int main(void)
{
	alarm(120);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;; usleep(5000))
		printf("name %s %c\\n", name_of_it, first_letter(0));
}
"""

# A plugin that is bound to the library as well, and never calls it.
PLUGIN = """
int quiet_version(int n);
int (*use(void))(int)
{
	return quiet_version;
}
"""


def reads(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def slot_of(program, name):
    """Where the loader puts the address of `name`, in the program's file."""
    return int(re.search(rf"^([0-9a-f]+) .*R_X86_64_(JUMP_SLO|GLOB_DAT)\S* .* {name} ",
                         reads("readelf", "-rW", program), re.M)[1], 16)


def place_of(program, name):
    return int(re.search(rf"^([0-9a-f]+) . {name}$", reads("nm", program), re.M)[1], 16)


def first_address(process, file):
    """Where it is mapped."""
    with open(f"/proc/{process.pid}/maps", encoding="ascii") as maps:
        return next(int(line.split("-")[0], 16) for line in maps if line.endswith(f" {file}\n"))


class Memory:
    """That of a process; addresses are those of a file that is mapped there."""

    def __init__(self, process, file):
        self.path = f"/proc/{process.pid}/mem"
        self.bias = first_address(process, file)

    def read(self, vaddr, form="<Q"):
        with open(self.path, "rb", buffering=0) as memory:
            return struct.unpack(form, os.pread(memory.fileno(), struct.calcsize(form),
                                                self.bias + vaddr))[0]

    def write(self, vaddr, value, form="<Q"):
        with open(self.path, "r+b", buffering=0) as memory:
            os.pwrite(memory.fileno(), struct.pack(form, value), self.bias + vaddr)


class Stage:
    """A library in two versions, with its patch, and a program that uses it."""

    def __init__(self, bench, folder, *options, library=LIBRARY, program=PROGRAM):
        self.bench, self.shop = bench, Workshop(folder)
        self.old, self.new = (self.shop.library(f"{name}/lib.so", library, "-fcf-protection=none",
                                            *flags)
                              for name, flags in (("old", ()), ("new", ("-DNEW",))))
        self.program = self.shop.make("program", program, "-fPIE", "-pie", *options,
                                      *needs(self.old))
        self.patch = os.path.join(folder, "patch.sup")

    def build(self):
        status, answer, errors = self.bench.tool.build(self.old, self.new, self.patch)
        return reason_of(answer, errors) if status else ""

    def running(self, *plugins):
        return Process(self.program, os.path.join(self.shop.folder, "output"), plugins)

    def call(self, command, process, *options):
        patch = [self.patch] if command != "revert" else []
        status, answer, errors = self.bench.tool.call(command, *patch, process.pid, *options)
        if status > 1:
            raise Failure(f"{command}: status {status}: {reason_of(answer, errors)}")
        return reason_of(answer, errors) if status else ""


ASIDE = "does not lead to the version that is to be in force"


def slot_past_the_entry(bench, folder):
    """A slot leads into the middle of a function: refused, both ways, until it is put right."""
    stage = Stage(bench, folder, "-Wl,-z,now,-z,norelro")
    require_applied(stage.build())
    slot = slot_of(stage.program, "quiet_version")
    with stage.running() as process:
        process.wait_for(["version 1 late 0"], LIMIT, "before the update")
        memory = Memory(process, stage.program)
        entry = memory.read(slot)
        memory.write(slot, entry + 1)
        for command in ("check", "apply"):
            require_refused(stage.call(command, process), ASIDE)
        process.require_untouched_by_tracers()
        memory.write(slot, entry)
        require_applied(stage.call("apply", process))
        memory.write(place_of(stage.program, "late"), 1, "<i")
        process.wait_for(["version 2 late 2"], LIMIT, "after the update")
        require_applied(stage.call("revert", process))
        process.wait_for(["version 1 late 1"], LIMIT, "after the revert")


def slot_changed_meanwhile(bench, folder):
    """A slot is changed while the update waits: it is taken back when all stands still."""
    stage = Stage(bench, folder, "-Wl,-z,now,-z,norelro")
    require_applied(stage.build())
    slot, busy, held = (of(stage.program, name) for of, name in (
        (slot_of, "quiet_version"), (place_of, "busy"), (place_of, "held")))
    with stage.running() as process:
        process.wait_for(["version 1 late 0"], LIMIT, "before the update")
        memory = Memory(process, stage.program)
        memory.write(busy, 1, "<i")
        wait_until(lambda: memory.read(held, "<i"), "hold() is active")
        answers = []
        apply = threading.Thread(target=lambda: answers.append(
            stage.call("apply", process, "--when", "hold inactive", "--timeout", 60)))
        apply.start()
        wait_until(lambda: has_code_of_its_own(process), "the patch is mapped")
        memory.write(slot, memory.read(slot) + 1)
        memory.write(busy, 0, "<i")
        apply.join()
        require_refused(answers[0], ASIDE)
        process.require_untouched_by_tracers()
        process.lines()
        process.wait_for(["version 1 late 0"], LIMIT, "after the refusal")


def wait_until(holds, what):
    end = time.monotonic() + LIMIT
    while not holds():
        if time.monotonic() > end:
            raise Failure(f"not after {LIMIT} s: {what}")
        time.sleep(POLL)


def has_code_of_its_own(process):
    """Code that is of no file."""
    with open(f"/proc/{process.pid}/maps", encoding="ascii") as file:
        return any(re.search(r" r-xp \S+ 00:00 0\s*$", line) for line in file)


def slot_of_a_plugin(bench, folder):
    """A slot of what dlopen() has brought."""
    stage = Stage(bench, folder, "-Wl,-z,now,-z,norelro")
    plugin = stage.shop.library("plugin.so", PLUGIN, "-Wl,-z,norelro", *needs(stage.old))
    slot = slot_of(plugin, "quiet_version")
    require_applied(stage.build())
    with stage.running(plugin) as process:
        process.wait_for(["version 1 late 0"], LIMIT, "before the update")
        memory = Memory(process, plugin)
        entry = memory.read(slot)
        memory.write(slot, entry + 2)
        require_refused(stage.call("apply", process), ASIDE)
        memory.write(slot, entry)
        require_applied(stage.call("apply", process))
        process.wait_for(["version 2 late 0"], LIMIT, "after the update")


def slot_before_a_revert(bench, folder):
    """A slot leads into the new body, past its entry: the update cannot be taken back."""
    stage = Stage(bench, folder, "-Wl,-z,now,-z,norelro")
    require_applied(stage.build())
    slot = slot_of(stage.program, "quiet_version")
    with stage.running() as process:
        process.wait_for(["version 1 late 0"], LIMIT, "before the update")
        require_applied(stage.call("apply", process))
        memory = Memory(process, stage.program)
        entry = memory.read(slot)
        memory.write(slot, body_behind(memory, entry) + 1)
        require_refused(stage.call("revert", process), ASIDE)
        memory.write(slot, body_behind(memory, entry))
        memory.write(place_of(stage.program, "late"), 1, "<i")
        process.wait_for(["version 2 late 2"], LIMIT, "by the new body itself")
        require_applied(stage.call("revert", process))
        process.wait_for(["version 1 late 1"], LIMIT, "after the revert")


def body_behind(memory, entry):
    """Where the jump at an entry leads."""
    return entry + 5 + memory.read(entry + 1 - memory.bias, "<i")


def slot_bound_later(bench, folder):
    """A function is called, and its slot bound, after the update only."""
    stage = Stage(bench, folder, "-Wl,-z,lazy")
    require_applied(stage.build())
    with stage.running() as process:
        process.wait_for(["version 1 late 0"], LIMIT, "before the update")
        require_applied(stage.call("apply", process))
        Memory(process, stage.program).write(place_of(stage.program, "late"), 1, "<i")
        process.wait_for(["version 2 late 2"], LIMIT, "after the update")


def second_entry(bench, folder):
    """A name leads into the middle of a function: there is no jump there."""
    stage = Stage(bench, folder, library=SECOND_ENTRY)
    return require_refused(stage.build(), "exported name 'quick_middle'")


def constant_copied(bench, folder):
    """The loader has copied a constant that changes into the program, which reads it there."""
    stage = Stage(bench, folder, library=NAMED, program=READS_NAME)
    require_applied(stage.build())
    if "R_X86_64_COPY" not in reads("readelf", "-rW", stage.program):
        raise Failure("the program has no copy")
    with stage.running() as process:
        process.wait_for(["name first f"], LIMIT, "before the update")
        require_refused(stage.call("apply", process), "where the loader has put a copy of it")
        process.require_untouched_by_tracers()
        process.lines()
        process.wait_for(["name first f"], LIMIT, "after the refusal")


def constant_not_copied(bench, folder):
    """A program that asks the loader where the constant is sees the new contents there."""
    stage = Stage(bench, folder, "-fPIC", library=NAMED, program=READS_NAME)
    require_applied(stage.build())
    with stage.running() as process:
        process.wait_for(["name first f"], LIMIT, "before the update")
        require_applied(stage.call("apply", process))
        process.wait_for(["name second s"], LIMIT, "after the update")
        require_applied(stage.call("revert", process))
        process.wait_for(["name first f"], LIMIT, "after the revert")


CASES = (slot_past_the_entry, slot_changed_meanwhile, slot_of_a_plugin, slot_before_a_revert,
         slot_bound_later, second_entry, constant_copied, constant_not_copied)
