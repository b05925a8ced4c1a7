"""The measurements of one server, each of which gives what is kept as JSON."""

import collections
import os
import time

from experiments import bed as beds
from experiments import machine
from experiments.bed import Clients, Refused
from harness import live
from harness.tool import Failure, Skip

ERRORS = (Failure, Skip, OSError, EOFError, ValueError)
WAYS = ("OLD", "NEW", "updated")
BEFORE, AFTER = 1.2, 1.5  # seconds of clients' work around an event
TRIAL = 5  # seconds for threads to reach a checkpoint when a pair is tried


def one_line(why):
    text = " ".join(str(why).split()) or type(why).__name__
    return text.replace(machine.TOP + "/", "")


# ---- choosing a pair, and its patch ----

def choose(server):
    """The first candidate that builds and is applied and reverted under clients; and why not others."""
    refused = []
    for candidate in server.candidates():
        try:
            bed = beds.Bed(server, candidate)
            with bed.running(bed.old) as place, Clients(bed, place) as clients:
                for _ in range(2):
                    bed.apply(place, TRIAL)
                    time.sleep(0.3)
                    bed.revert(place, TRIAL)
                    time.sleep(0.3)
                clients.require_alive()
            return bed, refused
        except (live.Refused, Refused) as why:
            refused.append([candidate.change, one_line(why)])
    raise Failure("; ".join(f"{change}: {why}" for change, why in refused))


def patch(bed):
    """What is in the patch."""
    status, answer, errors = beds.TOOL.call("inspect", bed.patch)
    if status != 0:
        raise Failure(f"inspect: {beds.reason_of(answer, errors)}")
    derivations, kinds = collections.Counter(), collections.Counter()
    for function in answer["functions"]:
        for point in function.get("checkpoints") or ():
            kinds[point["kind"]] += 1
            derivations.update(value["derivation"] for value in point["values"])
    return {"built": bed.built, "seconds": bed.build_seconds, "derivations": derivations,
            "kinds": kinds, "change": bed.candidate.change, "version": bed.candidate.new.version,
            "compiler": bed.candidate.new.compiler,
            "program_bytes": os.path.getsize(os.path.join(bed.old, bed.server.file))}


# ---- steady state ----

def one_run(bed, way, seconds):
    """Every load on one fresh server: {load: result}."""
    found = {}
    with bed.running(bed.new if way == "NEW" else bed.old) as place:
        states = {}
        try:
            with machine.pinned(machine.CLIENT_CORES):
                for load in bed.server.loads:
                    states[load.name] = load.open(place)
            if way == "updated":
                bed.apply(place)
                bed.replace_file(place)
            for load in bed.server.loads:
                used = machine.cpu_seconds(place.pid)
                start = time.monotonic()
                with machine.pinned(machine.CLIENT_CORES):
                    result = load.run(place, states[load.name], seconds)
                result["cpu"] = machine.cpu_seconds(place.pid) - used
                result["seconds"] = time.monotonic() - start
                found[load.name] = result
        finally:
            for load in bed.server.loads:
                load.close(states.get(load.name))
    return found


def steady(bed, options, progress):
    """Rounds of one run each of OLD, NEW and updated; the order turns from round to round."""
    rounds, errors = [], []
    while len(rounds) < options.pairs:
        turn = len(rounds) % 3
        found = {}
        try:
            for way in WAYS[turn:] + WAYS[:turn]:
                found[way] = one_run(bed, way, options.seconds)
        except ERRORS as why:
            errors.append(f"{way}: {one_line(why)}")
            progress(f"round {len(rounds) + 1}: {errors[-1]}")
            if len(errors) > 3:
                raise Failure(f"four rounds failed, the last by {errors[-1]}") from why
            continue
        rounds.append(found)
        progress(f"round {len(rounds)} of {options.pairs}")
    return {"rounds": rounds, "errors": errors,
            "loads": [[load.name, load.unit, load.how] for load in bed.server.loads]}


# ---- events under clients ----

def event(place, clients, bed, action):
    """Runs `action` between two quiet spans; when it was, and what it gave."""
    time.sleep(BEFORE)
    start = time.monotonic()
    answer = action()
    end = time.monotonic()
    time.sleep(AFTER)
    clients.require_alive()
    return {"start": start, "end": end, "answer": answer, "left_old": bed.left_old(place)}


def updates(bed, options, progress):
    """Updates of one server whose clients stay connected, each taken back before the next."""
    events, refused, reverts = [], [], []
    with bed.running(bed.old) as place:
        with Clients(bed, place) as clients:
            for number in range(options.updates):
                try:
                    events.append(event(place, clients, bed, lambda: bed.apply(place)))
                except Refused as why:
                    refused.append(one_line(why))
                    continue
                try:
                    reverts.append(bed.revert(place))
                except Refused as why:
                    refused.append(f"{one_line(why)}; so the series ended after "
                                   f"{number + 1} updates")
                    break
            place.daemon.require_alive()
        progress(f"{len(events)} updates, {len(refused)} refused")
    if not events:
        raise Failure(f"every update was refused, the last by: {refused[-1]}")
    return {"events": events, "refused": refused, "reverts": reverts, "clients": clients.result}


def restarts(bed, options, progress):
    def action(place):
        place.daemon = bed.restart(place)
    return others(bed, options, progress, action)


def reloads(bed, options, progress):
    def action(place):
        bed.replace_file(place)
        os.kill(place.pid, bed.server.reload)
    return others(bed, options, progress, action) if bed.server.reload else []


def others(bed, options, progress, action):
    """Some events, each with a server and clients of its own."""
    found = []
    for _ in range(options.others):
        with bed.running(bed.old) as place:
            first = place.daemon
            try:
                with Clients(bed, place) as clients:
                    made = event(place, clients, bed, lambda: action(place))
                found.append({"events": [made], "clients": clients.result})
            finally:
                if place.daemon is not first:
                    place.daemon.end()
    progress(f"{len(found)} measured")
    return found
