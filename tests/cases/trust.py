"""Signed patches, the policy of a machine, what is kept and what is logged, from end to end.

A machine that has /etc/strongupdate or /var/lib/strongupdate of its own keeps them: the cases that
need others in their place are left out there.
"""

import contextlib
import json
import os
import re
import subprocess

from cases.running_files import place
from cases.surroundings import LIMIT, PAIR, need, need_root
from harness.compile import run as compile_program
from harness.loading import TESTS
from harness.process import Process
from harness.tool import Failure, Skip, reason_of


class Site:
    """A folder with trust, policy and state, and a key that is trusted there."""

    def __init__(self, bench, folder):
        for path in ("/etc/strongupdate", "/var/lib/strongupdate"):
            if os.path.exists(path):
                raise Skip(f"this machine has {path}")
        self.tool = bench.tool
        self.folder, self.state = os.path.join(folder, "etc"), os.path.join(folder, "state")
        self.key = os.path.join(folder, "site.key")
        os.makedirs(os.path.join(self.folder, "trusted.d"))
        os.mkdir(self.state, 0o700)
        self.prefix = ["env", f"STRONGUPDATE_CONFIG={self.folder}",
                       f"STRONGUPDATE_STATE={self.state}"]
        self.call("keygen", self.key, "--name", "The site")
        os.link(f"{self.key}.pub", os.path.join(self.folder, "trusted.d", "site.pub"))

    def put(self, name, *lines):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write("".join(f"{line}\n" for line in lines))

    def policy(self, *lines):
        self.put("policy", "strongupdate-policy 1", *lines)

    def call(self, *args, status=0, reason=None):
        got, answer, errors = self.tool.call(*args, prefix=self.prefix)
        if got != status or (reason and answer.get("reason_id") != reason):
            raise Failure(f"{args[0]}: status {got}, not {status}: {answer.get('reason_id')}, not "
                          f"{reason}: {reason_of(answer, errors)}")
        return answer

    def sign(self, patch):
        self.call("sign", patch, "--key", self.key, "--package", "server", "--advisory",
                  "CVE-2026-1")


