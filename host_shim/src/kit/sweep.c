/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * "Fail the nth, for all n": host-shim.md#8.2. A process makes many runs, one after the other, as long as
 * they pass. The first that does not is made again in a process of its own: only that result counts.
 */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/kit/guard.h"
#include "host_shim/src/kit/summary.h"

#define RUN_SECONDS  10
#define MAX_TOGETHER 256

enum sweep_kind { SWEEP_ALLOC, SWEEP_SMC };

/* Shared with the child. */
struct outcome {
	unsigned int points, failures;
	unsigned int passed; /* runs of this process, the first ones */
	bool seen[SMC_COMMAND_COUNT];
};

/* A point that fails, or a command that is refused every time; neither: the undisturbed run. */
struct job {
	unsigned int point, always;
};

struct sweep {
	enum sweep_kind kind;
	struct outcome *outcome;
	void (*fn)(void);
	unsigned int kinds;
	const unsigned int *fids;
	struct hshim_config config;
	struct hshim_sweep *result;
	unsigned int point, always; /* of the present job */
	unsigned int group;
	bool all; /* commands that take something back, too */
	/* of the child */
	unsigned int seen;
	const char *refused;                  /* the command that failed last, or NULL */
	signed char meant[SMC_COMMAND_COUNT]; /* 0: not asked yet */
};

/* --- which SMCs, with which result ------------------------------------------------------------------ */

static bool takes_back(const char *name)
{
	return strstr(name, "UNDELEGATE") || strstr(name, "DESTROY") || strstr(name, "UNMAP") ||
	       strstr(name, "FOLD");
}

/* X0 of the failure that this sweep makes up; 0 if the command has none such. */
static unsigned int refusal(const struct sweep *sweep, const struct smc_command *row)
{
	const struct hshim_sweep *wanted = sweep->result;
	enum smc_condition_id first;
	const size_t count = smc_conditions_of(smc_command_find(row->name), &first);

	for (size_t i = 0; i < count; i++) {
		const struct smc_condition *c = smc_condition((enum smc_condition_id)(first + i));

		if (wanted->status && c->status == wanted->status)
			return wanted->index << 8 | wanted->status;
		if (!wanted->status && c->index == SMC_INDEX_NONE)
			return c->status;
	}
	return 0;
}

static bool is_meant(const struct sweep *sweep, const struct smc_command *row)
{
	if (!row || !refusal(sweep, row))
		return false;
	if (!sweep->fids)
		return sweep->all || !takes_back(row->name);
	for (const unsigned int *fid = sweep->fids; *fid; fid++)
		if (*fid == row->fid)
			return true;
	return false;
}

/* What stays behind because the monitor did not give it back is no leak, whenever it is noticed. */
static void excuse_leftovers(const struct smc_command *row)
{
	/* Which granule was refused is known, and what else stays behind is a leak all the same. */
	if (!ram_gives_back(row)) {
		hshim_severity("leak.granule", HSHIM_WARNING);
		hshim_severity("leak.page", HSHIM_WARNING);
	}
	hshim_severity("leak.id", HSHIM_WARNING);
	hshim_severity("leak.accounting", HSHIM_WARNING);
}

static unsigned long first_ipa(const struct hshim_call *call, const struct smc_command *row)
{
	for (unsigned int i = 0; i < row->inputs; i++)
		if (row->in[i].kind == SMC_KIND_IPA)
			return call->x[i + 1];
	return 0;
}

/* The register with the level that the call names; 0 if it names none. */
static unsigned int level_register(const struct smc_command *row)
{
	for (unsigned int i = 0; i < row->inputs; i++)
		if (row->in[i].kind == SMC_KIND_LEVEL)
			return i + 1;
	return 0;
}

static unsigned long level_of(const struct hshim_call *call, const struct smc_command *row)
{
	const unsigned int reg = level_register(row);

	return reg ? call->x[reg] & 3 : 3;
}

