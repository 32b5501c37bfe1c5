/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "rmm/explain/need_rules.h"
#include "rmm/explain/needs.h"
#include "rmm/run.h"

typedef bool (*need_rule)(const struct subject *s, struct rmmsim_need *need);

static const struct need_row {
	const char *argument;
	need_rule rule; /* NULL: no row */
} rows[SMC_CONDITION_COUNT] = {
#define NEED(condition, argument, rule) [COND_##condition] = {argument, need_##rule},
#include "rmm/explain/needs.def"
#undef NEED
};

/* --- the refused call -------------------------------------------------------------------------- */

/* Number of the register of an input, 0 if the command has none of this name. */
static unsigned int input(const struct call *call, const char *name)
{
	const struct smc_command *command = smc_command(call->id);

	for (unsigned int i = 0; i < command->inputs; i++) {
		if (strcmp(command->in[i].name, name) == 0)
			return i + 1;
	}
	return 0;
}

uint64_t subject_x(const struct subject *subject, const char *name)
{
	const unsigned int n = input(subject->call, name);

	return n ? subject->call->x[n] : 0;
}

static struct granule *granule_in(const struct subject *s, const char *name,
				  enum granule_state state)
{
	const unsigned int n = input(s->call, name);
	struct granule *granule = n ? mem_find(s->call->sim->mem, s->call->x[n]) : NULL;

	return granule && granule->state == state ? granule : NULL;
}

const struct rec *subject_rec(const struct subject *subject, const char *name)
{
	const struct granule *granule = granule_in(subject, name, GRANULE_REC);

	return granule ? rec_at(subject->call->sim, granule) : NULL;
}

static const struct realm *find_realm(const struct subject *s)
{
	const struct granule *rd;

	if (s->call->run)
		return run_realm(s->call->run);
	rd = granule_in(s, "rd", GRANULE_RD);
	return rd ? realm_at(s->call->sim, rd) : NULL;
}

/* Only the parameters of this command are set. */
static void find_params(struct subject *s)
{
	const struct granule *page = granule_in(s, "params_ptr", GRANULE_UNDELEGATED);
	const struct rmmsim *sim = s->call->sim;
	const bool readable = page && page->pas == GRANULE_PAS_NS;

	if (s->call->id == RMI_REALM_CREATE) {
		memset(&s->params, 0, sizeof(s->params));
		if (readable)
			realm_params_read(sim, subject_x(s, "params_ptr"), &s->params);
	}
	if (s->call->id == RMI_REC_CREATE) {
		memset(&s->rec_params, 0, sizeof(s->rec_params));
		if (readable)
			memcpy(&s->rec_params, mem_r(sim->mem, subject_x(s, "params_ptr")),
			       sizeof(s->rec_params));
	}
}

static void find_subject(struct subject *s, const struct call *call)
{
	s->call = call;
	s->realm = find_realm(s);
	s->rec = subject_rec(s, "rec_ptr");
	find_params(s);
}

/* --- needs ------------------------------------------------------------------------------------- */

/* The value is what was wanted: something else made the condition fail. */
static bool satisfied(const struct rmmsim_need *need)
{
	switch (need->relation) {
	case RMMSIM_NEEDS_EXACTLY:
		return need->value == need->low;
	case RMMSIM_NEEDS_RANGE:
		return (int64_t)need->value >= (int64_t)need->low &&
		       (int64_t)need->value <= (int64_t)need->high;
	case RMMSIM_NEEDS_AT_MOST:
		return need->value <= need->high;
	case RMMSIM_NEEDS_AT_LEAST:
		return need->value >= need->low;
	case RMMSIM_NEEDS_MULTIPLE:
		return need->value % need->low == 0;
	case RMMSIM_NEEDS_BITS:
		return (need->value & ~need->low) == 0;
	}
	return true;
}

static enum smc_condition_id condition_of(const struct call *call, const char *condition)
{
	enum smc_condition_id first;
	const size_t count = smc_conditions_of(call->id, &first);

	for (size_t i = 0; i < count; i++) {
		if (smc_condition(first + i)->id == condition)
			return first + i;
	}
	return SMC_COND_NONE;
}

/* The granule argument x or x_ptr of a condition x_align. */
static unsigned int aligned_input(const struct call *call, const char *condition)
{
	const struct smc_command *command = smc_command(call->id);
	const char *end = strstr(condition, "_align");
	const size_t length = end ? (size_t)(end - condition) : 0;

	for (unsigned int i = 0; length && i < command->inputs; i++) {
		const char *name = command->in[i].name;

		if (strncmp(name, condition, length) != 0)
			continue;
		if (name[length] == '\0' || strcmp(&name[length], "_ptr") == 0)
			return i + 1;
	}
	return 0;
}

static bool describe(const struct subject *s, const struct rmmsim_condition *condition,
		     struct rmmsim_need *need)
{
	const struct need_row *row = &rows[condition_of(s->call, condition->id)];
	const unsigned int n =
		row->rule ? input(s->call, row->argument) : aligned_input(s->call, condition->id);

	if (!row->rule && !n)
		return false;
	*need = (struct rmmsim_need){
		.condition = condition->id,
		.name = row->rule ? row->argument : smc_command(s->call->id)->in[n - 1].name,
		.value = n ? s->call->x[n] : 0,
	};
	return (row->rule ? row->rule(s, need) : need_page(s, need)) && !satisfied(need);
}

static void add(struct subject *s, const struct rmmsim_condition *condition,
		struct rmmsim_explanation *e)
{
	if (e->needs_count == RMMSIM_MAX_NEEDS)
		return;
	s->level = (int8_t)(condition->result >> 8);
	if (describe(s, condition, &e->needs[e->needs_count]))
		e->needs_count++;
}

void needs_fill(const struct call *call, struct rmmsim_explanation *e)
{
	struct subject subject;

	find_subject(&subject, call);
	add(&subject, &e->first, e);
	for (unsigned int i = 0; i < e->others_count; i++)
		add(&subject, &e->others[i], e);
}
