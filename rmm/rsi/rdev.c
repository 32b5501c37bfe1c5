/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices as a Realm sees them in the older model (quirk da-alp12): device-assignment.md#9. Firmware with
 * that quirk has no PDEV (#9.2), so no identifier that a Realm passes names a device.
 */
#include "device/spdm.h"
#include "rmm/run.h"

static bool has_da(const struct call *call)
{
	return realm_da(run_realm(call->run));
}

/* Asks the Host for the VDEV; without one the REC cannot be entered again. */
void rsi_rdev_get_instance_id(struct call *call)
{
	struct run *run = call->run;

	REQUIRE(call, RSI_RDEV_GET_INSTANCE_ID_feature_da, has_da(call));
	CHECKED(call);

	run->rec->vdev = (struct rec_vdev){.command = call->id, .id = call->x[1]};
	run->rec->pending = REC_PENDING_VDEV;
	run->exit.vdev_id = call->x[1];
	run_leave(run, RMI_EXIT_VDEV_REQUEST);
}

/*
 * A call that names an instance: there is none. Every call would fail on it, which says nothing about one
 * that is wrong in itself.
 */
#define NO_INSTANCE(command)                                            \
	do {                                                            \
		if (call->refused != SMC_COND_NONE &&                   \
		    call->refused != COND_RSI_RDEV_##command##_inst_id) \
			return;                                         \
		REQUIRE(call, RSI_RDEV_##command##_inst_id, false);     \
	} while (0)

void rsi_rdev_continue(struct call *call)
{
	REQUIRE(call, RSI_RDEV_CONTINUE_feature_da, has_da(call));
	NO_INSTANCE(CONTINUE);
}

void rsi_rdev_get_info(struct call *call)
{
	REQUIRE(call, RSI_RDEV_GET_INFO_feature_da, has_da(call));
	REQUIRE(call, RSI_RDEV_GET_INFO_addr_align, call->x[3] % sizeof(struct rsi_dev_info) == 0);
	NO_INSTANCE(GET_INFO);
}

/* The version that the monitor speaks, with either status. */
void rsi_rdev_get_interface_report(struct call *call)
{
	call_return(call, 1, TDISP_VERSION);
	REQUIRE(call, RSI_RDEV_GET_INTERFACE_REPORT_feature_da, has_da(call));
	NO_INSTANCE(GET_INTERFACE_REPORT);
}

void rsi_rdev_get_measurements(struct call *call)
{
	REQUIRE(call, RSI_RDEV_GET_MEASUREMENTS_feature_da, has_da(call));
	NO_INSTANCE(GET_MEASUREMENTS);
}

void rsi_rdev_get_state(struct call *call)
{
	REQUIRE(call, RSI_RDEV_GET_STATE_feature_da, has_da(call));
	NO_INSTANCE(GET_STATE);
}

void rsi_rdev_lock(struct call *call)
{
	REQUIRE(call, RSI_RDEV_LOCK_feature_da, has_da(call));
	NO_INSTANCE(LOCK);
}

void rsi_rdev_start(struct call *call)
{
	REQUIRE(call, RSI_RDEV_START_feature_da, has_da(call));
	NO_INSTANCE(START);
}

void rsi_rdev_stop(struct call *call)
{
	REQUIRE(call, RSI_RDEV_STOP_feature_da, has_da(call));
	NO_INSTANCE(STOP);
}

void rsi_rdev_validate_mapping(struct call *call)
{
	const uint64_t base = call->x[3], top = call->x[4], pa = call->x[5];

	REQUIRE(call, RSI_RDEV_VALIDATE_MAPPING_ipa_base_align, (base & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_RDEV_VALIDATE_MAPPING_ipa_top_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_RDEV_VALIDATE_MAPPING_pa_base_align, (pa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_RDEV_VALIDATE_MAPPING_size_valid, base < top);
	REQUIRE(call, RSI_RDEV_VALIDATE_MAPPING_feature_da, has_da(call));
	NO_INSTANCE(VALIDATE_MAPPING);
}
