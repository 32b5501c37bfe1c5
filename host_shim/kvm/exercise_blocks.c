/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that is mapped in larger pieces than pages: one call maps many. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

#define BLOCK 0x200000ull
#define AT    (LOW + BLOCK)

static unsigned long private_pages(void)
{
	return hshim_granules_in_state("DATA");
}

static int map(struct hshim_vm *vm, u64 ipa, unsigned long size)
{
	return hshim_map_memory(hshim_vm_vcpu(vm, 0), ipa, size);
}

static void map_whole(struct hshim_vm *vm, u64 gpa, unsigned long size)
{
	const unsigned long before = private_pages();

	HSHIM_EXPECT_EQ(map(vm, gpa, size), 1);
	HSHIM_EXPECT_EQ(private_pages(), before + size / PAGE_SIZE);
}

static void release(struct hshim_vm *vm, u64 gpa, u64 size, unsigned long pages)
{
	const unsigned long before = private_pages();

	hshim_vm_discard(vm, gpa, size, true);
	HSHIM_EXPECT_EQ(private_pages(), before - pages);
}

static void refusals(bool expected)
{
	hshim_severity("warn", expected ? HSHIM_OFF : HSHIM_FAIL);
	hshim_severity("warn.storm", expected ? HSHIM_OFF : HSHIM_FAIL);
}

/* Not every version maps more than a page, and those that do not say so in their own way. */
static bool can_map(struct hshim_vm *vm, u64 ipa, unsigned long size)
{
	bool mapped;

	refusals(true);
	mapped = map(vm, ipa, size) == 1;
	refusals(false);
	return mapped;
}

/* --- private ------------------------------------------------------------------------------------------ */

static bool can_map_private(struct hshim_vm *vm, u64 gpa, unsigned long size)
{
	const unsigned int create = hshim_fid("DATA_CREATE_UNKNOWN");
	const unsigned long before = private_pages(), pages = size / PAGE_SIZE;
	struct hshim_scope scope;
	bool mapped;

	hshim_scope_begin(&scope, "a piece of memory");
	mapped = can_map(vm, gpa, size) && private_pages() == before + pages;
	/* Who has got all pages has meant to. */
	if (!mapped && create)
		HSHIM_EXPECT_LT(hshim_scope_calls(&scope, create), pages);
	hshim_vm_discard(vm, gpa, size, true);
	return mapped;
}

static void take_apart(struct hshim_vm *vm)
{
	const struct hshim_exit again = hshim_exit_dabt(AT + 0x3000, 0, 3, HSHIM_ABT_WRITE);

	map_whole(vm, AT, BLOCK);
	hshim_rec_push_exit(hshim_vm_vcpu(vm, 0), &again);
	HSHIM_EXPECT_EQ(hshim_vcpu_run_limit(hshim_vm_vcpu(vm, 0), 1, NULL), 1);
	release(vm, AT + 0x3000, 2 * PAGE_SIZE, 2);
	map_whole(vm, AT + 0x3000, PAGE_SIZE);
	hshim_check_now();
	release(vm, AT, BLOCK, BLOCK / PAGE_SIZE - 1);
	map_whole(vm, AT, BLOCK);
	HSHIM_EXPECT_EQ(hshim_vm_set_private(vm, AT + 0x10000, PAGE_SIZE, false), 0);
	HSHIM_EXPECT_EQ(hshim_vm_set_private(vm, AT + 0x10000, PAGE_SIZE, true), 0);
	release(vm, AT + 0x1ff000, PAGE_SIZE, 1);
	hshim_check_now();
}

/* A block cannot be had again: RIPAS of what was undone differs from that of the rest (rmi-commands.md#3). */
static void map_each(struct hshim_vm *vm)
{
	for (u64 at = AT; at < AT + BLOCK; at += PAGE_SIZE)
		map(vm, at, PAGE_SIZE);
}

