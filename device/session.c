/* SPDX-License-Identifier: BSD-3-Clause */
#include "device/session.h"

#include <string.h>

#include "device/wire.h"

bool connection_add(struct spdm_connection *connection, const void *message, size_t size)
{
	if (size > sizeof(connection->vca) - connection->vca_size)
		return false;
	memcpy(connection->vca + connection->vca_size, message, size);
	connection->vca_size += (uint32_t)size;
	return true;
}

void session_begin(struct spdm_session *session, const struct spdm_connection *connection)
{
	memset(session, 0, sizeof(*session));
	session->hash = connection->algorithms.hash;
	digest_start(&session->th, session->hash);
	digest_add(&session->th, connection->vca, connection->vca_size);
	digest_add(&session->th, connection->chain_hash, hash_size(session->hash));
}

/* --- key schedule, DSP0274 section "Key schedule" -------------------------------------------------- */

#define VERSION_LABEL "spdm1.2 "

/* HKDF-Expand of one block: no output is longer than the hash. */
static bool expand(enum hash_kind hash, const uint8_t *secret, const char *label,
		   const uint8_t *context, size_t size, uint8_t *out)
{
	uint8_t info[2 + 32 + SPDM_MAX_HASH + 1], block[SPDM_MAX_HASH];
	struct wire_writer w = wire_writer(info, sizeof(info));

	wire_put(&w, size, 2);
	wire_put_bytes(&w, VERSION_LABEL, strlen(VERSION_LABEL));
	wire_put_bytes(&w, label, strlen(label));
	if (context)
		wire_put_bytes(&w, context, hash_size(hash));
	wire_put(&w, 1, 1); /* number of the block */
	if (w.failed || !crypto_hmac(hash, secret, info, wire_written(&w), block))
		return false;
	memcpy(out, block, size);
	return true;
}

/* `traffic` is the secret of one direction from which its keys are made. */
static bool direction(const struct spdm_session *session, const uint8_t *secret, const char *label,
		      const uint8_t *th, uint8_t *traffic, struct session_keys *keys)
{
	keys->sequence = 0;
	return expand(session->hash, secret, label, th, hash_size(session->hash), traffic) &&
	       expand(session->hash, traffic, "key", NULL, SPDM_AEAD_KEY, keys->key) &&
	       expand(session->hash, traffic, "iv", NULL, SPDM_AEAD_IV, keys->iv);
}

static bool handshake_direction(struct spdm_session *session, const char *label, const uint8_t *th,
				struct session_keys *keys)
{
	uint8_t traffic[SPDM_MAX_HASH];

	return direction(session, session->secret, label, th, traffic, keys) &&
	       expand(session->hash, traffic, "finished", NULL, hash_size(session->hash),
		      keys->finished);
}

bool session_handshake(struct spdm_session *session, const uint8_t *agreed, size_t size)
{
	const uint8_t zeros[SPDM_MAX_HASH] = {0};
	uint8_t th[SPDM_MAX_HASH];

	digest_value(&session->th, th);
	if (!crypto_hmac(session->hash, zeros, agreed, size, session->secret) ||
	    !handshake_direction(session, "req hs data", th, &session->request) ||
	    !handshake_direction(session, "rsp hs data", th, &session->response))
		return false;
	session->phase = SESSION_HANDSHAKE;
	return true;
}

bool session_application(struct spdm_session *session)
{
	const uint8_t zeros[SPDM_MAX_HASH] = {0};
	uint8_t th[SPDM_MAX_HASH], salt[SPDM_MAX_HASH], master[SPDM_MAX_HASH],
		traffic[SPDM_MAX_HASH];
	size_t size = hash_size(session->hash);

	digest_value(&session->th, th);
	if (!expand(session->hash, session->secret, "derived", NULL, size, salt) ||
	    !crypto_hmac(session->hash, salt, zeros, size, master) ||
	    !direction(session, master, "req app data", th, traffic, &session->request) ||
	    !direction(session, master, "rsp app data", th, traffic, &session->response))
		return false;
	session->phase = SESSION_APPLICATION;
	return true;
}