static bool is_rtt(unsigned long x0)
{
	return smc_on(SMC_FROM_HOST, x0) & (SMC_ON_RTT | SMC_ON_RTT_AUX);
}

/* Where the table ends in which the walk for `ipa` ended: nothing is mapped in it behind that address. */
static unsigned long table_end(unsigned long ipa, unsigned int level)
{
	const unsigned int shift = 12 + 9 * (4 - min(level, 3u));

	return ((ipa >> shift) + 1) << shift;
}

static unsigned long output_ipa(const struct hshim_call *call, const struct smc_command *row,
				unsigned long x0)
{
	const unsigned long ipa = first_ipa(call, row);

	/* A table that is in use: it is where the call was told. */
	if (!takes_back(row->name) || !is_rtt(x0) ||
	    (strstr(row->name, "DESTROY") && level_register(row) && x0 >> 8 == level_of(call, row)))
		return ipa;
	return table_end(ipa, (unsigned int)(x0 >> 8));
}

/*
 * Outputs that the row has for this status: an address that is no farther than it was, or where there is
 * something to take back again; no tree.
 */
static void fill_outputs(struct injection *slot, const struct hshim_call *call,
			 const struct smc_command *row)
{
	slot->what.set = 1;
	for (unsigned int i = 0; i < row->outputs; i++) {
		if (!(row->out[i].on & smc_on(SMC_FROM_HOST, slot->what.x[0])))
			continue;
		slot->what.set |= 2u << i;
		slot->what.x[i + 1] = row->out[i].kind == SMC_KIND_IPA
					      ? output_ipa(call, row, slot->what.x[0])
					      : 0;
	}
}

/*
 * What another CPU may have brought about meanwhile: the walk ends elsewhere, by the command of a table or
 * mapping of which hosts make many at once.
 */
static bool is_legal(const struct smc_command *row, unsigned long x0)
{
	static const char *const together[] = {"RTT_CREATE", "RTT_AUX_CREATE",
					       "DATA_CREATE_UNKNOWN", "RTT_MAP_UNPROTECTED",
					       "RTT_AUX_MAP_PROTECTED"};

	if (!is_rtt(x0))
		return false;
	for (unsigned int i = 0; i < ARRAY_SIZE(together); i++)
		if (strcmp(row->name, together[i]) == 0)
			return true;
	return false;
}

/* A host may be astonished when a command is refused that it knows to be right, not of what can happen. */
static void judge_warnings(const struct sweep *sweep, const struct smc_command *row,
			   unsigned long x0)
{
	if (!shim_current()->made_up && !sweep->always && is_legal(row, x0))
		hshim_severity("warn.answer", HSHIM_FAIL);
	else
		hshim_severity("warn.answer", HSHIM_WARNING);
	shim_current()->made_up = true;
}

static void tell_refusal(const struct smc_command *row, unsigned long x0)
{
	struct hshim *shim = shim_current();
	char result[64];

	snprintf(shim->circumstance, sizeof(shim->circumstance), "%s was answered %s", row->name,
		 smc_result_text(SMC_FROM_HOST, x0, result, sizeof(result)));
}

/* A walk does not end below where the command sends it: of a new table, to the one above. */
static bool can_end_there(const struct sweep *sweep, const struct hshim_call *call,
			  const struct smc_command *row)
{
	const unsigned long x0 = refusal(sweep, row), level = level_of(call, row);
	const bool makes = strstr(row->name, "RTT") && strstr(row->name, "CREATE");

	return !is_rtt(x0) || x0 >> 8 <= level - makes;
}

static bool is_due(struct sweep *sweep)
{
	const unsigned int second = sweep->result->second;

	sweep->seen++;
	return sweep->seen == sweep->point ||
	       (second && sweep->point && sweep->seen == sweep->point + second);
}