/* What is undone when the nth command is refused: all of it, so that it can be done again. */
static void refuse_one(const struct hshim_exercise *what, unsigned int fid, unsigned int nth)
{
	struct hshim_vm *vm = exercise_start_blocks(what, exercise_ipa_bits(what, 0));
	const unsigned long before = private_pages();

	if (!vm)
		return;
	refusals(true);
	hshim_smc_fail(fid, nth, 1, 0, HSHIM_BEFORE);
	if (map(vm, AT, BLOCK) < 0) {
		HSHIM_EXPECT_EQ(private_pages(), before);
		map_each(vm);
		HSHIM_EXPECT_EQ(private_pages(), before + BLOCK / PAGE_SIZE);
	}
	hshim_smc_inject_reset();
	refusals(false);
	hshim_vm_destroy(vm);
}

/* A block that has to be split, and cannot be. */
static void refuse_split(const struct hshim_exercise *what, unsigned int fid)
{
	struct hshim_vm *vm = exercise_start_blocks(what, exercise_ipa_bits(what, 0));
	unsigned long before;

	if (!vm)
		return;
	map(vm, AT, BLOCK);
	before = private_pages();
	refusals(true);
	if (fid)
		hshim_smc_fail(fid, 1, 1, 0, HSHIM_BEFORE);
	else
		hshim_fail_alloc(HSHIM_ALLOC_ANY, 1, 1);
	hshim_vm_discard(vm, AT + 0x3000, 2 * PAGE_SIZE, true);
	hshim_smc_inject_reset();
	hshim_fail_alloc(0, 0, 0);
	hshim_vm_discard(vm, AT + 0x3000, 2 * PAGE_SIZE, true);
	refusals(false);
	HSHIM_EXPECT_EQ(private_pages(), before - 2);
	hshim_check_now();
	hshim_vm_destroy(vm);
}

static void refuse(const struct hshim_exercise *what)
{
	const unsigned int create = hshim_fid("DATA_CREATE_UNKNOWN");
	const unsigned int table = hshim_fid("RTT_CREATE"), fold = hshim_fid("RTT_FOLD");
	const unsigned int pages = BLOCK / PAGE_SIZE;
	const unsigned int nth[] = {1, 2, pages / 2 + 1, pages};

	for (unsigned int i = 0; create && i < ARRAY_SIZE(nth); i++)
		refuse_one(what, create, nth[i]);
	if (fold)
		refuse_one(what, fold, 1);
	if (table) {
		refuse_one(what, table, 1);
		refuse_split(what, table);
	}
	refuse_split(what, 0);
}

/* --- shared ------------------------------------------------------------------------------------------- */

static bool is_mapped(u64 ipa)
{
	struct hshim_entry entry;

	return hshim_look(ipa, &entry) && entry.desc & GENMASK(47, PAGE_SHIFT);
}

/* In pieces of any size: each of them is mapped, and goes. */
static void share(struct hshim_vm *vm, u64 gpa, unsigned long size)
{
	const u64 ipa = kvm_gpa_stolen_bits(hshim_vm_kvm(vm)) | gpa;

	if (!can_map(vm, ipa, size))
		return;
	HSHIM_EXPECT_TRUE(is_mapped(ipa));
	/* All of it, or the first piece and the rest when it is touched. */
	HSHIM_EXPECT_EQ(is_mapped(ipa + size / 2), is_mapped(ipa + size - PAGE_SIZE));
	hshim_check_now();
	hshim_vm_discard(vm, gpa, size, false);
	HSHIM_EXPECT_FALSE(is_mapped(ipa));
	HSHIM_EXPECT_FALSE(is_mapped(ipa + size - PAGE_SIZE));
}

void hshim_exercise_blocks(const struct hshim_exercise *what)
{
	struct hshim_vm *vm = exercise_start_blocks(what, exercise_ipa_bits(what, 0));
	bool blocks;

	if (!vm)
		return;
	/* Here is no device, and nothing that could not be taken back. */
	hshim_severity("map.attr", HSHIM_FAIL);
	hshim_severity("smc.undelegate_foreign", HSHIM_FAIL);
	share(vm, BLOCKS, 2 * BLOCK);
	share(vm, BLOCKS + 0x10000, 0x10000);
	if (can_map_private(vm, LOW + 0x100000, 0x10000))
		map_whole(vm, LOW + 0x100000, 0x10000);
	blocks = can_map_private(vm, AT, BLOCK);
	if (blocks)
		take_apart(vm);
	hshim_vm_destroy(vm);
	if (blocks)
		refuse(what);
}
