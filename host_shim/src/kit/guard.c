/* SPDX-License-Identifier: BSD-3-Clause */
/* Crashes and endless loops of the code under test become findings. */
#define _GNU_SOURCE
#include "host_shim/src/kit/guard.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include "host_shim/src/conduit/shim.h"
#include "host_shim/src/kit/summary.h"

#define STACK_SIZE (256 * 1024)
#define SOON       10000 /* us */
#define PATIENCE   200   /* times SOON */

/* The interrupted instruction first: `frame` is that of its function. */
static void *interrupted(const ucontext_t *context, void **frame)
{
#if defined(__x86_64__)
	*frame = (void *)(uintptr_t)context->uc_mcontext.gregs[REG_RBP];
	return (void *)(uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	*frame = (void *)(uintptr_t)context->uc_mcontext.regs[29];
	return (void *)(uintptr_t)context->uc_mcontext.pc;
#else
	(void)context;
	*frame = __builtin_frame_address(0);
	return NULL;
#endif
}

static void add_place(struct text *text, const void *context)
{
	void *site[HSHIM_FRAMES], *frame;

	site[0] = interrupted(context, &frame);
	shim_backtrace(site + (site[0] != NULL), HSHIM_FRAMES - (site[0] != NULL), frame);
	text_backtrace(text, site, HSHIM_FRAMES);
}

static void leave(void)
{
	struct hshim *shim = shim_current();

	if (shim_self(shim)->leave || shim->leave_fn)
		hshim_leave();
}

/* What a compiler makes of a check that fails: kernel units are compiled with -fsanitize=bounds as traps. */
static bool is_trap(int sig, const void *at)
{
#if defined(__x86_64__)
	static const uint8_t ud1[] = {0x0f, 0xb9}, ud2[] = {0x0f, 0x0b};
	const uint8_t *code = at;

	if (sig == SIGILL && code[0] == 0x67)
		code++;
	return sig == SIGILL && (memcmp(code, ud1, 2) == 0 || memcmp(code, ud2, 2) == 0);
#else
	(void)at;
	return sig == SIGTRAP;
#endif
}

static void on_crash(int sig, siginfo_t *info, void *context)
{
	struct text text = {.size = 0};
	void *frame;
	const bool trap = is_trap(sig, interrupted(context, &frame));

	if (shim_current()) {
		if (trap)
			text_add(&text, "an index is beyond the end of its array\n");
		else
			text_add(&text, "signal %d at address %p\n", sig, info->si_addr);
		shim_current()->reporting = false;
		add_place(&text, context);
		hshim_report(trap ? HSHIM_O_OVERRUN : HSHIM_O_CRASH, "%s", text.at);
		shim_current()->broken = true;
		leave();
	}
	signal(sig, SIG_DFL);
}

/* The C library may hold the lock of its heap: nothing that allocates can be done here. */
static void on_abort(int sig, siginfo_t *info, void *context)
{
	void *site[SUMMARY_FRAMES], *frame;

	(void)info;
	site[0] = interrupted(context, &frame);
	shim_backtrace(site + (site[0] != NULL), SUMMARY_FRAMES - (site[0] != NULL),
		       __builtin_frame_address(0));
	summary_last_words(sig, site, SUMMARY_FRAMES);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* Of processor time: on a busy machine nothing is endless because it waits. */
static void set_timer(unsigned int seconds, unsigned int us)
{
	const struct itimerval timer = {.it_value = {seconds, us}};

	setitimer(ITIMER_PROF, &timer, NULL);
}

/* Who leaves host_shim or the model in the middle keeps their locks. An endless loop soon calls neither. */
static bool wait_for_return(struct hshim *shim)
{
	if (!shim_busy() || shim->overdue++ == PATIENCE)
		return false;
	set_timer(0, SOON);
	return true;
}

static void on_alarm(int sig, siginfo_t *info, void *context)
{
	struct text text = {.size = 0};

	(void)info;
	if (shim_current()) {
		if (wait_for_return(shim_current()))
			return;
		text_add(&text, "the test takes too long\n");
		add_place(&text, context);
		hshim_report(HSHIM_O_LOOP_CPU, "%s", text.at);
		leave();
	}
	signal(sig, SIG_DFL);
	raise(sig);
}

void guard_start(unsigned int seconds)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	/* For the rest of the process. */
	const stack_t stack = {.ss_sp = shim_map(STACK_SIZE), .ss_size = STACK_SIZE};

	if (stack.ss_sp)
		sigaltstack(&stack, NULL);
	sigemptyset(&action.sa_mask);
	action.sa_sigaction = on_crash;
	for (unsigned int i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	action.sa_sigaction = on_abort;
	sigaction(SIGABRT, &action, NULL);
	action.sa_sigaction = on_alarm;
	sigaction(SIGPROF, &action, NULL);
	guard_again(seconds);
}

void guard_again(unsigned int seconds)
{
	if (shim_current())
		shim_current()->overdue = 0;
	set_timer(seconds, 0);
}
