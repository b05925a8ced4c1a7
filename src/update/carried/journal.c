/* The undo journal of an update: see journal.h. */
#include "update/carried/journal.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"

void su_journal_deinit(struct su_journal *journal)
{
	free(journal->spans);
	*journal = (struct su_journal){ 0 };
}

static bool is_word(const struct su_registry_span *span)
{
	return span->size > 0 && span->size <= sizeof(span->jump) && span->direction == SU_FORWARD;
}

static bool is_of_its_kind(const struct su_registry_span *span)
{
	return (span->kind == SU_SPAN_JUMP && su_code_is_jump(span->jump, span->size)) ||
	       (span->kind == SU_SPAN_WORD && is_word(span));
}

/* Outside of the mapping, or in its segments: not in the registry, the journal or the patch. */
static bool is_in_code(const struct su_registry *registry, const struct su_registry_span *span)
{
	uint64_t end = span->addr + span->size, first = registry->base + sizeof(*registry);

	if (end <= registry->base || span->addr >= registry->base + registry->size)
		return true;
	return span->addr >= first && end <= registry->base + registry->span;
}

/* `end`: of the place before. */
static bool is_sound(const struct su_registry *registry, const struct su_registry_span *span,
		     uint64_t end)
{
	return is_of_its_kind(span) && span->direction <= SU_REVERSE && span->addr >= end &&
	       span->addr < UINT64_MAX - span->size && is_in_code(registry, span);
}

static struct su_err *check_spans(const struct su_memory *memory,
				  const struct su_registry *registry,
				  const struct su_journal *journal)
{
	uint64_t end = 0;

	for (size_t i = 0; i < journal->count; i++) {
		const struct su_registry_span *span = &journal->spans[i];

		if (!is_sound(registry, span, end))
			return su_err_new(
				SU_E_FORMAT, "process %d has a damaged undo journal at %#lx",
				memory->pid, (unsigned long)(registry->base + registry->span));
		end = span->addr + span->size;
	}
	return NULL;
}

struct su_err *su_journal_read(const struct su_memory *memory, const struct su_registry *registry,
			       struct su_journal *ret)
{
	size_t size = registry->span_count * sizeof(struct su_registry_span);
	struct su_journal journal = { su_alloc(size + 1), registry->span_count };
	struct su_err *err =
		su_memory_read(memory, registry->base + registry->span, journal.spans, size);

	if (!err)
		err = check_spans(memory, registry, &journal);
	if (err)
		su_journal_deinit(&journal);
	else
		*ret = journal;
	return err;
}

uint64_t su_journal_target(const struct su_registry_span *span)
{
	return su_code_jump_target(span->jump, span->size, span->addr);
}

const uint8_t *su_journal_before(const struct su_registry *registry,
				 const struct su_registry_span *span)
{
	/* Before a first commit no place holds a jump. */
	bool fresh = registry->before == SU_REGISTRY_STAGED;

	return !fresh && span->direction != registry->direction ? span->jump : span->code;
}

const uint8_t *su_journal_after(const struct su_registry *registry,
				const struct su_registry_span *span)
{
	return span->direction == registry->direction ? span->jump : span->code;
}
