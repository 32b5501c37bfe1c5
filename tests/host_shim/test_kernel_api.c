/* SPDX-License-Identifier: BSD-3-Clause */
/* L1: each contract of the small kernel API is kept, each oracle of it fires and stays silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tests/host_shim/found.h"
#include "tests/host_shim/realm.h"

#include <hshim/base/lib.h>
#include <hshim/env.h>
#include <hshim/mm/user.h>

#define DELEGATE   hshim_fid("GRANULE_DELEGATE")
#define UNDELEGATE hshim_fid("GRANULE_UNDELEGATE")

static void pages_come_and_go(void **state)
{
	unsigned long at = __get_free_pages(GFP_KERNEL, 2);
	struct page *page = virt_to_page(at);

	(void)state;
	assert_true(at);
	assert_int_equal(virt_to_phys(at) % (4 * PAGE_SIZE), 0);
	assert_int_equal(*(unsigned char *)at, 0x5a);
	assert_ptr_equal(phys_to_virt(virt_to_phys(at)), (void *)at);
	get_page(page);
	assert_int_equal(page_count(page), 2);
	put_page(page);
	free_pages(at, 2);
	free_page(0);
	hshim_check_end();
	found(NULL, 0);
}

static void a_page_is_freed_twice(void **state)
{
	unsigned long at = __get_free_page(GFP_KERNEL);

	(void)state;
	free_page(at);
	free_page(at);
	found("free.double", 1);
}

static void a_page_is_freed_in_another_size(void **state)
{
	void *exact = alloc_pages_exact(3 * PAGE_SIZE, GFP_KERNEL);

	(void)state;
	free_pages((unsigned long)exact, 1);
	found("free.kind", 1);
	assert_null(alloc_pages_exact((PAGE_SIZE << MAX_PAGE_ORDER) + 1, GFP_KERNEL));
	free_pages_exact(exact, 3 * PAGE_SIZE);
	found("free.kind", 1);
}

static void a_delegated_page_is_freed(void **state)
{
	unsigned long at = __get_free_page(GFP_KERNEL);

	(void)state;
	assert_int_equal(SMC(DELEGATE, virt_to_phys(at)), 0);
	free_page(at);
	found("free.state", 1);
	assert_non_null(strstr(hshim_finding(0)->text, "delegated by SMC #1 GRANULE_DELEGATE"));
	hshim_check_end();
	assert_int_equal(hshim_findings("leak.granule"), 1);
}

static void a_freed_page_is_used(void **state)
{
	unsigned long at = __get_free_page(GFP_KERNEL);
	phys_addr_t pa = virt_to_phys(at);

	(void)state;
	free_page(at);
	virt_to_phys(at);
	found("use.after_free", 1);
	assert_int_equal(SMC(DELEGATE, pa), 0);
	found("use.after_free", 2);
	assert_int_equal(SMC(UNDELEGATE, pa), 0);
}

/* The address sanitizer knows of the freed page too, and would end the test. */
__attribute__((no_sanitize("address"))) static void scribble(unsigned long at)
{
	*(volatile char *)at = 1;
}

static void a_freed_page_is_written(void **state)
{
	unsigned long at = __get_free_page(GFP_KERNEL);

	(void)state;
	free_page(at);
	scribble(at + 7);
	hshim_check_now();
	found("use.after_free", 1);
}

static void touch(void *at)
{
	*(volatile char *)at = 1;
}

static void a_delegated_page_is_touched(void **state)
{
	unsigned long at = __get_free_page(GFP_KERNEL);

	(void)state;
	assert_int_equal(SMC(DELEGATE, virt_to_phys(at)), 0);
	assert_false(hshim_try(touch, (void *)at));
	found("gpf", 1);
	assert_non_null(strstr(hshim_finding(0)->text, "host write to PA"));
	assert_non_null(strstr(hshim_finding(0)->text, "delegated by SMC #1"));
	assert_non_null(strstr(hshim_finding(0)->text, "touch"));
	assert_int_equal(SMC(UNDELEGATE, virt_to_phys(at)), 0);
	assert_int_equal(*(unsigned char *)at, 0xa5);
	free_page(at);
}

