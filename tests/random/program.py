"""Makes a random program: csmith's text, arithmetic of our own, and pauses.

Debian's csmith comes without its headers, so the safe arithmetic is made here: total functions with
wrapping results.  Some of them are calls, and some of those pause, so that activations wait in the
middle of expressions with many temporaries alive.
"""

import re
import subprocess

OPTIONS = ["--no-argc", "--concise", "--quiet"]
STATEMENT = re.compile(r"^( +)(?!return|break|continue|goto|if|else|for|[a-z_0-9 ]*\bl_\d+[\[\] 0-9]*"
                       r" = |int i|LABEL|lbl_|[{}])(\S.*;)$")
TYPE = r"(?:const |volatile |unsigned |signed |struct |union |u?int\d+_t|[SU]\d+|int|\*| )+"
DECLARATION = re.compile(rf"^ +(?:{TYPE})\b[il]_?[\d\w]*(\[\d+\])*( = .*)?(, .*)?;$")
INTEGER = re.compile(r"^ +(u?int(?:8|16|32|64)_t) (l_\d+) = .*;$")
FUNCTION = re.compile(r"^static .*\b(func_\d+)\((.*)\)$")


def generate(rng, folder):
    """The text of one csmith program."""
    options = OPTIONS + ["--seed", str(rng.randrange(1, 2**31)),
                         "--max-funcs", str(rng.choice((3, 5, 8, 12))),
                         "--max-block-depth", str(rng.choice((2, 3, 4))),
                         "--max-expr-complexity", str(rng.choice((3, 6, 10)))]
    for name in ("volatiles", "structs", "unions", "bitfields", "packed-struct", "arrays"):
        if rng.random() < 0.3:
            options.append(f"--no-{name}")
    done = subprocess.run(["csmith", *options], capture_output=True, text=True, timeout=20,
                          check=True, cwd=folder)  # it leaves platform.info there
    return done.stdout


def is_declaration(line):
    return bool(DECLARATION.match(line))


def is_statement(line):
    """A whole simple statement on a line of its own."""
    return bool(STATEMENT.match(line)) and not is_declaration(line)


def bodies(lines):
    """(name, index of the opening brace, index of the closing one) of each function but main."""
    for index, line in enumerate(lines):
        found = FUNCTION.match(line)
        if found and index + 1 < len(lines) and lines[index + 1].startswith("{"):
            end = next(i for i in range(index + 1, len(lines)) if lines[i] == "}")
            yield found.group(1), index + 1, end


def is_single(lines, index):
    """Whether the statement is the whole body of an `if`, `else` or `for` without braces."""
    before = lines[index - 1]
    return re.match(r"^ +(if|else|for)\b", before) is not None


def add_pauses(text, rng):
    """Calls of su_pause() and su_mark() before some statements."""
    density = rng.choice((0.1, 0.3, 0.6))
    lines = text.split("\n")
    inside = set()
    for _, start, end in bodies(lines):
        inside.update(range(start + 1, end))
    out = []
    for index, line in enumerate(lines):
        if index in inside and is_statement(line) and rng.random() < density:
            indent = re.match(" *", line).group()
            call = rng.choice(("su_pause()", f"su_mark({index})", f"su_mark({index})"))
            if is_single(lines, index):
                line = f"{indent}{{ {call}; {line.strip()} }}"
            else:
                out.append(f"{indent}{call};")
        out.append(line)
    return "\n".join(out)


def keep_calls(text, rng):
    """Some functions are never inlined, so that there are frames to carry over."""
    share = rng.choice((0.0, 0.5, 0.9))
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if re.match(r"^static .*\bfunc_\d+\(.*\);$", line) and rng.random() < share:
            lines[index] = line.replace("static ", "static CALL ", 1)
    return "\n".join(lines)


# ---- csmith.h ----

HEAD = """#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include "support.h"
#define main random_main
#define platform_main_begin()
#define crc32_gentab()
#define platform_main_end(crc, print) su_finish(crc)
#define INLINE __attribute__((always_inline)) inline
#define CALL __attribute__((noinline))
#define AUTO __attribute__((unused))
"""


def safe_function(rng, name, form, width, signed):
    kind = f"{'' if signed else 'u'}int{width}_t"
    unsigned = f"uint{width}_t"
    least = f"INT{width}_MIN"
    trap = f" || (b == -1 && a == {least})" if signed else ""
    second = kind
    if form in ("lshift", "rshift"):
        second = "int" if name.endswith("_s") else "unsigned int"
        sign = "<<" if form == "lshift" else ">>"
        left = "(uint64_t)a" if form == "lshift" else "a"
        wrong = f"(b < 0 || b >= {width})" if second == "int" else f"b >= {width}"
        body = f"return {wrong} ? a : ({kind})({left} {sign} b);"
    elif form in ("div", "mod"):
        body = f"return b == 0{trap} ? a : ({kind})(a {'/' if form == 'div' else '%'} b);"
    elif form == "unary_minus":
        body = f"return ({kind})({unsigned})(0 - (uint64_t)a);"
    else:
        sign = {"add": "+", "sub": "-", "mul": "*"}[form]
        body = f"return ({kind})({unsigned})((uint64_t)a {sign} (uint64_t)b);"
    how = rng.choice(("AUTO", "AUTO", "INLINE", "CALL", "CALL", "PAUSE"))
    pause = "su_pause(); " if how == "PAUSE" else ""
    arguments = f"{kind} a" + ("" if form == "unary_minus" else f", {second} b")
    return (f"static {'CALL' if how == 'PAUSE' else how} {kind} {name}({arguments}) "
            f"{{ {pause}{body} }}\n")


def header(text, rng):
    """csmith.h for the program: only what it uses, so that builds stay small."""
    out = HEAD
    for name in sorted(set(re.findall(r"\bsafe_\w+", text))):
        form, prefix, width = re.match(r"safe_(\w+?)_func_(u?)int(\d+)_t", name).groups()
        out += safe_function(rng, name, form, int(width), not prefix)
    return out