@contextlib.contextmanager
def running(bench, folder):
    scenario, old, _ = bench.pair(PAIR)
    with Process(old, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        yield scenario, process


def signed(bench, folder):
    """Where signatures are required, what a trusted key has signed is applied, and nothing else; a
    patch that a process holds is believed when root has the same."""
    site, patch = Site(bench, folder), bench.patch(PAIR, folder)
    other = os.path.join(folder, "other.sup")
    with running(bench, folder) as (scenario, process):
        answer = site.call("apply", patch, process.pid)
        if answer["signed_by"] is not None:
            raise Failure(f"signed by {answer['signed_by']}")
        site.call("revert", process.pid)
        site.policy("signatures: required")
        site.call("apply", patch, process.pid, status=1, reason="not-signed")
        site.call("check", patch, process.pid, status=1, reason="not-signed")
        site.sign(patch)
        # Another file with this one's signature, and one byte more than a patch.
        with open(patch, "rb") as file, open(other, "wb") as copy:
            copy.write(file.read() + b"\n")
        os.link(f"{patch}.sig", f"{other}.sig")
        site.call("apply", other, process.pid, status=1, reason="not-trusted")
        answer = site.call("apply", patch, process.pid)
        if not answer["signed_by"].startswith("The "):
            raise Failure(f"signed by {answer['signed_by']}")
        process.wait_for(scenario.after, LIMIT, "after")
        site.call("revert", process.pid)
        site.call("apply", patch, process.pid)
        kept = os.listdir(os.path.join(site.state, "patches"))
        if sorted(name.split(".", 1)[1] for name in kept) != ["sup", "sup.sig"]:
            raise Failure(f"kept: {kept}")
        hidden = os.path.join(folder, "hidden")
        os.rename(os.path.join(site.state, "patches"), hidden)
        site.call("revert", process.pid, status=1, reason="patch-not-kept")
        os.rmdir(os.path.join(site.state, "patches"))
        os.rename(hidden, os.path.join(site.state, "patches"))
        # What was permitted once can be taken back.
        key = re.search(r"^key: (\w+)$", open(f"{patch}.sig", encoding="utf-8").read(), re.M)
        site.put("revoked", f"key: {key.group(1)}")
        site.call("verify-signature", patch, status=1, reason="not-trusted")
        site.call("revert", process.pid)
        site.call("apply", patch, process.pid, status=1, reason="not-trusted")
    with open(os.path.join(site.state, "updates"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    done = [(line["command"], line["pid"], line["signer"] is not None) for line in lines]
    if done != [(command, process.pid, by) for command, by in
                (("apply", False), ("revert", False), ("apply", True), ("revert", False),
                 ("apply", True), ("revert", False))]:
        raise Failure(f"noted: {done}")


def signed_by_the_machine(bench, folder):
    """Where signatures are required, `live` applies what it builds when it may sign it."""
    site = Site(bench, folder)
    site.prefix.append(f"STRONGUPDATE_CACHE={os.path.join(folder, 'cache')}")
    site.policy("signatures: required")
    scenario, old, new = bench.pair(PAIR)
    installed = place(folder, old, "prog")
    with Process(installed, os.path.join(folder, "output")) as process:
        process.wait_for(scenario.before, LIMIT, "before")
        place(folder, new, "prog")
        site.call("live", process.pid, status=1, reason="not-signed")
        site.call("live", process.pid, "--sign", site.key)
        process.wait_for(scenario.after, LIMIT, "after")
        site.call("revert", process.pid)
        answer = site.call("live", process.pid)
        if not answer["updates"][0]["from_cache"]:
            raise Failure(f"{answer}")


def policy(bench, folder):
    """The policy says whose processes, which programs, how many and how long."""
    site, patch = Site(bench, folder), bench.patch(PAIR, folder)
    with running(bench, folder) as (_, process):
        program = os.readlink(f"/proc/{process.pid}/exe")
        user = os.getuid()
        for lines, reason in (((f"users: {user + 1}",), "policy-user"),
                              (("executables: /bin/?*",), "policy-executable"),
                              (("max-timeout: 0.5",), "policy-timeout"),
                              (("max-process: 1",), "format")):
            site.policy(*lines)
            site.call("apply", patch, process.pid, "--timeout", "1", status=1, reason=reason)
        site.policy(f"users: {user}", f"executables: {program}", "max-processes: 1",
                    "max-timeout: 5")
        site.call("apply", patch, process.pid, "--timeout", "1")
        # What others can write is believed by nobody.
        os.chmod(os.path.join(site.folder, "policy"), 0o666)
        site.call("revert", process.pid, "--timeout", "1", status=1, reason="foreign-file")
        os.chmod(os.path.join(site.folder, "policy"), 0o644)
        site.call("revert", process.pid, "--timeout", "1")
        if user == 0:
            fake = f"mount --bind {program} /bin/true && exec /bin/true"
            site.policy("executables: /bin/?* /usr/bin/?*")
            with Process("/usr/bin/unshare", os.path.join(folder, "fake"),
                         ("-m", "sh", "-c", fake)) as faked:
                faked.wait_for(bench.pair(PAIR)[0].before, LIMIT, "before")
                site.call("apply", patch, faked.pid, status=1, reason="policy-executable")


TGKILL = 234  # its number on x86-64


def recovery_is_noted(bench, folder):
    """An updater is killed while it writes code: what `recover` takes back is kept with the updates."""
    site, patch, faulty = Site(bench, folder), bench.patch(PAIR, folder), os.path.join(folder, "faulty")
    compile_program(["gcc", "-D_GNU_SOURCE", "-O1", "-o", faulty, "faulty.c"],
                    os.path.join(TESTS, "fault"))
    with running(bench, folder) as (_, process):
        # The third call after a signal to each thread writes code.
        at = f"{process.thread_count()}@{TGKILL}+3"
        subprocess.run([*site.prefix, faulty, "kill", at, "--", bench.tool.path, "apply", patch,
                        str(process.pid)], capture_output=True, timeout=60, check=False)
        if not site.call("recover", process.pid)["processes"][0]["rolled_back"]:
            raise Failure("nothing was taken back")
        site.call("recover", process.pid)
    with open(os.path.join(site.state, "updates"), encoding="utf-8") as file:
        done = [tuple(json.loads(line)[name] for name in ("command", "result", "pid"))
                for line in file]
    if done != [("recover", "rolled back", process.pid)]:
        raise Failure(f"noted: {done}")


LOGGED = """
import os, socket, subprocess, sys
os.makedirs("/run/systemd/journal", exist_ok=True)
journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
journal.bind("/run/systemd/journal/socket")
for args in sys.argv[1:]:
    subprocess.run(args.split("\\x1f"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, timeout=60)
journal.setblocking(False)
try:
    while True:
        sys.stdout.buffer.write(journal.recv(65536) + b"\\n--\\n")
except BlockingIOError:
    pass
"""


def logged(bench, folder):
    """Each apply, revert and refusal is in the journal, with the process and the result."""
    need_root()
    need("unshare", "mount", "python3")
    if "systemd" not in subprocess.run(["ldd", bench.tool.path], capture_output=True, text=True,
                                       check=True).stdout:
        raise Skip("built without the journal")
    patch = bench.patch(PAIR, folder)
    with running(bench, folder) as (_, process):
        calls = ["\x1f".join([bench.tool.path, *args]) for args in
                 (("apply", patch, str(process.pid)), ("apply", patch, str(process.pid)),
                  ("revert", str(process.pid)), ("recover", str(process.pid)))]
        done = subprocess.run(["unshare", "-m", "sh", "-c",
                               'mount -t tmpfs none /run && exec python3 -c "$0" "$@"', LOGGED,
                               *calls], capture_output=True, text=True, timeout=60, check=True)
    seen = [tuple(re.search(rf"^STRONGUPDATE_{name}=(.*)$", entry, re.M).group(1)
                  for name in ("COMMAND", "PID", "RESULT"))
            for entry in done.stdout.split("\n--\n") if "STRONGUPDATE_COMMAND" in entry]
    wanted = [(command, str(process.pid), result) for command, result in
              (("apply", "done"), ("apply", "refused"), ("revert", "done"), ("recover", "done"))]
    if seen != wanted:
        raise Failure(f"logged: {seen}: {done.stderr[-300:]}")


def closed_output(bench, folder):
    """What has been applied is so, also when nobody can be told."""
    patch = bench.patch(PAIR, folder)
    with running(bench, folder) as (_, process):
        for command in (("apply", patch), ("revert",)):
            done = subprocess.run(["sh", "-c", 'exec "$0" "$@" >/dev/full', bench.tool.path,
                                   *command, str(process.pid)], capture_output=True, text=True,
                                  timeout=60, check=False)
            if done.returncode or "standard output" not in done.stderr:
                raise Failure(f"{command[0]}: status {done.returncode}: {done.stderr}")


def fifo(bench, folder):
    """A FIFO in place of a patch is refused, not waited for."""
    path = os.path.join(folder, "fifo.sup")
    os.mkfifo(path)
    status, answer, errors = bench.tool.call("inspect", path, limit=20)
    if status != 1 or "regular" not in reason_of(answer, errors):
        raise Failure(f"status {status}: {reason_of(answer, errors)}")


def outputs(bench, folder):
    """A patch takes the place of what was there with its mode; where it cannot be written in full, what
    was there stays, and nothing else."""
    _, old, new = bench.pair(PAIR)
    path = os.path.join(folder, "out.sup")
    with open(path, "w", encoding="ascii") as file:
        file.write("before")
    os.chmod(path, 0o640)
    before = os.listdir(folder)
    status, answer, errors = bench.tool.call("build", old, new, "-o", path,
                                             prefix=("prlimit", "--fsize=4096"))
    if status != 3 or "large" not in reason_of(answer, errors):
        raise Failure(f"too large: status {status}: {reason_of(answer, errors)}")
    with open(path, encoding="ascii") as file:
        if file.read() != "before" or sorted(os.listdir(folder)) != sorted(before):
            raise Failure(f"left: {os.listdir(folder)}")
    status, answer, errors = bench.tool.call("build", old, new, "-o", path)
    if status != 0 or os.stat(path).st_mode & 0o7777 != 0o640:
        raise Failure(f"status {status}, mode {os.stat(path).st_mode:o}")


CASES = (outputs, signed, signed_by_the_machine, policy, recovery_is_noted, logged, closed_output, fifo)
