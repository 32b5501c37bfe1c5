/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_KVM_HOST_GUEST_H
#define EXAMPLES_KVM_HOST_GUEST_H

/*
 * A guest for vm.h: Plane 0 is a small paravisor, Plane 1 a tenant that may write the common memory,
 * Plane 2 one that may only read it.
 */

#include <rmmsim/script.h>

/* Pages of RAM, as offsets from its base. */
#define GUEST_CODE   UINT64_C(0x0000) /* Plane 0 starts here; has to be loaded */
#define GUEST_RUN    UINT64_C(0x1000) /* run page of PLANE_ENTER, buffer of REALM_CONFIG */
#define GUEST_TENANT UINT64_C(0x2000) /* code of Planes 1 and 2 */
#define GUEST_COMMON UINT64_C(0x3000) /* Plane 1 writes, Plane 2 reads */
#define GUEST_SECRET UINT64_C(0x4000) /* Plane 0 only */

/* Watches the guest. Registers are X0..X17. */
struct guest_watch {
	void (*before_smc)(void *context, unsigned int plane, const uint64_t *x);
	void (*after_smc)(void *context, unsigned int plane, const uint64_t *in,
			  const uint64_t *out);
	/* What else a Plane does, or finds. */
	void (*note)(void *context, unsigned int plane, const char *text);
	void *context;
};

struct guest {
	uint64_t ram;    /* base of RAM */
	uint64_t shared; /* base of the window that the host sees too */
	uint64_t device; /* base of the device */
	struct guest_watch watch;
	char failure[256]; /* the first thing that went wrong; empty if nothing did */
};

/* Binds the scripts of the guest to the Planes of every Realm. */
enum rmmsim_status guest_bind(struct guest *guest, struct rmmsim_scripts *scripts);

/* --- for the Planes: guest.c ------------------------------------------------------------------------ */

void guest_note(struct guest *guest, struct rmmsim_realm *realm, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Notes a failure unless `holds`. Returns `holds`. */
bool guest_expect(struct guest *guest, bool holds, const char *what);
/* An SMC that is watched: X0; other results are in the context of the Plane. */
uint64_t guest_smc(struct guest *guest, struct rmmsim_realm *realm, uint32_t fid, uint64_t x1,
		   uint64_t x2, uint64_t x3, uint64_t x4);
static inline uint64_t guest_result(struct rmmsim_realm *realm, unsigned int n)
{
	return rmmsim_realm_context(realm)->x[n];
}

void guest_plane_0(struct rmmsim_realm *realm, void *guest);
void guest_plane_1(struct rmmsim_realm *realm, void *guest);
void guest_plane_2(struct rmmsim_realm *realm, void *guest);

#endif
