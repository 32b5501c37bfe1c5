/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/trace/log_life.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- printing ---------------------------------------------------------------------------------- */

static void put_banner(FILE *out, enum log_release release)
{
	fprintf(out, "Booting RMM v.0.%u.0(debug) x Built", 5 + release);
	if (release <= LOG_06)
		fprintf(out, " with GCC\nRMI/RSI ABI v.1.1/1.1 built: now\n");
	else
		fprintf(out, ": now with GCC\nRMI ABI revision v1.1\nRSI ABI revision v1.1\n");
}

static const struct log_shape *shape_of(enum smc_command_id command)
{
	const struct smc_command *row = smc_command(command);
	const char *name = row->name;

	/* Two names are shorter in the log. */
	if (command == RSI_ATTESTATION_TOKEN_INIT)
		name = "ATTEST_TOKEN_INIT";
	if (command == RSI_ATTESTATION_TOKEN_CONTINUE)
		name = "ATTEST_TOKEN_CONTINUE";
	return log_shape_find(row->interface, name, strlen(name));
}

static void put_words(FILE *out, const uint64_t *words, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		fprintf(out, " %" PRIx64, words[i]);
}

static void put_host_line(FILE *out, enum log_release release, const struct log_shape *shape,
			  const uint64_t *x, const uint64_t *results)
{
	const struct log_format *format = &shape->format[release];
	const uint32_t status = smc_status_of(results[0]);
	const bool old_rec = release == LOG_05 && shape->command == RMI_REC_CREATE;
	uint64_t turned[3] = {0};

	if (old_rec)
		memcpy(turned, (const uint64_t[]){x[1], x[0], x[2]}, sizeof(turned));
	if (format->printed == LOG_UNKNOWN || format->printed == LOG_PRINTS_NONE ||
	    (format->printed == LOG_PRINTS_BAD && results[0] == RMI_SUCCESS))
		return;
	fprintf(out, "%s%s", release == LOG_05 ? "SMC_RMM_" : "SMC_RMI_", shape->name);
	put_words(out, old_rec ? turned : x, format->arguments);
	fprintf(out, " > %s", rmi_status_name(status));
	if (status == RMI_ERROR_RTT ||
	    (status == RMI_ERROR_REALM && shape->command == RMI_REC_ENTER))
		fprintf(out, " %" PRIx32, smc_index_of(results[0]));
	if (status == RMI_SUCCESS ||
	    (status == RMI_ERROR_RTT &&
	     (shape->command == RMI_RTT_DESTROY || shape->command == RMI_DATA_DESTROY)))
		put_words(out, results + 1, format->outputs);
	fputc('\n', out);
}

static void put_realm_line(FILE *out, enum log_release release, const uint64_t *x,
			   const uint64_t *results)
{
	const enum smc_command_id command = smc_decode_any(SMC_FROM_REALM, (uint32_t)x[0]);
	const bool rsi = command != SMC_NONE && smc_command(command)->interface == SMC_RSI;
	const struct log_shape *shape = rsi ? shape_of(command) : NULL;
	/* Up to 0.7 the registers of a call that exits are printed: here the arguments. */
	const uint64_t *shown = results || release == LOG_08 ? results : x;

	if (shape && shape->format[release].printed == LOG_UNKNOWN)
		return;
	if (!rsi) {
		fprintf(out, "%s_%08" PRIx64, (x[0] & 0xbfffffe0) == 0x84000000 ? "PSCI" : "SMC",
			x[0]);
		put_words(out, x + 1, LOG_SMC_ARGUMENTS);
		if (shown) {
			fputs(" >", out);
			put_words(out, shown, 1 + LOG_SMC_OUTPUTS);
		}
		fputc('\n', out);
		return;
	}
	fprintf(out, "SMC_RSI_%s", shape->name);
	put_words(out, x + 1, shape->format[release].arguments);
	if (shown && shown[0] < 6)
		fprintf(out, " > %s", rsi_status_name((uint32_t)shown[0]));
	else if (shown)
		fprintf(out, " > %" PRIx64, shown[0]);
	if (shown)
		put_words(out, shown + 1, shape->format[release].outputs);
	fputc('\n', out);
}

