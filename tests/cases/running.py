"""The runner of the tests itself: lanes, limits, and what an item leaves behind."""

import os
import subprocess
import time

from harness.runner import ALONE, Item, Runner, Times
from harness.tool import Failure, Skip


class Heard:
    """A report that keeps what it is told."""

    def __init__(self):
        self.results, self.failed = {}, 0

    def take(self, name, result, remark=""):
        self.results[name] = (result, remark)


def ran(folder, *items):
    heard = Heard()
    Runner(heard, 4, Times(os.path.join(folder, "times.json"))).run(items)
    return heard.results


def results_of_items(_bench, folder):
    """Each way for an item to end is a result of its own, and the others go on."""
    def dies():
        os._exit(3)

    def raises(what):
        raise what
    results = ran(folder, Item("fine", lambda: "remark"), Item("dies", dies),
                  Item("fails", lambda: raises(Failure("because"))),
                  Item("skips", lambda: raises(Skip("no such thing"))),
                  Item("defect", lambda: raises(KeyError("lost"))))
    for name, wanted in (("fine", ("ok", "remark")), ("fails", ("fail", "because")),
                         ("skips", ("skip", "no such thing"))):
        if tuple(results[name]) != wanted:
            raise Failure(f"{name}: {results[name]}")
    for name, word in (("dies", "0x300"), ("defect", "KeyError")):
        if results[name][0] != "fail" or word not in results[name][1]:
            raise Failure(f"{name}: {results[name]}")


def limits_of_items(_bench, folder):
    """An item that does not end is killed with all that it has started, daemons too."""
    path = os.path.join(folder, "pid")

    def hangs():
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        with open(path, "w", encoding="ascii") as file:
            file.write(str(child.pid))
        child.wait()
    results = ran(folder, Item("hangs", hangs, limit=2))
    if results["hangs"] != ("fail", "no end after 2 s"):
        raise Failure(f"{results}")
    with open(path, encoding="ascii") as file:
        daemon = file.read()
    for _ in range(100):
        try:
            with open(f"/proc/{daemon}/stat", encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return
        except OSError:
            return
        time.sleep(0.05)
    raise Failure("what the item had started runs on")


def lanes_of_items(_bench, folder):
    """One item of a lane at a time, beside others; one that is alone has nothing beside it."""
    path = os.path.join(folder, "trace")

    def trace(word):
        with open(path, "a", encoding="ascii") as file:
            file.write(word + "\n")

    def item(name):
        def execute():
            trace(f"+{name}")
            time.sleep(0.3)
            trace(f"-{name}")
        return execute
    lanes = {"a": "lane", "b": "lane", "c": "any", "d": "any", "e": ALONE, "f": "any"}
    ran(folder, *(Item(name, item(name), lane) for name, lane in lanes.items()))
    with open(path, encoding="ascii") as file:
        words = file.read().split()
    under_way, beside = set(), set()
    for word in words:
        name = word[1:]
        if word[0] == "+":
            beside |= {frozenset((name, other)) for other in under_way}
            under_way.add(name)
        else:
            under_way.remove(name)
    wrong = [pair for pair in beside if pair == {"a", "b"} or "e" in pair]
    if wrong or frozenset("cd") not in beside or len(words) != 12:
        raise Failure(f"{words}")


CASES = (results_of_items, limits_of_items, lanes_of_items)
