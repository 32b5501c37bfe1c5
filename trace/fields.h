/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_FIELDS_H
#define TRACE_FIELDS_H

#include <stddef.h>

/*
 * Name of the field at `offset` of a structure that Host or Realm share with the monitor:
 * ("RmiRecRun", 0xa08) gives "exit.gprs[1]". Empty where the structure has no field, or is not known.
 * Returns `buf`.
 */
const char *field_name(const char *structure, unsigned int offset, char *buf, size_t size);

/* Type of the values of an enumeration that the field holds, for smc_enum_name(); NULL if none. */
const char *field_type(const char *structure, unsigned int offset);

#endif
