/*
 * Which undo journals are believed: the registry and the journal are made here, in this program's
 * own memory.
 */
#include <stddef.h>
#include <unistd.h>

#include "suite.h"
#include "update/carried/journal.h"

#define COUNT 3

/* A mapping as an update leaves it: registry, segments up to `span`, journal. */
static struct {
	struct su_registry registry;
	uint8_t segments[4096];
	struct su_registry_span spans[COUNT];
} mapping;

static uint8_t code[64]; /* what is jumped over, outside of the mapping */

static struct su_registry_span jump_at(const void *place, enum su_direction direction)
{
	return (struct su_registry_span){ .addr = (uintptr_t)place,
					  .size = 5,
					  .direction = (uint8_t)direction,
					  .code = { 0x55, 0x48, 0x89, 0xe5, 0x90 },
					  .jump = { 0xe9, 0x10 } };
}

static int compare_spans(const void *a, const void *b)
{
	const struct su_registry_span *x = a, *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

static void setup(void)
{
	mapping.registry = (struct su_registry){ .base = (uintptr_t)&mapping,
						 .size = sizeof(mapping),
						 .span = offsetof(typeof(mapping), spans),
						 .span_count = COUNT };
	mapping.spans[0] = jump_at(code, SU_FORWARD);
	mapping.spans[1] = jump_at(code + 5, SU_FORWARD);
	mapping.spans[2] = jump_at(mapping.segments + 64, SU_REVERSE);
	qsort(mapping.spans, COUNT, sizeof(*mapping.spans), compare_spans);
}

/* Whether it is believed; if not, it is said to be damaged. */
static bool is_believed(void)
{
	const struct su_memory memory = { .pid = getpid(), .fd = -1 };
	struct su_journal journal;
	struct su_err *err = su_journal_read(&memory, &mapping.registry, &journal);

	if (err) {
		ck_assert_int_eq(su_err_code(err), SU_E_FORMAT);
		su_err_destroy(err);
		return false;
	}
	ck_assert_uint_eq(journal.count, COUNT);
	ck_assert_mem_eq(journal.spans, mapping.spans, sizeof(mapping.spans));
	su_journal_deinit(&journal);
	return true;
}

/* The place of the forward jump at `place`. */
static struct su_registry_span *span_at(const void *place)
{
	for (size_t i = 0; i < COUNT; i++)
		if (mapping.spans[i].addr == (uintptr_t)place)
			return &mapping.spans[i];
	ck_abort_msg("no such place");
	return NULL;
}

START_TEST(what_an_updater_writes_is_believed)
{
	ck_assert(is_believed());
}
END_TEST

START_TEST(places_that_are_no_jumps_are_not)
{
	span_at(code)->size = 0;
	ck_assert(!is_believed());
	span_at(code)->size = 8;
	ck_assert(!is_believed());
	span_at(code)->size = 255;
	ck_assert(!is_believed());
	span_at(code)->size = 2; /* a long jump's bytes */
	ck_assert(!is_believed());
	span_at(code)->jump[0] = 0xeb;
	ck_assert(is_believed());
	span_at(code)->direction = 2;
	ck_assert(!is_believed());
}
END_TEST

START_TEST(places_in_disorder_are_not)
{
	struct su_registry_span first = mapping.spans[0];

	mapping.spans[0] = mapping.spans[1];
	mapping.spans[1] = first;
	ck_assert(!is_believed());
	setup();
	span_at(code + 5)->addr--; /* they overlap */
	ck_assert(!is_believed());
}
END_TEST

START_TEST(places_beside_the_code_are_not)
{
	span_at(mapping.segments + 64)->addr = (uintptr_t)&mapping.registry + 8;
	qsort(mapping.spans, COUNT, sizeof(*mapping.spans), compare_spans);
	ck_assert(!is_believed());
	setup();
	span_at(mapping.segments + 64)->addr = (uintptr_t)&mapping.spans[1];
	qsort(mapping.spans, COUNT, sizeof(*mapping.spans), compare_spans);
	ck_assert(!is_believed());
	setup();
	mapping.spans[COUNT - 1].addr = UINT64_MAX - 3;
	ck_assert(!is_believed());
}
END_TEST

/* What a place holds before a commit and after it, by state and direction. */
START_TEST(before_and_after)
{
	const struct su_registry_span *span = span_at(code);
	struct su_registry registry = { .direction = SU_FORWARD, .before = SU_REGISTRY_STAGED };

	ck_assert_ptr_eq(su_journal_before(&registry, span), span->code);
	ck_assert_ptr_eq(su_journal_after(&registry, span), span->jump);
	registry.before = SU_REGISTRY_APPLIED;
	registry.direction = SU_REVERSE;
	ck_assert_ptr_eq(su_journal_before(&registry, span), span->jump);
	ck_assert_ptr_eq(su_journal_after(&registry, span), span->code);
	ck_assert_uint_eq(su_journal_target(span), (uintptr_t)code + 5 + 0x10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("journal");
	TCase *reading = tcase_create("reading");

	suite_add_tcase(suite, reading);
	tcase_add_checked_fixture(reading, setup, NULL);
	tcase_add_test(reading, what_an_updater_writes_is_believed);
	tcase_add_test(reading, places_that_are_no_jumps_are_not);
	tcase_add_test(reading, places_in_disorder_are_not);
	tcase_add_test(reading, places_beside_the_code_are_not);
	tcase_add_test(reading, before_and_after);
	return run_suite(suite);
}
