"""Runs Meson's unit tests and reads their results."""

import json
import os
import subprocess


def run(build, report, limit=900):
    """Reports each of Meson's tests by name; a TAP test counts as one item."""
    log = os.path.join(build, "meson-logs", "testlog.json")
    if os.path.exists(log):
        os.unlink(log)
    meson = "/usr/bin/meson" if os.path.exists("/usr/bin/meson") else "meson"
    command = [meson, "test", "-C", build, "--print-errorlogs", "--no-suite", "slow"]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              errors="replace", timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        report.fail("unit", f"no end after {limit} s")
        return
    results = _read(log)
    for name, result, output in results:
        if result in ("OK", "EXPECTEDFAIL"):
            report.ok(f"unit {name}")
        elif result == "SKIP":
            report.skip(f"unit {name}", "skipped by itself")
        else:
            report.fail(f"unit {name}", f"{result}: {output[-1500:]}")
    if not results and "No tests defined" in done.stdout + done.stderr:
        report.skip("unit", "no unit tests are defined")
    elif not results:
        report.fail("unit", (done.stdout + done.stderr)[-1500:])


def _read(log):
    if not os.path.exists(log):
        return []
    with open(log, encoding="utf-8", errors="replace") as file:
        entries = [json.loads(line) for line in file if line.strip()]
    return [(entry["name"], entry["result"],
             (entry.get("stdout") or "") + (entry.get("stderr") or "")) for entry in entries]
