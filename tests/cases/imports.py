"""Cases of new imports of a plugin: they are bound as the dynamic loader would bind them.

Each case makes a plugin in two versions, of which the new one calls a function that the old one does
not import, libraries that define it, and a host that loads them.  The oracle is the new plugin, loaded
from the start.
"""

import os

from harness.compile import run
from harness.process import Process
from harness.scenario import LIMIT
from harness.tool import Failure, reason_of

PLUGIN = """
#include <stdio.h>
#include <time.h>
#ifdef NEW
int helper(void);
#endif
void step(int n)
{
	struct timespec span = { 0, 20 * 1000 * 1000 };

	nanosleep(&span, NULL);
#ifdef NEW
	printf("new %d n=%d\\n", helper(), n);
#else
	printf("old n=%d\\n", n);
#endif
	fflush(stdout);
}
"""

# Arguments: files to be opened in turn. =FILE is the plugin; @FILE goes into a namespace of its own.
HOST = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	void (*step)(int) = NULL;

	alarm(120);
	for (int i = 1; i < argc; i++) {
		const char *name = argv[i];
		int is_plugin = *name == '=';
		int own = name[is_plugin] == '@';

		name += is_plugin + own;
		void *handle = own ? dlmopen(LM_ID_NEWLM, name, RTLD_NOW) : dlopen(name, RTLD_NOW);
		if (!handle)
			return puts(dlerror());
		if (is_plugin)
			step = (void (*)(int))dlsym(handle, "step");
	}
	for (int n = 0;; n++)
		step(n);
}
"""


def helper_of(number):
    """A library's source whose helper() counts from there: each copy of it has its own count."""
    return f"int helper(void)\n{{\n\tstatic int count = {number};\n\n\treturn count += 10;\n}}\n"


class Workshop:
    """Files of one case."""

    def __init__(self, folder):
        self.folder = folder

    def make(self, name, source, *options, compiler="gcc"):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".c", "w", encoding="ascii") as file:
            file.write(source)
        run([compiler, "-g", "-O2", "-fPIC", *options, "-o", path, path + ".c", "-Wl,--build-id"],
            self.folder)
        return path

    def library(self, name, source, *options, compiler="gcc"):
        return self.make(name, source, "-shared", *options, compiler=compiler)

    def plugin(self, *options):
        """The old and the new one."""
        return [self.library(f"{name}/plugin.so", PLUGIN, *flags, *options)
                for name, flags in (("old", ()), ("new", ("-DNEW",)))]


def needs(library):
    """The linker's options for a library that the plugin needs."""
    return ["-Wl,--no-as-needed", library, f"-Wl,-rpath,{os.path.dirname(library)}"]


def try_it(bench, shop, host, old, new, arguments, loadable=True):
    """Updates the plugin in the host. The reason of the refusal, or "" and the updated plugin does
    what the new one does when it is loaded from the start (if it is `loadable` there)."""
    patch = os.path.join(shop.folder, "patch.sup")
    status, answer, errors = bench.tool.build(old, new, patch)
    if status != 0:
        raise Failure(f"build: {reason_of(answer, errors)}")
    first = None
    if loadable:
        with Process(host, os.path.join(shop.folder, "reference"),
                     [a.replace(old, new) for a in arguments]) as process:
            first = result_in(process)
    with Process(host, os.path.join(shop.folder, "output"), arguments) as process:
        process.wait_for([r"old n=\d+"], LIMIT, "before the update")
        status, answer, errors = bench.tool.call("apply", patch, process.pid)
        if status == 1:
            process.wait_for([r"old n=\d+"], LIMIT, "after the refusal")
            process.require_untouched_by_tracers()
            return reason_of(answer, errors)
        if status != 0:
            raise Failure(f"apply: status {status}: {reason_of(answer, errors)}")
        got = result_in(process)
        if got != first:
            raise Failure(f"helper() gave {got}, and {first} to the new plugin")
        status, answer, errors = bench.tool.call("revert", process.pid)
        if status != 0:
            raise Failure(f"revert: {reason_of(answer, errors)}")
        process.wait_for([r"old n=\d+"], LIMIT, "after the revert")
    return ""


def result_in(process):
    """What helper() gave to the new plugin first."""
    process.wait_for([r"new \d+ n=\d+"], LIMIT, "the new plugin")
    return next(line for line in process.all if line.startswith("new")).split()[1]


def require_applied(reason):
    if reason:
        raise Failure(f"refused: {reason}")


def require_refused(reason, words):
    if words not in reason:
        raise Failure(f"refused: {reason}" if reason else "it was applied")
    return reason


