/* SPDX-License-Identifier: BSD-3-Clause */
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smc/smc.h"
#include "tests/mem/support.h"

/* Out of line, with a name that the backtrace can show. */
void host_that_writes(volatile uint8_t *at);
void host_that_reads(const volatile uint8_t *at);

__attribute__((noinline)) void host_that_writes(volatile uint8_t *at)
{
	*at = 1;
}

__attribute__((noinline)) void host_that_reads(const volatile uint8_t *at)
{
	(void)*at;
}

struct jump {
	sigjmp_buf to;
	struct rmmsim_gpf gpf;
	void *frames[4];
	volatile int calls;
};

static void jump(void *context, const struct rmmsim_gpf *gpf)
{
	struct jump *jump = context;

	jump->gpf = *gpf;
	memcpy(jump->frames, gpf->backtrace,
	       sizeof(void *) * (gpf->backtrace_size < 4 ? gpf->backtrace_size : 4));
	jump->calls++;
	siglongjmp(jump->to, 1);
}

/* Memory whose faults come back to `j`; what is written to stderr goes nowhere. */
static struct mem *create_jumping(struct jump *j)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_TRAP);

	memset(j, 0, sizeof(*j));
	config.gpf = jump;
	config.gpf_context = j;
	return test_create(&config);
}

/* An RTT at DRAM_BASE + 0x3000 by call 17, of the RD at DRAM_BASE + 0x1000. */
static void make_rtt(struct mem *mem)
{
	const struct mem_call call = {.call = 17, .command = RMI_RTT_CREATE};
	struct granule *rtt = mem_find(mem, DRAM_BASE + 0x3000);

	test_state(mem, DRAM_BASE + 0x1000, GRANULE_RD);
	mem_set_state(mem, rtt, GRANULE_RTT, &call);
	mem_set_owner(mem, rtt, mem_find(mem, DRAM_BASE + 0x1000));
}

static bool killed_by_segv(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

static void write_rtt(void *context)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);

	(void)context;
	make_rtt(mem);
	host_that_writes(mem_host(mem, DRAM_BASE + 0x3018, 1));
}

static void a_host_write_to_an_rtt_is_reported_and_fatal(void **state)
{
	char output[4096];

	(void)state;
	assert_true(killed_by_segv(test_child(write_rtt, NULL, output, sizeof(output))));
	assert_non_null(strstr(output, "host write to PA 0x80003018"));
	assert_non_null(strstr(output, "is RTT in PAS REALM"));
	assert_non_null(strstr(output, "owner RD 0x80001000"));
	assert_non_null(strstr(output, "since SMC 17, RTT_CREATE"));
}

static void the_backtrace_begins_with_the_access(void **state)
{
	char output[4096];
	const char *at;

	(void)state;
	test_child(write_rtt, NULL, output, sizeof(output));
	at = strstr(output, "backtrace, innermost first:\n");
	assert_non_null(at);
	at = strchr(at, '\n') + 1;
	assert_non_null(strchr(at, '+'));
	/* More than one frame, each on its own line. */
	assert_non_null(strchr(strchr(at, '\n') + 1, '\n'));
}

static void read_secure(void *context)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);

	(void)context;
	mem_set_pas(mem, mem_find(mem, HIGH_BASE), GRANULE_PAS_SECURE);
	host_that_reads(mem_host(mem, HIGH_BASE, 1));
}

static void a_host_read_of_secure_memory_is_reported_without_a_call(void **state)
{
	char output[4096];

	(void)state;
	assert_true(killed_by_segv(test_child(read_secure, NULL, output, sizeof(output))));
	assert_non_null(strstr(output, "host read of PA 0x880000000"));
	assert_non_null(strstr(output, "is UNDELEGATED in PAS SECURE\n"));
	assert_non_null(strstr(output, "no SMC changed it"));
}

static void write_with_function_that_returns(void *context)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_TRAP);
	struct mem *mem;

	config.gpf = context;
	mem = test_create(&config);
	make_rtt(mem);
	host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
}

