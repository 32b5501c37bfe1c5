/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/torn.h"

#include <stdlib.h>
#include <string.h>

#include <rmmsim/attest.h>

#define MAX_DIGITS 16
#define MIN_DIGITS 3 /* of a torn number: shorter ones are what is left of too many */
#define MAX_LOST   8 /* digits */

/* A number of the log; NULL: several calls have it. */
struct occurrence {
	uint64_t value;
	const struct log_call *call;
};

struct occurrences {
	size_t count;
	struct occurrence *at;
};

static unsigned int digits_of(uint64_t value)
{
	unsigned int digits = 1;

	while (value >>= 4)
		digits++;
	return digits;
}

/* Without `lost` digits above the lowest `kept` ones. */
static uint64_t tear(uint64_t whole, unsigned int kept, unsigned int lost)
{
	const uint64_t low = kept ? whole & (UINT64_MAX >> (64 - 4 * kept)) : 0;
	const unsigned int behind = 4 * (kept + lost);

	return low | (behind < 64 ? whole >> behind << (4 * kept) : 0);
}

bool log_torn_from(uint64_t text, uint64_t whole)
{
	const unsigned int digits = digits_of(whole), left = digits_of(text);

	if (left >= digits)
		return false;
	for (unsigned int kept = 0; kept <= left; kept++) {
		if (tear(whole, kept, digits - left) == text)
			return true;
	}
	return false;
}

/* --- the numbers of a log ---------------------------------------------------------------------- */

static size_t numbers_of(const struct log_call *call, struct occurrence *at)
{
	size_t count = 0;

	for (unsigned int i = 0; i < call->arguments; i++)
		at[count++] = (struct occurrence){call->x[i], call};
	for (unsigned int i = 0; i < call->outputs; i++)
		at[count++] = (struct occurrence){call->out[i], call};
	if (call->interface == SMC_PSCI && call->answered)
		at[count++] = (struct occurrence){call->x0, call};
	return count;
}

#define MAX_NUMBERS (LOG_MAX_ARGUMENTS + LOG_MAX_OUTPUTS + 1)

static int by_value(const void *left, const void *right)
{
	const struct occurrence *a = left, *b = right;

	return (a->value > b->value) - (a->value < b->value);
}

/* Each value once. */
static void merge(struct occurrences *numbers)
{
	size_t count = 0;

	for (size_t i = 0; i < numbers->count; i++) {
		struct occurrence *last = count ? &numbers->at[count - 1] : NULL;

		if (!last || last->value != numbers->at[i].value)
			numbers->at[count++] = numbers->at[i];
		else if (last->call != numbers->at[i].call)
			last->call = NULL;
	}
	numbers->count = count;
}

static bool collect(const struct log *log, struct occurrences *numbers)
{
	numbers->at = malloc((log->event_count * MAX_NUMBERS + 1) * sizeof(numbers->at[0]));
	if (!numbers->at)
		return false;
	for (size_t i = 0; i < log->event_count; i++) {
		if (log->events[i].kind == LOG_CALL)
			numbers->count +=
				numbers_of(&log->events[i].call, numbers->at + numbers->count);
	}
	qsort(numbers->at, numbers->count, sizeof(numbers->at[0]), by_value);
	merge(numbers);
	return true;
}

/* --- pairs --------------------------------------------------------------------------------------- */

static bool add(struct log_torn *torn, size_t *capacity, const struct occurrence *text,
		uint64_t whole)
{
	const size_t more = *capacity ? 2 * *capacity : 64;
	struct log_torn_pair *larger;

	if (torn->count == *capacity) {
		larger = realloc(torn->pairs, more * sizeof(*larger));
		if (!larger)
			return false;
		torn->pairs = larger;
		*capacity = more;
	}
	torn->pairs[torn->count++] =
		(struct log_torn_pair){.torn = text->value, .whole = whole, .call = text->call};
	return true;
}

/* The numbers of the log that may be what is left of this one. */
static bool add_torn_of(const struct occurrences *numbers, const struct occurrence *whole,
			struct log_torn *torn, size_t *capacity)
{
	const unsigned int digits = digits_of(whole->value);

