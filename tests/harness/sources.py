"""Real programs: Debian source packages, built as Debian builds them, in two versions.

`pairs(package)` gives the pairs of builds that the archive allows:

    PATCH       without and with one of Debian's newest patches to C code (the newer ones left out)
    patches-N   the newest version of a package without its N newest patches to C code, and with them
    versions    two consecutive versions of the package
    OWN         the newest version, and that with tests/servers/NAME/OWN.patch

Everything is found in the archive when it is asked for; no version is written down here.  Flags and
configuration come from the package's own debian/rules; what differs is said at each recipe.

Sources are kept in .cache/sources, finished programs in .cache/builds/KEY.  All builds of one
version happen at one path (.cache/builds/VERSION.tree), so that a variant is a copy of the finished
tree, patched and made again, and so that no path differs between the two sides of a pair.
"""

import dataclasses
import fcntl
import glob
import hashlib
import os
import re
import shutil
import subprocess
import time

from .tool import Failure, Skip

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SOURCES = os.path.join(TOP, ".cache", "sources")
BUILDS = os.path.join(TOP, ".cache", "builds")
OWN = os.path.join(TOP, "tests", "servers")
COMPILERS = ("gcc", "clang")
RETRY = 24 * 3600  # seconds before a version that could not be had is asked for again
LIMIT = 1800  # seconds for one build

