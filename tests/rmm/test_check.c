/* SPDX-License-Identifier: BSD-3-Clause */
/* rmmsim_check(): every row of invariants.def is noticed when it is broken. */
#include <string.h>

#include "rmm/check/check.h"
#include "rmm/op.h"
#include "tests/support/host.h"

#define PAGE HOST_PAGE
#define IPA  (2 * HOST_GB)

/*
 * Two Realms with a bit of everything. `r` has two trees: pages at IPA (mapped by the auxiliary tree)
 * and IPA + PAGE, a device page at IPA + 2 * PAGE, a Non-secure one at r.half, shared.
 */
struct scene {
	struct host *host;
	struct host_realm r, other;
	uint64_t data, data2, device;
	uint64_t rec, rec2;
	uint64_t free; /* DELEGATED */
};

static void open_scene(struct scene *s, void **state)
{
	const struct host_realm_options two_trees = {.planes = 2};
	struct rmmsim_config config = host_quirks("da-alp12", NULL);
	struct host *h = *state;

	config.protection = RMMSIM_PROTECTION_TRAP;
	host_reopen(h, &config);
	s->host = h;
	host_realm(h, &s->r, &two_trees);
	host_realm(h, &s->other, NULL);
	s->data = host_ram(h, &s->r, IPA);
	s->data2 = host_ram(h, &s->r, IPA + PAGE);
	host_aux_map(h, &s->r, 1, IPA);
	s->device = host_device_pages(h, 1, PAGE);
	OK(h, RMI_DEV_MEM_MAP, s->r.rd, IPA + 2 * PAGE, 3, s->device);
	host_ns(h, &s->r, s->r.half);
	OK(h, RMI_RTT_AUX_MAP_UNPROTECTED, s->r.rd, s->r.half, 1);
	s->rec = host_rec(h, &s->r, true);
	s->rec2 = host_rec(h, &s->r, false);
	s->free = host_delegated(h);
}

/* --- the parts of the state that can be broken ------------------------------------------------ */

static struct granule *granule(const struct scene *s, uint64_t pa)
{
	return mem_find(s->host->sim->mem, pa);
}

static struct realm *realm(const struct scene *s)
{
	return realm_edit(s->host->sim, granule(s, s->r.rd));
}

static struct realm *other(const struct scene *s)
{
	return realm_edit(s->host->sim, granule(s, s->other.rd));
}

static struct rec *rec(const struct scene *s)
{
	return rec_edit(s->host->sim, granule(s, s->rec));
}

static struct rtt_walk walk(const struct scene *s, unsigned int tree, uint64_t ipa, int level)
{
	return rtt_walk(s->host->sim->mem, &realm(s)->s2, tree, ipa, level);
}

/* The descriptor itself. */
static uint64_t *descriptor(const struct scene *s, unsigned int tree, uint64_t ipa, int level)
{
	const struct rtt_walk w = walk(s, tree, ipa, level);

	return (uint64_t *)mem_w(s->host->sim->mem, w.table) + w.index;
}

static void give_to_other(const struct scene *s, uint64_t pa)
{
	mem_set_owner(s->host->sim->mem, granule(s, pa), granule(s, s->other.rd));
}

/* Accessible to the Host, and Realm memory. */
static void open_to_the_host(const struct scene *s, uint64_t pa)
{
	granule(s, pa)->pas = GRANULE_PAS_NS;
	mem_host(s->host->sim->mem, pa, 1);
	granule(s, pa)->pas = GRANULE_PAS_REALM;
}

/* An open operation in the free granule that was given `pa`. */
static void begin_operation(const struct scene *s, uint64_t pa)
{
	struct op *op = mem_w(s->host->sim->mem, s->free);

	memset(op, 0, sizeof(*op));
	op->command = RMI_REALM_CREATE;
	op->state = GRANULE_RD_AUX;
	op->wanted = 1;
	op->given = 1;
	op->page[0] = pa;
	granule(s, s->free)->state = GRANULE_PARTIAL;
	s->host->sim->ops[0] = s->free;
	/* Only 2.0 has operations; the scene is not called any more. */
	s->host->sim->revision = SMC_REVISION_2_0;
}

