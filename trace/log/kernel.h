/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_KERNEL_H
#define TRACE_LOG_KERNEL_H

#include <stdio.h>

#include "trace/log/log.h"

/*
 * SMCs of a Host as a Linux kernel's tracing shows them: the text of tools/recorder/. A line with
 * "rmi_call: x0=.. x1=.." and, for the same task, one with "rmi_return: x0=.." are one call.
 */

/* These lines are such a trace, not a console log. */
bool kernel_recognise(const struct log *log);
/* Writes a recording without content of memory; returns the number of calls. 0 without memory, too. */
size_t kernel_import(const struct log *log, FILE *out);

#endif
