/* SPDX-License-Identifier: BSD-3-Clause */
/* `rmmsim run`: options, and the turns of the RECs. */
#include "tools/tool.h"

#if !RMMSIM_HAVE_UNICORN

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
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/attest.h>

#include "tools/run.h"

#define RAM_DEFAULT   (UINT64_C(64) << 20)
#define RAM_MAX       (UINT64_C(1) << 38)
#define INSNS_DEFAULT (UINT64_C(1) << 31)
#define WIDTH_MIN     33
#define WIDTH_MAX     44 /* of the CPU: docs/unicorn.md */
#define IDLE_MAX      10000

/* --- options -------------------------------------------------------------------------------------- */

static void print_help(void)
{
	printf("usage: rmmsim run [OPTION]... PAYLOAD\n"
	       "\n"
	       "Runs an AArch64 ELF file or flat binary as a Realm: docs/unicorn.md.\n"
	       "\n"
	       "  --planes N        Planes, P0 included: 1 (default) to 4\n"
	       "  --tree-per-plane  each Plane has an RTT tree of its own (default)\n"
	       "  --shared-tree     all Planes share one tree\n"
	       "  --recs N          RECs: 1 (default) to 64; only the first is runnable\n"
	       "  --ram SIZE        bytes of RAM, with K, M or G (default 64M)\n"
	       "  --ipa-width BITS  33, because RAM is at 2 GiB, to 44, where the CPU ends "
	       "(default 40)\n"
	       "  --load IPA        where a flat binary is loaded and entered (0x80000000)\n"
	       "  --reject-ripas    refuse to change RIPAS\n"
	       "  --reject-s2ap     refuse to change permissions\n"
	       "  --hash NAME       sha256 (default) or sha512\n"
	       "  --trace FILE      record the Host's calls (rmm-trace/1)\n"
	       "  --token-out FILE  save the last attestation token that the Realm fetched\n"
	       "  --trace-insn      print every instruction on stderr\n"
	       "  --max-insns N     give up after N instructions (default 2^31)\n"
	       "\n"
	       "exit status: 0 SYSTEM_OFF, 4 SYSTEM_RESET, 1 the Realm got stuck, 2 wrong usage "
	       "or\n"
	       "payload, 3 internal error; host call 0x100 ends the run with its first register\n");
}

static bool parse_number(const char *text, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	if (errno || end == text || text[0] == '-')
		return false;
	switch (*end) {
	case 'G':
	case 'g':
		*value <<= 30;
		end++;
		break;
	case 'M':
	case 'm':
		*value <<= 20;
		end++;
		break;
	case 'K':
	case 'k':
		*value <<= 10;
		end++;
		break;
	default:
		break;
	}
	return !*end;
}

static bool parse_option(struct run_options *o, int option, const char *text)
{
	uint64_t number = 0;

	if (strchr("prmwln", option) && !parse_number(text, &number))
		return false;
	switch (option) {
	case 'p':
		o->planes = (unsigned int)number;
		return number >= 1 && number <= RUN_MAX_PLANES;
	case 'r':
		o->recs = (unsigned int)number;
		return number >= 1 && number <= RUN_MAX_RECS;
	case 'm':
		o->ram = number;
		return number && number % RUN_PAGE == 0 && number <= RAM_MAX;
	case 'w':
		o->width = (unsigned int)number;
		return number >= WIDTH_MIN && number <= WIDTH_MAX;
	case 'l':
		o->load = number;
		return true;
	case 'n':
		o->max_insns = number;
		return number != 0;
	case 'a':
		o->sha512 = !strcmp(text, "sha512");
		return o->sha512 || !strcmp(text, "sha256");
	case 't':
		o->trace = text;
		return true;
	case 'o':
		o->token_out = text;
		return true;
	default:
		o->shared_tree = option == 's' || (o->shared_tree && option != 'T');
		o->reject_ripas |= option == 'R';
		o->reject_s2ap |= option == 'S';
		o->trace_insn |= option == 'i';
		return true;
	}
}

