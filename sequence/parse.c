/* SPDX-License-Identifier: BSD-3-Clause */
/* Scripts as sequences. */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sequence/expect.h"
#include "sequence/sequence.h"

struct parser {
	struct trace_error *error;
	const char *line, *at, *end; /* of the line, without its comment */
	size_t number;
	struct sequence_expectations *expectations; /* NULL: they are passed over */
};

struct token {
	char text[80];
	size_t column;
};

static bool fail(const struct parser *parser, size_t column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static bool fail(const struct parser *parser, size_t column, const char *format, ...)
{
	va_list arguments;

	parser->error->line = parser->number;
	parser->error->column = column;
	va_start(arguments, format);
	vsnprintf(parser->error->text, sizeof(parser->error->text), format, arguments);
	va_end(arguments);
	return false;
}

/* The next word of the line; its text is empty at the end. */
static bool next(struct parser *parser, struct token *token)
{
	size_t length = 0;

	while (parser->at < parser->end && isspace((unsigned char)*parser->at))
		parser->at++;
	token->column = (size_t)(parser->at - parser->line) + 1;
	while (parser->at < parser->end && !isspace((unsigned char)*parser->at)) {
		if (length + 1 == sizeof(token->text))
			return fail(parser, token->column, "the word is too long");
		token->text[length++] = *parser->at++;
	}
	token->text[length] = '\0';
	return true;
}

static bool parse_digits(const char *text, char **end, uint64_t *value)
{
	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, end, 0);
	return errno == 0;
}

static bool parse_granule(const char *text, uint64_t base, uint64_t count, uint64_t *value)
{
	uint64_t granule, offset = 0;
	char *end;

	if (!parse_digits(text + 1, &end, &granule) || granule >= count)
		return false;
	if (*end == '+' && (!parse_digits(end + 1, &end, &offset) || offset >= SEQUENCE_PAGE))
		return false;
	*value = base + granule * SEQUENCE_PAGE + offset;
	return *end == '\0';
}

bool sequence_parse_value(const char *text, uint64_t *value)
{
	const bool minus = *text == '-';
	char *end;

	if (*text == 'g')
		return parse_granule(text, SEQUENCE_DRAM, SEQUENCE_GRANULES, value);
	if (*text == 'd')
		return parse_granule(text, SEQUENCE_DEV, SEQUENCE_DEVICES, value);
	if (!parse_digits(text + minus, &end, value) || *end)
		return false;
	if (minus)
		*value = -*value;
	return true;
}

/* What stands behind the '=' of a word; NULL if there is none. */
static const char *split(struct token *token)
{
	char *equals = strchr(token->text, '=');

	if (!equals)
		return NULL;
	*equals = '\0';
	return equals + 1;
}

static bool need_value(const struct parser *parser, const struct token *token, const char *text,
		       uint64_t *value)
{
	if (text && sequence_parse_value(text, value))
		return true;
	return fail(parser, token->column, "\"%s\" is not a number or granule", text ? text : "");
}

/* --- fields ---------------------------------------------------------------------------------- */

static bool field_offset(const struct sequence_structure *structure, const char *name,
			 uint16_t *offset)
{
	const char *bracket = strchr(name, '[');
	const size_t length = bracket ? (size_t)(bracket - name) : strlen(name);
	uint64_t index = 0;
	char *end;

	if (bracket && (!parse_digits(bracket + 1, &end, &index) || strcmp(end, "]")))
		return false;
	for (unsigned int i = 0; i < structure->slots; i++) {
		const struct sequence_slot *slot = &structure->slot[i];

		if (strlen(slot->name) != length || strncmp(slot->name, name, length))
			continue;
		if (index >= (slot->count ? slot->count : 1u))
			return false;
		*offset = (uint16_t)(slot->offset + index * slot->size);
		return true;
	}
	return false;
}

