"""gdb: names, lines and frames of the code that updates have brought into the process.

    (gdb) source /usr/share/strongupdate/debuggers/gdb.py
    (gdb) attach 1234
    (gdb) strongupdate-symbols

A patch has the symbols, line tables and call frame information of its new code; what is looked up
here is where the process has it mapped.  Patches are found in the state folder, or named.
"""

import os
import sys

import gdb

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import strongupdate_updates  # noqa: E402


class Symbols(gdb.Command):
    """Loads the symbols of the updates that the process carries.

    strongupdate-symbols [PATCH.sup ...]"""

    def __init__(self):
        super().__init__("strongupdate-symbols", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        pid = gdb.selected_inferior().pid
        if not pid:
            raise gdb.GdbError("no process is being debugged")
        try:
            for update, path in strongupdate_updates.updates(pid, gdb.string_to_argv(argument)):
                self.load(update, path)
        except strongupdate_updates.Failure as failure:
            raise gdb.GdbError(str(failure)) from None

    @staticmethod
    def load(update, path):
        if path is None:
            gdb.write(strongupdate_updates.missing(update) + "\n")
            return
        gdb.execute(f"add-symbol-file {path} -o {update['mapped_at']}", to_string=True)
        gdb.write(f"{update['image']}: {path} at {update['mapped_at']}\n")


Symbols()
