"""The programs whose functions are edited: Debian sources, compiled without their build systems.

What an input is made of follows from a number, and is long enough to be worked at for a while.
"""

import dataclasses
import fcntl
import glob
import os
import random
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

from harness import sources  # noqa: E402

CACHE = os.path.join(sources.TOP, ".cache", "edits")
WORDS = ("able", "border", "candle", "dust", "early", "fabric", "garden", "hollow", "iron", "jacket")


@dataclasses.dataclass(frozen=True)
class Program:
    """One program of a source package."""
    name: str
    package: str
    files: tuple  # glob patterns in the source's folder
    left_out: tuple = ()
    flags: tuple = ()  # TREE stands for the source's folder
    libraries: tuple = ()
    made: tuple = ()  # (name, text or function of the tree): headers that a build system would make
    arguments: tuple = ()  # INPUT: the file, else it is the standard input; OUTPUT: a folder
    data: object = None  # function of a random.Random: the input

    def tree(self):
        return sources.fetch(self.package, sources.newest_of_stable(self.package))

    def units(self, tree):
        """The C files, relative to the tree."""
        found = sorted(os.path.relpath(path, tree) for pattern in self.files
                       for path in glob.glob(os.path.join(tree, pattern)))
        return [path for path in found if os.path.basename(path) not in self.left_out]

    def headers(self, tree):
        """The folder of headers that are made."""
        folder = os.path.join(CACHE, self.name, "include")
        for name, text in self.made:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text(tree) if callable(text) else text)
        os.makedirs(folder, exist_ok=True)
        return folder

    def options(self, tree):
        return [word.replace("TREE", tree) for word in self.flags] + ["-I", self.headers(tree)]

    def command(self, binary, path, folder):
        return [binary, *(word.replace("INPUT", path).replace("OUTPUT", folder)
                          for word in self.arguments)]

    def takes_stdin(self):
        return "INPUT" not in self.arguments

    def input(self, seed):
        path = os.path.join(CACHE, self.name, f"input-{seed}")
        if not os.path.exists(path):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path + ".new", "w", encoding="utf-8") as file:
                file.write(self.data(random.Random(seed)))
            os.rename(path + ".new", path)
        return path


# ---- builds ----

COMPILERS = ("gcc", "clang")
LEVELS = ("-O1", "-O2", "-O3", "-Os")
OTHER = {  # passes left out or added: the same source, compiled into something else
    "gcc": ("-fno-ivopts", "-fno-tree-pre", "-fno-tree-vectorize", "-fno-ipa-ra", "-fno-ipa-sra",
            "-fno-tree-sra", "-fno-inline", "-fno-reorder-blocks", "-fno-schedule-insns2",
            "-fschedule-insns", "-fno-gcse", "-funroll-loops", "-fno-if-conversion",
            "-fno-tree-loop-im", "-fno-tree-ter", "-fno-tree-coalesce-vars",
            "-fno-omit-frame-pointer", "-fno-shrink-wrap", "-fno-caller-saves", "-fno-ipa-cp",
            "-fno-tree-tail-merge", "-fno-code-hoisting", "-fno-split-paths", "-fpeel-loops",
            "-fno-crossjumping", "-ftracer", "-fno-optimize-sibling-calls", "-fno-jump-tables",
            "-fno-strict-aliasing", "-fstack-protector-all", "-fno-move-loop-invariants"),
    "clang": ("-fno-unroll-loops", "-fno-inline", "-fno-omit-frame-pointer", "-fno-vectorize",
              "-fno-slp-vectorize", "-fno-jump-tables", "-fno-optimize-sibling-calls",
              "-fno-strict-aliasing", "-fstack-protector-all", "-fno-builtin"),
}
FLAGS = ("-g", "-w", "-fPIE", "-D_GNU_SOURCE")
LINK = ("-pie", "-pthread", "-Wl,--build-id=sha1,-z,now")
LIMIT = 600


def run(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=LIMIT, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)[:300]}\n{done.stderr[-600:]}")


@dataclasses.dataclass(frozen=True)
class Config:
    compiler: str
    level: str  # as O2

    def __str__(self):
        return f"{self.compiler}-{self.level}"


