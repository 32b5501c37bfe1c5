/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_MEASUREMENT_READ and RSI_MEASUREMENT_EXTEND: rsi.md#4, measurement.md#4 */
#include "attest/measurement.h"
#include "rmm/run.h"

#define VALUE_REGISTERS 8

/* X1 up to `words` and X8 are written, the others stay. */
static void keep_registers(struct call *call, unsigned int words)
{
	for (unsigned int n = words + 1; n < VALUE_REGISTERS; n++)
		call_return(call, n, call->x[n]);
}

void rsi_measurement_read(struct call *call)
{
	const struct realm *realm = run_realm(call->run);
	const uint64_t index = call->x[1];

	REQUIRE(call, RSI_MEASUREMENT_READ_index_bound, index < REALM_MEASUREMENTS);
	CHECKED(call);

	rsi_bytes_to_registers(realm->measurement[index], VALUE_REGISTERS, &call->out[1]);
	if (quirk(call->sim, QUIRK_measurement_read_short))
		keep_registers(call, measurement_size(realm->hash_algo) / sizeof(uint64_t));
}

void rsi_measurement_extend(struct call *call)
{
	const uint64_t index = call->x[1], size = call->x[2];
	uint8_t value[VALUE_REGISTERS * 8];
	struct realm *realm;

	REQUIRE(call, RSI_MEASUREMENT_EXTEND_index_bound, index > 0 && index < REALM_MEASUREMENTS);
	REQUIRE(call, RSI_MEASUREMENT_EXTEND_size_bound, size <= sizeof(value));
	CHECKED(call);

	realm = realm_edit(call->sim, call->run->rd_granule);
	rsi_registers_to_bytes(&call->x[3], VALUE_REGISTERS, value);
	measurement_extend_rem(realm->hash_algo, realm->measurement[index], value, size);
}
