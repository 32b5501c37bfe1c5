/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/console.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX 0x01 /* Ctrl-A */

static bool is_regular(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

void console_open(struct console *console, int in, int out)
{
	*console = (struct console){.in = in, .out = out, .ended = in < 0};
}

/* Not before the Realm listens: until then Ctrl-C ends the run. */
static void make_raw(struct console *console)
{
	struct termios raw;

	console->asked = true;
	if (!isatty(console->in) || tcgetattr(console->in, &console->before))
		return;
	raw = console->before;
	cfmakeraw(&raw);
	/* Lines of messages still begin at the left. */
	raw.c_oflag |= OPOST;
	console->terminal = tcsetattr(console->in, TCSANOW, &raw) == 0;
}

void console_close(struct console *console)
{
	if (console->terminal)
		tcsetattr(console->in, TCSANOW, &console->before);
	console->terminal = false;
}

static void put(struct console *console, const char *bytes, size_t size)
{
	while (size && !console->failed) {
		const ssize_t done = write(console->out, bytes, size);

		if (done < 0 && errno != EINTR && errno != EAGAIN)
			console->failed = true;
		if (done > 0) {
			bytes += done;
			size -= (size_t)done;
		}
	}
}

void console_send(void *console, uint8_t byte)
{
	const char c = (char)byte;

	put(console, &c, 1);
}

static void help(struct console *console)
{
	static const char text[] = "\n"
				   "Ctrl-A h       this text\n"
				   "Ctrl-A x       ends the run\n"
				   "Ctrl-A Ctrl-A  sends Ctrl-A\n";

	put(console, text, sizeof(text) - 1);
}

/* A key of a terminal; true if it is for the Realm. */
static bool key(struct console *console, uint8_t byte)
{
	if (!console->prefix) {
		console->prefix = byte == PREFIX;
		return !console->prefix;
	}
	console->prefix = false;
	if (byte == 'x')
		console->leave = true;
	if (byte == 'h')
		help(console);
	return byte == PREFIX;
}

unsigned int console_take(struct console *console, uint8_t *bytes, unsigned int size)
{
	struct pollfd ready = {.fd = console->in, .events = POLLIN};
	unsigned int count = 0;
	ssize_t got;

	if (console->ended || !size)
		return 0;
	if (!console->asked)
		make_raw(console);
	if (poll(&ready, 1, 0) <= 0)
		return 0;
	got = read(console->in, bytes, size);
	if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
		console->ended = true;
	if (got <= 0 || !console->terminal)
		return got > 0 ? (unsigned int)got : 0;
	for (ssize_t i = 0; i < got; i++) {
		if (key(console, bytes[i]))
			bytes[count++] = bytes[i];
	}
	return count;
}

bool console_is_live(const struct console *console)
{
	return console->asked && !console->ended && !is_regular(console->in);
}
