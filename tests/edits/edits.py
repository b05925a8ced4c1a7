"""Edits as programmers make them, on a function of real code.

Each is a function of a Function and a random.Random, and gives a Change or None when the function has
no place for it.  All of them leave what the program does as it was but for marks in what is put out: a
run of the edited program puts out what one of the original does, and so must a run that is updated in
the middle, with the marks of the edited program where that was the version.
"""

import dataclasses
import re

from clang.cindex import CursorKind as Kind, TypeKind

from source import LOOPS, JUMPS, bare, extent

MARK = b"\x7fedit\x7f"  # in no output by itself
MARK_IN_C = "\\177edit\\177"
WRITERS = re.compile(r"(^|_)(put_?(s|str)|f?put_?s|f?printf)$")
NEVER = "static volatile int su_never;\n"
LOCK = """static volatile int su_depth;
static __attribute__((noinline)) void su_lock(void) { su_depth++; }
static __attribute__((noinline)) void su_unlock(void)
{ if (su_depth <= 0) __builtin_trap(); su_depth--; }
"""


@dataclasses.dataclass
class Change:
    """Texts for places [start, end) of the file, and what is declared before the function."""
    replaced: list
    before: str = ""


def insert(at, text):
    return (at, at, text)


def pick(rng, found):
    return rng.choice(found) if found else None


def in_compounds(function):
    return [(compound, one) for compound in function.compounds()
            for one in function.statements(compound)]


def is_expression(statement):
    return statement.kind in (Kind.CALL_EXPR, Kind.BINARY_OPERATOR, Kind.UNARY_OPERATOR,
                              Kind.COMPOUND_ASSIGNMENT_OPERATOR)


# ---- statements ----

def swap(function, rng, first_kinds, second_kinds):
    """Exchanges two neighbours of which the one is `local = pure expression`."""
    known, found = function.locals(), []
    for compound in function.compounds():
        listed = function.statements(compound)
        for a, b in zip(listed, listed[1:]):
            between = function.source.slice(a[2], b[1])
            if between.strip() or function.source.touches_macro(a[1], b[2]):
                continue
            for pure, other in ((a, b), (b, a)):
                made = function.assignment(pure[0], known)
                if made is None or other[0].kind not in (first_kinds if pure is a else second_kinds):
                    continue
                variable, right = made
                if variable.usr in function.names(other[0]) or \
                        function.names(right) & function.changed(other[0]):
                    continue
                found.append((a, b))
    place = pick(rng, found)
    if place is None:
        return None
    a, b = place
    return Change([(a[1], a[2], function.source.slice(b[1], b[2])),
                   (b[1], b[2], function.source.slice(a[1], a[2]))])


def reorder(function, rng):
    return swap(function, rng, (Kind.BINARY_OPERATOR,), (Kind.BINARY_OPERATOR,))


def move_call(function, rng):
    return swap(function, rng, (Kind.CALL_EXPR,), (Kind.CALL_EXPR,))


def add_counter(function, rng):
    """A static counter, in the function or in one of its loops."""
    bodies = [function.body] + [c for loop in function.all(*LOOPS) for c in loop.get_children()
                                if c.kind == Kind.COMPOUND_STMT]
    body = pick(rng, [c for c in bodies if function.is_plain(c)])
    if body is None:
        return None
    return Change([insert(extent(body)[0] + 1, " su_count++; ")],
                  "static unsigned long su_count;\n")


def count_rounds(function, rng):
    """A local counter of a loop's rounds, kept in a variable behind it."""
    found = []
    for compound, (statement, start, end) in in_compounds(function):
        bodies = [c for c in statement.get_children() if c.kind == Kind.COMPOUND_STMT]
        if statement.kind in LOOPS and bodies and function.is_plain(bodies[-1]) and \
                not function.has(compound, Kind.GOTO_STMT, Kind.INDIRECT_GOTO_STMT):
            found.append((start, extent(bodies[-1])[0] + 1, end))
    place = pick(rng, found)
    if place is None:
        return None
    return Change([insert(place[0], "{ unsigned long su_rounds = 0; "),
                   insert(place[1], " su_rounds++; "),
                   insert(place[2], " su_most = su_rounds; }")],
                  "static volatile unsigned long su_most;\n")


def add_guard(function, rng):
    place = pick(rng, [start for _, (statement, start, _) in in_compounds(function)
                       if statement.kind != Kind.DECL_STMT])
    if place is None:
        return None
    return Change([insert(place, "if (su_never) __builtin_trap(); ")], NEVER)


