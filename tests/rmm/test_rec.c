/* SPDX-License-Identifier: BSD-3-Clause */
/* REC_CREATE, REC_DESTROY, REC_AUX_COUNT: rmi-commands.md#5 */
#include <string.h>

#include "tests/support/host.h"

#define FEATURE_MAX_RECS_ORDER_MASK (UINT64_C(0xf) << RMI_FEATURE0_MAX_RECS_ORDER_SHIFT)

struct rec_call {
	struct host_realm realm;
	uint64_t rec;
	struct rmi_rec_params params;
};

/* A REC_CREATE that would succeed. */
static void prepare(struct host *h, struct rec_call *c)
{
	host_realm(h, &c->realm, NULL);
	c->rec = host_delegated(h);
	c->params = (struct rmi_rec_params){.flags = RMI_REC_CREATE_FLAG_RUNNABLE};
	c->params.num_aux = h->config.rec_aux_count;
	for (unsigned int i = 0; i < c->params.num_aux; i++)
		c->params.aux[i] = host_delegated(h);
}

static uint64_t page_of(struct host *h, const struct rec_call *c)
{
	return host_page_with(h, &c->params, sizeof(c->params));
}

static void the_pointers_are_checked(void **state)
{
	struct host *h = *state;
	struct rec_call c;
	uint64_t page;

	prepare(h, &c);
	page = page_of(h, &c);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_REC_CREATE, c.realm.rd, c.rec, page);
	DRAM_ARGUMENT(h, 2, "rec", "rec_gran_state", RMI_REC_CREATE, c.realm.rd, c.rec, page);
	ALONE(h, "params_align", RMI_ERROR_INPUT, RMI_REC_CREATE, c.realm.rd, c.rec, page + 8);
	ALONE(h, "params_bound", RMI_ERROR_INPUT, RMI_REC_CREATE, c.realm.rd, c.rec, 0);
	ALONE(h, "params_pas", RMI_ERROR_INPUT, RMI_REC_CREATE, c.realm.rd, c.rec,
	      host_delegated(h));
	host_realm_end(h, &c.realm);
}

static void expect_alone(struct host *h, struct rec_call *c, const char *condition, uint64_t x0)
{
	ALONE(h, condition, x0, RMI_REC_CREATE, c->realm.rd, c->rec, page_of(h, c));
	assert_string_equal(host_state(h, c->rec), "DELEGATED");
}

static void the_auxiliary_granules_are_checked(void **state)
{
	struct rmmsim_explanation why;
	struct host *h = *state;
	struct rec_call c;
	uint64_t good;

	prepare(h, &c);
	good = c.params.aux[3];
	c.params.aux[3] = good + 8;
	expect_alone(h, &c, "aux_align", RMI_ERROR_INPUT);
	c.params.aux[3] = 0;
	expect_alone(h, &c, "aux_bound", RMI_ERROR_INPUT);
	c.params.aux[3] = host_device_pages(h, 1, HOST_PAGE);
	expect_alone(h, &c, "aux_bound", RMI_ERROR_INPUT);
	c.params.aux[3] = host_page(h);
	expect_alone(h, &c, "aux_state", RMI_ERROR_INPUT);
	assert_int_equal(rmmsim_explain(h->sim, 0, &why), RMMSIM_OK);
	assert_int_equal(why.granule, c.params.aux[3]);
	assert_string_equal(why.granule_state, "UNDELEGATED");
	c.params.aux[3] = c.params.aux[0];
	expect_alone(h, &c, "aux_alias", RMI_ERROR_INPUT);
	c.params.aux[3] = c.rec;
	expect_alone(h, &c, "aux_alias", RMI_ERROR_INPUT);
	host_realm_end(h, &c.realm);
}

