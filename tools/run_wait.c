/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Between the turns: time, input, and signals that end the run. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "tools/run.h"

#define TICKS_PER_MS (RUN_HZ / 1000)

/* But for those that the caller ignores, as nohup does. */
static void ending_signals(sigset_t *set)
{
	static const int all[] = {SIGINT, SIGTERM, SIGHUP};

	sigemptyset(set);
	for (unsigned int i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct sigaction action;

		if (sigaction(all[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(set, all[i]);
	}
}

void run_signals_open(struct run_host *h)
{
	sigset_t set;

	ending_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	h->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

void run_signals_close(struct run_host *h)
{
	sigset_t set;

	ending_signals(&set);
	if (h->signals >= 0)
		close(h->signals);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	if (h->signal)
		raise(h->signal);
}

static void take_signal(struct run_host *h)
{
	struct signalfd_siginfo info;
	char what[64];

	if (h->signals < 0 || read(h->signals, &info, sizeof(info)) != sizeof(info))
		return;
	h->signal = (int)info.ssi_signo;
	snprintf(what, sizeof(what), "ended by a signal: %s", strsignal(h->signal));
	run_fail(h, &h->recs[h->turn], what);
}

void run_poll(struct run_host *h)
{
	take_signal(h);
	run_gdb_poll(h);
	board_poll(h->board, rmmsim_time(h->sim));
	if (h->console.leave)
		run_fail(h, &h->recs[h->turn], "ended by Ctrl-A x");
}

bool run_wakes(const struct run_host *h, unsigned int n)
{
	return board_wakes(h->board, n) || board_deadline(h->board, n) <= rmmsim_time(h->sim);
}

/* Waits in the time of the world, because keys may come. True: some came. */
static bool wait_for_keys(struct run_host *h, uint64_t ticks)
{
	struct pollfd fds[3] = {{.fd = h->console.in, .events = POLLIN},
				{.fd = h->signals, .events = POLLIN},
				{.fd = run_gdb_fd(h), .events = POLLIN}};
	const uint64_t ms = ticks / TICKS_PER_MS;

	return poll(fds, 3, ms > INT32_MAX ? -1 : (int)ms) > 0;
}

bool run_let_time_pass(struct run_host *h)
{
	const uint64_t now = rmmsim_time(h->sim);
	uint64_t next = UINT64_MAX;

	for (unsigned int n = 0; n < h->options.recs; n++) {
		const uint64_t deadline = board_deadline(h->board, n);

		if (h->recs[n].runnable && run_gdb_lets(h, n) && deadline < next)
			next = deadline;
	}
	if (console_is_live(&h->console) && next > now && wait_for_keys(h, next - now))
		return true;
	if (next == UINT64_MAX)
		return false;
	if (next > now)
		rmmsim_time_advance(h->sim, next - now);
	return true;
}

#endif
