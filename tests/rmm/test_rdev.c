/* SPDX-License-Identifier: BSD-3-Clause */
/* Calls of a Realm about devices in the older model, which has none: device-assignment.md#9, rsi.md#5 */
#include "tests/support/host.h"

#define ID       UINT64_C(5)
#define INSTANCE UINT64_C(1)
#define PAGE     HOST_PAGE

static int set_up(void **state)
{
	struct rmmsim_config config = host_quirks("da-alp12", NULL);
	int result = host_setup(state);

	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	host_reopen(*state, &config);
	return result;
}

static uint64_t start(struct host *h, struct host_realm *r, uint64_t flags0)
{
	const struct host_realm_options options = {.flags0 = flags0};
	uint64_t rec;

	host_realm(h, r, &options);
	rec = host_rec(h, r, true);
	host_activate(h, r);
	return rec;
}

/* A call that is right but for what the monitor lacks. */
struct row {
	uint32_t fid;
	uint64_t x3, x4, x5;
	uint64_t status; /* of a Realm with device assignment */
	uint64_t x1;     /* with either status */
};

static const struct row rows[] = {
	{SMC_RSI_RDEV_CONTINUE, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_GET_INFO, 0x200, 0, 0, RSI_ERROR_STATE, 0},
	{SMC_RSI_RDEV_GET_INTERFACE_REPORT, 0x10, 0, 0, RSI_ERROR_INPUT, 0x10},
	{SMC_RSI_RDEV_GET_MEASUREMENTS, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_GET_STATE, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_LOCK, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_START, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_STOP, 0, 0, 0, RSI_ERROR_INPUT, 0},
	{SMC_RSI_RDEV_VALIDATE_MAPPING, 0, PAGE, 0, RSI_ERROR_INPUT, 0},
};

static void ask(struct host *h, uint64_t rec, const struct row *row)
{
	guest_call(h, rec, row->fid, ID, INSTANCE, row->x3, row->x4, row->x5, 0);
}

static void no_instance_is_known(void **state)
{
	struct host *h = *state;
	struct host_realm with, without;
	uint64_t rec = start(h, &with, RMI_REALM_FLAGS0_DA), other = start(h, &without, 0);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ask(h, rec, &rows[i]);
		assert_int_equal(h->guest.result[0], rows[i].status);
		assert_int_equal(h->guest.result[1], rows[i].x1);
		ask(h, other, &rows[i]);
		assert_int_equal(h->guest.result[0], RSI_ERROR_STATE);
		assert_int_equal(h->guest.result[1], rows[i].x1);
	}
	host_realm_end(h, &without);
	host_realm_end(h, &with);
}

/* Alignment comes first, in Realms without devices too. */
static void arguments_are_looked_at(void **state)
{
	static const struct row wrong[] = {
		{SMC_RSI_RDEV_VALIDATE_MAPPING, 8, PAGE, 0, 0, 0},
		{SMC_RSI_RDEV_VALIDATE_MAPPING, 0, PAGE + 8, 0, 0, 0},
		{SMC_RSI_RDEV_VALIDATE_MAPPING, 0, PAGE, 8, 0, 0},
		{SMC_RSI_RDEV_VALIDATE_MAPPING, PAGE, PAGE, 0, 0, 0},
	};
	const struct row info = {SMC_RSI_RDEV_GET_INFO, 0x208, 0, 0, 0, 0};
	struct host *h = *state;
	struct host_realm with, without;
	uint64_t rec = start(h, &with, RMI_REALM_FLAGS0_DA), other = start(h, &without, 0);

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ask(h, rec, &wrong[i]);
		assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
		ask(h, other, &wrong[i]);
		assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	}
	ask(h, rec, &info);
	assert_int_equal(h->guest.result[0], RSI_ERROR_INPUT);
	host_realm_end(h, &without);
	host_realm_end(h, &with);
}

static void the_host_is_asked_for_an_instance_and_has_none(void **state)
{
	struct host *h = *state;
	struct host_realm with, without;
	uint64_t rec = start(h, &with, RMI_REALM_FLAGS0_DA), other = start(h, &without, 0);

	guest_call(h, other, SMC_RSI_RDEV_GET_INSTANCE_ID, ID);
	assert_int_equal(h->guest.result[0], RSI_ERROR_STATE);
	guest_call(h, rec, SMC_RSI_RDEV_GET_INSTANCE_ID, ID);
	assert_int_equal(h->exit.exit_reason, RMI_EXIT_VDEV_REQUEST);
	assert_int_equal(h->exit.vdev_id, ID);
	ALONE(h, "rec_pending", RMI_ERROR_REC, RMI_REC_ENTER, rec, host_page(h));
	host_realm_end(h, &without);
	host_realm_end(h, &with);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_instance_is_known),
		TEST(arguments_are_looked_at),
		TEST(the_host_is_asked_for_an_instance_and_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
