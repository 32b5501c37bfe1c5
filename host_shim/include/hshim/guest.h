/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_GUEST_H
#define HSHIM_GUEST_H

/*
 * Realms as scripts, so that exits come from the model: the script runs when a REC is entered. Include this
 * before any header of a kernel tree, or in a file of its own: both define the names of RMI.
 */

#ifdef RMI_SUCCESS
#error "hshim/guest.h has to be included before the kernel tree's headers"
#endif

#include <rmmsim/script.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Plane `plane` of every Realm runs fn(realm, argument) from its next start on. */
bool hshim_guest(unsigned int plane, rmmsim_script_fn fn, void *argument);
/*
 * The script engine of the current instance, to bind scripts to one Realm; NULL when the program made an
 * engine of its own.
 */
struct rmmsim_scripts *hshim_scripts(void);

#ifdef __cplusplus
}
#endif

#endif
