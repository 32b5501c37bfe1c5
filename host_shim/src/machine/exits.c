/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The virtual machine (host_shim/src/machine/): what KVM sees of a guest. An *exit* can be the model's, when a guest runs
 * (guest.c: a script per Plane), or *prescribed* here: a test queues it for a vcpu, and the next entry of that vcpu
 * returns it without running a Realm. What the Host then puts into its half of the run page is kept as the *last entry*, for
 * the test to look at; an *ask* is a request of a Realm that the Host has to answer, and is checked off when it has.
 *
 * The shim's lock is held in all functions. Which command enters a REC, the model's table tells: host-shim.md#8.1.
 *
 *	hshim_exit_queue(vcpu, &exit);
 *	ret = kvm_rec_enter(vcpu);               -- code under test; sees the exit
 */
#include <rmmsim/script.h>

#include "host_shim/src/memory/mem.h"

#include <hshim/exit.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define POISON_BYTE 0xe1
#define MAX_ASKS    64
#define RESPONSES   (RMI_REC_ENTER_FLAG_RIPAS_RESPONSE | RMI_REC_ENTER_FLAG_S2AP_RESPONSE)
#define EC(n)       ((unsigned long)(n) << 26)
#define EC_WFX      0x01
#define EC_SYS64    0x18
#define EC_IABT     0x20
#define EC_DABT     0x24
#define EC_SERROR   0x2f
#define ISV         (1ul << 24)
#define SAS_8       (3ul << 22)
#define SF          (1ul << 15)
#define WNR         (1ul << 6)
#define FSC_FAULT   0x04
#define FSC_PERM    0x0c

struct queued {
	struct queued *next;
	struct kvm_vcpu *vcpu;
	struct hshim_exit exit;
};

struct last_entry {
	struct last_entry *next;
	struct kvm_vcpu *vcpu;
	struct rmi_rec_enter enter;
	bool raw;            /* the last exit was not the model's */
	bool entered;        /* at least once */
	uint64_t may_refuse; /* the same, but nothing tells whether the host did it */
	uint64_t refusal;   /* flag that refuses what the realm asked for; 0: it asks for nothing */
	uint64_t ripas_top; /* where a change of RIPAS that it asked for ends; 0: another request */
};

struct hshim_exits {
	struct queued *first;
	struct last_entry *entries;
	struct kvm_vcpu *running;
	struct hshim_exit request; /* that the guest program makes in the model */
	bool requested;
	bool refused; /* the last request that was answered */
	bool done;    /* all of it was carried out */
};

static struct hshim_exits *exits_now(void)
{
	struct hshim *shim = shim_current();

	if (!shim->exits)
		shim->exits = calloc(1, sizeof(*shim->exits));
	return shim->exits;
}

/* --- making exits ---------------------------------------------------------------------------------- */

static unsigned long hpfar_of(unsigned long ipa)
{
	return ipa >> 12 << 4;
}

struct hshim_exit hshim_exit_dabt(unsigned long ipa, unsigned int tree, int level,
				  unsigned int flags)
{
	SHIM_LOCKED();
	struct hshim_exit e = {.reason = RMI_EXIT_SYNC,
			       .tree = tree,
			       .valid = HSHIM_EF_ESR | HSHIM_EF_HPFAR | HSHIM_EF_TREE |
					HSHIM_EF_LEVEL};

	e.esr = EC(EC_DABT) |
		((flags & HSHIM_ABT_PERM ? FSC_PERM : FSC_FAULT) + (unsigned int)level);
	e.hpfar = hpfar_of(ipa);
	if (flags & HSHIM_ABT_WRITE)
		e.esr |= WNR;
	if (!(flags & HSHIM_ABT_ISV))
		return e;
	e.esr |= ISV | SAS_8 | SF;
	e.far = ipa & 0xfff;
	e.valid |= HSHIM_EF_FAR | HSHIM_EF_GPR0;
	return e;
}

