/*
 * The least answers that satisfy all functions that were asked for, by iteration: see escape.h.
 *
 * While a function's own answer is found it is asked for its callees; those that have no answer yet
 * get the best one and join the list.  A function is done again when one that it asked for has become
 * worse, until nothing changes.
 */
#include "analysis/escape.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/vec.h"

#define MAX_INSNS 400000 /* looked at in all, for the two images of a patch together */

struct node {
	uint64_t entry;
	const struct su_function *code;
	struct su_escapes *owner;
	struct node *peer;
	struct su_escape found; /* by itself, without the peer */
	bool listed;
	const struct node *last_asker;
	unsigned computed, changed; /* when, by the solver's clock; 0: never */
	SU_VEC(struct node *) asked;
};

/* Shared by the two images once they are paired. */
struct solver {
	SU_VEC(struct node *) list; /* whose answers are wanted */
	struct node *current;
	unsigned clock;
	size_t work;
	unsigned users;
};

struct su_escapes {
	su_escape_of *find;
	void *ctx;	    /* of find */
	struct node *nodes; /* by entry */
	size_t count;
	struct solver *solver;
};

static int compare_nodes(const void *a, const void *b)
{
	const struct node *x = a, *y = b;

	return (x->entry > y->entry) - (x->entry < y->entry);
}

static struct node *node_at(const struct su_escapes *escapes, uint64_t vaddr)
{
	struct node key = { .entry = vaddr };

	if (!escapes->count)
		return NULL;
	return bsearch(&key, escapes->nodes, escapes->count, sizeof(key), compare_nodes);
}

struct su_escapes *su_escapes_create(su_escape_of *find, void *ctx,
				     const struct su_function *const *functions,
				     const uint64_t *entries, size_t count)
{
	struct su_escapes *escapes = su_alloc(sizeof(*escapes));

	*escapes = (struct su_escapes){ find, ctx, NULL, count, NULL };
	escapes->solver = su_alloc(sizeof(*escapes->solver));
	escapes->solver->users = 1;
	escapes->nodes = su_alloc((count + 1) * sizeof(*escapes->nodes));
	for (size_t i = 0; i < count; i++) {
		escapes->nodes[i].entry = entries[i];
		escapes->nodes[i].code = functions[i];
		escapes->nodes[i].owner = escapes;
	}
	if (count)
		qsort(escapes->nodes, count, sizeof(*escapes->nodes), compare_nodes);
	return escapes;
}

static void leave_solver(struct solver *solver)
{
	if (--solver->users)
		return;
	su_vec_deinit(&solver->list);
	free(solver);
}

void su_escapes_destroy(struct su_escapes *escapes)
{
	if (!escapes)
		return;
	leave_solver(escapes->solver);
	for (size_t i = 0; i < escapes->count; i++)
		su_vec_deinit(&escapes->nodes[i].asked);
	free(escapes->nodes);
	free(escapes);
}

void su_escapes_pair(struct su_escapes *a, uint64_t entry_a, struct su_escapes *b, uint64_t entry_b)
{
	struct node *in_a = node_at(a, entry_a), *in_b = node_at(b, entry_b);

	if (a->solver != b->solver) {
		su_assert(!a->solver->list.len && !b->solver->list.len);
		leave_solver(b->solver);
		b->solver = a->solver;
		a->solver->users++;
	}
	if (in_a && in_b) {
		in_a->peer = in_b;
		in_b->peer = in_a;
	}
}

/* ---- one function ---- */

static const struct su_escape worst = { SU_ESCAPE_ALL, { SU_ESCAPE_ALL, SU_ESCAPE_ALL } };

static bool add_escape(struct su_escape *to, const struct su_escape *more)
{
	struct su_escape old = *to;

	to->kept |= more->kept;
	to->returned[0] |= more->returned[0];
	to->returned[1] |= more->returned[1];
	return to->kept != old.kept || to->returned[0] != old.returned[0] ||
	       to->returned[1] != old.returned[1];
}

static void compute_escape(struct solver *solver, struct node *node)
{
	const struct su_escapes *owner = node->owner;
	struct su_escape found = worst;

	solver->current = node;
	node->computed = ++solver->clock;
	solver->work += node->code->insn_count;
	if (solver->work > MAX_INSNS || !owner->find(owner->ctx, node->entry, node->code, &found))
		found = worst;
	if (add_escape(&node->found, &found))
		node->changed = ++solver->clock;
	solver->current = NULL;
}

/* ---- the fixpoint ---- */

static void list_node(struct solver *solver, struct node *node)
{
	if (!node || node->listed)
		return;
	node->listed = true;
	su_vec_push(&solver->list, node);
}

static bool is_outdated(const struct node *node)
{
	bool outdated = !node->computed;

	for (size_t i = 0; i < node->asked.len && !outdated; i++) {
		const struct node *asked = node->asked.at[i];

		outdated = asked->changed > node->computed ||
			   (asked->peer && asked->peer->changed > node->computed);
	}
	return outdated;
}

/* Callees stand behind their callers in the list: from the back most need one computation. */
static void solve_escapes(struct solver *solver)
{
	bool again = true;

	while (again) {
		again = false;
		for (size_t i = solver->list.len; i-- > 0;) {
			if (!is_outdated(solver->list.at[i]))
				continue;
			compute_escape(solver, solver->list.at[i]);
			again = true;
		}
	}
}

static struct su_escape answer_escape(struct solver *solver, struct node *node)
{
	struct su_escape found;

	list_node(solver, node);
	list_node(solver, node->peer);
	if (!solver->current)
		solve_escapes(solver);
	else if (node->last_asker != solver->current)
		su_vec_push(&solver->current->asked, node);
	node->last_asker = solver->current;
	found = node->found;
	if (node->peer)
		add_escape(&found, &node->peer->found);
	return found;
}

/* What is kept need not be followed; nor can more be followed than a value has inputs. */
static struct su_escape simplified_escape(struct su_escape found)
{
	for (int i = 0; i < 2; i++) {
		if (__builtin_popcount(found.returned[i]) > SU_ESCAPE_FOLLOWED)
			found.kept |= found.returned[i];
	}
	for (int i = 0; i < 2; i++)
		found.returned[i] &= (uint8_t)~found.kept;
	return found;
}

struct su_escape su_escapes_by(struct su_escapes *escapes, const struct su_image *image,
			       const struct su_insn *insn)
{
	bool direct = insn->flow != SU_FLOW_CALL_IND && insn->flow != SU_FLOW_JUMP_IND;
	struct su_escape found;
	struct node *node;

	if (su_retain_by_import(image, insn, &found))
		return simplified_escape(found);
	node = direct && escapes ? node_at(escapes, insn->target) : NULL;
	return simplified_escape(node ? answer_escape(escapes->solver, node) : worst);
}
