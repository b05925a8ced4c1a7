"""The updates that a process carries, and the files of their patches, for debuggers and profilers."""

import glob
import json
import os
import subprocess

COMMAND = os.environ.get("STRONGUPDATE", "strongupdate")
STATE = os.environ.get("STRONGUPDATE_STATE", "/var/lib/strongupdate")
BUILDS = ("old_build_id", "new_build_id")


class Failure(Exception):
    """The command says why it cannot tell."""


def ask(*arguments):
    """The object that the command prints."""
    done = subprocess.run([COMMAND, *arguments, "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Failure(f"{COMMAND} {' '.join(arguments)}: {done.stderr.strip()}") from None
    if done.returncode != 0:
        raise Failure(f"{COMMAND} {' '.join(arguments)}: {answer.get('reason')}")
    return answer


def noted(pid):
    """The hashes of the patches that the state folder has of the process, newest first."""
    found = []
    try:
        with open(os.path.join(STATE, "updates"), encoding="utf-8") as file:
            for line in file:
                event = json.loads(line)
                if event.get("pid") == pid and event.get("command") == "apply":
                    found.append(event["patch"])
    except OSError:
        pass
    return found[::-1]


def candidates(pid):
    """Patches of the state folder: those that were applied to the process, or all."""
    paths = [os.path.join(STATE, "patches", name + ".sup") for name in noted(pid)]
    return [path for path in paths if os.path.exists(path)] \
        or glob.glob(os.path.join(STATE, "patches", "*.sup"))


def updates(pid, paths=()):
    """(update as `status` has it, path of its patch or None) of those in force, oldest first."""
    known = [(path, ask("inspect", path)) for path in paths or candidates(pid)]
    for update in ask("status", str(pid))["processes"][0]["updates"]:
        if update["state"] == "applied":
            fits = (path for path, patch in known
                    if all(patch[build] == update[build] for build in BUILDS))
            yield update, next(fits, None)


def missing(update):
    return (f"{update['image']}: the patch from build-id {update['old_build_id']} to "
            f"{update['new_build_id']} is not there: name its file")
