/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/mutate.h"

#include <stdlib.h>
#include <string.h>

#include "sequence/run.h"

struct sequence_mutator {
	bool realm;
	uint64_t random;
	unsigned int host_verbs, realm_verbs;
	uint8_t host_verb[SEQUENCE_VERBS], realm_verb[SEQUENCE_VERBS];
	struct sequence start[SEQUENCE_STARTS];
};

static uint64_t next_random(struct sequence_mutator *m)
{
	uint64_t x = m->random += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static unsigned int below(struct sequence_mutator *m, unsigned int limit)
{
	return limit ? (unsigned int)(next_random(m) % limit) : 0;
}

static bool one_in(struct sequence_mutator *m, unsigned int n)
{
	return below(m, n) == 0;
}

/* --- values ---------------------------------------------------------------------------------- */

static const struct sequence_step *any_step(struct sequence_mutator *m,
					    const struct sequence *sequence)
{
	const struct sequence *start = &m->start[sequence->start];
	const unsigned int n = below(m, start->count + sequence->count);

	return n < start->count ? &start->step[n] : &sequence->step[n - start->count];
}

/* A value of this kind that stands somewhere in a step. */
static bool value_of_step(struct sequence_mutator *m, const struct sequence_step *step,
			  enum smc_kind kind, uint64_t *value)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const unsigned int first = below(m, count);
	unsigned int index;

	for (unsigned int i = 0; i < count; i++) {
		const unsigned int n = (first + i) % count;

		if (rows[n].kind != kind)
			continue;
		*value = step->value[n];
		if (sequence_advances(kind))
			*value += below(m, step->times) * SEQUENCE_PAGE;
		return true;
	}
	for (unsigned int i = 0; sequence_has_fields(step) && i < step->field_count; i++) {
		const struct sequence_slot *slot = sequence_slot(
			sequence_structure(step->structure), step->field[i].offset, &index);

		if (!slot || slot->kind != kind || !one_in(m, 3))
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
		if (value_of_step(m, any_step(m, sequence), kind, value))
			return true;
	}
	return false;
}

static uint64_t number(struct sequence_mutator *m)
{
	switch (below(m, 8)) {
	case 0:
		return 0;
	case 1:
		return UINT64_C(1) << below(m, 64);
	case 2:
		return (UINT64_C(1) << below(m, 64)) - 1;
	case 3:
		return next_random(m);
	case 4:
		return SEQUENCE_DRAM + below(m, 80) * SEQUENCE_PAGE;
	default:
		return below(m, 16);
	}
}

static uint64_t some_granule(struct sequence_mutator *m)
{
	if (one_in(m, 24))
		return SEQUENCE_DEV + below(m, 16) * SEQUENCE_PAGE;
	if (one_in(m, 8))
		return SEQUENCE_DRAM + (512 + below(m, 512)) * SEQUENCE_PAGE;
	return SEQUENCE_DRAM + (one_in(m, 3) ? below(m, 80) : 46 + below(m, 12)) * SEQUENCE_PAGE;
}

static uint64_t some_ipa(struct sequence_mutator *m, uint64_t near)
{
	const unsigned int shift = 12 + 9 * below(m, 3);

	switch (below(m, 6)) {
	case 0:
		return near + (UINT64_C(1) << shift);
	case 1:
		return near - (UINT64_C(1) << shift);
	case 2:
		return near & ~((UINT64_C(1) << shift) - 1);
	case 3:
		return near ^ UINT64_C(0x4000000000);
	case 4:
		return UINT64_C(1) << (12 + below(m, 40));
	default:
		return near + below(m, 16) * SEQUENCE_PAGE;
	}
}

static uint64_t some_desc(struct sequence_mutator *m)
{
	static const uint64_t attributes[] = {0xd8, 0x58, 0x98, 0x18, UINT64_C(0x0008000000000058)};

	return (some_granule(m) | attributes[below(m, 5)]) ^
	       (one_in(m, 8) ? UINT64_C(1) << below(m, 56) : 0);
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
		return SEQUENCE_DRAM + (64 + below(m, 8)) * SEQUENCE_PAGE;
	case SMC_KIND_IPA:
		return some_ipa(m, 0);
	case SMC_KIND_LEVEL:
		return one_in(m, 4) ? (uint64_t)((int64_t)below(m, 7) - 2) : 2 + below(m, 2);
	case SMC_KIND_INDEX:
	case SMC_KIND_PLANE:
	case SMC_KIND_ENUM:
		return one_in(m, 8) ? number(m) : below(m, 5);
	case SMC_KIND_FLAGS:
		return one_in(m, 2) ? below(m, 4) : UINT64_C(1) << below(m, 10);
	case SMC_KIND_DESC:
		return some_desc(m);
	case SMC_KIND_VERSION:
		return 0x10000 + below(m, 3);
	default:
		return number(m);
	}
}

