/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/pl031.h"

#include "board/primecell.h"

#define DR   0x00u
#define MR   0x04u
#define LR   0x08u
#define CR   0x0cu
#define IMSC 0x10u
#define RIS  0x14u
#define MIS  0x18u
#define ICR  0x1cu

/* Part 0x031, designer 0x41. */
static const uint8_t identification[8] = {0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

static uint32_t now(const struct pl031 *rtc)
{
	return rtc->load + (uint32_t)rtc->seconds;
}

void pl031_init(struct pl031 *rtc, uint32_t epoch)
{
	*rtc = (struct pl031){.load = epoch};
}

void pl031_tick(struct pl031 *rtc, uint64_t seconds)
{
	const uint32_t left = rtc->match - now(rtc);

	/* The clock is equal to MR at some time on the way. */
	if (seconds > rtc->seconds && left && left <= seconds - rtc->seconds)
		rtc->ris = 1;
	rtc->seconds = seconds;
}

bool pl031_line(const struct pl031 *rtc)
{
	return rtc->ris & rtc->imsc;
}

uint64_t pl031_deadline(const struct pl031 *rtc)
{
	const uint32_t left = rtc->match - now(rtc);

	return rtc->imsc && !rtc->ris && left ? rtc->seconds + left : UINT64_MAX;
}

static uint32_t read_register(void *device, uint64_t offset)
{
	const struct pl031 *rtc = device;

	switch (offset) {
	case DR:
		return now(rtc);
	case MR:
		return rtc->match;
	case LR:
		return rtc->written;
	case CR:
		return 1;
	case IMSC:
		return rtc->imsc;
	case RIS:
		return rtc->ris;
	case MIS:
		return rtc->ris & rtc->imsc;
	default:
		return offset >= PRIMECELL_ID ? primecell_id(identification, offset) : 0;
	}
}

static void write_register(void *device, uint64_t offset, uint32_t value)
{
	struct pl031 *rtc = device;

	switch (offset) {
	case MR:
		rtc->match = value;
		rtc->ris |= value == now(rtc);
		return;
	case LR:
		rtc->written = value;
		rtc->load = value - (uint32_t)rtc->seconds;
		return;
	case IMSC:
		rtc->imsc = value & 1;
		return;
	case ICR:
		rtc->ris &= ~value;
		return;
	default:
		return;
	}
}

void pl031_access(void *device, struct bus_access *access)
{
	static const struct bus_words words = {read_register, write_register};

	bus_do_words(&words, device, access);
}