static bool parse_field(struct parser *parser, struct sequence_step *step, struct token *token)
{
	const struct sequence_structure *structure = sequence_structure(step->structure);
	struct sequence_field *field = &step->field[step->field_count];
	const char *text = split(token);
	uint64_t offset;
	char *end;

	if (step->field_count == SEQUENCE_MAX_FIELDS)
		return fail(parser, token->column, "more than %u fields", SEQUENCE_MAX_FIELDS);
	if (token->text[0] == '@') {
		if (!parse_digits(token->text + 1, &end, &offset) || *end || offset % 8 ||
		    offset >= structure->size)
			return fail(parser, token->column, "not an offset of a 64-bit word");
		field->offset = (uint16_t)offset;
	} else if (!field_offset(structure, token->text, &field->offset)) {
		return fail(parser, token->column, "%s has no field \"%s\"", structure->name,
			    token->text);
	}
	step->field_count++;
	return need_value(parser, token, text, &field->value);
}

static bool parse_structure(struct parser *parser, struct sequence_step *step,
			    const struct token *token)
{
	step->structure = (uint8_t)sequence_structure_find(token->text);
	if (strcmp(sequence_structure(step->structure)->name, token->text) == 0)
		return true;
	return fail(parser, token->column, "there is no structure \"%s\"", token->text);
}

/* --- steps ----------------------------------------------------------------------------------- */

static bool parse_values(struct parser *parser, struct sequence_step *step)
{
	const struct smc_value *rows;
	const unsigned int values = sequence_values(step, &rows);
	struct token token;
	const char *text;

	for (unsigned int i = 0; i < values; i++) {
		if (!next(parser, &token))
			return false;
		text = split(&token);
		if (!text || strcmp(token.text, rows[i].name))
			return fail(parser, token.column, "expected %s=", rows[i].name);
		if (!need_value(parser, &token, text, &step->value[i]))
			return false;
	}
	return true;
}

static bool parse_rest(struct parser *parser, struct sequence_step *step)
{
	struct token token;

	if (!next(parser, &token))
		return false;
	if (!sequence_has_fields(step))
		return !token.text[0] || fail(parser, token.column, "more words than values");
	if (!parse_structure(parser, step, &token))
		return false;
	for (;;) {
		if (!next(parser, &token))
			return false;
		if (!token.text[0])
			return true;
		if (!parse_field(parser, step, &token))
			return false;
	}
}

/* during, pe=, times=. Returns 1 for one of them, 0 for another word, -1 for an error. */
static int parse_attribute(struct parser *parser, struct sequence_step *step,
			   const struct token *token)
{
	const char *text = strchr(token->text, '=');
	uint64_t value;

	if (!strcmp(token->text, "during")) {
		step->during = true;
		return 1;
	}
	if (!text)
		return 0;
	if (!need_value(parser, token, text + 1, &value))
		return -1;
	if (!strncmp(token->text, "pe=", 3) && value < 4) {
		step->pe = (uint8_t)value;
		return 1;
	}
	if (!strncmp(token->text, "times=", 6) && value >= 1 && value <= SEQUENCE_MAX_TIMES) {
		step->times = (uint16_t)value;
		return 1;
	}
	fail(parser, token->column, "there is no such attribute or value of one");
	return -1;
}

static bool parse_step(struct parser *parser, struct sequence *sequence, struct token *token)
{
	struct sequence_step *step = &sequence->step[sequence->count];
	int attribute;

	if (sequence->count == SEQUENCE_MAX_STEPS)
		return fail(parser, token->column, "more than %u steps", SEQUENCE_MAX_STEPS);
	*step = (struct sequence_step){.times = 1};
	while ((attribute = parse_attribute(parser, step, token)) > 0) {
		if (!next(parser, token))
			return false;
	}
	if (attribute < 0)
		return false;
	if (!sequence_step_find(step, token->text))
		return fail(parser, token->column, "there is no step \"%s\"", token->text);
	sequence->count++;
	return parse_values(parser, step) && parse_rest(parser, step);
}

