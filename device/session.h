/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_SESSION_H
#define DEVICE_SESSION_H

/*
 * The part of SPDM that both ends compute alike: what has been negotiated, the transcript, the key
 * schedule and the protection of secured messages. A *transcript* is the hash over everything that was
 * said; TH is the one of a session: VCA (versions, capabilities, algorithms), the hash of the certificate
 * chain, then the messages of KEY_EXCHANGE and FINISH. Plain bytes throughout: it lives in granules.
 */

#include "device/crypto.h"
#include "device/spdm.h"

#define SPDM_MAX_VCA 512

struct spdm_algorithms {
	enum hash_kind hash;
	enum signer signer;
	enum curve curve; /* of the key exchange */
	bool opaque_format_1;
};

/* What was said before algorithms were agreed on, and with which result. */
struct spdm_connection {
	struct spdm_algorithms algorithms;
	uint32_t flags; /* capabilities of the other side */
	uint32_t vca_size;
	uint8_t vca[SPDM_MAX_VCA];
	uint8_t chain_hash[SPDM_MAX_HASH];
};

/* Adds a message to VCA. False: longer than any that this model speaks. */
bool connection_add(struct spdm_connection *connection, const void *message, size_t size);

enum session_phase { SESSION_NONE, SESSION_HANDSHAKE, SESSION_APPLICATION };

struct session_keys {
	uint8_t key[SPDM_AEAD_KEY];
	uint8_t iv[SPDM_AEAD_IV];
	uint8_t finished[SPDM_MAX_HASH];
	uint64_t sequence; /* messages sent under this key */
};

struct spdm_session {
	enum session_phase phase;
	uint32_t id; /* the requester's half in the lower 16 bits */
	enum hash_kind hash;
	struct digest th;
	uint8_t secret[SPDM_MAX_HASH]; /* the handshake secret */
	struct session_keys request, response;
};

/* Begins a transcript: VCA and the hash of the chain. */
void session_begin(struct spdm_session *session, const struct spdm_connection *connection);
/* Keys of the handshake from what the two sides agreed on; TH is complete up to the signature. */
bool session_handshake(struct spdm_session *session, const uint8_t *agreed, size_t size);
/* Keys of the application; TH is complete with FINISH and its response. */
bool session_application(struct spdm_session *session);
/* The verify data of FINISH and of KEY_EXCHANGE_RSP: HMAC of TH under a finished key. */
bool session_verify_data(const struct spdm_session *session, const struct session_keys *keys,
			 uint8_t *mac);

/*
 * A secured message from `size` bytes of `text`, in `record`, which holds SPDM_MAX_MESSAGE bytes. Returns
 * its size, 0 if it does not fit or the library refuses.
 */
size_t session_seal(const struct spdm_session *session, struct session_keys *keys,
		    const uint8_t *text, size_t size, uint8_t *record);
/*
 * Opens a secured message in place: the text is at the start of `record` afterwards. Returns its size, 0
 * if the message is not one of this session or was changed.
 */
size_t session_open(const struct spdm_session *session, struct session_keys *keys, uint8_t *record,
		    size_t size);

/* What is signed in SPDM 1.2: a prefix that names the purpose, then a hash. */
bool spdm_sign_hash(enum hash_kind hash, const char *purpose, const uint8_t *value,
		    uint8_t *signed_hash);

#endif
