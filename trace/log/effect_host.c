/* SPDX-License-Identifier: BSD-3-Clause */
/* What commands of the Host do to the states that are possible. */
#include <string.h>

#include "smc/status.h"
#include "trace/log/answer.h"

static struct log_realm *realm_at(struct log_state *state, uint64_t pa)
{
	const struct log_object *object = log_object(state, pa);

	return object ? object->realm : NULL;
}

static struct log_rec *rec_at(struct log_state *state, uint64_t pa)
{
	const struct log_object *object = log_object(state, pa);

	return object ? object->rec : NULL;
}

/* rmi-commands.md#4 and planes.md#5.3: a new Realm. Which parameters it has is not printed. */
static void create_realm(struct log_state *state, const struct log_call *call)
{
	struct log_object *object = log_become(state, call->x[0], LOG_IS_RD, call->line);
	struct log_realm *realm = object ? object->realm : NULL;

	if (!realm)
		return;
	realm->states = LOG_NEW;
	realm->state_line = call->line;
	realm->counted = true;
	for (unsigned int i = 1; i < LOG_MEASUREMENTS; i++)
		realm->measurement[i] = (struct log_measurement){.known = true, .line = call->line};
	for (unsigned int plane = 1; plane < LOG_PLANES; plane++) {
		for (unsigned int i = 0; i < LOG_OVERLAYS; i++)
			realm->overlay[plane][i] =
				(struct log_fact){.known = true, .line = call->line};
	}
	for (unsigned int i = 1; i < LOG_OVERLAYS; i++)
		realm->locked[i] = LOG_NO;
}

/* Without the lines of Realms a Realm can have switched itself off at any time. */
static void activate_realm(struct log_state *state, const struct log_call *call)
{
	struct log_realm *realm = realm_at(state, call->x[0]);

	if (!realm)
		return;
	realm->states = state->silent ? LOG_ACTIVE | LOG_OFF : LOG_ACTIVE;
	realm->state_line = call->line;
}

static void create_rec(struct log_state *state, const struct log_call *call)
{
	struct log_object *object = log_become(state, call->x[1], LOG_IS_REC, call->line);
	struct log_realm *realm = realm_at(state, call->x[0]);
	struct log_rec *rec = object ? object->rec : NULL;

	if (!rec)
		return;
	rec->owned = true;
	rec->rd = call->x[0];
	if (realm && realm->counted)
		rec->index = (struct log_fact){true, call->line, realm->recs++};
	if (state->silent)
		return;
	rec->running = rec->pending = rec->token = LOG_NO;
	rec->ripas.any = rec->s2ap.any = false;
}

/* The request of the calling REC is over, and the target may be on. */
static void complete_psci(struct log_state *state, const struct log_call *call)
{
	struct log_rec *calling = rec_at(state, call->x[0]), *target = rec_at(state, call->x[1]);

	if (calling && !state->silent) {
		calling->pending = LOG_NO;
		calling->pending_line = call->line;
		calling->target.known = false;
	}
	if (target)
		target->runnable = LOG_MAYBE;
}

/* tf-rmm-quirks.md#5, psci-denied-completes: a refused DENIED may have ended the request. */
static void refuse_psci(struct log_state *state, const struct log_call *call)
{
	struct log_rec *calling = rec_at(state, call->x[0]);

	if (calling && calling->pending == LOG_YES && call->x[2] != 0)
		calling->pending = LOG_MAYBE;
}

static void set_shared(struct log_state *state, const struct log_call *call)
{
	state->mec_known = true;
	state->mec_shared = (struct log_fact){true, call->line, call->x[0]};
}

static void set_private(struct log_state *state, const struct log_call *call)
{
	state->mec_known = true;
	state->mec_shared = (struct log_fact){false, call->line, 0};
}

static void learn(struct log_fact *fact, const struct log_call *call, uint64_t value)
{
	if (!fact->known)
		*fact = (struct log_fact){true, call->line, value};
}

static void effect_success(struct log_state *state, const struct log_call *call)
{
	switch (call->command) {
	case RMI_VERSION:
		learn(&state->rmi_high, call, call->out[1]);
		break;
	case RMI_REC_AUX_COUNT:
		learn(&state->aux_count, call, call->out[0]);
		break;
	case RMI_REALM_CREATE:
		create_realm(state, call);
		break;
	case RMI_REALM_ACTIVATE:
		activate_realm(state, call);
		break;
	case RMI_REC_CREATE:
		create_rec(state, call);
		break;
	case RMI_REALM_DESTROY:
	case RMI_REC_DESTROY:
	case RMI_PDEV_DESTROY:
		log_become(state, call->x[0], LOG_IS_OTHER, call->line);
		break;
	case RMI_PSCI_COMPLETE:
		complete_psci(state, call);
		break;
	case RMI_MEC_SET_SHARED:
		set_shared(state, call);
		break;
	case RMI_MEC_SET_PRIVATE:
		set_private(state, call);
		break;
	case RMI_PDEV_CREATE:
		log_become(state, call->x[0], LOG_IS_PDEV, call->line);
		break;
	case RMI_VDEV_CREATE:
		log_become(state, call->x[2], LOG_IS_VDEV, call->line);
		break;
	case RMI_VDEV_DESTROY:
		log_become(state, call->x[2], LOG_IS_OTHER, call->line);
		break;
	default:
		break;
	}
}

void log_effect_host(struct log_state *state, const struct log_call *call)
{
	struct log_rec *rec;

	if (call->x0 == RMI_SUCCESS) {
		effect_success(state, call);
		return;
	}
	if (call->command == RMI_PSCI_COMPLETE)
		refuse_psci(state, call);
	/* That it is entered before says that it does not run: rec.md#3.1 */
	rec = rec_at(state, call->x[0]);
	if (call->command == RMI_REC_ENTER && rec && smc_status_of(call->x0) == RMI_ERROR_REALM)
		rec->running = LOG_NO;
}