static void addresses_outside_of_memory(void **state)
{
	int local = 0;

	(void)state;
	virt_to_phys(&local);
	phys_to_virt(0x1000);
	found("address", 2);
}

static void leaks_are_told_with_their_place(void **state)
{
	(void)state;
	(void)__get_free_page(GFP_KERNEL);
	assert_non_null(kmalloc(10, GFP_KERNEL));
	hshim_check_end();
	found("leak.page", 2);
	assert_non_null(strstr(hshim_finding(0)->text, "test_kernel_api.c"));
}

static void accounting(void **state)
{
	void *at = (void *)__get_free_page(GFP_KERNEL);

	(void)state;
	hshim_account_pages(at, 1, "here");
	assert_int_equal(hshim_accounted_pages(), 1);
	hshim_account_pages(at, -1, "here");
	hshim_account_pages(at, -1, "here");
	free_page((unsigned long)at);
	hshim_check_end();
	assert_int_equal(hshim_findings("leak.accounting"), 1);
}

static void identifiers(void **state)
{
	unsigned long *map = bitmap_zalloc(4, GFP_KERNEL);

	(void)state;
	__set_bit(0, map); /* reserved */
	for (int i = 1; i < 4; i++)
		assert_int_equal(bitmap_find_free_region(map, 4, 0), i);
	assert_int_equal(bitmap_find_free_region(map, 4, 0), -ENOMEM);
	bitmap_release_region(map, 3, 0);
	bitmap_release_region(map, 2, 0);
	found(NULL, 0);
	bitmap_release_region(map, 2, 0);
	found("leak.id", 1);
	hshim_check_end();
	found("leak.id", 2);
}

static void locks(void **state)
{
	DEFINE_SPINLOCK(a);
	DEFINE_SPINLOCK(b);
	DEFINE_MUTEX(m);
	struct hshim_lock rw = {.name = "rw"};

	(void)state;
	mutex_lock(&m);
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	mutex_unlock(&m);
	read_lock(&rw);
	lockdep_assert_held(&rw);
	read_unlock(&rw);
	found(NULL, 0);
	read_lock(&rw);
	lockdep_assert_held_write(&rw);
	assert_int_equal(hshim_findings("lock.required"), 1);
	write_unlock(&rw);
	assert_int_equal(hshim_findings("lock.unbalanced"), 1);
	read_unlock(&rw);
	spin_lock(&b);
	spin_lock(&a);
	assert_int_equal(hshim_findings("lock.order"), 1);
	mutex_lock(&m);
	assert_int_equal(hshim_findings("ctx.sleep"), 1);
	mutex_unlock(&m);
	spin_unlock(&a);
	spin_unlock(&b);
}

static void count_up(void *context)
{
	(*(int *)context)++;
}

static void scheduling_points(void **state)
{
	struct hshim_lock rw = {.name = "rw"};
	int count = 0;

	(void)state;
	write_lock(&rw);
	assert_int_equal(cond_resched_rwlock_write(&rw), 0);
	hshim_resched_hook(count_up, &count);
	assert_int_equal(cond_resched_rwlock_write(&rw), 1);
	assert_int_equal(count, 1);
	found(NULL, 0);
	cond_resched();
	found("ctx.sleep", 1);
	write_unlock(&rw);
	cond_resched();
	found("ctx.sleep", 1);
}

static void srcu(void **state)
{
	struct srcu_struct s = {.l = {.name = "s"}};
	int a = srcu_read_lock(&s), b = srcu_read_lock(&s);

	(void)state;
	srcu_read_unlock(&s, b);
	srcu_read_unlock(&s, a);
	found(NULL, 0);
	srcu_read_unlock(&s, a);
	found("lock.unbalanced", 1);
}

static void warns(void **state)
{
	int once = 0;

	(void)state;
	assert_false(WARN_ON(once++));
	assert_true(WARN(once++, "number %d", 5));
	assert_int_equal(once, 2);
	found("warn", 1);
	assert_non_null(strstr(hshim_finding(0)->text, "number 5"));
	hshim_allow("warn", 1);
	WARN_ON_ONCE(1);
	assert_int_equal(hshim_failures(), 1);
	pr_err("code %d\n", 7);
	assert_string_equal(hshim_message(0), "err: code 7\n");
}

