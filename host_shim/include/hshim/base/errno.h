/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_ERRNO_H
#define HSHIM_BASE_ERRNO_H

/* The C library's <errno.h> takes its numbers from <linux/errno.h>, which may be the one that leads here. */
#include <hshim/base/errno_numbers.h>
#ifdef HSHIM_WITH_LIBC
#include <errno.h>
#endif

/* Numbers that never reach a user. */
#undef ENOTSUPP
#define ERESTARTSYS  512
#define ENOIOCTLCMD  515
#define EPROBE_DEFER 517
#define ENOTSUPP     524
#define EIOCBQUEUED  529

#endif