def add_error_path(function, rng):
    """Looks at a local that a call has just given."""
    known, found = function.locals(), []
    for _, (statement, _, end) in in_compounds(function):
        if statement.kind != Kind.BINARY_OPERATOR or function.operator(statement) != "=":
            continue
        left, right = statement.get_children()
        variable = function.variable_of(left, known)
        if variable is not None and bare(right).kind == Kind.CALL_EXPR:
            found.append((end, variable.name))
    place = pick(rng, found)
    if place is None:
        return None
    return Change([insert(place[0], f" if (su_never && {place[1]} == 0) {{ su_failed++; "
                                    "__builtin_trap(); }")],
                  NEVER + "static unsigned long su_failed;\n")


def add_lock(function, rng):
    """Around a call; what is never taken must not be released."""
    place = pick(rng, [(start, end) for _, (statement, start, end) in in_compounds(function)
                       if statement.kind == Kind.CALL_EXPR])
    if place is None:
        return None
    return Change([insert(place[0], "{ su_lock(); "), insert(place[1], " su_unlock(); }")], LOCK)


def reply(function, rng):
    """A text that is put out gets a mark, at its end or in front of the end of the line."""
    found = []
    for call in function.all(Kind.CALL_EXPR):
        if not WRITERS.search(call.spelling):
            continue
        for argument in call.get_arguments():
            text = bare(argument)
            written = function.text(text)
            if text.kind == Kind.STRING_LITERAL and re.fullmatch(r'"([^"\\]|\\.)*"', written) and \
                    not function.source.touches_macro(*extent(text)):
                found.append(extent(text)[1] - (3 if written.endswith('\\n"') else 1))
    place = pick(rng, found)
    return place and Change([insert(place, MARK_IN_C)])


# ---- control flow ----

def strengthen(function, rng):
    """A condition that holds as well is added to one."""
    found = []
    for statement in function.all(Kind.IF_STMT, Kind.WHILE_STMT):
        condition = next(iter(statement.get_children()), None)
        if condition is not None and function.is_plain(condition) and \
                not function.source.touches_macro(*extent(condition)):
            found.append(extent(condition))
    place = pick(rng, found)
    if place is None:
        return None
    return Change([insert(place[0], "("), insert(place[1], ") && !su_never")], NEVER)


def own_jumps(function, loop, kind):
    """Whether a jump of that kind belongs to the loop itself."""
    def search(cursor):
        for child in cursor.get_children():
            if child.kind == kind or (child.kind not in LOOPS and search(child)):
                return True
        return False
    return search(loop)


def restructure(function, rng):
    """while and do become for (;;), with the test as a statement."""
    found = []
    for loop in function.all(Kind.WHILE_STMT, Kind.DO_STMT):
        children = list(loop.get_children())
        if len(children) != 2 or not function.is_plain(loop):
            continue
        body, test = children if loop.kind == Kind.DO_STMT else reversed(children)
        if body.kind != Kind.COMPOUND_STMT or not all(map(function.is_plain, (body, test))):
            continue
        if loop.kind == Kind.WHILE_STMT or not own_jumps(function, loop, Kind.CONTINUE_STMT):
            found.append((loop, body, test))
    place = pick(rng, found)
    if place is None:
        return None
    loop, body, test = place
    (start, end), (first, last) = extent(loop), extent(body)
    leave = f"if (!({function.text(test)})) break;"
    inner = function.source.slice(first + 1, last - 1)
    if loop.kind == Kind.WHILE_STMT:
        return Change([(start, end, f"for (;;) {{ {leave} {inner}}}")])
    return Change([(start, end, f"for (;;) {{ {inner} {leave} }}")])


# ---- variables ----

def rename(function, rng):
    for variable in rng.sample(function.locals(), len(function.locals())):
        places = variable.places()
        if places:
            return Change([(at, at + len(variable.name), variable.name + "_renamed")
                           for at in places])
    return None


def declared(function, rng, kinds, accepts=lambda variable: True):
    """A local that has a declaration of its own, with where its type stands."""
    found = []
    for variable in function.locals():
        statement = variable.statement()
        if statement is None or variable.decl.type.get_canonical().kind not in kinds:
            continue
        start, at = extent(statement)[0], variable.decl.location.offset
        written = function.source.slice(start, at)
        if function.source.touches_macro(start, at) or "*" in written or "const" in written:
            continue
        if accepts(variable):
            found.append((start, at))
    return pick(rng, found)


