/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SMCCC_H
#define HSHIM_SMCCC_H

/*
 * L0: the SMC conduit of a host, with the model behind it. Usable without anything else of host_shim:
 * link rmmsim::smccc, create an instance of the model, call hshim_smccc_attach(). host-shim.md#5
 *
 *	call -> pre hooks -> expectations -> failure injected before -> model
 *	     -> failure injected after -> post hooks -> poison of undefined outputs -> counters, trace
 *
 * One instance is attached at a time; functions without an instance argument mean that one.
 */

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rmmsim;
struct hshim;

/* --- what kernel code sees ------------------------------------------------------------------------ */

#define ARM_SMCCC_STD_CALL           0UL
#define ARM_SMCCC_FAST_CALL          1UL
#define ARM_SMCCC_TYPE_SHIFT         31
#define ARM_SMCCC_SMC_32             0
#define ARM_SMCCC_SMC_64             1
#define ARM_SMCCC_CALL_CONV_SHIFT    30
#define ARM_SMCCC_OWNER_MASK         0x3f
#define ARM_SMCCC_OWNER_SHIFT        24
#define ARM_SMCCC_FUNC_MASK          0xffff
#define ARM_SMCCC_OWNER_ARCH         0
#define ARM_SMCCC_OWNER_CPU          1
#define ARM_SMCCC_OWNER_SIP          2
#define ARM_SMCCC_OWNER_OEM          3
#define ARM_SMCCC_OWNER_STANDARD     4
#define ARM_SMCCC_OWNER_STANDARD_HYP 5
#define ARM_SMCCC_OWNER_VENDOR_HYP   6
#define ARM_SMCCC_OWNER_TRUSTED_APP  48
#define ARM_SMCCC_OWNER_TRUSTED_OS   50
#define ARM_SMCCC_CALL_VAL(type, convention, owner, func)                                 \
	(((type) << ARM_SMCCC_TYPE_SHIFT) | ((convention) << ARM_SMCCC_CALL_CONV_SHIFT) | \
	 (((owner)&ARM_SMCCC_OWNER_MASK) << ARM_SMCCC_OWNER_SHIFT) | ((func)&ARM_SMCCC_FUNC_MASK))
#define ARM_SMCCC_IS_FAST_CALL(v)       ((v) & (1UL << ARM_SMCCC_TYPE_SHIFT))
#define ARM_SMCCC_IS_64(v)              ((v) & (1UL << ARM_SMCCC_CALL_CONV_SHIFT))
#define ARM_SMCCC_FUNC_NUM(v)           ((v)&ARM_SMCCC_FUNC_MASK)
#define ARM_SMCCC_OWNER_NUM(v)          (((v) >> ARM_SMCCC_OWNER_SHIFT) & ARM_SMCCC_OWNER_MASK)
#define ARM_SMCCC_VERSION_1_0           0x10000
#define ARM_SMCCC_VERSION_1_1           0x10001
#define ARM_SMCCC_VERSION_1_2           0x10002
#define ARM_SMCCC_VERSION_1_3           0x10003
#define SMCCC_RET_SUCCESS               0
#define SMCCC_RET_NOT_SUPPORTED         (-1)
#define SMCCC_RET_NOT_REQUIRED          (-2)
#define SMCCC_RET_INVALID_PARAMETER     (-3)
#define ARM_SMCCC_VERSION_FUNC_ID       0x80000000UL
#define ARM_SMCCC_ARCH_FEATURES_FUNC_ID 0x80000001UL
#define ARM_SMCCC_QUIRK_NONE            0

enum arm_smccc_conduit { SMCCC_CONDUIT_NONE, SMCCC_CONDUIT_SMC, SMCCC_CONDUIT_HVC };
#define arm_smccc_1_1_get_conduit() SMCCC_CONDUIT_SMC
#define arm_smccc_get_version()     ARM_SMCCC_VERSION_1_3

struct arm_smccc_res {
	unsigned long a0, a1, a2, a3;
};

struct arm_smccc_1_2_regs {
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16,
		a17;
};

