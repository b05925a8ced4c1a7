#!/usr/bin/python3
"""Input and output of the checkpoint engine: tests/trace/test.py TRACE [--accept] [NAME...]

Each pair of versions in pairs/ (NAME.c, with and without -DNEW) was compiled once; its assembly
(NAME-COMPILER.old.s, .new.s) is what is tested, so that another compiler changes nothing.  What
trace.c says of it must be what NAME-COMPILER.out says.  `--accept` writes that file anew: read the
difference before it is committed.  `--compile` makes the assembly anew as well.
"""

import difflib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAIRS = os.path.join(HERE, "pairs")
FLAGS = ["-O2", "-g", "-gno-column-info", "-fPIE", "-fcf-protection=none", "-S", "-w",
         f"-fdebug-prefix-map={PAIRS}=."]
COMPILERS = {"gcc": FLAGS + ["-fstack-protector-strong"],
             "clang": FLAGS + ["-fno-addrsig", "-fstack-protector-strong"]}
BY_CLANG = ("array", "branches", "compute", "counter", "exchanged", "table", "variadic")


def run(*command, folder=PAIRS):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=60, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def names():
    sources = sorted(name[:-2] for name in os.listdir(PAIRS) if name.endswith(".c"))
    return [f"{name}-{compiler}" for name in sources for compiler in COMPILERS
            if compiler == "gcc" or name in BY_CLANG]


def compile_pair(name):
    source, compiler = name.rsplit("-", 1)
    for version, define in (("old", []), ("new", ["-DNEW"])):
        run(compiler, *COMPILERS[compiler], *define, f"{source}.c", "-o", f"{name}.{version}.s")


def trace(tool, name, folder):
    """What the engine says of the pair, assembled in `folder`."""
    library = os.path.join(folder, "others.so")
    run("gcc", "-nostdlib", "-shared", "-o", library, os.path.join(HERE, "others.s"))
    for version in ("old", "new"):
        run("gcc", "-nostdlib", "-pie", "-Wl,--build-id=sha1", "-Wl,-e,run", "-o",
            os.path.join(folder, version), f"{name}.{version}.s", library)
    return run(tool, "old", "new", "run", folder=folder)


def test(tool, name, accept):
    """None, or what is wrong."""
    path = os.path.join(PAIRS, name + ".out")
    with tempfile.TemporaryDirectory() as folder:
        found = trace(tool, name, folder)
    if accept:
        with open(path, "w", encoding="utf-8") as file:
            file.write(found)
    with open(path, encoding="utf-8") as file:
        wanted = file.read()
    if found == wanted:
        return None
    return "".join(difflib.unified_diff(wanted.splitlines(True), found.splitlines(True),
                                        name + ".out", "now"))


def main():
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = [name for name in names() if not words[1:] or name.rsplit("-", 1)[0] in words[1:]]
    failed = 0
    print(f"1..{len(chosen)}")
    for number, name in enumerate(chosen, 1):
        try:
            if "--compile" in options:
                compile_pair(name)
            wrong = test(os.path.abspath(words[0]), name, "--accept" in options)
        except (OSError, RuntimeError) as error:
            wrong = str(error)
        print("not ok" if wrong else "ok", number, name, flush=True)
        if wrong:
            failed += 1
            print("".join(f"# {line}\n" for line in wrong.splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
