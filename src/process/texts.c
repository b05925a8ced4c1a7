/* What is looked for in the code of processes: see texts.h. */
#include "process/texts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/code.h"
#include "base/alloc.h"
#include "base/watch.h"
#include "process/pages.h"

#define PAGE UINT64_C(4096)
#define MAX_TEXT (UINT64_C(1) << 30)
#define OVERLAP 16 /* bytes: no sequence is longer */
#define CHUNK (UINT64_C(256) << 10)

struct sequence {
	const struct su_code_bytes *bytes;
	enum su_text_what what;
};

struct known_find {
	uint64_t off; /* from the start */
	const struct sequence *sequence;
};

/* A mapped part of a file. */
struct text {
	struct su_file_part part;
	bool *known; /* by page: all that begins there is known, as the file has it */
	SU_VEC(struct known_find) finds;
};

static const struct sequence sequences[] = {
	{ &su_code_syscall, SU_TEXT_CALL },
	{ &su_code_syscall_return, SU_TEXT_CALL_RETURN },
	{ &su_code_restorers[0], SU_TEXT_RESTORER },
	{ &su_code_restorers[1], SU_TEXT_RESTORER },
};

/* ---- what is known ---- */

void su_texts_deinit(struct su_texts *texts)
{
	for (size_t i = 0; i < texts->list.len; i++) {
		su_vec_deinit(&texts->list.at[i]->finds);
		free(texts->list.at[i]->known);
		free(texts->list.at[i]);
	}
	su_vec_deinit(&texts->list);
}

/* NULL: nothing can be known of it. */
static struct text *text_of(struct su_texts *texts, pid_t pid, const struct su_mapping *mapping)
{
	struct su_file_part part;

	if (!texts || !su_pages_part(pid, mapping, &part))
		return NULL;
	for (size_t i = 0; i < texts->list.len; i++)
		if (su_pages_same_part(&texts->list.at[i]->part, &part))
			return texts->list.at[i];
	struct text *text = su_alloc(sizeof(*text));
	text->part = part;
	text->known = su_alloc(part.size / PAGE + 1);
	su_vec_push(&texts->list, text);
	return text;
}

/* ---- whose pages ---- */

struct page {
	bool is_own;  /* the process has written to it */
	bool is_file; /* what begins here is as the file has it, on the next page, too */
	bool is_known;
};

/* Where a page is looked through. */
enum source { KNOWN, IN_FILE, IN_MEMORY };

static enum source source_of(const struct page *page)
{
	if (page->is_known)
		return KNOWN;
	return page->is_file ? IN_FILE : IN_MEMORY;
}

struct text_search {
	const struct su_memory *memory;
	const struct su_mapping *mapping;
	struct text *text; /* or NULL */
	int file;
	struct page *pages;
	size_t count;
	uint8_t *code; /* or NULL */
	struct su_text_finds *ret;
};

/* Where the kernel does not say whose they are, no page is the file's. */
static void find_owners(struct text_search *search)
{
	SU_FREE bool *own = su_alloc(search->count + 1);
	bool says = su_pages_own(search->memory->pid, search->mapping, own);

	for (size_t i = search->count; says && i-- > 0;) {
		struct page *page = &search->pages[i];

		page->is_own = own[i];
		page->is_file = search->text && !page->is_own &&
				(i + 1 == search->count || !page[1].is_own);
		page->is_known = page->is_file && search->text->known[i];
	}
}

/* ---- one search ---- */

static void add_find(struct text_search *search, uint64_t off, const struct sequence *sequence)
{
	uint64_t last = off + sequence->bytes->size - 1;
	bool own = search->pages[off / PAGE].is_own || search->pages[last / PAGE].is_own;

	su_vec_push(&search->ret->list,
		    (struct su_text_find){ search->mapping->start + off, sequence->what, own });
}

/* Notes what begins in the first `until` of `size` bytes, which are `off` from the start. `keep`: for
 * other processes, too. */
