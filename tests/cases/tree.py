"""Rules about the source tree itself: which folder may include which.

The order of ROOMS is the direction of the arrows: a room includes itself and rooms before it.  What
makes patches never sees what traces processes, and the command only sees the library's header.

A room may have rooms of its own, in the order of INNER: a file includes what lies in its folder and
in the folders before it; files on top of them may include all.  A header that is named private
(NAME_private.h) is included in its own folder only.  No two files include each other, by whatever
way, but in rooms WITH_CIRCLES; a .c file and its header count as one.  A private header is for files
that are one module, and does not count.
"""

import os
import re
import subprocess

from harness.tool import Failure

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ROOMS = ("base", "arch", "elf", "dwarf", "analysis", "diff", "checkpoint", "patch", "validate", "make")
ALLOWED = {room: set(ROOMS[:index + 1]) for index, room in enumerate(ROOMS)}
ALLOWED["checkpoint"].add("patch")  # the records that a checkpoint becomes
# The second opinion knows nothing of the first.
ALLOWED["validate"] -= {"analysis", "diff", "checkpoint"}
ALLOWED["trust"] = {"base", "trust"}
ALLOWED["process"] = {"base", "arch", "process"}
ALLOWED["update"] = {"base", "arch", "elf", "dwarf", "patch", "process", "trust", "update"}
ALLOWED["api"] = set(ALLOWED) | {"api"}
ALLOWED["cli"] = {"base", "cli"}
INNER = {
    "checkpoint": ("side", "align", "product", "calls", "relate", "derive"),
    "update": ("carried", "plan", "ready", "commit"),
}
# A header of arch stands for that of one architecture; sessions of a group make and watch each other.
WITH_CIRCLES = ("arch", "process")
# What src/process alone does.
KERNEL = r'\bptrace\(|\bprocess_vm_\w+\(|"/proc'
# What only src/arch/ knows: registers by name, ptrace's registers, and opcodes.
MACHINE = re.compile(
    r'"arch/x86_64/|\bSU_(R[A-D]X|R[SD]I|R[SB]P|R8|R9|R1[0-5]|XMM\d+)\b|\bZydis|'
    r"regs(->|\.)(r[a-d]x|r[sd]i|r[sb]p|rip|r8|r9|r1[0-5]|orig_rax|fs_base|eflags)\b|"
    r"\b0x(e9|eb|e8|cc|c3|0f05)\b|x0f..x05|\bREG_R\w+")
REFUSALS = "UNSUPPORTED|MISMATCH|STATE|PERMISSION|BUSY|DAMAGED"


def sources():
    """(room, path) of each C file below src/."""
    for folder, _, names in os.walk(os.path.join(TOP, "src")):
        room = os.path.relpath(folder, os.path.join(TOP, "src")).split(os.sep)[0]
        for name in names:
            if name.endswith((".c", ".h")):
                yield room, os.path.join(folder, name)


def include_arrows(_bench, _folder):
    """No folder of src/ includes one that it must not know of."""
    wrong = []
    for room, path in sources():
        with open(path, encoding="utf-8") as file:
            found = re.findall(r'^#include "(\w+)/', file.read(), re.M)
        wrong += [f"{os.path.relpath(path, TOP)} includes {other}/"
                  for other in found if other not in ALLOWED.get(room, set())]
    if wrong:
        raise Failure("; ".join(sorted(set(wrong))))


def inner_arrows(_bench, _folder):
    """No room within a room includes one that comes after it."""
    wrong = []
    for room, path in sources():
        folder = os.path.relpath(os.path.dirname(path), os.path.join(TOP, "src", room))
        order = INNER.get(room, ())
        if room not in INNER or folder == ".":
            continue
        name = os.path.relpath(path, TOP)
        if folder not in order:
            wrong.append(f"{name} is in a room without a place in the order")
            continue
        with open(path, encoding="utf-8") as file:
            found = re.findall(rf'^#include "{room}/([\w/]+)\.h"', file.read(), re.M)
        wrong += [f"{name} includes {room}/{other}.h" for other in found
                  if os.path.dirname(other) not in order[:order.index(folder) + 1]]
    if wrong:
        raise Failure("; ".join(sorted(set(wrong))))


def includes(path):
    """What a C file includes of src/, as paths from there."""
    with open(path, encoding="utf-8") as file:
        return re.findall(r'^#include "(\w+/[^"]+)"', file.read(), re.M)