struct hshim_exit hshim_exit_iabt(unsigned long ipa, unsigned int tree, int level)
{
	SHIM_LOCKED();
	struct hshim_exit e = hshim_exit_dabt(ipa, tree, level, 0);

	e.esr = EC(EC_IABT) | (FSC_FAULT + (unsigned int)level);
	return e;
}

struct hshim_exit hshim_exit_ripas(unsigned long base, unsigned long top, unsigned int ripas)
{
	SHIM_LOCKED();
	return (struct hshim_exit){
		.kind = HSHIM_EXIT_MODEL_RIPAS, .base = base, .top = top, .value = ripas};
}

struct hshim_exit hshim_exit_s2ap(unsigned long base, unsigned long top, unsigned int perm_index,
				  unsigned long cookie)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.kind = HSHIM_EXIT_MODEL_S2AP,
				   .base = base,
				   .top = top,
				   .index = perm_index,
				   .cookie = cookie};
}

struct hshim_exit hshim_exit_psci(unsigned long fid, unsigned long a1, unsigned long a2,
				  unsigned long a3)
{
	SHIM_LOCKED();
	return (struct hshim_exit){
		.reason = RMI_EXIT_PSCI, .valid = HSHIM_EF_GPRS, .gprs = {fid, a1, a2, a3}};
}

struct hshim_exit hshim_exit_psci_pending(unsigned long fid, unsigned long a1, unsigned long a2,
					  unsigned long a3)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.kind = HSHIM_EXIT_MODEL_CALL, .gprs = {fid, a1, a2, a3}};
}

struct hshim_exit hshim_exit_hostcall(unsigned int imm, const unsigned long *gprs,
				      unsigned int count)
{
	SHIM_LOCKED();
	struct hshim_exit e = {.reason = RMI_EXIT_HOST_CALL,
			       .imm = imm,
			       .valid = HSHIM_EF_GPRS | HSHIM_EF_IMM | HSHIM_EF_PLANE};

	for (unsigned int i = 0; i < count && i < 31; i++)
		e.gprs[i] = gprs[i];
	return e;
}

struct hshim_exit hshim_exit_irq(void)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.reason = RMI_EXIT_IRQ};
}

struct hshim_exit hshim_exit_fiq(void)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.reason = RMI_EXIT_FIQ};
}

struct hshim_exit hshim_exit_sysreg(unsigned long iss, unsigned long value)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.reason = RMI_EXIT_SYNC,
				   .esr = EC(EC_SYS64) | 1ul << 25 | iss,
				   .valid = HSHIM_EF_ESR | HSHIM_EF_GPR0,
				   .gprs = {value}};
}

struct hshim_exit hshim_exit_serror(unsigned long esr)
{
	SHIM_LOCKED();
	return (struct hshim_exit){
		.reason = RMI_EXIT_SERROR, .esr = EC(EC_SERROR) | esr, .valid = HSHIM_EF_ESR};
}

struct hshim_exit hshim_exit_wfx(bool wfe)
{
	SHIM_LOCKED();
	return (struct hshim_exit){
		.reason = RMI_EXIT_SYNC, .esr = EC(EC_WFX) | wfe, .valid = HSHIM_EF_ESR};
}

struct hshim_exit hshim_exit_other(unsigned int reason, unsigned long esr)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.reason = reason, .esr = esr, .valid = HSHIM_EF_ESR};
}

struct hshim_exit hshim_exit_error(unsigned int status, unsigned int index)
{
	SHIM_LOCKED();
	return (struct hshim_exit){.status = (unsigned long)index << 8 | status};
}

/* --- queues ------------------------------------------------------------------------------------------- */

void hshim_rec_push_exit(struct kvm_vcpu *vcpu, const struct hshim_exit *exit)
{
	SHIM_LOCKED();
	struct queued **at = &exits_now()->first;
	struct queued *new = calloc(1, sizeof(*new));

	if (!new)
		return;
	new->vcpu = vcpu;
	new->exit = *exit;
	while (*at)
		at = &(*at)->next;
	*at = new;
}

