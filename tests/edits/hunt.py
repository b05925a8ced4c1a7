#!/usr/bin/python3
"""Edits of real code, updated at random instants: a command with a ranked summary.

usage: hunt.py [--count UPDATES] [--seed S] [--only SEED ...] [--tool PATH] [--seconds N] [--each N]
               [--programs NAME,...] [--configs gcc-O2,...] [--recompiled SHARE]

Ends when so many updates were made, or after N seconds.  A seed's sources, builds and log stay in
.cache/edits-failures/SEED/ when an update went wrong.  It is Debian's Python that has libclang.
"""

import argparse
import collections
import os
import shutil
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.dirname(HERE)]

import programs  # noqa: E402
import trial  # noqa: E402
from harness.tool import Tool  # noqa: E402

FAILURES = os.path.join(TOP, ".cache", "edits-failures")


def keep(folder, seed):
    kept = os.path.join(FAILURES, str(seed))
    shutil.rmtree(kept, ignore_errors=True)
    os.makedirs(FAILURES, exist_ok=True)
    shutil.copytree(folder, kept)
    return kept


def one(options, tool, seed):
    with tempfile.TemporaryDirectory(prefix="edits-") as folder:
        outcome = trial.Trial(seed, tool, os.path.join(folder, "trial"), options).run()
        if outcome.wrong:
            kept = keep(os.path.join(folder, "trial"), seed)
            print(f"WRONG seed {seed}: {outcome.what}: {outcome.wrong}\n      {kept}", flush=True)
        elif outcome.findings:
            kept = keep(os.path.join(folder, "trial"), seed)
            print(f"FOUND seed {seed}: {outcome.what}: the validator takes {outcome.findings} "
                  f"checkpoints away\n      {kept}", flush=True)
    return outcome


def ranked(title, counter, total):
    if counter:
        print(f"{title}:")
    for reason, number in counter.most_common(12):
        print(f"  {number:6} {100 * number / max(1, total):5.1f} %  {reason}")


def summary(outcomes):
    fit = [o for o in outcomes if not o.unfit]
    updates = sum(o.applied + o.reverted for o in fit)
    refused = collections.Counter(reason for o in fit for reason in o.refusals)
    tried = updates + sum(refused.values())
    built = [o for o in fit if not o.build_refused]
    print(f"{len(outcomes)} seeds, {len(outcomes) - len(fit)} unfit, {len(fit)} edits, "
          f"{len(fit) - len(built)} refused when built")
    print(f"{updates} updates ({sum(o.applied for o in fit)} applied, "
          f"{sum(o.reverted for o in fit)} reverted), {sum(o.carried for o in fit)} activations "
          f"carried at once, {sum(o.pending for o in fit)} later")
    print(f"{sum(o.checkpoints for o in fit)} checkpoints, {sum(o.findings for o in fit)} taken away "
          f"by the validator; {sum(bool(o.wrong) for o in fit)} edits went wrong")
    ranked("edits", collections.Counter(o.edit for o in fit), len(fit))
    ranked("refused when built", collections.Counter(o.build_refused for o in fit if
                                                     o.build_refused), len(fit))
    ranked("no checkpoint", collections.Counter(reason for o in fit for reason in o.missing),
           sum(len(o.missing) + o.checkpoints for o in fit))
    ranked("updates refused", refused, tried)
    ranked("unfit", collections.Counter(o.unfit.split("\n")[0][:70] for o in outcomes if o.unfit),
           len(outcomes))
    return updates


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--count", type=int, default=300, help="updates (300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="+", help="these seeds")
    parser.add_argument("--seconds", type=float, default=3600.0, help="in all")
    parser.add_argument("--each", type=float, default=1.0, help="seconds of runs of one edit")
    parser.add_argument("--tool", default=os.path.join(TOP, "build", "strongupdate"))
    parser.add_argument("--programs", default=",".join(one.name for one in programs.PROGRAMS))
    parser.add_argument("--configs", default=",".join(
        compiler + level for compiler in programs.COMPILERS for level in programs.LEVELS))
    parser.add_argument("--recompiled", type=float, default=0.1,
                        help="share of files that are compiled anew instead, with other options")
    options = parser.parse_args()
    tool, outcomes = Tool(options.tool), []
    end = time.monotonic() + options.seconds
    seed = options.seed
    while options.only or time.monotonic() < end:
        if options.only:
            seed = options.only.pop(0)
        outcomes.append(one(options, tool, seed))
        seed += 1
        done = sum(o.applied + o.reverted for o in outcomes)
        if options.only == [] or (options.only is None and done >= options.count):
            break
    summary(outcomes)
    return 1 if any(o.wrong for o in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