/* --- calls ------------------------------------------------------------------------------------- */

static uint64_t host(struct life *life, enum smc_command_id command, uint64_t x1, uint64_t x2,
		     uint64_t x3, uint64_t x4, uint64_t x5)
{
	const uint64_t x[] = {x1, x2, x3, x4, x5};
	const uint64_t given[] = {0, x1, x2, x3, x4, x5};
	const struct log_shape *shape = shape_of(command);

	host_call(&life->host, command, given, 5);
	for (unsigned int r = 0; shape && r < LIFE_RELEASES; r++)
		put_host_line(life->out[r], r, shape, x, life->host.regs.x);
	return life->host.regs.x[0];
}

/* Enters the REC, which makes this SMC. */
static void enter(struct life *life, uint64_t rec, const uint64_t *x)
{
	struct host_guest *guest = &life->host.guest;
	const struct log_shape *shape = shape_of(RMI_REC_ENTER);
	const uint64_t given[] = {0, rec, life->host.run};
	struct rmi_rec_enter flags = {0};

	*guest = (struct host_guest){.pending = true};
	memcpy(guest->smc, x, 11 * sizeof(x[0]));
	rmmsim_host_write(life->host.sim, life->host.run, &flags, sizeof(flags));
	host_call(&life->host, RMI_REC_ENTER, given, 2);
	for (unsigned int r = 0; r < LIFE_RELEASES; r++) {
		if (!guest->pending)
			put_realm_line(life->out[r], r, x, guest->returned ? guest->result : NULL);
		put_host_line(life->out[r], r, shape, given + 1, life->host.regs.x);
	}
}

/* --- arguments --------------------------------------------------------------------------------- */

static struct host_realm *some_realm(struct life *life)
{
	return &life->realms[random_below(&life->random, life->realm_count)];
}

static uint64_t some_rec(struct life *life)
{
	const struct host_realm *realm = some_realm(life);

	if (!realm->recs)
		return life->pages[0];
	return realm->rec[random_below(&life->random, realm->recs)];
}

static uint64_t some_ipa(struct life *life)
{
	static const uint64_t near[] = {0,        0x1000,     0x2000,     0x200000, 0x201000,
					0x400000, 0x40000000, 0x40001000, 0x800,    0x8000000000};
	uint64_t ipa = near[random_below(&life->random, COUNT(near))];

	if (random_once_in(&life->random, 6))
		ipa += some_realm(life)->half;
	return ipa;
}

static uint64_t some_pa(struct life *life)
{
	switch (random_below(&life->random, 8)) {
	case 0:
		return some_realm(life)->rd;
	case 1:
		return some_rec(life);
	case 2:
		return life->pages[0] + 1;
	default:
		return life->pages[random_below(&life->random, COUNT(life->pages))];
	}
}

/* What the row of the command says the argument is, mostly. */
static uint64_t argument(struct life *life, const struct smc_value *value)
{
	if (random_once_in(&life->random, 12))
		return some_pa(life);
	switch (value->kind) {
	case SMC_KIND_RD:
		return some_realm(life)->rd;
	case SMC_KIND_REC:
		return some_rec(life);
	case SMC_KIND_IPA:
		return some_ipa(life);
	case SMC_KIND_LEVEL:
		return random_below(&life->random, 5);
	case SMC_KIND_GRANULE:
	case SMC_KIND_NS:
	case SMC_KIND_PA:
		return some_pa(life);
	default:
		return random_below(&life->random, 4);
	}
}

/* --- actions ----------------------------------------------------------------------------------- */