# What each recipe finds: Debian's flags in the environment, the compiler in $CC, and `rules NAME`,
# the value of a variable of debian/rules.
PREAMBLE = """set -e
export DEB_BUILD_MAINT_OPTIONS=hardening=+all LC_ALL=C
export SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp)
rules() { make -s -f debian/rules --eval="value-of: ; \\$(info \\$($1))" value-of; }
dpkg-buildflags --export=sh >.flags
. ./.flags
"""


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How a package is built: shell commands, and the files that are wanted."""
    configure: str
    make: str
    files: tuple  # glob patterns in the tree
    folder: str = ""  # of tests/servers


RECIPES = {
    "memcached": Recipe(
        # The -dev packages decide what Debian's configure finds; without systemd and seccomp.
        "./configure -q --disable-dependency-tracking --enable-sasl --enable-tls $OPTIONS",
        "make -s -j2 memcached", ("memcached",)),
    "vsftpd": Recipe(
        ":", 'make -s -j2 CC="$CC" CFLAGS="$CFLAGS $CPPFLAGS" LINK="" '
        'LIBS="-lwrap -lpam -lssl -lcrypto -lcap"', ("vsftpd",)),
    "openssh": Recipe(
        # wtmpdb is of Debian 13 only.
        'autoreconf -f -i >/dev/null 2>&1; eval ./configure -q --prefix=/usr --localstatedir=/var '
        '$(rules confflags | sed s/--with-wtmpdb//) CC="$CC" $OPTIONS',
        "make -s -j2 ASKPASS_PROGRAM=/usr/bin/ssh-askpass",
        ("sshd", "sshd-session", "sshd-auth", "sftp-server", "ssh", "scp", "sftp", "ssh-keygen"),
        "sshd"),
    "apache2": Recipe(
        # Of a hundred modules those that the tests load; the full set takes many minutes.
        'sed \'s/--enable-mods-shared="[^"]*"/--enable-modules=none '
        '--enable-mods-shared="alias authz_core authz_host dav dav_fs dir env filter headers mime '
        'reqtimeout rewrite setenvif status"/\' debian/rules >debian/rules.few; '
        "make -s -f debian/rules.few LSB_RELEASE=Debian AP2_LTFLAGS=--silent configure-stamp",
        "make -s -j2", ("apache2", "modules/*/.libs/mod_*.so", "modules/dav/*/.libs/mod_*.so",
                        "server/mpm/*/.libs/mod_*.so"),
        "httpd"),
    "redis": Recipe(
        ":", 'DEB_CFLAGS_MAINT_APPEND=-I/usr/include/liblzf '
        'DEB_LDFLAGS_MAINT_APPEND="-Wl,-no-as-needed -ldl -latomic -llzf" '
        'dpkg-buildflags --export=sh >.flags; . ./.flags; '
        'make -s -j2 CC="$CC" BUILD_TLS=yes USE_SYSTEM_JEMALLOC=yes USE_SYSTEMD=yes '
        'USE_JEMALLOC=yes', ("src/redis-server", "src/redis-cli", "src/redis-benchmark")),
    "nginx": Recipe(
        # Without the modules that are built as shared objects (images, Perl, XSLT ...).
        'eval ./configure --with-cc="$CC" $(rules bin_configure_flags | '
        "sed 's/--with-[a-z_]*=dynamic//g') >/dev/null",
        "make -s -j2", ("objs/nginx",)),
}


@dataclasses.dataclass(frozen=True)
class Build:
    """One build of a package; `build()` makes it, or finds it made."""
    package: str
    version: str
    compiler: str = "gcc"
    without: int = 0  # so many of Debian's newest patches to C code are left out
    patch: str = ""  # a patch of our own, a path
    options: str = ""  # more words for configure

    @property
    def source(self):
        return fetch(self.package, self.version)

    def key(self):
        key = f"{os.path.basename(self.source)}-{self.compiler}"
        if self.options:
            key += "-" + hashlib.sha256(self.options.encode()).hexdigest()[:8]
        return key

    def variant(self):
        name = self.key()
        if self.without:
            name += f"-without-{self.without}"
        if self.patch:
            name += "-" + os.path.splitext(os.path.basename(self.patch))[0]
        return name

    def stamp(self):
        """Everything that the result depends on, but for the machine's packages."""
        recipe = RECIPES[self.package]
        patch = read(self.patch) if self.patch else ""
        version = output([self.compiler, "--version"], "/").split("\n", 1)[0]
        return "\n".join((PREAMBLE, *map(str, dataclasses.astuple(recipe)), version, self.options,
                          patch))

    def plain(self):
        """The sources without any patch left out or added."""
        return dataclasses.replace(self, without=0, patch="")

    def build(self):
        """The folder of the finished files: as in the tree, but `.libs` folders left out."""
        folder = os.path.join(BUILDS, self.variant())
        os.makedirs(BUILDS, exist_ok=True)
        with open(os.path.join(BUILDS, self.key() + ".lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.made():
                self._make(folder, self.stamp())
        return folder

    def made(self):
        """Whether the files are there, so that `build` takes no time."""
        path = os.path.join(BUILDS, self.variant(), "stamp")
        return os.path.exists(path) and read(path) == self.stamp()

    def _make(self, folder, stamp):
        tree = os.path.join(BUILDS, self.key() + ".tree")
        base = tree + ".base"
        changed = self._changed_files()
        shutil.rmtree(tree, ignore_errors=True)
        if not changed:
            self._base(tree, base)
            return
        again = all(name.endswith(".c") for name in changed)
        if again:
            self._base(tree, base)
        shutil.copytree(base if again else self.source, tree, symlinks=True)
        try:
            self._patch(tree)
            if not again:
                self._run(tree, RECIPES[self.package].configure)
            self._run(tree, RECIPES[self.package].make)
            collect(tree, folder, RECIPES[self.package].files)
            with open(os.path.join(folder, "stamp"), "w", encoding="utf-8") as file:
                file.write(stamp)
        finally:
            shutil.rmtree(tree, ignore_errors=True)

    def _base(self, tree, base):
        """Makes the plain version at the path of every build, and keeps its finished tree."""
        plain = self.plain()
        stamp, path = plain.stamp(), base + ".stamp"
        marks = (path, os.path.join(BUILDS, plain.variant(), "stamp"))
        if os.path.isdir(base) and all(os.path.exists(m) and read(m) == stamp for m in marks):
            return
        shutil.rmtree(base, ignore_errors=True)
        shutil.copytree(self.source, tree, symlinks=True)
        self._run(tree, RECIPES[self.package].configure)
        self._run(tree, RECIPES[self.package].make)
        collect(tree, os.path.join(BUILDS, plain.variant()), RECIPES[self.package].files)
        os.rename(tree, base)
        for name in marks:
            with open(name, "w", encoding="utf-8") as file:
                file.write(stamp)

    def _run(self, tree, commands):
        env = dict(os.environ, CC=self.compiler, OPTIONS=self.options)
        for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL"):
            env.pop(name, None)  # when `make test` has started us
        log = tree + ".log"
        with open(log, "a", encoding="utf-8") as file:
            done = subprocess.run(["nice", "-n", "5", "bash", "-c", PREAMBLE + commands], cwd=tree,
                                  stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=env,
                                  timeout=LIMIT, check=False)
        if done.returncode != 0:
            end = read(log)[-600:]
            raise Failure(f"{self.variant()} cannot be built (see {log}): {end}")
        os.unlink(log)

    def _left_out(self):
        """Debian's patches that are taken out, newest first."""
        if not self.without:
            return []
        found, left = [], self.without
        for path in reversed(debian_patches(self.source)):
            found.append(path)
            left -= touches_c(path)
            if not left:
                return found
        raise Skip(f"{self.package} {self.version} has no {self.without} patches to C code")

    def _changed_files(self):
        paths = self._left_out() + ([self.patch] if self.patch else [])
        return [name for path in paths for name in touched(path)]

    def _patch(self, tree):
        for path in self._left_out():
            output(["patch", "-R", "-p1", "-s", "-f", "-i", path], tree)
        if self.patch:
            output(["patch", "-p1", "-s", "-f", "-i", self.patch], tree)


@dataclasses.dataclass(frozen=True)
class Pair:
    """Two builds of one program."""
    name: str  # of the change: "versions U V", "patches-2", the stem of a patch's name
    package: str
    file: str  # in the folder of a build
    old: Build
    new: Build

    def __str__(self):
        return f"{os.path.basename(self.file)} {self.name} {self.old.compiler}"

    def build(self):
        """(OLD file, NEW file)"""
        return (os.path.join(self.old.build(), self.file),
                os.path.join(self.new.build(), self.file))


PROGRAMS = {"openssh": ("sshd",), "redis": ("src/redis-server",), "nginx": ("objs/nginx",)}


def pairs(package, compiler="gcc", count=5, files=None, options=""):
    """Every pair that the archive and tests/servers allow, with `count` patches of Debian."""
    found = available(package)
    new = Build(package, newest_of_stable(package), compiler, options=options)
    result = []
    newest = [path for path in reversed(debian_patches(new.source)) if touches_c(path)][:count]
    for at, path in enumerate(newest):
        result.append((os.path.splitext(os.path.basename(path))[0],
                       dataclasses.replace(new, without=at + 1),
                       dataclasses.replace(new, without=at)))
    if len(newest) > 1:
        result.append((f"patches-{len(newest)}", dataclasses.replace(new, without=len(newest)),
                       new))
    for path in own_patches(package):
        result.append((os.path.splitext(os.path.basename(path))[0], new,
                       dataclasses.replace(new, patch=path)))
    for before, after in zip(found, found[1:]):
        result.append((f"versions {before} {after}", dataclasses.replace(new, version=before),
                       dataclasses.replace(new, version=after)))
    return [Pair(name, package, file, old, after) for name, old, after in result
            for file in files or PROGRAMS.get(package, (package,))]


def own_patches(package):
    folder = os.path.join(OWN, RECIPES[package].folder or package)
    return sorted(glob.glob(os.path.join(folder, "*.patch")))


# ---- sources ----

def fetch_script(*args):
    return subprocess.run([os.path.join(TOP, "scripts", "fetch-source"), *args], text=True,
                          stdin=subprocess.DEVNULL, capture_output=True, check=False)


def fetch(package, version):
    """The unpacked source, or Skip with the reason."""
    done = fetch_script(package, SOURCES, version)
    if done.returncode != 0:
        raise Skip(f"no source of {package} {version}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()


def available(package, suite=""):
    """The versions that can be had, oldest first.  The archive's lists name some that are gone."""
    done = fetch_script(package, "--list", suite)
    if done.returncode != 0:
        raise Skip(f"no source of {package}: {done.stderr.strip()[-300:]}")
    found = [version for version in done.stdout.split() if can_be_had(package, version)]
    if not found:
        raise Skip(f"no version of {package} can be had: the archive lists {done.stdout.split()}")
    return found


def can_be_had(package, version):
    mark = os.path.join(SOURCES, f"{package}_{version.replace(':', '%3a')}.missing")
    if os.path.exists(mark) and time.time() - os.path.getmtime(mark) < RETRY:
        return False
    if fetch_script(package, SOURCES, version).returncode == 0:
        return True
    os.makedirs(SOURCES, exist_ok=True)
    with open(mark, "w", encoding="utf-8"):
        return False


def newest_of_stable(package):
    """The newest version of Debian 12, which is the reference system; else the newest of all."""
    try:
        return available(package, "bookworm")[-1]
    except Skip:
        return available(package)[-1]


def debian_patches(source):
    """The package's patches in the order in which they are applied."""
    series = os.path.join(source, "debian", "patches", "series")
    lines = read(series).splitlines() if os.path.exists(series) else []
    names = [line.split("#")[0].split() for line in lines]
    return [os.path.join(source, "debian", "patches", words[0]) for words in names if words]


def touched(path):
    """The files that a patch changes, without the first part of their path."""
    names = re.findall(r"^(?:\+\+\+|---) (?!/dev/null)[^/\s]+/(\S+)", read(path), re.M)
    return sorted(set(names))


def touches_c(path):
    """Whether a patch changes C code of the programs; tests do not count."""
    return any(name.endswith((".c", ".h")) and not re.match(r"(regress|tests?)/", name)
               for name in touched(path))


# ---- files and commands ----

def collect(tree, folder, patterns):
    """Copies the finished files, all or none."""
    partial = folder + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    for pattern in patterns:
        for path in glob.glob(os.path.join(tree, pattern)):
            name = os.path.relpath(path, tree).replace(".libs/", "")
            os.makedirs(os.path.dirname(os.path.join(partial, name)), exist_ok=True)
            shutil.copy2(path, os.path.join(partial, name))
    if not os.path.isdir(partial):
        raise Failure(f"the build of {os.path.basename(folder)} made none of {patterns}")
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(partial, folder)


def output(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"{' '.join(command)}: {done.stdout[-300:]} {done.stderr[-300:]}")
    return done.stdout


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
