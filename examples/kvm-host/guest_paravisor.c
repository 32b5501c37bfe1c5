/* SPDX-License-Identifier: BSD-3-Clause */
/* Plane 0: sets up what the others may do, runs them, and answers for them. */
#include "examples/kvm-host/guest.h"

#include <inttypes.h>
#include <string.h>

#define PAGE_SIZE       UINT64_C(4096)
#define EC_OF(esr)      ((esr) >> 26 & 0x3f)
#define EC_WFX          0x01
#define EC_SMC64        0x17
#define EC_DATA_ABORT   0x24
#define ESR_WNR         (UINT64_C(1) << 6)
#define PSTATE_EL1H     UINT64_C(0x3c5) /* D, A, I, F masked */
#define HOST_CALL_PRINT 1
#define MAX_EXITS       16

/* Index of the memory that Planes 1 and 2 share: any from 1 to 14. planes.md#5.3 */
#define COMMON_INDEX 1

/* --- the outside world ---------------------------------------------------------------------------------- */

static void ask_configuration(struct guest *guest, struct rmmsim_realm *realm)
{
	const uint64_t page = guest->ram + GUEST_RUN;
	struct rsi_realm_config config;

	guest_smc(guest, realm, SMC_RSI_VERSION, RMM_VERSION_1_1, 0, 0, 0);
	guest_smc(guest, realm, SMC_RSI_REALM_CONFIG, page, 0, 0, 0);
	rmmsim_realm_read(realm, page, &config, sizeof(config));
	guest_note(guest, realm,
		   "reads its configuration: %" PRIu64 " bits of IPA, %" PRIu64 " auxiliary planes",
		   config.ipa_width, config.num_aux_planes);
	guest_expect(guest, config.num_aux_planes == 2, "the guest is made for two planes");
}

static void use_device(struct guest *guest, struct rmmsim_realm *realm)
{
	uint64_t id = 0;

	rmmsim_realm_load(realm, guest->device, 4, &id);
	guest_note(guest, realm, "reads the device: 0x%" PRIx64, id);
	guest_expect(guest, id == 0x52454c4d, "the device has the wrong number");
	rmmsim_realm_store(realm, guest->device + 4, 4, 0xbe11);
	guest_note(guest, realm, "rang its doorbell");
}

static void talk_to_host(struct guest *guest, struct rmmsim_realm *realm)
{
	static const char text[] = "plane 0 is up";
	const uint64_t page = guest->ram + GUEST_RUN;
	struct rsi_host_call call = {.imm = HOST_CALL_PRINT};

	guest_note(guest, realm, "writes \"%s\" to the shared window", text);
	rmmsim_realm_write(realm, guest->shared, text, sizeof(text));
	memcpy(call.gprs, text, sizeof(text));
	rmmsim_realm_write(realm, page, &call, sizeof(call));
	guest_smc(guest, realm, SMC_RSI_HOST_CALL, page, 0, 0, 0);
	rmmsim_realm_read(realm, page, &call, sizeof(call));
	guest_expect(guest, call.gprs[0] == 0, "the host did not understand");
}

/* --- permissions ----------------------------------------------------------------------------------------- */

/* planes.md#7: the monitor works tree by tree and says where, and with which cookie, to go on. */
static void set_index(struct guest *guest, struct rmmsim_realm *realm, uint64_t base, uint64_t top,
		      unsigned int index)
{
	uint64_t cookie = 0;

	for (int i = 0; base < top && i < MAX_EXITS; i++) {
		if (!guest_expect(guest,
				  guest_smc(guest, realm, SMC_RSI_MEM_SET_PERM_INDEX, base, top,
					    index, cookie) == RSI_SUCCESS,
				  "permissions were refused"))
			return;
		base = guest_result(realm, 1);
		cookie = guest_result(realm, 3);
	}
	guest_expect(guest, base == top, "permissions were not set");
}

static void grant(struct guest *guest, struct rmmsim_realm *realm)
{
	guest_smc(guest, realm, SMC_RSI_MEM_SET_PERM_VALUE, 1, COMMON_INDEX, RSI_PERM_RW_UPX, 0);
	guest_smc(guest, realm, SMC_RSI_MEM_SET_PERM_VALUE, 2, COMMON_INDEX, RSI_PERM_RO_UPX, 0);
	set_index(guest, realm, guest->ram + GUEST_TENANT, guest->ram + GUEST_COMMON + PAGE_SIZE,
		  COMMON_INDEX);
}

/* --- planes ----------------------------------------------------------------------------------------------- */

static void enter(struct guest *guest, struct rmmsim_realm *realm, unsigned int plane,
		  struct rsi_plane_run *run)
{
	const uint64_t page = guest->ram + GUEST_RUN;

