/* SPDX-License-Identifier: BSD-3-Clause */
/* Logs of random lives: nothing of them is wrong, under each release's choice of what it prints. */
#include "tests/trace/log_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/trace/file.h"
#include "trace/log/check.h"

#define STEPS 120

/* 60 lives, or as many as RMMSIM_LIVES says. */
static unsigned int lives(void)
{
	const char *text = getenv("RMMSIM_LIVES");

	return text ? (unsigned int)atoi(text) : 60;
}

static struct log *read_text(const char *text, size_t size)
{
	struct trace_error error;
	struct input *input = input_open(file_write(text, size), &error);
	struct log *log;

	assert_non_null(input);
	log = log_read(input, &error);
	input_close(input);
	assert_non_null(log);
	return log;
}

static void check_text(const char *text, size_t size, uint64_t seed, unsigned int release)
{
	struct log *log = read_text(text, size);
	struct log_result result;

	assert_true(log_check(log, &result));
	if (result.wrong_count)
		fail_msg("life %u, %s, line %zu: %s: %s", (unsigned int)seed,
			 log_release_name(release), result.at[0].line,
			 log->lines[result.at[0].line - 1], result.at[0].text);
	/* Every line of it is read. */
	for (size_t i = 0; i < log->line_count; i++)
		assert_true(log->used[i]);
	log_result_free(&result);
	log_free(log);
}

static void nothing_of_a_life_is_wrong(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= lives(); seed++) {
		struct life life;

		life_run(&life, seed, STEPS);
		for (unsigned int r = 0; r < LIFE_RELEASES; r++)
			check_text(life.text[r], life.size[r], seed, r);
		life_free(&life);
	}
}

/* --- planted faults ------------------------------------------------------------------------------ */

/* What becomes of a line in which a fault is planted. */
struct plant {
	const char *begins, *ends; /* of the line */
	const char *other;         /* its new end */
	bool provable;
};

static const struct plant plants[] = {
	{"SMC_RMI_REALM_ACTIVATE", " > RMI_SUCCESS", " > RMI_ERROR_INPUT", true},
	{"SMC_RMI_REALM_ACTIVATE", " > RMI_SUCCESS", " > RMI_ERROR_REALM", true},
	{"SMC_RMI_REC_CREATE", " > RMI_SUCCESS", " > RMI_ERROR_REC", true},
	{"SMC_RMI_REALM_DESTROY", " > RMI_ERROR_INPUT", " > RMI_SUCCESS", true},
	{"SMC_RMI_REC_AUX_COUNT", " > RMI_SUCCESS 10", " > RMI_ERROR_INPUT", true},
	{"SMC_RSI_MEASUREMENT_EXTEND", " > RSI_ERROR_INPUT", " > RSI_SUCCESS", true},
	{"SMC_RSI_REALM_CONFIG", " > RSI_SUCCESS", " > RSI_ERROR_STATE", true},
	{"PSCI_84000000", " > 10001 0 0 0", " > 10000 0 0 0", true},
	{"SMC_c4000250", " > ffffffffffffffff 0 0 0", " > 0 0 0 0", true},
	{"SMC_RMI_RTT_INIT_RIPAS", " > RMI_ERROR_RTT 1", " > RMI_ERROR_RTT 4", true},
	{"SMC_RMI_RTT_CREATE", " > RMI_ERROR_RTT 1", " > RMI_ERROR_REALM", true},
	{"SMC_RMI_REC_CREATE", " > RMI_ERROR_REALM", " > RMI_ERROR_INPUT", false},
	{"SMC_RMI_RTT_AUX_UNMAP_PROTECTED", " > RMI_ERROR_INPUT", " > RMI_ERROR_INPUT", false},
};

/* The end of the line at `line` is the plant's; NULL: it is another line. */
static const char *end_of(const char *line, const char *newline, const struct plant *plant)
{
	const size_t length = strlen(plant->ends);

	if (strncmp(line, plant->begins, strlen(plant->begins)) != 0 ||
	    (size_t)(newline - line) < length || memcmp(newline - length, plant->ends, length) != 0)
		return NULL;
	return newline - length;
}

static void judge(const char *text, size_t size, size_t number, const struct plant *plant)
{
	struct log *log = read_text(text, size);
	struct log_result result;

	assert_true(log_check(log, &result));
	if (plant->provable && (!result.wrong_count || result.at[0].line > number))
		fail_msg("not found: line %zu: %s", number, log->lines[number - 1]);
	if (!plant->provable && result.wrong_count)
		fail_msg("called wrong: line %zu: %s", number, log->lines[number - 1]);
	log_result_free(&result);
	log_free(log);
}

/* The first line of the life that suits, changed; false if there is none. */
static bool plant_fault(const struct life *life, const struct plant *plant)
{
	const char *text = life->text[LOG_08], *newline;
	size_t number = 1;

	for (const char *line = text; *line; line = newline + 1, number++) {
		const char *end;
		char *changed;
		size_t size;

		newline = strchr(line, '\n');
		end = end_of(line, newline, plant);
		if (!end)
			continue;
		size = (size_t)(end - text) + strlen(plant->other) + strlen(newline);
		changed = malloc(size + 1);
		assert_non_null(changed);
		snprintf(changed, size + 1, "%.*s%s%s", (int)(end - text), text, plant->other,
			 newline);
		judge(changed, size, number, plant);
		free(changed);
		return true;
	}
	return false;
}

static void planted_faults_are_found(void **state)
{
	unsigned int planted = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct life life;

		life_run(&life, seed, STEPS);
		for (size_t i = 0; i < sizeof(plants) / sizeof(plants[0]); i++)
			planted += plant_fault(&life, &plants[i]);
		life_free(&life);
	}
	assert_true(planted >= 200);
}

/* One to three characters of one call's line are gone; false if nothing of it is called wrong. */
static bool lose_characters(const struct life *life, struct random *random)
{
	const char *text = life->text[LOG_08];
	const size_t size = life->size[LOG_08], lost = 1 + random_below(random, 3);
	const size_t at = random_below(random, size - lost);
	char *left = malloc(size + 1);
	struct log_result result;
	struct log *log;
	bool wrong;

	assert_non_null(left);
	memcpy(left, text, at);
	memcpy(left + at, text + at + lost, size - at - lost);
	log = read_text(left, size - lost);
	assert_true(log_check(log, &result));
	wrong = result.wrong_count != 0;
	log_result_free(&result);
	log_free(log);
	free(left);
	return wrong;
}

#define LOSSES_PER_LIFE 10

/* Digits can be lost so that another plausible number is left, so a few are called wrong. */
static void lost_characters_are_seldom_called_wrong(void **state)
{
	struct random random = {.state = 1};
	unsigned int wrong = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct life life;

		life_run(&life, seed, STEPS);
		for (unsigned int i = 0; i < LOSSES_PER_LIFE; i++)
			wrong += lose_characters(&life, &random);
		life_free(&life);
	}
	assert_in_range(wrong, 0, 40 * LOSSES_PER_LIFE * 2 / 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_of_a_life_is_wrong),
		cmocka_unit_test(planted_faults_are_found),
		cmocka_unit_test(lost_characters_are_seldom_called_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
