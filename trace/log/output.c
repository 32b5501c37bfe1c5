/* SPDX-License-Identifier: BSD-3-Clause */
/* Outputs that a line prints: which values are possible. */
#include <string.h>

#include "smc/status.h"
#include "trace/log/answer.h"

/* How a Realm's call ends when no condition fails. */
enum ending {
	RETURNS, /* with RSI_SUCCESS or the PSCI result */
	EXITS,   /* to the Host, or to another Plane: no answer is printed */
	EITHER,
};

static const struct {
	enum smc_command_id command;
	enum ending ending;
} endings[] = {
	{RSI_VERSION, RETURNS},
	{RSI_FEATURES, RETURNS},
	{RSI_MEASUREMENT_READ, RETURNS},
	{RSI_MEASUREMENT_EXTEND, RETURNS},
	{RSI_ATTESTATION_TOKEN_INIT, EITHER},
	{RSI_ATTESTATION_TOKEN_CONTINUE, EITHER},
	{RSI_REALM_CONFIG, EITHER},
	{RSI_IPA_STATE_SET, EXITS},
	{RSI_IPA_STATE_GET, RETURNS},
	{RSI_HOST_CALL, EXITS},
	{RSI_MEM_GET_PERM_VALUE, RETURNS},
	{RSI_MEM_SET_PERM_INDEX, EXITS},
	{RSI_MEM_SET_PERM_VALUE, RETURNS},
	{RSI_PLANE_ENTER, EXITS},
	{RSI_PLANE_SYSREG_READ, RETURNS},
	{RSI_PLANE_SYSREG_WRITE, RETURNS},
	{PSCI_VERSION, RETURNS},
	{PSCI_FEATURES, RETURNS},
	{PSCI_CPU_SUSPEND, EXITS},
	{PSCI_CPU_OFF, EXITS},
	{PSCI_CPU_ON, EXITS},
	{PSCI_AFFINITY_INFO, EITHER},
	{PSCI_SYSTEM_OFF, EXITS},
	{PSCI_SYSTEM_RESET, EXITS},
	{PSCI_SMCCC_VERSION, RETURNS},
};

static enum ending ending_of(enum smc_command_id command)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (endings[i].command == command)
			return endings[i].ending;
	}
	return EITHER;
}

/* Up to 0.7 the registers of a call that exits are printed without regard to what they hold. */
static bool prints_leftovers(const struct log_call *call)
{
	return (call->releases & ~(LOG_RELEASE_BIT(LOG_08) | LOG_RELEASES_2)) != 0;
}

static bool equal(const struct log_fact *fact, uint64_t value, struct log_because *because)
{
	if (!fact->known || fact->value == value)
		return true;
	log_because_add(because, fact->line);
	return false;
}

/* --- the Host's commands --------------------------------------------------------------------- */

/* `top` where a walk for `ipa` found nothing to do: rtt.md#4.1 */
static bool top_fits(const struct log_view *view, const struct log_rule *rule, uint64_t ipa,
		     uint64_t top)
{
	const int64_t level = (int8_t)(uint8_t)smc_index_of(view->call->x0);
	const uint64_t size = log_entry_size(level), table = size * 512;
	const bool shared = view->planes.tree_pp && ipa >> (view->geometry.width - 1) != 0;

	if (rule->level == LOG_LEVEL_LEVEL)
		return top == ipa;
	/* A block, or a table that an auxiliary tree shares. */
	if (top == ipa)
		return level >= 1 || (shared && rule->level == LOG_LEVEL_PARENT);
	return top > ipa && top % size == 0 && top <= (ipa & ~(table - 1)) + table;
}

static bool version_fits(const struct log_view *view, uint32_t abi, const struct log_fact *high,
			 struct log_because *because)
{
	const struct log_call *call = view->call;
	const bool success = call->x0 == 0;

	if (abi) {
		log_because_add(because, view->state->boot_line);
		return call->out[1] == abi && call->out[0] == (success ? call->x[0] : abi);
	}
	return equal(high, call->out[1], because) && (!success || call->out[0] == call->x[0]);
}

