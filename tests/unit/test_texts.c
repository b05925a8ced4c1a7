/* The sequences in code that are looked for once for all processes: against a search of each. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "process/texts.h"
#include "suite.h"

enum { PAGE = 4096, PAGES = 6, SIZE = PAGES * PAGE, COPIES = 4 };

static void fine(struct su_err *err)
{
	if (err)
		ck_abort_msg("%s", su_err_message(err));
}

static const char call_return[] = "\x0f\x05\xc3", restorer[] = "\x48\xc7\xc0\x0f\0\0\0\x0f\x05",
		  other_restorer[] = "\xb8\x0f\0\0\0\x0f\x05";

static void put(uint8_t *at, const char *bytes, size_t size)
{
	memcpy(at, bytes, size);
}

/* Sequences within pages, at their ends, and across them. */
static int open_code(void)
{
	uint8_t code[SIZE];
	int fd = memfd_create("code", 0);

	memset(code, 0x90, sizeof(code));
	put(code + 100, call_return, 3);
	put(code + PAGE - 3, call_return, 3);
	put(code + 2 * PAGE - 4, restorer, 9);
	put(code + 3 * PAGE - 7, other_restorer, 7);
	put(code + 4 * PAGE - 2, call_return, 3);
	put(code + SIZE - 2, call_return, 2);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, code, sizeof(code)), SIZE);
	return fd;
}

static uint8_t *map_copy(int fd)
{
	uint8_t *copy = mmap(NULL, SIZE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);

	ck_assert_ptr_ne(copy, MAP_FAILED);
	return copy;
}

/* As a debugger does: the page is the process's own from then on. */
static void write_own(const uint8_t *at, const char *bytes, size_t size)
{
	int fd = open("/proc/self/mem", O_RDWR);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, bytes, size, (off_t)(uintptr_t)at), (ssize_t)size);
	close(fd);
}

/* The same file four times: as it is; with sequences that its own pages have more, and less; with pages
 * of its own that say the same. */
static void map_copies(uint8_t *copies[COPIES])
{
	int fd = open_code();

	for (int i = 0; i < COPIES; i++)
		copies[i] = map_copy(fd);
	close(fd);
	write_own(copies[1] + 200, call_return, 3);
	write_own(copies[1] + 5 * PAGE - 1, "\x0f", 1);
	write_own(copies[1] + 5 * PAGE, "\x05\xc3", 2);
	write_own(copies[2] + 2 * PAGE, "\x90\x90", 2);
	write_own(copies[2] + 4 * PAGE - 2, "\x90", 1);
	write_own(copies[3] + PAGE, "\x90", 1);
	write_own(copies[3] + 3 * PAGE, "\x90", 1);
}

/* How often each is there, in this memory. */
static size_t count_bytes(const uint8_t *code, const char *bytes, size_t size)
{
	const uint8_t *at = code;
	size_t count = 0;

	while ((at = memmem(at, SIZE - (size_t)(at - code), bytes, size))) {
		count++;
		at++;
	}
	return count;
}

static size_t count_finds(const struct su_text_finds *finds, enum su_text_what what)
{
	size_t count = 0;

	for (size_t i = 0; i < finds->list.len; i++)
		count += finds->list.at[i].what == what;
	return count;
}

static bool is_there(const struct su_text_find *find)
{
	const uint8_t *at = (const uint8_t *)find->addr;

	switch (find->what) {
	case SU_TEXT_CALL:
		return !memcmp(at, call_return, 2);
	case SU_TEXT_CALL_RETURN:
		return !memcmp(at, call_return, 3);
	case SU_TEXT_RESTORER:
		return !memcmp(at, restorer, 9) || !memcmp(at, other_restorer, 7);
	}
	return false;
}

static const struct su_mapping *mapping_of(const struct su_maps *maps, const uint8_t *copy)
{
	return su_maps_at(maps, (uintptr_t)copy);
}