static void say(void *context, const struct rmmsim_gpf *gpf)
{
	static const char text[] = "the program was asked\n";

	(void)context;
	(void)gpf;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(1);
}

static void the_default_action_follows_a_function_that_returns(void **state)
{
	char output[4096];
	int status = test_child(write_with_function_that_returns, say, output, sizeof(output));

	(void)state;
	assert_true(killed_by_segv(status));
	assert_non_null(strstr(output, "the program was asked"));
}

static void undelegate(void *context, const struct rmmsim_gpf *gpf)
{
	struct mem **mem = context;

	test_state(*mem, gpf->pa & ~GRANULE_MASK, GRANULE_UNDELEGATED);
}

static void write_to_granule_that_opens(void *context)
{
	struct rmmsim_config config = test_config(RMMSIM_PROTECTION_TRAP);
	struct mem *mem;

	(void)context;
	config.gpf = undelegate;
	config.gpf_context = &mem;
	mem = test_create(&config);
	make_rtt(mem);
	host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
}

static void a_fault_is_fatal_although_the_granule_is_accessible_by_then(void **state)
{
	char output[4096];
	int status = test_child(write_to_granule_that_opens, NULL, output, sizeof(output));

	(void)state;
	assert_true(killed_by_segv(status));
	assert_non_null(strstr(output, "host write to PA 0x80003000"));
}

static void trap_in_child(void *context)
{
	static struct jump j;
	struct mem *mem = create_jumping(&j);
	bool (*wrong)(struct mem * mem, struct jump * j) = context;

	make_rtt(mem);
	_exit(wrong(mem, &j));
}

/* The report of a trap that a test provokes is noise: it goes to the output of the child. */
static void right_in_child(bool (*wrong)(struct mem *mem, struct jump *j))
{
	char output[8192];
	int status = test_child(trap_in_child, wrong, output, sizeof(output));

	if (status != 0)
		fail_msg("status 0x%x: %s", (unsigned int)status, output);
}

static bool function_wrong(struct mem *mem, struct jump *j)
{
	if (sigsetjmp(j->to, 0) == 0)
		host_that_writes(mem_host(mem, DRAM_BASE + 0x3ff8, 1));
	return j->calls != 1 || j->gpf.pa != DRAM_BASE + 0x3ff8 || !j->gpf.write ||
	       strcmp(j->gpf.state, "RTT") != 0 || j->gpf.owner != DRAM_BASE + 0x1000 ||
	       j->gpf.call != 17 || strcmp(j->gpf.command, "RTT_CREATE") != 0;
}

static void the_function_of_the_program_gets_the_facts_and_may_jump(void **state)
{
	(void)state;
	right_in_child(function_wrong);
}

static bool direction_wrong(struct mem *mem, struct jump *j)
{
	if (sigsetjmp(j->to, 0) == 0)
		host_that_reads(mem_host(mem, DRAM_BASE + 0x3000, 1));
	return j->calls != 1 || j->gpf.write;
}

static void a_read_is_told_from_a_write(void **state)
{
	(void)state;
	right_in_child(direction_wrong);
}

static bool backtrace_wrong(struct mem *mem, struct jump *j)
{
	const uintptr_t function = (uintptr_t)host_that_writes;

	if (sigsetjmp(j->to, 0) == 0)
		host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
	return j->gpf.backtrace_size < 3 || (uintptr_t)j->frames[0] - function > 256;
}

static void the_function_gets_a_backtrace_that_begins_with_the_access(void **state)
{
	(void)state;
	right_in_child(backtrace_wrong);
}

static bool repeated_wrong(struct mem *mem, struct jump *j)
{
	/* A jump that does not restore the mask leaves no signal blocked. */
	for (volatile int i = 0; i < 5; i++) {
		if (sigsetjmp(j->to, 0) == 0)
			host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
	}
	return j->calls != 5;
}

static void a_program_may_trap_again_after_a_jump(void **state)
{
	(void)state;
	right_in_child(repeated_wrong);
}

