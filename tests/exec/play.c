/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/exec/play.h"

#include <stdlib.h>

static int set_up(void **state, const struct host_realm_options *options)
{
	struct play *play = calloc(1, sizeof(*play));
	void *stage;

	stage_setup(&stage, options);
	play->stage = stage;
	play->host = &play->stage->host;
	play->rd = play->stage->realm.rd;
	play->rec = play->stage->rec[0];
	play->enter = &play->stage->steps.enter;
	play->exit = &play->host->exit;
	assert_int_equal(rmmsim_scripts_create(play->host->sim, &play->scripts), RMMSIM_OK);
	*state = play;
	return 0;
}

int play_setup(void **state)
{
	return set_up(state, NULL);
}

int play_setup_planes(void **state)
{
	static const struct host_realm_options options = {.planes = 3, .shared_tree = true};

	return set_up(state, &options);
}

int play_teardown(void **state)
{
	struct play *play = *state;
	void *stage = play->stage;

	stage_teardown(&stage);
	rmmsim_scripts_destroy(play->scripts);
	free(play);
	return 0;
}

void play_enter(struct play *play, enum rmi_rec_exit_reason reason)
{
	steps_enter(&play->stage->steps, play->rec);
	assert_int_equal(play->exit->exit_reason, reason);
}

void play_run(struct play *play, rmmsim_script_fn fn, void *argument,
	      enum rmi_rec_exit_reason reason)
{
	assert_int_equal(rmmsim_script_bind(play->scripts, play->rd, 0, fn, argument), RMMSIM_OK);
	play_enter(play, reason);
}

void play_note(struct rmmsim_realm *realm, struct notes *notes, enum rmmsim_outcome outcome)
{
	notes->steps++;
	notes->outcome = outcome;
	notes->syndrome = rmmsim_realm_syndrome(realm);
	notes->context = *rmmsim_realm_context(realm);
}
