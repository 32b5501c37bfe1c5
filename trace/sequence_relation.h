/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_SEQUENCE_RELATION_H
#define TRACE_SEQUENCE_RELATION_H

/* Relations between calls that go together; shared by the files of the oracles only. */

#include "trace/sequence_oracle.h"

void sequence_relation_before(struct sequence_oracle *oracle, const struct sequence_call *call);
bool sequence_relation_after(struct sequence_oracle *oracle, const struct sequence_call *call);

/* Always false. */
bool sequence_oracle_fail(struct sequence_oracle *oracle, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *sequence_call_name(const struct sequence_call *call);

#endif
