"""Debian packages of StrongUpdate itself: built twice from a clean copy, judged, installed, used.

The oracle of what a package should be is lintian; what is built twice in different folders must be
the same bytes; and the demo is made by what dpkg installed, as autopkgtest would make it.
"""

import glob
import hashlib
import os
import shutil
import subprocess

from harness.tool import Failure, Skip

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PACKAGES = ("strongupdate", "libstrongupdate0", "libstrongupdate-dev", "python3-strongupdate")
MISSING = ("dpkg-buildpackage", "dh", "lintian", "dh_python3")


def run(*command, folder="/", limit=1500, **environment):
    """What a command prints; a failure is the test's."""
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=limit, check=False, env=dict(os.environ, **environment))
    if done.returncode:
        raise Failure(f"{' '.join(command)}: status {done.returncode}: "
                      f"{(done.stdout + done.stderr).strip()[-1500:]}")
    return done.stdout + done.stderr


def copy(target):
    """Puts there the files that git has, as they are now."""
    names = run("git", "ls-files", "-z", folder=TOP).rstrip("\0").split("\0")
    for name in names:
        source = os.path.join(TOP, name)
        if os.path.lexists(source):
            os.makedirs(os.path.dirname(os.path.join(target, name)), exist_ok=True)
            shutil.copy2(source, os.path.join(target, name), follow_symlinks=False)


def build(source, folder):
    """The packages of a source tree, by name, built in another folder."""
    tree = os.path.join(folder, "strongupdate")
    shutil.copytree(source, tree, symlinks=True)
    # Debian's Meson needs Debian's Python; another python3 may come first.
    run("dpkg-buildpackage", "-us", "-uc", "-b", f"-j{os.cpu_count()}", folder=tree,
        PATH="/usr/bin:/usr/sbin:/bin:/sbin", DEB_BUILD_OPTIONS="")
    return {os.path.basename(path).split("_")[0]: path for path in glob.glob(folder + "/*.deb")}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def judged(folder):
    """lintian has nothing to say, not even for information."""
    said = run("lintian", "--info", "--display-info", "--fail-on", "error,warning,info",
               "--allow-root", *glob.glob(folder + "/*.changes"))
    if said.strip():
        raise Failure(said[-1500:])


def used(packages, root):
    """dpkg installs them into a folder, and the demo is made by the command there."""
    for name in PACKAGES:
        run("dpkg-deb", "--extract", packages[name], root)
    demo = os.path.join(root, "demo")
    shutil.copytree(os.path.join(TOP, "examples"), os.path.join(demo, "examples"))
    os.makedirs(os.path.join(demo, "build"))
    os.symlink(os.path.join(root, "usr/bin/strongupdate"), os.path.join(demo, "build/strongupdate"))
    said = run(os.path.join(demo, "examples/demo"), folder=demo)
    if "0 errors" not in said and "no errors" not in said and "no error" not in said:
        raise Failure(f"the demo said: {said[-800:]}")
    libraries = glob.glob(root + "/usr/lib/*/libstrongupdate.so.0")[0]
    version = run("/usr/bin/python3", "-c", "import strongupdate; print(strongupdate.version())",
                  LD_LIBRARY_PATH=os.path.dirname(libraries),
                  PYTHONPATH=os.path.join(root, "usr/lib/python3/dist-packages"))
    if version != run(os.path.join(root, "usr/bin/strongupdate"), "--version").split()[-1] + "\n":
        raise Failure(f"the library is of version {version}")


def items(_tool, out):
    def execute():
        missing = [command for command in MISSING if not shutil.which(command)]
        if missing:
            raise Skip(f"not installed: {' '.join(missing)}")
        shutil.rmtree(out, ignore_errors=True)
        source = os.path.join(out, "source")
        copy(source)
        first, second = (build(source, os.path.join(out, folder))
                         for folder in ("one", "another/place"))
        if set(first) != set(second) or not set(PACKAGES) <= set(first):
            raise Failure(f"packages {sorted(first)} and {sorted(second)}")
        differ = [name for name in first if digest(first[name]) != digest(second[name])]
        if differ:
            raise Failure(f"not the same bytes when built in another folder: {differ}")
        judged(os.path.join(out, "one"))
        used(first, os.path.join(out, "root"))
        return f"{len(first)} packages, the same bytes from two folders"

    return [("package", execute)]
