/* Agreement: see agree.h. */
#include "validate/agree.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ENTRY_SITE UINT64_C(2)
#define RETURN_SP 8 /* among the values of a return */
#define ENOUGH 2u   /* runs that show that a place agrees */
#define MAX_WORDS 96u

enum place_kind { PLACE_NEXT = 1, PLACE_VALUE, PLACE_CONTENT, PLACE_MEMORY, PLACE_PARTNER };

struct place {
	uint64_t site;
	enum place_kind kind;
	uint64_t what;
};

struct su_agreement {
	const struct su_trial *trial;
	struct su_map
		*places; /* hash -> 1: differs; else in how many runs it is the same, plus 1 */
	struct su_map
		*partners; /* address of an effect of `to` -> that of the first that went with it */
};

struct su_agreement *su_agreement_create(const struct su_trial *trial)
{
	struct su_agreement *agreement = su_alloc(sizeof(*agreement));

	agreement->trial = trial;
	agreement->places = su_map_create();
	agreement->partners = su_map_create();
	return agreement;
}

void su_agreement_destroy(struct su_agreement *agreement)
{
	if (!agreement)
		return;
	su_map_destroy(agreement->places);
	su_map_destroy(agreement->partners);
	free(agreement);
}

void su_pairs_deinit(struct su_pairs *pairs)
{
	su_vec_deinit(&pairs->list);
}

static uint64_t place_key(const struct place *place)
{
	return su_world_mix(su_world_mix(place->site, place->what), place->kind);
}

static void learn_place(struct su_agreement *agreement, const struct place *place, bool same)
{
	uint64_t key = place_key(place);
	uintptr_t known = (uintptr_t)su_map_get_u64(agreement->places, key);

	if (known == 1)
		return;
	known = !same ? 1 : known ? known + 1 : 2;
	su_map_put_u64(agreement->places, key, (void *)known);
}

static bool is_usable(const struct su_agreement *agreement, const struct place *place)
{
	return (uintptr_t)su_map_get_u64(agreement->places, place_key(place)) > ENOUGH;
}

/* ---- pairing ---- */

static bool has_callee(const struct su_trace *trace, uint64_t callee)
{
	for (size_t i = 0; i < trace->effects.len; i++) {
		if (trace->effects.at[i].callee == callee)
			return true;
	}
	return callee == SU_CALLEE_RETURN;
}

/* The next effect from `at` on of a kind that `other` has as well. */
static size_t next_common(const struct su_trace *trace, const struct su_trace *other, size_t at)
{
	while (at < trace->effects.len && !has_callee(other, trace->effects.at[at].callee))
		at++;
	return at;
}

void su_agreement_pair(const struct su_trace *from, const struct su_trace *to, struct su_pairs *ret)
{
	size_t i = next_common(from, to, 0), j = next_common(to, from, 0);

	ret->list.len = 0;
	while (i < from->effects.len && j < to->effects.len &&
	       from->effects.at[i].callee == to->effects.at[j].callee) {
		su_vec_push(&ret->list, (struct su_pair){ i, j });
		i = next_common(from, to, i + 1);
		j = next_common(to, from, j + 1);
	}
	/* Nothing is known of what a run cut short would have done. */
	ret->complete = (i == from->effects.len && from->end != SU_END_FAULT) ||
			(j == to->effects.len && to->end != SU_END_FAULT);
	if (i == from->effects.len && j == to->effects.len)
		ret->complete = true;
}

/* ---- words of memory ---- */

struct word {
	uint64_t addr, before, values[3], pc; /* pc: of the last store of `to` */
	bool stored[3];
};

struct words {
	SU_VEC(struct word) list;
	size_t taken[3]; /* stores looked at */
	bool too_many;
};

static struct word *word_at(struct words *words, uint64_t addr)
{
	for (size_t i = 0; i < words->list.len; i++) {
		if (words->list.at[i].addr == addr)
			return &words->list.at[i];
	}
	if (words->list.len >= MAX_WORDS) {
		words->too_many = true;
		return NULL;
	}
	su_vec_push(&words->list, (struct word){ .addr = addr });
	return &words->list.at[words->list.len - 1];
}

/* The stores of run number `which` up to its first `count`. */
static void take_stores(struct words *words, int which, const struct su_trace *trace, size_t count)
{
	for (; words->taken[which] < count; words->taken[which]++) {
		const struct su_stored *stored = &trace->stored.at[words->taken[which]];
		struct word *word = word_at(words, stored->addr);

		if (!word)
			return;
		if (!word->stored[0] && !word->stored[1] && !word->stored[2])
			word->before = stored->before;
		word->stored[which] = true;
		word->values[which] = stored->value;
		if (which == 1)
			word->pc = stored->pc;
	}
}

