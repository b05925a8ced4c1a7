"""The installed library: headers, names, pkg-config, C, C++ and Python users.

All of it is tried from a folder that `meson install` filled, by programs that know nothing else.
"""

import contextlib
import fcntl
import glob
import os
import re
import shutil
import subprocess
import sys

from harness.compile import run
from harness.process import Process
from harness.tool import Failure, Skip

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PREFIX = "/usr"
PYTHON = os.path.join(TOP, "bindings", "python")
# Names of C that are words of Python, and what stands for them there.
RENAMED = {("strongupdate_checkpoint", "from_address"): "from",
           ("strongupdate_missing", "from_address"): "from",
           ("strongupdate_value", "from_place"): "from",
           ("strongupdate_targets", "except_pids"): "except"}
LATER_NAMES = {"strongupdate_info": "strongupdate_patch_info"}


def output(*command, **options):
    """What a command prints; a failure is the test's."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)
    if done.returncode:
        raise Failure(f"{' '.join(command)}: status {done.returncode}: "
                      f"{(done.stdout + done.stderr).strip()[-2000:]}")
    return done.stdout


class Installed:
    """A folder with what is installed, made once."""

    def __init__(self, build, out):
        self.build, self.root = build, os.path.join(out, "root")
        os.makedirs(out)

    def ready(self):
        """Whoever comes first fills the folder."""
        with open(self.root + ".lock", "w+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(self.root):
                output("meson", "install", "-C", self.build, "--no-rebuild", "--destdir", self.root)

    def find(self, pattern):
        found = glob.glob(self.root + PREFIX + "/" + pattern, recursive=True) \
            or glob.glob(self.root + PREFIX + "/local/" + pattern, recursive=True)
        if not found:
            raise Failure(f"nothing like {pattern} is installed")
        return found[0]

    @property
    def libraries(self):
        return os.path.dirname(self.find("lib/**/libstrongupdate.so.0"))

    def environment(self):
        configs = os.path.dirname(self.find("lib/**/strongupdate.pc"))
        return dict(os.environ, LD_LIBRARY_PATH=self.libraries, PKG_CONFIG_PATH=configs,
                    PKG_CONFIG_SYSROOT_DIR=self.root, PYTHONPATH=PYTHON,
                    PYTHONDONTWRITEBYTECODE="1")

    def flags(self):
        return output("pkg-config", "--cflags", "--libs", "strongupdate",
                      env=self.environment()).split()

    def compile(self, compiler, source, target):
        """A program that uses the library, by what pkg-config says."""
        output(*compiler, "-Wall", "-Wextra", "-Werror", "-o", target, source, *self.flags())
        return target


class Pair:
    """A program in two versions, and one that runs the old one."""

    def __init__(self, folder, source=os.path.join(HERE, "prog.c")):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder = folder
        self.old, self.new = os.path.join(folder, "old"), os.path.join(folder, "new")
        for target, define in ((self.old, []), (self.new, ["-DNEW"])):
            run(["gcc", "-O2", "-g", *define, "-o", target, source], folder)

    def process(self):
        return Process(self.old, os.path.join(self.folder, "output"))

    @property
    def patch(self):
        return os.path.join(self.folder, "patch.sup")

    @contextlib.contextmanager
    def updated(self, tool):
        """A process that has been updated, and lives to the end."""
        with self.process() as process:
            process.require_alive()
            for call in (("build", self.old, self.new, "-o", self.patch),
                         ("apply", self.patch, process.pid)):
                status, answer, errors = tool.call(*call)
                if status != 0:
                    raise Failure(f"{call[0]}: {answer} {errors}")
            yield process
            process.require_alive()


def names(installed):
    """The library gives the functions of its header, and nothing else; the command's are apart."""
    with open(installed.find("include/strongupdate.h"), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    tables = re.findall(r"^STRONGUPDATE_TABLE\((\w+)\)", text, re.M)
    declared = set(re.findall(r"\b(strongupdate_\w+)\([^)]*\)\s*;", text, re.S)) \
        | {"strongupdate_patch_get_" + name for name in tables}
    library = os.path.join(installed.libraries, "libstrongupdate.so.0")
    given = {line.split()[-1].split("@")[0]
             for line in output("nm", "-D", "--defined-only", library).splitlines()
             if " A " not in line}
    if given != declared:
        raise Failure(f"only declared: {declared - given}, only there: {given - declared}")
    if "Library soname: [libstrongupdate.so.0]" not in output("readelf", "-d", library):
        raise Failure("no soname")
    return f"{len(given)} functions"


def c_user(installed, folder):
    """Sizes, mistakes, memory, cancelling, and what a call leaves as it was."""
    pair = Pair(folder)
    for standard in ("c11", "gnu17"):
        client = installed.compile(["gcc", f"-std={standard}", "-pedantic"],
                                   os.path.join(HERE, "client.c"), os.path.join(folder, "client"))
    with pair.process() as process:
        process.require_alive()
        output(client, pair.old, pair.new, str(process.pid), env=installed.environment())
        process.require_alive()


def cxx_user(installed, folder):
    """The header compiles as C++."""
    for compiler in (["g++", "-std=c++20", "-pedantic"], ["g++", "-std=c++17"],
                     ["clang++", "-std=c++20"]):
        client = installed.compile(compiler, os.path.join(HERE, "client.cc"),
                                   os.path.join(folder, "client"))
        output(client, env=installed.environment())


def layouts(installed, folder):
    """Python's structures are those that the C compiler makes of the header."""
    sys.path.insert(0, PYTHON)
    source = os.path.join(folder, "layouts.c")
    script = os.path.join(HERE, "layouts.py")
    described = output(sys.executable, script, env=installed.environment()).splitlines()
    lines = []
    for line in described:
        name, *fields = line.split()
        name = LATER_NAMES.get(name, name)
        lines.append(f'_Static_assert(sizeof(struct {name}) == {fields[0]}, "{name}");')
        for field in fields[1:]:
            member, offset = field.split("=")
            member = RENAMED.get((name, member), member)
            lines.append(f'_Static_assert(offsetof(struct {name}, {member}) == {offset}, '
                         f'"{name}.{member}");')
    with open(source, "w", encoding="utf-8") as file:
        file.write("#include <strongupdate.h>\n" + "\n".join(lines) + "\nint main(void) {}\n")
    installed.compile(["gcc"], source, os.path.join(folder, "layouts"))
    return f"{len(described)} structures, {len(lines)} facts"


def python_user(installed, folder):
    """A session: build, look into it, check, apply, revert."""
    pair = Pair(folder)
    with pair.process() as process:
        said = output(sys.executable, os.path.join(HERE, "session.py"), pair.old, pair.new,
                      str(process.pid), env=installed.environment())
        process.require_alive()
    if said != "done\n":
        raise Failure(f"said {said!r}")


def python_types(installed, folder):
    """The bindings, and the session that uses them, are typed throughout."""
    if not shutil.which("mypy"):
        raise Skip("mypy is not installed")
    output("mypy", "--strict", "--no-error-summary", "--cache-dir", os.path.join(folder, "mypy"),
           os.path.join(PYTHON, "strongupdate"), os.path.join(HERE, "session.py"),
           env=dict(installed.environment(), MYPYPATH=PYTHON))


def line_of(source, name):
    with open(source, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if f"line of {name} " in line)


def debugger(installed, folder, tool):
    """gdb sees frames, lines and names of new code, and stops in a function that only it has."""
    source = os.path.join(HERE, "debugged.c")
    pair = Pair(folder, source)
    with pair.updated(tool) as process:
        said = output("gdb", "-q", "-batch", "-nx", "-p", str(process.pid), "-ex",
                      f"source {installed.find('share/strongupdate/debuggers/gdb.py')}", "-ex",
                      f"strongupdate-symbols {pair.patch}", "-ex", "break added", "-ex", "continue",
                      "-ex", "bt", "-ex", f"info line debugged.c:{line_of(source, 'added')}",
                      env=dict(os.environ, STRONGUPDATE=tool.path))
    for expected in (rf"^#0 +added \(.*debugged\.c:{line_of(source, 'added')}$",
                     rf"^#1 .* in step .*debugged\.c:{line_of(source, 'step') + 1}$",
                     rf"^#2 .* in main .*debugged\.c:{line_of(source, 'main')}$",
                     rf"^Line {line_of(source, 'added')} of .* starts at address .*<added"):
        if not re.search(expected, said, re.M):
            raise Failure(f"gdb does not say {expected}, but: {said[-1500:]}")


def profiler(installed, folder, tool):
    """perf names the new code that a busy process runs."""
    if not shutil.which("perf"):
        raise Skip("perf is not installed")
    pair = Pair(folder, os.path.join(HERE, "profiled.c"))
    data = os.path.join(folder, "perf.data")
    with pair.updated(tool) as process:
        try:
            output("perf", "record", "-q", "-e", "cpu-clock", "-p", str(process.pid), "-o", data,
                   "sleep", "1")
        except Failure as why:
            raise Skip(f"perf cannot record here: {why}") from None
        output(installed.find("share/strongupdate/debuggers/perf-map"), str(process.pid),
               pair.patch, env=dict(os.environ, STRONGUPDATE=tool.path))
        said = output("perf", "report", "-i", data, "--stdio", "--sort", "symbol")
        os.remove(f"/tmp/perf-{process.pid}.map")
    share = re.search(r"^ *([0-9.]+)% +\[\.\] work_hard", said, re.M)
    if not share or float(share.group(1)) < 50:
        raise Failure(f"perf does not name work_hard: {said[-800:]}")


def items(run_options, out):
    """(name, function) of every case."""
    shutil.rmtree(out, ignore_errors=True)
    installed = Installed(run_options.build, out)
    cases = {"names": lambda _: names(installed)}
    for case in (c_user, cxx_user, layouts, python_user, python_types):
        cases[case.__name__.replace("_", "-")] = \
            lambda folder, case=case: case(installed, folder)

    for case in (debugger, profiler):
        cases[case.__name__] = \
            lambda folder, case=case: case(installed, folder, run_options.tester)
    for name, case in cases.items():
        folder = os.path.join(out, name)

        def execute(case=case, folder=folder):
            os.makedirs(folder, exist_ok=True)
            installed.ready()
            return case(folder)

        yield f"library {name}", execute