static uint64_t some_value(struct sequence_mutator *m, const struct sequence *sequence,
			   enum smc_kind kind)
{
	uint64_t value;

	if (one_in(m, 40))
		return number(m);
	if (kind == SMC_KIND_GRANULE && one_in(m, 2))
		return some_granule(m);
	if (one_in(m, 10) || !value_from_elsewhere(m, sequence, kind, &value))
		return fresh_value(m, kind);
	if (kind == SMC_KIND_IPA && one_in(m, 2))
		return some_ipa(m, value);
	return value;
}

/* --- steps ----------------------------------------------------------------------------------- */

static void invent_field(struct sequence_mutator *m, const struct sequence *sequence,
			 struct sequence_step *step, struct sequence_field *field)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const unsigned int flat = sequence_flat_count(structure);
	const struct sequence_slot *slot;
	unsigned int offset;

	if (!flat || one_in(m, 30)) {
		field->offset = (uint16_t)(below(m, structure->size) & ~7u);
		field->value = number(m);
		return;
	}
	/* Arrays have many values; half of the choices are by slot. */
	slot = &structure->slot[below(m, structure->slots)];
	offset = slot->offset + below(m, slot->count ? slot->count : 1u) * slot->size;
	if (one_in(m, 2))
		slot = sequence_flat(structure, below(m, flat), &offset);
	field->offset = (uint16_t)offset;
	field->value = some_value(m, sequence, slot->kind);
}

/* A structure as it stands elsewhere, with a change. */
static void invent_fields(struct sequence_mutator *m, const struct sequence *sequence,
			  struct sequence_step *step)
{
	for (unsigned int i = 0; i < 12 && sequence->count + m->start[sequence->start].count; i++) {
		const struct sequence_step *other = any_step(m, sequence);

		if (!sequence_has_fields(other))
			continue;
		*step = (struct sequence_step){
			.op = step->op, .times = 1, .value = {step->value[0]}};
		step->structure = other->structure;
		step->field_count = other->field_count;
		memcpy(step->field, other->field, sizeof(step->field));
		break;
	}
	if (!step->field_count)
		step->structure = (uint8_t)below(m, sequence_structure_count());
	if (step->op == SEQUENCE_REALM_SET && one_in(m, 2)) {
		step->structure = (uint8_t)sequence_structure_find(one_in(m, 3) ? "RsiHostCall"
										: "RsiPlaneRun");
		step->field_count = 0;
	}
	for (unsigned int i = below(m, 3); i < 2 && step->field_count < SEQUENCE_MAX_FIELDS; i++)
		invent_field(m, sequence, step, &step->field[step->field_count++]);
}

/* Registers of EL1 that Realms use, or any: rsi.md#3.5. */
static void adjust(struct sequence_mutator *m, struct sequence_step *step)
{
	switch (step->op) {
	case SEQUENCE_MRS:
	case SEQUENCE_MSR:
		step->value[0] = one_in(m, 2) ? RSI_SYSREG_CNTP_CTL_EL0 + below(m, 16)
					      : 0xc000 + below(m, 0x2000);
		return;
	case SEQUENCE_SYSREG:
		step->value[0] = one_in(m, 2) ? RMMSIM_SYSREG_CNTP_CTL_EL0 + below(m, 4)
					      : below(m, RMMSIM_SYSREG_COUNT);
		return;
	case SEQUENCE_GIC:
		step->value[0] = below(m, sizeof(struct rmmsim_gic) / sizeof(uint64_t));
		return;
	case SEQUENCE_SERROR:
		step->value[0] = UINT64_C(0x2f) << 26 | below(m, 0x2000);
		return;
	case SEQUENCE_EXCEPTION:
		step->value[0] = (uint64_t)(one_in(m, 2) ? 0x24 : below(m, 0x30)) << 26 |
				 (next_random(m) & 0x1ffffff);
		return;
	case SEQUENCE_STORE:
	case SEQUENCE_LOAD:
		step->value[1] = below(m, 4);
		return;
	default:
		return;
	}
}

static bool step_is(const struct sequence_step *step, enum smc_command_id command)
{
	return step->command == command;
}

