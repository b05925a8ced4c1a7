"""Prints one line per item, and counts."""

import sys

WORDS = {"ok": "ok", "fail": "FAIL", "skip": "skip"}


class Report:
    """The results of a run."""

    def __init__(self):
        self.counts = dict.fromkeys(WORDS, 0)
        self.failures = []

    @property
    def failed(self):
        return self.counts["fail"]

    def take(self, name, result, remark=""):
        """`result` is ok, fail or skip."""
        self.counts[result] += 1
        if result == "fail":
            self.failures.append((name, remark))
        self._print(result, name, remark)

    @staticmethod
    def _print(result, name, remark):
        remark = " ".join(str(remark).split())
        print(f"{WORDS[result]:4} {name}" + (f": {remark}" if remark else ""), flush=True)

    def summary(self):
        """Prints the failures again and the closing line; returns the exit status."""
        if self.failures:
            print("\nfailed:")
            for name, why in self.failures:
                self._print("fail", name, why)
        line = f"{self.counts['ok']} passed, {self.failed} failed"
        if self.counts["skip"]:
            line += f", {self.counts['skip']} skipped"
        print(line)
        sys.stdout.flush()
        return 1 if self.failed or not self.counts["ok"] else 0
