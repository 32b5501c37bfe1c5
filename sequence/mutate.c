/* SPDX-License-Identifier: BSD-3-Clause */
#include "sequence/mutate.h"

#include <stdlib.h>
#include <string.h>

#include "sequence/mutator.h"
#include "sequence/run.h"

/* --- steps ----------------------------------------------------------------------------------- */

static void invent_field(struct sequence_mutator *m, const struct sequence *sequence,
			 struct sequence_step *step, struct sequence_field *field)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	const unsigned int flat = sequence_flat_count(structure);
	const struct sequence_slot *slot;
	unsigned int offset;

	if (!flat || mutator_one_in(m, 30)) {
		field->offset = (uint16_t)(mutator_below(m, structure->size) & ~7u);
		field->value = mutator_number(m);
		return;
	}
	/* Arrays have many values; half of the choices are by slot. */
	slot = &structure->slot[mutator_below(m, structure->slots)];
	offset = slot->offset + mutator_below(m, slot->count ? slot->count : 1u) * slot->size;
	if (mutator_one_in(m, 2))
		slot = sequence_flat(structure, mutator_below(m, flat), &offset);
	field->offset = (uint16_t)offset;
	field->value = mutator_value(m, sequence, slot->kind);
}

/* A structure as it stands elsewhere, with a change. */
static void invent_fields(struct sequence_mutator *m, const struct sequence *sequence,
			  struct sequence_step *step)
{
	for (unsigned int i = 0; i < 12 && sequence->count + m->start[sequence->start].count; i++) {
		const struct sequence_step *other = mutator_step(m, sequence);

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
		step->structure = (uint8_t)mutator_below(m, sequence_structure_count());
	if (step->op == SEQUENCE_REALM_SET && mutator_one_in(m, 2)) {
		step->structure = (uint8_t)sequence_structure_find(
			mutator_one_in(m, 3) ? "RsiHostCall" : "RsiPlaneRun");
		step->field_count = 0;
	}
	for (unsigned int i = mutator_below(m, 3); i < 2 && step->field_count < SEQUENCE_MAX_FIELDS;
	     i++)
		invent_field(m, sequence, step, &step->field[step->field_count++]);
}

/* Registers of EL1 that Realms use, or any: rsi.md#3.5. */
static void adjust(struct sequence_mutator *m, struct sequence_step *step)
{
	switch (step->op) {
	case SEQUENCE_MRS:
	case SEQUENCE_MSR:
		step->value[0] = mutator_one_in(m, 2)
					 ? RSI_SYSREG_CNTP_CTL_EL0 + mutator_below(m, 16)
					 : 0xc000 + mutator_below(m, 0x2000);
		return;
	case SEQUENCE_SYSREG:
		step->value[0] = mutator_one_in(m, 2)
					 ? RMMSIM_SYSREG_CNTP_CTL_EL0 + mutator_below(m, 4)
					 : mutator_below(m, RMMSIM_SYSREG_COUNT);
		return;
	case SEQUENCE_GIC:
		step->value[0] = mutator_below(m, sizeof(struct rmmsim_gic) / sizeof(uint64_t));
		return;
	case SEQUENCE_SERROR:
		step->value[0] = UINT64_C(0x2f) << 26 | mutator_below(m, 0x2000);
		return;
	case SEQUENCE_EXCEPTION:
		step->value[0] = (uint64_t)(mutator_one_in(m, 2) ? 0x24 : mutator_below(m, 0x30))
					 << 26 |
				 (mutator_random(m) & 0x1ffffff);
		return;
	case SEQUENCE_STORE:
	case SEQUENCE_LOAD:
		step->value[1] = mutator_below(m, 4);
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
		step->value[1] = sysregs[mutator_below(m, 6)] +
				 (mutator_one_in(m, 4) ? mutator_below(m, 64) : 0);
	if (step_is(step, RSI_PLANE_ENTER))
		step->value[0] =
			mutator_one_in(m, 8) ? mutator_below(m, 5) : 1 + mutator_below(m, 2);
	if ((step_is(step, RSI_IPA_STATE_SET) || step_is(step, RSI_MEM_SET_PERM_INDEX)) &&
	    step->value[1] <= step->value[0])
		step->value[1] = step->value[0] + (1 + mutator_below(m, 6)) * SEQUENCE_PAGE;
	if ((step_is(step, RMI_RTT_INIT_RIPAS) && step->value[2] <= step->value[1]))
		step->value[2] = step->value[1] + (1 + mutator_below(m, 16)) * SEQUENCE_PAGE;
	if (step_is(step, RSI_MEASUREMENT_EXTEND))
		step->value[1] = mutator_below(m, 72);
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
		step->value[i] = mutator_value(m, sequence, rows[i].kind);
	if (sequence_has_fields(step))
		invent_fields(m, sequence, step);
	adjust(m, step);
	adjust_command(m, step);
	if (mutator_one_in(m, 12))
		step->pe = (uint8_t)mutator_below(m, 4);
	if (mutator_one_in(m, 10))
		step->during = !sequence_is_realm(step);
	if (mutator_one_in(m, 30))
		step->times = (uint16_t)(1 + mutator_below(m, 16));
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

static unsigned int choose_verb(struct sequence_mutator *m, enum smc_caller caller)
{
	if (mutator_one_in(m, 60))
		return mutator_below(m, SEQUENCE_VERBS);
	return caller == SMC_FROM_REALM ? m->realm_verb[mutator_below(m, m->realm_verbs)]
					: m->host_verb[mutator_below(m, m->host_verbs)];
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
	const unsigned int count = 1 + mutator_below(m, 4);
	struct sequence_step *step;

	for (unsigned int i = 0; i < count; i++)
		insert(m, sequence, at, choose_verb(m, SMC_FROM_REALM));
	insert(m, sequence, at, RMI_REC_ENTER);
	if (mutator_one_in(m, 2)) {
		step = make_room(sequence, at);
		if (!step)
			return;
		*step = (struct sequence_step){.op = SEQUENCE_FILL, .times = 1};
		step->value[0] = SEQUENCE_DRAM + 68 * SEQUENCE_PAGE;
		step->structure = (uint8_t)sequence_structure_find("RmiRecRun");
		step->field_count = 1;
		step->field[0].value = UINT64_C(1) << mutator_below(m, 8);
	}
}

static void change_value(struct sequence_mutator *m, struct sequence *sequence,
			 struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	const unsigned int n = mutator_below(m, count);

	if (step->field_count && mutator_one_in(m, 2)) {
		invent_field(m, sequence, step, &step->field[mutator_below(m, step->field_count)]);
		return;
	}
	if (!count)
		return;
	if (mutator_one_in(m, 12))
		step->value[n] ^= UINT64_C(1) << mutator_below(m, 64);
	else if (mutator_one_in(m, 6))
		step->value[n] += (uint64_t)((int64_t)mutator_below(m, 5) - 2);
	else
		step->value[n] = mutator_value(m, sequence, rows[n].kind);
}

static void move(struct sequence_mutator *m, struct sequence *sequence, unsigned int from)
{
	const struct sequence_step step = sequence->step[from];
	const unsigned int to = mutator_below(m, sequence->count);

	memmove(&sequence->step[from], &sequence->step[from + 1],
		(sequence->count - from - 1) * sizeof(step));
	memmove(&sequence->step[to + 1], &sequence->step[to],
		(sequence->count - 1 - to) * sizeof(step));
	sequence->step[to] = step;
}

/* Realms do nothing unless the Host calls too. */
static enum smc_caller half_the_time(struct sequence_mutator *m)
{
	return m->caller == SMC_FROM_REALM && mutator_one_in(m, 2) ? SMC_FROM_REALM : SMC_FROM_HOST;
}

static void mutate_once(struct sequence_mutator *m, struct sequence *sequence)
{
	const unsigned int at = mutator_below(m, sequence->count + 1);
	const unsigned int which = mutator_below(m, sequence->count);
	struct sequence_step *step = &sequence->step[which], copy;

	switch (sequence->count ? mutator_below(m, 16) : 0) {
	case 0:
	case 1:
	case 2:
	case 3:
		if (m->caller == SMC_FROM_REALM ? !mutator_one_in(m, 3) : mutator_one_in(m, 4))
			insert_stay(m, sequence, at);
		else
			insert(m, sequence, at, choose_verb(m, half_the_time(m)));
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
		sequence->start = (uint8_t)mutator_below(m, SEQUENCE_STARTS);
		if (mutator_one_in(m, 4))
			sequence->machine = (uint8_t)mutator_below(m, SEQUENCE_MACHINES);
		return;
	case 8:
		insert(m, sequence, sequence->count, choose_verb(m, m->caller));
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
	for (unsigned int i = 1 + mutator_below(m, 4); i > 0; i--)
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

struct sequence_mutator *sequence_mutator_create(enum smc_caller caller)
{
	struct sequence_mutator *m = calloc(1, sizeof(*m));
	struct trace_error error;

	if (!m)
		return NULL;
	m->caller = caller;
	find_verbs(m);
	for (unsigned int i = 0; i < SEQUENCE_STARTS; i++)
		sequence_parse(&m->start[i], sequence_start_script(i), &error);
	return m;
}

void sequence_mutator_destroy(struct sequence_mutator *m)
{
	free(m);
}