/* --- every row -------------------------------------------------------------------------------- */

/* BREAKS(row, what breaks it) with the scene in `s`. */
#define BROKEN(BREAKS)                                                                            \
	BREAKS(granule_pas, granule(s, s->free)->pas = GRANULE_PAS_SECURE)                        \
	BREAKS(granule_protection, open_to_the_host(s, s->free))                                  \
	BREAKS(granule_state, granule(s, s->free)->state = GRANULE_VSMMU)                         \
	BREAKS(granule_kind, granule(s, s->data)->state = GRANULE_DEV_MAPPED)                     \
	BREAKS(granule_owner, mem_set_owner(s->host->sim->mem, granule(s, s->data), NULL))        \
	BREAKS(granule_refs, granule(s, s->free)->refs = 1)                                       \
	BREAKS(granule_origin, granule(s, s->free)->call = s->host->sim->calls + 1)               \
	BREAKS(realm_state, realm(s)->state = 7)                                                  \
	BREAKS(realm_geometry, realm(s)->s2.s2sz = 30)                                            \
	BREAKS(realm_measurement, realm(s)->measurement[3][63] = 1)                               \
	BREAKS(realm_overlay, realm(s)->s2.overlay[0][5] = RTT_LABEL_RW)                          \
	BREAKS(realm_recs, realm(s)->num_recs--)                                                  \
	BREAKS(vmid_unique, realm(s)->vmid[1] = other(s)->vmid[0])                                \
	BREAKS(vmid_used, s->host->sim->vmids[100] |= 1)                                          \
	BREAKS(mecid_state, s->host->sim->mecids[5] = MECID_PRIVATE_ASSIGNED)                     \
	BREAKS(mecid_members, s->host->sim->mecid_members--)                                      \
	BREAKS(rec_owner, rec(s)->rd = s->other.rd)                                               \
	BREAKS(rec_index, rec(s)->index = 1)                                                      \
	BREAKS(rec_aux, rec(s)->aux[0] = s->data)                                                 \
	BREAKS(rec_aux_once, rec(s)->aux[0] = rec(s)->aux[1])                                     \
	BREAKS(rec_running, rec(s)->running = true)                                               \
	BREAKS(rec_plane, rec(s)->gic_owner = 1)                                                  \
	BREAKS(rec_pending, rec(s)->pending = REC_PENDING_VDEV_COMPLETE + 1)                      \
	BREAKS(rec_ripas, rec(s)->ripas.base = PAGE)                                              \
	BREAKS(rec_s2ap, rec(s)->s2ap.tree = 2)                                                   \
	BREAKS(rec_token, rec(s)->token_offset = 1)                                               \
	BREAKS(op_object, granule(s, s->free)->state = GRANULE_PARTIAL)                           \
	BREAKS(op_memory, begin_operation(s, s->data))                                            \
	BREAKS(rtt_root, give_to_other(s, s->r.root[1]))                                          \
	BREAKS(rtt_child, give_to_other(s, walk(s, 0, IPA, 3).table))                             \
	BREAKS(rtt_once, *descriptor(s, 0, IPA + HOST_BLOCK, 2) = *descriptor(s, 0, IPA, 2))      \
	BREAKS(rtt_refs, granule(s, walk(s, 0, IPA, 3).table)->refs++)                            \
	BREAKS(rtt_entry, *descriptor(s, 0, IPA + 3 * PAGE, 3) = *descriptor(s, 0, s->r.half, 3)) \
	BREAKS(data_granule, give_to_other(s, s->data2))                                          \
	BREAKS(data_once, *descriptor(s, 0, IPA + PAGE, 3) = *descriptor(s, 0, IPA, 3))           \
	BREAKS(data_refs, granule(s, s->data)->refs--)                                            \
	BREAKS(dev_granule, give_to_other(s, s->device))                                          \
	BREAKS(dev_once, *descriptor(s, 0, IPA + 2 * PAGE, 3) = *descriptor(s, 0, IPA + PAGE, 3)) \
	BREAKS(aux_protected, *descriptor(s, 1, IPA, 3) = *descriptor(s, 0, IPA + PAGE, 3))       \
	BREAKS(aux_unprotected, *descriptor(s, 1, s->r.half, 1) = *descriptor(s, 0, IPA, 1))

