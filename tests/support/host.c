/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/host.h"
#include "tests/support/coverage.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REGISTERS      18
#define MAX_VIOLATIONS 8
#define ESR_SMC64      (UINT64_C(0x17) << 26 | UINT64_C(1) << 25)

/* --- the guest: one SMC per stay --------------------------------------------------------------- */

static void guest_run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct host *host = context;
	struct host_guest *guest = &host->guest;

	*event = (struct rmmsim_event){.kind = RMMSIM_EVENT_IRQ};
	if (guest->during) {
		host->pe++;
		guest->during(host, guest->context);
		host->pe--;
		guest->during = NULL;
	}
	if (guest->waiting) {
		memcpy(guest->result, vcpu->context->x, sizeof(guest->result));
		guest->waiting = false;
		guest->returned = true;
	}
	if (!guest->pending)
		return;
	memcpy(vcpu->context->x, guest->smc, sizeof(guest->smc));
	guest->pending = false;
	guest->waiting = true;
	event->kind = RMMSIM_EVENT_SYNC;
	event->esr = ESR_SMC64;
	event->insn = vcpu->context->pc;
}

static const struct rmmsim_engine_ops guest_engine = {
	.size = sizeof(guest_engine),
	.name = "guest of the tests",
	.run = guest_run,
};

/* --- life ------------------------------------------------------------------------------------ */

void host_open(struct host *host, const struct rmmsim_config *config)
{
	struct rmmsim_error error;

	*host = (struct host){.next_vmid = 1};
	rmmsim_config_init(&host->config);
	if (config)
		host->config = *config;
	if (rmmsim_create(&host->config, &host->sim, &error) != RMMSIM_OK)
		fail_msg("rmmsim_create: %s", error.text);
	host->next = host->config.dram[0].base;
	host->next_dev = host->config.dev_ncoh[0].base;
	assert_int_equal(rmmsim_set_engine(host->sim, &guest_engine, host), RMMSIM_OK);
	host->run = host_page(host);
}

static void take_back(struct host *host, uint64_t base, uint64_t top)
{
	for (uint64_t pa = base; pa < top; pa += HOST_PAGE) {
		if (strcmp(host_state(host, pa), "DELEGATED") == 0)
			OK(host, RMI_GRANULE_UNDELEGATE, pa);
		if (host->realms == 0)
			assert_string_equal(host_state(host, pa), "UNDELEGATED");
	}
}

void host_close(struct host *host)
{
	take_back(host, host->config.dram[0].base, host->next);
	take_back(host, host->config.dev_ncoh[0].base, host->next_dev);
	coverage_collect(host->sim);
	rmmsim_destroy(host->sim);
	host->sim = NULL;
}

int host_setup(void **state)
{
	struct host *host = malloc(sizeof(*host));

	host_open(host, NULL);
	*state = host;
	return 0;
}

int host_teardown(void **state)
{
	struct host *host = *state;

	if (host->sim)
		host_close(host);
	free(host);
	return 0;
}

void host_reopen(struct host *host, const struct rmmsim_config *config)
{
	host_close(host);
	host_open(host, config);
}

struct rmmsim_config host_quirks(const char *name, ...)
{
	struct rmmsim_config config;
	va_list names;

	rmmsim_config_init(&config);
	va_start(names, name);
	for (; name; name = va_arg(names, const char *)) {
		if (rmmsim_config_quirk(&config, name, true) != RMMSIM_OK)
			fail_msg("no quirk is called %s", name);
	}
	va_end(names);
	return config;
}

/* --- calls ----------------------------------------------------------------------------------- */

void host_check(struct host *host)
{
	struct rmmsim_violation violations[MAX_VIOLATIONS];
	size_t count;

	if (host->unchecked)
		return;
	count = rmmsim_check(host->sim, violations, MAX_VIOLATIONS);
	for (size_t i = 0; i < count && i < MAX_VIOLATIONS; i++)
		print_error("%s: %s\n    %s\n", violations[i].invariant, violations[i].text,
			    violations[i].detail);
	if (count)
		fail_msg("%zu invariants are violated after call %" PRIu64, count,
			 rmmsim_calls(host->sim));
}

void host_bulk(struct host *host, bool bulk)
{
	host->bulk = bulk;
	if (!bulk)
		host_check(host);
}

uint64_t host_call(struct host *host, enum smc_command_id command, const uint64_t *x, size_t count)
{
	struct rmmsim_regs regs = {.x[0] = smc_command(command)->fid};

	assert_in_range(count, 0, REGISTERS - 1);
	for (unsigned int i = 1; i < REGISTERS; i++)
		regs.x[i] = i <= count ? x[i] : UINT64_C(0x6a756e6b00000000) + i;
	rmmsim_smc(host->sim, host->pe, &regs);
	host->regs = regs;
	coverage_note(host->sim, host->pe);
	if (!host->bulk)
		host_check(host);
	return host->regs.x[0];
}

