/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/describe.h"

#include <inttypes.h>
#include <string.h>

#include "trace/fields.h"

#define TEXT 512

/* --- values --------------------------------------------------------------------------------- */

static const struct smc_command *command_of(const struct replay_mismatch *mismatch)
{
	return smc_command(
		smc_decode(SMC_FROM_HOST, mismatch->call->smc->smc->x[0], mismatch->shape));
}

static const char *call_text(const struct replay_mismatch *mismatch, char *buf, size_t size)
{
	const struct trace_smc *smc = mismatch->call->smc->smc;
	enum smc_command_id id = smc_decode(SMC_FROM_HOST, smc->x[0], mismatch->shape);

	if (id != SMC_NONE)
		return smc_call_text(smc_command(id), smc->x + 1, buf, size);
	snprintf(buf, size, "unknown function 0x%" PRIx64, smc->x[0]);
	return buf;
}

/* The output of the command that register X<n> holds, NULL if none. */
static const struct smc_value *output(const struct smc_command *command, unsigned int n)
{
	return command && n && n <= command->outputs ? &command->out[n - 1] : NULL;
}

static const char *name_text(const struct replay_difference *difference,
			     const struct smc_command *command, char *buf, size_t size)
{
	const struct smc_value *value = NULL;
	char field[64];

	switch (difference->what) {
	case REPLAY_RESULT:
		value = output(command, difference->index);
		break;
	case REPLAY_REGISTER:
		value = output(smc_command(difference->command), difference->index);
		break;
	case REPLAY_PLANE:
		return "plane";
	case REPLAY_PC:
		return "PC";
	case REPLAY_PSTATE:
		return "PSTATE";
	case REPLAY_MEMORY:
		field_name(difference->structure, difference->offset, field, sizeof(field));
		snprintf(buf, size, "%s%s0x%" PRIx64, field, field[0] ? " at " : "",
			 difference->pa);
		if (difference->ipa)
			snprintf(buf + strlen(buf), size - strlen(buf), " (ipa 0x%" PRIx64 ")",
				 difference->ipa);
		if (difference->repeat)
			snprintf(buf + strlen(buf), size - strlen(buf), ", %u words",
				 difference->repeat + 1);
		return buf;
	default:
		return "";
	}
	snprintf(buf, size, "X%u%s%s", difference->index, value ? " " : "",
		 value ? value->name : "");
	return buf;
}

/* What the number means, "" if it is only a number. */
static const char *meaning(const struct replay_difference *difference,
			   const struct smc_command *command, uint64_t number, char *buf,
			   size_t size)
{
	const char *type = NULL;
	const struct smc_value *value;

	if (difference->what == REPLAY_RESULT && !difference->index)
		return smc_result_text(SMC_FROM_HOST, number, buf, size);
	if (difference->what == REPLAY_REGISTER && !difference->index &&
	    difference->command != SMC_NONE)
		return smc_result_text(SMC_FROM_REALM, number, buf, size);
	if (difference->what == REPLAY_MEMORY)
		type = field_type(difference->structure, difference->offset);
	if (difference->what == REPLAY_REGISTER)
		command = smc_command(difference->command);
	value = output(command, difference->index);
	if (difference->what != REPLAY_MEMORY && value && value->kind == SMC_KIND_ENUM)
		type = value->type;
	type = type ? smc_enum_name(type, number) : NULL;
	return type ? type : "";
}

static const char *value_text(const struct replay_difference *difference,
			      const struct smc_command *command, uint64_t number, char *buf,
			      size_t size)
{
	char words[80];
	const char *text = meaning(difference, command, number, words, sizeof(words));

	snprintf(buf, size, "0x%" PRIx64 "%s%s%s", number, text[0] ? " (" : "", text,
		 text[0] ? ")" : "");
	return buf;
}

/* A sentence for differences that are not a pair of values, NULL for the others. */
static const char *sentence(const struct replay_difference *difference, char *buf, size_t size)
{
	switch (difference->what) {
	case REPLAY_LEFT:
		return "the recorded Realm goes on here; in the model the REC has left to the Host";
	case REPLAY_STAYED:
		return "the recorded REC has left to the Host here; in the model the Realm runs "
		       "again";
	case REPLAY_STORE:
		snprintf(buf, size,
			 "what the recording stores at 0x%" PRIx64 " cannot be stored: the granule "
			 "is %s in the model",
			 difference->pa,
			 difference->ipa ? "not the Realm's memory" : "not Non-secure");
		return buf;
	case REPLAY_UNMODELLED:
		return "the command, or one that the Realm uses, is not modelled";
	case REPLAY_UNREAD:
		snprintf(buf, size, "the model does not read the page at 0x%" PRIx64,
			 difference->pa);
		return buf;
	case REPLAY_READ:
		snprintf(buf, size,
			 "the model reads the page at 0x%" PRIx64 ", the recorded RMM did not",
			 difference->pa);
		return buf;
	default:
		return NULL;
	}
}

