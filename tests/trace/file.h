/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_TRACE_FILE_H
#define TESTS_TRACE_FILE_H

/* Recordings written by tests. */

#include <stddef.h>

#include "trace/reader.h"
#include "trace/replay.h"

/* A header line without newline: 16 MiB at 0x80000000, 1 MiB of device memory at 0x50000000, 4 PEs. */
extern const char file_header[];

/* Writes the bytes to a file and returns its path (static storage, valid until the next call). */
const char *file_write(const void *bytes, size_t size);
/* The same, compressed; `cut` bytes are missing at the end. */
const char *file_write_gzip(const void *bytes, size_t size, size_t cut);

/* Reads the header followed by `lines` (NULL at the end). */
struct trace *file_read(const char *const *lines, bool strict, struct trace_error *error);
/* Reads exactly this text. */
struct trace *file_read_text(const char *text, bool strict, struct trace_error *error);

/* The text of a recording of tests/traces, "attest-01"; the caller frees it. */
char *file_recording(const char *name);
/* Replaces `old`, which must stand in the text once, and frees the text given. */
char *file_edit(char *text, const char *old, const char *with);

#endif