/* Commands whose registers mean what a plain number does not say. */
static void adjust_command(struct sequence_mutator *m, struct sequence_step *step)
{
	static const uint16_t sysregs[] = {RSI_SYSREG_SCTLR_EL1,    RSI_SYSREG_TTBR0_EL1,
					   RSI_SYSREG_TCR_EL1,      RSI_SYSREG_VBAR_EL1,
					   RSI_SYSREG_CNTV_CTL_EL0, RSI_SYSREG_PMCR_EL0};

	if (step_is(step, RSI_PLANE_SYSREG_READ) || step_is(step, RSI_PLANE_SYSREG_WRITE))
		step->value[1] = sysregs[below(m, 6)] + (one_in(m, 4) ? below(m, 64) : 0);
	if (step_is(step, RSI_PLANE_ENTER))
		step->value[0] = one_in(m, 8) ? below(m, 5) : 1 + below(m, 2);
	if ((step_is(step, RSI_IPA_STATE_SET) || step_is(step, RSI_MEM_SET_PERM_INDEX)) &&
	    step->value[1] <= step->value[0])
		step->value[1] = step->value[0] + (1 + below(m, 6)) * SEQUENCE_PAGE;
	if ((step_is(step, RMI_RTT_INIT_RIPAS) && step->value[2] <= step->value[1]))
		step->value[2] = step->value[1] + (1 + below(m, 16)) * SEQUENCE_PAGE;
	if (step_is(step, RSI_MEASUREMENT_EXTEND))
		step->value[1] = below(m, 72);
}

void sequence_invent(struct sequence_mutator *m, const struct sequence *sequence,
		     struct sequence_step *step, unsigned int verb, uint64_t seed)
{
	const struct smc_value *rows;
	unsigned int count;

	m->random ^= seed;
	*step = (struct sequence_step){.times = 1};
	sequence_set_verb(step, verb);
	count = sequence_values(step, &rows);
	for (unsigned int i = 0; i < count; i++)
		step->value[i] = some_value(m, sequence, rows[i].kind);
	if (sequence_has_fields(step))
		invent_fields(m, sequence, step);
	adjust(m, step);
	adjust_command(m, step);
	if (one_in(m, 12))
		step->pe = (uint8_t)below(m, 4);
	if (one_in(m, 10))
		step->during = !sequence_is_realm(step);
	if (one_in(m, 30))
		step->times = (uint16_t)(1 + below(m, 16));
}

static struct sequence_step *make_room(struct sequence *sequence, unsigned int at)
{
	if (sequence->count == SEQUENCE_MAX_STEPS)
		return NULL;
	memmove(&sequence->step[at + 1], &sequence->step[at],
		(sequence->count - at) * sizeof(sequence->step[0]));
	sequence->count++;
	return &sequence->step[at];
}

static unsigned int choose_verb(struct sequence_mutator *m, bool realm)
{
	if (one_in(m, 60))
		return below(m, SEQUENCE_VERBS);
	return realm ? m->realm_verb[below(m, m->realm_verbs)]
		     : m->host_verb[below(m, m->host_verbs)];
}

static void insert(struct sequence_mutator *m, struct sequence *sequence, unsigned int at,
		   unsigned int verb)
{
	struct sequence_step step;

	sequence_invent(m, sequence, &step, verb, 0);
	if (make_room(sequence, at))
		sequence->step[at] = step;
}

/* A stay of a REC: its run page, the entry, and what the Realm does. */
static void insert_stay(struct sequence_mutator *m, struct sequence *sequence, unsigned int at)
{
	const unsigned int count = 1 + below(m, 4);
	struct sequence_step *step;

	for (unsigned int i = 0; i < count; i++)
		insert(m, sequence, at, choose_verb(m, true));
	insert(m, sequence, at, RMI_REC_ENTER);
	if (one_in(m, 2)) {
		step = make_room(sequence, at);
		if (!step)
			return;
		*step = (struct sequence_step){.op = SEQUENCE_FILL, .times = 1};
		step->value[0] = SEQUENCE_DRAM + 68 * SEQUENCE_PAGE;
		step->structure = (uint8_t)sequence_structure_find("RmiRecRun");
		step->field_count = 1;
		step->field[0].value = UINT64_C(1) << below(m, 8);
	}
}

