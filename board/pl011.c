/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/pl011.h"

#include "board/primecell.h"

#define DR    0x00u
#define RSR   0x04u
#define FR    0x18u
#define ILPR  0x20u
#define IBRD  0x24u
#define FBRD  0x28u
#define LCR_H 0x2cu
#define CR    0x30u
#define IFLS  0x34u
#define IMSC  0x38u
#define RIS   0x3cu
#define MIS   0x40u
#define ICR   0x44u
#define DMACR 0x48u

#define FR_RXFE 0x10u
#define FR_RXFF 0x40u
#define FR_TXFE 0x80u

#define LCR_FEN   0x10u
#define CR_UARTEN 0x1u
#define CR_TXE    0x100u
#define CR_RXE    0x200u
#define INT_RX    0x10u
#define INT_TX    0x20u
#define INT_RT    0x40u
#define INT_ALL   0x7ffu

#define IFLS_RESET 0x12u
/* Reads of an empty FIFO, in one period, that make a program one that polls. */
#define POLLS 16

/* Part 0x011, designer 0x41, revision r1p5. */
static const uint8_t identification[8] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

void pl011_init(struct pl011 *uart, void (*send)(void *context, uint8_t byte), void *context)
{
	*uart = (struct pl011){
		.send = send, .context = context, .cr = CR_TXE | CR_RXE, .ifls = IFLS_RESET};
}

bool pl011_line(const struct pl011 *uart)
{
	return uart->ris & uart->imsc;
}

/* --- receiving ---------------------------------------------------------------------------------- */

static unsigned int capacity(const struct pl011 *uart)
{
	return uart->lcr & LCR_FEN ? PL011_FIFO : 1;
}

/* Level of the FIFO that raises INT_RX. */
static unsigned int trigger(const struct pl011 *uart)
{
	static const uint8_t eighths[8] = {1, 2, 4, 6, 7, 7, 7, 7};
	const unsigned int level = capacity(uart) * eighths[uart->ifls >> 3 & 7] / 8;

	return level ? level : 1;
}

unsigned int pl011_listens(struct pl011 *uart)
{
	const bool enabled = (uart->cr & CR_UARTEN) && (uart->cr & CR_RXE);
	const bool polls = uart->empty_reads >= POLLS;

	uart->empty_reads = 0;
	if (!polls && !(enabled && (uart->imsc & (INT_RX | INT_RT))))
		return 0;
	return uart->count < capacity(uart) ? capacity(uart) - uart->count : 0;
}

void pl011_receive(struct pl011 *uart, const uint8_t *bytes, unsigned int count)
{
	for (unsigned int i = 0; i < count && uart->count < PL011_FIFO; i++)
		uart->fifo[(uart->head + uart->count++) % PL011_FIFO] = bytes[i];
	/* No more bytes are under way: the time-out of 32 bits is over at once. */
	if (uart->count)
		uart->ris |= INT_RT;
	if (uart->count >= trigger(uart))
		uart->ris |= INT_RX;
}

static uint32_t take(struct pl011 *uart)
{
	uint8_t byte;

	if (!uart->count)
		return 0;
	byte = uart->fifo[uart->head];
	uart->head = (uart->head + 1) % PL011_FIFO;
	uart->count--;
	if (uart->count < trigger(uart))
		uart->ris &= ~INT_RX;
	if (!uart->count)
		uart->ris &= ~INT_RT;
	return byte;
}

/* --- registers ----------------------------------------------------------------------------------- */

static uint32_t flags(struct pl011 *uart)
{
	if (!uart->count)
		uart->empty_reads++;
	return FR_TXFE | (uart->count ? 0 : FR_RXFE) |
	       (uart->count == capacity(uart) ? FR_RXFF : 0);
}

static uint32_t read_register(void *device, uint64_t offset)
{
	struct pl011 *uart = device;

	switch (offset) {
	case DR:
		return take(uart);
	case FR:
		return flags(uart);
	case ILPR:
		return uart->ilpr;
	case IBRD:
		return uart->ibrd;
	case FBRD:
		return uart->fbrd;
	case LCR_H:
		return uart->lcr;
	case CR:
		return uart->cr;
	case IFLS:
		return uart->ifls;
	case IMSC:
		return uart->imsc;
	case RIS:
		return uart->ris;
	case MIS:
		return uart->ris & uart->imsc;
	case DMACR:
		return uart->dmacr;
	default:
		return offset >= PRIMECELL_ID ? primecell_id(identification, offset) : 0;
	}
}

static void write_register(void *device, uint64_t offset, uint32_t value)
{
	struct pl011 *uart = device;

	switch (offset) {
	case DR:
		uart->send(uart->context, (uint8_t)value);
		uart->ris |= INT_TX;
		uart->empty_reads = 0;
		return;
	case ILPR:
		uart->ilpr = value & 0xff;
		return;
	case IBRD:
		uart->ibrd = value & 0xffff;
		return;
	case FBRD:
		uart->fbrd = value & 0x3f;
		return;
	case LCR_H:
		uart->lcr = value & 0xff;
		return;
	case CR:
		uart->cr = value & 0xff87;
		return;
	case IFLS:
		uart->ifls = value & 0x3f;
		return;
	case IMSC:
		uart->imsc = value & INT_ALL;
		return;
	case ICR:
		uart->ris &= ~value;
		return;
	case DMACR:
		uart->dmacr = value & 7;
		return;
	default:
		return;
	}
}

void pl011_access(void *device, struct bus_access *access)
{
	static const struct bus_words words = {read_register, write_register};

	bus_do_words(&words, device, access);
}
