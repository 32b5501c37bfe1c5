/* SPDX-License-Identifier: BSD-3-Clause */
/* UART and clock by their published registers; the console behind the UART. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "board/console.h"
#include "board/pl011.h"
#include "board/pl031.h"

#define DR   0x00
#define FR   0x18
#define LCRH 0x2c
#define CR   0x30
#define IMSC 0x38
#define RIS  0x3c
#define ICR  0x44

#define INT_RX 0x10
#define INT_TX 0x20
#define INT_RT 0x40

struct sink {
	uint8_t bytes[64];
	unsigned int count;
};

static void sink_put(void *context, uint8_t byte)
{
	struct sink *sink = context;

	sink->bytes[sink->count++ % sizeof(sink->bytes)] = byte;
}

static uint64_t get(bus_access_fn access, void *device, uint64_t offset)
{
	struct bus_access a = {.offset = offset, .size = 4};

	access(device, &a);
	return a.value;
}

static void set(bus_access_fn access, void *device, uint64_t offset, uint64_t value)
{
	struct bus_access a = {.offset = offset, .size = 4, .write = true, .value = value};

	access(device, &a);
}

static uint64_t identification(bus_access_fn access, void *device)
{
	uint64_t id = 0;

	for (int i = 7; i >= 0; i--)
		id = id << 8 | get(access, device, 0xfe0 + 4 * i);
	return id;
}

/* --- UART --------------------------------------------------------------------------------------- */

static void the_uart_identifies_itself(void **state)
{
	struct pl011 uart;

	(void)state;
	pl011_init(&uart, sink_put, NULL);
	assert_int_equal(identification(pl011_access, &uart), UINT64_C(0xb105f00d00341011));
	assert_int_equal(get(pl011_access, &uart, CR), 0x300);
	assert_int_equal(get(pl011_access, &uart, FR), 0x90);
	assert_int_equal(get(pl011_access, &uart, 0x34), 0x12);
}

static void a_byte_is_sent_and_raises_the_interrupt(void **state)
{
	struct sink sink = {.count = 0};
	struct pl011 uart;

	(void)state;
	pl011_init(&uart, sink_put, &sink);
	set(pl011_access, &uart, DR, 0x141);
	assert_int_equal(sink.count, 1);
	assert_int_equal(sink.bytes[0], 'A');
	assert_false(pl011_line(&uart));
	set(pl011_access, &uart, IMSC, INT_TX);
	assert_true(pl011_line(&uart));
	set(pl011_access, &uart, ICR, INT_TX);
	assert_false(pl011_line(&uart));
}

/* Drivers throw away what came before they enabled the interrupt. */
static void nothing_is_received_before_the_driver_listens(void **state)
{
	struct pl011 uart;

	(void)state;
	pl011_init(&uart, sink_put, NULL);
	assert_int_equal(pl011_listens(&uart), 0);
	set(pl011_access, &uart, CR, 0x301);
	assert_int_equal(pl011_listens(&uart), 0);
	set(pl011_access, &uart, IMSC, INT_RX | INT_RT);
	assert_int_equal(pl011_listens(&uart), 1);
	set(pl011_access, &uart, LCRH, 0x70);
	assert_int_equal(pl011_listens(&uart), PL011_FIFO);
	set(pl011_access, &uart, CR, 0x101);
	assert_int_equal(pl011_listens(&uart), 0);
}

static void a_program_that_polls_is_heard(void **state)
{
	struct sink sink = {.count = 0};
	struct pl011 uart;

	(void)state;
	pl011_init(&uart, sink_put, &sink);
	/* Polls between bytes that are sent are no wish to receive. */
	for (int i = 0; i < 40; i++) {
		get(pl011_access, &uart, FR);
		set(pl011_access, &uart, DR, 'x');
	}
	assert_int_equal(pl011_listens(&uart), 0);
	for (int i = 0; i < 40; i++)
		get(pl011_access, &uart, FR);
	assert_int_equal(pl011_listens(&uart), 1);
	pl011_receive(&uart, (const uint8_t *)"k", 1);
	assert_int_equal(get(pl011_access, &uart, FR) & 0x50, 0x40);
	assert_int_equal(get(pl011_access, &uart, DR), 'k');
	assert_int_equal(get(pl011_access, &uart, FR) & 0x50, 0x10);
}

static void received_bytes_raise_their_interrupts_until_they_are_read(void **state)
{
	struct pl011 uart;

	(void)state;
	pl011_init(&uart, sink_put, NULL);
	set(pl011_access, &uart, LCRH, 0x70);
	pl011_receive(&uart, (const uint8_t *)"abc", 3);
	assert_int_equal(get(pl011_access, &uart, RIS), INT_RT);
	pl011_receive(&uart, (const uint8_t *)"0123456789abcdef", 16);
	assert_int_equal(get(pl011_access, &uart, RIS), INT_RT | INT_RX);
	for (int i = 0; i < 4; i++)
		get(pl011_access, &uart, DR);
	assert_int_equal(get(pl011_access, &uart, RIS), INT_RT);
	for (int i = 0; i < 15; i++)
		get(pl011_access, &uart, DR);
	assert_int_equal(get(pl011_access, &uart, RIS), 0);
	/* Reading what is not there is harmless. */
	assert_int_equal(get(pl011_access, &uart, DR), 0);
}

