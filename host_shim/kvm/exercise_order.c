/* SPDX-License-Identifier: BSD-3-Clause */
/* Every request of the VMM at every stage of a machine's life; monitors with other features. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>
#include <hshim/kvm/requests.h>

/* --- order ---------------------------------------------------------------------------------------------- */

static bool keep_requests(const struct hshim_exercise *what)
{
	struct hshim_vm *vm;

	hshim_requests_keep(true);
	vm = exercise_bring(what, exercise_ipa_bits(what, 0), what->aux_planes, ACTIVE);
	hshim_requests_keep(false);
	hshim_vm_destroy(vm);
	return vm && hshim_request_kept(0);
}

static void ask_again(struct hshim_vm *vm, const struct hshim_request *request)
{
	/* The data have their own address, as those of a VMM. */
	hshim_enable_cap(vm, request->cap, request->a0, request->size ? request->data : NULL);
}

/* A version that looks at the state before it enters does so at every stage. */
static void run_early(struct hshim_vm *vm, enum stage stage)
{
	if (stage >= ACTIVE || !hshim_ops()->pre_enter)
		return;
	hshim_doing("a vCPU runs before its time");
	for (unsigned int i = 0; i < 2; i++)
		exercise_run(vm, i, hshim_exit_irq());
}

static void at_stage(const struct hshim_exercise *what, enum stage stage,
		     const struct hshim_request *request)
{
	struct hshim_vm *vm =
		exercise_bring(what, exercise_ipa_bits(what, 0), what->aux_planes, stage);

	if (!vm)
		return;
	/* The monitor may be the one who refuses, to the astonishment of the host. */
	hshim_severity("warn", HSHIM_WARNING);
	if (request) {
		ask_again(vm, request);
	} else {
		hshim_vm_discard(vm, LOW, RAM_SIZE, true);
		run_early(vm, stage);
		hshim_vcpu_init(hshim_vm_vcpu(vm, 1));
	}
	hshim_severity("warn", HSHIM_FAIL);
	hshim_check_now();
	hshim_vm_destroy(vm);
}

void hshim_exercise_order(const struct hshim_exercise *what)
{
	const struct hshim_request *request;

	if (!keep_requests(what))
		return;
	for (enum stage stage = MADE; stage <= ACTIVE; stage++) {
		for (unsigned int i = 0; (request = hshim_request_kept(i)); i++)
			at_stage(what, stage, request);
		at_stage(what, stage, NULL);
	}
	HSHIM_EXPECT_EQ(hshim_delegated_pages(), 0);
}

/* --- features ------------------------------------------------------------------------------------------- */

/* rmi-abi.md#5 */
static const struct hshim_feature features[] = {
	{.name = "no planes", .low = 45, .high = 48, .value = 0},
	{.name = "15 planes", .low = 45, .high = 48, .value = 15},
	{.name = "a tree for each plane only", .low = 43, .high = 44, .value = 0},
	{.name = "one tree for all planes only", .low = 43, .high = 44, .value = 2},
	{.name = "RTT_PLANE 3", .low = 43, .high = 44, .value = 3},
	{.name = "SHA-256 only", .low = 32, .high = 33, .value = 1},
	{.name = "SHA-512 only", .low = 32, .high = 33, .value = 2},
	{.name = "36 bits of IPA", .low = 0, .high = 7, .value = 36},
	{.name = "40 bits of IPA", .low = 0, .high = 7, .value = 40},
	{.name = "2 breakpoints", .low = 14, .high = 19, .value = 1},
	{.name = "2 watchpoints", .low = 20, .high = 25, .value = 1},
	{.name = "no SVE, no PMU", .low = 26, .high = 26, .value = 0},
	{.name = "1 REC", .low = 38, .high = 41, .value = 1},
	{.name = "6 auxiliary granules of a REC", .rec_aux = 6},
	{.name = "16 auxiliary granules of a REC", .rec_aux = 16},
	{.name = "revision 1.0 only", .revision = "1.0"},
	{.name = "the quirks of TF-RMM v0.8.0", .profile = "tf-rmm-0.8"},
};

/* What such a monitor refuses is refused; what it does not refuse goes on as usual. */
static void other_life(void *context)
{
	const struct hshim_exercise *what = context;

	for (unsigned int i = 0; exercise_ipa_bits(what, i); i++)
		exercise_short(what, exercise_ipa_bits(what, i), 0);
	exercise_short(what, exercise_ipa_bits(what, 0), what->aux_planes);
	for (unsigned int planes = 1; what->aux_planes && planes <= 15; planes++)
		hshim_vm_destroy(exercise_bring(what, exercise_ipa_bits(what, 0), planes, ACTIVE));
}

void hshim_exercise_features(const struct hshim_exercise *what)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(features); i++)
		hshim_with_feature(&features[i], other_life, (void *)(unsigned long)what);
}
