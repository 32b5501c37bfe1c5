/* SPDX-License-Identifier: BSD-3-Clause */
/* Every invariant of devices is noticed when something breaks it. */
#include <string.h>

#include "rmm/check/check.h"
#include "rmm/dev.h"
#include "tests/rmm/dev.h"

#define IPA (2 * HOST_GB)

/* Two interfaces of a device, one of which has memory in its Realm. */
struct scene {
	struct dev d;
	struct host_realm r;
	uint64_t vdev, second;
};

static void open_scene(struct scene *s, void **state)
{
	struct host *h = *state;

	dev_open(h, &s->d);
	h->unchecked = true;
	dev_ready(&s->d);
	dev_realm(&s->d, &s->r);
	s->vdev = dev_vdev(&s->d, &s->r, 5);
	s->second = host_delegated(h);
	OK(h, RMI_VDEV_CREATE, s->r.rd, s->d.pdev, s->second,
	   dev_vdev_params(&s->d, 6, DEV_RID + 1));
	host_tables(h, &s->r, 0, IPA, 3);
	OK(h, RMI_VDEV_MAP, s->r.rd, s->vdev, IPA, 3, s->d.range);
}

static struct granule *granule(const struct scene *s, uint64_t pa)
{
	return mem_find(s->d.h->sim->mem, pa);
}

static struct pdev *pdev(const struct scene *s)
{
	return pdev_edit(s->d.h->sim, granule(s, s->d.pdev));
}

static struct vdev *vdev(const struct scene *s)
{
	return vdev_edit(s->d.h->sim, granule(s, s->vdev));
}

/* A PDEV with the identifier of the first. */
static void copy_pdev(const struct scene *s)
{
	const uint64_t pa = host_delegated(s->d.h);

	*pdev_edit(s->d.h->sim, granule(s, pa)) = *pdev(s);
	granule(s, pa)->state = GRANULE_PDEV;
}

#define BROKEN(BREAKS)                                           \
	BREAKS(pdev_state, pdev(s)->comm = COMM_PENDING)         \
	BREAKS(pdev_unique, copy_pdev(s))                        \
	BREAKS(pdev_aux, pdev(s)->aux[1] = s->d.data)            \
	BREAKS(pdev_aux_once, pdev(s)->aux[1] = pdev(s)->aux[0]) \
	BREAKS(pdev_talker, pdev(s)->talker = s->vdev)           \
	BREAKS(vdev_state, vdev(s)->op = VDEV_OP_LOCK)           \
	BREAKS(vdev_owner, vdev(s)->pdev = s->d.data)            \
	BREAKS(vdev_unique, vdev(s)->vdev_id = 6)                \
	BREAKS(vdev_count, pdev(s)->num_vdevs++)                 \
	BREAKS(vdev_map, vdev(s)->num_map++)

static void assert_violated(struct scene *s, enum invariant row)
{
	struct rmmsim_violation violations[16];
	size_t count = rmmsim_check(s->d.h->sim, violations, 16);
	const char *name, *text;
	bool found = false;

	assert_true(rmmsim_invariant(row, &name, &text));
	for (size_t i = 0; i < count && i < 16; i++)
		found |= strcmp(violations[i].invariant, name) == 0;
	rmmsim_destroy(s->d.h->sim);
	s->d.h->sim = NULL;
	if (!found)
		fail_msg("%s is not noticed", name);
}

#define DEFINE(row, ...)                             \
	static void notices_##row(void **state)      \
	{                                            \
		struct scene scene, *s = &scene;     \
                                                     \
		open_scene(s, state);                \
		__VA_ARGS__;                         \
		assert_violated(s, INVARIANT_##row); \
	}
BROKEN(DEFINE)
#undef DEFINE

static void every_row_is_tested(void **state)
{
	static const bool tested[INVARIANT_COUNT] = {
#define TESTED(row, ...) [INVARIANT_##row] = true,
		BROKEN(TESTED)
#undef TESTED
	};

	(void)state;
	for (size_t row = INVARIANT_pdev_state; row < INVARIANT_COUNT; row++) {
		const char *name, *text;

		assert_true(rmmsim_invariant(row, &name, &text));
		if (!tested[row])
			fail_msg("nothing breaks %s", name);
	}
}

static void a_sound_state_has_no_violation(void **state)
{
	struct scene s;

	open_scene(&s, state);
	s.d.h->unchecked = false;
	host_check(s.d.h);
	rmmsim_destroy(s.d.h->sim);
	s.d.h->sim = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
#define ROW_TEST(row, ...) TEST(notices_##row),
	const struct CMUnitTest tests[] = {
		BROKEN(ROW_TEST) cmocka_unit_test(every_row_is_tested),
		TEST(a_sound_state_has_no_violation),
	};
#undef ROW_TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
