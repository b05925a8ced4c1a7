"""Every pair of builds that the archive and our patches allow: which are updated, and which are not.

Debian's own patches and versions, and the patches of tests/servers, each built into a patch, and
that applied to a running server with clients, once.  Nothing is chosen: what is refused stays in the
list, with the tool's reason.
"""

import time

from experiments import bed as beds
from experiments.bed import Clients, Refused
from experiments.measure import ERRORS, TRIAL, one_line
from experiments.servers import Candidate
from harness import live, sources


def outcome(server, candidate):
    """One row: what came of this pair."""
    row = {"server": server.name, "change": candidate.change}
    try:
        bed = beds.Bed(server, candidate)
    except live.Refused as why:
        return row | {"result": "no patch", "reason": one_line(why)}
    built = bed.built
    row |= {"functions": built["functions_changed"] + built["functions_added"],
            "returns": built["call_returns"], "derived": built["call_returns_derived"],
            "bytes": built["file_bytes"], "seconds": bed.build_seconds}
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


def run(servers, options, progress):
    """Rows for each package of these servers once; pairs over the time are named as such."""
    rows, end = [], time.monotonic() + options.survey_seconds
    done = set()
    for server in servers:
        if server.package in done:
            continue
        done.add(server.package)
        try:
            pairs = sources.pairs(server.package, files=(server.file,))
        except ERRORS as why:
            rows.append({"server": server.name, "change": "all", "result": "error",
                         "reason": one_line(why)})
            continue
        for pair in pairs:
            candidate = Candidate(label(pair), pair.old, pair.new)
            if time.monotonic() > end:
                rows.append({"server": server.name, "change": candidate.change,
                             "result": "not tried", "reason": "the survey's time was over"})
                continue
            try:
                rows.append(outcome(server, candidate))
            except ERRORS as why:
                rows.append({"server": server.name, "change": candidate.change, "result": "error",
                             "reason": one_line(why)})
            progress(f"{server.name}, {candidate.change}: {rows[-1]['result']}")
    return rows


def label(pair):
    if pair.new.patch:
        return f"our patch {pair.name}"
    if pair.name.startswith("versions "):
        return "Debian's versions " + " to ".join(pair.name.split()[1:])
    return f"Debian's {pair.name}"
