/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_SUPPORT_STAGE_H
#define TESTS_SUPPORT_STAGE_H

/*
 * A Realm that is ready to run, for tests of what happens while a REC runs.
 *
 *	static int set_up(void **state) { return stage_setup(state, NULL); }
 *	... cmocka_unit_test_setup_teardown(test, set_up, stage_teardown)
 *
 * Its low IPAs (start level 1, tables down to level 3):
 */
#define STAGE_RAM       UINT64_C(0x1000) /* ASSIGNED, RAM */
#define STAGE_RAM2      UINT64_C(0x2000) /* ASSIGNED, RAM */
#define STAGE_EMPTY     UINT64_C(0x3000) /* UNASSIGNED, EMPTY */
#define STAGE_HOLE      UINT64_C(0x4000) /* UNASSIGNED, RAM: an access waits for the Host */
#define STAGE_DESTROYED UINT64_C(0x5000) /* UNASSIGNED, DESTROYED */
#define STAGE_NEXT      UINT64_C(0x6000) /* UNASSIGNED, EMPTY, as all above it */

#include "tests/support/steps.h"

struct stage {
	struct host host;
	struct host_realm realm;
	struct steps steps;
	struct host_realm_options options;
	uint64_t rec[2]; /* the first one is runnable */
	uint64_t ram_pa, ram2_pa;
	uint64_t ns; /* an Unprotected IPA */
};

/* `options` NULL: one Plane. *state is a struct stage *. */
int stage_setup(void **state, const struct host_realm_options *options);
int stage_teardown(void **state);
/* Builds everything again with this configuration. */
void stage_reopen(struct stage *stage, const struct rmmsim_config *config);
/* The same with these quirks on. */
#define stage_quirks(stage, ...)                                                    \
	do {                                                                        \
		struct rmmsim_config stage_config = host_quirks(__VA_ARGS__, NULL); \
		stage_reopen((stage), &stage_config);                               \
	} while (0)

/* Realm memory behind an IPA of the list above. */
void stage_poke(struct stage *stage, uint64_t ipa, const void *data, size_t size);
void stage_peek(struct stage *stage, uint64_t ipa, void *data, size_t size);
/* Takes the page at STAGE_RAM2 away (RIPAS becomes DESTROYED). */
void stage_destroy_ram2(struct stage *stage);

/* The first REC makes an SMC that has no REC exit; X0 of it. All results: steps_last(.., 0). */
#define realm_call(stage, fid, ...)                                   \
	stage_call((stage), (const uint64_t[]){(fid), ##__VA_ARGS__}, \
		   sizeof((const uint64_t[]){(fid), ##__VA_ARGS__}) / sizeof(uint64_t))
uint64_t stage_call(struct stage *stage, const uint64_t *x, size_t count);

/* The SMC is refused with X0 by this condition and no other. */
#define REALM_ALONE(stage, condition, x0, ...)                                                 \
	stage_expect((stage), realm_call((stage), __VA_ARGS__), (x0), (condition), NULL, true, \
		     __FILE__, __LINE__)
/* ... by this condition although `other` fails too. */
#define REALM_WINS(stage, condition, other, x0, ...)                                               \
	stage_expect((stage), realm_call((stage), __VA_ARGS__), (x0), (condition), (other), false, \
		     __FILE__, __LINE__)
void stage_expect(struct stage *stage, uint64_t result, uint64_t expected, const char *condition,
		  const char *other, bool alone, const char *file, int line);

/* PLANE_ENTER of the first REC on the list of steps, with the run page at STAGE_RAM. */
void stage_plane_enter(struct stage *stage, unsigned int plane,
		       const struct rsi_plane_enter *enter);
void stage_plane_exit(struct stage *stage, struct rsi_plane_exit *exit);

#endif