unsigned int hshim_rec_exits_left(struct kvm_vcpu *vcpu)
{
	SHIM_LOCKED();
	unsigned int count = 0;

	for (const struct queued *q = exits_now()->first; q; q = q->next)
		count += q->vcpu == vcpu;
	return count;
}

static bool pop(struct hshim_exits *exits, struct kvm_vcpu *vcpu, struct hshim_exit *exit)
{
	for (struct queued **at = &exits->first; *at; at = &(*at)->next) {
		struct queued *q = *at;

		if (vcpu && q->vcpu != vcpu)
			continue;
		*exit = q->exit;
		*at = q->next;
		free(q);
		return true;
	}
	return false;
}

void hshim_exit_current(struct kvm_vcpu *vcpu)
{
	SHIM_LOCKED();
	exits_now()->running = vcpu;
}

void hshim_exit_forget(struct kvm_vcpu *vcpu)
{
	SHIM_LOCKED();
	struct hshim_exits *exits = exits_now();
	struct last_entry **at = &exits->entries;
	struct hshim_exit dropped;

	while (pop(exits, vcpu, &dropped))
		;
	while (*at) {
		struct last_entry *entry = *at;

		if (entry->vcpu != vcpu) {
			at = &entry->next;
			continue;
		}
		*at = entry->next;
		free(entry);
	}
}

static struct last_entry *entry_of(struct hshim_exits *exits, struct kvm_vcpu *vcpu)
{
	struct last_entry *entry = exits->entries;

	while (entry && entry->vcpu != vcpu)
		entry = entry->next;
	if (entry)
		return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->vcpu = vcpu;
	entry->next = exits->entries;
	exits->entries = entry;
	return entry;
}

const void *hshim_rec_last_entry(struct kvm_vcpu *vcpu)
{
	SHIM_LOCKED();
	return &entry_of(exits_now(), vcpu)->enter;
}

void exits_stop(struct hshim *shim)
{
	struct hshim_exits *exits = shim->exits;
	struct hshim_exit dropped;

	if (!exits)
		return;
	while (pop(exits, NULL, &dropped))
		;
	while (exits->entries) {
		struct last_entry *entry = exits->entries;

		exits->entries = entry->next;
		free(entry);
	}
	free(exits);
	shim->exits = NULL;
}

bool hshim_request_was_refused(void)
{
	SHIM_LOCKED();
	return exits_now()->refused;
}

bool hshim_request_was_done(void)
{
	SHIM_LOCKED();
	return exits_now()->done;
}

/* --- answering REC_ENTER --------------------------------------------------------------------------------- */

static void fill_exit(struct rmi_rec_exit *out, const struct hshim_exit *e)
{
	memset(out, POISON_BYTE, sizeof(*out));
	out->exit_reason = e->reason;
	if (e->valid & HSHIM_EF_ESR)
		out->esr = e->esr;
	if (e->valid & HSHIM_EF_FAR)
		out->far = e->far;
	if (e->valid & HSHIM_EF_HPFAR)
		out->hpfar = e->hpfar;
	if (e->valid & HSHIM_EF_TREE)
		out->rtt_tree = e->tree;
	if (e->valid & HSHIM_EF_LEVEL)
		out->rtt_level = (int64_t)e->level;
	if (e->valid & HSHIM_EF_IMM)
		out->imm = e->imm;
	if (e->valid & HSHIM_EF_PLANE)
		out->plane = e->plane;
	if (e->valid & HSHIM_EF_GPR0)
		out->gprs[0] = e->gprs[0];
	if (e->valid & HSHIM_EF_GPRS)
		memcpy(out->gprs, e->gprs, sizeof(e->gprs));
	/* Filled for every reason: rec.md#4.2 */
	out->gicv3_hcr = 0;
	out->gicv3_misr = 0;
	out->gicv3_vmcr = 0;
	memset(out->gicv3_lrs, 0, sizeof(out->gicv3_lrs));
	out->cntp_ctl = HSHIM_EXIT_CNTP_CTL;
	out->cntp_cval = HSHIM_EXIT_CNTP_CVAL;
	out->cntv_ctl = HSHIM_EXIT_CNTV_CTL;
	out->cntv_cval = HSHIM_EXIT_CNTV_CVAL;
	out->pmu_ovf_status = 0;
}

