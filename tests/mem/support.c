/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mem/support.h"

#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "smc/smc.h"

struct rmmsim_config test_config(enum rmmsim_protection protection)
{
	return (struct rmmsim_config){
		.size = sizeof(struct rmmsim_config),
		.pa_bits = 48,
		.dram_count = 2,
		.dram = {{DRAM_BASE, DRAM_TOP}, {HIGH_BASE, HIGH_TOP}},
		.dev_ncoh_count = 1,
		.dev_ncoh = {{NCOH_BASE, NCOH_TOP}},
		.dev_coh_count = 1,
		.dev_coh = {{COH_BASE, COH_TOP}},
		.protection = protection,
	};
}

struct mem *test_create(const struct rmmsim_config *config)
{
	struct rmmsim_error error = {.status = RMMSIM_OK};
	struct mem *mem = NULL;

	if (mem_create(config, &mem, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
	assert_non_null(mem);
	return mem;
}

struct mem *test_mem(enum rmmsim_protection protection)
{
	const struct rmmsim_config config = test_config(protection);

	return test_create(&config);
}

void test_state(struct mem *mem, uint64_t pa, enum granule_state state)
{
	struct granule *granule = mem_find(mem, pa);
	struct mem_call call = {.command = RMI_GRANULE_DELEGATE};

	mem_lock(mem);
	call.call = granule->call + 1;
	mem_set_state(mem, granule, state, &call);
	mem_unlock(mem);
}

bool test_accessible(const void *address)
{
	int ends[2];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	n = write(ends[1], address, 1);
	assert_true(n == 1 || errno == EFAULT);
	close(ends[0]);
	close(ends[1]);
	return n == 1;
}

bool test_closed(const struct mem *mem, uint64_t pa)
{
	const struct mem_bank *bank = mem_bank_at(mem, pa);

	return !test_accessible(bank->host + (pa - bank->base));
}

bool test_host_access(struct mem *mem, uint64_t pa, uint64_t top, bool wanted)
{
	for (; pa < top; pa += GRANULE_SIZE) {
		if (test_accessible(mem_host(mem, pa, 1)) != wanted)
			return false;
	}
	return true;
}

static void drain(int fd, char *output, size_t size)
{
	char rest[256];
	ssize_t n;

	while (size > 1 && (n = read(fd, output, size - 1)) > 0) {
		output += n;
		size -= (size_t)n;
	}
	*output = '\0';
	/* A child that writes more does not have to wait for ever. */
	while (read(fd, rest, sizeof(rest)) > 0)
		;
}

int test_child(void (*body)(void *context), void *context, char *output, size_t size)
{
	const struct rlimit no_core = {0, 0};
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		body(context);
		_exit(0);
	}
	close(ends[1]);
	drain(ends[0], output, size);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}