class Base:
    """A program as it is, compiled in one way; objects are kept."""

    def __init__(self, program, config):
        self.program, self.config = program, config
        self.tree = program.tree()
        self.folder = os.path.join(CACHE, program.name, str(config))
        self.units = program.units(self.tree)
        self.binary = os.path.join(self.folder, "old")

    def object_of(self, unit):
        return os.path.join(self.folder, unit.replace("/", "-")[:-2] + ".o")

    def compile(self, unit, folder, output, more=()):
        """FOLDER/unit, as if it were in the tree; MORE: options that come last."""
        near = os.path.join(self.tree, os.path.dirname(unit))
        run([self.config.compiler, *FLAGS, f"-{self.config.level}",
             f"-ffile-prefix-map={folder}=.", f"-ffile-prefix-map={self.tree}=.",
             *self.program.options(self.tree), "-I", near, *more, "-c", unit, "-o", output], folder)

    def link(self, objects, output):
        run([self.config.compiler, *LINK, "-o", output, *objects, *self.program.libraries],
            self.folder)

    def objects(self):
        return [self.object_of(unit) for unit in self.units]

    def symbols(self, unit):
        """Names of the functions in its object."""
        done = subprocess.run(["nm", "--defined-only", self.object_of(unit)], capture_output=True,
                              text=True, check=True)
        return {line.split()[2] for line in done.stdout.splitlines() if line.split()[1] in "tT"}

    def stamp(self):
        """What the result depends on."""
        version = subprocess.run([self.config.compiler, "--version"], capture_output=True, text=True,
                                 check=True).stdout
        return f"{version}{self.tree} {FLAGS} {LINK} {self.program.files} "\
               f"{self.program.left_out} {self.program.flags} {self.program.libraries}"

    def make(self):
        os.makedirs(os.path.dirname(self.folder), exist_ok=True)
        with open(self.folder + ".lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            path, stamp = os.path.join(self.folder, "stamp"), self.stamp()
            if not os.path.exists(path) or sources.read(path) != stamp:
                self._make()
                with open(path, "w", encoding="utf-8") as file:
                    file.write(stamp)

    def _make(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        for unit in self.units:
            self.compile(unit, self.tree, self.object_of(unit))
        self.link(self.objects(), self.binary)

    def make_edited(self, unit, folder, output, more=()):
        """With FOLDER/unit in the place of the tree's."""
        changed = os.path.join(folder, "edited.o")
        self.compile(unit, folder, changed, more)
        self.link([changed if one == unit else self.object_of(one) for one in self.units], output)


# ---- inputs ----

def text(rng, lines=150000):
    return "".join(" ".join(rng.choice(WORDS) + str(rng.randrange(1000))
                            for _ in range(rng.randrange(3, 12))) + "\n" for _ in range(lines))


def markdown(rng):
    forms = ("# {0}\n\n", "{0} *{1}* **{0}** `{1}`\n\n", "- {0}\n- {1}\n  1. {0}\n\n",
             "> {0}\n> {1}\n\n", "[{0}](http://{1}.example \"{0}\") <b>{1}</b>\n\n",
             "    {0}\n    {1}\n\n", "{0}\n===\n\n", "![{0}][{1}]\n\n[{1}]: /x/{0}\n\n",
             "***{0} _{1}_ &amp; &#35; \\* **\n\n", "```\n{0}\n{1}\n```\n\n")
    return "".join(rng.choice(forms).format(rng.choice(WORDS) + str(rng.randrange(99)),
                                            rng.choice(WORDS)) for _ in range(500000))


def markup(rng):
    rows = "".join(f'<row n="{i}" k="{rng.choice(WORDS)}"><a>{rng.choice(WORDS)} &lt;&#{65 + i % 20};'
                   f'</a><!-- {i} --><b x=\'{i}\'/><![CDATA[{rng.choice(WORDS)}]]></row>\n'
                   for i in range(400000))
    return f'<?xml version="1.0"?>\n<!DOCTYPE t [<!ENTITY e "{WORDS[0]}">]>\n<t>\n{rows}&e;</t>\n'


def json_lines(rng):
    return "".join('{"name": "%s%d", "list": [%s], "deep": {"a": {"b": %d.5e%d}}, "t": %s}\n' % (
        rng.choice(WORDS), i, ", ".join(str(rng.randrange(1000)) for _ in range(rng.randrange(9))),
        rng.randrange(99), rng.randrange(5), rng.choice(("true", "false", "null")))
        for i in range(120000))


LUA = """
local function sort(t) table.sort(t, function(a, b) return a < b end) return t end
local state = %d
local function random(n) state = (state * 1103515245 + 12345) %% 2147483648 return state %% n end
local Account = {} Account.__index = Account
function Account.new(b) return setmetatable({balance = b}, Account) end
function Account:deposit(v) self.balance = self.balance + v return self end
for round = 1, 900 do
  local t, words = {}, {}
  for i = 1, 1200 do t[i] = random(100000) end
  sort(t)
  for w in ("the quick brown fox jumps over the lazy dog"):gmatch("%%a+") do
    words[#words + 1] = w:upper():reverse() .. random(100)
  end
  local co = coroutine.wrap(function() for i = 1, 300 do coroutine.yield(i * i) end end)
  local sum = 0
  for i = 1, 300 do sum = sum + co() end
  local ok, e = pcall(function() error({code = round}) end)
  local a = Account.new(round)
  for i = 1, 2000 do a:deposit(i %% 7) end
  local s = string.format("%%5d %%s %%q %%x", sum, table.concat(words, ","), "a\\n", t[1])
  print(round, s, ok, e.code, a.balance, t[#t] // 3, 7.5 * round, s:find("D", 1, true), #s:rep(50, "-"))
  print(load("return " .. round .. " ^ 2 .. 'x'")(), select("#", table.unpack(t, 1, 50)))
end
"""

JAVASCRIPT = """
var state = %d;
function random(n) { state = (state * 16807) %% 2147483647; return state %% n; }
function Tree() { this.root = null; }
Tree.prototype.add = function (k) {
  var n = this.root;
  if (!n) { this.root = { k: k }; return; }
  for (;;) { var side = k < n.k ? 'l' : 'r'; if (n[side]) n = n[side]; else { n[side] = { k: k }; return; } }
};
function walk(n, f) { if (n) { walk(n.l, f); f(n.k); walk(n.r, f); } }
for (var round = 0; round < 900; ++round) {
  var t = new Tree(), list = [], words = 'the quick brown fox jumps'.split(' ');
  for (var i = 0; i < 300; ++i) t.add(random(10000));
  walk(t.root, function (k) { list.push(k); });
  list.sort(function (a, b) { return b - a; });
  var s = words.map(function (w) { return w.toUpperCase().replace(/[AEIOU]/g, '*') + random(9); }).join('-');
  try { if (round %% 3 == 0) throw new Error('e' + round); s += 'ok'; } catch (e) { s += e.message; } finally { s += '!'; }
  switch (round %% 4) { case 0: s += 'zero'; break; case 1: s += 'one'; default: s += 'more'; }
  var o = JSON.parse(JSON.stringify({ a: list.slice(0, 20), b: { c: s, d: 1.5 * round } }));
  for (var p in o) s += p + typeof o[p];
  print(round, s, o.a.length, o.b.d, (round / 7).toFixed(3), list.join(',').length, /(\\w+)-(\\w+)/.exec(s)[2]);
}
"""

CONFIG_OF_EXPAT = """#define BYTEORDER 1234
#define HAVE_GETRANDOM 1
#define HAVE_MMAP 1
#define HAVE_UNISTD_H 1
#define XML_CONTEXT_BYTES 1024
#define XML_DTD 1
#define XML_NS 1
#define XML_POOR_ENTROPY 1
"""

CONFIG_OF_CMARK = """#include <stdbool.h>
#define CMARK_ATTRIBUTE(x) __attribute__(x)
#define CMARK_EXPORT
#define CMARK_INLINE inline
#define HAVE_STDBOOL_H
#define HAVE___ATTRIBUTE__
#define HAVE___BUILTIN_EXPECT
"""


def builtins_of_jq(tree):
    with open(os.path.join(tree, "src/builtin.jq"), encoding="utf-8") as file:
        return "".join('"' + line.rstrip("\n").replace("\\", "\\\\").replace('"', '\\"') + '\\n"\n'
                       for line in file)


PROGRAMS = (
    Program("lua", "lua5.4", ("src/*.c",), ("luac.c",), libraries=("-lm", "-ldl"),
            flags=("-DLUA_USE_JUMPTABLE=0", "-DLUA_USE_POSIX"), arguments=("INPUT",),
            made=(("lua5.4-deb-multiarch.h", '#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n'),),
            data=lambda rng: LUA % rng.randrange(1, 10000)),
    Program("minigzip", "zlib", ("*.c", "test/minigzip.c"), flags=("-I", "TREE"), data=text),
    Program("bzip2", "bzip2", ("blocksort.c", "huffman.c", "crctable.c", "randtable.c", "compress.c",
                               "decompress.c", "bzlib.c", "bzip2.c"), arguments=("-c",), data=text),
    Program("lz4", "lz4", ("lib/*.c", "programs/*.c"), ("lz4file.c",), flags=("-I", "TREE/lib"),
            arguments=("-9", "-c", "-q"), data=text),
    Program("cmark", "cmark", ("src/*.c",), flags=("-I", "TREE/src"),
            made=(("config.h", CONFIG_OF_CMARK), ("cmark_export.h", CONFIG_OF_CMARK),
                  ("cmark_version.h", '#define CMARK_VERSION 1\n#define CMARK_VERSION_STRING "1"\n')),
            data=markdown),
    Program("mujs", "mujs", ("js*.c", "main.c", "regexp.c", "utf.c"), libraries=("-lm",),
            arguments=("INPUT",), data=lambda rng: JAVASCRIPT % rng.randrange(1, 10000)),
    Program("xmlwf", "expat", ("expat/lib/xml*.c", "expat/xmlwf/*.c"),
            ("xmltok_impl.c", "xmltok_ns.c", "ct.c", "win32filemap.c", "readfilemap.c", "xmlmime.c"),
            flags=("-I", "TREE/expat/lib"), made=(("expat_config.h", CONFIG_OF_EXPAT),),
            arguments=("-d", "OUTPUT", "-n", "-p", "INPUT"), data=markup),
    Program("jq", "jq", ("src/*.c",), ("inject_errors.c",), libraries=("-lm",),
            flags=("-DHAVE_MEMMEM", "-DIEEE_8087", "-DHAVE_ISATTY", "-I", "TREE/src"),
            made=(("src/version.h", '#define JQ_VERSION "1"\n'), ("src/builtin.inc", builtins_of_jq)),
            arguments=("-c", "[.name, (.list | sort | add), .deep.a.b, (.name | length), .t]"),
            data=json_lines),
)


def named(name):
    return next(program for program in PROGRAMS if program.name == name)