static void stop(void *argument)
{
	BUG_ON(argument == NULL);
}

static void a_bug_leaves_the_code(void **state)
{
	(void)state;
	assert_false(hshim_try(stop, NULL));
	found("bug", 1);
}

static void allocations_fail(void **state)
{
	void *at;

	(void)state;
	hshim_fail_alloc(HSHIM_ALLOC_SLAB, 2, 1);
	at = kmalloc(8, GFP_KERNEL);
	assert_null(kmalloc(8, GFP_KERNEL));
	kfree(at);
	at = kzalloc(8, GFP_KERNEL);
	assert_non_null(at);
	kfree(at);
	kfree(at);
	found("free.double", 1);
}

static void memory_of_users(void **state)
{
	struct hshim_region *region = hshim_user_map(8, 0, NULL, 0);
	unsigned long value = 7, back = 0;
	struct page *page;
	bool writable;

	(void)state;
	assert_int_equal(copy_to_user(region->vma.vm_start + 8, &value, 8), 0);
	assert_int_equal(copy_from_user(&back, region->vma.vm_start + 8, 8), 0);
	assert_int_equal(back, 7);
	hshim_user_backing(region, 1, 1, HSHIM_ZERO_PAGE);
	assert_int_equal(
		hshim_user_fault(region->vma.vm_start + PAGE_SIZE, false, &writable, &page), 0);
	assert_false(writable);
	assert_int_equal(hshim_user_fault(region->vma.vm_start + PAGE_SIZE, true, &writable, &page),
			 0);
	assert_true(writable);
	hshim_user_backing(region, 2, 1, HSHIM_MISSING);
	assert_int_not_equal(copy_to_user(region->vma.vm_start + 2 * PAGE_SIZE, &value, 8), 0);
	hshim_copy_fail(1);
	assert_int_equal(copy_from_user(&back, &value, 8), 8);
	hshim_user_unmap(region);
	hshim_check_end();
	found(NULL, 0);
}

static void guest_memory(void **state)
{
	struct file *file = hshim_gmem_create(4, HSHIM_GMEM_MMAP);
	struct hshim_region *region = hshim_user_map(4, 0, file, 0);
	struct page *page;

	(void)state;
	assert_null(hshim_user_ptr(region->vma.vm_start, false)); /* private by default */
	hshim_gmem_convert(file, 0, 1, true);
	assert_non_null(hshim_user_ptr(region->vma.vm_start, false));
	assert_int_equal(hshim_gmem_page(file, 1, &page), 0);
	get_page(page);
	hshim_user_unmap(region);
	found(NULL, 0);
	hshim_gmem_put(file);
	found("leak.page", 1);
}

/* --- put off --------------------------------------------------------------------------------------------- */

struct put_off {
	struct rcu_head head;
	struct work_struct work;
	unsigned long page;
	unsigned int runs;
};

static void free_later(struct rcu_head *head)
{
	struct put_off *it = container_of(head, struct put_off, head);

	free_page(it->page);
	it->runs++;
}

static void sleep_in_callback(struct rcu_head *head)
{
	(void)head;
	might_sleep();
}

static void work_later(struct work_struct *work)
{
	might_sleep();
	container_of(work, struct put_off, work)->runs++;
}

static void callbacks_run_when_nothing_is_held(void **state)
{
	struct put_off it = {.page = __get_free_page(GFP_KERNEL)}, bad;
	DEFINE_SPINLOCK(lock);

	(void)state;
	spin_lock(&lock);
	call_rcu(&it.head, free_later);
	assert_int_equal(it.runs, 0);
	spin_unlock(&lock);
	assert_int_equal(it.runs, 1);
	it.page = __get_free_page(GFP_KERNEL);
	call_rcu(&it.head, free_later);
	synchronize_rcu();
	assert_int_equal(it.runs, 2);
	it.page = __get_free_page(GFP_KERNEL);
	call_rcu(&it.head, free_later);
	hshim_check_end(); /* no leak */
	found(NULL, 0);
	call_rcu(&bad.head, sleep_in_callback);
	rcu_barrier();
	found("ctx.sleep", 1);
}

