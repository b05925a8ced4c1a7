"""One C file as libclang sees it: its functions, statements, variables, and what may be changed.

Places are byte offsets in the file.  What comes out of a macro is left alone: only what stands in the
file as it is read can be edited.
"""

import functools

import clang.cindex as cindex
from clang.cindex import CursorKind as Kind, TypeKind

LIBRARIES = ("/usr/lib/x86_64-linux-gnu/libclang-14.so.1", "/usr/lib/llvm-14/lib/libclang.so.1")
PARSE = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
LOOPS = (Kind.FOR_STMT, Kind.WHILE_STMT, Kind.DO_STMT)
JUMPS = (Kind.BREAK_STMT, Kind.CONTINUE_STMT, Kind.GOTO_STMT, Kind.RETURN_STMT, Kind.LABEL_STMT,
         Kind.CASE_STMT, Kind.DEFAULT_STMT)
WRAPPING = (Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR)
ASSIGNS = ("=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=")
INTS = (TypeKind.INT, TypeKind.UINT, TypeKind.LONG, TypeKind.ULONG, TypeKind.SHORT,
        TypeKind.USHORT, TypeKind.UCHAR, TypeKind.SCHAR, TypeKind.CHAR_S)


def load():
    for path in LIBRARIES:
        try:
            cindex.Config.set_library_file(path)
            return cindex.Index.create()
        except cindex.LibclangError:
            cindex.conf.loaded = False
    raise RuntimeError("libclang is missing: apt-get install python3-clang-14")


class Source:
    """A parsed file."""

    def __init__(self, index, path, options):
        with open(path, "rb") as file:
            self.text = file.read()
        self.path = path
        self.unit = index.parse(path, args=list(options), options=PARSE)
        self.macros = [(c.extent.start.offset, c.extent.end.offset)
                       for c in self.unit.cursor.get_children()
                       if c.kind == Kind.MACRO_INSTANTIATION and self.is_here(c)]
        self.functions = [Function(self, c) for c in self.unit.cursor.get_children()
                          if c.kind == Kind.FUNCTION_DECL and c.is_definition() and self.is_here(c)]

    def is_here(self, cursor):
        file = cursor.location.file
        return file is not None and file.name == self.path

    def is_plain(self, start, end):
        """Whether neither end lies within a macro's use."""
        return start < end and not any(a < start < b or a < end < b for a, b in self.macros)

    def touches_macro(self, start, end):
        return any(a < end and start < b for a, b in self.macros)

    def slice(self, start, end):
        return self.text[start:end].decode("utf-8", "replace")


def extent(cursor):
    return cursor.extent.start.offset, cursor.extent.end.offset


def bare(cursor):
    """Without parentheses and conversions around it."""
    while cursor.kind in WRAPPING:
        children = list(cursor.get_children())
        if len(children) != 1:
            return cursor
        cursor = children[0]
    return cursor


