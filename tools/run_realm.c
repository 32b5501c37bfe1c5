/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* From a configuration to a Realm that can be entered. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <rmmsim/attest.h>

#include "tools/run.h"

#define DRAM_BASE  UINT64_C(0x100000000)
#define DRAM_EXTRA UINT64_C(0x8000000) /* tables, RECs, shared memory */
#define DRAM_ALIGN UINT64_C(0x200000)
#define REC_AUX    16
#define VMID       1
#define EPOCH      UINT32_C(1767225600) /* 2026-01-01: the same for every run */

static uint64_t dram_size(const struct run_options *options)
{
	/* Every page of RAM may need a table of its own in each tree before it is full. */
	const uint64_t size = options->ram + options->ram / 64 + DRAM_EXTRA;

	return (size + DRAM_ALIGN - 1) & ~(DRAM_ALIGN - 1);
}

static bool open_sim(struct run_host *h)
{
	struct rmmsim_config config;
	struct rmmsim_error error;

	rmmsim_config_init(&config);
	config.dram_count = 1;
	config.dram[0] = (struct rmmsim_range){DRAM_BASE, DRAM_BASE + dram_size(&h->options)};
	config.dev_ncoh_count = 0;
	rmmsim_unicorn_id_regs(&config.id_regs);
	if (h->options.trace) {
		h->record = record_open(h->options.trace, &config);
		if (!h->record) {
			run_end(h, RUN_END_USAGE, "%s: %s", h->options.trace, strerror(errno));
			return false;
		}
		record_prepare(h->record, &config);
	}
	if (rmmsim_create(&config, &h->sim, &error) != RMMSIM_OK) {
		run_end(h, RUN_END_USAGE, "%s", error.text);
		return false;
	}
	h->next = DRAM_BASE;
	h->top = config.dram[0].top;
	return true;
}

static bool open_board(struct run_host *h)
{
	uint64_t mpidr[RUN_MAX_RECS];
	struct board_config config = {
		.cpus = h->options.recs,
		.mpidr = mpidr,
		.frequency = RUN_HZ,
		.epoch = EPOCH,
		.open_interrupts = !h->options.kernel,
		.console = &h->console,
	};

	for (unsigned int n = 0; n < h->options.recs; n++)
		mpidr[n] = run_mpidr(n);
	run_describe_devices(&h->options, &config);
	if (!run_devices_open(h, &config))
		return false;
	console_open(&h->console, STDIN_FILENO, STDOUT_FILENO);
	h->board = board_create(&config);
	if (!h->board)
		run_end(h, RUN_END_INTERNAL, "no memory for the board");
	return h->board;
}

bool run_open(struct run_host *h)
{
	struct rmmsim_unicorn_config config;
	struct rmmsim_error error;

	if (!open_sim(h) || !open_board(h))
		return false;
	rmmsim_unicorn_config_init(&config);
	config.budget = RUN_TURN;
	if (h->insns) {
		config.insn = run_print_insn;
		config.insn_context = h;
	}
	if (rmmsim_unicorn_create(h->sim, &config, &h->engine, &error) != RMMSIM_OK) {
		run_end(h, RUN_END_INTERNAL, "%s", error.text);
		return false;
	}
	return true;
}

void run_close(struct run_host *h)
{
	if (!record_close(h->record)) {
		fprintf(stderr, "rmmsim run: %s could not be written\n", h->options.trace);
		h->status = RUN_END_INTERNAL;
	}
	rmmsim_destroy(h->sim);
	rmmsim_unicorn_destroy(h->engine);
	board_destroy(h->board);
	run_devices_close(h);
}

/* --- the Realm ------------------------------------------------------------------------------------- */

static void fill_params(struct run_host *h, struct rmi_realm_params *params)
{
	const struct run_options *o = &h->options;

	params->s2sz = o->width;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = o->sha512 ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256;
	params->num_aux_planes = o->planes - 1;
	params->vmid = VMID;
	params->rtt_level_start = h->start;
	params->rtt_num_start = o->width > 39 && h->start == 1 ? 1u << (o->width - 39) : 1;
	if (o->planes > 1)
		params->flags1 = o->shared_tree ? RMI_REALM_FLAGS1_RTT_S2AP_ENCODING
						: RMI_REALM_FLAGS1_RTT_TREE_PP;
	for (unsigned int i = 0; i < RMI_MAX_AUX_PLANES; i++)
		params->aux_vmid[i] = (uint16_t)(i + 1 < o->planes ? VMID + 1 + i : 0);
}