static void print_explanation(struct host *host)
{
	struct rmmsim_explanation explanation;
	char text[4096];

	if (rmmsim_explain(host->sim, host->pe, &explanation) != RMMSIM_OK)
		return;
	rmmsim_explanation_text(&explanation, text, sizeof(text));
	print_error("%s\n", text);
}

static void explained(struct host *host, struct rmmsim_explanation *explanation, const char *file,
		      int line)
{
	if (rmmsim_explain(host->sim, host->pe, explanation) == RMMSIM_OK &&
	    explanation->call == rmmsim_calls(host->sim))
		return;
	print_error("the call has no explanation\n");
	_fail(file, line);
}

void host_expect(struct host *host, uint64_t result, uint64_t expected, const char *condition,
		 bool alone, const char *file, int line)
{
	struct rmmsim_explanation explanation;

	if (result != expected) {
		print_error("X0 is 0x%" PRIx64 ", expected 0x%" PRIx64 "\n", result, expected);
		if (result != 0)
			print_explanation(host);
		_fail(file, line);
	}
	if (!condition)
		return;
	explained(host, &explanation, file, line);
	if (strcmp(explanation.first.id, condition) == 0 &&
	    !(alone && explanation.others_count != 0))
		return;
	print_error("expected %s%s\n", condition, alone ? " alone" : "");
	print_explanation(host);
	_fail(file, line);
}

void host_expect_other(struct host *host, const char *other, const char *file, int line)
{
	struct rmmsim_explanation explanation;

	explained(host, &explanation, file, line);
	for (unsigned int i = 0; i < explanation.others_count; i++) {
		if (strcmp(explanation.others[i].id, other) == 0)
			return;
	}
	print_error("%s does not fail\n", other);
	print_explanation(host);
	_fail(file, line);
}

static void argument_refused(struct host *host, unsigned int n, uint64_t value,
			     const char *condition, enum smc_command_id command, const uint64_t *x,
			     size_t count, const char *file, int line)
{
	uint64_t with[REGISTERS];

	memcpy(with, x, (count + 1) * sizeof(with[0]));
	with[n] = value;
	host_expect(host, host_call(host, command, with, count), RMI_ERROR_INPUT, condition, true,
		    file, line);
}

void host_argument(struct host *host, unsigned int n, const char *name, const char *state,
		   bool dram, enum smc_command_id command, const uint64_t *x, size_t count,
		   const char *file, int line)
{
	char align[64], bound[64];

	snprintf(align, sizeof(align), "%s_align", name);
	snprintf(bound, sizeof(bound), "%s_bound", name);
	argument_refused(host, n, x[n] + 8, align, command, x, count, file, line);
	argument_refused(host, n, 0, bound, command, x, count, file, line);
	argument_refused(host, n, UINT64_MAX & ~(HOST_PAGE - 1), bound, command, x, count, file,
			 line);
	argument_refused(host, n, host_page(host), state, command, x, count, file, line);
	if (dram)
		argument_refused(host, n, host_device_pages(host, 1, HOST_PAGE), bound, command, x,
				 count, file, line);
}

/* --- memory ---------------------------------------------------------------------------------- */

static uint64_t take(uint64_t *next, uint64_t top, unsigned int count, uint64_t align)
{
	uint64_t pa = (*next + align - 1) & ~(align - 1);

	*next = pa + count * HOST_PAGE;
	if (*next > top)
		fail_msg("the test uses more memory than the configuration has");
	return pa;
}

uint64_t host_pages(struct host *host, unsigned int count, uint64_t align)
{
	return take(&host->next, host->config.dram[0].top, count, align);
}

uint64_t host_page(struct host *host)
{
	return host_pages(host, 1, HOST_PAGE);
}

static uint64_t delegate(struct host *host, uint64_t pa, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		OK(host, RMI_GRANULE_DELEGATE, pa + i * HOST_PAGE);
	return pa;
}

uint64_t host_delegated_pages(struct host *host, unsigned int count, uint64_t align)
{
	return delegate(host, host_pages(host, count, align), count);
}

uint64_t host_delegated(struct host *host)
{
	return host_delegated_pages(host, 1, HOST_PAGE);
}

uint64_t host_device_pages(struct host *host, unsigned int count, uint64_t align)
{
	uint64_t pa = take(&host->next_dev, host->config.dev_ncoh[0].top, count, align);

	return delegate(host, pa, count);
}

uint64_t host_page_with(struct host *host, const void *data, size_t size)
{
	uint64_t pa = host_page(host);

	assert_int_equal(rmmsim_host_write(host->sim, pa, data, size), RMMSIM_OK);
	return pa;
}

const char *host_state(struct host *host, uint64_t pa)
{
	struct rmmsim_granule_info info;

	assert_int_equal(rmmsim_granule_info(host->sim, pa, &info), RMMSIM_OK);
	return info.state;
}
