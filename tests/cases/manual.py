"""The manual, docs/strongupdate.1, against the command's own help: the one table of options.

Its SYNOPSIS is the usage of each command, word for word, and OPTIONS has an entry for each option.
"""

import os
import re
import shutil
import subprocess

from harness.tool import Failure, Skip
from cases.tree import TOP

MANUAL = os.path.join(TOP, "docs", "strongupdate.1")


def printed(bench, *args):
    """What `strongupdate ARGS` prints."""
    done = subprocess.run([bench.tool.path, *args], stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=30, check=False)
    if done.returncode != 0:
        raise Failure(f"{args}: status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def commands(bench):
    return re.findall(r"^  ([\w-]+) +\S", printed(bench, "--help"), re.M)


def section(name):
    with open(MANUAL, encoding="utf-8") as file:
        text = file.read()
    return re.search(rf"^\.SH {name}\n(.*?)(?=^\.SH )", text, re.M | re.S).group(1)


def plain(line):
    """A line of the manual without its macros and escapes."""
    macro = re.match(r"\.(B|I|BR|RB|IR|RI|BI|IB) (.*)", line)
    if macro:
        words = re.findall(r'(?:\\ |\S)+', macro.group(2))
        line = ("" if len(macro.group(1)) == 2 else " ").join(words)
    return re.sub(r"\\f[BIRP]", "", line).replace("\\ ", " ").replace("\\-", "-")


def synopsis(bench, _folder):
    """The SYNOPSIS of the manual is what the commands say of their usage."""
    shown = [" ".join(plain(line) for line in block.strip().split("\n"))
             for block in re.findall(r"^\.SY strongupdate\n(.*?)^\.YS", section("SYNOPSIS"),
                                     re.M | re.S)]
    said = []
    for command in commands(bench):
        usage = re.match(r"usage: strongupdate (.*\n(?: .*\n)*)", printed(bench, command, "-h"))
        said.append(" ".join(usage.group(1).split()))
    if shown != said:
        raise Failure("\n".join(f"{a!r} in the manual, {b!r} by --help"
                                for a, b in zip(shown + [""], said + [""]) if a != b))


def options(bench, _folder):
    """Each option that a command has is an entry of OPTIONS, written like there, and no other."""
    shown = {plain(line) for line in re.findall(r"^\.TP\n(.*)$", section("OPTIONS"), re.M)}
    said = {"-V, --version"}
    for command in commands(bench):
        said |= {name.strip() for name in
                 re.findall(r"^  (-.+?)  +\S", printed(bench, command, "--help"), re.M)}
    if shown != said:
        raise Failure(f"only in the manual: {shown - said}; only in --help: {said - shown}")


def completes(bench, shell, words):
    """What bash offers for the last of `words`."""
    script = (f"{printed(bench, 'completion', 'bash')}\n"
              f"COMP_WORDS=({' '.join(repr(word) for word in words)}); COMP_CWORD={len(words) - 1}\n"
              "_strongupdate; printf '%s\\n' \"${COMPREPLY[@]}\"\n")
    done = subprocess.run([shell, "--norc", "-c", script], text=True, capture_output=True,
                          timeout=30, check=False, cwd=TOP)
    if done.returncode != 0 or done.stderr:
        raise Failure(f"{shell}: status {done.returncode}: {done.stderr.strip()}")
    return set(done.stdout.split())


def completion(bench, _folder):
    """bash completes commands, the options of a command, and arguments by their kind."""
    shell = shutil.which("bash")
    if not shell:
        raise Skip("no bash here")
    for words, some in ((["strongupdate", "ap"], {"apply"}),
                        (["strongupdate", "status", "--"],
                         {"--tree", "--all", "--except", "--json", "--help"}),
                        (["strongupdate", "build", "--debug-dir", "doc"], {"docs"}),
                        (["strongupdate", "inspect", "READ"], {"README.md"}),
                        (["strongupdate", "apply", "x", "--timeout", ""], set())):
        offered = completes(bench, shell, words)
        if offered != some:
            raise Failure(f"{' '.join(words)}: {sorted(offered)}, not {sorted(some)}")
    shell = shutil.which("zsh")
    if shell:
        done = subprocess.run([shell, "-n", "/dev/stdin"], input=printed(bench, "completion", "zsh"),
                              text=True, capture_output=True, timeout=30, check=False)
        if done.returncode != 0 or done.stderr:
            raise Failure(f"zsh: {done.stderr.strip()}")


CASES = (synopsis, options, completion)