def in_a_namespace(bench, folder):
    """The plugin is in a namespace of its own, as is the library; the host has another copy."""
    shop = Workshop(folder)
    helper = shop.library("libhelper.so", helper_of(1))
    old, new = shop.plugin(*needs(helper))
    host = shop.make("host", HOST.replace("alarm(120);", "alarm(120); helper();")
                     .replace("int main", "int helper(void);\nint main"), *needs(helper))
    require_applied(try_it(bench, shop, host, old, new, [f"=@{old}"]))


def not_in_the_namespace(bench, folder):
    """The host has the function, and the plugin's namespace has not."""
    shop = Workshop(folder)
    helper = shop.library("libhelper.so", helper_of(1))
    old, new = shop.plugin()
    host = shop.make("host", HOST, *needs(helper))
    return require_refused(try_it(bench, shop, host, old, new, [f"=@{old}"], loadable=False),
                           "no library")


def of_another_plugin(bench, folder):
    """A plugin that was opened for itself (RTLD_LOCAL) has the function: nobody else finds it."""
    shop = Workshop(folder)
    other = shop.library("other.so", helper_of(1))
    old, new = shop.plugin()
    host = shop.make("host", HOST)
    return require_refused(
        try_it(bench, shop, host, old, new, [other, f"={old}"], loadable=False), "no library")


def two_of_them(bench, folder):
    """Another plugin, opened before, has a function of that name, which is not the one."""
    shop = Workshop(folder)
    other, helper = (shop.library(name, helper_of(n))
                     for name, n in (("other.so", 1), ("libhelper.so", 2)))
    old, new = shop.plugin(*needs(helper))
    host = shop.make("host", HOST)
    return require_refused(try_it(bench, shop, host, old, new, [other, f"={old}"]),
                           "several libraries")


def needed_by_the_plugin(bench, folder):
    """The library came with the plugin."""
    shop = Workshop(folder)
    helper = shop.library("libhelper.so", helper_of(2))
    old, new = shop.plugin(*needs(helper))
    host = shop.make("host", HOST)
    require_applied(try_it(bench, shop, host, old, new, [f"={old}"]))


def of_the_program(bench, folder):
    """The program exports the function, which comes before that of the plugin's library."""
    shop = Workshop(folder)
    helper = shop.library("libhelper.so", helper_of(2))
    old, new = shop.plugin(*needs(helper))
    host = shop.make("host", HOST + helper_of(3), "-rdynamic")
    require_applied(try_it(bench, shop, host, old, new, [f"={old}"]))


THREAD_LOCAL = """
#include <stdio.h>
#include <time.h>
static __thread int first = 1, second = 2;
void set(int n)
{
	first = n;
	second = n + 1;
}
__attribute__((noinline)) static int pick(void)
{
#ifdef NEW
	return second;
#else
	return first;
#endif
}
__attribute__((noinline)) int all(void)
{
	return first * 100 + second;
}
void step(int n)
{
	struct timespec span = { 0, 20 * 1000 * 1000 };

	nanosleep(&span, NULL);
	if (all() != 102)
		printf("BAD %d\\n", all());
#ifdef NEW
	printf("new %d n=%d\\n", pick(), n);
#else
	printf("old n=%d\\n", n + 0 * pick());
#endif
	fflush(stdout);
}
"""


def thread_local(compiler, *options, refused=""):
    """A plugin's changed function uses another thread-local variable than before."""
    def case(bench, folder):
        shop = Workshop(folder)
        old, new = (shop.library(f"{name}/plugin.so", THREAD_LOCAL, *flags, *options,
                                 compiler=compiler)
                    for name, flags in (("old", ()), ("new", ("-DNEW",))))
        if refused:
            status, answer, errors = bench.tool.build(old, new, os.path.join(folder, "patch.sup"))
            if status != 1:
                raise Failure(f"build: status {status}")
            return require_refused(reason_of(answer, errors), refused)
        return require_applied(try_it(bench, shop, shop.make("host", HOST), old, new, [f"={old}"]))
    case.__name__ = "_".join(["thread_local", compiler, *(o.split("=")[1] for o in options)])
    return case


CASES = (in_a_namespace, not_in_the_namespace, of_another_plugin, two_of_them,
         needed_by_the_plugin, of_the_program, thread_local("gcc"), thread_local("clang"),
         thread_local("gcc", "-ftls-model=initial-exec"),
         thread_local("gcc", "-ftls-model=local-dynamic"),
         thread_local("gcc", "-mtls-dialect=gnu2", refused="descriptor"))