static bool answer_raw(struct hshim *shim, struct hshim_call *call, uint64_t run,
		       const struct hshim_exit *e)
{
	struct rmi_rec_exit out;

	call->ret[0] = e->status;
	if (e->status)
		return true;
	fill_exit(&out, e);
	return rmmsim_host_write(shim->sim, run + sizeof(struct rmi_rec_enter), &out,
				 sizeof(out)) == RMMSIM_OK;
}

static uint64_t run_page(const struct hshim_call *call, const struct smc_command *row)
{
	for (unsigned int i = 0; i < row->inputs; i++)
		if (row->in[i].type && strcmp(row->in[i].type, "RmiRecRun") == 0)
			return call->x[i + 1];
	return 0;
}

/* The model knows nothing of the prescribed exit that these flags answer: rec.md#3.2 */
static void clear_flags(struct hshim *shim, uint64_t run, struct rmi_rec_enter *enter)
{
	const uint64_t flags =
		enter->flags & ~(RMI_REC_ENTER_FLAG_EMUL_MMIO | RMI_REC_ENTER_FLAG_INJECT_SEA);

	if (flags != enter->flags)
		rmmsim_host_write(shim->sim, run, &flags, sizeof(flags));
}

/* A realm that is told nothing takes its request for granted, or makes it for ever. */
static void check_response(const struct hshim *shim, struct last_entry *entry)
{
	if (entry->refusal && !shim->watch.answered && !(entry->enter.flags & entry->refusal))
		hshim_report(HSHIM_O_RESP_FLAGS,
			     "a REC is entered although nothing was done for its request, and "
			     "without flag 0x%" PRIx64 ", which refuses it",
			     entry->refusal);
	if (entry->ripas_top && shim->watch.answered && shim->watch.reached == entry->ripas_top &&
	    (entry->enter.flags & entry->refusal))
		hshim_report(HSHIM_O_RESP_REFUSED,
			     "a REC is entered with flag 0x%" PRIx64
			     ", which refuses a change of RIPAS that was carried out",
			     entry->refusal);
	if (entry->entered &&
	    (entry->enter.flags & RESPONSES & ~(entry->refusal | entry->may_refuse)))
		hshim_report(HSHIM_O_RESP_FLAGS,
			     "a REC is entered with flags 0x%" PRIx64
			     ", which refuse a request that it has not made",
			     (uint64_t)(entry->enter.flags & RESPONSES &
					~(entry->refusal | entry->may_refuse)));
	entry->refusal = 0;
	entry->ripas_top = 0;
	entry->may_refuse = 0;
	entry->entered = true;
}

static uint64_t refusal_of(uint64_t reason)
{
	if (reason == RMI_EXIT_RIPAS_CHANGE)
		return RMI_REC_ENTER_FLAG_RIPAS_RESPONSE;
	return reason == RMI_EXIT_S2AP_CHANGE ? RMI_REC_ENTER_FLAG_S2AP_RESPONSE : 0;
}

void exits_note(struct hshim *shim, const struct hshim_call *call, const struct smc_command *row)
{
	const uint64_t run = call->model && !call->ret[0] && row ? run_page(call, row) : 0;
	struct last_entry *entry = run ? entry_of(exits_now(), exits_now()->running) : NULL;
	struct rmi_rec_exit exit;

	if (!entry || rmmsim_host_read(shim->sim, run + sizeof(struct rmi_rec_enter), &exit,
				       sizeof(exit)) != RMMSIM_OK)
		return;
	entry->refusal = refusal_of(exit.exit_reason);
	entry->ripas_top = exit.exit_reason == RMI_EXIT_RIPAS_CHANGE ? exit.ripas_top : 0;
	shim->watch.answered = false;
}