static bool is_point(void *context, const struct hshim_call *call)
{
	struct sweep *sweep = context;
	const enum smc_command_id id = smc_decode(SMC_FROM_HOST, call->fid, shim_current()->shape);
	const struct smc_command *row = smc_command(id);
	struct injection *slot = &shim_current()->inject[0];

	if (!row)
		return false;
	if (!sweep->meant[id])
		sweep->meant[id] = is_meant(sweep, row) ? 1 : -1;
	if (sweep->meant[id] < 0)
		return false;
	if (!can_end_there(sweep, call, row))
		return false;
	sweep->outcome->seen[id] = true;
	if (sweep->always ? row->fid != sweep->always : !is_due(sweep))
		return false;
	sweep->refused = row->name;
	if (takes_back(row->name))
		excuse_leftovers(row);
	slot->what.x[0] = refusal(sweep, row);
	fill_outputs(slot, call, row);
	judge_warnings(sweep, row, slot->what.x[0]);
	tell_refusal(row, slot->what.x[0]);
	return true;
}

static void arm(struct sweep *sweep)
{
	const struct hshim_injection injection = {
		.pred = is_point, .context = sweep, .set = 1, .nth = 1, .count = HSHIM_FOREVER};

	if (sweep->kind == SWEEP_ALLOC && sweep->point)
		snprintf(shim_current()->circumstance, sizeof(shim_current()->circumstance),
			 "allocation %u fails", sweep->point);
	if (sweep->kind == SWEEP_ALLOC)
		hshim_fail_alloc(sweep->kinds, sweep->point, 1 + sweep->result->second);
	else
		hshim_smc_inject(&injection);
}

/* --- the child ----------------------------------------------------------------------------------------- */

static void call_test(void *argument)
{
	((struct sweep *)argument)->fn();
}

/* What an unhappy end may leave behind, or say, without being wrong. */
static void make_allowances(const struct sweep *sweep)
{
	if (!sweep->point && !sweep->always)
		return;
	hshim_severity("test", HSHIM_OFF);
	if (sweep->kind == SWEEP_SMC)
		hshim_severity("warn.storm", HSHIM_WARNING);
}

/* "2.17": the 17th point of the second group; "2.RTT_CREATE": that is refused every time. */
static void id_of(const struct sweep *sweep, const struct job *job, char *buf, size_t size)
{
	const char *name = job->always ? hshim_fid_name(job->always) : NULL;

	if (name)
		snprintf(buf, size, "%u.%s", sweep->group, name);
	else
		snprintf(buf, size, "%u.%u", sweep->group, job->point);
}

static bool is_wanted(const struct sweep *sweep, const struct job *job)
{
	char id[48];

	id_of(sweep, job, id, sizeof(id));
	return summary_wants(id);
}

static void set_job(struct sweep *sweep, const struct job *job)
{
	sweep->point = job->point;
	sweep->always = job->always;
	sweep->seen = 0;
	sweep->refused = NULL;
	sweep->outcome->failures = 0;
}

/* With a fresh instance. `told`: findings are told. */
static void run(struct sweep *sweep, bool told)
{
	const struct job job = {.point = sweep->point, .always = sweep->always};
	char id[48], text[128];

	id_of(sweep, &job, id, sizeof(id));
	if (told)
		again_listen(id, sweep->result->verbose);
	else
		hshim_report_to(-1, -1);
	ram_now()->sweeping = sweep->point || sweep->always;
	make_allowances(sweep);
	arm(sweep);
	hshim_try(call_test, sweep);
	/* What is left is taken down undisturbed. */
	sweep->outcome->points = sweep->kind == SWEEP_ALLOC ? hshim_alloc_points() : sweep->seen;
	hshim_fail_alloc(0, 0, 0);
	hshim_check_end();
	sweep->outcome->failures = hshim_failures();
	snprintf(text, sizeof(text), "sweep %s, run %s%s%s",
		 sweep->result->name ? sweep->result->name : "", id, sweep->refused ? ", " : "",
		 sweep->refused ? sweep->refused : "");
	if (told)
		again_show(text);
}

