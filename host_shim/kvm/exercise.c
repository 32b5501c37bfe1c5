/* SPDX-License-Identifier: BSD-3-Clause */
/* A machine's life, and the VMM's requests: what needs no running Realm. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

static struct hshim_vm_cfg layout(unsigned int ipa_bits)
{
	const u64 half = 1ull << (ipa_bits - 1);

	return (struct hshim_vm_cfg){
		.ipa_bits = ipa_bits,
		.nvcpus = 2,
		.private_default = true,
		.slot[0] = {.gpa = LOW, .size = RAM_SIZE, .gmem = true},
		.slot[1] = {.gpa = half - RAM_SIZE, .size = RAM_SIZE, .gmem = true},
		.slot[2] = {.gpa = BLOCKS, .size = RAM_SIZE, .block_shift = 21},
	};
}

unsigned int exercise_ipa_bits(const struct hshim_exercise *what, unsigned int i)
{
	static const unsigned int usual[ARRAY_SIZE(what->ipa_bits)] = {40, 48};

	if (i >= ARRAY_SIZE(what->ipa_bits))
		return 0;
	return what->ipa_bits[0] ? what->ipa_bits[i] : usual[i];
}

/* --- stages ------------------------------------------------------------------------------------------ */

static int reach(const struct hshim_exercise *what, struct hshim_vm *vm, unsigned int planes,
		 enum stage stage)
{
	const u64 high = gfn_to_gpa(hshim_vm_slot(vm, 1)->base_gfn);
	int ret = 0;

	hshim_doing("a machine with %u auxiliary planes is made", planes);
	if (stage >= CREATED)
		ret = what->create(vm, planes);
	if (!ret && stage >= HAS_RAM && what->ram)
		ret = what->ram(vm, LOW, RAM_SIZE);
	if (!ret && stage >= HAS_RAM && what->ram)
		ret = what->ram(vm, high, RAM_SIZE);
	if (!ret && stage >= POPULATED && what->populate)
		ret = what->populate(vm, LOW, IMAGE_SIZE);
	if (!ret && stage >= HAS_REC)
		ret = hshim_vcpu_init(hshim_vm_vcpu(vm, 0));
	if (!ret && stage >= HAS_RECS)
		ret = hshim_vcpu_init(hshim_vm_vcpu(vm, 1));
	if (!ret && stage >= ACTIVE && what->activate)
		ret = what->activate(vm);
	return ret;
}

static struct hshim_vm *bring(const struct hshim_exercise *what, const struct hshim_vm_cfg *cfg,
			      unsigned int planes, enum stage stage)
{
	struct hshim_vm *vm = hshim_vm_create(cfg);
	const int result = vm ? reach(what, vm, planes, stage) : -ENOMEM;

	if (!result)
		return vm;
	if (!hshim_sweeping())
		hshim_report(HSHIM_O_TEST, "a machine with %u auxiliary planes cannot be had: %d",
			     planes, result);
	hshim_vm_destroy(vm);
	return NULL;
}

struct hshim_vm *exercise_bring(const struct hshim_exercise *what, unsigned int ipa_bits,
				unsigned int planes, enum stage stage)
{
	const struct hshim_vm_cfg cfg = layout(ipa_bits);

	return bring(what, &cfg, planes, stage);
}

/* A version that populates nothing: the image is there when the guest has touched it. */
static void touch_image(struct hshim_vm *vm)
{
	struct kvm_vcpu *vcpu = hshim_vm_vcpu(vm, 0);

	for (u64 at = LOW; at < LOW + IMAGE_SIZE; at += PAGE_SIZE) {
		const struct hshim_exit exit = hshim_exit_dabt(at, 0, 3, HSHIM_ABT_WRITE);

		hshim_rec_push_exit(vcpu, &exit);
		hshim_vcpu_run_limit(vcpu, 1, NULL);
		hshim_exit_forget(vcpu);
	}
}

struct hshim_vm *exercise_start(const struct hshim_exercise *what, unsigned int ipa_bits,
				unsigned int planes)
{
	struct hshim_vm *vm = exercise_bring(what, ipa_bits, planes, ACTIVE);

	if (vm && !what->populate)
		touch_image(vm);
	return vm;
}

struct hshim_vm *exercise_start_blocks(const struct hshim_exercise *what, unsigned int ipa_bits)
{
	struct hshim_vm_cfg cfg = layout(ipa_bits);

	cfg.slot[0].gmem_flags = HSHIM_GMEM_BLOCKS;
	cfg.slot[2].block_shift = 22;
	return bring(what, &cfg, 0, ACTIVE);
}

static void refused_requests(const struct hshim_exercise *what, struct hshim_vm *vm,
			     unsigned int planes)
{
	HSHIM_EXPECT_NE(what->create(vm, planes), 0);
	if (what->populate)
		HSHIM_EXPECT_NE(what->populate(vm, LOW + IMAGE_SIZE, PAGE_SIZE), 0);
	hshim_vcpu_init(hshim_vm_vcpu(vm, 0));
}