static void search_copy(struct su_texts *texts, const struct su_maps *maps, uint8_t *copy)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	const struct su_mapping *mapping = mapping_of(maps, copy);
	struct su_text_finds finds = { 0 };

	ck_assert_uint_eq(mapping->start, (uintptr_t)copy);
	ck_assert_uint_eq(mapping->end, (uintptr_t)copy + SIZE);
	su_texts_search(texts, &memory, mapping, &finds);
	for (size_t i = 0; i < finds.list.len; i++)
		ck_assert(is_there(&finds.list.at[i]));
	ck_assert_uint_eq(count_finds(&finds, SU_TEXT_CALL), count_bytes(copy, call_return, 2));
	ck_assert_uint_eq(count_finds(&finds, SU_TEXT_CALL_RETURN),
			  count_bytes(copy, call_return, 3));
	ck_assert_uint_eq(count_finds(&finds, SU_TEXT_RESTORER),
			  count_bytes(copy, restorer, 9) + count_bytes(copy, other_restorer, 7));
	su_vec_deinit(&finds.list);
}

/* In every order, and twice: the second time nothing is left to be looked for. */
START_TEST(what_is_known_is_what_a_search_finds)
{
	struct su_texts texts = { 0 };
	struct su_maps maps = { 0 };
	uint8_t *copies[COPIES];
	int rest = _i, left[COPIES] = { 0, 1, 2, 3 };

	map_copies(copies);
	fine(su_maps_read(&maps, getpid()));
	for (int count = COPIES; count; count--) {
		int turn = rest % count;

		rest /= count;
		search_copy(&texts, &maps, copies[left[turn]]);
		left[turn] = left[count - 1];
	}
	ck_assert_uint_eq(texts.list.len, 1);
	for (int i = 0; i < COPIES; i++) {
		search_copy(&texts, &maps, copies[i]);
		search_copy(NULL, &maps, copies[i]);
	}
	su_texts_deinit(&texts);
	su_maps_deinit(&maps);
}
END_TEST

/* Whether a page is the process's own is told of each find. */
START_TEST(own_pages_are_told_apart)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	struct su_texts texts = { 0 };
	struct su_text_finds finds = { 0 };
	struct su_maps maps = { 0 };
	uint8_t *copies[COPIES];
	size_t own = 0;

	map_copies(copies);
	fine(su_maps_read(&maps, getpid()));
	su_texts_search(&texts, &memory, mapping_of(&maps, copies[0]), &finds);
	for (size_t i = 0; i < finds.list.len; i++)
		ck_assert(!finds.list.at[i].is_own);
	finds.list.len = 0;
	su_texts_search(&texts, &memory, mapping_of(&maps, copies[1]), &finds);
	for (size_t i = 0; i < finds.list.len; i++) {
		uint64_t off = finds.list.at[i].addr - (uintptr_t)copies[1];
		uint64_t last = off + (finds.list.at[i].what == SU_TEXT_CALL ? 1 : 2);

		ck_assert(finds.list.at[i].is_own == (off < PAGE || last >= 4 * PAGE));
		own += finds.list.at[i].is_own;
	}
	ck_assert_uint_gt(own, 0);
	ck_assert_uint_lt(own, finds.list.len);
	su_texts_deinit(&texts);
	su_vec_deinit(&finds.list);
	su_maps_deinit(&maps);
}
END_TEST

/* Another file, or the same one changed since, is another text. */
START_TEST(another_file_is_searched_by_itself)
{
	struct su_texts texts = { 0 };
	struct su_maps maps = { 0 };
	uint8_t *copies[COPIES], *others[COPIES];

	map_copies(copies);
	map_copies(others);
	fine(su_maps_read(&maps, getpid()));
	search_copy(&texts, &maps, copies[0]);
	search_copy(&texts, &maps, others[0]);
	ck_assert_uint_eq(texts.list.len, 2);
	su_texts_deinit(&texts);
	su_maps_deinit(&maps);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("texts");
	TCase *tests = tcase_create("texts");

	tcase_add_loop_test(tests, what_is_known_is_what_a_search_finds, 0, 24);
	tcase_add_test(tests, own_pages_are_told_apart);
	tcase_add_test(tests, another_file_is_searched_by_itself);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
