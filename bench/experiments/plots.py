"""The plots of the page, drawn by gnuplot as SVG."""

import os
import statistics
import subprocess

from experiments import stats
from experiments.measure import AFTER
from harness.tool import Failure

COLOURS = {"update": "#0060ad", "restart": "#c02020", "reload": "#e09000", "floor": "#808080",
           "apply": "#0060ad", "revert": "#20a020", "NEW": "#0060ad", "OLD": "#909090"}
STEP = 0.05  # seconds of a point of a timeline
HEAD = """set terminal svg size {width},{height} font "sans,11" background "white"
set output "{path}"
set encoding utf8
"""


def draw(path, width, height, script):
    text = HEAD.format(width=width, height=height, path=path) + script
    done = subprocess.run(["gnuplot"], input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0 or not os.path.getsize(path):
        raise Failure(f"gnuplot: {done.stderr.strip()[-300:]}")


def block(name, rows):
    """A named data block."""
    return f"${name} << EOD\n" + "".join(" ".join(map(str, row)) + "\n" for row in rows) + "EOD\n"


def quoted(text):
    return '"' + text.replace('"', "'") + '"'


# ---- throughput around an event ----

def shown(server):
    """(kind, event, clients) of the runs with the median dip."""
    runs = [("update", server["updates"]["events"], server["updates"]["clients"])]
    found = [("update", *pick([(made, runs[0][2]) for made in runs[0][1]]))]
    for kind in ("restart", "reload"):
        others = server.get(kind + "s") or []
        if others:
            found.append((kind, *pick([(run["events"][0], run["clients"]) for run in others])))
    return found


def pick(runs):
    return sorted(runs, key=lambda run: stats.event(*run, 1.5)["dip"])[len(runs) // 2]


def timelines(path, servers):
    script, rows = "", (len(servers) + 1) // 2
    panels = []
    for number, server in enumerate(servers):
        curves = []
        for kind, made, clients in shown(server):
            windows, start = stats.Windows(clients), made["start"]
            before = windows.rate(start - stats.SPAN, start) or 1
            points = windows.series(start, -1.0, AFTER, STEP)
            name = f"{kind}{number}"
            script += block(name, [(f"{at + STEP / 2:.3f}", f"{100 * rate / before:.1f}")
                                   for at, rate in points])
            curves.append(f'${name} using 1:2 with lines lw 1.5 lc rgb "{COLOURS[kind]}" '
                          f"title {quoted(kind)}")
        panels.append(f"set title {quoted(server['name'])}\nplot {', '.join(curves)}\n")
    script += (f"set multiplot layout {rows},2\nset xrange [-1:{AFTER}]\nset yrange [0:160]\n"
               'set xlabel "seconds from the event"\nset ylabel "% of the rate before"\n'
               "set key bottom right\nset grid\n" + "".join(panels) + "unset multiplot\n")
    draw(path, 900, 260 * rows, script)


# ---- ratios ----

def overhead(path, servers):
    """The median ratio of throughput of each load with its interval."""
    labels, data = [], {"NEW": [], "OLD": []}
    for server in servers:
        for load, _, _ in server["steady"]["loads"]:
            at = len(labels)
            labels.append(f"{server['name']}: {load}")
            for base, rows in data.items():
                values = stats.ratios(server["steady"]["rounds"], load, "updated", base)
                low, high = stats.interval(values)
                rows.append((f"{statistics.median(values):.4f}",
                             at + (0.12 if base == "OLD" else -0.12), f"{low:.4f}", f"{high:.4f}"))
    tics = ", ".join(f"{quoted(label)} {at}" for at, label in enumerate(labels))
    script = "".join(block(base, rows) for base, rows in data.items())
    curves = ", ".join(f'${base} using 1:2:3:4 with xerrorbars pt 7 ps 0.5 lw 1.3 lc rgb '
                       f'"{COLOURS[base]}" title "updated / {base}"' for base in data)
    script += (f"set ytics ({tics})\nset yrange [{len(labels) - 0.4}:-0.6]\nset grid\n"
               'set xlabel "ratio of throughput, median and 95 % interval"\n'
               "set key below\nset arrow from 1,graph 0 to 1,graph 1 nohead lc rgb 'black'\n"
               f"plot {curves}\n")
    draw(path, 800, 140 + 40 * len(labels), script)


# ---- pauses ----

def pauses(path, found):
    """`found`: {threads: {what: microseconds}}."""
    script, curves = "", []
    for what in next(iter(found.values())):
        rows = [(threads, f"{statistics.median(values[what]):.1f}",
                 f"{stats.quantile(values[what], 0.99):.1f}") for threads, values in found.items()]
        script += block(what, rows)
        colour = COLOURS.get(what, "#404040")
        curves.append(f'${what} using 1:2:2:3 with yerrorlines pt 7 ps 0.5 lw 1.5 lc rgb "{colour}" '
                      f"title {quoted(what)}")
    script += ("set logscale xy\nset grid\nset key top left\nset xlabel \"threads\"\n"
               "set ylabel \"microseconds: median, and up to the 99th centile\"\n"
               f"set xrange [0.8:1300]\nset xtics ({', '.join(found)})\nplot {', '.join(curves)}\n")
    draw(path, 640, 420, script)
