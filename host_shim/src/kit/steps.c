/* SPDX-License-Identifier: BSD-3-Clause */
/* Steps as bytes and as C. host-shim.md#8.6 */
#include <hshim/step.h>

#include <stdint.h>
#include <stdio.h>

#include "host_shim/src/memory/mem.h"

/* The memslots of the exercise: hshim/kvm/exercise.h */
#define LOW      UINT64_C(0x80000000)
#define RAM_SIZE UINT64_C(0x400000)
#define PAGE     UINT64_C(0x1000)

static const char *const names[HSHIM_STEP_COUNT] = {
	[HSHIM_STEP_NONE] = "NONE",         [HSHIM_STEP_MACHINE] = "MACHINE",
	[HSHIM_STEP_CREATE] = "CREATE",     [HSHIM_STEP_RAM] = "RAM",
	[HSHIM_STEP_POPULATE] = "POPULATE", [HSHIM_STEP_VCPU] = "VCPU",
	[HSHIM_STEP_ACTIVATE] = "ACTIVATE", [HSHIM_STEP_TOUCH] = "TOUCH",
	[HSHIM_STEP_RIPAS] = "RIPAS",       [HSHIM_STEP_S2AP] = "S2AP",
	[HSHIM_STEP_RELEASE] = "RELEASE",   [HSHIM_STEP_CONVERT] = "CONVERT",
	[HSHIM_STEP_REMOVE] = "REMOVE",     [HSHIM_STEP_EXIT] = "EXIT",
	[HSHIM_STEP_REFUSE] = "REFUSE",     [HSHIM_STEP_SHORTAGE] = "SHORTAGE",
	[HSHIM_STEP_PIECES] = "PIECES",     [HSHIM_STEP_RACE] = "RACE",
	[HSHIM_STEP_OTHER] = "OTHER",       [HSHIM_STEP_CHECK] = "CHECK",
};

/* How often each kind comes, of 64. */
static const unsigned char weights[HSHIM_STEP_COUNT] = {
	[HSHIM_STEP_MACHINE] = 1,  [HSHIM_STEP_CREATE] = 2,  [HSHIM_STEP_RAM] = 3,
	[HSHIM_STEP_POPULATE] = 3, [HSHIM_STEP_VCPU] = 2,    [HSHIM_STEP_ACTIVATE] = 2,
	[HSHIM_STEP_TOUCH] = 14,   [HSHIM_STEP_RIPAS] = 5,   [HSHIM_STEP_S2AP] = 3,
	[HSHIM_STEP_RELEASE] = 5,  [HSHIM_STEP_CONVERT] = 4, [HSHIM_STEP_REMOVE] = 1,
	[HSHIM_STEP_EXIT] = 3,     [HSHIM_STEP_REFUSE] = 5,  [HSHIM_STEP_SHORTAGE] = 4,
	[HSHIM_STEP_PIECES] = 2,   [HSHIM_STEP_RACE] = 2,    [HSHIM_STEP_OTHER] = 2,
	[HSHIM_STEP_CHECK] = 1,
};

static enum hshim_step_kind kind_of(unsigned char byte)
{
	unsigned int left = byte & 63;

	for (unsigned int i = 0; i < HSHIM_STEP_COUNT; i++) {
		if (left < weights[i])
			return (enum hshim_step_kind)i;
		left -= weights[i];
	}
	return HSHIM_STEP_TOUCH;
}

/* Places at the edges of tables and memslots. */
static uint64_t place_of(unsigned char byte)
{
	static const unsigned int edges[] = {0, 7, 0x1fe, 0x200};
	const uint64_t base = byte & 0x80 ? HSHIM_STEP_HIGH : LOW;
	const unsigned int page = (byte & 0x40 ? 0x1fc : 0) + edges[byte >> 4 & 3];

	return base + (uint64_t)(min(page, 0x3fcu) + (byte & 3)) * PAGE;
}

/* Ranges end within their memslot. */
static unsigned int pages_from(uint64_t at, unsigned char byte)
{
	static const unsigned int sizes[] = {1, 2, 3, 4, 8, 0x10, 0x200, 0x203};
	const uint64_t base = at & HSHIM_STEP_HIGH ? HSHIM_STEP_HIGH : LOW;

	return (unsigned int)min((uint64_t)sizes[byte & 7], (base + RAM_SIZE - at) / PAGE);
}

static struct hshim_step from_bytes(const unsigned char *b)
{
	struct hshim_step step = {.what = kind_of(b[0]), .at = place_of(b[1])};

	switch (step.what) {
	case HSHIM_STEP_MACHINE:
	case HSHIM_STEP_CREATE:
		step.at = b[1] & 3;
		step.count = step.what == HSHIM_STEP_MACHINE && (b[2] & 3) == 0;
		break;
	case HSHIM_STEP_TOUCH:
		step.count = b[2] & 3;
		step.flag = b[3] & 7;
		break;
	case HSHIM_STEP_RELEASE:
	case HSHIM_STEP_CONVERT:
	case HSHIM_STEP_RIPAS:
	case HSHIM_STEP_S2AP:
		step.flag = b[3] & 1;
		step.count = pages_from(step.at, b[2]);
		break;
	case HSHIM_STEP_RAM:
	case HSHIM_STEP_POPULATE:
		step.count = pages_from(step.at, b[2]);
		break;
	case HSHIM_STEP_OTHER:
		step.count = b[2] & 1;
		break;
	case HSHIM_STEP_VCPU:
	case HSHIM_STEP_REMOVE:
		step.at = b[1] & 1;
		break;
	case HSHIM_STEP_EXIT:
		step.at = b[1] & 15;
		break;
	case HSHIM_STEP_REFUSE:
		step = (struct hshim_step){step.what, 1 + (b[1] & 31),
					   (unsigned int)"\0\1\1\2\3\4\4\7"[b[2] & 7], b[3] & 3};
		break;
	case HSHIM_STEP_SHORTAGE:
		step.at = 1 + (b[1] & 15);
		step.count = b[2] & 1;
		break;
	case HSHIM_STEP_PIECES:
		step.at = 0;
		step.count = b[2] & 3;
		break;
	default:
		step.at = 0;
		break;
	}
	return step;
}

unsigned int hshim_steps_from(const unsigned char *data, size_t size,
			      struct hshim_step steps[HSHIM_MAX_STEPS])
{
	unsigned int count = 0;

	if (size < HSHIM_STEP_BYTES)
		return 0;
	/* Most inputs are about a machine that runs. */
	steps[count++] = (struct hshim_step){
		.what = HSHIM_STEP_MACHINE, .at = data[0] & 3, .count = data[1] > 0xdf};
	for (size_t i = 2; i + HSHIM_STEP_BYTES <= size && count < HSHIM_MAX_STEPS;
	     i += HSHIM_STEP_BYTES)
		steps[count++] = from_bytes(data + i);
	return count;
}

void hshim_step_text(const struct hshim_step *step, char *buf, size_t size)
{
	const char *name = step->what < HSHIM_STEP_COUNT ? names[step->what] : NULL;

	snprintf(buf, size, "{HSHIM_STEP_%s, %s0x%lx, %u, %u},", name ? name : "NONE",
		 step->at & HSHIM_STEP_HIGH ? "HSHIM_STEP_HIGH + " : "",
		 step->at & ~HSHIM_STEP_HIGH, step->count, step->flag);
}