/* What is left of the instance is no state that calls could go on from. */
static void abandon(struct scene *s)
{
	rmmsim_destroy(s->host->sim);
	s->host->sim = NULL;
}

static void assert_violated(struct scene *s, enum invariant row)
{
	struct rmmsim_violation violations[16];
	size_t count = rmmsim_check(s->host->sim, violations, 16);
	const char *name, *text;
	bool found = false;

	assert_true(rmmsim_invariant(row, &name, &text));
	for (size_t i = 0; i < count && i < 16; i++) {
		if (strcmp(violations[i].invariant, name) != 0)
			continue;
		assert_string_equal(violations[i].text, text);
		assert_true(violations[i].detail[0] != '\0');
		found = true;
	}
	abandon(s);
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

/* --- the check itself ------------------------------------------------------------------------- */

static void every_row_is_tested(void **state)
{
	static const bool tested[INVARIANT_COUNT] = {
#define TESTED(row, ...) [INVARIANT_##row] = true,
		BROKEN(TESTED)
#undef TESTED
	};
	const char *name, *text;
	size_t row = 0;

	(void)state;
	while (rmmsim_invariant(row, &name, &text)) {
		/* Those of devices: test_check_devices.c */
		if (!tested[row] && row < INVARIANT_pdev_state)
			fail_msg("nothing breaks %s", name);
		assert_true(text[strlen(text) - 1] == '.');
		row++;
	}
	assert_int_equal(row, INVARIANT_COUNT);
}

static void a_sound_state_has_no_violation(void **state)
{
	struct scene s;

	open_scene(&s, state);
	assert_int_equal(rmmsim_check(s.host->sim, NULL, 0), 0);
	host_activate(s.host, &s.r);
	host_enter(s.host, s.rec, 0);
	host_realm_end(s.host, &s.r);
	host_realm_end(s.host, &s.other);
	assert_int_equal(rmmsim_check(s.host->sim, NULL, 0), 0);
}

static void violations_are_counted_beyond_the_callers_array(void **state)
{
	struct rmmsim_violation violation;
	struct scene s;

	open_scene(&s, state);
	realm(&s)->state = 7;
	realm(&s)->num_recs = 9;
	other(&s)->state = 7;
	assert_int_equal(rmmsim_check(s.host->sim, &violation, 1), 3);
	assert_int_equal(rmmsim_check(s.host->sim, NULL, 5), 3);
	assert_int_equal(rmmsim_check(NULL, NULL, 0), 0);
	abandon(&s);
}

static void a_repeated_rec_index_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	rec(&s)->index = 1;
	rec(&s)->mpidr = 1;
	assert_violated(&s, INVARIANT_rec_index);
}

static void a_shared_mecid_that_became_private_is_noticed(void **state)
{
	struct scene s;

	open_scene(&s, state);
	s.host->sim->mecids[0] = MECID_PRIVATE_UNASSIGNED;
	assert_violated(&s, INVARIANT_mecid_state);
}

static void a_block_is_followed_page_by_page(void **state)
{
	const struct host_realm_options two_trees = {.planes = 2};
	struct scene s = {.host = *state};
	uint64_t data;

	host_realm(s.host, &s.r, &two_trees);
	data = host_ram_block(s.host, &s.r, IPA);
	host_tables(s.host, &s.r, 1, IPA, 2);
	OK(s.host, RMI_RTT_AUX_MAP_PROTECTED, s.r.rd, IPA, 1);
	granule(&s, data + 77 * PAGE)->refs = 0;
	assert_violated(&s, INVARIANT_data_refs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)        cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
#define NOTICES(row, ...) TEST(notices_##row),
		BROKEN(NOTICES) TEST(every_row_is_tested),
		TEST(a_sound_state_has_no_violation),
		TEST(violations_are_counted_beyond_the_callers_array),
		TEST(a_repeated_rec_index_is_noticed),
		TEST(a_shared_mecid_that_became_private_is_noticed),
		TEST(a_block_is_followed_page_by_page),
	};

	return cmocka_run_group_tests_name("invariants", tests, NULL, NULL);
}
