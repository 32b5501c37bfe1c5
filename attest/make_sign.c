/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "attest/make.h"

#define ASN1_SEQUENCE 0x30
#define ASN1_INTEGER  0x02

struct bytes {
	uint8_t data[160];
	size_t size;
};

/* Without leading zeros, with one where the first bit would be a sign. */
static void put_integer(struct bytes *out, const uint8_t *number, size_t size)
{
	while (size > 1 && !*number)
		number++, size--;
	out->data[out->size++] = ASN1_INTEGER;
	out->data[out->size++] = (uint8_t)(size + (*number >> 7));
	if (*number >> 7)
		out->data[out->size++] = 0;
	memcpy(out->data + out->size, number, size);
	out->size += size;
}

/* r and s as ECDSA-Sig-Value: what libraries give that do not speak COSE. */
static void to_der(struct bytes *signature, size_t half)
{
	struct bytes inside = {.size = 0}, whole = {.size = 0};

	put_integer(&inside, signature->data, half);
	put_integer(&inside, signature->data + half, half);
	whole.data[whole.size++] = ASN1_SEQUENCE;
	if (inside.size > 0x7f)
		whole.data[whole.size++] = 0x81;
	whole.data[whole.size++] = (uint8_t)inside.size;
	memcpy(whole.data + whole.size, inside.data, inside.size);
	whole.size += inside.size;
	*signature = whole;
}

static void make_header(enum fault fault, enum key_curve curve, struct bytes *header)
{
	struct cbor_writer w = cbor_writer(header->data, sizeof(header->data));
	const bool critical = fault == FAULT_CRITICAL;

	cbor_put_map(&w, fault == FAULT_NO_ALGORITHM ? 0 : 1 + critical);
	if (fault == FAULT_ALGORITHM)
		curve = curve == KEY_P256 ? KEY_P384 : KEY_P256;
	if (fault != FAULT_NO_ALGORITHM) {
		cbor_put_int(&w, COSE_HEADER_ALG);
		cbor_put_int(&w, key_curve(curve)->cose_algorithm);
	}
	if (critical) {
		cbor_put_int(&w, COSE_HEADER_CRIT);
		cbor_put_array(&w, 1);
		cbor_put_text(&w, "unknown");
	}
	header->size = cbor_written(&w, header->data);
}

static bool sign(const struct key_private *key, const struct cbor_item *header,
		 const struct cbor_item *payload, struct bytes *signature)
{
	uint8_t digest[KEY_MAX_DIGEST];

	signature->size = 2 * key_curve(key->curve)->bytes;
	return cose_sign1_digest(key->curve, header, payload, digest) &&
	       key_sign(key, digest, signature->data);
}

bool make_sign1(struct cbor_writer *w, enum fault fault, const struct key_private *key,
		const struct key_private *other, uint8_t *claims, size_t size)
{
	struct bytes header = {.size = 0}, signature = {.size = 0};
	struct cbor_item head, payload;

	make_header(fault, key->curve, &header);
	if (fault == FAULT_CLAIMS_TRAILING)
		claims[size++] = 0;
	head = (struct cbor_item){.data = header.data, .size = header.size};
	payload = (struct cbor_item){.data = claims, .size = size};
	if (!sign(fault == FAULT_OTHER_KEY ? other : key, &head, &payload, &signature))
		return false;
	if (fault == FAULT_SIGNATURE)
		signature.data[signature.size - 1] ^= 1;
	if (fault == FAULT_DER)
		to_der(&signature, signature.size / 2);
	/* The last byte is of a value: a digest, a text. */
	if (fault == FAULT_PAYLOAD)
		claims[size - 1] ^= 1;
	if (fault != FAULT_UNTAGGED)
		cbor_put_tag(w, COSE_TAG_SIGN1);
	cbor_put_array(w, 4);
	cbor_put_bytes(w, header.data, header.size);
	cbor_put_map(w, 0);
	if (fault == FAULT_DETACHED)
		cbor_put_raw(w, "\xf6", 1); /* null */
	else
		cbor_put_bytes(w, claims, size);
	cbor_put_bytes(w, signature.data, signature.size);
	return !w->full;
}
