/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a call changed: granules, entries of tables, Realms. The model is asked for the granules that the call
 * names; where one changed, for those behind it as well.
 */
#include <inttypes.h>
#include <search.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tools/report.h"

#define PAGE    UINT64_C(4096)
#define ENTRIES 512

struct report_granule {
	uint64_t pa;
	const char *state; /* static storage of the library */
	enum rmmsim_pas pas;
	uint64_t owner;
	uint64_t *table; /* content, if it is one */
};

/* The changes of one call. */
struct changes {
	struct report *report;
	struct rmmsim *sim;
	size_t granules, runs;
};

/* --- granules ------------------------------------------------------------------------------------ */

static int by_pa(const void *left, const void *right)
{
	const struct report_granule *a = left, *b = right;

	return (a->pa > b->pa) - (a->pa < b->pa);
}

static struct report_granule *find(const struct report *report, uint64_t pa)
{
	const struct report_granule key = {.pa = pa};
	void *const *node = tfind(&key, &report->by_pa, by_pa);

	return node ? *node : NULL;
}

static struct report_granule *add(struct report *report, uint64_t pa)
{
	const size_t more = report->capacity ? 2 * report->capacity : 256;
	struct report_granule **larger, *granule;

	if (report->count == report->capacity) {
		larger = realloc(report->granules, more * sizeof(*larger));
		if (!larger)
			return NULL;
		report->granules = larger;
		report->capacity = more;
	}
	granule = calloc(1, sizeof(*granule));
	if (!granule)
		return NULL;
	*granule = (struct report_granule){.pa = pa, .state = "UNDELEGATED"};
	if (!tsearch(granule, &report->by_pa, by_pa)) {
		free(granule);
		return NULL;
	}
	report->granules[report->count++] = granule;
	return granule;
}

void report_forget(struct report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		tdelete(report->granules[i], &report->by_pa, by_pa);
		free(report->granules[i]->table);
		free(report->granules[i]);
	}
	free(report->granules);
}

static void put_granule(struct changes *changes, const struct report_granule *granule)
{
	FILE *out = changes->report->out;

	if (!out)
		return;
	fprintf(out, "%s[%" PRIu64 ",\"%s\",%" PRIu64 "]", changes->granules++ ? "," : ",\"g\":[",
		granule->pa, granule->state, granule->owner);
}

static void count(struct report *report, const char *state, int64_t change)
{
	unsigned int i = 0;

	if (!strcmp(state, "UNDELEGATED"))
		return;
	while (i < REPORT_STATES - 1 && report->counts[i].state &&
	       strcmp(report->counts[i].state, state) != 0)
		i++;
	report->counts[i].state = state;
	report->counts[i].count += change;
}

/* True if the granule has changed. */
static bool look_at(struct changes *changes, uint64_t pa)
{
	struct report_granule *granule = find(changes->report, pa);
	struct rmmsim_granule_info info;

	if (rmmsim_granule_info(changes->sim, pa, &info) != RMMSIM_OK)
		return false;
	if (!granule && !strcmp(info.state, "UNDELEGATED"))
		return false;
	if (!granule)
		granule = add(changes->report, pa);
	if (!granule) {
		changes->report->failed = true;
		return false;
	}
	if (!strcmp(granule->state, info.state) && granule->owner == info.owner)
		return false;
	count(changes->report, granule->state, -1);
	count(changes->report, info.state, 1);
	granule->state = info.state;
	granule->owner = info.owner;
	free(granule->table);
	granule->table = NULL;
	put_granule(changes, granule);
	return true;
}

static void look_from(struct changes *changes, uint64_t value)
{
	if (!value || value % PAGE)
		return;
	while (look_at(changes, value))
		value += PAGE;
}

/* Pages of the Host that the call names have lists of granules. */
static void look_in_page(struct changes *changes, uint64_t pa)
{
	uint64_t words[ENTRIES];

	if (!pa || pa % PAGE ||
	    rmmsim_host_read(changes->sim, pa, words, sizeof(words)) != RMMSIM_OK)
		return;
	for (unsigned int i = 0; i < ENTRIES; i++)
		look_from(changes, words[i] & ~(PAGE - 1));
}

/* Granules that a machine is looked through for at first. */
#define MAX_FIRST UINT64_C(65536)

/* What was there before the first call that is shown. */
static void look_everywhere(struct changes *changes)
{
	const struct rmmsim_config *config = rmmsim_configuration(changes->sim);
	uint64_t left = MAX_FIRST;

	for (unsigned int bank = 0; bank < config->dram_count; bank++) {
		const struct rmmsim_range *range = &config->dram[bank];

		for (uint64_t pa = range->base; pa < range->top && left; pa += PAGE, left--)
			look_at(changes, pa);
	}
}

/* --- tables -------------------------------------------------------------------------------------- */

/* Entries from `first` that change by the same step. */
static unsigned int run_length(const uint64_t *now, const uint64_t *before, unsigned int first)
{
	unsigned int count = 1;

	while (first + count < ENTRIES && now[first + count] != before[first + count] &&
	       now[first + count] - now[first + count - 1] == now[first + 1] - now[first])
		count++;
	return count;
}

static void put_runs(struct changes *changes, uint64_t pa, const uint64_t *now,
		     const uint64_t *before)
{
	unsigned int count;

	for (unsigned int i = 0; i < ENTRIES; i += count) {
		count = 1;
		if (now[i] == before[i])
			continue;
		count = run_length(now, before, i);
		fprintf(changes->report->out,
			"%s[%" PRIu64 ",%u,%u,\"%" PRIx64 "\",\"%" PRIx64 "\"]",
			changes->runs++ ? "," : ",\"t\":[", pa, i, count, now[i],
			count > 1 ? now[i + 1] - now[i] : 0);
	}
}

