/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_BASE_IOCTL_H
#define HSHIM_BASE_IOCTL_H

/* Numbers of ioctls: direction 31:30, size 29:16, type 15:8, number 7:0. */

#ifdef HSHIM_WITH_LIBC
#include <sys/ioctl.h>
#else
#define _IOC(d, t, n, s) (((d) << 30) | ((s) << 16) | ((t) << 8) | (n))
#define _IOC_NONE        0U
#define _IOC_WRITE       1U
#define _IOC_READ        2U
#define _IO(t, n)        _IOC(_IOC_NONE, (t), (n), 0)
#define _IOR(t, n, s)    _IOC(_IOC_READ, (t), (n), sizeof(s))
#define _IOW(t, n, s)    _IOC(_IOC_WRITE, (t), (n), sizeof(s))
#define _IOWR(t, n, s)   _IOC(_IOC_READ | _IOC_WRITE, (t), (n), sizeof(s))
#endif

#endif
