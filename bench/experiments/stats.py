"""Figures from raw results: ratios with an interval, and what an event did to clients."""

import math
import statistics

TENTH, SPAN = 0.1, 1.0  # seconds
BACK = 0.9  # of the rate before an event, that counts as full


def quantile(values, share):
    """The smallest value that `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def interval(values):
    """An interval that holds the true median with at least 95 %, by order statistics.

    That the k-th lowest of n independent values exceeds the median has the probability of fewer
    than k heads in n throws of a coin.  With five values or fewer the probability that all are on one
    side is over 5 %: then it is the lowest and the highest.
    """
    found, n = sorted(values), len(values)
    below, at = 0.0, 0
    while at < n // 2:
        below += math.comb(n, at) / 2 ** n
        if 2 * below > 0.05:
            break
        at += 1
    at = max(at - 1, 0)
    return found[at], found[n - 1 - at]


def ratios(rounds, load, way, base, field="rate"):
    """Of the runs of one round each; rounds without the figure are left out."""
    pairs = [(one[way][load].get(field), one[base][load].get(field)) for one in rounds]
    return [a / b for a, b in pairs if a and b]


def cpu_per_unit(rounds, load):
    """The same rounds with the server's processor time per unit of work in the place of the rate."""
    return [{way: {load: {"rate": found[load]["cpu"] / (found[load]["rate"]
                                                        * found[load]["seconds"])}}
             for way, found in one.items()} for one in rounds]


def median_of(rounds, load, way, field):
    values = [one[way][load].get(field) for one in rounds]
    return statistics.median(values) if None not in values else None


# ---- events ----

class Windows:
    """What bench/clients.c saw."""

    def __init__(self, clients):
        self.start, self.width = clients["start"], clients["window"]
        self.clients = clients

    def between(self, name, start, end):
        """The values of the windows from the one that holds `start` to before the one of `end`."""
        first = max(0, math.floor((start - self.start) / self.width + 1e-6))
        last = max(0, math.floor((end - self.start) / self.width + 1e-6))
        return self.clients[name][first:last]

    def rate(self, start, end):
        return sum(self.between("answered", start, end)) / (end - start)

    def series(self, at, start, end, step):
        """(seconds from `at`, requests per second) in steps."""
        count = round((end - start) / step)
        return [(start + number * step, self.rate(at + start + number * step,
                                                  at + start + (number + 1) * step))
                for number in range(count)]


def event(made, clients, until):
    """What an event did to clients, from its start to `until` seconds after it."""
    windows, start = Windows(clients), made["start"]
    before = windows.rate(start - SPAN, start)
    end = start + until
    longest = max(windows.between("longest_us", start, end), default=0)
    if not windows.rate(start + SPAN, end):  # someone still waits
        longest = max(longest, clients["waiting_us"])
    found = {name: sum(windows.between(name, start, end)) for name in ("failed", "lost", "closed")}
    usual = max(windows.between("longest_us", start - SPAN, start), default=0)
    found |= {"wall_ms": (made["end"] - start) * 1e3, "longest_ms": longest / 1e3,
              "usual_ms": usual / 1e3, "left_old": made["left_old"], "before": before,
              "dip": 100 * (1 - windows.rate(start, start + SPAN) / before) if before else math.nan,
              "back": seconds_until_back(windows, start, before, until)}
    return found


def seconds_until_back(windows, start, rate, until):
    """Until the first tenth of a second from which on half a second has BACK of the rate before."""
    for number in range(round((until - 0.5) / TENTH) + 1):
        at = start + number * TENTH
        if windows.rate(at, at + 0.5) >= BACK * rate:
            return number * TENTH
    return math.inf


def middle(found, name="dip"):
    """Of several events, the one with the median dip (the worse one of an even number)."""
    return sorted(found, key=lambda one: one[name])[len(found) // 2]