static bool alternate_stack_wrong(struct mem *mem, struct jump *j)
{
	const size_t size = 256 * 1024;
	stack_t stack = {.ss_sp = malloc(size), .ss_size = size};

	sigaltstack(&stack, NULL);
	if (sigsetjmp(j->to, 0) == 0)
		host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
	if (j->calls != 1)
		return true;
	stack.ss_flags = SS_DISABLE;
	sigaltstack(&stack, NULL);
	/* The facts were built on that stack: the program's function saw the address of its own. */
	return (uintptr_t)j->gpf.backtrace - (uintptr_t)stack.ss_sp > size;
}

static void the_handler_uses_the_alternate_stack_of_the_program(void **state)
{
	(void)state;
	right_in_child(alternate_stack_wrong);
}

static bool instances_wrong(struct mem *mem, struct jump *j)
{
	static struct jump other_jump;
	struct mem *other = create_jumping(&other_jump);

	test_state(other, DRAM_BASE + 0x3000, GRANULE_DATA);
	if (sigsetjmp(other_jump.to, 0) == 0)
		host_that_writes(mem_host(other, DRAM_BASE + 0x3000, 1));
	if (other_jump.calls != 1 || j->calls != 0 || strcmp(other_jump.gpf.state, "DATA") != 0)
		return true;
	mem_destroy(other);
	if (sigsetjmp(j->to, 0) == 0)
		host_that_writes(mem_host(mem, DRAM_BASE + 0x3000, 1));
	return j->calls != 1 || other_jump.calls != 1;
}

static void a_fault_is_reported_to_the_instance_it_belongs_to(void **state)
{
	(void)state;
	right_in_child(instances_wrong);
}

static void read_first(struct mem *mem, struct jump *j)
{
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	if (sigsetjmp(j->to, 0) == 0)
		host_that_reads(mem_host(mem, DRAM_BASE, 1));
}

static bool late_instance_wrong(struct mem *mem, struct jump *j)
{
	static struct jump other_jump;

	/* The oldest of three goes first. */
	for (int i = 0; i < 3; i++) {
		struct mem *next = create_jumping(&other_jump);

		mem_destroy(mem);
		mem = next;
	}
	read_first(mem, &other_jump);
	return other_jump.calls != 1 || j->calls != 0;
}

static void instances_may_be_destroyed_in_any_order(void **state)
{
	(void)state;
	right_in_child(late_instance_wrong);
}

static bool framework_wrong(struct mem *mem, struct jump *j)
{
	signal(SIGSEGV, SIG_DFL);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	if (sigsetjmp(j->to, 0) == 0)
		host_that_reads((uint8_t *)mem->banks[0].host);
	signal(SIGSEGV, SIG_DFL);
	if (sigsetjmp(j->to, 0) == 0)
		host_that_reads(mem_host(mem, DRAM_BASE, 1));
	return j->calls != 2;
}

static void a_handler_that_was_removed_by_others_comes_back(void **state)
{
	(void)state;
	right_in_child(framework_wrong);
}

static void write_behind_bank(void *context)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	uint8_t *last = mem_host(mem, DRAM_TOP - 1, 1);

	signal(SIGSEGV, SIG_DFL);
	mem_host(mem, DRAM_BASE, 1);
	(void)context;
	host_that_writes(last + 1);
}

static void a_fault_behind_a_bank_is_an_ordinary_fault(void **state)
{
	char output[4096];

	(void)state;
	assert_true(killed_by_segv(test_child(write_behind_bank, NULL, output, sizeof(output))));
	assert_null(strstr(output, "rmmsim"));
}

static void a_system_call_on_delegated_memory_fails_without_a_signal(void **state)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);

	(void)state;
	make_rtt(mem);
	assert_false(test_accessible(mem_host(mem, DRAM_BASE + 0x3000, 1)));
	mem_destroy(mem);
}

static volatile uint8_t *touched_by_signal;

static void touch_from_signal(int sig)
{
	(void)sig;
	*touched_by_signal += 1;
}