static const struct option long_options[] = {
	{"planes", required_argument, NULL, 'p'}, {"tree-per-plane", no_argument, NULL, 'T'},
	{"shared-tree", no_argument, NULL, 's'},  {"recs", required_argument, NULL, 'r'},
	{"ram", required_argument, NULL, 'm'},    {"ipa-width", required_argument, NULL, 'w'},
	{"load", required_argument, NULL, 'l'},   {"reject-ripas", no_argument, NULL, 'R'},
	{"reject-s2ap", no_argument, NULL, 'S'},  {"hash", required_argument, NULL, 'a'},
	{"trace", required_argument, NULL, 't'},  {"token-out", required_argument, NULL, 'o'},
	{"trace-insn", no_argument, NULL, 'i'},   {"max-insns", required_argument, NULL, 'n'},
	{"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

static const char *option_name(int option)
{
	const struct option *o = long_options;

	while (o->name && o->val != option)
		o++;
	return o->name ? o->name : "?";
}

/* -1: go on; otherwise the exit status. */
static int read_options(int argc, char **argv, struct run_options *o)
{
	int option;

	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == 'h') {
			print_help();
			return tool_finish(TOOL_OK);
		}
		if (option == '?')
			return tool_usage_error("run", "wrong option");
		if (!parse_option(o, option, optarg))
			return tool_usage_error("run", "--%s cannot be %s", option_name(option),
						optarg);
	}
	if (optind + 1 != argc)
		return tool_usage_error("run", "one payload is needed");
	o->payload = argv[optind];
	if (RUN_RAM_BASE + o->ram > UINT64_C(1) << (o->width - 1))
		return tool_usage_error("run",
					"RAM does not fit below 2^%u: use a larger --ipa-width",
					o->width - 1);
	return -1;
}

/* --- running ---------------------------------------------------------------------------------------- */

static void enter(struct run_host *h, struct run_rec *rec)
{
	struct rmi_rec_run *run = rmmsim_host_ptr(h->sim, rec->page, RUN_PAGE);
	uint64_t x0;

	rec->enter.flags |= RMI_REC_ENTER_FLAG_TRAP_WFI;
	run_irq_load(h, rec);
	run->enter = rec->enter;
	x0 = RUN_CALL(h, SMC_RMI_REC_ENTER, rec->rec, rec->page);
	if (!run_must(h, "REC_ENTER", x0))
		return;
	h->exit = run->exit;
	run_irq_save(h, rec);
	rec->enter.flags = 0;
	memset(rec->enter.gprs, 0, sizeof(rec->enter.gprs));
	run_exit(h, rec);
}

static void check_progress(struct run_host *h, struct run_rec *rec, bool progress)
{
	struct rmmsim_unicorn_stop stop = {.looping = false};

	rec->idle = progress ? 0 : rec->idle + 1;
	/* The engine gives up with an interrupt, whatever has been executed before. */
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

	while (!h->ended && rec->runnable && used < RUN_TURN) {
		const uint64_t before = start + used;
		uint64_t budget = RUN_TURN - used;

		if (rec->waiting && !run_irq_wakes(h, rec))
			return;
		rec->waiting = false;
		if (before >= h->options.max_insns) {
			run_fail(h, rec, "the budget of instructions is used up");
			return;
		}
		if (budget > h->options.max_insns - before)
			budget = h->options.max_insns - before;
		rmmsim_unicorn_set_budget(h->engine, budget);
		enter(h, rec);
		used = rmmsim_unicorn_instructions(h->engine) - start;
		check_progress(h, rec, start + used != before);
	}
}

/* Everybody waits: time passes until a timer is due. */
static bool let_time_pass(struct run_host *h)
{
	const uint64_t now = rmmsim_time(h->sim);
	uint64_t next = UINT64_MAX;

	for (unsigned int n = 0; n < h->options.recs; n++) {
		const struct run_rec *rec = &h->recs[n];

		if (rec->runnable && rec->deadline < next)
			next = rec->deadline;
	}
	if (next == UINT64_MAX)
		return false;
	if (next > now)
		rmmsim_time_advance(h->sim, next - now);
	return true;
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
	while (!h->ended) {
		bool ran = false;

		for (unsigned int n = 0; n < h->options.recs && !h->ended; n++) {
			struct run_rec *rec = &h->recs[n];

			if (!rec->runnable || (rec->waiting && !run_irq_wakes(h, rec)))
				continue;
			ran = true;
			take_turn(h, rec);
		}
		if (!h->ended && !ran && !let_time_pass(h))
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
	if (!save_token(h) && h->status == RUN_END_OFF)
		h->status = RUN_END_INTERNAL;
	if (!fflush(stdout) && !ferror(stdout))
		return;
	fprintf(stderr,
		"rmmsim run: what the Realm printed could not be written to standard output\n");
	h->status = RUN_END_INTERNAL;
}

int tool_run(int argc, char **argv)
{
	struct run_host *h = calloc(1, sizeof(*h));
	struct run_image image = {0};
	int status;

	if (!h)
		return TOOL_INTERNAL;
	h->options = (struct run_options){
		.planes = 1,
		.recs = 1,
		.width = 40,
		.ram = RAM_DEFAULT,
		.load = RUN_RAM_BASE,
		.max_insns = INSNS_DEFAULT,
	};
	status = read_options(argc, argv, &h->options);
	if (status < 0 && !run_image_load(&h->options, &image))
		status = TOOL_USAGE;
	if (status < 0) {
		if (run_open(h) && run_build(h, &image))
			run_realm(h);
		report(h);
		run_close(h);
		status = h->status;
	}
	run_image_free(&image);
	free(h);
	return status;
}

#endif
