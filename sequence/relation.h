/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SEQUENCE_RELATION_H
#define SEQUENCE_RELATION_H

/* Relations between calls that go together; shared by the files of the oracles only. */

#include "sequence/oracle.h"

void sequence_relation_before(struct sequence_oracle *oracle, const struct sequence_call *call);
bool sequence_relation_after(struct sequence_oracle *oracle, const struct sequence_call *call);

/* Parts of the above. What they try is undone where they say so; else it changes nothing. */
/* What a REC exit shows, and what has to be refused after it. The caller restores. */
bool sequence_relation_exit(struct sequence_oracle *oracle, const struct sequence_call *call);
/* Commands for a NEW Realm. The caller restores. */
bool sequence_relation_phase(struct sequence_oracle *oracle, const struct sequence_call *call);
/* A new object does not depend on what its granules contained: tries the call, and restores. */
void sequence_relation_trial(struct sequence_oracle *oracle, const struct sequence_call *call);

/* The IPA space, and where auxiliary trees say that they go on. The caller restores. */
bool sequence_relation_tree(struct sequence_oracle *oracle, const struct sequence_call *call);
/* What Realms do and find. */
bool sequence_relation_step(struct sequence_oracle *oracle, const struct rmmsim_vcpu *vcpu,
			    const struct sequence_step *step);
void sequence_relation_leave(struct sequence_oracle *oracle, const struct sequence_leave *leave);
bool sequence_relation_control(struct sequence_oracle *oracle, const struct rmmsim_vcpu *vcpu);

/* X0 of this command; X1.. are in *regs, which has the result afterwards. */
uint64_t sequence_relation_issue(const struct sequence_call *call, enum smc_command_id command,
				 struct rmmsim_regs *regs);

/* Always false. */
bool sequence_oracle_fail(struct sequence_oracle *oracle, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
const char *sequence_call_name(const struct sequence_call *call);

#endif
