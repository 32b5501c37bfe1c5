/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/*
 * --on-host-call: a command that gets a line of JSON for each host call on its standard input, and answers it by
 * one on its standard output: docs/realms.md.
 */
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/run_answer.h"

#define GPRS 31

extern char **environ;

struct run_ask {
	FILE *socket;
	pid_t pid;
};

static bool start(struct run_ask *ask, const char *command, int fd)
{
	char shell[] = "sh", option[] = "-c";
	char *const arguments[] = {shell, option, (char *)(uintptr_t)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	int failed;

	/* The signals that this process waits for are not its children's to wait for. */
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, fd, STDOUT_FILENO);
	failed = posix_spawn(&ask->pid, "/bin/sh", &files, &attributes, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return !failed;
}

bool run_ask_open(struct run_host *h, const char *command)
{
	struct run_ask *ask = calloc(1, sizeof(*ask));
	int ends[2];

	h->answers->ask = ask;
	if (!ask || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return run_bad("--on-host-call", "cannot be started: %s", strerror(errno));
	ask->socket = fdopen(ends[0], "r");
	if (!ask->socket || !start(ask, command, ends[1])) {
		close(ends[1]);
		return run_bad("--on-host-call", "cannot be started");
	}
	close(ends[1]);
	return true;
}

void run_ask_close(struct run_host *h)
{
	struct run_ask *ask = h->answers->ask;

	if (!ask)
		return;
	/* The end of its input ends the command. */
	if (ask->socket)
		fclose(ask->socket);
	if (ask->pid)
		waitpid(ask->pid, NULL, 0);
	free(ask);
}

/* --- one call ------------------------------------------------------------------------------------- */

static bool send_call(const struct run_host *h, const struct run_rec *rec)
{
	const struct rmi_rec_exit *exit = &h->exit;
	json_t *gprs = json_array();
	char *text;
	bool sent;
	json_t *call;

	/* Text, because numbers of JSON are no 64-bit ones for many readers. */
	for (unsigned int i = 0; i < GPRS; i++)
		json_array_append_new(gprs,
				      json_sprintf("0x%llx", (unsigned long long)exit->gprs[i]));
	call = json_pack("{s:I,s:I,s:I,s:o}", "imm", (json_int_t)exit->imm, "plane",
			 (json_int_t)exit->plane, "rec", (json_int_t)(rec - h->recs), "gprs", gprs);
	text = call ? json_dumps(call, JSON_COMPACT) : NULL;
	json_decref(call);
	sent = text &&
	       send(fileno(h->answers->ask->socket), text, strlen(text), MSG_NOSIGNAL) > 0 &&
	       send(fileno(h->answers->ask->socket), "\n", 1, MSG_NOSIGNAL) == 1;
	free(text);
	return sent;
}

static bool take_value(const json_t *value, uint64_t *gpr)
{
	const char *text = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*gpr = (uint64_t)json_integer_value(value);
		return true;
	}
	if (!text)
		return false;
	errno = 0;
	*gpr = strtoull(text, &end, 0);
	return !errno && end != text && !*end;
}

static bool take_answer(struct run_host *h, struct run_rec *rec, const json_t *answer)
{
	const json_t *gprs = json_object_get(answer, "gprs"),
		     *end = json_object_get(answer, "exit");

	if (!json_is_object(answer) || (gprs && !json_is_array(gprs)) ||
	    json_array_size(gprs) > GPRS || (end && !json_is_integer(end)))
		return false;
	for (size_t i = 0; i < json_array_size(gprs); i++) {
		if (!take_value(json_array_get(gprs, i), &rec->enter.gprs[i]))
			return false;
	}
	if (end)
		run_end(h, (int)(json_integer_value(end) & 0xff), "%s", "");
	return true;
}

void run_ask(struct run_host *h, struct run_rec *rec)
{
	char *line = NULL;
	size_t room = 0;
	const bool got = send_call(h, rec) && getline(&line, &room, h->answers->ask->socket) > 0;
	json_t *answer = got ? json_loads(line, 0, NULL) : NULL;

	if (!got)
		run_end(h, RUN_END_USAGE, "the command of --on-host-call ended without an answer");
	else if (!take_answer(h, rec, answer))
		run_end(h, RUN_END_USAGE,
			"the command of --on-host-call answered with what is no "
			"{\"gprs\": [...], \"exit\": N}: %.200s",
			line);
	json_decref(answer);
	free(line);
}

#endif
