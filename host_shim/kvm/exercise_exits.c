/* SPDX-License-Identifier: BSD-3-Clause */
/* Exits and their answers: which field goes where. host-shim.md#8.2 */
#include <hshim/kvm/exercise.h>

/* rec.md#3.2: where the entry half has the registers. */
#define ENTER_GPRS 0x200
/* Flags: emulated MMIO, injected abort, refusals of RIPAS and S2AP. */
#define ANSWERS           0x33
#define EXIT_RIPAS_CHANGE 4
/* PSCI_CPU_ON of 64 bits. */
#define CPU_ON 0xc4000003ul

static int run(struct kvm_vcpu *vcpu, struct hshim_exit exit)
{
	struct hshim_run_result result;

	hshim_rec_push_exit(vcpu, &exit);
	return hshim_vcpu_run_limit(vcpu, 1, &result);
}

static u64 entered_with(struct kvm_vcpu *vcpu, unsigned int reg)
{
	u64 value;

	memcpy(&value, (const char *)hshim_rec_last_entry(vcpu) + ENTER_GPRS + reg * sizeof(value),
	       sizeof(value));
	return value;
}

/* The caller's registers are seen by the handler, and what it leaves there is the answer. */
static void registers_travel(struct kvm_vcpu *vcpu, const struct hshim_exit *exit,
			     unsigned int count)
{
	struct hshim_handler_log *const handlers = hshim_handlers();
	const unsigned int handled = handlers->smccc;

	handlers->reply = true;
	run(vcpu, *exit);
	handlers->reply = false;
	/* Not every version hands every call on, and a test may have a handler of its own. */
	if (handlers->smccc == handled)
		return;
	run(vcpu, hshim_exit_irq());
	for (unsigned int i = 0; i < count; i++) {
		HSHIM_EXPECT_EQ(handlers->seen[i], exit->gprs[i]);
		HSHIM_EXPECT_EQ(entered_with(vcpu, i), HSHIM_REPLY + i);
	}
}

static void calls(struct kvm_vcpu *vcpu)
{
	struct hshim_exit call = hshim_exit_hostcall(1, NULL, 0);
	const struct hshim_exit psci = hshim_exit_psci(0x84000004, 0x11, 0x12, 0x13);

	for (unsigned int i = 0; i < ARRAY_SIZE(call.gprs); i++)
		call.gprs[i] = 0x500 + i;
	registers_travel(vcpu, &call, ARRAY_SIZE(call.gprs));
	registers_travel(vcpu, &psci, 4);
}

/* The encoding of a trapped MSR or MRS: direction in bit 0, Rt in bits 9 to 5. */
static void system_registers(struct kvm_vcpu *vcpu)
{
	const unsigned int rt = 5;
	const unsigned long iss = 0x3a3010 | rt << 5;

	const unsigned int handled = hshim_handlers()->sys_reg;

	run(vcpu, hshim_exit_sysreg(iss & ~1ul, 0x77));
	if (hshim_handlers()->sys_reg == handled)
		return;
	HSHIM_EXPECT_EQ(vcpu_get_reg(vcpu, (u8)rt), 0x77);
	vcpu_set_reg(vcpu, (u8)rt, 0x99);
	run(vcpu, hshim_exit_sysreg(iss | 1, 0));
	run(vcpu, hshim_exit_irq());
	HSHIM_EXPECT_EQ(entered_with(vcpu, 0), 0x99);
}

/* What exits fill in always: rec.md#4.2 */
static void timers(struct kvm_vcpu *vcpu)
{
	const unsigned int handled = hshim_handlers()->timers;

	run(vcpu, hshim_exit_irq());
	if (hshim_handlers()->timers == handled)
		return;
	HSHIM_EXPECT_EQ(__vcpu_sys_reg(vcpu, CNTV_CTL_EL0), HSHIM_EXIT_CNTV_CTL);
	HSHIM_EXPECT_EQ(__vcpu_sys_reg(vcpu, CNTV_CVAL_EL0), HSHIM_EXIT_CNTV_CVAL);
	HSHIM_EXPECT_EQ(__vcpu_sys_reg(vcpu, CNTP_CTL_EL0), HSHIM_EXIT_CNTP_CTL);
	HSHIM_EXPECT_EQ(__vcpu_sys_reg(vcpu, CNTP_CVAL_EL0), HSHIM_EXIT_CNTP_CVAL);
}

/* An entry that failed has no exit: what the last one said is not said again. */
static void failures(struct hshim_vm *vm, struct kvm_vcpu *vcpu)
{
	const u64 ipa = LOW + RAM_SIZE - PAGE_SIZE;
	unsigned long pages;

	run(vcpu, hshim_exit_dabt(ipa, 0, 3, HSHIM_ABT_WRITE | HSHIM_ABT_ISV));
	hshim_vm_discard(vm, ipa, PAGE_SIZE, true);
	pages = hshim_granules_in_state("DATA");
	for (unsigned int status = 1; status <= 4; status++) {
		HSHIM_EXPECT_LE(run(vcpu, hshim_exit_error(status, 0)), 0);
		HSHIM_EXPECT_LE(run(vcpu, hshim_exit_error(status, 1)), 0);
	}
	HSHIM_EXPECT_EQ(hshim_granules_in_state("DATA"), pages);
}

