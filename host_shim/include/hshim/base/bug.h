/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_BUG_H
#define HSHIM_BASE_BUG_H

/* WARN, BUG and printk: host-shim.md#6.5. A condition is evaluated once. */

#include <hshim/base/kernel.h>

enum hshim_warn_kind { HSHIM_WARN, HSHIM_WARN_ONCE, HSHIM_WARN_RATELIMIT };

/* Reports a WARN at file:line. `text` is the condition, `fmt` (may be NULL) the message. */
void hshim_warn(enum hshim_warn_kind kind, const char *file, int line, const char *text,
		const char *fmt, ...) __printf(5, 6);
/* Reports a BUG and leaves the code under test. */
void hshim_bug(const char *file, int line, const char *text) __noreturn;
void hshim_printk(const char *level, const char *fmt, ...) __printf(2, 3);

#define HSHIM_WARN_IF(kind, cond, text, ...)                                     \
	({                                                                       \
		bool hshim_warned = !!(cond);                                    \
		if (unlikely(hshim_warned))                                      \
			hshim_warn(kind, __FILE__, __LINE__, text, __VA_ARGS__); \
		unlikely(hshim_warned);                                          \
	})

#define WARN(c, f...)                    HSHIM_WARN_IF(HSHIM_WARN, c, #c, f)
#define WARN_ON(c)                       HSHIM_WARN_IF(HSHIM_WARN, c, #c, NULL)
#define WARN_ON_ONCE(c)                  HSHIM_WARN_IF(HSHIM_WARN_ONCE, c, #c, NULL)
#define WARN_ONCE(c, f...)               HSHIM_WARN_IF(HSHIM_WARN_ONCE, c, #c, f)
#define WARN_RATELIMIT(c, f...)          HSHIM_WARN_IF(HSHIM_WARN_RATELIMIT, c, #c, f)
#define WARN_TAINT(c, t, f...)           WARN(c, f)
#define WARN_ON_FUNCTION_MISMATCH(x, fn) WARN_ON_ONCE((x) != (fn))
#define VM_WARN_ON(c)                    ((void)WARN_ON(c))
#define VM_WARN_ON_ONCE(c)               ((void)WARN_ON_ONCE(c))
#define BUG()                            hshim_bug(__FILE__, __LINE__, "BUG()")
#define BUG_ON(c)                                                        \
	do {                                                             \
		if (unlikely(c))                                         \
			hshim_bug(__FILE__, __LINE__, "BUG_ON(" #c ")"); \
	} while (0)
#define VM_BUG_ON(c)                      BUG_ON(c)
#define VM_BUG_ON_PAGE(c, p)              BUG_ON(c)
#define CHECK_DATA_CORRUPTION(c, a, f...) WARN(c, f)
#define panic(f...)                       \
	do {                              \
		hshim_printk("panic", f); \
		BUG();                    \
	} while (0)
#define dump_stack() ((void)0)

#ifndef pr_fmt
#define pr_fmt(f) f
#endif
#define KERN_EMERG                    ""
#define KERN_ERR                      ""
#define KERN_WARNING                  ""
#define KERN_INFO                     ""
#define KERN_DEBUG                    ""
#define printk(f, a...)               hshim_printk("info", f, ##a)
#define pr_emerg(f, a...)             hshim_printk("emerg", pr_fmt(f), ##a)
#define pr_alert(f, a...)             hshim_printk("alert", pr_fmt(f), ##a)
#define pr_crit(f, a...)              hshim_printk("crit", pr_fmt(f), ##a)
#define pr_err(f, a...)               hshim_printk("err", pr_fmt(f), ##a)
#define pr_warn(f, a...)              hshim_printk("warn", pr_fmt(f), ##a)
#define pr_notice(f, a...)            hshim_printk("notice", pr_fmt(f), ##a)
#define pr_info(f, a...)              hshim_printk("info", pr_fmt(f), ##a)
#define pr_cont(f, a...)              hshim_printk("info", f, ##a)
#define pr_debug(f, a...)             hshim_printk("debug", pr_fmt(f), ##a)
#define pr_devel(f, a...)             hshim_printk("debug", pr_fmt(f), ##a)
#define pr_err_once(f, a...)          pr_err(f, ##a)
#define pr_warn_once(f, a...)         pr_warn(f, ##a)
#define pr_info_once(f, a...)         pr_info(f, ##a)
#define pr_err_ratelimited(f, a...)   pr_err(f, ##a)
#define pr_warn_ratelimited(f, a...)  pr_warn(f, ##a)
#define pr_info_ratelimited(f, a...)  pr_info(f, ##a)
#define pr_debug_ratelimited(f, a...) pr_debug(f, ##a)
#define printk_ratelimit()            1
#define dev_err(d, f, a...)           ((void)(d), hshim_printk("err", f, ##a))
#define dev_warn(d, f, a...)          ((void)(d), hshim_printk("warn", f, ##a))
#define dev_info(d, f, a...)          ((void)(d), hshim_printk("info", f, ##a))

#define kvm_err(f, a...)        pr_err("kvm: " f, ##a)
#define kvm_info(f, a...)       pr_info("kvm: " f, ##a)
#define kvm_debug(f, a...)      pr_debug("kvm: " f, ##a)
#define kvm_pr_unimpl(f, a...)  pr_err_ratelimited("kvm: " f, ##a)
#define pr_unimpl(v, f, a...)   ((void)(v), pr_err_ratelimited("kvm: " f, ##a))
#define vcpu_unimpl(v, f, a...) kvm_pr_unimpl("vcpu%i " f, (v)->vcpu_id, ##a)
#define vcpu_err(v, f, a...)    kvm_err("vcpu%i " f, (v)->vcpu_id, ##a)
#define vcpu_debug(v, f, a...)  kvm_debug("vcpu%i " f, (v)->vcpu_id, ##a)

#endif
