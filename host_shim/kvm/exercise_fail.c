/* SPDX-License-Identifier: BSD-3-Clause */
/* What goes wrong around a host: commands are refused, memory runs out, once and twice. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

#define SOME     150 /* what comes after them is a block in pages */
#define MOST     60  /* tear-down of large address spaces has many points that are alike */
#define FEW      20
#define FARTHEST 2 /* a second failure comes so many points after the first */
#define DEEP     8

/* Replaces what the command found: RmiStatusCode, and the last index that it has. */
static const struct {
	unsigned int status, last;
} answers[] = {
	{2, 1}, /* REALM */
	{3, 0}, /* REC */
	{4, 3}, /* RTT: the level where the walk ended */
	{7, 3}, /* RTT_AUX */
};

/* Commands that take something back; 0 ends them. */
static void taking_back(unsigned int *fids)
{
	static const char *const names[] = {
		"REALM_DESTROY",   "REC_DESTROY",           "DATA_DESTROY",           "RTT_DESTROY",
		"RTT_AUX_DESTROY", "RTT_UNMAP_UNPROTECTED", "RTT_AUX_UNMAP_PROTECTED"};
	unsigned int count = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (hshim_fid(names[i]))
			fids[count++] = hshim_fid(names[i]);
	fids[count] = 0;
}

static void each_answer(void (*short_life)(void), const unsigned int *fids, unsigned int limit)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(answers); i++)
		for (unsigned int index = 0; index <= answers[i].last; index++) {
			struct hshim_sweep sweep = {.name = "of answers",
						    .status = answers[i].status,
						    .index = index,
						    .once = fids && !hshim_deep(),
						    .limit = limit};

			hshim_sweep_smc_full(short_life, fids, &sweep);
		}
}

void hshim_exercise_refusals(void (*short_life)(void))
{
	const unsigned int granules[] = {hshim_fid("GRANULE_UNDELEGATE"), 0};
	struct hshim_sweep taken = {.name = "of what is taken back", .limit = MOST};
	struct hshim_sweep two = {.name = "of two refusals", .limit = SOME, .once = true};
	unsigned int fids[16];

	hshim_sweep_smc(short_life, NULL);
	hshim_sweep_smc(short_life, granules);
	taking_back(fids);
	hshim_sweep_smc_full(short_life, fids, &taken);
	each_answer(short_life, NULL, hshim_deep() ? 0 : SOME);
	each_answer(short_life, fids, hshim_deep() ? SOME : FEW);
	for (two.second = 1; two.second <= (hshim_deep() ? DEEP : FARTHEST); two.second++)
		hshim_sweep_smc_full(short_life, NULL, &two);
}

void hshim_exercise_shortage(void (*short_life)(void))
{
	struct hshim_sweep two = {.name = "of two allocations", .second = 1};

	hshim_sweep_alloc(short_life);
	for (; two.second <= (hshim_deep() ? DEEP : 1); two.second++)
		hshim_sweep_alloc_kinds(short_life, HSHIM_ALLOC_ANY, &two);
}