	run->enter.flags = RSI_PLANE_ENTER_FLAG_TRAP_WFI;
	run->enter.pstate = PSTATE_EL1H;
	rmmsim_realm_write(realm, page, &run->enter, sizeof(run->enter));
	guest_expect(guest,
		     guest_smc(guest, realm, SMC_RSI_PLANE_ENTER, plane, page, 0, 0) == RSI_SUCCESS,
		     "a plane cannot be entered");
	rmmsim_realm_read(realm, page + sizeof(run->enter), &run->exit, sizeof(run->exit));
}

/* What Plane 0 does about an exit of another plane. False: the plane has nothing to do any more. */
static bool answer(struct guest *guest, struct rmmsim_realm *realm, unsigned int plane,
		   struct rsi_plane_run *run)
{
	const struct rsi_plane_exit *exit = &run->exit;
	struct rsi_plane_enter *next = &run->enter;

	memcpy(next->gprs, exit->gprs, sizeof(next->gprs));
	next->pc = exit->elr_el2;
	switch (EC_OF(exit->esr_el2)) {
	case EC_WFX:
		guest_note(guest, realm, "plane %u waits: back to work", plane);
		return false;
	case EC_SMC64:
		guest_note(guest, realm, "plane %u made an SMC: it is told that this is no monitor",
			   plane);
		next->gprs[0] = UINT64_MAX;
		return true;
	case EC_DATA_ABORT:
		guest_note(guest, realm, "plane %u may not %s 0x%" PRIx64 ": the access is skipped",
			   plane, exit->esr_el2 & ESR_WNR ? "write" : "read", exit->far_el2);
		next->gprs[0] = 0;
		next->pc += 4;
		return true;
	default:
		return guest_expect(guest, false, "a plane stopped for no known reason");
	}
}

static void run_plane(struct guest *guest, struct rmmsim_realm *realm, unsigned int plane)
{
	struct rsi_plane_run run = {.enter.pc = guest->ram + GUEST_TENANT};

	for (int i = 0; i < MAX_EXITS; i++) {
		enter(guest, realm, plane, &run);
		if (!answer(guest, realm, plane, &run))
			return;
	}
	guest_expect(guest, false, "a plane does not come to rest");
}

/* --- memory that comes and goes ------------------------------------------------------------------------------ */

static void set_ripas(struct guest *guest, struct rmmsim_realm *realm, uint64_t base, uint64_t top,
		      enum rsi_ripas ripas)
{
	for (int i = 0; base < top && i < MAX_EXITS; i++) {
		guest_smc(guest, realm, SMC_RSI_IPA_STATE_SET, base, top, ripas,
			  RSI_RIPAS_CHANGE_FLAG_DESTROYED);
		base = guest_result(realm, 1);
	}
	guest_expect(guest, base == top, "RIPAS was not changed");
}

static void give_back(struct guest *guest, struct rmmsim_realm *realm)
{
	const uint64_t base = guest->ram + GUEST_COMMON;
	uint64_t value = 0;

	set_ripas(guest, realm, base, base + PAGE_SIZE, RSI_RIPAS_EMPTY);
	guest_expect(guest, rmmsim_realm_load(realm, base, 8, &value) == RMMSIM_ABORT,
		     "memory that was given back is there");
	guest_note(guest, realm, "touches the page it gave back: external abort");
	set_ripas(guest, realm, base, base + PAGE_SIZE, RSI_RIPAS_RAM);
	guest_expect(guest, rmmsim_realm_load(realm, base, 8, &value) == RMMSIM_DONE && value == 0,
		     "new memory is not zero");
	guest_note(guest, realm, "finds a new page there, all zero");
}

void guest_plane_0(struct rmmsim_realm *realm, void *argument)
{
	struct guest *guest = argument;
	uint64_t secret = 0x5ec7e7;

	guest_note(guest, realm, "starts at 0x%" PRIx64, guest->ram + GUEST_CODE);
	rmmsim_realm_fetch(realm, guest->ram + GUEST_CODE);
	ask_configuration(guest, realm);
	use_device(guest, realm);
	talk_to_host(guest, realm);
	guest_note(guest, realm, "keeps a secret at 0x%" PRIx64, guest->ram + GUEST_SECRET);
	rmmsim_realm_store(realm, guest->ram + GUEST_SECRET, 8, secret);
	grant(guest, realm);
	run_plane(guest, realm, 1);
	run_plane(guest, realm, 2);
	give_back(guest, realm);
	guest_smc(guest, realm, SMC_PSCI_SYSTEM_OFF, 0, 0, 0, 0);
}
