/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compact binary: two bytes for machine and start, then steps of
 *	verb, flags, [times], values, [structure, field count, fields]
 * A value is a tag that says what follows. Input that ends early reads as zeros.
 */
#include <string.h>

#include "sequence/sequence.h"

#define FLAG_PE     0x03u
#define FLAG_DURING 0x04u
#define FLAG_TIMES  0x08u

/* Tags. Below TAG_NEGATIVE: the number itself; from TAG_GRANULE on: g0..g127. */
enum {
	TAG_NEGATIVE = 0x60, /* -16..-1 */
	TAG_16 = 0x70,
	TAG_32,
	TAG_64,
	TAG_PAGES,      /* two bytes: number of pages */
	TAG_HALF,       /* one byte: bit; two bytes: pages above 1 << bit */
	TAG_BIT,        /* one byte */
	TAG_GRANULE_16, /* two bytes: granule; two bytes: offset */
	TAG_DEVICE,     /* two bytes: granule of device memory */
	TAG_INVERTED,   /* two bytes: bits that are clear */
	TAG_TAGS_END,
	TAG_GRANULE = 0x80,
};

_Static_assert(SEQUENCE_VERBS <= 256, "a verb is one byte");

/* --- reading --------------------------------------------------------------------------------- */

struct input {
	const uint8_t *data, *end;
};

static uint64_t take(struct input *in, unsigned int bytes)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < bytes && in->data < in->end; i++)
		value |= (uint64_t)*in->data++ << 8 * i;
	return value;
}

static uint64_t take_granule(struct input *in)
{
	uint64_t granule = take(in, 2) % SEQUENCE_GRANULES;

	return SEQUENCE_DRAM + granule * SEQUENCE_PAGE + take(in, 2) % SEQUENCE_PAGE;
}

static uint64_t take_half(struct input *in)
{
	uint64_t bit = take(in, 1) & 63;

	return (UINT64_C(1) << bit) + take(in, 2) * SEQUENCE_PAGE;
}

static uint64_t take_tagged(struct input *in, unsigned int tag)
{
	switch (tag) {
	case TAG_16:
		return take(in, 2);
	case TAG_32:
		return take(in, 4);
	case TAG_64:
		return take(in, 8);
	case TAG_PAGES:
		return take(in, 2) * SEQUENCE_PAGE;
	case TAG_HALF:
		return take_half(in);
	case TAG_BIT:
		return UINT64_C(1) << (take(in, 1) & 63);
	case TAG_GRANULE_16:
		return take_granule(in);
	case TAG_DEVICE:
		return SEQUENCE_DEV + take(in, 2) % SEQUENCE_DEVICES * SEQUENCE_PAGE;
	case TAG_INVERTED:
		return ~take(in, 2);
	default:
		return tag;
	}
}

static uint64_t take_value(struct input *in)
{
	unsigned int tag = (unsigned int)take(in, 1);

	if (tag < TAG_NEGATIVE)
		return tag;
	if (tag < TAG_16)
		return (uint64_t)((int64_t)tag - TAG_16);
	if (tag < TAG_GRANULE)
		return take_tagged(in, tag);
	return SEQUENCE_DRAM + (tag - TAG_GRANULE) * SEQUENCE_PAGE;
}

/* The slot after the last one of a structure is a word at any offset. */
static void take_field(struct input *in, const struct sequence_structure *structure,
		       struct sequence_field *field)
{
	const unsigned int flat = sequence_flat_count(structure);
	unsigned int offset, n = 0;

	if (flat)
		n = (unsigned int)take(in, 1) % (flat + 1);
	if (n == flat)
		offset = take(in, 2) % structure->size & ~7u;
	else
		sequence_flat(structure, n, &offset);
	field->offset = (uint16_t)offset;
	field->value = take_value(in);
}

static void take_fields(struct input *in, struct sequence_step *step)
{
	step->structure = (uint8_t)(take(in, 1) % sequence_structure_count());
	step->field_count = (uint8_t)(take(in, 1) % (SEQUENCE_MAX_FIELDS + 1));
	for (unsigned int i = 0; i < step->field_count; i++)
		take_field(in, sequence_structure(step->structure), &step->field[i]);
}

static void take_step(struct input *in, struct sequence_step *step)
{
	const struct smc_value *rows;
	unsigned int flags, values;

	sequence_set_verb(step, (unsigned int)take(in, 1));
	flags = (unsigned int)take(in, 1);
	step->pe = flags & FLAG_PE;
	step->during = flags & FLAG_DURING;
	step->times = 1;
	if (flags & FLAG_TIMES)
		step->times = (uint16_t)(take(in, 2) % SEQUENCE_MAX_TIMES + 1);
	values = sequence_values(step, &rows);
	for (unsigned int i = 0; i < values; i++)
		step->value[i] = take_value(in);
	step->structure = 0;
	step->field_count = 0;
	if (sequence_has_fields(step))
		take_fields(in, step);
}