static uint64_t word_value(const struct word *word, int which)
{
	return word->stored[which] ? word->values[which] : word->before;
}

/* A variable is known by its address, what is on the heap by the store. */
static struct place word_place(const struct su_agreement *agreement, uint64_t site,
			       const struct word *word)
{
	const struct su_region *region = su_world_region_at(agreement->trial->world, word->addr);
	bool heap = region == &agreement->trial->world->regions[SU_REGION_HEAP];

	return (struct place){ site, PLACE_MEMORY, heap ? word->pc : word->addr };
}

/* ---- values ---- */

static bool in_frame(const struct su_agreement *agreement, uint64_t value)
{
	const struct su_region *stack = &agreement->trial->world->regions[SU_REGION_STACK];

	return value - stack->addr < stack->size;
}

static bool same_value(const struct su_agreement *agreement, uint64_t a, uint64_t b)
{
	const struct su_world *world = agreement->trial->world;

	return a == b || (in_frame(agreement, a) && in_frame(agreement, b)) ||
	       su_world_callee(world, a) == su_world_callee(world, b);
}

/* Both are states of `to`, so an address in its frame is one. */
static bool same_in_to(const struct su_agreement *agreement, uint64_t mixed, uint64_t to)
{
	if (agreement->trial->from.code.moves_sp || agreement->trial->to.code.moves_sp)
		return same_value(agreement, mixed, to);
	return mixed == to || su_world_callee(agreement->trial->world, mixed) ==
				      su_world_callee(agreement->trial->world, to);
}

static int value_count(const struct su_effect *effect)
{
	return effect->callee == SU_CALLEE_RETURN ? RETURN_SP + 1 : SU_TRIAL_ARGUMENTS;
}

static const struct su_content *content_of(const struct su_trace *trace, size_t effect,
					   int argument)
{
	size_t first = effect ? trace->effects.at[effect - 1].contents : 0;

	for (size_t i = first; i < trace->effects.at[effect].contents; i++) {
		if (trace->contents.at[i].argument == argument)
			return &trace->contents.at[i];
	}
	return NULL;
}

static void learn_contents(struct su_agreement *agreement, const struct su_trace *from, size_t i,
			   const struct su_trace *to, size_t j)
{
	for (int argument = 0; argument < 6; argument++) {
		const struct su_content *a = content_of(from, i, argument);
		const struct su_content *b = content_of(to, j, argument);

		for (uint64_t k = 0; b && k < SU_CONTENT; k++) {
			struct place place = { to->effects.at[j].site, PLACE_CONTENT,
					       (uint64_t)argument << 8 | k };

			if (b->mask >> k & 1)
				learn_place(agreement, &place,
					    a && (a->mask >> k & 1) && a->bytes[k] == b->bytes[k]);
		}
	}
}

static void learn_values(struct su_agreement *agreement, const struct su_effect *from,
			 const struct su_effect *to)
{
	for (int i = 0; i < value_count(to); i++) {
		struct place place = { to->site, PLACE_VALUE, (uint64_t)i };

		if (!su_is_noise(to->values[i]))
			learn_place(agreement, &place,
				    same_value(agreement, from->values[i], to->values[i]));
	}
}

/* Whether what comes at this address of `to` always goes with one address of `from`. */
static void learn_partner(struct su_agreement *agreement, const struct su_effect *from,
			  const struct su_effect *to)
{
	uint64_t known = (uintptr_t)su_map_get_u64(agreement->partners, to->site);

	if (!known)
		su_map_put_u64(agreement->partners, to->site, (void *)(uintptr_t)(from->site + 1));
	learn_place(agreement, &(struct place){ to->site, PLACE_PARTNER, 0 },
		    !known || known == from->site + 1);
}

static uint64_t site_before(const struct su_trace *to, const struct su_pairs *pairs, size_t k)
{
	return k ? to->effects.at[pairs->list.at[k - 1].to].site : ENTRY_SITE;
}

