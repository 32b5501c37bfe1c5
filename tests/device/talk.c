/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/device/talk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX_MESSAGES 500

void talk_start(struct talk *t, enum signer signer, bool ide)
{
	const struct spdm_config config = {
		.seed = 7, .cache_vca = true, .ide = ide, .ide_stream = 3};
	const struct responder_config device = {
		.seed = 11,
		.signer = signer,
		.function_id = 0x0810,
		.range_count = 2,
		.ranges = {{.first_page = 0x50000, .pages = 16},
			   {.first_page = 0x50100, .pages = 1}},
	};
	uint8_t key[SIGNER_MAX_KEY];
	size_t size;

	memset(t, 0, sizeof(*t));
	assert_true(responder_init(&t->device, &device));
	spdm_requester_init(&t->requester, &config);
	t->requester.interface.function_id = device.function_id;
	size = responder_public_key(&t->device, key);
	assert_true(spdm_set_key(&t->requester, signer, key, size));
}

static void keep(struct talk *t, const uint8_t *message, struct spdm_span span)
{
	size_t *size = &t->size[t->turn.object];

	assert_true(*size + span.size <= sizeof(t->object[0]));
	memcpy(t->object[t->turn.object] + *size, message + span.offset, span.size);
	*size += span.size;
}

static void forget(struct talk *t, enum spdm_operation operation)
{
	if (operation == SPDM_CONNECT)
		t->size[SPDM_OBJECT_VCA] = t->size[SPDM_OBJECT_CERTIFICATE] = 0;
	if (operation == SPDM_MEASURE)
		t->size[SPDM_OBJECT_MEASUREMENTS] = 0;
	if (operation == SPDM_REPORT)
		t->size[SPDM_OBJECT_REPORT] = 0;
}

enum spdm_progress talk_run(struct talk *t, enum spdm_operation operation)
{
	uint8_t request[SPDM_MAX_MESSAGE], response[SPDM_MAX_MESSAGE];
	size_t size = 0;

	t->messages = t->waits = 0;
	forget(t, operation);
	spdm_begin(&t->requester, operation);
	for (;;) {
		spdm_step(&t->requester, response, size, request, &t->turn);
		t->waits += t->turn.wait;
		if (t->turn.cached) {
			/* What was taken first, then what is asked now. */
			keep(t, response, t->turn.cache_response);
			keep(t, request, t->turn.cache_request);
		}
		if (t->turn.state != SPDM_ACTIVE)
			return t->turn.state;
		assert_true(t->turn.send);
		assert_true(t->messages++ < MAX_MESSAGES);
		size = responder_answer(&t->device, request, t->turn.request_size, response);
	}
}

void talk_connected(struct talk *t)
{
	assert_int_equal(talk_run(t, SPDM_CONNECT), SPDM_DONE);
}

void talk_secured(struct talk *t)
{
	talk_connected(t);
	assert_int_equal(talk_run(t, SPDM_SECURE), SPDM_DONE);
}

void talk_locked(struct talk *t)
{
	talk_secured(t);
	assert_int_equal(talk_run(t, SPDM_LOCK), SPDM_DONE);
}
