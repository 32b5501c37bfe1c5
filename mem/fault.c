/* SPDX-License-Identifier: BSD-3-Clause */
#include "mem/fault.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "mem/frames.h"
#include "mem/report.h"

#define SIGNALS 2

static const int signals[SIGNALS] = {SIGSEGV, SIGBUS};

/*
 * The actions that the handler displaced: [0] when it was installed, and alternately [1] and [2]
 * whenever it was put in front of another one again.
 */
struct displaced {
	struct sigaction action[3];
	atomic_uint latest;
	bool installed;
};

/*
 * Process-wide, since signal dispositions are. The handler reads it without a lock: it announces
 * itself in `readers`, and the thread that takes an instance out of the list waits for readers to leave.
 */
static struct {
	pthread_mutex_t lock; /* of everything but what the handler does */
	_Atomic(struct mem *) first;
	atomic_uint readers;
	struct displaced displaced[SIGNALS];
} fault = {.lock = PTHREAD_MUTEX_INITIALIZER};

/*
 * The signal that this thread is passing on. A program's handler that passes it back would go round
 * for ever. `frame` tells a signal that is still being passed on from one whose handler was left by
 * siglongjmp(): then this thread's handler runs at that frame again, not below it.
 */
static _Thread_local struct {
	const void *info;
	uintptr_t frame;
} passing __attribute__((tls_model("initial-exec")));

/* The last access of this thread that was repeated although nothing had to be done for it. */
static _Thread_local struct {
	const void *address;
	unsigned int changes;
} repeated __attribute__((tls_model("initial-exec")));

/*
 * Another thread may have opened the granule between the access and the handler. If the access faults
 * again although nothing has changed, it has another reason: no memory, or an instruction fetch.
 */
static bool worth_repeating(const struct report *report, const void *address)
{
	const bool before = repeated.address == address && repeated.changes == report->changes;

	repeated.address = before ? NULL : address;
	repeated.changes = report->changes;
	return !before;
}

static enum report_verdict judge(struct report *report, const void *address)
{
	enum report_verdict verdict = REPORT_NOT_OURS;

	atomic_fetch_add(&fault.readers, 1);
	for (struct mem *mem = atomic_load(&fault.first); mem && verdict == REPORT_NOT_OURS;
	     mem = atomic_load(&mem->next))
		verdict = report_take(report, mem, address);
	atomic_fetch_sub(&fault.readers, 1);
	if (verdict == REPORT_ACCESSIBLE && !worth_repeating(report, address))
		return REPORT_NOT_OURS;
	return verdict;
}

/* Sent by kill() or the like: it does not come again when the handler returns. */
static bool is_sent(const siginfo_t *info)
{
	return info->si_code <= 0;
}

static void default_action(int sig)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};

	sigaction(sig, &action, NULL);
}

