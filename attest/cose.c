/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/cose.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KTY_EC2           2
#define SIGNATURE_CONTEXT "Signature1"
#define UNCOMPRESSED      0x04

/* --- COSE_Sign1 --------------------------------------------------------------------------------- */

size_t cose_protected_header(enum key_curve curve, uint8_t header[8])
{
	struct cbor_writer w = cbor_writer(header, 8);

	cbor_put_map(&w, 1);
	cbor_put_int(&w, COSE_HEADER_ALG);
	cbor_put_int(&w, key_curve(curve)->cose_algorithm);
	return cbor_written(&w, header);
}

bool cose_sign1_digest(enum key_curve curve, const struct cbor_item *header,
		       const struct cbor_item *payload, uint8_t digest[KEY_MAX_DIGEST])
{
	const size_t size = header->size + payload->size + 64;
	uint8_t *structure = malloc(size);
	struct cbor_writer w = cbor_writer(structure, structure ? size : 0);
	bool done;

	cbor_put_array(&w, 4);
	cbor_put_text(&w, SIGNATURE_CONTEXT);
	cbor_put_bytes(&w, header->data, header->size);
	cbor_put_bytes(&w, "", 0);
	cbor_put_bytes(&w, payload->data, payload->size);
	done = !w.full && key_hash(curve, structure, cbor_written(&w, structure), digest);
	free(structure);
	return done;
}

bool cose_sign1_write(struct cbor_writer *w, const struct key_private *key, const uint8_t *payload,
		      size_t size)
{
	uint8_t header[8], digest[KEY_MAX_DIGEST], signature[KEY_MAX_SIGNATURE];
	const struct cbor_item head = {.data = header,
				       .size = cose_protected_header(key->curve, header)};
	const struct cbor_item body = {.data = payload, .size = size};

	if (!cose_sign1_digest(key->curve, &head, &body, digest) ||
	    !key_sign(key, digest, signature))
		return false;
	cbor_put_tag(w, COSE_TAG_SIGN1);
	cbor_put_array(w, 4);
	cbor_put_bytes(w, header, head.size);
	cbor_put_map(w, 0);
	cbor_put_bytes(w, payload, size);
	cbor_put_bytes(w, signature, 2 * key_curve(key->curve)->bytes);
	return !w->full;
}

static bool skip_map(struct cbor_reader *r, bool *filled)
{
	struct cbor_reader start = *r;
	struct cbor_item item;

	*filled = false;
	if (!cbor_expect(&start, CBOR_ITEM_MAP, &item))
		return false;
	*filled = item.value > 0;
	return cbor_skip(r);
}

static const char *read_array(struct cbor_reader *r, struct cose_sign1 *sign1)
{
	struct cbor_item item;

	if (!cbor_expect(r, CBOR_ITEM_ARRAY, &item) || item.value != 4)
		return "is no COSE_Sign1: not an array of 4";
	if (!cbor_expect(r, CBOR_ITEM_BYTES, &sign1->header))
		return "has no protected header";
	if (!skip_map(r, &sign1->unprotected))
		return "has an unprotected header that is no map";
	if (!cbor_expect(r, CBOR_ITEM_BYTES, &sign1->payload))
		return "has no payload";
	if (!cbor_expect(r, CBOR_ITEM_BYTES, &sign1->signature))
		return "has no signature";
	return r->at == r->end ? NULL : "has trailing bytes";
}

const char *cose_sign1_read(const uint8_t *bytes, size_t size, struct cose_sign1 *sign1)
{
	struct cbor_reader r = cbor_reader(bytes, size), start = r;
	struct cbor_item item = {0};
	const bool tagged = cbor_expect(&r, CBOR_ITEM_TAG, &item);
	const char *wrong;

	*sign1 = (struct cose_sign1){.tagged = tagged && item.value == COSE_TAG_SIGN1};
	wrong = read_array(tagged ? &r : &start, sign1);
	if (wrong)
		return wrong;
	return sign1->tagged ? NULL : "is no COSE_Sign1: tag 18 is missing";
}

/* --- signatures --------------------------------------------------------------------------------- */

struct algorithm {
	bool known;
	enum key_curve curve;
	int64_t number;
};

static struct algorithm known_algorithm(int64_t number)
{
	for (enum key_curve curve = 0; curve < KEY_CURVES; curve++) {
		const struct key_curve_row *row = key_curve(curve);

		if (number == row->cose_algorithm || number == row->cose_esp)
			return (struct algorithm){true, curve, number};
	}
	return (struct algorithm){.number = number};
}

/* What the protected header says; NULL or what is wrong with it. */
static const char *read_header(const struct cbor_item *header, struct algorithm *algorithm)
{
	struct cbor_reader r = cbor_reader(header->data, header->size);
	struct cbor_item map, key, value;
	const char *wrong = "has no algorithm in its protected header";
	int64_t name, number;

	if (!cbor_expect(&r, CBOR_ITEM_MAP, &map))
		return "has a protected header that is no map";
	for (uint64_t i = 0; i < map.value; i++) {
		struct cbor_reader start;

		if (!cbor_next(&r, &key))
			return "has a protected header that is not well-formed";
		start = r;
		if (!cbor_skip(&r))
			return "has a protected header that is not well-formed";
		if (!cbor_int(&key, &name))
			continue;
		if (name == COSE_HEADER_CRIT)
			return "has a critical header (2) that is not understood";
		if (name == COSE_HEADER_ALG && cbor_next(&start, &value) &&
		    cbor_int(&value, &number)) {
			*algorithm = known_algorithm(number);
			wrong = NULL;
		}
	}
	return r.at == r.end ? wrong : "has a protected header with trailing bytes";
}