def module_arrows():
    """By file without its ending: the files that it includes."""
    arrows = {}
    for room, path in sources():
        name = os.path.splitext(os.path.relpath(path, os.path.join(TOP, "src")))[0]
        if room not in WITH_CIRCLES and not name.endswith("_private"):
            others = {os.path.splitext(other)[0] for other in includes(path)
                      if not other.endswith("_private.h")}
            arrows.setdefault(name, set()).update(others - {name})
    return arrows


def find_circle(arrows, name, way, done):
    """The names of a circle that can be come to from `name`, or None."""
    if name in way:
        return way[way.index(name):] + [name]
    if name in done:
        return None
    for other in sorted(arrows.get(name, ())):
        circle = find_circle(arrows, other, way + [name], done)
        if circle:
            return circle
    done.add(name)
    return None


def include_circles(_bench, _folder):
    """No files include each other, but in rooms where that is said."""
    arrows = module_arrows()
    done = set()
    for name in sorted(arrows):
        circle = find_circle(arrows, name, [], done)
        if circle:
            raise Failure("includes go in a circle: " + " -> ".join(circle))


def private_headers(_bench, _folder):
    """A private header is included by the files beside it only."""
    wrong = []
    for _, path in sources():
        here = os.path.relpath(os.path.dirname(path), os.path.join(TOP, "src"))
        with open(path, encoding="utf-8") as file:
            found = re.findall(r'^#include "([\w/]+_private\.h)"', file.read(), re.M)
        wrong += [f"{os.path.relpath(path, TOP)} includes {other}"
                  for other in found if os.path.dirname(other) != here]
    if wrong:
        raise Failure("; ".join(sorted(set(wrong))))


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)


def ptrace_in_one_room(_bench, _folder):
    """Only src/process calls ptrace and its like, and opens files of /proc."""
    wrong = []
    for room, path in sources():
        with open(path, encoding="utf-8") as file:
            found = re.search(KERNEL, without_comments(file.read()))
        if found and room != "process":
            wrong.append(f"{os.path.relpath(path, TOP)} has {found.group()}")
    if wrong:
        raise Failure("; ".join(sorted(wrong)))


def machine(_bench, _folder):
    """Nothing outside of src/arch/ names a register or an opcode, or includes one architecture.

    src/validate checks what is said there, by an emulator: it says the convention once more."""
    wrong = []
    for room, path in sources():
        if room in ("arch", "validate"):
            continue
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                found = MACHINE.search(line)
                if found:
                    wrong.append(f"{os.path.relpath(path, TOP)}:{number} {found[0]}")
    if wrong:
        raise Failure("; ".join(wrong))


def base_names(_bench, _folder):
    """A file's name tells which it is: no two modules have one. A header of arch and the file of an
    architecture that fills it in are one module."""
    homes = {}
    for _, path in sources():
        folder, name = os.path.split(os.path.relpath(path, os.path.join(TOP, "src")))
        homes.setdefault(os.path.splitext(name)[0], set()).add(folder.split("/x86_64")[0])
    wrong = [f"{name} is in {' and '.join(sorted(folders))}"
             for name, folders in homes.items() if len(folders) > 1]
    if wrong:
        raise Failure("; ".join(sorted(wrong)))


def reasons(_bench, _folder):
    """Refusals come from one table, each row of it is in use, and docs/reasons.md has it."""
    with open(os.path.join(TOP, "src", "base", "reasons.def"), encoding="utf-8") as file:
        rows = re.findall(r'^REASON\((\w+), "([^"]+)"', file.read(), re.M)
    wrong = [f"{name} has the id {ident}" for name, ident in rows
             if ident != name.lower().replace("_", "-")]
    used = set()
    for room, path in sources():
        with open(path, encoding="utf-8") as file:
            text = file.read()
        used |= set(re.findall(r"\bSU_WHY_(\w+)", text))
        if room != "base" and re.search(rf"su_err_(new|errno)\(\s*SU_E_({REFUSALS})\b", text):
            wrong.append(f"{os.path.relpath(path, TOP)} refuses without a reason of reasons.def")
    wrong += [f"nothing is refused for {name}" for name, _ in rows if name not in used]
    done = subprocess.run([os.path.join(TOP, "scripts", "reasons"), "--check"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        wrong.append(f"docs/reasons.md is not of reasons.def: run scripts/reasons {done.stderr}")
    if wrong:
        raise Failure("; ".join(wrong))


CASES = (include_arrows, machine, inner_arrows, include_circles, private_headers,
         ptrace_in_one_room, base_names, reasons)
