/* SPDX-License-Identifier: BSD-3-Clause */
#include "planes/plane.h"
#include "tests/support/s2_fixture.h"

/* planes.md#5 */

#define R  PLANE_PERM_R
#define W  PLANE_PERM_W
#define UX PLANE_PERM_UX
#define PX PLANE_PERM_PX

/* planes.md#5.1; mostly-read-only labels read */
static const unsigned int label[RTT_OVERLAYS] = {
	[0] = 0,      [1] = 0,           [2] = R,           [3] = R,
	[4] = W,      [5] = 0,           [6] = R,           [7] = R,
	[8] = R,      [9] = R | UX,      [10] = R | PX,     [11] = R | UX | PX,
	[12] = R | W, [13] = R | W | UX, [14] = R | W | PX, [15] = R | W | UX | PX,
};

/* Mostly-read-only labels have no direct encoding. */
static const unsigned int direct_label[RTT_OVERLAYS] = {
	[4] = W,
	[8] = R,
	[9] = R | UX,
	[10] = R | PX,
	[11] = R | UX | PX,
	[12] = R | W,
	[13] = R | W | UX,
	[14] = R | W | PX,
	[15] = R | W | UX | PX,
};

static unsigned int indirect(uint8_t base, uint8_t overlay_value)
{
	struct rtt_s2 s2 = {.planes = 2, .indirect = true};
	const struct rtt_entry entry = {.permission = {.base = base, .overlay = 3}};

	s2.overlay[1][3] = overlay_value;
	return plane_permission(&s2, 1, &entry);
}

static void the_overlay_value_is_the_permission_of_a_protected_page(void **state)
{
	(void)state;
	for (uint8_t value = 0; value < RTT_OVERLAYS; value++)
		assert_int_equal(indirect(RMI_S2AP_BASE_RW_PUX, value), label[value]);
}

static void the_base_limits_the_overlay_value(void **state)
{
	static const unsigned int base[RTT_OVERLAYS] = {0, R, W, R | W, R | W | UX | PX};

	(void)state;
	for (uint8_t index = 0; index < RTT_OVERLAYS; index++)
		for (uint8_t value = 0; value < RTT_OVERLAYS; value++)
			assert_int_equal(indirect(index, value), base[index] & label[value]);
}

static void planes_have_their_own_overlay_values(void **state)
{
	struct rtt_s2 s2 = {.planes = 3, .indirect = true};
	const struct rtt_entry entry = {.permission = {.base = 4, .overlay = 1}};

	(void)state;
	s2.overlay[0][1] = 15;
	s2.overlay[2][1] = 8;
	assert_int_equal(plane_permission(&s2, 0, &entry), R | W | UX | PX);
	assert_int_equal(plane_permission(&s2, 1, &entry), 0);
	assert_int_equal(plane_permission(&s2, 2, &entry), R);
}

static void an_ns_entry_is_limited_by_the_base_of_the_host(void **state)
{
	struct rtt_s2 s2 = {.planes = 2, .indirect = true};

	(void)state;
	s2.overlay[1][RTT_OVERLAY_NS] = RTT_LABEL_RW;
	for (uint8_t base = 0; base < 4; base++) {
		const struct rtt_entry entry = {.state = RTT_ASSIGNED_NS,
						.permission = {.base = base, .overlay = 15}};

		assert_int_equal(plane_permission(&s2, 1, &entry), base);
	}
}

static void direct_entries_say_what_the_label_of_the_plane_said(void **state)
{
	struct s2_fixture f;
	struct rtt_walk walk;

	(void)state;
	s2_up_trees(&f, 2);
	s2_tables(&f, 0, 0, 3);
	for (uint8_t value = 0; value < RTT_OVERLAYS; value++) {
		f.s2.overlay[1][1] = value;
		walk = s2_at(&f, 0, 0);
		rtt_set_s2ap(f.mem, &f.s2, 0, &walk, 0, 4 * KIB, 1, true);
		walk = s2_at(&f, 0, 0);
		assert_int_equal(plane_permission(&f.s2, 1, &walk.entry), direct_label[value]);
	}
	s2_down(&f);
}

static void a_change_of_an_overlay_value_does_not_change_direct_entries(void **state)
{
	struct s2_fixture f;
	struct rtt_walk walk;

	(void)state;
	s2_up_trees(&f, 2);
	f.s2.overlay[1][0] = RTT_LABEL_RW_UPX;
	walk = s2_at(&f, 0, 0);
	assert_int_equal(plane_permission(&f.s2, 1, &walk.entry), 0);
	s2_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_overlay_value_is_the_permission_of_a_protected_page),
		cmocka_unit_test(the_base_limits_the_overlay_value),
		cmocka_unit_test(planes_have_their_own_overlay_values),
		cmocka_unit_test(an_ns_entry_is_limited_by_the_base_of_the_host),
		cmocka_unit_test(direct_entries_say_what_the_label_of_the_plane_said),
		cmocka_unit_test(a_change_of_an_overlay_value_does_not_change_direct_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
