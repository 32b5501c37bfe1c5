/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#if RMMSIM_HAVE_UNICORN
/* Sockets, and frames: $packet#checksum, acknowledged by + unless the debugger wants none. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/gdb.h"

#define PORT_DEFAULT 1234
#define PATIENCE_MS  5000
#define INTERRUPT    0x03
#define ESCAPE       '}'
#define ESCAPE_BIT   0x20

static bool fail(const char *where)
{
	fprintf(stderr, "rmmsim run: --gdb %s: %s\n", where, strerror(errno));
	return false;
}

static bool listen_port(struct gdb_link *link, uint16_t port, const char *where)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);
	const int one = 1;

	link->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (link->listener < 0)
		return fail(where);
	setsockopt(link->listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(link->listener, (struct sockaddr *)&address, size) || listen(link->listener, 1) ||
	    getsockname(link->listener, (struct sockaddr *)&address, &size))
		return fail(where);
	fprintf(stderr, "rmmsim run: waiting for gdb: target remote localhost:%u\n",
		ntohs(address.sin_port));
	return true;
}

static bool listen_path(struct gdb_link *link, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(path);
	}
	strcpy(address.sun_path, path);
	link->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (link->listener < 0 ||
	    bind(link->listener, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(link->listener, 1))
		return fail(path);
	link->path = path;
	fprintf(stderr, "rmmsim run: waiting for gdb: target remote %s\n", path);
	return true;
}

bool gdb_link_open(struct gdb_link *link, const char *where)
{
	char *end;
	const unsigned long port = strtoul(where, &end, 10);

	if (!*where)
		return listen_port(link, PORT_DEFAULT, where);
	if (*end)
		return listen_path(link, where);
	if (port <= UINT16_MAX)
		return listen_port(link, (uint16_t)port, where);
	fprintf(stderr, "rmmsim run: --gdb %s: ports end at 65535\n", where);
	return false;
}

void gdb_link_drop(struct gdb_link *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
	link->in_at = link->in_count = 0;
	link->no_ack = false;
}

void gdb_link_close(struct gdb_link *link)
{
	gdb_link_drop(link);
	if (link->listener >= 0)
		close(link->listener);
	if (link->path)
		unlink(link->path);
	link->listener = -1;
}

/* False: nothing came; with `wait`, a signal did. */
static bool ready(int fd, bool wait, int signals)
{
	struct pollfd fds[2] = {{.fd = fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
	int count;

	do {
		count = poll(fds, wait ? 2 : 1, wait ? -1 : 0);
	} while (count < 0 && errno == EINTR);
	return count > 0 && fds[0].revents;
}

bool gdb_link_accept(struct gdb_link *link, bool wait, int signals)
{
	const int one = 1;

	if (link->fd >= 0 || !ready(link->listener, wait, signals))
		return false;
	link->fd = accept4(link->listener, NULL, NULL, SOCK_CLOEXEC);
	if (link->fd < 0)
		return false;
	setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return true;
}

/* --- bytes ------------------------------------------------------------------------------------------ */

/* A debugger that reads nothing must not hold the run up for ever. */
static bool writable(int fd)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};
	int count;

	do {
		count = poll(&ready, 1, PATIENCE_MS);
	} while (count < 0 && errno == EINTR);
	return count > 0;
}

static void put(struct gdb_link *link, const char *bytes, size_t size)
{
	while (size && link->fd >= 0) {
		const ssize_t done = send(link->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done < 0 && (errno == EINTR || (errno == EAGAIN && writable(link->fd))))
			continue;
		if (done <= 0) {
			gdb_link_drop(link);
			return;
		}
		bytes += done;
		size -= (size_t)done;
	}
}

/* -1: the connection is gone, or a signal came. */
static int next_byte(struct gdb_link *link, int signals)
{
	ssize_t got;

	if (link->in_at < link->in_count)
		return link->in[link->in_at++];
	if (link->fd < 0 || !ready(link->fd, true, signals))
		return -1;
	got = recv(link->fd, link->in, sizeof(link->in), 0);
	if (got <= 0) {
		gdb_link_drop(link);
		return -1;
	}
	link->in_at = 1;
	link->in_count = (size_t)got;
	return link->in[0];
}

/* After '$', up to '#': false if the packet is too long, or the connection is gone. */
static bool read_body(struct gdb_link *link, int signals, uint8_t *sum)
{
	bool escaped = false;
	int c;

	link->packet_size = 0;
	for (*sum = 0; (c = next_byte(link, signals)) >= 0 && c != '#';
	     *sum = (uint8_t)(*sum + c)) {
		if (c == ESCAPE && !escaped) {
			escaped = true;
			continue;
		}
		/* Of a packet that is too long the rest is read, and it is answered as unknown. */
		if (link->packet_size < GDB_PACKET)
			link->packet[link->packet_size++] = (char)(escaped ? c ^ ESCAPE_BIT : c);
		escaped = false;
	}
	link->packet[link->packet_size] = 0;
	return c == '#';
}

static bool checksum_is(struct gdb_link *link, int signals, uint8_t sum)
{
	const int high = next_byte(link, signals), low = high < 0 ? -1 : next_byte(link, signals);
	const char text[3] = {(char)high, (char)low, 0};
	uint8_t value = 0;

	return low >= 0 && gdb_bytes(text, &value, 1) && value == sum;
}

bool gdb_link_receive(struct gdb_link *link, int signals)
{
	uint8_t sum;
	int c;

	while ((c = next_byte(link, signals)) >= 0) {
		if (c == INTERRUPT) {
			/* It stands still already. */
			continue;
		}
		if (c != '$')
			continue;
		if (!read_body(link, signals, &sum))
			return false;
		if (checksum_is(link, signals, sum)) {
			put(link, "+", link->no_ack ? 0 : 1);
			return link->fd >= 0;
		}
		put(link, "-", link->no_ack ? 0 : 1);
	}
	return false;
}

void gdb_link_send(struct gdb_link *link, const char *text, size_t size)
{
	char frame[2 * GDB_REPLY + 4];
	uint8_t sum = 0;
	size_t at = 0;

	frame[at++] = '$';
	for (size_t i = 0; i < size; i++) {
		const char c = text[i];

		if (strchr("#$}*", c) && c) {
			frame[at++] = ESCAPE;
			sum = (uint8_t)(sum + ESCAPE);
			frame[at++] = (char)(c ^ ESCAPE_BIT);
		} else {
			frame[at++] = c;
		}
		sum = (uint8_t)(sum + (uint8_t)frame[at - 1]);
	}
	at += (size_t)snprintf(frame + at, 4, "#%02x", sum);
	put(link, frame, at);
}

bool gdb_link_interrupted(struct gdb_link *link)
{
	int c = 0;

	while (link->fd >= 0 && (link->in_at < link->in_count || ready(link->fd, false, -1))) {
		c = next_byte(link, -1);
		if (c < 0 || c == INTERRUPT)
			return true;
		if (c != '+' && c != '-') {
			/* A packet without being asked: it is read as such. */
			link->in_at--;
			return true;
		}
	}
	return c < 0;
}

#endif
