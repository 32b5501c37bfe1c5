/* SPDX-License-Identifier: BSD-3-Clause */
/* Planes 1 and 2: they know nothing of Planes but that some memory is not theirs. */
#include "examples/kvm-host/guest.h"

#include <inttypes.h>
#include <string.h>

static const char greeting[16] = "hello, plane 2";

void guest_plane_1(struct rmmsim_realm *realm, void *argument)
{
	struct guest *guest = argument;
	uint64_t secret = 1;

	guest_note(guest, realm, "starts at 0x%" PRIx64, guest->ram + GUEST_TENANT);
	rmmsim_realm_fetch(realm, guest->ram + GUEST_TENANT);
	guest_expect(guest,
		     guest_smc(guest, realm, SMC_RSI_VERSION, RMM_VERSION_1_1, 0, 0, 0) !=
			     RSI_SUCCESS,
		     "plane 1 was served by the monitor");
	rmmsim_realm_write(realm, guest->ram + GUEST_COMMON, greeting, sizeof(greeting));
	guest_note(guest, realm, "wrote \"%s\" to 0x%" PRIx64, greeting, guest->ram + GUEST_COMMON);
	rmmsim_realm_load(realm, guest->ram + GUEST_SECRET, 8, &secret);
	guest_expect(guest, secret == 0, "plane 1 learnt the secret");
	rmmsim_realm_wfi(realm);
}

void guest_plane_2(struct rmmsim_realm *realm, void *argument)
{
	struct guest *guest = argument;
	char text[sizeof(greeting)] = "";

	guest_note(guest, realm, "starts at 0x%" PRIx64, guest->ram + GUEST_TENANT);
	rmmsim_realm_fetch(realm, guest->ram + GUEST_TENANT);
	rmmsim_realm_read(realm, guest->ram + GUEST_COMMON, text, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	guest_note(guest, realm, "reads \"%s\"", text);
	guest_expect(guest, strcmp(text, greeting) == 0, "plane 2 read something else");
	rmmsim_realm_store(realm, guest->ram + GUEST_COMMON, 8, 0);
	rmmsim_realm_wfi(realm);
}
