/* SPDX-License-Identifier: BSD-3-Clause */
/* The same on a monitor that is different in one thing: host-shim.md#8.2 */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/kit/guard.h"
#include "host_shim/src/kit/summary.h"

#define RUN_SECONDS 20
#define RUN_FAILED  77 /* exit status: it has told why */

struct other {
	const struct hshim_feature *feature;
	const struct hshim_config *usual;
	void (*fn)(void *context);
	void *context;
	char id[16]; /* of this run of the test */
};

static void set_model(void *context, struct rmmsim_config *model)
{
	const struct other *other = context;
	const struct hshim_feature *f = other->feature;
	uint64_t mask;

	if (other->usual->model)
		other->usual->model(other->usual->context, model);
	if (f->profile)
		model->profile = f->profile;
	if (f->revision)
		rmmsim_config_revision(model, f->revision);
	if (f->rec_aux)
		model->rec_aux_count = f->rec_aux;
	if (f->profile || f->revision || f->rec_aux)
		return;
	mask = GENMASK_ULL(f->high, f->low);
	model->feature_register[0] =
		(model->feature_register[0] & ~mask) | ((uint64_t)f->value << f->low & mask);
}

static void call(void *argument)
{
	const struct other *other = argument;

	other->fn(other->context);
}

static void run_here(struct other *other)
{
	struct hshim_config config = *other->usual;
	char run[128];

	config.model = set_model;
	config.context = other;
	config.trace = NULL;
	again_count();
	guard_start(RUN_SECONDS);
	/* boot() may well refuse to go on with such a monitor. */
	if (!hshim_open(&config))
		again_end(0);
	again_listen(other->id, false);
	snprintf(shim_current()->circumstance, sizeof(shim_current()->circumstance),
		 "on a monitor with %s", other->feature->name);
	hshim_severity("test", HSHIM_OFF);
	ram_now()->sweeping = true;
	hshim_try(call, other);
	hshim_check_end();
	snprintf(run, sizeof(run), "with %s: FAIL", other->feature->name);
	again_show(run);
	again_end(hshim_failures() ? RUN_FAILED : 0);
}

static void death_of(const struct other *other, int status)
{
	char what[128];

	summary_run(other->id);
	snprintf(what, sizeof(what), "the run on a monitor with %s", other->feature->name);
	summary_death(what, status);
	summary_run(NULL);
}

bool hshim_with_feature(const struct hshim_feature *feature, void (*fn)(void *context),
			void *context)
{
	const struct hshim_config usual = ram_now()->config;
	struct other other = {.feature = feature, .usual = &usual, .fn = fn, .context = context};
	int status;
	pid_t pid;

	snprintf(other.id, sizeof(other.id), "%u", summary_group());
	if (!summary_wants(other.id))
		return true;
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_here(&other);
	status = again_wait(pid);
	summary_run(NULL);
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) != RUN_FAILED)
		death_of(&other, status);
	again_failed("does not pass on a monitor with %s", feature->name);
	return false;
}
