"""The validator, tried on derivations that were broken on purpose: it must find each of them.

prog.c is built in two versions, and the patch between them is whole: `verify` finds nothing.  Then the
stub of one checkpoint is changed in the finished patch, in one way at a time, as a wrong derivation would
have made it; `verify` must say that this checkpoint is wrong, and no other.  The oracle is what was
changed.
"""

import hashlib
import os
import re
import shutil
import struct
import subprocess

from harness import compile as compiling
from harness.tool import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
HASH = 32  # bytes at the end of a patch: over all before them
LOAD = r"^mov +0x\w+\(%rsp\),%{}$"  # from the stub's scratch memory, at its end


class Missing(Exception):
    """The stub has no such instruction."""


class Stub:
    """A checkpoint's machine code in a patch, as objdump reads it."""

    def __init__(self, patch, address):
        with open(patch, "rb") as file:
            self.bytes = bytearray(file.read())
        sections = output("readelf", "-SW", patch)
        vaddr, offset = re.search(r" \.text +PROGBITS +(\w+) (\w+)", sections).groups()
        self.shift = int(offset, 16) - int(vaddr, 16)
        self.insns = []  # (start, end, text)
        listing = output("objdump", "-d", "--no-show-raw-insn", f"--start-address={address}", patch)
        found = re.findall(r"^ +([0-9a-f]+):\t(.*?) *(?:#.*)?$", listing, re.M)
        for (start, text), (end, _) in zip(found, found[1:]):
            self.insns.append((int(start, 16), int(end, 16), text))
            if text.startswith("jmp"):
                break

    def find(self, pattern, which=0):
        """Start and end of an instruction."""
        found = [(start, end) for start, end, text in self.insns if re.search(pattern, text)]
        if not found:
            raise Missing(pattern)
        return found[which]

    def get(self, address, size):
        return bytes(self.bytes[address + self.shift:address + self.shift + size])

    def put(self, address, data):
        self.bytes[address + self.shift:address + self.shift + len(data)] = data

    def drop(self, place):
        self.put(place[0], b"\x90" * (place[1] - place[0]))

    def add(self, place, amount):
        """To the 32-bit field at the end of an instruction."""
        value, = struct.unpack("<i", self.get(place[1] - 4, 4))
        self.put(place[1] - 4, struct.pack("<i", value + amount))

    def write(self, path):
        body = bytes(self.bytes[:-HASH])
        with open(path, "wb") as file:
            file.write(body + hashlib.blake2b(body, digest_size=HASH).digest())


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def swapped_registers(stub, _others):
    one, other = stub.find(LOAD.format("rbx"), -1)[1], stub.find(LOAD.format("r12"), -1)[1]
    fields = stub.get(one - 4, 4), stub.get(other - 4, 4)
    stub.put(one - 4, fields[1])
    stub.put(other - 4, fields[0])


def stale_register(stub, _others):
    """As when debug information names where the variable was before."""
    stub.put(stub.find(r"^mov +%rbx,%rax$")[0], b"\x4c\x89\xe8")  # mov %r13,%rax


def missing_increment(stub, _others):
    start, end = stub.find(r"^mov +0x28\(%rsp\),%eax$")
    stub.drop((start, end + 8))  # with the store of what was loaded
    stub.put(start, b"\x83\x44\x24\x28\x01")  # addl $1,0x28(%rsp)


def missing_sign_extension(stub, _others):
    stub.put(stub.find(r"^movslq 0x\w+\(%rsp\),%rax$")[0], b"\x40\x8b")  # mov ...,%eax


def wrong_width(stub, _others):
    """Half of a slot."""
    stub.put(stub.find(r"^mov +0x1\w\w\(%rsp\),%rax$")[0], b"\x40\x8b")


def wrong_slot(stub, _others):
    stub.add(stub.find(r"^mov +0x1\w\w\(%rsp\),%rax$"), 8)


def missing_object_copy(stub, _others):
    stub.drop(stub.find(r"^rep movsb"))


def wrong_constant(stub, _others):
    start, end = stub.find(r"^movabs \$0x11f71fb04cb,%rax$")
    stub.put(end - 8, struct.pack("<q", 1234567890124))


def wrong_node(stub, others):
    """It goes on where another checkpoint does."""
    start, end = stub.find(r"^jmp")
    target = int(re.search(r"jmp +([0-9a-f]+)", stub.insns[-1][2]).group(1), 16)
    stub.add((start, end), next(other for other in others if other != target) - target)