class Function:
    """One definition."""

    def __init__(self, source, cursor):
        self.source, self.cursor, self.name = source, cursor, cursor.spelling
        self.body = next((c for c in cursor.get_children() if c.kind == Kind.COMPOUND_STMT), None)

    @functools.cached_property
    def nodes(self):
        return list(self.below(self.body)) if self.body else []

    @functools.cached_property
    def parents(self):
        return {child.hash: node for node in self.nodes for child in node.get_children()}

    def all(self, *kinds):
        return [c for c in self.nodes if c.kind in kinds]

    def parent(self, cursor):
        return self.parents.get(cursor.hash)

    def is_plain(self, cursor):
        return self.source.is_plain(*extent(cursor))

    def text(self, cursor):
        return self.source.slice(*extent(cursor))

    def operator(self, cursor):
        """Of a binary or assigning expression, or ''."""
        children = list(cursor.get_children())
        if len(children) != 2:
            return ""
        start, end = extent(children[0])[1], extent(children[1])[0]
        if self.source.touches_macro(start, end):
            return ""
        return self.source.slice(start, end).strip().strip("()").strip()

    def unary(self, cursor):
        text = self.text(cursor)
        for sign in ("++", "--", "&", "*", "-", "~", "!", "+"):
            if text.startswith(sign):
                return sign
        return text[-2:] if text[-2:] in ("++", "--") else ""

    def statements(self, compound):
        """(cursor, start, end with its semicolon) of each statement that can be moved about."""
        found = []
        for child in compound.get_children():
            start, end = extent(child)
            rest = self.source.text[end:end + 40]
            if rest.lstrip().startswith(b";"):
                end += rest.index(b";") + 1
            elif child.kind not in LOOPS + (Kind.IF_STMT, Kind.COMPOUND_STMT, Kind.SWITCH_STMT,
                                            Kind.DECL_STMT):
                continue
            if self.source.is_plain(start, end):
                found.append((child, start, end))
        return found

    def compounds(self):
        return [c for c in self.all(Kind.COMPOUND_STMT) if self.is_plain(c)]

    def below(self, cursor):
        yield cursor
        for child in cursor.get_children():
            yield from self.below(child)

    def has(self, cursor, *kinds):
        return any(c.kind in kinds for c in self.below(cursor))

    # ---- variables ----

    def locals(self):
        """Scalar variables of the function whose address is not taken, with all their uses."""
        found = []
        for decl in self.all(Kind.VAR_DECL):
            text = self.text(decl)
            if decl.storage_class.name in ("STATIC", "EXTERN") or "volatile" in text:
                continue
            kind = decl.type.get_canonical().kind
            if kind not in INTS + (TypeKind.POINTER,):
                continue
            uses = [c for c in self.all(Kind.DECL_REF_EXPR)
                    if c.referenced is not None and c.referenced == decl]
            if not any(self._is_address_of(use) for use in uses):
                found.append(Variable(self, decl, uses))
        return found

    def _is_address_of(self, use):
        parent = self.parent(use)
        while parent is not None and parent.kind in WRAPPING:
            parent = self.parent(parent)
        return parent is not None and parent.kind == Kind.UNARY_OPERATOR and \
            self.text(parent).lstrip("(").startswith("&")

    def variable_of(self, cursor, known):
        cursor = bare(cursor)
        if cursor.kind == Kind.DECL_REF_EXPR:
            for variable in known:
                if cursor.referenced == variable.decl:
                    return variable
        return None

    # ---- effects ----

    def is_pure(self, cursor, known):
        """Made of constants and known locals alone, and without effects."""
        for c in self.below(cursor):
            if c.kind in (Kind.CALL_EXPR, Kind.COMPOUND_ASSIGNMENT_OPERATOR, Kind.StmtExpr,
                          Kind.MEMBER_REF_EXPR, Kind.ARRAY_SUBSCRIPT_EXPR):
                return False
            if c.kind == Kind.UNARY_OPERATOR and self.unary(c) not in ("-", "~", "!", "+"):
                return False
            if c.kind == Kind.BINARY_OPERATOR and self.operator(c) in ("", "=", "/", "%"):
                return False
            if c.kind == Kind.DECL_REF_EXPR and not self.variable_of(c, known) and \
                    c.referenced.kind not in (Kind.ENUM_CONSTANT_DECL, Kind.PARM_DECL):
                return False
            if c.kind == Kind.DECL_REF_EXPR and c.referenced.kind == Kind.PARM_DECL and \
                    any(self._is_address_of(u) for u in self.all(Kind.DECL_REF_EXPR)
                        if u.referenced == c.referenced):
                return False
        return True

    def assignment(self, statement, known):
        """(variable, right side) of `local = pure expression`, or None."""
        if statement.kind != Kind.BINARY_OPERATOR or self.operator(statement) != "=":
            return None
        left, right = statement.get_children()
        variable = self.variable_of(left, known)
        if variable is None or left.kind != Kind.DECL_REF_EXPR or not self.is_pure(right, known):
            return None
        return variable, right

    def names(self, cursor):
        return {c.referenced.get_usr() or c.spelling for c in self.below(cursor)
                if c.kind == Kind.DECL_REF_EXPR and c.referenced is not None}

    def changed(self, cursor):
        """What it may assign to, by name."""
        found = set()
        for c in self.below(cursor):
            assigns = (c.kind == Kind.COMPOUND_ASSIGNMENT_OPERATOR
                       or (c.kind == Kind.BINARY_OPERATOR and self.operator(c) in ASSIGNS + ("",))
                       or (c.kind == Kind.UNARY_OPERATOR and self.unary(c) in ("++", "--", "")))
            if assigns:
                first = next(iter(c.get_children()), None)
                found |= self.names(first) if first is not None else set()
        return found


class Variable:
    """A local variable: its declaration and the expressions that name it."""

    def __init__(self, function, decl, uses):
        self.function, self.decl, self.uses, self.name = function, decl, uses, decl.spelling
        self.usr = decl.get_usr() or decl.spelling

    def places(self):
        """Where its name stands, or None when some of that is in a macro."""
        source = self.function.source
        found = [self.decl.location.offset] + [use.extent.start.offset for use in self.uses]
        for at in found:
            end = at + len(self.name)
            if source.slice(at, end) != self.name or source.touches_macro(at, end):
                return None
        return sorted(set(found))

    def statement(self):
        """The declaration statement when it declares nothing else, or None."""
        parent = self.function.parent(self.decl)
        if parent is None or parent.kind != Kind.DECL_STMT or not self.function.is_plain(parent):
            return None
        return parent if len(list(parent.get_children())) == 1 else None
