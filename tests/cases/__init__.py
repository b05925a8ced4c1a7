"""Single cases, each a function that gets a bench and a fresh folder.

What is tested by whom:

    command       the command itself: what must be refused, and with which exit status
    conditions    apply --when
    debugfiles    debug files of stripped programs, and where they are found
    surroundings  processes in hostile surroundings: namespaces, seccomp, stopped, asleep
    imports       new imports, looked up where the updated image would
    interrupted   system calls that end early, beside gdb's attach
    trust         signed patches, policy, state and log
    probes        processes with uprobes
    slots         what the loader has bound to functions that an update changes
    measuring     what the measurements of bench/ compute
    manual        the manual against the command's help
    tree, texts   the source tree: includes, lengths, links, comments
    running_files the files that processes run, deleted or replaced since
    running       the runner of these tests
"""

import os
import shutil

from cases import (command, conditions, debugfiles, imports, interrupted, manual, measuring,
                   probes, running, running_files, slots, surroundings, texts, tree, trust)

CASES = (command.CASES + conditions.CASES + debugfiles.CASES + surroundings.CASES + imports.CASES
         + interrupted.CASES + trust.CASES + probes.CASES + slots.CASES + measuring.CASES
         + manual.CASES + tree.CASES + texts.CASES + running.CASES + running_files.CASES)


def items(tool, root):
    """(name, function) of every case."""
    bench = command.Bench(tool, os.path.join(root, "pairs"))
    for case in CASES:
        name = case.__name__.replace("_", "-")
        folder = os.path.join(root, name)

        def execute(case=case, folder=folder):
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            return case(bench, folder)

        yield f"case {name}", execute
