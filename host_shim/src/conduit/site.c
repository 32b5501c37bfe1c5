/* SPDX-License-Identifier: BSD-3-Clause */
/* Which line of the code under test a finding is about. host-shim.md#8.4 */
#define _GNU_SOURCE
#include "host_shim/src/conduit/shim.h"

#include <ctype.h>
#include <string.h>

#define MAX_FRAMES 24

/* Names of a kernel tree's files are relative to it; those of others are absolute, or the shim's own. */
static bool is_of_tree(const char *path)
{
	static const char *const parts[] = {"arch/",   "drivers/", "virt/",    "include/",
					    "kernel/", "mm/",      "security/"};

	for (unsigned int i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strncmp(path, parts[i], strlen(parts[i])) == 0)
			return true;
	return false;
}

/* "arch/arm64/kvm/rme.c:10" at `at`: its length, else 0. */
static size_t place_at(const char *at)
{
	size_t n = 0;

	if (!is_of_tree(at))
		return 0;
	while (isalnum((unsigned char)at[n]) || strchr("/._-+", at[n] ? at[n] : ' '))
		n++;
	if (at[n] != ':' || !isdigit((unsigned char)at[n + 1]))
		return 0;
	for (n++; isdigit((unsigned char)at[n]);)
		n++;
	return n;
}

/* The name before " (" or " +0x..", which a symbol has before its place. */
static size_t function_before(const char *text, const char *place, const char **start)
{
	const char *end = place, *at;

	if (end - text < 3 || end[-1] != '(' || end[-2] != ' ')
		return 0;
	end -= 2;
	for (at = end; at > text && at[-1] != ' ' && at[-1] != '\n'; at--)
		;
	if (*at == '+') {
		for (end = at > text ? at - 1 : at, at = end;
		     at > text && at[-1] != ' ' && at[-1] != '\n'; at--)
			;
	}
	*start = at;
	return (size_t)(end - at);
}

static bool site_in(const char *text, char *buf, size_t size)
{
	for (const char *at = text; *at; at++) {
		const size_t n = at == text || !isalnum((unsigned char)at[-1]) ? place_at(at) : 0;
		const char *name = NULL;
		size_t length;

		if (!n)
			continue;
		length = function_before(text, at, &name);
		if (length)
			snprintf(buf, size, "%.*s (%.*s)", (int)length, name, (int)n, at);
		else
			snprintf(buf, size, "%.*s", (int)n, at);
		return true;
	}
	return false;
}

static bool site_of_calls(char *buf, size_t size)
{
	void *site[MAX_FRAMES];
	char name[256];

	shim_backtrace(site, MAX_FRAMES, __builtin_frame_address(0));
	for (unsigned int i = 0; i < MAX_FRAMES && site[i]; i++) {
		shim_symbol((const char *)site[i] - 1, name, sizeof(name));
		if (site_in(name, buf, size))
			return true;
	}
	return false;
}

void shim_site(const char *text, const char *place, char *buf, size_t size)
{
	buf[0] = 0;
	if (place && (site_in(place, buf, size) || place == text))
		return;
	if (!site_of_calls(buf, size))
		site_in(text, buf, size);
}
