/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_REALM_H
#define HOST_REALM_H

/* Functions of a host whose names the library uses inside, too. Each returns the number given. */
int realm_create(int number);
int realm_destroy(int number);
int rec_create(int number);
int rec_enter(int number);
int rtt_walk(int number);
int rtt_create(int number);
int granule_find(int number);
int granule_delegate(int number);
int plane_enter(int number);

#endif
