/* SPDX-License-Identifier: BSD-3-Clause */
#include "examples/kvm-host/guest.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum rmmsim_status guest_bind(struct guest *guest, struct rmmsim_scripts *scripts)
{
	static const rmmsim_script_fn planes[] = {guest_plane_0, guest_plane_1, guest_plane_2};
	enum rmmsim_status status = RMMSIM_OK;

	for (unsigned int plane = 0; plane < 3 && status == RMMSIM_OK; plane++)
		status = rmmsim_script_bind(scripts, 0, plane, planes[plane], guest);
	return status;
}

void guest_note(struct guest *guest, struct rmmsim_realm *realm, const char *format, ...)
{
	char text[160];
	va_list arguments;

	if (!guest->watch.note)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	guest->watch.note(guest->watch.context, rmmsim_realm_plane(realm), text);
}

bool guest_expect(struct guest *guest, bool holds, const char *what)
{
	if (!holds && !guest->failure[0])
		snprintf(guest->failure, sizeof(guest->failure), "%s", what);
	return holds;
}

uint64_t guest_smc(struct guest *guest, struct rmmsim_realm *realm, uint32_t fid, uint64_t x1,
		   uint64_t x2, uint64_t x3, uint64_t x4)
{
	const unsigned int plane = rmmsim_realm_plane(realm);
	const struct guest_watch *watch = &guest->watch;
	uint64_t in[18] = {fid, x1, x2, x3, x4}, x[18];

	memcpy(x, in, sizeof(x));
	if (watch->before_smc)
		watch->before_smc(watch->context, plane, in);
	guest_expect(guest, rmmsim_realm_smc(realm, x) == RMMSIM_DONE, "an SMC did not complete");
	if (watch->after_smc)
		watch->after_smc(watch->context, plane, in, x);
	return x[0];
}
