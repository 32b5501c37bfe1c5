/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Commands that tell the Host where to go on, under every shape of stage 2: start levels, concatenated
 * root tables, 32 to 52 bits, LPA2. What they must say is worked out here from the list of tables and
 * pages that the test made: rmi-commands.md#1 (skip), #3, #6.
 */
#include "tests/support/host.h"

#define MAX_ENTRIES 64
#define PAGE_LEVEL  3
#define INDEX       3 /* overlay index that the Realm asks for */

struct geometry {
	unsigned int s2sz;
	int start;
	bool lpa2;
};

static const struct geometry geometries[] = {
	{32, 2, false}, {33, 2, false}, {34, 2, false}, {34, 2, true},  {32, 1, false},
	{33, 1, false}, {35, 1, false}, {36, 1, true},  {38, 1, false}, {39, 1, false},
	{40, 1, false}, {41, 1, true},  {42, 1, false}, {43, 1, false}, {40, 0, false},
	{41, 0, false}, {44, 0, true},  {47, 0, false}, {48, 0, false}, {48, 0, true},
	{50, 0, true},  {52, 0, true},  {49, -1, true}, {52, -1, true},
};

/* What the Realm has: an entry that is in use, at a level. */
struct entry {
	uint64_t base;
	int level;
};

struct tree {
	struct host *host;
	struct host_realm realm;
	struct entry entries[MAX_ENTRIES];
	unsigned int count;
};

/* --- what is expected ------------------------------------------------------------------------ */

static uint64_t entry_size(int level)
{
	return HOST_PAGE << 9 * (PAGE_LEVEL - level);
}

static uint64_t table_end(uint64_t ipa, int level)
{
	return (ipa & ~(entry_size(level - 1) - 1)) + entry_size(level - 1);
}

static bool used(const struct tree *tree, uint64_t base, int level)
{
	for (unsigned int i = 0; i < tree->count; i++) {
		if (tree->entries[i].base == base && tree->entries[i].level == level)
			return true;
	}
	return false;
}

static void use(struct tree *tree, uint64_t base, int level)
{
	if (used(tree, base, level))
		return;
	assert_true(tree->count < MAX_ENTRIES);
	tree->entries[tree->count++] = (struct entry){base, level};
}

static void release(struct tree *tree, uint64_t base, int level)
{
	for (unsigned int i = 0; i < tree->count; i++) {
		if (tree->entries[i].base == base && tree->entries[i].level == level)
			tree->entries[i] = tree->entries[--tree->count];
	}
}

/* Level of the deepest table for `ipa`. */
static int walk_level(const struct tree *tree, uint64_t ipa)
{
	int level = tree->realm.start;

	while (level < PAGE_LEVEL && used(tree, ipa & ~(entry_size(level) - 1), level))
		level++;
	return level;
}

