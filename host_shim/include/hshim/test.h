/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_TEST_H
#define HSHIM_TEST_H

/*
 * A small runner for those who have none: each HSHIM_TEST runs in a process of its own, with a fresh
 * instance, and fails on a failed expectation or on a finding. host-shim.md#8
 *
 *	int main(int argc, char **argv) { return hshim_main(argc, argv, &config); }
 */

#include <hshim/env.h>

#ifdef __cplusplus
extern "C" {
#endif

struct hshim_test {
	const char *name, *file;
	int line;
	void (*fn)(void);
	struct hshim_test *next;
};
void hshim_test_add(struct hshim_test *test);

#define HSHIM_TEST(id)                                                                  \
	static void id(void);                                                           \
	static struct hshim_test hshim_test_##id = {#id, __FILE__, __LINE__, id, NULL}; \
	static void __attribute__((constructor)) hshim_add_##id(void)                   \
	{                                                                               \
		hshim_test_add(&hshim_test_##id);                                       \
	}                                                                               \
	static void id(void)

/*
 * Options: [NAME...] tests of that name, or those whose names contain it; --run=ID one run of a test's sweeps;
 * --all findings that repeat, and warnings; --stop at the first test that fails; --list; --no-fork;
 * --deep more of what takes long; --seed=N (order of pages); --repeat=N; --junit=FILE, --json=FILE, --ktap; --timeout=S;
 * --trace=DIRECTORY (a recording per test). Ends with a summary: each distinct finding once. Returns the exit
 * status of the program.
 */
int hshim_main(int argc, char **argv, const struct hshim_config *config);
/* --deep: a test may take minutes. */
bool hshim_deep(void);
/* The configuration that hshim_main() was given, for sweeps. */
const struct hshim_config *hshim_main_config(void);

/* A failed expectation is a finding of the oracle "test"; an assertion also leaves the test. */
void hshim_expect_failed(const char *file, int line, bool leave, const char *text, long long a,
			 long long b);
#define HSHIM_CHECK_(leave, op, a, b)                                                              \
	do {                                                                                       \
		const long long hshim_l = (long long)(a), hshim_r = (long long)(b);                \
		if (!(hshim_l op hshim_r))                                                         \
			hshim_expect_failed(__FILE__, __LINE__, leave, #a " " #op " " #b, hshim_l, \
					    hshim_r);                                              \
	} while (0)
#define HSHIM_EXPECT_EQ(a, b)              HSHIM_CHECK_(false, ==, a, b)
#define HSHIM_EXPECT_NE(a, b)              HSHIM_CHECK_(false, !=, a, b)
#define HSHIM_EXPECT_LT(a, b)              HSHIM_CHECK_(false, <, a, b)
#define HSHIM_EXPECT_LE(a, b)              HSHIM_CHECK_(false, <=, a, b)
#define HSHIM_EXPECT_GT(a, b)              HSHIM_CHECK_(false, >, a, b)
#define HSHIM_EXPECT_GE(a, b)              HSHIM_CHECK_(false, >=, a, b)
#define HSHIM_EXPECT_TRUE(a)               HSHIM_CHECK_(false, !=, !!(a), 0)
#define HSHIM_EXPECT_FALSE(a)              HSHIM_CHECK_(false, ==, !!(a), 0)
#define HSHIM_ASSERT_EQ(a, b)              HSHIM_CHECK_(true, ==, a, b)
#define HSHIM_ASSERT_NE(a, b)              HSHIM_CHECK_(true, !=, a, b)
#define HSHIM_ASSERT_LT(a, b)              HSHIM_CHECK_(true, <, a, b)
#define HSHIM_ASSERT_LE(a, b)              HSHIM_CHECK_(true, <=, a, b)
#define HSHIM_ASSERT_GT(a, b)              HSHIM_CHECK_(true, >, a, b)
#define HSHIM_ASSERT_GE(a, b)              HSHIM_CHECK_(true, >=, a, b)
#define HSHIM_ASSERT_TRUE(a)               HSHIM_CHECK_(true, !=, !!(a), 0)
#define HSHIM_ASSERT_FALSE(a)              HSHIM_CHECK_(true, ==, !!(a), 0)
#define HSHIM_ASSERT_SMC_LE(scope, fid, n) HSHIM_ASSERT_LE(hshim_scope_calls((scope), (fid)), (n))
#define HSHIM_EXPECT_FINDING(id)           HSHIM_EXPECT_GT(hshim_findings(id), 0)

#ifdef __cplusplus
}
#endif

#endif
