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

static const struct realm *find_realm(const struct subject *s)
{
	const struct granule *rd;

	if (s->call->run)
		return run_realm(s->call->run);
	rd = subject_granule(s, "rd", GRANULE_RD);
	return rd ? realm_at(s->call->sim, rd) : NULL;
}

/* Only the parameters of this command are set. */
static void find_params(struct subject *s)
{
	const struct rmmsim *sim = s->call->sim;
	const struct granule *page;
	bool readable;

	if (s->call->id != RMI_REALM_CREATE && s->call->id != RMI_REC_CREATE)
		return;
	page = subject_granule(s, "params_ptr", GRANULE_UNDELEGATED);
	readable = page && page->pas == GRANULE_PAS_NS;
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

/* Asks the rule of a row; false if it has no number. */
static bool ask(need_rule rule, const struct call *call, uint64_t result, struct rmmsim_need *need)
{
	struct subject subject;

	subject.call = call;
	subject.realm = find_realm(&subject);
	subject.level = (int8_t)(result >> 8);
	find_params(&subject);
	return rule(&subject, need);
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

/* The granule argument x or x_ptr of a condition x_align. */
static unsigned int aligned_input(const struct call *call, const char *condition)
{
	static const char suffix[] = "_align";
	const struct smc_command *command = smc_command(call->id);
	const size_t whole = strlen(condition), end = sizeof(suffix) - 1;
	const size_t length = whole > end ? whole - end : 0;

	if (!length || memcmp(&condition[length], suffix, end) != 0)
		return 0;
	for (unsigned int i = 0; i < command->inputs; i++) {
		const char *name = command->in[i].name;

		if (strncmp(name, condition, length) != 0)
			continue;
		if (name[length] == '\0' || strcmp(&name[length], "_ptr") == 0)
			return i + 1;
	}
	return 0;
}

void needs_add(const struct call *call, enum smc_condition_id condition, uint64_t result)
{
	const struct need_row *row = &rows[condition];
	const char *id = smc_condition(condition)->id;
	const unsigned int n =
		row->rule ? subject_input(call, row->argument) : aligned_input(call, id);
	struct rmmsim_explanation *e = call->explain;
	struct rmmsim_need *need = &e->needs[e->needs_count];

	if ((!row->rule && !n) || e->needs_count == RMMSIM_MAX_NEEDS)
		return;
	*need = (struct rmmsim_need){
		.condition = id,
		.name = row->rule ? row->argument : smc_command(call->id)->in[n - 1].name,
		.value = n ? call->x[n] : 0,
	};
	if (row->rule ? !ask(row->rule, call, result, need) : !need_page(NULL, need))
		return;
	if (!satisfied(need))
		e->needs_count++;
}
