/* SPDX-License-Identifier: BSD-3-Clause */
/* The monitor's SPDM requester against the ready-made device: right conversations, and every fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/device/talk.h"

static void test_a_whole_life_succeeds(void **state)
{
	static const enum spdm_operation life[] = {
		SPDM_CONNECT, SPDM_SECURE, SPDM_MEASURE,   SPDM_LOCK,  SPDM_REPORT,
		SPDM_MEASURE, SPDM_START,  SPDM_REFRESH,   SPDM_RESET, SPDM_UNLOCK,
		SPDM_LOCK,    SPDM_UNLOCK, SPDM_DISCONNECT};
	static const enum signer signers[] = {SIGNER_P256, SIGNER_P384};

	(void)state;
	for (size_t s = 0; s < 2; s++) {
		struct talk t;

		talk_start(&t, signers[s], true);
		for (size_t i = 0; i < sizeof(life) / sizeof(life[0]); i++)
			assert_int_equal(talk_run(&t, life[i]), SPDM_DONE);
		assert_int_equal(t.requester.session.phase, SESSION_NONE);
		assert_int_equal(t.device.session.phase, SESSION_NONE);
	}
}

static void test_the_host_keeps_what_is_measured(void **state)
{
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, false);
	talk_connected(&t);
	/* Certificates without the chain's header; VCA as both sides have it in their transcripts. */
	assert_int_equal(t.size[SPDM_OBJECT_CERTIFICATE], t.device.chain_size - 4 - 48);
	assert_memory_equal(t.object[SPDM_OBJECT_CERTIFICATE], t.device.chain + 4 + 48,
			    t.size[SPDM_OBJECT_CERTIFICATE]);
	assert_int_equal(t.size[SPDM_OBJECT_VCA], t.device.connection.vca_size);
	assert_memory_equal(t.object[SPDM_OBJECT_VCA], t.device.connection.vca,
			    t.device.connection.vca_size);
	assert_int_equal(talk_run(&t, SPDM_SECURE), SPDM_DONE);
	assert_int_equal(talk_run(&t, SPDM_MEASURE), SPDM_DONE);
	assert_int_equal(t.size[SPDM_OBJECT_MEASUREMENTS], 2 * 4 + 51 + 11);
	assert_int_equal(talk_run(&t, SPDM_LOCK), SPDM_DONE);
	assert_int_equal(talk_run(&t, SPDM_REPORT), SPDM_DONE);
	/* 14 fixed bytes, two ranges, the length of no device-specific information. */
	assert_int_equal(t.size[SPDM_OBJECT_REPORT], 14 + 2 + 2 * 16 + 4);
	assert_int_equal(t.object[SPDM_OBJECT_REPORT][12], 2);
	assert_int_equal(t.object[SPDM_OBJECT_REPORT][18], 0x05);
}

static void test_measurements_change_with_the_firmware_and_are_signed_on_request(void **state)
{
	struct talk t;
	uint8_t before[128];

	(void)state;
	talk_start(&t, SIGNER_P384, false);
	talk_secured(&t);
	t.requester.interface.measurements_signed = true;
	assert_int_equal(talk_run(&t, SPDM_MEASURE), SPDM_DONE);
	memcpy(before, t.object[SPDM_OBJECT_MEASUREMENTS], t.size[SPDM_OBJECT_MEASUREMENTS]);
	t.device.measurement++;
	assert_int_equal(talk_run(&t, SPDM_MEASURE), SPDM_DONE);
	assert_memory_not_equal(before, t.object[SPDM_OBJECT_MEASUREMENTS],
				t.size[SPDM_OBJECT_MEASUREMENTS]);
}

static void test_a_busy_device_is_asked_again(void **state)
{
	static const enum spdm_operation operations[] = {SPDM_CONNECT, SPDM_SECURE, SPDM_MEASURE,
							 SPDM_LOCK,    SPDM_REPORT, SPDM_UNLOCK};
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, true);
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++) {
		t.device.busy = 3;
		assert_int_equal(talk_run(&t, operations[i]), SPDM_DONE);
		assert_int_equal(t.waits, 3);
	}
}

static void test_a_device_that_is_not_ready_is_asked_with_its_token(void **state)
{
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, true);
	t.device.fault = RESPONDER_FAULT_NOT_READY;
	talk_locked(&t);
	assert_true(t.waits > 0);
}

static void test_a_copy_of_a_requester_says_the_same(void **state)
{
	struct talk t, copy;

	(void)state;
	talk_start(&t, SIGNER_P384, true);
	talk_connected(&t);
	copy = t;
	assert_int_equal(talk_run(&t, SPDM_SECURE), SPDM_DONE);
	assert_int_equal(talk_run(&copy, SPDM_SECURE), SPDM_DONE);
	assert_memory_equal(&t.requester, &copy.requester, sizeof(t.requester));
}

