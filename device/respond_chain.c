/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The device's certificate chain: a self-signed root and a leaf, both from the seed. DER is written from the
 * inside out into the end of a buffer, so a length is known when its header is written.
 */
#include "device/respond.h"

#define ROOT_LABEL "spdm device root"
#define LEAF_LABEL "spdm device leaf"

struct der {
	uint8_t bytes[1024];
	size_t at; /* what was written is bytes[at..] */
	bool failed;
};

enum der_tag {
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_UTF8 = 0x0c,
	DER_UTC_TIME = 0x17,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_VERSION = 0xa0,
};

static void der_start(struct der *d)
{
	d->at = sizeof(d->bytes);
	d->failed = false;
}

static size_t der_size(const struct der *d)
{
	return sizeof(d->bytes) - d->at;
}

static void der_raw(struct der *d, const void *data, size_t size)
{
	if (d->failed || size > d->at) {
		d->failed = true;
		return;
	}
	d->at -= size;
	memcpy(d->bytes + d->at, data, size);
}

static void der_byte(struct der *d, uint8_t byte)
{
	der_raw(d, &byte, 1);
}

/* Wraps what was written since the size was `before`. */
static void der_wrap(struct der *d, enum der_tag tag, size_t before)
{
	size_t length = der_size(d) - before;

	der_byte(d, (uint8_t)length);
	if (length >= 0x100) {
		der_byte(d, (uint8_t)(length >> 8));
		der_byte(d, 0x82);
	} else if (length >= 0x80) {
		der_byte(d, 0x81);
	}
	der_byte(d, (uint8_t)tag);
}

static void der_value(struct der *d, enum der_tag tag, const void *data, size_t size)
{
	size_t before = der_size(d);

	der_raw(d, data, size);
	der_wrap(d, tag, before);
}

/* A number without a sign. */
static void der_number(struct der *d, const uint8_t *bytes, size_t size)
{
	size_t before = der_size(d);

	while (size > 1 && *bytes == 0) {
		bytes++;
		size--;
	}
	der_raw(d, bytes, size);
	if (*bytes & 0x80)
		der_byte(d, 0);
	der_wrap(d, DER_INTEGER, before);
}

static void der_name(struct der *d, const char *name)
{
	static const uint8_t common_name[] = {0x06, 0x03, 0x55, 0x04, 0x03};
	size_t before = der_size(d);

	der_value(d, DER_UTF8, name, strlen(name));
	der_raw(d, common_name, sizeof(common_name));
	der_wrap(d, DER_SEQUENCE, before);
	der_wrap(d, DER_SET, before);
	der_wrap(d, DER_SEQUENCE, before);
}

/* ecdsa-with-SHA256 or -SHA384 */
static void der_algorithm(struct der *d, enum curve curve)
{
	const uint8_t oid[] = {0x06, 0x08, 0x2a, 0x86, 0x48,
			       0xce, 0x3d, 0x04, 0x03, curve == CURVE_P256 ? 0x02 : 0x03};

	der_value(d, DER_SEQUENCE, oid, sizeof(oid));
}

static void der_bits(struct der *d, size_t before)
{
	der_byte(d, 0); /* no unused bits */
	der_wrap(d, DER_BITS, before);
}

