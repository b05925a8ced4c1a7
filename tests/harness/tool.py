"""Runs the strongupdate command and reads its answers.

A call returns the exit status and the one JSON object that --json promises on standard output.
A tool that dies by a signal, prints no object, or hangs is a failure of the test that called it.
"""

import json
import os
import subprocess

from . import schema


class Failure(Exception):
    """A test failed; the text says what was expected and what was seen."""


class Skip(Exception):
    """A test cannot run here; the text says why."""


class Tool:
    """The command under test."""

    def __init__(self, path, log=None):
        self.path = os.path.abspath(path)
        self.log = log

    def with_log(self, log):
        return Tool(self.path, log)

    def call(self, *args, prefix=(), limit=120):
        """Runs `strongupdate ARGS --json`; returns (exit status, object, standard error)."""
        command = [*prefix, self.path, *map(str, args), "--json"]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, errors="replace", timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(f"{' '.join(command)}: no end after {limit} s") from None
        self._record(command, done)
        if done.returncode < 0 or done.returncode > 4:
            raise Failure(f"{' '.join(command)}: status {done.returncode}: "
                          f"{done.stderr.strip()[-2000:]}")
        answer = self._object(done)
        wrong = schema.misfit(str(args[0]), done.stdout, answer) if args else None
        if wrong:
            raise Failure(wrong)
        return done.returncode, answer, done.stderr.strip()

    def build(self, old, new, patch, *options):
        return self.call("build", old, new, "-o", patch, *options)

    def _record(self, command, done):
        if self.log is None:
            return
        with open(self.log, "a", encoding="utf-8") as file:
            file.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}"
                       f"exit {done.returncode}\n")

    @staticmethod
    def _object(done):
        try:
            value = json.loads(done.stdout)
        except ValueError:
            raise Failure("no JSON object on standard output but "
                          f"{done.stdout[:200]!r}; {done.stderr.strip()[:500]}") from None
        if not isinstance(value, dict):
            raise Failure(f"JSON output is no object: {done.stdout[:200]!r}")
        return value


def reason_of(answer, errors):
    """Why the tool refused, in its own words."""
    return str(answer.get("reason") or answer.get("error") or answer.get("message") or errors)