void su_agreement_learn(struct su_agreement *agreement, const struct su_trace *from,
			const struct su_trace *to, const struct su_pairs *pairs)
{
	struct words words = { 0 };

	for (size_t k = 0; k < pairs->list.len; k++) {
		const struct su_effect *a = &from->effects.at[pairs->list.at[k].from];
		const struct su_effect *b = &to->effects.at[pairs->list.at[k].to];

		learn_place(agreement, &(struct place){ site_before(to, pairs, k), PLACE_NEXT, 0 },
			    true);
		learn_partner(agreement, a, b);
		learn_values(agreement, a, b);
		learn_contents(agreement, from, pairs->list.at[k].from, to, pairs->list.at[k].to);
		take_stores(&words, 0, from, a->writes);
		take_stores(&words, 1, to, b->writes);
		for (size_t i = 0; i < words.list.len; i++) {
			const struct word *word = &words.list.at[i];
			struct place place = word_place(agreement, b->site, word);

			learn_place(agreement, &place, word_value(word, 0) == word_value(word, 1));
		}
	}
	if (!pairs->complete)
		learn_place(
			agreement,
			&(struct place){ site_before(to, pairs, pairs->list.len), PLACE_NEXT, 0 },
			false);
	su_vec_deinit(&words.list);
}

/* ---- judging ---- */

struct judgement {
	const struct su_agreement *agreement;
	const struct su_trace *from, *to, *mixed;
	size_t compared;
	char *wrong;
};

static uint64_t shown_site(const struct judgement *judgement, uint64_t site)
{
	const struct su_world *world = judgement->agreement->trial->world;
	const struct su_region *region = su_world_region_at(world, site);

	return region ? site - region->addr : site;
}

static char *effect_name(const struct judgement *judgement, const struct su_effect *effect)
{
	if (effect->callee == SU_CALLEE_RETURN)
		return su_strdup("its return");
	return su_format("the call of %s at 0x%" PRIx64,
			 su_world_callee_name(judgement->agreement->trial->world, effect->callee),
			 shown_site(judgement, effect->site));
}

static char *value_name(const struct su_effect *effect, int number)
{
	static const char *const returned[] = { "the result", "xmm0", "rbx", "rbp", "r12",
						"r13",	      "r14",  "r15", "rsp" };

	return effect->callee == SU_CALLEE_RETURN ? su_strdup(returned[number])
						  : su_format("argument %d", number + 1);
}

static void judge_values(struct judgement *judgement, const struct su_effect *to,
			 const struct su_effect *mixed)
{
	for (int i = 0; i < value_count(to) && !judgement->wrong; i++) {
		struct place place = { to->site, PLACE_VALUE, (uint64_t)i };

		if (su_is_noise(to->values[i]) || !is_usable(judgement->agreement, &place))
			continue;
		judgement->compared++;
		if (same_in_to(judgement->agreement, mixed->values[i], to->values[i]))
			continue;
		SU_FREE char *effect = effect_name(judgement, to);
		SU_FREE char *name = value_name(to, i);
		judgement->wrong =
			su_format("at %s %s is 0x%" PRIx64 ", where both versions have 0x%" PRIx64,
				  effect, name, mixed->values[i], to->values[i]);
	}
}

static void judge_contents(struct judgement *judgement, size_t j, size_t m)
{
	const struct su_effect *to = &judgement->to->effects.at[j];

	for (int argument = 0; argument < 6 && !judgement->wrong; argument++) {
		const struct su_content *a = content_of(judgement->to, j, argument);
		const struct su_content *b = content_of(judgement->mixed, m, argument);

		for (uint64_t k = 0; a && b && k < SU_CONTENT && !judgement->wrong; k++) {
			struct place place = { to->site, PLACE_CONTENT,
					       (uint64_t)argument << 8 | k };

			if (!(a->mask >> k & 1) || !is_usable(judgement->agreement, &place))
				continue;
			judgement->compared++;
			if (a->bytes[k] == b->bytes[k])
				continue;
			SU_FREE char *effect = effect_name(judgement, to);
			judgement->wrong = su_format(
				"at %s byte %" PRIu64 " of what argument %d points to is 0x%02x, "
				"where both versions have 0x%02x",
				effect, k, argument + 1, b->bytes[k], a->bytes[k]);
		}
	}
}

static void judge_memory(struct judgement *judgement, const struct words *words,
			 const struct su_effect *to)
{
	for (size_t i = 0; i < words->list.len && !judgement->wrong; i++) {
		const struct word *word = &words->list.at[i];
		struct place place = word_place(judgement->agreement, to->site, word);

		if (!is_usable(judgement->agreement, &place))
			continue;
		judgement->compared++;
		if (word_value(word, 2) == word_value(word, 1))
			continue;
		SU_FREE char *effect = effect_name(judgement, to);
		judgement->wrong = su_format("at %s the word at 0x%" PRIx64 " is 0x%" PRIx64
					     ", where both versions have 0x%" PRIx64,
					     effect, shown_site(judgement, word->addr),
					     word_value(word, 2), word_value(word, 1));
	}
}

