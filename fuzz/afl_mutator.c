/* SPDX-License-Identifier: BSD-3-Clause */
/* The mutator as AFL++ wants it: AFL_CUSTOM_MUTATOR_LIBRARY=librmmsim_afl_mutator.so */
#include <stdlib.h>

#include "sequence/mutate.h"

#define MAX_OUTPUT 65536

struct afl {
	struct sequence_mutator *host, *realm;
	struct sequence a, b, out;
	uint8_t bytes[MAX_OUTPUT];
	uint64_t random;
};

/* What AFL++ looks up in the library. */
void *afl_custom_init(void *afl, unsigned int seed);
size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out, uint8_t *add,
		       size_t add_size, size_t max_size);
void afl_custom_deinit(void *data);

void *afl_custom_init(void *afl, unsigned int seed)
{
	struct afl *mutator = calloc(1, sizeof(*mutator));

	(void)afl;
	if (!mutator)
		return NULL;
	mutator->random = seed;
	mutator->host = sequence_mutator_create(SMC_FROM_HOST);
	mutator->realm = sequence_mutator_create(SMC_FROM_REALM);
	if (mutator->host && mutator->realm)
		return mutator;
	afl_custom_deinit(mutator);
	return NULL;
}

size_t afl_custom_fuzz(void *data, uint8_t *buf, size_t size, uint8_t **out, uint8_t *add,
		       size_t add_size, size_t max_size)
{
	struct afl *m = data;
	const size_t room = max_size < MAX_OUTPUT ? max_size : MAX_OUTPUT;
	struct sequence *sequence = &m->a;

	m->random = m->random * UINT64_C(6364136223846793005) + 1442695040888963407u;
	sequence_decode_file(&m->a, buf, size, NULL);
	if (add && m->random >> 60 == 0) {
		sequence_decode_file(&m->b, add, add_size, NULL);
		sequence_cross(&m->out, &m->a, &m->b, m->random);
		sequence = &m->out;
	}
	sequence_mutate(m->random >> 59 & 1 ? m->host : m->realm, sequence, m->random);
	while (sequence->count && sequence_encode(sequence, m->bytes, room) > room)
		sequence->count--;
	*out = m->bytes;
	return sequence_encode(sequence, m->bytes, room);
}

void afl_custom_deinit(void *data)
{
	struct afl *mutator = data;

	sequence_mutator_destroy(mutator->host);
	sequence_mutator_destroy(mutator->realm);
	free(mutator);
}
