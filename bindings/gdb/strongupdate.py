"""gdb: names, lines and frames of the code that updates have brought into the process.

    (gdb) source /usr/share/strongupdate/gdb/strongupdate.py
    (gdb) attach 1234
    (gdb) strongupdate-symbols

A patch has the symbols, line tables and call frame information of its new code; what is looked up
here is where the process has it mapped.  Patches are found in the state folder, or named.
"""

import glob
import json
import os
import subprocess

import gdb

COMMAND = os.environ.get("STRONGUPDATE", "strongupdate")
STATE = os.environ.get("STRONGUPDATE_STATE", "/var/lib/strongupdate")


def ask(*arguments):
    """The object that the command prints."""
    done = subprocess.run([COMMAND, *arguments, "--json"], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise gdb.GdbError(f"{COMMAND} {' '.join(arguments)}: {done.stderr.strip()}") from None
    if done.returncode != 0:
        raise gdb.GdbError(f"{COMMAND} {' '.join(arguments)}: {answer.get('reason')}")
    return answer


def updates_of(pid):
    """Those that are in force, oldest first."""
    process = ask("status", str(pid))["processes"][0]
    return [update for update in process["updates"] if update["state"] == "applied"]


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
    paths = [os.path.join(STATE, "patches", name + ".sup") for name in noted(pid)]
    return [path for path in paths if os.path.exists(path)] \
        or glob.glob(os.path.join(STATE, "patches", "*.sup"))


class Symbols(gdb.Command):
    """Loads the symbols of the updates that the process carries.

    strongupdate-symbols [PATCH.sup ...]"""

    def __init__(self):
        super().__init__("strongupdate-symbols", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        pid = gdb.selected_inferior().pid
        if not pid:
            raise gdb.GdbError("no process is being debugged")
        paths = gdb.string_to_argv(argument) or candidates(pid)
        known = [(path, ask("inspect", path)) for path in paths]
        for update in updates_of(pid):
            self.load(update, known)

    @staticmethod
    def load(update, known):
        builds = ("old_build_id", "new_build_id")
        for path, patch in known:
            if all(patch[build] == update[build] for build in builds):
                gdb.execute(f"add-symbol-file {path} -o {update['mapped_at']}", to_string=True)
                gdb.write(f"{update['image']}: {path} at {update['mapped_at']}\n")
                return
        gdb.write(f"{update['image']}: the patch from build-id {update['old_build_id']} to "
                  f"{update['new_build_id']} is not there: name its file\n")


Symbols()
