"""The page: docs/experiments.md, made from the raw results alone."""

import json
import math
import os
import statistics
import textwrap

from experiments import plots, stats
from experiments.measure import AFTER
from experiments.servers import SERVERS

GOAL = 0.99
MS_PER_THREADS = 64  # a pause of one millisecond for so many threads is the goal


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in cells]) + "\n"


def number(value):
    """Three digits and thousands."""
    if value is None:
        return "–"
    if math.isinf(value) or math.isnan(value):
        return "not seen"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratio(values):
    if not values:
        return "–"
    low, high = stats.interval(values)
    return f"{statistics.median(values):.3f} ({low:.3f} .. {high:.3f})"


def cut(text, room=250):
    return text if len(text) <= room else text[:room].rsplit(" ", 1)[0] + " ..."


def filled(text):
    """The lines of a page in 100 columns; tables, pictures and code stay as they are."""
    lines = []
    for line in text.split("\n"):
        if len(line) <= 100 or line.startswith(("|", "![", "    ")):
            lines.append(line)
        else:
            lines += textwrap.wrap(line, 100, subsequent_indent="  " if line[0] == "-" else "",
                                   break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def plural(count, one, many=None):
    return f"{count} {one if count == 1 else many or one + 's'}"


# ---- the sections ----

def head(machine, settings):
    made = machine["machine"]
    pin = (f"The server had {plural(made['server_cores'], 'core')} of its own, the load the rest."
           if made["cores"] > 1 else "Server and load shared the one core.")
    busy = ("**The machine was busy with other work when this began (load "
            f"{machine['load_before']:.1f}): the figures say little.**"
            if machine["load_before"] > 0.5 * made["cores"] else
            f"The load average was {machine['load_before']:.2f} when it began.")
    return ["# Experiments", "",
            "Real servers, as Debian builds them, updated while clients use them. Written by "
            f"`make experiments` on {made['date']} at revision {made['revision']}; every figure "
            "comes from that run.", "",
            f"Machine: {made['processor']}, {plural(made['cores'], 'core')}, {made['memory_gb']} GB; "
            f"{made['system']}, Linux {made['kernel']}; {made['compiler']}; wrk {made['wrk']}. {pin} "
            f"{busy}", "",
            f"Steady state: {plural(settings['pairs'], 'round')}, each with one fresh run of OLD, NEW "
            f"and updated of {settings['seconds']:g} s per load, in turning order. "
            f"{plural(settings['updates'], 'update')}, "
            f"{plural(settings['others'], 'restart')} and as many reloads of each server."]


def patches(servers):
    rows, derivations = [], []
    for server in servers:
        patch, built = server["patch"], server["patch"]["built"]
        answer = (server.get("updates") or {"events": [{}]})["events"][-1].get("answer") or {}
        rows.append([server["name"], patch["version"], patch["change"],
                     built["functions_changed"] + built["functions_added"],
                     f"{built['call_returns_derived']} of {built['call_returns']}",
                     built["checkpoints_seeded"], f"{built['file_bytes'] / 1e3:,.0f} kB",
                     f"{patch['seconds']:.2f} s", len(answer.get("processes", ())) or "–",
                     f"{answer.get('patch_bytes_mapped', 0) / 1e3:,.0f} kB",
                     answer.get("activations_carried", "–"),
                     answer.get("activations_pending", "–")])
        derivations.append((server["name"], patch["derivations"]))
    names = sorted({name for _, found in derivations for name in found},
                   key=lambda name: -sum(found.get(name, 0) for _, found in derivations))
    return ["## The patches", "",
            "The functions that are changed or added, the call returns in them that are checkpoints, "
            "the checkpoints with a seeded value, the size of the patch, the time to build it; and of "
            "the last update: its processes, the memory that it added to them in all, the activations "
            "carried over at the stop and those left to be carried over when they run again.", "",
            table(["server", "version", "change", "functions", "checkpoints", "seeded", "patch",
                   "build", "processes", "memory added", "carried", "later"], rows),
            "How the values of all checkpoints are derived:", "",
            table(["server", *names], [[name, *(found.get(kind, 0) for kind in names)]
                                       for name, found in derivations])]


def steady(servers, folder):
    rows, latencies, hows, under, unsure = [], [], [], [], []
    for server in servers:
        rounds = server["steady"]["rounds"]
        for load, unit, how in server["steady"]["loads"]:
            name = f"{server['name']}: {load}"
            values = stats.ratios(rounds, load, "updated", "NEW")
            busy = statistics.median(one["updated"][load]["cpu"] / one["updated"][load]["seconds"]
                                     for one in rounds)
            rows.append([name, *(number(stats.median_of(rounds, load, way, "rate"))
                                 for way in ("OLD", "NEW", "updated")), unit,
                         f"{100 * busy:.0f} %", ratio(values),
                         ratio(stats.ratios(rounds, load, "updated", "OLD")),
                         ratio(stats.ratios(rounds, load, "NEW", "OLD")),
                         ratio(stats.ratios(stats.cpu_per_unit(rounds, load), load, "updated",
                                            "NEW"))])
            if statistics.median(values) < GOAL:
                under.append(name)
            if stats.interval(values)[0] < GOAL:
                unsure.append(name)
            hows.append(f"- {name}: {how}.")
            if stats.median_of(rounds, load, "NEW", "p50_ms") is not None:
                latencies.append(latency(name, rounds, load))
    plots.overhead(os.path.join(folder, "overhead.svg"), servers)
    return ["## Steady state", "",
            "Medians over the rounds, and the ratios of the runs of one round each: the median, and "
            "in brackets an interval that holds the true median with at least 95 % (order "
            "statistics; with fewer than six rounds it is the lowest and the highest). Busy: the "
            "updated server's processor time per second, as far as it is counted: threads that are "
            "there at the end, and processes that were waited for. The last "
            "column is the ratio of the server's processor time per unit of work: higher is worse.",
            "",
            table(["load", "OLD", "NEW", "updated", "unit", "busy", "updated / NEW", "updated / OLD",
                   "NEW / OLD", "processor time, updated / NEW"], rows),
            goal(len(rows), under, unsure), "", "![Ratios of throughput](experiments/overhead.svg)",
            "", "Durations of requests in milliseconds, medians over the rounds:", "",
            table(["load", "NEW median", "updated median", "ratio", "NEW 99 %", "updated 99 %",
                   "ratio"], latencies), "The loads:", "", *hows]


def goal(count, under, unsure):
    text = (f"The median of updated / NEW is at least {GOAL} in {count - len(under)} of "
            f"{plural(count, 'load')}" + (f"; below it: {', '.join(under)}" if under else "") + ".")
    if unsure:
        text += f" The interval reaches below {GOAL} in {len(unsure)}: {', '.join(unsure)}."
    else:
        text += f" No interval reaches below {GOAL}."
    return text


def latency(name, rounds, load):
    row = [name]
    for field in ("p50_ms", "p99_ms"):
        row += [number(stats.median_of(rounds, load, way, field)) for way in ("NEW", "updated")]
        row.append(ratio(stats.ratios(rounds, load, "updated", "NEW", field)))
    return row


def pauses(servers, found, folder):
    rows, over, most = [], [], 0
    for server in servers:
        events = [made["answer"] for made in server["updates"]["events"]]
        times = [process["pause_us"] for answer in events for process in answer["processes"]]
        threads = max(answer["threads"] for answer in events)
        walls = [answer["wall_us"] / 1e3 for answer in events]
        rows.append([server["name"], plural(len(events[-1]["processes"]), "process", "processes"),
                     threads, len(times), *(f"{value:,.0f}" for value in (
                         statistics.median(times), stats.quantile(times, 0.99), max(times))),
                     number(statistics.median(walls)), number(max(walls))])
        most = max(most, max(times))
        if max(times) > 1000 * math.ceil(threads / MS_PER_THREADS):
            over.append(server["name"])
    text = ["## Pauses", "",
            "For how long a process stood still, in microseconds, over all processes of all updates, "
            "under clients; and how long the whole update took, in milliseconds.", "",
            table(["server", "at once", "threads", "pauses", "median", "99 %", "longest",
                   "wall, median", "wall, longest"], rows),
            f"Longer than one millisecond per {MS_PER_THREADS} threads: "
            + (", ".join(over) if over else "none") + ".", ""]
    if found:
        plots.pauses(os.path.join(folder, "pauses.svg"), found)
        text += by_threads(found)
    return text


def by_threads(found):
    rows = []
    for threads, values in found.items():
        floor = statistics.median(values["floor"])
        for what, times in values.items():
            rows.append([threads, what, *(f"{value:,.0f}" for value in (
                statistics.median(times), stats.quantile(times, 0.99), max(times))),
                         f"{statistics.median(times) / floor:.2f}"])
    count = min(len(values["apply"]) for values in found.values())
    return ["By number of threads, in a program whose every thread is in a loop that the update "
            f"changes (`bench/run pause`, {count} updates and reverts, alternating). The floor is the "
            "shortest stop that ptrace allows: interrupt every thread, read its registers, let it go.",
            "", table(["threads", "", "median", "99 %", "longest", "to the floor"], rows),
            "![Pauses by threads](experiments/pauses.svg)", ""]


def event_rows(server):
    """Rows of the table, and the update's worst in words."""
    kinds = [("update", [(made, server["updates"]["clients"])
                         for made in server["updates"]["events"]])]
    for kind in ("restart", "reload"):
        kinds.append((kind, [(run["events"][0], run["clients"])
                             for run in server.get(kind + "s") or ()]))
    rows, sums = [], {}
    for kind, runs in kinds:
        if not runs:
            continue
        found = [stats.event(made, clients, made["end"] - made["start"] + AFTER - 0.05)
                 for made, clients in runs]
        middle = {name: statistics.median(one[name] for one in found)
                  for name in ("wall_ms", "dip", "back", "usual_ms")}
        total = sums[kind] = {name: sum(one[name] for one in found)
                              for name in ("failed", "lost", "closed")}
        rows.append([server["name"], kind, len(found), f"{number(middle['wall_ms'])} ms",
                     total["failed"], total["lost"], total["closed"], f"{middle['dip']:.0f} %",
                     f"{number(max(one['longest_ms'] for one in found))} ms",
                     f"{number(middle['usual_ms'])} ms",
                     f"{middle['back']:.1f} s" if math.isfinite(middle["back"]) else "not seen",
                     max(one["left_old"] for one in found)])
    return rows, sums


def events(servers, folder):
    rows, lost, asks = [], [], []
    for server in servers:
        found, sums = event_rows(server)
        rows += found
        asks.append(f"- {server['name']}: {server['asks']}.")
        if sums["update"]["failed"] or sums["update"]["lost"]:
            lost.append(f"{server['name']} ({sums['update']['failed']} failed, "
                        f"{sums['update']['lost']} lost)")
    plots.timelines(os.path.join(folder, "timelines.svg"), servers)
    return ["## Against a restart and a reload", "",
            "Eight clients (`bench/clients.c`), each with a request under way at any time, that "
            "connect again when they are cut off. *Took*: until the command ended (a reload's only "
            "sends a signal). *Failed*: requests whose first attempt had no answer. *Lost*: "
            "connections that ended without notice. *Closed*: those that the server closed after an "
            "answer that said so. These three are sums over all events of the row. *Dip*: of "
            "throughput in the second from the event on, against the second before. *Longest*: the "
            "longest request of all events; *usual*: the longest in the second before. *Back*: until "
            "half a second has nine tenths of the rate of before. *Old*: processes that still run "
            "the old program afterwards. A restart follows Debian's service files; a reload is the "
            "server's own (HUP, or USR1 for httpd), which only changes the program where the server "
            "executes its file again. nginx's own way to a new program (USR2) needs a master that has "
            "detached itself, which this one has not.", "",
            table(["server", "event", "times", "took", "failed", "lost", "closed", "dip", "longest",
                   "usual", "back", "old"], rows),
            "Updates with a failed request or a lost connection: "
            + (", ".join(lost) if lost else "none") + ".", "",
            "![Throughput around an event](experiments/timelines.svg)", "",
            "What a client asks:", "", *asks, ""]


def refusals(found, survey, failed):
    lines = ["## What could not be updated", ""]
    items = [f"- {server['name']}, {change}: {why}" for server in found
             for change, why in server.get("refused", ())]
    for server in found:
        for why in (server.get("updates") or {}).get("refused", ()):
            items.append(f"- {server['name']}, in the middle of the series: {why}")
        for why in (server.get("steady") or {}).get("errors", ()):
            items.append(f"- {server['name']}, a round of the steady state that was left out: {why}")
    items += [f"- {name} was not measured: {cut(why)}" for name, why in failed]
    lines += [*(items or ["Nothing of the above was refused."]), ""]
    if survey:
        lines += survey_text(survey)
    return lines


def survey_text(rows):
    counts = {}
    for row in rows:
        counts[row["result"]] = counts.get(row["result"], 0) + 1
    made = [[row["server"], row["change"], row.get("functions", "–"),
             f"{row['derived']} of {row['returns']}" if "returns" in row else "–",
             f"{row['bytes'] / 1e3:,.0f} kB" if "bytes" in row else "–",
             f"{row['seconds']:.2f} s" if "seconds" in row else "–", row["result"],
             row.get("failed", "–"), cut(row.get("reason", ""))] for row in rows]
    return ["Every pair of builds that the archive and our patches allow: Debian's own patches one by "
            "one, all of them at once, consecutive versions, and ours. Each is applied once to a "
            "running server under clients. *Not built*: the two programs; *no change*: in the "
            "program, so there is nothing to update; *no patch*: the tool refuses to make one. "
            + "; ".join(f"{name}: {count}" for name, count in sorted(counts.items())) + ".", "",
            table(["server", "change", "functions", "checkpoints", "patch", "build", "result",
                   "requests failed", "reason"], made)]


LIMITS = """## What these numbers do not show

- Server and clients are on one machine, and speak over the loopback. Networks, disks and other
  programs are not in the figures.
- Each server is loaded with one kind of work, and nearly all of it is kept busy. A change of a
  rarely executed function costs less than is seen here, or nothing.
- What is changed are a few functions: the loops, mostly. A patch that changes many has more entry
  jumps.
- A dip of a few per cent within one second is within what the clients themselves vary by.
- New connections to sshd execute the file on disk. Its logins are those of an updated listener with
  NEW on disk; the session processes that they make were not updated but started.
- The state that a restart loses (a cache's contents, say) is not counted.

## How to repeat

    make experiments                        everything, about half an hour; writes this page
    make experiments QUICK=1                tries it, in a few minutes; writes build/experiments/quick
    make experiments SERVERS="redis nginx"  only these (pauses and survey are names too)
    make experiments RESUME=1               measures what failed or is missing

The machine should be quiet. `bench/experiments/run --help` has the options; raw results are kept in
`build/experiments/raw`, and `bench/experiments/run --page` makes the page from them.
"""


# ---- the whole ----

def write(options):
    """Writes the page and the plots; returns the names of what failed."""
    machine = read(os.path.join(options.raw, "machine.json"))
    folder = os.path.join(options.output, "experiments")
    os.makedirs(folder, exist_ok=True)
    found, failed = [], []
    for name in [server.name for server in SERVERS] + ["pauses", "survey"]:
        data = read(os.path.join(options.raw, name.replace(" ", "-") + ".json"))
        if data.get("settings") != machine["settings"]:
            continue  # of another run
        failed += [(f"{name}: {part}" if part != name else name, why)
                   for part, why in data.get("errors", {}).items()]
        found.append((name, data))
    named = dict(found)
    servers = [data for name, data in found if "name" in data]

    def having(part):
        return [server for server in servers if part in server]
    text = head(machine, machine["settings"]) + [""]
    if having("patch"):
        text += patches(having("patch")) + [""]
    if having("steady"):
        text += steady(having("steady"), folder) + [""]
    if having("updates"):
        text += pauses(having("updates"), named.get("pauses", {}).get("pauses"), folder)
        text += events(having("updates"), folder)
    text += refusals(servers, named.get("survey", {}).get("survey"), failed)
    with open(os.path.join(options.output, "experiments.md"), "w", encoding="utf-8") as file:
        file.write(filled("\n".join(text) + "\n" + LIMITS))
    return [name for name, _ in failed]