static const char *check_algorithm(const struct algorithm *algorithm,
				   const struct cose_sign1 *sign1, const struct key_public *key,
				   char *buf, size_t size)
{
	const struct key_curve_row *own = key_curve(algorithm->curve),
				   *curve = key_curve(key->curve);

	if (!algorithm->known) {
		snprintf(buf, size, "names algorithm %" PRId64 ", none of ES256, ES384 and ES512",
			 algorithm->number);
		return buf;
	}
	if (algorithm->curve != key->curve) {
		snprintf(buf, size, "is signed with %s (%" PRId64 "), but the key is on %s",
			 own->algorithm, algorithm->number, curve->name);
		return buf;
	}
	if (sign1->signature.size == 2 * (size_t)curve->bytes)
		return NULL;
	snprintf(buf, size, "has a signature of %zu bytes; those of %s have %u (r and s, no DER)",
		 sign1->signature.size, own->algorithm, 2 * curve->bytes);
	return buf;
}

const char *cose_sign1_verify(const struct cose_sign1 *sign1, const struct key_public *key,
			      const char *key_name, char *buf, size_t size)
{
	uint8_t digest[KEY_MAX_DIGEST];
	struct algorithm algorithm = {.known = false};
	const char *wrong = read_header(&sign1->header, &algorithm);

	if (!wrong)
		wrong = check_algorithm(&algorithm, sign1, key, buf, size);
	if (wrong)
		return wrong;
	if (!cose_sign1_digest(key->curve, &sign1->header, &sign1->payload, digest) ||
	    !key_verify(key, digest, sign1->signature.data)) {
		snprintf(buf, size, "was not signed with %s", key_name);
		return buf;
	}
	return NULL;
}

/* --- keys ----------------------------------------------------------------------------------------- */

void cose_key_encode(const struct key_public *key, uint8_t bytes[COSE_KEY])
{
	struct cbor_writer w = cbor_writer(bytes, COSE_KEY);

	cbor_put_map(&w, 4);
	cbor_put_int(&w, COSE_KTY);
	cbor_put_int(&w, KTY_EC2);
	cbor_put_int(&w, COSE_CRV);
	cbor_put_int(&w, key_curve(key->curve)->cose_curve);
	cbor_put_int(&w, COSE_X);
	cbor_put_bytes(&w, key->point + 1, KEY_BYTES);
	cbor_put_int(&w, COSE_Y);
	cbor_put_bytes(&w, key->point + 1 + KEY_BYTES, KEY_BYTES);
}

struct parameters {
	int64_t kty, crv;
	struct cbor_item x, y;
};

static bool take_parameter(struct cose_key *found, struct parameters *p, int64_t name,
			   const struct cbor_item *value)
{
	switch (name) {
	case COSE_KTY:
		return cbor_int(value, &p->kty);
	case COSE_CRV:
		return cbor_int(value, &p->crv);
	case COSE_X:
		p->x = *value;
		return value->kind == CBOR_ITEM_BYTES;
	case COSE_Y:
		p->y = *value;
		return value->kind == CBOR_ITEM_BYTES;
	case COSE_D:
		return found->private = true;
	default:
		return found->more = true;
	}
}

static bool read_parameters(struct cbor_reader *r, struct cose_key *found, struct parameters *p)
{
	struct cbor_item map, key, value;
	int64_t name;

	if (!cbor_expect(r, CBOR_ITEM_MAP, &map))
		return false;
	for (uint64_t i = 0; i < map.value; i++) {
		struct cbor_reader start;

		if (!cbor_next(r, &key))
			return false;
		start = *r;
		if (!cbor_skip(r) || !cbor_next(&start, &value))
			return false;
		if (!cbor_int(&key, &name))
			found->more = true;
		else if (!take_parameter(found, p, name, &value))
			return false;
	}
	return r->at == r->end;
}

static void put_point(struct cose_key *found, enum key_curve curve, const uint8_t *x,
		      const uint8_t *y)
{
	const size_t bytes = key_curve(curve)->bytes;

	found->usable = true;
	found->key = (struct key_public){.curve = curve, .point = {UNCOMPRESSED}};
	memcpy(found->key.point + 1, x, bytes);
	memcpy(found->key.point + 1 + bytes, y, bytes);
}

/* The raw point of older tokens. */
static struct cose_key decode_point(const uint8_t *bytes, size_t size)
{
	struct cose_key found = {.form = COSE_KEY_UNKNOWN};

	for (enum key_curve curve = 0; curve < KEY_CURVES; curve++) {
		if (size != KEY_POINT(key_curve(curve)->bytes))
			continue;
		found.form = COSE_KEY_POINT;
		put_point(&found, curve, bytes + 1, bytes + 1 + key_curve(curve)->bytes);
	}
	return found;
}

struct cose_key cose_key_decode(const uint8_t *bytes, size_t size)
{
	struct cose_key found = {.form = COSE_KEY_MAP};
	struct cbor_reader r = cbor_reader(bytes, size);
	struct parameters p = {0};

	if (size && bytes[0] == UNCOMPRESSED)
		return decode_point(bytes, size);
	if (!read_parameters(&r, &found, &p))
		return (struct cose_key){.form = COSE_KEY_UNKNOWN, .private = found.private};
	for (enum key_curve curve = 0; curve < KEY_CURVES; curve++) {
		const struct key_curve_row *row = key_curve(curve);

		if (p.kty == KTY_EC2 && p.crv == row->cose_curve && p.x.size == row->bytes &&
		    p.y.size == row->bytes)
			put_point(&found, curve, p.x.data, p.y.data);
	}
	return found;
}
