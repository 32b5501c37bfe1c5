/* SPDX-License-Identifier: BSD-3-Clause */
/* Arguments of a refused call by name: what rules of needs.def ask for. */
#include <string.h>

#include "rmm/explain/need_rules.h"

unsigned int subject_input(const struct call *call, const char *name)
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
	const unsigned int n = subject_input(subject->call, name);

	return n ? subject->call->x[n] : 0;
}

struct granule *subject_granule(const struct subject *s, const char *name, enum granule_state state)
{
	const unsigned int n = subject_input(s->call, name);
	struct granule *granule = n ? mem_find(s->call->sim->mem, s->call->x[n]) : NULL;

	return granule && granule->state == state ? granule : NULL;
}

const struct rec *subject_rec(const struct subject *subject, const char *name)
{
	const struct granule *granule = subject_granule(subject, name, GRANULE_REC);

	return granule ? rec_at(subject->call->sim, granule) : NULL;
}
