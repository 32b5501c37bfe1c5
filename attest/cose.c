/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/cose.h"

#include <string.h>

enum { KTY = 1, KTY_EC2 = 2, CRV = -1, CRV_P384 = 2, COORDINATE_X = -2, COORDINATE_Y = -3 };

#define SIGNATURE_CONTEXT "Signature1"

/* {1: -35}: alg is ES384. */
static const uint8_t protected_header[] = {0xa1, 0x01, 0x38, 0x22};

/* Hash of the Sig_structure: RFC 9052 section 4.4 */
static bool hash(const uint8_t *payload, size_t size, uint8_t digest[KEY_HASH])
{
	uint8_t structure[COSE_MAX_SIGN1 + 64];
	struct cbor_writer w = cbor_writer(structure, sizeof(structure));

	cbor_put_array(&w, 4);
	cbor_put_text(&w, SIGNATURE_CONTEXT);
	cbor_put_bytes(&w, protected_header, sizeof(protected_header));
	cbor_put_bytes(&w, "", 0);
	cbor_put_bytes(&w, payload, size);
	return !w.full && key_hash(structure, cbor_written(&w, structure), digest);
}

bool cose_sign1_write(struct cbor_writer *w, const struct key_private *key, const uint8_t *payload,
		      size_t size)
{
	uint8_t digest[KEY_HASH], signature[KEY_SIGNATURE];

	if (!hash(payload, size, digest) || !key_sign(key, digest, signature))
		return false;
	cbor_put_tag(w, COSE_TAG_SIGN1);
	cbor_put_array(w, 4);
	cbor_put_bytes(w, protected_header, sizeof(protected_header));
	cbor_put_map(w, 0);
	cbor_put_bytes(w, payload, size);
	cbor_put_bytes(w, signature, sizeof(signature));
	return !w->full;
}

static bool is_header(const struct cbor_item *item)
{
	return item->size == sizeof(protected_header) &&
	       !memcmp(item->data, protected_header, sizeof(protected_header));
}

const char *cose_sign1_read(const uint8_t *bytes, size_t size, struct cose_sign1 *sign1)
{
	struct cbor_reader r = cbor_reader(bytes, size);
	struct cbor_item item;

	if (!cbor_expect(&r, CBOR_ITEM_TAG, &item) || item.value != COSE_TAG_SIGN1)
		return "is no COSE_Sign1: tag 18 is missing";
	if (!cbor_expect(&r, CBOR_ITEM_ARRAY, &item) || item.value != 4)
		return "is no COSE_Sign1: not an array of 4";
	if (!cbor_expect(&r, CBOR_ITEM_BYTES, &item) || !is_header(&item))
		return "has another protected header than {1: -35} (ES384)";
	if (!cbor_expect(&r, CBOR_ITEM_MAP, &item) || item.value != 0)
		return "has an unprotected header";
	if (!cbor_expect(&r, CBOR_ITEM_BYTES, &sign1->payload))
		return "has no payload";
	if (!cbor_expect(&r, CBOR_ITEM_BYTES, &item) || item.size != KEY_SIGNATURE)
		return "has a signature that has not 96 bytes";
	if (r.at != r.end)
		return "has trailing bytes";
	sign1->signature = item.data;
	if (!hash(sign1->payload.data, sign1->payload.size, sign1->hash))
		return "has a payload that is too long";
	return NULL;
}

bool cose_sign1_verify(const struct cose_sign1 *sign1, const struct key_public *key)
{
	return key_verify(key, sign1->hash, sign1->signature);
}

void cose_key_encode(const struct key_public *key, uint8_t bytes[COSE_KEY])
{
	struct cbor_writer w = cbor_writer(bytes, COSE_KEY);

	cbor_put_map(&w, 4);
	cbor_put_int(&w, KTY);
	cbor_put_int(&w, KTY_EC2);
	cbor_put_int(&w, CRV);
	cbor_put_int(&w, CRV_P384);
	cbor_put_int(&w, COORDINATE_X);
	cbor_put_bytes(&w, key->point + 1, KEY_BYTES);
	cbor_put_int(&w, COORDINATE_Y);
	cbor_put_bytes(&w, key->point + 1 + KEY_BYTES, KEY_BYTES);
}

bool cose_key_decode(const uint8_t *bytes, size_t size, struct key_public *key)
{
	uint8_t again[COSE_KEY];

	if (size != COSE_KEY)
		return false;
	/* There is one encoding: coordinates from their places, everything else as it has to be. */
	key->point[0] = 0x04;
	memcpy(key->point + 1, bytes + COSE_KEY - 2 * KEY_BYTES - 3, KEY_BYTES);
	memcpy(key->point + 1 + KEY_BYTES, bytes + COSE_KEY - KEY_BYTES, KEY_BYTES);
	cose_key_encode(key, again);
	return !memcmp(again, bytes, COSE_KEY);
}