static bool host_fits(const struct log_view *view, const struct log_rule *rule,
		      struct log_because *because)
{
	const struct log_call *call = view->call;

	switch (call->command) {
	case RMI_VERSION:
		return rule ||
		       version_fits(view, view->state->rmi_abi, &view->state->rmi_high, because);
	case RMI_REC_AUX_COUNT:
		return rule || equal(&view->state->aux_count, call->out[0], because);
	case RMI_FEATURES:
		return rule || call->x[0] <= 1 || call->out[0] == 0;
	case RMI_DATA_DESTROY:
	case RMI_RTT_DESTROY:
		return !rule || call->outputs < 2 ||
		       (call->out[0] == 0 && top_fits(view, rule, call->x[1], call->out[1]));
	default:
		return true;
	}
}

/* --- Realms' calls --------------------------------------------------------------------------- */

unsigned int log_hashes_fit(const struct log_realm *realm, const struct log_measurement *known,
			    const uint64_t *value)
{
	unsigned int hashes = 0;

	for (unsigned int i = 0; i < LOG_HASHES; i++) {
		if ((realm->hashes >> i & 1) && !memcmp(known->bytes[i], value, 64))
			hashes |= 1u << i;
	}
	return hashes;
}

static bool high_half_zero(const struct log_call *call)
{
	return !(call->out[4] | call->out[5] | call->out[6] | call->out[7]);
}

/* measurement.md: 32 bytes and zeros, or 64 bytes. */
static bool measurement_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_realm *realm = view->realm ? view->realm->realm : NULL;
	const struct log_call *call = view->call;
	const struct log_measurement *known;

	if (!realm || call->x[0] >= LOG_MEASUREMENTS)
		return true;
	/* The RIM is a digest. */
	if (call->x[0] == 0 && high_half_zero(call) &&
	    !(call->out[0] | call->out[1] | call->out[2] | call->out[3]))
		return false;
	known = &realm->measurement[call->x[0]];
	if (known->known && !log_hashes_fit(realm, known, call->out)) {
		log_because_add(because, realm->state_line);
		log_because_add(because, known->line);
		return false;
	}
	if (realm->hashes == 1u << RMI_HASH_SHA_256 && !high_half_zero(call)) {
		log_because_add(because, realm->hash_line);
		return false;
	}
	return true;
}

static bool overlay_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_realm *realm = view->realm ? view->realm->realm : NULL;
	const struct log_call *call = view->call;

	if (call->x[0] == 0)
		return call->out[0] == RSI_PERM_RW_UPX;
	if (!realm || call->x[0] >= LOG_PLANES || call->x[1] >= LOG_OVERLAYS)
		return call->out[0] <= RSI_PERM_RW_UPX;
	log_because_add(because, realm->state_line);
	return call->out[0] <= RSI_PERM_RW_UPX &&
	       equal(&realm->overlay[call->x[0]][call->x[1]], call->out[0], because);
}

static bool ripas_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_realm *realm = view->realm ? view->realm->realm : NULL;
	const struct log_call *call = view->call;
	const uint64_t base = call->x[0], top = call->out[0];
	size_t line = 0;

	if (top <= base || top > call->x[1] || top % 4096 || call->out[1] > RSI_RIPAS_DEV)
		return false;
	if (!realm || log_spans_get(&realm->ripas, base, top, &line) >> call->out[1] & 1)
		return true;
	log_because_add(because, line);
	return false;
}

static bool sysreg_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_rec *rec = view->caller ? view->caller->rec : NULL;
	const struct log_call *call = view->call;

	for (unsigned int i = 0; rec && i < rec->sysreg_count; i++) {
		const struct log_sysreg *known = &rec->sysregs[i];

		if (known->plane != call->x[0] || known->address != call->x[1] ||
		    known->value == call->out[0])
			continue;
		log_because_add(because, view->caller->line);
		log_because_add(because, known->line);
		return false;
	}
	return true;
}