void sequence_decode(struct sequence *sequence, const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	unsigned int machines = 0, starts = 0;

	while (sequence_machine_name(machines))
		machines++;
	while (sequence_start_name(starts))
		starts++;
	sequence->machine = (uint8_t)(take(&in, 1) % machines);
	sequence->start = (uint8_t)(take(&in, 1) % starts);
	sequence->count = 0;
	while (in.data < in.end && sequence->count < SEQUENCE_MAX_STEPS)
		take_step(&in, &sequence->step[sequence->count++]);
}

/* --- writing --------------------------------------------------------------------------------- */

struct output {
	uint8_t bytes[16 + 9 * SEQUENCE_MAX_VALUES + 12 * SEQUENCE_MAX_FIELDS];
	size_t count;
};

static void put(struct output *out, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		out->bytes[out->count++] = (uint8_t)(value >> 8 * i);
}

static void put_granule(struct output *out, uint64_t offset)
{
	if (offset < 128 * SEQUENCE_PAGE && offset % SEQUENCE_PAGE == 0) {
		put(out, TAG_GRANULE + offset / SEQUENCE_PAGE, 1);
		return;
	}
	put(out, TAG_GRANULE_16, 1);
	put(out, offset / SEQUENCE_PAGE, 2);
	put(out, offset % SEQUENCE_PAGE, 2);
}

/* 1 << bit and some pages above it. */
static bool put_half(struct output *out, uint64_t value)
{
	unsigned int bit = 63u - (unsigned int)__builtin_clzll(value);
	uint64_t rest = value - (UINT64_C(1) << bit);

	if (bit < 28 || rest % SEQUENCE_PAGE || rest / SEQUENCE_PAGE > UINT16_MAX)
		return false;
	put(out, TAG_HALF, 1);
	put(out, bit, 1);
	put(out, rest / SEQUENCE_PAGE, 2);
	return true;
}

static void put_number(struct output *out, uint64_t value)
{
	const unsigned int bytes = value <= UINT16_MAX ? 2 : value <= UINT32_MAX ? 4 : 8;

	put(out, bytes == 2 ? TAG_16 : bytes == 4 ? TAG_32 : TAG_64, 1);
	put(out, value, bytes);
}

static void put_value(struct output *out, uint64_t value)
{
	if (value < TAG_NEGATIVE || value >= (uint64_t)-16) {
		put(out, value < TAG_NEGATIVE ? value : TAG_16 + value, 1);
		return;
	}
	if (value - SEQUENCE_DRAM < SEQUENCE_GRANULES * SEQUENCE_PAGE) {
		put_granule(out, value - SEQUENCE_DRAM);
		return;
	}
	if (value % SEQUENCE_PAGE == 0 && value - SEQUENCE_DEV < SEQUENCE_DEVICES * SEQUENCE_PAGE) {
		put(out, TAG_DEVICE, 1);
		put(out, (value - SEQUENCE_DEV) / SEQUENCE_PAGE, 2);
		return;
	}
	if (value % SEQUENCE_PAGE == 0 && value / SEQUENCE_PAGE <= UINT16_MAX) {
		put(out, TAG_PAGES, 1);
		put(out, value / SEQUENCE_PAGE, 2);
		return;
	}
	if (!put_half(out, value))
		put_number(out, value);
}

static void put_field(struct output *out, const struct sequence_structure *structure,
		      const struct sequence_field *field)
{
	const unsigned int flat = sequence_flat_count(structure);
	unsigned int n, offset;

	for (n = 0; n < flat; n++) {
		sequence_flat(structure, n, &offset);
		if (offset == field->offset)
			break;
	}
	if (flat)
		put(out, n, 1);
	if (n == flat)
		put(out, field->offset, 2);
	put_value(out, field->value);
}

static void put_step(struct output *out, const struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int values = sequence_values(step, &rows);

	put(out, sequence_verb(step), 1);
	put(out, step->pe | (step->during ? FLAG_DURING : 0) | (step->times != 1 ? FLAG_TIMES : 0),
	    1);
	if (step->times != 1)
		put(out, step->times - 1u, 2);
	for (unsigned int i = 0; i < values; i++)
		put_value(out, step->value[i]);
	if (!sequence_has_fields(step))
		return;
	put(out, step->structure, 1);
	put(out, step->field_count, 1);
	for (unsigned int i = 0; i < step->field_count; i++)
		put_field(out, sequence_structure(step->structure), &step->field[i]);
}

size_t sequence_encode(const struct sequence *sequence, uint8_t *data, size_t size)
{
	struct output out;
	size_t total = 2;

	if (size >= 2) {
		data[0] = sequence->machine;
		data[1] = sequence->start;
	}
	for (unsigned int i = 0; i < sequence->count; i++) {
		out.count = 0;
		put_step(&out, &sequence->step[i]);
		if (total + out.count > size)
			size = 0;
		else
			memcpy(data + total, out.bytes, out.count);
		total += out.count;
	}
	return total;
}
