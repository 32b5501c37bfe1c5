/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <rmmsim/script.h>
#include <rmmsim/snapshot.h>

#include "host_shim/src/kit/summary.h"

#define MAX_SHOWN 3

/* Present when the program is built with the sanitizer. */
void __asan_init(void) __attribute__((weak));
void __tsan_init(void) __attribute__((weak));
void __msan_init(void) __attribute__((weak));
void __hwasan_init(void) __attribute__((weak));

/* Present when it is linked with --coverage: rmmsim_add_kernel_objects(COVERAGE ON) asks for them. */
void __gcov_reset(void) __attribute__((weak));
void __gcov_dump(void) __attribute__((weak));

void again_count(void)
{
	if (__gcov_reset)
		__gcov_reset();
}

void again_write_counts(void)
{
	if (__gcov_dump)
		__gcov_dump();
}

/* --- other processes ---------------------------------------------------------------------------------- */

int again_wait(pid_t child)
{
	int status = 0;

	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void again_end(int status)
{
	again_write_counts();
	fflush(NULL);
	_exit(status);
}

void again_listen(const char *id, bool verbose)
{
	summary_run(id);
	summary_listen();
	if (!summary_now() && !verbose)
		hshim_report_to(-1, -1);
}

/* It says nothing that the summary has not got already. */
static bool is_shown(const struct hshim *shim, const struct hshim_finding *finding)
{
	(void)shim;
	(void)finding;
	return summary_shows() != SUMMARY_QUIET;
}

void again_failed(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (summary_now())
		shim_current()->sink = is_shown;
	hshim_report(HSHIM_O_TEST, "%s", text);
	summary_listen();
}

void again_show(const char *run)
{
	const struct hshim_finding *finding;
	unsigned int shown = 0;

	if (summary_now() || shim_current()->text_fd >= 0)
		return;
	for (unsigned int i = 0; (finding = hshim_finding(i)); i++) {
		if (finding->severity == HSHIM_FAIL && !finding->allowed && shown++ < MAX_SHOWN)
			fprintf(stderr, "host_shim: %s: %s: %s\n", run,
				hshim_oracle_name(finding->id), finding->text);
	}
}

/* --- variables of the program ------------------------------------------------------------------------ */

static bool is_dynamic(const struct dl_phdr_info *info)
{
	for (int i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_INTERP)
			return true;
	return false;
}

/* The program itself comes first. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(bool *)data = is_dynamic(info);
	return 1;
}

bool again_is_possible(void)
{
	bool dynamic = false;

	if (__asan_init || __tsan_init || __msan_init || __hwasan_init)
		return false;
	dl_iterate_phdr(look_at_program, &dynamic);
	return dynamic;
}

static void add_part(struct again *again, uintptr_t from, uintptr_t to)
{
	if (from < to && again->part_count < ARRAY_SIZE(again->parts))
		again->parts[again->part_count++] =
			(struct again_part){.at = (uint8_t *)from, .size = to - from};
}

/* Writable segments but for what the linker has made read-only after it relocated it. */
static int add_parts(struct dl_phdr_info *info, size_t size, void *data)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t fixed = 0, fixed_end = 0;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		if (info->dlpi_phdr[i].p_type != PT_GNU_RELRO)
			continue;
		fixed = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
		/* The page that it ends in stays writable. */
		fixed_end = (fixed + info->dlpi_phdr[i].p_memsz) & -page;
	}
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const uintptr_t from = info->dlpi_addr + p->p_vaddr, to = from + p->p_memsz;

		if (p->p_type != PT_LOAD || !(p->p_flags & PF_W))
			continue;
		if (fixed_end <= from || fixed >= to) {
			add_part(data, from, to);
			continue;
		}
		add_part(data, from, fixed);
		add_part(data, fixed_end, to);
	}
	return 1;
}

/* Not those of the C library: its functions may be among them. */
static void copy(uint8_t *to, const uint8_t *from, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = from[i];
}

static bool keep_variables(struct again *again)
{
	dl_iterate_phdr(add_parts, again);
	for (unsigned int i = 0; i < again->part_count; i++) {
		struct again_part *part = &again->parts[i];

		part->copy = malloc(part->size);
		if (!part->copy)
			return false;
	}
	for (unsigned int i = 0; i < again->part_count; i++)
		copy(again->parts[i].copy, again->parts[i].at, again->parts[i].size);
	return true;
}

static void put_variables_back(const struct again *again)
{
	for (unsigned int i = 0; i < again->part_count; i++)
		copy(again->parts[i].at, again->parts[i].copy, again->parts[i].size);
}

/* --- the machine --------------------------------------------------------------------------------------- */

bool again_start_plain(struct again *again, const struct hshim_config *config)
{
	*again = (struct again){.config = *config};
	again->sim = env_model(&again->config, &again->model);
	if (!again->sim || rmmsim_snapshot(again->sim, &again->clean) != RMMSIM_OK)
		return false;
	shim_keep_maps();
	shim_symbols_start();
	return true;
}

bool again_start(struct again *again, const struct hshim_config *config)
{
	if (!again_start_plain(again, config))
		return false;
	/* The counters are among the variables. */
	again_count();
	return keep_variables(again);
}

struct hshim *again_open(struct again *again)
{
	struct hshim *shim;

	/* A REC that still runs was left in its middle. */
	if (rmmsim_restore(again->sim, again->clean) != RMMSIM_OK)
		return NULL;
	put_variables_back(again);
	shim = env_start(&again->config, &again->model, again->sim);
	/* Their successors have taken their place in the model. */
	rmmsim_scripts_destroy(again->scripts);
	again->scripts = NULL;
	return shim;
}

void again_close(struct again *again)
{
	again_write_counts();
	user_stop(shim_current());
	again->scripts = env_stop(shim_current());
}