	for (unsigned int lost = 1; lost <= MAX_LOST && lost + MIN_DIGITS <= digits; lost++) {
		for (unsigned int kept = 0; kept + lost <= digits; kept++) {
			const struct occurrence key = {tear(whole->value, kept, lost), NULL};
			const struct occurrence *found;

			if (digits_of(key.value) != digits - lost)
				continue;
			found = bsearch(&key, numbers->at, numbers->count, sizeof(key), by_value);
			if (found && found->call && !add(torn, capacity, found, whole->value))
				return false;
		}
	}
	return true;
}

static int by_torn(const void *left, const void *right)
{
	const struct log_torn_pair *a = left, *b = right;

	return (a->torn > b->torn) - (a->torn < b->torn);
}

bool log_torn_find(const struct log *log, struct log_torn *torn)
{
	struct occurrences numbers = {0};
	size_t capacity = 0;
	bool done = collect(log, &numbers);

	*torn = (struct log_torn){0};
	for (size_t i = 0; done && i < numbers.count; i++)
		done = add_torn_of(&numbers, &numbers.at[i], torn, &capacity);
	free(numbers.at);
	if (!done)
		log_torn_free(torn);
	else if (torn->count)
		qsort(torn->pairs, torn->count, sizeof(torn->pairs[0]), by_torn);
	return done;
}

void log_torn_free(struct log_torn *torn)
{
	free(torn->pairs);
	*torn = (struct log_torn){0};
}

const struct log_torn_pair *log_torn_pairs(const struct log_torn *torn, uint64_t value,
					   size_t *count)
{
	size_t low = 0, high = torn->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (torn->pairs[middle].torn < value)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < torn->count; (*count)++) {
		if (torn->pairs[low + *count].torn != value)
			break;
	}
	return torn->pairs + low;
}

/* --- measurements -------------------------------------------------------------------------------- */

/* Each word is the expected one or what is left of it. */
static bool words_torn(const uint64_t *text, const uint8_t *expected)
{
	bool torn = false;

	for (unsigned int i = 0; i < 8; i++) {
		uint64_t word;

		memcpy(&word, expected + 8 * i, sizeof(word));
		if (text[i] == word)
			continue;
		if (!log_torn_from(text[i], word))
			return false;
		torn = true;
	}
	return torn;
}

/* With one more digit in this word the extension gives the value. */
static bool extended_with(const struct log_measurement *known, uint32_t hash, unsigned int word,
			  const uint64_t *value)
{
	const uint64_t text = known->words[word];
	uint64_t words[8];

	memcpy(words, known->words, sizeof(words));
	for (unsigned int n = 0; n < MAX_DIGITS * 16; n++) {
		const uint64_t below = (UINT64_C(1) << 4 * (n / 16)) - 1;
		uint8_t bytes[64];

		words[word] =
			(text & ~below) << 4 | (uint64_t)(n % 16) << 4 * (n / 16) | (text & below);
		memcpy(bytes, known->before[hash], sizeof(bytes));
		if (rmmsim_measurement_extend(hash, bytes, words, known->size) == RMMSIM_OK &&
		    !memcmp(bytes, value, sizeof(bytes)))
			return true;
	}
	return false;
}

static bool extension_torn(const struct log_measurement *known, uint32_t hash,
			   const uint64_t *value)
{
	for (unsigned int i = 0; 8 * i < known->size; i++) {
		if (known->words[i] && digits_of(known->words[i]) < MAX_DIGITS &&
		    extended_with(known, hash, i, value))
			return true;
	}
	return false;
}

bool log_torn_measurement(const struct log_state *state, const struct log_call *call)
{
	if (call->command != RSI_MEASUREMENT_READ || call->x[0] >= LOG_MEASUREMENTS)
		return false;
	for (size_t i = 0; i < state->object_count; i++) {
		const struct log_realm *realm = state->objects[i].realm;
		const struct log_measurement *known =
			realm ? &realm->measurement[call->x[0]] : NULL;

		for (unsigned int h = 0; known && known->known && h < LOG_HASHES; h++) {
			if (words_torn(call->out, known->bytes[h]) ||
			    extension_torn(known, h, call->out))
				return true;
		}
	}
	return false;
}

/* A random word is shorter by two digits in one of 256 cases. */
#define FULL_DIGITS (MAX_DIGITS - 1)

bool log_torn_word(const uint64_t *words, unsigned int count)
{
	unsigned int full = 0;

	for (unsigned int i = 0; i < count; i++)
		full += digits_of(words[i]) >= FULL_DIGITS;
	return count > 1 && full == count - 1;
}