/* --- faults ------------------------------------------------------------------------------------------ */

struct fault_case {
	enum responder_fault fault;
	enum spdm_operation operation; /* the one that fails; those before it succeed */
	enum spdm_failure failure;
};

static const struct fault_case faults[] = {
	{RESPONDER_FAULT_SILENT, SPDM_CONNECT, SPDM_FAILED_SHORT},
	{RESPONDER_FAULT_SILENT, SPDM_LOCK, SPDM_FAILED_DECRYPT},
	{RESPONDER_FAULT_TRUNCATED, SPDM_CONNECT, SPDM_FAILED_SHORT},
	{RESPONDER_FAULT_TRUNCATED, SPDM_SECURE, SPDM_FAILED_LENGTH},
	{RESPONDER_FAULT_LONG, SPDM_CONNECT, SPDM_FAILED_LENGTH},
	{RESPONDER_FAULT_LONG, SPDM_SECURE, SPDM_FAILED_LENGTH},
	{RESPONDER_FAULT_LONG, SPDM_LOCK, SPDM_FAILED_VENDOR},
	{RESPONDER_FAULT_WRONG_VERSION, SPDM_CONNECT, SPDM_FAILED_NO_VERSION},
	{RESPONDER_FAULT_WRONG_MESSAGE_VERSION, SPDM_CONNECT, SPDM_FAILED_VERSION},
	{RESPONDER_FAULT_WRONG_MESSAGE_VERSION, SPDM_LOCK, SPDM_FAILED_VERSION},
	{RESPONDER_FAULT_WRONG_CODE, SPDM_CONNECT, SPDM_FAILED_CODE},
	{RESPONDER_FAULT_WRONG_CODE, SPDM_MEASURE, SPDM_FAILED_CODE},
	{RESPONDER_FAULT_NO_CAPABILITIES, SPDM_CONNECT, SPDM_FAILED_CAPABILITIES},
	{RESPONDER_FAULT_WRONG_ALGORITHM, SPDM_CONNECT, SPDM_FAILED_ALGORITHMS},
	{RESPONDER_FAULT_NO_CERTIFICATE, SPDM_CONNECT, SPDM_FAILED_NO_SLOT},
	{RESPONDER_FAULT_WRONG_CERTIFICATE, SPDM_CONNECT, SPDM_FAILED_CHAIN_DIGEST},
	{RESPONDER_FAULT_CHAIN_LENGTH, SPDM_CONNECT, SPDM_FAILED_CHAIN_LENGTH},
	{RESPONDER_FAULT_WRONG_SIGNATURE, SPDM_SECURE, SPDM_FAILED_SIGNATURE},
	{RESPONDER_FAULT_WRONG_POINT, SPDM_SECURE, SPDM_FAILED_EXCHANGE},
	{RESPONDER_FAULT_WRONG_VERIFY_DATA, SPDM_SECURE, SPDM_FAILED_VERIFY_DATA},
	{RESPONDER_FAULT_WRONG_SECURED_VERSION, SPDM_SECURE, SPDM_FAILED_SECURED_VERSION},
	{RESPONDER_FAULT_WRONG_TAG, SPDM_SECURE, SPDM_FAILED_DECRYPT},
	{RESPONDER_FAULT_WRONG_TAG, SPDM_LOCK, SPDM_FAILED_DECRYPT},
	{RESPONDER_FAULT_WRONG_SESSION, SPDM_SECURE, SPDM_FAILED_DECRYPT},
	{RESPONDER_FAULT_WRONG_RECORD, SPDM_MEASURE, SPDM_FAILED_MEASUREMENT_RECORD},
	{RESPONDER_FAULT_WRONG_MEASUREMENT_SIGNATURE, SPDM_MEASURE,
	 SPDM_FAILED_MEASUREMENT_SIGNATURE},
	{RESPONDER_FAULT_NO_IDE, SPDM_SECURE, SPDM_FAILED_IDE},
	{RESPONDER_FAULT_WRONG_STREAM, SPDM_SECURE, SPDM_FAILED_IDE},
	{RESPONDER_FAULT_WRONG_VENDOR, SPDM_SECURE, SPDM_FAILED_VENDOR},
	{RESPONDER_FAULT_WRONG_INTERFACE, SPDM_LOCK, SPDM_FAILED_TDISP_INTERFACE},
	{RESPONDER_FAULT_NO_LOCK, SPDM_LOCK, SPDM_FAILED_TDISP_ERROR},
	{RESPONDER_FAULT_UNLOCKS_ITSELF, SPDM_LOCK, SPDM_FAILED_TDISP_STATE},
	{RESPONDER_FAULT_EMPTY_REPORT, SPDM_REPORT, SPDM_FAILED_REPORT_LENGTH},
	{RESPONDER_FAULT_ERRORS, SPDM_CONNECT, SPDM_FAILED_DEVICE_ERROR},
	{RESPONDER_FAULT_ERRORS, SPDM_LOCK, SPDM_FAILED_DEVICE_ERROR},
	{RESPONDER_FAULT_ALWAYS_BUSY, SPDM_CONNECT, SPDM_FAILED_BUSY},
	{RESPONDER_FAULT_ALWAYS_BUSY, SPDM_SECURE, SPDM_FAILED_BUSY},
};

