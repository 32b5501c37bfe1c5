/* SPDX-License-Identifier: BSD-3-Clause */
/* What the messages of a requester have in common. */
#include "device/message.h"

enum taken message_fail(struct message *m, enum spdm_failure failure)
{
	m->r->failure = (uint8_t)failure;
	return TAKEN_FAILED;
}

bool message_ends(const struct wire_reader *in)
{
	/* Transports pad to four bytes. */
	return !in->failed && wire_left(in) < 4;
}

void message_cache(struct message *m, enum spdm_object object, const uint8_t *start, size_t size)
{
	m->turn->cached = true;
	m->turn->object = object;
	m->turn->cache_response = (struct spdm_span){(uint16_t)(start - m->whole), (uint16_t)size};
}

void message_draw(struct spdm_requester *r, uint8_t *bytes, size_t size)
{
	crypto_fill("spdm requester", r->config.seed, r->drawn++, bytes, size);
}
