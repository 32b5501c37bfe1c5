/* SPDX-License-Identifier: BSD-3-Clause */
/* What a VMM, guests, other CPUs and the monitor do, step by step: inputs of a fuzzer. host-shim.md#8.6 */
#include <hshim/fuzz.h>
#include <hshim/kvm/exercise.h>

struct course {
	const struct hshim_exercise *what;
	struct hshim_vm *vm;
	bool active;
	u64 high, piece;
	u64 other; /* what the other vCPU touches */
	bool busy; /* it runs already */
	bool racing;
};

static u64 pages(const struct hshim_step *step)
{
	return (u64)step->count * PAGE_SIZE;
}

/* --- other CPUs ---------------------------------------------------------------------------------------- */

static void other_touches(struct course *course, u64 ipa, unsigned int tree)
{
	/* A fault that comes while memory goes is made again: generic KVM sees to that. */
	if (!course->vm || !course->active || course->busy ||
	    hshim_vm_kvm(course->vm)->mmu_invalidate_in_progress)
		return;
	course->busy = true;
	exercise_run(course->vm, 1, hshim_exit_dabt(ipa, tree, 3, HSHIM_ABT_WRITE | HSHIM_ABT_ISV));
	course->busy = false;
}

static void other_vcpu(void *context)
{
	struct course *course = context;

	other_touches(course, course->other, 0);
}

/* X3 is the address, X5 the tree of auxiliary ones. */
static void race(void *context, struct hshim_call *call)
{
	struct course *course = context;
	u64 ipa;

	if (!course->racing || !course->vm || lockdep_is_held(&hshim_vm_kvm(course->vm)->mmu_lock))
		return;
	course->racing = false;
	ipa = (call->x[3] & ~(exercise_half(course->vm) | 0xfffull)) + PAGE_SIZE;
	other_touches(course, ipa, call->inputs > 4 ? (unsigned int)call->x[5] : 0);
}

static void stop_early(void *context, struct hshim_call *call)
{
	const struct course *course = context;

	if (course->piece)
		exercise_shorten(call, course->piece);
}

static void hook_all(struct course *course)
{
	static const char *const tables[] = {"RTT_CREATE", "RTT_AUX_CREATE"};

	for (unsigned int i = 0; i < EXERCISE_RANGES; i++)
		hshim_smc_hook(hshim_fid(exercise_ranges[i]), HSHIM_BEFORE, stop_early, course);
	for (unsigned int i = 0; i < ARRAY_SIZE(tables); i++)
		hshim_smc_hook(hshim_fid(tables[i]), HSHIM_BEFORE, race, course);
}

/* --- the VMM ------------------------------------------------------------------------------------------- */

/* No VCPU runs any more when a machine goes. */
static void drop_machine(struct course *course)
{
	course->active = false;
	course->racing = false;
	hshim_vm_destroy(course->vm);
	course->vm = NULL;
}

static void machine(struct course *course, const struct hshim_step *step)
{
	drop_machine(course);
	course->vm = exercise_bring(course->what, exercise_ipa_bits(course->what, 0),
				    (unsigned int)step->at, step->count ? MADE : ACTIVE);
	course->active = course->vm && !step->count;
	if (course->vm)
		course->high = gfn_to_gpa(hshim_vm_slot(course->vm, 1)->base_gfn);
}

static void activate(struct course *course)
{
	if (course->what->activate && course->what->activate(course->vm) == 0)
		course->active = true;
}

static void request(struct course *course, const struct hshim_step *step)
{
	const struct hshim_exercise *what = course->what;

	switch (step->what) {
	case HSHIM_STEP_CREATE:
		what->create(course->vm, (unsigned int)step->at);
		break;
	case HSHIM_STEP_RAM:
		if (what->ram)
			what->ram(course->vm, step->at, pages(step));
		break;
	case HSHIM_STEP_POPULATE:
		if (what->populate)
			what->populate(course->vm, step->at, pages(step));
		break;
	case HSHIM_STEP_VCPU:
		hshim_vcpu_init(hshim_vm_vcpu(course->vm, step->at & 1));
		break;
	case HSHIM_STEP_ACTIVATE:
		activate(course);
		break;
	case HSHIM_STEP_RELEASE:
		hshim_vm_discard(course->vm, step->at, pages(step), step->flag);
		break;
	case HSHIM_STEP_CONVERT:
		hshim_vm_set_private(course->vm, step->at, pages(step), step->flag);
		break;
	case HSHIM_STEP_REMOVE:
		hshim_vm_remove_slot(course->vm, (unsigned int)step->at);
		break;
	default:
		break;
	}
}