struct arm_smccc_quirk {
	int id;
};

/* x0..x17; `args` and `res` may be the same object. */
void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
#define arm_smccc_1_2_invoke(args, res) arm_smccc_1_2_smc((args), (res))
#define arm_smccc_1_2_hvc(args, res)    arm_smccc_1_2_smc((args), (res))

/* x0..x7 in, x0..x3 out; `res` may be NULL. */
void hshim_smccc_1_1(const unsigned long x[8], struct arm_smccc_res *res);

/* The last argument is the result; each value is converted as its own type says. */
#define arm_smccc_1_1_invoke(...) \
	HSHIM_SMC_PICK(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1)(__VA_ARGS__)
#define arm_smccc_1_1_smc(...)                            arm_smccc_1_1_invoke(__VA_ARGS__)
#define arm_smccc_1_1_hvc(...)                            arm_smccc_1_1_invoke(__VA_ARGS__)
#define HSHIM_SMC_PICK(a, b, c, d, e, f, g, h, i, n, ...) HSHIM_SMC_##n
#define HSHIM_V(v)                                        (unsigned long)(v)
#define HSHIM_SMC_GO(res, ...)                            hshim_smccc_1_1((const unsigned long[8]){__VA_ARGS__}, (res))
#define HSHIM_SMC_2(f, r)                                 HSHIM_SMC_GO(r, HSHIM_V(f))
#define HSHIM_SMC_3(f, a, r)                              HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a))
#define HSHIM_SMC_4(f, a, b, r)                           HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b))
#define HSHIM_SMC_5(f, a, b, c, r)                        HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b), HSHIM_V(c))
#define HSHIM_SMC_6(f, a, b, c, d, r) \
	HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b), HSHIM_V(c), HSHIM_V(d))
#define HSHIM_SMC_7(f, a, b, c, d, e, r) \
	HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b), HSHIM_V(c), HSHIM_V(d), HSHIM_V(e))
#define HSHIM_SMC_8(f, a, b, c, d, e, g, r)                                                     \
	HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b), HSHIM_V(c), HSHIM_V(d), HSHIM_V(e), \
		     HSHIM_V(g))
#define HSHIM_SMC_9(f, a, b, c, d, e, g, h, r)                                                  \
	HSHIM_SMC_GO(r, HSHIM_V(f), HSHIM_V(a), HSHIM_V(b), HSHIM_V(c), HSHIM_V(d), HSHIM_V(e), \
		     HSHIM_V(g), HSHIM_V(h))
#define arm_smccc_smc(f, a, b, c, d, e, g, h, res) HSHIM_SMC_9(f, a, b, c, d, e, g, h, res)
#define arm_smccc_hvc(f, a, b, c, d, e, g, h, res) HSHIM_SMC_9(f, a, b, c, d, e, g, h, res)
#define arm_smccc_smc_quirk(f, a, b, c, d, e, g, h, res, q) \
	((void)(q), HSHIM_SMC_9(f, a, b, c, d, e, g, h, res))

/* --- attaching the model ---------------------------------------------------------------------------- */

/*
 * From now on the functions above reach `sim`, on PE 0. NULL when there is no memory. Detach before the
 * instance is destroyed. To get granule protection faults explained, put hshim_gpf into
 * rmmsim_config.gpf.
 */
struct hshim *hshim_smccc_attach(struct rmmsim *sim);
void hshim_smccc_detach(struct hshim *shim);
struct rmmsim_gpf;
void hshim_gpf(void *context, const struct rmmsim_gpf *gpf);
/* Put into rmmsim_config.ns_access where calls are recorded with the memory that they touch. */
void hshim_ns_access(void *context, unsigned long pa, size_t size, bool write);
struct rmmsim *hshim_model(void);
struct hshim *hshim_instance(void);
/* The PE that issues the next SMCs: hooks that act as another CPU change it. */
unsigned int hshim_set_pe(unsigned int pe);

/* --- one call, as hooks and reports see it ------------------------------------------------------------ */

