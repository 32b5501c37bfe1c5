/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/peer.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct peer {
	FILE *to, *from;
	struct sequence start;
};

static void fail(const char *text)
{
	fprintf(stderr, "fuzz: peer: %s\n", text);
	exit(2);
}

struct peer *peer_open(const char *command)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int to[2], from[2];
	pid_t child;

	/* A peer that has ended is noticed when it does not answer. */
	signal(SIGPIPE, SIG_IGN);
	if (!peer || pipe(to) || pipe(from))
		fail("no pipe");
	child = fork();
	if (child == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		close(to[1]);
		close(from[0]);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	peer->to = fdopen(to[1], "w");
	peer->from = fdopen(from[0], "r");
	if (child < 0 || !peer->to || !peer->from)
		fail("cannot start it");
	return peer;
}

/* Every line is answered by one. */
static void exchange(struct peer *peer, char *answer, size_t size)
{
	fflush(peer->to);
	if (!fgets(answer, (int)size, peer->from))
		fail("it does not answer");
}

/* {"x":["0x0",...]}: as many numbers as there are. */
static void read_registers(const char *answer, uint64_t *x, unsigned int count)
{
	const char *at = strstr(answer, "\"x\"");

	memset(x, 0, count * sizeof(*x));
	for (unsigned int n = 0; at && n < count; n++) {
		at = strstr(at, "\"0x");
		if (!at)
			return;
		x[n] = strtoull(at + 1, NULL, 16);
		at = strchr(at + 1, '"');
		if (!at)
			fail("a line without the closing quotation mark");
		at++;
	}
}

/* A step in the words of a script; numbers instead of granules are in the script's own names. */
static void send_step(struct peer *peer, const char *op, const struct sequence_step *step)
{
	char text[8192];

	sequence_print_step(step, text, sizeof(text));
	fprintf(peer->to, "{\"op\":\"%s\",\"step\":\"%s\"}\n", op, text);
}

static void send_call(struct peer *peer, const struct sequence_step *step, const uint64_t *x)
{
	fprintf(peer->to, "{\"op\":\"smc\",\"pe\":%u,\"x\":[", step->pe);
	for (unsigned int n = 0; n < 11; n++)
		fprintf(peer->to, "%s\"0x%" PRIx64 "\"", n ? "," : "", x[n]);
	fprintf(peer->to, "]}\n");
}

/* The Realm's steps go ahead: they are what it will do. */
static void send_realm(struct peer *peer, const struct sequence *sequence, unsigned int at)
{
	char answer[4096];

	for (; at < sequence->count &&
	       (sequence_is_realm(&sequence->step[at]) || sequence->step[at].during);
	     at++) {
		send_step(peer, "realm", &sequence->step[at]);
		exchange(peer, answer, sizeof(answer));
	}
}

static void call(struct peer *peer, const struct sequence *sequence, unsigned int index,
		 struct sequence_log *log)
{
	const struct sequence_step *step = &sequence->step[index];
	const bool raw = step->op == SEQUENCE_SMC;
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	uint64_t x[18] = {0};
	char answer[4096];

	if (!raw)
		x[0] = smc_command(step->command)->fid;
	memcpy(&x[!raw], step->value, count * sizeof(*x));
	for (unsigned int n = 0; n < step->times; n++) {
		struct sequence_log_call *line = &log->call[log->count];

		send_call(peer, step, x);
		exchange(peer, answer, sizeof(answer));
		if (log->count == SEQUENCE_MAX_CALLS)
			return;
		log->count++;
		*line = (struct sequence_log_call){.step = index};
		line->command = smc_decode(true, (uint32_t)x[0], 0);
		read_registers(answer, line->x, 7);
		sequence_advance(rows, count, &x[!raw]);
	}
}

static void run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log)
{
	char answer[4096];

	sequence_log_begin(log);
	for (unsigned int i = 0; i < sequence->count; i++) {
		const struct sequence_step *step = &sequence->step[i];

		if (sequence_is_realm(step) || step->during)
			continue;
		send_realm(peer, sequence, i + 1);
		if (step->op <= SEQUENCE_SMC) {
			call(peer, sequence, i, log);
			continue;
		}
		send_step(peer, "host", step);
		exchange(peer, answer, sizeof(answer));
	}
}

void peer_run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log)
{
	struct trace_error error;
	char answer[4096];

	fprintf(peer->to, "{\"op\":\"boot\",\"machine\":\"%s\"}\n",
		sequence_machine_name(sequence->machine));
	exchange(peer, answer, sizeof(answer));
	if (!sequence_parse(&peer->start, sequence_start_script(sequence->start), &error))
		fail("a start is no script");
	run(peer, &peer->start, log);
	run(peer, sequence, log);
}
