"""Cases of `apply --when`: an update waits until what its conditions name is inactive.

The program (scenario `transaction`) makes transactions of two steps, 50 of each 60 milliseconds
long.  One that begins in the old version and ends in the new one shows in the output.
"""

import contextlib
import os
import re
import shutil
import signal
import time

from harness import elf
from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, reason_of

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


# ---- processes that have been updated before ----


@contextlib.contextmanager
def server(bench, folder):
    """(scenario, process, there, back): of a program file of its own, with patches to the new
    version and, as a further update, to the old one."""
    scenario, old, new = bench.pair(PROGRAM)
    program, back = os.path.join(folder, "server"), os.path.join(folder, "back.sup")
    shutil.copy(old, program)
    status, answer, errors = bench.tool.build(new, old, back)
    if status != 0:
        raise Failure(f"build: {reason_of(answer, errors)}")
    with Process(program, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before the update")
        yield scenario, process, bench.patch(PROGRAM, folder), back


def put_in_place(bench, folder):
    """The new version replaces the file of the program that runs."""
    shutil.copy(bench.pair(PROGRAM)[2], os.path.join(folder, "next"))
    os.replace(os.path.join(folder, "next"), os.path.join(folder, "server"))


def apply(bench, patch, process, *options):
    status, answer, errors = bench.tool.call("apply", patch, process.pid, *options)
    if status != 0:
        raise Failure(f"{options}: status {status}: {reason_of(answer, errors)}")


def after_an_update(name, condition):
    """What begins in the new version does not end in the old one, which comes back."""
    def case(bench, folder):
        with server(bench, folder) as (scenario, process, there, back):
            put_in_place(bench, folder)
            for number in range(TRIES // 2):
                apply(bench, there, process)
                process.wait_for(scenario.after, LIMIT, "after the update")
                start = len(process.all)
                process.wait_for([r"begin new \d+"], LIMIT, "before the second update")
                time.sleep(0.01 * number)
                apply(bench, back, process, "--when", condition)
                process.wait_for(scenario.before, LIMIT, "after the second update")
                if count := mixed(process.all[start:]):
                    raise Failure(f"{count} transactions were mixed")
    return named(name, case)


def by_build_id(bench, folder):
    """The file of the version that runs is nowhere but below a directory of debug files."""
    new = bench.pair(PROGRAM)[2]
    number = elf.build_id(new)
    place = os.path.join(folder, "debug", ".build-id", number[:2])
    os.makedirs(place)
    shutil.copy(new, os.path.join(place, number[2:]))
    condition = ("--when", "transact inactive")
    with server(bench, folder) as (scenario, process, there, back):
        apply(bench, there, process)
        process.wait_for(scenario.after, LIMIT, "after the update")
        status, answer, errors = bench.tool.call("apply", back, process.pid, *condition)
        reason = reason_of(answer, errors)
        if status != 1 or number not in reason:
            raise Failure(f"without the file: status {status}: {reason}")
        process.next_lines(4, LIMIT, "after the refusal")
        apply(bench, back, process, *condition, "--debug-dir", os.path.join(folder, "debug"))
        process.wait_for(scenario.before, LIMIT, "after the second update")
    return reason


def stop_within(process, begin, end):
    """Stops the process when it has printed `begin` and not `end` yet."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        process.wait_for([begin], LIMIT, "before the stop")
        os.kill(process.pid, signal.SIGSTOP)
        while not process.status_field("State").startswith("T"):
            time.sleep(0.001)
        process.lines()
        if re.fullmatch(begin, process.all[-1]):
            return
        os.kill(process.pid, signal.SIGCONT)
    raise Failure(f"it was never stopped between {begin} and {end}")


def pending(bench, folder):
    """An activation that waits in the oldest code, to be carried over when it goes on, is active."""
    with server(bench, folder) as (scenario, process, there, back):
        put_in_place(bench, folder)
        stop_within(process, r"begin old \d+", "end")
        apply(bench, there, process)
        status, answer, errors = bench.tool.call("apply", back, process.pid, "--timeout", 0.3,
                                                 "--when", "serve inactive")
        reason = reason_of(answer, errors)
        if status != 1 or "serve is active" not in reason:
            raise Failure(f"status {status}: {reason}")
        os.kill(process.pid, signal.SIGCONT)
        process.wait_for(scenario.after, LIMIT, "after the refusal")
        apply(bench, back, process, "--when", "serve inactive")
        process.wait_for(scenario.before, LIMIT, "after the second update")
    return reason


CASES = (
    named("when-without", without_condition),
    never_mixed("when-function", "serve inactive"),
    never_mixed("when-inlined-function", "transact inactive"),
    never_mixed("when-lines", f"prog.c:{line_of('begin')}-{line_of('end')} inactive"),
    named("when-never-true", never_true),
    after_an_update("when-updated-function", "serve inactive"),
    after_an_update("when-updated-inlined-function", "transact inactive"),
    after_an_update("when-updated-lines",
                    f"prog.c:{line_of('begin')}-{line_of('end')} inactive"),
    named("when-updated-by-build-id", by_build_id),
    named("when-updated-pending", pending),
    refused("when-unknown-function", "no_such inactive", 1, "no code for 'no_such'"),
    refused("when-unknown-line", "prog.c:99999 inactive", 1, "no code for"),
    refused("when-no-condition", "serve", 2, "is no condition"),
)
