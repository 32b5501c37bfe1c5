/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_NOTES_H
#define TRACE_LOG_NOTES_H

#include "trace/log/log.h"

/* A line of the boot banner; *boot gets what it says. */
bool log_banner(const char *text, struct log_boot *boot);
/* Another line that only the monitor prints. */
bool log_note(const char *text);
/* "Measurement (SHA256): 0x.." */
bool log_digest(const char *text, struct log_digest *digest);

#endif
