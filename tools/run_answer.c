/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* What the Host says to host calls, and what shared memory holds at first. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/run_answer.h"

#define END_CALL   0x100
#define VALUES_MAX 31
#define LINES_MAX  (UINT64_C(1) << 20)

/* --- values -------------------------------------------------------------------------------------- */

/* A number, U or U+number at *text, which moves behind it. */
static bool read_value(const char **text, uint64_t unprotected, uint64_t *value)
{
	char *end;

	*value = 0;
	if (**text == 'U') {
		*value = unprotected;
		if (*++*text != '+')
			return true;
		++*text;
	}
	if (!strchr("0123456789", **text) || !**text)
		return false;
	errno = 0;
	*value += strtoull(*text, &end, 0);
	*text = end;
	return !errno;
}

/* Values with commas between them, up to the end of the line. Returns their number, 0 if something is wrong. */
static unsigned int read_line(const char *text, uint64_t unprotected, uint64_t values[VALUES_MAX])
{
	unsigned int count = 0;

	while (count < VALUES_MAX) {
		if (!read_value(&text, unprotected, &values[count++]))
			return 0;
		text += strspn(text, " \t\r");
		if (!*text || *text == '\n')
			return count;
		if (*text++ != ',')
			return 0;
		text += strspn(text, " \t");
	}
	return 0;
}

/* --- reading the options --------------------------------------------------------------------------- */

static bool read_answer_file(struct run_answer_rule *rule, const char *path, uint64_t unprotected)
{
	uint64_t values[VALUES_MAX];
	struct run_file file;
	unsigned int number = 0;

	if (!run_file_read(path, LINES_MAX, &file)) {
		free(file.bytes);
		return false;
	}
	rule->lines = calloc(1, file.size + 1);
	if (rule->lines)
		memcpy(rule->lines, file.bytes, file.size);
	free(file.bytes);
	rule->next = rule->lines;
	for (const char *line = rule->lines; line && *line; line = strchr(line, '\n')) {
		line += number++ ? 1 : 0;
		if (*line && !read_line(line, unprotected, values))
			return run_bad(path, "line %u is no list of values", number);
	}
	return rule->lines || run_bad(path, "no memory");
}

static bool read_rule(struct run_answer_rule *rule, const char *text, uint64_t unprotected)
{
	uint64_t values[VALUES_MAX];
	char *equals;

	errno = 0;
	rule->imm = strtoull(text, &equals, 0);
	if (errno || equals == text || *equals != '=')
		return run_bad("--host-call", "'%s': N=VALUE, N=@FILE, N=print or N=exit is wanted",
			       text);
	rule->next = equals + 1;
	if (!strcmp(rule->next, "print"))
		rule->kind = RUN_ANSWER_PRINT;
	else if (!strcmp(rule->next, "exit"))
		rule->kind = RUN_ANSWER_EXIT;
	else if (rule->next[0] == '@')
		return read_answer_file(rule, rule->next + 1, unprotected);
	else if (!read_line(rule->next, unprotected, values))
		return run_bad("--host-call", "'%s': a value is a number, U or U+number", text);
	return true;
}

/* FILE[@OFFSET]; a file whose name ends so is taken as it is. */
static bool read_shared(struct run_answers *answers, const char *text)
{
	char path[4096];
	const char *at = strrchr(text, '@');
	char *end = NULL;

	snprintf(path, sizeof(path), "%s", text);
	if (at && at[1] >= '0' && at[1] <= '9')
		answers->shared_offset = strtoull(at + 1, &end, 0);
	if (end && !*end)
		path[at - text] = '\0';
	else
		answers->shared_offset = 0;
	if (!run_file_read(path, RUN_SHARED_SIZE, &answers->shared))
		return false;
	if (answers->shared_offset <= RUN_SHARED_SIZE - answers->shared.size)
		return true;
	return run_bad(path, "does not fit into shared memory, which has 0x%llx bytes",
		       (unsigned long long)RUN_SHARED_SIZE);
}

