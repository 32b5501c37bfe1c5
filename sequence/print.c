/* SPDX-License-Identifier: BSD-3-Clause */
/* Sequences as scripts. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sequence/sequence.h"

struct text {
	char *at;
	size_t size, length;
};

static void add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct text *text, const char *format, ...)
{
	const size_t room = text->length < text->size ? text->size - text->length : 0;
	va_list arguments;
	int wanted;

	va_start(arguments, format);
	wanted = vsnprintf(room ? text->at + text->length : NULL, room, format, arguments);
	va_end(arguments);
	text->length += (size_t)wanted;
}

static const char *print_granule(char name, uint64_t offset, char *buf, size_t size)
{
	if (offset % SEQUENCE_PAGE)
		snprintf(buf, size, "%c%" PRIu64 "+0x%" PRIx64, name, offset / SEQUENCE_PAGE,
			 offset % SEQUENCE_PAGE);
	else
		snprintf(buf, size, "%c%" PRIu64, name, offset / SEQUENCE_PAGE);
	return buf;
}

const char *sequence_print_value(uint64_t value, char *buf, size_t size)
{
	if (value - SEQUENCE_DRAM < SEQUENCE_GRANULES * SEQUENCE_PAGE)
		return print_granule('g', value - SEQUENCE_DRAM, buf, size);
	if (value - SEQUENCE_DEV < SEQUENCE_DEVICES * SEQUENCE_PAGE)
		return print_granule('d', value - SEQUENCE_DEV, buf, size);
	if (value < 10 || value >= (uint64_t)-16)
		snprintf(buf, size, "%" PRId64, (int64_t)value);
	else
		snprintf(buf, size, "0x%" PRIx64, value);
	return buf;
}

static void add_fields(struct text *text, const struct sequence_step *step)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	char buf[32];

	add(text, " %s", structure->name);
	for (unsigned int i = 0; i < step->field_count; i++) {
		const struct sequence_field *field = &step->field[i];
		unsigned int index;
		const struct sequence_slot *slot = sequence_slot(structure, field->offset, &index);

		if (!slot)
			add(text, " @0x%x", field->offset);
		else if (slot->count)
			add(text, " %s[%u]", slot->name, index);
		else
			add(text, " %s", slot->name);
		add(text, "=%s", sequence_print_value(field->value, buf, sizeof(buf)));
	}
}

static void add_step(struct text *text, const struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int values = sequence_values(step, &rows);
	char buf[64];

	if (sequence_is_realm(step))
		add(text, "  ");
	if (step->during)
		add(text, "during ");
	if (step->pe)
		add(text, "pe=%u ", step->pe);
	if (step->times != 1)
		add(text, "times=%u ", step->times);
	add(text, "%s", sequence_step_name(step, buf, sizeof(buf)));
	for (unsigned int i = 0; i < values; i++)
		add(text, " %s=%s", rows[i].name,
		    sequence_print_value(step->value[i], buf, sizeof(buf)));
	if (sequence_has_fields(step))
		add_fields(text, step);
}

size_t sequence_print_step(const struct sequence_step *step, char *buf, size_t size)
{
	struct text text = {buf, size, 0};

	add_step(&text, step);
	return text.length;
}

size_t sequence_print(const struct sequence *sequence, char *buf, size_t size)
{
	struct text text = {buf, size, 0};

	add(&text, "machine %s\nstart %s\n", sequence_machine_name(sequence->machine),
	    sequence_start_name(sequence->start));
	for (unsigned int i = 0; i < sequence->count; i++) {
		add_step(&text, &sequence->step[i]);
		add(&text, "\n");
	}
	return text.length;
}