/* INCOMPLETE: all that was asked for; SUCCESS: the last bytes. rsi.md#4 */
static bool token_fits(const struct log_call *call)
{
	if (call->x0 == RSI_INCOMPLETE)
		return call->out[0] == call->x[2] || call->out[0] == 0;
	return call->x0 == RSI_SUCCESS && call->out[0] > 0 && call->out[0] <= call->x[2];
}

static bool features_fit(const struct log_view *view, struct log_because *because)
{
	const struct log_realm *realm = view->realm ? view->realm->realm : NULL;
	const struct log_call *call = view->call;

	if (call->x[0] != 0)
		return call->out[0] == 0;
	return !realm || equal(&realm->features, call->out[0], because);
}

static bool rsi_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_call *call = view->call;

	if (call->command == RSI_ATTESTATION_TOKEN_CONTINUE)
		return token_fits(call);
	if (call->command == RSI_ATTESTATION_TOKEN_INIT && call->x0 == RSI_ERROR_UNKNOWN)
		return true;
	if (call->x0 != RSI_SUCCESS)
		return false;
	switch (call->command) {
	case RSI_VERSION:
		return version_fits(view, view->state->rsi_abi, &view->state->rsi_high, because);
	case RSI_FEATURES:
		return features_fit(view, because);
	case RSI_MEASUREMENT_READ:
		return measurement_fits(view, because);
	case RSI_IPA_STATE_GET:
		return ripas_fits(view, because);
	case RSI_MEM_GET_PERM_VALUE:
		return overlay_fits(view, because);
	case RSI_PLANE_SYSREG_READ:
		return sysreg_fits(view, because);
	case RSI_ATTESTATION_TOKEN_INIT:
		return equal(&view->state->token_size, call->out[0], because);
	default:
		return true;
	}
}

static bool psci_fits(const struct log_view *view)
{
	const struct log_rec *rec = view->caller ? view->caller->rec : NULL;
	const struct log_call *call = view->call;

	if (call->out[0] | call->out[1] | call->out[2])
		return false;
	switch (call->command) {
	case PSCI_VERSION:
		return call->x0 == PSCI_VERSION_1_1;
	case PSCI_SMCCC_VERSION:
		return call->x0 == SMCCC_VERSION_1_2;
	case PSCI_AFFINITY_INFO:
		/* Of the caller itself: on. */
		return call->x0 == 0 &&
		       (!rec || !rec->index.known || rec->index.value == log_rec_index(call->x[0]));
	case PSCI_FEATURES:
		return call->x0 == 0;
	default:
		return call->x0 == SMCCC_NOT_SUPPORTED;
	}
}

/* The request goes to the Host unless it is about the caller. */
static bool exit_fits(const struct log_view *view)
{
	const struct log_rec *rec = view->caller ? view->caller->rec : NULL;

	return view->call->command != PSCI_AFFINITY_INFO || !rec || !rec->index.known ||
	       rec->index.value != log_rec_index(view->call->x[0]);
}

static bool realm_fits(const struct log_view *view, struct log_because *because)
{
	const enum ending ending = ending_of(view->call->command);

	if (!view->call->answered)
		return ending != RETURNS && view->call->command && exit_fits(view);
	if (ending == EXITS || (ending == EITHER && prints_leftovers(view->call)))
		return prints_leftovers(view->call);
	if (view->call->interface == SMC_PSCI)
		return psci_fits(view);
	return rsi_fits(view, because);
}

/*
 * X1 to X3 of a refused call are 0 (rsi.md#1); a version is answered with the supported ones also when it is
 * refused (rsi.md#4).
 */
static bool refused_fits(const struct log_view *view, struct log_because *because)
{
	const struct log_call *call = view->call;

	if (call->command == RSI_VERSION)
		return version_fits(view, view->state->rsi_abi, &view->state->rsi_high, because);
	return !(call->out[0] | call->out[1] | call->out[2]);
}

bool log_output_fits(const struct log_view *view, const struct log_rule *rule,
		     struct log_because *because)
{
	if (view->call->interface == SMC_RMI)
		return host_fits(view, rule, because);
	return rule ? refused_fits(view, because) : realm_fits(view, because);
}
