/* SPDX-License-Identifier: BSD-3-Clause */
/* EL1 timers of the Planes: rec.md#3 (3.3 step 8), planes.md#9 */
#include "rmm/run.h"
#include "smc/mutant.h"

#define CTL_ENABLE  UINT64_C(1)
#define CTL_IMASK   UINT64_C(2)
#define CTL_ISTATUS UINT64_C(4)

static bool active(uint64_t ctl)
{
	return (ctl & (CTL_ENABLE | (MUTANT(timer_mask_ignored) ? 0 : CTL_IMASK))) == CTL_ENABLE;
}

static bool output(uint64_t ctl)
{
	return active(ctl) && (ctl & CTL_ISTATUS);
}

void timer_save(struct run *run, unsigned int n)
{
	const struct rmmsim_plane *plane = rec_plane(run->sim, run->rec, n);

	run->rec->timer_output_v[n] = output(plane->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0]);
	run->rec->timer_output_p[n] = output(plane->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0]);
}

bool timer_changed(const struct run *run)
{
	const struct rec *rec = run->rec;
	const struct rmmsim_plane *plane = run_plane(run);
	const unsigned int n = rec->active_plane;

	if (MUTANT(timer_change_unnoticed))
		return false;
	return output(plane->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0]) != rec->timer_output_v[n] ||
	       output(plane->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0]) != rec->timer_output_p[n];
}

/* The condition of a timer became true after `from` and not later than `to`. */
static bool expires(uint64_t *ctl, uint64_t cval, uint64_t from, uint64_t to)
{
	if (!active(*ctl) || (*ctl & CTL_ISTATUS) || cval <= from || cval > to)
		return false;
	*ctl |= CTL_ISTATUS;
	return true;
}

bool timer_expired(struct run *run)
{
	struct rec *rec = run->rec;
	uint64_t *sysreg = rec_plane(run->sim, rec, 0)->sysreg;
	const uint64_t from = rec->timers_seen, now = rmmsim_time(run->sim);
	bool v, p;

	if (rec->active_plane == 0)
		return false;
	rec->timers_seen = now;
	v = expires(&sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0], sysreg[RMMSIM_SYSREG_CNTV_CVAL_EL0], from,
		    now);
	p = expires(&sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0], sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0], from,
		    now);
	return v || p;
}

/* The Plane whose timer the Host has to serve: planes.md#9 */
static const struct rmmsim_plane *reported(const struct run *run, enum rmmsim_sysreg ctl,
					   enum rmmsim_sysreg cval)
{
	const struct rmmsim_plane *p0 = rec_plane(run->sim, run->rec, 0);
	const struct rmmsim_plane *pn = run_plane(run);

	if (!active(pn->sysreg[ctl]) || MUTANT(timers_of_p0_reported))
		return p0;
	if (active(p0->sysreg[ctl]) && p0->sysreg[cval] <= pn->sysreg[cval])
		return p0;
	return pn;
}

void timer_report(struct run *run)
{
	const struct rmmsim_plane *v =
		reported(run, RMMSIM_SYSREG_CNTV_CTL_EL0, RMMSIM_SYSREG_CNTV_CVAL_EL0);
	const struct rmmsim_plane *p =
		reported(run, RMMSIM_SYSREG_CNTP_CTL_EL0, RMMSIM_SYSREG_CNTP_CVAL_EL0);
	const bool from_p0 = p == rec_plane(run->sim, run->rec, 0);

	if (run->timers_reported)
		return;
	run->timers_reported = true;
	run->exit.cntv_ctl = v->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0];
	run->exit.cntv_cval = v->sysreg[RMMSIM_SYSREG_CNTV_CVAL_EL0];
	run->exit.cntp_ctl = p->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0];
	run->exit.cntp_cval = p->sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0];
	if (quirk(run->sim, QUIRK_cntp_ctl_is_cval) && from_p0 && run->rec->active_plane != 0)
		run->exit.cntp_ctl = run->exit.cntp_cval;
}