static void the_number_of_auxiliary_granules_is_checked(void **state)
{
	struct host *h = *state;
	struct rec_call c;

	prepare(h, &c);
	c.params.num_aux--;
	expect_alone(h, &c, "num_aux", RMI_ERROR_INPUT);
	c.params.num_aux = 17;
	REFUSED(h, "num_aux_bound", RMI_ERROR_INPUT, RMI_REC_CREATE, c.realm.rd, c.rec,
		page_of(h, &c));
	host_realm_end(h, &c.realm);
}

static void the_mpidr_counts_up(void **state)
{
	struct host *h = *state;
	struct rec_call c;

	prepare(h, &c);
	c.params.mpidr = 1;
	expect_alone(h, &c, "mpidr_index", RMI_ERROR_INPUT);
	c.params.mpidr = 0x10; /* SBZ */
	expect_alone(h, &c, "mpidr_index", RMI_ERROR_INPUT);
	c.params.mpidr = UINT64_C(1) << 32;
	expect_alone(h, &c, "mpidr_index", RMI_ERROR_INPUT);
	host_realm_end(h, &c.realm);
}

/* rec.md#2: a destroyed REC does not give its index back. */
static void an_index_is_used_once(void **state)
{
	struct host *h = *state;
	struct rec_call c;

	prepare(h, &c);
	OK(h, RMI_REC_CREATE, c.realm.rd, c.rec, page_of(h, &c));
	OK(h, RMI_REC_DESTROY, c.rec);
	expect_alone(h, &c, "mpidr_index", RMI_ERROR_INPUT);
	c.params.mpidr = 1;
	OK(h, RMI_REC_CREATE, c.realm.rd, c.rec, page_of(h, &c));
	OK(h, RMI_REC_DESTROY, c.rec);
	host_realm_end(h, &c.realm);
}

static void the_sixteenth_index_is_in_aff1(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;
	struct rec_call c;

	rmmsim_config_init(&config);
	config.rec_aux_count = 6;
	host_reopen(h, &config);
	host_realm(h, &c.realm, NULL);
	for (unsigned int i = 0; i < 17; i++) {
		struct rmi_rec_params p = {.num_aux = 6};

		p.mpidr = (i & 0xf) | (uint64_t)(i >> 4) << 8;
		for (unsigned int aux = 0; aux < 6; aux++)
			p.aux[aux] = host_delegated(h);
		c.rec = host_delegated(h);
		OK(h, RMI_REC_CREATE, c.realm.rd, c.rec, host_page_with(h, &p, sizeof(p)));
	}
	rmmsim_destroy(h->sim);
	host_open(h, NULL);
}

static void a_realm_has_only_so_many_recs(void **state)
{
	struct rmmsim_config config;
	struct host *h = *state;
	struct rec_call c;

	rmmsim_config_init(&config);
	config.feature_register[0] &= ~FEATURE_MAX_RECS_ORDER_MASK;
	config.feature_register[0] |= UINT64_C(1) << RMI_FEATURE0_MAX_RECS_ORDER_SHIFT;
	host_reopen(h, &config);
	prepare(h, &c);
	host_rec(h, &c.realm, true);
	c.params.mpidr = 1;
	expect_alone(h, &c, "num_recs", RMI_ERROR_REALM);
	c.params.mpidr = 7;
	WINS(h, "num_recs", "mpidr_index", RMI_ERROR_REALM, RMI_REC_CREATE, c.realm.rd, c.rec,
	     page_of(h, &c));
	host_realm_end(h, &c.realm);
}

static void an_active_realm_gets_no_rec(void **state)
{
	struct host *h = *state;
	struct rec_call c;

	prepare(h, &c);
	host_activate(h, &c.realm);
	expect_alone(h, &c, "realm_state", RMI_ERROR_REALM);
	c.params.num_aux--;
	WINS(h, "realm_state", "num_aux", RMI_ERROR_REALM, RMI_REC_CREATE, c.realm.rd, c.rec,
	     page_of(h, &c));
	c.params.num_aux++;
	c.params.aux[0] += 8;
	WINS(h, "aux_align", "realm_state", RMI_ERROR_INPUT, RMI_REC_CREATE, c.realm.rd, c.rec,
	     page_of(h, &c));
	host_realm_end(h, &c.realm);
}