static void look_through(struct text_search *search, size_t until, size_t size, uint64_t off,
			 bool keep)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(*sequences); i++) {
		const struct su_code_bytes *wanted = sequences[i].bytes;
		const uint8_t *at = search->code, *end = at + size;

		for (; (at = memmem(at, (size_t)(end - at), wanted->bytes, wanted->size)); at++) {
			uint64_t found = off + (uint64_t)(at - search->code);

			if (found - off >= until)
				break;
			add_find(search, found, &sequences[i]);
			if (keep)
				su_vec_push(&search->text->finds,
					    (struct known_find){ found, &sequences[i] });
		}
	}
}

/* So many pages from `first` on are known now. */
static void note_known(struct text_search *search, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++)
		search->text->known[i] = true;
}

/* The process's memory may be written to, and be the file's again, while it is looked at: what is kept
 * for others is from the file. */
static size_t read_code(const struct text_search *search, enum source source, uint64_t at,
			size_t size)
{
	if (source == IN_MEMORY)
		return su_memory_try(search->memory, search->mapping->start + at, search->code,
				     size);
	su_watch_begin();
	ssize_t got =
		pread(search->file, search->code, size, (off_t)(search->mapping->offset + at));
	su_watch_end();
	if (got <= 0)
		return 0;
	/* The last page goes on with zeros. */
	memset(search->code + got, 0, size - (size_t)got);
	uint64_t there = ((uint64_t)got + PAGE - 1) / PAGE * PAGE;
	return there < size ? there : size;
}

/* Looks through pages [first, last), of which nothing is known. */
static void look_through_pages(struct text_search *search, enum source source, size_t first,
			       size_t last)
{
	uint64_t end = last * PAGE, whole = search->count * PAGE;

	if (!search->code)
		search->code = su_alloc((whole < CHUNK ? whole : CHUNK) + OVERLAP);
	for (uint64_t at = first * PAGE, size; at < end; at += CHUNK) {
		uint64_t until = end - at < CHUNK ? end - at : CHUNK;
		uint64_t wanted = whole - at < until + OVERLAP ? whole - at : until + OVERLAP;

		size = read_code(search, source, at, wanted);
		bool keep = source == IN_FILE && size == wanted;
		look_through(search, until, size, at, keep);
		if (size < wanted)
			return;
		if (keep)
			note_known(search, at / PAGE, until / PAGE);
	}
}

static void look_through_unknown(struct text_search *search)
{
	for (size_t first = 0, last; first < search->count; first = last) {
		enum source source = source_of(&search->pages[first]);

		for (last = first + 1;
		     last < search->count && source_of(&search->pages[last]) == source; last++)
			;
		if (source != KNOWN)
			look_through_pages(search, source, first, last);
	}
}

static void add_known(struct text_search *search)
{
	for (size_t i = 0; search->text && i < search->text->finds.len; i++) {
		const struct known_find *find = &search->text->finds.at[i];

		if (search->pages[find->off / PAGE].is_known)
			add_find(search, find->off, find->sequence);
	}
}

/* Where it cannot be opened, the memory is looked through. */
static void open_file(struct text_search *search)
{
	bool needed = false;

	search->file = -1;
	for (size_t i = 0; i < search->count && !needed; i++)
		needed = source_of(&search->pages[i]) == IN_FILE;
	if (needed)
		search->file = su_maps_open_file(search->memory->pid, search->mapping);
	for (size_t i = 0; i < search->count && search->file < 0; i++)
		search->pages[i].is_file = false;
}

void su_texts_search(struct su_texts *texts, const struct su_memory *memory,
		     const struct su_mapping *mapping, struct su_text_finds *ret)
{
	uint64_t size = mapping->end - mapping->start;

	if (size >= MAX_TEXT)
		return;
	SU_FREE struct page *pages = su_alloc((size / PAGE + 1) * sizeof(*pages));
	struct text_search search = { .memory = memory,
				      .mapping = mapping,
				      .text = text_of(texts, memory->pid, mapping),
				      .pages = pages,
				      .count = size / PAGE,
				      .ret = ret };

	find_owners(&search);
	add_known(&search);
	open_file(&search);
	look_through_unknown(&search);
	if (search.file >= 0)
		close(search.file);
	free(search.code);
}