/* A handler of the program may come in anywhere in the library, and use memory. */
static bool signal_wrong(struct mem *mem, struct jump *j)
{
	uint8_t *host = mem_host(mem, DRAM_BASE, DRAM_TOP - DRAM_BASE);
	const struct itimerval often = {{0, 50}, {0, 50}}, never = {{0, 0}, {0, 0}};

	signal(SIGALRM, touch_from_signal);
	touched_by_signal = host + 50 * GRANULE_SIZE;
	setitimer(ITIMER_REAL, &often, NULL);
	for (unsigned int i = 0; i < 5000; i++) {
		touched_by_signal = host + (50 + i % 50) * GRANULE_SIZE;
		mem_host(mem, DRAM_BASE + i % 40 * GRANULE_SIZE, 1);
		test_state(mem, DRAM_BASE + i % 40 * GRANULE_SIZE, GRANULE_DELEGATED);
		test_state(mem, DRAM_BASE + i % 40 * GRANULE_SIZE, GRANULE_UNDELEGATED);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	return j->calls != 0;
}

static void a_signal_handler_of_the_program_may_touch_closed_memory(void **state)
{
	(void)state;
	right_in_child(signal_wrong);
}

static void framework_touches(void *context)
{
	struct mem *mem = test_mem(RMMSIM_PROTECTION_TRAP);
	uint8_t *small = mem_host(mem, DRAM_BASE, MEM_HOST_OPEN);

	(void)context;
	signal(SIGSEGV, SIG_DFL);
	host_that_writes(small + MEM_HOST_OPEN - 1);
	_exit(0);
}

static void a_pointer_to_little_memory_does_not_depend_on_the_handler(void **state)
{
	char output[4096];

	(void)state;
	assert_int_equal(test_child(framework_touches, NULL, output, sizeof(output)), 0);
}

static void jump_to_memory(void *context)
{
	union {
		void *data;
		void (*code)(void);
	} at;

	(void)context;
	signal(SIGSEGV, SIG_DFL); /* the framework's */
	at.data = mem_host(test_mem(RMMSIM_PROTECTION_TRAP), DRAM_BASE, 1);
	at.code();
}

static void an_instruction_fetch_from_open_memory_is_an_ordinary_fault(void **state)
{
	char output[4096];

	(void)state;
	assert_true(killed_by_segv(test_child(jump_to_memory, NULL, output, sizeof(output))));
	assert_null(strstr(output, "rmmsim: host"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_host_write_to_an_rtt_is_reported_and_fatal),
		cmocka_unit_test(the_backtrace_begins_with_the_access),
		cmocka_unit_test(a_host_read_of_secure_memory_is_reported_without_a_call),
		cmocka_unit_test(the_default_action_follows_a_function_that_returns),
		cmocka_unit_test(a_fault_is_fatal_although_the_granule_is_accessible_by_then),
		cmocka_unit_test(the_function_of_the_program_gets_the_facts_and_may_jump),
		cmocka_unit_test(a_read_is_told_from_a_write),
		cmocka_unit_test(the_function_gets_a_backtrace_that_begins_with_the_access),
		cmocka_unit_test(a_program_may_trap_again_after_a_jump),
		cmocka_unit_test(the_handler_uses_the_alternate_stack_of_the_program),
		cmocka_unit_test(a_fault_is_reported_to_the_instance_it_belongs_to),
		cmocka_unit_test(instances_may_be_destroyed_in_any_order),
		cmocka_unit_test(a_handler_that_was_removed_by_others_comes_back),
		cmocka_unit_test(a_fault_behind_a_bank_is_an_ordinary_fault),
		cmocka_unit_test(a_signal_handler_of_the_program_may_touch_closed_memory),
		cmocka_unit_test(a_pointer_to_little_memory_does_not_depend_on_the_handler),
		cmocka_unit_test(an_instruction_fetch_from_open_memory_is_an_ordinary_fault),
		cmocka_unit_test(a_system_call_on_delegated_memory_fails_without_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
