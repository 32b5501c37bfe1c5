/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/restart.h"

#include <string.h>

/* Of every start but boot: sequence/start.c */
#define FIRST_FREE    46u /* granules that are DELEGATED and not used: 46..56 */
#define END_DELEGATED 57u
#define FIRST_NS      80u /* Non-secure and not used */
#define LOW_PAGES     8u
#define MAX_PAIRS     64u

struct pair {
	bool ipa;
	uint64_t from, to, size;
};

struct renaming {
	unsigned int count, free, ns; /* pairs; granules that were given out */
	struct pair pair[MAX_PAIRS];
};

static bool is_granule(enum smc_kind kind)
{
	return kind == SMC_KIND_RD || kind == SMC_KIND_REC || kind == SMC_KIND_GRANULE ||
	       kind == SMC_KIND_NS;
}

/* The pair that begins closest before the value; NULL if it is in none. */
static const struct pair *find(const struct renaming *r, bool ipa, uint64_t value)
{
	const struct pair *found = NULL;

	for (unsigned int n = 0; n < r->count; n++) {
		const struct pair *pair = &r->pair[n];

		if (pair->ipa == ipa && value - pair->from < pair->size &&
		    (!found || pair->from > found->from))
			found = pair;
	}
	return found;
}

static void add(struct renaming *r, bool ipa, uint64_t from, uint64_t to, uint64_t pages)
{
	const struct pair *known = find(r, ipa, from);

	if (r->count == MAX_PAIRS || (known && known->from == from))
		return;
	r->pair[r->count++] = (struct pair){ipa, from, to, pages * SEQUENCE_PAGE};
}

/* --- what both make -------------------------------------------------------------------------- */

/* The step of the start that is the same command for the same time; NULL if there is none. */
static const struct sequence_step *same_step(const struct sequence *start,
					     const struct sequence *in, unsigned int index)
{
	const uint16_t command = in->step[index].command;
	unsigned int before = 0;

	for (unsigned int n = 0; n < index; n++)
		before += in->step[n].op == SEQUENCE_CALL && in->step[n].command == command;
	for (unsigned int n = 0; n < start->count; n++) {
		if (start->step[n].op == SEQUENCE_CALL && start->step[n].command == command &&
		    before-- == 0)
			return &start->step[n];
	}
	return NULL;
}

static void learn(struct renaming *r, const struct sequence_step *step,
		  const struct sequence_step *other)
{
	const unsigned int times = step->times < other->times ? step->times : other->times;
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);

	for (unsigned int i = 0; i < count; i++) {
		const unsigned int pages = sequence_advances(rows[i].kind) ? times : 1;

		if (is_granule(rows[i].kind))
			add(r, false, step->value[i], other->value[i], pages);
		/* What is beside it is so in the start, too. */
		if (rows[i].kind == SMC_KIND_IPA)
			add(r, true, step->value[i], other->value[i], pages + LOW_PAGES);
	}
}

/* The first Unprotected IPA of the Realm that the steps create first; 0 if none is known. */
static uint64_t unprotected(const struct sequence *sequence, unsigned int count)
{
	const unsigned int params = sequence_structure_find("RmiRealmParams");

	for (unsigned int n = 0; n < count; n++) {
		const struct sequence_step *step = &sequence->step[n];

		for (unsigned int i = 0; step->op == SEQUENCE_FILL && step->structure == params &&
					 i < step->field_count;
		     i++) {
			if (step->field[i].offset == offsetof(struct rmi_realm_params, s2sz))
				return UINT64_C(1) << (step->field[i].value - 1) % 64;
		}
	}
	return 0;
}