static void work_is_done_when_nothing_is_held(void **state)
{
	struct put_off it = {.runs = 0};
	DEFINE_MUTEX(lock);

	(void)state;
	INIT_WORK(&it.work, work_later);
	mutex_lock(&lock);
	assert_true(schedule_work(&it.work));
	assert_false(queue_work(system_wq, &it.work));
	assert_int_equal(it.runs, 0);
	mutex_unlock(&lock);
	assert_int_equal(it.runs, 1);
	schedule_work(&it.work);
	assert_true(cancel_work_sync(&it.work));
	assert_false(flush_work(&it.work));
	schedule_work(&it.work);
	assert_true(flush_work(&it.work));
	assert_int_equal(it.runs, 2);
	found(NULL, 0);
}

static void indices_are_given_out(void **state)
{
	DEFINE_IDA(ida);

	(void)state;
	assert_int_equal(ida_alloc_range(&ida, 1, 2, GFP_KERNEL), 1);
	assert_int_equal(ida_alloc_range(&ida, 1, 2, GFP_KERNEL), 2);
	assert_int_equal(ida_alloc_range(&ida, 1, 2, GFP_KERNEL), -ENOSPC);
	ida_free(&ida, 1);
	assert_int_equal(ida_alloc_min(&ida, 1, GFP_KERNEL), 1);
	ida_destroy(&ida);
	found(NULL, 0);
}

/* Since the maple tree (6.1) vma_lookup() asserts no lock: host-shim.md#6.6 */
static void a_vma_is_looked_up_without_a_lock(void **state)
{
	struct hshim_region *region = hshim_user_map(2, 0, NULL, 0);
	const unsigned long at = region->vma.vm_start;

	(void)state;
	assert_ptr_equal(vma_lookup(current->mm, at), &region->vma);
	assert_ptr_equal(vma_lookup(current->mm, at + PAGE_SIZE), &region->vma);
	assert_null(vma_lookup(current->mm, at + 2 * PAGE_SIZE));
	found(NULL, 0);
}

static void a_pointer_of_a_vmm_is_read_by_copies_only(void **state)
{
	unsigned long value = 7, back = 0;
	const unsigned long pointer = hshim_vmm_pointer(&value);

	(void)state;
	assert_int_not_equal(pointer, (unsigned long)&value);
	assert_int_equal(hshim_vmm_pointer(NULL), 0);
	assert_int_equal(copy_from_user(&back, pointer, sizeof(back)), 0);
	assert_int_equal(back, 7);
	back = 8;
	assert_int_equal(copy_to_user(pointer, &back, sizeof(back)), 0);
	assert_int_equal(value, 8);
	found(NULL, 0);
}

static void what_was_freed_is_known_for_a_while(void **state)
{
	void *block = kmalloc(16, GFP_KERNEL);

	(void)state;
	assert_false(hshim_was_freed(NULL));
	assert_false(hshim_was_freed(block));
	kfree(block);
	assert_true(hshim_was_freed(block));
	found(NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_quiet, close_quiet)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(pages_come_and_go),
		TEST(a_page_is_freed_twice),
		TEST(a_page_is_freed_in_another_size),
		TEST(a_delegated_page_is_freed),
		TEST(a_freed_page_is_used),
		TEST(a_freed_page_is_written),
		TEST(a_delegated_page_is_touched),
		TEST(addresses_outside_of_memory),
		TEST(leaks_are_told_with_their_place),
		TEST(accounting),
		TEST(identifiers),
		TEST(locks),
		TEST(scheduling_points),
		TEST(srcu),
		TEST(warns),
		TEST(a_bug_leaves_the_code),
		TEST(allocations_fail),
		TEST(memory_of_users),
		TEST(a_vma_is_looked_up_without_a_lock),
		TEST(a_pointer_of_a_vmm_is_read_by_copies_only),
		TEST(what_was_freed_is_known_for_a_while),
		TEST(guest_memory),
		TEST(callbacks_run_when_nothing_is_held),
		TEST(work_is_done_when_nothing_is_held),
		TEST(indices_are_given_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
