/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_EXIT_H
#define HSHIM_EXIT_H

/*
 * REC exits that a test prescribes. While some are queued for a vCPU, REC_ENTER is answered from them and
 * the model does not run the Realm; fields that an exit does not define are poisoned. RIPAS and S2AP
 * exits are made by the model itself, as if the Realm had asked, so that the host can serve them.
 */

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum hshim_exit_kind {
	HSHIM_EXIT_RAW,
	HSHIM_EXIT_MODEL_RIPAS,
	HSHIM_EXIT_MODEL_S2AP,
	HSHIM_EXIT_MODEL_NOTHING,
	HSHIM_EXIT_MODEL_CALL
};
struct hshim_exit {
	enum hshim_exit_kind kind;
	unsigned int reason; /* RmiRecExitReason */
	unsigned long valid; /* which of the fields below are defined: HSHIM_EF_* */
	unsigned long esr, far, hpfar, tree, level, gprs[31], imm, plane;
	unsigned long base, top, value; /* RIPAS, S2AP: also the request made in the model */
	unsigned int index;             /* S2AP: permission index */
	unsigned long cookie;
	unsigned long status; /* X0 of REC_ENTER: 0, or an error without an exit */
};
#define HSHIM_EF_ESR   0x001ul
#define HSHIM_EF_FAR   0x002ul
#define HSHIM_EF_HPFAR 0x004ul
#define HSHIM_EF_TREE  0x008ul
#define HSHIM_EF_LEVEL 0x010ul
#define HSHIM_EF_GPR0  0x020ul
#define HSHIM_EF_GPRS  0x040ul
#define HSHIM_EF_IMM   0x080ul
#define HSHIM_EF_PLANE 0x100ul

#define HSHIM_ABT_WRITE 0x1u
#define HSHIM_ABT_ISV   0x2u /* emulatable: register 0, 8 bytes */
#define HSHIM_ABT_PERM  0x4u /* permission fault instead of translation fault */
struct hshim_exit hshim_exit_dabt(unsigned long ipa, unsigned int tree, int level,
				  unsigned int flags);
struct hshim_exit hshim_exit_iabt(unsigned long ipa, unsigned int tree, int level);
struct hshim_exit hshim_exit_ripas(unsigned long base, unsigned long top, unsigned int ripas);
struct hshim_exit hshim_exit_s2ap(unsigned long base, unsigned long top, unsigned int perm_index,
				  unsigned long cookie);
struct hshim_exit hshim_exit_psci(unsigned long fid, unsigned long a1, unsigned long a2,
				  unsigned long a3);
/* The Realm makes the call itself: the monitor waits for its completion, if it is one that is completed. */
struct hshim_exit hshim_exit_psci_pending(unsigned long fid, unsigned long a1, unsigned long a2,
					  unsigned long a3);
struct hshim_exit hshim_exit_hostcall(unsigned int imm, const unsigned long *gprs,
				      unsigned int count);
struct hshim_exit hshim_exit_irq(void);
struct hshim_exit hshim_exit_fiq(void);
struct hshim_exit hshim_exit_sysreg(unsigned long iss, unsigned long value);
struct hshim_exit hshim_exit_serror(unsigned long esr);
struct hshim_exit hshim_exit_wfx(bool wfe);
/* What every exit that is prescribed says of the timers. */
#define HSHIM_EXIT_CNTP_CTL  1
#define HSHIM_EXIT_CNTP_CVAL 0x1001
#define HSHIM_EXIT_CNTV_CTL  3
#define HSHIM_EXIT_CNTV_CVAL 0x2002
/* Anything: reason and ESR, nothing else valid. */
struct hshim_exit hshim_exit_other(unsigned int reason, unsigned long esr);
/* REC_ENTER itself fails. */
struct hshim_exit hshim_exit_error(unsigned int status, unsigned int index);

struct kvm_vcpu;
void hshim_rec_push_exit(struct kvm_vcpu *vcpu, const struct hshim_exit *exit);
/* Exits that were not used. */
unsigned int hshim_rec_exits_left(struct kvm_vcpu *vcpu);
/* The host has refused the last request for RIPAS or permissions that was answered. */
bool hshim_request_was_refused(void);
/* It was carried out to its end, and the Realm has been told so. */
bool hshim_request_was_done(void);
/* The entry half of the run page at the last REC_ENTER (0x800 bytes): flags are at 0, gprs at 0x200. */
const void *hshim_rec_last_entry(struct kvm_vcpu *vcpu);

/* For implementers of hshim_vcpu_run(): which vCPU the next REC_ENTER is for. */
void hshim_exit_current(struct kvm_vcpu *vcpu);
void hshim_exit_forget(struct kvm_vcpu *vcpu);

#ifdef __cplusplus
}
#endif

#endif
