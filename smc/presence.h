/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef SMC_PRESENCE_H
#define SMC_PRESENCE_H

/*
 * In which shapes of the interface a row exists: one truth table, in the order of enum smc_shape. The
 * shapes of one revision differ in what a firmware of its time had: device assignment as in 1.1-alp12,
 * the first beta of 2.0.
 */

/* Columns: 1.0, 1.1, alp12, 1.0 that was built from a source of 1.1-alp12, 2.0, bet0. */
#define PRESENCE_ALL               1, 1, 1, 1, 1, 1
#define PRESENCE_SINCE_1_1         0, 1, 1, 1, 1, 1
#define PRESENCE_SINCE_2_0         0, 0, 0, 0, 1, 1
#define PRESENCE_UNTIL_1_1         1, 1, 1, 1, 0, 0
#define PRESENCE_UNTIL_BET0        1, 1, 1, 1, 0, 1
#define PRESENCE_ONLY_1_1          0, 1, 1, 1, 0, 0
#define PRESENCE_ONLY_1_1_BUILT_SO 0, 1, 1, 0, 0, 0
#define PRESENCE_ONLY_1_1_AND_BET0 0, 1, 1, 1, 0, 1
#define PRESENCE_ALP14             0, 1, 0, 0, 0, 0
#define PRESENCE_ALP14_ON          0, 1, 0, 0, 1, 1
#define PRESENCE_ALP14_AND_BET3    0, 1, 0, 0, 1, 0
#define PRESENCE_ALP12             0, 0, 1, 1, 0, 0
#define PRESENCE_BET3              0, 0, 0, 0, 1, 0
#define PRESENCE_BET0              0, 0, 0, 0, 0, 1

#define PRESENCE_AT_1_0(a, b, c, d, e, f)       a
#define PRESENCE_AT_1_1(a, b, c, d, e, f)       b
#define PRESENCE_AT_ALP12(a, b, c, d, e, f)     c
#define PRESENCE_AT_BUILD_1_0(a, b, c, d, e, f) d
#define PRESENCE_AT_2_0(a, b, c, d, e, f)       e
#define PRESENCE_AT_BET0(a, b, c, d, e, f)      f
#define PRESENCE_MASK_(a, b, c, d, e, f) \
	((a) | (b) << 1 | (c) << 2 | (d) << 3 | (e) << 4 | (f) << 5)

/* 1 or 0: is a row with this presence part of the shape? */
#define PRESENCE_IN(shape, ...) PRESENCE_AT_##shape(__VA_ARGS__)
/* Bit n: shape n. */
#define PRESENCE_MASK(...) PRESENCE_MASK_(__VA_ARGS__)

#endif