static u64 flags_of(struct kvm_vcpu *vcpu)
{
	u64 flags;

	memcpy(&flags, hshim_rec_last_entry(vcpu), sizeof(flags));
	return flags;
}

/* The entry after an exit that asks for nothing answers nothing. */
static void answers(struct kvm_vcpu *vcpu)
{
	/* Of nonsense: the host may refuse it. */
	run(vcpu, hshim_exit_other(EXIT_RIPAS_CHANGE, 0));
	run(vcpu, hshim_exit_irq());
	run(vcpu, hshim_exit_irq());
	HSHIM_EXPECT_EQ(flags_of(vcpu) & ANSWERS, 0);
}

/* A request that the monitor does not carry out: what refuses it is said once. */
static void refusal(struct kvm_vcpu *vcpu)
{
	const unsigned int command = hshim_fid("RTT_SET_RIPAS");

	if (!command)
		return;
	hshim_severity("warn", HSHIM_OFF);
	hshim_smc_fail(command, 1, 1, 0, HSHIM_BEFORE);
	run(vcpu, hshim_exit_ripas(LOW + 0x1000, LOW + 0x2000, 0));
	hshim_smc_inject_reset();
	hshim_severity("warn", HSHIM_FAIL);
	hshim_vcpu_run_limit(vcpu, 1, NULL);
	run(vcpu, hshim_exit_irq());
	HSHIM_EXPECT_EQ(flags_of(vcpu) & ANSWERS, 0);
	run(vcpu, hshim_exit_irq());
	HSHIM_EXPECT_EQ(flags_of(vcpu) & ANSWERS, 0);
}

/* An abort that says nothing of a register has none. */
static void register_of_abort(struct kvm_vcpu *vcpu)
{
	for (u8 i = 0; i < 31; i++)
		vcpu_set_reg(vcpu, i, 0x700 + i);
	run(vcpu, hshim_exit_dabt(LOW, 0, 3, HSHIM_ABT_WRITE));
	for (u8 i = 0; i < 31; i++)
		HSHIM_EXPECT_EQ(vcpu_get_reg(vcpu, i), 0x700 + i);
}

/* One vCPU starts the other: the monitor waits until the host has told it which REC was meant. */
static void processors(struct hshim_vm *vm)
{
	struct kvm_vcpu *caller = hshim_vm_vcpu(vm, 0), *target = hshim_vm_vcpu(vm, 1);
	const struct hshim_exit exit =
		hshim_exit_psci_pending(CPU_ON, kvm_vcpu_get_mpidr_aff(target), LOW, 0x55);
	const unsigned int handled = hshim_handlers()->smccc;

	if (!hshim_ops()->psci_complete)
		return;
	run(caller, exit);
	if (hshim_handlers()->smccc == handled)
		return;
	HSHIM_EXPECT_EQ(hshim_ops()->psci_complete(caller, target, 0), 0);
	HSHIM_EXPECT_EQ(hshim_vcpu_run_limit(caller, 1, NULL), 1);
	HSHIM_EXPECT_EQ(hshim_vcpu_run_limit(target, 1, NULL), 1);
}

static void the_rest(struct hshim_vm *vm, struct kvm_vcpu *vcpu)
{
	const u64 half = kvm_gpa_stolen_bits(hshim_vm_kvm(vm));
	int ret;

	HSHIM_EXPECT_GT(run(vcpu, hshim_exit_irq()), 0);
	HSHIM_EXPECT_GT(run(vcpu, hshim_exit_fiq()), 0);
	ret = run(vcpu, hshim_exit_iabt(LOW + IMAGE_SIZE, 0, 3));
	if (ret <= 0)
		hshim_report(HSHIM_O_CHOICE,
			     "an instruction abort on private memory that is not there yet is not "
			     "served (%d)",
			     ret);
	HSHIM_EXPECT_LE(run(vcpu, hshim_exit_iabt(half | LOW, 0, 3)), 0);
	HSHIM_EXPECT_LE(run(vcpu, hshim_exit_dabt(half | 0x1000, 0, 3, HSHIM_ABT_WRITE)), 0);
	run(vcpu, hshim_exit_wfx(false));
	run(vcpu, hshim_exit_serror(0));
	HSHIM_EXPECT_LE(run(vcpu, hshim_exit_other(0x77, 0)), 0);
	HSHIM_EXPECT_LE(run(vcpu, hshim_exit_other(0, 0x3ful << 26)), 0);
}

void hshim_exercise_exits(const struct hshim_exercise *what)
{
	struct hshim_vm *vm = exercise_start(what, exercise_ipa_bits(what, 0), 0);
	struct kvm_vcpu *vcpu;

	if (!vm)
		return;
	vcpu = hshim_vm_vcpu(vm, 0);
	calls(vcpu);
	system_registers(vcpu);
	timers(vcpu);
	failures(vm, vcpu);
	answers(vcpu);
	refusal(vcpu);
	register_of_abort(vcpu);
	the_rest(vm, vcpu);
	processors(vm);
	hshim_check_now();
	hshim_vm_destroy(vm);
}
