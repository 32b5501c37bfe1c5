/* SPDX-License-Identifier: BSD-3-Clause */
/* The same on a monitor that is different in one thing: host-shim.md#8.2 */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/kit/guard.h"

#define RUN_SECONDS 20

struct other {
	const struct hshim_feature *feature;
	const struct hshim_config *usual;
	void (*fn)(void *context);
	void *context;
};

static void set_model(void *context, struct rmmsim_config *model)
{
	const struct other *other = context;
	const struct hshim_feature *f = other->feature;
	uint64_t mask;

	if (other->usual->model)
		other->usual->model(other->usual->context, model);
	if (f->rec_aux) {
		model->rec_aux_count = f->rec_aux;
		return;
	}
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
	char run[256];

	config.model = set_model;
	config.context = other;
	config.trace = NULL;
	again_count();
	guard_start(RUN_SECONDS);
	/* boot() may well refuse to go on with such a monitor. */
	if (!hshim_open(&config))
		again_end(0);
	hshim_report_to(-1, -1);
	hshim_severity("test", HSHIM_OFF);
	ram_now()->sweeping = true;
	hshim_try(call, other);
	hshim_check_end();
	snprintf(run, sizeof(run), "with %s: FAIL", other->feature->name);
	again_show(run);
	again_end(hshim_failures() ? 1 : 0);
}

bool hshim_with_feature(const struct hshim_feature *feature, void (*fn)(void *context),
			void *context)
{
	const struct hshim_config usual = ram_now()->config;
	struct other other = {.feature = feature, .usual = &usual, .fn = fn, .context = context};
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_here(&other);
	status = again_wait(pid);
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	hshim_report(HSHIM_O_TEST, "does not pass on a monitor with %s (status 0x%x)",
		     feature->name, (unsigned int)status);
	return false;
}