/* --- text ----------------------------------------------------------------------------------- */

static void print_place(FILE *out, const struct replay_mismatch *mismatch,
			const struct replay_difference *difference)
{
	if (difference->line == mismatch->call->smc->line)
		return;
	fprintf(out, "    line %zu", difference->line);
	if (difference->command != SMC_NONE) {
		const struct smc_command *command = smc_command(difference->command);

		fprintf(out, ", after %s_%s", smc_interface_name(command->interface),
			command->name);
	}
	fprintf(out, ":\n");
}

static void print_difference(FILE *out, const struct replay_difference *difference,
			     const struct smc_command *command, bool colour)
{
	const char *red = colour ? "\033[31m" : "", *plain = colour ? "\033[0m" : "";
	char name[TEXT], expected[TEXT], actual[TEXT];
	const char *text = sentence(difference, name, sizeof(name));

	if (text) {
		fprintf(out, "      %s\n", text);
		return;
	}
	fprintf(out, "      %-24s expected %s  actual %s%s%s\n",
		name_text(difference, command, name, sizeof(name)),
		value_text(difference, command, difference->expected, expected, sizeof(expected)),
		red, value_text(difference, command, difference->actual, actual, sizeof(actual)),
		plain);
}

static void print_explanation(FILE *out, const char *text)
{
	fprintf(out, "    why the model refused:\n");
	/* Its first line is the call: shown above already. */
	if (!strncmp(text, "call ", 5))
		text += strcspn(text, "\n") + 1;
	while (*text) {
		int length = strcspn(text, "\n");

		fprintf(out, "      %.*s\n", length, text);
		text += length + (text[length] ? 1 : 0);
	}
}

static size_t kept(const struct replay_mismatch *mismatch)
{
	return mismatch->count < REPLAY_MAX_DIFFERENCES ? mismatch->count : REPLAY_MAX_DIFFERENCES;
}

void describe_mismatch(FILE *out, const struct replay_mismatch *mismatch, bool colour)
{
	const struct smc_command *command = command_of(mismatch);
	size_t line = 0;
	char text[TEXT];

	fprintf(out, "  line %zu, call %" PRIu64 ": %s\n", mismatch->call->smc->line,
		mismatch->call->smc->i, call_text(mismatch, text, sizeof(text)));
	for (size_t i = 0; i < kept(mismatch); i++) {
		const struct replay_difference *difference = &mismatch->differences[i];

		if (difference->line != line)
			print_place(out, mismatch, difference);
		line = difference->line;
		print_difference(out, difference, command, colour);
	}
	if (mismatch->count > kept(mismatch))
		fprintf(out, "      ... and %zu more\n", mismatch->count - kept(mismatch));
	if (mismatch->explanation)
		print_explanation(out, mismatch->explanation);
}

/* --- JSON ----------------------------------------------------------------------------------- */

static json_t *difference_json(const struct replay_difference *difference,
			       const struct smc_command *command)
{
	char name[TEXT], expected[TEXT], actual[TEXT];
	const char *text = sentence(difference, name, sizeof(name));

	if (text)
		return json_pack("{s:I,s:s}", "line", (json_int_t)difference->line, "text", text);
	return json_pack(
		"{s:I,s:s,s:s,s:s}", "line", (json_int_t)difference->line, "what",
		name_text(difference, command, name, sizeof(name)), "expected",
		value_text(difference, command, difference->expected, expected, sizeof(expected)),
		"actual",
		value_text(difference, command, difference->actual, actual, sizeof(actual)));
}

json_t *describe_mismatch_json(const struct replay_mismatch *mismatch)
{
	const struct smc_command *command = command_of(mismatch);
	json_t *differences = json_array();
	char text[TEXT];

	for (size_t i = 0; i < kept(mismatch); i++)
		json_array_append_new(differences,
				      difference_json(&mismatch->differences[i], command));
	return json_pack("{s:I,s:I,s:s,s:I,s:o,s:s*}", "line",
			 (json_int_t)mismatch->call->smc->line, "call",
			 (json_int_t)mismatch->call->smc->i, "command",
			 call_text(mismatch, text, sizeof(text)), "difference_count",
			 (json_int_t)mismatch->count, "differences", differences, "explanation",
			 mismatch->explanation);
}

const char *describe_quirks(smc_quirks quirks, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (unsigned int n = 0; n < SMC_QUIRK_COUNT && used < size; n++) {
		if (smc_has_quirk(quirks, n))
			used += snprintf(buf + used, size - used, "%s%s", used ? " + " : "",
					 smc_quirk_row(n)->name);
	}
	return buf;
}
