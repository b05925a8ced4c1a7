"""Rules about what is written in the tree: pages, comments, and what they point to.

Links lead somewhere, files that are named exist, lines of pages fit in 100 columns, and no merge
left a marker behind.
"""

import os
import re
import subprocess

from harness.tool import Failure, Skip
from cases.tree import TOP

WIDEST = 100
LONGEST = 500
# What a text may name without the tree having it: examples, and files of others.
FOREIGN = {"prog.c", "f.c", "program.c", "file.c", "link.h", "elf/dl-lookup.c", "unwind-dw2.c"}
OTHERS = ("kernel/", "arch/x86/", "fs/", "ipc/", "net/", "nptl/", "libgcc/")  # Linux, glibc, gcc


def tracked(*endings):
    """(name, text) of each file that git knows and whose name ends like this."""
    done = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], capture_output=True, text=True,
                          timeout=30, check=False)
    if done.returncode != 0:
        raise Skip("no git here, or no clone")
    for name in done.stdout.split("\0"):
        path = os.path.join(TOP, name)
        if name.endswith(endings) and os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                yield name, file.read()


def require_none(wrong):
    wrong = sorted(set(wrong))
    if wrong:
        raise Failure("; ".join(wrong))


def file_lengths(_bench, _folder):
    """No C or Python file is longer than LONGEST; src/base/reasons.def is a flat table."""
    lines = ((name, len(text.splitlines())) for name, text in tracked(".c", ".h", ".py"))
    require_none(f"{name} has {count} lines" for name, count in lines if count > LONGEST)


def conflict_markers(_bench, _folder):
    """No file holds what a merge leaves where two sides differ."""
    require_none(f"{name}: {found[0]}" for name, text in tracked("")
                 for found in re.finditer(r"^(<{7} \S+|>{7} \S+|={7})$", text, re.M))


def links(_bench, _folder):
    """Each link of a page to a file of the tree leads to one, and to a heading that is there."""
    pages = dict(tracked(".md"))
    wrong = []
    for name, text in pages.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"\w+:", target):
                continue
            path, _, heading = target.partition("#")
            path = os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name
            if not os.path.exists(os.path.join(TOP, path)):
                wrong.append(f"{name}: {target} is not there")
            elif heading and heading not in headings(pages.get(path, "")):
                wrong.append(f"{name}: {target} has no such heading")
    require_none(wrong)


def headings(text):
    """The names by which a page's headings are linked to."""
    titles = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def named_files(_bench, _folder):
    """A C file that a page or a comment of the sources names is in the tree."""
    files = list(tracked(".md", ".c", ".h"))
    ends = FOREIGN | {name[at:] for name, _ in files
                      for at in [0, *(found.end() for found in re.finditer("/", name))]}
    wrong = []
    for page, text in files:
        if page.endswith(".md"):
            said = re.findall(r"`([\w/.-]+)`", text)
        elif page.startswith(("src/", "include/")):
            said = re.findall(r"[\w/.-]+", " ".join(re.findall(r"/\*.*?\*/", text, re.S)))
        else:
            continue
        wrong += [f"{page} names {word}" for word in said
                  if re.search(r"\w\.[ch]$", word) and not word.startswith(OTHERS)
                  and word not in ends]
    require_none(wrong)


def page_widths(_bench, _folder):
    """Lines of pages fit in 100 columns, but for tables and what programs print."""
    require_none(f"{name}:{number}" for name, text in tracked(".md")
                 for number, line in enumerate(text.split("\n"), 1)
                 if len(line) > WIDEST and not line.lstrip().startswith(("|", "![")) and line[:4].strip())


def comment_margins(_bench, _folder):
    """Each line of a block comment begins with ` * `: none was filled by a machine that lost it."""
    wrong = []
    for name, text in tracked(".c", ".h"):
        for comment in re.finditer(r"^/\*\n(.*?)^ \*/", text, re.M | re.S):
            lines = comment.group(1).split("\n")[:-1]
            first = text.count("\n", 0, comment.start()) + 2
            wrong += [f"{name}:{first + index}" for index, line in enumerate(lines)
                      if not re.match(r" \*([ \t]|$)", line)]
    require_none(wrong)


PRINTS = ("src/cli/", "src/base/alloc.c", "src/base/basics.", "src/base/err.", "src/base/progress.c",
          "src/base/json.c", "src/process/apart.c", "src/process/worker.c")


def quiet_library(_bench, _folder):
    """Only the command prints or exits, and in the library what says that it aborts, and its children."""
    words = re.compile(r"\b(printf|vprintf|puts|putchar|perror|exit|_exit|abort|stdout|stderr)\b"
                       r" *[(),;]")
    require_none(f"{name}: {found.group(1)}" for name, text in tracked(".c", ".h")
                 if name.startswith("src/") and not name.startswith(PRINTS)
                 for found in words.finditer(re.sub(r"/\*.*?\*/|\"(?:[^\"\\]|\\.)*\"", "", text,
                                                    flags=re.S)))


CASES = (file_lengths, conflict_markers, links, named_files, page_widths, comment_margins, quiet_library)
