/* SPDX-License-Identifier: BSD-3-Clause */
/* Values of changed steps: mostly those that stand elsewhere in the sequence. */
#include "sequence/mutator.h"

uint64_t mutator_random(struct sequence_mutator *m)
{
	uint64_t x = m->random += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

unsigned int mutator_below(struct sequence_mutator *m, unsigned int limit)
{
	return limit ? (unsigned int)(mutator_random(m) % limit) : 0;
}

bool mutator_one_in(struct sequence_mutator *m, unsigned int n)
{
	return mutator_below(m, n) == 0;
}

const struct sequence_step *mutator_step(struct sequence_mutator *m,
					 const struct sequence *sequence)
{
	const struct sequence *start = &m->start[sequence->start];
	const unsigned int n = mutator_below(m, start->count + sequence->count);

	return n < start->count ? &start->step[n] : &sequence->step[n - start->count];
}

/* A value of this kind that stands somewhere in a step. */
static bool value_of_step(struct sequence_mutator *m, const struct sequence_step *step,
			  enum smc_kind kind, uint64_t *value)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const unsigned int first = mutator_below(m, count);
	unsigned int index;

	for (unsigned int i = 0; i < count; i++) {
		const unsigned int n = (first + i) % count;

		if (rows[n].kind != kind)
			continue;
		*value = step->value[n];
		if (sequence_advances(kind))
			*value += mutator_below(m, step->times) * SEQUENCE_PAGE;
		return true;
	}
	for (unsigned int i = 0; sequence_has_fields(step) && i < step->field_count; i++) {
		const struct sequence_slot *slot = sequence_slot(
			sequence_structure(step->structure), step->field[i].offset, &index);

		if (!slot || slot->kind != kind || !mutator_one_in(m, 3))
			continue;
		*value = step->field[i].value;
		return true;
	}
	return false;
}

static bool value_from_elsewhere(struct sequence_mutator *m, const struct sequence *sequence,
				 enum smc_kind kind, uint64_t *value)
{
	if (m->start[sequence->start].count + sequence->count == 0)
		return false;
	for (unsigned int i = 0; i < 12; i++) {
		if (value_of_step(m, mutator_step(m, sequence), kind, value))
			return true;
	}
	return false;
}

uint64_t mutator_number(struct sequence_mutator *m)
{
	switch (mutator_below(m, 8)) {
	case 0:
		return 0;
	case 1:
		return UINT64_C(1) << mutator_below(m, 64);
	case 2:
		return (UINT64_C(1) << mutator_below(m, 64)) - 1;
	case 3:
		return mutator_random(m);
	case 4:
		return SEQUENCE_DRAM + mutator_below(m, 80) * SEQUENCE_PAGE;
	default:
		return mutator_below(m, 16);
	}
}

static uint64_t some_granule(struct sequence_mutator *m)
{
	if (mutator_one_in(m, 24))
		return SEQUENCE_DEV + mutator_below(m, 16) * SEQUENCE_PAGE;
	if (mutator_one_in(m, 8))
		return SEQUENCE_DRAM + (512 + mutator_below(m, 512)) * SEQUENCE_PAGE;
	return SEQUENCE_DRAM +
	       (mutator_one_in(m, 3) ? mutator_below(m, 80) : 46 + mutator_below(m, 12)) *
		       SEQUENCE_PAGE;
}

static uint64_t some_ipa(struct sequence_mutator *m, uint64_t near)
{
	const unsigned int shift = 12 + 9 * mutator_below(m, 3);

	switch (mutator_below(m, 6)) {
	case 0:
		return near + (UINT64_C(1) << shift);
	case 1:
		return near - (UINT64_C(1) << shift);
	case 2:
		return near & ~((UINT64_C(1) << shift) - 1);
	case 3:
		return near ^ UINT64_C(0x4000000000);
	case 4:
		return UINT64_C(1) << (12 + mutator_below(m, 40));
	default:
		return near + mutator_below(m, 16) * SEQUENCE_PAGE;
	}
}

static uint64_t some_desc(struct sequence_mutator *m)
{
	static const uint64_t attributes[] = {0xd8, 0x58, 0x98, 0x18, UINT64_C(0x0008000000000058)};

	return (some_granule(m) | attributes[mutator_below(m, 5)]) ^
	       (mutator_one_in(m, 8) ? UINT64_C(1) << mutator_below(m, 56) : 0);
}

static uint64_t fresh_value(struct sequence_mutator *m, enum smc_kind kind)
{
	switch (kind) {
	case SMC_KIND_RD:
	case SMC_KIND_REC:
	case SMC_KIND_PDEV:
	case SMC_KIND_VDEV:
	case SMC_KIND_VSMMU:
	case SMC_KIND_GRANULE:
	case SMC_KIND_PA:
		return some_granule(m);
	case SMC_KIND_NS:
		return SEQUENCE_DRAM + (64 + mutator_below(m, 8)) * SEQUENCE_PAGE;
	case SMC_KIND_IPA:
		return some_ipa(m, 0);
	case SMC_KIND_LEVEL:
		return mutator_one_in(m, 4) ? (uint64_t)((int64_t)mutator_below(m, 7) - 2)
					    : 2 + mutator_below(m, 2);
	case SMC_KIND_INDEX:
	case SMC_KIND_PLANE:
	case SMC_KIND_ENUM:
		return mutator_one_in(m, 8) ? mutator_number(m) : mutator_below(m, 5);
	case SMC_KIND_FLAGS:
		return mutator_one_in(m, 2) ? mutator_below(m, 4)
					    : UINT64_C(1) << mutator_below(m, 10);
	case SMC_KIND_DESC:
		return some_desc(m);
	case SMC_KIND_VERSION:
		return 0x10000 + mutator_below(m, 3);
	default:
		return mutator_number(m);
	}
}

uint64_t mutator_value(struct sequence_mutator *m, const struct sequence *sequence,
		       enum smc_kind kind)
{
	uint64_t value;

	if (mutator_one_in(m, 40))
		return mutator_number(m);
	if (kind == SMC_KIND_GRANULE && mutator_one_in(m, 2))
		return some_granule(m);
	if (mutator_one_in(m, 10) || !value_from_elsewhere(m, sequence, kind, &value))
		return fresh_value(m, kind);
	if (kind == SMC_KIND_IPA && mutator_one_in(m, 2))
		return some_ipa(m, value);
	return value;
}
