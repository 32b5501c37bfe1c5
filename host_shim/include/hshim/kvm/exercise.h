/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_EXERCISE_H
#define HSHIM_KVM_EXERCISE_H

/* What the parts of hshim/exercise.h share. */

#include <hshim/exercise.h>

#define LOW        0x80000000ull
#define BLOCKS     (LOW + 0x800000)
#define RAM_SIZE   0x400000ull
#define IMAGE_SIZE 0x8000ull

enum stage { MADE, CREATED, HAS_RAM, POPULATED, HAS_REC, HAS_RECS, ACTIVE };

/* The sizes to try: 0 ends them. */
unsigned int exercise_ipa_bits(const struct hshim_exercise *what, unsigned int i);
/* A machine that runs; NULL, and a failed expectation outside of sweeps, if it cannot be had. */
struct hshim_vm *exercise_start(const struct hshim_exercise *what, unsigned int ipa_bits,
				unsigned int planes);
/* A machine at another stage of its life. */
struct hshim_vm *exercise_bring(const struct hshim_exercise *what, unsigned int ipa_bits,
				unsigned int planes, enum stage stage);
/* One entry of vCPU `vcpu`, which ends with this exit: what the host's handler returns. */
int exercise_run(struct hshim_vm *vm, unsigned int vcpu, struct hshim_exit exit);
/* The guest touches that address in that tree, with vCPU 0. */
int exercise_touch(struct hshim_vm *vm, u64 ipa, unsigned int tree, bool write);
/* The host's own fault for a plane: twice, because the first may serve the primary tree only. */
void exercise_touch_tree(struct hshim_vm *vm, u64 ipa, unsigned int tree);
/* Nothing is expected of a host to which something was refused. */
void exercise_handled(int result);
/* Pages of private memory that the monitor maps. */
unsigned long exercise_private(void);
/* The guest writes a private page: `pages` come with it. */
void exercise_touch_private(struct hshim_vm *vm, u64 gpa, unsigned long pages);
void exercise_touch_planes(struct hshim_vm *vm, u64 ipa, unsigned int planes);
/* RIPAS of an address of the only Realm, -1 if there is none. */
int exercise_ripas(u64 ipa);
/* The bit that tells the halves of the address space apart. */
u64 exercise_half(struct hshim_vm *vm);
/* A VMM is told of memory of the other kind: which, where, and that it is in [base, top). */
bool exercise_is_told(const struct kvm_run *told, u64 base, u64 top, bool wants_private);
/* Memory caches promise no more than what one tree needs. */
void exercise_limit_cache(unsigned int planes);
void exercise_each_machine(const struct hshim_exercise *what,
			   void (*fn)(struct hshim_vm *vm, unsigned int planes));
/* The same without any expectation: what the last entry that served it returned. */
int exercise_serve(struct hshim_vm *vm, struct hshim_exit exit);
/* A Realm asks for a RIPAS or permissions, and the VMM does what it is told. */
void exercise_ask(struct hshim_vm *vm, struct hshim_exit exit);
/* Commands that a monitor may carry out up to a point before the end of their range: rmi-commands.md#3. */
#define EXERCISE_RANGES 3
extern const char *const exercise_ranges[EXERCISE_RANGES];
/* Before such a call: it asks for `size` bytes at most. */
void exercise_shorten(struct hshim_call *call, u64 size);
void exercise_short(const struct hshim_exercise *what, unsigned int ipa_bits, unsigned int planes);
/* The same with private memory that comes in blocks. */
struct hshim_vm *exercise_start_blocks(const struct hshim_exercise *what, unsigned int ipa_bits);

#endif
