/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim run`: the turns of the RECs. */
#include "tools/tool.h"

#if !RMMSIM_HAVE_UNICORN

const char *tool_run_engine(void)
{
	return NULL;
}

int tool_run(int argc, char **argv)
{
	(void)argc, (void)argv;
	fprintf(stderr,
		"rmmsim run: this build has no CPU engine: install libunicorn-dev (2.0.1 or "
		"later) and build again\n");
	return TOOL_INTERNAL;
}

#else

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rmmsim/attest.h>

#include "tools/run.h"

#define IDLE_MAX 10000

void run_enter(struct run_host *h, struct run_rec *rec)
{
	struct rmi_rec_run *run = rmmsim_host_ptr(h->sim, rec->page, RUN_PAGE);
	const unsigned int n = (unsigned int)(rec - h->recs);
	uint64_t x0;

	rec->enter.flags |= RMI_REC_ENTER_FLAG_TRAP_WFI;
	board_enter(h->board, n, &rec->enter);
	run->enter = rec->enter;
	x0 = RUN_CALL(h, SMC_RMI_REC_ENTER, rec->rec, rec->page);
	if (!run_must(h, "REC_ENTER", x0))
		return;
	h->exit = run->exit;
	run_stats_exit(h->stats, &h->exit);
	board_exit(h->board, n, &rec->enter, &h->exit);
	rec->enter.flags = 0;
	memset(rec->enter.gprs, 0, sizeof(rec->enter.gprs));
	run_exit(h, rec);
}

static void check_progress(struct run_host *h, struct run_rec *rec, bool progress)
{
	struct rmmsim_unicorn_stop stop = {.looping = false};

	rec->idle = progress ? 0 : rec->idle + 1;
	/* The engine gives up with an interrupt. */
	if (h->ended || (progress && h->exit.exit_reason != RMI_EXIT_IRQ))
		return;
	rmmsim_unicorn_last_stop(h->engine, rec->rec, &stop);
	if (stop.looping)
		run_fail(h, rec,
			 "exceptions lead to themselves, because their vector cannot be executed");
	else if (!progress && stop.refusal[0])
		run_fail(h, rec, "the engine cannot execute this");
	else if (!progress && rec->idle > IDLE_MAX)
		run_fail(h, rec, "the Realm makes no progress");
}

/* Up to 50,000 instructions of one REC. */
static void take_turn(struct run_host *h, struct run_rec *rec)
{
	const uint64_t start = rmmsim_unicorn_instructions(h->engine);
	uint64_t used = 0;

	const unsigned int n = (unsigned int)(rec - h->recs);

	while (!h->ended && rec->runnable && used < RUN_TURN && run_gdb_lets(h, n)) {
		const uint64_t before = start + used;
		uint64_t budget = RUN_TURN - used;

		if (rec->waiting && !run_wakes(h, n))
			return;
		rec->waiting = false;
		if (before >= h->options.max_insns) {
			run_fail(h, rec, "the budget of instructions is used up");
			return;
		}
		if (budget > h->options.max_insns - before)
			budget = h->options.max_insns - before;
		rmmsim_unicorn_set_budget(h->engine, budget);
		run_enter(h, rec);
		used = rmmsim_unicorn_instructions(h->engine) - start;
		check_progress(h, rec, start + used != before);
		run_gdb_entered(h, n);
	}
}

static void stuck(struct run_host *h)
{
	const struct run_rec *waiting = NULL;

	for (unsigned int n = 0; n < h->options.recs; n++) {
		if (h->recs[n].runnable)
			waiting = &h->recs[n];
	}
	if (waiting)
		run_fail(h, waiting, "every REC waits for an interrupt that will never come");
	else
		run_end(h, RUN_END_FAILED, "every REC is off");
}

static void run_realm(struct run_host *h)
{
	run_gdb_wait(h);
	while (!h->ended) {
		bool ran = false;

		for (unsigned int n = 0; n < h->options.recs && !h->ended; n++) {
			struct run_rec *rec = &h->recs[n];

			run_poll(h);
			if (h->ended || !rec->runnable || !run_gdb_lets(h, n) ||
			    (rec->waiting && !run_wakes(h, n)))
				continue;
			ran = true;
			h->turn = n;
			take_turn(h, rec);
		}
		if (!h->ended && !ran && !run_let_time_pass(h))
			stuck(h);
	}
}

/* False: the file could not be written, or there is nothing to write. */
static bool save_token(struct run_host *h)
{
	uint8_t token[RUN_PAGE];
	const size_t size = rmmsim_token_last(h->sim, token, sizeof(token));
	FILE *file;
	bool written;

	if (!h->options.token_out)
		return true;
	if (!size) {
		fprintf(stderr, "rmmsim run: the Realm fetched no attestation token\n");
		return false;
	}
	file = fopen(h->options.token_out, "wb");
	written = file && fwrite(token, 1, size, file) == size;
	if ((file && fclose(file)) || !written) {
		fprintf(stderr, "rmmsim run: %s: %s\n", h->options.token_out, strerror(errno));
		return false;
	}
	return true;
}

static void report(struct run_host *h)
{
	if (h->why[0])
		fprintf(stderr, "rmmsim run: %s\n", h->why);
	run_scene(h);
	run_stats_print(h);
	if (!save_token(h) && h->status == RUN_END_OFF)
		h->status = RUN_END_INTERNAL;
	if (!h->console.failed)
		return;
	fprintf(stderr,
		"rmmsim run: what the Realm printed could not be written to standard output\n");
	h->status = RUN_END_INTERNAL;
}

/* A file that is opened later must not become the standard output that the caller has closed. */
static void occupy_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static bool load(const struct run_options *options, struct run_image *image)
{
	return options->kernel ? run_kernel_load(options, image) : run_image_load(options, image);
}

const char *tool_run_engine(void)
{
	return "unicorn";
}

int tool_run(int argc, char **argv)
{
	struct run_host *h = calloc(1, sizeof(*h));
	struct run_image image = {0};
	int status;

	if (!h)
		return TOOL_INTERNAL;
	occupy_standard_streams();
	/* Unicorn 2.1.4 complains on stderr about each access to a register that the CPU lacks. */
	setenv("UC_IGNORE_REG_BREAK", "1", 0);
	status = run_read_options(argc, argv, &h->options);
	if (status < 0 && !load(&h->options, &image))
		status = TOOL_USAGE;
	if (status < 0) {
		run_signals_open(h);
		h->stats = h->options.stats ? run_stats_open() : NULL;
		if (run_symbols_open(h, &image) && run_trace_open(h) && run_open(h) &&
		    run_gdb_open(h) && run_answers_open(h) && run_build(h, &image))
			run_realm(h);
		run_gdb_close(h);
		console_close(&h->console);
		report(h);
		run_answers_close(h);
		run_symbols_close(h);
		free(h->stats);
		run_trace_close(h);
		run_close(h);
		run_signals_close(h);
		status = h->status;
	}
	run_image_free(&image);
	free(h);
	return status;
}

#endif