def skipped_restore(stub, _others):
    """Of a register that the old version saves and the new one leaves alone."""
    stub.drop(stub.find(LOAD.format("r15"), -1))


BREAKAGES = ((swapped_registers, "constants"), (stale_register, "widen"),
             (missing_increment, "widen"), (missing_sign_extension, "widen"),
             (wrong_width, "gather"), (wrong_slot, "gather"), (missing_object_copy, "gather"),
             (wrong_constant, "constants"), (wrong_node, "gather"), (skipped_restore, "widen"))


class Pair:
    """A program in both versions, and the patch."""

    def __init__(self, tool, folder, compiler="gcc", level="-O2", source="prog.c"):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.tool, self.folder = tool, folder
        self.old, self.new, self.patch = (os.path.join(folder, name)
                                          for name in ("old", "new", "patch.sup"))
        for target, define in ((self.old, []), (self.new, ["-DNEW"])):
            compiling.run([compiler, level, "-g", "-fPIE", "-pie", "-Wl,--build-id=sha1", *define, "-o",
                           target, source], HERE)
        status, _, errors = tool.build(self.old, self.new, self.patch)
        if status != 0:
            raise Failure(f"build: {errors}")

    def verify(self, patch, *more):
        """[(function, from)] of what is found wrong, and the whole answer."""
        status, answer, errors = self.tool.call("verify", patch, "--old", self.old, "--new", self.new,
                                                *more)
        if status not in (0, 1) or (status == 1) != bool(answer["findings"]):
            raise Failure(f"verify: status {status}, {errors}")
        return [(one["function"], one["from"]) for one in answer["findings"]
                if one["direction"] == "apply"], answer

    def checkpoints(self, function):
        _, answer, _ = self.tool.call("inspect", self.patch)
        for one in answer["functions"]:
            if one["name"] == function:
                return [point for point in one["checkpoints"] if "stub" in point]
        raise Failure(f"'{function}' has not changed")


def whole(tool, root, compiler):
    """A sound patch: nothing is found, and every checkpoint is reached."""
    pair = Pair(tool, os.path.join(root, f"whole-{compiler}"), compiler)
    wrong, answer = pair.verify(pair.patch)
    if wrong or answer["not_reached"]:
        raise Failure(f"wrong: {wrong}, not reached: {answer['not_reached']}")
    return f"{answer['checkpoints']} checkpoints"


def equality(tool, root):
    """A derivation that is wrong by itself: the three registers of mark.c do not belong together."""
    pair = Pair(tool, os.path.join(root, "equality"), "gcc", "-Os", "mark.c")
    _, answer, _ = tool.call("inspect", pair.patch)
    reasons = [gap["reason"] for function in answer["functions"] for gap in function["missing"]
               if gap["reason_id"] == "validation"]
    if not any("as the code that it goes on in has it" in reason for reason in reasons):
        raise Failure(f"the broken equality is not found: {reasons}")


def broken(tool, root, breakage, function):
    pair = Pair(tool, os.path.join(root, breakage.__name__))
    points = pair.checkpoints(function)
    for point in points:
        stub = Stub(pair.patch, point["stub"])
        try:
            breakage(stub, [int(other["to"], 16) for other in points])
        except Missing:
            continue
        patch = os.path.join(pair.folder, "broken.sup")
        stub.write(patch)
        wrong, answer = pair.verify(patch)
        if wrong != [(function, point["from"])]:
            raise Failure(f"{function} {point['from']} is broken; found: {wrong}")
        replay(pair, patch, answer["findings"][0])
        return ""
    raise Failure(f"no stub of {function} can be broken like this")


def replay(pair, patch, finding):
    """With the input that it names, first of all, the same is found."""
    given = finding["input"].split("--replay ")[1]
    _, answer = pair.verify(patch, "--replay", given)
    again = [one["input"].split("--replay ")[1] for one in answer["findings"]
             if one["from"] == finding["from"]]
    if again != [given]:
        raise Failure(f"{finding['from']}: {given} is not what shows it: {again}")


def items(tool, root):
    for compiler in ("gcc", "clang"):
        yield f"validate whole {compiler}", lambda one=compiler: whole(tool, root, one)
    yield "validate equality", lambda: equality(tool, root)
    for breakage, function in BREAKAGES:
        yield (f"validate {breakage.__name__.replace('_', '-')}",
               lambda one=breakage, at=function: broken(tool, root, one, at))
