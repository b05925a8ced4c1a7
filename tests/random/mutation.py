"""Changes a random program's source without changing what it computes.

Every mutation takes the lines, a random generator and a number that makes names unique, and returns
the changed lines or None when it found no place.  They are local and textual: csmith writes one
statement a line, four spaces an indentation level.
"""

import re

from program import DECLARATION, INTEGER, bodies, is_declaration, is_single, is_statement


def indentation(line):
    return re.match(" *", line).group()


def some_body(lines, rng):
    found = list(bodies(lines))
    return rng.choice(found) if found else None


def statements(lines, body):
    _, start, end = body
    return [i for i in range(start + 1, end)
            if is_statement(lines[i]) and "{" not in lines[i] and not is_single(lines, i)]


def first_statement(lines, body):
    """The index behind the declarations at a function's start."""
    index = body[1] + 1
    while is_declaration(lines[index]) or DECLARATION.match(lines[index]):
        index += 1
    return index


def at_top(lines):
    """Where globals and helpers go: before the first prototype."""
    return next(i for i, line in enumerate(lines) if re.match(r"^static .*func_\d+\(.*\);$", line))


def integers(lines, body, index):
    """Integer locals that are in scope at the statement: declared at the function's top level."""
    names = []
    for line in lines[body[1] + 1:index]:
        found = INTEGER.match(line)
        if found and indentation(line) == "    " and "const" not in line:
            names.append(found.groups())
    return names


def rename_local(lines, rng, number):
    body = some_body(lines, rng)
    names = sorted(set(re.findall(r"\bl_\d+\b", "\n".join(lines[body[1]:body[2]]))))
    if not names:
        return None
    name = rng.choice(names)
    changed = [re.sub(rf"\b{name}\b", f"{name}_x{number}", line) for line in lines[body[1]:body[2]]]
    return lines[:body[1]] + changed + lines[body[2]:]


def toggle_inlining(lines, rng, _number):
    body = some_body(lines, rng)
    attribute = rng.choice(("noinline", "always_inline", "cold", "noclone", "noipa"))
    place = next((i for i, line in enumerate(lines)
                  if re.match(rf"^static .*\b{body[0]}\(.*\);$", line)), None)
    if place is None or "__attribute__" in lines[place]:
        return None
    if "static CALL " in lines[place]:
        return lines[:place] + [lines[place].replace("CALL ", "", 1)] + lines[place + 1:]
    if attribute == "always_inline" and sum(f"{body[0]}(" in line for line in lines) > 4:
        return None
    gone = lines[place].replace("static ", f"static __attribute__(({attribute})) ", 1)
    return lines[:place] + [gone] + lines[place + 1:]


def extra_local(lines, rng, number):
    """A new local that lives across a part of the function."""
    body = some_body(lines, rng)
    places = [i for i in statements(lines, body) if indentation(lines[i]) == "    "]
    top = first_statement(lines, body)
    if not places:
        return None
    use = rng.choice(places)
    start = rng.choice(("0", "su_zero", "7", "su_zero + 3"))
    kind = rng.choice(("int", "long", "unsigned char"))
    inner = [i for i in statements(lines, body) if top < i < use]
    out = list(lines)
    out.insert(use, f"    x_sink{number} += x_{number} * 3;")
    if inner:
        place = rng.choice(inner)
        out.insert(place, f"{indentation(out[place])}x_{number} += 5;")
    out.insert(body[1] + 1, f"    {kind} x_{number} = {start};")
    out.insert(at_top(out), f"static long x_sink{number};")
    return out


def opaque_branch(lines, rng, number):
    body = some_body(lines, rng)
    places = statements(lines, body)
    if not places:
        return None
    place = rng.choice(places)
    names = integers(lines, body, place)
    action = rng.choice(("su_touch(0);", "su_pause();", f"x_taken{number}++;",
                         "__builtin_trap();"))
    if names and rng.random() < 0.6:
        action = f"{rng.choice(names)[1]} = {number + 2};"
    out = list(lines)
    out.insert(place, f"{indentation(lines[place])}if (su_never) {{ {action} }}")
    out.insert(at_top(out), f"static volatile int x_taken{number} __attribute__((unused));")
    return out


def loop_once(lines, rng, _number):
    body = some_body(lines, rng)
    places = statements(lines, body)
    if not places:
        return None
    place = rng.choice(places)
    line = lines[place]
    changed = f"{indentation(line)}do {{ {line.strip()} }} while (su_never);"
    return lines[:place] + [changed] + lines[place + 1:]


