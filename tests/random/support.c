/*
 * The fixed part of a random program: runs it several times and prints a checksum after each run.
 *
 * su_pause() counts its calls.  At the counts listed in the first argument the program writes its
 * count to standard output and waits for a byte on standard input, in the middle of whatever called
 * it; the driver updates it there.  At counts with an `a` behind it does not wait, so that the
 * update meets it anywhere.  Without arguments it runs through and prints how often it was called.
 *
 * What is printed after a run covers the program's variables and the order of all calls of
 * su_mark() and su_pause(): a place that an update leaves out, repeats or takes for another one
 * shows.
 *
 * Each run starts from the same data: random programs are free of undefined behaviour only then.
 */
#include <inttypes.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "support.h"

struct state {
	uint64_t count, trace, *stops;
	bool *waits;
	size_t stop_count, next;
	uint32_t crc;
	uint64_t runs;
};

static struct state *state; /* mapped: it outlives the runs, and is no variable to a compiler */
/* The program's writable data, by its program headers: an address that both builds find alike. */
static char *data, *saved;
static size_t data_size;
uint32_t crc32_context;

volatile int su_never;
volatile int su_zero;

static void say(const char *what, uint64_t number)
{
	char line[64];
	int length = snprintf(line, sizeof(line), "%s %" PRIx64 "\n", what, number);

	if (write(STDOUT_FILENO, line, (size_t)length) != length)
		_exit(3);
}

static void stop(void)
{
	bool wait = state->waits[state->next++];
	char byte;

	say(wait ? "stop" : "pass", state->count);
	if (wait && read(STDIN_FILENO, &byte, 1) != 1)
		_exit(3);
}

static void pause_here(void)
{
	state->count++;
	if (state->next < state->stop_count && state->count == state->stops[state->next])
		stop();
}

__attribute__((noinline)) void su_mark(unsigned int place)
{
	state->trace = (state->trace ^ place) * 0x100000001b3u;
	pause_here();
}

__attribute__((noinline)) void su_pause(void)
{
	su_mark(0);
}

__attribute__((noinline)) void su_touch(void *memory)
{
	__asm__ volatile("" : : "r"(memory) : "memory");
	pause_here();
}

void su_finish(uint32_t crc)
{
	state->crc = crc;
}

void transparent_crc(uint64_t value, const char *name, int print)
{
	(void)name;
	(void)print;
	for (int bit = 0; bit < 64; bit++) {
		uint32_t feedback = (crc32_context ^ (uint32_t)(value >> bit)) & 1;

		crc32_context = crc32_context >> 1 ^ (feedback ? 0xedb88320u : 0);
	}
}

static void *run(void *unused)
{
	for (uint64_t i = 0; i < state->runs; i++) {
		memcpy(data, saved, data_size);
		crc32_context = 0xffffffffu;
		random_main();
		say("crc", state->crc ^ state->trace << 32);
	}
	return unused;
}

static void read_stops(char *list)
{
	size_t size = strlen(list) / 2 + 1;

	state->stops = calloc(size, sizeof(*state->stops));
	state->waits = calloc(size, sizeof(*state->waits));
	for (char *word = strtok(list, ","); word; word = strtok(NULL, ",")) {
		state->stops[state->stop_count] = strtoull(word, &word, 10);
		state->waits[state->stop_count++] = *word != 'a';
	}
}

/* The first object is the program: its writable segment behind what became read-only. */
static int find_data(struct dl_phdr_info *info, size_t size, void *unused)
{
	uintptr_t start = 0, end = 0, constant = 0;

	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type == PT_LOAD && header->p_flags & PF_W) {
			start = info->dlpi_addr + header->p_vaddr;
			end = start + header->p_memsz;
		} else if (header->p_type == PT_GNU_RELRO) {
			constant = info->dlpi_addr + header->p_vaddr + header->p_memsz;
		}
	}
	constant = (constant + 4095) & ~(uintptr_t)4095;
	data = (char *)(constant > start ? constant : start);
	data_size = end - (uintptr_t)data;
	return 1;
}

/* Arguments: the stops, the number of runs, and whether a second thread shall run. */
int main(int argc, char **argv)
{
	pthread_t thread;

	state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);
	state->runs = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	if (argc > 1)
		read_stops(argv[1]);
	dl_iterate_phdr(find_data, NULL);
	saved = malloc(data_size);
	memcpy(saved, data, data_size);
	if (argc > 3 && pthread_create(&thread, NULL, run, NULL) == 0)
		pthread_join(thread, NULL);
	else
		run(NULL);
	say("calls", state->count);
	return 0;
}