/* The next entry of the table that is in use, from `ipa` on, or the end of the table. */
static uint64_t next_used(const struct tree *tree, uint64_t ipa, int level)
{
	const uint64_t end = table_end(ipa, level);
	uint64_t next = end;

	for (unsigned int i = 0; i < tree->count; i++) {
		const struct entry *entry = &tree->entries[i];

		if (entry->level == level && entry->base >= ipa && entry->base < next)
			next = entry->base;
	}
	return next;
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* --- the Realm ------------------------------------------------------------------------------- */

static void use_tables(struct tree *tree, uint64_t ipa)
{
	for (int level = tree->realm.start; level < PAGE_LEVEL; level++)
		use(tree, ipa & ~(entry_size(level) - 1), level);
	use(tree, ipa, PAGE_LEVEL);
}

static void add_page(struct tree *tree, uint64_t ipa)
{
	if (used(tree, ipa, PAGE_LEVEL))
		return;
	host_unknown(tree->host, &tree->realm, ipa);
	use_tables(tree, ipa);
}

static void add_unprotected(struct tree *tree, uint64_t ipa)
{
	host_ns(tree->host, &tree->realm, ipa);
	use_tables(tree, ipa);
}

static void open_realm(struct tree *tree, struct host *host, const struct geometry *g)
{
	const struct host_realm_options options = {
		.s2sz = g->s2sz,
		.start = g->start,
		.start_0 = g->start == 0,
		.lpa2 = g->lpa2,
		.indirect = true,
	};
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	config.pa_bits = 52;
	config.feature_register[0] |= 52; /* S2SZ, which was 48 */
	host_reopen(host, &config);
	*tree = (struct tree){.host = host};
	host_realm(host, &tree->realm, &options);
	assert_int_equal(tree->realm.params.rtt_num_start,
			 g->s2sz > 39u - 9 * (unsigned int)(g->start - 1)
				 ? 1u << (g->s2sz - 39 + 9 * (g->start - 1))
				 : 1);
}

/* The page before the second root table, the first one of it, and others far apart. */
static void add_pages(struct tree *tree)
{
	const struct host_realm *r = &tree->realm;
	const uint64_t root = entry_size(r->start - 1);

	add_page(tree, 0x5000);
	add_page(tree, lower(root, r->half) - HOST_PAGE);
	add_page(tree, r->half / 2);
	add_page(tree, r->half - 3 * HOST_PAGE);
	add_page(tree, lower(root, r->half / 2));
	add_unprotected(tree, r->half + 0x7000);
	add_unprotected(tree, 2 * r->half - HOST_PAGE);
}

/* --- tests ----------------------------------------------------------------------------------- */

#define EACH_GEOMETRY(tree, state)                                                  \
	for (size_t i_ = 0; i_ < sizeof(geometries) / sizeof(geometries[0]) &&      \
			    (open_realm(&(tree), *(state), &geometries[i_]), true); \
	     host_realm_end((tree).host, &(tree).realm), i_++)

static void destroy(struct tree *tree, uint64_t ipa)
{
	struct host *h = tree->host;
	const int level = walk_level(tree, ipa);
	const bool there = used(tree, ipa, PAGE_LEVEL);

	release(tree, ipa, PAGE_LEVEL);
	assert_int_equal(call(h, RMI_DATA_DESTROY, tree->realm.rd, ipa), there ? 0 : RTT(level));
	assert_int_equal(OUT(h, 2), next_used(tree, ipa, level));
}

static void data_destroy_goes_on_at_the_next_page(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		const struct host_realm *r = &tree.realm;
		uint64_t ipa = 0;

		add_pages(&tree);
		destroy(&tree, r->half / 2 + HOST_BLOCK);
		destroy(&tree, r->half - HOST_BLOCK);
		/* As a Host that empties the Realm does. */
		while (ipa < r->half) {
			destroy(&tree, ipa);
			ipa = OUT(tree.host, 2);
		}
		assert_int_equal(call(tree.host, RMI_DATA_DESTROY, r->rd, r->half),
				 RMI_ERROR_INPUT);
	}
}

static void unmap_unprotected_goes_on_at_the_next_page(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		struct host *h = tree.host;
		const struct host_realm *r = &tree.realm;
		const uint64_t first = r->half + 0x7000, last = 2 * r->half - HOST_PAGE;

		add_pages(&tree);
		assert_int_equal(call(h, RMI_RTT_UNMAP_UNPROTECTED, r->rd, r->half, 3), RTT(3));
		assert_int_equal(OUT(h, 1), first);
		OK(h, RMI_RTT_UNMAP_UNPROTECTED, r->rd, last, 3);
		assert_int_equal(OUT(h, 1), 2 * r->half);
		OK(h, RMI_RTT_UNMAP_UNPROTECTED, r->rd, first, 3);
		assert_int_equal(OUT(h, 1), r->half + HOST_BLOCK);
	}
}

static void rtt_destroy_goes_on_at_the_next_table(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		struct host *h = tree.host;
		const struct host_realm *r = &tree.realm;
		const uint64_t ipa = r->half / 2;

		add_pages(&tree);
		destroy(&tree, ipa);
		OK(h, RMI_RTT_DESTROY, r->rd, ipa & ~(HOST_BLOCK - 1), 3);
		release(&tree, ipa & ~(HOST_BLOCK - 1), 2);
		assert_int_equal(OUT(h, 2), next_used(&tree, ipa & ~(HOST_BLOCK - 1), 2));
		/* Nothing there: the level that there is. */
		assert_int_equal(call(h, RMI_RTT_DESTROY, r->rd, ipa & ~(HOST_BLOCK - 1), 3),
				 RTT(2));
		assert_int_equal(OUT(h, 2), next_used(&tree, ipa & ~(HOST_BLOCK - 1), 2));
	}
}

/* The end of what one call can do from `ipa` on: the next entry in use, or the end of the table. */
static uint64_t reach(const struct tree *tree, uint64_t ipa)
{
	return lower(next_used(tree, ipa, walk_level(tree, ipa)), tree->realm.half);
}