bool session_verify_data(const struct spdm_session *session, const struct session_keys *keys,
			 uint8_t *mac)
{
	uint8_t th[SPDM_MAX_HASH];

	digest_value(&session->th, th);
	return crypto_hmac(session->hash, keys->finished, th, hash_size(session->hash), mac);
}

/* --- secured messages, DSP0277; over DOE there is no sequence number and no random padding -------- */

/* Of the next message under these keys. */
static struct crypto_seal seal_of(const struct session_keys *keys, const uint8_t *record,
				  uint8_t nonce[SPDM_AEAD_IV])
{
	memcpy(nonce, keys->iv, SPDM_AEAD_IV);
	for (size_t i = 0; i < sizeof(keys->sequence); i++)
		nonce[i] ^= (uint8_t)(keys->sequence >> 8 * i);
	return (struct crypto_seal){keys->key, nonce, record, SPDM_RECORD_HEADER};
}

size_t session_seal(const struct spdm_session *session, struct session_keys *keys,
		    const uint8_t *text, size_t size, uint8_t *record)
{
	const size_t whole = SPDM_RECORD_HEADER + 2 + size + SPDM_AEAD_TAG;
	uint8_t head[SPDM_RECORD_HEADER + 2], nonce[SPDM_AEAD_IV];
	const struct crypto_seal seal = seal_of(keys, record, nonce);
	struct wire_writer w = wire_writer(head, sizeof(head));

	if (whole > SPDM_MAX_MESSAGE)
		return 0;
	wire_put(&w, session->id, 4);
	wire_put(&w, 2 + size + SPDM_AEAD_TAG, 2);
	wire_put(&w, size, 2);
	memcpy(record, head, sizeof(head));
	memcpy(record + sizeof(head), text, size);
	if (!crypto_seal(&seal, record + SPDM_RECORD_HEADER, 2 + size))
		return 0;
	keys->sequence++;
	return whole;
}

size_t session_open(const struct spdm_session *session, struct session_keys *keys, uint8_t *record,
		    size_t size)
{
	struct wire_reader r = wire_reader(record, size);
	uint8_t nonce[SPDM_AEAD_IV];
	const struct crypto_seal seal = seal_of(keys, record, nonce);
	size_t length, text;

	if (wire_get(&r, 4) != session->id)
		return 0;
	length = wire_get(&r, 2);
	/* Transports pad messages to a multiple of four bytes. */
	if (r.failed || length > wire_left(&r) || length < 2 + SPDM_AEAD_TAG)
		return 0;
	if (!crypto_open(&seal, record + SPDM_RECORD_HEADER, length - SPDM_AEAD_TAG))
		return 0;
	text = wire_get(&r, 2);
	if (text > length - SPDM_AEAD_TAG - 2)
		return 0;
	keys->sequence++;
	memmove(record, record + SPDM_RECORD_HEADER + 2, text);
	return text;
}

/* --- signatures ------------------------------------------------------------------------------------ */

#define PREFIX      "dmtf-spdm-v1.2.*"
#define PREFIX_SIZE 100 /* four times the prefix, zeros, the purpose at the end */

bool spdm_sign_hash(enum hash_kind hash, const char *purpose, const uint8_t *value,
		    uint8_t *signed_hash)
{
	uint8_t text[PREFIX_SIZE + SPDM_MAX_HASH] = {0};
	size_t length = strlen(purpose), part = strlen(PREFIX);

	if (length > PREFIX_SIZE - 4 * part)
		return false;
	for (size_t i = 0; i < 4; i++)
		memcpy(text + i * part, PREFIX, part);
	memcpy(text + PREFIX_SIZE - length, purpose, length);
	memcpy(text + PREFIX_SIZE, value, hash_size(hash));
	hash_digest(hash, text, PREFIX_SIZE + hash_size(hash), signed_hash);
	return true;
}
