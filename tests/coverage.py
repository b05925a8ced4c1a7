#!/usr/bin/env python3
"""How much of real programs' changed functions can be carried over: the table of `make coverage`.

usage: tests/coverage.py [--json] [--places] [--compiler gcc|clang]... [--patches N] [PACKAGE...]

For every pair of builds that harness/sources.py makes of a package, builds the patch and prints what
the patch says about itself (`strongupdate inspect --json`): call-return addresses in changed
functions, how many have a checkpoint, by which rules their values are derived, and what build took.
A refused build is in the table with its reason.  Then the reasons for missing checkpoints, ranked.

A value that stays in its place and a recipe without values say nothing about the engine, and rules
are counted per value, so the shares say how often a rule decides, not how hard it was. Memory is the
peak of the resident set, and never less than what this script has when it starts the tool.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from harness import elf, sources  # noqa: E402
from harness.tool import Failure, Skip  # noqa: E402

PACKAGES = ("memcached", "vsftpd", "openssh", "apache2", "redis", "nginx")
# mod_rewrite: a program's modules are updated as shared objects of their own.
FILES = {"apache2": ("apache2", "modules/mappers/mod_rewrite.so")}
LIMIT = 900


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", help=", ".join(PACKAGES))
    parser.add_argument("--compiler", action="append", choices=sources.COMPILERS)
    parser.add_argument("--patches", type=int, default=5, metavar="N",
                        help="so many of Debian's newest patches to C code (5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--places", action="store_true", help="list every missing checkpoint")
    parser.add_argument("--tool", default=os.path.join(HERE, "..", "build", "strongupdate"))
    options = parser.parse_args()
    for package in options.packages:
        if package not in PACKAGES:
            parser.error(f"no such package: {package}")
    return options


def measured(command):
    """(exit status, output, seconds, peak memory in MB)"""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out,
                                 stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        return (child.returncode, out.read(), time.monotonic() - start,
                usage.ru_maxrss / 1024)


def text_size(program):
    """Bytes of .text, as `size -A` says."""
    listing = sources.output(["size", "-A", program], "/")
    return int(re.search(r"^\.text\s+(\d+)", listing, re.M)[1])


def measure(pair, tool, folder):
    """One row of the table."""
    row = {"program": os.path.basename(pair.file), "pair": pair.name, "compiler": pair.old.compiler}
    try:
        old, new = pair.build()
    except (Failure, Skip) as why:
        return dict(row, result="not built", reason=" ".join(str(why).split())[-200:])
    row["text_bytes"] = text_size(old)
    if elf.build_id(old) == elf.build_id(new):
        return dict(row, result="equal", reason="both builds are the same, byte for byte")
    patch = os.path.join(folder, "patch.sup")
    status, out, seconds, memory = measured([tool, "build", "--json", old, new, "-o", patch])
    row.update(seconds=round(seconds, 2), memory_mb=round(memory))
    answer = json.loads(out) if out.startswith("{") else {}
    if status != 0:
        word = "refused" if status == 1 else "failed"
        return dict(row, result=word, reason=answer.get("reason") or out[-200:])
    shown = json.loads(sources.output([tool, "inspect", "--json", patch], "/"))
    return dict(row, result="built", **counts(shown))


def counts(shown):
    """What the patch says of itself."""
    changed = [function for function in shown["functions"] if function["change"] == "changed"]
    points = [point for function in changed for point in function["checkpoints"]
              if point["kind"] == "call-return"]
    backward = [function["revert"] for function in changed]
    rules = collections.Counter(value["derivation"] for point in points
                                for value in point["values"] if value["to"])
    missing = [dict(place, function=function["name"]) for function in changed
               for place in function["missing"]]
    return {
        "functions": len(changed),
        "added": sum(function["change"] == "added" for function in shown["functions"]),
        "removed": sum(function["change"] == "removed" for function in shown["functions"]),
        "call_returns": sum(function["call_returns"] for function in changed),
        "derived": sum(function["call_returns_derived"] for function in changed),
        "revert_call_returns": sum(side["call_returns"] for side in backward),
        "revert_derived": sum(side["call_returns_derived"] for side in backward),
        "pristine": sum(point["pristine"] for point in points),
        "seeded": sum(point["seeded"] for point in points),
        "opaque": [f"{function['name']}: {function['opaque']}" for function in changed
                   if function["opaque"]],
        "rules": rules,
        "missing": missing,
    }


# ---- reasons ----

def kind_of(reason):
    """A reason without the names in it, so that alike ones can be counted."""
    if reason.startswith("a temporary"):
        reason = re.sub(r"^a temporary in \S+", "a temporary", reason)
    reason = re.sub(r"variable '[^']*'|'[^']*'", "'v'", reason)
    reason = re.sub(r"\bin (r[a-z0-9]+|e[a-z]+|xmm\d+|cfa[-+]\d+)\b", "in PLACE", reason)
    reason = re.sub(r"0x[0-9a-f]+|\b\d+\b", "N", reason)
    return reason


def ranked(rows):
    """[(count, kind, an example)] of the reasons for missing checkpoints, most frequent first."""
    found, example = collections.Counter(), {}
    for row in rows:
        for place in row.get("missing", ()):
            kind = kind_of(place["reason"])
            found[kind] += 1
            example.setdefault(kind, f"{row['program']} {place['function']} {place['where']} "
                                     f"{place['from']}: {place['reason']}")
    return [(count, kind, example[kind]) for kind, count in found.most_common()]


# ---- output ----

HEAD = ("program", "pair", "comp", ".text", "fun", "calls", "points", "%", "back%", "prist", "seed",
        "con", "rel", "var", "rec", "obj", "s", "MB")


def percent(part, whole):
    return f"{100 * part / whole:.1f}" if whole else "-"


def cells(row):
    start = [row["program"], row["pair"], row["compiler"]]
    if row["result"] != "built":
        return start + [f"{row.get('text_bytes', 0) // 1024}K", f"{row['result']}: {row['reason']}"]
    rules = row["rules"]
    # Results of calls are passed through, whatever they are: no rule's merit.
    total = sum(count for rule, count in rules.items() if rule != "call-result")
    shares = [percent(rules[rule], total) for rule in ("constant", "relation", "variable",
                                                       "recomputed", "object")]
    return start + [f"{row['text_bytes'] // 1024}K", row["functions"], row["call_returns"],
                    row["derived"], percent(row["derived"], row["call_returns"]),
                    percent(row["revert_derived"], row["revert_call_returns"]), row["pristine"],
                    row["seeded"], *shares, row["seconds"], row["memory_mb"]]


def print_table(rows):
    lines = [list(map(str, cells(row))) for row in rows]
    whole = [list(HEAD)] + [line for line in lines if len(line) == len(HEAD)]
    widths = [max(len(line[at]) for line in whole) for at in range(len(HEAD))]
    for at in range(4):
        widths[at] = max(widths[at], max((len(line[at]) for line in lines), default=0))
    for line in [list(HEAD)] + lines:
        words = [word.ljust(width) if at < 3 else word.rjust(width)
                 for at, (word, width) in enumerate(zip(line, widths)) if at < 4
                 or len(line) == len(HEAD)]
        print(" ".join(words) + ("  " + line[4] if len(line) < len(HEAD) else ""))


def print_summary(rows, places):
    built = [row for row in rows if row["result"] == "built"]
    calls, derived = sum(row["call_returns"] for row in built), sum(row["derived"] for row in built)
    print(f"\nall pairs: {derived} of {calls} call returns have a checkpoint "
          f"({percent(derived, calls)} %), {sum(row['pristine'] for row in built)} of them only in "
          "a process that was never updated before")
    for row in built:
        for text in row["opaque"]:
            print(f"opaque: {row['program']} {row['pair']} {row['compiler']}: {text}")
    print("\nreasons for missing checkpoints")
    for count, kind, example in ranked(built):
        print(f"{count:6}  {kind}\n        e.g. {example}")
    if places:
        print("\nmissing checkpoints")
        for row in built:
            for place in row["missing"]:
                print(f"{row['program']} {row['pair']} {row['compiler']}  {place['function']} "
                      f"{place['from']} {place['where']}: {place['reason']}")


def main():
    options, rows = arguments(), []
    tool = os.path.abspath(options.tool)
    with tempfile.TemporaryDirectory() as folder:
        for package in options.packages or PACKAGES:
            for compiler in options.compiler or sources.COMPILERS:
                try:
                    found = sources.pairs(package, compiler, options.patches,
                                          files=FILES.get(package))
                except Skip as why:
                    print(f"coverage: {why}", file=sys.stderr)
                    continue
                for pair in found:
                    print(f"coverage: {pair}", file=sys.stderr)
                    rows.append(measure(pair, tool, folder))
    if options.json:
        print(json.dumps({"pairs": rows, "reasons": [
            {"count": count, "reason": kind, "example": example}
            for count, kind, example in ranked(rows)]}, indent=1))
    else:
        print_table(rows)
        print_summary(rows, options.places)
    return 1 if any(row["result"] == "failed" for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
