/* SPDX-License-Identifier: BSD-3-Clause */
/* A Realm that looks at its device before it trusts it: device-assignment.md#6 */
#include <inttypes.h>
#include <string.h>

#include "examples/kvm-host/assign.h"

#define HOST_CALL_PRINT 1

struct scene {
	struct driver *driver;
	struct guest *guest;
	struct rmmsim_realm *realm;
};

static uint64_t call(const struct scene *s, const uint64_t in[9])
{
	const struct guest_watch *watch = &s->guest->watch;
	uint64_t before[18] = {0}, x[18];

	memcpy(before, in, 9 * sizeof(in[0]));
	memcpy(x, before, sizeof(x));
	if (watch->before_smc)
		watch->before_smc(watch->context, 0, before);
	guest_expect(s->guest, rmmsim_realm_smc(s->realm, x) == RMMSIM_DONE,
		     "an SMC did not complete");
	if (watch->after_smc)
		watch->after_smc(watch->context, 0, before, x);
	return x[0];
}

/* Prints through the host, which may do something about it. */
static void say(const struct scene *s, const char *text)
{
	const uint64_t page = s->driver->info;
	struct rsi_host_call host_call = {.imm = HOST_CALL_PRINT};

	strncpy((char *)host_call.gprs, text, sizeof(host_call.gprs) - 1);
	rmmsim_realm_write(s->realm, page, &host_call, sizeof(host_call));
	call(s, (const uint64_t[9]){SMC_RSI_HOST_CALL, page});
}

static bool look(const struct scene *s, struct rsi_vdev_info *info)
{
	const struct driver *d = s->driver;

	return guest_expect(s->guest,
			    call(s, (const uint64_t[9]){SMC_RSI_VDEV_GET_INFO, d->vdev_id,
							d->info}) == RSI_SUCCESS,
			    "the Realm cannot look at its device") &&
	       rmmsim_realm_read(s->realm, d->info, info, sizeof(*info)) == RMMSIM_DONE;
}

/* Agrees to what was seen: the monitor refuses if it is not so any more. */
static uint64_t validate(const struct scene *s)
{
	const struct driver *d = s->driver;
	const uint64_t top = d->ipa + GADGET_PAGES * PAGE_SIZE;

	return call(s, (const uint64_t[9]){SMC_RSI_VDEV_VALIDATE_MAPPING, d->vdev_id, d->ipa, top,
					   d->pa, 0, d->seen.lock_nonce, d->seen.meas_nonce,
					   d->seen.report_nonce});
}

static uint64_t enable_dma(const struct scene *s)
{
	const struct driver *d = s->driver;

	return call(s,
		    (const uint64_t[9]){SMC_RSI_VDEV_DMA_ENABLE, d->vdev_id, 0, d->seen.lock_nonce,
					d->seen.meas_nonce, d->seen.report_nonce});
}

/* Tells the device where to write; returns its status register. */
static uint64_t make_it_write(const struct scene *s)
{
	const struct driver *d = s->driver;
	uint64_t status = UINT64_MAX;

	rmmsim_realm_store(s->realm, d->ipa + GADGET_ADDRESS, 8, d->buffer);
	rmmsim_realm_store(s->realm, d->ipa + GADGET_GO, 8, 1);
	rmmsim_realm_load(s->realm, d->ipa + GADGET_STATUS, 8, &status);
	return status;
}

static bool use(const struct scene *s)
{
	struct driver *d = s->driver;
	uint64_t id = 0;

	if (!guest_expect(s->guest, validate(s) == RSI_SUCCESS, "the mapping was refused"))
		return false;
	rmmsim_realm_load(s->realm, d->ipa + GADGET_ID, 8, &id);
	guest_note(s->guest, s->realm, "the identification register is 0x%" PRIx64, id);
	guest_expect(s->guest, id == GADGET_MAGIC, "this is not the device");
	/* Its first access, so that there is memory to write to. */
	rmmsim_realm_store(s->realm, d->buffer, 8, 0);
	guest_expect(s->guest, make_it_write(s) == 1, "the device wrote without permission");
	guest_note(s->guest, s->realm, "the device may not write to memory yet");
	guest_expect(s->guest, enable_dma(s) == RSI_SUCCESS, "DMA was refused");
	guest_expect(s->guest, make_it_write(s) == 0, "the device cannot write");
	rmmsim_realm_read(s->realm, d->buffer, d->greeting, sizeof(d->greeting));
	d->greeting[sizeof(d->greeting) - 1] = '\0';
	guest_note(s->guest, s->realm, "it wrote \"%s\"", d->greeting);
	return !s->guest->failure[0];
}

void driver_plane_0(struct rmmsim_realm *realm, void *argument)
{
	struct driver *d = argument;
	const struct scene s = {d, d->guest, realm};
	struct rsi_vdev_info now;

	if (!look(&s, &d->seen) || !use(&s))
		return;
	say(&s, "measure it again");
	/* What was agreed to is not so any more. */
	guest_expect(d->guest, enable_dma(&s) == RSI_ERROR_DEVICE,
		     "the Realm was not told of another measurement");
	if (!look(&s, &now))
		return;
	if (!guest_expect(d->guest, memcmp(now.meas_digest, d->seen.meas_digest, 64),
			  "the measurement is the same"))
		return;
	guest_note(d->guest, realm, "the measurement is another one: the device is not trusted");
	call(&s, (const uint64_t[9]){SMC_RSI_VDEV_DMA_DISABLE, d->vdev_id});
	guest_expect(d->guest, make_it_write(&s) == 1, "the device still writes");
	guest_note(d->guest, realm, "the device cannot write any more");
}
