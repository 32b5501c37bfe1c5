/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Why a run ended, for a person. */
#include <inttypes.h>
#include <string.h>

#include "tools/run.h"
#include "tools/run_symbols.h"

static const char *fault_kind(unsigned int fsc)
{
	if (fsc >= 0x0c && fsc <= 0x0f)
		return "the entry does not allow it";
	if (fsc == 0x28)
		return "the granule behind the entry is not Non-secure any more";
	if (fsc == 0x10)
		return "there is no memory behind the entry";
	return "the entry maps nothing";
}

static const char *access_kind(const struct rmmsim_unicorn_stop *stop)
{
	if (stop->table_walk)
		return "walk of stage 1 through";
	if (stop->fetch)
		return "fetch from";
	return stop->write ? "store to" : "load from";
}

static const char *ripas_name(uint64_t ripas)
{
	static const char *const names[] = {"EMPTY", "RAM", "DESTROYED", "DEV"};

	return ripas < 4 ? names[ripas] : "?";
}

static void describe_entry(struct run_host *h, const struct rmmsim_unicorn_stop *stop, char *text,
			   size_t size)
{
	uint64_t x[18] = {0, h->rd, stop->ipa & ~(RUN_PAGE - 1), 3};

	if (stop->ipa >= h->unprotected) {
		snprintf(text, size, "Unprotected, offset 0x%" PRIx64, stop->ipa - h->unprotected);
		return;
	}
	if (run_smc(h, SMC_RMI_RTT_READ_ENTRY, x))
		snprintf(text, size, "outside of the IPA space");
	else
		snprintf(text, size, "primary entry at level %d: RIPAS %s", (int)x[1],
			 ripas_name(x[4]));
}

void run_fail(struct run_host *h, const struct run_rec *rec, const char *what)
{
	struct rmmsim_unicorn_stop stop;
	char place[300] = "", fault[300] = "", entry[100], name[128] = "";

	if (h->ended)
		return;
	if (rmmsim_unicorn_last_stop(h->engine, rec->rec, &stop) == RMMSIM_OK) {
		h->failed = rec;
		h->failed_stop = stop;
		run_symbols_text(h->symbols, stop.pc, name, sizeof(name));
		snprintf(place, sizeof(place), "\n  REC %u P%u EL%u at 0x%" PRIx64 "%s%s%s: %s",
			 (unsigned int)(rec - h->recs), stop.plane, stop.el, stop.pc,
			 name[0] ? " <" : "", name, name[0] ? ">" : "",
			 stop.insn_known ? stop.text : "(no instruction can be read there)");
		if (stop.refusal[0])
			snprintf(fault, sizeof(fault), "\n  %s", stop.refusal);
		if (stop.fault) {
			describe_entry(h, &stop, entry, sizeof(entry));
			snprintf(fault, sizeof(fault),
				 "\n  %s VA 0x%" PRIx64 ", IPA 0x%" PRIx64
				 ": stage 2 tree %u, level %d: %s (%s)",
				 access_kind(&stop), stop.va, stop.ipa, stop.tree, stop.level,
				 fault_kind(stop.fsc), entry);
		}
	}
	run_end(h, RUN_END_FAILED, "%s%s%s", what, place, fault);
}

#endif