static void run_alone(struct sweep *sweep, const struct job *job)
{
	set_job(sweep, job);
	again_count();
	guard_start(RUN_SECONDS);
	if (!hshim_open(&sweep->config))
		again_end(3);
	run(sweep, true);
	sweep->outcome->passed = sweep->outcome->failures == 0;
	again_end(0);
}

/* Until one fails, or leaves the process in a state that no other run may begin with. */
static void run_together(struct sweep *sweep, const struct job *jobs, unsigned int count)
{
	struct again again;

	guard_start(RUN_SECONDS);
	/* Here memory is used again: the allocator need not ask the system for it. */
	mallopt(M_MMAP_THRESHOLD, 32 * 1024 * 1024);
	mallopt(M_TRIM_THRESHOLD, 32 * 1024 * 1024);
	if (!again_start(&again, &sweep->config))
		again_end(3);
	for (unsigned int i = 0; i < count; i++) {
		guard_again(RUN_SECONDS);
		set_job(sweep, &jobs[i]);
		if (!again_open(&again))
			again_end(i ? 0 : 3);
		run(sweep, i == 0);
		if (sweep->outcome->failures)
			break;
		sweep->outcome->passed = i + 1;
		if (shim_current()->broken)
			break;
		again_close(&again);
	}
	again_end(0);
}

/* --- the parent ------------------------------------------------------------------------------------------ */

static void complain(const struct sweep *sweep, const struct job *job, int status)
{
	char what[128], id[48];

	id_of(sweep, job, id, sizeof(id));
	summary_run(id);
	snprintf(what, sizeof(what), "run %s, sweep %s", id,
		 sweep->result->name ? sweep->result->name : "");
	summary_death(what, status);
}

/* Returns for how many of the jobs the result is known now; *failed: the last of them, the only one. */
static unsigned int run_some(struct sweep *sweep, const struct job *jobs, unsigned int count,
			     bool *failed)
{
	struct outcome *outcome = sweep->outcome;
	int status;
	pid_t pid;

	outcome->passed = 0;
	*failed = false;
	fflush(NULL);
	pid = fork();
	if (pid == 0 && count == 1)
		run_alone(sweep, jobs);
	if (pid == 0)
		run_together(sweep, jobs, count);
	status = again_wait(pid);
	if (outcome->passed)
		return outcome->passed;
	*failed = true;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		complain(sweep, jobs, status);
	return 1;
}

static void run_jobs(struct sweep *sweep, const struct job *jobs, unsigned int count)
{
	const unsigned int most = !sweep->result->apart && again_is_possible() ? MAX_TOGETHER : 1;
	struct hshim_sweep *result = sweep->result;
	unsigned int done;
	bool failed;

	for (unsigned int i = 0; i < count; i += done) {
		done = 1;
		if (!is_wanted(sweep, &jobs[i]) && (jobs[i].point || jobs[i].always))
			continue;
		done = run_some(sweep, jobs + i, min(summary_wants("") ? count - i : 1, most),
				&failed);
		result->runs += done;
		if (failed && !result->failed++)
			result->first_failed = jobs[i].point;
	}
}

static void run_points(struct sweep *sweep, unsigned int points)
{
	struct job *jobs = calloc(points + 1, sizeof(*jobs));

	for (unsigned int i = 0; jobs && i < points; i++)
		jobs[i].point = i + 1;
	if (jobs)
		run_jobs(sweep, jobs, points);
	free(jobs);
}

/* A monitor that keeps refusing: a host that tries again and again does not come back. */
static void run_always(struct sweep *sweep)
{
	struct job jobs[SMC_COMMAND_COUNT] = {{0}};
	unsigned int count = 0;

	for (unsigned int id = 1; sweep->kind == SWEEP_SMC && id < SMC_COMMAND_COUNT; id++)
		if (sweep->outcome->seen[id])
			jobs[count++].always = smc_command((enum smc_command_id)id)->fid;
	run_jobs(sweep, jobs, count);
}