static void random_host(struct life *life)
{
	static const enum smc_command_id commands[] = {
		RMI_GRANULE_DELEGATE,
		RMI_GRANULE_UNDELEGATE,
		RMI_REALM_CREATE,
		RMI_REALM_DESTROY,
		RMI_REALM_ACTIVATE,
		RMI_REC_CREATE,
		RMI_REC_DESTROY,
		RMI_REC_AUX_COUNT,
		RMI_PSCI_COMPLETE,
		RMI_PSCI_COMPLETE,
		RMI_RTT_CREATE,
		RMI_RTT_CREATE,
		RMI_RTT_DESTROY,
		RMI_RTT_FOLD,
		RMI_RTT_READ_ENTRY,
		RMI_RTT_INIT_RIPAS,
		RMI_RTT_SET_RIPAS,
		RMI_RTT_SET_S2AP,
		RMI_DATA_CREATE_UNKNOWN,
		RMI_DATA_DESTROY,
		RMI_RTT_AUX_CREATE,
		RMI_RTT_AUX_DESTROY,
		RMI_RTT_AUX_MAP_PROTECTED,
		RMI_RTT_AUX_UNMAP_PROTECTED,
		RMI_RTT_AUX_MAP_UNPROTECTED,
		RMI_RTT_AUX_UNMAP_UNPROTECTED,
		RMI_MEC_SET_SHARED,
		RMI_MEC_SET_PRIVATE,
	};
	const enum smc_command_id id = commands[random_below(&life->random, COUNT(commands))];
	const struct smc_command *command = smc_command(id);
	uint64_t x[5] = {0};

	for (unsigned int i = 0; i < command->inputs && i < 5; i++)
		x[i] = argument(life, &command->in[i]);
	host(life, id, x[0], x[1], x[2], x[3], x[4]);
}

static uint64_t small(struct life *life)
{
	return random_once_in(&life->random, 10) ? some_ipa(life) : random_below(&life->random, 6);
}

static void random_realm(struct life *life)
{
	static const uint32_t functions[] = {
		SMC_RSI_VERSION,
		SMC_RSI_FEATURES,
		SMC_RSI_MEASUREMENT_READ,
		SMC_RSI_MEASUREMENT_EXTEND,
		SMC_RSI_REALM_CONFIG,
		SMC_RSI_IPA_STATE_GET,
		SMC_RSI_IPA_STATE_SET,
		SMC_RSI_IPA_STATE_SET,
		SMC_RSI_HOST_CALL,
		SMC_RSI_MEM_GET_PERM_VALUE,
		SMC_RSI_MEM_SET_PERM_VALUE,
		SMC_RSI_MEM_SET_PERM_INDEX,
		SMC_RSI_PLANE_SYSREG_READ,
		SMC_RSI_PLANE_SYSREG_WRITE,
		SMC_RSI_ATTESTATION_TOKEN_INIT,
		SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		0x84000000,
		0x8400000a,
		0xc4000003,
		0xc4000004,
		0x84000002,
		0x80000000,
		0xc4000250,
	};
	const uint32_t fid = functions[random_below(&life->random, COUNT(functions))];
	uint64_t x[18] = {fid, small(life), small(life), small(life), small(life)};

	switch (fid) {
	case SMC_RSI_VERSION:
		x[1] = 0x10000 + random_below(&life->random, 3);
		break;
	case SMC_RSI_IPA_STATE_GET:
	case SMC_RSI_IPA_STATE_SET:
	case SMC_RSI_MEM_SET_PERM_INDEX:
		x[1] = some_ipa(life);
		x[2] = random_once_in(&life->random, 4) ? some_ipa(life) : x[1] + 0x2000;
		x[4] = random_once_in(&life->random, 4) ? x[4] : 0;
		break;
	case SMC_RSI_PLANE_SYSREG_READ:
	case SMC_RSI_PLANE_SYSREG_WRITE:
		x[2] = random_once_in(&life->random, 4) ? x[2] : RSI_SYSREG_VBAR_EL1;
		x[4] = 0;
		break;
	case SMC_RSI_REALM_CONFIG:
	case SMC_RSI_HOST_CALL:
	case SMC_RSI_ATTESTATION_TOKEN_CONTINUE:
		x[1] = some_ipa(life);
		break;
	case 0xc4000003:
		x[2] = random_once_in(&life->random, 4) ? x[2] : 0x1000;
		break;
	case 0xc4000004:
		x[2] = random_once_in(&life->random, 4);
		break;
	default:
		break;
	}
	enter(life, some_rec(life), x);
}

