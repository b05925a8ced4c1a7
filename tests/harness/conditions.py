"""Cases of `apply --when`: an update waits until what its conditions name is inactive.

The program (scenario `transaction`) makes transactions of two steps, 50 of each 60 milliseconds
long.  One that begins in the old version and ends in the new one shows in the output.
"""

import os
import re
import time

from .scenario import LIMIT
from .tool import Failure, reason_of

PROGRAM = "transaction"
TRIES = 12


def mixed(lines):
    """How many transactions began in one version and ended in the other."""
    text = "\n".join(lines)
    began = {n: version for version, n in re.findall(r"^begin (\w+) (\d+)$", text, re.M)}
    ended = {n: version for version, n in re.findall(r"^end (\w+) (\d+)$", text, re.M)}
    return sum(1 for n, version in ended.items() if began.get(n, version) != version)


def updated_at_many_instants(bench, folder, *options):
    """Applies the patch to a fresh process again and again; how many transactions were mixed."""
    patch, count = bench.patch(PROGRAM, folder), 0
    for number in range(TRIES):
        with bench.running(PROGRAM, folder) as (scenario, process):
            time.sleep(0.005 * number)
            status, answer, errors = bench.tool.call("apply", patch, process.pid, *options)
            if status != 0:
                raise Failure(f"try {number}: {reason_of(answer, errors)}")
            process.wait_for(scenario.after, LIMIT, "after the update")
            count += mixed(process.all)
    return count


def without_condition(bench, folder):
    """The check can fail: without a condition transactions are mixed."""
    count = updated_at_many_instants(bench, folder)
    if not count:
        raise Failure(f"no transaction was mixed in {TRIES} updates without a condition")
    return f"{count} of {TRIES} mixed"


def named(name, case):
    case.__name__ = name
    return case


def never_mixed(name, condition):
    def case(bench, folder):
        count = updated_at_many_instants(bench, folder, "--when", condition)
        if count:
            raise Failure(f"{count} transactions were mixed")
    return named(name, case)


def line_of(what):
    path = os.path.join(os.path.dirname(os.path.dirname(__file__)), "scenarios", PROGRAM, "prog.c")
    with open(path, encoding="utf-8") as file:
        return next(n for n, text in enumerate(file, 1) if f'step("{what}", n)' in text)


def never_true(bench, folder):
    """main is always active: refused at the deadline, with the reason, and untouched."""
    patch = bench.patch(PROGRAM, folder)
    with bench.running(PROGRAM, folder) as (scenario, process):
        status, answer, errors = bench.tool.call("apply", patch, process.pid, "--timeout", 0.3,
                                                 "--when", "main inactive")
        reason = reason_of(answer, errors)
        if status != 1 or "main is active" not in reason:
            raise Failure(f"status {status}: {reason}")
        process.require_original_text()
        process.wait_for(scenario.before, LIMIT, "after the refusal")
        process.require_untouched_by_tracers()
    return reason


def refused(name, condition, expected, word):
    def case(bench, folder):
        patch = bench.patch(PROGRAM, folder)
        with bench.running(PROGRAM, folder) as (scenario, process):
            status, answer, errors = bench.tool.call("apply", patch, process.pid, "--when",
                                                     condition)
            reason = reason_of(answer, errors)
            if status != expected or word not in reason:
                raise Failure(f"status {status}: {reason}")
            process.require_original_text()
            process.wait_for(scenario.before, LIMIT, "after the refusal")
        return reason
    return named(name, case)


CASES = (
    named("when-without", without_condition),
    never_mixed("when-function", "serve inactive"),
    never_mixed("when-inlined-function", "transact inactive"),
    never_mixed("when-lines", f"prog.c:{line_of('begin')}-{line_of('end')} inactive"),
    named("when-never-true", never_true),
    refused("when-unknown-function", "no_such inactive", 1, "no code for 'no_such'"),
    refused("when-unknown-line", "prog.c:99999 inactive", 1, "no code for"),
    refused("when-no-condition", "serve", 2, "is no condition"),
)
