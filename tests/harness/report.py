"""Prints one line per item and counts."""

import sys
import threading


class Report:
    """Collects results from several threads."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []
        self._lock = threading.Lock()

    def ok(self, name, remark=""):
        with self._lock:
            self.passed += 1
            self._print("ok", name, remark)

    def fail(self, name, why):
        with self._lock:
            self.failed += 1
            self.failures.append((name, why))
            self._print("FAIL", name, why)

    def skip(self, name, why):
        with self._lock:
            self.skipped += 1
            self._print("skip", name, why)

    @staticmethod
    def _print(word, name, remark):
        remark = " ".join(str(remark).split())
        print(f"{word:4} {name}" + (f": {remark}" if remark else ""), flush=True)

    def summary(self):
        """Prints the failures again and the closing line; returns the exit status."""
        if self.failures:
            print("\nfailed:")
            for name, why in self.failures:
                self._print("FAIL", name, why)
        line = f"{self.passed} passed, {self.failed} failed"
        if self.skipped:
            line += f", {self.skipped} skipped"
        print(line)
        sys.stdout.flush()
        return 1 if self.failed or not self.passed else 0