def hide_constant(lines, rng, number):
    """A literal becomes a sum with a volatile, a call or a global."""
    body = some_body(lines, rng)
    found = [(i, m) for i in statements(lines, body)
             for m in re.finditer(r"(?<![\w.\[+-])(0x[0-9A-F]+|\d+)(U?L{1,2}|U)\b(?![\]])", lines[i])]
    if not found:
        return None
    place, match = rng.choice(found)
    text = match.group()
    how = rng.choice(("volatile", "call", "global"))
    inner = {"volatile": f"({text} + su_zero)", "call": f"x_constant{number}()",
             "global": f"x_global{number}"}[how]
    line = lines[place]
    out = list(lines)
    out[place] = f"{line[:match.start()]}((__typeof__({text}))({inner})){line[match.end():]}"
    if how == "call":
        out.insert(at_top(out), f"static __attribute__((noinline)) __typeof__({text}) "
                                f"x_constant{number}(void) {{ return {text}; }}")
    elif how == "global":
        out.insert(at_top(out), f"static __typeof__({text}) x_global{number} = {text};")
    return out


def swap_declarations(lines, rng, _number):
    body = some_body(lines, rng)
    pairs = [i for i in range(body[1] + 1, body[2] - 1)
             if DECLARATION.match(lines[i]) and DECLARATION.match(lines[i + 1])
             and indentation(lines[i]) == indentation(lines[i + 1])
             and not set(re.findall(r"l_\d+", lines[i])) & set(re.findall(r"l_\d+", lines[i + 1]))
             and "(" not in re.sub(r"\(-?\w+\)|\(void\*\)", "", lines[i] + lines[i + 1])]
    if not pairs:
        return None
    place = rng.choice(pairs)
    return lines[:place] + [lines[place + 1], lines[place]] + lines[place + 2:]


def widen_counter(lines, rng, _number):
    body = some_body(lines, rng)
    places = [i for i in range(body[1], body[2]) if re.match(r"^ +int i(, j)?(, k)?;$", lines[i])]
    if not places:
        return None
    place = rng.choice(places)
    return lines[:place] + [lines[place].replace("int", "long", 1)] + lines[place + 1:]


def extra_parameter(lines, rng, number):
    body = some_body(lines, rng)
    name = body[0]
    if f"{name}(void)" in "\n".join(lines):
        return None
    out = []
    for line in lines:
        is_head = re.match(rf"^static .*\b{name}\(", line)
        out.append(re.sub(rf"\b{name}\(", f"{name}(int x_p{number}, " if is_head
                          else f"{name}({number % 90}, ", line))
    if rng.random() < 0.5:
        top = first_statement(out, body)
        out.insert(top, f"    x_passed{number} += x_p{number};")
        out.insert(at_top(out), f"static int x_passed{number};")
    return out


def extra_buffer(lines, rng, number):
    """The frame grows by an object whose address escapes."""
    body = some_body(lines, rng)
    places = [i for i in statements(lines, body) if indentation(lines[i]) == "    "]
    if not places:
        return None
    out = list(lines)
    out.insert(rng.choice(places), f"    su_touch(x_buffer{number});")
    out.insert(body[1] + 1, f"    char x_buffer{number}[{rng.choice((4, 24, 200))}];")
    return out


def extra_call(lines, rng, _number):
    body = some_body(lines, rng)
    places = statements(lines, body)
    if not places:
        return None
    place = rng.choice(places)
    out = list(lines)
    out.insert(place, f"{indentation(lines[place])}su_touch((void *)&su_zero);")
    return out


MUTATIONS = (rename_local, toggle_inlining, extra_local, extra_local, opaque_branch, opaque_branch,
             loop_once, hide_constant, hide_constant, swap_declarations, widen_counter,
             extra_parameter, extra_buffer, extra_call)


def mutate(text, rng, count):
    """(the changed text, the names of what was done)."""
    lines, done = text.split("\n"), []
    for _ in range(count * 4):
        if len(done) == count:
            break
        mutation = rng.choice(MUTATIONS)
        changed = mutation(lines, rng, rng.randrange(100, 10**6))
        if changed is not None:
            lines = changed
            done.append(mutation.__name__)
    return "\n".join(lines), done
