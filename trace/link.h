/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LINK_H
#define TRACE_LINK_H

#include "trace/trace.h"

/*
 * Finds the calls among the events and gives each its steps. Fails when a number is used twice, when
 * Realm lines do not alternate, or when calls are nested in a way that cannot have happened. Realm
 * lines of a call that the recording does not contain are left out unless `strict`.
 */
bool link_calls(struct trace *trace, bool strict, struct trace_error *error);

#endif
