/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef UNITY_FRAMEWORK_H
#define UNITY_FRAMEWORK_H

/*
 * A stand-in for Unity (ThrowTheSwitch), which Debian does not have: as much of its interface as a program with
 * rmmsim_fail_unity() uses, with the names and signatures that Unity documents. RMMSIM_UNITY=DIRECTORY at
 * configuration time takes Unity's own src/ in its place.
 */

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

typedef uint32_t UNITY_UINT;
#define UNITY_LINE_TYPE UNITY_UINT

struct UNITY_STORAGE_T {
	const char *TestFile, *CurrentTestName;
	UNITY_LINE_TYPE CurrentTestLineNumber;
	UNITY_UINT NumberOfTests, TestFailures;
	bool CurrentTestFailed;
	jmp_buf AbortFrame;
};

static struct UNITY_STORAGE_T Unity;

void setUp(void);
void tearDown(void);

/* Unity's is in a file of its own and leaves the test by longjmp(), too. */
__attribute__((noreturn)) static inline void UnityFail(const char *message,
						       const UNITY_LINE_TYPE line)
{
	printf("%s:%u:%s:FAIL: %s\n", Unity.TestFile, line, Unity.CurrentTestName, message);
	Unity.CurrentTestFailed = true;
	longjmp(Unity.AbortFrame, 1);
}

static inline void UnityDefaultTestRun(void (*test)(void), const char *name, const int line)
{
	Unity.CurrentTestName = name;
	Unity.CurrentTestLineNumber = (UNITY_LINE_TYPE)line;
	Unity.CurrentTestFailed = false;
	Unity.NumberOfTests++;
	if (setjmp(Unity.AbortFrame) == 0) {
		setUp();
		test();
	}
	if (setjmp(Unity.AbortFrame) == 0)
		tearDown();
	if (Unity.CurrentTestFailed)
		Unity.TestFailures++;
	else
		printf("%s:%d:%s:PASS\n", Unity.TestFile, line, name);
}

static inline int UnityEnd(void)
{
	printf("%u Tests %u Failures 0 Ignored\n", Unity.NumberOfTests, Unity.TestFailures);
	return (int)Unity.TestFailures;
}

#define UNITY_BEGIN()  (Unity = (struct UNITY_STORAGE_T){.TestFile = __FILE__})
#define UNITY_END()    UnityEnd()
#define RUN_TEST(test) UnityDefaultTestRun(test, #test, __LINE__)

#define TEST_ASSERT_TRUE(condition)                                                  \
	do {                                                                         \
		if (!(condition))                                                    \
			UnityFail(" Expected TRUE Was FALSE", (UNITY_UINT)__LINE__); \
	} while (0)

#endif
