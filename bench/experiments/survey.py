"""Every pair of builds that the archive and our patches allow: which are updated, and which are not.

Debian's own patches and versions, and the patches of tests/servers, each built into a patch, and
that applied to a running server with clients, once.  Nothing is chosen: what is refused stays in the
list, with the tool's reason.
"""

import dataclasses
import filecmp
import glob
import os
import time

from experiments import bed as beds
from experiments.bed import Clients, Refused
from experiments.measure import ERRORS, TRIAL, one_line
from experiments.servers import Candidate
from harness import live, sources
from harness.tool import Failure, Skip


def changed_bed(server, candidate):
    """The pair of the program; when nothing differs in it, of the first shared object that does."""
    bed = beds.Bed(server, candidate)
    if changed(bed):
        return bed
    for path in sorted(glob.glob(os.path.join(bed.old, "**", "*.so"), recursive=True)):
        file = os.path.relpath(path, bed.old)
        if not filecmp.cmp(path, os.path.join(bed.new, file), shallow=False):
            other = beds.Bed(dataclasses.replace(server, file=file), candidate)
            if changed(other):
                return other
    return bed


def changed(bed):
    return bed.built["functions_changed"] + bed.built["functions_added"]


def outcome(server, candidate):
    """One row: what came of this pair."""
    row = {"server": server.name, "change": candidate.change}
    try:
        for build in (candidate.old, candidate.new):
            build.build()
    except (Failure, Skip) as why:
        return row | {"result": "not built", "reason": one_line(why)}
    try:
        bed = changed_bed(server, candidate)
    except live.Refused as why:
        return row | {"result": "no patch", "reason": one_line(why)}
    if not changed(bed):
        return row | {"result": "no change", "reason": f"{server.file} has the same functions"}
    built = bed.built
    row |= {"functions": changed(bed), "returns": built["call_returns"],
            "derived": built["call_returns_derived"], "bytes": built["file_bytes"],
            "seconds": bed.build_seconds}
    with bed.running(bed.old) as place, Clients(bed, place) as clients:
        try:
            answer = bed.apply(place, TRIAL)
        except Refused as why:
            row |= {"result": "refused", "reason": one_line(why)}
        else:
            row |= {"result": "applied", "processes": len(answer["processes"]),
                    "pause_us": max(p["pause_us"] for p in answer["processes"])}
        time.sleep(0.5)
        clients.require_alive()
    seen = clients.result
    row["failed"] = sum(seen["failed"]) + sum(seen["lost"])
    return row


def candidates(servers):
    """(server, candidate) of each package once, and rows for packages that cannot be had."""
    found, rows, done = [], [], set()
    for server in servers:
        if server.package in done:
            continue
        done.add(server.package)
        try:
            found += [(server, Candidate(label(pair), pair.old, pair.new))
                      for pair in sources.pairs(server.package, files=(server.file,))]
        except ERRORS as why:
            rows.append({"server": server.name, "change": "all", "result": "not built",
                         "reason": one_line(why)})
    return found, rows


def run(servers, options, progress):
    """A row for each pair; first those that are built already, and those over the time by name."""
    end = time.monotonic() + options.survey_seconds
    found, last = candidates(servers)
    made = {id(one): all(build.made() for build in (one.old, one.new)) for _, one in found}
    rows = {}
    for server, candidate in sorted(found, key=lambda pair: not made[id(pair[1])]):
        row = {"server": server.name, "change": candidate.change}
        if time.monotonic() > end:
            row |= {"result": "not tried", "reason": "the survey's time was over"}
        else:
            try:
                row = outcome(server, candidate)
            except ERRORS as why:
                row |= {"result": "error", "reason": one_line(why)}
            progress(f"{server.name}, {candidate.change}: {row['result']}")
        rows[id(candidate)] = row
    return [rows[id(candidate)] for _, candidate in found] + last


def label(pair):
    if pair.new.patch:
        return f"our patch {pair.name}"
    if pair.name.startswith("versions "):
        return "Debian's versions " + " to ".join(pair.name.split()[1:])
    return f"Debian's {pair.name}"