def is_safe_wide(variable):
    """Whether each use means the same for a long as for an int."""
    function = variable.function
    for use in variable.uses:
        parent = function.parent(use)
        while parent is not None and parent.kind in (Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR):
            if parent.type.get_canonical().kind not in (TypeKind.INT, TypeKind.LONG):
                return False
            parent = function.parent(parent)
        if parent is None:
            return False
        if parent.kind == Kind.UNARY_OPERATOR and function.unary(parent) in ("++", "--"):
            continue
        if parent.kind == Kind.ARRAY_SUBSCRIPT_EXPR:
            continue
        if parent.kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR) and \
                function.operator(parent) in ("<", ">", "<=", ">=", "==", "!=", "=", "+=", "-=") and \
                all(bare(c).type.get_canonical().kind == TypeKind.INT for c in parent.get_children()):
            continue
        return False
    return True


def widen(function, rng):
    place = declared(function, rng, (TypeKind.INT,), is_safe_wide)
    return place and Change([(*place, "long ")])


def retype(function, rng):
    """The same type under another name, or one that the compiler keeps in memory."""
    place = declared(function, rng, (TypeKind.INT,))
    if place is None:
        return None
    if rng.random() < 0.5:
        return Change([(*place, "su_int ")], "typedef int su_int;\n")
    return Change([(*place, "volatile int ")])


def split(function, rng):
    """From an assignment on, another variable: in the outermost block, where nothing goes back."""
    if function.body is None or function.has(function.body, Kind.LABEL_STMT, Kind.GOTO_STMT):
        return None
    known, found = function.locals(), []
    for statement, start, end in function.statements(function.body):
        if statement.kind != Kind.BINARY_OPERATOR or function.operator(statement) != "=":
            continue
        left, right = statement.get_children()
        variable = function.variable_of(left, known)
        places = variable.places() if variable is not None else None
        if places and left.kind == Kind.DECL_REF_EXPR and \
                function.is_plain(left) and any(at > end for at in places):
            found.append((start, end, extent(right)[0], variable, places))
    place = pick(rng, found)
    if place is None:
        return None
    start, end, right, variable, places = place
    kind = variable.decl.type.spelling
    if "(" in kind or "[" in kind:
        return None
    new = variable.name + "_second"
    return Change([(start, right, f"{kind} {new} = ")] +
                  [(at, at + len(variable.name), new) for at in places if at >= end])


def first_assignments(function, variables):
    """By variable: where the statement of the outermost block begins and ends that first assigns to
    it, as a declaration or behind one without a value."""
    found = {}
    for variable in variables:
        if list(variable.decl.get_children()):
            found[variable.usr] = extent(variable.statement())
    for statement, start, end in function.statements(function.body):
        if statement.kind == Kind.BINARY_OPERATOR and function.operator(statement) == "=":
            variable = function.variable_of(next(statement.get_children()), variables)
            if variable is not None and variable.places()[1] == start:
                found.setdefault(variable.usr, (start, end))
    return found


def merge(function, rng):
    """A variable that is first assigned where another one is used no more becomes that one."""
    if function.body is None or function.has(function.body, Kind.LABEL_STMT, Kind.GOTO_STMT):
        return None
    outermost = [v for v in function.locals() if v.statement() is not None and v.places() and
                 len(v.places()) > 1 and function.parent(v.statement()) == function.body]
    first = first_assignments(function, outermost)
    place = pick(rng, [(earlier, later) for earlier in outermost for later in outermost
                       if later.usr in first and earlier.usr != later.usr and
                       earlier.decl.type == later.decl.type and
                       not earlier.decl.type.is_const_qualified() and
                       earlier.places()[0] < first[later.usr][0] and
                       earlier.places()[-1] < first[later.usr][1]])
    if place is None:
        return None
    earlier, later = place
    (start, end), (declared_at, *used) = extent(later.statement()), later.places()
    is_made_there = bool(list(later.decl.get_children()))
    gone = (start, declared_at + len(later.name), earlier.name) if is_made_there \
        else (start, end, ";")
    return Change([gone] + [(at, at + len(later.name), earlier.name) for at in used])


# ---- functions ----

