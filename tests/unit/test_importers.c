/* Which names the objects of a process import: src/update/plan/importers.h, against readelf. */
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"
#include "update/plan/importers.h"

static const char *const names[] = { "calloc",	    "fork",	  "swapcontext",
				     "alloc",	    "longjmp",	  "dlopen",
				     "sigaltstack", "getcontext", "nobody_has_this" };
enum { COUNT = sizeof(names) / sizeof(*names) };

static void fine(struct su_err *err)
{
	if (err)
		ck_abort_msg("%s", su_err_message(err));
}

/* Undefined symbols of the object, as readelf says. */
static unsigned undefined_in(const char *path)
{
	char command[4200], line[512], name[200], section[20];
	unsigned found = 0;

	snprintf(command, sizeof(command), "readelf -W --dyn-syms '%s'", path);
	FILE *symbols = popen(command, "r");
	ck_assert_ptr_nonnull(symbols);
	while (fgets(line, sizeof(line), symbols)) {
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %19s %199s", section, name) != 2 ||
		    strcmp(section, "UND"))
			continue;
		name[strcspn(name, "@")] = 0;
		for (size_t i = 0; i < COUNT; i++)
			if (!strcmp(name, names[i]))
				found |= 1u << i;
	}
	ck_assert_int_eq(pclose(symbols), 0);
	return found;
}

static int add_object(struct dl_phdr_info *info, size_t size, void *ctx)
{
	unsigned *found = ctx;

	(void)size;
	if (*info->dlpi_name && !strstr(info->dlpi_name, "vdso"))
		*found |= undefined_in(info->dlpi_name);
	return 0;
}

static unsigned undefined_in_all(void)
{
	char path[64];
	unsigned found = 0;

	dl_iterate_phdr(add_object, &found);
	snprintf(path, sizeof(path), "/proc/%d/exe", getpid());
	return found | undefined_in(path);
}

/* Each page that begins an object is the process's own from then on, with what it had. */
static void own_first_pages(const struct su_maps *maps)
{
	int fd = open("/proc/self/mem", O_RDWR);

	ck_assert_int_ge(fd, 0);
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];
		uint8_t byte;

		if (mapping->inode && !mapping->writable && !mapping->offset)
			ck_assert(pread(fd, &byte, 1, (off_t)mapping->start) == 1 &&
				  pwrite(fd, &byte, 1, (off_t)mapping->start) == 1);
	}
	close(fd);
}

START_TEST(imports_are_what_readelf_says)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	struct su_importers importers = { 0 };
	struct su_maps maps = { 0 };
	unsigned undefined = undefined_in_all();

	fine(su_maps_read(&maps, getpid()));
	ck_assert_uint_ne(undefined, 0);
	ck_assert_uint_ne(undefined, (1u << COUNT) - 1);
	ck_assert_uint_eq(su_imported(&importers, &memory, &maps, names, COUNT), undefined);
	size_t known = importers.list.len;
	ck_assert_uint_gt(known, 1);
	ck_assert_uint_eq(su_imported(&importers, &memory, &maps, names, COUNT), undefined);
	ck_assert_uint_eq(importers.list.len, known);
	/* Read from the process, and kept for nobody. */
	own_first_pages(&maps);
	struct su_importers others = { 0 };
	ck_assert_uint_eq(su_imported(&others, &memory, &maps, names, COUNT), undefined);
	ck_assert_uint_eq(others.list.len, 0);
	su_importers_deinit(&others);
	su_importers_deinit(&importers);
	su_maps_deinit(&maps);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("importers");
	TCase *tests = tcase_create("importers");

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, imports_are_what_readelf_says);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