static const enum spdm_operation order[] = {SPDM_CONNECT, SPDM_SECURE, SPDM_MEASURE,
					    SPDM_LOCK,    SPDM_REPORT, SPDM_START};

static void test_each_fault_ends_in_the_failure_that_names_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		const struct fault_case *c = &faults[i];
		struct talk t;

		talk_start(&t, SIGNER_P384, true);
		t.requester.interface.measurements_signed = true;
		for (size_t o = 0; order[o] != c->operation; o++)
			assert_int_equal(talk_run(&t, order[o]), SPDM_DONE);
		t.device.fault = c->fault;
		assert_int_equal(talk_run(&t, c->operation), SPDM_FAILED);
		if (t.requester.failure != c->failure)
			print_error("a device that %s: got \"%s\"\n",
				    responder_fault_text(c->fault),
				    spdm_failure_text((enum spdm_failure)t.requester.failure));
		assert_int_equal(t.requester.failure, c->failure);
		assert_false(t.turn.send);
	}
}

static void test_every_fault_is_in_the_table(void **state)
{
	(void)state;
	for (unsigned int fault = 1; fault < RESPONDER_FAULTS; fault++) {
		bool found = fault == RESPONDER_FAULT_NOT_READY; /* is no failure */

		for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
			found |= faults[i].fault == fault;
		if (!found)
			print_error("no case for a device that %s\n",
				    responder_fault_text((enum responder_fault)fault));
		assert_true(found);
	}
}

static void test_the_host_gives_the_right_key(void **state)
{
	uint8_t key[SIGNER_MAX_KEY] = {0x04};
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, false);
	talk_connected(&t);
	assert_false(spdm_set_key(&t.requester, SIGNER_P256, key, 97));
	assert_true(spdm_set_key(&t.requester, SIGNER_P256, key, 65));
	assert_int_equal(talk_run(&t, SPDM_SECURE), SPDM_FAILED);
	assert_int_equal(t.requester.failure, SPDM_FAILED_KEY_KIND);
	t.requester.key.size = 0;
	talk_connected(&t);
	assert_int_equal(talk_run(&t, SPDM_SECURE), SPDM_FAILED);
	assert_int_equal(t.requester.failure, SPDM_FAILED_NO_KEY);
}

static void test_a_session_is_needed_where_messages_are_secured(void **state)
{
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, false);
	talk_connected(&t);
	assert_int_equal(talk_run(&t, SPDM_LOCK), SPDM_FAILED);
	assert_int_equal(t.requester.failure, SPDM_FAILED_NOT_SECURED);
	assert_int_equal(t.messages, 0);
}

static void test_a_host_that_cannot_send_ends_the_operation(void **state)
{
	struct talk t;

	(void)state;
	talk_start(&t, SIGNER_P384, false);
	spdm_begin(&t.requester, SPDM_CONNECT);
	spdm_transport_failed(&t.requester, &t.turn);
	assert_int_equal(t.turn.state, SPDM_FAILED);
	assert_int_equal(t.requester.failure, SPDM_FAILED_TRANSPORT);
	talk_connected(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_whole_life_succeeds),
		cmocka_unit_test(test_the_host_keeps_what_is_measured),
		cmocka_unit_test(
			test_measurements_change_with_the_firmware_and_are_signed_on_request),
		cmocka_unit_test(test_a_busy_device_is_asked_again),
		cmocka_unit_test(test_a_device_that_is_not_ready_is_asked_with_its_token),
		cmocka_unit_test(test_a_copy_of_a_requester_says_the_same),
		cmocka_unit_test(test_each_fault_ends_in_the_failure_that_names_it),
		cmocka_unit_test(test_every_fault_is_in_the_table),
		cmocka_unit_test(test_the_host_gives_the_right_key),
		cmocka_unit_test(test_a_session_is_needed_where_messages_are_secured),
		cmocka_unit_test(test_a_host_that_cannot_send_ends_the_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