/* --- the rest -------------------------------------------------------------------------------- */

static bool parse_name(struct parser *parser, const char *(*name)(unsigned int), uint8_t *index)
{
	struct token token;

	if (!next(parser, &token))
		return false;
	for (unsigned int i = 0; name(i); i++) {
		if (!strcmp(name(i), token.text)) {
			*index = (uint8_t)i;
			return true;
		}
	}
	return fail(parser, token.column, "\"%s\" is unknown", token.text);
}

/* `expect ..`, `realm_expect ..`, `during expect ..`. Returns 0 for another line, 1, or -1 for an error. */
static int parse_expectation(struct parser *parser, const struct sequence *sequence,
			     const struct token *first)
{
	struct parser ahead = *parser;
	struct token token = *first;
	const bool during = !strcmp(token.text, "during");
	char why[120];

	if (during && !next(&ahead, &token))
		return -1;
	if (!sequence_is_expectation(token.text))
		return 0;
	if (sequence_expectation_take(parser->expectations, sequence, token.text, during, ahead.at,
				      (size_t)(ahead.end - ahead.at), parser->number, why,
				      sizeof(why)))
		return 1;
	fail(parser, token.column, "%s", why);
	return -1;
}

static bool parse_line(struct parser *parser, struct sequence *sequence)
{
	struct token token;
	int expectation;

	if (!next(parser, &token))
		return false;
	if (!token.text[0])
		return true;
	expectation = parse_expectation(parser, sequence, &token);
	if (expectation)
		return expectation > 0;
	if (!strcmp(token.text, "machine"))
		return parse_name(parser, sequence_machine_name, &sequence->machine);
	if (!strcmp(token.text, "start"))
		return parse_name(parser, sequence_start_name, &sequence->start);
	return parse_step(parser, sequence, &token);
}

bool sequence_parse(struct sequence *sequence, const char *text, struct trace_error *error)
{
	return sequence_parse_expecting(sequence, NULL, text, error);
}

bool sequence_parse_expecting(struct sequence *sequence, struct sequence_expectations *expectations,
			      const char *text, struct trace_error *error)
{
	struct parser parser = {.error = error, .expectations = expectations};

	*error = (struct trace_error){.line = 0};
	sequence->machine = sequence->start = 0;
	sequence->count = 0;
	while (*text) {
		const size_t length = strcspn(text, "\n");
		const size_t content = strcspn(text, "#\n");

		parser.line = parser.at = text;
		parser.end = text + content;
		parser.number++;
		if (!parse_line(&parser, sequence))
			return false;
		text += length + (text[length] != '\0');
	}
	return true;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	char *data = calloc(1, SEQUENCE_MAX_BINARY + 1);

	if (file && data)
		*size = fread(data, 1, SEQUENCE_MAX_BINARY, file);
	if (!file || ferror(file)) {
		free(data);
		data = NULL;
	}
	if (file)
		fclose(file);
	return data;
}

bool sequence_read(struct sequence *sequence, const char *path, struct trace_error *error)
{
	return sequence_read_expecting(sequence, NULL, path, error);
}

bool sequence_read_expecting(struct sequence *sequence, struct sequence_expectations *expectations,
			     const char *path, struct trace_error *error)
{
	const char *dot = strrchr(path, '.');
	bool done = true;
	size_t size = 0;
	char *data;

	*error = (struct trace_error){.line = 0};
	data = read_file(path, &size);
	if (!data) {
		snprintf(error->text, sizeof(error->text), "cannot read the file");
		return false;
	}
	if ((dot && !strcmp(dot, ".rmm")) ||
	    sequence_decode_file(sequence, (const uint8_t *)data, size, NULL))
		done = sequence_parse_expecting(sequence, expectations, data, error);
	free(data);
	return done;
}
