/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_CONSOLE_H
#define BOARD_CONSOLE_H

/*
 * The other end of the board's UART: two file descriptors. Each byte that the Realm sends is written at
 * once, so none is lost, even if a signal ends the process. A terminal is raw from the time when the Realm
 * first listens: its keys go to the Realm, Ctrl-A h tells which do not.
 *
 * What a regular file holds is there when the Realm asks, so a run with it is repeatable; bytes of
 * terminals and pipes come when they come.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

struct console {
	int in, out;
	bool asked;    /* the Realm has listened */
	bool ended;    /* no input any more */
	bool failed;   /* an output was lost */
	bool terminal; /* `before` is to be restored */
	bool prefix;   /* Ctrl-A was typed */
	bool leave;    /* Ctrl-A x was typed */
	struct termios before;
};

/* `in` may be -1: no input. */
void console_open(struct console *console, int in, int out);
void console_close(struct console *console);

void console_send(void *console, uint8_t byte);
/* At most `size` bytes of input that are there now. */
unsigned int console_take(struct console *console, uint8_t *bytes, unsigned int size);
/* Time does not fly while keys may come: the Realm listens to a terminal or pipe that has not ended. */
bool console_is_live(const struct console *console);

#endif