#define HSHIM_FRAMES 12

struct hshim_call {
	unsigned long number; /* of the model's calls; 0 when the model was not called */
	unsigned int fid;
	const char *name;         /* "RTT_CREATE", or NULL */
	unsigned int inputs;      /* that the command has */
	unsigned long x[18];      /* X0..X17 as passed */
	unsigned long ret[18];    /* X0..X17 after the call */
	bool injected;            /* the result is not the model's */
	bool model;               /* the model was called */
	void *site[HSHIM_FRAMES]; /* return addresses, innermost first; NULL ends */
};

/* FID by the name of the command in the model's table, "RTT_CREATE"; 0 if there is none. */
unsigned int hshim_fid(const char *name);
const char *hshim_fid_name(unsigned int fid);
/* Calls with this FID since attach or the last reset; fid 0: all. */
unsigned long hshim_calls(unsigned int fid);
void hshim_calls_reset(void);
/* The last call but `back`; NULL when there were fewer or it is forgotten (64 are kept). */
const struct hshim_call *hshim_last_call(unsigned int back);

/* --- accounting: host-shim.md#8.5 ------------------------------------------------------------------------ */

/* Cycles that a call of `fid` takes; fid 0: every call. Default 0. */
void hshim_cost(unsigned int fid, unsigned long cycles);
/* Cycles of a simulated microsecond; default 1000. */
void hshim_clock(unsigned long cycles);
/* Simulated time since attach: the costs of all calls. */
unsigned long hshim_cycles(void);
unsigned long hshim_microseconds(void);
/* From Normal to Realm world or back: two for each call that the monitor has carried out. */
unsigned long hshim_world_switches(void);

/* What happened between begin and now. Scopes may nest or overlap. */
struct hshim_scope {
	const char *name;
	unsigned long start, fid_start[256];
	unsigned long cycles_start, switches_start, number;
};
void hshim_scope_begin(struct hshim_scope *scope, const char *name);
/* Calls of `fid`, 0: all. */
unsigned long hshim_scope_calls(const struct hshim_scope *scope, unsigned int fid);
unsigned long hshim_scope_cycles(const struct hshim_scope *scope);
unsigned long hshim_scope_switches(const struct hshim_scope *scope);
/* The most granules that were delegated at once; of the last 16 scopes, for older ones since attach. */
unsigned long hshim_scope_peak(const struct hshim_scope *scope);

/* --- hooks ----------------------------------------------------------------------------------------------- */

enum hshim_when { HSHIM_BEFORE, HSHIM_AFTER };

/*
 * A hook may issue SMCs itself; hooks are not called for those unless `recursive`. A BEFORE hook may
 * change call->x, an AFTER hook call->ret. fid 0: every call.
 */
typedef void (*hshim_hook_fn)(void *context, struct hshim_call *call);
int hshim_smc_hook(unsigned int fid, enum hshim_when when, hshim_hook_fn fn, void *context);
void hshim_smc_hooks_recursive(bool recursive);
void hshim_smc_unhook(int hook);

/* --- failure injection -------------------------------------------------------------------------------- */

#define HSHIM_FOREVER 0xffffffffu
typedef bool (*hshim_smc_pred)(void *context, const struct hshim_call *call);

struct hshim_injection {
	unsigned int fid;    /* 0: any */
	unsigned int nth;    /* from now on, 1 is the next; 0 means 1 */
	unsigned int count;  /* how many in a row; 0 means 1 */
	hshim_smc_pred pred; /* NULL: always; only calls that it accepts are counted */
	void *context;
	enum hshim_when when; /* AFTER: the model acted, the result is replaced */
	unsigned int set;     /* bit n: Xn is replaced by x[n] */
	unsigned long x[18];
};

/* Returns a number for hshim_smc_injected(), -1 without memory. */
int hshim_smc_inject(const struct hshim_injection *injection);
/* X0 = index << 8 | status. */
int hshim_smc_fail(unsigned int fid, unsigned int nth, unsigned int status, unsigned int index,
		   enum hshim_when when);
