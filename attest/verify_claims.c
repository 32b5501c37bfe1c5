/* SPDX-License-Identifier: BSD-3-Clause */
/* Maps of claims, read by rules. */
#include <inttypes.h>
#include <string.h>

#include "attest/verify.h"

static bool fits(const struct claim_rule *rule, const struct cbor_item *item)
{
	const bool sized = item->kind == CBOR_ITEM_BYTES || item->kind == CBOR_ITEM_TEXT;
	const uint64_t extent = sized ? item->size : item->value;

	return rule->kinds >> item->kind & 1 && extent >= rule->min && extent <= rule->max;
}

static void take(const struct claim_rule *rule, struct claim_found *found, struct cbor_reader start,
		 const struct claim_reading *reading)
{
	if (found->present) {
		CLAIM_BAD(reading, "%s (%" PRId64 ") is there twice", rule->name, rule->key);
		return;
	}
	found->present = cbor_next(&start, &found->item);
	found->inside = start;
	found->fits = fits(rule, &found->item);
	if (!found->fits)
		CLAIM_BAD(reading, "%s (%" PRId64 ") has a wrong type or length", rule->name,
			  rule->key);
}

/* Keys are integers or text: RFC 8392 section 3. Claims that no rule knows are passed over: RFC 9711 section 4. */
static bool read_claim(struct cbor_reader *r, const struct claim_rule *rules, size_t count,
		       struct claim_found *found, const struct claim_reading *reading)
{
	struct cbor_reader start;
	struct cbor_item item;
	int64_t key = 0;

	if (!cbor_next(r, &item))
		return CLAIM_BAD(reading, "the claims are not well-formed");
	start = *r;
	if (item.kind != CBOR_ITEM_TEXT && !cbor_int(&item, &key))
		return CLAIM_BAD(reading, "a key of the claims is neither integer nor text");
	if (!cbor_skip(r))
		return CLAIM_BAD(reading, "claim %" PRId64 " is not well-formed", key);
	if (item.kind == CBOR_ITEM_TEXT) {
		verify_note(reading->report, reading->check, "unknown claim \"%.*s\"",
			    (int)(item.size < 32 ? item.size : 32), (const char *)item.data);
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		if (rules[i].key == key) {
			take(&rules[i], &found[i], start, reading);
			return true;
		}
	}
	verify_note(reading->report, reading->check, "unknown claim %" PRId64, key);
	return true;
}

bool claims_read(struct cbor_reader *r, const struct claim_rule *rules, size_t count,
		 struct claim_found *found, const struct claim_reading *reading)
{
	struct cbor_item map;

	memset(found, 0, count * sizeof(*found));
	if (!cbor_expect(r, CBOR_ITEM_MAP, &map))
		return CLAIM_BAD(reading, "the claims are no map");
	for (uint64_t i = 0; i < map.value; i++) {
		if (!read_claim(r, rules, count, found, reading))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!found[i].present && !rules[i].optional)
			CLAIM_BAD(reading, "%s (%" PRId64 ") is missing", rules[i].name,
				  rules[i].key);
	}
	return true;
}

void claims_read_payload(const struct cbor_item *payload, const struct claim_rule *rules,
			 size_t count, struct claim_found *found,
			 const struct claim_reading *reading)
{
	struct cbor_reader r = cbor_reader(payload->data, payload->size);

	if (claims_read(&r, rules, count, found, reading) && r.at != r.end)
		CLAIM_BAD(reading, "bytes follow the claims");
}

bool claims_text_is(const struct claim_found *found, const char *text)
{
	return found->present && found->fits && cbor_text_is(&found->item, text);
}

void claims_check_digest(const struct claim_found *found, const struct claim_rule *rule,
			 const struct claim_reading *reading)
{
	const size_t size = found->item.size;

	if (found->present && found->fits && size != 32 && size != 48 && size != 64)
		CLAIM_BAD(reading, "%s (%" PRId64 ") has %zu bytes, not 32, 48 or 64", rule->name,
			  rule->key, size);
}