static void change_value(struct sequence_mutator *m, struct sequence *sequence,
			 struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const unsigned int n = below(m, count);

	if (step->field_count && one_in(m, 2)) {
		invent_field(m, sequence, step, &step->field[below(m, step->field_count)]);
		return;
	}
	if (!count)
		return;
	if (one_in(m, 12))
		step->value[n] ^= UINT64_C(1) << below(m, 64);
	else if (one_in(m, 6))
		step->value[n] += (uint64_t)((int64_t)below(m, 5) - 2);
	else
		step->value[n] = some_value(m, sequence, rows[n].kind);
}

static void move(struct sequence_mutator *m, struct sequence *sequence, unsigned int from)
{
	const struct sequence_step step = sequence->step[from];
	const unsigned int to = below(m, sequence->count);

	memmove(&sequence->step[from], &sequence->step[from + 1],
		(sequence->count - from - 1) * sizeof(step));
	memmove(&sequence->step[to + 1], &sequence->step[to],
		(sequence->count - 1 - to) * sizeof(step));
	sequence->step[to] = step;
}

static void mutate_once(struct sequence_mutator *m, struct sequence *sequence)
{
	const unsigned int at = below(m, sequence->count + 1);
	const unsigned int which = below(m, sequence->count);
	struct sequence_step *step = &sequence->step[which], copy;

	switch (sequence->count ? below(m, 16) : 0) {
	case 0:
	case 1:
	case 2:
	case 3:
		if (m->realm ? !one_in(m, 3) : one_in(m, 4))
			insert_stay(m, sequence, at);
		else
			insert(m, sequence, at, choose_verb(m, m->realm && one_in(m, 2)));
		return;
	case 4:
		sequence->count--;
		memmove(step, step + 1, (sequence->count - which) * sizeof(*step));
		return;
	case 5:
		copy = *step;
		step = make_room(sequence, at);
		if (step)
			*step = copy;
		return;
	case 6:
		move(m, sequence, which);
		return;
	case 7:
		sequence->start = (uint8_t)below(m, SEQUENCE_STARTS);
		if (one_in(m, 4))
			sequence->machine = (uint8_t)below(m, SEQUENCE_MACHINES);
		return;
	case 8:
		insert(m, sequence, sequence->count, choose_verb(m, m->realm));
		return;
	case 9:
		sequence_invent(m, sequence, &copy, choose_verb(m, sequence_is_realm(step)), 0);
		*step = copy;
		return;
	default:
		change_value(m, sequence, step);
		return;
	}
}

void sequence_mutate(struct sequence_mutator *m, struct sequence *sequence, uint64_t seed)
{
	m->random = seed;
	for (unsigned int i = 1 + below(m, 4); i > 0; i--)
		mutate_once(m, sequence);
}

void sequence_cross(struct sequence *out, const struct sequence *a, const struct sequence *b,
		    uint64_t seed)
{
	const unsigned int keep = (unsigned int)(seed % (a->count + 1u));
	const unsigned int skip = (unsigned int)((seed >> 20) % (b->count + 1u));
	unsigned int take = b->count - skip;

	*out = *a;
	if (take > SEQUENCE_MAX_STEPS - keep)
		take = SEQUENCE_MAX_STEPS - keep;
	memcpy(&out->step[keep], &b->step[skip], take * sizeof(out->step[0]));
	out->count = (uint16_t)(keep + take);
}

/* --- life ------------------------------------------------------------------------------------ */

static void add_verb(struct sequence_mutator *m, unsigned int verb)
{
	struct sequence_step step;

	sequence_set_verb(&step, verb);
	if (sequence_is_realm(&step))
		m->realm_verb[m->realm_verbs++] = (uint8_t)verb;
	else
		m->host_verb[m->host_verbs++] = (uint8_t)verb;
}

/* Commands without handler are left to chance. */
static void find_verbs(struct sequence_mutator *m)
{
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);

		if (rmmsim_implemented(smc_interface_name(row->interface), row->name))
			add_verb(m, id);
	}
	for (unsigned int op = SEQUENCE_FILL; op < SEQUENCE_OPS; op++) {
		if (op != SEQUENCE_REALM_CALL)
			add_verb(m, SMC_COMMAND_COUNT + op);
	}
}

struct sequence_mutator *sequence_mutator_create(bool realm)
{
	struct sequence_mutator *m = calloc(1, sizeof(*m));
	struct trace_error error;

	if (!m)
		return NULL;
	m->realm = realm;
	find_verbs(m);
	for (unsigned int i = 0; i < SEQUENCE_STARTS; i++)
		sequence_parse(&m->start[i], sequence_start_script(i), &error);
	return m;
}

void sequence_mutator_destroy(struct sequence_mutator *m)
{
	free(m);
}
