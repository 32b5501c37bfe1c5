/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_MEASUREMENT_READ and RSI_MEASUREMENT_EXTEND: rsi.md#4, measurement.md#4 */
#include <rmmsim/attest.h>

#include <string.h>

#include "attest/measurement.h"
#include "rmm/process.h"
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

enum rmmsim_status rmmsim_realm_measurement(struct rmmsim *sim, uint64_t rd, unsigned int index,
					    uint8_t value[64])
{
	enum rmmsim_status status = RMMSIM_ERR_RANGE;
	const struct granule *granule;

	if (!sim || !value || index >= REALM_MEASUREMENTS)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	granule = mem_find(sim->mem, rd);
	if (!granule)
		return RMMSIM_ERR_RANGE;
	mem_lock(sim->mem);
	if (granule->state == GRANULE_RD) {
		memcpy(value, realm_at(sim, granule)->measurement[index], 64);
		status = RMMSIM_OK;
	}
	mem_unlock(sim->mem);
	return status;
}
