/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* mkstemps() */
#include "tools/shrink_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/tool.h"

/* --- signals ------------------------------------------------------------------------------------- */

static void ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
}

void shrink_hold_signals(void)
{
	sigset_t set;

	ending_signals(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

/* A child is ended by them as ever. */
static void let_signals_in(void)
{
	sigset_t set;

	ending_signals(&set);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool shrink_ends(struct shrink_predicate *predicate)
{
	sigset_t pending;

	if (sigpending(&pending) == 0 &&
	    (sigismember(&pending, SIGINT) || sigismember(&pending, SIGTERM)))
		predicate->stopped = true;
	return predicate->stopped || predicate->error;
}

int shrink_status(const struct shrink_predicate *predicate)
{
	if (predicate->error) {
		fprintf(stderr, "rmmsim shrink: ended early, a file for the attempt: %s\n",
			strerror(predicate->error));
		return TOOL_INTERNAL;
	}
	if (!predicate->stopped)
		return tool_finish(TOOL_OK);
	fprintf(stderr, "rmmsim shrink: interrupted; this is what was left\n");
	return SHRINK_INTERRUPTED;
}

/* --- files --------------------------------------------------------------------------------------- */

static bool all_written(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		const ssize_t done = write(fd, at, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		at += done;
		size -= (size_t)done;
	}
	return true;
}

bool shrink_file(struct shrink_predicate *predicate, const char *suffix, const void *data,
		 size_t size, char path[SHRINK_PATH])
{
	const char *directory = getenv("TMPDIR");
	bool good;
	int fd;

	if (!directory || !*directory || strlen(directory) > SHRINK_PATH - 64)
		directory = "/tmp";
	snprintf(path, SHRINK_PATH, "%s/rmmsim-shrink-XXXXXX%s", directory, suffix);
	fd = mkstemps(path, (int)strlen(suffix));
	if (fd < 0) {
		predicate->error = errno;
		return false;
	}
	good = all_written(fd, data, size);
	predicate->error = good ? 0 : errno;
	close(fd);
	if (!good)
		unlink(path);
	return good;
}

static bool is_writable(const char *output)
{
	char directory[SHRINK_PATH];
	struct stat status;
	char *slash;

	if (stat(output, &status) == 0) {
		errno = S_ISDIR(status.st_mode) ? EISDIR : 0;
		return errno == 0 && access(output, W_OK) == 0;
	}
	snprintf(directory, sizeof(directory), "%s", output);
	slash = strrchr(directory, '/');
	if (!slash)
		return access(".", W_OK) == 0;
	slash[slash == directory] = '\0';
	return access(directory, W_OK | X_OK) == 0;
}

bool shrink_output_usable(const char *output)
{
	if (!output || is_writable(output))
		return true;
	fprintf(stderr, "rmmsim shrink: cannot write %s: %s\n", output, strerror(errno));
	return false;
}

/* --- processes ----------------------------------------------------------------------------------- */

static int status_of(pid_t child)
{
	int status = -1;

	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* An attempt that the person has ended says nothing. */
static bool is_judged(struct shrink_predicate *predicate)
{
	return !shrink_ends(predicate);
}

bool shrink_crashes(struct shrink_predicate *predicate, void (*run)(const void *context),
		    const void *context)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		const int null = open("/dev/null", O_WRONLY);

		let_signals_in();
		dup2(null, STDERR_FILENO);
		run(context);
		_exit(0);
	}
	status = status_of(child);
	return child > 0 && is_judged(predicate) &&
	       (WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static int run_shell(const char *line)
{
	const pid_t child = fork();

	if (child == 0) {
		let_signals_in();
		execl("/bin/sh", "sh", "-c", line, (char *)NULL);
		_exit(127);
	}
	return status_of(child);
}

/* What the shell says of a command that does not exist or cannot be executed. */
static bool is_unusable(int status)
{
	return status == -1 ||
	       (WIFEXITED(status) && WEXITSTATUS(status) >= 126 && WEXITSTATUS(status) <= 127);
}

bool shrink_command_fails(struct shrink_predicate *predicate, const char *suffix, const void *data,
			  size_t size)
{
	char path[SHRINK_PATH], line[8192];
	int status = -1;

	if (!shrink_file(predicate, suffix, data, size, path))
		return false;
	fflush(NULL);
	if ((size_t)snprintf(line, sizeof(line), "%s '%s' >/dev/null 2>&1", predicate->command,
			     path) < sizeof(line))
		status = run_shell(line);
	unlink(path);
	if (!is_judged(predicate))
		return false;
	predicate->unusable = is_unusable(status);
	return status != 0 && !predicate->unusable;
}
