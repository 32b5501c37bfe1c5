/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/content.h"

#include <string.h>

#include "trace/base64.h"

/* Bounds what a short line can ask for: a block has few patches, a line few blocks. */
#define MAX_PATCHES 8192
#define MAX_BLOCKS  4096

static bool decode_bytes(struct decode *decode, const json_t *object, struct trace_patch *patch)
{
	json_t *value = decode_member(object, "b64");
	const char *text;
	uint8_t *bytes;
	size_t size;

	if (!json_is_string(value))
		return decode_fail(decode, "b64", "expected a string in base64");
	text = json_string_value(value);
	if (!base64_size(text, json_string_length(value), &size))
		return decode_fail(decode, "b64", "the length of base64 is a multiple of 4");
	if (size > TRACE_MAX_BLOCK)
		return decode_fail(decode, "b64", "more than %d bytes", TRACE_MAX_BLOCK);
	bytes = arena_take(decode->arena, size);
	if (!bytes)
		return decode_out_of_memory(decode);
	if (!base64_decode(text, json_string_length(value), bytes))
		return decode_fail(decode, "b64", "not base64");
	patch->bytes = bytes;
	patch->len = size;
	return true;
}

static bool decode_patch(struct decode *decode, const json_t *object,
			 const struct trace_block *block, struct trace_patch *patch)
{
	static const char *const known[] = {"off", "b64", NULL};
	json_t *bytes;
	uint64_t off;

	if (!json_is_object(object))
		return decode_fail(decode, NULL, "expected an object");
	if (!decode_known_keys(decode, object, known) || !decode_hex(decode, object, "off", &off) ||
	    !decode_need(decode, object, "b64", &bytes) || !decode_bytes(decode, object, patch))
		return false;
	if (off > block->len || patch->len > block->len - off)
		return decode_fail(decode, NULL, "reaches beyond the %u bytes of the block",
				   block->len);
	patch->off = off;
	return true;
}

static bool decode_patches(struct decode *decode, const json_t *object, struct trace_block *block)
{
	struct trace_patch *patches;
	json_t *list;
	size_t count;

	if (!decode_list_optional(decode, object, "set", &list))
		return false;
	if (!list)
		return true;
	count = json_array_size(list);
	if (count > MAX_PATCHES)
		return decode_fail(decode, NULL, "more than %d patches", MAX_PATCHES);
	patches = arena_take_array(decode->arena, count, sizeof(*patches));
	if (!patches)
		return decode_out_of_memory(decode);
	for (size_t i = 0; i < count; i++) {
		decode_enter_index(decode, i);
		if (!decode_patch(decode, json_array_get(list, i), block, &patches[i]))
			return false;
		decode_leave(decode);
	}
	decode_leave(decode);
	block->patches = patches;
	block->patch_count = count;
	return true;
}

static bool decode_plain(struct decode *decode, const json_t *object, struct trace_block *block)
{
	struct trace_patch *patch = arena_take(decode->arena, sizeof(*patch));

	if (!patch)
		return decode_out_of_memory(decode);
	if (!decode_bytes(decode, object, patch))
		return false;
	block->len = patch->len;
	block->patches = patch;
	block->patch_count = 1;
	return true;
}

static bool decode_filled(struct decode *decode, const json_t *object, struct trace_block *block)
{
	uint64_t len, fill;

	if (!decode_count(decode, object, "len", TRACE_MAX_BLOCK, &len) ||
	    !decode_hex(decode, object, "fill", &fill))
		return false;
	if (fill > UINT8_MAX)
		return decode_fail(decode, "fill", "a byte is at most 0xff");
	block->len = len;
	block->fill = fill;
	return decode_patches(decode, object, block);
}

static bool decode_masked(struct decode *decode, const json_t *object, struct trace_block *block)
{
	json_t *value = decode_member(object, "masked");

	if (value && !json_is_boolean(value))
		return decode_fail(decode, "masked", "expected true or false");
	block->masked = json_is_true(value);
	return true;
}

static bool in_ranges(const struct rmmsim_range *ranges, size_t count, uint64_t base, uint64_t size)
{
	for (size_t i = 0; i < count; i++) {
		if (base >= ranges[i].base && base <= ranges[i].top && size <= ranges[i].top - base)
			return true;
	}
	return false;
}

static bool in_memory(const struct decode *decode, const struct trace_block *block)
{
	const struct rmmsim_config *config = decode->config;
	uint64_t base = block->pa + block->off;

	if (base < block->pa)
		return false;
	return in_ranges(config->dram, config->dram_count, base, block->len) ||
	       in_ranges(config->dev_ncoh, config->dev_ncoh_count, base, block->len) ||
	       in_ranges(config->dev_coh, config->dev_coh_count, base, block->len);
}

static bool decode_content(struct decode *decode, const json_t *object, struct trace_block *block)
{
	if (block->masked)
		return true;
	if (decode_member(object, "b64"))
		return decode_plain(decode, object, block);
	return decode_filled(decode, object, block);
}

static bool decode_block(struct decode *decode, const json_t *object, enum content_kind kind,
			 struct trace_block *block)
{
	static const char *const host[] = {"pa", "off", "len", "fill", "set", "b64", NULL};
	static const char *const realm[] = {"ipa", "pa",  "off",    "len", "fill",
					    "set", "b64", "masked", NULL};
	uint64_t off = 0;

	if (!json_is_object(object))
		return decode_fail(decode, NULL, "expected an object");
	if (!decode_known_keys(decode, object, kind == CONTENT_HOST ? host : realm) ||
	    !decode_hex(decode, object, "pa", &block->pa) ||
	    !decode_hex_optional(decode, object, "off", &off))
		return false;
	if (kind != CONTENT_HOST && !decode_hex(decode, object, "ipa", &block->ipa))
		return false;
	if (kind == CONTENT_SEEN && !decode_masked(decode, object, block))
		return false;
	if (off > TRACE_MAX_BLOCK)
		return decode_fail(decode, "off", "out of range: 0 to 0x%x", TRACE_MAX_BLOCK);
	block->off = off;
	if (!decode_content(decode, object, block))
		return false;
	if (!in_memory(decode, block))
		return decode_fail(decode, "pa", "the header has no memory there");
	return true;
}

bool content_decode(struct decode *decode, const json_t *object, const char *key,
		    enum content_kind kind, struct trace_blocks *blocks)
{
	struct trace_block *at;
	json_t *list;
	size_t count;

	if (!decode_list_optional(decode, object, key, &list))
		return false;
	if (!list)
		return true;
	count = json_array_size(list);
	if (count > MAX_BLOCKS)
		return decode_fail(decode, NULL, "more than %d blocks", MAX_BLOCKS);
	at = arena_take_array(decode->arena, count, sizeof(*at));
	if (!at)
		return decode_out_of_memory(decode);
	for (size_t i = 0; i < count; i++) {
		decode_enter_index(decode, i);
		if (!decode_block(decode, json_array_get(list, i), kind, &at[i]))
			return false;
		decode_leave(decode);
	}
	decode_leave(decode);
	*blocks = (struct trace_blocks){.count = count, .at = at};
	return true;
}

void content_expand(const struct trace_block *block, uint8_t *bytes)
{
	memset(bytes, block->fill, block->len);
	for (size_t i = 0; i < block->patch_count; i++) {
		const struct trace_patch *patch = &block->patches[i];

		memcpy(bytes + patch->off, patch->bytes, patch->len);
	}
}