static void any_register_can_hold_anything(void **state)
{
	struct sink sink = {.count = 0};
	struct pl011 uart;
	struct pl031 rtc;

	(void)state;
	pl011_init(&uart, sink_put, &sink);
	pl031_init(&rtc, 0);
	for (uint64_t offset = 0; offset < PL011_SIZE; offset += 4) {
		set(pl011_access, &uart, offset, UINT32_MAX);
		set(pl031_access, &rtc, offset, UINT32_MAX);
		get(pl011_access, &uart, offset);
		get(pl031_access, &rtc, offset);
	}
	assert_int_equal(get(pl011_access, &uart, 0x24), 0xffff);
	assert_int_equal(get(pl011_access, &uart, 0x28), 0x3f);
}

/* --- clock ----------------------------------------------------------------------------------------- */

#define RTC_DR   0x00
#define RTC_MR   0x04
#define RTC_LR   0x08
#define RTC_IMSC 0x10
#define RTC_ICR  0x1c

static void the_clock_counts_seconds(void **state)
{
	struct pl031 rtc;

	(void)state;
	pl031_init(&rtc, 1000);
	assert_int_equal(identification(pl031_access, &rtc), UINT64_C(0xb105f00d00041031));
	pl031_tick(&rtc, 7);
	assert_int_equal(get(pl031_access, &rtc, RTC_DR), 1007);
	set(pl031_access, &rtc, RTC_LR, 50);
	pl031_tick(&rtc, 9);
	assert_int_equal(get(pl031_access, &rtc, RTC_DR), 52);
}

static void the_alarm_comes_when_the_clock_passes_it(void **state)
{
	struct pl031 rtc;

	(void)state;
	pl031_init(&rtc, 1000);
	assert_true(pl031_deadline(&rtc) == UINT64_MAX);
	set(pl031_access, &rtc, RTC_MR, 1010);
	set(pl031_access, &rtc, RTC_IMSC, 1);
	assert_int_equal(pl031_deadline(&rtc), 10);
	pl031_tick(&rtc, 9);
	assert_false(pl031_line(&rtc));
	pl031_tick(&rtc, 15);
	assert_true(pl031_line(&rtc));
	assert_true(pl031_deadline(&rtc) == UINT64_MAX);
	set(pl031_access, &rtc, RTC_ICR, 1);
	assert_false(pl031_line(&rtc));
}

/* --- console --------------------------------------------------------------------------------------- */

static void the_console_passes_bytes_both_ways(void **state)
{
	struct console console;
	uint8_t bytes[4];
	int in[2], out[2];

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	console_open(&console, in[0], out[1]);
	/* Before the Realm listens the pipe is no reason to wait. */
	assert_false(console_is_live(&console));
	assert_int_equal(console_take(&console, bytes, 4), 0);
	assert_true(console_is_live(&console));
	/* Ctrl-A is a key of terminals only. */
	assert_int_equal(write(in[1], "\x01x\n", 3), 3);
	assert_int_equal(console_take(&console, bytes, 2), 2);
	assert_int_equal(console_take(&console, bytes, 4), 1);
	assert_int_equal(bytes[0], '\n');
	assert_false(console.leave);
	close(in[1]);
	assert_int_equal(console_take(&console, bytes, 4), 0);
	assert_false(console_is_live(&console));
	console_send(&console, 'z');
	assert_int_equal(read(out[0], bytes, 4), 1);
	assert_int_equal(bytes[0], 'z');
	console_close(&console);
	close(in[0]);
	close(out[0]);
	close(out[1]);
}

static void lost_output_is_noticed(void **state)
{
	struct console console;

	(void)state;
	console_open(&console, -1, -1);
	console_send(&console, 'z');
	assert_true(console.failed);
	assert_int_equal(console_take(&console, (uint8_t[1]){0}, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_uart_identifies_itself),
		cmocka_unit_test(a_byte_is_sent_and_raises_the_interrupt),
		cmocka_unit_test(nothing_is_received_before_the_driver_listens),
		cmocka_unit_test(a_program_that_polls_is_heard),
		cmocka_unit_test(received_bytes_raise_their_interrupts_until_they_are_read),
		cmocka_unit_test(any_register_can_hold_anything),
		cmocka_unit_test(the_clock_counts_seconds),
		cmocka_unit_test(the_alarm_comes_when_the_clock_passes_it),
		cmocka_unit_test(the_console_passes_bytes_both_ways),
		cmocka_unit_test(lost_output_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