static void destroying_gives_every_granule_back(void **state)
{
	struct host *h = *state;
	struct rec_call c;

	prepare(h, &c);
	OK(h, RMI_REC_CREATE, c.realm.rd, c.rec, page_of(h, &c));
	assert_string_equal(host_state(h, c.rec), "REC");
	assert_string_equal(host_state(h, c.params.aux[15]), "REC_AUX");
	GRANULE_ARGUMENT(h, 1, "rec", "rec_gran_state", RMI_REC_DESTROY, c.rec);
	OK(h, RMI_REC_DESTROY, c.rec);
	assert_string_equal(host_state(h, c.rec), "DELEGATED");
	assert_string_equal(host_state(h, c.params.aux[0]), "DELEGATED");
	assert_string_equal(host_state(h, c.params.aux[15]), "DELEGATED");
	host_realm_end(h, &c.realm);
}

static void destroy_while_running(struct host *h, void *rec)
{
	ALONE(h, "rec_state", RMI_ERROR_REC, RMI_REC_DESTROY, *(uint64_t *)rec);
}

static void a_running_rec_is_not_destroyed(void **state)
{
	struct host *h = *state;
	struct host_realm r;
	uint64_t rec;

	host_realm(h, &r, NULL);
	rec = host_rec(h, &r, true);
	host_activate(h, &r);
	host_while_running(h, rec, destroy_while_running, &rec);
	host_realm_end(h, &r);
}

static void aux_count_is_the_configured_one(void **state)
{
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, NULL);
	GRANULE_ARGUMENT(h, 1, "rd", "rd_state", RMI_REC_AUX_COUNT, r.rd);
	OK(h, RMI_REC_AUX_COUNT, r.rd);
	assert_int_equal(OUT(h, 1), 16);
	host_realm_end(h, &r);
}

static void auxiliary_granules_are_wiped(void **state)
{
	struct host *h = *state;
	uint8_t page[HOST_PAGE], zeros[HOST_PAGE] = {0};
	struct host_realm r;
	struct rmi_rec_params params = {.num_aux = 16};
	uint64_t rec;

	host_realm(h, &r, NULL);
	memset(page, 0x5a, sizeof(page));
	for (unsigned int i = 0; i < 16; i++) {
		params.aux[i] = host_delegated(h);
		assert_int_equal(rmmsim_poke(h->sim, params.aux[i], page, sizeof(page)), RMMSIM_OK);
	}
	rec = host_delegated(h);
	OK(h, RMI_REC_CREATE, r.rd, rec, host_page_with(h, &params, sizeof(params)));
	/* FP/SIMD file and token; the others hold the Planes, which have reset values. */
	for (unsigned int i = 4; i < 6; i++) {
		assert_int_equal(rmmsim_peek(h->sim, params.aux[i], page, sizeof(page)), RMMSIM_OK);
		assert_memory_equal(page, zeros, sizeof(page));
	}
	OK(h, RMI_REC_DESTROY, rec);
	host_realm_end(h, &r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_pointers_are_checked),
		TEST(the_auxiliary_granules_are_checked),
		TEST(the_number_of_auxiliary_granules_is_checked),
		TEST(the_mpidr_counts_up),
		TEST(an_index_is_used_once),
		TEST(the_sixteenth_index_is_in_aff1),
		TEST(a_realm_has_only_so_many_recs),
		TEST(an_active_realm_gets_no_rec),
		TEST(destroying_gives_every_granule_back),
		TEST(a_running_rec_is_not_destroyed),
		TEST(aux_count_is_the_configured_one),
		TEST(auxiliary_granules_are_wiped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