int hshim_smc_fail_if(hshim_smc_pred pred, void *context, unsigned long result);
/* Changes one output of the model. */
int hshim_smc_patch(unsigned int fid, unsigned int nth, unsigned int reg, unsigned long value);
/* How often it happened. */
unsigned int hshim_smc_injected(int injection);
void hshim_smc_inject_reset(void);

/* Undefined outputs: recognisable poison (default) or 0. */
void hshim_smc_zero_outputs(bool zero);
#define HSHIM_POISON 0xd0d0d0d0d0d0d000ul

/* --- expectations ------------------------------------------------------------------------------------------ */

enum hshim_expect_mode {
	HSHIM_ORDERED,   /* each expected call occurs, in this order; others may lie between */
	HSHIM_UNORDERED, /* each occurs */
	HSHIM_STRICT     /* exactly these calls in this order */
};

enum hshim_match_kind {
	HSHIM_MATCH_END,
	HSHIM_MATCH_EQ,
	HSHIM_MATCH_RANGE,
	HSHIM_MATCH_STATE,
	HSHIM_MATCH_TIMES
};
struct hshim_match {
	enum hshim_match_kind kind;
	unsigned int reg;
	unsigned long low, high;
	const char *state;
};
#define HSHIM_X(n, value)                                         \
	{                                                         \
		HSHIM_MATCH_EQ, (n), (unsigned long)(value), 0, 0 \
	}
#define HSHIM_X_IN(n, first, last)                                                       \
	{                                                                                \
		HSHIM_MATCH_RANGE, (n), (unsigned long)(first), (unsigned long)(last), 0 \
	}
/* Xn is the PA of a granule in this state when the call is made. */
#define HSHIM_X_STATE(n, state)                       \
	{                                             \
		HSHIM_MATCH_STATE, (n), 0, 0, (state) \
	}
/* At least and at most so often; 0, 0: never. Without it: once. */
#define HSHIM_TIMES(least, most)                         \
	{                                                \
		HSHIM_MATCH_TIMES, 0, (least), (most), 0 \
	}

void hshim_expect_begin(enum hshim_expect_mode mode);
void hshim_expect(unsigned int fid, const struct hshim_match *matches);
#define hshim_expect_smc(fid, ...)                        \
	hshim_expect((fid), (const struct hshim_match[]){ \
				    __VA_ARGS__ __VA_OPT__(, ){HSHIM_MATCH_END, 0, 0, 0, 0}})
/* 0 when everything was as expected; otherwise both lists are reported side by side. */
int hshim_expect_end(void);

/* --- answers without the model -------------------------------------------------------------------------------- */

/* From now on the model is not called: answers in this order, then `SMCCC not supported`. */
void hshim_mock_begin(void);
void hshim_mock_answer(unsigned int fid, const unsigned long *x, unsigned int count);
/* How many answers were not asked for. */
unsigned int hshim_mock_end(void);

/*
 * Checks a wrapper against the model's own table:
 *	hshim_echo_begin();
 *	ret = wrapper(hshim_echo_in(1), hshim_echo_in(2), &out);
 *	hshim_echo_check("RTT_READ_ENTRY", 2) == 0 && out == hshim_echo_out(1)
 */
void hshim_echo_begin(void);
unsigned long hshim_echo_in(unsigned int n);
unsigned long hshim_echo_out(unsigned int n);
/* 0, or the number of the first register that is wrong; then it is reported by its name. */
int hshim_echo_check(const char *command, unsigned int passed);

/* --- recording -------------------------------------------------------------------------------------------------- */

/*
 * Writes calls to `path` in the format rmm-trace/1, one line per call, as text. False, without a file, if it
 * cannot be opened, if its name ends in .gz (with a message that says what to do), or if the environment has more
 * than one thread.
 */
bool hshim_trace_start(const char *path);
void hshim_trace_stop(void);

/* --- oracles, common to all layers: hshim/oracle.h -------------------------------------------------------------- */

#ifdef __cplusplus
}
#endif

#endif