static void learn_all(struct renaming *r, const struct sequence *in, unsigned int count,
		      const struct sequence *start)
{
	uint64_t half, other_half;

	for (unsigned int n = 0; n < count; n++) {
		const struct sequence_step *step = &in->step[n], *other;

		/* These name no object. */
		if (step->op != SEQUENCE_CALL || step->command == RMI_GRANULE_DELEGATE ||
		    step->command == RMI_GRANULE_UNDELEGATE)
			continue;
		other = same_step(start, in, n);
		if (other)
			learn(r, step, other);
	}
	half = unprotected(in, count);
	other_half = unprotected(start, start->count);
	if (half && other_half)
		add(r, true, half, other_half, half / SEQUENCE_PAGE);
}

/* --- what is left ---------------------------------------------------------------------------- */

/* A granule that the end names first here: in the state that it has to have. */
static uint64_t other_granule(struct renaming *r, uint64_t page, const struct smc_value *row,
			      unsigned int times)
{
	const bool ns =
		row->kind == SMC_KIND_NS || (row->type && !strcmp(row->type, "UNDELEGATED"));
	const uint64_t n = (page - SEQUENCE_DRAM) / SEQUENCE_PAGE;
	uint64_t to = page;

	if (n >= SEQUENCE_GRANULES)
		return page;
	if (ns && n < END_DELEGATED) {
		to = SEQUENCE_DRAM + (FIRST_NS + r->ns) * SEQUENCE_PAGE;
		r->ns += times;
	} else if (!ns && (n < FIRST_FREE || n >= END_DELEGATED)) {
		to = SEQUENCE_DRAM + (FIRST_FREE + r->free) * SEQUENCE_PAGE;
		r->free += times;
	}
	add(r, false, page, to, times);
	return to;
}

static uint64_t rename_value(struct renaming *r, uint64_t value, const struct smc_value *row,
			     unsigned int times, bool low)
{
	const bool ipa = row->kind == SMC_KIND_IPA;
	const uint64_t in_page = value % SEQUENCE_PAGE;
	const struct pair *pair;

	if (!ipa && !is_granule(row->kind))
		return value;
	pair = find(r, ipa, value);
	if (ipa && low)
		return (value - (pair ? pair->from : 0)) % (LOW_PAGES * SEQUENCE_PAGE) +
		       (pair ? pair->to : 0);
	if (pair)
		return value - pair->from + pair->to;
	if (ipa)
		return value;
	return other_granule(r, value - in_page, row, times) + in_page;
}

/* HPFAR holds bits 51:12 of an IPA from bit 4 on. */
static uint64_t rename_hpfar(struct renaming *r, uint64_t hpfar, bool low)
{
	static const struct smc_value row = {.kind = SMC_KIND_IPA};

	return rename_value(r, hpfar >> 4 << 12, &row, 1, low) >> 12 << 4;
}

static void rename_step(struct renaming *r, struct sequence_step *step, bool low)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	unsigned int index;

	for (unsigned int i = 0; i < count; i++)
		step->value[i] = rename_value(r, step->value[i], &rows[i], step->times, low);
	if (step->op == SEQUENCE_EXCEPTION)
		step->value[2] = rename_hpfar(r, step->value[2], low);
	for (unsigned int i = 0; sequence_has_fields(step) && i < step->field_count; i++) {
		const struct sequence_slot *slot =
			sequence_slot(structure, step->field[i].offset, &index);
		const struct smc_value row = {.kind = slot ? slot->kind : SMC_KIND_VALUE,
					      .type = slot ? slot->type : NULL};

		step->field[i].value = rename_value(r, step->field[i].value, &row, 1, low);
	}
}

void sequence_restart(struct sequence *out, const struct sequence *in,
		      const struct sequence_restart *restart)
{
	const unsigned int left = in->count - restart->length;
	struct renaming renaming = {.count = 0};

	learn_all(&renaming, in, left, restart->steps);
	out->machine = in->machine;
	out->start = (uint8_t)restart->start;
	out->count = (uint16_t)restart->length;
	memcpy(out->step, &in->step[left], restart->length * sizeof(in->step[0]));
	for (unsigned int n = 0; n < out->count; n++)
		rename_step(&renaming, &out->step[n], restart->low);
}
