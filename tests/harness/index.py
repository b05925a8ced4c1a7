"""The scenarios and chains by topic, each with the first sentence of its first comment.

A scenario belongs to the first topic of which a word is in its name; what has none, by the words of
its sentence.  So a new scenario finds its place by being named and described well.
"""

import os
import re
import textwrap

# (topic, what is in the names, what is in the sentences)
TOPICS = (
    ("refused, and why", r"(new|changed)-thread-local|struct-layout|global-grows|renumbered", r"must be refused"),
    ("where the user says it: specifications", r"^spec-", r"specification"),
    ("which call is which", r"call-|calls-|callee-|which-call|wait-in-helper|branch-in-front"
     r"|store-moves", r"\bcalls? .*(moves?|change places|gone)"),
    ("threads that wait where they have no checkpoint", r"^wait-for-", r"no checkpoint, for"),
    ("threads that wait at a checkpoint", r"^blocked-", r"\bwaits? (in|on|for)\b"),
    ("loops without calls", r"loop-without-call|^busy-|^hot-loop", r"without a call"),
    ("signals and other stacks", r"signal|alternate|timers", r"signal|handler"),
    ("coroutines and jumps", r"coroutine|setjmp|computed-goto", r"suspended"),
    ("objects of a frame that moves", r"object$|^held-(by|in)|^frame-|large-frame|struct-|canary"
     r"|exposed", r"frame object"),
    ("frames of special shape", r"alloca|vla|realigned|probed|stack-arguments|variadic|hidden-",
     r"aligns? its frame|variable-length"),
    ("values: registers, slots, new variables", r"counter|register|many-locals|floating|flag-in"
     r"|dead-|pointer-walk|loop-bound|main-loop|new-scalar", r"\bvalues? "),
    ("data: variables, constants, strings, enumerations", r"global|static-local|initial-value"
     r"|string|table|enumerator|variable|same-name|new-static|write-only", r"variable|constant"),
    ("functions: new, removed, cloned, short, by pointer", r"function|clone|inlined|constant-prop"
     r"|tiny|weak|pointer|signature|tail-call|cold|endbr|jump-table|line-noise|changed-|callback",
     r"\bfunctions?\b"),
    ("what the loader does", r"^new-import|offset-table|non-pie|huge-page", r"import"),
    ("rights and filters", r"seccomp|privileges|memory|sealed|mdwe", r"seccomp|forbid"),
    ("threads and processes", r"thread|fork|cancellation|locks|leader|all-at-once|transaction"
     r"|opens-files", r"threads?\b|process"),
    ("everything else", r"", r""),
)


def first_sentence(path):
    """The sentence that a program's first comment begins with."""
    with open(path, encoding="utf-8") as file:
        comment = file.read().split("*/", 1)[0]
    text = re.match(r"/\*\n((?: \* .*\n)+)", comment)
    words = " ".join(line[3:] for line in text.group(1).splitlines()) if text else ""
    return re.split(r"(?<=[.:]) ", " ".join(words.split()))[0].rstrip(":.") + "."


def topic_of(name, sentence):
    for topic, names, _ in TOPICS[:-1]:
        if re.search(names, name):
            return topic
    return next(topic for topic, _, words in TOPICS if re.search(words, sentence))


def entries(folder):
    """(name, sentence) of each program below `folder`."""
    for name in sorted(os.listdir(folder)):
        for place in ("prog.c", os.path.join("old", "prog.c")):
            path = os.path.join(folder, name, place)
            if os.path.exists(path):
                yield name, first_sentence(path)
                break


def text(tests, words=()):
    """The index as it is printed; of `words` one must be in the name or the sentence."""
    found = {topic: [] for topic, _, _ in TOPICS}
    found["chains: updates on top of updates"] = list(entries(os.path.join(tests, "chains")))
    for name, sentence in entries(os.path.join(tests, "scenarios")):
        found[topic_of(name, sentence)].append((name, sentence))
    lines = []
    for topic, programs in found.items():
        chosen = [(name, sentence) for name, sentence in programs
                  if not words or any(word in name + " " + sentence for word in words)]
        if chosen:
            lines += ["", f"{topic} ({len(chosen)})"]
        for name, sentence in chosen:
            lines += textwrap.wrap(sentence, 100, initial_indent=f"  {name:30} ",
                                   subsequent_indent=" " * 33)
    return "\n".join(lines[1:])
