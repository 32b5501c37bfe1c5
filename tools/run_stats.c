/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* --stats: what a run did. All but the last line is the same for each run with the same input. */
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "smc/smc.h"
#include "tools/run.h"

#define REASONS 16
#define EC(esr) ((unsigned int)((esr) >> 26 & 0x3f))
#define CLASSES 64

struct run_stats {
	uint64_t smcs[SMC_COMMAND_COUNT];
	uint64_t reasons[REASONS];
	uint64_t classes[CLASSES]; /* of SYNC exits */
};

struct run_stats *run_stats_open(void)
{
	return calloc(1, sizeof(struct run_stats));
}

void run_stats_smc(struct run_stats *stats, uint32_t fid)
{
	if (stats)
		stats->smcs[smc_decode_any(SMC_FROM_HOST, fid)]++;
}

void run_stats_exit(struct run_stats *stats, const struct rmi_rec_exit *exit)
{
	if (!stats)
		return;
	stats->reasons[exit->exit_reason % REASONS]++;
	if (exit->exit_reason == RMI_EXIT_SYNC)
		stats->classes[EC(exit->esr)]++;
}

static void print_exits(const struct run_stats *stats)
{
	static const struct {
		unsigned int ec;
		const char *name;
	} classes[] = {{0x01, "WFI, WFE"},
		       {0x18, "system register"},
		       {0x20, "instruction abort"},
		       {0x24, "data abort"}};

	fprintf(stderr, "  exits\n");
	for (unsigned int i = 0; i < REASONS; i++) {
		const char *name = smc_enum_name("RmiRecExitReason", i);

		if (stats->reasons[i])
			fprintf(stderr, "    %-24s %12" PRIu64 "\n", name ? name : "?",
				stats->reasons[i]);
	}
	for (unsigned int i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (stats->classes[classes[i].ec])
			fprintf(stderr, "    - %-22s %12" PRIu64 "\n", classes[i].name,
				stats->classes[classes[i].ec]);
	}
}

void run_stats_print(const struct run_host *h)
{
	const struct run_stats *stats = h->stats;
	const double seconds = (double)clock() / CLOCKS_PER_SEC;
	uint64_t instructions, total = 0;

	if (!stats || !h->engine)
		return;
	instructions = rmmsim_unicorn_instructions(h->engine);
	fprintf(stderr,
		"statistics\n  instructions               %12" PRIu64
		"\n  virtual time, ms           %12" PRIu64 "\n",
		instructions, rmmsim_time(h->sim) / (RUN_HZ / 1000));
	print_exits(stats);
	for (unsigned int id = 0; id < SMC_COMMAND_COUNT; id++)
		total += stats->smcs[id];
	fprintf(stderr, "  SMCs                       %12" PRIu64 "\n", total);
	for (unsigned int id = 1; id < SMC_COMMAND_COUNT; id++) {
		if (stats->smcs[id])
			fprintf(stderr, "    %-24s %12" PRIu64 "\n", smc_command(id)->name,
				stats->smcs[id]);
	}
	fprintf(stderr, "  processor time, s          %12.2f (%.0f MIPS)\n", seconds,
		seconds > 0 ? (double)instructions / seconds / 1e6 : 0);
}

#endif