static void der_key(struct der *d, enum curve curve, const uint8_t *point)
{
	static const uint8_t p256[] = {0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
				       0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
	static const uint8_t p384[] = {0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02,
				       0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};
	size_t before = der_size(d);

	der_raw(d, point, 2 * (size_t)curve);
	der_byte(d, 0x04);
	der_bits(d, before);
	if (curve == CURVE_P256)
		der_value(d, DER_SEQUENCE, p256, sizeof(p256));
	else
		der_value(d, DER_SEQUENCE, p384, sizeof(p384));
	der_wrap(d, DER_SEQUENCE, before);
}

static void der_validity(struct der *d)
{
	size_t before = der_size(d);

	der_value(d, DER_UTC_TIME, "491231235959Z", 13);
	der_value(d, DER_UTC_TIME, "250101000000Z", 13);
	der_wrap(d, DER_SEQUENCE, before);
}

struct certificate {
	enum curve curve;
	const char *subject;
	uint8_t serial;
	uint8_t point[2 * CURVE_MAX];
	uint8_t issuer[CURVE_MAX]; /* the scalar that signs */
};

static void der_body(struct der *d, const struct certificate *c)
{
	static const uint8_t version[] = {DER_INTEGER, 1, 2};
	size_t before = der_size(d);

	der_key(d, c->curve, c->point);
	der_name(d, c->subject);
	der_validity(d);
	der_name(d, ROOT_LABEL);
	der_algorithm(d, c->curve);
	der_number(d, &c->serial, 1);
	der_value(d, DER_VERSION, version, sizeof(version));
	der_wrap(d, DER_SEQUENCE, before);
}

static bool sign_certificate(struct der *d, const struct certificate *c)
{
	const enum hash_kind hash = c->curve == CURVE_P256 ? HASH_SHA_256 : HASH_SHA_384;
	uint8_t value[SPDM_MAX_HASH], signature[2 * CURVE_MAX];
	struct der body;
	size_t before;

	der_start(&body);
	der_body(&body, c);
	hash_digest(hash, body.bytes + body.at, der_size(&body), value);
	if (body.failed || !signer_sign(c->curve, c->issuer, hash, value, signature))
		return false;
	der_start(d);
	der_number(d, signature + c->curve, c->curve);
	der_number(d, signature, c->curve);
	der_wrap(d, DER_SEQUENCE, 0);
	der_bits(d, 0);
	der_algorithm(d, c->curve);
	before = 0;
	der_raw(d, body.bytes + body.at, der_size(&body));
	der_wrap(d, DER_SEQUENCE, before);
	return !d->failed;
}

static enum curve curve_of(const struct responder *device)
{
	return device->config.signer == SIGNER_P256 ? CURVE_P256 : CURVE_P384;
}

static bool make(const struct responder *device, const char *label, uint8_t serial, struct der *d)
{
	struct certificate c = {.curve = curve_of(device), .subject = label, .serial = serial};
	uint8_t scalar[CURVE_MAX];

	return curve_scalar(c.curve, label, device->config.seed, 0, scalar) &&
	       curve_public(c.curve, scalar, c.point) &&
	       curve_scalar(c.curve, ROOT_LABEL, device->config.seed, 0, c.issuer) &&
	       sign_certificate(d, &c);
}

/* Length, reserved, hash of the root, root, leaf; the hash follows the one that was agreed on. */
bool respond_make_chain(struct responder *device)
{
	const enum hash_kind hash = device->connection.algorithms.hash;
	struct wire_writer w = wire_writer(device->chain, sizeof(device->chain));
	struct der root, leaf;
	uint8_t value[SPDM_MAX_HASH];

	if (!make(device, ROOT_LABEL, 1, &root) || !make(device, LEAF_LABEL, 2, &leaf))
		return false;
	hash_digest(hash, root.bytes + root.at, der_size(&root), value);
	wire_put(&w, 4 + hash_size(hash) + der_size(&root) + der_size(&leaf), 2);
	wire_put(&w, 0, 2);
	wire_put_bytes(&w, value, hash_size(hash));
	wire_put_bytes(&w, root.bytes + root.at, der_size(&root));
	wire_put_bytes(&w, leaf.bytes + leaf.at, der_size(&leaf));
	device->chain_size = (uint32_t)wire_written(&w);
	hash_digest(hash, device->chain, device->chain_size, device->connection.chain_hash);
	return !w.failed;
}

bool responder_init(struct responder *device, const struct responder_config *config)
{
	memset(device, 0, sizeof(*device));
	device->config = *config;
	device->connection.algorithms.hash = HASH_SHA_384;
	return respond_make_chain(device);
}

size_t responder_public_key(const struct responder *device, uint8_t key[SIGNER_MAX_KEY])
{
	const enum curve curve = curve_of(device);
	uint8_t scalar[CURVE_MAX];

	key[0] = 0x04;
	if (!curve_scalar(curve, LEAF_LABEL, device->config.seed, 0, scalar) ||
	    !curve_public(curve, scalar, key + 1))
		return 0;
	return 1 + 2 * (size_t)curve;
}

bool respond_sign(struct responder *device, const char *purpose, const uint8_t *hash,
		  enum responder_fault fault, uint8_t *signature)
{
	const char *label = device->fault == fault ? ROOT_LABEL : LEAF_LABEL;
	const enum hash_kind kind = device->connection.algorithms.hash;
	const enum curve curve = curve_of(device);
	uint8_t scalar[CURVE_MAX], value[SPDM_MAX_HASH];

	return curve_scalar(curve, label, device->config.seed, 0, scalar) &&
	       spdm_sign_hash(kind, purpose, hash, value) &&
	       signer_sign(curve, scalar, kind, value, signature);
}