bool exits_answer(struct hshim *shim, struct hshim_call *call, const struct smc_command *row)
{
	const uint64_t run = run_page(call, row);
	struct hshim_exits *exits;
	struct last_entry *entry;
	struct hshim_exit exit;

	if (!run)
		return false;
	exits = exits_now();
	entry = entry_of(exits, exits->running);
	if (!entry ||
	    rmmsim_host_read(shim->sim, run, &entry->enter, sizeof(entry->enter)) != RMMSIM_OK)
		return false;
	check_response(shim, entry);
	if (!pop(exits, exits->running, &exit)) {
		if (entry->raw)
			clear_flags(shim, run, &entry->enter);
		entry->raw = false;
		return false;
	}
	entry->raw = exit.kind == HSHIM_EXIT_RAW;
	if (entry->raw) {
		entry->may_refuse = refusal_of(exit.reason);
		return answer_raw(shim, call, run, &exit);
	}
	exits->request = exit;
	exits->requested = true;
	return false;
}

/* --- the guest program: asks what the test prescribed, else is interrupted -------------------------------- */

/* X0 of the call; *reached and *cookie are where it is to go on. */
static uint64_t ask_once(struct hshim *shim, struct rmmsim_realm *realm, const struct hshim_exit *e,
			 uint64_t *reached, uint64_t *cookie)
{
	const uint64_t *x = rmmsim_realm_context(realm)->x;

	if (e->kind == HSHIM_EXIT_MODEL_RIPAS) {
		rmmsim_realm_call(realm, SMC_RSI_IPA_STATE_SET, *reached, e->top, e->value, 1, 0);
	} else {
		rmmsim_realm_call(realm, SMC_RSI_MEM_SET_PERM_INDEX, *reached, e->top, e->index,
				  *cookie, 0);
		*cookie = x[3];
	}
	shim->exits->refused = !x[0] && x[2];
	shim->exits->done = !x[0] && !x[2] && x[1] >= e->top;
	*reached = x[1];
	return x[0];
}

/*
 * A Realm asks for the rest while the host does something and does not refuse. A change of permissions
 * goes through one tree after the other: then the cookie is what goes on.
 */
static void ask(struct hshim *shim, struct rmmsim_realm *realm, const struct hshim_exit *e)
{
	uint64_t at = e->base, reached = e->base, cookie = e->cookie, before = e->cookie;

	if (e->kind == HSHIM_EXIT_MODEL_CALL) {
		rmmsim_realm_call(realm, (uint32_t)e->gprs[0], e->gprs[1], e->gprs[2], e->gprs[3],
				  0, 0);
		return;
	}
	for (int i = 0; i < MAX_ASKS; i++) {
		if (ask_once(shim, realm, e, &reached, &cookie) ||
		    rmmsim_realm_context(realm)->x[2] || reached >= e->top ||
		    (reached <= at && cookie == before))
			return;
		at = reached;
		before = cookie;
	}
}

static void guest(struct rmmsim_realm *realm, void *argument)
{
	struct hshim *shim = argument;
	struct hshim_exit request;

	for (;;) {
		struct hshim_exits *exits = shim->exits;

		if (!exits || !exits->requested) {
			rmmsim_realm_interrupt(realm, false);
			continue;
		}
		exits->requested = false;
		exits->refused = false;
		exits->done = false;
		/* Another one may be waiting before this is done. */
		request = exits->request;
		ask(shim, realm, &request);
	}
}

bool guest_start(struct hshim *shim)
{
	if (rmmsim_scripts_create(shim->sim, &shim->scripts) != RMMSIM_OK)
		return false;
	return rmmsim_script_bind(shim->scripts, 0, 0, guest, shim) == RMMSIM_OK;
}
