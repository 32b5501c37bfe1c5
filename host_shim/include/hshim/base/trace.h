/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_TRACE_H
#define HSHIM_BASE_TRACE_H

/* Trace points are nothing: HSHIM_NO_TRACE(kvm_entry) makes trace_kvm_entry(...) one. */

#include <hshim/base/kernel.h>

#define HSHIM_NO_TRACE(name)                                           \
	static inline void trace_##name() __attribute__((__unused__)); \
	static inline void trace_##name()                              \
	{                                                              \
	}
#define trace_kvm_entry(...)            ((void)0)
#define trace_kvm_exit(...)             ((void)0)
#define trace_kvm_guest_fault(...)      ((void)0)
#define trace_kvm_access_fault(...)     ((void)0)
#define trace_kvm_mmio_emulate(...)     ((void)0)
#define trace_kvm_set_way_flush(...)    ((void)0)
#define trace_kvm_toggle_cache(...)     ((void)0)
#define trace_kvm_mmio(...)             ((void)0)
#define trace_kvm_wfx_arm64(...)        ((void)0)
#define trace_kvm_hvc_arm64(...)        ((void)0)
#define trace_kvm_handle_sys_reg(...)   ((void)0)
#define trace_kvm_userspace_exit(...)   ((void)0)
#define trace_kvm_unmap_hva_range(...)  ((void)0)
#define trace_kvm_age_hva(...)          ((void)0)
#define trace_kvm_timer_update_irq(...) ((void)0)
#define trace_kvm_rec_enter(...)        ((void)0)
#define trace_kvm_rec_exit(...)         ((void)0)

#endif
