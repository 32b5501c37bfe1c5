/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/log/kernel.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "smc/status.h"
#include "trace/log/banks.h"
#include "trace/log/import.h"

#define CALL   "rmi_call: "
#define RETURN "rmi_return: "

#define ARGUMENTS 7 /* X0..X6 */
#define RESULTS   5 /* X0..X4 */
#define MAX_TASKS 256

/* A call that has not returned. */
struct task {
	bool busy;
	unsigned long pid;
	unsigned int cpu;
	size_t number;
	uint64_t x[ARGUMENTS];
};

struct import {
	FILE *out;
	size_t calls, returned;
	struct task tasks[MAX_TASKS];
	struct log_banks banks;
};

bool kernel_recognise(const struct log *log)
{
	for (size_t i = 0; i < log->line_count; i++) {
		if (strstr(log->lines[i], CALL))
			return true;
	}
	return false;
}

/* "xN=0x.." of a line; registers that are not named are 0. */
static void parse_registers(const char *text, uint64_t *x, unsigned int count)
{
	char name[8];

	for (unsigned int i = 0; i < count; i++) {
		const char *at;

		snprintf(name, sizeof(name), " x%u=", i);
		at = strstr(text, name);
		x[i] = at ? strtoull(at + strlen(name), NULL, 16) : 0;
	}
}

/* "task-PID [CPU]": what stands before the name of the event. */
static bool parse_task(const char *text, unsigned long *pid, unsigned int *cpu)
{
	const char *bracket = strstr(text, " ["), *at = bracket;

	while (at && at != text && at[-1] != '-')
		at--;
	if (!at || at == text)
		return false;
	*pid = strtoul(at, NULL, 10);
	*cpu = (unsigned int)strtoul(bracket + 2, NULL, 10);
	return true;
}

static struct task *find_task(struct import *import, unsigned long pid)
{
	for (unsigned int i = 0; i < MAX_TASKS; i++) {
		if (import->tasks[i].busy && import->tasks[i].pid == pid)
			return &import->tasks[i];
	}
	return NULL;
}

static struct task *free_task(struct import *import)
{
	for (unsigned int i = 0; i < MAX_TASKS; i++) {
		if (!import->tasks[i].busy)
			return &import->tasks[i];
	}
	return NULL;
}

static bool host_function(uint64_t x0)
{
	return (x0 & UINT64_C(0xfffeff00)) == 0xc4000100 ||
	       (x0 & UINT64_C(0xfffeff00)) == 0xc4000200;
}

/* A REC that runs meanwhile on another PE: docs/trace-format.md, section 3 */
static const struct task *running_rec(const struct import *import, const struct task *task)
{
	for (unsigned int i = 0; i < MAX_TASKS; i++) {
		const struct task *other = &import->tasks[i];

		if (other->busy && other != task && (uint32_t)other->x[0] == SMC_RMI_REC_ENTER &&
		    other->number < task->number)
			return other;
	}
	return NULL;
}

static void put_call(struct import *import, const struct task *task, const uint64_t *results)
{
	const struct task *during = running_rec(import, task);

	import->returned++;
	if (!import->out)
		return;
	fprintf(import->out, "{\"i\":%zu,\"op\":\"smc\",\"cpu\":%u", task->number, task->cpu);
	if (during)
		fprintf(import->out, ",\"during\":%zu", during->number);
	fprintf(import->out, ",\"fid\":\"0x%" PRIx32 "\"", (uint32_t)task->x[0]);
	log_put_words(import->out, "x", task->x + 1, ARGUMENTS - 1);
	log_put_words(import->out, "ret", results, RESULTS);
	fputs("}\n", import->out);
}

static void add_addresses(struct import *import, const struct task *task, uint64_t x0)
{
	const enum smc_command_id id = smc_decode_any(SMC_FROM_HOST, (uint32_t)task->x[0]);
	const struct smc_command *command = smc_command(id);

	if (!command || smc_status_of(x0) != RMI_SUCCESS)
		return;
	for (unsigned int i = 0; i < command->inputs && i + 1 < ARGUMENTS; i++) {
		const enum smc_kind kind = command->in[i].kind;

		if (kind == SMC_KIND_RD || kind == SMC_KIND_REC || kind == SMC_KIND_GRANULE ||
		    kind == SMC_KIND_NS)
			log_banks_add(&import->banks, task->x[i + 1]);
	}
}

static void take_line(struct import *import, const char *line)
{
	const char *call = strstr(line, CALL), *back = strstr(line, RETURN);
	uint64_t x[ARGUMENTS];
	unsigned int cpu = 0;
	struct task *task;
	unsigned long pid = 0;

	if ((!call && !back) || !parse_task(line, &pid, &cpu))
		return;
	parse_registers(call ? call : back, x, call ? ARGUMENTS : RESULTS);
	task = find_task(import, pid);
	if (call) {
		task = task ? task : free_task(import);
		if (!task || !host_function(x[0]))
			return;
		*task = (struct task){true, pid, cpu, import->calls++, {0}};
		memcpy(task->x, x, sizeof(x));
		return;
	}
	if (!task)
		return;
	add_addresses(import, task, x[0]);
	put_call(import, task, x);
	task->busy = false;
}

static void take_lines(struct import *import, const struct log *log)
{
	for (size_t i = 0; i < log->line_count; i++)
		take_line(import, log->lines[i]);
}

size_t kernel_import(const struct log *log, FILE *out)
{
	struct import *import = calloc(1, sizeof(*import));
	struct log_banks banks;
	size_t calls;

	if (!import)
		return 0;
	/* The memory is known at the end, and stands in the first line. */
	take_lines(import, log);
	banks = import->banks;
	*import = (struct import){.out = out};
	fputs("{\"format\":\"rmm-trace/1\",\"rmm\":\"\",\"cpus\":256", out);
	log_banks_print(&banks, out);
	fputs("}\n", out);
	take_lines(import, log);
	calls = import->returned;
	free(import);
	return calls;
}
