/* SPDX-License-Identifier: BSD-3-Clause */
#include "fuzz/peer.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

struct peer {
	FILE *to;
	int from;
	pid_t child;
	int timeout;                    /* ms */
	const struct sequence *running; /* NULL: none yet */
	char sent[10240];               /* the last line */
	char answer[4096];
};

/* What the process became, if it has ended. */
static void print_end(const struct peer *peer)
{
	int status;

	for (unsigned int i = 0; i < 50; i++) {
		if (waitpid(peer->child, &status, WNOHANG) == peer->child) {
			fprintf(stderr, "fuzz: peer: it ended with %s %d\n",
				WIFSIGNALED(status) ? "signal" : "exit status",
				WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
			return;
		}
		poll(NULL, 0, 10);
	}
}

/* With all that tells why: what it was sent last, what it said, and the sequence that led there. */
__attribute__((noreturn)) static void fail(const struct peer *peer, const char *text)
{
	static char script[65536];

	fprintf(stderr, "fuzz: peer: %s\n", text);
	if (peer && peer->child > 0) {
		print_end(peer);
		kill(-peer->child, SIGKILL);
	}
	if (peer && peer->sent[0])
		fprintf(stderr, "fuzz: peer: it was sent   %s", peer->sent);
	if (peer && peer->answer[0])
		fprintf(stderr, "fuzz: peer: it answered   %s\n", peer->answer);
	if (peer && peer->running) {
		sequence_print(peer->running, script, sizeof(script));
		fprintf(stderr, "%s", script);
	}
	exit(2);
}

static void become(const char *command, const int to[2], const int from[2])
{
	/* A group of its own: all of it is ended if it hangs. */
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	dup2(to[0], STDIN_FILENO);
	dup2(from[1], STDOUT_FILENO);
	close(to[0]);
	close(to[1]);
	close(from[0]);
	close(from[1]);
	execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

struct peer *peer_open(const char *command, unsigned int seconds)
{
	struct peer *peer = calloc(1, sizeof(*peer));
	int to[2], from[2];

	/* A peer that has ended is noticed when it does not answer. */
	signal(SIGPIPE, SIG_IGN);
	if (!peer || pipe(to) || pipe(from))
		fail(NULL, "no pipe");
	peer->child = fork();
	if (peer->child == 0)
		become(command, to, from);
	close(to[0]);
	close(from[1]);
	peer->to = fdopen(to[1], "w");
	peer->from = from[0];
	peer->timeout = seconds < 1000000 ? (int)seconds * 1000 : 1000000000;
	if (peer->child < 0 || !peer->to)
		fail(peer, "cannot start it");
	return peer;
}

/* More bytes of an answer of which `size` are there; returns how many are there then. */
static size_t more(struct peer *peer, size_t size)
{
	struct pollfd ready = {.fd = peer->from, .events = POLLIN};
	ssize_t got;
	int n;

	do
		n = poll(&ready, 1, peer->timeout);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		fail(peer, "it does not answer: no line in RMMSIM_FUZZ_PEER_TIMEOUT seconds");
	got = read(peer->from, peer->answer + size, sizeof(peer->answer) - 1 - size);
	if (got <= 0)
		fail(peer, "it does not answer: its output is closed");
	peer->answer[size + (size_t)got] = '\0';
	return size + (size_t)got;
}

/* One line each way; the answer is an object that the caller releases. */
static json_t *exchange(struct peer *peer)
{
	size_t size = 0;
	char *end;
	json_t *object;

	peer->answer[0] = '\0';
	fputs(peer->sent, peer->to);
	fflush(peer->to);
	do {
		if (size == sizeof(peer->answer) - 1)
			fail(peer, "a line of more than 4095 bytes");
		size = more(peer, size);
		end = strchr(peer->answer, '\n');
	} while (!end && size == strlen(peer->answer));
	if (!end || end != peer->answer + size - 1)
		fail(peer, "more than the one line that was asked for");
	*end = '\0';
	object = json_loads(peer->answer, 0, NULL);
	if (!json_is_object(object))
		fail(peer, "an answer that is no JSON object");
	return object;
}

static bool read_number(const json_t *value, uint64_t *number)
{
	const char *text = json_string_value(value);
	char *end;

	if (!text || strncmp(text, "0x", 2) || !text[2])
		return false;
	errno = 0;
	*number = strtoull(text, &end, 16);
	return !*end && !errno;
}

/* {"x":["0x0",...]}: 0 for those that are not there. */
static void exchange_registers(struct peer *peer, uint64_t *x, unsigned int count)
{
	json_t *object = exchange(peer);
	const json_t *list = json_object_get(object, "x"), *value;
	uint64_t number;
	size_t n;

	memset(x, 0, count * sizeof(*x));
	if (json_array_size(list) == 0)
		fail(peer, "an answer to a call without \"x\":[\"0x..\",..]");
	json_array_foreach(list, n, value)
	{
		if (!read_number(value, &number))
			fail(peer, "a register that is no \"0x..\" of 64 bits");
		if (n < count)
			x[n] = number;
	}
	json_decref(object);
}

/* A step in the words of a script; numbers instead of granules are in the script's own names. */
static void send_step(struct peer *peer, const char *op, const struct sequence_step *step)
{
	char text[8192];

	sequence_print_step(step, text, sizeof(text));
	snprintf(peer->sent, sizeof(peer->sent), "{\"op\":\"%s\",\"step\":\"%s\"}\n", op, text);
	json_decref(exchange(peer));
}

static void send_call(struct peer *peer, const struct sequence_step *step, const uint64_t *x,
		      struct sequence_log_call *line)
{
	size_t at = (size_t)snprintf(peer->sent, sizeof(peer->sent),
				     "{\"op\":\"smc\",\"pe\":%u,\"x\":[", step->pe);

	for (unsigned int n = 0; n < 11; n++)
		at += (size_t)snprintf(peer->sent + at, sizeof(peer->sent) - at,
				       "%s\"0x%" PRIx64 "\"", n ? "," : "", x[n]);
	snprintf(peer->sent + at, sizeof(peer->sent) - at, "]}\n");
	exchange_registers(peer, line->x, 7);
}

/* The Realm's steps go ahead: they are what it will do. */
static void send_realm(struct peer *peer, const struct sequence *sequence, unsigned int at)
{
	for (; at < sequence->count &&
	       (sequence_is_realm(&sequence->step[at]) || sequence->step[at].during);
	     at++)
		send_step(peer, "realm", &sequence->step[at]);
}

static void call(struct peer *peer, const struct sequence *sequence, unsigned int index,
		 struct sequence_log *log)
{
	const struct sequence_step *step = &sequence->step[index];
	const bool raw = step->op == SEQUENCE_SMC;
	const struct smc_value *rows;
	const unsigned int count = sequence_values(step, &rows);
	uint64_t x[18] = {0};

	if (!raw)
		x[0] = smc_command(step->command)->fid;
	memcpy(&x[!raw], step->value, count * sizeof(*x));
	for (unsigned int n = 0; n < step->times; n++) {
		struct sequence_log_call *line = &log->call[log->count];

		if (log->count == SEQUENCE_MAX_CALLS)
			return;
		log->count++;
		*line = (struct sequence_log_call){.step = index};
		line->command = smc_decode_any(SMC_FROM_HOST, (uint32_t)x[0]);
		send_call(peer, step, x, line);
		sequence_advance(rows, count, &x[!raw]);
	}
}

static void run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log)
{
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
	}
}

void peer_run(struct peer *peer, const struct sequence *sequence, struct sequence_log *log)
{
	peer->running = sequence;
	run(peer, sequence, log);
}

void peer_boot(struct peer *peer, unsigned int machine)
{
	peer->running = NULL;
	snprintf(peer->sent, sizeof(peer->sent), "{\"op\":\"boot\",\"machine\":\"%s\"}\n",
		 sequence_machine_name(machine));
	json_decref(exchange(peer));
}
