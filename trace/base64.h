/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_BASE64_H
#define TRACE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that `length` characters of RFC 4648 base64 with padding stand for; false if it is none. */
bool base64_size(const char *text, size_t length, size_t *size);
/* Decodes into `bytes`, which has room for base64_size(). False at a character that does not belong. */
bool base64_decode(const char *text, size_t length, uint8_t *bytes);

#endif