bool run_answers_open(struct run_host *h)
{
	const struct run_options *o = &h->options;
	const uint64_t unprotected = UINT64_C(1) << (o->width - 1);
	bool good;

	h->answers = calloc(1, sizeof(*h->answers));
	good = h->answers && (!o->shared || read_shared(h->answers, o->shared));
	for (unsigned int i = 0; good && i < o->host_call_count; i++)
		good = read_rule(&h->answers->rules[i], o->host_calls[i], unprotected);
	if (good && o->on_host_call)
		good = run_ask_open(h, o->on_host_call);
	if (!good)
		run_end(h, RUN_END_USAGE, "%s", "");
	return good;
}

void run_answers_close(struct run_host *h)
{
	if (!h->answers)
		return;
	run_ask_close(h);
	for (unsigned int i = 0; i < RUN_MAX_ANSWERS; i++)
		free(h->answers->rules[i].lines);
	free(h->answers->shared.bytes);
	free(h->answers);
}

/* --- shared memory ------------------------------------------------------------------------------------ */

void run_answers_fill(struct run_host *h, unsigned int page, uint64_t pa)
{
	const struct run_answers *answers = h->answers;
	const uint64_t start = page * RUN_PAGE, from = answers->shared_offset,
		       to = from + answers->shared.size;
	const uint64_t first = from > start ? from : start;
	const uint64_t last = to < start + RUN_PAGE ? to : start + RUN_PAGE;

	h->shared[page] = pa;
	if (first < last)
		rmmsim_host_write(h->sim, pa + (first - start),
				  answers->shared.bytes + (first - from), last - first);
}

/* The text at `ipa`, or at the start of shared memory if that is elsewhere, up to its NUL. */
static void print_text(struct run_host *h, uint64_t ipa)
{
	uint64_t offset = ipa - h->unprotected - RUN_SHARED;
	uint8_t byte = 0;

	for (offset = offset < h->shared_size ? offset : 0; offset < h->shared_size; offset++) {
		const uint64_t pa = h->shared[offset / RUN_PAGE];

		if (!pa ||
		    rmmsim_host_read(h->sim, pa + offset % RUN_PAGE, &byte, 1) != RMMSIM_OK ||
		    !byte)
			return;
		console_send(&h->console, byte);
	}
}

/* --- answering ------------------------------------------------------------------------------------------ */

/* The answer of a line; of several, one for each call, and the last for all that follow. */
static void answer_values(struct run_host *h, struct run_rec *rec, struct run_answer_rule *rule)
{
	const char *next = strchr(rule->next, '\n');

	read_line(rule->next, h->unprotected, rec->enter.gprs);
	if (next && next[1])
		rule->next = next + 1;
}

static struct run_answer_rule *find_rule(struct run_host *h, uint64_t imm)
{
	for (unsigned int i = 0; i < h->options.host_call_count; i++) {
		if (h->answers->rules[i].imm == imm)
			return &h->answers->rules[i];
	}
	return NULL;
}

static void tell(const struct rmi_rec_exit *exit)
{
	fprintf(stderr, "host call 0x%" PRIx64 " from P%" PRIu64 ":", exit->imm, exit->plane);
	for (int i = 0; i < 4; i++)
		fprintf(stderr, " 0x%" PRIx64, exit->gprs[i]);
	fputc('\n', stderr);
}

void run_answer(struct run_host *h, struct run_rec *rec)
{
	const struct rmi_rec_exit *exit = &h->exit;
	struct run_answer_rule *rule = find_rule(h, exit->imm);

	memcpy(rec->enter.gprs, exit->gprs, sizeof(rec->enter.gprs));
	if (rule && rule->kind == RUN_ANSWER_PRINT) {
		print_text(h, exit->gprs[0]);
		return;
	}
	if (rule && rule->kind == RUN_ANSWER_EXIT) {
		run_end(h, (int)(exit->gprs[0] & 0xff), "%s", "");
		return;
	}
	if (!rule && h->answers->ask) {
		run_ask(h, rec);
		return;
	}
	tell(exit);
	if (rule)
		answer_values(h, rec, rule);
	else if (exit->imm == END_CALL)
		run_end(h, (int)(exit->gprs[0] & 0xff), "%s", "");
}

#endif