static void make_realm(struct life *life)
{
	const struct host_realm_options options = {
		.planes = 1 + (unsigned int)random_below(&life->random, 3),
		.s2sz = 33 + (unsigned int)random_below(&life->random, 7),
		.hash_algo = random_below(&life->random, 2) ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256,
	};
	struct host_realm *realm = &life->realms[life->realm_count];

	if (life->realm_count == COUNT(life->realms))
		return;
	host_realm_params(&life->host, realm, &options);
	realm->rd = host_delegated(&life->host);
	if (host(life, RMI_REALM_CREATE, realm->rd,
		 host_page_with(&life->host, &realm->params, sizeof(realm->params)), 0, 0,
		 0) == RMI_SUCCESS)
		life->realm_count++;
}

static void make_rec(struct life *life)
{
	struct host_realm *realm = some_realm(life);
	struct rmi_rec_params params = {
		.flags = random_once_in(&life->random, 4) ? 0 : RMI_REC_CREATE_FLAG_RUNNABLE,
		.mpidr = realm->recs,
		.num_aux = 16,
	};
	const uint64_t rec = host_delegated(&life->host);

	if (realm->recs == 4)
		return;
	for (unsigned int i = 0; i < params.num_aux; i++)
		params.aux[i] = host_delegated(&life->host);
	if (host(life, RMI_REC_CREATE, realm->rd, rec,
		 host_page_with(&life->host, &params, sizeof(params)), 0, 0) == RMI_SUCCESS)
		realm->rec[realm->recs++] = rec;
}

/* A page with its tables, and RIPAS RAM while the Realm is new. */
static void make_page(struct life *life)
{
	const struct host_realm *realm = some_realm(life);
	const uint64_t ipa = some_ipa(life) & ~UINT64_C(0xfff);

	for (uint64_t level = (uint64_t)realm->start + 1; level <= 3; level++)
		host(life, RMI_RTT_CREATE, realm->rd, host_delegated(&life->host),
		     ipa & ~((HOST_PAGE << 9 * (4 - level)) - 1), level, 0);
	host(life, RMI_RTT_INIT_RIPAS, realm->rd, ipa, ipa + HOST_PAGE, 0, 0);
	host(life, RMI_DATA_CREATE_UNKNOWN, realm->rd, host_delegated(&life->host), ipa, 0, 0);
}

/* The Host answers what a Realm asked for, as far as it can guess. */
static void answer(struct life *life)
{
	const struct host_realm *realm = some_realm(life);
	const uint64_t base = some_ipa(life), rec = some_rec(life);

	if (random_once_in(&life->random, 2))
		host(life, RMI_RTT_SET_RIPAS, realm->rd, rec, base, base + 0x2000, 0);
	else
		host(life, RMI_RTT_SET_S2AP, realm->rd, rec, base, base + 0x2000, 0);
}

static void act(struct life *life)
{
	switch (random_below(&life->random, 16)) {
	case 0:
		make_realm(life);
		break;
	case 1:
		make_rec(life);
		break;
	case 2:
		make_page(life);
		break;
	case 3:
		host(life, RMI_REALM_ACTIVATE, some_realm(life)->rd, 0, 0, 0, 0);
		break;
	case 4:
		answer(life);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		random_host(life);
		break;
	default:
		random_realm(life);
		break;
	}
}

void life_run(struct life *life, uint64_t seed, unsigned int steps)
{
	struct rmmsim_config config;

	*life = (struct life){.random = {seed}};
	rmmsim_config_init(&config);
	config.profile = "tf-rmm-0.8";
	host_open(&life->host, &config);
	host_bulk(&life->host, true);
	for (unsigned int r = 0; r < LIFE_RELEASES; r++) {
		life->out[r] = open_memstream(&life->text[r], &life->size[r]);
		put_banner(life->out[r], r);
	}
	for (unsigned int i = 0; i < COUNT(life->pages); i++)
		life->pages[i] = host_page(&life->host);
	make_realm(life);
	for (unsigned int i = 0; i < steps; i++)
		act(life);
	for (unsigned int r = 0; r < LIFE_RELEASES; r++)
		fclose(life->out[r]);
	life->host.unchecked = true;
	rmmsim_destroy(life->host.sim);
}

void life_free(struct life *life)
{
	for (unsigned int r = 0; r < LIFE_RELEASES; r++)
		free(life->text[r]);
}
