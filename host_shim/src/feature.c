/* SPDX-License-Identifier: BSD-3-Clause */
/* The same on a monitor that is different in one thing: host-shim.md#8.2 */
#define _GNU_SOURCE
#include "host_shim/src/again.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/guard.h"

#define RUN_SECONDS 20
#define MAX_SHOWN   3

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

static void show(const char *name)
{
	const struct hshim_finding *finding;
	unsigned int shown = 0;

	for (unsigned int i = 0; (finding = hshim_finding(i)); i++)
		if (finding->severity == HSHIM_FAIL && !finding->allowed && shown++ < MAX_SHOWN)
			fprintf(stderr, "host_shim: with %s: FAIL %s: %s\n", name,
				hshim_oracle_name(finding->id), finding->text);
}

static void call(void *argument)
{
	const struct other *other = argument;

	other->fn(other->context);
}

static int run_here(struct other *other)
{
	struct hshim_config config = *other->usual;
	int failures;

	config.model = set_model;
	config.context = other;
	config.trace = NULL;
	guard_start(RUN_SECONDS);
	/* boot() may well refuse to go on with such a monitor. */
	if (!hshim_open(&config))
		return 0;
	hshim_report_to(-1, -1);
	hshim_severity("test", HSHIM_OFF);
	ram_now()->sweeping = true;
	hshim_try(call, other);
	hshim_check_end();
	failures = (int)hshim_failures();
	show(other->feature->name);
	return failures;
}

bool hshim_with_feature(const struct hshim_feature *feature, void (*fn)(void *context),
			void *context)
{
	const struct hshim_config usual = ram_now()->config;
	struct other other = {.feature = feature, .usual = &usual, .fn = fn, .context = context};
	int status = 0;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		const int failures = run_here(&other);

		again_write_counts();
		fflush(NULL);
		_exit(failures ? 1 : 0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	hshim_report(HSHIM_O_TEST, "does not pass on a monitor with %s (status 0x%x)",
		     feature->name, (unsigned int)status);
	return false;
}
