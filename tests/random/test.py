#!/usr/bin/env python3
"""Random programs as items of tests/run, and as a command of its own with a ranked summary.

usage: test.py [--count UPDATES] [--seed S] [--only SEED ...] [--tool PATH] [--jobs N] [--seconds N]

A failure's sources, builds and log stay in .cache/random-failures/SEED/.
"""

import argparse
import collections
import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)

import pair  # noqa: E402

FAILURES = os.path.join(TOP, ".cache", "random-failures")


class Hunt:
    """Tries seeds until enough updates were made or the time is over."""

    def __init__(self, tool, seed, count, seconds, kinds=None):
        self.tool, self.seed, self.count = tool, seed, count
        self.end = time.monotonic() + seconds
        self.kinds = kinds or ("mutation", "mutation", "mutation", "level", "compiler")
        self.outcomes, self.unfit = [], collections.Counter()
        self.lock = threading.Lock()

    def updates(self):
        return sum(outcome.applied + outcome.reverted for outcome in self.outcomes)

    def next_seed(self):
        with self.lock:
            if self.updates() >= self.count or time.monotonic() > self.end:
                return None
            self.seed += 1
            return self.seed - 1

    def one(self, seed, keep=False):
        folder = tempfile.mkdtemp(prefix="su-random.")
        try:
            one = pair.Pair(seed, self.tool, folder, self.kinds)
            outcome = one.execute()
            with self.lock:
                self.outcomes.append(outcome)
            if outcome.wrong or keep:
                shutil.rmtree(os.path.join(FAILURES, str(seed)), ignore_errors=True)
                shutil.copytree(folder, os.path.join(FAILURES, str(seed)))
            return outcome
        except (pair.Unfit, OSError, subprocess.SubprocessError) as why:
            with self.lock:
                self.unfit[str(why).split(":")[0][:40]] += 1
            return None
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def work(self, say):
        while (seed := self.next_seed()) is not None:
            outcome = self.one(seed)
            if outcome and outcome.wrong:
                say(f"WRONG seed {seed}: {outcome.wrong} ({outcome.what}); see "
                    f"{os.path.join(FAILURES, str(seed))}")

    def run(self, jobs, say):
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for done in [pool.submit(self.work, say) for _ in range(jobs)]:
                done.result()


def ranked(title, reasons):
    counted = collections.Counter(reasons)
    lines = [f"{title}: {sum(counted.values())}"]
    return lines + [f"  {n:5} {reason}" for reason, n in counted.most_common(12)]


def ranked_refusals(hunt):
    """Which reasons refuse what share of all updates, and an example of each."""
    told = collections.defaultdict(list)
    for outcome in hunt.outcomes:
        for text in outcome.refusals:
            told[pair.general(text)].append((outcome.seed, text))
    refused = sum(map(len, told.values()))
    tried = max(1, hunt.updates() + refused)
    lines = [f"updates refused: {refused} of {tried}, {100 * refused / tried:.1f} %",
             "  number  share  programs  reason"]
    for reason, found in sorted(told.items(), key=lambda one: (-len(one[1]), one[0])):
        seed, text = found[0]
        lines += [f"  {len(found):6} {100 * len(found) / tried:4.1f} % {len(dict(found)):9}  {reason}",
                  f"{'':29}e.g. seed {seed}: {text[:160]}"]
    return lines


def summary(hunt):
    outcomes = hunt.outcomes
    total = lambda name: sum(getattr(outcome, name) for outcome in outcomes)  # noqa: E731
    lines = [f"{len(outcomes)} pairs, {total('applied')} applied, {total('reverted')} reverted, "
             f"{total('carried')} activations carried at once, {total('pending')} pending",
             f"{total('functions')} changed functions, {total('checkpoints')} checkpoints",
             f"no use: {dict(hunt.unfit)}"]
    lines += ranked("builds refused", [o.build_refused for o in outcomes if o.build_refused])
    lines += ranked_refusals(hunt)
    lines += ranked("places without checkpoint", [r for o in outcomes for r in o.missing])
    wrong = [o for o in outcomes if o.wrong]
    lines.append(f"WRONG: {len(wrong)}")
    return lines + [f"  seed {o.seed}: {o.wrong}" for o in wrong]


def items(tool, count=60, seconds=60, seed=1, jobs=2):
    """(name, function) for tests/run: one item that makes `count` updates between sources that one
    compiler compiled alike, as updates are."""

    def execute():
        from harness.tool import Failure, Skip
        if shutil.which("csmith") is None:
            raise Skip("csmith is not installed")
        hunt = Hunt(tool, seed, count, seconds, ("mutation",))
        hunt.run(jobs, lambda _: None)
        wrong = [outcome for outcome in hunt.outcomes if outcome.wrong]
        if wrong:
            raise Failure("; ".join(f"seed {o.seed}: {o.wrong}" for o in wrong)
                          + f"; see {FAILURES}")
        refused = sum(len(outcome.refusals) for outcome in hunt.outcomes)
        return f"{len(hunt.outcomes)} programs, {hunt.updates()} updates, {refused} refused"

    return [("random programs", execute)]


def main():
    sys.path.insert(0, os.path.join(TOP, "tests"))
    from harness.tool import Tool
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=60, help="updates to make")
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, nargs="*", help="these seeds, their folders kept")
    parser.add_argument("--kinds", help="mutation,level,compiler: how NEW is made")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tool", default=os.path.join(TOP, "build", "strongupdate"))
    options = parser.parse_args()
    kinds = options.kinds.split(",") if options.kinds else None
    hunt = Hunt(Tool(options.tool), options.seed, options.count, options.seconds, kinds)
    if options.only:
        for seed in options.only:
            print(hunt.one(seed, keep=True), flush=True)
    else:
        hunt.run(options.jobs, lambda line: print(line, flush=True))
    print("\n".join(summary(hunt)))
    return 1 if any(outcome.wrong for outcome in hunt.outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