static const char *end_name(enum su_end end)
{
	return end == SU_END_FAULT ? "it does what cannot be done" : "it ends";
}

/* The mixed run comes to something else than both versions, after `site`. */
static void judge_next(struct judgement *judgement, uint64_t site, size_t to, size_t mixed)
{
	struct place place = { site, PLACE_NEXT, 0 };

	if (!is_usable(judgement->agreement, &place))
		return;
	SU_FREE char *wanted = effect_name(judgement, &judgement->to->effects.at[to]);
	if (mixed >= judgement->mixed->effects.len) {
		judgement->wrong = su_format("%s, where both versions come to %s",
					     end_name(judgement->mixed->end), wanted);
		return;
	}
	SU_FREE char *got = effect_name(judgement, &judgement->mixed->effects.at[mixed]);
	judgement->wrong = su_format("it comes to %s, where both versions come to %s", got, wanted);
}

/* The next effect of the mixed run that both versions have as well. */
static size_t next_of_mixed(const struct judgement *judgement, size_t at)
{
	const struct su_trace *mixed = judgement->mixed;

	while (at < mixed->effects.len &&
	       (!has_callee(judgement->from, mixed->effects.at[at].callee) ||
		!has_callee(judgement->to, mixed->effects.at[at].callee)))
		at++;
	return at;
}

/* A run that was cut short says nothing of what it would have come to. */
static bool is_cut(const struct su_trace *trace, size_t at)
{
	return at >= trace->effects.len && trace->end != SU_END_FAULT;
}

/* The mixed run calls the same function as `to`, but from elsewhere: that tells something only where the
 * two versions go from one such place to another in step. */
static bool is_out_of_step(const struct judgement *judgement, const struct su_effect *to,
			   const struct su_effect *mixed)
{
	return mixed->site != to->site &&
	       !(is_usable(judgement->agreement, &(struct place){ to->site, PLACE_PARTNER, 0 }) &&
		 is_usable(judgement->agreement, &(struct place){ mixed->site, PLACE_PARTNER, 0 }));
}

static bool is_full(const struct su_trace *trace)
{
	return trace->stored.len >= SU_MAX_STORED;
}

static void judge_agreement(struct judgement *judgement, const struct su_pairs *pairs, size_t first)
{
	size_t m = next_of_mixed(judgement, 0);
	struct words words = { .too_many = is_full(judgement->from) || is_full(judgement->to) ||
					   is_full(judgement->mixed) };

	for (size_t k = first; k < pairs->list.len && !judgement->wrong; k++) {
		size_t i = pairs->list.at[k].from, j = pairs->list.at[k].to;
		const struct su_effect *to = &judgement->to->effects.at[j];

		if (is_cut(judgement->mixed, m))
			break;
		if (m >= judgement->mixed->effects.len ||
		    judgement->mixed->effects.at[m].callee != to->callee) {
			judge_next(judgement, site_before(judgement->to, pairs, k), j, m);
			break;
		}
		if (is_out_of_step(judgement, to, &judgement->mixed->effects.at[m]))
			break;
		take_stores(&words, 0, judgement->from, judgement->from->effects.at[i].writes);
		take_stores(&words, 1, judgement->to, to->writes);
		take_stores(&words, 2, judgement->mixed, judgement->mixed->effects.at[m].writes);
		judge_values(judgement, to, &judgement->mixed->effects.at[m]);
		if (!judgement->wrong)
			judge_contents(judgement, j, m);
		if (!judgement->wrong && !words.too_many)
			judge_memory(judgement, &words, to);
		m = next_of_mixed(judgement, m + 1);
	}
	su_vec_deinit(&words.list);
}

char *su_agreement_judge(const struct su_agreement *agreement, const struct su_trace *from,
			 const struct su_trace *to, const struct su_pairs *pairs, size_t after,
			 const struct su_trace *mixed, size_t *ret_compared)
{
	struct judgement judgement = {
		.agreement = agreement, .from = from, .to = to, .mixed = mixed
	};
	size_t first = 0;

	while (first < pairs->list.len && pairs->list.at[first].from < after)
		first++;
	judge_agreement(&judgement, pairs, first);
	*ret_compared = judgement.compared;
	return judgement.wrong;
}
