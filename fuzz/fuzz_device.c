/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A hostile device: the input decides what it answers. Byte 0 is the state from which an operation of the
 * PDEV or VDEV begins. Byte 1: bit 0, the rest replaces every answer instead of changing those of the ready-made
 * device, inside of the protection of secured messages; bits 7:1, a fault of that device. With every input
 * the process lives, the invariants hold, the objects are in a state that the table of transitions has
 * (device-assignment.md#3, device-assignment.md#4), the device reaches no memory of the Realm, which never allowed
 * that, and faults that an operation has to notice are noticed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rmmsim/device.h>
#include <rmmsim/snapshot.h>

#include "fuzz/fuzz.h"

#define DRAM      UINT64_C(0x80000000)
#define PAGE      UINT64_C(0x1000)
#define REGISTERS UINT64_C(0x50000000)
#define RID       0x0100
#define MAX_STEPS 600

/* Places, in pages of DRAM. */
enum place { PDEV = 1, VDEV, RD, ROOT, DATA, REQUEST, RESPONSE, PARAMS, KEY, MEASURE, AUX };

static inline uint64_t at(unsigned int place)
{
	return DRAM + place * PAGE;
}

/* What the device does with an answer, by the input. */
struct input {
	const uint8_t *data;
	size_t size;
	bool raw;        /* answers are bytes of the input */
	size_t position; /* of the next byte */
	bool changed;    /* some answer is not the device's own */
};

struct scene {
	struct rmmsim *sim;
	struct rmmsim_device *device;
	struct input input;
};

/* Where an input begins: a kept state, the command that begins a conversation, and what may come of it. */
struct beginning {
	uint32_t fid; /* 0: the conversation is pending already */
	bool vdev;
	unsigned int stage;  /* of prepare() */
	unsigned int states; /* bit n: state n may follow */
	/* Faults that have to lead to ERROR, each with a space before and behind it; NULL: none. */
	const char *noticed;
};

#define PDEV_IN(state) (1u << RMI_PDEV_STATE_##state)
#define VDEV_IN(state) (1u << RMI_VDEV_STATE_##state)

enum stage {
	STAGE_NEW,
	STAGE_HAS_KEY,
	STAGE_READY,
	STAGE_UNLOCKED,
	STAGE_LOCKED,
	STAGE_STARTED,
	STAGES
};

static const struct beginning beginnings[] = {
	{0, false, STAGE_NEW, PDEV_IN(NEW) | PDEV_IN(NEEDS_KEY) | PDEV_IN(ERROR),
	 " silent truncated long wrong-version wrong-message-version wrong-code no-capabilities "
	 "wrong-algorithm "
	 "no-certificate wrong-certificate chain-length errors always-busy "},
	{0, false, STAGE_HAS_KEY, PDEV_IN(HAS_KEY) | PDEV_IN(READY) | PDEV_IN(ERROR),
	 " silent wrong-signature wrong-point wrong-verify-data wrong-secured-version wrong-tag "
	 "wrong-session no-ide "
	 "wrong-stream wrong-vendor "},
	{SMC_RMI_PDEV_IDE_KEY_REFRESH, false, STAGE_READY,
	 PDEV_IN(COMMUNICATING) | PDEV_IN(READY) | PDEV_IN(ERROR), NULL},
	{SMC_RMI_PDEV_IDE_RESET, false, STAGE_READY,
	 PDEV_IN(IDE_RESETTING) | PDEV_IN(READY) | PDEV_IN(ERROR), NULL},
	{SMC_RMI_PDEV_STOP, false, STAGE_READY, PDEV_IN(STOPPING) | PDEV_IN(STOPPED), NULL},
	{SMC_RMI_VDEV_LOCK, true, STAGE_UNLOCKED,
	 VDEV_IN(UNLOCKED) | VDEV_IN(LOCKED) | VDEV_IN(ERROR),
	 " no-lock unlocks-itself wrong-interface wrong-tag "},
	{SMC_RMI_VDEV_GET_MEASUREMENTS, true, STAGE_LOCKED, VDEV_IN(LOCKED) | VDEV_IN(ERROR),
	 " wrong-record wrong-measurement-signature wrong-tag "},
	{SMC_RMI_VDEV_GET_INTERFACE_REPORT, true, STAGE_LOCKED, VDEV_IN(LOCKED) | VDEV_IN(ERROR),
	 " empty-report wrong-interface "},
	{SMC_RMI_VDEV_START, true, STAGE_LOCKED,
	 VDEV_IN(LOCKED) | VDEV_IN(STARTED) | VDEV_IN(ERROR), NULL},
	{SMC_RMI_VDEV_UNLOCK, true, STAGE_STARTED,
	 VDEV_IN(STARTED) | VDEV_IN(UNLOCKED) | VDEV_IN(ERROR), NULL},
};

#define BEGINNINGS (sizeof(beginnings) / sizeof(beginnings[0]))

/* --- what the device answers ---------------------------------------------------------------------------- */

static uint8_t next(struct input *in)
{
	return in->position < in->size ? in->data[in->position++] : 0;
}

/* Two bytes of length, then the answer. */
static size_t raw_answer(struct input *in, uint8_t *text)
{
	size_t size = next(in);

	in->changed = true;
	size |= (size_t)next(in) << 8;
	size %= RMMSIM_DEVICE_MESSAGE - 64;
	for (size_t i = 0; i < size; i++)
		text[i] = next(in);
	return size;
}

/* A byte says how many changes the answer gets; a change is a kind, a place and a value. */
static size_t changed_answer(struct input *in, uint8_t *text, size_t size)
{
	for (unsigned int changes = next(in) % 4; changes; changes--) {
		const uint8_t kind = next(in);
		size_t place = next(in);
		const uint8_t value = next(in);

		/* Places count from the end too, where lengths and signatures are. */
		if (kind & 1)
			place = size > place ? size - 1 - place : 0;
		in->changed = true;
		if ((kind & 6) == 6)
			size = place;
		else if (place < size && (kind & 2))
			text[place] ^= value;
		else if (place < size)
			text[place] = value;
	}
	return size;
}

static size_t tamper(void *context, uint8_t *text, size_t size)
{
	struct input *in = &((struct scene *)context)->input;

	if (!in->data)
		return size;
	return in->raw ? raw_answer(in, text) : changed_answer(in, text, size);
}

/* --- the Host --------------------------------------------------------------------------------------------- */

static uint64_t smc(struct scene *s, uint64_t *out, uint32_t fid, uint64_t x1, uint64_t x2,
		    uint64_t x3, uint64_t x4)
{
	struct rmmsim_regs regs = {.x = {fid, x1, x2, x3, x4}};

	rmmsim_smc(s->sim, 0, &regs);
	if (out)
		*out = regs.x[1];
	return regs.x[0];
}

static void must(bool holds, const char *what)
{
	if (!holds)
		fuzz_report(what, NULL);
}

static void put(struct scene *s, unsigned int place, const void *data, size_t size)
{
	must(rmmsim_host_write(s->sim, at(place), data, size) == RMMSIM_OK, "a page is not there");
}

static bool step(struct scene *s, bool vdev)
{
	const uint64_t x0 =
		vdev ? smc(s, NULL, SMC_RMI_VDEV_COMMUNICATE, at(PDEV), at(VDEV), at(DATA), 0)
		     : smc(s, NULL, SMC_RMI_PDEV_COMMUNICATE, at(PDEV), at(DATA), 0, 0);

	must(x0 == RMI_SUCCESS, "COMMUNICATE is refused in a conversation");
	return rmmsim_device_deliver(s->device, at(DATA)) == RMMSIM_OK;
}

/* False: it went on for ever. */
static bool talk(struct scene *s, bool vdev)
{
	const struct rmi_dev_comm_enter enter = {.req_addr = at(REQUEST),
						 .resp_addr = at(RESPONSE)};

	put(s, DATA, &enter, sizeof(enter));
	for (unsigned int i = 0; i < MAX_STEPS; i++) {
		if (!step(s, vdev))
			return true;
	}
	return false;
}

/* --- the kept states -------------------------------------------------------------------------------------- */

static void delegate(struct scene *s, unsigned int place)
{
	must(smc(s, NULL, SMC_RMI_GRANULE_DELEGATE, at(place), 0, 0, 0) == RMI_SUCCESS,
	     "a granule is not delegated");
}

static void create_pdev(struct scene *s)
{
	struct rmi_pdev_params params;
	struct rmi_public_key_params key;

	rmmsim_device_params(s->device, &params);
	smc(s, &params.num_aux, SMC_RMI_PDEV_AUX_COUNT, params.flags, 0, 0, 0);
	for (unsigned int i = 0; i < params.num_aux; i++) {
		delegate(s, AUX + i);
		params.aux[i] = at(AUX + i);
	}
	delegate(s, PDEV);
	put(s, PARAMS, &params, sizeof(params));
	rmmsim_device_public_key(s->device, &key);
	put(s, KEY, &key, sizeof(key));
	must(smc(s, NULL, SMC_RMI_PDEV_CREATE, at(PDEV), at(PARAMS), 0, 0) == RMI_SUCCESS,
	     "no PDEV");
}

static void create_vdev(struct scene *s)
{
	const struct rmi_realm_params realm = {.flags0 = RMI_REALM_FLAGS0_DA,
					       .s2sz = 39,
					       .num_bps = 1,
					       .num_wps = 1,
					       .rtt_base = at(ROOT),
					       .rtt_level_start = 1,
					       .rtt_num_start = 1,
					       .vmid = 1};
	const struct rmi_vdev_params vdev = {.vdev_id = 1, .tdi_id = RID};
	const struct rmi_vdev_measure_params measure = {.flags = RMI_VDEV_MEASURE_FLAG_SIGNED,
							.indices = {0x02}};

	put(s, MEASURE, &measure, sizeof(measure));
	put(s, PARAMS, &realm, sizeof(realm));
	delegate(s, RD);
	delegate(s, ROOT);
	delegate(s, VDEV);
	must(smc(s, NULL, SMC_RMI_REALM_CREATE, at(RD), at(PARAMS), 0, 0) == RMI_SUCCESS,
	     "no Realm");
	put(s, PARAMS, &vdev, sizeof(vdev));
	must(smc(s, NULL, SMC_RMI_VDEV_CREATE, at(RD), at(PDEV), at(VDEV), at(PARAMS)) ==
		     RMI_SUCCESS,
	     "no VDEV");
	must(talk(s, true), "no end");
}

static void prepare(struct scene *s, enum stage stage)
{
	switch (stage) {
	case STAGE_NEW:
		create_pdev(s);
		return;
	case STAGE_HAS_KEY:
		must(talk(s, false), "no end");
		smc(s, NULL, SMC_RMI_PDEV_SET_PUBKEY, at(PDEV), at(KEY), 0, 0);
		return;
	case STAGE_READY:
		must(talk(s, false), "no end");
		return;
	case STAGE_UNLOCKED:
		create_vdev(s);
		return;
	case STAGE_LOCKED:
		smc(s, NULL, SMC_RMI_VDEV_LOCK, at(RD), at(VDEV), 0, 0);
		must(talk(s, true), "no end");
		return;
	case STAGE_STARTED:
		smc(s, NULL, SMC_RMI_VDEV_START, at(RD), at(VDEV), 0, 0);
		must(talk(s, true), "no end");
		return;
	case STAGES:
		return;
	}
}

struct kept {
	uint64_t snapshot;
	struct rmmsim_device *device;
};

static void open_scene(struct scene *s, struct kept kept[STAGES])
{
	static const struct rmmsim_device_ops ops = {.size = sizeof(ops), .tamper = tamper};
	struct rmmsim_device_config device;
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.dram[0] = (struct rmmsim_range){DRAM, DRAM + 64 * PAGE};
	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_DA_SHIFT;
	config.history = 0;
	config.explain = false;
	rmmsim_device_config_init(&device);
	device.rid = RID;
	device.signature = RMI_SIGNATURE_ECDSA_P256;
	device.range_count = 1;
	device.ranges[0] = (struct rmmsim_range){REGISTERS, REGISTERS + PAGE};
	device.ops = &ops;
	device.context = s;
	must(rmmsim_create(&config, &s->sim, NULL) == RMMSIM_OK, "no instance");
	must(rmmsim_device_create(s->sim, &device, &s->device, NULL) == RMMSIM_OK, "no device");
	for (unsigned int i = 0; i < STAGES; i++) {
		prepare(s, (enum stage)i);
		must(rmmsim_snapshot(s->sim, &kept[i].snapshot) == RMMSIM_OK, "no snapshot");
		kept[i].device = rmmsim_device_keep(s->device);
	}
}

/* --- one input ----------------------------------------------------------------------------------------------- */

/* Nothing is mapped at 0 either: the reason tells how far the device got. */
static void must_not_reach(struct scene *s, bool started)
{
	struct rmmsim_dma_report report;
	uint8_t byte;

	rmmsim_device_read(s->device, RMMSIM_DMA_REALM, 0, &byte, 1, &report);
	must(report.reason && (!started || strstr(report.reason, "has not enabled DMA")),
	     "the device may read memory of the Realm");
}

/* `fault`: what the device did wrong, and nothing else was changed. */
static void must_notice(const struct beginning *b, const char *fault, uint64_t state)
{
	const uint64_t error = b->vdev ? RMI_VDEV_STATE_ERROR : RMI_PDEV_STATE_ERROR;
	char word[64];

	snprintf(word, sizeof(word), " %s ", fault);
	must(!b->noticed || !strstr(b->noticed, word) || state == error,
	     "a fault of the device is not noticed");
}

static void judge(struct scene *s, const struct beginning *b, const char *fault)
{
	struct rmmsim_violation violation;
	uint64_t state = 0;
	char text[256];

	smc(s, &state, b->vdev ? SMC_RMI_VDEV_GET_STATE : SMC_RMI_PDEV_GET_STATE,
	    at(b->vdev ? VDEV : PDEV), 0, 0, 0);
	if (state >= 32 || !(b->states >> state & 1)) {
		snprintf(text, sizeof(text), "state %u cannot follow (%s)", (unsigned int)state,
			 rmmsim_device_failure(s->sim, at(PDEV)));
		fuzz_report(text, NULL);
	}
	if (rmmsim_check(s->sim, &violation, 1))
		fuzz_report(violation.detail, NULL);
	must(rmmsim_device_failure(s->sim, at(PDEV)) != NULL, "a failure has no name");
	must_not_reach(s, b->vdev && state == RMI_VDEV_STATE_STARTED);
	if (fault && !s->input.changed)
		must_notice(b, fault, state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct kept kept[STAGES];
	static struct scene s;
	const struct beginning *b;
	const char *fault;

	if (size < 2)
		return 0;
	if (!s.sim)
		open_scene(&s, kept);
	b = &beginnings[data[0] % BEGINNINGS];
	fault = data[1] >> 1 ? rmmsim_device_fault_name((data[1] >> 1) - 1u) : NULL;
	rmmsim_restore(s.sim, kept[b->stage].snapshot);
	rmmsim_device_copy(s.device, kept[b->stage].device);
	rmmsim_device_fault(s.device, fault);
	s.input = (struct input){.data = data + 2, .size = size - 2, .raw = data[1] & 1};
	if (b->fid) {
		const uint64_t x0 =
			b->vdev ? smc(&s, NULL, b->fid, at(RD), at(VDEV), at(MEASURE), 0)
				: smc(&s, NULL, b->fid, at(PDEV), 0, 0, 0);

		must(x0 == RMI_SUCCESS, "the conversation does not begin");
	}
	fuzz_mutant(true);
	(void)talk(&s, b->vdev);
	fuzz_counter((uint32_t)(uintptr_t)rmmsim_device_failure(s.sim, at(PDEV)));
	judge(&s, b, fault);
	fuzz_mutant(false);
	s.input = (struct input){0};
	return 0;
}