/* More machines than there are identifiers: an error, and all are there again. */
static void too_many(const struct hshim_exercise *what, unsigned int planes)
{
	struct hshim_vm *vm[300];
	const struct hshim_vm_cfg cfg = layout(exercise_ipa_bits(what, 0));
	unsigned int count = 0, made = 0;
	bool trees = false;

	while (count < ARRAY_SIZE(vm)) {
		vm[count] = hshim_vm_create(&cfg);
		if (!vm[count] || what->create(vm[count++], planes))
			break;
		trees |= !made++ && planes && hshim_has_tree(planes);
	}
	/* Each tree has an identifier of its own. */
	if (trees && made * (planes + 1) > 1u << hshim_cpu()->vmid_bits)
		hshim_report(
			HSHIM_O_TEST,
			"%u machines with %u trees each were made: there are no %u identifiers",
			made, planes + 1, made * (planes + 1));
	while (count--)
		hshim_vm_destroy(vm[count]);
}

/* More than one table, and more than hosts do at once. */
static void much_content(const struct hshim_exercise *what)
{
	const u64 size = 0x202000;
	struct hshim_vm *vm = exercise_bring(what, exercise_ipa_bits(what, 0), 0, HAS_RAM);

	if (vm && what->populate) {
		HSHIM_EXPECT_EQ(what->populate(vm, LOW, size), 0);
		HSHIM_EXPECT_EQ(hshim_granules_in_state("DATA"), size / PAGE_SIZE);
	}
	hshim_vm_destroy(vm);
}

static void activation_again(const struct hshim_exercise *what)
{
	struct hshim_vm *vm = exercise_bring(what, exercise_ipa_bits(what, 0), 0, HAS_RECS);

	if (!vm || !what->activate) {
		hshim_vm_destroy(vm);
		return;
	}
	hshim_smc_fail(hshim_fid("REALM_ACTIVATE"), 1, 1, 0, HSHIM_BEFORE);
	HSHIM_EXPECT_LT(what->activate(vm), 0);
	HSHIM_EXPECT_EQ(what->activate(vm), 0);
	hshim_vm_destroy(vm);
}

void hshim_exercise_life(const struct hshim_exercise *what)
{
	struct hshim_vm *vm, *other;

	for (unsigned int i = 0; exercise_ipa_bits(what, i); i++) {
		const unsigned int bits = exercise_ipa_bits(what, i);

		for (unsigned int planes = 0; planes <= what->aux_planes; planes++) {
			vm = exercise_start(what, bits, planes);
			other = exercise_start(what, bits, planes);
			hshim_check_now();
			if (vm)
				refused_requests(what, vm, planes);
			hshim_vm_destroy(vm);
			hshim_vm_destroy(other);
		}
	}
	for (enum stage stage = MADE; stage < ACTIVE; stage++) {
		vm = exercise_bring(what, exercise_ipa_bits(what, 0), what->aux_planes, stage);
		if (vm && stage == HAS_REC)
			hshim_vcpu_init(hshim_vm_vcpu(vm, 0)); /* it has one */
		hshim_check_now();
		hshim_vm_destroy(vm);
	}
	much_content(what);
	activation_again(what);
	too_many(what, 0);
	/* Identifiers of three trees: the last machine gets some, not all. */
	too_many(what, min(what->aux_planes, 2u));
	HSHIM_EXPECT_EQ(hshim_delegated_pages(), 0);
}

/* --- ranges ------------------------------------------------------------------------------------------ */

typedef int (*range_fn)(struct hshim_vm *vm, u64 base, u64 size);

/* No call is needed to see that these are nothing. */
static void try_nothing(range_fn request, struct hshim_vm *vm)
{
	struct hshim_scope scope;

	hshim_scope_begin(&scope, "ranges that are nothing");
	request(vm, LOW, 0);
	HSHIM_EXPECT_LT(request(vm, LOW, -(u64)PAGE_SIZE), 0);
	HSHIM_EXPECT_LT(request(vm, -(u64)PAGE_SIZE, 2 * PAGE_SIZE), 0);
	HSHIM_EXPECT_EQ(hshim_scope_calls(&scope, 0), 0);
}

/* The monitor may be the one who refuses them, to the astonishment of the host. */
static void try_wrong(range_fn request, struct hshim_vm *vm)
{
	const u64 half = kvm_gpa_stolen_bits(hshim_vm_kvm(vm));
	const u64 end = gfn_to_gpa(hshim_vm_slot(vm, 0)->base_gfn) + RAM_SIZE;

	hshim_severity("warn", HSHIM_WARNING);
	HSHIM_EXPECT_LT(request(vm, LOW + 1, PAGE_SIZE), 0);
	HSHIM_EXPECT_LT(request(vm, LOW, PAGE_SIZE + 8), 0);
	HSHIM_EXPECT_LT(request(vm, half | end, PAGE_SIZE), 0);
	HSHIM_EXPECT_LT(request(vm, half - PAGE_SIZE, 2 * PAGE_SIZE), 0);
	hshim_severity("warn", HSHIM_FAIL);
}

void hshim_exercise_ranges(const struct hshim_exercise *what)
{
	struct hshim_vm *vm = exercise_bring(what, exercise_ipa_bits(what, 0), 0, CREATED);

	if (!vm)
		return;
	if (what->ram) {
		try_nothing(what->ram, vm);
		try_wrong(what->ram, vm);
		HSHIM_EXPECT_EQ(what->ram(vm, LOW, RAM_SIZE), 0);
	}
	if (what->populate) {
		try_nothing(what->populate, vm);
		try_wrong(what->populate, vm);
		HSHIM_EXPECT_LT(what->populate(vm, LOW + RAM_SIZE - PAGE_SIZE, 2 * PAGE_SIZE), 0);
		HSHIM_EXPECT_LT(what->populate(vm, BLOCKS, PAGE_SIZE), 0);
	}
	hshim_vm_destroy(vm);
}
