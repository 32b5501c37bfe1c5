/* SPDX-License-Identifier: BSD-3-Clause */
/* Devices of the program: include/rmmsim/device.h */
#include <string.h>

#include <rmmsim/device.h>
#include <rmmsim/script.h>
#include <rmmsim/snapshot.h>

#include "tests/rmm/dev.h"

#define PAGE HOST_PAGE
#define IPA  (2 * HOST_GB + HOST_BLOCK)
#define RAM  UINT64_C(0x1000)
#define ID   UINT64_C(5)

/* --- creation -------------------------------------------------------------------------------------------- */

static struct rmmsim_device_config config_of(const struct dev *d)
{
	struct rmmsim_device_config config;

	rmmsim_device_config_init(&config);
	config.rid = DEV_RID;
	config.signature = RMI_SIGNATURE_ECDSA_P256;
	config.range_count = 1;
	config.ranges[0] = (struct rmmsim_range){d->range, d->range + DEV_RANGE_PAGES * PAGE};
	return config;
}

static struct rmmsim_device *device_of(const struct dev *d,
				       const struct rmmsim_device_config *config)
{
	struct rmmsim_device *device;
	struct rmmsim_error error;

	if (rmmsim_device_create(d->h->sim, config, &device, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
	return device;
}

static void refused(const struct dev *d, const struct rmmsim_device_config *config,
		    const char *names)
{
	struct rmmsim_device *device = (struct rmmsim_device *)&device;
	struct rmmsim_error error;

	assert_int_equal(rmmsim_device_create(d->h->sim, config, &device, &error),
			 RMMSIM_ERR_CONFIG);
	assert_null(device);
	assert_non_null(strstr(error.text, names));
}

static uint64_t read_nothing(void *context, uint64_t pa, unsigned int size)
{
	(void)context, (void)pa, (void)size;
	return 0;
}

static void a_configuration_has_to_be_right(void **state)
{
	struct rmmsim_device_ops ops = {.size = sizeof(ops), .read = read_nothing};
	struct rmmsim_device_config good, bad;
	struct rmmsim_device *first, *none;
	struct dev d;

	dev_open(*state, &d);
	good = bad = config_of(&d);
	bad.ranges[0].top -= 8;
	refused(&d, &bad, "ranges[0] is not 4 KiB aligned");
	bad.ranges[0] = (struct rmmsim_range){d.data, d.data + PAGE};
	refused(&d, &bad, "ranges[0] is not");
	bad = good;
	bad.range_count = 2;
	bad.ranges[1] = good.ranges[0];
	refused(&d, &bad, "ranges[1] overlaps");
	bad.range_count = RMMSIM_DEVICE_RANGES + 1;
	refused(&d, &bad, "range_count is 9");
	bad = good;
	bad.signature = RMI_SIGNATURE_RSASSA_3072;
	refused(&d, &bad, "signature is 0");
	bad = good;
	bad.ops = &ops;
	refused(&d, &bad, "ops: ");
	first = device_of(&d, &good);
	refused(&d, &good, "rid 0x810");
	bad = good;
	bad.rid++;
	refused(&d, &bad, "ranges[0] overlaps");
	rmmsim_device_destroy(first);
	rmmsim_device_destroy(device_of(&d, &bad));
	assert_int_equal(rmmsim_device_create(d.h->sim, &good, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	bad.size--;
	assert_int_equal(rmmsim_device_create(d.h->sim, &bad, &none, NULL), RMMSIM_ERR_ARGUMENT);
	rmmsim_device_destroy(NULL);
	rmmsim_device_config_init(NULL);
}

/* --- messages -------------------------------------------------------------------------------------------- */

/* A Host whose device is one of the public interface. */
static void start(struct dev *d, struct rmmsim_device *device)
{
	assert_int_equal(rmmsim_device_params(device, &d->params), RMMSIM_OK);
	OKDA(d->h, RMI_PDEV_AUX_COUNT, d->params.flags);
	d->params.num_aux = OUT(d->h, 1);
	for (unsigned int i = 0; i < d->params.num_aux; i++)
		d->params.aux[i] = host_delegated(d->h);
	d->pdev = host_delegated(d->h);
	OKDA(d->h, RMI_PDEV_CREATE, d->pdev, dev_params_page(d));
}

static void talk(struct dev *d, struct rmmsim_device *device, uint64_t vdev)
{
	enum rmmsim_status status;

	dev_enter(d, RMI_DEV_COMM_STATUS_NONE, 0);
	do {
		if (vdev)
			OK(d->h, RMI_VDEV_COMMUNICATE, d->pdev, vdev, d->data);
		else
			OK(d->h, RMI_PDEV_COMMUNICATE, d->pdev, d->data);
		status = rmmsim_device_deliver(device, d->data);
	} while (status == RMMSIM_OK);
	assert_int_equal(status, RMMSIM_ERR_STATE);
}

static void set_key(struct dev *d, struct rmmsim_device *device)
{
	struct rmi_public_key_params key;

	assert_int_equal(rmmsim_device_public_key(device, &key), RMMSIM_OK);
	OK(d->h, RMI_PDEV_SET_PUBKEY, d->pdev, host_page_with(d->h, &key, sizeof(key)));
}

/* Up to READY, or to the first failure. */
static bool secured(struct dev *d, struct rmmsim_device *device)
{
	start(d, device);
	talk(d, device, 0);
	if (dev_state(d) == RMI_PDEV_STATE_ERROR)
		return false;
	set_key(d, device);
	talk(d, device, 0);
	return dev_state(d) == RMI_PDEV_STATE_READY;
}

/* From UNLOCKED to STARTED, or to the first failure. */
static bool started(struct dev *d, struct rmmsim_device *device, const struct host_realm *r,
		    uint64_t vdev)
{
	static const enum smc_command_id commands[] = {RMI_VDEV_LOCK, RMI_VDEV_GET_MEASUREMENTS,
						       RMI_VDEV_GET_INTERFACE_REPORT,
						       RMI_VDEV_START};
	const struct rmi_vdev_measure_params params = {.flags = RMI_VDEV_MEASURE_FLAG_SIGNED,
						       .indices = {0x02}};
	const uint64_t page = host_page_with(d->h, &params, sizeof(params));

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		OK(d->h, commands[i], r->rd, vdev, page);
		talk(d, device, vdev);
		if (dev_vdev_state(d, vdev) == RMI_VDEV_STATE_ERROR)
			return false;
	}
	return dev_vdev_state(d, vdev) == RMI_VDEV_STATE_STARTED;
}

static void end(struct dev *d, struct rmmsim_device *device)
{
	OK(d->h, RMI_PDEV_STOP, d->pdev);
	talk(d, device, 0);
	OK(d->h, RMI_PDEV_DESTROY, d->pdev);
}

/* The whole life with a fault from the start; returns why it ended, "no failure" if it did not. */
static const char *life(struct dev *d, struct rmmsim_device *device)
{
	const char *failure;
	struct host_realm r;
	uint64_t vdev = 0;

	if (secured(d, device)) {
		dev_realm(d, &r);
		vdev = host_delegated(d->h);
		OK(d->h, RMI_VDEV_CREATE, r.rd, d->pdev, vdev, dev_vdev_params(d, ID, DEV_RID));
		talk(d, device, vdev);
		started(d, device, &r, vdev);
	}
	failure = rmmsim_device_failure(d->h->sim, d->pdev);
	if (vdev) {
		OK(d->h, RMI_VDEV_UNLOCK, r.rd, vdev);
		OK(d->h, RMI_VDEV_ABORT, vdev);
		OK(d->h, RMI_VDEV_DESTROY, r.rd, d->pdev, vdev);
		host_realm_end(d->h, &r);
	}
	rmmsim_device_fault(device, NULL);
	end(d, device);
	return failure;
}

struct blamed {
	const char *fault, *failure;
};

static void each_fault_is_refused_with_the_failure_that_names_it(void **state)
{
	static const struct blamed expected[] = {
		{"silent", "the Host reports that the message did not reach the device"},
		{"truncated", "the response ends within its fixed fields"},
		{"long", "a length field of the response does not agree with its size"},
		{"wrong-version", "the device does not speak SPDM 1.2"},
		{"wrong-message-version",
		 "the response has another SPDM version than was agreed on"},
		{"wrong-code", "the response is not the one to the request"},
		{"no-capabilities",
		 "the device lacks certificates, keys exchange, encryption or authentication"},
		{"wrong-algorithm",
		 "the device selected an algorithm that was not offered, or none"},
		{"no-certificate", "the device has no certificate chain in slot 0"},
		{"wrong-certificate",
		 "the certificate chain does not have the digest that the device announced"},
		{"chain-length", "the certificate chain's own length is not that of its parts"},
		{"wrong-signature", "the signature of the key exchange is wrong"},
		{"wrong-point", "the device's point is not on the curve"},
		{"wrong-verify-data", "the verify data of the key exchange is wrong"},
		{"wrong-secured-version",
		 "the device selected another version of secured messages"},
		{"wrong-tag", "a secured message is damaged, or not of this session"},
		{"wrong-session", "a secured message is damaged, or not of this session"},
		{"wrong-record", "the measurement blocks do not fill the measurement record"},
		{"wrong-measurement-signature", "the signature of the measurements is wrong"},
		{"no-ide", "the device refused an IDE key or stream"},
		{"wrong-stream", "the device refused an IDE key or stream"},
		{"wrong-vendor",
		 "the vendor-defined response is not of PCI-SIG, or of another protocol"},
		{"wrong-interface", "the TDISP response is of another interface"},
		{"no-lock", "the device refused the TDISP request"},
		{"unlocks-itself", "the interface is not in the state that the operation leads to"},
		{"empty-report", "the interface report is empty or changes its length"},
		{"errors", "the device answered ERROR"},
		{"always-busy", "the device was busy too often"},
		{"not-ready", "no failure"},
	};
	struct rmmsim_device_config config;
	struct rmmsim_device *device;
	struct dev d;
	unsigned int n = 0, wrong = 0;

	dev_open(*state, &d);
	dev_da(d.h, true);
	config = config_of(&d);
	device = device_of(&d, &config);
	for (; rmmsim_device_fault_name(n); n++) {
		const char *failure;

		assert_non_null(rmmsim_device_fault_text(n));
		assert_int_equal(rmmsim_device_fault(device, rmmsim_device_fault_name(n)),
				 RMMSIM_OK);
		failure = life(&d, device);
		if (n >= sizeof(expected) / sizeof(expected[0]) ||
		    strcmp(rmmsim_device_fault_name(n), expected[n].fault) ||
		    strcmp(failure, expected[n].failure))
			print_error("{\"%s\", \"%s\"},\n", rmmsim_device_fault_name(n), failure),
				wrong++;
	}
	assert_int_equal(wrong, 0);
	assert_int_equal(n, sizeof(expected) / sizeof(expected[0]));
	assert_null(rmmsim_device_fault_text(n));
	assert_int_equal(rmmsim_device_fault(device, "no such fault"), RMMSIM_ERR_UNKNOWN_NAME);
	assert_int_equal(rmmsim_device_fault(NULL, NULL), RMMSIM_ERR_ARGUMENT);
	assert_string_equal(life(&d, device), "no failure");
	assert_null(rmmsim_device_failure(d.h->sim, d.data));
	rmmsim_device_destroy(device);
}

static void a_message_needs_right_addresses(void **state)
{
	const uint64_t at = offsetof(struct rmi_dev_comm_data, exit);
	struct rmmsim_device_config config;
	struct rmi_dev_comm_exit exit;
	struct rmmsim_device *device;
	uint8_t buffer[RMMSIM_DEVICE_MESSAGE];
	struct dev d;

	dev_open(*state, &d);
	dev_da(d.h, true);
	config = config_of(&d);
	device = device_of(&d, &config);
	assert_int_equal(rmmsim_device_deliver(NULL, d.data), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_device_deliver(device, 0x1000), RMMSIM_ERR_RANGE);
	assert_int_equal(rmmsim_device_deliver(device, d.data), RMMSIM_ERR_STATE);
	start(&d, device);
	dev_enter(&d, RMI_DEV_COMM_STATUS_NONE, 0);
	OK(d.h, RMI_PDEV_COMMUNICATE, d.pdev, d.data);
	OK(d.h, RMI_GRANULE_DELEGATE, d.response);
	assert_int_equal(rmmsim_device_deliver(device, d.data), RMMSIM_ERR_PROTECTED);
	OK(d.h, RMI_GRANULE_UNDELEGATE, d.response);
	rmmsim_host_read(d.h->sim, d.data + at, &exit, sizeof(exit));
	exit.req_len = RMMSIM_DEVICE_MESSAGE + 1;
	rmmsim_host_write(d.h->sim, d.data + at, &exit, sizeof(exit));
	assert_int_equal(rmmsim_device_deliver(device, d.data), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_device_message(device, false, buffer, sizeof(buffer) + 1, buffer),
			 0);
	assert_int_equal(rmmsim_device_message(device, false, NULL, 4, buffer), 0);
	end(&d, device);
	rmmsim_device_destroy(device);
}

/* A device of the program's: says nothing but the first byte of what it hears, and counts. */
struct parrot {
	unsigned int heard, tampered;
};

static size_t parrot(void *context, bool is_secured, const uint8_t *request, size_t size,
		     uint8_t *response)
{
	struct parrot *p = context;

	assert_false(is_secured);
	assert_true(size >= 4);
	p->heard++;
	response[0] = request[0];
	return 1;
}

static size_t cut(void *context, uint8_t *text, size_t size)
{
	struct parrot *p = context;

	(void)text;
	p->tampered++;
	return size < 5 ? size : 5;
}

static void a_program_may_answer_itself_or_change_answers(void **state)
{
	const struct rmmsim_device_ops own = {.size = sizeof(own), .message = parrot};
	const struct rmmsim_device_ops changed = {.size = sizeof(changed), .tamper = cut};
	struct rmmsim_device_config config;
	struct rmmsim_device *device;
	struct parrot p = {0};
	struct dev d;

	dev_open(*state, &d);
	dev_da(d.h, true);
	config = config_of(&d);
	config.context = &p;
	config.ops = &own;
	device = device_of(&d, &config);
	assert_false(secured(&d, device));
	assert_int_equal(p.heard, 1);
	assert_string_equal(rmmsim_device_failure(d.h->sim, d.pdev),
			    "the response ends within its fixed fields");
	end(&d, device);
	rmmsim_device_destroy(device);
	config.ops = &changed;
	device = device_of(&d, &config);
	assert_false(secured(&d, device));
	assert_int_equal(p.tampered, 1);
	assert_string_equal(rmmsim_device_failure(d.h->sim, d.pdev),
			    "a length field of the response does not agree with its size");
	end(&d, device);
	rmmsim_device_destroy(device);
}

static void a_copy_goes_on_where_the_device_was(void **state)
{
	struct rmmsim_device *device, *kept, *other;
	struct rmmsim_device_config config;
	uint64_t snapshot;
	struct dev d;

	dev_open(*state, &d);
	dev_da(d.h, true);
	config = config_of(&d);
	device = device_of(&d, &config);
	assert_true(secured(&d, device));
	assert_int_equal(rmmsim_snapshot(d.h->sim, &snapshot), RMMSIM_OK);
	kept = rmmsim_device_keep(device);
	assert_non_null(kept);
	for (unsigned int i = 0; i < 2; i++) {
		OK(d.h, RMI_PDEV_IDE_RESET, d.pdev);
		talk(&d, device, 0);
		assert_int_equal(dev_state(&d), RMI_PDEV_STATE_READY);
		assert_int_equal(rmmsim_restore(d.h->sim, snapshot), RMMSIM_OK);
		if (i == 0)
			assert_int_equal(rmmsim_device_copy(device, kept), RMMSIM_OK);
	}
	/* The device has gone on, and the monitor has not. */
	OK(d.h, RMI_PDEV_IDE_RESET, d.pdev);
	talk(&d, device, 0);
	assert_int_equal(dev_state(&d), RMI_PDEV_STATE_ERROR);
	config.rid++;
	config.range_count = 0;
	other = device_of(&d, &config);
	assert_int_equal(rmmsim_device_copy(other, kept), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_device_copy(other, NULL), RMMSIM_ERR_ARGUMENT);
	assert_null(rmmsim_device_keep(NULL));
	rmmsim_device_destroy(other);
	rmmsim_device_destroy(kept);
	end(&d, device);
	rmmsim_device_destroy(device);
}

/* --- registers and accesses ---------------------------------------------------------------------------------- */

struct board {
	struct dev d;
	struct host_realm r;
	struct rmmsim_device *device;
	uint64_t rec, vdev, ram; /* PA of the page at RAM */
	uint64_t last, value;    /* of the last write */
	unsigned int sizes[9];   /* accesses by size */
};

static uint64_t board_read(void *context, uint64_t pa, unsigned int size)
{
	struct board *b = context;

	b->sizes[size]++;
	return 0x1122334455667788 + (pa - b->d.range);
}

static void board_write(void *context, uint64_t pa, unsigned int size, uint64_t value)
{
	struct board *b = context;

	b->sizes[size]++;
	b->last = pa - b->d.range;
	b->value = value;
}

/* A VDEV that is STARTED, of a Realm with a page of RAM. */
static void board_start(struct host *h, struct board *b)
{
	static const struct rmmsim_device_ops ops = {
		.size = sizeof(ops), .read = board_read, .write = board_write};
	struct rmmsim_device_config config;

	memset(b, 0, sizeof(*b));
	dev_open(h, &b->d);
	dev_da(h, true);
	config = config_of(&b->d);
	config.ops = &ops;
	config.context = b;
	b->device = device_of(&b->d, &config);
	assert_true(secured(&b->d, b->device));
	dev_realm(&b->d, &b->r);
	host_ram(h, &b->r, RAM);
	host_tables(h, &b->r, 0, IPA, 3);
	b->rec = host_rec(h, &b->r, true);
	host_activate(h, &b->r);
	b->ram = host_entry(h, &b->r, RAM, 3).desc & ~UINT64_C(0xfff);
	b->vdev = host_delegated(h);
	OK(h, RMI_VDEV_CREATE, b->r.rd, b->d.pdev, b->vdev, dev_vdev_params(&b->d, ID, DEV_RID));
	talk(&b->d, b->device, b->vdev);
	assert_true(started(&b->d, b->device, &b->r, b->vdev));
}

static void board_end(struct board *b)
{
	OK(b->d.h, RMI_VDEV_UNLOCK, b->r.rd, b->vdev);
	talk(&b->d, b->device, b->vdev);
	OK(b->d.h, RMI_VDEV_DESTROY, b->r.rd, b->d.pdev, b->vdev);
	end(&b->d, b->device);
	host_realm_end(b->d.h, &b->r);
	rmmsim_device_destroy(b->device);
}

/* The Realm calls about its VDEV. */
static uint64_t ask(struct board *b, const uint64_t x[9])
{
	struct host *h = b->d.h;

	guest_call(h, b->rec, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8]);
	assert_int_equal(h->exit.exit_reason, RMI_EXIT_VDEV_REQUEST);
	OK(h, RMI_VDEV_COMPLETE, b->rec, b->vdev);
	host_enter(h, b->rec, 0);
	return h->guest.result[0];
}

static struct rsi_vdev_info info_of(struct board *b)
{
	struct rsi_vdev_info info;

	assert_int_equal(ask(b, (const uint64_t[9]){SMC_RSI_VDEV_GET_INFO, ID, RAM}), RSI_SUCCESS);
	assert_int_equal(rmmsim_peek(b->d.h->sim, b->ram, &info, sizeof(info)), RMMSIM_OK);
	return info;
}

static void stopped(struct board *b, enum rmmsim_dma kind, uint64_t address, const char *reason)
{
	struct rmmsim_dma_report report;
	uint64_t word = 0;

	assert_int_equal(
		rmmsim_device_write(b->device, kind, address, &word, sizeof(word), &report),
		RMMSIM_ERR_PROTECTED);
	if (!strstr(report.reason, reason))
		fail_msg("%s", report.reason);
	assert_true(report.write);
	assert_int_equal(report.address, address);
	assert_int_equal(rmmsim_device_read(b->device, kind, address, &word, sizeof(word), NULL),
			 RMMSIM_ERR_PROTECTED);
}

static void a_device_reaches_what_the_realm_allows(void **state)
{
	static const char text[] = "from the device";
	struct rmmsim_dma_report report;
	struct rsi_vdev_info info;
	char there[sizeof(text)];
	struct board b;

	board_start(*state, &b);
	info = info_of(&b);
	stopped(&b, RMMSIM_DMA_REALM, RAM, "has not enabled DMA");
	assert_int_equal(
		ask(&b, (const uint64_t[9]){SMC_RSI_VDEV_DMA_ENABLE, ID, 0, info.lock_nonce,
					    info.meas_nonce, info.report_nonce}),
		RSI_SUCCESS);
	assert_int_equal(rmmsim_device_write(b.device, RMMSIM_DMA_REALM, RAM + 8, text,
					     sizeof(text), &report),
			 RMMSIM_OK);
	assert_null(report.reason);
	rmmsim_peek(b.d.h->sim, b.ram + 8, there, sizeof(there));
	assert_string_equal(there, text);
	memset(there, 0, sizeof(there));
	assert_int_equal(
		rmmsim_device_read(b.device, RMMSIM_DMA_REALM, RAM + 8, there, sizeof(there), NULL),
		RMMSIM_OK);
	assert_string_equal(there, text);
	stopped(&b, RMMSIM_DMA_REALM, RAM + PAGE, "no memory is mapped");
	stopped(&b, RMMSIM_DMA_REALM, UINT64_C(1) << 45, "beyond the Realm's address space");
	/* Over a border: what lies before it was written. */
	assert_int_equal(rmmsim_device_write(b.device, RMMSIM_DMA_REALM, RAM + PAGE - 4, text,
					     sizeof(text), &report),
			 RMMSIM_ERR_PROTECTED);
	assert_int_equal(report.address, RAM + PAGE);
	rmmsim_peek(b.d.h->sim, b.ram + PAGE - 4, there, 4);
	assert_memory_equal(there, text, 4);
	assert_int_equal(ask(&b, (const uint64_t[9]){SMC_RSI_VDEV_DMA_DISABLE, ID}), RSI_SUCCESS);
	stopped(&b, RMMSIM_DMA_REALM, RAM, "has not enabled DMA");
	OK(b.d.h, RMI_VDEV_UNLOCK, b.r.rd, b.vdev);
	talk(&b.d, b.device, b.vdev);
	stopped(&b, RMMSIM_DMA_REALM, RAM, "the VDEV is not STARTED");
	assert_true(started(&b.d, b.device, &b.r, b.vdev));
	board_end(&b);
}

static void without_a_realm_a_device_reaches_the_hosts_memory(void **state)
{
	struct rmmsim_dma_report report;
	struct rmmsim_device *device;
	struct rmmsim_device_config config;
	uint64_t word = 7, pa, back = 0;
	struct board b = {0};

	dev_open(*state, &b.d);
	config = config_of(&b.d);
	device = b.device = device_of(&b.d, &config);
	pa = host_page(b.d.h);
	assert_int_equal(
		rmmsim_device_write(device, RMMSIM_DMA_HOST, pa, &word, sizeof(word), NULL),
		RMMSIM_OK);
	rmmsim_host_read(b.d.h->sim, pa, &back, sizeof(back));
	assert_int_equal(back, 7);
	stopped(&b, RMMSIM_DMA_REALM, RAM, "no Realm has the device");
	stopped(&b, RMMSIM_DMA_HOST, 0x1000, "there is no memory");
	OK(b.d.h, RMI_GRANULE_DELEGATE, pa);
	stopped(&b, RMMSIM_DMA_HOST, pa, "not Non-secure");
	rmmsim_device_read(device, RMMSIM_DMA_HOST, pa, &word, sizeof(word), &report);
	assert_string_equal(report.state, "DELEGATED");
	assert_string_equal(report.command, "GRANULE_DELEGATE");
	assert_int_equal(report.call, rmmsim_calls(b.d.h->sim));
	assert_false(report.write);
	assert_int_equal(rmmsim_device_read(device, 2, pa, &word, sizeof(word), NULL),
			 RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_device_read(NULL, RMMSIM_DMA_HOST, pa, &word, 8, NULL),
			 RMMSIM_ERR_ARGUMENT);
	rmmsim_device_destroy(device);
}

static void script(struct rmmsim_realm *realm, void *argument)
{
	struct board *b = argument;
	uint64_t value = 0;
	uint8_t bytes[24];

	assert_int_equal(rmmsim_realm_load(realm, IPA, 8, &value), RMMSIM_DONE);
	assert_int_equal(value, 0x1122334455667788);
	assert_int_equal(rmmsim_realm_load(realm, IPA + 1, 1, &value), RMMSIM_DONE);
	assert_int_equal(value, 0x89);
	assert_int_equal(rmmsim_realm_store(realm, IPA + 4, 4, 0x1234567890), RMMSIM_DONE);
	assert_int_equal(b->last, 4);
	assert_int_equal(b->value, 0x34567890);
	assert_int_equal(rmmsim_realm_read(realm, IPA + 2, bytes, 22), RMMSIM_DONE);
	assert_int_equal(bytes[2], 0x8c);
}

/* The Realm asks for its registers, and gets them. */
static void map_registers(struct board *b)
{
	const struct rsi_vdev_info info = info_of(b);
	struct host *h = b->d.h;

	ask(b, (const uint64_t[9]){SMC_RSI_VDEV_VALIDATE_MAPPING, ID, IPA, IPA + PAGE, b->d.range,
				   0, info.lock_nonce, info.meas_nonce, info.report_nonce});
	assert_int_equal(h->exit.exit_reason, RMI_EXIT_DEV_MEM_MAP);
	OK(h, RMI_VDEV_MAP, b->r.rd, b->vdev, IPA, 3, b->d.range);
	OK(h, RMI_VDEV_VALIDATE_MAPPING, b->r.rd, b->rec, b->d.pdev, b->vdev, IPA, IPA + PAGE);
	host_enter(h, b->rec, 0);
	assert_int_equal(h->guest.result[0], RSI_SUCCESS);
}

static void registers_answer_the_realm(void **state)
{
	struct rmmsim_scripts *scripts;
	struct board b;

	board_start(*state, &b);
	map_registers(&b);
	assert_int_equal(rmmsim_scripts_create(b.d.h->sim, &scripts), RMMSIM_OK);
	assert_int_equal(rmmsim_script_bind(scripts, 0, 0, script, &b), RMMSIM_OK);
	host_enter(b.d.h, b.rec, 0);
	assert_int_equal(b.d.h->exit.exit_reason, RMI_EXIT_PSCI);
	/* 8; 1; 4 written; 22 bytes from offset 2 as 2, 4, 8, 8. */
	assert_int_equal(b.sizes[8], 3);
	assert_int_equal(b.sizes[4], 2);
	assert_int_equal(b.sizes[2], 1);
	assert_int_equal(b.sizes[1], 1);
	OK(b.d.h, RMI_VDEV_UNMAP, b.r.rd, b.vdev, IPA, 3);
	board_end(&b);
	rmmsim_scripts_destroy(scripts);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_configuration_has_to_be_right),
		TEST(each_fault_is_refused_with_the_failure_that_names_it),
		TEST(a_message_needs_right_addresses),
		TEST(a_program_may_answer_itself_or_change_answers),
		TEST(a_copy_goes_on_where_the_device_was),
		TEST(a_device_reaches_what_the_realm_allows),
		TEST(without_a_realm_a_device_reaches_the_hosts_memory),
		TEST(registers_answer_the_realm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