static void call_action(const struct sigaction *action, int sig, siginfo_t *info, void *context)
{
	sigset_t mask = action->sa_mask, before;

	if (!(action->sa_flags & SA_NODEFER))
		sigaddset(&mask, sig);
	pthread_sigmask(SIG_BLOCK, &mask, &before);
	if (action->sa_flags & SA_SIGINFO)
		action->sa_sigaction(sig, info, context);
	else
		action->sa_handler(sig);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* What the kernel would have done without this handler. */
static void perform(const struct sigaction *action, int sig, siginfo_t *info, void *context)
{
	const bool plain = !(action->sa_flags & SA_SIGINFO);

	if (plain && action->sa_handler == SIG_IGN && is_sent(info))
		return;
	if (plain && (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN)) {
		default_action(sig);
		if (is_sent(info))
			raise(sig);
		return;
	}
	call_action(action, sig, info, context);
}

static void pass_on(int sig, siginfo_t *info, void *context)
{
	const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
	struct displaced *displaced = &fault.displaced[sig == SIGBUS];
	const bool nested = passing.info == info && passing.frame > frame;
	const struct sigaction action =
		displaced->action[nested ? 0 : atomic_load(&displaced->latest)];

	if (nested) {
		passing.info = NULL;
		perform(&action, sig, info, context);
		return;
	}
	passing.info = info;
	passing.frame = frame;
	perform(&action, sig, info, context);
	passing.info = NULL;
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	enum report_verdict verdict = REPORT_NOT_OURS;
	const int error = errno;
	struct report report;

	if (!is_sent(info))
		verdict = judge(&report, info->si_addr);
	if (verdict == REPORT_NOT_OURS)
		pass_on(sig, info, context);
	if (verdict == REPORT_TAKEN) {
		report_context(&report, context);
		report_deliver(&report);
		default_action(sig);
		/* Otherwise the access is repeated and dies where the program's bug is. */
		if (judge(&report, info->si_addr) != REPORT_TAKEN)
			raise(sig);
	}
	errno = error;
}

static bool is_ours(const struct sigaction *action)
{
	return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_fault;
}

static bool same(const struct sigaction *a, const struct sigaction *b)
{
	return a->sa_flags == b->sa_flags && a->sa_sigaction == b->sa_sigaction;
}

/* The slot that is in use stays as it is: a handler may be reading it. */
static void remember(struct displaced *displaced, const struct sigaction *action)
{
	const unsigned int latest = atomic_load(&displaced->latest);
	const unsigned int slot = displaced->installed ? 1 + (latest == 1) : 0;

	if (displaced->installed && same(&displaced->action[latest], action))
		return;
	displaced->action[slot] = *action;
	atomic_store(&displaced->latest, slot);
	displaced->installed = true;
}

static void install(void)
{
	struct sigaction ours = {.sa_flags = SA_ONSTACK | SA_SIGINFO | SA_NODEFER};
	struct sigaction current;

	ours.sa_sigaction = on_fault;
	sigemptyset(&ours.sa_mask);
	for (unsigned int i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &current);
		if (is_ours(&current))
			continue;
		remember(&fault.displaced[i], &current);
		sigaction(signals[i], &ours, NULL);
	}
}

/*
 * Not where another handler is in front, and what was displaced first is not forgotten where others
 * came later: they may still pass signals on to this handler.
 */
static void uninstall(void)
{
	struct sigaction current;

	for (unsigned int i = 0; i < SIGNALS; i++) {
		struct displaced *displaced = &fault.displaced[i];
		const unsigned int latest = atomic_load(&displaced->latest);

		sigaction(signals[i], NULL, &current);
		if (!is_ours(&current))
			continue;
		sigaction(signals[i], &displaced->action[latest], NULL);
		displaced->installed = latest != 0;
	}
}

static void arm_again(void)
{
	struct sigaction current;

	sigaction(SIGSEGV, NULL, &current);
	if (is_ours(&current))
		return;
	pthread_mutex_lock(&fault.lock);
	install();
	pthread_mutex_unlock(&fault.lock);
}

void fault_register(struct mem *mem)
{
	frames_prepare();
	pthread_mutex_lock(&fault.lock);
	install();
	atomic_store(&mem->next, atomic_load(&fault.first));
	atomic_store(&fault.first, mem);
	pthread_mutex_unlock(&fault.lock);
}

static void unlink_mem(const struct mem *mem)
{
	_Atomic(struct mem *) *link = &fault.first;

	while (atomic_load(link) && atomic_load(link) != mem)
		link = &atomic_load(link)->next;
	if (atomic_load(link))
		atomic_store(link, atomic_load(&mem->next));
}

void fault_unregister(struct mem *mem)
{
	pthread_mutex_lock(&fault.lock);
	unlink_mem(mem);
	if (!atomic_load(&fault.first))
		uninstall();
	pthread_mutex_unlock(&fault.lock);
	while (atomic_load(&fault.readers))
		sched_yield();
}

#define REARM_YOUNG 256 /* so many times at first, then one of so many */
#define REARM_EVERY 64

/*
 * Often while a program is young, which is when test frameworks install and remove handlers around
 * each test; rarely later, for it costs a system call.
 */
void fault_rearm(struct mem *mem)
{
	unsigned int n;

	if (!mem->protect.on)
		return;
	n = atomic_fetch_add_explicit(&mem->protect.rearmed, 1, memory_order_relaxed);
	if (n < REARM_YOUNG || n % REARM_EVERY == 0)
		arm_again();
}