/* --- guests -------------------------------------------------------------------------------------------- */

static struct hshim_exit exit_number(unsigned long number)
{
	switch (number) {
	case 0:
		return hshim_exit_irq();
	case 1:
		return hshim_exit_fiq();
	case 2:
		return hshim_exit_wfx(false);
	case 3:
		return hshim_exit_hostcall(1, NULL, 0);
	case 4:
		return hshim_exit_psci(0x84000004, 0, 0, 0);
	case 5:
		return hshim_exit_sysreg(0x3a3010, 0x77);
	case 6:
		return hshim_exit_serror(0);
	default:
		return hshim_exit_error((unsigned int)number & 3, 0);
	}
}

static void guest(struct course *course, const struct hshim_step *step)
{
	const u64 top = min(step->at + pages(step), exercise_half(course->vm));
	u64 ipa = step->at;

	course->busy = step->what == HSHIM_STEP_TOUCH && (step->flag & 4);
	switch (step->what) {
	case HSHIM_STEP_TOUCH:
		if (step->flag & 1)
			ipa |= exercise_half(course->vm);
		exercise_run(course->vm, course->busy,
			     hshim_exit_dabt(ipa, step->count, 3,
					     step->flag & 2 ? HSHIM_ABT_WRITE | HSHIM_ABT_ISV : 0));
		break;
	case HSHIM_STEP_RIPAS:
		exercise_serve(course->vm, hshim_exit_ripas(ipa, top, step->flag & 1));
		break;
	case HSHIM_STEP_S2AP:
		exercise_serve(course->vm, hshim_exit_s2ap(ipa, top, step->flag, 0));
		break;
	case HSHIM_STEP_EXIT:
		exercise_run(course->vm, 0, exit_number(step->at));
		break;
	default:
		break;
	}
}

/* --- all ----------------------------------------------------------------------------------------------- */

static bool around(struct course *course, const struct hshim_step *step)
{
	switch (step->what) {
	case HSHIM_STEP_MACHINE:
		machine(course, step);
		return true;
	case HSHIM_STEP_REFUSE:
		hshim_refuse((unsigned int)step->at, step->count, step->flag);
		return true;
	case HSHIM_STEP_SHORTAGE:
		hshim_run_short((unsigned int)step->at, step->count + 1);
		return true;
	case HSHIM_STEP_PIECES:
		course->piece = pages(step);
		return true;
	case HSHIM_STEP_RACE:
		course->racing = true;
		return true;
	case HSHIM_STEP_OTHER:
		course->other = step->at;
		hshim_resched_hook(step->count ? other_vcpu : NULL, course);
		return true;
	case HSHIM_STEP_CHECK:
		hshim_check_now();
		return true;
	default:
		return false;
	}
}

static void take(struct course *course, const struct hshim_step *step)
{
	struct hshim_step now = *step;
	char text[128];

	hshim_step_text(step, text, sizeof(text));
	hshim_doing("%s", text);
	if (now.at & HSHIM_STEP_HIGH)
		now.at = course->high + (now.at & ~HSHIM_STEP_HIGH);
	if (around(course, &now) || !course->vm)
		return;
	request(course, &now);
	if (course->active)
		guest(course, &now);
}

void hshim_exercise_steps(const struct hshim_exercise *what, const struct hshim_step *steps,
			  unsigned int count)
{
	struct course course = {.what = what};

	hook_all(&course);
	for (unsigned int i = 0; i < count; i++)
		take(&course, &steps[i]);
	hshim_resched_hook(NULL, NULL);
	hshim_doing("the machine goes");
	drop_machine(&course);
}
