/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that may have been meant: few edits away from what was asked for. */
#include "tools/explain.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "smc/drafts.h"

#define NAME_MAX_LENGTH 48
#define SUGGESTIONS     3

struct near {
	const char *wanted;
	unsigned int limit; /* edits */
	unsigned int count;
	struct {
		char name[NAME_MAX_LENGTH];
		unsigned int edits;
	} best[SUGGESTIONS];
};

/* Insertions, deletions and changes of a character, without regard to case. */
static unsigned int distance(const char *a, const char *b)
{
	const size_t length = strlen(b);
	unsigned int row[NAME_MAX_LENGTH + 1];

	for (size_t j = 0; j <= length; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 0; a[i]; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i + 1;
		for (size_t j = 0; j < length; j++) {
			const unsigned int changed = diagonal + (toupper((unsigned char)a[i]) !=
								 toupper((unsigned char)b[j]));
			unsigned int least = row[j] < row[j + 1] ? row[j] + 1 : row[j + 1] + 1;

			diagonal = row[j + 1];
			row[j + 1] = changed < least ? changed : least;
		}
	}
	return row[length];
}

static void consider(struct near *near, const char *name)
{
	unsigned int edits, at = near->count;

	if (strlen(name) >= NAME_MAX_LENGTH)
		return;
	edits = distance(near->wanted, name);
	if (edits > near->limit)
		return;
	for (unsigned int i = 0; i < near->count; i++) {
		if (!strcmp(near->best[i].name, name))
			return;
	}
	while (at > 0 && near->best[at - 1].edits > edits)
		at--;
	if (at == SUGGESTIONS)
		return;
	if (near->count < SUGGESTIONS)
		near->count++;
	memmove(&near->best[at + 1], &near->best[at],
		(near->count - 1 - at) * sizeof(near->best[0]));
	snprintf(near->best[at].name, sizeof(near->best[at].name), "%s", name);
	near->best[at].edits = edits;
}

static void consider_with_interface(struct near *near, enum smc_interface interface,
				    const char *name)
{
	char full[80];

	consider(near, name);
	snprintf(full, sizeof(full), "%s_%s", smc_interface_name(interface), name);
	consider(near, full);
}

static void consider_rows(struct near *near)
{
	const struct smc_enum_value *value;
	const struct smc_profile *profile;
	const struct smc_draft *draft;

	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++)
		consider_with_interface(near, smc_command(id)->interface, smc_command(id)->name);
	for (enum smc_condition_id id = SMC_COND_NONE + 1; id < SMC_CONDITION_COUNT; id++)
		consider(near, smc_condition(id)->id);
	for (uint32_t code = 0; rmi_status_name(code); code++)
		consider(near, rmi_status_name(code));
	for (uint32_t code = 0; rsi_status_name(code); code++)
		consider(near, rsi_status_name(code));
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT; n++)
		consider(near, smc_quirk_row(n)->name);
	for (size_t i = 0; (profile = smc_profile_at(i)); i++)
		consider(near, profile->name);
	for (size_t i = 0; (value = smc_enum_at(i)); i++)
		consider(near, value->enumerator);
	for (size_t i = 0; (draft = smc_draft_at(i)); i++)
		consider_with_interface(near, draft->interface, draft->name);
}

const char *explain_near(const char *name, char *buf, size_t size)
{
	struct near near = {.wanted = name, .limit = (unsigned int)(strlen(name) / 4)};
	size_t length = 0;

	if (near.limit < 1)
		near.limit = 1;
	consider_rows(&near);
	for (unsigned int i = 0; i < near.count && length < size; i++)
		length += (size_t)snprintf(buf + length, size - length, "%s%s", i ? ", " : "",
					   near.best[i].name);
	return near.count ? buf : NULL;
}
