/* SPDX-License-Identifier: BSD-3-Clause */
/* Sequences that make a Realm of their own, as recordings do, become short ends from a start. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/sequence.h"
#include "sequence/shrink.h"

struct wanted {
	struct sequencer *sequencer;
	bool (*after)(void *context, const struct sequence_call *call);
	bool (*seen)(void *context, const struct rmmsim_vcpu *vcpu);
	/* What `after` has seen. */
	uint64_t ipa;
	bool active;
	bool found;
};

static bool fails(void *context, const struct sequence *sequence)
{
	struct wanted *w = context;
	const struct sequence_watch watch = {.context = w, .after = w->after, .seen = w->seen};

	w->ipa = UINT64_MAX;
	w->active = false;
	w->found = false;
	sequencer_run(w->sequencer, sequence, &watch);
	return w->found;
}

/* Shrinks the script with this condition; the result is what is expected, and fails. */
static void shrinks(struct wanted *w, const char *script, const char *expected)
{
	struct sequence_shrinker shrinker = {.fails = fails, .context = w};
	struct sequence *sequence = malloc(sizeof(*sequence));
	struct trace_error error;
	char text[4096];

	assert_non_null(sequence);
	w->sequencer = sequencer_create(NULL);
	assert_non_null(w->sequencer);
	if (!sequence_parse(sequence, script, &error))
		fail_msg("%zu:%zu: %s", error.line, error.column, error.text);
	assert_true(fails(w, sequence));
	sequence_shrink(&shrinker, sequence);
	sequence_print(sequence, text, sizeof(text));
	assert_string_equal(text, expected);
	assert_true(fails(w, sequence));
	sequencer_destroy(w->sequencer);
	free(sequence);
}

#define REALM                                                                             \
	"machine small\n"                                                                 \
	"RMI_GRANULE_DELEGATE addr=g0\n"                                                  \
	"times=2 RMI_GRANULE_DELEGATE addr=g2\n"                                          \
	"fill pa=g16 RmiRealmParams s2sz=0x28 num_bps=1 num_wps=1 rtt_base=g2"            \
	" rtt_level_start=1 rtt_num_start=2\n"                                            \
	"RMI_REALM_CREATE rd=g0 params_ptr=g16\n"                                         \
	"RMI_VERSION req=0x10000\n"                                                       \
	"times=2 RMI_GRANULE_DELEGATE addr=g32\n"                                         \
	"RMI_RTT_CREATE rd=g0 rtt=g32 ipa=0 level=2\n"                                    \
	"RMI_RTT_CREATE rd=g0 rtt=g33 ipa=0x100000000 level=2\n"                          \
	"times=2 RMI_GRANULE_DELEGATE addr=g36\n"                                         \
	"RMI_RTT_CREATE rd=g0 rtt=g36 ipa=0x123400000 level=3\n"                          \
	"RMI_DATA_CREATE rd=g0 data=g37 ipa=0x123405000 src=g50 flags=1\n"                \
	"times=7 RMI_GRANULE_DELEGATE addr=g102\n"                                        \
	"fill pa=g198 RmiRecParams flags=1 num_aux=6 aux[0]=g103 aux[1]=g104 aux[2]=g105" \
	" aux[3]=g106 aux[4]=g107 aux[5]=g108\n"                                          \
	"RMI_REC_CREATE rd=g0 rec_ptr=g102 params_ptr=g198\n"                             \
	"RMI_REALM_ACTIVATE rd=g0\n"

/* A page is destroyed, and the Host agrees when the Realm asks for RAM there. */
static bool is_revived(void *context, const struct sequence_call *call)
{
	struct wanted *w = context;

	if (call->out.x[0] != RMI_SUCCESS)
		return true;
	if (call->command == RMI_DATA_DESTROY)
		w->ipa = call->in.x[2];
	if (call->command == RMI_RTT_SET_RIPAS && call->in.x[3] == w->ipa)
		w->found = true;
	return true;
}

static void objects_become_those_of_a_start(void **state)
{
	struct wanted w = {.after = is_revived};

	(void)state;
	shrinks(&w,
		REALM "RMI_DATA_DESTROY rd=g0 ipa=0x123405000\n"
		      "RMI_REC_ENTER rec_ptr=g102 run_ptr=g5\n"
		      "  RSI_IPA_STATE_SET base=0x123405000 top=0x123406000 ripas=1 flags=1\n"
		      "RMI_RTT_SET_RIPAS rd=g0 rec_ptr=g102 base=0x123405000 top=0x123406000\n"
		      "RMI_FEATURES index=0\n",
		"machine default\n"
		"start active\n"
		"RMI_DATA_DESTROY rd=g1 ipa=0\n"
		"RMI_REC_ENTER rec_ptr=g20 run_ptr=g80\n"
		"  RSI_IPA_STATE_SET base=0 top=0x1000 ripas=1 flags=1\n"
		"RMI_RTT_SET_RIPAS rd=g1 rec_ptr=g20 base=0 top=0x1000\n");
}

/* A load of Unprotected memory was emulated. */
static bool is_loaded(void *context, const struct rmmsim_vcpu *vcpu)
{
	struct wanted *w = context;

	w->found |= vcpu->context->x[0] == UINT64_C(0xffffffff8cba3000);
	return true;
}

static void unprotected_addresses_become_those_of_a_start(void **state)
{
	struct wanted w = {.seen = is_loaded};

	(void)state;
	shrinks(&w,
		REALM "RMI_REC_ENTER rec_ptr=g102 run_ptr=g193\n"
		      "  exception esr=0x93a08000 far=0 hpfar=0x80000000\n"
		      "fill pa=g193 RmiRecRun enter.flags=1 enter.gprs[0]=0x123456788cba3000\n"
		      "RMI_REC_ENTER rec_ptr=g102 run_ptr=g193\n",
		"machine default\n"
		"start active\n"
		"RMI_REC_ENTER rec_ptr=g20 run_ptr=g193\n"
		"  exception esr=0x93a08000 far=0 hpfar=0x40000000\n"
		"fill pa=g193 RmiRecRun enter.flags=1 enter.gprs[0]=0x8cba3000\n"
		"RMI_REC_ENTER rec_ptr=g20 run_ptr=g193\n");
}

/* A granule that the end itself gives to the Realm. */
static bool is_mapped(void *context, const struct sequence_call *call)
{
	struct wanted *w = context;

	if (call->command == RMI_REALM_ACTIVATE && call->out.x[0] == RMI_SUCCESS)
		w->active = true;
	if (call->command == RMI_RTT_CREATE && call->out.x[0] == RMI_SUCCESS && w->active)
		w->found = true;
	return true;
}

static void other_granules_are_in_the_state_that_is_needed(void **state)
{
	struct wanted w = {.after = is_mapped};

	(void)state;
	shrinks(&w,
		REALM "RMI_GRANULE_DELEGATE addr=g20\n"
		      "RMI_RTT_CREATE rd=g0 rtt=g20 ipa=0x123600000 level=3\n",
		"machine default\n"
		"start new\n"
		"RMI_REALM_ACTIVATE rd=g1\n"
		"RMI_GRANULE_DELEGATE addr=g80\n"
		"RMI_RTT_CREATE rd=g1 rtt=g80 ipa=0x23600000 level=3\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_become_those_of_a_start),
		cmocka_unit_test(unprotected_addresses_become_those_of_a_start),
		cmocka_unit_test(other_granules_are_in_the_state_that_is_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
