/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_OUTPUT_H
#define TRACE_OUTPUT_H

#include <stdio.h>

/* A file to write text to, compressed with gzip if its name ends in .gz. NULL and errno if it cannot be made. */
FILE *output_open(const char *path);

#endif
