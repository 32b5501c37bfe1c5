/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_IMPORT_H
#define TRACE_LOG_IMPORT_H

#include <stdio.h>

#include "trace/log/log.h"

/*
 * Writes the calls of a log from its last start of the monitor on as a recording with holes
 * (docs/trace-format.md, section 8). Returns the number of calls of the Host.
 */
size_t log_import(const struct log *log, FILE *out);
/* A member that is a list of register values, with a comma before it. */
void log_put_words(FILE *out, const char *name, const uint64_t *words, unsigned int count);

#endif
