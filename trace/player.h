/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_PLAYER_H
#define TRACE_PLAYER_H

/* A replay in progress; shared by the files of the replay only. */

#include <rmmsim/engine.h>

#include "trace/machine.h"
#include "trace/replay.h"

#define PAGE 4096u

/* Where a structure lies that the Realm passed to the monitor. */
struct player_structure {
	uint64_t rec, ipa;
	const char *name;
	unsigned int size;
};

/* What a page contained when the Realm last ran. */
struct player_page {
	uint64_t pa;
	uint64_t since; /* SMC that gave the granule its state */
	uint8_t bytes[PAGE];
};

/* A call in progress. */
struct player_frame {
	struct player_frame *outer;
	const struct trace_call *call;
	size_t call_index;
	size_t next;     /* step that comes next */
	uint64_t number; /* of the SMC on the instance */
	bool differs, not_modelled;
	bool comparable;                  /* its results say something about the model */
	unsigned int read_first;          /* in player.reads */
	enum smc_command_id realm_call;   /* the Realm's last call, SMC_NONE after an exception */
	struct replay_mismatch *mismatch; /* kept, or NULL */
};

struct player {
	const struct trace *trace;
	const struct replay_options *options;
	struct replay_result *result;
	struct machine machine;
	struct player_frame *frame; /* innermost call */
	size_t *next_run; /* per event: index of the next run line behind it, or SIZE_MAX */

	/* Pages that run line `pages_for` lists, as they were before the monitor ran. */
	size_t pages_for, page_count, page_room;
	struct player_page *pages;

	/* REC whose Realm waits for the result of a call that is not modelled; 0: none. */
	uint64_t forced_rec;

	/* Pages that the monitor read during the calls in progress; strict mode only. */
	uint64_t reads[32];
	unsigned int read_count;

	struct player_structure structures[16];
	unsigned int structure_next;

	uint8_t *expected, *actual; /* TRACE_MAX_BLOCK bytes each */
	/* Calls of the recording by the number of their SMC on the instance, from `issued_from` on. */
	const struct trace_call **issued;
	uint64_t issued_from;

	bool modelled[SMC_COMMAND_COUNT];
	bool out_of_memory;
};

/* --- differences ---------------------------------------------------------------------------- */

/*
 * Something differs in the innermost call, at event `event`; `rank` orders differences of one event.
 */
void player_note(struct player *player, size_t event, unsigned int rank,
		 const struct replay_difference *difference);
/*
 * If the innermost call differs: keeps why the model refused it (`realm` false), or the Realm's last
 * call during it, if it did. `result`: X0 of that call.
 */
void player_explain(struct player *player, unsigned int pe, enum smc_caller caller,
		    uint64_t result);
/* The model refused the innermost call with this X0: *why says for what, in numbers of the recording. */
bool player_refused(struct player *player, unsigned int pe, uint64_t result,
		    struct rmmsim_explanation *why);

/* Ranks: registers first, then memory in order of addresses. */
#define RANK_PLANE  0u
#define RANK_PC     1u
#define RANK_PSTATE 2u
#define RANK_X      3u
#define RANK_MEMORY 64u
#define RANK_MAX    0xffffu

/* --- memory ----------------------------------------------------------------------------------- */

/* Stores the blocks of a Host call; they must be Non-secure in the model as well. */
void player_store_host(struct player *player, size_t event, const struct trace_blocks *blocks);
/* Stores of the Realm, into pages that are a Realm's or Non-secure in the model as well. */
void player_store_realm(struct player *player, size_t event, const struct trace_blocks *blocks);

/* What is being compared. */
struct player_compared {
	size_t event;
	uint64_t pa, ipa; /* of the first byte; ipa 0: Host memory */
	size_t size;
	unsigned int rank; /* of the first byte */
	uint64_t rec;      /* Realm memory */
};

/* Compares a block, or a page that had the content of `page` before the blocks changed it. */
void player_compare_block(struct player *player, const struct trace_block *block,
			  const struct player_compared *at);
void player_compare_page(struct player *player, const struct player_page *page,
			 const struct trace_blocks *blocks, const struct player_compared *at);
bool player_inside_page(const struct trace_block *block, uint64_t page);

static inline uint64_t player_page_of(const struct trace_block *block)
{
	return (block->pa + block->off) & ~(uint64_t)(PAGE - 1);
}

/* Host pages of a call's `in`, remembered before it. */
struct player_host_pages {
	unsigned int count;
	struct player_page page[4];
};
void player_remember_host(struct player *player, const struct trace_smc *smc,
			  struct player_host_pages *pages);
/* Non-secure memory after the call: the `out` blocks, and nothing else in the remembered pages. */
void player_compare_host(struct player *player, const struct player_host_pages *pages);

/* Strict mode: the pages that the model read are those of the call's `in`. */
void player_compare_reads(struct player *player);
void player_ns_access(void *context, uint64_t pa, size_t size, bool write);

/* Remembers the pages that the next run line behind `event` lists. */
void player_remember_realm(struct player *player, size_t event);
/* Realm memory at run line `event`. */
void player_compare_realm(struct player *player, size_t event, uint64_t rec);

/* The Realm passes the structure at `ipa` to the monitor. */
void player_note_structure(struct player *player, uint64_t rec, enum smc_command_id id,
			   const uint64_t *x);

/* --- execution -------------------------------------------------------------------------------- */

extern const struct rmmsim_engine_ops player_engine;

/* Whether the command has a handler; SMC_NONE counts as one that has: its answer is -1. */
bool player_modelled(const struct player *player, enum smc_command_id id);

void player_call(struct player *player, size_t call_index);
/* Calls of other PEs that are next among the steps of the innermost call. */
void player_nested(struct player *player);

static inline const struct trace_event *player_step(const struct player *player)
{
	const struct player_frame *frame = player->frame;

	if (!frame || frame->next >= frame->call->step_count)
		return NULL;
	return &player->trace->events[frame->call->steps[frame->next]];
}

#endif