static void init_ripas_stops_at_what_is_in_use(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		struct host *h = tree.host;
		const struct host_realm *r = &tree.realm;
		uint64_t ipa = 0;

		add_pages(&tree);
		while (ipa < r->half) {
			if (used(&tree, ipa, PAGE_LEVEL)) {
				assert_int_equal(call(h, RMI_RTT_INIT_RIPAS, r->rd, ipa, r->half),
						 RTT(3));
				ipa += HOST_PAGE;
				continue;
			}
			OK(h, RMI_RTT_INIT_RIPAS, r->rd, ipa, r->half);
			assert_int_equal(OUT(h, 1), reach(&tree, ipa));
			ipa = OUT(h, 1);
		}
	}
}

static void set_ripas_goes_over_pages_and_stops_at_tables(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		struct host *h = tree.host;
		struct host_realm *r = &tree.realm;
		const uint64_t rec = host_rec(h, r, true);
		uint64_t ipa = 0;

		add_pages(&tree);
		host_activate(h, r);
		host_ask_ripas(h, rec, 0, r->half, RMI_RIPAS_RAM, true);
		while (ipa < r->half) {
			const int level = walk_level(&tree, ipa);
			const uint64_t end =
				level == PAGE_LEVEL ? table_end(ipa, level) : reach(&tree, ipa);

			OK(h, RMI_RTT_SET_RIPAS, r->rd, rec, ipa, r->half);
			assert_int_equal(OUT(h, 1), lower(end, r->half));
			ipa = OUT(h, 1);
		}
	}
}

static void set_s2ap_goes_over_pages_and_stops_at_tables(void **state)
{
	struct tree tree;

	EACH_GEOMETRY(tree, state)
	{
		struct host *h = tree.host;
		struct host_realm *r = &tree.realm;
		const uint64_t rec = host_rec(h, r, true);
		uint64_t ipa = 0;

		add_pages(&tree);
		host_activate(h, r);
		host_ask_s2ap(h, rec, 0, r->half, INDEX, 0);
		while (ipa < r->half) {
			const int level = walk_level(&tree, ipa);
			const uint64_t end =
				level == PAGE_LEVEL ? table_end(ipa, level) : reach(&tree, ipa);

			OK(h, RMI_RTT_SET_S2AP, r->rd, rec, ipa, r->half);
			assert_int_equal(OUT(h, 1), lower(end, r->half));
			assert_int_equal(OUT(h, 2), 0);
			ipa = OUT(h, 1);
		}
	}
}

/*
 * What a board with TF-RMM printed for a machine of 33 bits (start level 2, eight concatenated roots)
 * while its Realm gave 64 MiB of its RAM back.
 */
static void top_is_what_a_board_printed(void **state)
{
	static const struct {
		uint64_t ipa, level, top;
	} printed[] = {
		{0x9951d000, 3, 0x99600000}, {0x99600000, 2, 0x9d400000},
		{0x9d400000, 3, 0x9d51d000}, {0x834d0000, 3, 0x83600000},
		{0x84338000, 3, 0x8439c000}, {0x9d600000, 2, 0xc0000000},
	};
	const struct host_realm_options options = {.s2sz = 33, .start = 2};
	struct host *h = *state;
	struct host_realm r;

	host_realm(h, &r, &options);
	host_unknown(h, &r, 0x9d51d000);
	host_unknown(h, &r, 0x8439c000);
	host_tables(h, &r, 0, 0x99400000, 3);
	host_tables(h, &r, 0, 0x83400000, 3);
	host_tables(h, &r, 0, 0x84200000, 3);
	for (size_t i = 0; i < sizeof(printed) / sizeof(*printed); i++) {
		assert_int_equal(call(h, RMI_DATA_DESTROY, r.rd, printed[i].ipa),
				 RTT(printed[i].level));
		assert_int_equal(OUT(h, 2), printed[i].top);
	}
	host_realm_end(h, &r);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_destroy_goes_on_at_the_next_page),
		TEST(unmap_unprotected_goes_on_at_the_next_page),
		TEST(rtt_destroy_goes_on_at_the_next_table),
		TEST(init_ripas_stops_at_what_is_in_use),
		TEST(set_ripas_goes_over_pages_and_stops_at_tables),
		TEST(set_s2ap_goes_over_pages_and_stops_at_tables),
		TEST(top_is_what_a_board_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
