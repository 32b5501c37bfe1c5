/* SPDX-License-Identifier: BSD-3-Clause */
/* The handler of faults and the handlers that a program has of its own. */
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/mem/support.h"

/* What a handler of the program saw. In children only, so that nothing is left of it. */
static struct {
	sigjmp_buf to;
	volatile int calls, later_calls;
	void *address;
	bool blocked, other_blocked;
} seen;

static struct sigaction before_later;

static void *no_memory(void)
{
	return mmap(NULL, GRANULE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void touch(void *at)
{
	*(volatile char *)at = 1;
}

static void leave_with_info(int sig, siginfo_t *info, void *context)
{
	sigset_t mask;

	(void)context;
	pthread_sigmask(SIG_BLOCK, NULL, &mask);
	seen.blocked = sigismember(&mask, sig);
	seen.other_blocked = sigismember(&mask, SIGUSR1);
	seen.address = info->si_addr;
	seen.calls++;
	siglongjmp(seen.to, 1);
}

static void leave(int sig)
{
	(void)sig;
	seen.calls++;
	siglongjmp(seen.to, 1);
}

static void count(int sig)
{
	(void)sig;
	seen.calls++;
}

/* As a program does it that knows that others have handlers: what is not its own is passed back. */
static void later(int sig, siginfo_t *info, void *context)
{
	seen.later_calls++;
	before_later.sa_sigaction(sig, info, context);
}

static void install_with_info(void (*handler)(int sig, siginfo_t *info, void *context))
{
	struct sigaction action = {.sa_flags = SA_SIGINFO};

	action.sa_sigaction = handler;
	sigaddset(&action.sa_mask, SIGUSR1);
	sigaction(SIGSEGV, &action, &before_later);
}

static void in_child(void (*body)(void *context), int expected)
{
	char output[4096];
	int status = test_child(body, NULL, output, sizeof(output));

	if (status != expected)
		fail_msg("status 0x%x: %s", (unsigned int)status, output);
}

static void check(bool right)
{
	if (!right)
		_exit(1);
}

static void fault_with_earlier_handler(void *context)
{
	void *at = no_memory();

	(void)context;
	install_with_info(leave_with_info);
	test_mem(RMMSIM_PROTECTION_TRAP);
	if (sigsetjmp(seen.to, 1) == 0)
		touch(at);
	check(seen.calls == 1 && seen.address == at);
	check(seen.blocked && seen.other_blocked);
}

static void an_earlier_handler_gets_other_faults_with_its_mask(void **state)
{
	(void)state;
	in_child(fault_with_earlier_handler, 0);
}

static void fault_with_plain_handler(void *context)
{
	(void)context;
	signal(SIGSEGV, leave);
	test_mem(RMMSIM_PROTECTION_TRAP);
	if (sigsetjmp(seen.to, 1) == 0)
		touch(no_memory());
	if (sigsetjmp(seen.to, 1) == 0)
		touch(no_memory());
	check(seen.calls == 2);
}

static void an_earlier_handler_without_siginfo_gets_other_faults(void **state)
{
	(void)state;
	in_child(fault_with_plain_handler, 0);
}

static void fault_without_handler(void *context)
{
	(void)context;
	signal(SIGSEGV, SIG_DFL);
	test_mem(RMMSIM_PROTECTION_TRAP);
	touch(no_memory());
}

static void without_an_earlier_handler_other_faults_are_fatal(void **state)
{
	(void)state;
	in_child(fault_without_handler, SIGSEGV);
}

static void fault_where_ignored(void *context)
{
	(void)context;
	signal(SIGSEGV, SIG_IGN);
	test_mem(RMMSIM_PROTECTION_TRAP);
	raise(SIGSEGV);
	touch(no_memory());
}

static void an_ignored_signal_is_ignored_when_sent_and_fatal_as_a_fault(void **state)
{
	(void)state;
	in_child(fault_where_ignored, SIGSEGV);
}

static void send_with_handler(void *context)
{
	struct mem *mem;

	(void)context;
	signal(SIGSEGV, count);
	signal(SIGBUS, count);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	raise(SIGSEGV);
	raise(SIGBUS);
	check(seen.calls == 2);
}

static void a_sent_signal_goes_to_the_earlier_handler(void **state)
{
	(void)state;
	in_child(send_with_handler, 0);
}

static void send_with_address(void *context)
{
	siginfo_t info = {.si_signo = SIGSEGV, .si_code = SI_QUEUE};
	struct mem *mem;

	(void)context;
	signal(SIGSEGV, count);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	/* Where a fault has its address, a sent signal has the sender. */
	info.si_addr = mem_host(mem, DRAM_BASE, 1);
	check(syscall(SYS_rt_sigqueueinfo, getpid(), SIGSEGV, &info) == 0);
	check(seen.calls == 1);
}

static void the_sender_of_a_signal_is_not_taken_for_an_address(void **state)
{
	(void)state;
	in_child(send_with_address, 0);
}

static void send_without_handler(void *context)
{
	(void)context;
	signal(SIGSEGV, SIG_DFL);
	test_mem(RMMSIM_PROTECTION_TRAP);
	raise(SIGSEGV);
}

static void a_sent_signal_without_handler_is_fatal(void **state)
{
	(void)state;
	in_child(send_without_handler, SIGSEGV);
}

static void destroy_restores(void *context)
{
	struct mem *first, *second;
	struct sigaction now;

	(void)context;
	signal(SIGSEGV, count);
	first = test_mem(RMMSIM_PROTECTION_TRAP);
	second = test_mem(RMMSIM_PROTECTION_TRAP);
	mem_destroy(first);
	sigaction(SIGSEGV, NULL, &now);
	check(now.sa_handler != count);
	mem_destroy(second);
	sigaction(SIGSEGV, NULL, &now);
	check(now.sa_handler == count);
}

static void the_last_instance_restores_the_earlier_handler(void **state)
{
	(void)state;
	in_child(destroy_restores, 0);
}

static void off_leaves_handlers(void *context)
{
	struct sigaction now;

	(void)context;
	signal(SIGSEGV, count);
	test_mem(RMMSIM_PROTECTION_OFF);
	sigaction(SIGSEGV, NULL, &now);
	check(now.sa_handler == count);
}

static void without_protection_no_handler_is_installed(void **state)
{
	(void)state;
	in_child(off_leaves_handlers, 0);
}

static void destroy_leaves_later(void *context)
{
	struct sigaction now;
	struct mem *mem;

	(void)context;
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	install_with_info(later);
	mem_destroy(mem);
	sigaction(SIGSEGV, NULL, &now);
	check(now.sa_sigaction == later);
}

static void a_later_handler_stays_when_the_last_instance_goes(void **state)
{
	(void)state;
	in_child(destroy_leaves_later, 0);
}

/* Both think that the other one was there first. */
static void fault_with_circle(void *context)
{
	struct mem *mem;

	(void)context;
	signal(SIGSEGV, leave);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	install_with_info(later);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	for (volatile int i = 1; i <= 3; i++) {
		if (sigsetjmp(seen.to, 1) == 0)
			touch(no_memory());
		check(seen.calls == i && seen.later_calls == i);
	}
}

static void handlers_that_pass_signals_to_each_other_do_not_go_round_for_ever(void **state)
{
	(void)state;
	in_child(fault_with_circle, 0);
}

static void circle_after_rebirth(void *context)
{
	struct mem *mem;

	(void)context;
	signal(SIGSEGV, leave);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	install_with_info(later);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	mem_destroy(mem);
	test_mem(RMMSIM_PROTECTION_TRAP);
	if (sigsetjmp(seen.to, 1) == 0)
		touch(no_memory());
	check(seen.calls == 1);
}

static void nor_do_they_after_all_instances_were_gone(void **state)
{
	(void)state;
	in_child(circle_after_rebirth, 0);
}

static void circle_of_fatal_fault(void *context)
{
	struct mem *mem;

	(void)context;
	signal(SIGSEGV, SIG_DFL);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	install_with_info(later);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	touch(no_memory());
}

static void a_fatal_fault_stays_fatal_between_two_handlers(void **state)
{
	(void)state;
	in_child(circle_of_fatal_fault, SIGSEGV);
}

static void leave_later(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)info;
	(void)context;
	seen.later_calls++;
	siglongjmp(seen.to, 1);
}

static void jump_on_alternate_stack(void *context)
{
	static char memory[256 * 1024];
	const stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
	struct mem *mem;

	(void)context;
	sigaltstack(&stack, NULL);
	signal(SIGSEGV, leave);
	mem = test_mem(RMMSIM_PROTECTION_TRAP);
	install_with_info(leave_later);
	test_state(mem, DRAM_BASE, GRANULE_DELEGATED);
	/* Every signal has the same frame there; none is mistaken for one that is passed back. */
	for (volatile int i = 1; i <= 3; i++) {
		if (sigsetjmp(seen.to, 1) == 0)
			touch(no_memory());
		check(seen.later_calls == i && seen.calls == 0);
	}
}

static void faults_after_a_jump_from_the_alternate_stack_are_new_faults(void **state)
{
	(void)state;
	in_child(jump_on_alternate_stack, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_earlier_handler_gets_other_faults_with_its_mask),
		cmocka_unit_test(an_earlier_handler_without_siginfo_gets_other_faults),
		cmocka_unit_test(without_an_earlier_handler_other_faults_are_fatal),
		cmocka_unit_test(an_ignored_signal_is_ignored_when_sent_and_fatal_as_a_fault),
		cmocka_unit_test(a_sent_signal_goes_to_the_earlier_handler),
		cmocka_unit_test(the_sender_of_a_signal_is_not_taken_for_an_address),
		cmocka_unit_test(a_sent_signal_without_handler_is_fatal),
		cmocka_unit_test(the_last_instance_restores_the_earlier_handler),
		cmocka_unit_test(without_protection_no_handler_is_installed),
		cmocka_unit_test(a_later_handler_stays_when_the_last_instance_goes),
		cmocka_unit_test(handlers_that_pass_signals_to_each_other_do_not_go_round_for_ever),
		cmocka_unit_test(nor_do_they_after_all_instances_were_gone),
		cmocka_unit_test(a_fatal_fault_stays_fatal_between_two_handlers),
		cmocka_unit_test(faults_after_a_jump_from_the_alternate_stack_are_new_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