static void compare_table(struct changes *changes, struct report_granule *granule)
{
	uint64_t now[ENTRIES];

	if (!granule->table)
		granule->table = calloc(ENTRIES, sizeof(now[0]));
	if (!granule->table) {
		changes->report->failed = true;
		return;
	}
	if (rmmsim_peek(changes->sim, granule->pa, now, sizeof(now)) != RMMSIM_OK)
		return;
	put_runs(changes, granule->pa, now, granule->table);
	memcpy(granule->table, now, sizeof(now));
}

static void compare_tables(struct changes *changes)
{
	for (size_t i = 0; i < changes->report->count; i++) {
		if (!strcmp(changes->report->granules[i]->state, "RTT"))
			compare_table(changes, changes->report->granules[i]);
	}
	if (changes->runs)
		putc(']', changes->report->out);
}

/* --- Realms -------------------------------------------------------------------------------------- */

static void put_realm(struct changes *changes, const struct report_call *call)
{
	struct rmi_realm_params params;
	const bool read =
		rmmsim_host_read(call->sim, call->x[2], &params, sizeof(params)) == RMMSIM_OK;
	const bool tree_pp = params.flags1 & RMI_REALM_FLAGS1_RTT_TREE_PP;
	FILE *out = changes->report->out;

	fprintf(out, ",\"realm\":{\"rd\":%" PRIu64 ",\"state\":\"NEW\"", call->x[1]);
	if (read && params.num_aux_planes < 4 && params.s2sz < 53) {
		fprintf(out,
			",\"width\":%" PRIu64 ",\"start\":%" PRId64 ",\"roots\":%" PRIu64
			",\"planes\":%" PRIu64 ",\"indirect\":%d,\"trees\":[%" PRIu64,
			params.s2sz, params.rtt_level_start, params.rtt_num_start,
			params.num_aux_planes + 1,
			!!(params.flags1 & RMI_REALM_FLAGS1_RTT_S2AP_ENCODING), params.rtt_base);
		for (uint64_t i = 0; tree_pp && i < params.num_aux_planes; i++)
			fprintf(out, ",%" PRIu64, params.aux_rtt_base[i]);
		putc(']', out);
	}
	putc('}', out);
}

static void put_state(struct changes *changes, uint64_t rd, const char *state)
{
	fprintf(changes->report->out, ",\"realm\":{\"rd\":%" PRIu64 ",\"state\":\"%s\"}", rd,
		state);
}

/* rec.md: SYSTEM_OFF and SYSTEM_RESET end the Realm. */
static bool ended(const struct report_call *call)
{
	struct rmi_rec_exit left;

	return rmmsim_host_read(call->sim, call->x[2] + offsetof(struct rmi_rec_run, exit), &left,
				sizeof(left)) == RMMSIM_OK &&
	       left.exit_reason == RMI_EXIT_PSCI &&
	       ((uint32_t)left.gprs[0] == SMC_PSCI_SYSTEM_OFF ||
		(uint32_t)left.gprs[0] == SMC_PSCI_SYSTEM_RESET);
}

static void realm_changes(struct changes *changes, const struct report_call *call)
{
	struct rmmsim_granule_info info;

	switch (call->command) {
	case RMI_REALM_CREATE:
		put_realm(changes, call);
		break;
	case RMI_REALM_ACTIVATE:
		put_state(changes, call->x[1], "ACTIVE");
		break;
	case RMI_REALM_DESTROY:
		put_state(changes, call->x[1], "");
		break;
	case RMI_REC_ENTER:
		if (ended(call) && rmmsim_granule_info(call->sim, call->x[1], &info) == RMMSIM_OK)
			put_state(changes, info.owner, "SYSTEM_OFF");
		break;
	default:
		break;
	}
}

/* --- a call -------------------------------------------------------------------------------------- */

/* Frees granules that it does not name. */
static bool frees(const struct report_call *call)
{
	const char *name = call->command == SMC_NONE ? "" : smc_command(call->command)->name;

	return strstr(name, "DESTROY") || strstr(name, "FOLD") || strstr(name, "OP_") ||
	       strstr(name, "RANGE") || strstr(name, "TERMINATE");
}

void report_changes(struct report *report, const struct report_call *call)
{
	struct changes changes = {.report = report, .sim = call->sim};

	if (report->calls == 1)
		look_everywhere(&changes);
	if (call->command == RMI_REC_ENTER && !changes.granules) {
		if (call->ret[0] == RMI_SUCCESS && report->out)
			realm_changes(&changes, call);
		return;
	}
	for (unsigned int i = 1; i < 7; i++)
		look_from(&changes, call->x[i]);
	for (unsigned int i = 1; i < 5; i++)
		look_from(&changes, call->ret[i]);
	if (report_done(call)) {
		for (unsigned int i = 1; i < 5; i++)
			look_in_page(&changes, call->x[i]);
	}
	for (size_t i = 0; frees(call) && i < report->count; i++)
		look_at(&changes, report->granules[i]->pa);
	if (!report->out)
		return;
	if (changes.granules)
		putc(']', report->out);
	if (call->ret[0] == RMI_SUCCESS)
		realm_changes(&changes, call);
	compare_tables(&changes);
}