static unsigned int drive(struct sweep *sweep)
{
	static const struct job undisturbed;
	struct hshim_sweep *result = sweep->result;
	struct outcome *outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (outcome == MAP_FAILED)
		return 1;
	/* Large blocks of a child come zeroed from the system, not copied from what this process freed. */
	mallopt(M_MMAP_THRESHOLD, 64 * 1024);
	malloc_trim(0);
	sweep->group = summary_group();
	result->runs = 0;
	result->failed = 0;
	result->first_failed = 0;
	sweep->outcome = outcome;
	run_jobs(sweep, &undisturbed, 1);
	result->points = outcome->points;
	run_points(sweep, result->limit ? min(result->points, result->limit) : result->points);
	if (!result->once)
		run_always(sweep);
	munmap(outcome, sizeof(*outcome));
	summary_run(NULL);
	if (result->failed && shim_current())
		again_failed("sweep %s: %u of %u runs fail, the first at point %u",
			     result->name ? result->name : "", result->failed, result->runs,
			     result->first_failed);
	return result->failed;
}

static struct hshim_config sweep_config(void)
{
	const struct hshim *shim = shim_current();
	struct hshim_config config = {.unprotected = false};

	if (shim && shim->mem)
		config = shim->mem->config;
	config.trace = NULL;
	return config;
}

unsigned int hshim_sweep_alloc_kinds(void (*fn)(void), unsigned int kinds,
				     struct hshim_sweep *result)
{
	struct sweep sweep = {.kind = SWEEP_ALLOC,
			      .fn = fn,
			      .kinds = kinds,
			      .result = result,
			      .config = sweep_config()};

	return drive(&sweep);
}

unsigned int hshim_sweep_alloc(void (*fn)(void))
{
	struct hshim_sweep result = {.name = "of allocations"};

	return hshim_sweep_alloc_kinds(fn, HSHIM_ALLOC_ANY, &result);
}

unsigned int hshim_sweep_smc_full(void (*fn)(void), const unsigned int *fids,
				  struct hshim_sweep *result)
{
	struct sweep sweep = {.kind = SWEEP_SMC,
			      .fn = fn,
			      .fids = fids,
			      .result = result,
			      .config = sweep_config()};

	return drive(&sweep);
}

unsigned int hshim_sweep_smc(void (*fn)(void), const unsigned int *fids)
{
	struct hshim_sweep result = {.name = "of SMCs"};

	return hshim_sweep_smc_full(fn, fids, &result);
}

/* --- one point, without a sweep --------------------------------------------------------------------------- */

struct refusal {
	struct sweep sweep;
	struct hshim_sweep result;
	struct outcome outcome;
};

static void from_now_on(void)
{
	ram_now()->sweeping = true;
	hshim_severity("test", HSHIM_OFF);
	hshim_severity("warn.storm", HSHIM_WARNING);
}

void hshim_refuse(unsigned int nth, unsigned int status, unsigned int index)
{
	struct refusal *refusal = ram_now()->refusal;

	from_now_on();
	if (!refusal)
		refusal = calloc(1, sizeof(*refusal));
	if (!refusal)
		return;
	ram_now()->refusal = refusal;
	*refusal = (struct refusal){.result = {.status = status, .index = index},
				    .sweep = {.kind = SWEEP_SMC, .point = nth, .all = true}};
	refusal->sweep.result = &refusal->result;
	refusal->sweep.outcome = &refusal->outcome;
	hshim_smc_inject_reset();
	arm(&refusal->sweep);
}

void hshim_run_short(unsigned int nth, unsigned int count)
{
	from_now_on();
	hshim_fail_alloc(HSHIM_ALLOC_ANY, nth, count);
}
