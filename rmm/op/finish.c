/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands that ask for memory: what carries them out when they have it. */
#include "rmm/op.h"

op_finish op_finish_of(uint32_t command)
{
	static const struct {
		enum smc_command_id command;
		op_finish finish;
	} rows[] = {
		{RMI_REC_CREATE, rec_create_finish},
		{RMI_REALM_CREATE, realm_create_finish},
	};

	for (unsigned int i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].command == command)
			return rows[i].finish;
	}
	return NULL;
}
