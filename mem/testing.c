/* SPDX-License-Identifier: BSD-3-Clause */
/* Protection faults as failures of tests. All but the public functions run in the signal's context. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rmmsim/testing.h>

/* The first is the access itself, the others return addresses. */
static const char *code_of_frame(const struct rmmsim_gpf *gpf, size_t frame)
{
	return (const char *)gpf->backtrace[frame] - (frame != 0);
}

/* memcpy() and its like have no line: who called them is what a test is told. */
static void find_place(struct rmmsim_place *place, const struct rmmsim_gpf *gpf)
{
	for (size_t i = 0; i < gpf->backtrace_size; i++)
		if (rmmsim_place_of(code_of_frame(gpf, i), place) && place->line)
			return;
	rmmsim_place_of(gpf->backtrace_size ? gpf->backtrace[0] : NULL, place);
}

static void describe(struct rmmsim_fault *fault, const struct rmmsim_gpf *gpf)
{
	const struct rmmsim_place *place = &fault->place;
	char since[64] = "";

	fault->pa = gpf->pa;
	fault->write = gpf->write;
	find_place(&fault->place, gpf);
	if (gpf->call)
		snprintf(since, sizeof(since), " since SMC %llu, %.32s",
			 (unsigned long long)gpf->call, gpf->command ? gpf->command : "");
	snprintf(fault->text, sizeof(fault->text),
		 "host %s PA 0x%llx, which is %s%s: %.60s%s%.60s%s%u",
		 gpf->write ? "write to" : "read of", (unsigned long long)gpf->pa, gpf->state,
		 since, place->function, *place->function ? ", " : "",
		 *place->file ? place->file : "unknown file", ":", place->line);
}

static void on_fault_fail(void *context, const struct rmmsim_gpf *gpf)
{
	const union {
		void *data;
		rmmsim_fail_fn call;
	} fail = {.data = context};
	struct rmmsim_fault fault;

	if (syscall(SYS_gettid) != getpid())
		return;
	describe(&fault, gpf);
	fail.call(&fault);
}

void rmmsim_testing_fail(struct rmmsim_config *config, rmmsim_fail_fn fail)
{
	const union {
		rmmsim_fail_fn call;
		void *data;
	} context = {.call = fail};

	config->protection = RMMSIM_PROTECTION_TRAP;
	config->gpf = on_fault_fail;
	config->gpf_context = context.data;
}

static void on_fault_jump(void *context, const struct rmmsim_gpf *gpf)
{
	struct rmmsim_trap *trap = context;

	if (!trap->armed || trap->thread != (uintptr_t)pthread_self())
		return;
	describe(&trap->fault, gpf);
	longjmp(trap->to, 1);
}

void rmmsim_testing_trap(struct rmmsim_config *config, struct rmmsim_trap *trap)
{
	trap->armed = false;
	config->protection = RMMSIM_PROTECTION_TRAP;
	config->gpf = on_fault_jump;
	config->gpf_context = trap;
}

bool rmmsim_testing_run(struct rmmsim_trap *trap, void (*test)(void *argument), void *argument)
{
	/* The handler of the library leaves the mask of signals as it was. */
	const bool faulted = setjmp(trap->to) != 0;

	if (!faulted) {
		trap->thread = (uintptr_t)pthread_self();
		trap->armed = true;
		test(argument);
	}
	trap->armed = false;
	return !faulted;
}