def outline(function, rng):
    """A sum, difference or comparison becomes a call."""
    found = []
    for c in function.all(Kind.BINARY_OPERATOR):
        sides = list(c.get_children())
        if len(sides) != 2 or function.operator(c) not in ("+", "-", "<", ">", "==", "&", "|", "^"):
            continue
        if not function.is_plain(c) or function.source.touches_macro(*extent(c)):
            continue
        kinds = [side.type.get_canonical().kind for side in sides]
        if all(kind in (TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG)
               for kind in kinds) and not is_constant(function, c):
            found.append((c, sides))
    place = pick(rng, found)
    if place is None:
        return None
    c, sides = place
    left, right = (side.type.get_canonical().spelling for side in sides)
    attribute = rng.choice(("__attribute__((noinline)) ", ""))
    helper = (f"static {attribute}{c.type.get_canonical().spelling} su_helper({left} a, {right} b)\n"
              f"{{ return a {function.operator(c)} b; }}\n")
    return Change([(*extent(c), f"su_helper({function.text(sides[0])}, {function.text(sides[1])})")],
                  helper)


def is_constant(function, cursor):
    """In a place that must be one, or may be."""
    while cursor is not None:
        if cursor.kind in (Kind.CASE_STMT, Kind.ENUM_CONSTANT_DECL, Kind.CXX_UNARY_EXPR):
            return True
        if cursor.kind == Kind.VAR_DECL and (cursor.storage_class.name == "STATIC" or
                                             "[" in cursor.type.spelling):
            return True
        cursor = function.parent(cursor)
    return False


def inline(function, rng):
    """Has a function of this file inlined everywhere, or nowhere."""
    if function.cursor.storage_class.name != "STATIC" or not function.is_plain(function.cursor):
        return None
    how = rng.choice(("noinline", "always_inline"))
    return Change([insert(extent(function.cursor)[0], f"__attribute__(({how})) ")])


def add_argument(function, rng):
    """To a function of this file, which only this file calls."""
    source, usr = function.source, function.cursor.get_usr()
    if function.cursor.storage_class.name != "STATIC" or function.cursor.type.is_function_variadic():
        return None
    replaced, parameters = [], list(function.cursor.get_arguments())
    heads = [c for c in source.unit.cursor.get_children()
             if c.kind == Kind.FUNCTION_DECL and c.get_usr() == usr]
    calls = [c for one in source.functions for c in one.all(Kind.CALL_EXPR)
             if c.referenced is not None and c.referenced.get_usr() == usr]
    uses = [c for one in source.functions for c in one.all(Kind.DECL_REF_EXPR)
            if c.referenced is not None and c.referenced.get_usr() == usr]
    if len(uses) != len(calls) or not calls or named_elsewhere(source, function):
        return None
    for head in heads:
        at = source.text.find(b"(", head.location.offset)
        arguments = list(head.get_arguments())
        void = not arguments and source.text[at + 1:at + 5] == b"void"
        if source.touches_macro(head.location.offset, at + 1) or (not arguments and not void):
            return None
        replaced.append((at + 1, at + 5, "int su_more") if void
                        else insert(at + 1, "int su_more, "))
    for call in calls:
        at = source.text.find(b"(", extent(call)[0])
        if source.touches_macro(extent(call)[0], at + 1) or \
                source.slice(extent(call)[0], at).strip() != function.name:
            return None
        replaced.append(insert(at + 1, "1, " if parameters else "1"))
    return Change(replaced)


def named_elsewhere(source, function):
    """In an initialiser of a table, or in a macro."""
    inside = [extent(one.cursor) for one in source.functions]
    for c in source.unit.cursor.walk_preorder():
        if c.kind == Kind.DECL_REF_EXPR and c.spelling == function.name and \
                not any(a <= c.extent.start.offset < b for a, b in inside):
            return True
    return False


EDITS = {
    "reorder": reorder, "move-call": move_call, "counter": add_counter, "rounds": count_rounds,
    "guard": add_guard, "error-path": add_error_path, "lock": add_lock, "strengthen": strengthen,
    "restructure": restructure, "rename": rename, "widen": widen, "retype": retype, "split": split,
    "merge": merge, "reply": reply, "outline": outline, "inline": inline, "argument": add_argument,
}


def apply(source, function, change):
    """The file's text after the change."""
    at = extent(function.cursor)[0]
    line = source.text.rfind(b"\n", 0, at) + 1
    replaced = sorted(change.replaced + [insert(line, change.before)], key=lambda one: one[:2])
    out, done = [], 0
    for start, end, text in replaced:
        if start < done:
            return None
        out += [source.text[done:start], text.encode()]
        done = end
    return b"".join(out + [source.text[done:]])
