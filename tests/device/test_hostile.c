/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The requester against a device that sends anything: right conversations whose messages are damaged at
 * random, inside of the protection of secured messages too. With each of them an operation ends or goes on,
 * and a failure is one that has a name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/device/talk.h"
#include "tests/support/random.h"

#define ROUNDS       400
#define MAX_MESSAGES 300

static const enum spdm_operation life[] = {SPDM_CONNECT, SPDM_SECURE, SPDM_MEASURE, SPDM_LOCK,
					   SPDM_REPORT,  SPDM_START,  SPDM_REFRESH, SPDM_UNLOCK};

static size_t damage(struct random *random, uint8_t *message, size_t size)
{
	unsigned int changes = 1 + (unsigned int)random_below(random, 3);

	if (random_below(random, 4) == 0)
		return random_below(random, size + 1);
	while (changes-- && size)
		message[random_below(random, size)] = (uint8_t)random_below(random, 256);
	return size;
}

/* Damages the text of a secured message and protects it again, as a hostile device can. */
static size_t damage_inside(struct random *random, const struct talk *t, uint8_t *record,
			    size_t size)
{
	const struct spdm_session *session = &t->requester.session;
	struct session_keys open = session->response, seal = session->response;
	uint8_t text[SPDM_MAX_MESSAGE];

	memcpy(text, record, size);
	size = session_open(session, &open, text, size);
	if (size)
		size = damage(random, text, size);
	return session_seal(session, &seal, text, size, record);
}

static bool run_damaged(struct random *random, struct talk *t, enum spdm_operation operation)
{
	uint8_t request[SPDM_MAX_MESSAGE], response[SPDM_MAX_MESSAGE] = {0};
	unsigned int messages = 0;
	size_t size = 0;

	spdm_begin(&t->requester, operation);
	for (;;) {
		spdm_step(&t->requester, response, size, request, &t->turn);
		if (t->turn.state != SPDM_ACTIVE)
			return t->turn.state == SPDM_DONE;
		if (messages++ == MAX_MESSAGES)
			return false;
		size = responder_answer(&t->device, request, t->turn.request_size, response);
		if (random_below(random, 6))
			continue;
		size = t->turn.secured && size ? damage_inside(random, t, response, size)
					       : damage(random, response, size);
	}
}

static void test_any_bytes_of_a_device_are_survived(void **state)
{
	unsigned int failures[SPDM_FAILURES] = {0}, kinds = 0;
	struct talk start, t;

	(void)state;
	talk_start(&start, SIGNER_P256, true);
	for (uint64_t round = 0; round < ROUNDS; round++) {
		struct random random = {.state = round};

		t = start;
		for (size_t i = 0; i < sizeof(life) / sizeof(life[0]); i++) {
			if (run_damaged(&random, &t, life[i]))
				continue;
			assert_true(t.requester.failure < SPDM_FAILURES);
			failures[t.requester.failure]++;
			break;
		}
	}
	for (unsigned int i = 1; i < SPDM_FAILURES; i++)
		kinds += failures[i] != 0;
	/* The damage reaches most of what can go wrong. */
	assert_in_range(kinds, 12, SPDM_FAILURES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_bytes_of_a_device_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
