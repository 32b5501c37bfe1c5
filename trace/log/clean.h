/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_CLEAN_H
#define TRACE_LOG_CLEAN_H

#include <stddef.h>

/*
 * Takes off one line of a log what collectors of consoles add (tf-rmm-log.md#1): escape sequences, NUL
 * and CR anywhere, and prefixes with a port's name or a time. Works in place; returns where the text
 * begins, which is terminated.
 */
char *log_clean(char *line, size_t length);

#endif