static bool create_realm(struct run_host *h)
{
	const uint64_t page = run_pages(h, 1, RUN_PAGE);
	struct rmi_realm_params *params = rmmsim_host_ptr(h->sim, page, RUN_PAGE);
	unsigned int roots;

	h->start = h->options.width <= 43 ? 1 : 0;
	h->trees = h->options.shared_tree ? 1 : h->options.planes;
	h->unprotected = UINT64_C(1) << (h->options.width - 1);
	memset(params, 0, sizeof(*params));
	fill_params(h, params);
	roots = (unsigned int)params->rtt_num_start;
	params->rtt_base = run_delegated(h, roots, roots * RUN_PAGE);
	for (unsigned int tree = 1; tree < h->trees; tree++)
		params->aux_rtt_base[tree - 1] = run_delegated(h, roots, roots * RUN_PAGE);
	h->rd = run_delegated(h, 1, RUN_PAGE);
	return run_must(h, "REALM_CREATE", RUN_CALL(h, SMC_RMI_REALM_CREATE, h->rd, page));
}

static bool init_ripas(struct run_host *h)
{
	const uint64_t top = RUN_RAM_BASE + h->options.ram;
	uint64_t base = RUN_RAM_BASE;

	while (base < top) {
		uint64_t x[18] = {0, h->rd, base, top};
		const uint64_t x0 = run_smc(h, SMC_RMI_RTT_INIT_RIPAS, x);
		const int level = run_index(x0);

		if (run_status(x0) == RMI_SUCCESS) {
			base = x[1];
			continue;
		}
		if (run_status(x0) != 4 || level >= 3)
			return run_must(h, "RTT_INIT_RIPAS", x0);
		if (!run_tables(h, 0, base, level + 1))
			return false;
	}
	return true;
}

static bool load_page(struct run_host *h, const struct run_image *image, uint64_t ipa,
		      uint64_t source)
{
	const uint64_t data = run_delegated(h, 1, RUN_PAGE);

	if (!source || !data || !run_tables(h, 0, ipa, h->start + 1)) {
		run_end(h, RUN_END_USAGE, "no memory for the payload");
		return false;
	}
	rmmsim_host_write(h->sim, source, image->bytes + (ipa - image->base), RUN_PAGE);
	return run_must(
		h, "DATA_CREATE",
		RUN_CALL(h, SMC_RMI_DATA_CREATE, h->rd, data, ipa, source, RMI_DATA_FLAG_MEASURE));
}

static bool load_image(struct run_host *h, const struct run_image *image)
{
	const uint64_t source = run_pages(h, 1, RUN_PAGE);

	for (uint64_t ipa = image->base; ipa < image->top; ipa += RUN_PAGE) {
		if (image->used[(ipa - image->base) / RUN_PAGE] &&
		    !load_page(h, image, ipa, source))
			return false;
	}
	return true;
}

/* --- RECs --------------------------------------------------------------------------------------------- */

uint64_t run_mpidr(unsigned int rec)
{
	return (rec & 0xf) | (uint64_t)(rec >> 4) << 8;
}

static bool create_rec(struct run_host *h, unsigned int n, const struct run_image *image,
		       uint64_t params_page)
{
	struct rmi_rec_params *params = rmmsim_host_ptr(h->sim, params_page, RUN_PAGE);
	struct run_rec *rec = &h->recs[n];

	memset(params, 0, sizeof(*params));
	params->flags = n == 0 ? RMI_REC_CREATE_FLAG_RUNNABLE : 0;
	params->mpidr = run_mpidr(n);
	params->pc = image->entry;
	memcpy(params->gprs, image->gprs, sizeof(image->gprs));
	params->num_aux = REC_AUX;
	for (unsigned int i = 0; i < REC_AUX; i++)
		params->aux[i] = run_delegated(h, 1, RUN_PAGE);
	rec->rec = run_delegated(h, 1, RUN_PAGE);
	rec->page = run_pages(h, 1, RUN_PAGE);
	rec->mpidr = params->mpidr;
	rec->runnable = n == 0;
	if (!rec->page) {
		run_end(h, RUN_END_USAGE, "no memory for the RECs");
		return false;
	}
	return run_must(h, "REC_CREATE",
			RUN_CALL(h, SMC_RMI_REC_CREATE, h->rd, rec->rec, params_page));
}

/* As it is compared with what a verifier expects. */
static void print_rim(struct run_host *h)
{
	const unsigned int size = h->options.sha512 ? 64 : 32;
	uint8_t value[64];

	if (!h->options.rim || rmmsim_realm_measurement(h->sim, h->rd, 0, value) != RMMSIM_OK)
		return;
	fprintf(stderr, "rmmsim run: RIM ");
	for (unsigned int i = 0; i < size; i++)
		fprintf(stderr, "%02x", value[i]);
	fputc('\n', stderr);
}

bool run_build(struct run_host *h, const struct run_image *image)
{
	uint64_t page;

	if (!create_realm(h) || !init_ripas(h) || !load_image(h, image))
		return false;
	page = run_pages(h, 1, RUN_PAGE);
	if (!page) {
		run_end(h, RUN_END_USAGE, "no memory for the RECs");
		return false;
	}
	for (unsigned int n = 0; n < h->options.recs; n++) {
		if (!create_rec(h, n, image, page))
			return false;
	}
	if (!run_must(h, "REALM_ACTIVATE", RUN_CALL(h, SMC_RMI_REALM_ACTIVATE, h->rd)))
		return false;
	print_rim(h);
	return true;
}

#endif
